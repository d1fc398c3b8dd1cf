//! The figures of the demo campus: how many, how large, how full.
//!
//! Source, where nothing else is said: Fall 2016 as captured at its end (`berkeley-sis-2016-2017`, 11,291 sections,
//! 7,072 classes, 2,996 courses), counted and rounded. Quantile tables are `(share, value)`.

/// Seats of a lecture.
pub(crate) const LECTURE_SEATS: &[(f64, f64)] = &[
    (0.0, 8.0),
    (0.1, 14.0),
    (0.25, 20.0),
    (0.5, 32.0),
    (0.75, 60.0),
    (0.9, 130.0),
    (0.95, 210.0),
    (0.99, 500.0),
    (1.0, 900.0),
];
/// Seats of a seminar.
pub(crate) const SEMINAR_SEATS: &[(f64, f64)] =
    &[(0.0, 6.0), (0.1, 10.0), (0.25, 12.0), (0.5, 15.0), (0.75, 21.0), (0.9, 30.0), (1.0, 60.0)];
/// Seats of a class of independent study; 999 stands for "as many as come" there.
pub(crate) const INDIVIDUAL_SEATS: &[(f64, f64)] =
    &[(0.0, 2.0), (0.1, 5.0), (0.5, 10.0), (0.75, 30.0), (0.9, 100.0), (0.91, 999.0), (1.0, 999.0)];
/// Seats of a group study.
pub(crate) const GROUP_SEATS: &[(f64, f64)] =
    &[(0.0, 5.0), (0.1, 8.0), (0.25, 10.0), (0.5, 20.0), (0.75, 30.0), (0.9, 46.0), (1.0, 80.0)];
/// Seats of a primary laboratory or studio.
pub(crate) const WORKSHOP_SEATS: &[(f64, f64)] =
    &[(0.0, 10.0), (0.1, 14.0), (0.5, 20.0), (0.75, 26.0), (0.9, 45.0), (1.0, 70.0)];
/// Seats of a colloquium.
pub(crate) const COLLOQUIUM_SEATS: &[(f64, f64)] =
    &[(0.0, 10.0), (0.25, 24.0), (0.5, 48.0), (0.75, 179.0), (1.0, 300.0)];

/// How many would enroll at most, as a share of the seats. Above 1 there is a waitlist.
pub(crate) const LECTURE_DEMAND: &[(f64, f64)] =
    &[(0.0, 0.1), (0.1, 0.25), (0.25, 0.6), (0.5, 0.92), (0.7, 1.05), (0.9, 1.25), (1.0, 1.6)];
/// The same for seminars and workshops.
pub(crate) const SEMINAR_DEMAND: &[(f64, f64)] =
    &[(0.0, 0.0), (0.2, 0.12), (0.5, 0.5), (0.75, 0.85), (0.9, 1.05), (1.0, 1.4)];
/// The same for independent and group study.
pub(crate) const STUDY_DEMAND: &[(f64, f64)] =
    &[(0.0, 0.0), (0.45, 0.0), (0.6, 0.05), (0.75, 0.17), (0.9, 0.4), (1.0, 1.0)];

/// Classes of a course of independent study: every professor has one.
pub(crate) const INDIVIDUAL_CLASSES: &[(f64, f64)] =
    &[(0.0, 1.0), (0.3, 1.0), (0.5, 3.0), (0.7, 8.0), (0.85, 17.0), (0.95, 32.0), (1.0, 60.0)];
/// Classes of other courses, with weights.
pub(crate) const LECTURE_CLASSES: &[(u32, u32)] = &[(1, 900), (2, 65), (3, 22), (4, 8), (6, 5)];
pub(crate) const SEMINAR_CLASSES: &[(u32, u32)] = &[(1, 790), (2, 110), (3, 50), (5, 30), (8, 20)];
pub(crate) const LANGUAGE_CLASSES: &[(u32, u32)] = &[(1, 55), (2, 20), (3, 12), (5, 8), (8, 5)];
pub(crate) const GROUP_CLASSES: &[(u32, u32)] = &[(1, 50), (2, 20), (4, 15), (7, 10), (14, 5)];

/// Lectures from this size on have discussions in [`DISCUSSION_PERCENT`] of the cases.
pub(crate) const DISCUSSION_FROM_SEATS: u32 = 55;
pub(crate) const DISCUSSION_PERCENT: f64 = 65.0;
/// Lectures of the sciences from this size on have laboratories in [`LABORATORY_PERCENT`] of the cases.
pub(crate) const LABORATORY_FROM_SEATS: u32 = 30;
pub(crate) const LABORATORY_PERCENT: f64 = 38.0;
/// Usual seats of a secondary section.
pub(crate) const SECONDARY_SEATS: &[(u32, u32)] = &[(24, 15), (28, 20), (30, 30), (35, 25), (40, 10)];

