//! Reports, and their way to the team.

use accounts::feedback::{KeptReport, REPORTS_PER_HOUR_MAX, REPORTS_WINDOW, Report, ReportId};
use accounts::ports::{FeedbackError, FeedbackStore};
use accounts::report_mail::{ReportOutbox, ReportOutcome, TakenReport};
use async_trait::async_trait;
use catalog::ports::StoreError;
use jiff::{SignedDuration, Timestamp};

use super::MemoryPeople;

/// A report, and how far its mail is.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) kept: KeptReport,
    attempt: u32,
    /// When it may be taken out again; `None` before the first time.
    next_at: Option<Timestamp>,
}

#[async_trait]
impl FeedbackStore for MemoryPeople {
    async fn keep(&self, report: &Report) -> Result<ReportId, FeedbackError> {
        let mut shared = self.shared();
        let is_late = |filed: &&Filed| report.at.duration_since(filed.kept.report.at) < REPORTS_WINDOW;
        if shared.reports.iter().filter(is_late).count() >= REPORTS_PER_HOUR_MAX {
            return Err(FeedbackError::TooManyReports);
        }
        let id = ReportId(shared.next_key());
        let person = report.person.filter(|person| shared.accounts.contains_key(person));
        let report = Report { person, ..report.clone() };
        let kept = KeptReport { id, report, mailed_at: None, said: None };
        shared.reports.push(Filed { kept, attempt: 0, next_at: None });
        Ok(id)
    }

    async fn reports(&self, limit: usize) -> Result<Vec<KeptReport>, FeedbackError> {
        Ok(self.shared().reports.iter().rev().take(limit).map(|filed| filed.kept.clone()).collect())
    }
}

#[async_trait]
impl ReportOutbox for MemoryPeople {
    async fn take_report(&self, now: Timestamp, lease: SignedDuration) -> Result<Option<TakenReport>, StoreError> {
        let mut shared = self.shared();
        let is_due = |filed: &&mut Filed| filed.kept.mailed_at.is_none() && filed.next_at.is_none_or(|at| at <= now);
        let due = shared.reports.iter_mut().filter(is_due);
        let Some(filed) = due.min_by_key(|filed| (filed.next_at, filed.kept.id)) else { return Ok(None) };
        filed.attempt += 1;
        filed.next_at = now.checked_add(lease).ok();
        Ok(Some(TakenReport { id: filed.kept.id, report: filed.kept.report.clone(), attempt: filed.attempt }))
    }

    async fn settle_report(
        &self,
        taken: &TakenReport,
        outcome: &ReportOutcome,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut shared = self.shared();
        let is_it = |filed: &&mut Filed| {
            (filed.kept.id, filed.attempt) == (taken.id, taken.attempt) && filed.kept.mailed_at.is_none()
        };
        let Some(filed) = shared.reports.iter_mut().find(is_it) else { return Ok(false) };
        (filed.kept.mailed_at, filed.next_at, filed.kept.said) = match outcome {
            ReportOutcome::Sent => (Some(now), None, None),
            ReportOutcome::Later(at, said) => (None, Some(*at), Some(said.clone())),
        };
        Ok(true)
    }
}
