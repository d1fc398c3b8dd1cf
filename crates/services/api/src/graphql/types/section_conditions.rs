//! Which sections a list keeps.

use catalog::snapshot::{SectionIndex, SectionView, Snapshot};
use jiff::civil::{DateTime, date};

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::connection::Conditions;
use crate::graphql::context::{Context, moment_text};
use crate::graphql::plan::Fields;
use crate::graphql::run::{Run, Stop};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::course_conditions::EQUAL;
use crate::graphql::types::section::{SectionField, TextField, final_slot, first_times, hang_together};

/// The texts that may be asked for, by argument.
const TEXTS: [(&str, TextField); 13] = [
    ("abbreviation", TextField::Abbreviation),
    ("courseNumber", TextField::CourseNumber),
    ("year", TextField::Year),
    ("semester", TextField::Semester),
    ("courseTitle", TextField::CourseTitle),
    ("sectionNumber", TextField::SectionNumber),
    ("ccn", TextField::Ccn),
    ("kind", TextField::Kind),
    ("days", TextField::Days),
    ("finalDay", TextField::FinalDay),
    ("instructor", TextField::Instructor),
    ("locationName", TextField::LocationName),
    ("instructionMode", TextField::InstructionMode),
];

/// Conditions as clients of 2021 give them: equal to a column.
#[derive(Debug)]
pub(crate) struct SectionConditions {
    course: Option<u64>,
    texts: Vec<(TextField, String)>,
    is_primary: Option<bool>,
    disabled: Option<bool>,
    associated: Option<Vec<u64>>,
    times: Times,
    last_updated: Option<DateTime>,
    counts: [Option<i64>; 4],
}

#[derive(Debug)]
struct Times {
    start: Option<DateTime>,
    end: Option<DateTime>,
    final_start: Option<DateTime>,
    final_end: Option<DateTime>,
}

impl Conditions for SectionConditions {
    fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        let mut texts = Vec::new();
        for (name, field) in TEXTS {
            texts.extend(arguments.text(name)?.map(|text| (field, text)));
        }
        Ok(Self {
            course: arguments.id("course", CourseField::TYPE)?,
            texts,
            is_primary: arguments.boolean("isPrimary")?,
            disabled: arguments.boolean("disabled")?,
            associated: arguments.ids("associatedSections", SectionField::TYPE)?,
            times: Times {
                start: arguments.moment("startTime")?,
                end: arguments.moment("endTime")?,
                final_start: arguments.moment("finalStart")?,
                final_end: arguments.moment("finalEnd")?,
            },
            last_updated: arguments.moment("lastUpdated")?,
            counts: [
                arguments.int("enrolled")?,
                arguments.int("enrolledMax")?,
                arguments.int("waitlisted")?,
                arguments.int("waitlistedMax")?,
            ],
        })
    }

    fn share(&self) -> f64 {
        if self.course.is_some() || !self.texts.is_empty() { EQUAL } else { 1.0 }
    }
}

impl SectionConditions {
    /// The sections of the whole catalog that fit.
    pub(crate) fn all(&self, run: &mut Run<'_>) -> Result<Vec<SectionIndex>, Stop> {
        let snapshot = run.cx.snapshot;
        match self.course {
            Some(id) => {
                let course = snapshot.course_by_id(catalog::ids::CourseId(id));
                self.keep(run, course.into_iter().flat_map(|course| snapshot.sections_of(course)))
            }
            None => self.keep(run, snapshot.all_sections().map(SectionView::index)),
        }
    }

    /// Those of some sections that fit.
    pub(crate) fn keep(
        &self,
        run: &mut Run<'_>,
        sections: impl Iterator<Item = SectionIndex>,
    ) -> Result<Vec<SectionIndex>, Stop> {
        let mut looked_at = 0;
        let counted = sections.inspect(|_| looked_at += 1);
        let kept = counted.filter(|section| self.fit(run.cx, run.cx.snapshot.section(*section))).collect();
        run.spend(looked_at)?;
        Ok(kept)
    }

    fn fit(&self, cx: &Context<'_>, view: SectionView<'_>) -> bool {
        self.disabled != Some(true)
            && self.is_primary.is_none_or(|is| view.is_primary() == is)
            && self.course.is_none_or(|id| cx.snapshot.course(view.course()).id.0 == id)
            && self.texts.iter().all(|(field, wanted)| field.read(cx, view, |text| text == wanted))
            && self.counts_fit(view)
            && self.times.fit(cx.snapshot, view)
            && self.last_updated.is_none_or(|at| moment_text(cx.section_as_of(view)).starts_with(&at.to_string()))
            && self.associated.as_ref().is_none_or(|ids| self.is_associated(cx, view, ids))
    }

    fn counts_fit(&self, view: SectionView<'_>) -> bool {
        if self.counts.iter().all(Option::is_none) {
            return true;
        }
        let Some(observed) = view.counts() else { return false };
        let counts = &observed.counts;
        let held = [counts.enrolled, counts.max_enroll, counts.waitlisted, counts.max_waitlist];
        self.counts.iter().zip(held).all(|(wanted, held)| wanted.is_none_or(|wanted| wanted == i64::from(held)))
    }

    fn is_associated(&self, cx: &Context<'_>, view: SectionView<'_>, ids: &[u64]) -> bool {
        let mut others = cx.snapshot.sections_of_class(view.class()).filter(|other| hang_together(view, *other));
        others.any(|other| ids.contains(&other.key().number()))
    }
}

impl Times {
    fn fit(&self, snapshot: &Snapshot, view: SectionView<'_>) -> bool {
        let Self { start, end, final_start, final_end } = self;
        let day = |time: jiff::civil::Time| date(1900, 1, 1).to_datetime(time);
        let fits = |wanted: &Option<DateTime>, held: &dyn Fn() -> Option<jiff::civil::Time>| {
            wanted.is_none_or(|wanted| held().map(day) == Some(wanted))
        };
        fits(start, &|| first_times(view).map(|(start, _)| start))
            && fits(end, &|| first_times(view).map(|(_, end)| end))
            && fits(final_start, &|| final_slot(snapshot, view).map(|slot| slot.start))
            && fits(final_end, &|| final_slot(snapshot, view).map(|slot| slot.end))
    }
}
