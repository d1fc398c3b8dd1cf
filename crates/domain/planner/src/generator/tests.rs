//! What is proposed, checked against looking at everything.

use catalog::class::OfferingStatus;
use catalog::course::UnitCount;
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use catalog::snapshot::{SectionView, Snapshot};
use jiff::civil::{Time, time};
use proptest::prelude::*;

use super::*;
use crate::conflicts::{self, Severity};
use crate::picked::{Slot, secondaries_of};
use crate::plan::{Busy, Plan, PlannedCourse};
use crate::sample::{Sample, busy, key, range, term};

fn wish(courses: &[u64]) -> Wish {
    Wish::of(term(), courses.iter().map(|id| CourseId(*id)))
}

fn proposals(snapshot: &Snapshot, wish: &Wish) -> Vec<Proposal> {
    match generate(snapshot, wish).unwrap() {
        Outcome::Found { proposals, is_best } => {
            assert!(is_best, "small cases are looked at whole");
            proposals
        }
        other => panic!("{other:?}"),
    }
}

fn because(snapshot: &Snapshot, wish: &Wish) -> Vec<String> {
    match generate(snapshot, wish).unwrap() {
        Outcome::Impossible(impossible) => {
            assert!(impossible.is_minimal);
            impossible.because.iter().map(ToString::to_string).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn ids(proposal: &Proposal) -> Vec<u32> {
    proposal.courses.iter().flat_map(|course| &course.sections).map(|key| key.id.0).collect()
}

/// COMPSCI 61A with two lectures and their discussions, MATH 54 with two lectures.
fn campus() -> Sample {
    Sample::new()
        .course("COMPSCI 61A", 4)
        .section("LEC 001", 1)
        .exam("N")
        .meets("MoWeFr", "13:00-13:59")
        .seats(500, 500)
        .section("DIS 101", 11)
        .of(1)
        .meets("Tu", "08:00-08:59")
        .seats(30, 30)
        .section("DIS 102", 12)
        .of(1)
        .meets("Mo", "14:00-14:59")
        .seats(10, 30)
        .section("DIS 103", 13)
        .of(1)
        .meets("Mo", "14:00-14:59")
        .seats(20, 30)
        .course("MATH 54", 4)
        .section_of("001", "LEC 001", 21)
        .exam("N")
        .meets("TuTh", "09:30-10:59")
        .section_of("002", "LEC 002", 22)
        .exam("N")
        .meets("MoWe", "15:00-16:29")
}

#[test]
fn the_best_week_comes_first_and_says_what_it_is_like() {
    let snapshot = campus().build();
    let found = proposals(&snapshot, &wish(&[1, 2]));
    assert_eq!(found.len(), 4, "two times of discussions, two lectures");
    let best = &found[0];
    assert_eq!(ids(best), [1, 12, 22]);
    assert_eq!(best.features.days, Days::from_sis("MoWeFr").unwrap());
    assert_eq!((best.features.free_weekdays, best.features.idle_minutes), (2, 60));
    assert_eq!(best.features.earliest_start, Some(time(13, 0, 0, 0)));
    assert_eq!(best.features.latest_end, Some(time(16, 29, 0, 0)));
    assert_eq!(best.features.units.to_string(), "8");
    assert_eq!((best.features.full_sections, best.features.fewest_seats), (1, Some(0)));
    assert!(best.is_unbeaten && best.merits.contains(&Merit::MostFreeDays), "{:?}", best.merits);
    assert!(found.is_sorted_by_key(|proposal| proposal.cost));
}

#[test]
fn each_proposal_is_told_from_all_others_by_the_plainest_thing_that_does() {
    let mut sample =
        Sample::new().course("COMPSCI 61A", 4).section("LEC 001", 1).exam("N").meets("MoTu", "10:00-10:59");
    for (id, time) in [(11, "11:00-11:59"), (12, "12:00-12:59"), (13, "13:00-13:59"), (14, "14:00-14:59")] {
        sample = sample.section(&format!("DIS 1{id}"), id).of(1).meets("Mo", time);
    }
    let snapshot = sample.section("LAB 201", 31).of(1).meets("Tu", "14:00-14:59").build();
    let found = proposals(&snapshot, &wish(&[1]));
    let told: Vec<&Distinction> = found.iter().map(|proposal| &proposal.distinction).collect();
    let with = |id| Distinction::Choices(vec![Difference { course: CourseId(1), sections: vec![key(id)] }]);
    assert_eq!(told, [&Distinction::Best(Merit::FewestIdleMinutes), &with(12), &with(13), &with(14)]);
    assert_eq!(
        found[0].merits,
        [Merit::FewestIdleMinutes],
        "all begin at ten and end at three: that is no merit of one"
    );

    let campus = campus().build();
    let told: Vec<Distinction> = proposals(&campus, &wish(&[2])).into_iter().map(|one| one.distinction).collect();
    assert_eq!(told, [Distinction::Best(Merit::LatestStart), Distinction::Best(Merit::EarliestEnd)]);
}

#[test]
fn what_is_not_known_is_nobody_s_merit() {
    let sample = Sample::new().course("COMPSCI 61A", 4).section_of("001", "LEC 001", 1).meets("Mo", "10:00-10:59");
    let sample = sample.seats(10, 30).section_of("002", "LEC 002", 2).meets("Tu", "10:00-10:59");
    for proposal in proposals(&sample.build(), &wish(&[1])) {
        assert!(!proposal.merits.contains(&Merit::MostSeats), "the other's seats are not known: {proposal:?}");
    }
}

#[test]
fn sections_at_the_same_times_are_one_choice_and_the_one_with_more_seats_stands_for_both() {
    let found = proposals(&campus().build(), &wish(&[1]));
    let at_two = found.iter().find(|proposal| ids(proposal) == [1, 12]).expect("12 has more seats than 13");
    assert_eq!(at_two.courses[0].alternatives, [[key(1), key(13)]]);
    assert_eq!(found.len(), 2);
}

#[test]
fn preferences_change_what_is_best() {
    let snapshot = Sample::new()
        .course("MATH 54", 4)
        .section_of("001", "LEC 001", 1)
        .exam("N")
        .meets("MoTuWeTh", "11:00-11:59")
        .section_of("002", "LEC 002", 2)
        .exam("N")
        .meets("Mo", "08:00-11:59")
        .build();
    let best = |preference| {
        let found = proposals(&snapshot, &Wish { preference, ..wish(&[1]) });
        ids(&found[0])[0]
    };
    assert_eq!(best(Preference::FewDays), 2);
    assert_eq!(best(Preference::LateMornings), 1);
    for preference in Preference::ALL {
        assert_eq!(Preference::from_slug(preference.slug()), Some(preference));
    }
}

#[test]
fn what_is_settled_stays_settled() {
    let snapshot = campus().build();
    let mut pinned = wish(&[1, 2]);
    pinned.courses[1].pins = vec![key(21)];
    assert!(proposals(&snapshot, &pinned).iter().all(|proposal| ids(proposal).contains(&21)));
    pinned.courses[0].pins = vec![key(1), key(13), key(11)];
    let found = proposals(&snapshot, &pinned);
    assert!(found.iter().any(|proposal| ids(proposal).contains(&13)), "13 and not its like 12");
    assert!(found.iter().all(|proposal| !ids(proposal).contains(&12)));
    pinned.courses[0].pins = vec![key(999)];
    assert_eq!(because(&snapshot, &pinned), ["COMPSCI 61A", "section 00999 of COMPSCI 61A"]);
}

#[test]
fn times_days_seats_and_units_are_held_to() {
    let snapshot = campus().build();
    let only = |wish: &Wish| -> Vec<Vec<u32>> { proposals(&snapshot, wish).iter().map(ids).collect() };
    assert_eq!(only(&Wish { not_before: Some(time(9, 0, 0, 0)), ..wish(&[1]) }), [[1, 12]]);
    assert_eq!(only(&Wish { not_after: Some(time(14, 58, 0, 0)), ..wish(&[1]) }), [[1, 11]], "to the minute");
    assert_eq!(only(&Wish { free_days: Days::from_sis("Tu").unwrap(), ..wish(&[1]) }), [[1, 12]]);
    assert_eq!(only(&Wish { busy: vec![busy("Lunch", "Tu", "08:30-08:31")], ..wish(&[1]) }), [[1, 12]]);
    let mut optional = Wish { max_units: Some(UnitCount(400)), ..wish(&[1, 2]) };
    optional.courses[0].is_required = false;
    let found = proposals(&snapshot, &optional);
    assert!(found.iter().all(|proposal| proposal.courses.len() == 1 && proposal.left_out == [CourseId(1)]));
}

#[test]
fn reserved_seats_are_told_apart() {
    let snapshot = Sample::new()
        .course("MATH 54", 4)
        .section_of("001", "LEC 001", 1)
        .meets("Mo", "10:00-10:59")
        .seats(5, 10)
        .reserved(5)
        .section_of("002", "LEC 002", 2)
        .meets("Tu", "10:00-10:59")
        .seats(9, 10)
        .section_of("003", "LEC 003", 3)
        .meets("We", "10:00-10:59")
        .seats(10, 10)
        .build();
    let count = |seats| proposals(&snapshot, &Wish { seats, ..wish(&[1]) }).len();
    assert_eq!([SeatsWanted::Any, SeatsWanted::Free, SeatsWanted::FreeToAnyone].map(count), [3, 2, 1]);
    let mut stopped = Sample::new().course("MATH 54", 4).section("LEC 001", 1).meets("Mo", "10:00-10:59").seats(0, 10);
    stopped.last().status = OfferingStatus::StopFurtherEnrollment;
    let free = Wish { seats: SeatsWanted::Free, ..wish(&[1]) };
    assert_eq!(because(&stopped.build(), &free), ["MATH 54", "only sections with free seats"]);
}

#[test]
fn final_exams_do_not_clash_unless_they_may() {
    let snapshot = Sample::new()
        .course("ANTHRO 1", 4)
        .section("LEC 001", 1)
        .meets("MoWeFr", "10:00-10:29")
        .course("BIOLOGY 1A", 4)
        .section("LEC 001", 2)
        .meets("MoWeFr", "10:30-10:59")
        .build();
    assert_eq!(because(&snapshot, &wish(&[1, 2])), ["ANTHRO 1", "BIOLOGY 1A", "no two final exams at the same time"]);
    assert_eq!(proposals(&snapshot, &Wish { may_clash_exams: true, ..wish(&[1, 2]) }).len(), 1);
}

#[test]
fn when_nothing_fits_only_what_is_to_blame_is_named() {
    let snapshot = campus().course("HISTORY 7A", 4).section("LEC 001", 31).meets("We", "13:30-14:29").build();
    let late = Wish { not_before: Some(time(11, 0, 0, 0)), ..wish(&[2, 1, 3]) };
    assert_eq!(because(&snapshot, &late), ["COMPSCI 61A", "HISTORY 7A"], "whatever else was wished");
    let friday =
        Wish { free_days: Days::from_sis("ThFr").unwrap(), not_before: Some(time(7, 0, 0, 0)), ..wish(&[1, 2]) };
    assert_eq!(because(&snapshot, &friday), ["COMPSCI 61A", "Fridays free"]);
    let units = Wish { max_units: Some(UnitCount(700)), ..wish(&[1, 2]) };
    assert_eq!(because(&snapshot, &units), ["COMPSCI 61A", "MATH 54", "at most 7 units"]);
    let mut optional = Wish { not_before: Some(time(14, 0, 0, 0)), ..wish(&[1]) };
    optional.courses[0].is_required = false;
    assert_eq!(because(&snapshot, &optional), ["COMPSCI 61A", "no class before 2:00 pm"], "not even alone");
    let nothing = campus().course("HISTORY 7A", 4).build();
    assert_eq!(because(&nothing, &wish(&[1, 3])), ["HISTORY 7A, which is not offered in this term"]);
}

#[test]
fn a_wish_that_makes_no_sense_is_refused_with_a_reason() {
    let snapshot = campus().course("MATH H54", 4).cross_listed("MATH 54").build();
    let refused = |wish: Wish| generate(&snapshot, &wish).unwrap_err().to_string();
    assert_eq!(refused(wish(&[])), "name at least one course");
    assert_eq!(refused(wish(&[1, 77])), "there is no course 77");
    assert_eq!(refused(wish(&[1, 2, 1])), "COMPSCI 61A and COMPSCI 61A are the same course: leave one of them out");
    assert_eq!(refused(wish(&[2, 3])), "MATH 54 and MATH H54 are the same course: leave one of them out");
    assert!(refused(wish(&[1; 17])).contains("at most 16 courses"));
    assert!(refused(Wish { count: 0, ..wish(&[1]) }).contains("between 1 and 50"));
}

/// A few courses with sections at random times on two days, some with discussions.
#[derive(Clone, Debug)]
struct Random {
    courses: Vec<Vec<(Random1, Vec<Random1>)>>,
    optional: Vec<bool>,
    free_day: bool,
    not_before: Option<i8>,
    busy: Option<Random1>,
    preference: Preference,
    count: usize,
}

/// Days, beginning in quarter hours from 8, length in quarter hours, and whether there is a seat.
type Random1 = (u8, u8, u8, bool);

fn one_time() -> impl Strategy<Value = Random1> {
    (1_u8..8, 0_u8..24, 1_u8..10, any::<bool>())
}

fn random() -> impl Strategy<Value = Random> {
    let class = (one_time(), prop::collection::vec(one_time(), 0..3));
    let courses = prop::collection::vec(prop::collection::vec(class, 1..4), 1..4);
    let not_before = prop::option::of(8_i8..11);
    let preference = prop::sample::select(Preference::ALL.to_vec());
    (
        courses,
        prop::collection::vec(prop::bool::weighted(0.3), 4),
        any::<bool>(),
        not_before,
        prop::option::of(one_time()),
        preference,
        1_usize..8,
    )
        .prop_map(|(courses, optional, free_day, not_before, busy, preference, count)| Random {
            courses,
            optional,
            free_day,
            not_before,
            busy,
            preference,
            count,
        })
}

fn clock((_, start, length, _): Random1) -> String {
    let at = |quarters: u8| format!("{:02}:{:02}", 8 + quarters / 4, quarters % 4 * 15);
    // Half of them end a minute early, as the SIS has it.
    let end = start + length;
    if length % 2 == 0 {
        return format!("{}-{}", at(start), at(end));
    }
    format!("{}-{:02}:{:02}", at(start), 8 + (end - 1) / 4, (end - 1) % 4 * 15 + 14)
}

fn days((bits, ..): Random1) -> String {
    (0..7_u8).filter(|day| bits >> day & 1 == 1).map(|day| Days::NAMES[usize::from(day)]).collect()
}

impl Random {
    fn snapshot(&self) -> Snapshot {
        let mut sample = Sample::new();
        let mut id = 0;
        let mut next = || {
            id += 1;
            id
        };
        for (at, classes) in self.courses.iter().enumerate() {
            sample = sample.course(&format!("MATH {}", at + 1), 4);
            for (number, (lecture, discussions)) in classes.iter().enumerate() {
                let class = format!("{:03}", number + 1);
                sample = sample.section_of(&class, "LEC 001", next());
                sample = sample.exam(if number == 0 { "Y" } else { "N" }).meets(&days(*lecture), &clock(*lecture));
                sample = sample.seats(i32::from(!lecture.3), 1);
                for (label, discussion) in discussions.iter().enumerate() {
                    sample = sample.section_of(&class, &format!("DIS 10{label}"), next());
                    sample = sample.meets(&days(*discussion), &clock(*discussion)).seats(i32::from(!discussion.3), 1);
                }
            }
        }
        sample.build()
    }

    fn wish(&self) -> Wish {
        let mut wish = wish(&(1..=self.courses.len() as u64).collect::<Vec<_>>());
        for (course, optional) in wish.courses.iter_mut().zip(&self.optional) {
            course.is_required = !optional;
        }
        wish.free_days = if self.free_day { Days::from_sis("Tu").unwrap() } else { Days::NONE };
        wish.not_before = self.not_before.map(|hour| time(hour, 0, 0, 0));
        wish.busy = self.busy.iter().map(|one| busy("Something", &days(*one), &clock(*one))).collect();
        wish.preference = self.preference;
        wish.count = self.count;
        wish
    }
}

/// All ways to take a course, one section of each kind.
fn ways(snapshot: &Snapshot, course: CourseId) -> Vec<Vec<SectionView<'_>>> {
    let Some(offering) = snapshot.offering(term(), snapshot.course_by_id(course).unwrap()) else { return Vec::new() };
    let mut ways = Vec::new();
    for primary in snapshot.sections_in(offering).filter(|section| section.is_primary()) {
        let mut of_this = vec![vec![primary]];
        for (_, choices) in secondaries_of(snapshot, primary) {
            let mut longer = Vec::new();
            for way in &of_this {
                for one in &choices {
                    let mut way = way.clone();
                    way.push(*one);
                    longer.push(way);
                }
            }
            of_this = longer;
        }
        ways.extend(of_this);
    }
    ways
}

/// What a week costs, reckoned minute by minute.
fn cost(weights: &Weights, wish: &Wish, sections: &[SectionView<'_>], courses: usize) -> u32 {
    let mut cost = u32::try_from(wish.courses.len() - courses).unwrap() * weights.left_out;
    for section in sections {
        if section.counts().is_some_and(|counts| counts.counts.open_seats() == 0) {
            cost += weights.full_section;
        }
    }
    for day in 0..7_u8 {
        let mut minutes = vec![false; 24 * 60];
        for slot in
            sections.iter().flat_map(|section| Slot::of_section(*section)).filter(|slot| slot.days.contains(day))
        {
            let at =
                |time: Time| usize::from(time.hour().unsigned_abs()) * 60 + usize::from(time.minute().unsigned_abs());
            for minute in &mut minutes[at(slot.time.start())..at(slot.time.end()).div_ceil(5) * 5] {
                *minute = true;
            }
        }
        let Some(first) = minutes.iter().position(|taken| *taken) else { continue };
        let last = minutes.iter().rposition(|taken| *taken).unwrap() + 1;
        let idle = minutes[first..last].iter().filter(|taken| !**taken).count();
        let minutes = |count: usize| u32::try_from(count).unwrap();
        cost += weights.day + minutes(idle) * weights.idle_minute;
        cost += minutes(600_usize.saturating_sub(first)) * weights.early_minute;
        cost += minutes(last.saturating_sub(1020)) * weights.late_minute;
    }
    cost
}

/// A course with its times and whether it has a final exam.
type Shape = (CourseId, Vec<(u8, Time, Time)>, bool);

/// The costs of all weeks that fit, of those at the same times the lowest, ascending.
fn all_costs(snapshot: &Snapshot, wish: &Wish) -> Vec<u32> {
    let mut weeks: Vec<Vec<(CourseId, Vec<SectionView<'_>>)>> = vec![Vec::new()];
    for wished in &wish.courses {
        let ways = ways(snapshot, wished.course);
        let mut next = Vec::new();
        for week in &weeks {
            for way in &ways {
                let mut week = week.clone();
                week.push((wished.course, way.clone()));
                next.push(week);
            }
        }
        if !wished.is_required {
            next.extend(weeks);
        }
        weeks = next;
    }
    let mut costs = std::collections::BTreeMap::new();
    for week in weeks.iter().filter(|week| !week.is_empty()) {
        let sections: Vec<SectionView<'_>> = week.iter().flat_map(|(_, way)| way.iter().copied()).collect();
        let planned = week.iter().map(|(course, way)| PlannedCourse {
            course: *course,
            sections: way.iter().map(|section| section.key()).collect(),
        });
        let plan = Plan::new(term(), planned.collect(), wish.busy.clone()).unwrap();
        if is_legal(snapshot, wish, &plan) {
            let shape: Vec<Shape> = week
                .iter()
                .map(|(course, way)| {
                    let slots = way.iter().flat_map(|section| Slot::of_section(*section));
                    let mut shape: Vec<_> =
                        slots.map(|slot| (slot.days.bits(), slot.time.start(), slot.time.end())).collect();
                    shape.sort_unstable();
                    (*course, shape, crate::exams::of_section(snapshot, way[0]).is_some())
                })
                .collect();
            let cost = cost(&wish.preference.weights(), wish, &sections, week.len());
            let known = costs.entry(shape).or_insert(cost);
            *known = cost.min(*known);
        }
    }
    let mut costs: Vec<u32> = costs.into_values().collect();
    costs.sort_unstable();
    costs
}

/// Whether nothing clashes or is missing, and all that was wished holds.
fn is_legal(snapshot: &Snapshot, wish: &Wish, plan: &Plan) -> bool {
    let findings = conflicts::find(snapshot, plan);
    let slots = crate::picked::PickedPlan::of(snapshot, plan);
    let slots: Vec<Slot> = slots.sections.iter().flat_map(|one| Slot::of_section(one.section)).collect();
    findings.count(Severity::Clash) == 0
        && findings.count(Severity::Incomplete) == 0
        && slots.iter().all(|slot| wish.not_before.is_none_or(|time| slot.time.start() >= time))
        && slots.iter().all(|slot| slot.days.bits() & wish.free_days.bits() == 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_best_are_the_best_of_all_that_fit(random in random()) {
        let (snapshot, wish) = (random.snapshot(), random.wish());
        let expected = all_costs(&snapshot, &wish);
        match generate(&snapshot, &wish).unwrap() {
            Outcome::Found { proposals, is_best } => {
                prop_assert!(is_best);
                for proposal in &proposals {
                    prop_assert!(is_legal(&snapshot, &wish, &proposal.plan(&wish).unwrap()), "{proposal:?}");
                    for alternative in proposal.courses.iter().flat_map(|course| &course.alternatives) {
                        prop_assert_eq!(alternative.len(), alternative.iter().collect::<std::collections::HashSet<_>>().len());
                    }
                }
                let told: std::collections::HashSet<String> =
                    proposals.iter().map(|proposal| format!("{:?}", proposal.distinction)).collect();
                prop_assert_eq!(told.len(), proposals.len(), "no two say the same");
                let costs: Vec<u32> = proposals.iter().map(|proposal| proposal.cost).collect();
                prop_assert_eq!(costs, expected.into_iter().take(wish.count).collect::<Vec<_>>());
            }
            Outcome::Impossible(impossible) => {
                prop_assert!(expected.is_empty());
                prop_assert!(impossible.is_minimal);
                check_blame(&snapshot, &wish, &impossible);
            }
            Outcome::Undecided => prop_assert!(false, "small cases are decided"),
        }
    }
}

/// With only the blamed wishes nothing fits; with any of them given up something does.
fn check_blame(snapshot: &Snapshot, wish: &Wish, impossible: &Impossible) {
    assert!(!impossible.because.is_empty());
    assert!(impossible.others.iter().flatten().all(|other| !impossible.because.contains(other)), "{impossible:?}");
    let only = |blamed: &[Constraint]| {
        let is = |wanted: &dyn Fn(&Constraint) -> bool| blamed.iter().any(wanted);
        let mut kept = wish.clone();
        kept.courses.retain(|one| is(&|c| matches!(c, Constraint::Course { course, .. } if *course == one.course)));
        kept.not_before = kept.not_before.filter(|_| is(&|c| matches!(c, Constraint::NotBefore(_))));
        kept.free_days = if is(&|c| matches!(c, Constraint::FreeDay(_))) { kept.free_days } else { Days::NONE };
        kept.may_clash_exams = !is(&|c| matches!(c, Constraint::Exams));
        if !is(&|c| matches!(c, Constraint::Busy { .. })) {
            kept.busy.clear();
        }
        kept
    };
    let fits = |wish: &Wish| wish.courses.is_empty() || matches!(generate(snapshot, wish), Ok(Outcome::Found { .. }));
    for set in impossible.others.iter().chain([&impossible.because]) {
        assert!(!fits(&only(set)), "{set:?} of {impossible:?}");
    }
    for at in 0..impossible.because.len() {
        let mut fewer = impossible.because.clone();
        let given_up = fewer.remove(at);
        assert!(fits(&only(&fewer)), "without {given_up}: {impossible:?}");
    }
}

#[test]
fn more_than_can_be_looked_at_is_said_and_what_is_proposed_is_legal_all_the_same() {
    let mut sample = Sample::new();
    let mut id = 0;
    for course in 0..8 {
        sample = sample.course(&format!("MATH {}", course + 1), 2);
        for class in 0..25 {
            id += 1;
            let start = 8 * 60 + (id * 37 % 44) * 15;
            let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
            let days = ["MoWe", "TuTh", "Fr", "MoWeFr", "Tu"][(id * 7 % 5) as usize];
            sample = sample
                .section_of(&format!("{class:03}"), "LEC 001", id)
                .exam("N")
                .meets(days, &format!("{}-{}", clock(start), clock(start + 50)));
        }
    }
    let snapshot = sample.build();
    let wish = Wish { preference: Preference::Compact, count: 50, ..wish(&[1, 2, 3, 4, 5, 6, 7, 8]) };
    let Outcome::Found { proposals, .. } = generate(&snapshot, &wish).unwrap() else { panic!("something fits") };
    assert_eq!(proposals.len(), 50);
    for proposal in &proposals {
        assert!(is_legal(&snapshot, &wish, &proposal.plan(&wish).unwrap()));
    }
    let mut distinct: Vec<Vec<u32>> = proposals.iter().map(ids).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 50);
}

#[test]
fn wishes_are_within_the_limits_of_a_plan() {
    let taken: Vec<Busy> = (0..51).map(|at| busy(&at.to_string(), "Mo", "10:00-11:00")).collect();
    let error = generate(&campus().build(), &Wish { busy: taken, ..wish(&[1]) }).unwrap_err();
    assert_eq!(error, InvalidWish::TooManyBusy(51));
    let pins: Vec<SectionKey> = (0..22).map(key).collect();
    let mut pinned = wish(&[1]);
    pinned.courses[0].pins = pins;
    assert_eq!(generate(&campus().build(), &pinned), Err(InvalidWish::TooManyPins(22)));
    assert!(range("10:00-11:00").contains(range("10:15-10:30")));
}
