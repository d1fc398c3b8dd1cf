//! The rules of the house, held on the tree as it is.

use std::collections::BTreeSet;

use house::floors::{Floor, members};
use house::tree;

const FILE_LINES_MAX: usize = 600;
/// Third-party frameworks that a floor must not know: the domain computes, it does not serve, store or wait.
const NOT_IN_THE_DOMAIN: [&str; 8] = ["axum", "hyper", "reqwest", "sqlx", "tokio", "tracing", "maud", "clap"];

fn assert_none(rule: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{rule}\n  {}", offenders.join("\n  "));
}

#[test]
fn crates_lean_only_downwards() {
    let members = members();
    let mut offenders = Vec::new();
    for member in members.values() {
        for dependency in member.dependencies.iter().filter_map(|name| members.get(name)) {
            if !member.floor.may_lean_on(dependency.floor) {
                offenders.push(format!(
                    "{} ({:?}) leans on {} ({:?})",
                    member.name, member.floor, dependency.name, dependency.floor
                ));
            }
        }
    }
    assert_none(
        "docs/ARCHITECTURE.md allows these directions only: a wish to break them is a wish for a port",
        offenders,
    );
}

#[test]
fn tests_of_a_crate_lean_on_the_kit_or_downwards() {
    let members = members();
    let mut offenders = Vec::new();
    for member in members.values() {
        for dependency in member.test_dependencies.iter().filter_map(|name| members.get(name)) {
            let is_allowed = member.floor.may_lean_on(dependency.floor) || dependency.name == "kit";
            if !is_allowed {
                offenders.push(format!(
                    "{} tests with {}: put that test into tests/contracts or tests/journeys",
                    member.name, dependency.name
                ));
            }
        }
    }
    assert_none("A crate's own tests see what it sees, and the kit", offenders);
}

#[test]
fn the_domain_knows_no_framework() {
    let offenders = members()
        .values()
        .filter(|member| member.floor == Floor::Domain)
        .flat_map(|member| {
            let known = member.dependencies.iter().filter(|name| NOT_IN_THE_DOMAIN.contains(&name.as_str()));
            known.map(|name| format!("{} knows {name}", member.name)).collect::<Vec<_>>()
        })
        .collect();
    assert_none("The ground is still", offenders);
}

#[test]
fn every_crate_takes_lints_and_versions_from_the_workspace() {
    let mut offenders = Vec::new();
    for member in members().values() {
        let has_lints = member.manifest.get("lints").and_then(|lints| lints.get("workspace")).is_some();
        if !has_lints {
            offenders.push(format!("{}: no [lints] workspace = true", member.folder));
        }
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = member.manifest.get(table).and_then(toml::Value::as_table) else { continue };
            let own = dependencies.iter().filter(|(_, value)| value.get("workspace").is_none());
            offenders.extend(own.map(|(name, _)| format!("{}: {name} has a version of its own", member.folder)));
        }
    }
    assert_none("One table of versions, one table of lints: the root manifest", offenders);
}

#[test]
fn a_crate_face_is_a_table_of_contents() {
    let mut offenders = Vec::new();
    for path in tree::files(&tree::root().join("crates"), "rs") {
        if path.file_name().is_none_or(|name| name != "lib.rs") || tree::relative(&path).contains("foundation/clock") {
            continue;
        }
        for (number, line) in tree::text(&path).lines().enumerate() {
            let line = line.trim();
            let is_contents = line.is_empty()
                || ["//", "#![", "mod ", "pub mod ", "pub use ", "#[cfg(test)]", "#[macro_use]"]
                    .iter()
                    .any(|start| line.starts_with(start));
            if !is_contents {
                offenders.push(format!("{}:{}: {line}", tree::relative(&path), number + 1));
                break;
            }
        }
    }
    assert_none("lib.rs holds a paragraph, `mod` lines and the face, nothing else", offenders);
}

#[test]
fn every_module_opens_with_a_paragraph() {
    let sources = ["crates", "tests", "xtask"].map(|folder| tree::root().join(folder));
    let files = sources.iter().flat_map(|folder| tree::files(folder, "rs"));
    let offenders = files
        .filter(|path| !tree::text(path).trim_start().starts_with("//!"))
        .map(|path| tree::relative(&path))
        .collect();
    assert_none("Every module opens with a paragraph of //!", offenders);
}

