//! The primary sections of a term as columns and bits: what filters ask of sections is asked of these.
//!
//! A course is shown when **one** of its primary sections satisfies everything that is asked of sections: it is open
//! *and* meets on the wanted days *and* is taught by the wanted instructor.

use std::collections::BTreeMap;
use std::ops::Range;

use super::sections::{InstructorIndex, SectionIndex, SectionTables, SectionView};
use crate::bits::Bits;
use crate::course_set::{CourseIndex, CourseSet};
use crate::day_part::DAY_PARTS;
use crate::fold::slug;
use crate::meeting::TimeRange;
use crate::seats::Availability;

/// Days of the week.
const DAYS: usize = 7;

/// The primary sections of a term, in table order; a place here is a bit in the sets.
#[derive(Debug, Default)]
pub(crate) struct Primaries {
    pub(crate) sections: Vec<SectionIndex>,
    pub(crate) courses: Vec<CourseIndex>,
    /// Where each has its instructors in `people`.
    people_ranges: Vec<Range<u32>>,
    people: Vec<InstructorIndex>,
    /// With a free seat, reserved or not.
    pub(crate) free: Bits,
    /// With a free seat that is kept for no group.
    pub(crate) free_for_anyone: Bits,
    /// By day, Monday first: some meeting is on it.
    on_day: [Bits; DAYS],
    /// There is a meeting, and every meeting has days.
    with_days: Bits,
    /// From the earliest beginning to the latest end; `None` without meetings, or when one has no time.
    pub(crate) spans: Vec<Option<TimeRange>>,
    pub(crate) modes: Vec<ModeEntry>,
    /// The courses that each choice alone would leave.
    pub(crate) alone: ChoiceSets,
    course_count: usize,
}

/// A way of instruction, in person or on-line, with the primary sections that have it.
#[derive(Debug)]
pub(crate) struct ModeEntry {
    /// `in-person-instruction`.
    pub(crate) slug: String,
    /// `In-Person Instruction`.
    pub(crate) name: String,
    pub(crate) sections: Bits,
}

/// The courses of a term that some choices among the filters of sections leave when they are the only one.
#[derive(Debug, Default)]
pub(crate) struct ChoiceSets {
    pub(crate) days: Vec<CourseSet>,
    pub(crate) day_parts: Vec<CourseSet>,
    pub(crate) modes: Vec<CourseSet>,
}

impl Primaries {
    /// Of the sections in a range of the tables: a term's.
    pub(super) fn build(tables: &SectionTables, of_term: Range<u32>, course_count: usize) -> Self {
        let primaries: Vec<SectionView<'_>> =
            of_term.map(|place| tables.view(SectionIndex(place))).filter(|section| section.is_primary()).collect();
        let count = primaries.len();
        let which = |wanted: &dyn Fn(&SectionView<'_>) -> bool| {
            Bits::of(count, primaries.iter().enumerate().filter(|(_, section)| wanted(section)).map(|(place, _)| place))
        };
        let mut built = Self {
            sections: primaries.iter().map(|section| section.index()).collect(),
            courses: primaries.iter().map(|section| section.course()).collect(),
            free: which(&|section| section.availability().is_some_and(|seats| seats != Availability::Full)),
            free_for_anyone: which(&|section| section.availability() == Some(Availability::OpenToAnyone)),
            on_day: std::array::from_fn(|day| which(&|section| meets_on(*section, day))),
            with_days: which(&|section| {
                section.meetings().len() > 0 && section.meetings().all(|meeting| !meeting.days().is_empty())
            }),
            spans: primaries.iter().map(|section| span(*section)).collect(),
            modes: modes(&primaries),
            course_count,
            ..Self::default()
        };
        built.add_people(tables, &primaries);
        built.alone = built.choice_sets();
        built
    }

