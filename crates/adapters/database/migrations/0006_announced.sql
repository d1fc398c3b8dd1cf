-- expands
--
-- What the operator announced of terms' calendars: the text that was imported last, whole.
--
-- The release before lives on: it does not know the table.

CREATE TABLE announced_calendar (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    announced text NOT NULL CHECK (octet_length(announced) <= 65536),
    announced_at timestamptz NOT NULL
);
COMMENT ON TABLE announced_calendar IS 'Phases, days of classes and exam groups of terms by the operator, one fact a line: '
    'no row, or one.';
