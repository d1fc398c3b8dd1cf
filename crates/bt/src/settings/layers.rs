//! Gathers what is written where, lowest place first; a later place wins.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::hidden::without_passwords;
use super::problem::{Problem, Problems};
use super::value::Value;
use super::{KEYS, Key, variable};
use crate::nearest::nearest;

/// The file that is looked for in the folder in which `bt` is started.
const FILE: &str = "berkeleytime.toml";
/// What the name of a secret ends with when its value is the path of a file that holds it.
const FILE_SUFFIX: &str = "_file";

/// The places to look at. Given as data, so that tests need no real environment.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// The folder in which `bt` is started.
    pub(crate) folder: PathBuf,
    /// A file named on the command line.
    pub(crate) file: Option<PathBuf>,
    /// The variables that begin with `BT_`.
    pub(crate) environment: BTreeMap<String, String>,
    /// What the command line sets: the flag, the name of the setting, the value.
    pub(crate) flags: Vec<(String, String, String)>,
}

/// What is written for each key that is set somewhere.
#[derive(Debug, Default)]
pub(crate) struct Layers(BTreeMap<&'static str, Written>);

#[derive(Clone, Debug)]
struct Written {
    text: String,
    place: String,
}

impl Layers {
    pub(super) fn gather(sources: &Sources, problems: &mut Problems) -> Self {
        let mut layers = Self::default();
        for key in KEYS {
            if let Some(default) = key.default {
                layers.0.insert(key.name, Written { text: default.to_owned(), place: "default".to_owned() });
            }
        }
        layers.add_file(sources, problems);
        layers.add_environment(sources, problems);
        layers.add_flags(sources, problems);
        layers
    }

    /// The value of a key; a problem when it is none, and when there is none though there must be.
    pub(super) fn value<T: Value>(&self, name: &'static str, problems: &mut Problems) -> Option<T> {
        let absent = Written { text: String::new(), place: "nowhere".to_owned() };
        let written = match self.0.get(name) {
            Some(written) => written,
            None => match T::absent() {
                Some(value) => return Some(value),
                None => &absent,
            },
        };
        let value = T::parse(&written.text).ok();
        if value.is_none() {
            problems.push(Problem::Invalid {
                name,
                value: (!T::IS_SECRET).then(|| without_passwords(&written.text)),
                place: written.place.clone(),
                expects: T::expects(),
            });
        }
        value
    }

    /// How a key's value is shown, and where it comes from.
    pub(super) fn shown(&self, key: &Key) -> (String, &str) {
        match self.0.get(key.name) {
            Some(written) => {
                let value = (key.show)(&written.text).unwrap_or_else(|()| "(invalid)".to_owned());
                (without_passwords(&value), &written.place)
            }
            None => ("(not set)".to_owned(), ""),
        }
    }

    fn add_file(&mut self, sources: &Sources, problems: &mut Problems) {
        let path = sources.file.clone().unwrap_or_else(|| sources.folder.join(FILE));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && sources.file.is_none() => return,
            Err(error) => {
                return problems.push(Problem::Unreadable { file: path, reason: error.to_string() });
            }
        };
        match text.parse::<toml::Table>() {
            Ok(table) => self.add_entries(&entries(&table), &path.display().to_string(), &sources.folder, problems),
            Err(error) => {
                // The error's own display repeats the line, which may hold a secret.
                let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
                let line = before.lines().count().max(1);
                problems.push(Problem::Syntax { file: path, line, reason: error.message().to_owned() });
            }
        }
    }

    fn add_environment(&mut self, sources: &Sources, problems: &mut Problems) {
        let mut found = Vec::new();
        for (variable_name, text) in &sources.environment {
            match name_of_variable(variable_name) {
                Some(name) => found.push((name, Found::One(text.clone()))),
                None => {
                    let known: Vec<String> = KEYS.iter().map(|key| variable(key.name)).collect();
                    let nearest = nearest(variable_name, known.iter().map(String::as_str)).map(str::to_owned);
                    let place = "environment".to_owned();
                    problems.push(Problem::Unknown { name: variable_name.clone(), place, nearest });
                }
            }
        }
        self.add_entries(&found, "environment", &sources.folder, problems);
    }

    fn add_flags(&mut self, sources: &Sources, problems: &mut Problems) {
        for (flag, name, text) in &sources.flags {
            match KEYS.iter().find(|key| key.name == name) {
                Some(key) if key.is_secret => problems.push(Problem::Exposed { name: key.name }),
                _ => self.add_entries(&[(name.clone(), Found::One(text.clone()))], flag, &sources.folder, problems),
            }
        }
    }

    fn add_entries(&mut self, found: &[(String, Found)], place: &str, folder: &Path, problems: &mut Problems) {
        for (name, value) in found {
            let Some((key, is_file)) = known(name) else {
                let nearest = nearest(name, KEYS.iter().map(|key| key.name)).map(str::to_owned);
                problems.push(Problem::Unknown { name: name.clone(), place: place.to_owned(), nearest });
                continue;
            };
            let place = place.to_owned();
            let text = match value {
                Found::One(text) => text.clone(),
                Found::Many(texts) if key.is_list => texts.join(", "),
                Found::Many(_) | Found::Other => {
                    problems.push(Problem::NotAValue { name: name.clone(), place, expects: (key.expects)() });
                    continue;
                }
            };
            if !is_file {
                self.0.insert(key.name, Written { text, place });
                continue;
            }
            if found.iter().any(|(other, _)| other == key.name) {
                problems.push(Problem::TwoWays { name: key.name, place });
                continue;
            }
            let file = folder.join(&text);
            match fs::read_to_string(&file) {
                Ok(secret) => {
                    let place = format!("{place}, from the file {}", file.display());
                    self.0.insert(key.name, Written { text: secret.trim_end().to_owned(), place });
                }
                Err(error) => {
                    problems.push(Problem::SecretFile { name: key.name, file, reason: error.to_string() });
                }
            }
        }
    }
}

/// The key of a name, and whether the name asks for a file with its value.
fn known(name: &str) -> Option<(&'static Key, bool)> {
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return Some((key, false));
    }
    let stem = name.strip_suffix(FILE_SUFFIX)?;
    KEYS.iter().find(|key| key.is_secret && key.name == stem).map(|key| (key, true))
}

/// `sis.page_size` of `BT_SIS_PAGE_SIZE`.
fn name_of_variable(variable_name: &str) -> Option<String> {
    let plain = KEYS.iter().map(|key| key.name.to_owned());
    let files = KEYS.iter().filter(|key| key.is_secret).map(|key| format!("{}{FILE_SUFFIX}", key.name));
    plain.chain(files).find(|name| variable(name) == variable_name)
}

/// What stands at a name.
enum Found {
    One(String),
    /// A list of texts.
    Many(Vec<String>),
    /// A list of something else.
    Other,
}

/// Dotted names and what stands there.
fn entries(table: &toml::Table) -> Vec<(String, Found)> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                let nested =
                    entries(inner).into_iter().map(|(inner_name, found)| (format!("{name}.{inner_name}"), found));
                found.extend(nested);
            }
            toml::Value::String(text) => found.push((name.clone(), Found::One(text.clone()))),
            toml::Value::Array(list) => {
                let texts = list.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                found.push((name.clone(), texts.map_or(Found::Other, Found::Many)));
            }
            other => found.push((name.clone(), Found::One(other.to_string()))),
        }
    }
    found
}
