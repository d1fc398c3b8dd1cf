//! The names of the demo campus: its people are made up, its buildings are Berkeley's with made-up rooms.

use crate::chance::Chance;

const GIVEN: &[&str] = &[
    "Ada", "Amara", "Anselm", "Beatrix", "Bo", "Casimir", "Chidi", "Clio", "Dag", "Delphine", "Emeka", "Esme", "Farid",
    "Fenna", "Gideon", "Hana", "Idris", "Ilse", "Ines", "Jiro", "Juno", "Kavya", "Keanu", "Lior", "Lucasta", "Mako",
    "Mireille", "Nadia", "Nils", "Ottilie", "Paz", "Quentin", "Ravi", "Rosalba", "Sana", "Sören", "Tariq", "Thandi",
    "Uma", "Vida", "Wen", "Ximena", "Yael", "Yusuf", "Zofia", "Zuri",
];
const FAMILY_STARTS: &[&str] = &[
    "Alder", "Amber", "Ash", "Bar", "Birch", "Brack", "Cald", "Cinder", "Corv", "Dun", "Elm", "Ember", "Fen", "Fern",
    "Gar", "Hal", "Hazel", "Hol", "Kest", "Lark", "Lin", "Mar", "Moss", "Nor", "Oak", "Pell", "Quill", "Rowan",
    "Sable", "Tarn", "Thistle", "Ul", "Vel", "Wren", "Yar", "Zel",
];
const FAMILY_ENDS: &[&str] = &[
    "bury", "croft", "dane", "ford", "gate", "hart", "holm", "ison", "ley", "low", "mere", "more", "ova", "quist",
    "ridge", "sen", "stead", "strom", "thorpe", "vane", "wick", "wold", "worth", "zade",
];
/// Names that have broken programs before.
const UNUSUAL_FAMILIES: &[&str] =
    &["O'Brien-Núñez", "D'Alderère", "van der Quillholm", "Łęcka-Marwick", "Ng-Thistlestead", "de la Fernvane"];
const UNUSUAL_PERCENT: f64 = 1.0;

/// A made-up person of a subject: given and family name. One of English's has an apostrophe, a hyphen and accents in
/// the name, so that such a one always teaches.
pub(crate) fn person(seed: u64, subject: usize, number: u32, abbreviation: &str) -> (&'static str, String) {
    let mut chance = Chance::new(seed, "person", &[subject as u64, u64::from(number)]);
    let given = chance.pick(GIVEN);
    if number == 0 && abbreviation == "ENGLISH" {
        return (given, UNUSUAL_FAMILIES[0].to_owned());
    }
    if chance.percent(UNUSUAL_PERCENT) {
        return (given, chance.pick(UNUSUAL_FAMILIES).to_owned());
    }
    (given, format!("{}{}", chance.pick(FAMILY_STARTS), chance.pick(FAMILY_ENDS)))
}

/// Buildings of the campus: code and name. The room numbers in them are made up.
pub(crate) const BUILDINGS: &[(&str, &str)] = &[
    ("DWIN", "Dwinelle"),
    ("WHEE", "Wheeler"),
    ("EVAN", "Evans"),
    ("CORY", "Cory"),
    ("SODA", "Soda"),
    ("VLSB", "Valley Life Sciences"),
    ("ETCH", "Etcheverry"),
    ("HEAR", "Hearst Mining"),
    ("LATI", "Latimer"),
    ("TAN", "Tan"),
    ("MOFF", "Moffitt Library"),
    ("MULF", "Mulford"),
    ("HAVI", "Haviland"),
    ("SOCS", "Social Sciences"),
    ("GIAN", "Giannini"),
    ("MORG", "Morgan"),
    ("DAVI", "Davis"),
    ("MCCO", "McCone"),
    ("LECO", "Physics North"),
    ("KROE", "Anthro/Art Practice Bldg"),
    ("WURS", "Bauer Wurster"),
    ("CHEI", "Haas Faculty Wing"),
    ("CALI", "California"),
    ("STAN", "Stanley"),
    ("GPBB", "Genetics & Plant Bio"),
    ("HGYM", "Hearst Gym"),
    ("MORR", "Morrison"),
    ("STEP", "Stephens"),
];

/// Groups that seats are kept for, with the code of the group.
pub(crate) const RESERVED_FOR: &[(&str, &str)] = &[
    ("000055", "Students with Enrollment Permission"),
    ("001351", "Undergraduate Students: Majors of this Department"),
    ("001402", "Undergraduate Students: College of Engineering"),
    ("001417", "Undergraduate Students: College of Letters and Science"),
    ("001500", "New Freshmen and Transfer Students"),
    ("001611", "Graduate Students of this Department"),
];
