//! `bt certificates`: what is served, until when, what is done next, and who is trusted.

use certificates::notes::Notes;
use certificates::status::{Report, report};
use jiff::Timestamp;
use platform::certificates::findings::Failing;
use processes::trust::{self, StepOutcome};
use serde_json::{Value, json};
use tls::certificate::Certificate;
use tls::local_authority::{LEAF_LEFT, LocalAuthority};

use crate::command_line::house;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

/// What the certificate of this machine's own authority is called by.
const LOCAL: &str = "local";

pub(super) async fn run(world: &World, what: Option<&house::Certificates>) -> anyhow::Result<Ending> {
    match what {
        None => list(world, false),
        Some(house::Certificates::List { json }) => list(world, json.json),
        Some(house::Certificates::Trust) => trust(world).await,
        Some(house::Certificates::Renew { id }) => renew(world, id.as_deref()),
    }
}

fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let now = world.clock.now();
    let report = report(&world.certificate_folder()?, now)?;
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&as_json_list(&report))?);
        return Ok(Ending::Fine);
    }
    world.screen.print(&told(&report, now));
    for unusable in &report.unusable {
        world.screen.complain(unusable);
    }
    Ok(Ending::Fine)
}

/// What is there, and what is not there since it could not be had.
fn as_json_list(report: &Report) -> Vec<Value> {
    let failed = |id: &str| {
        let failing = report.failing.iter().find(|failing| failing.id == id)?;
        Some(json!({ "says": failing.says, "at": failing.failed_at, "next_try": failing.next_at }))
    };
    let held = report.held.iter().map(|(held, due)| {
        let (id, names, not_after) = (&held.id, &held.names, held.not_after);
        json!({ "id": id, "names": names, "not_after": not_after, "renewed_at": due, "failed": failed(id) })
    });
    let is_missing = |failing: &&Failing| !report.held.iter().any(|(held, _)| held.id == failing.id);
    let missing = report.failing.iter().filter(is_missing).map(|failing| {
        let nothing = None::<Timestamp>;
        json!({ "id": failing.id, "names": [failing.name], "not_after": nothing, "renewed_at": nothing, "failed": failed(&failing.id) })
    });
    let local = report.local.iter().map(|local| {
        let (names, not_after) = (local.names(), local.not_after());
        json!({ "id": LOCAL, "names": names, "not_after": not_after, "renewed_at": renewed_at(local), "failed": None::<()> })
    });
    held.chain(missing).chain(local).collect()
}

fn told(report: &Report, now: Timestamp) -> String {
    let until = |end: Timestamp| format!("{end} ({} days)", end.duration_since(now).as_hours() / 24);
    let local = report.local.iter().map(|local| {
        [LOCAL.to_owned(), local.names().join(", "), until(local.not_after()), renewed_at(local).to_string()]
    });
    let rows: Vec<[String; 4]> = report
        .held
        .iter()
        .map(|(held, due)| {
            let names: Vec<&str> = held.names.iter().map(|name| name.as_str()).collect();
            [held.id.clone(), names.join(", "), until(held.not_after), due.to_string()]
        })
        .chain(local)
        .collect();
    let mut text = report.finding.says.clone();
    if !rows.is_empty() {
        text = format!("{}\n\n{text}", table(["ID", "NAMES", "UNTIL", "RENEWED AT"], &rows));
    }
    if let Some(mend) = &report.finding.mend {
        text += &format!("\n{mend}");
    }
    for failing in &report.failing {
        text += &format!("\n{}", failing.told_whole());
    }
    for (due, hold) in report.plan.waiting.iter().filter(|(_, hold)| hold.until > now) {
        let until = hold.until.strftime("%Y-%m-%dT%H:%M:%SZ");
        text += &format!("\n{}: asked for again at {until}, since {}", due.wanted.id, hold.why);
    }
    text
}

/// The keeper makes it anew from then on, by itself.
fn renewed_at(local: &Certificate) -> Timestamp {
    local.not_after().checked_sub(LEAF_LEFT).unwrap_or(local.not_after())
}

/// Only a wish: the keeper in the edge reads it, and keeps to the authority's limits.
fn renew(world: &World, id: Option<&str>) -> anyhow::Result<Ending> {
    let folder = world.certificate_folder()?;
    let wanted = Notes::read(&folder)?.wanted();
    let known: Vec<&str> = wanted.iter().map(|wanted| wanted.id.as_str()).collect();
    let chosen: Vec<&str> = known.iter().copied().filter(|known| id.is_none_or(|id| id == *known)).collect();
    anyhow::ensure!(!known.is_empty(), "no certificate is asked for here: set a domain, and start `bt up`");
    anyhow::ensure!(!chosen.is_empty(), "there is no such certificate: expected one of {}", known.join(", "));
    for id in chosen {
        folder.ask(id)?;
    }
    world.screen.print("asked for; `bt certificates` tells in a minute how it went");
    Ok(Ending::Fine)
}

/// Makes this machine and its browsers believe the local authority.
async fn trust(world: &World) -> anyhow::Result<Ending> {
    let authority = LocalAuthority::open(&world.certificate_folder()?.local(), world.clock.now())?;
    let mut ending = Ending::Fine;
    for step in trust::trust(&authority.root_path(), world.home.as_deref()).await {
        match step.outcome {
            StepOutcome::Done => world.screen.print(&format!("{}: trusts it now", step.place)),
            StepOutcome::ByHand { why, command } => {
                ending = Ending::Failed;
                world.screen.complain(&format!("{}: {why}; do it by: {command}", step.place));
            }
        }
    }
    Ok(ending)
}
