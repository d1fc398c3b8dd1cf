//! The route table as requests use it: hosts in a map, prefixes longest first, pools as they live in this thread.

use std::collections::HashMap;
use std::sync::Arc;

use admission::allow::AllowList;
use platform::names::{Environment, ServiceName};
use platform::routes::{HostAction, HostPattern, HostRoutes, PathRoute, RouteTable, Target, preview_label};
use platform::wishes::Maintenance;

use crate::figures::RouteFigures;
use crate::request::host::Host;
use crate::upstream::pool::Pool;

/// All routes, ready to be asked.
#[derive(Default)]
pub(crate) struct CompiledTable {
    by_name: HashMap<Box<str>, Arc<CompiledHost>>,
    /// By the domain below which previews lie.
    previews: Vec<(Box<str>, Arc<CompiledHost>)>,
    any: Option<Arc<CompiledHost>>,
    pub(crate) maintenance: Option<Maintenance>,
}

/// One host.
pub(crate) struct CompiledHost {
    pub(crate) action: CompiledAction,
    /// Whether it was named: what is true of names is not of `localhost` and of addresses.
    pub(crate) is_named: bool,
}

/// What it does.
pub(crate) enum CompiledAction {
    RedirectTo(Box<str>),
    /// Longest prefix first.
    Routes(Vec<Arc<CompiledRoute>>),
}

/// One route.
pub(crate) struct CompiledRoute {
    prefix: Box<str>,
    pub(crate) target: CompiledTarget,
    pub(crate) guarded: Guarded,
    pub(crate) environment: Option<Environment>,
    pub(crate) figures: RouteFigures,
}

/// Who may come in.
pub(crate) struct Guarded {
    /// The name of a list of people with passwords.
    pub(crate) passwords: Option<String>,
    /// `None` for a list that cannot be read: then nobody may.
    pub(crate) networks: Option<AllowList>,
}

/// Who answers.
pub(crate) enum CompiledTarget {
    Pool(Arc<Pool>),
    Status,
    Nobody,
    Later(Box<str>),
}

impl CompiledTable {
    /// Compiles a table; `pool` gives the pools as they live.
    pub(crate) fn new(table: &RouteTable, mut pool: impl FnMut(&ServiceName) -> Arc<Pool>) -> Self {
        let mut compiled = Self { maintenance: table.maintenance.clone(), ..Self::default() };
        for host in &table.hosts {
            let made = Arc::new(compile_host(host, &mut pool));
            match &host.host {
                HostPattern::Any => compiled.any = Some(made),
                HostPattern::Exact(name) => drop(compiled.by_name.insert(written_plainly(name), made)),
                HostPattern::Previews(domain) => compiled.previews.push((written_plainly(domain), made)),
            }
        }
        compiled
    }

    /// What answers for a host.
    pub(crate) fn host(&self, host: &Host) -> Option<&Arc<CompiledHost>> {
        let name = host.as_str();
        self.by_name.get(name).or_else(|| self.preview(name)).or(self.any.as_ref())
    }

    fn preview(&self, name: &str) -> Option<&Arc<CompiledHost>> {
        self.previews.iter().find(|(domain, _)| preview_label(name, domain).is_some()).map(|(_, host)| host)
    }

    /// What answers a request that names no host, which HTTP/1.0 allows.
    pub(crate) fn without_host(&self) -> Option<&Arc<CompiledHost>> {
        self.any.as_ref()
    }
}

impl CompiledHost {
    /// The route of a path.
    pub(crate) fn route(&self, path: &str) -> Option<&Arc<CompiledRoute>> {
        let CompiledAction::Routes(routes) = &self.action else { return None };
        routes.iter().find(|route| begins_with(path, &route.prefix))
    }
}

fn written_plainly(name: &str) -> Box<str> {
    name.trim_end_matches('.').to_ascii_lowercase().into()
}

fn compile_host(host: &HostRoutes, pool: &mut impl FnMut(&ServiceName) -> Arc<Pool>) -> CompiledHost {
    let is_named = host.host != HostPattern::Any;
    let action = match &host.action {
        HostAction::RedirectTo(other) => CompiledAction::RedirectTo(other.as_str().into()),
        HostAction::Routes(routes) => {
            let environment = host.environment.as_ref();
            let compile = |route: &PathRoute| Arc::new(compile_route(route, environment, pool));
            let mut routes: Vec<_> = routes.iter().map(compile).collect();
            routes.sort_by_key(|route| std::cmp::Reverse(route.prefix.len()));
            CompiledAction::Routes(routes)
        }
    };
    CompiledHost { action, is_named }
}

