//! The rules by which playlists are made. Evidence of the SIS comes first (breadths, American Cultures); what exists
//! only as a list is data (`data/requirements.tsv`); the rest follows from course numbers, units and terms.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use crate::changes::{PlaylistChanges, PlaylistEdit};
use crate::class::Class;
use crate::course::{CatalogNumber, Course, CourseCode, UnitCount};
use crate::playlist::{Category, Playlist, PlaylistKey};
use crate::section::Section;
use crate::stored::Offering;
use crate::subject::SubjectCode;
use crate::term::TermId;

/// The seven L&S breadths: the SIS's code of the attribute's value, and the name of the playlist.
pub const BREADTHS: [(&str, &str); 7] = [
    ("AL", "Arts and Literature"),
    ("BS", "Biological Sciences"),
    ("HS", "Historical Studies"),
    ("IS", "International Studies"),
    ("PV", "Philosophy and Values"),
    ("PS", "Physical Science"),
    ("SBS", "Social and Behavioral Sciences"),
];

/// The SIS's code of the section attribute that carries a breadth.
pub const BREADTH_ATTRIBUTE: &str = "GE";

/// The SIS's code of the class requirement designation that means American Cultures.
pub const AMERICAN_CULTURES_DESIGNATION: &str = "AC";

/// What the playlists are made from.
pub struct Evidence<'a> {
    /// The courses that are not retired.
    pub courses: &'a [&'a Course],
    /// Which courses have a visible section in which term, after tonight's changes.
    pub offerings: &'a BTreeSet<Offering>,
    /// What tonight's classes and sections say, term by term. Terms without it keep their lists.
    pub terms: &'a [TermEvidence],
    /// The playlists held now.
    pub held: &'a [Playlist],
}

/// What a term's classes and sections say about requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermEvidence {
    /// Which term.
    pub term: TermId,
    /// Courses by breadth, in the order of [`BREADTHS`].
    pub breadths: [BTreeSet<CourseCode>; 7],
    /// Courses with a class that is designated American Cultures.
    pub american_cultures: BTreeSet<CourseCode>,
    /// Courses with a class.
    pub offered: BTreeSet<CourseCode>,
}

impl TermEvidence {
    /// Reads a term's classes and sections.
    pub fn gather<'a>(
        term: TermId,
        classes: impl Iterator<Item = &'a Class>,
        sections: impl Iterator<Item = &'a Section>,
    ) -> Self {
        let mut evidence =
            Self { term, breadths: Default::default(), american_cultures: BTreeSet::new(), offered: BTreeSet::new() };
        for class in classes {
            let course = &class.key.course;
            evidence.offered.insert(course.clone());
            if class.requirement_designation.as_deref() == Some(AMERICAN_CULTURES_DESIGNATION) {
                evidence.american_cultures.insert(course.clone());
            }
        }
        for section in sections {
            for attribute in section.attributes.iter().filter(|attribute| attribute.code == BREADTH_ATTRIBUTE) {
                if let Some(breadth) = BREADTHS.iter().position(|(code, _)| *code == attribute.value) {
                    evidence.breadths[breadth].insert(section.class.course.clone());
                }
            }
        }
        evidence
    }
}

/// All playlists, by key. Empty ones are left out.
#[must_use]
pub fn compute(evidence: &Evidence<'_>) -> Vec<Playlist> {
    let mut lists = Lists::default();
    breadths(evidence, &mut lists);
    university(evidence, &mut lists);
    colleges(evidence, &mut lists);
    for course in evidence.courses {
        units(course, &mut lists);
        level(course, &mut lists);
        lists.put(Category::Department, &course.subject_name, None, &course.code);
    }
    for Offering { term, course } in evidence.offerings {
        lists.put(Category::Semester, &term.title(), Some(*term), course);
    }
    let listed: HashSet<&CourseCode> = evidence.courses.iter().map(|course| &course.code).collect();
    lists.finish(&listed)
}

