//! Colours of courses in a week: eight, by number, so that a course keeps its own when others come and go.

use crate::schedule::COLOURS;

/// A colour for each course, in the order given: the stored one where there is one, else the one that is used least so
/// far, the lowest of equals. Whoever stores the answer never sees a course change its colour.
#[must_use]
pub fn assigned(stored: &[Option<u8>]) -> Vec<u8> {
    let mut used = [0_usize; COLOURS as usize];
    let valid = |colour: &Option<u8>| colour.filter(|colour| *colour < COLOURS);
    for colour in stored.iter().filter_map(valid) {
        used[usize::from(colour)] += 1;
    }
    let given = stored.iter().map(|colour| valid(colour).unwrap_or_else(|| take_least_used(&mut used)));
    given.collect()
}

fn take_least_used(used: &mut [usize; COLOURS as usize]) -> u8 {
    let least = (0..COLOURS).min_by_key(|colour| used[usize::from(*colour)]).unwrap_or(0);
    used[usize::from(least)] += 1;
    least
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_eight_differ_and_a_course_keeps_its_own() {
        assert_eq!(assigned(&[None; 8]), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(assigned(&[Some(3), None, Some(0), None]), [3, 1, 0, 2]);
        assert_eq!(assigned(&[Some(200), None]), [0, 1], "a colour that there is none of is as if not stored");
    }

    proptest! {
        #[test]
        fn stored_colours_stay_when_courses_come_and_go(
            count in 0_usize..20,
            removed in prop::collection::vec(any::<bool>(), 20),
            more in 0_usize..5,
        ) {
            let first = assigned(&vec![None; count]);
            let kept: Vec<Option<u8>> =
                first.iter().zip(&removed).filter(|(_, removed)| !**removed).map(|(colour, _)| Some(*colour)).collect();
            let then: Vec<Option<u8>> = kept.iter().copied().chain(vec![None; more]).collect();
            let second = assigned(&then);
            prop_assert!(kept.iter().zip(&second).all(|(before, after)| *before == Some(*after)));
            prop_assert!(second.iter().all(|colour| *colour < COLOURS));
            if count.max(then.len()) <= usize::from(COLOURS) {
                let mut distinct = second.clone();
                distinct.sort_unstable();
                distinct.dedup();
                prop_assert_eq!(distinct.len(), second.len(), "up to eight courses differ");
            }
        }
    }
}
