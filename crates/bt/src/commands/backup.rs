//! `bt backup`: takes, lists, verifies, drills and restores.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use backup::error::BackupError;
use backup::list::ListedBackup;
use backup::progress::{Progress, Step};
use backup::restore::{Line, RestoreOrder, What};
use backup::take::Living;
use backup::verify::Scope;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use platform::backups::names::BackupId;
use platform::backups::ports::RestorePlace;
use platform::status::thresholds::bytes;
use processes::claim::Claim;
use processes::postgres::DATABASE;
use processes::turn::{Turn, TurnError};

use crate::command_line::house::{self, InTurn, Restore};
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

const MS_PER_SECOND: u64 = 1000;
/// How often one who waits looks whether it is its turn. The schedule ends a job that waits too long.
const TURN_LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many backups an error names: a week of nights.
const NAMED_AT_MOST: usize = 7;

pub(super) async fn run(world: &World, what: &house::Backup) -> anyhow::Result<Ending> {
    // Nothing half-done counts: a backup is one when its manifest is there, and a restore is cleaned up after.
    let done = match what {
        // It is told of the stop itself, and removes what it began.
        house::Backup::Now(in_turn) => return now(world, in_turn).await,
        house::Backup::List { json } => unless_stopped(world, list(world, json.json)).await,
        house::Backup::Verify { backup } => unless_stopped(world, verify(world, backup.as_deref())).await,
        house::Backup::Drill(in_turn) => unless_stopped(world, drill(world, in_turn)).await,
        house::Backup::Restore(arguments) => unless_stopped(world, restore(world, arguments)).await,
    };
    done.unwrap_or(Ok(Ending::Failed))
}

async fn now(world: &World, in_turn: &InTurn) -> anyhow::Result<Ending> {
    let (store, files, census) = (world.backups()?, world.database_files(), world.census()?);
    let Some(turn) = unless_stopped(world, turn(world, "bt backup now", in_turn)).await else {
        return Ok(Ending::Failed);
    };
    let _turn = turn?;
    let spool = files.spool()?;
    let bars = Bars::new(world);
    let report = |progress| bars.show(progress);
    // What is over its time goes at the same time: there is no other moment at which anybody would think of it. Before,
    // since a full vault has no room for the new one; and after, since with the new one others are over their time.
    let prune = async || {
        let pruned = unless_stopped(world, store.prune(&report)).await.transpose()?;
        Ok::<_, BackupError>(pruned.unwrap_or_default())
    };
    let before = prune().await?;
    let living = Living { files: &files, spool: &spool, census: &census };
    let manifest = store.take(living, &world.shutdown, &report).await?;
    let after = prune().await?;
    bars.end();
    let removed = match before.backups.len() + after.backups.len() {
        0 => String::new(),
        1 => "; an old one is removed".to_owned(),
        many => format!("; {many} old ones are removed"),
    };
    world.screen.print(&format!("backup {} is in the vault{removed}", manifest.id));
    Ok(Ending::Fine)
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let mut all = world.backups()?.list().await?;
    all.reverse();
    if as_json {
        let manifests: Vec<_> = all.iter().map(|one| &one.manifest).collect();
        world.screen.print(&serde_json::to_string_pretty(&manifests)?);
        return Ok(Ending::Fine);
    }
    if all.is_empty() {
        world.screen.print("there is no backup yet: `bt backup now` takes one");
        return Ok(Ending::Fine);
    }
    let rows: Vec<[String; 5]> = all.iter().map(row).collect();
    world.screen.print(&table(["BACKUP", "SIZE", "LINE", "CAN BE RESTORED TO", "KEPT AS"], &rows));
    Ok(Ending::Fine)
}

