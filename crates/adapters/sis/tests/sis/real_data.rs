//! Captured real data, all of it: the counts are known, and nothing may end up in quarantine.

use std::path::Path;
use std::sync::Arc;

use catalog::fetched::{Fetched, SectionRecord};
use catalog::ports::CatalogSource;
use catalog::term::TermId;
use serde_json::value::RawValue;
use sis::config::{CoursesVersion, TermsVersion};

use crate::script::{Arrivals, Asked, Reply, Script, json_reply, not_found, text_reply};

/// Lines of records, cut into pages as they are asked for.
fn page_of_lines(collection: &str, lines: &[String], asked: &Asked) -> Reply {
    let from = (asked.page() - 1) * asked.size();
    if from >= lines.len() {
        return not_found();
    }
    let page = lines[from..(from + asked.size()).min(lines.len())].join(",");
    text_reply(200, format!("{{\"apiResponse\":{{\"response\":{{\"{collection}\":[{page}]}}}}}}"))
}

fn lines(file: &Path) -> Vec<String> {
    let packed = std::fs::File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let text = String::from_utf8(zstd::decode_all(packed).unwrap()).unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn serve(collection: &'static str, lines: Vec<String>) -> Script {
    let lines = Arc::new(lines);
    Script::play(move |asked| page_of_lines(collection, &lines, asked)).await
}

async fn sections(term: &str) -> Option<Fetched<SectionRecord>> {
    let folder = kit::real_data::folder("berkeley-sis-2016-2017", "reading every captured section")?;
    let script =
        serve("classSections", lines(&folder.join(format!("sis-shaped/class_sections_{term}.jsonl.zst")))).await;
    let source = script.source_with(|config| config.page_size = 100);
    let fetched = source.sections(term.parse::<TermId>().unwrap(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.faults, []);
    Some(fetched)
}

/// Sections, primaries, enrolled and waitlisted in primaries, meetings with a time, sections with a breadth.
fn summary(fetched: &Fetched<SectionRecord>) -> [i64; 6] {
    let primaries = || fetched.records.iter().filter(|record| record.section.is_primary);
    let counts = || primaries().map(|record| record.seats.as_ref().unwrap().counts);
    let meetings = || fetched.records.iter().flat_map(|record| &record.section.meetings);
    let breadths = fetched.records.iter().filter(|record| record.section.attributes.iter().any(|a| a.code == "GE"));
    [
        fetched.records.len() as i64,
        primaries().count() as i64,
        counts().map(|counts| i64::from(counts.enrolled)).sum(),
        counts().map(|counts| i64::from(counts.waitlisted)).sum(),
        meetings().filter(|meeting| meeting.time.is_some()).count() as i64,
        breadths.count() as i64,
    ]
}

#[tokio::test]
async fn every_section_of_fall_2016_is_read() {
    let Some(fetched) = sections("2168").await else { return };
    assert_eq!(summary(&fetched), [11_291, 7_511, 148_086, 644, 7_517, 2_774]);
    let overfull = fetched.records.iter().filter_map(|record| record.seats.as_ref());
    assert!(overfull.filter(|seats| seats.counts.enrolled > seats.counts.max_enroll).count() > 0);
    let negative = fetched.records.iter().find(|record| record.section.id.0 == 18_146).unwrap();
    assert_eq!(negative.seats.as_ref().unwrap().counts.waitlisted, -1);
    let courses: std::collections::BTreeSet<_> =
        fetched.records.iter().map(|record| &record.section.class.course).collect();
    assert_eq!(courses.len(), 2_996);
}

#[tokio::test]
async fn every_section_of_spring_2017_is_read() {
    let Some(fetched) = sections("2172").await else { return };
    assert_eq!(summary(&fetched), [11_078, 7_293, 140_776, 578, 7_407, 2_765]);
}

#[tokio::test]
async fn every_section_of_fall_2017_is_read() {
    let Some(fetched) = sections("2178").await else { return };
    assert_eq!(summary(&fetched), [10_100, 6_344, 63_385, 11_651, 6_785, 2_510]);
}

#[tokio::test]
async fn every_class_of_the_captured_terms_is_read() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", "reading every captured class") else { return };
    for (term, count) in [("2168", 7_072), ("2172", 7_045), ("2178", 6_307)] {
        let script = serve("classes", lines(&folder.join(format!("sis-shaped/classes_{term}.jsonl.zst")))).await;
        let source = script.source_with(|config| config.page_size = 100);
        let fetched = source.classes(term.parse().unwrap(), &Arrivals::default()).await.unwrap();
        assert_eq!((fetched.records.len(), fetched.faults), (count, Vec::new()), "{term}");
    }
}

#[tokio::test]
async fn every_captured_course_is_read() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", "reading every captured course") else {
        return;
    };
    let script = serve("courses", lines(&folder.join("sis-shaped/courses_v4.jsonl.zst"))).await;
    let source = script.source_with(|config| {
        config.page_size = 100;
        config.courses_version = CoursesVersion::V4;
    });
    let fetched = source.courses(&Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records.len(), fetched.faults), (5_135, Vec::new()));
    let described = fetched.records.iter().filter(|course| !course.description.is_empty());
    assert_eq!(described.count(), 4_742);
    assert!(fetched.records.iter().all(|course| course.units.is_some()));
}

