//! Which graded sections a list keeps.

use catalog::grade_report::GradeReport;
use catalog::ids::CourseId;
use catalog::snapshot::{GradeEntry, GradeIndex};

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::connection::Conditions;
use crate::graphql::context::Context;
use crate::graphql::plan::Fields;
use crate::graphql::run::{Run, Stop};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::course_conditions::{EQUAL, near};
use crate::graphql::types::grade::GradeText;

/// The texts that may be asked for, by argument.
const TEXTS: [(&str, GradeText); 6] = [
    ("semester", GradeText::Semester),
    ("year", GradeText::Year),
    ("abbreviation", GradeText::Abbreviation),
    ("courseNumber", GradeText::CourseNumber),
    ("sectionNumber", GradeText::SectionNumber),
    ("instructor", GradeText::Instructor),
];

/// Conditions as clients of 2021 give them: equal to a column.
#[derive(Debug)]
pub(crate) struct GradeConditions {
    course: Option<u64>,
    texts: Vec<(GradeText, String)>,
    graded_total: Option<i64>,
    average: Option<f64>,
}

impl Conditions for GradeConditions {
    fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        let mut texts = Vec::new();
        for (name, field) in TEXTS {
            texts.extend(arguments.text(name)?.map(|text| (field, text)));
        }
        Ok(Self {
            course: arguments.id("course", CourseField::TYPE)?,
            texts,
            graded_total: arguments.int("gradedTotal")?,
            average: arguments.float("average")?,
        })
    }

    fn share(&self) -> f64 {
        if self.course.is_some() || !self.texts.is_empty() { EQUAL } else { 1.0 }
    }
}

impl GradeConditions {
    /// The graded sections of the whole catalog that fit. Those of courses that the catalog does not have are in no
    /// list: their `course` would be missing.
    pub(crate) fn all(&self, run: &mut Run<'_>) -> Result<Vec<GradeIndex>, Stop> {
        let snapshot = run.cx.snapshot;
        match self.course {
            Some(id) => {
                let course = snapshot.course_by_id(CourseId(id));
                self.keep(run, course.into_iter().flat_map(|course| snapshot.grades_of(course)))
            }
            None => {
                let placed = (0..).map(GradeIndex).zip(snapshot.grades());
                self.keep(run, placed.filter(|(_, entry)| entry.course.is_some()).map(|(place, _)| place))
            }
        }
    }

    /// Those of some graded sections that fit.
    pub(crate) fn keep(
        &self,
        run: &mut Run<'_>,
        grades: impl Iterator<Item = GradeIndex>,
    ) -> Result<Vec<GradeIndex>, Stop> {
        let mut looked_at = 0;
        let counted = grades.inspect(|_| looked_at += 1);
        let kept = counted.filter(|grade| self.fit(run.cx, run.cx.snapshot.grade(*grade))).collect();
        run.spend(looked_at)?;
        Ok(kept)
    }

    fn fit(&self, cx: &Context<'_>, entry: &GradeEntry) -> bool {
        let is_of = |id: u64| entry.course.is_some_and(|course| cx.snapshot.course(course).id.0 == id);
        self.course.is_none_or(is_of)
            && self.texts.iter().all(|(field, wanted)| field.read(cx, entry, |text| text == wanted))
            && self.graded_total.is_none_or(|total| i64::from(entry.distribution.letters()) == total)
            && near(self.average, || GradeReport::of(&entry.distribution).gpa)
    }
}
