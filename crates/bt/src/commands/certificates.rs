//! `bt certificates`: what is served, until when, what is done next, and who is trusted.

use certificates::notes::Notes;
use certificates::status::{Report, report};
use jiff::Timestamp;
use processes::trust::{self, StepOutcome};
use serde_json::json;
use tls::local_authority::LocalAuthority;

use crate::command_line::house;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

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
        let held = report.held.iter().map(
            |(held, due)| json!({ "id": held.id, "names": held.names, "not_after": held.not_after, "renewed_at": due }),
        );
        world.screen.print(&serde_json::to_string_pretty(&held.collect::<Vec<_>>())?);
        return Ok(Ending::Fine);
    }
    world.screen.print(&told(&report, now));
    for unusable in &report.unusable {
        world.screen.complain(unusable);
    }
    Ok(Ending::Fine)
}

fn told(report: &Report, now: Timestamp) -> String {
    let rows: Vec<[String; 4]> = report
        .held
        .iter()
        .map(|(held, due)| {
            let names: Vec<&str> = held.names.iter().map(|name| name.as_str()).collect();
            let days = held.not_after.duration_since(now).as_hours() / 24;
            [held.id.clone(), names.join(", "), format!("{} ({days} days)", held.not_after), due.to_string()]
        })
        .collect();
    let mut text = report.finding.says.clone();
    if !rows.is_empty() {
        text = format!("{}\n\n{text}", table(["ID", "NAMES", "UNTIL", "RENEWED AT"], &rows));
    }
    if let Some(mend) = &report.finding.mend {
        text += &format!("\n{mend}");
    }
    for (due, hold) in report.plan.waiting.iter().filter(|(_, hold)| hold.until > now) {
        let until = hold.until.strftime("%Y-%m-%dT%H:%M:%SZ");
        text += &format!("\n{}: asked for again at {until}, since {}", due.wanted.id, hold.why);
    }
    text
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
