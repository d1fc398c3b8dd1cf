//! The site's pages through the whole house: what each kind costs, made and kept, for nobody and for somebody who is
//! signed in; what they weigh; what all of them mixed come to; and when a browser paints them.

mod addresses;
mod mix;
mod paint;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use clock::Stopwatch;
use reqwest::header::{ACCEPT_ENCODING, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use self::addresses::Kind;
use crate::api::ENCODINGS;
use crate::load_tools::ensure_installed;
use crate::measured::command;
use crate::running_house::House;
use crate::say;

pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    ensure_installed()?;
    let folder = std::env::temp_dir().join(format!("bt-bench-site-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("no folder for the measurement")?;
    let measured = measure(bt, &folder).await;
    let _ = command(bt, &[], &["down", "--data-dir", &folder.display().to_string()]).status();
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

async fn measure(bt: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut house = House::at(bt, folder);
    house.start().await?;
    house.wait_until_quiet().await?;
    let client = Client::builder().redirect(Policy::none()).build()?;
    let reader = Reader { client, site: House::site(), cookie: None };
    let kinds = addresses::collect(&reader).await?;
    let ana = reader.signed_in("ana").await?;
    table(&reader, &ana, &kinds).await?;
    let planned = addresses::planned(&ana).await?;
    say("\n| somebody's own pages | p50, p99, slowest |\n|---|---|");
    for kind in &planned {
        say(&format!("| {} | {} |", kind.name, times(&ana, kind).await?.words()));
    }
    weights(&reader, &kinds).await?;
    mix::run(&reader, &ana, &kinds, &planned, folder).await?;
    paint::run(&reader.site, &kinds)
}

/// Each kind of page made for the first time, kept, and for somebody. The first of all pays for what a fresh process has to
/// learn; pages of a kind are asked for one after another, over one connection.
async fn table(reader: &Reader, ana: &Reader, kinds: &[Kind]) -> anyhow::Result<()> {
    say(
        "\n| page | addresses | made: p50, p99, slowest | kept | for somebody who is signed in |\n|---|---|---|---|---|",
    );
    for kind in kinds {
        let made = times(reader, kind).await?;
        let kept = times(reader, kind).await?;
        let own = times(ana, kind).await?;
        let count = kind.addresses.len();
        say(&format!("| {} | {count} | {} | {} | {} |", kind.name, made.words(), kept.words(), own.words()));
    }
    Ok(())
}

/// Whoever reads the site.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(crate) client: Client,
    pub(crate) site: String,
    /// The cookie of whoever is signed in.
    pub(crate) cookie: Option<String>,
}

impl Reader {
    /// A page as it is sent: its status, and how many bytes came.
    pub(crate) async fn send(&self, path: &str) -> anyhow::Result<(StatusCode, usize)> {
        let answer = self.asking(path).header(ACCEPT_ENCODING, ENCODINGS).send().await?;
        let status = answer.status();
        Ok((status, answer.bytes().await?.len()))
    }

    /// A page's text.
    pub(crate) async fn text(&self, path: &str) -> anyhow::Result<String> {
        Ok(self.asking(path).send().await?.error_for_status()?.text().await?)
    }

    fn asking(&self, path: &str) -> reqwest::RequestBuilder {
        let asking = self.client.get(format!("{}{path}", self.site));
        match &self.cookie {
            Some(cookie) => asking.header(COOKIE, cookie),
            None => asking,
        }
    }

    /// Sends a form of the site's own page; gives where it leads, and the cookie that was set.
    pub(crate) async fn post(&self, path: &str, form: String) -> anyhow::Result<(String, Option<String>)> {
        let mut posting = self.client.post(format!("{}{path}", self.site)).header("sec-fetch-site", "same-origin");
        posting = posting.header("content-type", "application/x-www-form-urlencoded").body(form);
        if let Some(cookie) = &self.cookie {
            posting = posting.header(COOKIE, cookie);
        }
        let answer = posting.send().await?;
        anyhow::ensure!(answer.status() == StatusCode::SEE_OTHER, "{path} answered {}", answer.status());
        let header =
            |name| answer.headers().get(name).and_then(|value: &reqwest::header::HeaderValue| value.to_str().ok());
        let cookie = header(SET_COOKIE).and_then(|line| line.split(';').next()).map(str::to_owned);
        Ok((header(reqwest::header::LOCATION).unwrap_or_default().to_owned(), cookie))
    }

    /// The same reader, signed in as one of the made-up people.
    async fn signed_in(&self, sample: &str) -> anyhow::Result<Self> {
        let (_, cookie) = self.post("/sign-in", format!("sample={sample}")).await?;
        anyhow::ensure!(cookie.is_some(), "nobody was signed in");
        Ok(Self { cookie, ..self.clone() })
    }
}

/// How long pages took.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// The time that so many thousandths of all do not exceed.
    pub(crate) fn at(&self, permille: usize) -> Duration {
        let place = (self.0.len() * permille / 1000).min(self.0.len().saturating_sub(1));
        self.0.get(place).copied().unwrap_or_default()
    }

    /// `1.2, 3.4, 5.6 ms`.
    pub(crate) fn words(&self) -> String {
        let ms = |permille| self.at(permille).as_secs_f64() * 1000.0;
        format!("{:.1}, {:.1}, {:.1} ms", ms(500), ms(990), ms(1000))
    }
}

async fn times(reader: &Reader, kind: &Kind) -> anyhow::Result<Times> {
    let mut all = Vec::new();
    for path in &kind.addresses {
        let watch = Stopwatch::start();
        let (status, _) = reader.send(path).await?;
        all.push(watch.elapsed());
        anyhow::ensure!(status == StatusCode::OK, "{path} answered {status}");
    }
    Ok(Times::of(all))
}

/// What a first visit weighs with everything that a page names, and a later one.
async fn weights(reader: &Reader, kinds: &[Kind]) -> anyhow::Result<()> {
    say("\n| first visit | page | with style, script and picture |\n|---|---|---|");
    for kind in kinds {
        let Some(path) = kind.addresses.first() else { continue };
        let text = reader.text(path).await?;
        let (_, page) = reader.send(path).await?;
        let mut whole = page;
        for file in addresses::values(&text, &["href=\"", "src=\""]).filter(|file| file.starts_with("/-/assets/")) {
            whole += reader.send(file).await?.1;
        }
        say(&format!("| {} | {:.1} KB | {:.1} KB |", kind.name, page as f64 / 1000.0, whole as f64 / 1000.0));
    }
    Ok(())
}
