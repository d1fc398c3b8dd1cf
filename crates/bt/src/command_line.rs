//! The command line.

pub(crate) mod house;
pub(crate) mod people;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use catalog::run::Step;
use catalog::switches::{Reason, Source};
use catalog::term::TermId;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use platform::names::Environment;

use self::house::{Json, Logs, Restart};

/// Berkeleytime: the catalog of Berkeley's courses, with how they fill and how they were graded.
#[derive(Debug, Parser)]
#[command(name = "bt", version, propagate_version = true)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
pub(crate) struct Everywhere {
    /// The settings; berkeleytime.toml in this folder when there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder for everything that is kept
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Any setting, as in `--set sis.page_size=50`; may be repeated
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start everything: database, edge, site and API for production and staging, scheduled jobs
    Up {
        #[command(flatten)]
        listen: Listen,
        /// Go on in the background once the site answers
        #[arg(long)]
        detach: bool,
        /// This is the process in the background
        #[arg(long, hide = true, conflicts_with = "detach")]
        background: bool,
    },
    /// Stop the `bt up` of this data directory, and what a killed one left behind
    Down {
        #[command(flatten)]
        json: Json,
    },
    /// Serve one or more services by themselves
    Serve {
        /// Which services
        #[arg(required = true, value_enum)]
        services: Vec<Service>,
        #[command(flatten)]
        listen: Listen,
        #[command(flatten)]
        placement: Placement,
    },
    /// What the schedule starts
    #[command(hide = true)]
    Job {
        /// Which job
        #[arg(value_enum)]
        job: Job,
    },
    /// Update the catalog now: all steps, or some of term, course, class, enrollment, playlist
    Update(Update),
    /// Take in files
    Import {
        /// What they hold
        #[command(subcommand)]
        what: Import,
    },
    /// Turn a source of data off or on while everything runs; by itself: what is off
    Switch {
        /// Which way
        #[command(subcommand)]
        what: Option<Switch>,
    },
    /// Stand in for the university's SIS: a made-up campus, or captured data played back
    Sis(Sis),
    /// Bring the database's schema up to date
    Migrate {
        /// A release that runs beside this one, as `bt deploy` writes it; may be repeated
        #[arg(long, hide = true)]
        beside: Vec<String>,
    },
    /// What runs here, and how it is
    Ps {
        #[command(flatten)]
        json: Json,
    },
    /// What the services and jobs said
    Logs(Logs),
    /// Start a service anew, without a request that fails
    Restart(Restart),
    /// The jobs, when they ran and when they run next
    Schedule {
        #[command(flatten)]
        json: Json,
    },
    /// The builds of bt that can be deployed
    Release {
        /// What about them
        #[command(subcommand)]
        what: house::Release,
    },
    /// Run a release as an environment
    Deploy(house::Deploy),
    /// Backups of the database: take, list, verify, restore
    Backup {
        /// What about them
        #[command(subcommand)]
        what: house::Backup,
    },
    /// TLS certificates: who issued them, until when, and what is done next
    Certificates {
        /// What about them; the list without it
        #[command(subcommand)]
        what: Option<house::Certificates>,
    },
    /// Tell the visitors of the status page what goes on
    Incident {
        /// What about it
        #[command(subcommand)]
        what: house::Incident,
    },
    /// The mistakes that visitors reported, the newest first
    Reports {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 20)]
        last: usize,
    },
    /// Alarms to the people who run this
    Alarm {
        /// What about them
        #[command(subcommand)]
        what: house::Alarms,
    },
    /// Close the site for work, and open it again
    Maintenance {
        /// Which way
        #[command(subcommand)]
        what: house::Maintenance,
    },
    /// Who may not come in
    Ban {
        /// What about them
        #[command(subcommand)]
        what: house::Ban,
    },
    /// People with an account: who they are, what they may do, and how that ends
    People {
        /// What about them
        #[command(subcommand)]
        what: people::People,
    },
    /// Make the line of a password file for somebody, asking for the password
    Password {
        /// Whose
        name: String,
    },
    /// This build: version, release, and the schema it expects
    About {
        #[command(flatten)]
        json: Json,
    },
    /// About the settings
    Config {
        /// What about them
        #[command(subcommand)]
        what: Config,
    },
    /// Try the whole house from outside, and say what to do about what is wrong
    Doctor {
        #[command(flatten)]
        listen: Listen,
        #[command(flatten)]
        json: Json,
    },
}

