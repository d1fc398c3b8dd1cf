//! Names: of environments, services, releases and instances. Each is read once, at the border, and is right from there on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest label of a host name (RFC 1123).
const LABEL_LIMIT: usize = 63;

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no name of {what}: expected {expected}")]
pub struct InvalidName {
    /// What was written.
    pub text: String,
    /// What it should name.
    pub what: &'static str,
    /// What names look like.
    pub expected: &'static str,
}

/// Whether a text is a label of a host name, in small letters.
pub(crate) fn is_label(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LABEL_LIMIT).contains(&text.len())
        && text.bytes().all(is_letter)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A set of services that answer together under one host: `production`, `staging`, or a branch's preview.
///
/// A label of a host name in small letters, since it becomes one: `<branch>.<domain>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Environment(String);

impl Environment {
    /// What answers at the domain itself.
    #[must_use]
    pub fn production() -> Self {
        Self("production".to_owned())
    }

    /// What answers at `staging.`.
    #[must_use]
    pub fn staging() -> Self {
        Self("staging".to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it answers at the domain itself.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.0 == "production"
    }

    /// The host under which it answers: the domain itself, or a name right below it.
    #[must_use]
    pub fn host(&self, domain: &str) -> String {
        if self.is_production() { domain.to_owned() } else { format!("{self}.{domain}") }
    }
}

impl FromStr for Environment {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if is_label(text) {
            return Ok(Self(text.to_owned()));
        }
        let expected = "1 to 63 small letters, digits and hyphens, no hyphen at either end";
        Err(InvalidName { text: text.to_owned(), what: "an environment", expected })
    }
}

/// A service of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// The only door.
    Edge,
    /// The site's pages.
    Web,
    /// GraphQL and REST.
    Api,
    /// Archives what the database writes, all the time.
    Backup,
    /// Tells people what happened to what they follow.
    Notifier,
}

impl ServiceKind {
    /// All of them, in the order in which they are started.
    pub const ALL: [Self; 5] = [Self::Edge, Self::Web, Self::Api, Self::Backup, Self::Notifier];

    /// As on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Web => "web",
            Self::Api => "api",
            Self::Backup => "backup",
            Self::Notifier => "notifier",
        }
    }
}

impl fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ServiceKind {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        let expected = "edge, web, api, backup or notifier";
        found.ok_or_else(|| InvalidName { text: text.to_owned(), what: "a service", expected })
    }
}

/// One service of one environment, or of the whole house: `api@production`, `edge`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceName {
    /// Which service.
    pub kind: ServiceKind,
    /// Of which environment; `None` for what the house has once.
    pub environment: Option<Environment>,
}

impl ServiceName {
    /// What the house has once.
    #[must_use]
    pub const fn of_house(kind: ServiceKind) -> Self {
        Self { kind, environment: None }
    }

    /// One of an environment.
    #[must_use]
    pub const fn of(kind: ServiceKind, environment: Environment) -> Self {
        Self { kind, environment: Some(environment) }
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.environment {
            Some(environment) => f.pad(&format!("{}@{environment}", self.kind)),
            None => f.pad(self.kind.as_str()),
        }
    }
}

impl FromStr for ServiceName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.split_once('@') {
            Some((kind, environment)) => Ok(Self::of(kind.parse()?, environment.parse()?)),
            None => Ok(Self::of_house(text.parse()?)),
        }
    }
}

/// A build of the program: the hash of its file. Two builds differ in it even when nobody counted a version up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseName(String);

impl ReleaseName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReleaseName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_hash = (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let expected = "8 to 64 hexadecimal digits, as `bt release list` shows them";
        Err(InvalidName { text: text.to_owned(), what: "a release", expected })
    }
}

/// One running process of a service or job: the service's name, a dot, and a number that grows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(pub String);

/// A scheduled piece of work: `nightly`, `enrollments`, `backup`, `drill`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobName(String);

impl JobName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match Environment::from_str(text) {
            Ok(label) => Ok(Self(label.0)),
            Err(InvalidName { text, expected, .. }) => Err(InvalidName { text, what: "a job", expected }),
        }
    }
}

macro_rules! texts {
    ($($name:ident)+) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )+ };
}
texts!(Environment ReleaseName InstanceId JobName);

/// Types that are kept as the text that they are written as; each with the error of its reading.
macro_rules! as_strings {
    ($($name:ident: $error:ty),+) => { $(
        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.to_string()
            }
        }
    )+ };
}
pub(crate) use as_strings;

as_strings!(Environment: InvalidName, ServiceName: InvalidName, ReleaseName: InvalidName, JobName: InvalidName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_a_label_of_a_host_name() {
        for good in ["production", "fix-42", "a", &"x".repeat(63)] {
            assert_eq!(good.parse::<Environment>().unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "Fix", "a.b", "a_b", "ä", &"x".repeat(64)] {
            let refused = bad.parse::<Environment>().unwrap_err().to_string();
            assert!(refused.contains("small letters"), "{bad}: {refused}");
        }
    }

    #[test]
    fn a_service_is_written_with_its_environment() {
        for text in ["edge", "api@production", "web@fix-42"] {
            assert_eq!(text.parse::<ServiceName>().unwrap().to_string(), text);
        }
        let refused = "apx@production".parse::<ServiceName>().unwrap_err().to_string();
        assert!(ServiceKind::ALL.into_iter().all(|kind| refused.contains(kind.as_str())), "{refused}");
        assert!("api@".parse::<ServiceName>().is_err());
    }
}
