//! A week: a column for each day on a desk and on paper, a list for each day on a phone. The same markup is both.
//!
//! The page's policy forbids inline styles, so a block's place is said by classes: `at-4 for-6` begins an hour below the
//! top and lasts an hour and a half. Their rules stand in [`crate::assets::PLANNER_STYLESHEET`].

use maud::{Markup, html};

use crate::gallery::Example;

/// Slots of an hour: the grid is one of quarters.
pub const SLOTS_PER_HOUR: u16 = 4;

/// The most hours that the style sheet has rows for: a whole day.
pub const HOURS_MAX: u16 = 24;

/// The most blocks side by side; further ones are narrower than their words, and share the last lane.
pub const LANES_MAX: u8 = 4;

/// How many colours classes have.
pub const COLOURS: u8 = 8;

/// A week with its blocks.
#[derive(Clone, Debug, Default)]
pub struct Week {
    /// The hour of the top, 0 to 23.
    pub first_hour: u16,
    /// How many hours are shown, at most [`HOURS_MAX`].
    pub hours: u16,
    /// Five to seven days, the first day first.
    pub days: Vec<Day>,
    /// Whether it is a picture to compare rather than one to read: no hours, no details.
    pub is_small: bool,
}

/// A day of a week.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// `Monday`.
    pub name: String,
    /// What is on that day, by time.
    pub blocks: Vec<Block>,
}

/// Something that takes time on a day.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Quarters of an hour between the top and the beginning.
    pub at: u16,
    /// Quarters of an hour that it lasts, at least one.
    pub slots: u16,
    /// Which of the lanes beside one another, from 0.
    pub lane: u8,
    /// How many lanes stand beside one another at that time.
    pub lanes: u8,
    /// One of [`COLOURS`], from 0; `None` for time that is kept free.
    pub colour: Option<u8>,
    /// `COMPSCI 61A`.
    pub title: String,
    /// `LEC 001`, a place.
    pub details: Vec<String>,
    /// `10:00–10:59 am`; on a desk the place in the column says it.
    pub time: String,
    /// Where a click leads.
    pub href: Option<String>,
    /// What it collides with, in words: `Conflicts with DATA 8`.
    pub conflict: Option<String>,
    /// Whether it is only tried, not chosen.
    pub is_preview: bool,
}

/// A week.
#[must_use]
pub fn week(week: &Week) -> Markup {
    let hours = week.hours.clamp(1, HOURS_MAX);
    let days = week.days.len().clamp(5, 7);
    html! {
        div class={ "week days-" (days) " hours-" (hours) @if week.is_small { " week-small" } }
            data-first-hour=[(!week.is_small).then_some(week.first_hour)] {
            div.week-hours aria-hidden="true" {
                p { (maud::PreEscaped("&nbsp;")) }
                ol { @for hour in week.first_hour..week.first_hour + hours { li { (hour_in_words(hour)) } } }
            }
            @for day in &week.days { (column(day, hours, week.is_small)) }
        }
    }
}

fn column(day: &Day, hours: u16, is_small: bool) -> Markup {
    let lanes = day.blocks.iter().map(|block| block.lanes).max().unwrap_or(1).clamp(1, LANES_MAX);
    html! {
        div.week-day role="group" aria-label=(day.name) {
            @if is_small { h3 aria-hidden="true" { (day.name.chars().next().unwrap_or(' ')) } } @else { h3 { (day.name) } }
            @if day.blocks.is_empty() { p.week-day-empty { "Free" } }
            ol class={ "week-blocks lanes-" (lanes) } {
                @for each in &day.blocks { (block(each, lanes, hours * SLOTS_PER_HOUR)) }
            }
        }
    }
}

fn block(block: &Block, lanes: u8, slots: u16) -> Markup {
    let at = block.at.min(slots.saturating_sub(1));
    let lasting = block.slots.clamp(1, slots - at);
    let lane = if block.lanes <= 1 { "all".to_owned() } else { (block.lane + 1).min(lanes).to_string() };
    let words = html! {
        strong { (block.title) }
        span.week-time { (block.time) }
        @for detail in &block.details { span { (detail) } }
        @if let Some(conflict) = &block.conflict { span.conflict-words { (conflict) } }
    };
    html! {
        li class={ "week-block at-" (at) " for-" (lasting) " lane-" (lane) (look(block)) } {
            @if let Some(href) = &block.href { a href=(href) title=(block.time) { (words) } } @else { (words) }
        }
    }
}

