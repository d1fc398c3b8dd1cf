//! The route table, out of the domain's settings, what is wished, and what is ready.

use std::collections::BTreeMap;

use crate::names::{Environment, ServiceKind, ServiceName};
use crate::routes::{HostAction, HostPattern, HostRoutes, PathRoute, Pool, Protection, RouteTable, Target};
use crate::wishes::Maintenance;

/// Under which names the house answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// The public domain, such as `berkeleytime.com`; `None` on a machine without one, which answers as `localhost` and
    /// under every other name and address.
    pub domain: Option<String>,
    /// The environments that answer, production first.
    pub environments: Vec<Environment>,
    /// The list of people with passwords who may see what is for operators.
    pub operators: String,
    /// Who may come into an environment; everybody where nothing is set.
    pub protections: BTreeMap<Environment, Protection>,
}

/// The name of a machine without a domain.
pub const LOCAL: &str = "localhost";

/// The table.
#[must_use]
pub fn compose(hosts: &Hosts, pools: &BTreeMap<ServiceName, Pool>, maintenance: Option<&Maintenance>) -> RouteTable {
    let domain = hosts.domain.as_deref().unwrap_or(LOCAL);
    let mut table = RouteTable { maintenance: maintenance.cloned(), ..RouteTable::default() };
    for environment in &hosts.environments {
        table.hosts.push(hosts.answers(HostPattern::Exact(environment.host(domain)), environment));
        for kind in [ServiceKind::Web, ServiceKind::Api] {
            let name = ServiceName::of(kind, environment.clone());
            let pool = pools.get(&name).cloned().unwrap_or_default();
            table.pools.insert(name, pool);
        }
    }
    table.hosts.push(previews(domain));
    if hosts.domain.is_some() {
        let host = HostPattern::Exact(format!("www.{domain}"));
        let action = HostAction::RedirectTo(domain.to_owned());
        table.hosts.push(HostRoutes { host, environment: None, action });
    } else if let Some(first) = hosts.environments.first() {
        table.hosts.push(hosts.answers(HostPattern::Any, first));
    }
    table
}

/// What branches will be seen by; until then the page that says so.
fn previews(domain: &str) -> HostRoutes {
    let route = |prefix: &str, target| PathRoute { prefix: prefix.to_owned(), target, protection: None };
    let routes = vec![
        route("/", Target::Later { what: "The preview of this branch".to_owned() }),
        route("/status", Target::Status),
        route("/status.json", Target::Status),
    ];
    let host = HostPattern::Previews(domain.to_owned());
    HostRoutes { host, environment: None, action: HostAction::Routes(routes) }
}

/// What services tell of themselves, on the ports where visitors' requests come too. Operators ask those on this machine.
const FOR_THIS_MACHINE: [&str; 3] = ["/metrics", "/healthz", "/readyz"];

