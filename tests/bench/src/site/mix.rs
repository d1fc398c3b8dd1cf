//! Many readers of all kinds of pages at once: a given number a second, begun whether or not the earlier ones are answered;
//! and as many as can be answered.

use std::fs;
use std::path::Path;
use std::time::Duration;

use clock::Stopwatch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::addresses::Kind;
use super::{Reader, Times};
use crate::api::ENCODINGS;
use crate::load_tools::press;
use crate::say;

/// Page views that are begun every second, for so long.
const VIEWS_PER_SECOND: u32 = 2000;
const SECONDS: u32 = 20;
/// Of a hundred views, so many are of somebody who is signed in, and so many are searches that nobody made before.
const SIGNED_IN_PERCENT: u64 = 5;
const NEW_PERCENT: u64 = 10;

pub(crate) async fn run(
    reader: &Reader,
    ana: &Reader,
    kinds: &[Kind],
    planned: &[Kind],
    folder: &Path,
) -> anyhow::Result<()> {
    let paths: Vec<&str> = kinds.iter().flat_map(|kind| kind.addresses.iter().map(String::as_str)).collect();
    let own: Vec<&str> = planned.iter().flat_map(|kind| kind.addresses.iter().map(String::as_str)).collect();
    let (times, failed) = at_a_rate(reader, ana, &paths, &own).await?;
    say(&format!(
        "\n{} addresses mixed, {SIGNED_IN_PERCENT} % of the views of somebody signed in, {NEW_PERCENT} % searches that nobody made \
         before: {VIEWS_PER_SECOND} views begun every second for {SECONDS} s: p50, p99, slowest {}; {failed} failed.",
        paths.len() + own.len(),
        times.words()
    ));
    let list = folder.join("paths");
    fs::write(&list, paths.join("\n"))?;
    press(&reader.site, &script(&list), folder)?;
    let pressed = press(&reader.site, &script(&list), folder)?;
    say(&format!(
        "As many as can be answered to nobody (wrk, 64 connections): {:.0} views a second, p50, p99 {:.1}, {:.1} ms, {} failed.",
        pressed.requests_per_second, pressed.p50_ms, pressed.p99_ms, pressed.failed
    ));
    Ok(())
}

/// Views begin when their time has come: one that has to wait for others is late, and that counts.
async fn at_a_rate(reader: &Reader, ana: &Reader, paths: &[&str], own: &[&str]) -> anyhow::Result<(Times, usize)> {
    let mut chance = Chance(1);
    let mut views = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / VIEWS_PER_SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for number in 0..VIEWS_PER_SECOND * SECONDS {
        let due = ticks.tick().await;
        let (who, path) = match chance.below(100) {
            draw if draw < SIGNED_IN_PERCENT => (ana.clone(), chance.one_of(own).to_owned()),
            draw if draw < SIGNED_IN_PERCENT + NEW_PERCENT => (reader.clone(), format!("/catalog?q=data+{number}")),
            _ => (reader.clone(), chance.one_of(paths).to_owned()),
        };
        views.spawn(async move {
            let seen = who.send(&path).await;
            (due.elapsed(), seen.is_ok_and(|(status, _)| status.is_success()))
        });
    }
    let watch = Stopwatch::start();
    let seen = views.join_all().await;
    anyhow::ensure!(watch.elapsed() < Duration::from_secs(10), "the last views took more than ten seconds");
    let failed = seen.iter().filter(|(_, is_fine)| !is_fine).count();
    Ok((Times::of(seen.into_iter().map(|(took, _)| took).collect()), failed))
}

/// A linear congruential sequence (Knuth's MMIX): the same mix in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    fn one_of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        let place = self.below(all.len() as u64);
        usize::try_from(place).ok().and_then(|place| all.get(place)).copied().unwrap_or("/")
    }
}

/// The same mix for wrk, without anybody who is signed in.
fn script(list: &Path) -> String {
    format!(
        "wrk.headers[\"Accept-Encoding\"] = \"{ENCODINGS}\"\n\
         local paths = {{}}\nfor line in io.lines(\"{}\") do paths[#paths + 1] = line end\n\
         local n = 0\nmath.randomseed(1)\n\
         request = function()\n  n = n + 1\n\
         \x20 if n % {} == 0 then return wrk.format(\"GET\", \"/catalog?q=history+\" .. os.time() .. \"+\" .. n) end\n\
         \x20 return wrk.format(\"GET\", paths[math.random(#paths)])\nend\n",
        list.display(),
        100 / NEW_PERCENT
    )
}