/// Where to listen.
#[derive(Args, Debug)]
pub(crate) struct Listen {
    /// Where the site is served
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
}

/// Where a service stands in a larger house. The supervisor sets it.
#[derive(Args, Debug)]
pub(crate) struct Placement {
    /// The environment that it serves: production, staging, or a preview's name
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<Environment>,
    /// A file to write process and address into, once it listens; it is then behind an edge on this machine
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) announce: Option<PathBuf>,
}

/// The services that can be served by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Service {
    /// The site's pages
    Web,
    /// GraphQL and REST below /api
    Api,
    /// The only door: TLS, routes, limits, /status
    Edge,
    /// Archives what the database writes
    Backup,
    /// Tells people what happened to what they follow
    Notifier,
}

/// The jobs of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// The first load of all terms, and every night the update
    Nightly,
    /// Seats and waitlists of the terms that are open
    Enrollments,
}

/// What an update takes.
#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Which steps; all when none is named
    #[arg(value_name = "STEP")]
    pub(crate) steps: Vec<Step>,
    /// A term by its id or name (2168, fall-2016); may be repeated. Without it: the current and the coming ones
    #[arg(long = "term", value_name = "TERM")]
    pub(crate) terms: Vec<TermId>,
    /// All terms that the source knows
    #[arg(long, conflicts_with = "terms")]
    pub(crate) all_terms: bool,
    /// Say what would change, and publish nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Publish although much less came than was known: after you have looked
    #[arg(long)]
    pub(crate) accept_short: bool,
}

