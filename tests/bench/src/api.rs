//! The public API under pressure: each kind of request cold (nothing kept, whole processor time of the server), kept
//! (wrk on the same two cores), and the same bytes by nginx from disk, as the limit.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use kit::operations::{GET_COURSE_FOR_ID, GET_COURSE_FOR_NAME, GET_COURSES_FOR_FILTER};
use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE};

use crate::load_tools::{self, Pressed, ensure_installed, nginx, press};
use crate::measured::command;
use crate::say;
use crate::served::Server;
use crate::shared_cache;

/// As many as the demo campus can have: a term then offers about as many as Berkeley's did in 2021 (5,462).
const COURSES: &str = "demo.courses=15000";

/// Cold requests of each kind.
const COLD_TRIES: u64 = 30;

/// Cold requests at once.
const HERD: usize = 64;

/// What a browser of today takes.
pub(crate) const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// A kind of request.
struct Kind {
    name: &'static str,
    goal: &'static str,
    request: Request,
}

enum Request {
    /// Cold tries differ by a comment.
    Graphql { query: String, variables: String },
    /// Cold tries ask for others of its kind.
    Get { path: String, others: Vec<String> },
}

pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    ensure_installed()?;
    let folder = std::env::temp_dir().join(format!("bt-bench-api-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = in_folder(bt, &folder).await;
    fs::remove_dir_all(&folder).context("the folder of the measurement stays")?;
    measured
}

async fn in_folder(bt: &Path, folder: &Path) -> anyhow::Result<()> {
    say("\nThe public API: a demo campus of 15,000 courses is being made");
    let data = folder.join("data").display().to_string();
    fill(bt, &data, COURSES)?;
    let server = Server::start(bt, &data, &[])?;
    let client = Client::builder().build()?;
    let kinds = kinds(&server, &client).await?;
    say(
        "\n| request | bytes (sent) | goal | cold, processor time | kept, requests/s | p50, p99 at 64 connections | failed | nginx, requests/s |",
    );
    say("|---|---|---|---|---|---|---|---|");
    for kind in &kinds {
        measure(&server, &client, kind, folder).await?;
    }
    unequal(&server, &client, folder).await?;
    herd(bt, &data, server, &kinds[0]).await?;
    shared_cache::run(bt, &data, folder).await
}

/// Runs `bt up` until it says that it serves, and stops it.
pub(crate) fn fill(bt: &Path, data: &str, courses: &str) -> anyhow::Result<()> {
    let mut up = command(bt, &[], &["up", "--listen", "127.0.0.1:0", "--data-dir", data, "--set", courses]);
    let mut child = up.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("bt cannot be started")?;
    let says = child.stdout.take().context("bt has no stdout")?;
    let served = BufReader::new(says).lines().map_while(Result::ok).any(|line| line.starts_with("http://"));
    anyhow::ensure!(served, "bt up ended before it served");
    stop(&mut child)
}

fn stop(child: &mut std::process::Child) -> anyhow::Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).context("no process")?;
    rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
    child.wait()?;
    Ok(())
}

/// Waits until the catalog is in memory, and looks up the ids that the requests need.
async fn kinds(server: &Server, client: &Client) -> anyhow::Result<Vec<Kind>> {
    let looked_up = look_up(server, client).await?;
    let list = graphql(GET_COURSES_FOR_FILTER, &serde_json::json!({ "playlists": looked_up.semester }));
    let both = format!("{},{}", looked_up.semester, looked_up.breadth);
    let breadth = graphql(GET_COURSES_FOR_FILTER, &serde_json::json!({ "playlists": both }));
    let (year, semester) = (&looked_up.year, &looked_up.season);
    let by_id = serde_json::json!({ "id": looked_up.course, "year": year, "semester": semester });
    let by_name =
        serde_json::json!({ "abbreviation": "COMPSCI", "courseNumber": "61A", "year": year, "semester": semester });
    let six = |rows: &[u64]| {
        let rows: Vec<String> = rows.iter().map(u64::to_string).collect();
        format!("/api/grades/sections/{}/", rows.join("&"))
    };
    let series = |course: u64| format!("/api/enrollment/aggregate/{course}/{}/{}/", looked_up.season, looked_up.year);
    let summaries = Request::Get {
        path: six(&looked_up.grades[..6]),
        others: looked_up.grades[6..].chunks_exact(6).map(six).collect(),
    };
    let series = Request::Get {
        path: series(looked_up.course_number),
        others: looked_up.other_courses.iter().map(|course| series(*course)).collect(),
    };
    Ok(vec![
        Kind { name: "all courses of a term", goal: "cold ≤ 20 ms, ≥ 3,000/s", request: list },
        Kind { name: "… with one breadth", goal: "cold ≤ 1 ms, ≥ 20,000/s", request: breadth },
        Kind {
            name: "one course with its sections",
            goal: "cold ≤ 0.3 ms, ≥ 20,000/s, p99 ≤ 5 ms",
            request: graphql(GET_COURSE_FOR_NAME, &by_name),
        },
        Kind {
            name: "the largest course with all its sections",
            goal: "",
            request: graphql(GET_COURSE_FOR_ID, &by_id),
        },
        Kind { name: "enrollment series", goal: "cold ≤ 2 ms, ≥ 15,000/s", request: series },
        Kind { name: "grade summary of six rows", goal: "≥ 20,000/s", request: summaries },
    ])
}

