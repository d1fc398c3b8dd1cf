//! How full something is: a bar, and the same in words. Colour and length never stand alone.

use maud::{Markup, html};

use crate::as_of::{AsOf, as_of};
use crate::gallery::Example;
use crate::numbers::{counted, thousands};

/// At and above this share of taken seats it is called nearly full.
const NEARLY_FULL_PERCENT: u64 = 90;

/// The counts. More may be enrolled than there are seats.
#[derive(Clone, Debug, Default)]
pub struct Seats {
    /// Seats taken.
    pub enrolled: u32,
    /// Seats in all.
    pub capacity: u32,
    /// People waiting.
    pub waitlisted: u32,
    /// Places to wait, when known.
    pub waitlist_capacity: Option<u32>,
    /// Open seats, where they are not the difference: of several sections a full one does not use up another's.
    pub open: Option<u32>,
    /// Of the open seats, those that are kept for groups.
    pub reserved: u32,
    /// When it was so.
    pub as_of: Option<AsOf>,
}

/// What the counts mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    NoSeats,
    Open,
    NearlyFull,
    Full,
    Over,
}

impl Seats {
    fn open(&self) -> u32 {
        self.open.unwrap_or_else(|| self.capacity.saturating_sub(self.enrolled))
    }

    fn state(&self) -> State {
        let (enrolled, capacity) = (u64::from(self.enrolled), u64::from(self.capacity));
        match () {
            () if capacity == 0 && enrolled == 0 => State::NoSeats,
            () if self.open() == 0 && enrolled > capacity => State::Over,
            () if self.open() == 0 => State::Full,
            () if self.reserved >= self.open() => State::NearlyFull,
            () if enrolled * 100 >= capacity * NEARLY_FULL_PERCENT => State::NearlyFull,
            () => State::Open,
        }
    }

    /// The gist: `12 open`, `12 open, all reserved`, `Full`, `7 over`.
    fn headline(&self) -> String {
        match self.state() {
            State::NoSeats => "No seats".to_owned(),
            State::Open | State::NearlyFull if self.reserved >= self.open() => {
                format!("{} open, all reserved", thousands(self.open()))
            }
            State::Open | State::NearlyFull => format!("{} open", thousands(self.open())),
            State::Full => "Full".to_owned(),
            State::Over => format!("Full, {} over", thousands(self.enrolled.saturating_sub(self.capacity))),
        }
    }

    /// The waiting list in words; `None` when nobody waits and no places are known.
    fn waiting(&self) -> Option<String> {
        match (self.waitlisted, self.waitlist_capacity) {
            (0, None | Some(0)) => None,
            (waiting, Some(places)) if places > 0 => {
                Some(format!("{} of {} waiting", thousands(waiting), thousands(places)))
            }
            (waiting, _) => Some(format!("{} waiting", thousands(waiting))),
        }
    }
}

impl State {
    const fn class(self) -> &'static str {
        match self {
            Self::NoSeats => "seats seats-none",
            Self::Open => "seats seats-open",
            Self::NearlyFull => "seats seats-tight",
            Self::Full => "seats seats-full",
            Self::Over => "seats seats-over",
        }
    }
}

/// The full form: headline, counts, bar, waiting list, as-of.
#[must_use]
pub fn seats_meter(seats: &Seats) -> Markup {
    html! {
        div class={ (seats.state().class()) " seats-meter" } {
            p.seats-words {
                strong { (seats.headline()) }
                @if seats.state() != State::NoSeats { span { (thousands(seats.enrolled)) " of " (counted(seats.capacity, "seat", "seats")) " taken" } }
            }
            (bar(seats))
            @if let Some(waiting) = seats.waiting() { p.seats-waiting { (waiting) } }
            @if let Some(moment) = &seats.as_of { (as_of(moment)) }
        }
    }
}

/// The short form for lists and tables: bar and words on one line.
#[must_use]
pub fn seats_line(seats: &Seats) -> Markup {
    html! {
        span class={ (seats.state().class()) " seats-line" } {
            (bar(seats))
            span.seats-words {
                strong { (seats.headline()) }
                @if seats.reserved > 0 && seats.reserved < seats.open() {
                    span.seats-reserved { (thousands(seats.reserved)) " of them reserved" }
                }
                @if seats.state() != State::NoSeats {
                    span.seats-counts { (thousands(seats.enrolled)) "/" (thousands(seats.capacity)) }
                }
                @if seats.waitlisted > 0 { span.seats-waiting { (thousands(seats.waitlisted)) " waiting" } }
            }
        }
    }
}