    fn add_people(&mut self, tables: &SectionTables, primaries: &[SectionView<'_>]) {
        for section in primaries {
            let start = self.people.len();
            for person in tables.people_of(*section) {
                if !self.people[start..].contains(&person) {
                    self.people.push(person);
                }
            }
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.people_ranges.push(place(start)..place(self.people.len()));
        }
    }

    fn choice_sets(&self) -> ChoiceSets {
        ChoiceSets {
            days: (0..DAYS).map(|day| self.courses_of(&self.within_days(1 << day))).collect(),
            day_parts: DAY_PARTS.iter().map(|part| self.courses_of(&self.within(part.range()))).collect(),
            modes: self.modes.iter().map(|mode| self.courses_of(&mode.sections)).collect(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.sections.len()
    }

    /// Who teaches a primary section, each once.
    pub(crate) fn people_of(&self, place: usize) -> &[InstructorIndex] {
        let range = &self.people_ranges[place];
        &self.people[range.start as usize..range.end as usize]
    }

    /// Those whose meetings are all on the days of a mask, Monday the lowest bit.
    pub(crate) fn within_days(&self, days: u8) -> Bits {
        let mut within = self.with_days.clone();
        for (day, on_day) in self.on_day.iter().enumerate() {
            if days >> day & 1 == 0 {
                within.take_out(on_day);
            }
        }
        within
    }

    /// Those whose meetings all lie within a stretch of the day.
    pub(crate) fn within(&self, window: TimeRange) -> Bits {
        let fits = |span: &Option<TimeRange>| span.is_some_and(|span| window.contains(span));
        let places = self.spans.iter().enumerate().filter(|(_, span)| fits(span)).map(|(place, _)| place);
        Bits::of(self.count(), places)
    }

    /// Those that one of these people teaches.
    pub(crate) fn taught_by(&self, people: &[InstructorIndex]) -> Bits {
        let taught = |place: &usize| self.people_of(*place).iter().any(|person| people.contains(person));
        Bits::of(self.count(), (0..self.count()).filter(taught))
    }

    /// The courses of some primary sections.
    pub(crate) fn courses_of(&self, sections: &Bits) -> CourseSet {
        CourseSet::of(self.course_count, sections.iter().map(|place| self.courses[place]))
    }

    /// How many courses some primary sections have, all told: a course's sections lie together.
    pub(crate) fn count_courses(&self, sections: &Bits) -> usize {
        let mut last = None;
        let mut count = 0;
        for course in sections.iter().map(|place| self.courses[place]) {
            count += usize::from(last != Some(course));
            last = Some(course);
        }
        count
    }

    /// The primary sections of some courses.
    pub(crate) fn of_courses(&self, courses: &CourseSet) -> Bits {
        let wanted = self.courses.iter().enumerate().filter(|(_, course)| courses.contains(**course));
        Bits::of(self.count(), wanted.map(|(place, _)| place))
    }
}

fn meets_on(section: SectionView<'_>, day: usize) -> bool {
    section.meetings().any(|meeting| meeting.days().bits() >> day & 1 == 1)
}

fn span(section: SectionView<'_>) -> Option<TimeRange> {
    let mut span: Option<TimeRange> = None;
    for meeting in section.meetings() {
        let time = meeting.time()?;
        span = Some(span.map_or(time, |span| span.stretched_to(time)));
    }
    span
}

fn modes(primaries: &[SectionView<'_>]) -> Vec<ModeEntry> {
    let mut by_name: BTreeMap<String, (String, Bits)> = BTreeMap::new();
    for (place, section) in primaries.iter().enumerate() {
        let Some(name) = section.instruction_mode() else { continue };
        let slug = slug(name);
        if !slug.is_empty() {
            let entry = by_name.entry(slug).or_insert_with(|| (name.to_owned(), Bits::none(primaries.len())));
            entry.1.insert(place);
        }
    }
    by_name.into_iter().map(|(slug, (name, sections))| ModeEntry { slug, name, sections }).collect()
}