fn graphql(query: &str, variables: &serde_json::Value) -> Request {
    Request::Graphql { query: query.to_owned(), variables: variables.to_string() }
}

/// Ids as a client finds them.
struct LookedUp {
    semester: String,
    breadth: String,
    course: String,
    course_number: u64,
    season: String,
    year: String,
    other_courses: Vec<u64>,
    /// Rows of many courses.
    grades: Vec<u64>,
}

async fn look_up(server: &Server, client: &Client) -> anyhow::Result<LookedUp> {
    let filters = wait_for_filters(server, client).await?;
    let first = |category: &str| filters[category].get(0).cloned().context("a category without a playlist");
    let semester = first("semester")?;
    let playlist = |id: &serde_json::Value| base64(&format!("PlaylistType:{id}"));
    let season = semester["semester"].as_str().context("a semester without a name")?.to_owned();
    let year = semester["year"].as_str().context("a semester without a year")?.to_owned();
    let (course_number, other_courses) = course_numbers(server, client).await?;
    let mut grades = Vec::new();
    for course in [course_number].iter().chain(&other_courses) {
        let rows = get(server, client, &format!("/api/grades/course_grades/{course}/")).await?;
        grades.extend(rows.as_array().into_iter().flatten().filter_map(|row| row["grade_id"].as_u64()));
    }
    anyhow::ensure!(grades.len() >= 12, "the demo campus has too few grades to measure");
    Ok(LookedUp {
        semester: playlist(&semester["id"]),
        breadth: playlist(&first("ls")?["id"]),
        course: base64(&format!("CourseType:{course_number}")),
        course_number,
        season,
        year,
        other_courses,
        grades,
    })
}

/// The number of the course that everybody looks at, and those of others like it.
async fn course_numbers(server: &Server, client: &Client) -> anyhow::Result<(u64, Vec<u64>)> {
    const SUBJECTS: [&str; 4] = ["COMPSCI", "MATH", "PHYSICS", "CHEM"];
    let all = get(server, client, "/api/grades/grades_json/").await?;
    let courses = all["courses"].as_array().context("no list of courses")?;
    let in_subjects = courses.iter().filter(|course| SUBJECTS.iter().any(|subject| course["abbreviation"] == *subject));
    let (mut wanted, mut others) = (None, Vec::new());
    for course in in_subjects {
        let number = course["id"].as_u64().context("a course without an id")?;
        if course["abbreviation"] == "COMPSCI" && course["course_number"] == "61A" {
            wanted = Some(number);
        } else {
            others.push(number);
        }
    }
    others.truncate(usize::try_from(COLD_TRIES)? * 2);
    Ok((wanted.context("the demo campus has no graded COMPSCI 61A")?, others))
}

