//! The page around guide and endpoints.

use catalog::snapshot::Snapshot;
use design::heading::{PageHeading, page_heading};
use design::layout::{columns_of_links, section};
use design::theme::Theme;
use maud::{Markup, html};

use super::endpoint::{anchor, described};
use super::example::Example;
use super::{PATH, guide};
use crate::config::Config;
use crate::frame::{self, Content};
use crate::rest::endpoint::{Endpoint, Group, all};

/// The whole page.
pub(super) fn html(config: &Config, theme: Theme, snapshot: Option<&Snapshot>, examples: &[Example]) -> String {
    let content = Content {
        title: "API",
        description: "The course catalog for programs: every address, its parameters, and what it answers.",
        canonical: PATH,
        path: PATH,
        no_index: false,
        main: main(examples),
    };
    frame::page(config, theme, snapshot, content)
}

fn main(examples: &[Example]) -> Markup {
    let heading = PageHeading {
        lead: Some(html! {
            "Everything that the site shows, for your own scripts. Read with GET, without a key. The same as an "
            a href="/api/v1/openapi.json" { "OpenAPI 3.1 document" } "."
        }),
        ..PageHeading::new("API")
    };
    html! {
        (page_heading(&heading))
        (contents())
        (guide::sections())
        @for group in Group::ALL {
            @let endpoints: Vec<&Endpoint> = all().filter(|endpoint| endpoint.group == group).collect();
            (section(&group_anchor(group), group.title(), None, &html! {
                div.stack {
                    p { (group.about()) }
                    @for endpoint in endpoints {
                        (described(endpoint, examples.iter().find(|example| example.endpoint == endpoint.name)))
                    }
                }
            }))
        }
    }
}

fn contents() -> Markup {
    let endpoints = all().filter(|endpoint| !endpoint.is_legacy());
    let mut links: Vec<(String, String)> =
        endpoints.map(|endpoint| (endpoint.summary.to_owned(), format!("#{}", anchor(endpoint)))).collect();
    let legacy = Group::Legacy;
    links.push((legacy.title().to_owned(), format!("#{}", group_anchor(legacy))));
    section("contents", "What there is", None, &columns_of_links(&links))
}

fn group_anchor(group: Group) -> String {
    format!("group-{group:?}").to_lowercase()
}
