//! Which courses a list keeps.

use catalog::course::Units;
use catalog::course_set::{CourseIndex, CourseSet};
use catalog::ids::{CourseId, PlaylistId};
use catalog::playlist::Category;
use catalog::snapshot::Snapshot;
use jiff::civil::DateTime;

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::connection::Conditions;
use crate::graphql::context::Context;
use crate::graphql::global_id;
use crate::graphql::plan::Fields;
use crate::graphql::run::{Run, Stop};
use crate::graphql::types::course::{
    CourseField, NONE, enrolled_percentage, grade_average, letter_average, units_text,
};
use crate::graphql::types::playlist::PlaylistField;

/// Conditions as clients of 2021 give them: equal to a column, and the four about other tables.
#[derive(Debug)]
pub(crate) struct CourseConditions {
    title: Option<String>,
    department: Option<String>,
    abbreviation: Option<String>,
    course_number: Option<String>,
    description: Option<String>,
    units: Option<String>,
    prerequisites: Option<String>,
    letter_average: Option<String>,
    cross_listing: Option<Vec<u64>>,
    grade_average: Option<f64>,
    enrolled_percentage: Option<f64>,
    has_enrollment: Option<bool>,
    has_grades: Option<bool>,
    seats: SeatConditions,
    last_updated: Option<DateTime>,
    in_playlists: Vec<PlaylistId>,
    id_in: Vec<CourseId>,
}

#[derive(Debug)]
struct SeatConditions {
    enrolled: Option<i64>,
    enrolled_max: Option<i64>,
    waitlisted: Option<i64>,
    open_seats: Option<i64>,
}

impl Conditions for CourseConditions {
    fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            title: arguments.text("title")?,
            department: arguments.text("department")?,
            abbreviation: arguments.text("abbreviation")?,
            course_number: arguments.text("courseNumber")?,
            description: arguments.text("description")?,
            units: arguments.text("units")?,
            prerequisites: arguments.text("prerequisites")?,
            letter_average: arguments.text("letterAverage")?,
            cross_listing: arguments.ids("crossListing", CourseField::TYPE)?,
            grade_average: arguments.float("gradeAverage")?,
            enrolled_percentage: arguments.float("enrolledPercentage")?,
            has_enrollment: arguments.boolean("hasEnrollment")?,
            has_grades: arguments.boolean("hasGrades")?,
            seats: SeatConditions {
                enrolled: arguments.int("enrolled")?,
                enrolled_max: arguments.int("enrolledMax")?,
                waitlisted: arguments.int("waitlisted")?,
                open_seats: arguments.int("openSeats")?,
            },
            last_updated: arguments.moment("lastUpdated")?,
            in_playlists: ids_in(&arguments.text("inPlaylists")?, PlaylistField::TYPE).map(PlaylistId).collect(),
            id_in: ids_in(&arguments.text("idIn")?, CourseField::TYPE).map(CourseId).collect(),
        })
    }

    fn share(&self) -> f64 {
        let narrow = [&self.title, &self.abbreviation, &self.course_number, &self.description, &self.department];
        let equal = narrow.iter().any(|condition| condition.is_some()) || !self.id_in.is_empty();
        if equal { EQUAL } else { 1.0 }
    }
}

/// About which share of the rows is equal to something in one column.
pub(crate) const EQUAL: f64 = 0.01;

/// Ids divided by commas. What is no id of the type is passed over: so it was, and a list of which nothing is left
/// leaves everything in.
fn ids_in(list: &Option<String>, type_name: &'static str) -> impl Iterator<Item = u64> {
    let ids = list.as_deref().unwrap_or_default().split(',');
    ids.filter_map(move |id| global_id::number(id.trim(), type_name).ok())
}

impl CourseConditions {
    /// The courses of the whole catalog that fit.
    pub(crate) fn all(&self, run: &mut Run<'_>) -> Result<Vec<CourseIndex>, Stop> {
        let snapshot = run.cx.snapshot;
        let count = snapshot.courses().len();
        match self.set(snapshot) {
            Some(set) => self.fitting(run, set.iter(), None),
            None => self.fitting(run, (0..u32::try_from(count).unwrap_or(u32::MAX)).map(CourseIndex), None),
        }
    }

    /// Those of some courses that fit.
    pub(crate) fn keep(
        &self,
        run: &mut Run<'_>,
        courses: impl Iterator<Item = CourseIndex>,
    ) -> Result<Vec<CourseIndex>, Stop> {
        let set = self.set(run.cx.snapshot);
        self.fitting(run, courses, set.as_ref())
    }

    /// Those within a set that meet the conditions that no set tells of.
    fn fitting(
        &self,
        run: &mut Run<'_>,
        courses: impl Iterator<Item = CourseIndex>,
        within: Option<&CourseSet>,
    ) -> Result<Vec<CourseIndex>, Stop> {
        let mut looked_at = 0;
        let is_in = |course: &CourseIndex| within.is_none_or(|set| set.contains(*course));
        let counted = courses.inspect(|_| looked_at += 1);
        let kept = counted.filter(is_in).filter(|course| self.fit(run.cx, *course)).collect();
        run.spend(looked_at)?;
        Ok(kept)
    }

