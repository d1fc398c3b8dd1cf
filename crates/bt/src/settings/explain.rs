//! `bt config explain`: every value and where it comes from.

use std::fmt::Write as _;

use super::KEYS;
use super::layers::Layers;

/// Longer values push their own line's origin aside, not everybody's.
const VALUE_WIDTH: usize = 40;

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
    let widths = lines.iter().map(|(_, value, _)| value.len()).filter(|width| *width <= VALUE_WIDTH);
    let value_width = widths.max().unwrap_or(0);
    let mut text = String::new();
    for (name, value, place) in lines {
        let _ = writeln!(text, "{}", format!("{name:name_width$}  {value:value_width$}  {place}").trim_end());
    }
    text
}
