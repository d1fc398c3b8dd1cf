//! The frame that all pages share: header, banners, footer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use catalog::published::Current;
use catalog::run::Step;
use catalog::snapshot::Snapshot;
use catalog::switches::Source;
use catalog::term::TermId;
use design::as_of::AsOf;
use design::assets::Asset;
use design::layout::{self, NavLink, Site};
use design::notice::{Notice, NoticeKind};
use design::search::{SearchField, SearchSize};
use design::theme::Theme;
use http::StatusCode;
use httpkit::cache::CachePolicy;
use httpkit::page::Page;
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};

use crate::account_menu;
use crate::address::CATALOG;
use crate::moment;
use crate::pages::planner::PLANNER;
use crate::pages::{bugs, enrollment, grades, instructors, prose, updates};
use crate::service::App;
use crate::switched_off;
use crate::visitor::Visitor;
use crate::words;

/// The API's documentation, served by another service at the same address.
const API_DOCS: &str = "/api/docs";

/// The links of the header: name, address, keys.
const NAV: [(&str, &str, &str); 4] = [
    ("Catalog", CATALOG, "g c"),
    ("Planner", PLANNER, "g p"),
    ("Grades", grades::PATH, "g r"),
    ("Enrollment", enrollment::PATH, "g e"),
];

/// The links of the footer.
const FOOTER: [(&str, &str); 7] = [
    ("Instructors", instructors::PATH),
    ("About", prose::ABOUT),
    ("Questions", prose::FAQ),
    ("What changed", prose::RELEASES),
    ("How current it is", updates::PATH),
    ("Privacy", prose::PRIVACY),
    ("Terms", prose::TERMS),
];

/// Who looks, from where, and at what.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) theme: Theme,
    /// The path with its query.
    pub(crate) path: String,
    pub(crate) current: Current,
    pub(crate) now: Zoned,
    pub(crate) visitor: Visitor,
    /// Whether something of the page could not be asked of the database: such a page is of the moment.
    pub(crate) went_without: Arc<AtomicBool>,
}

/// What a page brings along.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) title: String,
    /// One sentence for search engines and link previews.
    pub(crate) description: String,
    /// The path that search engines should keep.
    pub(crate) canonical: Option<String>,
    pub(crate) status: StatusCode,
    /// Whether it belongs to the catalog.
    pub(crate) is_catalog: bool,
    /// The link of the header to which it belongs otherwise.
    pub(crate) current_nav: Option<&'static str>,
    /// Whether it has a search of its own, so that the header needs none.
    pub(crate) has_search: bool,
    /// Whether search engines should leave it out.
    pub(crate) no_index: bool,
    /// Whether it has three columns.
    pub(crate) is_wide: bool,
    /// Style sheets besides the site's own.
    pub(crate) stylesheets: Vec<Asset>,
    /// Scripts besides the site's own.
    pub(crate) scripts: Vec<Asset>,
    pub(crate) main: Markup,
}

/// The page with everything around it.
pub(crate) fn page(app: &App, surroundings: &Surroundings, content: Content) -> Page {
    let title = content.title.clone();
    let status = content.status;
    let html = html(app, surroundings, content);
    let page = Page::new(title, html).with_status(status);
    // Whose page says who looks is kept by nobody, not even for the way back.
    let is_for_all = surroundings.visitor.is_nobody() && !surroundings.went_without.load(Ordering::Relaxed);
    if is_for_all { page } else { page.with_cache(CachePolicy::NoStore) }
}

/// The same as a text.
pub(crate) fn html(app: &App, surroundings: &Surroundings, content: Content) -> String {
    let snapshot = surroundings.current.snapshot.as_deref();
    let site = Site {
        name: app.config.site_name.clone(),
        nav: NAV.map(nav_link).into(),
        footer: footer(app, surroundings, snapshot),
        account: account_menu::menu(app, surroundings),
    };
    let public = app.config.public_url.as_ref();
    let page = layout::Page {
        title: content.title,
        description: content.description,
        theme: surroundings.theme,
        canonical: public.zip(content.canonical).map(|(public, path)| format!("{public}{path}")),
        path: surroundings.path.clone(),
        current_nav: content.is_catalog.then_some(CATALOG).or(content.current_nav).map(str::to_owned),
        banners: snapshot.and_then(origin_banner).into_iter().collect(),
        search: (!content.has_search).then(header_search),
        is_wide: content.is_wide,
        no_index: content.no_index || content.status != StatusCode::OK,
        stylesheets: content.stylesheets,
        scripts: content.scripts,
        main: content.main,
        ..layout::Page::default()
    };
    layout::page(&site, &page).into_string()
}

