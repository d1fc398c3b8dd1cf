-- People and what is theirs, and the operator's switches.
--
-- Everything of a person hangs on the person's row and goes with it. Lengths are those of the domain's types, counted in
-- characters; how many rows one person may have is held by the statements that add them, under the person's lock.

-- People -----------------------------------------------------------------------------------------------------

CREATE TABLE people (
    person_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text COLLATE "C" NOT NULL UNIQUE CHECK (email ~ '^[a-z0-9._+''-]{1,64}@berkeley[.]edu$'),
    username text COLLATE "C" NOT NULL UNIQUE GENERATED ALWAYS AS (split_part(email, '@', 1)) STORED,
    first_name text NOT NULL CHECK (char_length(first_name) <= 150),
    last_name text NOT NULL CHECK (char_length(last_name) <= 150),
    major text NOT NULL DEFAULT '' CHECK (char_length(major) <= 100),
    wants_class_update boolean NOT NULL DEFAULT false,
    wants_grade_update boolean NOT NULL DEFAULT false,
    wants_enrollment_opening boolean NOT NULL DEFAULT false,
    wants_berkeleytime_update boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE people IS 'Accounts: made at the first sign-in with a campus address, gone when their owner deletes them.';
COMMENT ON COLUMN people.username IS 'The address before the @, by which clients of 2021 know people.';
COMMENT ON COLUMN people.wants_class_update IS 'One of four kinds of mail, none of which is sent unless asked for.';

CREATE TABLE saved_courses (
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    course_id bigint NOT NULL REFERENCES courses,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, course_id)
);
COMMENT ON TABLE saved_courses IS 'Courses that somebody keeps an eye on.';

-- Schedules --------------------------------------------------------------------------------------------------

CREATE TABLE schedules (
    schedule_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    term_id sis_term NOT NULL,
    name text NOT NULL CHECK (char_length(name) <= 32),
    total_units text NOT NULL CHECK (char_length(total_units) <= 16),
    is_public boolean NOT NULL,
    created_at timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    UNIQUE (schedule_id, term_id),
    CONSTRAINT modified_after_created CHECK (created_at <= modified_at)
);
COMMENT ON TABLE schedules IS 'What somebody thinks of taking in a term.';
COMMENT ON COLUMN schedules.schedule_id IS 'Random: who knows it was given it by the owner.';
COMMENT ON COLUMN schedules.position IS 'The order of making: moments may be equal.';
COMMENT ON COLUMN schedules.term_id IS 'By the SIS''s id, not by reference: people plan for terms that the catalog does not hold yet.';
CREATE INDEX schedules_person ON schedules (person_id, position);

CREATE TABLE schedule_selections (
    selection_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id uuid NOT NULL,
    term_id sis_term NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    course_id bigint NOT NULL REFERENCES courses,
    primary_section_id sis_section,
    UNIQUE (schedule_id, course_id),
    UNIQUE (selection_id, term_id),
    FOREIGN KEY (schedule_id, term_id) REFERENCES schedules (schedule_id, term_id) ON DELETE CASCADE,
    FOREIGN KEY (term_id, primary_section_id) REFERENCES sections (term_id, section_id)
);
COMMENT ON TABLE schedule_selections IS 'The courses of a schedule, each once, with the lecture chosen.';
COMMENT ON COLUMN schedule_selections.term_id IS 'The schedule''s, so that no section of another term can be chosen.';

CREATE TABLE schedule_secondaries (
    selection_id bigint NOT NULL,
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    PRIMARY KEY (selection_id, section_id),
    FOREIGN KEY (selection_id, term_id) REFERENCES schedule_selections (selection_id, term_id) ON DELETE CASCADE,
    FOREIGN KEY (term_id, section_id) REFERENCES sections (term_id, section_id)
);
COMMENT ON TABLE schedule_secondaries IS 'The discussions, labs and their like chosen for a course of a schedule.';

CREATE TABLE schedule_time_blocks (
    time_block_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id uuid NOT NULL REFERENCES schedules ON DELETE CASCADE,
    position smallint NOT NULL CHECK (position >= 0),
    name text COLLATE "C" NOT NULL CHECK (char_length(name) <= 32),
    start_time time NOT NULL,
    end_time time NOT NULL CHECK (end_time < '24:00'),
    days smallint NOT NULL CHECK (days BETWEEN 0 AND 127),
    UNIQUE (schedule_id, name),
    CONSTRAINT time_runs_forward CHECK (start_time <= end_time)
);
COMMENT ON TABLE schedule_time_blocks IS 'Times of the week that somebody keeps free.';
COMMENT ON COLUMN schedule_time_blocks.days IS 'A set of days of the week: 1 Monday, 2 Tuesday, 4 Wednesday, … 64 Sunday.';
COMMENT ON COLUMN schedule_time_blocks.start_time IS 'A time of day on the campus: it stays when the clocks change.';

-- Switches ---------------------------------------------------------------------------------------------------

CREATE TABLE switched_off (
    source text PRIMARY KEY CHECK (source IN ('grades', 'enrollment', 'descriptions', 'public-api')),
    since timestamptz NOT NULL,
    reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500)
);
COMMENT ON TABLE switched_off IS 'Sources that the operator turned off: readers show nothing of them and tell the reason. '
    'Their data stays where it is.';
