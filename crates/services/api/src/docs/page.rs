//! The page around guide and endpoints.

use catalog::switches::Switches;
use design::heading::{PageHeading, page_heading};
use design::layout::{self, NavLink, Site, columns_of_links, section};
use design::notice::{Notice, NoticeKind};
use design::theme::Theme;
use maud::{Markup, html};

use super::endpoint::{anchor, described};
use super::example::Example;
use super::{PATH, guide};
use crate::config::Config;
use crate::rest::endpoint::{Endpoint, Group, all};

/// The whole page.
pub(super) fn html(config: &Config, theme: Theme, examples: &[Example], off: &Switches) -> String {
    let site = Site {
        name: config.site_name.clone(),
        nav: vec![NavLink { label: "Catalog".to_owned(), href: "/catalog".to_owned(), keys: Some("g c".to_owned()) }],
        footer: html! {
            span { (config.site_name) " helps to find classes. It is made by students, not by the university." }
        },
    };
    let banner = |off: &catalog::switches::SwitchedOff| Notice {
        kind: NoticeKind::Warning,
        title: format!("{} is switched off.", off.source.title()),
        body: html! { "The reason: " (off.reason) },
    };
    let page = layout::Page {
        title: "API".to_owned(),
        description: "The course catalog for programs: every address, its parameters, and what it answers.".to_owned(),
        theme,
        canonical: config.public_url.as_ref().map(|url| format!("{url}{PATH}")),
        path: PATH.to_owned(),
        banners: off.iter().map(banner).collect(),
        main: main(examples),
        ..layout::Page::default()
    };
    layout::page(&site, &page).into_string()
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
