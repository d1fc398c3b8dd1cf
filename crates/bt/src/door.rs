//! From the command line to a running command, and from its end to an exit code.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clock::SystemClock;
use processes::owner::Owner;
use telemetry::lines::{self, Filter, LinesConfig};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::command_line::house::Certificates;
use crate::command_line::{Command, CommandLine, Config};
use crate::commands;
use crate::screen::Screen;
use crate::settings::{Settings, Sources, example, explain};
use crate::surroundings::Surroundings;
use crate::world::World;

/// What was asked for makes no sense: a flag or a setting.
const USAGE: u8 = 2;
/// Stopped by a second Ctrl-C before everything was put away.
const FORCED: u8 = 130;
/// How long threads may go on after the end, such as a file being read.
const LEFTOVER_LIMIT: Duration = Duration::from_secs(1);

/// How a command ended that was not broken off by an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All well.
    Fine,
    /// It did what it could, and something of it failed; it has said what.
    Failed,
}

/// Does what the command line asks.
pub(crate) fn enter(command_line: &CommandLine, surroundings: &Surroundings) -> ExitCode {
    let screen = Screen::new(surroundings.is_terminal);
    if let Command::Config { what: Config::Example } = command_line.command {
        screen.print(example().trim_end());
        return ExitCode::SUCCESS;
    }
    let sources = Sources {
        folder: surroundings.folder.clone(),
        file: command_line.everywhere.config.clone(),
        environment: surroundings.settings.clone(),
        flags: command_line.settings(),
    };
    let (settings, layers) = match Settings::read(&sources) {
        Ok(read) => read,
        Err(problems) => {
            screen.complain(&problems.to_string());
            return ExitCode::from(USAGE);
        }
    };
    if let Command::Config { what: Config::Explain } = command_line.command {
        screen.print(explain(&layers).trim_end());
        return ExitCode::SUCCESS;
    }
    let owner = match become_owner(&command_line.command, &surroundings.folder.join(&settings.data_dir)) {
        Ok(owner) => owner,
        Err(error) => {
            screen.complain(&told(&error));
            return ExitCode::FAILURE;
        }
    };
    let mut filter = settings.log_filter.clone();
    if owner.is_some() {
        // Home is root's, which is closed to the account that we are now: that its passwords cannot be read is no news.
        filter = filter.without("sqlx_postgres::options::pgpass");
    }
    begin_telemetry(&settings, filter, surroundings, &screen);
    let world = World {
        settings,
        folder: surroundings.folder.clone(),
        again: command_line.again(&surroundings.folder),
        variables: surroundings.settings.clone().into_iter().chain(surroundings.basics.clone()).collect(),
        notify_socket: surroundings.notify_socket.clone(),
        house_address: surroundings.house_address.clone(),
        home: surroundings.home.clone(),
        path: surroundings.path.clone(),
        clock: Arc::new(SystemClock),
        shutdown: CancellationToken::new(),
        screen,
    };
    match run(&command_line.command, &world) {
        Ok(code) => code,
        Err(error) => {
            world.screen.complain(&told(&error));
            if let Some(owner) = owner {
                world.screen.complain(&format!("this was done as {owner}, whose house it is, and not as root"));
            }
            ExitCode::FAILURE
        }
    }
}

/// What root asks of another account's house is done as that account, so that it leaves nothing there that the house
/// cannot read. Before there are threads.
fn become_owner(command: &Command, data_dir: &Path) -> anyhow::Result<Option<Owner>> {
    let Some(owner) = Owner::other_than_root(data_dir) else { return Ok(None) };
    match command {
        // These need root's power, and leave nothing behind.
        Command::Down { .. } | Command::Certificates { what: Some(Certificates::Trust) } => return Ok(None),
        Command::Up { .. } => anyhow::bail!(
            "the house in {} is {owner}'s and not root's: start it as {owner}, by `systemctl start berkeleytime` where it is \
             a service of the machine",
            data_dir.display()
        ),
        _ => {}
    }
    owner.become_it().with_context(|| format!("cannot become {owner}, whose house is in {}", data_dir.display()))?;
    Ok(Some(owner))
}

/// An error and its causes, each on its line.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some say their cause themselves.
        if !text.contains(&cause) {
            text.push_str("\n  because: ");
            text.push_str(&cause);
        }
    }
    text
}

fn begin_telemetry(settings: &Settings, filter: Filter, surroundings: &Surroundings, screen: &Screen) {
    let config = LinesConfig {
        filter,
        format: settings.log_format,
        is_terminal: surroundings.is_terminal,
        is_colored: surroundings.is_colored,
    };
    lines::begin(&config, screen.clone());
    telemetry::panics::become_lines();
}

fn run(command: &Command, world: &World) -> anyhow::Result<ExitCode> {
    // The one crypto provider of the process; an error says that it is there already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = Runtime::new().context("the asynchronous runtime does not start")?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let work = commands::run(command, world);
        tokio::pin!(work);
        tokio::select! {
            outcome = &mut work => return outcome.map(Some),
            () = signals.next() => {}
        }
        tracing::info!("stopping; a second Ctrl-C does not wait");
        world.shutdown.cancel();
        tokio::select! {
            outcome = &mut work => outcome.map(Some),
            () = signals.next() => Ok(None),
        }
    });
    runtime.shutdown_timeout(LEFTOVER_LIMIT);
    Ok(match outcome? {
        Some(Ending::Fine) => ExitCode::SUCCESS,
        Some(Ending::Failed) => ExitCode::FAILURE,
        None => ExitCode::from(FORCED),
    })
}

/// Ctrl-C, and what `kill` and service managers send.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
        let terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        Ok(Self { interrupt, terminate })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
