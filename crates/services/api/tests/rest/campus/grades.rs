//! How some of its sections were graded.

use catalog::grade::GradeRecord;
use catalog::section::SectionId;
use kit::sample::graded;

pub(super) fn all() -> Vec<GradeRecord> {
    // A+, A, B+, C, D+, D-, F, P, NP
    let record = |term, course, number, instructors: &[&str], counts: [u32; 9]| {
        let counts = [0, 1, 3, 7, 9, 11, 12, 13, 14].into_iter().zip(counts);
        let ccn = (term == "spring-2021").then_some(SectionId(10001));
        GradeRecord { ccn, ..graded(term, course, number, instructors, counts) }
    };
    vec![
        record("fall-2019", "COMPSCI 61A", "1", &["Ann Sample"], [10, 90, 40, 0, 0, 0, 0, 5, 1]),
        record("fall-2020", "COMPSCI 61A", "1", &["Bo O'Sample", "Ann Sample"], [0, 0, 20, 20, 4, 4, 2, 0, 0]),
        record("spring-2021", "COMPSCI 61A", "2", &["Bo O'Sample"], [1, 2, 3, 4, 1, 1, 1, 2, 1]),
        record("fall-2020", "STAT C8", "1", &["Ann Sample"], [0, 30, 30, 0, 0, 0, 0, 0, 0]),
        record("fall-2020", "MATH 2", "1", &["Cy Sample"], [0, 0, 0, 0, 0, 0, 0, 12, 3]),
        record("fall-2020", "GONE 1", "1", &["Cy Sample"], [0, 5, 0, 0, 0, 0, 0, 0, 0]),
    ]
}
