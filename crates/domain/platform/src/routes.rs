//! The way of a request: by host, then by the longest path prefix, to a pool of upstreams or to the edge itself.
//!
//! The supervisor makes one table of what is wished and what is ready, and the edge follows it. It is written whole at
//! each change: whoever reads it has the old one or the new one.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::names::{Environment, InstanceId, ServiceName, is_label};
use crate::wishes::Maintenance;

/// All routes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteTable {
    /// Hosts by name; what is not among them is a wrong host.
    pub hosts: Vec<HostRoutes>,
    /// Where pools send requests.
    pub pools: BTreeMap<ServiceName, Pool>,
    /// Set while the site is closed for work. `/status` stays open.
    pub maintenance: Option<Maintenance>,
}

/// What one host answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRoutes {
    /// Whom it is for.
    pub host: HostPattern,
    /// Whose answers these are, for log lines and figures; `None` when nobody's.
    pub environment: Option<Environment>,
    /// What it does.
    pub action: HostAction,
}

/// Which hosts are meant. Compared without regard to case and port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostPattern {
    /// One name, such as `staging.berkeleytime.com`.
    Exact(String),
    /// What a preview may be called, one label below this domain, unless it is named exactly.
    Previews(String),
    /// Whatever no other pattern takes: `localhost`, addresses, health checks. On a machine without a domain only.
    Any,
}

/// Labels below the domain that no preview can have: they are the house's own, also where they are switched off.
const NO_PREVIEWS: [&str; 3] = ["production", "staging", "www"];

/// What a host would be the preview of, when it lies one label below the domain. Both in small letters.
#[must_use]
pub fn preview_label<'h>(host: &'h str, domain: &str) -> Option<&'h str> {
    let label = host.strip_suffix(domain)?.strip_suffix('.')?;
    (is_label(label) && !NO_PREVIEWS.contains(&label)).then_some(label)
}

/// What a host does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAction {
    /// Says 308 to the same address at another host, such as `www.` to the bare one.
    RedirectTo(String),
    /// Answers, by path.
    Routes(Vec<PathRoute>),
}

/// What begins with a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRoute {
    /// `/` or `/api`: it takes `/api`, `/api/…`, and not `/apix`.
    pub prefix: String,
    /// Who answers.
    pub target: Target,
    /// Who may come in; `None`: everybody.
    #[serde(default)]
    pub protection: Option<Protection>,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A pool of upstreams.
    Pool(ServiceName),
    /// The status page of the edge itself, and `/status.json` beside it.
    Status,
    /// Nobody, as if there were nothing: what services tell this machine alone.
    Nobody,
    /// A page that says what will be here one day.
    Later {
        /// Such as `The explorer of the logs`.
        what: String,
    },
}

/// Who may come in. Both are asked for when both are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// The name of the list of people with passwords that Basic auth asks for.
    pub basic: Option<String>,
    /// Networks from which requests may come; everywhere when it is empty.
    pub networks: Vec<String>,
}

/// Upstreams of one service. All of them are of one release, or of two while one replaces the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Where requests go. Empty while nothing is ready: the edge holds requests for a moment, then shows its page.
    pub upstreams: Vec<Upstream>,
}

/// One process that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// Which.
    pub instance: InstanceId,
    /// Where it listens.
    pub address: SocketAddr,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_label_below_the_domain_and_none_of_the_houses_own() {
        let of = |host| preview_label(host, "example.edu");
        assert_eq!((of("fix-42.example.edu"), of("4.example.edu")), (Some("fix-42"), Some("4")));
        for other in ["example.edu", "a.b.example.edu", "-a.example.edu", "a_b.example.edu", ".example.edu"] {
            assert_eq!(of(other), None, "{other}");
        }
        for other in ["www.example.edu", "staging.example.edu", "production.example.edu", "fixexample.edu", "a.org"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
