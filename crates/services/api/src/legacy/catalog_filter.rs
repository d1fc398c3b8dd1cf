//! `GET /api/catalog/filter/`

use catalog::course_set::{CourseIndex, CourseSet};
use catalog::ids::PlaylistId;
use catalog::playlist::Category;
use catalog::snapshot::{PlaylistEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use super::lists::naturally_sorted;
use super::words::{self, UNKNOWN_COUNT};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};

const FILTERS: Parameter =
    Parameter::query("filters", Kind::Numbers { separator: ',' }, "Ids of playlists with commas between them.");

const COURSE: Parameter =
    Parameter::query("course_id", Kind::Number { min: 0, max: ID_MAX }, "Only this course, whatever `filters` says.");

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_filter",
    path: "/api/catalog/filter/",
    group: Group::Legacy,
    summary: "Courses by filters",
    about: "A course must be in all chosen playlists of `university`, `ls`, `engineering` and `haas`, in any of those of \
            every other category, and satisfy every category. Where nothing valid was asked for, the list is empty; in \
            2021 an empty object came instead. Today: `/api/v1/courses`.",
    parameters: &[FILTERS, COURSE],
    shape: |schemas| schemas.subschema_for::<Vec<Row<'static>>>(),
    example: |snapshot| {
        let mut filled = snapshot.all_playlists().iter().filter(|playlist| !playlist.courses.is_empty());
        filled.next().map(|playlist| format!("/api/catalog/filter/?filters={}", playlist.id))
    },
    doing: Doing::Memory(filtered),
};

/// A course of the filtered list. Figures are of the current term; −1 is what is not known.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyFilteredCourse")]
struct Row<'a> {
    id: u64,
    abbreviation: &'a str,
    course_number: &'a str,
    title: &'a str,
    grade_average: f64,
    letter_average: &'static str,
    enrolled: i32,
    /// As a share, 0 to 1.
    enrolled_percentage: f64,
    open_seats: i32,
    waitlisted: i32,
    /// As `4.0`, `1.0 - 4.0`, `3.0 or 4.0`.
    units: String,
    description: &'a str,
}

fn filtered(ask: &Ask) -> Outcome {
    if ask.number(COURSE.name).is_some() {
        let course = words::course(ask, COURSE.name)?;
        return json(&[Row::of(ask, course)]);
    }
    let chosen: Vec<&PlaylistEntry> = ask
        .numbers(FILTERS.name)
        .iter()
        .filter_map(|id| ask.snapshot.playlist_by_id(PlaylistId(*id)))
        .map(|place| ask.snapshot.playlist(place))
        .collect();
    let rows = match satisfying(&ask.snapshot, &chosen) {
        Some(set) => naturally_sorted(&ask.snapshot, |course| set.contains(course)),
        None => Vec::new(),
    };
    let places = rows.into_iter().filter_map(|entry| ask.snapshot.place(&entry.course.code));
    json(&places.map(|course| Row::of(ask, course)).collect::<Vec<_>>())
}

/// The courses that satisfy all categories; `None` when nothing is chosen.
fn satisfying(snapshot: &Snapshot, chosen: &[&PlaylistEntry]) -> Option<CourseSet> {
    let count = snapshot.courses().len();
    (!chosen.is_empty()).then(|| {
        let mut all = CourseSet::all(count);
        for category in Category::ALL {
            let mut of_category = chosen.iter().filter(|entry| entry.key.category == category).peekable();
            if of_category.peek().is_none() {
                continue;
            }
            if category.needs_all() {
                of_category.for_each(|entry| all.keep(&entry.courses));
            } else {
                let mut any = CourseSet::none(count);
                of_category.for_each(|entry| any.add(&entry.courses));
                all.keep(&any);
            }
        }
        all
    })
}

impl<'a> Row<'a> {
    fn of(ask: &'a Ask, course: CourseIndex) -> Self {
        let entry = ask.snapshot.course(course);
        let seats = words::seats(ask, ask.default_term(), course);
        Self {
            id: entry.id.0,
            abbreviation: &entry.course.subject_abbreviation,
            course_number: entry.course.code.number.as_str(),
            title: &entry.course.title,
            grade_average: words::grade_average(entry),
            letter_average: words::letter_average(entry),
            enrolled: seats.map_or(UNKNOWN_COUNT, |seats| seats.enrolled),
            enrolled_percentage: words::enrolled_percentage(seats.as_ref()),
            open_seats: seats.map_or(UNKNOWN_COUNT, |seats| seats.open_seats),
            waitlisted: seats.map_or(UNKNOWN_COUNT, |seats| seats.waitlisted),
            units: words::units(entry.course.units.as_ref()),
            description: &entry.course.description,
        }
    }
}
