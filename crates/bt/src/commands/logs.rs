//! `bt logs`: what the services and jobs said. It reads files, so it works with nothing running.

use jiff::Timestamp;
use processes::logs::LogLine;
use processes::logs::read::{LINES_LIMIT, LogQuery, LogReader};

use crate::command_line::house::{Logs, Since};
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::World;

pub(super) async fn run(world: &World, arguments: &Logs) -> anyhow::Result<Ending> {
    anyhow::ensure!(arguments.lines <= LINES_LIMIT, "at most {LINES_LIMIT} lines can be asked for: use --since");
    let query = LogQuery {
        services: arguments.names.clone(),
        // A moment asks for all since then.
        lines: arguments.since.is_none().then_some(arguments.lines),
        since: arguments.since.map(|since| moment(world, since)),
    };
    let mut reader = LogReader::open(&world.data_dir(), &query)?;
    loop {
        let lines = reader.read()?;
        if lines.is_empty() {
            break;
        }
        if !print(world, &lines, arguments.json.json)? {
            return Ok(Ending::Fine);
        }
    }
    if arguments.follow {
        while let Some(lines) = unless_stopped(world, reader.wait()).await {
            if !print(world, &lines?, arguments.json.json)? {
                break;
            }
        }
    }
    Ok(Ending::Fine)
}

fn moment(world: &World, since: Since) -> Timestamp {
    match since {
        Since::At(moment) => moment,
        Since::Ago(length) => world.clock.now().checked_sub(length).unwrap_or(Timestamp::MIN),
    }
}

/// Says whether anybody still reads.
fn print(world: &World, lines: &[LogLine], as_json: bool) -> anyhow::Result<bool> {
    for line in lines {
        let text = if as_json { serde_json::to_string(line)? } else { told(line) };
        if !world.screen.print_to_reader(&text) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `api@production | …`: our own JSON lines as sentences, everything else as it is.
pub(super) fn told(line: &LogLine) -> String {
    let name = match &line.environment {
        Some(environment) => format!("{}@{environment}", line.service),
        None => line.service.clone(),
    };
    format!("{} {name:14} | {}", line.at.strftime("%H:%M:%S"), sentence(&line.line))
}

/// What a JSON line of ours says; other text as it is, without what would steer a terminal.
fn sentence(line: &str) -> String {
    let plain = || line.chars().filter(|letter| !letter.is_control() || *letter == '\t').collect();
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(line) else { return plain() };
    let Some(level) = fields.remove("level").and_then(|level| level.as_str().map(str::to_owned)) else {
        return plain();
    };
    let mut said = fields.remove("fields").and_then(|said| said.as_object().cloned()).unwrap_or(fields);
    let message = said.remove("message").and_then(|message| message.as_str().map(str::to_owned)).unwrap_or_default();
    let mut text = format!("{level:5} {message}");
    for (name, value) in said.iter().filter(|(name, _)| !["timestamp", "target"].contains(&name.as_str())) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text += &format!(" {name}={value}");
    }
    // A text of several lines becomes one.
    let letters = text.chars().map(|letter| if letter == '\n' { ' ' } else { letter });
    letters.filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_lines_become_sentences_and_nothing_steers_the_terminal() {
        let line = r#"{"timestamp":"2026-11-22T00:00:00Z","level":"INFO","fields":{"message":"up","seconds":2},"target":"bt"}"#;
        assert_eq!(sentence(line), "INFO  up seconds=2");
        assert_eq!(sentence("plain \u{1b}[31mred"), "plain [31mred");
        assert_eq!(sentence(r#"{"level":"WARN","fields":{"message":"a\u001b[2Jb"}}"#), "WARN  a[2Jb");
        assert_eq!(
            sentence(r#"{"level":"WARN","message":"alarm","text":"Full.\nDo: look"}"#),
            "WARN  alarm text=Full. Do: look"
        );
    }
}
