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
        Err(error) => {
            let mend = "bt logs supervisor, which makes the route table anew at its next start";
            return vec![Line::fail("routes", format!("{:#}", anyhow::Error::from(error)), mend)];
        }
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
                Ok(client) => lines.extend(host_lines(&client, *way, name, host, table.maintenance.is_some()).await),
                Err(error) => {
                    lines.push(Line::fail(name.as_str(), format!("cannot be asked: {error}"), "bt logs edge"));
                }
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

async fn host_lines(client: &Client, way: Way, name: &str, host: &HostRoutes, is_closed: bool) -> Vec<Line> {
    let ask = |path: &'static str| async move {
        let watch = Stopwatch::start();
        let url = format!("{}://{name}:{}{path}", way.scheme, way.address.port());
        let what = format!("{}://{name}{path}", way.scheme);
        match client.get(url).send().await {
            Ok(answer) if is_closed && answer.status() == StatusCode::SERVICE_UNAVAILABLE => {
                Ok(Line::warn(what, "is closed for work: 503").mend("bt maintenance off, when the work is done"))
            }
            Ok(answer) => Ok(judge(&what, host, way, &answer, watch.elapsed())),
            Err(error) => silent(what, error.without_url()),
        }
    };
    let paths: &[&'static str] = match &host.action {
        HostAction::RedirectTo(_) => &PATHS[..1],
        HostAction::Routes(_) => &PATHS,
    };
    let mut lines = Vec::new();
    for path in paths {
        match ask(path).await {
            Ok(line) => lines.push(line),
            // It is the same for each path.
            Err(mistrusted) => {
                lines.push(mistrusted);
                break;
            }
        }
    }
    lines
}

/// What does not answer; an error when that is because a browser would not go on.
fn silent(what: String, error: reqwest::Error) -> Result<Line, Line> {
    if let Some((text, mend)) = mistrust(&error) {
        return Err(Line::fail(what, text, mend));
    }
    let text = format!("does not answer: {:#}", anyhow::Error::from(error));
    Ok(Line::fail(what, text, "bt ps, then bt restart edge"))
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
            Line::fail(what, format!("should redirect to {to}, and answers {told}"), "bt restart edge")
        };
    }
    if status.is_redirection() && way.scheme == "http" && location.starts_with("https://") {
        return Line::ok(what, "redirects to https");
    }
    let service = host.environment.as_ref().map(|environment| format!("web@{environment}")).unwrap_or_default();
    match status.as_u16() {
        401 | 403 => Line::ok(what, format!("is protected: {told}")),
        500.. => Line::fail(what, format!("answers {told}"), format!("bt ps, then bt logs {service}")),
        404 | 421 | 400 => Line::fail(what, format!("is not known to the edge: {told}"), "bt restart edge"),
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
    use clock::{Clock as _, SystemClock};
    use platform::names::Environment;
    use tls::acceptor::{Acceptor, AcceptorConfig};
    use tls::certificates::Certificates;
    use tls::folder::CertificateFolder;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::super::line::Standing;
    use super::*;

    /// What is told of a host of which each path answers so.
    async fn told(action: HostAction, pages: Router) -> Vec<(Standing, String)> {
        told_while(false, action, pages).await
    }

    async fn told_while(is_closed: bool, action: HostAction, pages: Router) -> Vec<(Standing, String)> {
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
        let lines = host_lines(&client, way, "bt.example", &host, is_closed).await;
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
    async fn a_site_that_is_closed_for_work_is_not_broken() {
        let closed = || StatusCode::SERVICE_UNAVAILABLE.into_response();
        let open = told(HostAction::Routes(Vec::new()), page(closed)).await;
        assert_eq!(open[0], (Standing::Wrong, "answers 503".to_owned()));
        let told = told_while(true, HostAction::Routes(Vec::new()), page(closed)).await;
        assert_eq!(told[0], (Standing::Warning, "is closed for work: 503".to_owned()));
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

    /// The way into a site over TLS that answers everybody by `200`.
    async fn site(certificates: Vec<tls::certificate::Certificate>) -> Way {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let served = Certificates::new();
        served.replace(certificates);
        let config = AcceptorConfig { offers_http_2: false, ..AcceptorConfig::default() };
        let acceptor = Acceptor::new(&served, &config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let way = Way { scheme: "https", address: listener.local_addr().unwrap() };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
            }
        });
        way
    }

    /// What is told of the first page of a host by that way.
    async fn seen(name: &str, way: Way, root: Option<&Certificate>) -> String {
        let host = HostRoutes {
            host: HostPattern::Exact(name.to_owned()),
            environment: Some(Environment::production()),
            action: HostAction::Routes(Vec::new()),
        };
        let lines = host_lines(&client(name, way, root).unwrap(), way, name, &host, false).await;
        lines[0].text.split(" in ").next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_local_certificate_is_of_exactly_the_names_by_which_this_machine_is_reached() {
        let place = std::env::temp_dir().join(format!("bt-doctor-tls-{}", std::process::id()));
        let folder = CertificateFolder::open(&place).unwrap();
        let hosts = ["localhost", "staging.localhost"].map(|name| name.parse().unwrap());
        let list = certificates::served::list(Vec::new(), &hosts, &folder, SystemClock.now());
        let mut names: Vec<&str> = list.iter().flat_map(|one| one.names()).map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["127.0.0.1", "::1", "localhost", "staging.localhost", "www.localhost"]);
        let root = LocalAuthority::read(&folder.local()).unwrap().unwrap();
        let root = Certificate::from_pem(root.root_pem().as_bytes()).unwrap();
        let way = site(list).await;
        for name in ["localhost", "staging.localhost", "www.localhost"] {
            assert_eq!(seen(name, way, Some(&root)).await, "200", "{name}");
        }
        assert_eq!(seen("other.localhost", way, Some(&root)).await, "its certificate is of other names");
        let untrusted = "this machine does not trust whoever issued its certificate";
        assert_eq!(seen("localhost", way, None).await, untrusted);

        let long_ago = SystemClock.now() - jiff::SignedDuration::from_hours(500 * 24);
        let ended = LocalAuthority::open(&place.join("old"), long_ago).unwrap();
        let root = Certificate::from_pem(ended.root_pem().as_bytes()).unwrap();
        let way = site(vec![ended.certificate(&["localhost".to_owned()], long_ago).unwrap()]).await;
        let told = seen("localhost", way, Some(&root)).await;
        assert_eq!(told, "its certificate has ended: browsers refuse the site");
        std::fs::remove_dir_all(&place).unwrap();
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
