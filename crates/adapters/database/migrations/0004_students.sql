-- expands
--
-- What the students' site keeps: sessions, guests and their schedules, versions of schedules and links to them,
-- collections, reports.
--
-- The release before lives on: it names its columns, new ones have defaults or may be empty, and the one that it relies
-- on to be there, a schedule's person, is missing from guests' schedules alone. It asks for schedules by their person,
-- which no guest is, or by a schedule's id, which nobody but the guest and this release knows. What it changes has no
-- version; this release sees that by the content, and makes one before its own next change.

-- People -----------------------------------------------------------------------------------------------------

ALTER TABLE people ADD COLUMN role text NOT NULL DEFAULT 'student' CHECK (role IN ('student', 'staff'));
COMMENT ON COLUMN people.role IS 'What somebody may do beside what everybody may; the operator says so.';

CREATE TABLE sign_in_sessions (
    session_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    user_agent text CHECK (char_length(user_agent) <= 200),
    CONSTRAINT seen_after_created CHECK (created_at <= last_seen_at)
);
COMMENT ON TABLE sign_in_sessions IS 'Where people are signed in. Rows that have expired open nothing, and are swept.';
COMMENT ON COLUMN sign_in_sessions.token_hash IS 'SHA-256 of what the cookie holds: who reads it here signs in as nobody.';
CREATE INDEX sign_in_sessions_person ON sign_in_sessions (person_id, last_seen_at);
CREATE INDEX sign_in_sessions_expiry ON sign_in_sessions (expires_at);

CREATE TABLE collections (
    collection_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    folded_name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (person_id, folded_name)
);
COMMENT ON TABLE collections IS 'Lists of courses that somebody gave a name.';
COMMENT ON COLUMN collections.folded_name IS 'The name in lower case, as the program makes it: two that look alike are one.';

CREATE TABLE collection_courses (
    collection_id bigint NOT NULL REFERENCES collections ON DELETE CASCADE,
    course_id bigint NOT NULL REFERENCES courses,
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (collection_id, course_id)
);
COMMENT ON TABLE collection_courses IS 'The courses of a collection, each once.';
COMMENT ON COLUMN collection_courses.position IS 'The order of adding: moments may be equal.';

-- Guests -----------------------------------------------------------------------------------------------------

CREATE TABLE guests (
    guest_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    CONSTRAINT seen_after_created CHECK (created_at <= last_seen_at)
);
COMMENT ON TABLE guests IS 'People who are not signed in and began to plan, known by a cookie alone; swept with what they made.';
CREATE INDEX guests_seen ON guests (last_seen_at);

-- Schedules --------------------------------------------------------------------------------------------------

ALTER TABLE schedules ALTER COLUMN person_id DROP NOT NULL;
ALTER TABLE schedules ADD COLUMN guest_id bigint REFERENCES guests ON DELETE CASCADE;
ALTER TABLE schedules ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE schedules ADD CONSTRAINT one_owner CHECK (num_nonnulls(person_id, guest_id) = 1);
COMMENT ON COLUMN schedules.guest_id IS 'Whose it is when they are not signed in: either a person''s or a guest''s.';
COMMENT ON COLUMN schedules.version IS 'Which of its versions it is now; after undoing not the newest.';
CREATE INDEX schedules_guest ON schedules (guest_id, position) WHERE guest_id IS NOT NULL;

ALTER TABLE schedule_selections ADD COLUMN colour smallint CHECK (colour BETWEEN 0 AND 7);
COMMENT ON COLUMN schedule_selections.colour IS 'As the pages number them; empty to leave it to them.';

CREATE TABLE schedule_versions (
    schedule_id uuid NOT NULL REFERENCES schedules ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    at timestamptz NOT NULL,
    note text NOT NULL CHECK (char_length(note) <= 100),
    content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    undo_to integer CHECK (undo_to >= 1),
    redo_to integer CHECK (redo_to >= 1),
    PRIMARY KEY (schedule_id, number)
);
COMMENT ON TABLE schedule_versions IS 'What schedules held before, and hold now: the last ones of each.';
COMMENT ON COLUMN schedule_versions.note IS 'What the change did that made it, in words for the owner.';
COMMENT ON COLUMN schedule_versions.content IS 'All but who may see it: undoing must show to nobody what its owner has hidden since.';
COMMENT ON COLUMN schedule_versions.undo_to IS 'Where undoing leads; that version may be gone.';
COMMENT ON COLUMN schedule_versions.redo_to IS 'From where undoing came here last.';

CREATE TABLE schedule_links (
    link_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    schedule_id uuid NOT NULL REFERENCES schedules ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('share', 'calendar')),
    shows_name boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT calendars_show_no_name CHECK (kind = 'share' OR NOT shows_name)
);
COMMENT ON TABLE schedule_links IS 'Links by which others see a schedule; gone when they are revoked.';
COMMENT ON COLUMN schedule_links.link_id IS 'Random: who knows it was given it by the owner.';
CREATE INDEX schedule_links_schedule ON schedule_links (schedule_id, position);

-- Reports ----------------------------------------------------------------------------------------------------

CREATE TABLE reports (
    report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint REFERENCES people ON DELETE SET NULL,
    page text NOT NULL CHECK (char_length(page) <= 500),
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 4000),
    contact text CHECK (char_length(contact) <= 200),
    release text NOT NULL CHECK (char_length(release) <= 64),
    at timestamptz NOT NULL
);
COMMENT ON TABLE reports IS 'What people told us is wrong with a page. They stay when an account goes, without whose they were.';
CREATE INDEX reports_at ON reports (at);
CREATE INDEX reports_person ON reports (person_id) WHERE person_id IS NOT NULL;
