//! The catalog's filters as they are written down, done the slow way straight over what the store gives: every course
//! looked at, every section, every time. What the fast way finds must be this, in this order, with these counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog::course::{Course, CourseCode};
use catalog::data::CatalogData;
use catalog::day_part::DAY_PARTS;
use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES, Found, INSTRUCTORS_OFFERED_MAX};
use catalog::fold::slug;
use catalog::grade::Distribution;
use catalog::meeting::{Days, Meeting, TimeRange};
use catalog::playlist::{Category, Playlist};
use catalog::search::search;
use catalog::section::Section;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;

use crate::naive_search::NaiveSearch;

/// Courses that are searched the slow way at most; with more, the words are left to the fast one.
const SEARCHED_SLOWLY_MAX: usize = 50;

/// What the store gives, looked through again for every question.
pub struct Naive<'a> {
    data: &'a CatalogData,
    snapshot: &'a Snapshot,
    offered: HashMap<(TermId, &'a CourseCode), Vec<&'a Section>>,
    averages: HashMap<&'a CourseCode, (bool, Option<f64>)>,
}

impl<'a> Naive<'a> {
    /// Everything is read from `data`; `snapshot` gives places, sizes of courses, and words of large catalogs.
    #[must_use]
    pub fn new(data: &'a CatalogData, snapshot: &'a Snapshot) -> Self {
        let mut offered: HashMap<(TermId, &CourseCode), Vec<&Section>> = HashMap::new();
        for section in data.sections.iter().filter(|section| section.is_visible()) {
            offered.entry((section.class.term, &section.class.course)).or_default().push(section);
        }
        let mut naive = Self { data, snapshot, offered, averages: HashMap::new() };
        naive.averages = naive.courses().map(|course| (&course.code, naive.graded(course))).collect();
        naive
    }

    /// Whether what was found is what a scan finds; the first difference in words.
    ///
    /// # Errors
    /// When it is not.
    pub fn agrees(&self, criteria: &Criteria, found: &Found<'_>) -> Result<(), String> {
        let codes = found.courses.iter().map(|course| self.snapshot.course(*course).course.code.clone());
        equal("the courses", &codes.collect::<Vec<_>>(), &self.list(criteria))?;
        let count = |changed: Criteria| self.list(&changed).len();
        let facets = &found.facets;
        for category in FILTER_CATEGORIES {
            let choices = facets.categories.iter().find(|(of, _)| *of == category).map_or(&[][..], |(_, all)| all);
            let known = self.data.playlists.iter().map(|list| &list.value.key).filter(|key| key.category == category);
            let known = known.filter(|key| category != Category::Ls || key.term == criteria.term).count();
            equal(category.slug(), &choices.len(), &known)?;
            for choice in choices {
                let mut changed = criteria.clone();
                let slugs = changed.chosen.entry(category).or_default();
                let is_chosen = slugs.contains(choice.slug);
                if !category.needs_all() {
                    slugs.clear();
                }
                slugs.insert(choice.slug.to_owned());
                equal(choice.slug, &(choice.count, choice.is_chosen), &(count(changed), is_chosen))?;
            }
        }
        equal("graded ones", &facets.has_grades, &count(Criteria { has_grades: true, ..criteria.clone() }))?;
        for (term, there) in &facets.terms {
            equal(&term.slug(), there, &count(Criteria { term: Some(*term), ..criteria.clone() }))?;
        }
        match criteria.term {
            Some(term) => self.agrees_on_sections(criteria, found, term),
            None => equal("open ones without a term", &facets.open_seats, &0),
        }
    }

    fn agrees_on_sections(&self, criteria: &Criteria, found: &Found<'_>, term: TermId) -> Result<(), String> {
        let count = |changed: Criteria| self.list(&changed).len();
        let facets = &found.facets;
        let seats = |open_seats, open_to_anyone| count(Criteria { open_seats, open_to_anyone, ..criteria.clone() });
        equal("open ones", &facets.open_seats, &seats(true, false))?;
        equal("ones open to anyone", &facets.open_to_anyone, &seats(false, true))?;
        for (day, there) in facets.days.iter().enumerate() {
            let days = Days::from_bits(criteria.days.bits() | 1 << day);
            equal(Days::NAMES[day], there, &count(Criteria { days, ..criteria.clone() }))?;
        }
        for (part, there) in DAY_PARTS.iter().zip(facets.day_parts) {
            equal(part.slug, &there, &count(Criteria { window: Some(part.range()), ..criteria.clone() }))?;
        }
        for mode in &facets.instruction_modes {
            let instruction_modes = BTreeSet::from([mode.slug.to_owned()]);
            equal(mode.slug, &mode.count, &count(Criteria { instruction_modes, ..criteria.clone() }))?;
        }
        let fitting = count(Criteria { only_fitting: true, ..criteria.clone() });
        equal("fitting ones", &facets.fitting, &(!criteria.busy.is_empty()).then_some(fitting))?;
        self.agrees_on_instructors(criteria, found, term)
    }

