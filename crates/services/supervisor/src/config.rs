//! What the supervisor is set up with.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use platform::compose::Hosts;
use platform::desired::House;

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// What should run.
    pub house: House,
    /// Under which names it answers.
    pub hosts: Hosts,
    /// The supervisor's own process id, for the view.
    pub process: u32,
    /// Where the edge listens, by the names of its listeners, for the view.
    pub listens: BTreeMap<String, SocketAddr>,
    /// How often one looks.
    pub pace: Pace,
    /// How long it may take to put everything away.
    pub leaving: Leaving,
}

/// How often one looks, and how long one waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// While something is under way. A fifth of a second: a replacement takes some seconds, and nobody waits long.
    pub moving: Duration,
    /// While all is calm. A second: a crash is noticed by then even when nothing tells of it, and the edge holds requests
    /// for longer.
    pub calm: Duration,
    /// How long at most until the view is written anew, for its figures.
    pub view_every: SignedDuration,
    /// How long an answer `ready` holds while all is calm. Three seconds: the edge asks by itself each second, and only one
    /// that is silent for far longer is replaced.
    pub ready_holds: SignedDuration,
    /// How many instances are asked at the same time whether they are ready.
    pub asks_at_once: usize,
    /// How long the world may take for one thing (a file, a start), so that a stuck disk does not stop the loop.
    pub answer_limit: Duration,
    /// How long jobs wait at the start for the site to be ready.
    pub jobs_wait: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            moving: Duration::from_millis(200),
            calm: Duration::from_secs(1),
            view_every: SignedDuration::from_secs(5),
            ready_holds: SignedDuration::from_secs(3),
            asks_at_once: 8,
            answer_limit: Duration::from_secs(10),
            jobs_wait: SignedDuration::from_secs(60),
        }
    }
}

/// How long it may take to put everything away: first the edge and the jobs, then what answers, then the backup, each
/// within these limits.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// How long each may take to finish what it has.
    pub gently: SignedDuration,
    /// How long one waits after ending it at once.
    pub at_once: SignedDuration,
}

impl Default for Leaving {
    fn default() -> Self {
        // Together well below the 90 seconds after which systemd ends what it stops.
        Self { gently: SignedDuration::from_secs(20), at_once: SignedDuration::from_secs(5) }
    }
}
