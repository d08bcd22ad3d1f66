//! How much one client address may ask. A burst is free; what goes on above the limit is told to wait.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

/// A page and everything around it, several times over, at once.
const BURST_SECONDS: u32 = 5;
/// Addresses that are remembered at the same time. Those that have been quiet are as good as new and are dropped first.
const MOST_ADDRESSES: usize = 50_000;
/// Lanes of the crowd: few enough to hold, too many for an attacker to fill the one that somebody else is in.
const LANES: u64 = 4_096;
const BETWEEN_CLEANINGS: Duration = Duration::from_secs(1);

/// What one address has left.
pub struct Rate(Option<Limits>);

struct Limits {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    /// While more addresses ask than are remembered, all of them share these.
    crowd: DefaultKeyedRateLimiter<u64>,
    /// Seeded anew with each start, so that nobody knows who shares his lane.
    lanes: RandomState,
    clock: DefaultClock,
    cleaned_at: Mutex<Option<Instant>>,
}

impl Rate {
    /// 0: no limit.
    pub fn per_second(requests: u32) -> Self {
        Self(NonZeroU32::new(requests).map(|requests| {
            let burst = requests.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
            let quota = Quota::per_second(requests).allow_burst(burst);
            Limits {
                limiter: DefaultKeyedRateLimiter::keyed(quota),
                crowd: DefaultKeyedRateLimiter::keyed(quota),
                lanes: RandomState::new(),
                clock: DefaultClock::default(),
                cleaned_at: Mutex::default(),
            }
        }))
    }

    /// Counts one request; an error says how long to wait.
    pub fn take(&self, address: IpAddr) -> Result<(), Duration> {
        let Some(limits) = &self.0 else { return Ok(()) };
        if limits.limiter.len() >= MOST_ADDRESSES {
            limits.clean();
            // all of these asked within the last seconds: whoever is behind that, memory comes first
            if limits.limiter.len() >= MOST_ADDRESSES {
                let lane = limits.lanes.hash_one(address) % LANES;
                return limits.crowd.check_key(&lane).map_err(|early| early.wait_time_from(limits.clock.now()));
            }
        }
        limits.limiter.check_key(&address).map_err(|early| early.wait_time_from(limits.clock.now()))
    }
}

impl Limits {
    /// Forgets who has been quiet; not more often than pays.
    fn clean(&self) {
        let mut cleaned_at = self.cleaned_at.lock().unwrap_or_else(PoisonError::into_inner);
        if cleaned_at.is_none_or(|at| at.elapsed() >= BETWEEN_CLEANINGS) {
            *cleaned_at = Some(Instant::now());
            self.limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(number).into()
    }

    #[test]
    fn one_address_waits_and_others_do_not() {
        let rate = Rate::per_second(2);
        let taken = (0..30).filter(|_| rate.take(address(1)).is_ok()).count();
        assert!((10..=12).contains(&taken), "a burst of five seconds: {taken}");
        assert!(rate.take(address(1)).expect_err("too many") > Duration::ZERO);
        assert!(rate.take(address(2)).is_ok());
        let without = Rate::per_second(0);
        assert!((0..10_000).all(|_| without.take(address(1)).is_ok()));
    }

    #[test]
    fn addresses_that_are_remembered_are_bounded() {
        let rate = Rate::per_second(1);
        for number in 0..u32::try_from(MOST_ADDRESSES).expect("small") + 1_000 {
            rate.take(address(number)).ok();
        }
        assert!(rate.0.as_ref().expect("a limit").limiter.len() <= MOST_ADDRESSES);
        let served = (0..1_000).filter(|number| rate.take(address(u32::MAX - number)).is_ok()).count();
        assert!(served > 900, "newcomers are still served: {served}");
    }
}
