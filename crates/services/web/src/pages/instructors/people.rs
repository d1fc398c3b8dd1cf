//! Everybody by name, made once for each version of the catalog: those who teach and those who only appear in grades.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use catalog::fold::{folded, slug};
use catalog::snapshot::{GradeIndex, Snapshot};

/// Somebody.
#[derive(Debug)]
pub(crate) struct Person {
    /// The name in addresses.
    pub(crate) slug: String,
    /// `Ada Lovelace`.
    pub(crate) name: String,
    /// Under which letter of the alphabet they are listed; `#` for names that begin with none.
    pub(crate) initial: char,
    /// The sections they graded, as they lie in the snapshot.
    pub(crate) graded: Vec<GradeIndex>,
}

impl Person {
    /// `Lovelace, Ada`. The sources do not say which word is the family name: the last one is taken for it.
    pub(crate) fn family_first(&self) -> String {
        match self.name.rsplit_once(' ') {
            Some((given, family)) => format!("{family}, {given}"),
            None => self.name.clone(),
        }
    }
}

/// Everybody of one snapshot, by family name.
#[derive(Debug, Default)]
pub(crate) struct People {
    people: Vec<Person>,
    places: HashMap<String, usize>,
}

impl People {
    fn of(snapshot: &Snapshot) -> Self {
        let mut named: BTreeMap<String, Person> = BTreeMap::new();
        for entry in snapshot.instructors().iter().filter(|entry| !entry.slug.is_empty()) {
            named.insert(entry.slug.clone(), person(entry.slug.clone(), entry.name.clone()));
        }
        // Names are shared between the entries: each is brought to its form once.
        let mut slugs: HashMap<&str, String> = HashMap::new();
        for (place, entry) in (0..).zip(snapshot.grades()) {
            for name in entry.instructors.iter() {
                let slug = slugs.entry(name).or_insert_with(|| slug(name));
                if slug.is_empty() {
                    continue;
                }
                if !named.contains_key(slug.as_str()) {
                    named.insert(slug.clone(), person(slug.clone(), name.to_string()));
                }
                if let Some(person) =
                    named.get_mut(slug.as_str()).filter(|person| person.graded.last() != Some(&GradeIndex(place)))
                {
                    person.graded.push(GradeIndex(place));
                }
            }
        }
        let mut people: Vec<Person> = named.into_values().collect();
        people.sort_by_cached_key(|person| folded(&person.family_first()));
        let places = people.iter().enumerate().map(|(place, person)| (person.slug.clone(), place)).collect();
        Self { people, places }
    }

    /// Everybody by family name.
    pub(crate) fn all(&self) -> &[Person] {
        &self.people
    }

    /// Somebody by the name in addresses.
    pub(crate) fn called(&self, slug: &str) -> Option<&Person> {
        self.places.get(slug).and_then(|place| self.people.get(*place))
    }

    pub(crate) fn has_initial(&self, initial: char) -> bool {
        self.people.iter().any(|person| person.initial == initial)
    }
}

fn person(slug: String, name: String) -> Person {
    let family = name.rsplit(' ').next().unwrap_or_default();
    let initial = folded(family).chars().next().map_or('#', |first| first.to_ascii_uppercase());
    Person { slug, name, initial, graded: Vec::new() }
}

/// The people of the newest snapshot that was asked for.
#[derive(Default)]
pub(crate) struct PeopleKept {
    kept: Mutex<Option<(Weak<Snapshot>, Arc<People>)>>,
}

impl PeopleKept {
    /// Everybody of a snapshot; made when it is another one than the last time.
    pub(crate) fn of(&self, snapshot: &Arc<Snapshot>) -> Arc<People> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, people)) = kept.as_ref()
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(snapshot))
        {
            return Arc::clone(people);
        }
        let people = Arc::new(People::of(snapshot));
        *kept = Some((Arc::downgrade(snapshot), Arc::clone(&people)));
        people
    }
}
