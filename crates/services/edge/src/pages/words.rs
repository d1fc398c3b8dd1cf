//! Names of services for visitors.

use platform::names::{Environment, ServiceKind, ServiceName};

/// What visitors call it, at the beginning of a sentence: `The site`, `The API of staging`.
pub(super) fn service(service: &ServiceName) -> String {
    let what = match service.kind {
        ServiceKind::Web => "The site",
        ServiceKind::Api => "The API",
        ServiceKind::Edge => "The front door",
        ServiceKind::Backup => "The backup",
        ServiceKind::Notifier => "The mail about followed classes",
    };
    match service.environment.as_ref().filter(|environment| !Environment::is_production(environment)) {
        Some(environment) => format!("{what} of {environment}"),
        None => what.to_owned(),
    }
}
