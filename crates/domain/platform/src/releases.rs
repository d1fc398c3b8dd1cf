//! Releases of the program, and which of them may run beside each other on one database.
//!
//! The rule is "expand, then contract": a migration that only adds may be applied while an older release runs; one that
//! takes something away names the schema that a release must expect to do without it, and waits until no older one runs.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{Environment, ReleaseName};

/// A state of the database's schema: the number of the newest migration that made it, 0 for an empty database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaVersion(pub u32);

impl fmt::Display for SchemaVersion {
    /// With four digits, as the migrations' files are named.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// What a release knows about the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseSchema {
    /// The newest migration that it was built with. It cannot run on a database without it.
    pub expects: SchemaVersion,
    /// The least that other releases must expect to run beside it: its migrations took away what older ones use.
    pub bears: SchemaVersion,
}

/// A build of the program that can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Which.
    pub name: ReleaseName,
    /// What it knows about the schema.
    pub schema: ReleaseSchema,
    /// The program's file.
    pub program: PathBuf,
    /// When it was added.
    pub added_at: Timestamp,
}

impl Release {
    /// Whether both can run on one database at the same time.
    ///
    /// # Errors
    /// When the newer one's migrations take away what the older one uses.
    pub fn may_run_beside(&self, other: &Self) -> Result<(), CannotRunBeside> {
        let (older, newer) = if self.schema.expects <= other.schema.expects { (self, other) } else { (other, self) };
        if newer.schema.bears <= older.schema.expects {
            return Ok(());
        }
        let (older_expects, needed) = (older.schema.expects, newer.schema.bears);
        let (older, newer) = (older.name.clone(), newer.name.clone());
        Err(CannotRunBeside { newer, older, older_expects, needed })
    }
}

/// Why two releases cannot run on one database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "release {newer} cannot run beside release {older}: the older one expects schema {older_expects}, and the newer one \
     takes away what releases below {needed} use; first deploy a release that expects at least {needed} in place of \
     {older}, then {newer}"
)]
pub struct CannotRunBeside {
    /// Which takes away.
    pub newer: ReleaseName,
    /// Which still needs it.
    pub older: ReleaseName,
    /// What the older one expects.
    pub older_expects: SchemaVersion,
    /// The least that it would have to expect.
    pub needed: SchemaVersion,
}

/// A release that runs on the database while another wants to change the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Where it runs.
    pub environment: Environment,
    /// Which it is.
    pub release: ReleaseName,
    /// What it expects.
    pub expects: SchemaVersion,
}

impl fmt::Display for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (release {}, which expects schema {})", self.environment, self.release, self.expects)
    }
}

/// What a migration does to the releases that run on the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationKind {
    /// It only adds: every older release lives on.
    Expands,
    /// It takes away, changes or forbids something that older releases use.
    Contracts {
        /// The least that a release must expect to live on.
        needs: SchemaVersion,
    },
}

impl MigrationKind {
    /// The neighbours that could not live on after it.
    #[must_use]
    pub fn hurts(self, neighbours: &[Neighbour]) -> Vec<&Neighbour> {
        match self {
            Self::Expands => Vec::new(),
            Self::Contracts { needs } => neighbours.iter().filter(|neighbour| neighbour.expects < needs).collect(),
        }
    }
}

/// The schema as a database has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaState {
    /// The newest migration that was applied.
    pub version: SchemaVersion,
    /// The least that a release must expect to run on it.
    pub expects_min: SchemaVersion,
}

/// Whether a release can run on a database as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It can.
    Fits,
    /// Not yet: the database lacks migrations.
    DatabaseBehind,
    /// No more: the database has left it behind.
    ReleaseTooOld,
}

impl SchemaState {
    /// Whether a release that expects this can run on it.
    #[must_use]
    pub fn fits(self, expects: SchemaVersion) -> Fit {
        if expects < self.expects_min {
            Fit::ReleaseTooOld
        } else if self.version < expects {
            Fit::DatabaseBehind
        } else {
            Fit::Fits
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn release(name: &str, expects: u32, bears: u32) -> Release {
        let schema = ReleaseSchema { expects: SchemaVersion(expects), bears: SchemaVersion(bears) };
        let (program, added_at) = (PathBuf::from("bt"), Timestamp::UNIX_EPOCH);
        Release { name: name.parse().unwrap(), schema, program, added_at }
    }

    #[test]
    fn a_release_that_only_adds_runs_beside_any_and_one_that_takes_away_names_what_must_come_between() {
        let old = release("aaaaaaaa", 3, 1);
        let adds = release("bbbbbbbb", 5, 1);
        let takes_away = release("cccccccc", 6, 5);
        assert_eq!(adds.may_run_beside(&old), Ok(()));
        assert_eq!(takes_away.may_run_beside(&adds), Ok(()));
        let refused = takes_away.may_run_beside(&old).unwrap_err().to_string();
        for told in ["cccccccc", "aaaaaaaa", "expects schema 0003", "at least 0005", "first deploy"] {
            assert!(refused.contains(told), "{told}: {refused}");
        }
    }

    #[test]
    fn only_a_neighbour_that_expects_less_than_is_needed_is_hurt() {
        let neighbour = |expects| Neighbour {
            environment: Environment::staging(),
            release: "aaaaaaaa".parse().unwrap(),
            expects: SchemaVersion(expects),
        };
        let neighbours = [neighbour(4), neighbour(5), neighbour(6)];
        let contracts = MigrationKind::Contracts { needs: SchemaVersion(5) };
        assert_eq!(contracts.hurts(&neighbours), [&neighbours[0]]);
        assert!(MigrationKind::Expands.hurts(&neighbours).is_empty());
        assert_eq!(neighbours[0].to_string(), "staging (release aaaaaaaa, which expects schema 0004)");
    }

    #[test]
    fn a_release_fits_between_what_it_expects_and_what_the_database_still_bears() {
        let state = SchemaState { version: SchemaVersion(6), expects_min: SchemaVersion(5) };
        let fits = |expects| state.fits(SchemaVersion(expects));
        assert_eq!(
            [fits(4), fits(5), fits(6), fits(7)],
            [Fit::ReleaseTooOld, Fit::Fits, Fit::Fits, Fit::DatabaseBehind]
        );
    }

    proptest! {
        #[test]
        fn what_may_run_beside_fits_the_database_of_the_newer_one(
            (one, other) in ((1..20_u32), (1..20_u32)),
            (low, high) in ((0..20_u32), (0..20_u32)),
        ) {
            let (one, other) = (release("aaaaaaaa", one, low.min(one)), release("bbbbbbbb", other, high.min(other)));
            let newer = if one.schema.expects >= other.schema.expects { &one } else { &other };
            let older = if one.schema.expects >= other.schema.expects { &other } else { &one };
            let state = SchemaState { version: newer.schema.expects, expects_min: newer.schema.bears };
            prop_assert_eq!(one.may_run_beside(&other), other.may_run_beside(&one), "it does not matter who asks");
            // Of two releases that expect the same, either may be the newer one.
            prop_assume!(one.schema.expects != other.schema.expects);
            prop_assert_eq!(one.may_run_beside(&other).is_ok(), state.fits(older.schema.expects) == Fit::Fits);
        }
    }
}
