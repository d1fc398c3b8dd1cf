//! The project's own chores, as `cargo xtask <chore>`. They are programs, so that they are tested and read like the
//! rest, and run the same on every machine.

mod chore;
mod ci;
mod fuzz;
mod generate;
mod licences;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask ci         every check, as CI runs it
cargo xtask licences   third-party code against deny.toml, without cargo-deny
cargo xtask bench      measures (update, replay, load, api, site, edge, house, kills), on the release build
cargo xtask fuzz       made-up requests against a running API: [http://127.0.0.1:8080] [seconds]
cargo xtask screens    pictures of every page, into docs/screens
cargo xtask gen        makes the files that are made of code: berkeleytime.example.toml, docs/openapi.json";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let outcome = match chore.as_str() {
        "ci" => ci::run(),
        "licences" => licences::run(),
        "bench" => bench(),
        "fuzz" => fuzz::run(&std::env::args().skip(2).collect::<Vec<_>>()),
        "screens" => screens(),
        "gen" => generate::run().map(|()| true),
        _ => {
            chore::say(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            chore::say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Measuring needs a database client and more: it is a program of its own, so that the other chores build without.
fn bench() -> anyhow::Result<bool> {
    // Optimised: the bench loads and searches catalogs itself.
    let mut command = chore::cargo(&["run", "--quiet", "--release", "--locked", "--package", "bench", "--"]);
    let status = command.args(std::env::args().skip(2)).status()?;
    Ok(status.success())
}

/// The site is started as the journeys start it.
fn screens() -> anyhow::Result<bool> {
    let folder = std::path::absolute(chore::root().join("docs/screens"))?;
    let built = chore::cargo(&["build", "--quiet", "--locked", "--bin", "bt"]).status()?;
    let mut command =
        chore::cargo(&["run", "--quiet", "--locked", "--package", "journeys", "--example", "screens", "--"]);
    Ok(built.success() && command.arg(folder).status()?.success())
}