/// Instructors of a primary section, with weights per thousand.
pub(crate) const INSTRUCTORS: &[(u32, u32)] = &[(0, 93), (1, 770), (2, 109), (3, 18), (4, 10)];

/// Days (Monday the lowest bit), start and end in minutes of the day, and weights: lectures.
pub(crate) const LECTURE_TIMES: &[((u8, u16, u16), u32)] = &[
    ((TU_TH, 660, 749), 151),
    ((TU_TH, 750, 839), 146),
    ((TU_TH, 840, 929), 143),
    ((TU_TH, 570, 659), 128),
    ((TU_TH, 930, 1019), 105),
    ((MO_WE_FR, 600, 659), 72),
    ((MO_WE_FR, 660, 719), 69),
    ((MO_WE_FR, 780, 839), 64),
    ((TU_TH, 480, 569), 59),
    ((MO_WE_FR, 540, 599), 56),
    ((MO_WE_FR, 720, 779), 53),
    ((MO_WE_FR, 840, 899), 50),
    ((MO_WE_FR, 900, 959), 48),
    ((TU_TH, 1020, 1109), 46),
    ((MO_WE_FR, 480, 539), 37),
    ((MO_WE, 1020, 1109), 31),
    ((TU, 1140, 1259), 26),
    ((WE, 840, 1019), 19),
    ((MO_WE, 600, 719), 18),
    ((MO, 840, 1019), 18),
    ((MO_WE, 660, 749), 16),
];
/// Languages meet daily.
pub(crate) const LANGUAGE_TIMES: &[((u8, u16, u16), u32)] = &[
    ((DAILY, 660, 719), 31),
    ((DAILY, 600, 659), 25),
    ((DAILY, 780, 839), 20),
    ((DAILY, 720, 779), 17),
    ((DAILY, 540, 599), 12),
    ((MO_WE_FR, 660, 719), 10),
    ((TU_TH, 570, 659), 10),
];
pub(crate) const SEMINAR_TIMES: &[((u8, u16, u16), u32)] = &[
    ((TH, 840, 1019), 19),
    ((TU, 840, 959), 19),
    ((TU, 720, 839), 18),
    ((WE, 840, 1019), 17),
    ((WE, 840, 959), 16),
    ((MO, 840, 959), 16),
    ((WE, 600, 719), 15),
    ((MO, 720, 839), 15),
    ((TU, 960, 1079), 15),
    ((MO, 600, 719), 14),
    ((FR, 720, 839), 12),
    ((WE, 960, 1079), 12),
    ((TU, 600, 719), 10),
    ((TH, 960, 1079), 8),
];
/// Days of discussions; they begin at any full hour.
pub(crate) const DISCUSSION_DAYS: &[(u8, u32)] = &[(WE, 28), (FR, 22), (MO, 21), (TU, 16), (TH, 13)];
/// Lengths of laboratories in minutes.
pub(crate) const LABORATORY_MINUTES: &[(u16, u32)] = &[(119, 60), (179, 35), (239, 5)];

pub(crate) const MO: u8 = 0b000_0001;
pub(crate) const TU: u8 = 0b000_0010;
pub(crate) const WE: u8 = 0b000_0100;
pub(crate) const TH: u8 = 0b000_1000;
pub(crate) const FR: u8 = 0b001_0000;
pub(crate) const TU_TH: u8 = TU | TH;
pub(crate) const MO_WE: u8 = MO | WE;
pub(crate) const MO_WE_FR: u8 = MO | WE | FR;
pub(crate) const DAILY: u8 = 0b001_1111;

/// Of 7,072 classes 121 were cancelled and 74 had stopped enrolling.
pub(crate) const CANCELLED_PERCENT: f64 = 1.7;
pub(crate) const STOPPED_PERCENT: f64 = 1.0;
/// Of 11,291 sections 372 had no meeting at all, and 130 had two or more.
pub(crate) const NO_MEETING_PERCENT: f64 = 3.3;
pub(crate) const SECOND_MEETING_PERCENT: f64 = 4.0;
/// Of 2,499 lectures 246 held more than their seats.
pub(crate) const OVERFULL_PERCENT: f64 = 10.0;
/// Of 6,131 printed sections 439 reserved seats in Fall 2026 (`berkeley-2026`); they were lectures.
pub(crate) const RESERVED_PERCENT: f64 = 22.0;
/// The schedule does not print them.
pub(crate) const UNPRINTED_PERCENT: f64 = 1.5;
