//! `bt people`: who has an account, what they may do, and how that ends.

use accounts::person::{Person, Role, Seen};
use accounts::ports::{AccountStore as _, SessionStore as _};
use accounts::session::Session;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::command_line::people::People;
use crate::commands::answer;
use crate::door::Ending;
use crate::nearest::nearest;
use crate::table::table;
use crate::world::{Base, World};

/// How many people are looked through for the one who was meant: a campus and its alumni.
const LOOKED_THROUGH_MAX: usize = 200_000;

pub(super) async fn run(world: &World, what: &People) -> anyhow::Result<Ending> {
    answer(world, async |base: &Base| {
        base.prepare().await?;
        match what {
            People::List { role, most, json } => list(world, base, *role, *most as usize, json.json).await,
            People::Show { username, json } => show(world, base, username, json.json).await,
            People::Role { username, role } => set_role(world, base, username, *role).await,
            People::SignOut { username } => sign_out(world, base, username).await,
            People::Delete { username, confirm } => delete(world, base, username, confirm.as_deref()).await,
        }
    })
    .await
}

async fn list(world: &World, base: &Base, role: Option<Role>, most: usize, as_json: bool) -> anyhow::Result<String> {
    let mut people = base.database.people(role, most + 1, world.clock.now()).await?;
    let has_more = people.len() > most;
    people.truncate(most);
    if as_json {
        return Ok(serde_json::to_string_pretty(&people.iter().map(as_value).collect::<Vec<_>>())?);
    }
    if people.is_empty() {
        return Ok("nobody has an account here".to_owned());
    }
    let rows: Vec<[String; 6]> = people.iter().map(|seen| row(world, seen)).collect();
    let mut text = table(["WHO", "NAME", "ROLE", "SINCE", "LAST SEEN", "SIGNED IN"], &rows);
    if has_more {
        text += &format!("\nThere are more: `bt people list --most {}`", most.saturating_mul(10));
    }
    Ok(text)
}

fn row(world: &World, seen: &Seen) -> [String; 6] {
    let person = &seen.person;
    let last = seen.last_seen_at.map_or_else(|| "signed out".to_owned(), |at| world.local(at));
    let places = match seen.sessions {
        1 => "1 place".to_owned(),
        places => format!("{places} places"),
    };
    let name = person.display_name().unwrap_or_default();
    [
        person.email.as_str().to_owned(),
        name,
        person.role.slug().to_owned(),
        world.local(person.created_at),
        last,
        places,
    ]
}

fn as_value(seen: &Seen) -> Value {
    let person = &seen.person;
    json!({
        "email": person.email.as_str(),
        "first_name": person.first_name.as_str(),
        "last_name": person.last_name.as_str(),
        "role": person.role.slug(),
        "created_at": person.created_at.to_string(),
        "last_seen_at": seen.last_seen_at.map(|at| at.to_string()),
        "sessions": seen.sessions,
    })
}

async fn show(world: &World, base: &Base, username: &str, as_json: bool) -> anyhow::Result<String> {
    let person = known(world, base, username).await?;
    let sessions = base.database.sessions(person.id, world.clock.now()).await?;
    let last_seen_at = sessions.iter().map(|session| session.last_seen_at).max();
    let seen = Seen { person, last_seen_at, sessions: sessions.len() };
    if as_json {
        let mut value = as_value(&seen);
        value["sessions"] = sessions.iter().map(session_value).collect();
        return Ok(serde_json::to_string_pretty(&value)?);
    }
    let [who, name, role, since, last, places] = row(world, &seen);
    let mut lines =
        vec![format!("{who}  {name}"), format!("{role}, since {since}, last seen: {last}; signed in: {places}")];
    lines.extend(sessions.iter().map(|session| told(world, session)));
    Ok(lines.join("\n"))
}

fn session_value(session: &Session) -> Value {
    json!({
        "device": session.user_agent.as_ref().map(ToString::to_string),
        "created_at": session.created_at.to_string(),
        "last_seen_at": session.last_seen_at.to_string(),
        "expires_at": session.expires_at.to_string(),
    })
}

fn told(world: &World, session: &Session) -> String {
    let local = |at: Timestamp| world.local(at);
    let device = session.user_agent.as_ref().map_or("an unknown device", |agent| agent.as_str());
    format!("  seen {}, until {}: {device}", local(session.last_seen_at), local(session.expires_at))
}

async fn set_role(world: &World, base: &Base, username: &str, role: Role) -> anyhow::Result<String> {
    let before = known(world, base, username).await?;
    let person = base.database.set_role(username, role).await?;
    let (who, role) = (person.email.as_str(), role.slug());
    Ok(if before.role == person.role {
        format!("{who} is {role} already")
    } else {
        format!("{who} is {role} from now on")
    })
}

async fn sign_out(world: &World, base: &Base, username: &str) -> anyhow::Result<String> {
    let person = known(world, base, username).await?;
    let who = person.email.as_str();
    Ok(match base.database.close_all(person.id).await? {
        0 => format!("{who} was signed in nowhere"),
        1 => format!("{who} is signed out; it was one place"),
        places => format!("{who} is signed out everywhere; it was {places} places"),
    })
}

async fn delete(world: &World, base: &Base, username: &str, confirm: Option<&str>) -> anyhow::Result<String> {
    let person = known(world, base, username).await?;
    let who = person.email.as_str();
    anyhow::ensure!(
        confirm == Some(username),
        "nothing was deleted: an account comes back from a backup only. To be sure: `bt people delete {username} --confirm {username}`"
    );
    let gone = base.database.delete_account(person.id).await?;
    let (saved, schedules) = (gone.saved_courses, gone.schedules);
    Ok(format!("the account of {who} is deleted, with {saved} saved classes and {schedules} schedules"))
}

/// Somebody by name; of nobody, whoever is called almost so.
async fn known(world: &World, base: &Base, username: &str) -> anyhow::Result<Person> {
    if let Some(person) = base.database.person_by_username(username).await? {
        return Ok(person);
    }
    let people = base.database.people(None, LOOKED_THROUGH_MAX, world.clock.now()).await?;
    match nearest(username, people.iter().map(|seen| seen.person.username())) {
        Some(meant) => anyhow::bail!("nobody called {username} has an account here: did you mean {meant}?"),
        None => anyhow::bail!(
            "nobody called {username} has an account here: one begins with the first sign-in. `bt people list` shows who has"
        ),
    }
}
