//! What changed, from `data/releases.txt`.

use std::sync::LazyLock;

use accounts::alerts::SiteNews;
use jiff::civil::Date;
use maud::html;

use super::Text;

static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| read(include_str!("../../../data/releases.txt")));

/// What was new on a day.
#[derive(Debug, PartialEq, Eq)]
struct Release {
    date: Date,
    title: String,
    changes: Vec<String>,
}

/// The newest, for those who wish to hear of it by mail.
pub(crate) fn newest() -> Option<SiteNews> {
    let release = RELEASES.first()?;
    Some(SiteNews { date: release.date, title: release.title.clone(), changes: release.changes.clone() })
}

/// Lines that are neither a release nor a change are left out: a test finds them.
fn read(text: &str) -> Vec<Release> {
    let mut releases: Vec<Release> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(change) = line.strip_prefix("- ") {
            if let Some(release) = releases.last_mut() {
                release.changes.push(change.to_owned());
            }
        } else if let Some((date, title)) = line.split_once(' ')
            && let Ok(date) = date.parse()
        {
            releases.push(Release { date, title: title.to_owned(), changes: Vec::new() });
        }
    }
    releases
}

pub(super) fn text() -> Text {
    let body = html! {
        @for release in RELEASES.iter() {
            h2 { (release.title) }
            p.as-of { time datetime=(release.date) { (release.date.strftime("%B %-d, %Y").to_string()) } }
            ul { @for change in &release.changes { li { (change) } } }
        }
    };
    Text { title: "What changed", lead: "What is new on the site, newest first.".to_owned(), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_shown_and_the_newest_stands_first() {
        let text = include_str!("../../../data/releases.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).count();
        let shown: usize = RELEASES.iter().map(|release| 1 + release.changes.len()).sum();
        assert_eq!(shown, lines);
        assert!(RELEASES.windows(2).all(|pair| pair[0].date > pair[1].date), "newest first, one a day");
        assert!(RELEASES.iter().all(|release| !release.changes.is_empty() && !release.title.is_empty()));
    }
}
