//! The privacy rule of the campus's grade data: what could tell one student's grade is not shown.

use catalog::grade::Distribution;

use super::export::Level;

/// The fewest grades of an undergraduate section.
pub(crate) const UNDERGRADUATE_GRADES_MIN: u32 = 10;
/// The fewest grades of a graduate section.
pub(crate) const GRADUATE_GRADES_MIN: u32 = 5;

/// Whether a section may be shown: enough grades, and not everybody with the same one.
pub(crate) fn may_be_shown(distribution: &Distribution, level: Level) -> bool {
    let least = match level {
        Level::Undergraduate => UNDERGRADUATE_GRADES_MIN,
        Level::Graduate => GRADUATE_GRADES_MIN,
    };
    let total = distribution.total();
    let is_uniform = distribution.0.contains(&total);
    total >= least && !is_uniform
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(counts: &[(usize, u32)]) -> Distribution {
        let mut distribution = Distribution::default();
        for (grade, count) in counts {
            distribution.0[*grade] = *count;
        }
        distribution
    }

    #[test]
    fn small_sections_are_held_back_by_level() {
        let nine = with(&[(0, 5), (1, 4)]);
        assert!(!may_be_shown(&nine, Level::Undergraduate));
        assert!(may_be_shown(&nine, Level::Graduate));
        assert!(may_be_shown(&with(&[(0, 5), (1, 5)]), Level::Undergraduate));
        assert!(!may_be_shown(&with(&[(0, 2), (1, 2)]), Level::Graduate));
    }

    #[test]
    fn a_section_in_which_everybody_got_the_same_is_held_back() {
        assert!(!may_be_shown(&with(&[(1, 300)]), Level::Undergraduate));
        assert!(!may_be_shown(&with(&[(13, 40)]), Level::Graduate));
        assert!(!may_be_shown(&Distribution::default(), Level::Graduate));
    }
}
