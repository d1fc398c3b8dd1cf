//! Ways into the site: each a card that is one link, with a small drawing.

use maud::{Markup, html};

use crate::gallery::Example;

/// The drawing of a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorSign {
    /// A list.
    List,
    /// Bars.
    Bars,
    /// A line that rises.
    Curve,
    /// A week.
    Week,
    /// People.
    People,
}

/// A way in.
#[derive(Clone, Debug)]
pub struct Door {
    /// Its drawing.
    pub sign: DoorSign,
    /// `Catalog`.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// One sentence.
    pub about: String,
}

/// Two to five ways in.
#[must_use]
pub fn doors(doors: &[Door]) -> Markup {
    html! {
        ul.doors {
            @for door in doors {
                li.door {
                    (drawing(door.sign))
                    h2 { a href=(door.href) { (door.name) } }
                    p { (door.about) }
                }
            }
        }
    }
}

fn drawing(sign: DoorSign) -> Markup {
    html! {
        svg viewBox="0 0 56 36" aria-hidden="true" focusable="false" {
            @match sign {
                DoorSign::List => {
                    @for (y, width) in [(3, 34), (15, 44), (27, 26)] {
                        rect.series-1 x="0" y=(y) width="6" height="6" rx="2" {}
                        rect.door-soft x="11" y=(y) width=(width) height="6" rx="2" {}
                    }
                }
                DoorSign::Bars => {
                    @for (x, height) in [(0, 16), (12, 32), (24, 25), (36, 13), (48, 7)] {
                        rect.series-1 x=(x) y=(34 - height) width="8" height=(height) rx="2" {}
                    }
                }
                DoorSign::Curve => {
                    path.door-line d="M1 33H10V26H20V20H32V10H42V5H55" {}
                    path.door-goal d="M1 4H55" {}
                }
                DoorSign::Week => {
                    @for (x, y, height) in [(0, 4, 12), (12, 14, 16), (24, 4, 12), (36, 14, 16), (48, 8, 22)] {
                        rect.series-1 x=(x) y=(y) width="8" height=(height) rx="2" {}
                    }
                    path.door-goal d="M0 35H56" {}
                }
                DoorSign::People => {
                    @for x in [10, 28, 46] {
                        circle.series-1 cx=(x) cy="11" r="6" {}
                        path.door-soft d={ "M" (x - 9) " 34c0-16 18-16 18 0z" } {}
                    }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let door = |sign, name: &str| Door {
        sign,
        name: name.to_owned(),
        href: "#doors".to_owned(),
        about: "A sentence about what is behind it.".to_owned(),
    };
    let markup = doors(&[
        door(DoorSign::List, "List"),
        door(DoorSign::Bars, "Bars"),
        door(DoorSign::Curve, "Curve"),
        door(DoorSign::Week, "Week"),
        door(DoorSign::People, "People"),
    ]);
    vec![Example::new("Navigation", "Doors", "Ways into the site, on the front page only.", markup)]
}
