//! `bt schedule`: the jobs, when they ran and when they run next.

use jiff::Timestamp;
use platform::ports::ViewStore as _;
use platform::schedule::Outcome;
use platform::view::JobView;

use crate::commands::ps;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

pub(super) async fn run(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let Some(view) = world.files().view().await? else {
        world.screen.complain(&ps::why_nothing(world).await?);
        return Ok(Ending::Failed);
    };
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&view.jobs)?);
        return Ok(Ending::Fine);
    }
    let rows: Vec<[String; 6]> = view.jobs.iter().map(|job| row(world, job)).collect();
    world.screen.print(&table(["JOB", "SCHEDULE", "LAST", "HOW", "NEXT", ""], &rows));
    if !view.is_fresh(world.clock.now()) {
        world.screen.complain("this is of the last `bt up`; nothing runs now, so nothing will be started");
    }
    Ok(Ending::Fine)
}

fn row(world: &World, job: &JobView) -> [String; 6] {
    let local = |moment: Timestamp| {
        moment.to_zoned(world.settings.campus_time_zone.0.clone()).strftime("%a %Y-%m-%d %H:%M %Z").to_string()
    };
    let (last, how) = match (&job.running_since, &job.last) {
        (Some(since), _) => (local(*since), "running".to_owned()),
        (None, Some(run)) => (local(run.started_at), told(&run.outcome)),
        (None, None) => ("never".to_owned(), String::new()),
    };
    let next = job.next_at.map_or_else(|| "never".to_owned(), local);
    [job.job.to_string(), job.schedule.clone(), last, how, next, job.waits.clone()]
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Fine => "fine".to_owned(),
        Outcome::Failed(why) => format!("failed: {why}"),
        Outcome::Unknown(why) => why.clone(),
    }
}
