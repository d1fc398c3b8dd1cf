//! The site from outside: each host through the edge, as a visitor comes, over http and https.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use clock::Stopwatch;
use platform::ports::RouteStore;
use platform::routes::{HostAction, HostPattern, HostRoutes};
use platform::status::thresholds::SLOW_ANSWER_MS;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, StatusCode};
use rustls::CertificateError;
use statefiles::StateFiles;
use tls::local_authority::LocalAuthority;
use tokio::net::TcpStream;

use super::line::Line;
use crate::world::World;

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// What is asked of a host that answers: a page, the API, and what the edge itself says.
const PATHS: [&str; 3] = ["/", "/api/v1/suggestions?q=co", "/status.json"];
/// How long connecting may take: it is this machine.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// One of the ways in.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) scheme: &'static str,
    pub(super) address: SocketAddr,
}

/// Tries each host of the route table by each way.
pub(super) async fn look(world: &World, ways: &[Way]) -> Vec<Line> {
    let files = StateFiles::at(&world.data_dir());
    let table = match files.routes_since(None).await {
        Ok(Some((_, table))) => table,
        // Without a supervisor there are no hosts; the port alone is looked at.
        Ok(None) => return Vec::new(),
        Err(error) => return vec![Line::fail("routes", format!("{:#}", anyhow::Error::from(error)))],
    };
    let root = LocalAuthority::read(&world.data_dir().join("certificates").join("local")).ok().flatten();
    let root = root.and_then(|authority| Certificate::from_pem(authority.root_pem().as_bytes()).ok());
    let mut lines = Vec::new();
    for way in ways {
        if !listens(way.address).await {
            lines.push(Line::warn("edge", format!("nobody listens at {} ({})", way.address, way.scheme)).mend("bt up"));
            continue;
        }
        for host in &table.hosts {
            let HostPattern::Exact(name) = &host.host else { continue };
            match client(name, *way, root.as_ref()) {
                Ok(client) => lines.extend(host_lines(&client, *way, name, host).await),
                Err(error) => lines.push(Line::fail(name.as_str(), format!("cannot be asked: {error}"))),
            }
        }
    }
    lines
}

async fn listens(address: SocketAddr) -> bool {
    tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(address)).await.is_ok_and(|connected| connected.is_ok())
}

/// A client that finds the name at the edge, whatever the network's names say.
fn client(host: &str, way: Way, root: Option<&Certificate>) -> reqwest::Result<Client> {
    let mut builder =
        Client::builder().timeout(ANSWER_LIMIT).redirect(Policy::none()).no_proxy().resolve(host, way.address);
    if let Some(root) = root {
        builder = builder.tls_certs_merge([root.clone()]);
    }
    builder.build()
}

async fn host_lines(client: &Client, way: Way, name: &str, host: &HostRoutes) -> Vec<Line> {
    let ask = |path: &'static str| async move {
        let watch = Stopwatch::start();
        let url = format!("{}://{name}:{}{path}", way.scheme, way.address.port());
        let what = format!("{}://{name}{path}", way.scheme);
        match client.get(url).send().await {
            Ok(answer) => judge(&what, host, way, &answer, watch.elapsed()),
            Err(error) => silent(what, error.without_url()),
        }
    };
    let paths: &[&'static str] = match &host.action {
        HostAction::RedirectTo(_) => &PATHS[..1],
        HostAction::Routes(_) => &PATHS,
    };
    let mut lines = Vec::new();
    for path in paths {
        lines.push(ask(path).await);
    }
    lines
}

/// What does not answer, or not so that a browser would go on.
fn silent(what: String, error: reqwest::Error) -> Line {
    match mistrust(&error) {
        Some((text, mend)) => Line::fail(what, text).mend(mend),
        None => Line::fail(what, format!("does not answer: {:#}", anyhow::Error::from(error)))
            .mend("bt ps, then bt restart edge"),
    }
}

