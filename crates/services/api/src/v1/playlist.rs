//! `GET /api/v1/playlists/{id}`

use catalog::ids::PlaylistId;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, Part, one};
use super::view::course::CourseName;
use super::view::playlist::PlaylistLine;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};
use crate::rest::problem::Problem;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_playlist",
    path: "/api/v1/playlists/{id}",
    group: Group::Requirements,
    summary: "A requirement with all its courses",
    about: "",
    parameters: &[Parameter::path("id", Kind::Number { min: 0, max: ID_MAX }, "The playlist's id.")],
    shape: |schemas| schemas.subschema_for::<Document<'static, WithCourses<'static>>>(),
    example: |snapshot| {
        let smallest = snapshot.all_playlists().iter().filter(|playlist| !playlist.courses.is_empty());
        smallest.min_by_key(|playlist| playlist.courses.count()).map(|entry| format!("/api/v1/playlists/{}", entry.id))
    },
    doing: Doing::Memory(playlist),
};

/// A playlist with its courses.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaylistWithCourses")]
struct WithCourses<'a> {
    #[serde(flatten)]
    playlist: PlaylistLine<'a>,
    /// In natural order.
    courses: Vec<CourseName<'a>>,
}

fn playlist(ask: &Ask) -> Outcome {
    let id = ask.number("id").unwrap_or_default();
    let place = ask.snapshot.playlist_by_id(PlaylistId(id));
    let place = place.ok_or_else(|| Problem::not_found(format!("There is no playlist with the id {id}.")))?;
    let entry = ask.snapshot.playlist(place);
    let courses = entry.courses.iter().map(|course| CourseName::of(ask.snapshot.course(course))).collect();
    one(ask, &[Part::Playlists], WithCourses { playlist: PlaylistLine::of(entry), courses })
}
