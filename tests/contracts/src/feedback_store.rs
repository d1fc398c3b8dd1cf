//! The contract of the store of reports.

use accounts::feedback::{REPORTS_PER_HOUR_MAX, REPORTS_WINDOW, Report, ReportText};
use accounts::line::Line;
use accounts::person::PersonId;
use accounts::ports::FeedbackError;
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
        assert_ne!(kept[0].0, kept[1].0);
        assert_eq!(kept.into_iter().rev().map(|(_, report)| report).collect::<Vec<_>>(), given);
    }

    pub(super) async fn the_newest_come_first_and_no_more_than_asked(world: &impl World) {
        for text in ["one", "two", "three"] {
            world.feedback().keep(&report(text, None, noon(3))).await.unwrap();
        }
        let kept = world.feedback().reports(2).await.unwrap();
        assert_eq!(kept.iter().map(|(_, report)| report.text.as_str()).collect::<Vec<_>>(), ["three", "two"]);
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
            world.feedback().reports(10).await.unwrap().into_iter().map(|(_, report)| report).collect();
        let anonymous = Report { contact: None, ..report("broken", None, noon(3)) };
        assert_eq!(kept, [report("broken", Some(other), noon(3)), anonymous]);
    }

    pub(super) async fn a_report_of_nobody_is_a_report(world: &impl World) {
        for nobody in [PersonId(7), PersonId(u64::MAX)] {
            world.feedback().keep(&report("broken", Some(nobody), noon(3))).await.unwrap();
        }
        assert!(world.feedback().reports(10).await.unwrap().iter().all(|(_, report)| report.person.is_none()));
    }
}
