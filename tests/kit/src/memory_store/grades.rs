//! Grades: taking them in, and those without a course.

use std::collections::{BTreeMap, BTreeSet};

use catalog::course::CourseCode;
use catalog::grade::GradeRecord;
use catalog::ports::GradeImport;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::Timestamp;

use super::tables::Tables;

/// A graded section's identity.
pub(super) type GradeKey = (CourseCode, TermId, String, Option<SectionId>);

fn key_of(record: &GradeRecord) -> GradeKey {
    (record.course.clone(), record.term, record.section_number.clone(), record.ccn)
}

pub(super) fn import(tables: &mut Tables, records: &[GradeRecord], at: Timestamp) -> GradeImport {
    let distinct: BTreeMap<GradeKey, &GradeRecord> = records.iter().map(|record| (key_of(record), record)).collect();
    let mut done = GradeImport { given: records.len(), ..GradeImport::default() };
    let mut joined: BTreeMap<TermId, usize> = BTreeMap::new();
    let mut unknown: BTreeSet<CourseCode> = BTreeSet::new();
    for (key, record) in distinct {
        tables.grade_numbers.give(key.clone());
        match tables.grades.insert(key, record.clone()) {
            None => done.added += 1,
            Some(held) if held == *record => done.unchanged += 1,
            Some(_) => done.changed += 1,
        }
        if is_joined(tables, record) {
            *joined.entry(record.term).or_default() += 1;
        }
        if !tables.courses.contains_key(&record.course) {
            done.without_course += 1;
            unknown.insert(record.course.clone());
        }
    }
    done.joined_to_section = joined.values().sum();
    done.joined_by_term = joined.into_iter().collect();
    done.unknown_courses = unknown.into_iter().collect();
    if done.added + done.changed > 0 {
        tables.grades_imported_at = Some(at);
        tables.bump(at);
    }
    done
}

/// The CCN must be a section of that term, and the course the same.
fn is_joined(tables: &Tables, record: &GradeRecord) -> bool {
    let section = record.ccn.and_then(|ccn| tables.sections.get(&(record.term, ccn)));
    section.is_some_and(|held| held.value.class.course == record.course)
}

pub(super) fn unmatched(tables: &Tables, limit: usize) -> Vec<GradeRecord> {
    let unmatched = tables.grades.values().filter(|record| !tables.courses.contains_key(&record.course));
    unmatched.take(limit).cloned().collect()
}
