-- The catalog, its history, and the ledger of the runs that bring it.
--
-- One rule for all checks: every value that the domain's types allow can be stored, and none that they do not.
-- The source's oddities (more enrolled than seats, dates the wrong way round) are facts and are kept.
-- Moments are timestamptz; times of day are `time`, campus time; days are `date`.

CREATE DOMAIN sis_term AS smallint CHECK (VALUE BETWEEN 1000 AND 9999 AND VALUE % 10 IN (2, 5, 8));
COMMENT ON DOMAIN sis_term IS 'A term''s id in the SIS: century digit dropped, year, then 2 spring, 5 summer, 8 fall. Sorts in time.';

CREATE DOMAIN sis_section AS bigint CHECK (VALUE BETWEEN 0 AND 4294967295);
COMMENT ON DOMAIN sis_section IS 'A section''s id in the SIS, known as the CCN or class number. Unique within a term.';

CREATE DOMAIN subject_letters AS text COLLATE "C" CHECK (VALUE ~ '^[A-Z]{1,20}$');
COMMENT ON DOMAIN subject_letters IS 'A subject area by its letters alone: ELENG.';

CREATE DOMAIN catalog_number AS text COLLATE "C" CHECK (VALUE ~ '^[0-9A-Z.]{1,10}$' AND VALUE ~ '[0-9]');
COMMENT ON DOMAIN catalog_number IS 'A course''s number within its subject area: 61A, C8, N1AC, 270.65 (law).';

CREATE DOMAIN offering_status AS text CHECK (VALUE IN ('A', 'S', 'X', 'T'));
COMMENT ON DOMAIN offering_status IS 'The SIS''s letter: active, stop further enrollment, cancelled (X), tentative.';

CREATE DOMAIN update_step AS text CHECK (VALUE IN ('term', 'course', 'class', 'enrollment', 'playlist'));
COMMENT ON DOMAIN update_step IS 'A step of the nightly update.';

CREATE DOMAIN data_origin AS text CHECK (VALUE IN ('sis', 'demo', 'replay'));
COMMENT ON DOMAIN data_origin IS 'Where data comes from. Data of different origins never mixes in one database.';

-- Terms ------------------------------------------------------------------------------------------------------

CREATE TABLE terms (
    term_id sis_term PRIMARY KEY,
    begin_date date NOT NULL,
    end_date date NOT NULL,
    enrollment_begin date,
    counts_observed_at timestamptz
);
COMMENT ON TABLE terms IS 'Terms as the campus publishes them.';
COMMENT ON COLUMN terms.counts_observed_at IS 'The moment of the last accepted observation of the counts of its sections.';

CREATE TABLE sessions (
    term_id sis_term NOT NULL REFERENCES terms,
    session_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    begin_date date NOT NULL,
    end_date date NOT NULL,
    PRIMARY KEY (term_id, session_id)
);
COMMENT ON TABLE sessions IS 'Parts of a term with dates of their own: 1 is the regular one; summer has several.';

-- Courses ----------------------------------------------------------------------------------------------------

CREATE TABLE subjects (
    subject_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code subject_letters NOT NULL,
    abbreviation text NOT NULL,
    name text NOT NULL,
    UNIQUE (code, abbreviation, name),
    UNIQUE (subject_id, code)
);
COMMENT ON TABLE subjects IS 'Subject areas in each spelling that the SIS uses: one code may have several.';

CREATE TABLE courses (
    course_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject subject_letters NOT NULL,
    number catalog_number NOT NULL,
    number_digits bigint NOT NULL GENERATED ALWAYS AS (substring(number FROM '[0-9]+')::bigint) STORED,
    number_prefix text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substring(number FROM '^[^0-9]*')) STORED,
    number_suffix text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substring(number FROM '^[^0-9]*[0-9]+(.*)$')) STORED,
    subject_id integer NOT NULL,
    cs_course_id text,
    title text NOT NULL,
    description text NOT NULL,
    units_kind text CHECK (units_kind IN ('fixed', 'range', 'any-of')),
    units_hundredths integer[],
    prerequisites text,
    academic_career text,
    grading_basis text,
    final_exam text,
    from_date date,
    is_retired boolean NOT NULL DEFAULT false,
    UNIQUE (subject, number),
    FOREIGN KEY (subject_id, subject) REFERENCES subjects (subject_id, code),
    CONSTRAINT units_are_whole CHECK (
        CASE units_kind
            WHEN 'fixed' THEN units_hundredths IS NOT NULL AND cardinality(units_hundredths) = 1
            WHEN 'range' THEN units_hundredths IS NOT NULL AND cardinality(units_hundredths) = 2
            WHEN 'any-of' THEN units_hundredths IS NOT NULL
            ELSE units_hundredths IS NULL
        END
    ),
    CONSTRAINT units_are_amounts CHECK (
        0 <= ALL (units_hundredths) AND 65535 >= ALL (units_hundredths)
        AND array_position(units_hundredths, NULL) IS NULL
    )
);
COMMENT ON TABLE courses IS 'What the catalog describes, independent of any term. Never deleted: a course that vanished is retired.';
COMMENT ON COLUMN courses.number_digits IS 'For sorting as people do: 2 before 10, C8 beside 8.';
COMMENT ON COLUMN courses.cs_course_id IS 'The SIS''s id, shared by cross-listed courses and not unique over history.';
COMMENT ON COLUMN courses.units_hundredths IS 'One amount for fixed, two for a range, any number for a choice.';

