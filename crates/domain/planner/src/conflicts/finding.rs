//! Findings, and how each is said.

use std::fmt;

use catalog::course::CourseCode;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::Component;
use jiff::civil::Date;

use crate::picked::{Gone, SectionName};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The findings, the gravest first.
    pub list: Vec<Finding>,
    /// Whether these are all: no more than [`super::FINDINGS_MAX`] are told.
    pub is_whole: bool,
}

impl Findings {
    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|finding| finding.severity() == severity).count()
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It cannot be attended as it is.
    Clash,
    /// Something is missing or no longer there.
    Incomplete,
    /// Good to know.
    Hint,
}

/// Something about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Two sections meet at once.
    MeetingClash {
        /// One of them.
        one: SectionName,
        /// The other.
        other: SectionName,
        /// On which days they do.
        days: Days,
        /// The time that they have in common.
        time: TimeRange,
        /// First and last day on which they do, when it is not for the whole term.
        dates: Option<(Date, Date)>,
    },
    /// A section meets when the time is taken.
    BlockClash {
        /// Which section.
        section: SectionName,
        /// What takes the time.
        block: String,
        /// On which days.
        days: Days,
        /// The time that they have in common.
        time: TimeRange,
    },
    /// Two final exams are at once.
    ExamClash {
        /// One lecture.
        one: SectionName,
        /// The other.
        other: SectionName,
        /// The day of finals week; 0 is Monday.
        day: u8,
        /// The time that they have in common.
        time: TimeRange,
        /// The date, when it is known.
        date: Option<Date>,
        /// Whether this follows from the terms before and was not announced.
        is_expected: bool,
    },
    /// A course is there twice, or two are cross-listed: one course under two codes.
    CourseTwice {
        /// The first code.
        one: CourseCode,
        /// The second, perhaps the same.
        other: CourseCode,
    },
    /// A lecture asks for a discussion, a lab or the like, and none is chosen.
    MissingSecondary {
        /// The lecture.
        primary: SectionName,
        /// What it asks for.
        component: Component,
        /// How many there are to choose from.
        choices: usize,
    },
    /// A discussion or the like is chosen without a lecture.
    NoPrimary {
        /// Which.
        secondary: SectionName,
    },
    /// A discussion or the like is chosen that belongs to another lecture.
    OtherPrimary {
        /// Which.
        secondary: SectionName,
        /// The lecture that it belongs to, when it is known.
        hangs_on: Option<SectionName>,
        /// The lecture that is chosen.
        chosen: SectionName,
    },
    /// Something is gone or elsewhere since it was chosen.
    Gone(Gone),
    /// Nothing of a course is chosen yet.
    Undecided {
        /// Its number.
        course: CourseId,
        /// Its code.
        code: CourseCode,
    },
    /// The way from one class to the next is longer than the pause.
    ShortWalk {
        /// From this one.
        from: SectionName,
        /// Its building.
        from_building: &'static str,
        /// To this one.
        to: SectionName,
        /// Its building.
        to_building: &'static str,
        /// On which days.
        days: Days,
        /// Minutes from the end of the one to the listed beginning of the other.
        gap_minutes: u16,
        /// Minutes that the walk takes.
        walk_minutes: u16,
    },
}

impl Finding {
    /// How grave it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::MeetingClash { .. } | Self::BlockClash { .. } | Self::ExamClash { .. } | Self::CourseTwice { .. } => {
                Severity::Clash
            }
            Self::MissingSecondary { .. } | Self::NoPrimary { .. } | Self::OtherPrimary { .. } | Self::Gone(_) => {
                Severity::Incomplete
            }
            Self::Undecided { .. } | Self::ShortWalk { .. } => Severity::Hint,
        }
    }
}

impl fmt::Display for Finding {
    /// One sentence without a full stop, as a student would say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MeetingClash { one, other, days, time, dates } => {
                write!(f, "{one} and {other} meet at the same time: {} {time}", days.short())?;
                dates.map_or(Ok(()), |(first, last)| {
                    write!(f, ", {} to {}", first.strftime("%b %-d"), last.strftime("%b %-d"))
                })
            }
            Self::BlockClash { section, block, days, time } => {
                write!(f, "{section} meets during {block}: {} {time}", days.short())
            }
            Self::ExamClash { one, other, day, time, date, is_expected } => {
                write!(f, "The final exams of {one} and {other} are at the same time: ")?;
                match date {
                    Some(date) => write!(f, "{}, {time}", date.strftime("%A, %B %-d"))?,
                    None => write!(f, "{} of finals week, {time}", day_name(*day))?,
                }
                f.write_str(if *is_expected { " (expected, not announced yet)" } else { "" })
            }
            Self::CourseTwice { one, other } if one == other => write!(f, "{one} is in this schedule twice"),
            Self::CourseTwice { one, other } => {
                write!(
                    f,
                    "{one} and {other} are one class under two codes: its units count once, and one of them is enough"
                )
            }
            Self::MissingSecondary { primary, component, choices } => {
                let kind = component.name.to_lowercase();
                write!(f, "{primary} also needs a {kind}: choose one of {choices}")
            }
            Self::NoPrimary { secondary } => write!(f, "{secondary} is chosen without its lecture"),
            Self::OtherPrimary { secondary, hangs_on: Some(own), chosen } => {
                write!(f, "{secondary} belongs to {}, and {} is chosen", own.label, chosen.label)
            }
            Self::OtherPrimary { secondary, hangs_on: None, chosen } => {
                write!(f, "{secondary} does not belong to {}", chosen.label)
            }
            Self::Gone(gone) => gone.fmt(f),
            Self::Undecided { code, .. } => write!(f, "No section of {code} is chosen yet"),
            Self::ShortWalk { from, from_building, to, to_building, days, gap_minutes, walk_minutes } => write!(
                f,
                "{from} in {from_building} ends {gap_minutes} min before {to} in {to_building} is listed to begin ({}), and \
                 the walk takes about {walk_minutes} min",
                days.short()
            ),
        }
    }
}

fn day_name(day: u8) -> &'static str {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES.get(usize::from(day)).copied().unwrap_or("a day")
}
