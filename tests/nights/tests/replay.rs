//! Three real terms, played back: the numbers that are known must come out of the whole pipeline.

use std::collections::HashSet;

use catalog::course::CourseCode;
use catalog::ports::CatalogStore;
use catalog::run::{RunOutcome, Step};
use catalog::seats::Counts;
use catalog::term::TermId;
use nights::world::{World, at, everything, outcome, steps};
use standin::config::StandinConfig;
use updater::grades::GradeFile;
use updater::request::UpdateRequest;

async fn replay(moment: &str, needed_for: &str) -> Option<World> {
    let folder = kit::real_data::folder("berkeley-sis-2016-2017", needed_for)?;
    Some(World::new(StandinConfig::replay(folder, at(moment)), moment).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn fall_2016_holds_what_is_known_of_it() {
    let Some(world) = replay("2017-04-12T12:00:00Z", "Fall 2016 through the pipeline").await else { return };
    let report = world.night("2168").await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded, "{report:?}");
    let data = world.published().await;
    let courses: HashSet<&CourseCode> = data.classes.iter().map(|class| &class.key.course).collect();
    assert_eq!((data.sections.len(), data.classes.len(), courses.len()), (11_291, 7_072, 2_996));
    assert_eq!(data.courses.len(), 5_135);
    let enrolled: i32 = data
        .sections
        .iter()
        .filter(|section| section.is_primary)
        .map(|section| data.counts[&(section.class.term, section.id)].counts.enrolled)
        .sum();
    assert_eq!(enrolled, 148_086);
    assert!(world.store.quarantine(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn real_grades_join_real_sections_and_twice_changes_nothing() {
    let Some(world) = replay("2017-05-13T00:00:00Z", "joining real grades to real sections").await else { return };
    let Some(folder) = kit::real_data::folder("berkeley-grades", "joining real grades to real sections") else {
        return;
    };
    for term in ["2168", "2172", "2178"] {
        assert_eq!(world.night(term).await.unwrap().outcome, RunOutcome::Succeeded);
    }
    let bytes = zstd::decode_all(std::fs::File::open(folder.join("formatted_2013-2023.csv.zst")).unwrap()).unwrap();
    let files = [GradeFile { name: "formatted_2013-2023.csv".to_owned(), bytes }];
    let report = updater::grades::import(&*world.store, &files, world.now()).await.unwrap();
    assert_eq!((report.import.given, report.import.added), (73_358, 73_358));
    let joined: Vec<_> = report.import.joined_by_term.iter().map(|(term, count)| (term.number(), *count)).collect();
    assert_eq!(joined, [(2168, 2_611), (2172, 2_558), (2178, 2_257)]);
    let again = updater::grades::import(&*world.store, &files, world.now()).await.unwrap();
    assert_eq!((again.import.unchanged, again.import.added, again.import.changed), (73_358, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lecture_of_compsci_61a_fills_as_it_did_in_2016() {
    let nights = [
        ("2016-04-20T06:40:00Z", 1, 3),
        ("2016-07-19T15:24:00Z", 694, 125),
        ("2016-08-03T15:40:00Z", 1_204, 303),
        ("2016-09-01T04:00:00Z", 1_532, 218),
        ("2017-04-12T01:05:00Z", 1_567, 0),
    ];
    let Some(world) = replay(nights[0].0, "COMPSCI 61A of Fall 2016, night by night").await else { return };
    for (moment, ..) in nights {
        world.move_to(at(moment));
        // The last night has 64 % of the sections: from December 2016 on the capture held printed classes only.
        let request = UpdateRequest { accepts_short: moment.starts_with("2017"), ..everything("fall-2016") };
        let report = world.run(&request).await.unwrap();
        assert_eq!(report.outcome, RunOutcome::Succeeded, "{moment}: {report:?}");
    }
    let data = world.published().await;
    let code = CourseCode::parse("COMPSCI 61A").unwrap();
    let lecture =
        data.sections.iter().find(|section| section.class.course == code && section.label() == "LEC 001").unwrap();
    let term: TermId = "fall-2016".parse().unwrap();
    let runs = world.store.enrollment(term, &[lecture.id]).await.unwrap();
    for (moment, enrolled, waitlisted) in nights {
        let run = runs.iter().find(|run| run.first_seen <= at(moment) && at(moment) <= run.last_seen).unwrap();
        let Counts { enrolled: read, waitlisted: waiting, .. } = run.counts;
        assert_eq!((read, waiting), (enrolled, waitlisted), "{moment}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failed_runs_of_2016_are_refused() {
    let Some(world) = replay("2016-04-30T00:16:00Z", "the partial runs of 2016").await else { return };
    world.night("fall-2016").await.unwrap();
    world.move_to(at("2016-05-02T01:13:00Z"));
    let report = world.night("fall-2016").await.unwrap();
    let reason = outcome(&report, Step::Class).reason().unwrap().to_owned();
    assert!(reason.contains("of 5673 known came"), "{reason}");
    world.move_to(at("2016-05-03T09:30:00Z"));
    assert_eq!(world.night("fall-2016").await.unwrap().outcome, RunOutcome::Succeeded);
    let enrollment = world.run(&steps("fall-2016", &[Step::Enrollment])).await.unwrap();
    assert_eq!(enrollment.outcome, RunOutcome::Succeeded, "the same moment once more changes nothing");
}