/// The bar is drawn in SVG because its width is data, and data in a style attribute would need a hole in the policy.
fn bar(seats: &Seats) -> Markup {
    let whole = f64::from(seats.capacity.max(seats.enrolled).max(1));
    let taken = f64::from(seats.enrolled.min(seats.capacity)) / whole * 100.0;
    let over = f64::from(seats.enrolled.saturating_sub(seats.capacity)) / whole * 100.0;
    html! {
        svg.seats-bar viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.seats-track width="100" height="6" {}
            rect.seats-taken width=(format!("{taken:.1}")) height="6" {}
            @if over > 0.0 { rect.seats-beyond x=(format!("{taken:.1}")) width=(format!("{over:.1}")) height="6" {} }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let seats = |enrolled, capacity, waitlisted, waitlist_capacity| Seats {
        enrolled,
        capacity,
        waitlisted,
        waitlist_capacity,
        ..Seats::default()
    };
    let moment = AsOf { what: "Seats".to_owned(), when: "14:05 today".to_owned(), ..AsOf::default() };
    let all = [
        seats(112, 240, 0, Some(60)),
        seats(231, 240, 3, None),
        seats(1_567, 1_567, 218, Some(400)),
        seats(247, 240, 31, None),
        seats(0, 0, 0, None),
    ];
    let meters = html! {
        div.example-grid {
            @for each in &all { (seats_meter(each)) }
            (seats_meter(&Seats { as_of: Some(moment), ..all[0].clone() }))
        }
    };
    let kept = [12, 10].map(|open| Seats { reserved: 10, ..seats(240 - open, 240, 0, None) });
    let lines = html! { ul.plain-list { @for each in all.iter().chain(&kept) { li { (seats_line(each)) } } } };
    vec![
        Example::new("Facts", "Seats", "Open, nearly full, full, over capacity, none: said in words first.", meters),
        Example::new("Facts", "Seats on a line", "For lists and tables.", lines),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(enrolled: u32, capacity: u32, waitlisted: u32) -> (String, Option<String>) {
        let seats = Seats { enrolled, capacity, waitlisted, ..Seats::default() };
        (seats.headline(), seats.waiting())
    }

    #[test]
    fn the_state_is_said_in_words() {
        assert_eq!(words(112, 240, 0), ("128 open".to_owned(), None));
        assert_eq!(words(1_567, 1_567, 218), ("Full".to_owned(), Some("218 waiting".to_owned())));
        assert_eq!(words(247, 240, 0), ("Full, 7 over".to_owned(), None));
        assert_eq!(words(0, 0, 0), ("No seats".to_owned(), None));
        assert_eq!(words(5, 0, 0), ("Full, 5 over".to_owned(), None));
    }

    #[test]
    fn reserved_seats_are_told_apart() {
        let seats = |reserved| Seats { enrolled: 28, capacity: 40, reserved, ..Seats::default() };
        assert_eq!(seats(12).headline(), "12 open, all reserved");
        assert!(seats_line(&seats(10)).into_string().contains("10 of them reserved"));
        assert_eq!(seats(12).state(), State::NearlyFull, "for most people it is as good as full");
        assert!(!seats_line(&seats(0)).into_string().contains("reserved"));
    }

    #[test]
    fn a_full_section_does_not_use_up_the_seats_of_another() {
        let seats = Seats { enrolled: 60, capacity: 50, open: Some(5), ..Seats::default() };
        assert_eq!(seats.headline(), "5 open");
        assert_eq!(Seats { open: Some(0), ..seats }.headline(), "Full, 10 over");
    }

    #[test]
    fn huge_counts_draw_a_bar_within_its_frame() {
        let html = seats_meter(&Seats { enrolled: u32::MAX, capacity: 1, waitlisted: u32::MAX, ..Seats::default() });
        assert!(html.into_string().contains("width=\"100.0\""));
    }
}
