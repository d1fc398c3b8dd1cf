//! What people set about themselves.

use crate::line::Line;
use crate::person::Person;

/// The most characters of a major.
pub const MAJOR_CHARS_MAX: usize = 100;

/// What somebody studies, in their own words; empty when they did not say.
pub type Major = Line<MAJOR_CHARS_MAX>;

/// Of what somebody wants to be told by mail. Nothing, until they say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notifications {
    /// A saved class changed.
    pub class_update: bool,
    /// Grades of a saved class came.
    pub grade_update: bool,
    /// Enrollment opens.
    pub enrollment_opening: bool,
    /// Berkeleytime itself has news.
    pub berkeleytime_update: bool,
}

/// New settings; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// What they study.
    pub major: Option<Major>,
    /// A saved class changed.
    pub class_update: Option<bool>,
    /// Grades of a saved class came.
    pub grade_update: Option<bool>,
    /// Enrollment opens.
    pub enrollment_opening: Option<bool>,
    /// Berkeleytime itself has news.
    pub berkeleytime_update: Option<bool>,
}

impl SettingsChange {
    /// Makes the change.
    pub fn apply(&self, person: &mut Person) {
        let Notifications { class_update, grade_update, enrollment_opening, berkeleytime_update } =
            &mut person.notifications;
        set(&mut person.major, self.major.as_ref());
        set(class_update, self.class_update.as_ref());
        set(grade_update, self.grade_update.as_ref());
        set(enrollment_opening, self.enrollment_opening.as_ref());
        set(berkeleytime_update, self.berkeleytime_update.as_ref());
    }
}

fn set<T: Clone>(held: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        held.clone_from(new);
    }
}
