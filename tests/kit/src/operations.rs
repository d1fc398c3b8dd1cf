//! The operations that the site of 2021 sends to GraphQL, shape for shape. The texts are ours.

/// What a course pane shows of a section.
macro_rules! section_fields {
    () => {
        " fragment Section on SectionType {
            id ccn kind instructor startTime endTime enrolled enrolledMax locationName waitlisted waitlistedMax days
            wordDays disabled sectionNumber isPrimary finalDay finalStart finalEnd
        }"
    };
}

/// What a course pane shows of a course.
macro_rules! course_fields {
    () => {
        " fragment Course on CourseType {
            __typename id title units waitlisted openSeats letterAverage gradeAverage lastUpdated
            enrolled enrolledMax enrolledPercentage courseNumber department description abbreviation prerequisites
            playlistSet { edges { node { category id name semester year } } }
        }"
    };
}

/// What the planner shows of a schedule.
macro_rules! schedule_fields {
    () => {
        " fragment Schedule on ScheduleType {
            id name year semester totalUnits public
            user { user { firstName lastName } }
            selectedSections { edges { node {
                course { abbreviation courseNumber } primary { ccn } secondary { edges { node { ccn } } }
            } } }
            timeblocks { edges { node { name days startTime endTime } } }
        }"
    };
}

/// The list of courses: the heaviest of all. Variables: playlists.
pub const GET_COURSES_FOR_FILTER: &str = "query GetCoursesForFilter($playlists: String!) {
    allCourses(inPlaylists: $playlists) { edges { node {
        id abbreviation courseNumber description title gradeAverage letterAverage openSeats enrolled enrolledMax
        enrolledPercentage units waitlisted __typename
    } } }
}";

/// A course with its primary sections by its name. Variables: abbreviation, courseNumber, year, semester.
pub const GET_COURSE_FOR_NAME: &str = concat!(
    "query GetCourseForName($abbreviation: String!, $courseNumber: String!, $year: String, $semester: String) {
        allCourses(abbreviation: $abbreviation, courseNumber: $courseNumber, first: 1) { edges { node {
            ...Course
            sectionSet(isPrimary: true, year: $year, semester: $semester) { edges { node { ...Section } } }
        } } }
    }",
    course_fields!(),
    section_fields!()
);

/// A course with all its sections by its id. Variables: id, year, semester.
pub const GET_COURSE_FOR_ID: &str = concat!(
    "query GetCourseForId($id: ID!, $year: String, $semester: String) {
        course(id: $id) {
            ...Course
            sectionSet(year: $year, semester: $semester) { edges { node { ...Section } } }
            crossListing { edges { node { abbreviation courseNumber } } }
        }
    }",
    course_fields!(),
    section_fields!()
);

/// All playlists.
pub const GET_FILTERS: &str = "query GetFilters { allPlaylists { edges { node { id name category semester year } } } }";

/// The playlists that are terms.
pub const GET_SEMESTERS: &str = "query GetSemesters {
    allPlaylists(category: \"semester\") { edges { node { id name year semester __typename } } }
}";

/// A course as the planner needs it. Variables: id, year, semester.
pub const GET_SCHEDULER_COURSE_FOR_ID: &str = concat!(
    "query GetSchedulerCourseForId($id: ID!, $year: String, $semester: String) {
        course(id: $id) {
            title units id courseNumber department abbreviation __typename
            sectionSet(isPrimary: true, year: $year, semester: $semester) { edges { node {
                ...Section
                associatedSections { edges { node { ...Section } } }
            } } }
        }
    }",
    section_fields!()
);

/// Who is signed in.
pub const GET_USER: &str = "query GetUser { user { __typename id major
    user { username firstName lastName email }
    emailGradeUpdate emailEnrollmentOpening emailClassUpdate emailBerkeleytimeUpdate
    savedClasses { abbreviation courseNumber }
    schedules { edges { node { name } } }
} }";

/// Saves a course. Variables: id.
pub const SAVE_COURSE: &str =
    "mutation SaveCourse($id: ID!) { saveClass(classId: $id) { user { savedClasses { abbreviation } } } }";

/// Takes a saved course away. Variables: id.
pub const UNSAVE_COURSE: &str =
    "mutation UnsaveCourse($id: ID!) { removeClass(classId: $id) { user { savedClasses { id } } } }";

/// Changes settings. Variables: major, emailClassUpdate.
pub const UPDATE_USER: &str = "mutation UpdateUser($major: String, $emailClassUpdate: Boolean) {
    updateUser(major: $major, emailClassUpdate: $emailClassUpdate) { user { major emailClassUpdate emailGradeUpdate } }
}";

/// Makes a schedule. Variables: its parts.
pub const CREATE_SCHEDULE: &str = concat!(
    "mutation CreateSchedule($name: String!, $selectedSections: [SectionSelectionInput]!,
        $timeblocks: [TimeBlockInput]!, $totalUnits: String!, $semester: String!, $year: String!, $public: Boolean!) {
        createSchedule(name: $name, selectedSections: $selectedSections, timeblocks: $timeblocks,
            totalUnits: $totalUnits, semester: $semester, year: $year, public: $public) { schedule { ...Schedule } }
    }",
    schedule_fields!()
);

/// Changes a schedule. Variables: scheduleId, name, selectedSections.
pub const UPDATE_SCHEDULE: &str = concat!(
    "mutation UpdateSchedule($scheduleId: ID!, $name: String, $selectedSections: [SectionSelectionInput]) {
        updateSchedule(scheduleId: $scheduleId, name: $name, selectedSections: $selectedSections) {
            schedule { ...Schedule }
        }
    }",
    schedule_fields!()
);

/// Reads a schedule. Variables: id.
pub const GET_SCHEDULE_FOR_ID: &str =
    concat!("query GetScheduleForId($id: ID!) { schedule(id: $id) { ...Schedule } }", schedule_fields!());

/// Removes a schedule. Variables: id.
pub const DELETE_SCHEDULE: &str =
    "mutation DeleteSchedule($id: ID!) { removeSchedule(scheduleId: $id) { schedule { id name } } }";

/// Signs in. Variables: token.
pub const LOGIN: &str = "mutation Login($token: String!) { login(tokenId: $token) { newUser user { id } } }";

/// Signs out.
pub const LOGOUT: &str = "mutation Logout { logout { success } }";

/// Deletes the account.
pub const DELETE_USER: &str = "mutation DeleteUser { deleteUser { success } }";
