//! The commands about what runs on this machine: processes, releases, schedules, backups, the door.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use platform::names::{Environment, ReleaseName, ServiceName};
use platform::status::Part;

/// How an answer is written.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Json {
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which log lines are shown.
#[derive(Args, Debug)]
pub(crate) struct Logs {
    /// Services (`api`, `api@staging`, `edge`) or jobs (`nightly`); all when none is named
    #[arg(value_name = "SERVICE")]
    pub(crate) names: Vec<String>,
    /// Go on with what comes
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// How many of the last lines
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    pub(crate) lines: usize,
    /// Only lines since a moment (2026-11-22T02:00Z) or of the last while (15m, 2h)
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Since>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// Where lines begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// At a moment.
    At(Timestamp),
    /// So long ago.
    Ago(SignedDuration),
}

/// What is done about releases.
#[derive(Debug, Subcommand)]
pub(crate) enum Release {
    /// Those that can be deployed, and what runs where
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Take in a build of bt, so that it can be deployed
    Add {
        /// The program's file
        #[arg(value_name = "FILE")]
        program: PathBuf,
    },
    /// Remove one that nothing runs, to free its room
    Remove {
        /// Which, as the list shows it (its beginning will do)
        #[arg(value_name = "RELEASE")]
        release: String,
    },
}

/// What is deployed where.
#[derive(Args, Debug)]
pub(crate) struct Deploy {
    /// Where: production or staging
    #[arg(value_name = "ENVIRONMENT")]
    pub(crate) environment: Environment,
    /// What, as `bt release list` shows it (its beginning will do); `own` for the program that runs `bt up`
    #[arg(value_name = "RELEASE")]
    pub(crate) release: String,
}

/// What is done about backups.
#[derive(Debug, Subcommand)]
pub(crate) enum Backup {
    /// Take one now
    Now(InTurn),
    /// Those that are kept, newest first
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Read all of one, and check every checksum and that no change is missing since
    Verify {
        /// Which; the newest without it
        backup: Option<String>,
    },
    /// Restore the newest backup aside, and compare it with what it was taken of
    Drill(InTurn),
    /// Bring the database back: into a new folder, or in place of the one that is lost
    Restore(Restore),
}

/// What to do while another work on the backups is under way.
#[derive(Args, Debug)]
pub(crate) struct InTurn {
    /// Wait until another work on the backups has ended, rather than fail
    #[arg(long)]
    pub(crate) wait: bool,
}

/// What is restored, and where.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// Up to this moment; the end of what is archived without it
    #[arg(long, value_name = "TIME")]
    pub(crate) to_time: Option<Timestamp>,
    /// This backup as it was when it was taken, as `bt backup list` names it
    #[arg(long, value_name = "ID", conflicts_with = "to_time")]
    pub(crate) backup: Option<String>,
    /// Along this line of history, as `bt backup list` shows it under LINE; the newest without it
    #[arg(long, value_name = "N", conflicts_with = "backup")]
    pub(crate) timeline: Option<u32>,
    /// A folder that is new or empty
    #[arg(long, value_name = "DIR", conflicts_with = "in_place")]
    pub(crate) into: Option<PathBuf>,
    /// Over the database of this data directory, which must not run: type its folder's name. What was there is moved
    /// aside
    #[arg(long, value_name = "NAME")]
    pub(crate) in_place: Option<String>,
}

/// What is said to visitors by hand.
#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    /// All of them, newest first
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Tell the visitors of something
    Open {
        /// In one line
        title: String,
        /// What it touches: web, api, database …; may be repeated
        #[arg(long = "part", value_name = "PART", value_parser = part)]
        parts: Vec<Part>,
        /// A sentence or two more
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
    },
    /// Say how it goes on
    Update {
        /// Which
        number: u32,
        /// A sentence or two
        text: String,
    },
    /// Say that it is over
    Resolve {
        /// Which
        number: u32,
        /// A sentence or two more
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
    },
}

