//! The contract of the store of schedules.

mod adopting;
mod changing;
mod history;
mod linking;
mod making;
mod repeating;
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
            history::each_change_keeps_what_was_before_it,
            history::what_changes_nothing_makes_no_version,
            history::undoing_and_doing_again_walk_through_what_was,
            history::going_back_is_a_change_like_others,
            history::only_the_last_versions_are_kept,
            history::a_version_shows_what_was_and_not_who_may_see_it,
            history::colours_come_and_go_with_versions,
            history::a_change_that_expects_another_version_changes_nothing,
            history::of_two_tabs_that_change_at_once_one_is_told,
            history::many_changes_at_once_each_make_a_version,
            history::strangers_see_and_move_no_history,
            linking::a_link_shows_the_schedule_and_no_name_unless_wished,
            linking::a_link_opens_what_it_was_made_for_alone,
            linking::a_revoked_link_leads_nowhere,
            linking::links_go_with_their_schedule,
            linking::links_are_limited_however_many_are_made_at_once,
            linking::strangers_make_see_and_revoke_no_links,
            linking::a_copy_is_a_schedule_of_ones_own,
            linking::nobody_copies_what_they_cannot_see,
            linking::a_full_shelf_takes_no_copy,
            linking::what_others_see_does_not_say_for_what_a_time_is_kept_free,
            repeating::a_form_sent_twice_at_once_makes_one_schedule,
            repeating::a_form_that_asks_for_something_else_or_later_makes_another,
            repeating::a_key_that_somebody_else_used_makes_one_under_another,
            repeating::a_form_sent_twice_at_once_makes_one_link,
            adopting::a_guest_plans_like_anybody_and_alone,
            adopting::a_guest_has_a_smaller_shelf,
            adopting::what_a_guest_made_moves_to_the_person_whole,
            adopting::what_finds_no_room_stays_with_the_guest_and_is_told,
            adopting::adopting_twice_at_once_moves_everything_once,
            adopting::a_guest_who_makes_one_while_it_is_adopted_loses_nothing,
            adopting::nobody_adopts_and_nobody_is_adopted,
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
    let (primary, secondary) = (Change::Set(primary), Change::Set(secondary.to_vec()));
    SelectionDraft { course, primary, secondary, colour: Change::Keep }
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