    fn agrees_on_instructors(&self, criteria: &Criteria, found: &Found<'_>, term: TermId) -> Result<(), String> {
        let any = self.list(&Criteria { instructors: BTreeSet::new(), ..criteria.clone() });
        let mut by_person: BTreeMap<String, usize> = BTreeMap::new();
        for code in &any {
            let sections = self.offered.get(&(term, code)).into_iter().flatten();
            let asked = Criteria { instructors: BTreeSet::new(), ..criteria.clone() };
            let satisfying = sections.filter(|section| self.satisfies(section, &asked));
            let people: BTreeSet<String> = satisfying.flat_map(|section| people(section)).collect();
            people.into_iter().for_each(|person| *by_person.entry(person).or_default() += 1);
        }
        let mut expected: Vec<(String, usize)> = by_person.iter().map(|(slug, count)| (slug.clone(), *count)).collect();
        expected.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        expected.truncate(INSTRUCTORS_OFFERED_MAX);
        let offered = found.facets.instructors.iter().filter(|choice| !choice.is_chosen || choice.count > 0);
        let offered: Vec<(String, usize)> = offered.map(|choice| (choice.slug.to_owned(), choice.count)).collect();
        for (person, count) in &expected {
            equal(person, &offered.iter().find(|(other, _)| other == person).map(|(_, count)| count), &Some(count))?;
        }
        Ok(())
    }

    fn courses(&self) -> impl Iterator<Item = &'a Course> + use<'a> {
        self.data.courses.iter().map(|held| &held.value.value)
    }

    /// The courses to show, in order.
    #[must_use]
    pub fn list(&self, criteria: &Criteria) -> Vec<CourseCode> {
        let by_relevance = self.by_relevance(&criteria.query, criteria.term);
        let mut shown: Vec<&Course> = by_relevance.into_iter().filter(|course| self.shows(course, criteria)).collect();
        match criteria.sort {
            Sort::Relevance => {}
            Sort::Department => shown.sort_by(|a, b| a.code.cmp(&b.code)),
            Sort::Number => {
                shown.sort_by(|a, b| (&a.code.number, &a.code.subject).cmp(&(&b.code.number, &b.code.subject)));
            }
            Sort::AverageGrade => shown.sort_by(|a, b| {
                let average = |course: &Course| self.averages[&course.code].1.unwrap_or(-1.0);
                average(b).total_cmp(&average(a))
            }),
            Sort::OpenSeats => {
                shown.sort_by_key(|course| std::cmp::Reverse(self.seats(course, criteria.term).map(|(open, ..)| open)));
            }
            Sort::PercentEnrolled => shown.sort_by(|a, b| {
                let share = |course: &Course| match self.seats(course, criteria.term) {
                    Some((_, enrolled, seats)) if seats > 0 => (f64::from(enrolled) / f64::from(seats)).min(1.0),
                    _ => f64::INFINITY,
                };
                share(a).total_cmp(&share(b))
            }),
        }
        shown.into_iter().map(|course| course.code.clone()).collect()
    }

