//! The certificates of the house. Their rules lie in [`platform::certificates::findings`]; here each level of trouble gets
//! its own advice, so that people are told at each: late, a week, a day, ended.

use async_trait::async_trait;
use platform::certificates::findings::Level;
use platform::ports::Probe;
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// What is found of the certificates, and how bad the worst of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// By [`platform::certificates::findings::finding`]; absent where TLS is not set up.
    pub finding: Finding,
    /// The level of the first of [`platform::certificates::findings::notices`].
    pub level: Option<Level>,
}

/// Passes on what is found, with advice for each level.
pub struct Certificates(Asking<Certified>);

impl Certificates {
    /// The question reads which certificates are wanted, held and tried.
    #[must_use]
    pub fn new(question: Ask<Certified>) -> Self {
        Self(Asking::new(Part::Certificates, question))
    }
}

#[async_trait]
impl Probe for Certificates {
    fn part(&self) -> Part {
        Part::Certificates
    }

    async fn look(&self) -> Finding {
        let Some((Certified { finding, level }, _)) = self.0.answer().await else {
            return Finding::unknown("The certificates cannot be read.");
        };
        let Some(level) = level else { return finding };
        let mended =
            |when| format!("{when}: look with `bt certificates`, mend what it names, then `bt certificates renew`");
        // Without what the last try said: that changes with each try, and is no other advice.
        let mend = match level {
            Level::Late => mended("soon"),
            Level::Week => mended("this week"),
            Level::Day => mended("today"),
            Level::Ended => {
                "at once, browsers refuse the site: `bt certificates renew`; `bt certificates` tells what hinders it"
                    .to_owned()
            }
        };
        Finding { mend: Some(mend), ..finding }
    }
}
