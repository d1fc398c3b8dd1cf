-- expands
--
-- What people follow, what they were told of it, and the letters by which they are told.
--
-- The release before lives on: it names its columns, the one new column of `people` may be empty, and it does not know
-- the new tables, which go with the account that they hang on.

ALTER TABLE people ADD COLUMN alerts_mail_off_at timestamptz;
COMMENT ON COLUMN people.alerts_mail_off_at IS 'Since when somebody wants no mail of alerts; empty while they do.';

CREATE TABLE watches (
    watch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    term_id sis_term NOT NULL,
    course_id bigint NOT NULL REFERENCES courses,
    section_id sis_section,
    wants_seats boolean NOT NULL,
    wants_waitlist boolean NOT NULL,
    wants_changes boolean NOT NULL,
    wants_grades boolean NOT NULL,
    pace text NOT NULL CHECK (pace IN ('at_once', 'digest')),
    why text NOT NULL CHECK (why IN ('chosen', 'saved')),
    since timestamptz NOT NULL,
    told jsonb CHECK (jsonb_typeof(told) = 'object'),
    revision bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),
    UNIQUE NULLS NOT DISTINCT (person_id, term_id, course_id, section_id)
);
COMMENT ON TABLE watches IS 'What people follow: a course in a term, or one section of it.';
COMMENT ON COLUMN watches.section_id IS 'Not by reference: a section that is gone is still followed, it may come back.';
COMMENT ON COLUMN watches.why IS 'Chosen, or there because the course is saved and its owner wants to hear of those.';
COMMENT ON COLUMN watches.told IS 'The state that its owner was last told; empty before the first look.';
COMMENT ON COLUMN watches.revision IS 'Counts what was told: of two processes that look at once, one tells.';

CREATE TABLE alert_letters (
    letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    is_digest boolean NOT NULL,
    created_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'given_up', 'stopped')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL,
    settled_at timestamptz,
    said text CHECK (char_length(said) <= 200)
);
COMMENT ON TABLE alert_letters IS 'Mails of alerts: those that wait, and what became of the others.';
COMMENT ON COLUMN alert_letters.next_attempt_at IS 'While it is being sent: when another process may take it again.';
COMMENT ON COLUMN alert_letters.said IS 'What the mail server said when it refused.';
CREATE INDEX alert_letters_due ON alert_letters (next_attempt_at, letter_id) WHERE state IN ('waiting', 'sending');
CREATE INDEX alert_letters_person ON alert_letters (person_id, created_at);

CREATE TABLE alerts (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    watch_id bigint REFERENCES watches ON DELETE SET NULL,
    revision bigint NOT NULL,
    ordinal smallint NOT NULL,
    letter_id bigint REFERENCES alert_letters ON DELETE CASCADE,
    is_muted boolean NOT NULL DEFAULT false,
    pace text NOT NULL CHECK (pace IN ('at_once', 'digest')),
    kind text NOT NULL CHECK (kind IN ('seat', 'waitlist', 'change', 'grades')),
    headline text NOT NULL CHECK (char_length(headline) BETWEEN 1 AND 160),
    detail text NOT NULL CHECK (char_length(detail) <= 1600),
    path text NOT NULL CHECK (char_length(path) <= 200),
    as_of timestamptz,
    at timestamptz NOT NULL,
    CONSTRAINT told_once UNIQUE (watch_id, revision, ordinal)
);
COMMENT ON TABLE alerts IS 'What people were told, and what waits to be told.';
COMMENT ON COLUMN alerts.revision IS 'Of the watch, when it was noticed: with the ordinal, the same news is never kept twice.';
COMMENT ON COLUMN alerts.is_muted IS 'Its reader had turned mail off: it is shown on the site alone.';
CREATE INDEX alerts_person ON alerts (person_id, alert_id);
CREATE INDEX alerts_without_letter ON alerts (person_id, alert_id) WHERE letter_id IS NULL AND NOT is_muted;
CREATE INDEX alerts_letter ON alerts (letter_id);

CREATE TABLE unsubscribe_links (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE unsubscribe_links IS 'Links in mails that end all mail of alerts of a person; each mail has one of its own.';
COMMENT ON COLUMN unsubscribe_links.token_hash IS 'SHA-256 of what the link holds: who reads it here can use no link.';
CREATE INDEX unsubscribe_links_person ON unsubscribe_links (person_id);