pub(crate) async fn wait_for_filters(server: &Server, client: &Client) -> anyhow::Result<serde_json::Value> {
    const TRIES: u32 = 300;
    for _ in 0..TRIES {
        if let Ok(filters) = get(server, client, "/api/catalog/catalog_json/filters/").await {
            return Ok(filters);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the API had no catalog within 30 s")
}

async fn get(server: &Server, client: &Client, path: &str) -> anyhow::Result<serde_json::Value> {
    let answer = client.get(format!("{}{path}", server.address)).send().await?.error_for_status()?;
    Ok(answer.json().await?)
}

/// Base64 of a short text, as global ids are written.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            coded.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    coded
}

/// One line of the table.
async fn measure(server: &Server, client: &Client, kind: &Kind, folder: &Path) -> anyhow::Result<()> {
    let cold = cold(server, client, &kind.request).await?;
    let kept = keep(server, client, &kind.request, folder).await?;
    let path = match &kind.request {
        Request::Get { path, .. } => path.as_str(),
        Request::Graphql { .. } => "/api/graphql",
    };
    let url = format!("{}{path}", server.address);
    // The first seconds also let the server compress once more, in peace.
    press(&url, &script(&kind.request, 0), folder)?;
    let pressed = press(&url, &script(&kind.request, 0), folder)?;
    let limit = from_disk(&kept, folder)?;
    say(&format!(
        "| {} | {} ({}) | {} | {:.2} ms | {:.0} | {:.2}, {:.2} ms | {} | {:.0} |",
        kind.name,
        kept.bytes,
        kept.sent,
        kind.goal,
        cold.as_secs_f64() * 1000.0,
        pressed.requests_per_second,
        pressed.p50_ms,
        pressed.p99_ms,
        pressed.failed,
        limit.requests_per_second,
    ));
    Ok(())
}

/// The median processor time of a request that nobody has asked before.
async fn cold(server: &Server, client: &Client, request: &Request) -> anyhow::Result<Duration> {
    let mut took = Vec::new();
    for at in 1..=COLD_TRIES {
        let before = server.processor_time()?;
        let answer = send(server, client, request, at).await?;
        let is_there = answer.status().is_success();
        answer.bytes().await?;
        // Not every course is offered in the term: those are not counted.
        if is_there {
            took.push(server.processor_time()?.saturating_sub(before));
        }
    }
    took.sort();
    took.get(took.len() / 2).copied().context("no cold request was answered")
}

async fn send(server: &Server, client: &Client, request: &Request, at: u64) -> anyhow::Result<reqwest::Response> {
    let sent = match request {
        Request::Get { path, others } => {
            let other = usize::try_from(at).ok().and_then(|at| others.get(at.checked_sub(1)?));
            let path = other.unwrap_or(path);
            client.get(format!("{}{path}", server.address)).header(ACCEPT_ENCODING, ENCODINGS)
        }
        Request::Graphql { .. } => client
            .post(format!("{}/api/graphql", server.address))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, ENCODINGS)
            .body(body(request, at)),
    };
    Ok(sent.send().await?)
}

