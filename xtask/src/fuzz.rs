//! `cargo xtask fuzz`: made-up requests against a running API, from its own OpenAPI document and GraphQL schema, for ten
//! minutes each. The fuzzer is schemathesis, a Python program; it is no part of `ci`, because it takes its time.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::chore::{listen_to, root, say};

/// Where `bt up` listens when nobody says otherwise.
const USUAL_ADDRESS: &str = "http://127.0.0.1:8080";

/// How long each of the two is fuzzed.
const SECONDS: &str = "600";

/// What to do first.
const PREPARATIONS: &str = "\
There is no `schemathesis` on the PATH. Put it there:
    python3 -m venv .venv && .venv/bin/pip install schemathesis && export PATH=$PWD/.venv/bin:$PATH
Then start what is to be fuzzed, without a limit per client:
    bt up --set api.requests_per_minute=0";

/// Fuzzes the API at an address; whether nothing was found. A second argument says for how many seconds.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<bool> {
    if !is_there()? {
        say(PREPARATIONS);
        return Ok(false);
    }
    let address = arguments.first().map_or(USUAL_ADDRESS, String::as_str).trim_end_matches('/');
    let seconds = arguments.get(1).map_or(SECONDS, String::as_str);
    let tests = root().canonicalize()?.join("tests/fuzz");
    let mut rest = schemathesis()?;
    rest.arg("--config-file").arg(tests.join("schemathesis.toml"));
    let rest = fuzz(rest, &format!("{address}/api/v1/openapi.json"), "all", seconds)?;
    let mut graphql = schemathesis()?;
    // Its own checks take every refusal for a fault of the server: ours tells them apart.
    graphql.env("SCHEMATHESIS_HOOKS", tests.join("graphql_checks.py"));
    let graphql = fuzz(graphql, &format!("{address}/api/graphql"), "answers_are_graphql", seconds)?;
    Ok(rest && graphql)
}

/// The fuzzer, in a folder where it may leave what it learnt: findings can be played again from there.
#[expect(clippy::disallowed_methods, reason = "the fuzzer is another program")]
fn schemathesis() -> anyhow::Result<Command> {
    let folder = std::env::temp_dir().join("berkeleytime-fuzz");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut command = Command::new("schemathesis");
    command.current_dir(folder);
    Ok(command)
}

fn is_there() -> anyhow::Result<bool> {
    let mut command = schemathesis()?;
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status().is_ok_and(|status| status.success()))
}

fn fuzz(mut command: Command, schema: &str, checks: &str, seconds: &str) -> anyhow::Result<bool> {
    say(&format!("== {schema}, {seconds} s"));
    command.args(["--no-color", "run", schema, "--checks", checks, "--continue-on-failure", "--max-time", seconds]);
    listen_to(command, |_| {})
}
