//! The frame of every page: head, header, main, footer.

use maud::{DOCTYPE, Markup, html};

use crate::assets::{Asset, ICON, SCRIPT, STYLESHEET};
use crate::notice::{Notice, notice};
use crate::search::{SearchField, search_form};
use crate::theme::{self, Theme};

/// A link of the header.
#[derive(Clone, Debug, Default)]
pub struct NavLink {
    /// Its name.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Keys that lead there, such as `g c`; they appear in the help by themselves.
    pub keys: Option<String>,
}

/// What is the same on every page.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The site's name.
    pub name: String,
    /// The links of the header.
    pub nav: Vec<NavLink>,
    /// What stands in the footer.
    pub footer: Markup,
    /// The corner of the header: the way in, or who is in.
    pub account: Markup,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The title, without the site's name.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: String,
    /// The language of the text, `en`; empty means `en`.
    pub lang: String,
    /// Light or dark.
    pub theme: Theme,
    /// The whole address that search engines should keep.
    pub canonical: Option<String>,
    /// This page's path with its query: the theme switch comes back to it.
    pub path: String,
    /// Which link of the header this page belongs to, by its `href`.
    pub current_nav: Option<String>,
    /// Words above the content, such as that the data is made up.
    pub banners: Vec<Notice>,
    /// The search of the header; none on pages that have a search of their own.
    pub search: Option<SearchField>,
    /// Whether search engines should leave the page out.
    pub no_index: bool,
    /// Whether it has three columns, which need more than the width of a text. Said where the page begins: a browser that
    /// paints the beginning alone must not move it when the columns come.
    pub is_wide: bool,
    /// Style sheets besides the site's own.
    pub stylesheets: Vec<Asset>,
    /// Scripts besides the site's own: ES modules.
    pub scripts: Vec<Asset>,
    /// The content, with exactly one `h1`.
    pub main: Markup,
}

/// The page as HTML.
#[must_use]
pub fn page(site: &Site, page: &Page) -> Markup {
    let lang = if page.lang.is_empty() { "en" } else { &page.lang };
    html! {
        (DOCTYPE)
        html lang=(lang) data-theme=[page.theme.attribute()] {
            head { (head(site, page)) }
            body class=[page.is_wide.then_some("wide")] {
                a.skip href="#main" { "Skip to the content" }
                (header(site, page))
                @if !page.banners.is_empty() {
                    aside.banners aria-label="Notices" { @for banner in &page.banners { (notice(banner)) } }
                }
                main id="main" tabindex="-1" { (page.main) }
                footer.site-footer { div { (site.footer) } }
                p.unseen id="announcer" role="status" aria-live="polite" {}
            }
        }
    }
}

fn head(site: &Site, page: &Page) -> Markup {
    let title = if page.title.is_empty() { site.name.clone() } else { format!("{} · {}", page.title, site.name) };
    html! {
        meta charset="utf-8";
        title { (title) }
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="description" content=(page.description);
        @if page.no_index { meta name="robots" content="noindex"; }
        @if let Some(canonical) = &page.canonical {
            link rel="canonical" href=(canonical);
            meta property="og:url" content=(canonical);
        }
        meta property="og:type" content="website";
        meta property="og:site_name" content=(site.name);
        meta property="og:title" content=(title);
        meta property="og:description" content=(page.description);
        link rel="stylesheet" href=(STYLESHEET.path);
        @for stylesheet in &page.stylesheets { link rel="stylesheet" href=(stylesheet.path); }
        link rel="icon" href=(ICON.path) type=(ICON.content_type);
        script type="module" src=(SCRIPT.path) {}
        @for script in &page.scripts { script type="module" src=(script.path) {} }
    }
}

fn header(site: &Site, page: &Page) -> Markup {
    html! {
        header.site-header {
            div.site-header-inner {
                a.brand href="/" { (brand_mark()) span { (site.name) } }
                nav.site-nav aria-label="Main" {
                    ul {
                        @for link in &site.nav {
                            @let current = page.current_nav.as_ref() == Some(&link.href);
                            li {
                                a href=(link.href) aria-current=[current.then_some("true")] data-keys=[link.keys.as_ref()] {
                                    (link.label)
                                }
                            }
                        }
                    }
                }
                @if let Some(field) = &page.search { div.site-search { (search_form(field)) } }
                (theme::switch(page.theme, &page.path))
                (site.account)
            }
        }
    }
}

/// The same drawing as the icon, in the page's own colours.
fn brand_mark() -> Markup {
    html! {
        svg.brand-mark viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false" {
            rect.brand-ground width="32" height="32" rx="7" {}
            circle.brand-ring cx="16" cy="16" r="9.5" {}
            path.brand-hand d="M16 10.5V16l3.75 2.5" {}
        }
    }
}

/// A part of the page that script may replace by the same part of a newer page. `announce` is said aloud after that,
/// such as `214 courses`.
#[must_use]
pub fn region(id: &str, announce: &str, content: &Markup) -> Markup {
    html! { div.region id=(id) data-region data-announce=(announce) { (content) } }
}