    fn by_relevance(&self, query: &str, term: Option<TermId>) -> Vec<&'a Course> {
        if self.data.courses.len() <= SEARCHED_SLOWLY_MAX {
            return NaiveSearch::new(self.data, self.snapshot).search(query, term);
        }
        let found = search(self.snapshot, query, term);
        found.iter().map(|place| &self.snapshot.course(*place).course).collect()
    }

    fn shows(&self, course: &Course, criteria: &Criteria) -> bool {
        let offered = match criteria.term {
            None => true,
            Some(term) => match self.offered.get(&(term, &course.code)) {
                Some(sections) if asks_of_sections(criteria) => {
                    sections.iter().any(|section| self.satisfies(section, criteria))
                }
                sections => sections.is_some(),
            },
        };
        let graded = !criteria.has_grades || self.averages[&course.code].0;
        offered
            && graded
            && criteria.chosen.iter().all(|(category, slugs)| {
                let lists: Vec<&Playlist> =
                    slugs.iter().filter_map(|slug| self.playlist(*category, slug, criteria)).collect();
                let is_in = |list: &&Playlist| list.courses.contains(&course.code);
                if category.needs_all() { lists.iter().all(is_in) } else { lists.is_empty() || lists.iter().any(is_in) }
            })
    }

    fn playlist(&self, category: Category, wanted: &str, criteria: &Criteria) -> Option<&'a Playlist> {
        self.data.playlists.iter().map(|list| &list.value).find(|list| {
            let of_term = category != Category::Ls || list.key.term == criteria.term;
            list.key.category == category && of_term && slug(&list.key.name) == wanted
        })
    }

    /// Whether a section satisfies everything that is asked of sections.
    fn satisfies(&self, section: &Section, criteria: &Criteria) -> bool {
        let (free, reserved) = self.free(section);
        let met = |holds: &dyn Fn(&Meeting) -> bool| !section.meetings.is_empty() && section.meetings.iter().all(holds);
        let is_one_of = |wanted: &BTreeSet<String>, have: Vec<String>| {
            wanted.is_empty() || have.iter().any(|one| wanted.contains(one))
        };
        section.is_primary
            && (!criteria.open_seats || free > 0)
            && (!criteria.open_to_anyone || free > reserved)
            && (criteria.days.is_empty()
                || met(&|meeting| !meeting.days.is_empty() && meeting.days.bits() & !criteria.days.bits() == 0))
            && criteria.window.is_none_or(|window| {
                met(&|meeting| {
                    meeting.time.is_some_and(|time| time.start() >= window.start() && time.end() <= window.end())
                })
            })
            && is_one_of(&criteria.instruction_modes, section.instruction_mode.iter().map(|mode| slug(mode)).collect())
            && is_one_of(&criteria.instructors, people(section))
            && (!criteria.only_fitting || criteria.busy.is_empty() || self.fits(section, &criteria.busy))
    }

    /// Free seats, and those of them that are kept for groups.
    fn free(&self, section: &Section) -> (i32, i32) {
        let key = (section.class.term, section.id);
        let free = self.data.counts.get(&key).map_or(0, |seen| (seen.counts.max_enroll - seen.counts.enrolled).max(0));
        let reserved = self.data.reservations.get(&key).into_iter().flatten();
        (free, reserved.map(|reserved| (reserved.max_enroll - reserved.enrolled).max(0)).sum())
    }

    fn fits(&self, primary: &Section, busy: &[(Days, TimeRange)]) -> bool {
        let siblings = self.offered.get(&(primary.class.term, &primary.class.course)).into_iter().flatten();
        let siblings: Vec<&&Section> = siblings.filter(|section| section.class == primary.class).collect();
        let is_primary_here = |id| siblings.iter().any(|section| section.is_primary && section.id == id);
        let hanging = siblings.iter().filter(|section| {
            let on = section.primary_section;
            !section.is_primary && (on == Some(primary.id) || !on.is_some_and(is_primary_here))
        });
        let mut kinds: BTreeMap<&str, bool> = BTreeMap::new();
        for section in hanging {
            *kinds.entry(&section.component.code).or_default() |= is_free(section, busy);
        }
        is_free(primary, busy) && kinds.values().all(|fits| *fits)
    }

    /// Free seats, students and seats of the primary sections together; `None` when no counts are known.
    fn seats(&self, course: &Course, term: Option<TermId>) -> Option<(i32, i32, i32)> {
        let sections = self.offered.get(&(term?, &course.code))?.iter().filter(|section| section.is_primary);
        let counts = sections.filter_map(|section| self.data.counts.get(&(section.class.term, section.id)));
        let counts: Vec<_> = counts.map(|seen| seen.counts).collect();
        let sum = |of: &dyn Fn(i32, i32) -> i32| counts.iter().map(|c| of(c.enrolled, c.max_enroll)).sum();
        (!counts.is_empty()).then(|| {
            (
                sum(&|enrolled, seats| (seats - enrolled).max(0)),
                sum(&|enrolled, _| enrolled.max(0)),
                sum(&|_, s| s.max(0)),
            )
        })
    }

    /// Whether grades of the course or of a cross-listed one are known, and their average.
    fn graded(&self, course: &Course) -> (bool, Option<f64>) {
        let mut codes: BTreeSet<&CourseCode> = course.cross_listed.iter().collect();
        codes.insert(&course.code);
        codes.extend(self.courses().filter(|other| other.cross_listed.contains(&course.code)).map(|other| &other.code));
        let mut sum = Distribution::default();
        for record in self.data.grades.iter().filter(|record| codes.contains(&record.value.course)) {
            sum.add(&record.value.distribution);
        }
        (sum.total() > 0, sum.average())
    }
}

fn asks_of_sections(criteria: &Criteria) -> bool {
    criteria.open_seats
        || criteria.open_to_anyone
        || !criteria.days.is_empty()
        || criteria.window.is_some()
        || !criteria.instruction_modes.is_empty()
        || !criteria.instructors.is_empty()
        || (criteria.only_fitting && !criteria.busy.is_empty())
}

fn people(section: &Section) -> Vec<String> {
    let instructors = section.meetings.iter().flat_map(|meeting| &meeting.instructors);
    instructors.map(|instructor| slug(&instructor.full_name())).filter(|slug| !slug.is_empty()).collect()
}

fn is_free(section: &Section, busy: &[(Days, TimeRange)]) -> bool {
    section.meetings.iter().all(|meeting| {
        let collides = |(days, taken): &(Days, TimeRange)| {
            let same_day = (0..7).any(|day| days.contains(day) && meeting.days.contains(day));
            same_day && meeting.time.is_some_and(|time| time.start() < taken.end() && taken.start() < time.end())
        };
        !busy.iter().any(collides)
    })
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found:?}, a scan finds {expected:?}")) }
}