CREATE TABLE course_cross_listings (
    course_id bigint NOT NULL REFERENCES courses,
    position smallint NOT NULL CHECK (position >= 0),
    subject subject_letters NOT NULL,
    number catalog_number NOT NULL,
    PRIMARY KEY (course_id, position)
);
COMMENT ON TABLE course_cross_listings IS 'The same course under other codes, by code: the other course may be unknown, and may come later.';

-- Offerings --------------------------------------------------------------------------------------------------

CREATE TABLE classes (
    class_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    term_id sis_term NOT NULL REFERENCES terms,
    course_id bigint NOT NULL REFERENCES courses,
    session_id text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    title text,
    description text,
    units_minimum_hundredths integer CHECK (units_minimum_hundredths BETWEEN 0 AND 65535),
    units_maximum_hundredths integer CHECK (units_maximum_hundredths BETWEEN 0 AND 65535),
    grading_basis text,
    requirement_designation text,
    instruction_mode text,
    status offering_status NOT NULL,
    final_exam text,
    is_retired boolean NOT NULL DEFAULT false,
    UNIQUE (term_id, course_id, session_id, number),
    UNIQUE (class_id, term_id),
    CONSTRAINT units_have_both_ends CHECK ((units_minimum_hundredths IS NULL) = (units_maximum_hundredths IS NULL))
);
COMMENT ON TABLE classes IS 'A course offered in a term. Never deleted: a class that vanished is retired.';
COMMENT ON COLUMN classes.session_id IS 'By the SIS''s id, not by reference: the Terms API may not list a session that the Class API uses.';
CREATE INDEX classes_course ON classes (course_id);

CREATE TABLE sections (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    class_id bigint NOT NULL,
    number text COLLATE "C" NOT NULL,
    component_code text COLLATE "C" NOT NULL,
    component_name text NOT NULL,
    is_primary boolean NOT NULL,
    primary_section_id sis_section,
    status offering_status NOT NULL,
    is_printed boolean NOT NULL,
    instruction_mode text,
    begin_date date,
    end_date date,
    is_retired boolean NOT NULL DEFAULT false,
    PRIMARY KEY (term_id, section_id),
    FOREIGN KEY (class_id, term_id) REFERENCES classes (class_id, term_id),
    CONSTRAINT dates_have_both_ends CHECK ((begin_date IS NULL) = (end_date IS NULL))
);
COMMENT ON TABLE sections IS 'What a student enrolls in. Never deleted: a section that vanished is retired.';
COMMENT ON COLUMN sections.primary_section_id IS 'The lecture of a discussion, as the SIS says it, even if that section is missing.';
CREATE INDEX sections_class ON sections (class_id);

CREATE TABLE meetings (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    number integer NOT NULL CHECK (number BETWEEN 0 AND 65535),
    days smallint NOT NULL CHECK (days BETWEEN 0 AND 127),
    start_time time,
    end_time time,
    location text,
    begin_date date,
    end_date date,
    PRIMARY KEY (term_id, section_id, position),
    FOREIGN KEY (term_id, section_id) REFERENCES sections,
    CONSTRAINT time_has_both_ends CHECK ((start_time IS NULL) = (end_time IS NULL)),
    CONSTRAINT time_runs_forward CHECK (start_time <= end_time),
    CONSTRAINT dates_have_both_ends CHECK ((begin_date IS NULL) = (end_date IS NULL))
);
COMMENT ON TABLE meetings IS 'All weekly patterns of a section: when and where it comes together.';
COMMENT ON COLUMN meetings.days IS 'A set of days of the week: 1 Monday, 2 Tuesday, 4 Wednesday, … 64 Sunday.';
COMMENT ON COLUMN meetings.start_time IS 'A time of day on the campus: it stays when the clocks change.';

