//! `bt sis`: stands in for the university's SIS.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Map, Value};
use standin::config::{Source, StandinConfig};
use standin::faults::Faults;
use standin::server::Standin;
use tokio::net::TcpListener;

use crate::command_line::Sis;
use crate::door::Ending;
use crate::world::World;

pub(super) async fn run(world: &World, arguments: &Sis) -> anyhow::Result<Ending> {
    let config = config(world, arguments)?;
    let listener = TcpListener::bind(arguments.listen).await;
    let listener =
        listener.with_context(|| format!("cannot listen on {}; choose another --listen", arguments.listen))?;
    let clock = Arc::clone(&world.clock);
    let standin = tokio::task::spawn_blocking(move || Standin::build(config, clock)).await??;
    let base_url = format!("http://{}/sis", listener.local_addr()?);
    world.screen.print(&told(&standin, &base_url));
    standin.serve(listener, world.shutdown.clone()).await.context("the stand-in ended")?;
    Ok(Ending::Fine)
}

fn config(world: &World, arguments: &Sis) -> anyhow::Result<StandinConfig> {
    let mut config = world.demo_config();
    config.at = arguments.at;
    if let Some(folder) = &arguments.replay {
        config.source = Source::Replay { folder: folder.clone() };
    }
    config.faults = faults(&arguments.faults)?;
    Ok(config)
}

fn faults(given: &[(String, String)]) -> anyhow::Result<Faults> {
    let mut faults = Map::new();
    for (name, json) in given {
        let value: Value =
            serde_json::from_str(json).with_context(|| format!("--fault {name}: `{json}` is no JSON"))?;
        faults.insert(name.clone(), value);
    }
    serde_json::from_value(Value::Object(faults)).context("--fault: see POST /standin/control for what can be broken")
}

fn told(standin: &Standin, base_url: &str) -> String {
    format!(
        "{} data as of {}, at {base_url}\nUse it: bt update --set sis.base_url={base_url}",
        standin.origin().slug(),
        standin.moment()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, json: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), json.to_owned())]
    }

    #[test]
    fn faults_of_the_command_line_are_those_of_the_control_endpoint() {
        assert_eq!(faults(&given("latency_ms", "200")).unwrap().latency_ms, 200);
        assert!(faults(&given("empty_term", "\"2268\"")).unwrap().empty_term.is_some());
        assert!(format!("{:#}", faults(&given("latency", "200")).unwrap_err()).contains("unknown field `latency`"));
        assert!(faults(&given("latency_ms", "soon")).unwrap_err().to_string().contains("is no JSON"));
    }
}