/// Something narrow beside the main thing; above it on a phone.
#[must_use]
pub fn with_sidebar(sidebar: &Markup, main: &Markup) -> Markup {
    html! { div.with-sidebar { div.sidebar { (sidebar) } div.beside { (main) } } }
}

/// Filters, a list, and what is opened out of it: side by side on a wide desk. On smaller screens the filters stand
/// above the list, and what is opened takes the place of both.
#[must_use]
pub fn three_columns(filters: &Markup, list: &Markup, opened: &Opened) -> Markup {
    html! {
        div.columns {
            div.sidebar { (filters) }
            div.beside { (list) }
            div.opened id="opened" data-region data-parameter=(opened.parameter) data-of=[opened.content.as_ref().map(|_| &opened.page_href)] data-announce=[opened.content.as_ref().map(|_| &opened.announce)] {
                @match &opened.content {
                    Some(content) => {
                        p.opened-bar {
                            a.button.button-small href=(opened.close_href) data-close data-keys="x" data-does="Close what is opened" { "Back to the list" }
                            a href=(opened.page_href) { "Open as a page" }
                        }
                        (content)
                    }
                    None => div.opened-nothing { (opened.invitation) },
                }
            }
        }
    }
}

/// What is opened out of a list.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// It; `None` when nothing is.
    pub content: Option<Markup>,
    /// Its own page.
    pub page_href: String,
    /// The list without it.
    pub close_href: String,
    /// The parameter of the address that opens it.
    pub parameter: &'static str,
    /// What is said aloud when it was opened: `COMPSCI 61A is open`.
    pub announce: String,
    /// What stands in its place when nothing is opened.
    pub invitation: Markup,
}

/// The main thing with something narrow at its right, below it on a phone.
#[must_use]
pub fn with_aside(main: &Markup, aside: &Markup) -> Markup {
    html! { div.split { div { (main) } div { (aside) } } }
}

/// The opening of a site: the page's `h1`, a sentence, and what to do first, usually a large search.
#[must_use]
pub fn hero(title: &str, lead: &str, content: &Markup) -> Markup {
    html! { div.hero { h1 { (title) } p.lead { (lead) } (content) } }
}

/// Running text: paragraphs, lists and headings at a readable width.
#[must_use]
pub fn prose(content: &Markup) -> Markup {
    html! { div.prose { (content) } }
}

/// A card around something.
#[must_use]
pub fn panel(content: &Markup) -> Markup {
    html! { div.panel { (content) } }
}

/// A line above results: how many there are at the left, in a heading; how to sort them at the right.
#[must_use]
pub fn toolbar(heading: &str, actions: &Markup) -> Markup {
    html! { div.toolbar { h2 { (heading) } (actions) } }
}

/// A long list of links in as many columns as fit.
#[must_use]
pub fn columns_of_links(links: &[(String, String)]) -> Markup {
    html! { ul.columns-of-links { @for (label, href) in links { li { a href=(href) { (label) } } } } }
}

/// A part of a page with its heading. `aside` stands at the right of the heading.
#[must_use]
pub fn section(id: &str, heading: &str, aside: Option<&Markup>, content: &Markup) -> Markup {
    html! {
        section.section id=(id) aria-labelledby={ (id) "-heading" } {
            div.section-heading {
                h2 id={ (id) "-heading" } { (heading) }
                @if let Some(aside) = aside { (aside) }
            }
            (content)
        }
    }
}

/// A long text that folds after a few lines; shorter texts stand as they are. Without script it unfolds too.
#[must_use]
pub fn folded(summary: &str, text: &Markup) -> Markup {
    html! { details.folded { summary { (summary) } div { (text) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(theme: Theme) -> String {
        let site = Site {
            name: "Sample".to_owned(),
            nav: vec![NavLink { label: "List".to_owned(), href: "/list".to_owned(), keys: Some("g l".to_owned()) }],
            footer: html! { "Made of samples" },
            ..Site::default()
        };
        let content = Page {
            title: "A <page>".to_owned(),
            theme,
            path: "/list?q=a&b=c".to_owned(),
            current_nav: Some("/list".to_owned()),
            main: html! { h1 { "A page" } },
            ..Page::default()
        };
        page(&site, &content).into_string()
    }

    #[test]
    fn a_page_has_language_title_landmarks_and_a_way_past_the_header() {
        let html = sample(Theme::System);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\"><head>"), "{html}");
        for part in
            ["<title>A &lt;page&gt; · Sample</title>", "<main id=\"main\"", "<header", "<footer", "href=\"#main\""]
        {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains("aria-current=\"true\"") && html.contains("data-keys=\"g l\""));
        assert!(html.contains("value=\"/list?q=a&amp;b=c\""));
    }

    #[test]
    fn a_chosen_theme_is_sent_with_the_page() {
        assert!(sample(Theme::Dark).contains("<html lang=\"en\" data-theme=\"dark\">"));
        assert!(!sample(Theme::System).contains("data-theme"));
    }
}
