//! The contract of the store of schedules.

mod changing;
mod making;
mod seeing;
mod together;

use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use jiff::civil::time;
use planner::draft::{Change, SelectionDraft, SelectionList, TimeBlockDraft, TimeBlockList};
use planner::schedule::ScheduleName;

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            making::everything_given_comes_back,
            making::what_is_not_given_is_empty_private_and_numbered,
            making::schedules_come_in_the_order_in_which_they_were_made,
            making::a_schedule_may_be_of_a_term_that_the_catalog_does_not_hold,
            making::unknown_courses_and_sections_make_no_schedule,
            making::a_section_of_another_term_makes_no_schedule,
            making::nobody_makes_no_schedule,
            making::a_full_shelf_takes_no_more_however_many_try_at_once,
            seeing::a_private_schedule_of_somebody_else_is_as_if_it_were_not_there,
            seeing::a_public_schedule_is_seen_by_all_and_changed_by_its_owner_alone,
            seeing::a_schedule_that_is_private_again_is_hidden_again,
            changing::what_is_not_given_stays,
            changing::lists_that_are_given_replace_the_stored_ones,
            changing::an_empty_list_of_sections_clears_and_a_missing_one_keeps,
            changing::keys_stay_while_what_they_name_stays,
            changing::a_change_that_does_not_fit_changes_nothing,
            changing::a_schedule_was_never_changed_before_it_was,
            changing::a_removed_schedule_comes_back_once_and_is_gone,
            together::of_two_changes_at_once_each_is_whole,
            together::whoever_reads_during_changes_sees_no_mixture,
            together::a_schedule_that_is_changed_and_removed_at_once_is_gone,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

fn name(text: &str) -> ScheduleName {
    ScheduleName::parse(text).unwrap()
}

fn selection(course: CourseId, primary: Option<SectionKey>, secondary: &[SectionKey]) -> SelectionDraft {
    SelectionDraft { course, primary: Change::Set(primary), secondary: Change::Set(secondary.to_vec()) }
}

fn selections(drafts: &[SelectionDraft]) -> SelectionList {
    SelectionList::new(drafts.to_vec()).unwrap()
}

/// A block from an hour to the next.
fn block(text: &str, hour: i8, days: &str) -> TimeBlockDraft {
    let (start, end) = (time(hour, 0, 0, 0), time(hour, 59, 59, 0));
    TimeBlockDraft::new(name(text), start, end, Days::from_sis(days).unwrap()).unwrap()
}

fn blocks(drafts: &[TimeBlockDraft]) -> TimeBlockList {
    TimeBlockList::new(drafts.to_vec()).unwrap()
}