#[test]
fn no_file_is_longer_than_one_thought() {
    let sources = ["crates", "tests", "xtask"].map(|folder| tree::root().join(folder));
    let files = sources.iter().flat_map(|folder| tree::files(folder, "rs"));
    let long = files.map(|path| (tree::text(&path).lines().count(), path)).filter(|(lines, _)| *lines > FILE_LINES_MAX);
    assert_none(
        "One thought per file",
        long.map(|(lines, path)| format!("{}: {lines} lines", tree::relative(&path))).collect(),
    );
}

#[test]
fn names_are_the_fields_words() {
    let sources = ["crates", "tests", "xtask"].map(|folder| tree::root().join(folder));
    let files = sources.iter().flat_map(|folder| tree::files(folder, "rs"));
    let offenders = files.map(|path| tree::relative(&path)).filter(|path| {
        path.split(['/', '.'])
            .any(|word| matches!(word, "utils" | "util" | "common" | "helpers" | "helper" | "manager" | "misc"))
    });
    assert_none("No utils, common, helper, manager", offenders.collect());
}

#[test]
fn nothing_is_silenced_without_a_reason() {
    let sources = ["crates", "tests", "xtask"].map(|folder| tree::root().join(folder));
    let files = sources.iter().flat_map(|folder| tree::files(folder, "rs"));
    let mut offenders = Vec::new();
    for path in files.filter(|path| !tree::relative(path).starts_with("tests/house/")) {
        for (number, line) in tree::text(&path).lines().enumerate() {
            let line = line.trim();
            let is_silenced =
                line.starts_with("#[allow(") || line.starts_with("#![allow(") || line.starts_with("#[ignore");
            let is_unfinished = ["todo!(", "unimplemented!(", "TODO", "FIXME"].iter().any(|word| line.contains(word));
            if is_silenced || is_unfinished {
                offenders.push(format!("{}:{}: {line}", tree::relative(&path), number + 1));
            }
        }
    }
    assert_none("Exceptions expire: #[expect(.., reason)], never allow; nothing is left half done", offenders);
}

#[test]
fn the_architecture_page_names_every_crate() {
    let page = tree::text(&tree::root().join("docs/ARCHITECTURE.md"));
    let named: BTreeSet<String> =
        page.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').map(ToOwned::to_owned).collect();
    let offenders =
        members().values().filter(|member| !named.contains(&member.name)).map(|member| member.folder.clone()).collect();
    assert_none("docs/ARCHITECTURE.md shows the house as it is", offenders);
}

#[test]
fn documents_point_at_files_that_exist() {
    let root = tree::root();
    let mut offenders = Vec::new();
    for path in tree::files(&root, "md") {
        let folder = path.parent().unwrap_or(&root).to_path_buf();
        for target in links(&tree::text(&path)) {
            let file = target.split('#').next().unwrap_or_default();
            let is_outside = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
            if !is_outside && !folder.join(file).exists() {
                offenders.push(format!("{}: {target}", tree::relative(&path)));
            }
        }
    }
    assert_none("A document is short, or a test reads it: these links lead nowhere", offenders);
}

/// The targets of `[text](target)` and `![text](target)`.
fn links(text: &str) -> Vec<String> {
    let parts = text.split("](").skip(1);
    parts.filter_map(|part| part.split_once(')')).map(|(target, _)| target.trim().to_owned()).collect()
}

#[test]
fn commands_in_the_readme_exist() {
    let root = tree::root();
    let makefile = tree::text(&root.join("Makefile"));
    let documents = ["README.md", "docs/RUNBOOK.md", "docs/BENCHMARKS.md"].map(|path| root.join(path));
    let mut offenders = Vec::new();
    for path in documents.iter().filter(|path| path.exists()) {
        for line in tree::text(path).lines() {
            for target in make_targets(line) {
                if !makefile.lines().any(|rule| rule.starts_with(&format!("{target}:"))) {
                    offenders.push(format!("{}: make {target}", tree::relative(path)));
                }
            }
        }
    }
    assert_none("Every `make …` in the documents is a rule of the Makefile", offenders);
}

/// The words after `make ` where a command is quoted.
fn make_targets(line: &str) -> Vec<String> {
    let quoted = line
        .split('`')
        .skip(1)
        .step_by(2)
        .chain(Some(line).filter(|line| line.starts_with("make ") || line.starts_with("    make ")));
    let commands = quoted.filter_map(|command| command.trim().strip_prefix("make "));
    commands.filter_map(|rest| rest.split_whitespace().next()).map(ToOwned::to_owned).collect()
}
