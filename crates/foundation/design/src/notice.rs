//! A word to the reader that is not part of the content.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::icon::{Icon, icon};

/// What kind of word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    #[default]
    Info,
    /// It worked.
    Success,
    /// Take care.
    Warning,
    /// It did not work.
    Error,
    /// The data is made up.
    Demo,
}

impl NoticeKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Info => "notice notice-info",
            Self::Success => "notice notice-success",
            Self::Warning => "notice notice-warning",
            Self::Error => "notice notice-error",
            Self::Demo => "notice notice-demo",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Info => Icon::Info,
            Self::Success => Icon::Tick,
            Self::Warning | Self::Error => Icon::Warning,
            Self::Demo => Icon::Flask,
        }
    }
}

/// A word to the reader.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What kind.
    pub kind: NoticeKind,
    /// The gist, in bold: `Demo data.`
    pub title: String,
    /// The rest, perhaps with a link.
    pub body: Markup,
}

/// A notice in the text or, given to [`crate::layout::Page::banners`], above it.
#[must_use]
pub fn notice(notice: &Notice) -> Markup {
    html! {
        div class=(notice.kind.class()) role=[(notice.kind == NoticeKind::Error).then_some("alert")] {
            (icon(notice.kind.icon()))
            p { strong { (notice.title) } " " (notice.body) }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let make =
        |kind, title: &str, body: &str| notice(&Notice { kind, title: title.to_owned(), body: html! { (body) } });
    let markup = html! {
        div.stack {
            (make(NoticeKind::Demo, "Demo data.", "This campus is made up: courses, people, seats and grades are samples."))
            (make(NoticeKind::Info, "Phase 2 begins on Tuesday.", "Your second appointment is listed with the registrar."))
            (make(NoticeKind::Success, "Saved.", "The class is on your list."))
            (make(NoticeKind::Warning, "Seats are from yesterday.", "Last night's update brought too little and was not published."))
            (make(NoticeKind::Error, "That did not work.", "The class was not saved. Try again in a minute."))
        }
    };
    vec![Example::new(
        "Messages",
        "Notice",
        "The sign and the first words say the kind; the colour repeats it.",
        markup,
    )]
}
