//! What chance decides about a course: its level, number, shape, units, rhythm and breadths.
//!
//! The shares come from the captured terms (`berkeley-sis-2016-2017`).

use ::catalog::term::Semester;

use crate::chance::Chance;
use crate::demo::catalog::{Rhythm, Shape, Units};
use crate::demo::subjects::Field;
use crate::demo::words::Level;

const AL: u8 = 1;
const BS: u8 = 1 << 1;
const HS: u8 = 1 << 2;
const IS: u8 = 1 << 3;
const PV: u8 = 1 << 4;
const PS: u8 = 1 << 5;
const SBS: u8 = 1 << 6;

pub(crate) fn some_level(field: Field, chance: &mut Chance) -> Level {
    // 826 lower division, 2,249 upper division, 1,862 graduate, 198 professional; languages begin low.
    let shares: &[(Level, u32)] = match field {
        Field::Language => &[(Level::Lower, 38), (Level::Upper, 44), (Level::Graduate, 18)],
        Field::Service => &[(Level::Lower, 60), (Level::Upper, 40)],
        Field::Education | Field::Law | Field::Business => {
            &[(Level::Lower, 6), (Level::Upper, 24), (Level::Graduate, 60), (Level::Professional, 10)]
        }
        _ => &[(Level::Lower, 16), (Level::Upper, 46), (Level::Graduate, 35), (Level::Professional, 3)],
    };
    chance.weighted(shares)
}

pub(crate) fn some_digits(level: Level, chance: &mut Chance) -> u32 {
    match level {
        Level::Lower => chance.between(1, 89),
        Level::Upper => chance.between(100, 196),
        Level::Graduate => chance.between(200, 297),
        Level::Professional => chance.between(300, 399),
    }
}

/// Freshman seminars are 24, 39 and 84; a tenth of the classes were laboratories, studios and the like.
pub(crate) fn some_shape(field: Field, level: Level, digits: u32, chance: &mut Chance) -> Shape {
    if matches!(digits, 24 | 39 | 84) {
        return Shape::Seminar;
    }
    let shares: &[(Shape, u32)] = match (field, level) {
        (Field::Language, Level::Lower) => &[(Shape::Language, 85), (Shape::Lecture, 15)],
        (Field::Arts | Field::Design, Level::Lower | Level::Upper) => {
            &[(Shape::Lecture, 55), (Shape::Studio, 25), (Shape::Seminar, 15), (Shape::Laboratory, 5)]
        }
        (Field::Service, _) => &[(Shape::Laboratory, 50), (Shape::Lecture, 50)],
        (_, Level::Lower) => &[(Shape::Lecture, 85), (Shape::Seminar, 12), (Shape::Laboratory, 3)],
        (_, Level::Upper) => &[(Shape::Lecture, 78), (Shape::Seminar, 17), (Shape::Laboratory, 4), (Shape::Field, 1)],
        (_, Level::Graduate) => {
            &[(Shape::Lecture, 46), (Shape::Seminar, 47), (Shape::Colloquium, 5), (Shape::Studio, 2)]
        }
        (_, Level::Professional) => &[(Shape::Seminar, 70), (Shape::Lecture, 30)],
    };
    chance.weighted(shares)
}

pub(crate) fn some_suffixes(
    field: Field,
    level: Level,
    chance: &mut Chance,
) -> &'static [(&'static str, &'static str)] {
    let has_cultures = matches!(
        field,
        Field::Society | Field::History | Field::Social | Field::Letters | Field::Arts | Field::Education
    );
    if has_cultures && level < Level::Graduate && chance.percent(8.0) {
        return &[("AC", "")];
    }
    let choices: &[(&'static [(&str, &str)], u32)] = &[
        (&[("", "")], 70),
        (&[("A", ", Part I"), ("B", ", Part II")], 14),
        (&[("A", ", Part I"), ("B", ", Part II"), ("C", ", Part III")], 4),
        (&[("L", " Laboratory")], 2),
        (&[("D", "")], 2),
        (&[("E", "")], 2),
    ];
    chance.weighted(choices)
}

