//! How far something is, for a progress bar.

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Copying the database's files into the vault.
    Copying,
    /// Counting what is in the tables.
    Counting,
    /// Waiting until the journal of the copy is in the vault.
    Journal,
    /// Removing what is no longer kept.
    Pruning,
    /// Fetching and unpacking the database's files.
    Unpacking,
    /// Reading the journal.
    Recovering,
    /// Reading objects and checking them.
    Checking,
    /// Comparing with what was counted at the backup.
    Comparing,
}

impl Step {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copying => "copying the database",
            Self::Counting => "counting its rows",
            Self::Journal => "waiting for its journal",
            Self::Pruning => "removing what is no longer kept",
            Self::Unpacking => "unpacking the backup",
            Self::Recovering => "reading the journal",
            Self::Checking => "checking",
            Self::Comparing => "comparing its tables",
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done: bytes of copying, unpacking and checking, files of the journal.
    pub done: u64,
    /// How much there is, as far as known; a little more or less may come.
    pub total: Option<u64>,
}

impl Progress {
    /// A step that begins, of unknown length.
    #[must_use]
    pub const fn begin(step: Step) -> Self {
        Self { step, done: 0, total: None }
    }
}

/// Is told how far it is, often.
pub type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);
