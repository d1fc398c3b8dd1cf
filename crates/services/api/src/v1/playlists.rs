//! `GET /api/v1/playlists`

use catalog::playlist::Category;
use catalog::snapshot::PlaylistEntry;

use super::document::{List, Nothing, Part};
use super::list::{self, CURSOR, LIMIT};
use super::named::{self, TERM};
use super::view::playlist::PlaylistLine;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_playlists",
    path: "/api/v1/playlists",
    group: Group::Requirements,
    summary: "Requirements and other named sets of courses",
    about: "Each is a filter of `/api/v1/courses`: the category is the parameter, the slug its value. L&S breadths are a \
            term's own.",
    parameters: &[
        Parameter::list(
            "category",
            Kind::OneOf(&["university", "ls", "engineering", "haas", "units", "level", "department", "semester"]),
            "Only of this kind.",
        ),
        Parameter::query(TERM.name, Kind::Term, "L&S breadths of this term; of the current one when left out."),
        LIMIT,
        CURSOR,
    ],
    shape: |schemas| schemas.subschema_for::<List<'static, PlaylistLine<'static>, Nothing>>(),
    example: |_| Some("/api/v1/playlists?limit=1".to_owned()),
    doing: Doing::Memory(playlists),
};

fn playlists(ask: &Ask) -> Outcome {
    let term = named::term_or_current(ask)?;
    let chosen: Vec<&str> = ask.texts("category").collect();
    let is_wanted = |category: &Category| chosen.is_empty() || chosen.contains(&category.slug());
    let found: Vec<&PlaylistEntry> = Category::ALL
        .into_iter()
        .filter(is_wanted)
        .flat_map(|category| ask.snapshot.playlists(category, term))
        .collect();
    list::page(ask, &[Part::Playlists], &found, |entry| entry.id.0, |entry| PlaylistLine::of(entry), Nothing {})
}
