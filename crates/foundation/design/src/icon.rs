//! The few signs that stand beside words. They are drawn on a grid of 16 and never stand alone for a screen reader.

use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Icon {
    Search,
    System,
    Sun,
    Moon,
    Cross,
    Info,
    Warning,
    Flask,
    Tick,
    Sliders,
}

pub(crate) fn icon(icon: Icon) -> Markup {
    let path = match icon {
        Icon::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4 14 14",
        Icon::System => "M2 3h12v8H2zM5.5 14h5M8 11v3",
        Icon::Sun => {
            "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.4M8 13.6V15M1 8h1.4M13.6 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
        }
        Icon::Moon => "M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z",
        Icon::Cross => "M4 4l8 8M12 4l-8 8",
        Icon::Info => "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 7.2v4M8 4.7v.1",
        Icon::Warning => "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1",
        Icon::Flask => "M6 1.8h4M6.8 1.8v4.4L2.9 13a1 1 0 0 0 .9 1.4h8.4a1 1 0 0 0 .9-1.4L9.2 6.2V1.8M4.8 10h6.4",
        Icon::Tick => "M3 8.5 6.5 12 13 4.5",
        Icon::Sliders => "M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.8v3.4M6 9.8v3.4",
    };
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(path) {}
        }
    }
}
