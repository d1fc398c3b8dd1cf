//! `GradeType` and `LetterGradeType`.

use catalog::grade::Distribution;
use catalog::grade_report::{Bucket, GradeReport};
use catalog::snapshot::{GradeEntry, GradeIndex};

use crate::graphql::connection::{Listed, Row};
use crate::graphql::context::Context;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;

/// Buckets of a distribution, for estimates.
const BUCKETS_COUNT: f64 = 13.0;

#[derive(Debug)]
pub(crate) enum GradeField {
    Id,
    Course(Box<Selection<CourseField>>),
    Text(GradeText),
    Instructors,
    GradedTotal,
    Average,
    Distribution(Selection<LetterField>),
    SectionGpa,
    SectionLetter,
    Denominator,
}

/// The fields that are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GradeText {
    Semester,
    Year,
    Abbreviation,
    CourseNumber,
    SectionNumber,
    Instructor,
}

impl Listed for GradeField {
    const CONNECTION: &'static str = "GradeTypeConnection";
    const EDGE: &'static str = "GradeTypeEdge";
}

impl Fields for GradeField {
    const TYPE: &'static str = "GradeType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "course" => Self::Course(Box::new(asked.selection()?)),
            "semester" => Self::Text(GradeText::Semester),
            "year" => Self::Text(GradeText::Year),
            "abbreviation" => Self::Text(GradeText::Abbreviation),
            "courseNumber" => Self::Text(GradeText::CourseNumber),
            "sectionNumber" => Self::Text(GradeText::SectionNumber),
            "instructor" => Self::Text(GradeText::Instructor),
            "instructors" => Self::Instructors,
            "gradedTotal" => Self::GradedTotal,
            "average" => Self::Average,
            "distribution" => Self::Distribution(asked.selection_of_many(BUCKETS_COUNT)?),
            "sectionGpa" => Self::SectionGpa,
            "sectionLetter" => Self::SectionLetter,
            "denominator" => Self::Denominator,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

impl GradeText {
    /// Gives the text to `take`: some lie in the snapshot, some are made.
    pub(crate) fn read<T>(self, cx: &Context<'_>, entry: &GradeEntry, take: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Semester => take(entry.term.semester().slug()),
            Self::Year => take(&entry.term.year().to_string()),
            Self::Abbreviation => {
                let course = entry.course.map(|course| &cx.snapshot.course(course).course);
                take(course.map_or(entry.code.subject.as_str(), |course| &course.subject_abbreviation))
            }
            Self::CourseNumber => take(entry.code.number.as_str()),
            Self::SectionNumber => take(&entry.section_number),
            Self::Instructor => take(&instructor_line(entry)),
        }
    }
}

/// `SAMPLE, A; SPECIMEN, B`.
fn instructor_line(entry: &GradeEntry) -> String {
    let mut line = String::new();
    for name in entry.instructors.iter() {
        if !line.is_empty() {
            line.push_str("; ");
        }
        line.push_str(&short_name(name));
    }
    line
}

/// `Ann Sample` as `SAMPLE, A`.
fn short_name(name: &str) -> String {
    let name = name.trim();
    let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
    match given.trim().chars().next() {
        Some(initial) => format!("{}, {}", family.to_uppercase(), initial.to_uppercase()),
        None => family.to_uppercase(),
    }
}

impl Row for GradeIndex {
    type Field = GradeField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<GradeField>, path: &Path<'_>) -> Written {
        let entry = run.cx.snapshot.grade(row);
        let report = GradeReport::of(&entry.distribution);
        run.object(selection, path, |run, field, path| {
            match field {
                GradeField::Id => global_id::write_number(&mut run.out, GradeField::TYPE, entry.id.0),
                GradeField::Course(selection) => match entry.course {
                    Some(course) => return Row::write(run, course, selection, path),
                    None => return Err(run.fail(path, Code::BadInput, "The catalog does not have this course.")),
                },
                GradeField::Text(text) => text.read(run.cx, entry, |text| run.out.text(text)),
                GradeField::Instructors => {
                    return run.list(entry.instructors.iter(), path, |run, name, _| {
                        run.out.text(name);
                        Ok(())
                    });
                }
                GradeField::GradedTotal => run.out.unsigned(entry.distribution.letters().into()),
                GradeField::Average | GradeField::SectionGpa => run.out.float(report.gpa),
                GradeField::Distribution(selection) => return write_distribution(run, &report, selection, path),
                GradeField::SectionLetter => run.out.text(report.letter),
                GradeField::Denominator => run.out.unsigned(report.denominator.into()),
            }
            Ok(())
        })
    }

    fn graded(run: &Run<'_>, page: &[Self]) -> Option<GradeReport> {
        let mut sum = Distribution::default();
        for row in page {
            sum.add(&run.cx.snapshot.grade(*row).distribution);
        }
        Some(GradeReport::of(&sum))
    }
}

#[derive(Debug)]
pub(crate) enum LetterField {
    Letter,
    Numerator,
    Percent,
    PercentileHigh,
    PercentileLow,
}

impl Fields for LetterField {
    const TYPE: &'static str = "LetterGradeType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "letter" => Self::Letter,
            "numerator" => Self::Numerator,
            "percent" => Self::Percent,
            "percentileHigh" => Self::PercentileHigh,
            "percentileLow" => Self::PercentileLow,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes the buckets of a distribution.
pub(crate) fn write_distribution(
    run: &mut Run<'_>,
    report: &GradeReport,
    selection: &Selection<LetterField>,
    path: &Path<'_>,
) -> Written {
    run.list(&report.buckets, path, |run, bucket, path| write_bucket(run, bucket, selection, path))
}

fn write_bucket(run: &mut Run<'_>, bucket: &Bucket, selection: &Selection<LetterField>, path: &Path<'_>) -> Written {
    run.object(selection, path, |run, field, _| {
        match field {
            LetterField::Letter => run.out.text(bucket.letter),
            LetterField::Numerator => run.out.unsigned(bucket.numerator.into()),
            LetterField::Percent => run.out.float(bucket.percent),
            LetterField::PercentileHigh => run.out.float(bucket.percentile_high),
            LetterField::PercentileLow => run.out.float(bucket.percentile_low),
        }
        Ok(())
    })
}