pub(crate) fn with_prefix(level: Level, digits: u32, suffix: &str, chance: &mut Chance) -> String {
    let prefix = match level {
        Level::Upper if chance.percent(3.0) => "H",
        Level::Lower | Level::Upper if chance.percent(1.5) => "W",
        Level::Lower if chance.percent(1.5) => "N",
        _ => "",
    };
    format!("{prefix}{digits}{suffix}")
}

/// Of 5,135 courses 2,086 were worth 4 units, 1,347 three, 512 two, 309 one, 177 five; a tenth had a range.
pub(crate) fn some_units(shape: Shape, level: Level, chance: &mut Chance) -> Units {
    if shape == Shape::Seminar && level != Level::Upper {
        return chance.weighted(&[
            (Units::Fixed(20), 30),
            (Units::Fixed(40), 30),
            (Units::Fixed(10), 20),
            (Units::Range(20, 40), 15),
            (Units::Fixed(5), 5),
        ]);
    }
    chance.weighted(&[
        (Units::Fixed(40), 500),
        (Units::Fixed(30), 300),
        (Units::Fixed(20), 80),
        (Units::Fixed(10), 40),
        (Units::Fixed(50), 40),
        (Units::Range(10, 30), 15),
        (Units::Range(20, 40), 15),
        (Units::Either(30, 40), 6),
        (Units::Fixed(60), 4),
    ])
}

pub(crate) fn some_rhythm(shape: Shape, level: Level, chance: &mut Chance) -> Rhythm {
    let (always, yearly, other_year) = match (shape, level) {
        (Shape::Individual, _) => (62, 6, 6),
        (Shape::Group, _) => (75, 10, 5),
        (Shape::Language, _) => (35, 45, 10),
        (_, Level::Lower) => (24, 36, 20),
        (_, Level::Upper) => (9, 43, 30),
        (_, Level::Graduate | Level::Professional) => (5, 33, 38),
    };
    let semester = if chance.percent(50.0) { Semester::Fall } else { Semester::Spring };
    let yearly_rhythm = if semester == Semester::Fall { Rhythm::EveryFall } else { Rhythm::EverySpring };
    let other_year_rhythm = Rhythm::EveryOtherYear { semester, odd: chance.percent(50.0) };
    let seldom = 100_u32.saturating_sub(always + yearly + other_year);
    chance.weighted(&[
        (Rhythm::Always, always),
        (yearly_rhythm, yearly),
        (other_year_rhythm, other_year),
        (Rhythm::Seldom, seldom),
    ])
}

/// A quarter of all sections fulfilled a breadth; of 3,832 marks 1,326 were SBS, 660 PS, 463 AL, 446 HS, 348 BS, 338 IS,
/// 251 PV.
pub(crate) fn some_breadths(field: Field, level: Level, shape: Shape, chance: &mut Chance) -> u8 {
    if level >= Level::Graduate || !matches!(shape, Shape::Lecture | Shape::Language) {
        return 0;
    }
    let chances: &[(u8, f64)] = match field {
        Field::Social => &[(SBS, 70.0), (HS, 15.0), (IS, 20.0)],
        Field::Society => &[(SBS, 60.0), (HS, 25.0), (AL, 15.0), (PV, 10.0)],
        Field::History => &[(HS, 70.0), (SBS, 30.0), (IS, 15.0), (PV, 8.0)],
        Field::Letters => &[(AL, 45.0), (PV, 35.0), (HS, 10.0)],
        Field::Arts => &[(AL, 55.0), (HS, 15.0)],
        Field::Language => &[(IS, 35.0), (AL, 25.0), (HS, 8.0)],
        Field::Physical => &[(PS, 65.0)],
        Field::Mathematics | Field::Computing | Field::Engineering => &[(PS, 12.0)],
        Field::Life => &[(BS, 55.0), (PS, 5.0)],
        Field::Environment => &[(BS, 25.0), (SBS, 25.0), (PS, 15.0), (IS, 8.0)],
        Field::Health => &[(BS, 20.0), (SBS, 20.0)],
        Field::Law | Field::Education => &[(SBS, 35.0), (PV, 10.0), (HS, 8.0)],
        Field::Business => &[(SBS, 8.0)],
        Field::Design => &[(AL, 12.0), (SBS, 15.0)],
        Field::Service => &[],
    };
    let drawn = chances.iter().filter(|(_, percent)| chance.percent(*percent));
    drawn.fold(0, |bits, (bit, _)| bits | bit)
}
