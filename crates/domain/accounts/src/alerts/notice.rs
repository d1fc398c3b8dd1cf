//! What is told to everybody who wished for it, and not to those who follow something: enrollment opens, the site has
//! something new.

use catalog::snapshot::Snapshot;
use catalog::term::Term;
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::letter::DIGEST_HOUR;
use super::news::{Alert, Detail, Headline, Kind, Path};
use crate::line::Line;

/// The most characters of a notice's name.
pub const NOTICE_NAME_CHARS_MAX: usize = 100;
/// How many days news of the site stays news. Two weeks: whoever installs the site later need not tell what is old.
pub const NEWS_DAYS_MAX: i64 = 14;

/// By which switch of the profile somebody wished to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Enrollment opens.
    EnrollmentOpening,
    /// The site has something new.
    SiteNews,
}

/// What is told to all of them, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its name, by which it is told once: `enrollment spring-2027`.
    pub name: Line<NOTICE_NAME_CHARS_MAX>,
    /// Who is told.
    pub wish: Wish,
    /// What they are told.
    pub alert: Alert,
}

/// What is new on the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteNews {
    /// Since when.
    pub date: Date,
    /// One line.
    pub title: String,
    /// Line by line.
    pub changes: Vec<String>,
}

/// The notices whose time has come at a time of the campus: they are told again and again until their day is over, and
/// the store tells each once.
#[must_use]
pub fn notices(snapshot: &Snapshot, news: Option<&SiteNews>, site_name: &str, now: DateTime) -> Vec<Notice> {
    let openings = snapshot.terms().iter().filter_map(|entry| opening(&entry.term, now));
    openings.chain(news.and_then(|news| site_news(news, site_name, now.date()))).collect()
}

/// From the morning before enrollment opens, until the end of its first day. A term whose first day nobody knows is told
/// of by nobody: the usual date may be wrong.
fn opening(term: &Term, now: DateTime) -> Option<Notice> {
    let begin = term.enrollment_begin?;
    let from = begin.yesterday().ok()?.at(DIGEST_HOUR, 0, 0, 0);
    if now < from || now.date() > begin {
        return None;
    }
    let day = begin.strftime("%A, %b %-d");
    let (name, title, slug) = (format!("enrollment {}", term.id.slug()), term.id.title(), term.id.slug());
    let detail = format!(
        "The first appointments for {title} are on {day}. Yours stands in CalCentral, and may be later. \
         Your plan and your saved classes are on the site."
    );
    Some(Notice {
        name: Line::fitted(&name),
        wish: Wish::EnrollmentOpening,
        alert: Alert {
            kind: Kind::Change,
            headline: Headline::fitted(&format!("Enrollment for {title} opens on {day}")),
            detail: Detail::fitted(&detail),
            path: Path::fitted(&format!("/catalog?term={slug}")),
            as_of: None,
        },
    })
}

fn site_news(news: &SiteNews, site_name: &str, today: Date) -> Option<Notice> {
    let last = news.date.checked_add(NEWS_DAYS_MAX.days()).ok()?;
    if !(news.date..=last).contains(&today) {
        return None;
    }
    Some(Notice {
        name: Line::fitted(&format!("news {}", news.date)),
        wish: Wish::SiteNews,
        alert: Alert {
            kind: Kind::Change,
            headline: Headline::fitted(&format!("New on {site_name}: {}", news.title)),
            detail: Detail::fitted(&news.changes.join(" ")),
            path: Path::fitted("/releases"),
            as_of: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    fn spring(enrollment_begin: Option<Date>) -> Term {
        let id = "spring-2027".parse().unwrap();
        Term { id, begin: date(2027, 1, 12), end: date(2027, 5, 14), enrollment_begin, sessions: Vec::new() }
    }

    #[test]
    fn an_opening_is_told_from_the_morning_before_until_its_day_is_over() {
        let term = spring(Some(date(2026, 10, 13)));
        for (now, is_told) in [
            (datetime(2026, 10, 12, 6, 59, 59, 0), false),
            (datetime(2026, 10, 12, 7, 0, 0, 0), true),
            (datetime(2026, 10, 13, 23, 59, 59, 0), true),
            (datetime(2026, 10, 14, 0, 0, 0, 0), false),
        ] {
            assert_eq!(opening(&term, now).is_some(), is_told, "{now}");
        }
        let notice = opening(&term, datetime(2026, 10, 12, 7, 0, 0, 0)).unwrap();
        assert_eq!(notice.alert.headline.as_str(), "Enrollment for Spring 2027 opens on Tuesday, Oct 13");
        assert_eq!(notice.alert.path.as_str(), "/catalog?term=spring-2027");
        assert_eq!(opening(&spring(None), datetime(2026, 10, 12, 7, 0, 0, 0)), None, "nobody knows the day");
    }

    #[test]
    fn news_of_the_site_is_told_for_two_weeks() {
        let news = SiteNews {
            date: date(2026, 11, 23),
            title: "Compare".to_owned(),
            changes: vec!["One.".to_owned(), "Two.".to_owned()],
        };
        let told = |day| site_news(&news, "Berkeleytime", day);
        assert_eq!((told(date(2026, 11, 22)), told(date(2026, 12, 8))), (None, None));
        let notice = told(date(2026, 12, 7)).unwrap();
        assert_eq!((notice.name.as_str(), notice.alert.detail.as_str()), ("news 2026-11-23", "One. Two."));
        assert_eq!(notice.alert.headline.as_str(), "New on Berkeleytime: Compare");
    }
}