/// Why its certificate is refused, and what to do; `None` when that is not the trouble.
fn mistrust(error: &reqwest::Error) -> Option<(&'static str, &'static str)> {
    let why = chain(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(why)) => Some(why),
        _ => None,
    })?;
    Some(match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "its certificate has ended: browsers refuse the site",
            "bt certificates, then the runbook: expired certificate",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("its certificate is not valid yet: this machine's clock may be wrong", "timedatectl set-ntp true")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "its certificate is of other names",
            "bt certificates, which says what is asked for and why it does not come",
        ),
        CertificateError::UnknownIssuer => (
            "this machine does not trust whoever issued its certificate",
            "bt certificates, when it should be of a public authority; when it is of one of your own: put the root into \
             /usr/local/share/ca-certificates/own.crt, then update-ca-certificates",
        ),
        _ => ("its certificate is refused", "bt certificates"),
    })
}

/// An error and its causes. Those within an `io::Error` are no sources of it.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}

fn judge(what: &str, host: &HostRoutes, way: Way, answer: &Response, took: Duration) -> Line {
    let status = answer.status();
    let told = format!("{} in {} ms", status.as_u16(), took.as_millis());
    let location = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    if let HostAction::RedirectTo(to) = &host.action {
        let is_right = status == StatusCode::PERMANENT_REDIRECT && location.contains(&format!("//{to}"));
        return if is_right {
            Line::ok(what, format!("redirects to {to}"))
        } else {
            Line::fail(what, format!("should redirect to {to}, and answers {told}")).mend("bt restart edge")
        };
    }
    if status.is_redirection() && way.scheme == "http" && location.starts_with("https://") {
        return Line::ok(what, "redirects to https");
    }
    let service = host.environment.as_ref().map(|environment| format!("web@{environment}")).unwrap_or_default();
    match status.as_u16() {
        401 | 403 => Line::ok(what, format!("is protected: {told}")),
        500.. => Line::fail(what, format!("answers {told}")).mend(format!("bt ps, then bt logs {service}")),
        404 | 421 | 400 => Line::fail(what, format!("is not known to the edge: {told}")).mend("bt restart edge"),
        _ if took.as_millis() > u128::from(SLOW_ANSWER_MS) => Line::warn(what, format!("is slow: {told}")),
        _ => Line::ok(what, told),
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::header::LOCATION;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use platform::names::Environment;
    use tokio::net::TcpListener;

    use super::super::line::Standing;
    use super::*;

    /// What is told of a host of which each path answers so.
    async fn told(action: HostAction, pages: Router) -> Vec<(Standing, String)> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let way = Way { scheme: "http", address: listener.local_addr().unwrap() };
        tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
        let host = HostRoutes {
            host: HostPattern::Exact("bt.example".to_owned()),
            environment: Some(Environment::production()),
            action,
        };
        let client = client("bt.example", way, None).unwrap();
        let lines = host_lines(&client, way, "bt.example", &host).await;
        lines.into_iter().map(|line| (line.standing, line.text.split(" in ").next().unwrap().to_owned())).collect()
    }

    fn page(answer: fn() -> axum::response::Response) -> Router {
        Router::new().fallback(get(async move || answer()))
    }

    #[tokio::test]
    async fn each_path_of_a_host_is_asked_as_a_visitor_asks() {
        let pages = Router::new()
            .route("/", get(async || "page"))
            .route("/api/v1/suggestions", get(async || StatusCode::BAD_GATEWAY))
            .route("/status.json", get(async || StatusCode::NOT_FOUND));
        let expected = [
            (Standing::Ok, "200".to_owned()),
            (Standing::Wrong, "answers 502".to_owned()),
            (Standing::Wrong, "is not known to the edge: 404".to_owned()),
        ];
        assert_eq!(told(HostAction::Routes(Vec::new()), pages).await, expected);
    }

    #[tokio::test]
    async fn a_redirect_must_lead_where_it_should() {
        let to = |host: &str| HostAction::RedirectTo(host.to_owned());
        let right = || (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "https://bt.example/")]).into_response();
        assert_eq!(told(to("bt.example"), page(right)).await[0].0, Standing::Ok);
        assert_eq!(told(to("other.example"), page(right)).await[0].0, Standing::Wrong);
        assert_eq!(told(to("bt.example"), page(|| "page".into_response())).await[0].0, Standing::Wrong);
        let told = told(HostAction::Routes(Vec::new()), page(right)).await;
        assert_eq!(told[0], (Standing::Ok, "redirects to https".to_owned()));
    }

    #[tokio::test]
    async fn a_port_at_which_nobody_listens_is_known() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        assert!(listens(address).await);
        drop(listener);
        assert!(!listens(address).await);
    }
}
