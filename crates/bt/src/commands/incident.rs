//! `bt incident`: what people tell the visitors of the status page.

use platform::ports::StatusStore as _;
use platform::status::Incident;
use watch::incidents;

use crate::command_line::house;
use crate::door::Ending;
use crate::world::World;

pub(super) async fn run(world: &World, what: &house::Incident) -> anyhow::Result<Ending> {
    let (files, now) = (world.files(), world.clock.now());
    let said = match what {
        house::Incident::List { json } => return list(world, json.json).await,
        house::Incident::Open { title, parts, text } => {
            let text = text.as_deref().unwrap_or(title);
            let number = incidents::open(&files, title, parts, text, now).await?;
            format!(
                "incident {number} is on the status page: `bt incident update {number} \"…\"`, then `bt incident resolve {number}`"
            )
        }
        house::Incident::Update { number, text } => {
            incidents::update(&files, *number, text, now).await?;
            format!("incident {number}: said")
        }
        house::Incident::Resolve { number, text } => {
            incidents::resolve(&files, *number, text.as_deref().unwrap_or("It is over."), now).await?;
            format!("incident {number} is resolved")
        }
    };
    world.screen.print(&said);
    Ok(Ending::Fine)
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let all = world.files().incidents().await?;
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&all)?);
        return Ok(Ending::Fine);
    }
    let lines: Vec<String> = all.iter().map(|incident| told(world, incident)).collect();
    world
        .screen
        .print(if lines.is_empty() { "no incident was ever told".to_owned() } else { lines.join("\n") }.as_str());
    Ok(Ending::Fine)
}

fn told(world: &World, incident: &Incident) -> String {
    let until = incident.resolved_at.map_or_else(|| "open".to_owned(), |at| format!("resolved {}", world.local(at)));
    let mut text =
        format!("{}  {}  since {}, {until}", incident.number, incident.title, world.local(incident.opened_at));
    for update in &incident.updates {
        text += &format!("\n     {}  {}", world.local(update.at), update.text);
    }
    text
}
