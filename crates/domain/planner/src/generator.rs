//! Makes schedules: of the courses that somebody wants the best weeks that fit, each with what speaks for it in numbers;
//! or, when none fits, smallest sets of wishes that cannot be had together.
//!
//! **Scored, not Pareto.** Five qualities make hundreds of weeks of which none is better in everything; nobody reads
//! hundreds. So every week has one number, its cost in minutes of discomfort ([`Weights`]): an idle minute costs as many,
//! a day on campus costs an hour. Each proposal also says whether another one proposed beats it in everything, in what it
//! alone is the best of them, and what tells it from all the others.
//!
//! **Exact.** Times are never rounded: the week is cut at every beginning and end that occurs, and a section is the set
//! of pieces that it fills, as bits. Two sections clash exactly when they share a bit; half-term classes have pieces of
//! their own. Only idle minutes are counted by five, because the SIS ends classes at 10:59.
//!
//! **Bounded.** Branch and bound looks at [`STEPS_MAX`] choices at most. When that is not enough, it says that there may
//! be better ones. Sections of a course at the same times are one choice, the one with the most free seats; the others
//! are named beside it.

mod blame;
mod choices;
mod feasible;
mod grid;
mod proposal;
mod search;
mod wish;

use catalog::snapshot::Snapshot;

use self::choices::Problem;

pub use self::blame::{Constraint, Impossible};
pub use self::proposal::{Difference, Distinction, Features, Merit, Proposal, ProposedCourse};
pub use self::wish::{
    COURSES_MAX, InvalidWish, PROPOSALS_MAX, PROPOSALS_USUAL, Preference, SeatsWanted, Weights, Wish, WishedCourse,
};

/// The most choices that the search for the best looks at: a second of it, on one core, would look at thirty times as
/// many.
pub const STEPS_MAX: u32 = 500_000;

/// The most choices looked at to find out whether anything fits at all.
pub const FIT_STEPS_MAX: u32 = 300_000;

/// The most choices looked at to find out why nothing fits.
pub const BLAME_STEPS_MAX: u32 = 600_000;

/// The most sets of wishes that are named of what cannot be had together.
pub const CONTRADICTIONS_MAX: usize = 3;

/// The most choices of one course that are looked at: a lecture with 60 discussions and 60 labs would have 3,600.
pub const CHOICES_MAX: usize = 4_000;

/// The most other sections at the same times that are named beside a choice.
pub const ALTERNATIVES_MAX: usize = 12;

/// What came of a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There are weeks that fit.
    Found {
        /// The best, best first: at least one.
        proposals: Vec<Proposal>,
        /// Whether everything was looked at: no week beats these. Otherwise there are more, and there may be better
        /// ones.
        is_best: bool,
    },
    /// No week fits, which was proven.
    Impossible(Impossible),
    /// Nothing was found and nothing proven within the limit of steps.
    Undecided,
}

/// Makes schedules.
///
/// # Errors
/// When the wish is too large, or names a course that there is not, or one twice.
pub fn generate(snapshot: &Snapshot, wish: &Wish) -> Result<Outcome, InvalidWish> {
    wish.check(snapshot)?;
    let problem = Problem::of(snapshot, wish);
    let outcome = match feasible::first_fit(&problem) {
        feasible::Answer::No if !problem.is_cut => Outcome::Impossible(blame::explain(&problem, wish)),
        feasible::Answer::No | feasible::Answer::Unknown => Outcome::Undecided,
        feasible::Answer::Yes => {
            let (found, is_whole) = search::best(&problem, wish);
            match (found.is_empty(), is_whole && !problem.is_cut) {
                (false, is_best) => {
                    Outcome::Found { proposals: proposal::describe(snapshot, &problem, wish, found), is_best }
                }
                // No course is required, and none fits even alone.
                (true, true) => Outcome::Impossible(blame::explain(&problem, wish)),
                (true, false) => Outcome::Undecided,
            }
        }
    };
    Ok(outcome)
}

#[cfg(test)]
mod tests;
