//! Single values: texts, numbers, yes and no, and SIS's pair of a code and its description.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// A text; empty when SIS has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// A text of the answer itself.
    pub(crate) const fn borrowed(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// A copied text.
    pub(crate) fn owned(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }

    /// The text without spaces around it, if there is one.
    pub(crate) fn get(&self) -> Option<&str> {
        let text = self.0.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A whole number; `None` when SIS has none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Whole(pub(crate) Option<i64>);

/// A decimal number; `None` when SIS has none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decimal(pub(crate) Option<f64>);

/// Yes or no; `None` when SIS does not say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flag(pub(crate) Option<bool>);

/// A code with its description.
#[derive(Clone, Debug, Default)]
pub(crate) struct Descriptor<'a> {
    pub(crate) code: Text<'a>,
    pub(crate) description: Text<'a>,
    pub(crate) formal_description: Text<'a>,
}

impl Descriptor<'_> {
    /// In words: the description, else the formal one, else the code.
    pub(crate) fn words(&self) -> Option<&str> {
        self.description.get().or_else(|| self.formal_description.get()).or_else(|| self.code.get())
    }
}

/// A value that one JSON scalar, or nothing at all, can stand for.
trait Scalar<'de>: Default {
    const EXPECTED: &'static str;

    fn from_text<E: Error>(text: Cow<'de, str>) -> Result<Self, E>;

    fn from_number<E: Error>(number: f64) -> Result<Self, E> {
        Self::from_text(Cow::Owned(number.to_string()))
    }

    fn from_whole<E: Error>(number: i64) -> Result<Self, E> {
        Self::from_text(Cow::Owned(number.to_string()))
    }

    fn from_bool<E: Error>(flag: bool) -> Result<Self, E> {
        Self::from_text(Cow::Owned(flag.to_string()))
    }
}

impl<'de> Scalar<'de> for Text<'de> {
    const EXPECTED: &'static str = "a text";

    fn from_text<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        Ok(Self(text))
    }
}

impl<'de> Scalar<'de> for Whole {
    const EXPECTED: &'static str = "a whole number";

    fn from_text<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        match text.trim() {
            "" => Ok(Self(None)),
            text => text.parse().map(|number| Self(Some(number))).map_err(|_| not(text, Self::EXPECTED)),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the range and the fraction are checked first")]
    fn from_number<E: Error>(number: f64) -> Result<Self, E> {
        let fits = number.fract() == 0.0 && number.abs() < 1e15;
        if fits { Ok(Self(Some(number as i64))) } else { Err(not(&number.to_string(), Self::EXPECTED)) }
    }

    fn from_whole<E: Error>(number: i64) -> Result<Self, E> {
        Ok(Self(Some(number)))
    }
}

impl<'de> Scalar<'de> for Decimal {
    const EXPECTED: &'static str = "a number";

    fn from_text<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        match text.trim() {
            "" => Ok(Self(None)),
            text => text.parse().map(|number| Self(Some(number))).map_err(|_| not(text, Self::EXPECTED)),
        }
    }

    fn from_number<E: Error>(number: f64) -> Result<Self, E> {
        Ok(Self(Some(number)))
    }
}

impl<'de> Scalar<'de> for Flag {
    const EXPECTED: &'static str = "true or false";

    fn from_text<E: Error>(text: Cow<'de, str>) -> Result<Self, E> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" => Ok(Self(None)),
            "true" | "y" | "yes" | "1" => Ok(Self(Some(true))),
            "false" | "n" | "no" | "0" => Ok(Self(Some(false))),
            _ => Err(not(&text, Self::EXPECTED)),
        }
    }

    fn from_bool<E: Error>(flag: bool) -> Result<Self, E> {
        Ok(Self(Some(flag)))
    }
}

fn not<E: Error>(text: &str, expected: &str) -> E {
    E::custom(format_args!("`{text}` is not {expected}"))
}

/// Reads one [`Scalar`].
struct Lenient<T>(PhantomData<T>);

impl<'de, T: Scalar<'de>> Visitor<'de> for Lenient<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        T::from_text(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(Cow::Owned(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::from_whole(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        let whole = i64::try_from(number).map_err(|_| not(&number.to_string(), T::EXPECTED))?;
        T::from_whole(whole)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::from_number(number)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_key::<IgnoredAny>()? {
            None => Ok(T::default()),
            Some(_) => Err(A::Error::custom(format_args!("an object is not {}", T::EXPECTED))),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData::<Text<'de>>))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

#[derive(serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct DescriptorFields<'a> {
    #[serde(borrow)]
    code: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    formal_description: Text<'a>,
}

/// Reads a descriptor: an object, or the code alone.
struct LenientDescriptor;

impl<'de> Visitor<'de> for LenientDescriptor {
    type Value = Descriptor<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code with a description")
    }

    fn visit_borrowed_str<E: Error>(self, code: &'de str) -> Result<Self::Value, E> {
        Ok(Descriptor { code: Text::borrowed(code), ..Descriptor::default() })
    }

    fn visit_str<E: Error>(self, code: &str) -> Result<Self::Value, E> {
        Ok(Descriptor { code: Text::owned(code), ..Descriptor::default() })
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Descriptor::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let DescriptorFields { code, description, formal_description } =
            DescriptorFields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Descriptor { code, description, formal_description })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Descriptor<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientDescriptor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(json: &str) -> Result<Option<i64>, String> {
        serde_json::from_str::<Whole>(json).map(|whole| whole.0).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_comes_in_many_shapes() {
        for json in ["null", "{}", "\"\"", "\"  \""] {
            assert_eq!(whole(json), Ok(None), "{json}");
            assert_eq!(serde_json::from_str::<Text>(json).unwrap().get(), None, "{json}");
            assert_eq!(serde_json::from_str::<Decimal>(json).unwrap().0, None, "{json}");
            assert_eq!(serde_json::from_str::<Flag>(json).unwrap().0, None, "{json}");
            assert_eq!(serde_json::from_str::<Descriptor>(json).unwrap().words(), None, "{json}");
        }
    }

    #[test]
    fn numbers_come_as_texts_and_texts_as_numbers() {
        assert_eq!(whole("7"), Ok(Some(7)));
        assert_eq!(whole("-1"), Ok(Some(-1)));
        assert_eq!(whole("7.0"), Ok(Some(7)));
        assert_eq!(whole("\" 7 \""), Ok(Some(7)));
        assert_eq!(serde_json::from_str::<Text>("2168").unwrap().get(), Some("2168"));
        assert_eq!(serde_json::from_str::<Decimal>("\"0.5\"").unwrap().0, Some(0.5));
        assert_eq!(serde_json::from_str::<Flag>("\"Y\"").unwrap().0, Some(true));
    }

    #[test]
    fn what_is_something_else_is_a_fault_in_plain_words() {
        assert!(whole("7.5").unwrap_err().starts_with("`7.5` is not a whole number"));
        assert!(whole("\"many\"").unwrap_err().starts_with("`many` is not a whole number"));
        assert!(whole("{\"a\":1}").unwrap_err().starts_with("an object is not a whole number"));
        assert!(whole("[1]").unwrap_err().contains("expected a whole number"));
    }

    #[test]
    fn a_descriptor_may_be_its_code_alone() {
        let descriptor: Descriptor = serde_json::from_str("\"A\"").unwrap();
        assert_eq!(descriptor.code.get(), Some("A"));
        let descriptor: Descriptor =
            serde_json::from_str(r#"{"code":"LEC","formalDescription":"A lecture "}"#).unwrap();
        assert_eq!(descriptor.words(), Some("A lecture"));
    }
}