fn row(one: &ListedBackup) -> [String; 5] {
    let reaches = match (one.missing.len(), one.reaches) {
        (0, Some(until)) if one.is_on_the_way => format!("any moment until {}", second(until)),
        (0, Some(until)) if until > one.manifest.restore_point.at => {
            format!("any moment until {}, with --timeline {}", second(until), one.manifest.wal.timeline)
        }
        (0, Some(_)) => "itself: a restore has left its line of history".to_owned(),
        (0, None) => "itself".to_owned(),
        (missing, _) => format!("nothing: {missing} files of its journal are missing"),
    };
    let kept: Vec<String> = one.kept_as.iter().map(|reason| reason.as_str().to_owned()).collect();
    let kept = if kept.is_empty() { "goes with the next backup".to_owned() } else { kept.join(", ") };
    let line = one.manifest.wal.timeline.to_string();
    [one.manifest.id.to_string(), bytes(one.manifest.stored_bytes()), line, reaches, kept]
}

fn second(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

async fn verify(world: &World, backup: Option<&str>) -> anyhow::Result<Ending> {
    let scope = match backup {
        None => Scope::Newest,
        Some("all") => Scope::All,
        Some(name) => Scope::One(named(world, name).await?),
    };
    let bars = Bars::new(world);
    let verified = world.backups()?.verify(scope, &|progress| bars.show(progress)).await?;
    bars.end();
    for trouble in &verified.troubles {
        world.screen.complain(trouble);
    }
    let until = verified.journal_until.map_or_else(String::new, |until| format!(", the journal until {until}"));
    let (backups, objects, size) = (verified.backups, verified.objects, bytes(verified.bytes));
    world.screen.print(&format!("{backups} backups, {objects} objects, {size} read and checked{until}"));
    Ok(if verified.troubles.is_empty() { Ending::Fine } else { Ending::Failed })
}

async fn drill(world: &World, in_turn: &InTurn) -> anyhow::Result<Ending> {
    let _turn = turn(world, "bt backup drill", in_turn).await?;
    let bars = Bars::new(world);
    let result =
        world.backups()?.drill(&world.database_files(), &world.census()?, &|progress| bars.show(progress)).await?;
    bars.end();
    for difference in result.differences.iter().chain(&result.trouble) {
        world.screen.complain(difference);
    }
    let what = result.backup.map_or_else(|| "no backup".to_owned(), |id| format!("backup {id}"));
    let (tables, rows, seconds) = (result.tables, result.rows, result.took_ms / MS_PER_SECOND);
    world.screen.print(&format!("{what}: {tables} tables with {rows} rows restored and compared in {seconds} s"));
    Ok(if result.is_good() { Ending::Fine } else { Ending::Failed })
}

async fn restore(world: &World, arguments: &Restore) -> anyhow::Result<Ending> {
    let place = match (&arguments.into, &arguments.in_place) {
        (Some(folder), None) => RestorePlace::Into(world.folder.join(folder)),
        (None, Some(_)) => RestorePlace::InPlace,
        _ => {
            anyhow::bail!("say where to: --into a new folder, or --in-place {DATABASE} over the database that is lost")
        }
    };
    let what = match (&arguments.backup, arguments.to_time) {
        (Some(name), _) => What::Backup(named(world, name).await?),
        (None, Some(moment)) => What::Time(moment),
        (None, None) => What::Newest,
    };
    // Nobody may start the house meanwhile, nor restore it another time.
    let _claims = match place {
        RestorePlace::InPlace => {
            Some((turn(world, "bt backup restore", &InTurn { wait: false }).await?, claim(world).await?))
        }
        _ => None,
    };
    let order = RestoreOrder {
        what,
        line: arguments.timeline,
        place,
        typed_name: arguments.in_place.clone(),
        database_name: DATABASE.to_owned(),
    };
    let files = world.database_files();
    let bars = Bars::new(world);
    let restored = world.backups()?.restore(&order, &files, &files.spool()?, &|progress| bars.show(progress)).await?;
    bars.end();
    if let Some(why) = &restored.not_shipped {
        world.screen.complain(&format!("what still waited on this machine could not be taken along: {why}"));
    }
    let until =
        restored.recovered.last_change.as_ref().map_or_else(String::new, |last| format!(", last change {last}"));
    world.screen.print(&format!("backup {} is restored{until}: {}", restored.backup, restored.place.folder.display()));
    if restored.recovered.ended_early {
        world.screen.print("nothing is archived between that change and the moment that was asked for");
    }
    match (&restored.line, arguments.timeline) {
        (Some(line), _) => world.screen.print(&followed(line)),
        (None, Some(line)) => world.screen.print(&format!("line {line} of history was followed, as you asked")),
        (None, None) => {}
    }
    if let Some(aside) = &restored.place.moved_aside {
        world.screen.print(&format!("what was there before is kept: {}", aside.display()));
    }
    Ok(Ending::Fine)
}

fn followed(line: &Line) -> String {
    let since = line
        .known_since
        .map_or_else(String::new, |since| since.strftime(", in the vault since %Y-%m-%dT%H:%M:%SZ").to_string());
    let number = line.timeline;
    format!(
        "line {number} of history was followed, which an earlier restore began{since}: what the line before it had after \
         the moment of that restore is not in it"
    )
}

/// The backup of that name.
async fn named(world: &World, name: &str) -> anyhow::Result<BackupId> {
    let known = world.backups()?.ids().await?;
    let found = known.iter().find(|id| id.to_string() == name).copied();
    found.with_context(|| match known.is_empty() {
        true => format!("there is no backup `{name}`, nor any other: `bt backup now` takes one"),
        false => {
            let newest: Vec<String> = known.iter().rev().take(NAMED_AT_MOST).map(ToString::to_string).collect();
            let (shown, more) = (newest.join(", "), known.len().saturating_sub(newest.len()));
            let more = if more == 0 { String::new() } else { format!(" and {more} older ones (`bt backup list`)") };
            format!("there is no backup `{name}`: there are {shown}{more}")
        }
    })
}

/// The right to work on the backups, so that two works do not get into each other's way.
async fn turn(world: &World, what: &str, in_turn: &InTurn) -> anyhow::Result<Turn> {
    let mut looks = tokio::time::interval(TURN_LOOK_EVERY);
    let mut is_told = false;
    loop {
        match Turn::take(&world.data_dir(), what, world.clock.now()) {
            Err(TurnError::Taken { holder }) if in_turn.wait => {
                if !is_told {
                    tracing::info!(holder, "waiting for another work on the backups to end");
                }
                is_told = true;
                looks.tick().await;
            }
            taken => return Ok(taken?),
        }
    }
}

async fn claim(world: &World) -> anyhow::Result<Claim> {
    let is_running = world.running_view().await?.is_some();
    let claim = Claim::take(&world.data_dir());
    if is_running {
        claim.context("the database of a running house is not replaced: `bt down` first")
    } else {
        Ok(claim?)
    }
}

/// One bar for each step.
struct Bars<'a> {
    world: &'a World,
    current: Mutex<Option<(Step, ProgressBar)>>,
}

impl<'a> Bars<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, current: Mutex::new(None) }
    }

    fn show(&self, progress: Progress) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = current.as_ref().is_some_and(|(step, _)| *step == progress.step);
        if !is_same {
            if let Some((_, bar)) = current.take() {
                bar.finish_and_clear();
            }
            tracing::info!("{}", progress.step.as_str());
            let bar = self.world.screen.bars().add(ProgressBar::new(progress.total.unwrap_or_default()));
            bar.set_style(
                ProgressStyle::with_template("{msg:30} {wide_bar} {percent:>3} %")
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar.set_message(progress.step.as_str());
            *current = Some((progress.step, bar));
        }
        if let Some((_, bar)) = current.as_ref() {
            bar.set_length(progress.total.unwrap_or(progress.done).max(1));
            bar.set_position(progress.done);
        }
    }

    fn end(&self) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bar)) = current.take() {
            bar.finish_and_clear();
        }
    }
}
