//! Reading grade exports: invented ones, and the real ones when they are there.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;

use catalog::grade::GradeRecord;
use updater::grades::{GradeFile, GradeFileError, read};

const RAW_HEADING: &str = "Grade Sort Nbr,Enrollment Cnt,% Grades Receivedof Enrollment,Letter Grd Cnt,Course Control Nbr,\
Instructor Name,Average Grade,Course Subject Short Nm,Course Number,Section Nbr,Grade Subtype Desc,Grade Type Desc,\
Grade Nm,Course Title Nm";

fn raw_line(count: u32, ccn: &str, subject: &str, number: &str, grade: &str) -> String {
    format!(
        "1,{count},,,{ccn},Sample Person; Sample  O'Brien-Núñez,,{subject},{number},001,A,Letter Grade,{grade},Sample Title"
    )
}

fn file(name: &str, text: &str) -> GradeFile {
    GradeFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn utf16_with_tabs(text: &str) -> Vec<u8> {
    let units = text.replace(',', "\t");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(units.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

fn sample() -> String {
    let lines = [
        raw_line(7, "26001", "Computer Science", "61A", "A+"),
        raw_line(5, "26001", "Computer Science", "61A", "B"),
        raw_line(3, "26001", "Computer Science", "61A", "Satisfactory"),
        raw_line(2, "26001", "Computer Science", "61A", "Not Pass"),
        raw_line(9, "26001", "Computer Science", "61A", "Withdrawn"),
        raw_line(4, "26002", "Computer Science", "70", "A"),
        raw_line(5, "26002", "Computer Science", "70", "B"),
        raw_line(30, "26003", "Computer Science", "99", "Pass"),
    ];
    format!("{RAW_HEADING}\n{}\n", lines.join("\n"))
}

#[test]
fn raw_lines_become_sections_under_the_privacy_rule() {
    let read = read(&file("fall_2016_under.csv", &sample())).unwrap();
    assert_eq!(read.withheld, 2, "nine grades are too few, thirty equal ones too telling");
    let [record] = read.records.as_slice() else { panic!("{:?}", read.records) };
    assert_eq!(record.course.to_string(), "COMPSCI 61A");
    assert_eq!((record.term.slug().as_str(), record.section_number.as_str()), ("fall-2016", "1"));
    assert_eq!(record.distribution.0, [7, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2], "withdrawn counts nowhere");
    assert_eq!(record.instructors, ["Sample Person", "Sample O'Brien-Núñez"]);
    assert_eq!(record.ccn.map(|ccn| ccn.0), Some(26_001));
}

#[test]
fn every_encoding_and_way_of_naming_the_term_reads_the_same() {
    let plain = read(&file("fall_2016_under.csv", &sample())).unwrap();
    let with_mark =
        GradeFile { name: "fall_2016_under.csv".into(), bytes: format!("\u{feff}{}", sample()).into_bytes() };
    assert_eq!(read(&with_mark).unwrap(), plain);
    let tabs = GradeFile { name: "2016-08-Fall.csv".into(), bytes: utf16_with_tabs(&sample()) };
    assert_eq!(read(&tabs).unwrap(), plain);
}

#[test]
fn a_file_that_is_no_export_is_refused_with_what_is_missing() {
    let error = read(&file("fall_2016_under.csv", "a,b\n1,2\n")).unwrap_err();
    assert!(error.to_string().contains("no column `Course Subject Short Nm`"), "{error}");
    let error = read(&file("export.csv", &sample())).unwrap_err();
    assert!(matches!(error, GradeFileError::NoTerm { .. }), "{error}");
    let image = GradeFile { name: "fall_2016.csv".into(), bytes: vec![0x89, 0x50, 0x00, 0xFF, 0x01] };
    assert!(matches!(read(&image).unwrap_err(), GradeFileError::NoText { .. }));
}

#[test]
fn a_bad_line_is_named_and_the_others_are_read() {
    let text = sample().replace("1,5,,,26001", "1,many,,,26001").replace(
        "1,4,,,26002,Sample Person; Sample  O'Brien-Núñez,,Computer Science,70",
        "1,40,,,26002,X,,Phlogistics,70",
    );
    let read = read(&file("fall_2016_under.csv", &text)).unwrap();
    assert_eq!(read.records.len(), 1);
    let faults: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        ["line 3: `many` is no count", "line 7: `Phlogistics` is no subject area that is known by a name"]
    );
}

fn real(name: &str) -> Option<GradeFile> {
    let folder = kit::real_data::folder("berkeley-grades", "the real grade exports")?;
    let bytes = std::fs::read(folder.join(format!("{name}.zst"))).unwrap();
    Some(GradeFile { name: name.to_owned(), bytes: zstd::decode_all(bytes.as_slice()).unwrap() })
}

fn by_section(records: Vec<GradeRecord>) -> BTreeMap<String, GradeRecord> {
    let key =
        |record: &GradeRecord| format!("{} {} {} {:?}", record.term, record.course, record.section_number, record.ccn);
    records.into_iter().map(|record| (key(&record), record)).collect()
}

#[test]
fn the_real_exports_hold_what_is_known_of_them_and_raw_and_formatted_agree() {
    let Some(formatted) = real("formatted_2013-2023.csv") else { return };
    let Some(raw) = real("calanswers_raw_thresholded_2013-2023.csv") else { return };
    let (formatted, raw) = (read(&formatted).unwrap(), read(&raw).unwrap());
    assert_eq!((formatted.faults.len(), raw.faults.len()), (0, 0));
    assert_eq!((formatted.withheld, raw.withheld), (0, 0), "the files hold only what may be shown");
    assert_eq!(formatted.records.len(), 73_358);
    let grades: u32 = formatted.records.iter().map(|record| record.distribution.total()).sum();
    assert_eq!(grades, 3_275_884);
    let (formatted, raw) = (by_section(formatted.records), by_section(raw.records));
    assert_eq!(formatted.len(), 73_358);
    let differing = formatted
        .iter()
        .filter(|(key, record)| raw.get(*key).is_none_or(|other| other.distribution != record.distribution));
    assert_eq!(differing.count(), 0);
    assert_eq!(raw.len(), formatted.len());
}
