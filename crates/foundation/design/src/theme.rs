//! Light or dark: by the system, or by the reader's choice. The choice is a cookie, so the server sends the right page
//! at once: no flash, no script.

use maud::{Markup, html};

use crate::icon::{Icon, icon};

/// Where the theme form is posted: fields `theme` and `return_to`.
pub const PATH: &str = "/-/theme";

const COOKIE: &str = "theme";
const YEAR_SECONDS: u32 = 31_536_000;

/// Which colours a page is sent in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// `system`, `light`, `dark`: the cookie's and the form's value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a form's value; anything unknown is `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Reads the choice from a `Cookie` header; without one, the system decides.
    #[must_use]
    pub fn from_cookies(header: &str) -> Self {
        let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| Self::from_name(value)).unwrap_or_default()
    }

    /// The `Set-Cookie` value that remembers the choice for a year, or forgets it for [`Theme::System`].
    #[must_use]
    pub fn set_cookie(self, secure: bool) -> String {
        let age_seconds = if self == Self::System { 0 } else { YEAR_SECONDS };
        let secure = if secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; Path=/; Max-Age={age_seconds}; SameSite=Lax; HttpOnly{secure}", self.name())
    }

    /// The `data-theme` of the page; none when the system decides.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then(|| self.name())
    }
}

/// The address to go back to after the choice: only a path of this site, never another host.
#[must_use]
pub fn return_path(wanted: &str) -> &str {
    let inside = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.starts_with("/\\");
    let clean = !wanted.chars().any(|c| c.is_control() || c == '\\');
    if inside && clean { wanted } else { "/" }
}

pub(crate) fn switch(current: Theme, return_to: &str) -> Markup {
    html! {
        form.theme method="post" action=(PATH) {
            input type="hidden" name="return_to" value=(return_to);
            fieldset {
                legend.unseen { "Colours" }
                @for (theme, sign, label) in [
                    (Theme::System, Icon::System, "As the system"),
                    (Theme::Light, Icon::Sun, "Light"),
                    (Theme::Dark, Icon::Moon, "Dark"),
                ] {
                    button name="theme" value=(theme.name()) aria-pressed=(if theme == current { "true" } else { "false" })
                        title=(label) {
                        (icon(sign)) span.unseen { (label) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_read_from_the_cookies() {
        assert_eq!(Theme::from_cookies("a=1; theme=dark; b=2"), Theme::Dark);
        assert_eq!(Theme::from_cookies("mytheme=dark"), Theme::System);
        assert_eq!(Theme::from_cookies("theme=purple"), Theme::System);
        assert_eq!(Theme::from_cookies(""), Theme::System);
    }

    #[test]
    fn choosing_the_system_forgets_the_cookie() {
        assert!(Theme::System.set_cookie(false).contains("Max-Age=0"));
        assert!(Theme::Dark.set_cookie(true).ends_with("; Secure"));
    }

    #[test]
    fn the_way_back_never_leaves_the_site() {
        assert_eq!(return_path("/catalog?q=cs"), "/catalog?q=cs");
        for evil in ["https://x.example", "//x.example", "/\\x.example", "", "/a\r\nSet-Cookie: b", "/\t/x.example"] {
            assert_eq!(return_path(evil), "/", "{evil:?}");
        }
    }
}
