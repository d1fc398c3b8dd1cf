//! Parts of the catalog as words on a page.

use catalog::course::{CourseCode, UnitCount, Units};
use catalog::fetched::Origin;
use catalog::finals::FinalSlot;
use catalog::meeting::TimeRange;
use catalog::playlist::Category;
use catalog::seats::{Counts, SeatRollup};
use catalog::snapshot::{CourseEntry, MeetingView, SectionView};
use catalog::term_days::Basis;
use design::seats::Seats;

/// A course's code as people write it: `EL ENG 16A`.
pub(crate) fn code(entry: &CourseEntry) -> String {
    format!("{} {}", entry.course.subject_abbreviation, entry.course.code.number)
}

/// A code whose course the catalog does not have.
pub(crate) fn bare_code(code: &CourseCode) -> String {
    code.to_string()
}

/// `4 units`, `1 unit`, `1–4 units`.
pub(crate) fn units(units: &Units) -> String {
    let one = matches!(units, Units::Fixed(UnitCount(100)));
    format!("{units} {}", if one { "unit" } else { "units" })
}

/// When: `MWF 1:00–1:59 pm`; what is not arranged says so.
pub(crate) fn when(meeting: MeetingView<'_>) -> String {
    let days = meeting.days();
    match (days.is_empty(), meeting.time()) {
        (false, Some(time)) => format!("{} {time}", days.short()),
        (false, None) => format!("{}, time not arranged", days.short()),
        (true, Some(time)) => format!("{time}, days not arranged"),
        (true, None) => "Time not arranged".to_owned(),
    }
}

/// The days of a week, Monday first.
pub(crate) const DAY_NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The first letter as a capital.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// An error's message as a sentence: `there is no …` becomes `There is no ….`
pub(crate) fn sentence(message: &str) -> String {
    format!("{}.", sentence_case(message))
}

/// When in finals week: `Tuesday of finals week, 11:30 am–2:30 pm`.
pub(crate) fn exam_slot(slot: &FinalSlot, basis: Option<Basis>) -> String {
    let hours = TimeRange::new(slot.start, slot.end).map(|hours| hours.to_string()).unwrap_or_default();
    let how =
        if basis == Some(Basis::Expected) { " (expected by the usual exam groups, not announced yet)" } else { "" };
    format!("{} of finals week, {hours}{how}", DAY_NAMES[usize::from(slot.day % 7)])
}

/// Where.
pub(crate) fn place(meeting: MeetingView<'_>) -> &str {
    meeting.location().unwrap_or("Place not announced")
}

/// Who teaches, for lists: `Lovelace, Turing`.
pub(crate) fn family_names(section: SectionView<'_>) -> String {
    section.instructors().iter().map(|instructor| instructor.family_name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Counts for the components, which know no negative seats.
pub(crate) fn seats(counts: Counts) -> Seats {
    Seats {
        enrolled: at_least_0(counts.enrolled),
        capacity: at_least_0(counts.max_enroll),
        waitlisted: at_least_0(counts.waitlisted),
        waitlist_capacity: Some(at_least_0(counts.max_waitlist)),
        ..Seats::default()
    }
}

/// A section's seats, the reserved ones told apart; `None` when the source gives no counts.
pub(crate) fn section_seats(section: SectionView<'_>) -> Option<Seats> {
    let counts = section.counts()?.counts;
    Some(Seats { reserved: at_least_0(counts.reserved_seats(section.reservations())), ..seats(counts) })
}

/// A course's seats, the reserved ones told apart.
pub(crate) fn course_seats(sum: &SeatRollup) -> Seats {
    Seats {
        enrolled: at_least_0(sum.enrolled),
        capacity: at_least_0(sum.max_enroll),
        waitlisted: at_least_0(sum.waitlisted),
        open: Some(at_least_0(sum.open_seats)),
        reserved: at_least_0(sum.reserved_seats),
        ..Seats::default()
    }
}

/// The SIS has said −1 students: that is nobody.
pub(crate) fn at_least_0(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// A list's length for components that count in 32 bits.
pub(crate) fn counted(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The heading of a filter category.
pub(crate) const fn category(category: Category) -> &'static str {
    match category {
        Category::University => "University requirements",
        Category::Ls => "L&S breadth",
        Category::Engineering => "Engineering",
        Category::Haas => "Haas",
        Category::Units => "Units",
        Category::Level => "Level",
        Category::Department => "Department",
        Category::Semester => "Term",
    }
}

/// Where the data comes from, after a comma.
pub(crate) const fn source(origin: Origin) -> &'static str {
    match origin {
        Origin::Sis => "from the SIS",
        Origin::Demo => "from the made-up demo campus",
        Origin::Replay => "replayed from captured SIS data",
    }
}

/// A final exam by the SIS's letter.
pub(crate) fn final_exam(code: &str) -> Option<&'static str> {
    Some(match code {
        "Y" => "Written final exam",
        "N" => "No final exam",
        "A" => "Alternative method of final assessment",
        "C" => "Final exam common to all sections",
        "L" => "Final exam in the last class",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exam_slot_names_its_day_and_hours() {
        let (start, end) = (jiff::civil::time(11, 30, 0, 0), jiff::civil::time(14, 30, 0, 0));
        let slot = FinalSlot { day: 1, start, end };
        assert_eq!(exam_slot(&slot, Some(Basis::Announced)), "Tuesday of finals week, 11:30 am–2:30 pm");
        assert!(
            exam_slot(&slot, Some(Basis::Expected))
                .ends_with("2:30 pm (expected by the usual exam groups, not announced yet)")
        );
    }
}
