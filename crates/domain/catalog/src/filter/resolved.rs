//! Criteria as they apply in one term, and the counts of the choices there.

use std::collections::BTreeMap;

use super::section_filters::{Kind, SectionFilters};
use super::{Choice, Criteria, FILTER_CATEGORIES, Facets, fit, tally};
use crate::course_set::CourseSet;
use crate::playlist::Category;
use crate::search::rank::Matches;
use crate::snapshot::{PlaylistEntry, Snapshot, TermEntry};
use crate::term::TermId;

/// Criteria in a term, or without one.
pub(super) struct Resolved<'a, 'c> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) criteria: &'c Criteria,
    pub(super) entry: Option<&'a TermEntry>,
    chosen: BTreeMap<Category, Vec<&'a PlaylistEntry>>,
    unknown: Vec<(Category, String)>,
    /// What matches the query here.
    matching: CourseSet,
    /// Courses that satisfy everything that is asked of courses.
    wanted: CourseSet,
    sections: SectionFilters<'a>,
    /// Courses with a section, or at all, that satisfy everything that is asked of sections; `None` for all courses.
    offered: Option<CourseSet>,
    shown: CourseSet,
}

impl<'a, 'c> Resolved<'a, 'c> {
    pub(super) fn of(snapshot: &'a Snapshot, criteria: &'c Criteria, matches: &Matches, term: Option<TermId>) -> Self {
        let nothing = || CourseSet::none(snapshot.courses().len());
        let entry = term.and_then(|term| snapshot.term(term));
        let mut resolved = Self {
            snapshot,
            criteria,
            entry,
            chosen: BTreeMap::new(),
            unknown: Vec::new(),
            matching: matches.courses(term),
            wanted: nothing(),
            sections: SectionFilters::default(),
            // A term that is not known offers nothing.
            offered: term.map(|_| nothing()),
            shown: nothing(),
        };
        resolved.choose(term);
        resolved.wanted = resolved.wanted_but_for(|_| false);
        if let Some(entry) = entry {
            // The counts of these choices leave the chosen ones out.
            let countable = resolved.wanted_but_for(|category| !category.needs_all());
            resolved.sections = SectionFilters::of(snapshot, entry, criteria, &countable);
            let left = resolved.sections.left_but_for(None);
            resolved.offered = Some(match left {
                Some(left) => entry.primaries().courses_of(&left),
                None => entry.offered.clone(),
            });
        }
        resolved.shown = resolved.wanted.clone();
        if let Some(offered) = &resolved.offered {
            resolved.shown.keep(offered);
        }
        resolved
    }

    fn choose(&mut self, term: Option<TermId>) {
        for (category, slugs) in &self.criteria.chosen {
            for slug in slugs {
                match self.snapshot.playlists(*category, term).find(|entry| entry.slug == *slug) {
                    Some(entry) => self.chosen.entry(*category).or_default().push(entry),
                    None => self.unknown.push((*category, slug.clone())),
                }
            }
        }
    }

    /// The courses that satisfy everything that is asked of courses, but for some categories.
    fn wanted_but_for(&self, without: impl Fn(Category) -> bool) -> CourseSet {
        let mut left = self.matching.clone();
        if self.criteria.has_grades {
            left.keep(self.snapshot.with_grades());
        }
        for (category, playlists) in self.chosen.iter().filter(|(category, _)| !without(**category)) {
            if category.needs_all() {
                playlists.iter().for_each(|playlist| left.keep(&playlist.courses));
            } else {
                let mut any = CourseSet::none(self.snapshot.courses().len());
                playlists.iter().for_each(|playlist| any.add(&playlist.courses));
                left.keep(&any);
            }
        }
        left
    }

    /// The courses to show.
    pub(super) const fn shown(&self) -> &CourseSet {
        &self.shown
    }

    pub(super) fn into_unknown(self) -> Vec<(Category, String)> {
        self.unknown
    }

    /// The counts of all choices but the terms.
    pub(super) fn facets(&self) -> Facets<'a> {
        let categories = FILTER_CATEGORIES.into_iter().map(|category| (category, self.playlist_choices(category)));
        let facets = Facets {
            categories: categories.filter(|(_, choices)| !choices.is_empty()).collect(),
            has_grades: self.shown.count_common(self.snapshot.with_grades()),
            ..Facets::default()
        };
        match self.entry {
            Some(entry) => self.section_facets(entry, facets),
            None => facets,
        }
    }

    fn playlist_choices(&self, category: Category) -> Vec<Choice<'a>> {
        let chosen = self.chosen.get(&category);
        let by_itself = (chosen.is_some() && !category.needs_all()).then(|| {
            let mut base = self.wanted_but_for(|other| other == category);
            if let Some(offered) = &self.offered {
                base.keep(offered);
            }
            base
        });
        let base = by_itself.as_ref().unwrap_or(&self.shown);
        let choice = |entry: &'a PlaylistEntry| Choice {
            slug: &entry.slug,
            name: &entry.key.name,
            count: base.count_common(&entry.courses),
            is_chosen: chosen.is_some_and(|chosen| chosen.iter().any(|other| std::ptr::eq(*other, entry))),
        };
        let term = self.entry.map(|entry| entry.term.id);
        self.snapshot.playlists(category, term).map(choice).collect()
    }

    fn section_facets(&self, entry: &'a TermEntry, facets: Facets<'a>) -> Facets<'a> {
        let primaries = entry.primaries();
        let candidates = primaries.of_courses(&self.wanted);
        let counts = if self.sections.is_empty() {
            self.counts_alone(entry)
        } else {
            self.sections.counts(&candidates, self.criteria)
        };
        let modes = primaries.modes.iter().zip(counts.modes);
        let modes = modes.map(|(mode, count)| Choice {
            slug: &mode.slug,
            name: &mode.name,
            count,
            is_chosen: self.criteria.instruction_modes.contains(&mode.slug),
        });
        let fitting = (!self.criteria.busy.is_empty()).then(|| {
            let mut others = candidates.clone();
            self.sections.keep_but_for(Kind::Fit, &mut others);
            primaries.count_courses(&fit::fitting(self.snapshot, primaries, &others, &self.criteria.busy))
        });
        let mut taught = candidates;
        self.sections.keep_but_for(Kind::Instructor, &mut taught);
        Facets {
            open_seats: counts.open_seats,
            open_to_anyone: counts.open_to_anyone,
            days: counts.days,
            day_parts: counts.day_parts,
            instruction_modes: modes.collect(),
            instructors: tally::instructors(self.snapshot, primaries, &taught, &self.criteria.instructors),
            fitting,
            ..facets
        }
    }

    /// The counts when nothing else is asked of sections: everything is prepared.
    fn counts_alone(&self, entry: &TermEntry) -> super::section_filters::Counts {
        let count = |courses: &CourseSet| self.wanted.count_common(courses);
        let alone = &entry.primaries().alone;
        super::section_filters::Counts {
            open_seats: count(&entry.with_open_seats),
            open_to_anyone: count(&entry.with_seats_for_anyone),
            days: std::array::from_fn(|day| alone.days.get(day).map_or(0, count)),
            day_parts: std::array::from_fn(|part| alone.day_parts.get(part).map_or(0, count)),
            modes: alone.modes.iter().map(count).collect(),
        }
    }
}