fn nav_link((label, href, keys): (&str, &str, &str)) -> NavLink {
    NavLink { label: label.to_owned(), href: href.to_owned(), keys: Some(keys.to_owned()) }
}

/// Data that is not the campus's own of today says so on every page.
fn origin_banner(snapshot: &Snapshot) -> Option<Notice> {
    let (title, body) = snapshot.state()?.origin.caution()?;
    Some(Notice { kind: NoticeKind::Demo, title: title.to_owned(), body: html! { (body) } })
}

fn header_search() -> SearchField {
    SearchField {
        id: "header-search".to_owned(),
        action: CATALOG.to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "cs 61a, linear algebra…".to_owned(),
        size: SearchSize::Small,
        ..SearchField::default()
    }
}

fn footer(app: &App, surroundings: &Surroundings, snapshot: Option<&Snapshot>) -> Markup {
    html! {
        nav.footer-links aria-label="About this site" {
            ul {
                @for (label, href) in FOOTER { li { a href=(href) { (label) } } }
                li { a href=(bugs::address(&surroundings.path)) rel="nofollow" { "Report a mistake" } }
            }
        }
        span { (app.config.site_name) " helps to find classes. It is made by students, not by the university." }
        @if let Some(state) = snapshot.and_then(Snapshot::state) {
            span {
                "Catalog of "
                time datetime=(state.published_at) { (moment::in_words(state.published_at, &surroundings.now)) }
                ", " (words::source(state.origin)) "."
            }
        }
        @if let Some(off) = snapshot.and_then(|snapshot| snapshot.switches().off(Source::PublicApi)) {
            span {
                "The public API is closed since "
                time datetime=(off.since) { (moment::in_words(off.since, &surroundings.now)) }
                ". The reason: " (off.reason)
            }
        } @else {
            span { "For programs: the " a href=(API_DOCS) { "API" } }
        }
        @if let Some(since) = surroundings.current.database_lost_since {
            span {
                "The database has not answered since "
                time datetime=(since) { (moment::in_words(since, &surroundings.now)) }
                "; pages come from memory."
            }
        }
    }
}

/// As of when a step's source holds, for a line on the page.
pub(crate) fn as_of(snapshot: &Snapshot, what: &str, at: Timestamp, now: &Zoned) -> AsOf {
    AsOf {
        what: what.to_owned(),
        when: moment::in_words(at, now),
        datetime: Some(at.to_string()),
        source: snapshot.state().map(|state| words::source(state.origin).to_owned()),
    }
}

/// As of when the seats of a term hold; `None` when they are unknown or not shown.
pub(crate) fn seats_as_of(snapshot: &Snapshot, term: TermId) -> Option<Timestamp> {
    if switched_off::is_off(snapshot, Source::Enrollment) {
        return None;
    }
    snapshot.as_of(Step::Enrollment, Some(term)).or_else(|| snapshot.as_of(Step::Class, Some(term)))
}

/// What the reader should know before trusting a term's data: refused or failed updates, a database that is gone.
pub(crate) fn troubles(snapshot: &Snapshot, current: &Current, term: Option<TermId>, now: &Zoned) -> Vec<Notice> {
    let concerns = |of: Option<TermId>| of.is_none() || of == term;
    let mut notices = Vec::new();
    for source in snapshot.sources().iter().filter(|source| concerns(source.term)) {
        let Some((at, reason)) = &source.trouble else { continue };
        let what = match source.step {
            Step::Term => "Terms",
            Step::Course => "Courses",
            Step::Class => "Classes and sections",
            Step::Enrollment => "Seats",
            Step::Playlist => "Requirements",
        };
        let held = source.as_of.map_or_else(
            || "They have never been updated.".to_owned(),
            |as_of| format!("What you see is of {}.", moment::in_words(as_of, now)),
        );
        notices.push(Notice {
            kind: NoticeKind::Warning,
            title: format!("{what} were not updated at {}.", moment::in_words(*at, now)),
            body: html! { (held) " The reason: " (reason) },
        });
    }
    if let Some(since) = current.database_lost_since {
        notices.push(Notice {
            kind: NoticeKind::Warning,
            title: "Live updates are interrupted.".to_owned(),
            body: html! {
                "The database has not answered since " (moment::in_words(since, now))
                ". Everything below comes from memory and may be older than it says."
            },
        });
    }
    notices
}
