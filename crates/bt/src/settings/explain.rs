//! `bt config explain`: every value and where it comes from.

use std::fmt::Write as _;

use super::KEYS;
use super::layers::Layers;

/// A line for each key: name, value, origin.
pub(crate) fn explain(layers: &Layers) -> String {
    let lines: Vec<(&str, String, &str)> = KEYS
        .iter()
        .map(|key| {
            let (value, place) = layers.shown(key);
            (key.name, value, place)
        })
        .collect();
    let name_width = lines.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let value_width = lines.iter().map(|(_, value, _)| value.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value, place) in lines {
        let _ = writeln!(text, "{}", format!("{name:name_width$}  {value:value_width$}  {place}").trim_end());
    }
    text
}
