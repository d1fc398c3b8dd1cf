//! 90 days of a part: a bar for each day, drawn by the server, and the days with trouble in words.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use platform::status::{Day, HISTORY_DAYS, Health, PartState};

use crate::pages::moment;
use crate::pages::status::{key, word};

/// The drawing's own measures; it stretches with the page.
const BAR_STEP: usize = 10;
const BAR_WIDTH: usize = 6;
const HEIGHT: usize = 32;

/// How high a bar of each state is: its height says the same as its colour.
fn height(worst: Option<Health>) -> usize {
    match worst {
        Some(Health::Up) => HEIGHT,
        Some(Health::Degraded) => HEIGHT * 2 / 3,
        Some(Health::Down) => HEIGHT / 3,
        Some(Health::Absent | Health::Unknown) | None => 3,
    }
}

/// The bars with what they say in words.
pub(super) fn history(state: &PartState, now: Timestamp, zone: &TimeZone) -> Markup {
    let today = zone.to_datetime(now).date();
    let days = last_days(state, today);
    let share = state.share_working();
    let troubled: Vec<&Day> = days.iter().flatten().copied().filter(|day| has_trouble(day)).collect();
    let known = days.iter().flatten().filter(|day| day.known_seconds() > 0).count();
    html! {
        div.status-history {
            (drawing(&days, today, &summary(state, known, &troubled)))
            div.status-scale aria-hidden="true" {
                span { (HISTORY_DAYS) " days ago" }
                span.status-share { (share_in_words(share)) }
                span { "today" }
            }
            @if !troubled.is_empty() { (in_words(&troubled, today)) }
        }
    }
}

/// One entry for each of the last 90 days, oldest first; `None` where nothing is kept.
fn last_days(state: &PartState, today: Date) -> Vec<Option<&Day>> {
    let mut days = vec![None; HISTORY_DAYS];
    for day in &state.days {
        let Ok(age) = usize::try_from((today - day.day).get_days()) else { continue };
        if let Some(place) = HISTORY_DAYS.checked_sub(age + 1).and_then(|place| days.get_mut(place)) {
            *place = Some(day);
        }
    }
    days
}

fn has_trouble(day: &Day) -> bool {
    matches!(day.worst(), Some(Health::Degraded | Health::Down))
}

/// Equal bars are one path, which keeps the page small; a day with trouble has its own, with a title.
fn drawing(days: &[Option<&Day>], today: Date, says: &str) -> Markup {
    let width = HISTORY_DAYS * BAR_STEP - (BAR_STEP - BAR_WIDTH);
    html! {
        svg.status-bars role="img" aria-label=(says) viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" {
            @for health in [Some(Health::Up), None] {
                @let path = bars(days, health);
                @if !path.is_empty() { path class={ "day-" (health.map_or("unknown", key)) } d=(path) {} }
            }
            @for (place, day) in days.iter().enumerate().filter_map(|(place, day)| Some((place, (*day)?))) {
                @if has_trouble(day) {
                    @let health = day.worst().map_or("unknown", key);
                    g {
                        title { (moment::day_of(day.day, today)) ": " (of_day(day)) }
                        path class={ "rail-" (health) } d=(bar(place, Some(Health::Up))) {}
                        path class={ "day-" (health) } d=(bar(place, day.worst())) {}
                    }
                }
            }
        }
    }
}

fn bars(days: &[Option<&Day>], health: Option<Health>) -> String {
    let mut path = String::new();
    for (place, day) in days.iter().enumerate() {
        if day.and_then(Day::worst) == health {
            path.push_str(&bar(place, health));
        }
    }
    path
}

fn bar(place: usize, worst: Option<Health>) -> String {
    let mut path = String::new();
    let _ = write!(path, "M{} {HEIGHT}h{BAR_WIDTH}v-{}h-{BAR_WIDTH}z", place * BAR_STEP, height(worst));
    path
}

/// What the drawing says, for who does not see it.
fn summary(state: &PartState, known: usize, troubled: &[&Day]) -> String {
    let title = state.part.title();
    if known == 0 {
        return format!("{title}: nothing is known of the last {HISTORY_DAYS} days.");
    }
    let days = |count: usize| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
    let trouble = if troubled.is_empty() {
        "none with trouble".to_owned()
    } else {
        format!("{} with trouble", days(troubled.len()))
    };
    format!(
        "{title}: {} of the last {HISTORY_DAYS} are known, {trouble}; {}.",
        days(known),
        share_in_words(state.share_working())
    )
}

fn share_in_words(share: Option<f64>) -> String {
    match share {
        // Never rounded up to all of it.
        Some(share) if share < 1.0 => format!("worked {:.2} % of the time", (share * 10_000.0).floor() / 100.0),
        Some(_) => "worked all the time".to_owned(),
        None => "nothing known yet".to_owned(),
    }
}

fn in_words(troubled: &[&Day], today: Date) -> Markup {
    html! {
        details.status-days {
            summary { "Days with trouble (" (troubled.len()) ")" }
            ul { @for day in troubled.iter().rev() { li { strong { (moment::day_of(day.day, today)) } " " (of_day(day)) } } }
        }
    }
}

/// `did not work for 12 minutes, worked in part for 3 minutes`.
fn of_day(day: &Day) -> String {
    let span = |seconds: u32| moment::span(std::time::Duration::from_secs(seconds.into()));
    let down = (day.down > 0).then(|| format!("did not work for {}", span(day.down)));
    let degraded = (day.degraded > 0).then(|| format!("worked in part for {}", span(day.degraded)));
    down.into_iter().chain(degraded).collect::<Vec<_>>().join(", ")
}

/// What the bars mean.
pub(super) fn legend() -> Markup {
    html! {
        ul.status-legend aria-label="What the bars mean" {
            @for health in [Health::Up, Health::Degraded, Health::Down, Health::Unknown] {
                @let worst = (health != Health::Unknown).then_some(health);
                li {
                    svg viewBox={ "0 0 " (BAR_WIDTH) " " (HEIGHT) } width="6" height="18" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                        path class={ "rail-" (key(health)) } d=(bar(0, Some(Health::Up))) {}
                        path class={ "day-" (key(health)) } d=(bar(0, worst)) {}
                    }
                    (word(health))
                }
            }
        }
    }
}
