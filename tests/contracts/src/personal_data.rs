//! The contract of reading everything about somebody.

use accounts::alerts::Pace;
use accounts::collection::CollectionName;
use accounts::feedback::{Report, ReportText};
use accounts::line::Line;
use accounts::person::PersonId;
use catalog::ids::CourseId;
use planner::draft::{ScheduleChange, ScheduleDraft, total_units};
use planner::export::{ExportedSchedule, PersonExport};
use planner::link::LinkKind;

use crate::alert_store::{alert, new, told};
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, guest, hash, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::everything_of_somebody_is_told_and_nothing_of_others,
            cases::of_somebody_new_there_is_little_to_tell,
            cases::of_nobody_there_is_nothing,
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

    /// Something of everything, and what an export must tell of it.
    async fn settled(world: &impl World, username: &str, token: u8, math: CourseId) -> PersonExport {
        let person = signed_in(world, username).await;
        let session = world.sessions().open(person.id, hash(token), None, noon(3)).await.unwrap();
        world.accounts().save_course(person.id, math, noon(3)).await.unwrap();
        let collections = world.collections();
        let name = CollectionName::parse("Breadths").unwrap();
        let collection = collections.create_collection(person.id, &name, noon(3)).await.unwrap();
        collections.add_to_collection(person.id, collection.id, math, noon(3)).await.unwrap();
        let (schedules, owner) = (world.schedules(), person.id.into());
        let made = schedules.create(owner, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
        let change = ScheduleChange { total_units: total_units("4"), ..ScheduleChange::default() };
        let schedule = schedules.update(made.id, owner, &change, noon(4)).await.unwrap();
        let link = schedules.make_link(made.id, owner, LinkKind::Calendar, None, noon(4)).await.unwrap();
        let report = Report {
            page: Line::fitted("/planner"),
            text: ReportText::parse("broken").unwrap(),
            contact: None,
            person: Some(person.id),
            at: noon(5),
            release: Line::fitted("0123abcd"),
        };
        world.feedback().keep(&report).await.unwrap();
        world.alerts().watch(person.id, &new(math, None, Pace::AtOnce), &told(false), noon(5)).await.unwrap();
        let watch = world.alerts().watches(person.id).await.unwrap().remove(0);
        let headline = format!("of {username}");
        assert!(world.outbox().tell(&watch, &told(true), &[alert(&headline)], noon(6)).await.unwrap());
        world.alerts().set_mail(person.id, false, noon(7)).await.unwrap();
        let alerts = world.alerts().alert_log(person.id, 9).await.unwrap();
        assert_eq!(alerts[0].alert.headline.as_str(), headline);
        PersonExport {
            watches: world.alerts().watches(person.id).await.unwrap(),
            alerts,
            alerts_mail_off_since: Some(noon(7)),
            collections: collections.collections(person.id).await.unwrap(),
            person,
            sessions: vec![session],
            saved_courses: vec![(math, noon(3))],
            schedules: vec![ExportedSchedule { schedule, versions: 2, links: vec![link] }],
            reports: vec![report],
        }
    }

    pub(super) async fn everything_of_somebody_is_told_and_nothing_of_others(world: &impl World) {
        let math = course(world, "MATH 1A").await;
        let oski = settled(world, "oski", 1, math).await;
        let other = settled(world, "other", 2, math).await;
        let guest = guest(world, 3).await;
        world.schedules().create(guest, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
        assert_eq!(oski.collections[0].courses, [math]);
        for expected in [oski, other] {
            let told = world.personal_data().export(expected.person.id).await.unwrap();
            assert_eq!(told, Some(expected));
        }
    }

    pub(super) async fn of_somebody_new_there_is_little_to_tell(world: &impl World) {
        let person = signed_in(world, "oski").await;
        let told = world.personal_data().export(person.id).await.unwrap().unwrap();
        let (sessions, saved_courses, collections) = (Vec::new(), Vec::new(), Vec::new());
        let (schedules, reports) = (Vec::new(), Vec::new());
        let (watches, alerts, alerts_mail_off_since) = (Vec::new(), Vec::new(), None);
        let little = PersonExport {
            person,
            sessions,
            saved_courses,
            collections,
            schedules,
            reports,
            watches,
            alerts,
            alerts_mail_off_since,
        };
        assert_eq!(told, little);
    }

    pub(super) async fn of_nobody_there_is_nothing(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        world.accounts().delete_account(oski).await.unwrap();
        for nobody in [oski, PersonId(999), PersonId(u64::MAX)] {
            assert_eq!(world.personal_data().export(nobody).await.unwrap(), None);
        }
    }
}