/// What turns the playlists that are held into those that were computed.
#[must_use]
pub fn changes(held: &[Playlist], computed: Vec<Playlist>) -> PlaylistChanges {
    let mut changes = PlaylistChanges::default();
    let mut missing: HashMap<&PlaylistKey, &Playlist> = held.iter().map(|playlist| (&playlist.key, playlist)).collect();
    for playlist in computed {
        match missing.remove(&playlist.key) {
            None => changes.added.push(playlist),
            Some(old) if old.courses == playlist.courses => changes.unchanged += 1,
            Some(old) => {
                let joining = playlist.courses.difference(&old.courses).cloned().collect();
                let leaving = old.courses.difference(&playlist.courses).cloned().collect();
                changes.changed.push(PlaylistEdit { key: playlist.key, joining, leaving });
            }
        }
    }
    changes.gone = missing.into_keys().cloned().collect();
    changes.gone.sort_unstable();
    changes
}

#[derive(Default)]
struct Lists(BTreeMap<PlaylistKey, BTreeSet<CourseCode>>);

impl Lists {
    fn put(&mut self, category: Category, name: &str, term: Option<TermId>, course: &CourseCode) {
        let key = PlaylistKey { category, name: name.to_owned(), term };
        self.0.entry(key).or_default().insert(course.clone());
    }

    fn get(&self, category: Category, name: &str, term: Option<TermId>) -> Option<&BTreeSet<CourseCode>> {
        self.0.get(&PlaylistKey { category, name: name.to_owned(), term })
    }

    fn finish(self, listed: &HashSet<&CourseCode>) -> Vec<Playlist> {
        let lists = self.0.into_iter().map(|(key, mut courses)| {
            courses.retain(|course| listed.contains(course));
            Playlist { key, courses }
        });
        lists.filter(|playlist| !playlist.courses.is_empty()).collect()
    }
}

/// L&S: tonight's terms by their sections, every other term as it is held.
fn breadths(evidence: &Evidence<'_>, lists: &mut Lists) {
    let fresh: HashSet<TermId> = evidence.terms.iter().map(|term| term.term).collect();
    let is_stale = |playlist: &&Playlist| {
        playlist.key.category == Category::Ls && playlist.key.term.is_none_or(|term| !fresh.contains(&term))
    };
    for playlist in evidence.held.iter().filter(is_stale) {
        for course in &playlist.courses {
            lists.put(Category::Ls, &playlist.key.name, playlist.key.term, course);
        }
    }
    for term in evidence.terms {
        for ((_, name), courses) in BREADTHS.iter().zip(&term.breadths) {
            for course in courses {
                lists.put(Category::Ls, name, Some(term.term), course);
            }
        }
    }
}

/// University requirements: the lists of the data file, and American Cultures as the SIS marks it.
fn university(evidence: &Evidence<'_>, lists: &mut Lists) {
    let by_code: HashMap<&CourseCode, &Course> =
        evidence.courses.iter().map(|course| (&course.code, *course)).collect();
    for requirement in REQUIREMENTS.iter() {
        let course = by_code.get(&requirement.course);
        if course.is_some_and(|course| is_worth(course, requirement.least_units)) {
            lists.put(requirement.category, &requirement.playlist, None, &requirement.course);
        }
    }
    for course in american_cultures(evidence) {
        lists.put(Category::University, AMERICAN_CULTURES, None, course);
    }
}

const AMERICAN_CULTURES: &str = "American Cultures";

/// A course offered in one of tonight's terms is judged by its classes there; any other keeps what it was. Numbers that
/// end in AC are American Cultures by the campus's numbering.
fn american_cultures<'a>(evidence: &'a Evidence<'_>) -> impl Iterator<Item = &'a CourseCode> {
    let designated = evidence.terms.iter().flat_map(|term| &term.american_cultures);
    let is_judged = |course: &CourseCode| evidence.terms.iter().any(|term| term.offered.contains(course));
    let held = evidence.held.iter().filter(|playlist| playlist.key.name == AMERICAN_CULTURES);
    let kept = held.flat_map(|playlist| &playlist.courses).filter(move |course| !is_judged(course));
    let numbered =
        evidence.courses.iter().map(|course| &course.code).filter(|code| code.number.suffix().ends_with("AC"));
    designated.chain(kept).chain(numbered)
}

