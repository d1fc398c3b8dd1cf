//! What third-party code is in the house: its licences, where it comes from, and what must not be there. The rules are
//! those of `deny.toml`; this holds them where `cargo deny` is not installed (building it takes minutes).

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::chore::{cargo, output_of, root, say};

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The rules that metadata can tell about.
struct Rules {
    licences: Vec<String>,
    banned: Vec<String>,
}

/// Says what breaks a rule; whether nothing does.
pub(crate) fn run() -> anyhow::Result<bool> {
    let faults = faults()?;
    for fault in &faults {
        say(fault);
    }
    Ok(faults.is_empty())
}

/// A sentence for each third-party package that breaks a rule.
fn faults() -> anyhow::Result<Vec<String>> {
    let rules = rules()?;
    // Only what is built on this kind of machine: the lock also names what others would build.
    let tree = ["tree", "--locked", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"];
    let built = output_of(cargo(&[&tree[..], &["--format", "{p}"]].concat()))?;
    let metadata = output_of(cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is no JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let is_built = |package: &&Value| {
        let line = format!("{} v{}", text(package, "name"), text(package, "version"));
        built.lines().any(|built| built == line || built.starts_with(&format!("{line} ")))
    };
    Ok(packages.iter().filter(is_built).filter_map(|package| fault(package, &rules)).collect())
}

fn rules() -> anyhow::Result<Rules> {
    let path = root().join("deny.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: toml::Table = text.parse().context("deny.toml is no TOML")?;
    let list = |section: &str, key: &str| -> anyhow::Result<Vec<String>> {
        let list = table.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
        let list = list.with_context(|| format!("deny.toml has no list {section}.{key}"))?;
        Ok(list.iter().filter_map(|entry| entry.as_str().map(str::to_owned)).collect())
    };
    Ok(Rules { licences: list("licenses", "allow")?, banned: list("bans", "deny")? })
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

fn fault(package: &Value, rules: &Rules) -> Option<String> {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let source = text(package, "source");
    if source.is_empty() {
        return None;
    }
    if source != REGISTRY {
        return Some(format!("{name} {version} comes from {source}, not from crates.io"));
    }
    if rules.banned.iter().any(|banned| banned == name) {
        return Some(format!(
            "{name} {version} is banned by deny.toml; `cargo tree --invert {name}` tells who wants it"
        ));
    }
    let licence = licence(package);
    let is_allowed = |name: &str| rules.licences.iter().any(|allowed| allowed == name);
    (!satisfies(&licence, &is_allowed))
        .then(|| format!("{name} {version} is licensed as `{licence}`, which deny.toml does not allow"))
}

/// The licence that a package names; when it names none, the one whose text it brings along.
fn licence(package: &Value) -> String {
    let named = text(package, "license");
    if !named.is_empty() {
        return named.to_owned();
    }
    let folder = Path::new(text(package, "manifest_path")).with_file_name(text(package, "license_file"));
    let words = fs::read_to_string(folder).unwrap_or_default();
    known_by_its_text(&words).unwrap_or_default().to_owned()
}

/// The few licences that come as a text alone. `cargo deny` knows them all.
fn known_by_its_text(words: &str) -> Option<&'static str> {
    // Each brings the same words in lines of another length.
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_mit = words.starts_with("MIT License") && words.contains("to deal in the Software without restriction");
    is_mit.then_some("MIT")
}

/// Whether an SPDX expression can be met by allowed licences. An old `A/B` means `A OR B`.
fn satisfies(expression: &str, is_allowed: &impl Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let is_met = any_of(&mut rest, is_allowed);
    is_met && rest.is_empty() && !words.is_empty()
}

fn any_of(words: &mut &[&str], is_allowed: &impl Fn(&str) -> bool) -> bool {
    let mut is_met = all_of(words, is_allowed);
    while let ["OR", rest @ ..] = words {
        *words = rest;
        is_met |= all_of(words, is_allowed);
    }
    is_met
}

fn all_of(words: &mut &[&str], is_allowed: &impl Fn(&str) -> bool) -> bool {
    let mut is_met = one(words, is_allowed);
    while let ["AND", rest @ ..] = words {
        *words = rest;
        is_met &= one(words, is_allowed);
    }
    is_met
}

fn one(words: &mut &[&str], is_allowed: &impl Fn(&str) -> bool) -> bool {
    match words {
        ["(", rest @ ..] => {
            *words = rest;
            let is_met = any_of(words, is_allowed);
            let closed = words.strip_prefix(&[")"][..]);
            *words = closed.unwrap_or_default();
            is_met && closed.is_some()
        }
        [name, "WITH", exception, rest @ ..] => {
            let whole = format!("{name} WITH {exception}");
            *words = rest;
            is_allowed(&whole)
        }
        [name, rest @ ..] => {
            *words = rest;
            is_allowed(name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_nobody_knows_is_no_licence() {
        let mit = "MIT License\n\n… to deal\nin the Software without restriction, …";
        assert_eq!(known_by_its_text(mit), Some("MIT"));
        assert_eq!(known_by_its_text("MIT License, but not for you"), None);
        assert_eq!(known_by_its_text(""), None);
    }

    #[test]
    fn an_expression_is_met_by_one_of_each_choice_and_all_of_each_demand() {
        let is_allowed = |name: &str| ["MIT", "ISC", "BSD-3-Clause"].contains(&name);
        for fine in
            ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "ISC AND (GPL-3.0 OR MIT)", "(GPL-2.0 OR MIT) AND BSD-3-Clause"]
        {
            assert!(satisfies(fine, &is_allowed), "{fine}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT",
            "ISC AND (GPL-3.0 OR LGPL-3.0)",
        ] {
            assert!(!satisfies(bad, &is_allowed), "{bad}");
        }
    }
}
