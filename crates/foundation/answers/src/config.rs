//! Every limit of the kept answers, by name.

use std::time::Duration;

/// Limits of the first tier, and of what it gives to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswersConfig {
    /// What is kept, as a label of the figures: one process may keep several kinds.
    pub name: &'static str,
    /// What all kept answers together may weigh in this process.
    pub limit_bytes: u64,
    /// An answer whose plain bytes are more than this is sent and not kept.
    pub answer_limit_bytes: usize,
    /// How often an answer is asked for in one encoding before it is packed again with more effort.
    pub improve_after_asks: u32,
    /// How long a shared tier keeps an answer that nobody asks for.
    pub shared_life: Duration,
}

impl Default for AnswersConfig {
    fn default() -> Self {
        Self {
            name: "answers",
            limit_bytes: 64 * 1024 * 1024,
            answer_limit_bytes: 32 * 1024 * 1024,
            improve_after_asks: 32,
            // Every night makes a new version; half a day longer, and a day without a night is bridged.
            shared_life: Duration::from_secs(36 * 60 * 60),
        }
    }
}
