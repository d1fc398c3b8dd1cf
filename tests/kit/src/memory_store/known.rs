//! What the catalog has or had, for those who point at it.

use catalog::ids::CourseId;
use catalog::section::SectionKey;

use super::MemoryStore;

impl MemoryStore {
    /// Whether the catalog has or had a course.
    pub(crate) fn has_course(&self, course: CourseId) -> bool {
        let shared = self.shared();
        let tables = &shared.tables;
        tables.courses.keys().any(|code| tables.course_numbers.of(code) == course.0)
    }

    /// Whether the catalog has or had a section.
    pub(crate) fn has_section(&self, section: SectionKey) -> bool {
        self.shared().tables.sections.contains_key(&(section.term, section.id))
    }
}
