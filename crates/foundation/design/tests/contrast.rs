//! The contrast of every pair of colours that stand on one another, computed from the tokens, in light and in dark.
//! The formulas are those of WCAG 2.2 (relative luminance) and of CSS Color 4 (OKLCH to sRGB).

use std::collections::BTreeMap;
use std::fs;

/// What text needs, and what a mark of a chart, an edge of a field or a focus ring needs.
const TEXT: f64 = 4.5;
const MARK: f64 = 3.0;

const GROUNDS: [&str; 3] = ["page", "card", "sunk"];
const TEXTS: [&str; 6] = ["ink", "soft", "link", "good", "warn", "bad"];
const MARKS: [&str; 11] = [
    "edge",
    "series-1",
    "series-2",
    "series-3",
    "series-4",
    "series-5",
    "series-6",
    "taken-open",
    "taken-tight",
    "taken-full",
    "link",
];

/// Pairs that stand on one another somewhere else than on a ground.
const TEXT_PAIRS: [(&str, &str); 14] = [
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("ink", "info-wash"),
    ("ink", "good-wash"),
    ("ink", "warn-wash"),
    ("ink", "bad-wash"),
    ("link", "info-wash"),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
    ("soft", "info-wash"),
    ("ink", "series-wash"),
    ("soft", "series-wash"),
    ("soft", "warn-wash"),
];
const MARK_PAIRS: [(&str, &str); 6] = [
    ("series-1", "series-wash"),
    ("series-2", "series-wash"),
    ("ink", "series-wash"),
    ("on-brand", "brand"),
    ("mark", "brand"),
    ("link", "info-wash"),
];

/// Lightness 0 to 1, chroma, hue in degrees.
type Oklch = [f64; 3];

#[test]
fn every_text_can_be_read_on_what_it_stands_on() {
    let grounds = TEXTS.iter().flat_map(|text| GROUNDS.iter().map(move |ground| (*text, *ground)));
    check(grounds.chain(TEXT_PAIRS), TEXT);
}

#[test]
fn every_mark_can_be_seen_on_what_it_stands_on() {
    let grounds = MARKS.iter().flat_map(|mark| ["page", "card"].map(|ground| (*mark, ground)));
    check(grounds.chain(MARK_PAIRS), MARK);
}

#[test]
fn classes_of_a_week_can_be_told_apart_and_read() {
    let classes =
        || (1..=8).map(|class| (format!("class-{class}").leak() as &str, format!("class-{class}-wash").leak() as &str));
    check(classes().flat_map(|(_, wash)| ["ink", "soft", "bad"].map(|text| (text, wash))), TEXT);
    check(classes().flat_map(|(class, wash)| [wash, "page", "card"].map(|ground| (class, ground))), MARK);
}

#[test]
fn black_on_white_has_the_known_contrast() {
    let (white, black) = ([1.0, 0.0, 0.0], [0.0, 0.0, 0.0]);
    assert!((contrast(white, black) - 21.0).abs() < 0.01);
    // sRGB (0, 0, 255) on white: 8.59 by the standard's own examples.
    assert!((contrast(white, [0.452_014, 0.313_214, 264.052]) - 8.59).abs() < 0.02);
}

fn check(pairs: impl Iterator<Item = (&'static str, &'static str)>, needed: f64) {
    let tokens = tokens();
    let mut faults = Vec::new();
    for (above, below) in pairs {
        for (scheme, place) in [("light", 0), ("dark", 1)] {
            let found = contrast(tokens[above][place], tokens[below][place]);
            if found < needed {
                faults.push(format!("{above} on {below} in {scheme}: {found:.2}, needed {needed}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Reads `--name: light-dark(oklch(…), oklch(…));` from the tokens file.
fn tokens() -> BTreeMap<String, [Oklch; 2]> {
    let read = |path: &str| fs::read_to_string(path).expect("a file of tokens");
    let css = read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/css/tokens.css"))
        + &read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/css/planner.css"));
    let mut tokens = BTreeMap::new();
    for line in css.lines() {
        let token = line.trim().strip_prefix("--").and_then(|line| line.split_once(": light-dark("));
        let Some((name, value)) = token else { continue };
        let colours: Vec<Oklch> = value.split("oklch(").skip(1).map(colour).collect();
        let [light, dark] = colours.as_slice() else { panic!("{name} needs two colours: {value}") };
        tokens.insert(name.to_owned(), [*light, *dark]);
    }
    tokens
}

fn colour(text: &str) -> Oklch {
    let inside = text.split_once(')').expect("a closing bracket").0;
    let number = |number: &str| number.trim_end_matches('%').parse().expect("a number");
    let numbers: Vec<f64> = inside.split_whitespace().map(number).collect();
    [numbers[0] / 100.0, numbers[1], numbers[2]]
}

fn contrast(one: Oklch, other: Oklch) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance([lightness, chroma, hue]: Oklch) -> f64 {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s;
    let [red, green, blue] = [red, green, blue].map(|channel| channel.clamp(0.0, 1.0));
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
