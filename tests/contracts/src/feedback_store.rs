//! The contract of the store of reports, and of their way to the team: each to one taker at a time.

use accounts::feedback::{KeptReport, REPORTS_PER_HOUR_MAX, REPORTS_WINDOW, Report, ReportText};
use accounts::line::Line;
use accounts::person::PersonId;
use accounts::ports::FeedbackError;
use accounts::report_mail::{ReportOutcome, TakenReport};
use jiff::{SignedDuration, Timestamp};

use crate::catalog_store::samples::noon;
use crate::people::{World, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::a_report_is_kept_as_it_was_given,
            cases::the_newest_come_first_and_no_more_than_asked,
            cases::so_many_are_kept_in_an_hour_however_many_come_at_once,
            cases::a_report_stays_without_the_person_who_leaves,
            cases::a_report_of_nobody_is_a_report,
            cases::a_report_goes_to_one_taker_and_comes_back_after_its_lease,
            cases::a_report_that_was_not_taken_waits_says_why_and_goes_once,
            cases::the_oldest_report_that_was_never_tried_goes_first,
            cases::who_leaves_takes_along_how_to_reach_them_from_a_report_that_waits,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

mod cases {
    use super::*;

    fn report(text: &str, person: Option<PersonId>, at: Timestamp) -> Report {
        Report {
            page: Line::fitted("/catalog?q=math"),
            text: ReportText::parse(text).unwrap(),
            contact: Some(Line::fitted("call me")),
            person,
            at,
            release: Line::fitted("0123abcd"),
        }
    }

    pub(super) async fn a_report_is_kept_as_it_was_given(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let given = [
            report("The seats\n\tare wrong. 🐻", Some(oski), noon(3)),
            Report { contact: None, ..report(&"é".repeat(4000), None, noon(4)) },
        ];
        for report in &given {
            world.feedback().keep(report).await.unwrap();
        }
        let kept = world.feedback().reports(10).await.unwrap();
        assert_ne!(kept[0].id, kept[1].id);
        assert!(kept.iter().all(|kept| (kept.mailed_at, &kept.said) == (None, &None)));
        assert_eq!(kept.into_iter().rev().map(|kept| kept.report).collect::<Vec<_>>(), given);
    }

    pub(super) async fn the_newest_come_first_and_no_more_than_asked(world: &impl World) {
        for text in ["one", "two", "three"] {
            world.feedback().keep(&report(text, None, noon(3))).await.unwrap();
        }
        let kept = world.feedback().reports(2).await.unwrap();
        assert_eq!(kept.iter().map(|kept| kept.report.text.as_str()).collect::<Vec<_>>(), ["three", "two"]);
        assert_eq!(world.feedback().reports(usize::MAX).await.unwrap().len(), 3);
    }

    pub(super) async fn so_many_are_kept_in_an_hour_however_many_come_at_once(world: &impl World) {
        let feedback = world.feedback();
        let given = report("broken", None, noon(3));
        for _ in 0..REPORTS_PER_HOUR_MAX - 2 {
            feedback.keep(&given).await.unwrap();
        }
        let (a, b, c, d) =
            tokio::join!(feedback.keep(&given), feedback.keep(&given), feedback.keep(&given), feedback.keep(&given));
        let results = [a, b, c, d];
        let refused = results.iter().filter(|kept| matches!(kept, Err(FeedbackError::TooManyReports)));
        assert_eq!(refused.count(), 2, "{results:?}");
        let soon = Report { at: noon(3) + REPORTS_WINDOW - SignedDuration::from_secs(1), ..given.clone() };
        assert!(feedback.keep(&soon).await.is_err());
        feedback.keep(&Report { at: noon(3) + REPORTS_WINDOW, ..given }).await.expect("the hour is over");
    }

    pub(super) async fn a_report_stays_without_the_person_who_leaves(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        for person in [oski, other] {
            world.feedback().keep(&report("broken", Some(person), noon(3))).await.unwrap();
        }
        world.accounts().delete_account(oski).await.unwrap();
        let kept: Vec<Report> =
            world.feedback().reports(10).await.unwrap().into_iter().map(|kept| kept.report).collect();
        let anonymous = Report { contact: None, ..report("broken", None, noon(3)) };
        assert_eq!(kept, [report("broken", Some(other), noon(3)), anonymous]);
    }

    pub(super) async fn a_report_of_nobody_is_a_report(world: &impl World) {
        for nobody in [PersonId(7), PersonId(u64::MAX)] {
            world.feedback().keep(&report("broken", Some(nobody), noon(3))).await.unwrap();
        }
        assert!(world.feedback().reports(10).await.unwrap().iter().all(|kept| kept.report.person.is_none()));
    }

    const LEASE: SignedDuration = SignedDuration::from_mins(5);

    async fn take(world: &impl World, now: Timestamp) -> Option<TakenReport> {
        world.report_outbox().take_report(now, LEASE).await.unwrap()
    }

    async fn settle(world: &impl World, taken: &TakenReport, outcome: &ReportOutcome, now: Timestamp) -> bool {
        world.report_outbox().settle_report(taken, outcome, now).await.unwrap()
    }

    pub(super) async fn a_report_goes_to_one_taker_and_comes_back_after_its_lease(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let given = report("broken", Some(oski), noon(3));
        let id = world.feedback().keep(&given).await.unwrap();
        let (one, other) = tokio::join!(take(world, noon(4)), take(world, noon(4)));
        let first = one.as_ref().or(other.as_ref()).expect("one of them has it");
        assert_eq!((first.id, &first.report, first.attempt), (id, &given, 1));
        assert!(one.is_none() || other.is_none());
        let again = take(world, noon(4) + LEASE).await.expect("its taker died");
        assert_eq!((again.id, again.attempt), (id, 2));
        assert!(!settle(world, first, &ReportOutcome::Sent, noon(5)).await, "it is another's now");
        assert!(settle(world, &again, &ReportOutcome::Sent, noon(5)).await);
        assert!(!settle(world, &again, &ReportOutcome::Later(noon(5), Line::default()), noon(5)).await, "it is gone");
        assert!(take(world, noon(20)).await.is_none());
        let [kept] = world.feedback().reports(10).await.unwrap().try_into().unwrap();
        assert_eq!(kept, KeptReport { id, report: given, mailed_at: Some(noon(5)), said: None });
    }

    pub(super) async fn a_report_that_was_not_taken_waits_says_why_and_goes_once(world: &impl World) {
        world.feedback().keep(&report("broken", None, noon(3))).await.unwrap();
        let taken = take(world, noon(4)).await.unwrap();
        let later = ReportOutcome::Later(noon(6), Line::fitted("the mailbox is full"));
        assert!(settle(world, &taken, &later, noon(4)).await);
        let kept = world.feedback().reports(1).await.unwrap().remove(0);
        assert_eq!((kept.mailed_at, kept.said), (None, Some(Line::fitted("the mailbox is full"))));
        assert!(take(world, noon(6) - SignedDuration::from_secs(1)).await.is_none());
        let taken = take(world, noon(6)).await.unwrap();
        assert!(settle(world, &taken, &ReportOutcome::Sent, noon(6)).await);
        let kept = world.feedback().reports(1).await.unwrap().remove(0);
        assert_eq!((kept.mailed_at, kept.said), (Some(noon(6)), None));
    }

    pub(super) async fn the_oldest_report_that_was_never_tried_goes_first(world: &impl World) {
        for (day, text) in [(3, "refused"), (4, "second"), (5, "third")] {
            world.feedback().keep(&report(text, None, noon(day))).await.unwrap();
        }
        let refused = take(world, noon(6)).await.unwrap();
        assert!(settle(world, &refused, &ReportOutcome::Later(noon(6), Line::default()), noon(6)).await);
        let mut order = Vec::new();
        while let Some(taken) = take(world, noon(6)).await {
            order.push(taken.report.text.as_str().to_owned());
        }
        assert_eq!(order, ["second", "third", "refused"]);
    }

    pub(super) async fn who_leaves_takes_along_how_to_reach_them_from_a_report_that_waits(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        world.feedback().keep(&report("broken", Some(oski), noon(3))).await.unwrap();
        world.accounts().delete_account(oski).await.unwrap();
        let taken = take(world, noon(4)).await.unwrap();
        assert_eq!((taken.report.person, taken.report.contact), (None, None));
    }
}