/// Haas and Engineering: built on the newest term's L&S lists.
fn colleges(evidence: &Evidence<'_>, lists: &mut Lists) {
    let newest = lists.0.keys().filter(|key| key.category == Category::Ls).filter_map(|key| key.term).max();
    let composition: HashSet<CourseCode> = ["Reading and Composition A", "Reading and Composition B"]
        .iter()
        .filter_map(|name| lists.get(Category::University, name, None))
        .flat_map(|courses| courses.iter().cloned())
        .collect();
    for (code, name) in BREADTHS {
        let Some(breadth) = lists.get(Category::Ls, name, newest).cloned() else { continue };
        for course in evidence.courses.iter().filter(|course| breadth.contains(&course.code)) {
            if is_worth(course, LEAST_UNITS) && is_outside_business(&course.code) && !composition.contains(&course.code)
            {
                lists.put(Category::Haas, &format!("Haas {name}"), None, &course.code);
            }
            if HUMANITIES.contains(&code) && is_worth(course, LEAST_UNITS) && is_outside_engineering(&course.code) {
                lists.put(Category::Engineering, "Humanities and Social Sciences", None, &course.code);
            }
        }
    }
}

/// Colleges count a breadth only from three units on.
const LEAST_UNITS: UnitCount = UnitCount(300);
const HUMANITIES: [&str; 5] = ["AL", "HS", "IS", "PV", "SBS"];
const BUSINESS: [&str; 5] = ["UGBA", "EWMBA", "XMBA", "MBA", "PHDBA"];
const ENGINEERING: [&str; 12] =
    ["BIOENG", "CHMENG", "CIVENG", "DEVENG", "EECS", "ELENG", "ENGIN", "INDENG", "MATSCI", "MECENG", "NSE", "NUCENG"];

/// Haas takes no course of its own and no introduction that its own courses build on.
fn is_outside_business(code: &CourseCode) -> bool {
    let number = code.number.as_str();
    match code.subject.as_str() {
        "ECON" => !matches!(number, "1" | "2" | "3" | "100A" | "100B" | "101A" | "101B"),
        "IAS" => !matches!(number, "106" | "107"),
        subject => !BUSINESS.contains(&subject),
    }
}

/// Engineering takes no course of its own and no group or independent study.
fn is_outside_engineering(code: &CourseCode) -> bool {
    let is_study = matches!(code.number.as_str(), "97" | "98" | "99" | "197" | "198" | "199");
    !is_study && !ENGINEERING.contains(&code.subject.as_str())
}

fn is_worth(course: &Course, least: UnitCount) -> bool {
    least == UnitCount(0) || course.units.as_ref().is_some_and(|units| units.maximum() >= least)
}

/// A course is in every list for which a student can take it; the last list takes everything from 5 units on.
fn units(course: &Course, lists: &mut Lists) {
    let Some(units) = &course.units else { return };
    for (count, name) in [(50, "0.5 Units"), (100, "1 Unit"), (200, "2 Units"), (300, "3 Units"), (400, "4 Units")] {
        if units.allow(UnitCount(count)) {
            lists.put(Category::Units, name, None, &course.code);
        }
    }
    if units.maximum() >= UnitCount(500) {
        lists.put(Category::Units, "5+ Units", None, &course.code);
    }
}

fn level(course: &Course, lists: &mut Lists) {
    let digits = course.code.number.digits();
    let mut put = |name| lists.put(Category::Level, name, None, &course.code);
    match digits {
        1..=99 => put("Lower Division"),
        100..=199 => put("Upper Division"),
        200..=299 => put("Graduate"),
        300..=499 => put("Professional"),
        _ => {}
    }
    match digits {
        24 | 39 | 84 => put("Freshman and Sophomore Seminars"),
        98 | 198 => put("Directed Group Study"),
        99 | 199 => put("Supervised Independent Study"),
        197 => put("Field Study"),
        _ => {}
    }
}

struct Requirement {
    category: Category,
    playlist: String,
    least_units: UnitCount,
    course: CourseCode,
}

static REQUIREMENTS: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
    let lines = include_str!("../data/requirements.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(read_requirements).flatten().collect()
});