fn look(block: &Block) -> String {
    let mut look = match block.colour {
        Some(colour) => format!(" class-{}", colour % COLOURS + 1),
        None => " kept-free".to_owned(),
    };
    if block.conflict.is_some() {
        look.push_str(" conflict");
    }
    if block.is_preview {
        look.push_str(" preview");
    }
    look
}

fn hour_in_words(hour: u16) -> String {
    match hour {
        0 | 24 => "12 am".to_owned(),
        1..=11 => format!("{hour} am"),
        12 => "12 pm".to_owned(),
        _ => format!("{} pm", hour - 12),
    }
}

pub(crate) fn examples() -> Vec<Example> {
    vec![
        Example::new(
            "Weeks",
            "Week",
            "A quarter of an hour is one row. What collides is striped and says so; time kept free is dashed.",
            week(&sample(false)),
        ),
        Example::new("Weeks", "Small week", "To tell schedules apart side by side.", week(&sample(true))),
    ]
}

fn sample(is_small: bool) -> Week {
    let lecture = |colour, at, title: &str, conflict: Option<&str>, (lane, lanes)| Block {
        at,
        slots: 4,
        lane,
        lanes,
        colour: Some(colour),
        title: title.to_owned(),
        details: vec!["LEC 001".to_owned(), "Sample Hall 100".to_owned()],
        time: "10:00–10:59 am".to_owned(),
        href: Some("#".to_owned()),
        conflict: conflict.map(ToOwned::to_owned),
        is_preview: false,
    };
    let lunch = Block {
        at: 16,
        slots: 4,
        lanes: 1,
        title: "Lunch".to_owned(),
        time: "12:00–1:00 pm".to_owned(),
        ..Block::default()
    };
    let preview = Block { is_preview: true, ..lecture(4, 24, "HISTORY 7B", None, (0, 1)) };
    let day = |name: &str, blocks| Day { name: name.to_owned(), blocks };
    Week {
        first_hour: 8,
        hours: 9,
        days: vec![
            day("Monday", vec![lecture(0, 8, "COMPSCI 61A", None, (0, 1)), lunch.clone()]),
            day("Tuesday", vec![lecture(1, 6, "DATA C8", None, (0, 1)), preview]),
            day(
                "Wednesday",
                vec![
                    lecture(0, 8, "COMPSCI 61A", Some("Conflicts with MATH 54"), (0, 2)),
                    lecture(2, 10, "MATH 54", Some("Conflicts with COMPSCI 61A"), (1, 2)),
                    lunch,
                ],
            ),
            day("Thursday", vec![lecture(1, 6, "DATA C8", None, (0, 1))]),
            day("Friday", Vec::new()),
        ],
        is_small,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_outside_of_the_hours_shown_is_cut_to_them() {
        let mut given = sample(false);
        given.days[0].blocks = vec![Block { at: 900, slots: 900, lane: 9, lanes: 9, ..Block::default() }];
        let html = week(&given).into_string();
        assert!(html.contains("at-35 for-1 lane-4"), "{html}");
    }

    #[test]
    fn every_place_of_the_grid_has_its_rule() {
        let css = str::from_utf8(crate::assets::PLANNER_STYLESHEET.identity).unwrap();
        let slots = HOURS_MAX * SLOTS_PER_HOUR;
        for slot in 0..slots {
            assert!(
                css.contains(&format!(".at-{slot} {{")) && css.contains(&format!(".for-{} {{", slot + 1)),
                "{slot}"
            );
        }
        for hours in 1..=HOURS_MAX {
            assert!(css.contains(&format!(".hours-{hours} {{")), "{hours}");
        }
        for lane in 1..=LANES_MAX {
            assert!(css.contains(&format!(".lanes-{lane} {{")) && css.contains(&format!(".lane-{lane} {{")), "{lane}");
        }
    }

    #[test]
    fn what_collides_says_so_and_what_is_free_says_so_too() {
        let html = week(&sample(false)).into_string();
        assert!(html.contains("Conflicts with MATH 54") && html.contains("Free"));
    }
}
