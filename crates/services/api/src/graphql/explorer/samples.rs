//! Operations to begin with: those of the site of 2021 that only read, and some of what is new.

use catalog::course_set::CourseIndex;
use catalog::snapshot::{CourseEntry, Snapshot};
use serde_json::{Value, json};

use super::Form;
use crate::graphql::global_id;
use crate::graphql::json::Json;

/// What stands in the form at first.
pub(super) const FIRST: &str = r#"{
  allCourses(abbreviation: "COMPSCI", first: 5) {
    edges {
      node {
        id
        title
        courseNumber
        enrolled
        enrolledMax
      }
    }
  }
}"#;

const FILTER: &str = r"query GetCoursesForFilter($playlists: String!) {
  allCourses(inPlaylists: $playlists, first: 20) {
    edges {
      node {
        id
        abbreviation
        courseNumber
        title
        units
        gradeAverage
        letterAverage
        enrolledPercentage
        openSeats
      }
    }
  }
}";

const NAME: &str = r"query GetCourseForName($abbreviation: String!, $courseNumber: String!) {
  allCourses(abbreviation: $abbreviation, courseNumber: $courseNumber, first: 1) {
    edges {
      node {
        id
        title
        description
        prerequisites
        playlistSet {
          edges {
            node {
              category
              name
            }
          }
        }
      }
    }
  }
}";

const ID: &str = r"query GetCourseForId($id: ID!) {
  course(id: $id) {
    title
    crossListing {
      edges {
        node {
          abbreviation
          courseNumber
        }
      }
    }
    sectionSet(first: 10) {
      edges {
        node {
          ccn
          kind
          instructor
          wordDays
          startTime
          endTime
          locationName
        }
      }
    }
  }
}";

const FILTERS: &str = r"query GetFilters {
  allPlaylists {
    edges {
      node {
        id
        name
        category
        semester
        year
      }
    }
  }
}";

const SEMESTERS: &str = r#"query GetSemesters {
  allPlaylists(category: "semester") {
    edges {
      node {
        id
        name
        semester
        year
      }
    }
  }
}"#;

const SCHEDULER: &str = r"query GetSchedulerCourseForId($id: ID!) {
  course(id: $id) {
    title
    units
    sectionSet(isPrimary: true, first: 3) {
      edges {
        node {
          ccn
          sectionNumber
          associatedSections {
            edges {
              node {
                ccn
                kind
                sectionNumber
              }
            }
          }
        }
      }
    }
  }
}";

const GRADES: &str = r"query Grades($id: ID) {
  allGrades(course: $id, first: 20) {
    sectionGpa
    sectionLetter
    denominator
    distribution {
      letter
      numerator
      percent
    }
    edges {
      node {
        semester
        year
        instructor
        sectionGpa
      }
    }
  }
}";

const ENROLLMENT: &str = r"query Enrollment($id: ID, $semester: String, $year: Int) {
  courseEnrollmentBySemester(courseId: $id, semester: $semester, year: $year) {
    enrolledMax
    telebears {
      phase1Start
      phase2Start
      adjStart
    }
    data {
      day
      dateCreated
      enrolled
      enrolledPercent
      waitlisted
    }
  }
}";

const MEETINGS: &str = r"query Meetings($id: ID!) {
  course(id: $id) {
    title
    terms
    sections {
      ccn
      openSeats
      meetings {
        days
        startTime
        endTime
        locationName
        instructors {
          name
        }
      }
      reservedSeats {
        group
        openSeats
      }
    }
  }
}";

const SOURCES: &str = r"query Sources {
  catalogVersion
  sources {
    name
    term
    asOf
    isOff
    reason
  }
  terms {
    name
    isCurrent
    courseCount
  }
}";

/// Each by its name, about the course that most people take.
pub(super) fn all(snapshot: &Snapshot) -> Vec<(String, Form)> {
    let known = (0..).map(CourseIndex).zip(snapshot.courses()).max_by_key(|(_, entry)| entry.popularity);
    let playlist = snapshot.all_playlists().first().map(|entry| id("PlaylistType", entry.id.0));
    let by_id = known.map_or(Value::Null, |(_, entry)| json!({ "id": id("CourseType", entry.id.0) }));
    let samples = [
        ("GetCoursesForFilter", FILTER, json!({ "playlists": playlist.unwrap_or_default() })),
        ("GetCourseForName", NAME, known.map_or(Value::Null, |(_, entry)| by_name(entry))),
        ("GetCourseForId", ID, by_id.clone()),
        ("GetFilters", FILTERS, Value::Null),
        ("GetSemesters", SEMESTERS, Value::Null),
        ("GetSchedulerCourseForId", SCHEDULER, by_id.clone()),
        ("Grades of a course", GRADES, by_id.clone()),
        (
            "Enrollment day by day",
            ENROLLMENT,
            known.map_or(Value::Null, |(place, entry)| by_term(snapshot, place, entry)),
        ),
        ("All meetings and reserved seats", MEETINGS, by_id),
        ("How current everything is", SOURCES, Value::Null),
    ];
    let form = |query: &str, variables: &Value| Form {
        query: query.to_owned(),
        variables: if variables.is_null() { String::new() } else { variables.to_string() },
        operation_name: String::new(),
    };
    samples.iter().map(|(name, query, variables)| ((*name).to_owned(), form(query, variables))).collect()
}

fn by_name(entry: &CourseEntry) -> Value {
    let course = &entry.course;
    json!({ "abbreviation": course.subject_abbreviation, "courseNumber": course.code.number.as_str() })
}

fn by_term(snapshot: &Snapshot, place: CourseIndex, entry: &CourseEntry) -> Value {
    let term = snapshot.terms_of(place).next().map(|entry| entry.term.id);
    let (semester, year) = term.map_or(("fall", 0), |term| (term.semester().slug(), term.year()));
    json!({ "id": id("CourseType", entry.id.0), "semester": semester, "year": year })
}

/// A global id, without quotes.
fn id(type_name: &str, number: u64) -> String {
    let mut json = Json::default();
    global_id::write_number(&mut json, type_name, number);
    String::from_utf8_lossy(&json.into_bytes()).trim_matches('"').to_owned()
}
