//! Lists as SIS writes them: plain, of one without the brackets, or wrapped once more (`{"courses": [..]}`).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer, MapAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use crate::lenient::scalar::Text;

/// What may stand in a [`List`].
pub(crate) trait Item {
    /// The names under which a list of these is wrapped once more.
    const WRAPPERS: &'static [&'static str];
}

impl Item for Text<'_> {
    const WRAPPERS: &'static [&'static str] = &["courses", "course"];
}

/// A list; empty when SIS has none.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de> + Item> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

struct Lenient<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Item> Visitor<'de> for Lenient<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut items = Vec::with_capacity(list.size_hint().unwrap_or(0).min(64));
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(List(items))
    }

    fn visit_unit<E: Error>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<List<T>, E> {
        if text.trim().is_empty() {
            return Ok(List::default());
        }
        Ok(List(vec![T::deserialize(BorrowedStrDeserializer::new(text))?]))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<List<T>, E> {
        if text.trim().is_empty() {
            return Ok(List::default());
        }
        Ok(List(vec![T::deserialize(CowStrDeserializer::new(Cow::Borrowed(text)))?]))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<List<T>, E> {
        Ok(List(vec![T::deserialize(number.into_deserializer())?]))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<List<T>, E> {
        Ok(List(vec![T::deserialize(number.into_deserializer())?]))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
        let Some(Key(first)) = map.next_key()? else { return Ok(List::default()) };
        if T::WRAPPERS.contains(&first.as_ref()) {
            let list = map.next_value()?;
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(list);
        }
        let whole = KeyPutBack { first: Some(first), rest: map };
        Ok(List(vec![T::deserialize(MapAccessDeserializer::new(whole))?]))
    }
}

/// An object's key; serde alone would copy it.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// An object of which the first key was read already, to see whether it is a wrapper.
struct KeyPutBack<'de, A> {
    first: Option<Cow<'de, str>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for KeyPutBack<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(CowStrDeserializer::new(key)).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Meeting {
        number: u16,
    }

    impl Item for Meeting {
        const WRAPPERS: &'static [&'static str] = &["meetings", "meeting"];
    }

    fn numbers(json: &str) -> Vec<u16> {
        serde_json::from_str::<List<Meeting>>(json).unwrap().iter().map(|meeting| meeting.number).collect()
    }

    #[test]
    fn lists_come_plain_single_wrapped_and_empty() {
        assert_eq!(numbers(r#"[{"number":1},{"number":2}]"#), [1, 2]);
        assert_eq!(numbers(r#"{"number":1,"place":"here"}"#), [1]);
        assert_eq!(numbers(r#"{"meetings":[{"number":1},{"number":2}]}"#), [1, 2]);
        assert_eq!(numbers(r#"{"meeting":{"number":3}}"#), [3]);
        for empty in ["[]", "{}", "null", "\"\"", r#"{"meetings":{}}"#] {
            assert_eq!(numbers(empty), [] as [u16; 0], "{empty}");
        }
    }

    #[test]
    fn texts_may_stand_alone() {
        let list: List<Text> = serde_json::from_str("\"STAT C8\"").unwrap();
        assert_eq!(list.iter().filter_map(Text::get).collect::<Vec<_>>(), ["STAT C8"]);
    }

    #[test]
    fn the_path_of_a_fault_survives_a_missing_bracket() {
        let json = r#"{"number":1,"name":2}"#;
        assert_eq!(numbers(json), [1]);
        let wrong = &mut serde_json::Deserializer::from_str(r#"{"number":"one"}"#);
        let error = serde_path_to_error::deserialize::<_, List<Meeting>>(wrong).err().unwrap();
        assert_eq!(error.path().to_string(), "number");
    }
}
