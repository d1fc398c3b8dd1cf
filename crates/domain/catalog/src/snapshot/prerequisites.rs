//! Which courses name which as prerequisites, read from their texts once per snapshot.

use super::{CourseEntry, Snapshot, SubjectEntry};
use crate::course::CourseCode;
use crate::course_set::CourseIndex;
use crate::prerequisites::{Reading, SubjectNames, read};

/// The courses that name a course as a prerequisite, for all courses in one piece.
#[derive(Debug, Default)]
pub(super) struct PrerequisiteIndex {
    names: SubjectNames,
    /// Where the courses that name each course begin; one more than there are courses.
    starts: Vec<u32>,
    /// The courses that name one, course by course.
    naming: Vec<CourseIndex>,
}

impl PrerequisiteIndex {
    pub(super) fn build(
        courses: &[CourseEntry],
        subjects: &[SubjectEntry],
        find: impl Fn(&CourseCode) -> Option<CourseIndex>,
    ) -> Self {
        let names = SubjectNames::of(subjects.iter().map(|entry| &entry.subject));
        let mut pairs: Vec<(CourseIndex, CourseIndex)> = Vec::new();
        for (here, entry) in (0..).map(CourseIndex).zip(courses) {
            let Some(text) = text_of(entry).filter(|_| !entry.is_retired) else { continue };
            let reading = read(text, &entry.course.code.subject, &names, &find);
            pairs.extend(reading.wanted.into_iter().filter(|named| *named != here).map(|named| (named, here)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let start = |course: usize| pairs.partition_point(|(named, _)| named.place() < course);
        let starts = (0..=courses.len()).map(|course| u32::try_from(start(course)).unwrap_or(u32::MAX)).collect();
        Self { names, starts, naming: pairs.into_iter().map(|(_, here)| here).collect() }
    }

    fn naming(&self, course: CourseIndex) -> &[CourseIndex] {
        let bounds = self.starts.get(course.place()).zip(self.starts.get(course.place() + 1));
        bounds.map_or(&[], |(start, end)| &self.naming[*start as usize..*end as usize])
    }
}

fn text_of(entry: &CourseEntry) -> Option<&str> {
    entry.course.prerequisites.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

impl Snapshot {
    /// The text of a course's prerequisites, trimmed, with the courses that it names; `None` without a text. The course
    /// itself is not among them.
    #[must_use]
    pub fn prerequisites_of(&self, course: CourseIndex) -> Option<(&str, Reading<CourseIndex>)> {
        let entry = self.course(course);
        let text = text_of(entry)?;
        let find = |code: &CourseCode| self.place(code).filter(|named| *named != course);
        Some((text, read(text, &entry.course.code.subject, &self.prerequisites.names, find)))
    }

    /// The courses whose prerequisites name this one, or one that is cross-listed with it: the largest first. Of
    /// cross-listed courses that name it only the first is there.
    #[must_use]
    pub fn naming_as_prerequisite(&self, course: CourseIndex) -> Vec<CourseIndex> {
        let own = &self.course(course).cross_listed;
        let here = || own.iter().chain([&course]);
        let mut naming: Vec<CourseIndex> =
            here().flat_map(|course| self.prerequisites.naming(*course)).copied().collect();
        naming.retain(|other| *other != course && !own.contains(other));
        naming.sort_unstable_by_key(|other| (std::cmp::Reverse(self.course(*other).popularity), *other));
        naming.dedup();
        let mut kept: Vec<CourseIndex> = Vec::new();
        for other in naming {
            if !kept.iter().any(|known| self.course(*known).cross_listed.contains(&other)) {
                kept.push(other);
            }
        }
        kept
    }
}
