//! The frame of the API's own pages: the documentation and the explorer. The same header and colours as the site's.

use catalog::snapshot::Snapshot;
use catalog::switches::SwitchedOff;
use design::layout::{self, NavLink, Site};
use design::notice::{Notice, NoticeKind};
use design::theme::Theme;
use http::HeaderMap;
use http::header::COOKIE;
use maud::{Markup, html};

use crate::config::Config;

/// What a page brings along.
pub(crate) struct Content<'a> {
    pub(crate) title: &'a str,
    /// One sentence for search engines and link previews.
    pub(crate) description: &'a str,
    /// The path that search engines should keep.
    pub(crate) canonical: &'a str,
    /// The path with its query: where a change of colours leads back to.
    pub(crate) path: &'a str,
    /// Whether search engines should leave it out.
    pub(crate) no_index: bool,
    pub(crate) main: Markup,
}

/// The page with everything around it; while the first catalog is loaded, there is no snapshot.
pub(crate) fn page(config: &Config, theme: Theme, snapshot: Option<&Snapshot>, content: Content<'_>) -> String {
    let site = Site {
        name: config.site_name.clone(),
        nav: vec![NavLink { label: "Catalog".to_owned(), href: "/catalog".to_owned(), keys: Some("g c".to_owned()) }],
        footer: html! {
            span { (config.site_name) " helps to find classes. It is made by students, not by the university." }
        },
        ..Site::default()
    };
    let page = layout::Page {
        title: content.title.to_owned(),
        description: content.description.to_owned(),
        theme,
        canonical: config.public_url.as_ref().map(|url| format!("{url}{}", content.canonical)),
        path: content.path.to_owned(),
        banners: snapshot.map(banners).unwrap_or_default(),
        no_index: content.no_index,
        main: content.main,
        ..layout::Page::default()
    };
    layout::page(&site, &page).into_string()
}

/// The reader's colours.
pub(crate) fn theme_of(headers: &HeaderMap) -> Theme {
    headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()).map_or(Theme::System, Theme::from_cookies)
}

/// What is not the campus's own data of today, and what is switched off.
fn banners(snapshot: &Snapshot) -> Vec<Notice> {
    let caution = snapshot.state().and_then(|state| state.origin.caution());
    let origin =
        caution.map(|(title, body)| Notice { kind: NoticeKind::Demo, title: title.to_owned(), body: html! { (body) } });
    let off = |off: &SwitchedOff| Notice {
        kind: NoticeKind::Warning,
        title: format!("{} is switched off.", off.source.title()),
        body: html! { "The reason: " (off.reason) },
    };
    origin.into_iter().chain(snapshot.switches().iter().map(off)).collect()
}
