//! When a certificate is due.

use jiff::{SignedDuration, Timestamp};

use super::{Held, Window};

/// By how much of the lifetime the moment is spread, so that not all of the world renews at midnight: a fiftieth is 22
/// hours of 45 days and 3 hours of a certificate of six days.
const SPREAD: i32 = 50;
/// A share of chance, in this many steps.
const STEPS: i64 = 1 << 20;

/// When to renew: at a moment of the authority's window when it names one, else when two thirds of the lifetime are over,
/// or a little before. Lifetimes fall (90 days, 64, 45, 6): a number of days would break. The same certificate is due at
/// the same moment on every call; two certificates at different ones.
#[must_use]
pub fn due_at(held: &Held) -> Timestamp {
    let chance = chance(&held.serial);
    let window = held.window.filter(|window| is_sensible(window, held));
    match window {
        Some(Window { start, end }) => later(start, share(end.duration_since(start), chance)),
        None => {
            let lifetime = lifetime(held);
            let early = share(lifetime / SPREAD, chance);
            later(held.not_before, lifetime / 3 * 2 - early)
        }
    }
}

/// How long it is valid in all.
#[must_use]
pub fn lifetime(held: &Held) -> SignedDuration {
    held.not_after.duration_since(held.not_before).max(SignedDuration::ZERO)
}

/// An authority may be wrong too: a window that is turned around or opens after the end would let the certificate end.
fn is_sensible(window: &Window, held: &Held) -> bool {
    window.start <= window.end && window.start < held.not_after
}

/// Chance that stays: a number below [`STEPS`] from the certificate's own, which its authority drew at random.
fn chance(serial: &str) -> i64 {
    // FNV-1a, whose low bits are good enough to spread by.
    let hash = serial
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)).cast_signed().rem_euclid(STEPS)
}

fn share(of: SignedDuration, chance: i64) -> SignedDuration {
    SignedDuration::from_millis((of.as_millis() * i128::from(chance) / i128::from(STEPS)).try_into().unwrap_or(0))
}

fn later(than: Timestamp, by: SignedDuration) -> Timestamp {
    than.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held(days: i64, serial: &str) -> Held {
        let not_before: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        Held {
            id: "bt.edu".into(),
            names: vec!["bt.edu".parse().unwrap()],
            not_before,
            not_after: later(not_before, SignedDuration::from_hours(24 * days)),
            serial: serial.into(),
            window: None,
        }
    }

    #[test]
    fn two_thirds_of_ninety_days_are_sixty() {
        let due = due_at(&held(90, "03:aa")).duration_since(held(90, "").not_before).as_hours();
        assert!((24 * 58..=24 * 60).contains(&due), "{due}");
        let due = due_at(&held(45, "03:aa")).duration_since(held(45, "").not_before).as_hours();
        assert!((24 * 29..=24 * 30).contains(&due), "{due}");
    }

    #[test]
    fn a_window_that_cannot_be_meant_is_not_followed() {
        let mut strange = held(90, "03:aa");
        let usual = due_at(&strange);
        strange.window = Some(Window { start: strange.not_after, end: Timestamp::MAX });
        assert_eq!(due_at(&strange), usual);
        strange.window = Some(Window { start: usual, end: strange.not_before });
        assert_eq!(due_at(&strange), usual);
        // A revoked one: the whole window is over, and so it is due.
        strange.window = Some(Window { start: Timestamp::MIN, end: strange.not_before });
        assert!(due_at(&strange) <= strange.not_before);
    }

    proptest! {
        #[test]
        fn it_is_due_before_two_thirds_are_over_and_not_long_before(days in 1_i64..400, serial in "[0-9a-f:]{2,40}") {
            let held = held(days, &serial);
            let share = due_at(&held).duration_since(held.not_before).as_secs_f64() / lifetime(&held).as_secs_f64();
            prop_assert!((0.646..=0.6667).contains(&share), "{}", share);
        }

        #[test]
        fn a_window_is_kept_to(serial in "[0-9a-f:]{2,40}", start in 0_i64..60, length in 0_i64..20) {
            let mut held = held(90, &serial);
            let start = later(held.not_before, SignedDuration::from_hours(24 * start));
            let window = Window { start, end: later(start, SignedDuration::from_hours(24 * length)) };
            held.window = Some(window);
            prop_assert!((window.start..=window.end).contains(&due_at(&held)));
        }
    }

    #[test]
    fn certificates_of_one_day_are_not_due_at_one_moment() {
        let serials = (0..200).map(|number| format!("03:{number:02x}"));
        let mut moments: Vec<Timestamp> = serials.map(|serial| due_at(&held(90, &serial))).collect();
        moments.sort_unstable();
        let spread = moments[199].duration_since(moments[0]).as_hours();
        assert!(spread > 30, "{spread} hours");
    }
}