fn read_requirements(line: &str) -> Option<Vec<Requirement>> {
    let mut columns = line.split('\t');
    let category: Category = columns.next()?.parse().ok()?;
    let playlist = columns.next()?;
    let least_units = match columns.next()? {
        "-" => UnitCount(0),
        units => UnitCount::from_decimal(units.parse().ok()?)?,
    };
    let subject = SubjectCode::parse(columns.next()?).ok()?;
    let numbers: Vec<CatalogNumber> =
        columns.next()?.split(' ').map(CatalogNumber::parse).collect::<Result<_, _>>().ok()?;
    let requirement = |number| Requirement {
        category,
        playlist: playlist.to_owned(),
        least_units,
        course: CourseCode { subject: subject.clone(), number },
    };
    Some(numbers.into_iter().map(requirement).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Units;

    fn course(code: &str, units: Option<Units>) -> Course {
        Course {
            code: CourseCode::parse(code).unwrap(),
            cs_course_id: None,
            subject_abbreviation: code.split(' ').next().unwrap().to_owned(),
            subject_name: format!("{} in full", code.split(' ').next().unwrap()),
            title: String::new(),
            description: String::new(),
            units,
            prerequisites: None,
            cross_listed: vec![],
            academic_career: None,
            grading_basis: None,
            final_exam: None,
            from_date: None,
        }
    }

    fn fixed(units: u16) -> Option<Units> {
        Some(Units::Fixed(UnitCount(units * 100)))
    }

    fn codes(codes: &[&str]) -> BTreeSet<CourseCode> {
        codes.iter().map(|code| CourseCode::parse(code).unwrap()).collect()
    }

    fn breadth(term: u16, code: &str, courses: &[&str]) -> TermEvidence {
        let term = TermId::try_from(term).unwrap();
        let mut evidence = TermEvidence::gather(term, std::iter::empty(), std::iter::empty());
        let position = BREADTHS.iter().position(|(each, _)| *each == code).unwrap();
        evidence.breadths[position] = codes(courses);
        evidence
    }

    fn computed(courses: &[Course], terms: &[TermEvidence], held: &[Playlist]) -> BTreeMap<String, Vec<String>> {
        let courses: Vec<&Course> = courses.iter().collect();
        let evidence = Evidence { courses: &courses, offerings: &BTreeSet::new(), terms, held };
        let name = |playlist: &Playlist| match playlist.key.term {
            Some(term) => format!("{} {} {term}", playlist.key.category, playlist.key.name),
            None => format!("{} {}", playlist.key.category, playlist.key.name),
        };
        let names = |playlist: &Playlist| playlist.courses.iter().map(ToString::to_string).collect();
        compute(&evidence).iter().map(|playlist| (name(playlist), names(playlist))).collect()
    }

    #[test]
    fn every_line_of_the_requirements_is_read() {
        let lines: Vec<_> =
            include_str!("../data/requirements.tsv").lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.iter().all(|line| read_requirements(line).is_some()));
        assert!(lines.len() > 90);
    }

    #[test]
    fn units_of_a_range_and_of_a_choice_count_for_each_that_can_be_taken() {
        let range = Some(Units::Range(UnitCount(100), UnitCount(300)));
        let choice = Some(Units::AnyOf(vec![UnitCount(300), UnitCount(600)]));
        let lists = computed(&[course("ART 1", range), course("ART 2", choice), course("ART 3", fixed(12))], &[], &[]);
        assert_eq!(lists["units 1 Unit"], ["ART 1"]);
        assert_eq!(lists["units 2 Units"], ["ART 1"]);
        assert_eq!(lists["units 3 Units"], ["ART 1", "ART 2"]);
        assert_eq!(lists["units 5+ Units"], ["ART 2", "ART 3"], "5+ is five and more, not five alone");
        assert!(!lists.contains_key("units 4 Units"));
    }

    #[test]
    fn levels_follow_the_first_number() {
        let lists = computed(&["ART C98", "ART 100A", "ART 375", "ART N39B"].map(|code| course(code, None)), &[], &[]);
        assert_eq!(lists["level Lower Division"], ["ART N39B", "ART C98"]);
        assert_eq!(lists["level Upper Division"], ["ART 100A"]);
        assert_eq!(lists["level Professional"], ["ART 375"]);
        assert_eq!(lists["level Directed Group Study"], ["ART C98"]);
        assert_eq!(lists["level Freshman and Sophomore Seminars"], ["ART N39B"]);
    }

    #[test]
    fn breadths_of_a_term_that_was_not_fetched_stay() {
        let courses = ["ART 1", "ART 2"].map(|code| course(code, fixed(4)));
        let first = breadth(2168, "AL", &["ART 1"]);
        let evidence_courses: Vec<&Course> = courses.iter().collect();
        let held =
            compute(&Evidence { courses: &evidence_courses, offerings: &BTreeSet::new(), terms: &[first], held: &[] });
        let lists = computed(&courses, &[breadth(2172, "AL", &["ART 2"])], &held);
        assert_eq!(lists["ls Arts and Literature 2168"], ["ART 1"]);
        assert_eq!(lists["ls Arts and Literature 2172"], ["ART 2"]);
        assert_eq!(lists["haas Haas Arts and Literature"], ["ART 2"], "colleges go by the newest term");
    }

    #[test]
    fn haas_and_engineering_leave_out_their_own_small_and_composition_courses() {
        let names = ["ECON 1", "ECON 2A", "UGBA 39", "ENGLISH R1A", "ENGIN 10", "ART 99", "ART 7"];
        let mut courses = names.map(|code| course(code, fixed(3))).to_vec();
        courses.push(course("ART 8", fixed(2)));
        courses.push(course("ENGIN 125", fixed(2)));
        let all: Vec<&str> = names.into_iter().chain(["ART 8"]).collect();
        let lists = computed(&courses, &[breadth(2168, "PV", &all)], &[]);
        assert_eq!(lists["haas Haas Philosophy and Values"], ["ART 7", "ART 99", "ECON 2A", "ENGIN 10"]);
        assert_eq!(
            lists["engineering Humanities and Social Sciences"],
            ["ART 7", "ECON 1", "ECON 2A", "ENGIN 125", "ENGLISH R1A", "UGBA 39"]
        );
        let physical = computed(&courses, &[breadth(2168, "PS", &all)], &[]);
        assert_eq!(
            physical["engineering Humanities and Social Sciences"],
            ["ENGIN 125"],
            "a science breadth is no humanities"
        );
    }

    #[test]
    fn american_cultures_is_judged_where_the_course_is_offered_and_kept_where_not() {
        let courses = ["ART 1", "ART 2", "ART 3", "ART 4AC"].map(|code| course(code, fixed(4)));
        let key = PlaylistKey { category: Category::University, name: "American Cultures".to_owned(), term: None };
        let held = [Playlist { key, courses: codes(&["ART 1", "ART 2"]) }];
        let mut tonight = breadth(2168, "AL", &[]);
        tonight.offered = codes(&["ART 2", "ART 3"]);
        tonight.american_cultures = codes(&["ART 3"]);
        let lists = computed(&courses, &[tonight], &held);
        assert_eq!(lists["university American Cultures"], ["ART 1", "ART 3", "ART 4AC"]);
    }

    #[test]
    fn changes_lead_from_the_held_to_the_computed_lists() {
        let playlist = |name: &str, courses: &[&str]| Playlist {
            key: PlaylistKey { category: Category::Level, name: name.to_owned(), term: None },
            courses: codes(courses),
        };
        let held = [playlist("a", &["ART 1", "ART 2"]), playlist("b", &["ART 1"]), playlist("c", &["ART 1"])];
        let now = vec![playlist("a", &["ART 2", "ART 3"]), playlist("b", &["ART 1"]), playlist("d", &["ART 9"])];
        let changes = changes(&held, now);
        assert_eq!(changes.added.len(), 1);
        assert_eq!(changes.unchanged, 1);
        assert_eq!(changes.gone[0].name, "c");
        assert_eq!(changes.changed[0].joining, codes(&["ART 3"]).into_iter().collect::<Vec<_>>());
        assert_eq!(changes.changed[0].leaving, codes(&["ART 1"]).into_iter().collect::<Vec<_>>());
    }
}
