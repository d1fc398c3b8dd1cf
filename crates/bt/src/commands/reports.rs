//! `bt reports`: the mistakes that visitors reported, and whether the team got them by mail.

use accounts::feedback::KeptReport;
use accounts::line::without_steering;
use accounts::ports::FeedbackStore as _;

use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Base, Sharing, World};

pub(super) async fn run(world: &World, last: usize) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let read = unless_stopped(world, read(&base, last)).await.transpose();
    base.close(&read).await;
    let Some(reports) = read? else { return Ok(Ending::Failed) };
    if reports.is_empty() {
        world.screen.print("nobody has reported a mistake");
        return Ok(Ending::Fine);
    }
    for report in &reports {
        if !world.screen.print_to_reader(&told(world, report)) {
            break;
        }
    }
    Ok(Ending::Fine)
}

async fn read(base: &Base, last: usize) -> anyhow::Result<Vec<KeptReport>> {
    base.prepare().await?;
    Ok(base.database.reports(last).await?)
}

/// A head of known words, and what the visitor wrote indented below: nobody can write a line that looks like a head.
fn told(world: &World, kept: &KeptReport) -> String {
    let KeptReport { id, report, mailed_at, said } = kept;
    let mail = match (mailed_at, said) {
        (Some(at), _) => format!("mailed {}", world.local(*at)),
        (None, Some(said)) => format!("not mailed yet: {said}"),
        (None, None) => "not mailed yet".to_owned(),
    };
    let mut text = format!("report {id}  {}  release {}  {mail}", world.local(report.at), report.release);
    if !report.page.is_blank() {
        text += &format!("\n    page: {}", report.page);
    }
    if let Some(contact) = &report.contact {
        text += &format!("\n    reach: {contact}");
    }
    for line in report.text.as_str().lines() {
        text += &format!("\n    | {}", without_steering(line));
    }
    text
}
