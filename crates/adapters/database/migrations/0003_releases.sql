-- expands
--
-- Which releases of the program may still run on this database. A migration that takes something away raises it, in its
-- own transaction; a release that expects less then does not start any more.

CREATE TABLE release_floor (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    expects_min integer NOT NULL CHECK (expects_min >= 1)
);
COMMENT ON TABLE release_floor IS 'The least schema that a release must expect to run on this database: always one row.';

INSERT INTO release_floor (expects_min) VALUES (1);
