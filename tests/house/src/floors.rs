//! The floors: which crate lies where, and what may lean on what.

use std::collections::BTreeMap;
use std::path::Path;

use crate::tree;

/// A floor of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Floor {
    /// `crates/foundation`.
    Foundation,
    /// `crates/domain`.
    Domain,
    /// `crates/adapters`.
    Adapters,
    /// `crates/services`.
    Services,
    /// `crates/bt`.
    Door,
    /// `tests` and `xtask`: they may see everything.
    Outside,
}

impl Floor {
    /// Whether a crate of this floor may depend on one of another.
    #[must_use]
    pub const fn may_lean_on(self, other: Self) -> bool {
        match self {
            Self::Foundation => matches!(other, Self::Foundation),
            Self::Domain => matches!(other, Self::Domain),
            Self::Adapters | Self::Services => matches!(other, Self::Domain | Self::Foundation),
            Self::Door => !matches!(other, Self::Outside),
            Self::Outside => true,
        }
    }
}

/// A workspace crate.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its folder, from the root.
    pub folder: String,
    /// Where it lies.
    pub floor: Floor,
    /// Its dependencies by name.
    pub dependencies: Vec<String>,
    /// Its dependencies for tests and build scripts.
    pub test_dependencies: Vec<String>,
    /// Its manifest.
    pub manifest: toml::Table,
}

/// All crates of the workspace, by name.
///
/// # Panics
/// When a manifest cannot be read.
#[must_use]
pub fn members() -> BTreeMap<String, Member> {
    let root = tree::root();
    let folders = ["crates", "tests", "xtask"].map(|folder| root.join(folder));
    let manifests = folders.iter().flat_map(|folder| tree::files(folder, "toml"));
    let manifests = manifests.filter(|path| path.file_name().is_some_and(|name| name == "Cargo.toml"));
    manifests.map(|path| member(&path)).map(|member| (member.name.clone(), member)).collect()
}

fn member(path: &Path) -> Member {
    let manifest: toml::Table = tree::text(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let folder = tree::relative(path.parent().unwrap_or(path));
    let floor = match folder.split('/').collect::<Vec<_>>().as_slice() {
        ["crates", "foundation", _] => Floor::Foundation,
        ["crates", "domain", _] => Floor::Domain,
        ["crates", "adapters", _] => Floor::Adapters,
        ["crates", "services", _] => Floor::Services,
        ["crates", "bt"] => Floor::Door,
        _ => Floor::Outside,
    };
    let names = |tables: &[&str]| -> Vec<String> {
        let tables = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
        tables.flat_map(|table| table.keys().cloned()).collect()
    };
    let name = manifest["package"]["name"].as_str().unwrap_or_default().to_owned();
    let (dependencies, test_dependencies) =
        (names(&["dependencies"]), names(&["dev-dependencies", "build-dependencies"]));
    Member { name, folder, floor, dependencies, test_dependencies, manifest }
}
