//! What can be wrong with a configuration. Values of secrets are never repeated.

use std::fmt;
use std::path::PathBuf;

use super::variable;

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A name that is not in the table.
    Unknown {
        /// As written.
        name: String,
        /// The file, or the environment.
        place: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A value that cannot be.
    Invalid {
        name: &'static str,
        /// `None` for a secret.
        value: Option<String>,
        place: String,
        expects: String,
    },
    /// The file has a list or table where a value belongs.
    NotAValue { name: String, place: String, expects: String },
    /// The file cannot be opened.
    Unreadable { file: PathBuf, reason: String },
    /// The file is no TOML.
    Syntax { file: PathBuf, line: usize, reason: String },
    /// A secret given in two ways in one place.
    TwoWays { name: &'static str, place: String },
    /// A secret's own file cannot be read.
    SecretFile { name: &'static str, file: PathBuf, reason: String },
    /// A secret on the command line.
    Exposed { name: &'static str },
    /// Some of the six are set, this one is not.
    MissingSisKey { name: &'static str },
    /// A sign-in provider is set by half.
    HalfASignInProvider { missing: &'static str },
    /// Made-up people are let in although a real provider signs people in, or real data comes.
    SamplePeopleBesideRealOnes,
    /// Of no use without another, which is not set.
    HalfSet { name: &'static str, missing: &'static str },
    /// Two settings that do not go together, and what to do.
    Contradiction(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, place, nearest } => {
                write!(f, "{place}: there is no setting `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => write!(f, "; `bt config explain` lists them all"),
                }
            }
            Self::Invalid { name, value: Some(value), place, expects } => {
                write!(f, "{place}: {name} is `{value}`, expected {expects}")
            }
            Self::Invalid { name, value: None, place, expects } => {
                write!(f, "{place}: {name} is not what it should be (the value is not shown), expected {expects}")
            }
            Self::NotAValue { name, place, expects } => {
                write!(f, "{place}: {name} is a list or table, expected {expects}")
            }
            Self::Unreadable { file, reason } => write!(f, "{}: cannot be read: {reason}", file.display()),
            Self::Syntax { file, line, reason } => write!(f, "{}, line {line}: {reason}", file.display()),
            Self::TwoWays { name, place } => write!(f, "{place}: both {name} and {name}_file are set; keep one"),
            Self::SecretFile { name, file, reason } => {
                write!(f, "{name}_file: {} cannot be read: {reason}", file.display())
            }
            Self::Exposed { name } => write!(
                f,
                "{name} is a secret, and everybody on the machine can read command lines: set {}, or {name} or {name}_file in berkeleytime.toml",
                variable(name)
            ),
            Self::MissingSisKey { name } => {
                write!(f, "{name} is not set, but other keys of SIS are: set all six, or none for the demo campus")
            }
            Self::HalfASignInProvider { missing } => {
                write!(f, "{missing} is not set, but the rest of the sign-in provider is: set both, or neither")
            }
            Self::SamplePeopleBesideRealOnes => f.write_str(
                "sign_in.sample is on beside a real sign-in provider or keys of SIS: with it anybody can be the sample staff, so it is for demo data only. Take it out",
            ),
            Self::HalfSet { name, missing } => {
                write!(f, "{name} is set, and {missing} is not, which it needs: set both or none")
            }
            Self::Contradiction(told) => f.write_str(told),
        }
    }
}

/// Everything that is wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
