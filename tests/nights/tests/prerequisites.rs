//! Prerequisites of the real catalog, read: five thousand texts as the university wrote them, and some hundred that
//! somebody else has read into trees, to compare.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use catalog::course::CourseCode;
use catalog::prerequisites::{Reading, SubjectNames, read};
use catalog::subject::{Subject, SubjectCode, SubjectTable};
use clock::Stopwatch;
use serde_json::Value;

/// What the courses that others found in the texts are found in too, in percent. Theirs are not all right either.
const AGREED_PERCENT_MIN: usize = 90;

/// A debug build on a busy machine; a release build takes a tenth.
const READING_MAX: Duration = Duration::from_secs(10);

/// The courses that exist, and the names of their subjects.
struct Campus {
    codes: HashSet<CourseCode>,
    ordered: Vec<CourseCode>,
    names: SubjectNames,
}

impl Campus {
    fn load() -> Option<Self> {
        let folder = kit::real_data::folder("berkeley-catalog", "reading real prerequisites")?;
        let text = unpacked(&folder.join("courses_2025_titles_units_descriptions.csv.zst"));
        // Lines within a description are no codes.
        let codes = text.lines().filter_map(|line| CourseCode::parse(line.split(',').nth(1)?).ok());
        let codes: HashSet<CourseCode> = codes.collect();
        let known = |code: &SubjectCode| SubjectTable::known().get(code).cloned();
        let plain =
            |code: &SubjectCode| Subject { code: code.clone(), abbreviation: code.to_string(), name: code.to_string() };
        let subjects: HashSet<&SubjectCode> = codes.iter().map(|code| &code.subject).collect();
        let subjects: Vec<Subject> =
            subjects.into_iter().map(|code| known(code).unwrap_or_else(|| plain(code))).collect();
        let mut ordered: Vec<CourseCode> = codes.iter().cloned().collect();
        ordered.sort();
        Some(Self { names: SubjectNames::of(subjects.iter()), codes, ordered })
    }

    fn read(&self, own: &str, text: &str) -> Reading<usize> {
        let own = SubjectCode::parse(own).unwrap();
        let find =
            |code: &CourseCode| self.codes.contains(code).then(|| self.ordered.binary_search(code).ok()).flatten();
        read(text, &own, &self.names, find)
    }

    fn named(&self, own: &str, text: &str) -> HashSet<&CourseCode> {
        self.read(own, text).wanted.into_iter().map(|course| &self.ordered[course]).collect()
    }
}

fn unpacked(path: &Path) -> String {
    String::from_utf8(zstd::decode_all(fs::File::open(path).unwrap()).unwrap()).unwrap()
}

#[test]
fn texts_of_the_university_name_courses_that_exist() {
    let Some(campus) = Campus::load() else { return };
    let Some(folder) = kit::real_data::folder("berkeley-2026", "reading the prerequisites of 2026") else { return };
    let all: Value =
        serde_json::from_str(&unpacked(&folder.join("coursedog_prerequisites_2026-08-14.json.zst"))).unwrap();
    let mut texts: Vec<(String, String)> = Vec::new();
    for course in all["courses"].as_array().unwrap() {
        let code = course["code"].as_str().unwrap();
        let own: String = code.chars().take_while(char::is_ascii_alphabetic).collect();
        for rule in course["rules"].as_array().unwrap() {
            texts.extend(rule["value"].as_str().map(|text| (own.clone(), text.to_owned())));
        }
    }
    assert!(texts.len() > 4_000, "{} texts", texts.len());
    let watch = Stopwatch::start();
    let readings: Vec<Reading<usize>> = texts.iter().map(|(own, text)| campus.read(own, text)).collect();
    let took = watch.elapsed();
    let naming = readings.iter().filter(|reading| !reading.mentions.is_empty()).count();
    let mentions: usize = readings.iter().map(|reading| reading.mentions.len()).sum();
    println!("{} texts, {naming} of them name {mentions} courses; read in {took:?}", texts.len());
    assert!(naming > 600 && mentions > 1_500, "{naming} texts, {mentions} mentions");
    assert!(took < READING_MAX, "{took:?}");
}

#[test]
fn others_found_the_same_courses() {
    let Some(campus) = Campus::load() else { return };
    let folder = kit::real_data::folder("berkeley-catalog", "comparing prerequisites").unwrap();
    let all: Value = serde_json::from_str(&unpacked(&folder.join("prereq_parsed_692.json.zst"))).unwrap();
    let (mut theirs, mut agreed, mut missed) = (0, 0, Vec::new());
    for course in all.as_array().unwrap() {
        let (own, text) = (course["subjectCode"].as_str().unwrap(), course["prereqRaw"].as_str().unwrap_or_default());
        let named = campus.named(own, text);
        for code in codes_in(&course["prereqExpr"]) {
            let meant = campus.named("NOSUCH", &code);
            let Some(course) = meant.into_iter().next() else { continue };
            theirs += 1;
            if named.contains(course) {
                agreed += 1;
            } else {
                missed.push(format!("{course} in {text:?}"));
            }
        }
    }
    println!("{agreed} of {theirs} courses that others found");
    missed.truncate(20);
    assert!(theirs > 300, "only {theirs} to compare");
    assert!(agreed * 100 >= theirs * AGREED_PERCENT_MIN, "{agreed} of {theirs}; missed: {missed:#?}");
}

fn codes_in(tree: &Value) -> Vec<String> {
    match tree {
        Value::Object(fields) => {
            let own = fields.get("code").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(codes_in)).collect()
        }
        Value::Array(parts) => parts.iter().flat_map(codes_in).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn real_sentences_are_understood() {
    let Some(campus) = Campus::load() else { return };
    for (own, text, expected) in [
        (
            "DATA",
            "DATA/COMPSCI/INFO/STAT C8 or STAT 20; and MATH 51.",
            "COMPSCI C8, DATA C8, INFO C8, MATH 51, STAT 20, STAT C8",
        ),
        ("ECON", "Economics 100A-100B or Economics 101A-101B.", "ECON 100A, ECON 100B, ECON 101A, ECON 101B"),
        ("MECENG", "106 or equivalent; 265A or consent of instructor. ", "MECENG 106"),
        ("INTEGBI", "BIOLOGY 1A and 1B", "BIOLOGY 1A, BIOLOGY 1B"),
        (
            "CHEM",
            "CHEM 1A, with min grade of C-; or AP CHEM with min score of 4; or CHEM HL IB with min score of 5",
            "CHEM 1A",
        ),
        ("INTEGBI", "Students must have completed at least 60 semester units, have a UC GPA of 2.0 or better.", ""),
        ("MUSIC", "1. Audition 2. Satisfactory performance in musicianship placement test", ""),
        ("POLSCI", "Students must have taken PS 3 and Data 8 (or have equivalent coursework).", "POLSCI 3"),
        ("ENVDES", "Restricted to 3rd and 4th year students.", ""),
        ("ASTRON", "Preferably at least 1 upper-division course in the physical sciences.", ""),
    ] {
        let mut named: Vec<String> = campus.named(own, text).into_iter().map(ToString::to_string).collect();
        named.sort();
        assert_eq!(named.join(", "), expected, "{own}: {text}");
    }
}
