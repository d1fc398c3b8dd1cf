//! Searching, filtering, counting and sorting, held against a scan: on catalogs made up at random, on the demo campus,
//! and on real terms.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;

use catalog::class::{ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode};
use catalog::data::{CatalogData, ObservedCounts};
use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES, find};
use catalog::fold::slug;
use catalog::grade::{Distribution, GradeRecord};
use catalog::ids::{CourseId, GradeId, Numbered, PlaylistId};
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionId};
use catalog::snapshot::Snapshot;
use catalog::stored::Held;
use catalog::term::{Term, TermId};
use jiff::civil::{date, time};
use nights::naive::Naive;
use nights::world::{World, at};
use proptest::prelude::*;
use standin::config::StandinConfig;

const TERMS: [&str; 2] = ["fall-2026", "spring-2027"];
const SUBJECTS: [&str; 3] = ["COMPSCI", "MATH", "ELENG"];
const WORDS: [&str; 6] = ["Linear", "Algebra", "Data", "Structures", "Sample", "Signals"];
const PEOPLE: [(&str, &str); 4] = [("Ann", "Sample"), ("Bo", "Sample"), ("Cy", "O'Sample-Núñez"), ("", "Linear")];
const MODES: [&str; 2] = ["In-Person Instruction", "Web-Based"];
const QUERIES: [&str; 32] = [
    "",
    "",
    "",
    "",
    "cs",
    "math 1",
    "cs 12",
    "3",
    "linear",
    "linaer algebra",
    "data s",
    "sample",
    "ann sample",
    "10004",
    "ee c2",
    "nunez",
    "qzxwv",
    "sample linear",
    "linear data",
    "math linear",
    "ann linear",
    "algebra of sample",
    "c2",
    "12",
    "6",
    "comp 1",
    "compsci 2",
    "signasl data",
    "the of",
    "sam lin",
    "ma",
    "electrical 6",
];

