//! What happens in the house besides looks: a job failed, a service was given up.

use crate::names::{JobName, ReleaseName, ServiceName};

/// A trouble that begins or ends at once, without being looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It began, or is there still.
    Trouble {
        /// What it is about; one trouble, one key.
        key: String,
        /// In one line: what is wrong.
        title: String,
        /// What it means, and the command that mends it.
        text: String,
    },
    /// It is over. Says nothing when it was not there, so it may be told after every success.
    Over {
        /// What it was about.
        key: String,
    },
}

impl Event {
    /// A job ended badly; `how` such as `exit code 1`.
    #[must_use]
    pub fn job_failed(job: &JobName, how: &str) -> Self {
        let mend = match job.as_str() {
            "nightly" => "bt update",
            "enrollments" => "bt update enrollment",
            "backup" => "bt backup now",
            "drill" => "bt backup drill",
            _ => "bt schedule",
        };
        Self::Trouble {
            key: job_key(job),
            title: format!("The job {job} failed: {how}"),
            text: format!("What it said: `bt logs {job}`.\nDo: see why, then `{mend}`."),
        }
    }

    /// A job did its work.
    #[must_use]
    pub fn job_succeeded(job: &JobName) -> Self {
        Self::Over { key: job_key(job) }
    }

    /// A service ends again and again, and is not started any more; `why` such as `exit code 1, five times`.
    #[must_use]
    pub fn given_up(service: &ServiceName, why: &str) -> Self {
        Self::Trouble {
            key: service_key(service),
            title: format!("{service} does not stay up and is not started any more: {why}"),
            text: format!("What it said: `bt logs {service}`.\nDo: mend that, then `bt restart {service}`."),
        }
    }

    /// A release that was deployed does not get ready, and the one before serves on.
    #[must_use]
    pub fn not_deployed(service: &ServiceName, release: &ReleaseName, why: &str) -> Self {
        let environment = service.environment.as_ref().map(ToString::to_string).unwrap_or_default();
        Self::Trouble {
            key: service_key(service),
            title: format!("{service}: the release {release} does not get ready ({why}); the one before serves on"),
            text: format!(
                "What it said: `bt logs {service}`.\nDo: `bt deploy {environment} RELEASE` with one that works; \
                 `bt release list` shows them."
            ),
        }
    }

    /// A service is ready.
    #[must_use]
    pub fn serves(service: &ServiceName) -> Self {
        Self::Over { key: service_key(service) }
    }

    /// What it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Trouble { key, .. } | Self::Over { key } => key,
        }
    }
}

fn job_key(job: &JobName) -> String {
    format!("job:{job}")
}

fn service_key(service: &ServiceName) -> String {
    format!("service:{service}")
}
