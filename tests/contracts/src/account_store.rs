//! The contract of the store of accounts.

mod deletion;
mod listing;
mod roles;
mod saved_courses;
mod settings;
mod sign_in;

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            sign_in::nobody_is_there_at_first,
            sign_in::the_first_sign_in_makes_an_account,
            sign_in::signing_in_again_finds_the_account_as_it_is,
            sign_in::people_are_found_by_their_username_in_any_case,
            sign_in::somebody_who_signs_in_five_times_at_once_has_one_account,
            settings::what_is_given_changes_and_nothing_else,
            settings::settings_of_nobody_cannot_change,
            saved_courses::courses_come_in_the_order_in_which_they_were_saved,
            saved_courses::saving_and_removing_twice_is_as_once,
            saved_courses::everybody_has_a_list_of_their_own,
            saved_courses::a_course_that_the_catalog_never_had_cannot_be_saved,
            saved_courses::a_course_that_the_catalog_no_longer_has_stays_saved,
            saved_courses::a_full_list_takes_no_more_however_many_try_at_once,
            saved_courses::nobody_saves_nothing,
            roles::everybody_is_a_student_until_the_operator_says_otherwise,
            roles::nobody_gets_no_role,
            listing::people_are_listed_who_was_seen_last_first,
            listing::those_of_a_role_are_listed_and_no_more_than_wished,
            deletion::an_account_goes_with_everything_of_it_and_nothing_of_others,
            deletion::an_account_is_deleted_once,
            deletion::signing_in_after_a_deletion_begins_anew,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}