/// The body of a request; tries differ by a comment.
fn body(request: &Request, at: u64) -> String {
    let Request::Graphql { query, variables } = request else { return String::new() };
    let query = if at == 0 { query.clone() } else { format!("{query}\n#{at}") };
    format!(r#"{{"query":{},"variables":{variables}}}"#, serde_json::Value::from(query))
}

/// A kept answer, on disk as it is sent.
struct Kept {
    bytes: usize,
    sent: usize,
    encoding: String,
    file: PathBuf,
}

async fn keep(server: &Server, client: &Client, request: &Request, folder: &Path) -> anyhow::Result<Kept> {
    let answer = send(server, client, request, 0).await?;
    let encoding = answer.headers().get("content-encoding").and_then(|value| value.to_str().ok());
    let encoding = encoding.unwrap_or("identity").to_owned();
    let sent = answer.bytes().await?;
    let file = folder.join("answer");
    fs::write(&file, &sent)?;
    Ok(Kept { bytes: plain_length(&sent, &encoding)?, sent: sent.len(), encoding, file })
}

fn plain_length(sent: &[u8], encoding: &str) -> anyhow::Result<usize> {
    Ok(if encoding == "zstd" { zstd::decode_all(sent)?.len() } else { sent.len() })
}

fn script(request: &Request, at: u64) -> String {
    let encodings = format!("wrk.headers[\"Accept-Encoding\"] = \"{ENCODINGS}\"\n");
    match request {
        Request::Get { .. } => encodings,
        Request::Graphql { .. } => format!(
            "{encodings}wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [==[{}]==]\n",
            body(request, at)
        ),
    }
}

fn from_disk(kept: &Kept, folder: &Path) -> anyhow::Result<Pressed> {
    let port = free_port()?;
    let nginx = nginx(folder, port, &kept.encoding)?;
    let name = kept.file.file_name().context("a file without a name")?.to_string_lossy().into_owned();
    let url = format!("http://127.0.0.1:{port}/{name}");
    load_tools::press(&url, "", folder)?;
    let pressed = load_tools::press(&url, "", folder);
    drop(nginx);
    pressed
}

fn free_port() -> anyhow::Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

/// Searches of which no two are equal: words, filters, sorts and pages in all combinations.
async fn unequal(server: &Server, client: &Client, folder: &Path) -> anyhow::Result<()> {
    let pressed = press(&server.address, &searches(), folder)?;
    let figures = client.get(format!("{}/metrics", server.address)).send().await?.text().await?;
    let quick = quick_share(&figures).context("no figures of searches")?;
    say(&format!(
        "| search, filters, facets, first page: no two equal | | ≥ 5,000/s, p99 ≤ 2 ms server time | | {:.0} | {:.2}, {:.2} ms | {} | |",
        pressed.requests_per_second, pressed.p50_ms, pressed.p99_ms, pressed.failed
    ));
    say(&format!("\nOf the searches, the server took at most {QUICK} s for {:.1} %, both cores taken.", quick * 100.0));
    say(&format!("The API's process holds {} MiB.", server.resident_mib()));
    Ok(())
}

/// The bucket of the figures that is nearest to the goal of 2 ms.
const QUICK: &str = "0.0025";

/// The share of searches that took no longer than that within the server, from its figures.
fn quick_share(figures: &str) -> Option<f64> {
    let of_searches = |name: &str, more: &str| {
        let lines = figures.lines().filter(|line| line.starts_with(name) && line.contains(more));
        let line = lines.into_iter().find(|line| line.contains("\"/api/v1/courses\"") && line.contains("\"GET\""))?;
        line.rsplit(' ').next()?.parse::<f64>().ok()
    };
    let quick = of_searches("http_request_duration_seconds_bucket", &format!("le=\"{QUICK}\""))?;
    Some(quick / of_searches("http_request_duration_seconds_count", "")?)
}

/// The script of those searches.
pub(crate) fn searches() -> String {
    format!(
        "{}local words = {{\"data\", \"intro\", \"cs 61\", \"history\", \"math\", \"theory of\", \"desgin\", \"lab\", \"chem\", \"writing\"}}\n\
         local levels = {{\"\", \"&level=lower-division\", \"&level=upper-division\", \"&level=graduate\"}}\n\
         local sorts = {{\"relevance\", \"grade\", \"open\", \"enrolled\", \"department\", \"number\"}}\n\
         local n = 0\n\
         request = function()\n  n = n + 1\n\
         \x20 local q = words[n % #words + 1] .. \" \" .. string.char(97 + math.floor(n / 10) % 26)\n\
         \x20 local path = \"/api/v1/courses?facets=true&q=\" .. q:gsub(\" \", \"+\") .. levels[math.floor(n / 260) % 4 + 1] ..\n\
         \x20   \"&sort=\" .. sorts[math.floor(n / 1040) % 6 + 1] .. \"&limit=\" .. (10 + math.floor(n / 6240) % 90)\n\
         \x20 return wrk.format(\"GET\", path)\nend\n",
        format_args!("wrk.headers[\"Accept-Encoding\"] = \"{ENCODINGS}\"\n")
    )
}

/// The first request of a fresh process, by 64 clients at the same moment.
async fn herd(bt: &Path, data: &str, server: Server, kind: &Kind) -> anyhow::Result<()> {
    drop(server);
    let server = Server::start(bt, data, &[])?;
    let client = Client::builder().build()?;
    wait_for_filters(&server, &client).await?;
    let before = server.processor_time()?;
    let asking = (0..HERD).map(|_| send(&server, &client, &kind.request, 0));
    let mut lengths = BTreeSet::new();
    for answer in futures_util::future::join_all(asking).await {
        lengths.insert(answer?.error_for_status()?.bytes().await?.len());
    }
    let took = server.processor_time()?.saturating_sub(before);
    let same = if lengths.len() == 1 { "the same answer for all" } else { "answers of different lengths" };
    say(&format!(
        "{HERD} cold at once: no error, {same}, {:.0} ms of processor time together.",
        took.as_secs_f64() * 1000.0
    ));
    Ok(())
}
