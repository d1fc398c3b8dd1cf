//! One line of the doctor's word: how a thing stands, why, and the command that mends it.

use std::fmt;

use platform::status::{Finding, Health, Part};
use serde_json::{Value, json};

/// What tells more of a part that is down, when nobody knows better.
const ANY_TROUBLE: &str = "bt logs -n 200";

/// How a thing stands, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Ok,
    Warning,
    Wrong,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) standing: Standing,
    pub(super) what: String,
    pub(super) text: String,
    /// What mends it.
    pub(super) mend: Option<String>,
}

impl Line {
    pub(super) fn ok(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { standing: Standing::Ok, what: what.into(), text: text.into(), mend: None }
    }

    pub(super) fn warn(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { standing: Standing::Warning, ..Self::ok(what, text) }
    }

    /// What is wrong comes with the command that mends it, or that tells more.
    pub(super) fn fail(what: impl Into<String>, text: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { standing: Standing::Wrong, ..Self::ok(what, text) }.mend(mend)
    }

    /// With the command that mends it.
    pub(super) fn mend(self, command: impl Into<String>) -> Self {
        Self { mend: Some(command.into()), ..self }
    }

    /// What the watch found of a part.
    pub(super) fn of_part(part: Part, finding: &Finding) -> Self {
        let standing = match finding.health {
            Health::Up | Health::Absent => Standing::Ok,
            Health::Unknown | Health::Degraded => Standing::Warning,
            Health::Down => Standing::Wrong,
        };
        let took = finding.latency_ms.map(|latency| format!(" ({latency} ms)")).unwrap_or_default();
        let (what, text) = (part.title().to_lowercase(), format!("{}{took}", finding.says));
        let fallback = (standing == Standing::Wrong).then(|| ANY_TROUBLE.to_owned());
        Self { standing, what, text, mend: finding.mend.clone().or(fallback) }
    }

    pub(super) fn as_json(&self) -> Value {
        let standing = match self.standing {
            Standing::Ok => "ok",
            Standing::Warning => "warning",
            Standing::Wrong => "wrong",
        };
        json!({ "standing": standing, "what": self.what, "says": self.text, "mend": self.mend })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = match self.standing {
            Standing::Ok => "ok  ",
            Standing::Warning => "warn",
            Standing::Wrong => "FAIL",
        };
        write!(f, "{standing}  {:<15} {}", self.what, self.text.replace('\n', "\n                       "))?;
        match &self.mend {
            Some(mend) => write!(f, "\n                       → {mend}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_it_stands_why_and_what_mends_it() {
        let line = Line::fail("api@production", "failed 3 times: exit code 1", "bt restart api@production");
        let expected = "FAIL  api@production  failed 3 times: exit code 1\n                       \
                        → bt restart api@production";
        assert_eq!(line.to_string(), expected);
        let said = line.as_json();
        assert_eq!(
            (said["standing"].as_str(), said["mend"].as_str()),
            (Some("wrong"), Some("bt restart api@production"))
        );
        assert!(Line::ok("disk", "x").as_json()["mend"].is_null());
    }

    #[test]
    fn a_part_that_is_not_set_up_is_no_fault() {
        assert_eq!(Line::of_part(Part::Cache, &Finding::absent()).standing, Standing::Ok);
        let down = Line::of_part(Part::Drill, &Finding::down("It failed.", "bt backup drill").after(12));
        assert_eq!((down.standing, down.text.as_str()), (Standing::Wrong, "It failed. (12 ms)"));
        assert_eq!(down.mend.as_deref(), Some("bt backup drill"));
    }

    #[test]
    fn a_part_that_is_down_comes_with_a_command_whichever_it_is() {
        for part in Part::ALL {
            let finding = Finding { mend: None, ..Finding::down("It is down.", "") };
            let told = Line::of_part(part, &finding).to_string();
            assert!(told.starts_with("FAIL") && told.contains("→ bt logs"), "{told}");
        }
    }
}
