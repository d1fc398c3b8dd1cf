//! People who write while processes are killed: what was acknowledged must be there afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// A person keeps so many schedules here; then the next one writes.
const EACH: u64 = 40;
const PAUSE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(15);

/// Somebody who makes one schedule after the other.
pub(crate) struct Writers {
    site: String,
    leaving: Arc<AtomicBool>,
    writing: JoinHandle<Written>,
}

#[derive(Debug, Default)]
struct Written {
    /// Person and name.
    acknowledged: Vec<(String, String)>,
    refused: u64,
}

impl Writers {
    pub(crate) fn begin(site: &str) -> Self {
        let leaving = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn(write(site.to_owned(), Arc::clone(&leaving)));
        Self { site: site.to_owned(), leaving, writing }
    }

    /// Reads everything back: `812 acknowledged, 0 of them lost, 3 refused`.
    pub(crate) async fn end(self) -> anyhow::Result<String> {
        self.leaving.store(true, Ordering::Relaxed);
        let written = self.writing.await?;
        let mut kept = BTreeMap::new();
        for (person, _) in &written.acknowledged {
            if !kept.contains_key(person) {
                kept.insert(person.clone(), read_back(&self.site, person).await?);
            }
        }
        let is_lost = |(person, name): &&(String, String)| !kept.get(person).is_some_and(|names| names.contains(name));
        let lost = written.acknowledged.iter().filter(is_lost).count();
        Ok(format!("{} acknowledged, {lost} of them lost, {} refused", written.acknowledged.len(), written.refused))
    }
}

async fn write(site: String, leaving: Arc<AtomicBool>) -> Written {
    let mut written = Written::default();
    for number in 0_u64.. {
        if leaving.load(Ordering::Relaxed) {
            break;
        }
        let (person, name) = (format!("writer{}", number / EACH), format!("week {number}"));
        match create(&site, &person, &name).await {
            Ok(()) => written.acknowledged.push((person, name)),
            Err(_) => written.refused += 1,
        }
        tokio::time::sleep(PAUSE).await;
    }
    written
}

async fn create(site: &str, person: &str, name: &str) -> anyhow::Result<()> {
    let query = "mutation Make($name: String!) { createSchedule(name: $name, year: \"2026\", semester: \"fall\", \
                 selectedSections: [], timeblocks: [], totalUnits: \"0\") { schedule { id } } }";
    let answer = ask(site, person, query, json!({ "name": name })).await?;
    let id = &answer["data"]["createSchedule"]["schedule"]["id"];
    anyhow::ensure!(id.is_string(), "not acknowledged: {answer}");
    Ok(())
}

async fn read_back(site: &str, person: &str) -> anyhow::Result<Vec<String>> {
    let answer =
        ask(site, person, "{ user { schedules(first: 1000) { edges { node { name } } } } }", json!({})).await?;
    let schedules = answer["data"]["user"]["schedules"]["edges"].as_array();
    let schedules = schedules.with_context(|| format!("the schedules cannot be read back: {answer}"))?;
    Ok(schedules.iter().filter_map(|schedule| schedule["node"]["name"].as_str().map(str::to_owned)).collect())
}

async fn ask(site: &str, person: &str, query: &str, variables: Value) -> anyhow::Result<Value> {
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let asked = client.post(format!("{site}/api/graphql")).header("x-test-identity", person);
    let answer = asked.json(&json!({ "query": query, "variables": variables })).send().await?;
    Ok(answer.error_for_status()?.json().await?)
}
