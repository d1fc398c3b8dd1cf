//! `GET /api/catalog/catalog_json/filters/` and `…/filters/{abbreviation}/{course_number}/`

use catalog::playlist::Category;
use schemars::JsonSchema;
use serde::Serialize;

use super::playlists::{self, NO_DEPARTMENT, Playlist};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};

const ABBREVIATION: Parameter =
    Parameter::path("abbreviation", Kind::Text { chars_max: 60 }, "A subject area, as `COMPSCI`.");

const COURSE_NUMBER: Parameter = Parameter::path("course_number", Kind::Text { chars_max: 20 }, "A number, as `61A`.");

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_filters",
    path: "/api/catalog/catalog_json/filters/",
    group: Group::Legacy,
    summary: "All filters of the catalog",
    about: "Today: `/api/v1/playlists`.",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<Filters<'static>>(),
    example: |_| Some("/api/catalog/catalog_json/filters/".to_owned()),
    doing: Doing::Memory(filters),
};

pub(super) static WITH_COURSE: Endpoint = Endpoint {
    name: "legacy_filters_with_course",
    path: "/api/catalog/catalog_json/filters/{abbreviation}/{course_number}/",
    group: Group::Legacy,
    summary: "All filters of the catalog, and the id of a course",
    about: "`default_course` is empty when there is no such course.",
    parameters: &[ABBREVIATION, COURSE_NUMBER],
    shape: |schemas| schemas.subschema_for::<Filters<'static>>(),
    example: |snapshot| {
        let code = &snapshot.courses().first()?.course.code;
        Some(format!("/api/catalog/catalog_json/filters/{}/{}/", code.subject, code.number))
    },
    doing: Doing::Memory(filters),
};

/// All playlists by category.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyFilters")]
struct Filters<'a> {
    haas: Vec<Playlist<'a>>,
    /// Breadths of the current term.
    ls: Vec<Playlist<'a>>,
    university: Vec<Playlist<'a>>,
    engineering: Vec<Playlist<'a>>,
    /// The first one is the empty choice.
    department: Vec<Playlist<'a>>,
    units: Vec<Playlist<'a>>,
    level: Vec<Playlist<'a>>,
    /// The newest first.
    semester: Vec<Playlist<'a>>,
    /// The ids of the current term's playlists, with commas between them.
    default_playlists: String,
    default_course: DefaultCourse,
}

/// The id of the course in the address, or an empty text.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "LegacyDefaultCourse")]
enum DefaultCourse {
    Id(u64),
    None(&'static str),
}

fn filters(ask: &Ask) -> Outcome {
    let current = ask.default_term();
    let of = |category| -> Vec<Playlist<'_>> {
        playlists::of_category(&ask.snapshot, category, current).map(|entry| Playlist::of(entry, current)).collect()
    };
    let mut department = vec![NO_DEPARTMENT];
    department.extend(of(Category::Department));
    let default_playlists = current.into_iter().flat_map(|term| playlists::of_term(&ask.snapshot, term));
    let default_playlists: Vec<String> = default_playlists.map(|entry| entry.id.to_string()).collect();
    let course = ask.snapshot.find_course(ask.word("abbreviation"), ask.word("course_number"));
    json(&Filters {
        haas: of(Category::Haas),
        ls: of(Category::Ls),
        university: of(Category::University),
        engineering: of(Category::Engineering),
        department,
        units: of(Category::Units),
        level: of(Category::Level),
        semester: of(Category::Semester),
        default_playlists: default_playlists.join(","),
        default_course: course
            .map_or(DefaultCourse::None(""), |course| DefaultCourse::Id(ask.snapshot.course(course).id.0)),
    })
}
