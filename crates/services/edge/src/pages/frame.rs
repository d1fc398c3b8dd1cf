//! The frame around what the edge shows: the site's name, and the way to `/status`.

use design::theme::Theme;
use maud::{DOCTYPE, Markup, html};

use crate::pages::STATUS_PATH;
use crate::pages::sheet;

/// A page.
pub(super) struct Sheet<'a> {
    pub(super) site_name: &'a str,
    pub(super) title: &'a str,
    pub(super) theme: Theme,
    /// With exactly one `h1`.
    pub(super) main: Markup,
}

/// The whole page.
pub(super) fn html(page: &Sheet<'_>) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" data-theme=[page.theme.attribute()] {
            head {
                meta charset="utf-8";
                title { (page.title) " · " (page.site_name) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                link rel="stylesheet" href=(sheet::path());
                link rel="icon" href=(sheet::ICON_PATH) type="image/svg+xml";
            }
            body.edge {
                a.skip href="#main" { "Skip to the content" }
                header.site-header {
                    div.site-header-inner {
                        a.brand href="/" {
                            img src=(sheet::ICON_PATH) alt="" width="28" height="28";
                            span { (page.site_name) }
                        }
                        nav.edge-nav aria-label="Main" { a href=(STATUS_PATH) { "Status" } }
                    }
                }
                main id="main" tabindex="-1" { (page.main) }
                footer.site-footer {
                    div {
                        span { "This page comes from the front door of " (page.site_name) ", which needs nothing else to run." }
                    }
                }
            }
        }
    };
    markup.into_string()
}