fn compile_route(
    route: &PathRoute,
    environment: Option<&Environment>,
    pool: &mut impl FnMut(&ServiceName) -> Arc<Pool>,
) -> CompiledRoute {
    let (target, service) = match &route.target {
        Target::Pool(service) => (CompiledTarget::Pool(pool(service)), service.to_string()),
        Target::Status => (CompiledTarget::Status, "status".to_owned()),
        Target::Nobody => (CompiledTarget::Nobody, "nobody".to_owned()),
        Target::Later { what } => (CompiledTarget::Later(what.as_str().into()), "later".to_owned()),
    };
    let prefix = route.prefix.trim_end_matches('/');
    CompiledRoute {
        prefix: prefix.into(),
        target,
        guarded: guarded(route),
        environment: environment.cloned(),
        figures: RouteFigures::new(environment.map_or("none", Environment::as_str), &service),
    }
}

fn guarded(route: &PathRoute) -> Guarded {
    let protection = route.protection.clone().unwrap_or_default();
    let networks = AllowList::parse(&protection.networks);
    if let Err(error) = &networks {
        tracing::error!(%error, prefix = route.prefix, "a route's list of networks cannot be read: nobody is let in");
    }
    Guarded { passwords: protection.basic, networks: networks.ok() }
}

/// Whether a path lies below a prefix (without its final slash): `/api` has `/api` and `/api/x`, and not `/apix`.
pub(crate) fn begins_with(path: &str, prefix: &str) -> bool {
    match path.strip_prefix(prefix) {
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn route(prefix: &str, what: &str) -> PathRoute {
        PathRoute { prefix: prefix.to_owned(), target: Target::Later { what: what.to_owned() }, protection: None }
    }

    fn table(prefixes: &[&str]) -> CompiledTable {
        let routes = prefixes.iter().map(|prefix| route(prefix, prefix)).collect();
        let host = HostRoutes {
            host: HostPattern::Exact("Berkeleytime.com".to_owned()),
            environment: Some(Environment::production()),
            action: HostAction::Routes(routes),
        };
        let table = RouteTable { hosts: vec![host], ..RouteTable::default() };
        CompiledTable::new(&table, |_| unreachable!("no pools here"))
    }

    fn answers(table: &CompiledTable, path: &str) -> Option<String> {
        let host = table.host(&Host::read(b"berkeleytime.com:8080").unwrap()).unwrap();
        host.route(path).map(|route| match &route.target {
            CompiledTarget::Later(what) => what.to_string(),
            _ => "another".to_owned(),
        })
    }

    #[test]
    fn the_longest_prefix_at_the_border_of_a_segment_wins() {
        let table = table(&["/", "/api", "/api/upload/"]);
        let cases = [
            ("/", "/"),
            ("/apix", "/"),
            ("/api", "/api"),
            ("/api/x", "/api"),
            ("/api/upload", "/api/upload/"),
            ("/api/uploads", "/api"),
        ];
        for (path, prefix) in cases {
            assert_eq!(answers(&table, path).as_deref(), Some(prefix), "{path}");
        }
    }

    #[test]
    fn a_host_that_nobody_named_has_no_routes() {
        let table = table(&["/"]);
        assert!(table.host(&Host::read(b"evil.example").unwrap()).is_none());
        assert!(table.without_host().is_none());
    }

    proptest! {
        #[test]
        fn the_table_agrees_with_looking_at_every_prefix(
            prefixes in proptest::collection::vec("(/[ab]{1,2}){1,3}", 1..6),
            path in "(/[ab]{1,2}){1,4}",
        ) {
            let list: Vec<&str> = prefixes.iter().map(String::as_str).collect();
            let segments = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
            let expected = list.iter().filter(|prefix| segments(&path).starts_with(&segments(prefix))).map(|p| p.len()).max();
            prop_assert_eq!(answers(&table(&list), &path).map(|prefix| prefix.len()), expected);
        }
    }
}
