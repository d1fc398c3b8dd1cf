//! What a course or a class is worth.

use catalog::course::{UnitCount, Units};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::lenient::scalar::{Decimal, Text};
use crate::reading::Wrong;

/// `credit` of a course. What `type` says is not relied upon: the value says it too.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Credit<'a> {
    value: Option<CreditValue>,
    #[serde(borrow, rename = "type")]
    _kind: Text<'a>,
}

/// One of these is filled: `variable` is v5's word for `range`, bare `units` stands in the Class API.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CreditValue {
    fixed: Option<Fixed>,
    range: Option<Range>,
    variable: Option<Range>,
    discrete: Option<Discrete>,
    units: Decimal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fixed {
    units: Decimal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Range {
    min_units: Decimal,
    max_units: Decimal,
}

/// `{"units": [3, 4]}`, `{"units": 3}`, or `[3, 4]` as the Class API has it.
#[derive(Debug, Default)]
struct Discrete {
    units: Vec<Decimal>,
}

impl Credit<'_> {
    /// The units; `None` when SIS does not say.
    ///
    /// # Errors
    /// When a number is no number of units, or a range ends before it begins.
    pub(crate) fn units(&self) -> Result<Option<Units>, Wrong> {
        let Some(value) = &self.value else { return Ok(None) };
        let units = value.units().map_err(|wrong| wrong.within("value"))?;
        Ok(units)
    }
}

impl CreditValue {
    fn units(&self) -> Result<Option<Units>, Wrong> {
        let fixed = self.fixed.as_ref().map_or(self.units, |fixed| fixed.units);
        if let Some(units) = unit_count(fixed, "fixed.units")? {
            return Ok(Some(Units::Fixed(units)));
        }
        let range = self.range.as_ref().map(|range| (range, "range"));
        if let Some((range, name)) = range.or_else(|| self.variable.as_ref().map(|range| (range, "variable"))) {
            let ends = bounds(range.min_units, range.max_units, ["minUnits", "maxUnits"])
                .map_err(|wrong| wrong.within(name))?;
            if let Some((low, high)) = ends {
                return Ok(Some(if low == high { Units::Fixed(low) } else { Units::Range(low, high) }));
            }
        }
        let Some(discrete) = &self.discrete else { return Ok(None) };
        discrete.units()
    }
}

impl Discrete {
    fn units(&self) -> Result<Option<Units>, Wrong> {
        let mut choices = Vec::with_capacity(self.units.len());
        for (index, units) in self.units.iter().enumerate() {
            choices.extend(unit_count(*units, &format!("discrete.units[{index}]"))?);
        }
        choices.sort_unstable();
        choices.dedup();
        Ok(match choices.as_slice() {
            [] => None,
            [one] => Some(Units::Fixed(*one)),
            _ => Some(Units::AnyOf(choices)),
        })
    }
}

/// The least and the most; one alone stands for both.
///
/// # Errors
/// When a number is no number of units, or the least is more than the most.
pub(crate) fn bounds(least: Decimal, most: Decimal, paths: [&str; 2]) -> Result<Option<(UnitCount, UnitCount)>, Wrong> {
    let (least, most) = (unit_count(least, paths[0])?, unit_count(most, paths[1])?);
    let (Some(low), Some(high)) = (least.or(most), most.or(least)) else { return Ok(None) };
    if high < low {
        return Err(Wrong::at(paths[1], format!("at most {high} units is less than at least {low}")));
    }
    Ok(Some((low, high)))
}

fn unit_count(units: Decimal, path: &str) -> Result<Option<UnitCount>, Wrong> {
    let Some(units) = units.0 else { return Ok(None) };
    let count = UnitCount::from_decimal(units);
    count.map(Some).ok_or_else(|| Wrong::at(path, format!("{units} is no number of units")))
}

impl<'de> Deserialize<'de> for Discrete {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DiscreteVisitor)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DiscreteFields {
    units: Option<Discrete>,
}

struct DiscreteVisitor;

impl<'de> Visitor<'de> for DiscreteVisitor {
    type Value = Discrete;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Discrete, A::Error> {
        let mut units = Vec::new();
        while let Some(number) = list.next_element()? {
            units.push(number);
        }
        Ok(Discrete { units })
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Discrete, E> {
        let number = u32::try_from(number).map_err(E::custom)?;
        self.visit_f64(f64::from(number))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Discrete, E> {
        Ok(Discrete { units: vec![Decimal(Some(number))] })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Discrete, A::Error> {
        let fields = DiscreteFields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(fields.units.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(json: &str) -> Result<String, Wrong> {
        let credit: Credit = serde_json::from_str(json).unwrap();
        credit.units().map(|units| units.map_or_else(|| "none".into(), |units| units.to_string()))
    }

    #[test]
    fn units_are_read_in_every_shape() {
        for (json, expected) in [
            (r#"{"type":"fixed","value":{"fixed":{"units":4}}}"#, "4"),
            (r#"{"type":"fixed","value":{"fixed":{"units":0.5}}}"#, "0.5"),
            (r#"{"type":"range","value":{"range":{"minUnits":1,"maxUnits":4}}}"#, "1–4"),
            (r#"{"type":"variable","value":{"variable":{"minUnits":1,"maxUnits":4}}}"#, "1–4"),
            (r#"{"type":"variable","value":{"variable":{"minUnits":"3","maxUnits":"3"}}}"#, "3"),
            (r#"{"type":"discrete","value":{"discrete":{"units":[4,3]}}}"#, "3 or 4"),
            (r#"{"type":"discrete","value":{"discrete":{"units":3}}}"#, "3"),
            (r#"{"value":{"discrete":[2,4]}}"#, "2 or 4"),
            (r#"{"value":{"units":2}}"#, "2"),
            (r#"{"value":{"fixed":{}}}"#, "none"),
            (r#"{"value":{}}"#, "none"),
            ("{}", "none"),
        ] {
            assert_eq!(units(json), Ok(expected.into()), "{json}");
        }
    }

    #[test]
    fn impossible_units_are_faults() {
        let wrong = units(r#"{"value":{"range":{"minUnits":4,"maxUnits":1}}}"#).unwrap_err();
        assert_eq!(wrong, Wrong::at("value.range.maxUnits", "at most 1 units is less than at least 4"));
        let wrong = units(r#"{"value":{"discrete":{"units":[3,-1]}}}"#).unwrap_err();
        assert_eq!(wrong.path, "value.discrete.units[1]");
    }
}
