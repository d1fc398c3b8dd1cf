//! Reports.

use accounts::feedback::{REPORTS_PER_HOUR_MAX, REPORTS_WINDOW, Report, ReportId};
use accounts::ports::{FeedbackError, FeedbackStore};
use async_trait::async_trait;

use super::MemoryPeople;

#[async_trait]
impl FeedbackStore for MemoryPeople {
    async fn keep(&self, report: &Report) -> Result<ReportId, FeedbackError> {
        let mut shared = self.shared();
        let is_late = |kept: &Report| report.at.duration_since(kept.at) < REPORTS_WINDOW;
        if shared.reports.iter().filter(|(_, kept)| is_late(kept)).count() >= REPORTS_PER_HOUR_MAX {
            return Err(FeedbackError::TooManyReports);
        }
        let id = ReportId(shared.next_key());
        let person = report.person.filter(|person| shared.accounts.contains_key(person));
        shared.reports.push((id, Report { person, ..report.clone() }));
        Ok(id)
    }

    async fn reports(&self, limit: usize) -> Result<Vec<(ReportId, Report)>, FeedbackError> {
        Ok(self.shared().reports.iter().rev().take(limit).cloned().collect())
    }
}