/// What can be taken in.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Grade exports of CalAnswers, raw or formatted; importing one twice changes nothing
    Grades {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// The registrar's dates of terms to come, in the place of all that were imported before; by itself: what is held
    Calendar {
        /// One fact a line: term, what, days
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Which way a source is turned.
#[derive(Debug, Subcommand)]
pub(crate) enum Switch {
    /// Show nothing of it on the site and in the API, and tell why; its data is kept
    Off {
        /// grades, enrollment, descriptions, or public-api
        #[arg(value_name = "SOURCE")]
        source: Source,
        /// Why, in one line: every visitor can read it
        #[arg(long, value_name = "TEXT", value_parser = Reason::parse)]
        reason: Reason,
    },
    /// Show it again
    On {
        /// grades, enrollment, descriptions, or public-api
        #[arg(value_name = "SOURCE")]
        source: Source,
    },
}

/// What the stand-in takes.
#[derive(Args, Debug)]
pub(crate) struct Sis {
    /// Play back captured data from a folder, instead of a made-up campus
    #[arg(long, value_name = "DIR", requires = "at")]
    pub(crate) replay: Option<PathBuf>,
    /// The moment that is played, such as 2017-04-12T12:00Z; the present otherwise
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Another number makes another campus
    #[arg(long, value_name = "N")]
    seed: Option<String>,
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Break something, as in `--fault latency_ms=200` or `--fault 'empty_term="2268"'`; may be repeated. The names
    /// are those of the control endpoint, POST /standin/control
    #[arg(long = "fault", value_name = "NAME=JSON", value_parser = key_and_value)]
    pub(crate) faults: Vec<(String, String)>,
}

/// What there is to say about the settings.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Config {
    /// Every value and where it comes from; secrets are not shown
    Explain,
    /// The example file, which explains every setting
    Example,
}

impl CommandLine {
    /// The flags of every command once more, for a process that is to be set like this one.
    pub(crate) fn again(&self, folder: &Path) -> Vec<String> {
        let mut flags = Vec::new();
        let mut add = |flag: &str, value: String| flags.extend([flag.to_owned(), value]);
        if let Some(config) = &self.everywhere.config {
            add("--config", folder.join(config).display().to_string());
        }
        if let Some(data_dir) = &self.everywhere.data_dir {
            add("--data-dir", folder.join(data_dir).display().to_string());
        }
        for (name, value) in &self.everywhere.set {
            add("--set", format!("{name}={value}"));
        }
        flags
    }

    /// The settings among the flags: flag, name, value.
    pub(crate) fn settings(&self) -> Vec<(String, String, String)> {
        let mut settings = Vec::new();
        let mut add = |flag: &str, name: &str, value: Option<&String>| {
            settings.extend(value.map(|value| (flag.to_owned(), name.to_owned(), value.clone())));
        };
        for (name, value) in &self.everywhere.set {
            add("--set", name, Some(value));
        }
        add("--data-dir", "data_dir", self.everywhere.data_dir.as_ref());
        match &self.command {
            Command::Up { listen, .. } | Command::Serve { listen, .. } | Command::Doctor { listen, .. } => {
                add("--listen", "listen", listen.listen.as_ref());
            }
            Command::Sis(sis) => add("--seed", "demo.seed", sis.seed.as_ref()),
            _ => {}
        }
        settings
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`"))?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    /// Words as a shell makes them, up to where it would send the answer.
    fn words(command: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (number, piece) in command.split('"').enumerate() {
            match number % 2 {
                0 => words.extend(piece.split_whitespace().map(str::to_owned)),
                _ => words.push(piece.to_owned()),
            }
        }
        let end = words.iter().position(|word| [">>", "|", "&&"].contains(&word.as_str()));
        words.truncate(end.unwrap_or(words.len()));
        words
    }

    #[test]
    fn every_command_of_the_runbook_is_one() {
        let runbook = include_str!("../../../docs/RUNBOOK.md").replace('\n', " ");
        let quoted = runbook.split('`').skip(1).step_by(2).filter(|quoted| quoted.starts_with("bt "));
        let commands: Vec<Vec<String>> = quoted.map(words).collect();
        assert!(commands.len() > 40, "{} commands", commands.len());
        for command in commands {
            match CommandLine::try_parse_from(&command) {
                Ok(_) => {}
                // Its name alone stands for all that begin so.
                Err(error) if command.len() == 2 && error.kind() != ErrorKind::InvalidSubcommand => {}
                Err(error) => panic!("`{}`: {error}", command.join(" ")),
            }
        }
    }

    #[test]
    fn terms_and_steps_are_read_by_their_names() {
        let line = CommandLine::parse_from(["bt", "update", "class", "--term", "2168", "--term", "fall-2016"]);
        let Command::Update(update) = line.command else { panic!("not an update") };
        assert_eq!(update.steps, [Step::Class]);
        assert_eq!(update.terms, ["2168".parse().unwrap(), "2168".parse().unwrap()]);
        let wrong = CommandLine::try_parse_from(["bt", "update", "klass"]).unwrap_err().to_string();
        assert!(wrong.contains("`klass` is no step of an update"), "{wrong}");
    }

    #[test]
    fn a_source_is_turned_off_by_its_name_and_for_a_reason() {
        let line = CommandLine::parse_from(["bt", "switch", "off", "public-api", "--reason", "Asked for."]);
        let Command::Switch { what: Some(Switch::Off { source, reason }) } = line.command else { panic!("not off") };
        assert_eq!((source, reason.as_str()), (Source::PublicApi, "Asked for."));
        let wrong = |arguments: &[&str]| CommandLine::try_parse_from(arguments).unwrap_err().to_string();
        assert!(wrong(&["bt", "switch", "on", "seats"]).contains("`seats` cannot be switched"));
        assert!(wrong(&["bt", "switch", "off", "grades"]).contains("--reason"));
        assert!(wrong(&["bt", "switch", "off", "grades", "--reason", " "]).contains("the reason is empty"));
    }

    #[test]
    fn flags_become_settings() {
        let line =
            CommandLine::parse_from(["bt", "up", "--listen", "127.0.0.1:1", "--data-dir", "d", "--set", "a.b=c=d"]);
        let flag = |flag: &str, name: &str, value: &str| (flag.to_owned(), name.to_owned(), value.to_owned());
        let expected = [
            flag("--set", "a.b", "c=d"),
            flag("--data-dir", "data_dir", "d"),
            flag("--listen", "listen", "127.0.0.1:1"),
        ];
        assert_eq!(line.settings(), expected);
    }
}