impl Hosts {
    fn answers(&self, host: HostPattern, environment: &Environment) -> HostRoutes {
        let pool = |kind| Target::Pool(ServiceName::of(kind, environment.clone()));
        let later = |what: &str| Target::Later { what: what.to_owned() };
        let everybody = self.protections.get(environment);
        let operators = Protection { basic: Some(self.operators.clone()), networks: Vec::new() };
        let route = |prefix: &str, target, protection: Option<&Protection>| PathRoute {
            prefix: prefix.to_owned(),
            target,
            protection: protection.cloned(),
        };
        let mut routes = vec![
            route("/", pool(ServiceKind::Web), everybody),
            route("/api", pool(ServiceKind::Api), everybody),
            route("/git", later("Git push-to-deploy"), None),
            route("/webhooks", later("Git push-to-deploy"), None),
            route("/kibana", later("The log explorer"), Some(&operators)),
            route("/status", Target::Status, None),
            route("/status.json", Target::Status, None),
        ];
        routes.extend(FOR_THIS_MACHINE.map(|prefix| route(prefix, Target::Nobody, None)));
        HostRoutes { host, environment: Some(environment.clone()), action: HostAction::Routes(routes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(domain: Option<&str>) -> Hosts {
        let environments = vec![Environment::production(), Environment::staging(), "fix-42".parse().unwrap()];
        let domain = domain.map(str::to_owned);
        Hosts { domain, environments, operators: "operators".to_owned(), protections: BTreeMap::new() }
    }

    /// The host's name and what it is for.
    fn told(table: &RouteTable) -> Vec<(String, String)> {
        let name = |host: &HostPattern| match host {
            HostPattern::Exact(name) => name.clone(),
            HostPattern::Previews(domain) => format!("*.{domain}"),
            HostPattern::Any => "any".to_owned(),
        };
        let what = |host: &HostRoutes| match (&host.action, &host.environment) {
            (HostAction::RedirectTo(to), None) => format!("to {to}"),
            (HostAction::Routes(_), Some(environment)) => environment.to_string(),
            (HostAction::Routes(routes), None) => match &routes[0].target {
                Target::Later { what } => what.clone(),
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        };
        table.hosts.iter().map(|host| (name(&host.host), what(host))).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(host, what)| ((*host).to_owned(), (*what).to_owned())).collect()
    }

    #[test]
    fn a_domain_has_www_staging_and_previews_and_nothing_else() {
        let table = compose(&hosts(Some("example.edu")), &BTreeMap::new(), None);
        let expected = pairs(&[
            ("example.edu", "production"),
            ("staging.example.edu", "staging"),
            ("fix-42.example.edu", "fix-42"),
            ("*.example.edu", "The preview of this branch"),
            ("www.example.edu", "to example.edu"),
        ]);
        assert_eq!(told(&table), expected);
    }

    #[test]
    fn without_a_domain_every_other_name_is_production() {
        let table = compose(&hosts(None), &BTreeMap::new(), None);
        let expected = pairs(&[
            ("localhost", "production"),
            ("staging.localhost", "staging"),
            ("fix-42.localhost", "fix-42"),
            ("*.localhost", "The preview of this branch"),
            ("any", "production"),
        ]);
        assert_eq!(told(&table), expected);
    }

    #[test]
    fn paths_lead_to_their_pools_and_operators_alone_see_the_logs() {
        let mut hosts = hosts(Some("example.edu"));
        let inside = Protection { basic: None, networks: vec!["10.0.0.0/8".to_owned()] };
        hosts.protections.insert(Environment::staging(), inside.clone());
        let table = compose(&hosts, &BTreeMap::new(), None);
        let HostAction::Routes(routes) = &table.hosts[1].action else { panic!("{:?}", table.hosts[1]) };
        let of = |prefix: &str| routes.iter().find(|route| route.prefix == prefix).unwrap();
        assert_eq!(of("/api").target, Target::Pool("api@staging".parse().unwrap()));
        assert_eq!(of("/").target, Target::Pool("web@staging".parse().unwrap()));
        assert_eq!(of("/").protection, Some(inside));
        assert_eq!(of("/status").target, Target::Status);
        assert_eq!(of("/status").protection, None);
        assert_eq!(of("/kibana").protection.as_ref().unwrap().basic.as_deref(), Some("operators"));
        for (prefix, what) in [("/git", "Git push-to-deploy"), ("/webhooks", "Git push-to-deploy")] {
            assert_eq!(of(prefix).target, Target::Later { what: what.to_owned() });
        }
        for prefix in ["/metrics", "/healthz", "/readyz"] {
            assert_eq!(of(prefix).target, Target::Nobody, "{prefix}");
        }
    }

    #[test]
    fn pools_hold_what_is_ready_and_are_there_while_nothing_is() {
        let upstream = crate::routes::Upstream {
            instance: crate::names::InstanceId("web@production.1".to_owned()),
            address: "127.0.0.1:4001".parse().unwrap(),
        };
        let ready = Pool { upstreams: vec![upstream] };
        let web: ServiceName = "web@production".parse().unwrap();
        let closed = Maintenance { reason: "until noon".to_owned() };
        let table = compose(&hosts(None), &BTreeMap::from([(web.clone(), ready.clone())]), Some(&closed));
        assert_eq!(table.pools[&web], ready);
        assert_eq!(table.pools.len(), 6);
        assert!(table.pools[&"api@production".parse().unwrap()].upstreams.is_empty());
        assert_eq!(table.maintenance, Some(closed));
    }
}
