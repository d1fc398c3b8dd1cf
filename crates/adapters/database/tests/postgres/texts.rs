//! Any text comes back as it was, through `COPY` and its escapes; only NUL, which Postgres cannot hold, is replaced.

use std::cell::RefCell;

use catalog::meeting::{Days, Instructor, Meeting};
use catalog::ports::CatalogStore;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::TestRunner;

use crate::campus::{first_night, migrated, noon, request};

const CASES: u32 = 20;

fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = proptest::collection::vec(any::<char>(), 0..30).prop_map(String::from_iter);
    // The letters that mean something to `COPY`, to arrays, or to JSON come up more often than chance would have it.
    let tricky =
        proptest::collection::vec(proptest::sample::select("\\\t\n\r\0\"{},N.'é".chars().collect::<Vec<_>>()), 0..12);
    let tricky = tricky.prop_map(String::from_iter);
    proptest::collection::vec(proptest::strategy::Union::new([text.boxed(), tricky.boxed()]), 1..20)
}

fn stored(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn meeting(teachers: &[String]) -> Meeting {
    let instructor =
        |text: &String| Instructor { family_name: text.clone(), given_name: text.clone(), role: Some(text.clone()) };
    let instructors = teachers.iter().map(instructor).collect();
    Meeting { number: 1, days: Days::NONE, time: None, location: None, instructors, dates: None }
}

#[test]
fn any_text_comes_back_as_it_was() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_server, database) = runtime.block_on(migrated());
    let mut run = runtime.block_on(database.begin_run(&request(), noon(1))).unwrap();
    runtime.block_on(run.publish(&first_night(noon(1)))).unwrap();
    let run = RefCell::new(run);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let outcome = runner.run(&texts(), |texts| {
        let mut night = first_night(noon(1));
        let mut section = night.by_term[0].sections.added.swap_remove(0);
        section.meetings = vec![meeting(&texts)];
        night.by_term[0].sections.added = vec![section];
        night.by_term[0].classes.added.clear();
        night.by_term[0].enrollment = None;
        night.playlists.added.clear();
        night.courses.added[0].title.clone_from(&texts[0]);
        runtime.block_on(run.borrow_mut().publish(&night)).unwrap();

        let data = runtime.block_on(database.load()).unwrap();
        assert_eq!(data.courses[0].value.value.title, stored(&texts[0]));
        let expected: Vec<String> = texts.iter().map(|text| stored(text)).collect();
        assert_eq!(data.sections[0].meetings, [meeting(&expected)]);
        Ok(())
    });
    outcome.unwrap();
}