/// Who may not come in.
#[derive(Debug, Subcommand)]
pub(crate) enum Ban {
    /// Who is banned, until when and why
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Ban an address or a network
    Add {
        /// Such as 192.0.2.7 or 192.0.2.0/24
        network: String,
        /// For how long, such as 1h or 7d; for ever without it
        #[arg(long, value_name = "TIME", value_parser = duration)]
        until: Option<SignedDuration>,
        /// Why, for the list
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Let it in again
    Lift {
        /// As the list shows it
        network: String,
    },
}

/// What is done about the site as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum Maintenance {
    /// Close the site for work; /status stays open
    On {
        /// Why, and until when: every visitor reads it
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Open it again
    Off,
}

/// What is done about certificates.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Certificates {
    /// Names, issuers and days left
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Make this machine and its browsers believe the local authority
    Trust,
    /// Ask for a new one now, whatever the old one's age; the authority's limits hold
    Renew {
        /// Which, as the list names it; all without it
        id: Option<String>,
    },
}

/// What is done about alarms.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Alarms {
    /// What is raised now
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Send one for trial to everybody who would get a real one
    Test,
}

/// Which service is started anew.
#[derive(Args, Debug)]
pub(crate) struct Restart {
    /// Such as api@production, web@staging or edge
    #[arg(value_name = "SERVICE")]
    pub(crate) service: ServiceName,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// A release's name, or the beginning of one.
pub(crate) fn release_by_beginning<'a>(beginning: &str, all: &'a [ReleaseName]) -> Result<&'a ReleaseName, String> {
    let mut found = all.iter().filter(|name| name.as_str().starts_with(beginning));
    match (found.next(), found.next()) {
        (Some(name), None) => Ok(name),
        (None, _) => Err(format!("there is no release `{beginning}`: `bt release list` shows them")),
        (Some(_), Some(_)) => Err(format!("several releases begin with `{beginning}`: write more of its name")),
    }
}

fn since(text: &str) -> Result<Since, String> {
    if let Ok(moment) = text.parse() {
        return Ok(Since::At(moment));
    }
    duration(text)
        .map(Since::Ago)
        .map_err(|_| format!("`{text}` is neither a moment (2026-11-22T02:00Z) nor a time (15m)"))
}

const SECONDS_OF_A_DAY: i64 = 86_400;

/// A length of time of at least a second.
fn duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("`{text}` is no length of time: expected 90s, 15m, 2h or 7d");
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<i64>().ok());
    let read = match days {
        Some(days) => days.checked_mul(SECONDS_OF_A_DAY).map(SignedDuration::from_secs),
        None => text.parse::<SignedDuration>().ok(),
    };
    read.filter(|length| *length >= SignedDuration::from_secs(1)).ok_or_else(wrong)
}

fn part(text: &str) -> Result<Part, String> {
    let named = |part: Part| serde_json::to_value(part).ok().and_then(|value| value.as_str().map(str::to_owned));
    let found = Part::ALL.into_iter().find(|part| named(*part).as_deref() == Some(text));
    found.ok_or_else(|| {
        let names: Vec<String> = Part::ALL.into_iter().filter_map(named).collect();
        format!("`{text}` is no part of the house: expected one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_moments_and_as_lengths() {
        assert_eq!(since("15m"), Ok(Since::Ago(SignedDuration::from_mins(15))));
        assert_eq!(since("2026-11-22T02:00Z"), Ok(Since::At("2026-11-22T02:00:00Z".parse().unwrap())));
        assert_eq!(duration("7d"), Ok(SignedDuration::from_hours(168)));
        for bad in ["", "soon", "-5m", "0s", "99999999999999999d"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_release_is_found_by_an_unmistakable_beginning() {
        let all: Vec<ReleaseName> = ["aa11aa11", "aa22aa22", "bb11bb11"].map(|name| name.parse().unwrap()).to_vec();
        assert_eq!(release_by_beginning("bb", &all).unwrap().as_str(), "bb11bb11");
        assert!(release_by_beginning("aa", &all).unwrap_err().contains("several"));
        assert!(release_by_beginning("cc", &all).unwrap_err().contains("no release"));
    }

    #[test]
    fn a_part_is_named_as_in_the_report() {
        assert_eq!(part("nightly_update"), Ok(Part::NightlyUpdate));
        assert!(part("kitchen").unwrap_err().contains("nightly_update"));
    }
}
