-- expands
--
-- Reports of mistakes are mailed to the team, and everybody who wished for it is told of what concerns all.
--
-- The release before lives on: it names its columns, and a report that it keeps waits to be mailed like any other. What
-- everybody is told lies among the alerts in a shape that it knows, without a watch.

ALTER TABLE reports
    ADD COLUMN mailed_at timestamptz,
    ADD COLUMN mail_attempts integer NOT NULL DEFAULT 0 CHECK (mail_attempts >= 0),
    ADD COLUMN mail_next_at timestamptz,
    ADD COLUMN mail_said text CHECK (char_length(mail_said) <= 200);
COMMENT ON COLUMN reports.mailed_at IS 'When the team''s mail server took it; empty while it waits, or where no mail is set.';
COMMENT ON COLUMN reports.mail_next_at IS 'When it may be taken out again; empty before the first attempt.';
COMMENT ON COLUMN reports.mail_said IS 'Why it was not taken at the last attempt.';
CREATE INDEX reports_to_mail ON reports (mail_next_at NULLS FIRST, report_id) WHERE mailed_at IS NULL;

CREATE TABLE notices (
    notice text PRIMARY KEY CHECK (char_length(notice) BETWEEN 1 AND 100),
    at timestamptz NOT NULL
);
COMMENT ON TABLE notices IS 'What everybody who wished for it was told, by name: of two processes that tell it at once, one does.';
