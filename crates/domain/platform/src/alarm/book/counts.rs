//! What was seen of a part lately: how many looks in a row were how bad.

use crate::alarm::book::{Patience, WINDOW_LOOKS};
use crate::status::{Finding, Health};

/// Looks at one part, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    /// In a row: down.
    down: u32,
    /// In a row: down or degraded.
    degraded: u32,
    /// In a row: nothing good.
    unknown: u32,
    /// One bit a look, the newest lowest: whether it was down.
    window: u64,
    mend: Option<String>,
    /// In a row: with the same advice.
    pub(super) advice_looks: u32,
}

/// What is wrong with a part, after enough looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Down,
    KeepsFailing,
    Degraded,
    Unknown,
}

impl Seen {
    pub(super) fn health(self) -> Health {
        match self {
            Self::Down | Self::KeepsFailing => Health::Down,
            Self::Degraded => Health::Degraded,
            Self::Unknown => Health::Unknown,
        }
    }
}

impl Count {
    pub(super) fn take(&mut self, finding: &Finding) {
        let health = finding.health;
        let is_down = health == Health::Down;
        let next = |count: u32, goes_on: bool| if goes_on { count.saturating_add(1) } else { 0 };
        self.down = next(self.down, is_down);
        self.degraded = next(self.degraded, health >= Health::Degraded);
        self.unknown = next(self.unknown, health >= Health::Unknown);
        self.window = self.window << 1 | u64::from(is_down);
        if self.mend == finding.mend {
            self.advice_looks = self.advice_looks.saturating_add(1);
        } else {
            self.mend.clone_from(&finding.mend);
            self.advice_looks = 1;
        }
    }

    pub(super) fn seen(&self, patience: &Patience) -> Option<Seen> {
        let failing = (self.window & ((1 << WINDOW_LOOKS) - 1)).count_ones();
        if self.down >= patience.down_looks {
            Some(Seen::Down)
        } else if self.degraded >= patience.degraded_looks {
            Some(Seen::Degraded)
        } else if failing >= patience.failing_looks {
            Some(Seen::KeepsFailing)
        } else if self.unknown >= patience.unknown_looks {
            Some(Seen::Unknown)
        } else {
            None
        }
    }
}