/// The records of a sample file, which holds them as a plain list.
fn sample(folder: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("samples").join(name)).unwrap();
    let records: Vec<&RawValue> = serde_json::from_str(&text).unwrap();
    records.into_iter().map(|record| record.get().to_owned()).collect()
}

#[tokio::test]
async fn the_real_samples_of_2022_are_read() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-api", "reading real answers of 2022") else { return };
    let (active, all) = {
        let courses = sample(&folder, "sis_course_10.json");
        let all = courses
            .iter()
            .map(|course| course.replace("DEPRECATED", "ACTIVE").replace("WITHDRAWN", "ACTIVE"))
            .collect();
        (serve("courses", courses).await, serve("courses", all).await)
    };
    let fetched = active.source().courses(&Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records.len(), fetched.faults), (4, Vec::new()));
    let fetched = all.source().courses(&Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records.len(), fetched.faults), (10, Vec::new()));
    let planning = fetched.records.iter().find(|course| course.code.to_string() == "CYPLAN 204D").unwrap();
    assert_eq!(planning.subject_abbreviation, "CY PLAN");
    assert_eq!(planning.prerequisites.as_deref(), Some("204A or equivalent."));
    for (api, file) in [("classes", "sis_class_10.json"), ("classSections", "sis_class_section_10.json")] {
        for record in sample(&folder, file) {
            let value: serde_json::Value = serde_json::from_str(&record).unwrap();
            let class = value.get("class").unwrap_or(&value);
            let term: TermId = class["session"]["term"]["id"].as_str().unwrap().parse().unwrap();
            let script = serve(api, vec![record]).await;
            let (count, faults) = match api {
                "classes" => {
                    let fetched = script.source().classes(term, &Arrivals::default()).await.unwrap();
                    (fetched.records.len(), fetched.faults)
                }
                _ => {
                    let fetched = script.source().sections(term, &Arrivals::default()).await.unwrap();
                    (fetched.records.len(), fetched.faults)
                }
            };
            assert_eq!((count, faults), (1, Vec::new()), "{file}");
        }
    }
}

#[tokio::test]
async fn the_real_reservations_of_2026_are_read() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-api", "reading real seat reservations") else { return };
    let record = std::fs::read_to_string(folder.join("samples/section_enrollmentStatus_2026.json")).unwrap();
    let script = serve("classSections", vec![record]).await;
    let after = "2016-09-01T16:00:00Z".parse().unwrap();
    let fetched = script.source().updated_seats("2268".parse().unwrap(), after, &Arrivals::default()).await.unwrap();
    let seats = &fetched.records[0].seats;
    assert_eq!((seats.counts.enrolled, seats.counts.max_enroll), (60, 64));
    assert_eq!(seats.reservations[0].group_code.as_deref(), Some("001351"));
}

#[tokio::test]
async fn the_real_terms_of_2016_are_read_and_the_real_404_is_understood() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-api", "reading real terms of 2016") else { return };
    let samples = folder.join("samples");
    let read = move |name: &str| std::fs::read_to_string(samples.join(name)).unwrap();
    let script = Script::play(move |asked| {
        let name = match (asked.query["temporal-position"].as_str(), asked.query["as-of-date"].as_str()) {
            ("Current", _) => "terms-v1-calcentral/terms_current.json",
            ("Next", "2016-08-12") => "terms-v1-calcentral/terms_next.json",
            ("Next", _) => "terms-v1-calcentral/terms_next_2016-12-16.json",
            ("Previous", "2016-05-23") => "terms-v1-calcentral/terms_previous.json",
            _ => return text_reply(404, read("error_404.json")),
        };
        json_reply(&serde_json::from_str(&read(name)).unwrap())
    })
    .await;
    let source = script.source_with(|config| config.terms_version = TermsVersion::V1);
    let fetched = source.terms(jiff::civil::date(2016, 7, 1), 3).await.unwrap();
    assert_eq!(fetched.faults, []);
    let terms: Vec<(String, String, usize)> = fetched
        .records
        .iter()
        .map(|term| (term.id.title(), format!("{} to {}", term.begin, term.end), term.sessions.len()))
        .collect();
    let expected = [
        ("Spring 2016", "2016-01-12 to 2016-05-13", 1),
        ("Summer 2016", "2016-05-23 to 2016-08-12", 5),
        ("Fall 2016", "2016-08-17 to 2016-12-16", 1),
        ("Spring 2017", "2017-01-10 to 2017-05-12", 1),
    ];
    assert_eq!(terms, expected.map(|(title, days, sessions)| (title.to_owned(), days.to_owned(), sessions)));
    assert_eq!(fetched.records[2].enrollment_begin.unwrap().to_string(), "2016-04-17");
}