CREATE TABLE meeting_instructors (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    meeting_position smallint NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    family_name text NOT NULL,
    given_name text NOT NULL,
    role text,
    PRIMARY KEY (term_id, section_id, meeting_position, position),
    FOREIGN KEY (term_id, section_id, meeting_position) REFERENCES meetings ON DELETE CASCADE
);
COMMENT ON TABLE meeting_instructors IS 'Who teaches in a meeting, in the SIS''s order.';

CREATE TABLE section_attributes (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    code text NOT NULL,
    value text NOT NULL,
    value_name text NOT NULL,
    PRIMARY KEY (term_id, section_id, position),
    FOREIGN KEY (term_id, section_id) REFERENCES sections
);
COMMENT ON TABLE section_attributes IS 'Properties that the SIS attaches to a section, such as a breadth requirement.';

-- Seats ------------------------------------------------------------------------------------------------------

CREATE TABLE enrollment_runs (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    is_current boolean NOT NULL,
    is_open boolean,
    enrolled integer NOT NULL,
    max_enroll integer NOT NULL,
    waitlisted integer NOT NULL,
    max_waitlist integer NOT NULL,
    PRIMARY KEY (term_id, section_id, first_seen),
    FOREIGN KEY (term_id, section_id) REFERENCES sections,
    CONSTRAINT run_goes_forward CHECK (first_seen <= last_seen)
) WITH (fillfactor = 60);
COMMENT ON TABLE enrollment_runs IS 'One row per stretch of time in which every observation of a section gave equal counts. '
    'last_seen is in no index and the pages keep room, so that the nightly extension of every current run stays cheap.';
COMMENT ON COLUMN enrollment_runs.is_current IS 'Whether the run still goes on: the section was in the last observation. At most one per section.';
COMMENT ON COLUMN enrollment_runs.is_open IS 'Whether the SIS calls the section open; NULL when it did not say (before August 2016).';
COMMENT ON COLUMN enrollment_runs.enrolled IS 'Signed, and without a ceiling: the SIS has said -1, and more than max_enroll.';
CREATE UNIQUE INDEX enrollment_runs_current ON enrollment_runs (term_id, section_id) WHERE is_current;

CREATE TABLE seat_reservations (
    term_id sis_term NOT NULL,
    section_id sis_section NOT NULL,
    position smallint NOT NULL CHECK (position >= 0),
    number integer NOT NULL CHECK (number BETWEEN 0 AND 65535),
    group_code text,
    group_name text NOT NULL,
    from_date date,
    max_enroll integer NOT NULL,
    enrolled integer NOT NULL,
    PRIMARY KEY (term_id, section_id, position),
    FOREIGN KEY (term_id, section_id) REFERENCES sections
);
COMMENT ON TABLE seat_reservations IS 'Seats kept for groups of students, as of the last observation.';

-- Grades -----------------------------------------------------------------------------------------------------

CREATE TABLE grades (
    grade_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    term_id sis_term NOT NULL,
    subject subject_letters NOT NULL,
    number catalog_number NOT NULL,
    section_number text NOT NULL,
    ccn sis_section,
    title text NOT NULL,
    instructors text[] NOT NULL CHECK (array_position(instructors, NULL) IS NULL),
    counts integer[] NOT NULL,
    course_id bigint REFERENCES courses,
    section_id sis_section,
    UNIQUE NULLS NOT DISTINCT (term_id, subject, number, section_number, ccn),
    FOREIGN KEY (term_id, section_id) REFERENCES sections (term_id, section_id),
    CONSTRAINT counts_are_fifteen CHECK (
        cardinality(counts) = 15 AND array_position(counts, NULL) IS NULL AND 0 <= ALL (counts)
    ),
    CONSTRAINT section_is_joined_by_ccn CHECK (section_id = ccn),
    CONSTRAINT section_needs_ccn CHECK (section_id IS NULL OR ccn IS NOT NULL),
    CONSTRAINT section_needs_course CHECK (section_id IS NULL OR course_id IS NOT NULL)
);
COMMENT ON TABLE grades IS 'How sections were graded. The export''s own words for the course are the identity and always kept; '
    'the links to course and section are made when those are known, and made later when they come later.';
COMMENT ON COLUMN grades.counts IS 'Students with A+ A A- B+ B B- C+ C C- D+ D D- F P NP, in this order.';
COMMENT ON COLUMN grades.ccn IS 'In the identity, because (term, course, section number) is not unique in the real exports (six cases).';
CREATE INDEX grades_course ON grades (course_id);
CREATE INDEX grades_without_course ON grades (subject, number) WHERE course_id IS NULL;

CREATE TABLE grade_imports (
    import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    imported_at timestamptz NOT NULL,
    given integer NOT NULL CHECK (given >= 0),
    added integer NOT NULL CHECK (added >= 0),
    changed integer NOT NULL CHECK (changed >= 0),
    unchanged integer NOT NULL CHECK (unchanged >= 0)
);
COMMENT ON TABLE grade_imports IS 'Every import of grades, those that changed nothing included.';

