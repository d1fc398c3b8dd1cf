//! Redis killed in the middle of load, started again, frozen and let go: no request may fail.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use kit::redis::TestRedis;
use reqwest::Client;

use crate::api::{searches, wait_for_filters};
use crate::load_tools::press;
use crate::say;
use crate::served::Server;

/// Between two strokes. All of them happen while one pressing lasts.
const BETWEEN: Duration = Duration::from_millis(1200);

pub(crate) async fn run(bt: &Path, data: &str, folder: &Path) -> anyhow::Result<()> {
    let mut redis = TestRedis::start();
    let server = Server::start(bt, data, &[("BT_CACHE_URL", redis.url())])?;
    wait_for_filters(&server, &Client::builder().build()?).await?;
    let (address, script) = (server.address.clone(), searches());
    let with_redis = press(&address, &script, folder)?;
    let (address, script, place) = (server.address.clone(), searches(), folder.to_path_buf());
    let pressing = std::thread::spawn(move || press(&address, &script, &place));
    tokio::time::sleep(BETWEEN).await;
    redis.kill();
    tokio::time::sleep(BETWEEN).await;
    redis.start_again();
    tokio::time::sleep(BETWEEN).await;
    redis.freeze();
    tokio::time::sleep(BETWEEN).await;
    redis.thaw();
    let pressed = pressing.join().ok().context("the pressing broke off")??;
    say(&format!(
        "With Redis as second tier, the unequal searches: {:.0}/s, {} failed. Killed, started again, frozen and let go \
         meanwhile: {:.0}/s, p99 {:.2} ms, {} failed.",
        with_redis.requests_per_second, with_redis.failed, pressed.requests_per_second, pressed.p99_ms, pressed.failed
    ));
    anyhow::ensure!(pressed.failed == 0, "{} requests failed while Redis was away", pressed.failed);
    Ok(())
}