    /// The courses that the abbreviation, the chosen playlists and ids leave; `None` when nothing valid was chosen. To
    /// compare the abbreviation of every course takes a millisecond.
    fn set(&self, snapshot: &Snapshot) -> Option<CourseSet> {
        let count = snapshot.courses().len();
        let none = || CourseSet::none(count);
        let named = self.abbreviation.as_ref().map(|name| snapshot.abbreviated(name).cloned().unwrap_or_else(none));
        let chosen = self.in_playlists.iter().filter_map(|id| snapshot.playlist_by_id(*id));
        let chosen: Vec<_> = chosen.map(|place| snapshot.playlist(place)).collect();
        let ids: Vec<CourseIndex> = self.id_in.iter().filter_map(|id| snapshot.course_by_id(*id)).collect();
        if chosen.is_empty() && ids.is_empty() {
            return named;
        }
        let mut set = if ids.is_empty() { CourseSet::all(count) } else { CourseSet::of(count, ids) };
        named.iter().for_each(|named| set.keep(named));
        for category in Category::ALL {
            let mut of_category = chosen.iter().filter(|entry| entry.key.category == category).peekable();
            if category.needs_all() {
                of_category.for_each(|entry| set.keep(&entry.courses));
            } else if of_category.peek().is_some() {
                let mut any = CourseSet::none(count);
                of_category.for_each(|entry| any.add(&entry.courses));
                set.keep(&any);
            }
        }
        Some(set)
    }

    fn fit(&self, cx: &Context<'_>, place: CourseIndex) -> bool {
        let entry = cx.snapshot.course(place);
        let course = &entry.course;
        is(&self.title, &course.title)
            && is(&self.department, &course.subject_name)
            && is(&self.abbreviation, &course.subject_abbreviation)
            && is(&self.course_number, course.code.number.as_str())
            && is(&self.description, &course.description)
            && is(&self.prerequisites, course.prerequisites.as_deref().unwrap_or_default())
            && is(&self.letter_average, letter_average(entry))
            && self.units.as_ref().is_none_or(|units| has_units(course.units.as_ref(), units))
            && near(self.grade_average, || grade_average(entry))
            && near(self.enrolled_percentage, || enrolled_percentage(cx.seats(place).as_ref()))
            && self.has_enrollment.is_none_or(|has| cx.snapshot.sections_of(place).next().is_some() == has)
            && self.has_grades.is_none_or(|has| (cx.snapshot.grades_of(place).len() > 0) == has)
            && self
                .cross_listing
                .as_ref()
                .is_none_or(|ids| entry.cross_listed.iter().any(|other| ids.contains(&cx.snapshot.course(*other).id.0)))
            && self.last_updated.is_none_or(|at| cx.seats_as_of().starts_with(&at.to_string()))
            && self.seats.fit(cx, place)
    }
}

impl SeatConditions {
    fn fit(&self, cx: &Context<'_>, course: CourseIndex) -> bool {
        let Self { enrolled, enrolled_max, waitlisted, open_seats } = self;
        if [enrolled, enrolled_max, waitlisted, open_seats].iter().all(|condition| condition.is_none()) {
            return true;
        }
        let seats = cx.seats(course);
        let fits = |condition: &Option<i64>, count: fn(&catalog::seats::SeatRollup) -> i32| {
            condition.is_none_or(|wanted| wanted == i64::from(seats.as_ref().map_or(NONE, count)))
        };
        fits(enrolled, |seats| seats.enrolled)
            && fits(enrolled_max, |seats| seats.max_enroll)
            && fits(waitlisted, |seats| seats.waitlisted)
            && fits(open_seats, |seats| seats.open_seats)
    }
}

/// As the answer writes units, or as the table of 2021 held them: `1.0 - 4.0`, `3.0 or 4.0`.
fn has_units(units: Option<&Units>, wanted: &str) -> bool {
    let Some(units) = units else { return false };
    let decimal = |count: &catalog::course::UnitCount| format!("{:?}", count.decimal());
    let stored = match units {
        Units::Fixed(count) => decimal(count),
        Units::Range(low, high) => format!("{} - {}", decimal(low), decimal(high)),
        Units::AnyOf(choices) => choices.iter().map(decimal).collect::<Vec<_>>().join(" or "),
    };
    stored == wanted || units_text(units) == wanted
}

/// Whether a text is the wanted one, if one is wanted.
pub(crate) fn is(wanted: &Option<String>, text: &str) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted == text)
}

/// Whether a number with three decimals is the wanted one, if one is wanted.
pub(crate) fn near(wanted: Option<f64>, number: impl FnOnce() -> f64) -> bool {
    wanted.is_none_or(|wanted| (wanted - number()).abs() < 0.0005)
}