-- Playlists --------------------------------------------------------------------------------------------------

CREATE TABLE playlists (
    playlist_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category text NOT NULL CHECK (
        category IN ('university', 'ls', 'engineering', 'haas', 'units', 'level', 'department', 'semester')
    ),
    name text COLLATE "C" NOT NULL,
    term_id sis_term,
    UNIQUE NULLS NOT DISTINCT (category, name, term_id)
);
COMMENT ON TABLE playlists IS 'Named sets of courses that the catalog is filtered by.';
COMMENT ON COLUMN playlists.term_id IS 'Whose list it is, for the categories that have one per term. Lists may be of terms that the catalog does not hold.';

CREATE TABLE playlist_courses (
    playlist_id bigint NOT NULL REFERENCES playlists ON DELETE CASCADE,
    course_id bigint NOT NULL REFERENCES courses,
    PRIMARY KEY (playlist_id, course_id)
);
COMMENT ON TABLE playlist_courses IS 'Which courses are in which playlist.';
CREATE INDEX playlist_courses_course ON playlist_courses (course_id);

-- Publication ------------------------------------------------------------------------------------------------

CREATE TABLE catalog_state (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    version bigint NOT NULL CHECK (version >= 1),
    published_at timestamptz NOT NULL,
    origin data_origin NOT NULL
);
COMMENT ON TABLE catalog_state IS 'What is published: one row, none before the first publication. Whatever readers load is of this version.';

CREATE TABLE source_states (
    step update_step NOT NULL,
    term_id sis_term,
    as_of timestamptz,
    trouble_at timestamptz,
    trouble text,
    UNIQUE NULLS NOT DISTINCT (step, term_id),
    CONSTRAINT trouble_has_a_moment CHECK ((trouble_at IS NULL) = (trouble IS NULL))
);
COMMENT ON TABLE source_states IS 'How current each source is, and why its last attempt was not accepted.';

-- The ledger -------------------------------------------------------------------------------------------------

CREATE TABLE update_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    steps text[] NOT NULL,
    is_dry_run boolean NOT NULL,
    accepts_short boolean NOT NULL,
    outcome text NOT NULL CHECK (
        outcome IN ('running', 'succeeded', 'incomplete', 'failed', 'dry-run', 'abandoned')
    ),
    ended_at timestamptz,
    origin data_origin,
    published_version bigint,
    CONSTRAINT ended_when_it_reported CHECK ((outcome IN ('running', 'abandoned')) = (ended_at IS NULL))
);
COMMENT ON TABLE update_runs IS 'Every run of the nightly update: what was asked, and how it ended.';
COMMENT ON COLUMN update_runs.published_version IS 'Written in the transaction that published it: true even if the run died right after.';
CREATE UNIQUE INDEX update_runs_running ON update_runs ((true)) WHERE outcome = 'running';

CREATE TABLE update_run_steps (
    run_id bigint NOT NULL REFERENCES update_runs,
    position smallint NOT NULL CHECK (position >= 0),
    step update_step NOT NULL,
    term_id sis_term,
    outcome text NOT NULL CHECK (outcome IN ('published', 'unchanged', 'refused', 'failed', 'dry-run')),
    reason text,
    duration_us bigint NOT NULL CHECK (duration_us >= 0),
    requests bigint NOT NULL CHECK (requests >= 0),
    known bigint NOT NULL CHECK (known >= 0),
    fetched bigint NOT NULL CHECK (fetched >= 0),
    added bigint NOT NULL CHECK (added >= 0),
    changed bigint NOT NULL CHECK (changed >= 0),
    retired bigint NOT NULL CHECK (retired >= 0),
    quarantined bigint NOT NULL CHECK (quarantined >= 0),
    PRIMARY KEY (run_id, position),
    CONSTRAINT refusals_have_a_reason CHECK ((outcome IN ('refused', 'failed')) = (reason IS NOT NULL))
);
COMMENT ON TABLE update_run_steps IS 'The steps of a finished run, in order, with their numbers.';

CREATE TABLE quarantined_records (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id bigint NOT NULL REFERENCES update_runs,
    kind text NOT NULL CHECK (kind IN ('term', 'course', 'class', 'section', 'enrollment', 'grade')),
    term_id sis_term,
    identity jsonb,
    path text NOT NULL,
    reason text NOT NULL,
    raw text NOT NULL
);
COMMENT ON TABLE quarantined_records IS 'Records that could not be read or used, with their raw text. Only the newest are kept.';
CREATE INDEX quarantined_records_run ON quarantined_records (run_id);
