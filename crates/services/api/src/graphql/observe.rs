//! What is seen of operations: figures by name, and a line for each slow one. Variables are never written down.

use std::time::Duration;

use httpkit::request_id::RequestId;

use crate::graphql::execute::Outcome;
use crate::graphql::failure::Code;

/// The operations of the site of 2021, and ours. Others share one name: names from outside would grow the figures
/// without end.
const KNOWN: [&str; 18] = [
    "GetCoursesForFilter",
    "GetCourseForName",
    "GetCourseForId",
    "GetFilters",
    "GetSemesters",
    "GetSchedulerCourseForId",
    "GetScheduleForId",
    "GetUser",
    "CreateSchedule",
    "UpdateSchedule",
    "DeleteSchedule",
    "SaveCourse",
    "UnsaveCourse",
    "UpdateUser",
    "Login",
    "Logout",
    "DeleteUser",
    "IntrospectionQuery",
];

/// The name under which an operation is counted.
pub(crate) fn label(name: Option<&str>) -> &'static str {
    match name {
        None => "unnamed",
        Some(name) => KNOWN.into_iter().find(|known| *known == name).unwrap_or("other"),
    }
}

/// Counts an operation that was made, and logs it when it took long.
pub(crate) fn made(label: &'static str, outcome: &Outcome, took: Duration, slow: Duration, id: Option<RequestId>) {
    metrics::counter!("graphql_operations_total", "operation" => label, "outcome" => ending(outcome)).increment(1);
    metrics::histogram!("graphql_operation_seconds", "operation" => label).record(took.as_secs_f64());
    if took >= slow {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let request_id = id.map(|id| id.to_string()).unwrap_or_default();
        let (cost, bytes) = (outcome.cost, outcome.body.len());
        tracing::warn!(operation = label, cost, bytes, took_ms, request_id, "a GraphQL operation was slow");
    }
}

/// Counts an answer that was kept already.
pub(crate) fn kept() {
    metrics::counter!("graphql_operations_total", "operation" => "kept", "outcome" => "answered").increment(1);
}

fn ending(outcome: &Outcome) -> &'static str {
    match outcome.failures.first().map(|failure| failure.code) {
        None => "answered",
        Some(Code::TooMuch) => "over a limit",
        Some(Code::Unavailable | Code::Internal) => "failed",
        Some(_) if outcome.has_data => "answered with errors",
        Some(_) => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_are_one() {
        assert_eq!(label(Some("GetUser")), "GetUser");
        assert_eq!(label(Some("Robert'); DROP TABLE")), "other");
        assert_eq!(label(None), "unnamed");
    }
}
