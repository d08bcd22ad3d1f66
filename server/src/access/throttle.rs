//! When an attempt to sign in has to wait. Decided before any hashing, from what has failed so far.
//!
//! Somebody who guesses is slowed down per account from one address; per address; and, when many addresses guess at
//! one account, by letting only those addresses try that the account has signed in from before. So nobody can keep a
//! person from signing in at his usual place.

use chrono::{DateTime, Duration, Utc};
use warehouse::access::throttle::{Failures, ThrottleState, WINDOW_MINUTES};

/// Failures of one account from one address that cost nothing: people mistype.
const PAIR_FREE: i32 = 4;
const PAIR_LONGEST_MIN: i64 = 15;
const ADDRESS_MOST: i32 = 20;
const ACCOUNT_MOST: i32 = 20;

/// Until when the attempt has to wait; none: it may be made now.
pub fn blocked_until(state: &ThrottleState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let pair = state.pair.and_then(|failures| Some(failures.last_at + pair_wait(failures.count)?));
    let crowded = |failures: Option<Failures>, most: i32| {
        failures.filter(|failures| failures.count >= most).map(|failures| failures.last_at + Duration::minutes(WINDOW_MINUTES))
    };
    // where somebody has signed in before he is let in, whoever else guesses from there or at his name
    let of_strangers = [crowded(state.address, ADDRESS_MOST), crowded(state.account, ACCOUNT_MOST)];
    let of_strangers = of_strangers.into_iter().flatten().filter(|_| !state.is_known_address);
    of_strangers.chain(pair).filter(|until| *until > now).max()
}

/// 1, 2, 4 … 15 minutes from the fifth failure on.
fn pair_wait(failures: i32) -> Option<Duration> {
    let beyond = u32::try_from(failures - PAIR_FREE - 1).ok()?;
    let minutes = 1_i64.checked_shl(beyond.min(8)).unwrap_or(PAIR_LONGEST_MIN);
    Some(Duration::minutes(minutes.min(PAIR_LONGEST_MIN)))
}

/// Whether one more failure begins a wait: worth a line in the log, once.
pub fn begins_wait(state: &ThrottleState) -> bool {
    let count = |failures: Option<Failures>| failures.map_or(0, |failures| failures.count);
    count(state.pair) == PAIR_FREE || count(state.address) == ADDRESS_MOST - 1 || count(state.account) == ACCOUNT_MOST - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + minute * 60, 0).expect("a time")
    }

    fn failed(count: i32, minute: i64) -> Option<Failures> {
        Some(Failures { count, since_at: at(minute), last_at: at(minute) })
    }

    fn wait_min(state: &ThrottleState, minute: i64) -> Option<i64> {
        blocked_until(state, at(minute)).map(|until| (until - at(minute)).num_minutes())
    }

    #[test]
    fn mistyping_costs_nothing_and_guessing_costs_more_each_time() {
        let after = |count| wait_min(&ThrottleState { pair: failed(count, 0), ..ThrottleState::default() }, 0);
        assert_eq!((after(0), after(4)), (None, None));
        assert_eq!([5, 6, 7, 8, 9, 10, 1_000_000].map(after), [1, 2, 4, 8, 15, 15, 15].map(Some));
        assert_eq!(wait_min(&ThrottleState { pair: failed(5, 0), ..ThrottleState::default() }, 1), None, "and passes");
    }

    #[test]
    fn an_address_that_tries_many_names_waits() {
        let state = ThrottleState { address: failed(20, 0), ..ThrottleState::default() };
        assert_eq!((wait_min(&state, 0), wait_min(&state, 14), wait_min(&state, 15)), (Some(15), Some(1), None));
        assert_eq!(wait_min(&ThrottleState { address: failed(19, 0), ..ThrottleState::default() }, 0), None);
        let colleague = ThrottleState { is_known_address: true, ..state };
        assert_eq!(wait_min(&colleague, 0), None, "not for whoever has signed in from there before");
    }

    #[test]
    fn an_account_under_attack_stays_open_at_its_usual_addresses() {
        let besieged = ThrottleState { account: failed(100_000, 0), ..ThrottleState::default() };
        assert_eq!(wait_min(&besieged, 0), Some(15));
        assert_eq!(wait_min(&ThrottleState { is_known_address: true, ..besieged }, 0), None);
        let own_mistakes = ThrottleState { is_known_address: true, pair: failed(5, 0), ..besieged };
        assert_eq!(wait_min(&own_mistakes, 0), Some(1), "a known address is not free to guess either");
    }

    #[test]
    fn the_beginning_of_a_wait_is_noted_once() {
        let begins = |count: &i32| begins_wait(&ThrottleState { pair: failed(*count, 0), ..ThrottleState::default() });
        assert_eq!((0..30).filter(begins).collect::<Vec<_>>(), [4]);
    }
}
