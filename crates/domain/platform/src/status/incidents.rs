//! Incidents that people write: opened, told of again, resolved; numbered, and only so many kept.

use jiff::Timestamp;

use crate::status::{Incident, IncidentUpdate, Part};

/// How many are kept; the page shows the newest. Two a month for four years.
pub const INCIDENTS_KEPT: usize = 100;
/// How many words on one incident are kept: one each half hour for two days.
pub const UPDATES_KEPT: usize = 100;
/// Letters of a title: one line of the page.
pub const TITLE_LETTERS: usize = 120;
/// Letters of a word on an incident: a sentence or two.
pub const TEXT_LETTERS: usize = 2_000;

/// Why an incident could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentError {
    /// The title is empty, too long, or more than a line.
    #[error("the title of an incident is one line of 1 to {TITLE_LETTERS} letters")]
    Title,
    /// The text is empty or too long.
    #[error("the text of an incident is 1 to {TEXT_LETTERS} letters, without control characters")]
    Text,
    /// There is none of that number.
    #[error("there is no incident {0}; `bt incident list` shows them")]
    NoSuch(u32),
    /// It is over already.
    #[error("incident {0} is resolved; open another one")]
    Resolved(u32),
    /// So many updates are kept, no more.
    #[error("incident {0} has {UPDATES_KEPT} updates, which is the limit; resolve it and open another one")]
    UpdatesFull(u32),
    /// All that are kept last.
    #[error("{INCIDENTS_KEPT} incidents are open, which is the limit; resolve some (`bt incident resolve`)")]
    Full,
}

/// Opens one, newest first, and returns its number. The oldest resolved one makes room.
///
/// # Errors
/// When its words are no words, or all that are kept are open.
pub fn open(
    incidents: &mut Vec<Incident>,
    title: &str,
    parts: &[Part],
    text: &str,
    now: Timestamp,
) -> Result<u32, IncidentError> {
    let title = checked_title(title)?;
    let text = checked_text(text)?;
    while incidents.len() >= INCIDENTS_KEPT {
        let oldest = incidents.iter().rposition(|incident| incident.resolved_at.is_some());
        incidents.remove(oldest.ok_or(IncidentError::Full)?);
    }
    // The newest is never dropped while older ones are there, so numbers do not come again.
    let number = incidents.iter().map(|incident| incident.number).max().unwrap_or(0).saturating_add(1);
    let mut parts = parts.to_vec();
    parts.sort();
    parts.dedup();
    let updates = vec![IncidentUpdate { at: now, text }];
    incidents.insert(0, Incident { number, title, parts, opened_at: now, resolved_at: None, updates });
    Ok(number)
}

/// Says a word more on an open one.
///
/// # Errors
/// When there is none, it is over, or the text is none.
pub fn update(incidents: &mut [Incident], number: u32, text: &str, now: Timestamp) -> Result<(), IncidentError> {
    let text = checked_text(text)?;
    let incident = open_one(incidents, number)?;
    if incident.updates.len() >= UPDATES_KEPT {
        return Err(IncidentError::UpdatesFull(number));
    }
    incident.updates.push(IncidentUpdate { at: now, text });
    Ok(())
}

/// Says that it is over, with a last word.
///
/// # Errors
/// When there is none, it is over already, or the text is none.
pub fn resolve(incidents: &mut [Incident], number: u32, text: &str, now: Timestamp) -> Result<(), IncidentError> {
    let text = checked_text(text)?;
    let incident = open_one(incidents, number)?;
    incident.updates.push(IncidentUpdate { at: now, text });
    incident.resolved_at = Some(now.max(incident.opened_at));
    Ok(())
}

fn open_one(incidents: &mut [Incident], number: u32) -> Result<&mut Incident, IncidentError> {
    let found = incidents.iter_mut().find(|incident| incident.number == number);
    let incident = found.ok_or(IncidentError::NoSuch(number))?;
    if incident.resolved_at.is_some() { Err(IncidentError::Resolved(number)) } else { Ok(incident) }
}

fn checked_title(title: &str) -> Result<String, IncidentError> {
    let title = title.trim();
    let is_one = (1..=TITLE_LETTERS).contains(&title.chars().count()) && !title.chars().any(char::is_control);
    if is_one { Ok(title.to_owned()) } else { Err(IncidentError::Title) }
}

fn checked_text(text: &str) -> Result<String, IncidentError> {
    let text = text.trim();
    let is_wrong = |letter: char| letter.is_control() && letter != '\n';
    let is_one = (1..=TEXT_LETTERS).contains(&text.chars().count()) && !text.chars().any(is_wrong);
    if is_one { Ok(text.to_owned()) } else { Err(IncidentError::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_incident_is_opened_told_of_and_resolved() {
        let mut all = Vec::new();
        let parts = [Part::Web, Part::Api, Part::Web];
        assert_eq!(open(&mut all, " The site is slow ", &parts, "We look.", at(10)), Ok(1));
        assert_eq!(open(&mut all, "Another", &[], "Also.", at(20)), Ok(2));
        update(&mut all, 1, "A disk was full.\nIt is not now.", at(30)).unwrap();
        resolve(&mut all, 1, "Over.", at(40)).unwrap();
        let first = &all[1];
        assert_eq!((all[0].number, first.title.as_str()), (2, "The site is slow"));
        assert_eq!(first.parts, [Part::Web, Part::Api]);
        assert_eq!(first.resolved_at, Some(at(40)));
        assert_eq!(first.updates.len(), 3);
        assert_eq!(update(&mut all, 1, "more", at(50)), Err(IncidentError::Resolved(1)));
        assert_eq!(resolve(&mut all, 7, "more", at(50)), Err(IncidentError::NoSuch(7)));
    }

    #[test]
    fn words_that_are_none_are_refused() {
        let mut all = Vec::new();
        for title in ["", "  ", "two\nlines", &"x".repeat(TITLE_LETTERS + 1)] {
            assert_eq!(open(&mut all, title, &[], "text", at(1)), Err(IncidentError::Title), "{title}");
        }
        for text in ["", "\u{1b}[31m", &"x".repeat(TEXT_LETTERS + 1)] {
            assert_eq!(open(&mut all, "title", &[], text, at(1)), Err(IncidentError::Text), "{text}");
        }
        assert!(all.is_empty());
    }

    #[test]
    fn only_so_many_are_kept_and_no_number_comes_again() {
        let mut all = Vec::new();
        for number in 1..=130 {
            assert_eq!(open(&mut all, "title", &[], "text", at(1)), Ok(number));
            if number != 5 {
                resolve(&mut all, number, "over", at(2)).unwrap();
            }
        }
        assert_eq!(all.len(), INCIDENTS_KEPT);
        assert!(all.iter().any(|incident| incident.number == 5), "an open one is not dropped");
        all.iter_mut().for_each(|incident| incident.resolved_at = None);
        assert_eq!(open(&mut all, "title", &[], "text", at(1)), Err(IncidentError::Full));
        for _ in 0..UPDATES_KEPT {
            let _ = update(&mut all, 130, "text", at(3));
        }
        assert_eq!(update(&mut all, 130, "text", at(3)), Err(IncidentError::UpdatesFull(130)));
        assert_eq!(resolve(&mut all, 130, "over", at(4)), Ok(()), "the last word always fits");
    }
}
