//! Reports of mistakes go to the team by mail, one by one, until one is not taken: they all go to one mailbox, so the
//! others wait for the next round.

use accounts::report_mail::{ReportMail, ReportOutcome, message, outcome};
use catalog::ports::{StoreError, with_causes};
use tokio_util::sync::CancellationToken;

use crate::sending::{Became, until_noted};
use crate::service::Notifier;

/// Mails what waits.
pub(crate) async fn mail_reports(notifier: &Notifier, mail: &dyn ReportMail, shutdown: &CancellationToken) {
    while !shutdown.is_cancelled() {
        match mail_one(notifier, mail, shutdown).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                let error = with_causes(&error);
                tracing::warn!(error, "reports of mistakes could not be taken out; it is tried again");
                return;
            }
        }
    }
}

/// Gives whether to go on.
async fn mail_one(
    notifier: &Notifier,
    mail: &dyn ReportMail,
    shutdown: &CancellationToken,
) -> Result<bool, StoreError> {
    let Notifier { config, ports, .. } = notifier;
    let Some(taken) = ports.reports.take_report(ports.clock.now(), config.lease).await? else { return Ok(false) };
    let sent = mail.send(&message(&taken, &config.site_name, &config.public_url, &config.zone)).await;
    let outcome = outcome(&taken, &sent, ports.clock.now());
    if let ReportOutcome::Later(again_at, said) = &outcome {
        let (report, attempt, said) = (taken.id.0, taken.attempt, said.as_str());
        tracing::warn!(report, attempt, said, %again_at, "a report of a mistake could not be mailed, and waits");
    }
    let counted = if sent.is_ok() { "sent" } else { "later" };
    metrics::counter!("report_mails_total", "outcome" => counted).increment(1);
    until_noted(notifier, shutdown, Became::Report(&taken, &outcome)).await;
    Ok(sent.is_ok())
}
