//! Certificates that could not be renewed, also while the old ones are good; files that cannot be served.

use certificates::status::{Report, report};

use super::line::Line;
use crate::world::World;

pub(super) fn look(world: &World) -> Vec<Line> {
    if !world.data_dir().join("certificates").exists() {
        return Vec::new();
    }
    let read = world.certificate_folder().and_then(|folder| Ok(report(&folder, world.clock.now())?));
    match read {
        Ok(report) => lines(&report),
        Err(error) => {
            vec![Line::warn(WHAT, format!("{error:#}")).mend("ls -l: the account of bt must be able to read it")]
        }
    }
}

const WHAT: &str = "renewal";

fn lines(report: &Report) -> Vec<Line> {
    let failing = report.failing.iter().map(|failing| {
        Line::warn(WHAT, failing.told_whole())
            .mend("mend what it names, then bt certificates renew (the runbook: expired certificate)")
    });
    let unusable = report.unusable.iter().map(|file| {
        Line::warn("certificate file", file).mend("put a right one there, key and chain in one file, or remove it")
    });
    failing.chain(unusable).collect()
}

#[cfg(test)]
mod tests {
    use platform::certificates::FailureKind;
    use platform::certificates::findings::Failing;
    use platform::certificates::plan::plan;
    use platform::status::Finding;

    use super::super::line::Standing;
    use super::*;

    #[test]
    fn a_failed_renewal_is_a_warning_with_why_and_when_it_is_tried_next() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let failing = Failing {
            id: "bt.edu".to_owned(),
            name: "bt.edu".to_owned(),
            kind: FailureKind::Unreachable,
            says: "cannot reach letsencrypt".to_owned(),
            failed_at: now,
            next_at: "2026-11-22T10:06:00Z".parse().unwrap(),
        };
        let report = Report {
            authority: Some("letsencrypt".to_owned()),
            held: Vec::new(),
            plan: plan(&[], &[], &Default::default(), &[], now),
            notices: Vec::new(),
            finding: Finding::up("The next certificate ends in 29 days."),
            failing: vec![failing],
            unusable: Vec::new(),
            local: None,
        };
        let [line] = &lines(&report)[..] else { panic!("one line") };
        assert_eq!(line.standing, Standing::Warning);
        assert_eq!(line.text, "bt.edu: renewal failed: cannot reach letsencrypt; next try 2026-11-22 10:06 UTC");
        assert!(line.mend.as_ref().unwrap().contains("bt certificates renew"));
    }
}
