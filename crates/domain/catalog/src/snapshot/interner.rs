//! Equal values once: of 72,000 sections' places, kinds and teachers only some thousand differ.

use std::collections::HashMap;
use std::hash::Hash;

/// Where an interned value lies.
pub(crate) type Place = u32;

/// Takes values in and says where they lie.
pub(super) struct Interner<T>(HashMap<T, Place>);

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Eq + Hash> Interner<T> {
    /// The place of a value, the same for equal ones.
    pub(super) fn place_of(&mut self, value: T) -> Place {
        let next = Place::try_from(self.0.len()).unwrap_or(Place::MAX);
        *self.0.entry(value).or_insert(next)
    }

    /// All values by place.
    pub(super) fn finish(self) -> Vec<T> {
        let mut placed: Vec<(Place, T)> = self.0.into_iter().map(|(value, place)| (place, value)).collect();
        placed.sort_unstable_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, value)| value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_lie_at_one_place() {
        let mut interner = Interner::default();
        let places = ["b", "a", "b", "c", "a"].map(|text| interner.place_of(text));
        let values = interner.finish();
        assert_eq!(values, ["b", "a", "c"]);
        assert_eq!(places.map(|place| values[place as usize]), ["b", "a", "b", "c", "a"]);
    }
}