proptest! {
    // A scan of everything for every count is slow on purpose: 20 ms a question.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_question_to_any_catalog_is_answered_as_by_a_scan(seed in any::<u64>()) {
        let mut chance = Chance(seed | 1);
        let data = catalog(&mut chance);
        let snapshot = Snapshot::build(data.clone());
        let naive = Naive::new(&data, &snapshot);
        for _ in 0..8 {
            let criteria = question(&mut chance, &data);
            let agreed = naive.agrees(&criteria, &find(&snapshot, &criteria));
            prop_assert!(agreed.is_ok(), "{} for {criteria:#?}", agreed.unwrap_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_to_the_demo_campus_are_answered_as_by_a_scan() {
    let world = World::demo().await;
    world.night(TERMS[0]).await.unwrap();
    world.night(TERMS[1]).await.unwrap();
    answers_as_a_scan_does(&world.published().await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_to_real_terms_are_answered_as_by_a_scan() {
    let moment = "2017-05-13T00:00:00Z";
    let needed_for = "questions to three real terms";
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", needed_for) else { return };
    let world = World::new(StandinConfig::replay(folder, at(moment)), moment).await;
    for term in ["2168", "2172", "2178"] {
        world.night(term).await.unwrap();
    }
    answers_as_a_scan_does(&world.published().await, 3);
}

fn answers_as_a_scan_does(data: &CatalogData, questions: usize) {
    let snapshot = Snapshot::build(data.clone());
    let naive = Naive::new(data, &snapshot);
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    for _ in 0..questions {
        let criteria = question(&mut chance, data);
        naive
            .agrees(&criteria, &find(&snapshot, &criteria))
            .unwrap_or_else(|problem| panic!("{problem} for {criteria:?}"));
    }
}

/// Numbers that look like chance and are the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn small(&mut self, limit: usize) -> i32 {
        i32::try_from(self.below(limit)).unwrap()
    }
}

fn question(chance: &mut Chance, data: &CatalogData) -> Criteria {
    let terms: Vec<TermId> = data.terms.iter().map(|term| term.id).collect();
    let mut criteria = Criteria {
        query: (*chance.of(&QUERIES)).to_owned(),
        term: (!chance.one_in(6)).then(|| chance.of(&terms)),
        open_seats: chance.one_in(4),
        open_to_anyone: chance.one_in(6),
        has_grades: chance.one_in(6),
        only_fitting: chance.one_in(2),
        sort: if chance.one_in(2) { Sort::Relevance } else { chance.of(&Sort::ALL) },
        ..Criteria::default()
    };
    if chance.one_in(3) {
        criteria.days = Days::from_bits(u8::try_from(chance.below(128)).unwrap());
    }
    if chance.one_in(4) {
        criteria.window = Some(hours(chance));
    }
    for _ in 0..chance.below(3) {
        criteria.busy.push((Days::from_bits(u8::try_from(chance.below(128)).unwrap()), hours(chance)));
    }
    if chance.one_in(5) {
        criteria.instruction_modes = BTreeSet::from([slug(chance.of(&MODES))]);
    }
    let people: Vec<&Instructor> =
        data.sections.iter().flat_map(|section| &section.meetings).flat_map(|meeting| &meeting.instructors).collect();
    if chance.one_in(5) && !people.is_empty() {
        criteria.instructors =
            (0..2).map(|_| slug(&chance.of(&people).full_name())).filter(|s| !s.is_empty()).collect();
    }
    for list in &data.playlists {
        let key = &list.value.key;
        if FILTER_CATEGORIES.contains(&key.category) && chance.one_in(data.playlists.len().max(8)) {
            criteria.chosen.entry(key.category).or_default().insert(slug(&key.name));
        }
    }
    criteria
}

fn hours(chance: &mut Chance) -> TimeRange {
    let (one, other) = (chance.small(15), chance.small(15));
    let hour = |hour: i32| time(i8::try_from(hour).unwrap() + 8, 0, 0, 0);
    TimeRange::between(hour(one), hour(other))
}

fn catalog(chance: &mut Chance) -> CatalogData {
    let mut data = CatalogData::default();
    for term in TERMS {
        let id: TermId = term.parse().unwrap();
        let begin = date(id.year(), 1, 20);
        data.terms.push(Term { id, begin, end: begin, enrollment_begin: None, sessions: Vec::new() });
    }
    let mut codes: Vec<CourseCode> = Vec::new();
    for _ in 0..1 + chance.below(20) {
        let number = chance.of(&["1", "12", "C2", "N3", "30", "61A"]);
        codes.push(CourseCode::new(chance.of(&SUBJECTS), number).unwrap());
    }
    codes.sort();
    codes.dedup();
    for code in &codes {
        let id = CourseId(100 + data.courses.len() as u64);
        let value = Held { value: course(chance, code, &codes), is_retired: chance.one_in(8) };
        data.courses.push(Numbered { id, value });
    }
    codes.push(CourseCode::new("PHANTOM", "1").unwrap());
    for ccn in 10_000..10_000 + u32::try_from(chance.below(60)).unwrap() {
        add_section(chance, &mut data, &codes, SectionId(ccn));
    }
    add_grades(chance, &mut data, &codes);
    add_playlists(chance, &mut data, &codes);
    data
}

fn course(chance: &mut Chance, code: &CourseCode, codes: &[CourseCode]) -> Course {
    let title: Vec<&str> = (0..1 + chance.below(3)).map(|_| chance.of(&WORDS)).collect();
    let others = if chance.one_in(4) { vec![chance.of(codes)] } else { Vec::new() };
    Course {
        code: code.clone(),
        cs_course_id: None,
        subject_abbreviation: code.subject.to_string(),
        subject_name: format!("Sample {}", code.subject),
        title: title.join(" "),
        description: String::new(),
        units: None,
        prerequisites: None,
        cross_listed: others.into_iter().filter(|other| other != code).collect(),
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}

fn add_section(chance: &mut Chance, data: &mut CatalogData, codes: &[CourseCode], id: SectionId) {
    let term: TermId = chance.of(&TERMS).parse().unwrap();
    let class = ClassKey::new(term, chance.of(codes), "1", chance.of(&["001", "002"]));
    let component = chance.of(&["LEC", "LEC", "DIS", "LAB"]);
    let siblings: Vec<SectionId> =
        data.sections.iter().filter(|section| section.class == class).map(|section| section.id).collect();
    data.sections.push(Section {
        id,
        class,
        number: chance.of(&["001", "101", "999"]).to_owned(),
        component: Component { code: component.to_owned(), name: component.to_owned() },
        is_primary: component == "LEC",
        primary_section: (chance.one_in(2) && !siblings.is_empty()).then(|| chance.of(&siblings)),
        status: chance.of(&[OfferingStatus::Active, OfferingStatus::Active, OfferingStatus::Cancelled]),
        is_printed: !chance.one_in(8),
        instruction_mode: (!chance.one_in(3)).then(|| chance.of(&MODES).to_owned()),
        dates: None,
        meetings: (0..chance.below(3)).map(|_| meeting(chance)).collect(),
        attributes: Vec::new(),
    });
    let seen_at = at("2026-10-01T09:00:00Z");
    if !chance.one_in(4) {
        let (enrolled, max_enroll) = (chance.small(8) - 1, chance.small(8));
        let counts = Counts { is_open: None, enrolled, max_enroll, waitlisted: 0, max_waitlist: 0 };
        data.counts.insert((term, id), ObservedCounts { counts, seen_at });
    }
    if chance.one_in(2) {
        let reserved = SeatReservation {
            number: 1,
            group_code: None,
            group_name: "Sample group".to_owned(),
            from: None,
            max_enroll: chance.small(6),
            enrolled: chance.small(4),
        };
        data.reservations.insert((term, id), vec![reserved.clone(), reserved]);
    }
}

fn meeting(chance: &mut Chance) -> Meeting {
    let days = chance.of(&["", "Mo", "MoWeFr", "TuTh", "Fr", "SaSu"]);
    let mut instructors: Vec<Instructor> = Vec::new();
    for _ in 0..chance.below(3) {
        let (given_name, family_name) = chance.of(&PEOPLE);
        let role = chance.one_in(2).then(|| "PI".to_owned());
        instructors.push(Instructor { family_name: family_name.to_owned(), given_name: given_name.to_owned(), role });
    }
    Meeting {
        number: 1,
        days: Days::from_sis(days).unwrap(),
        time: (!chance.one_in(4)).then(|| hours(chance)),
        location: None,
        instructors,
        dates: None,
    }
}

fn add_grades(chance: &mut Chance, data: &mut CatalogData, codes: &[CourseCode]) {
    for id in 0..chance.below(8) as u64 {
        let mut distribution = Distribution::default();
        let column = chance.below(15);
        distribution.0[column] = u32::try_from(chance.below(5)).unwrap();
        let value = GradeRecord {
            term: chance.of(&TERMS).parse().unwrap(),
            course: chance.of(codes),
            section_number: id.to_string(),
            ccn: None,
            title: String::new(),
            instructors: Vec::new(),
            distribution,
        };
        data.grades.push(Numbered { id: GradeId(id), value });
    }
}

fn add_playlists(chance: &mut Chance, data: &mut CatalogData, codes: &[CourseCode]) {
    let terms = TERMS.map(|term| term.parse::<TermId>().ok());
    for category in FILTER_CATEGORIES {
        let terms = if category == Category::Ls { terms.to_vec() } else { vec![None] };
        for name in ["One", "Two"] {
            for term in terms.iter().copied() {
                // A breadth that only one of the terms has.
                if category == Category::Ls && chance.one_in(4) {
                    continue;
                }
                let key = PlaylistKey { category, name: name.to_owned(), term };
                let courses = codes.iter().filter(|_| chance.one_in(2)).cloned().collect();
                let id = PlaylistId(data.playlists.len() as u64);
                data.playlists.push(Numbered { id, value: Playlist { key, courses } });
            }
        }
    }
}
