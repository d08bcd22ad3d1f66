//! A steady stream of readings of all users at the source, until it is told to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::bench::lab::Pair;
use crate::bench::session::Session;

const BATCH: u64 = 20;
const EVERY: Duration = Duration::from_millis(20);
pub const PER_SECOND: u64 = 1_000;
/// Behind the rhythm by more than this, the source does not take the load and the figure would mean nothing.
const MOST_BEHIND: Duration = Duration::from_secs(5);
/// Users come in an order that has nothing to do with their numbers.
const STRIDE: u64 = 7_919;

/// May be shared with whoever counts.
pub struct Stream {
    zone: &'static str,
    users: u64,
    source: Option<Session>,
    next_id: Arc<AtomicU64>,
}

pub struct Streamed {
    pub readings: u64,
    pub seconds: f64,
}

impl Streamed {
    pub fn per_second(&self) -> f64 {
        self.readings as f64 / self.seconds
    }
}

impl Stream {
    pub fn open(pair: &Pair<'_>, users: u64) -> Result<Self> {
        let next = pair.ask_source("select coalesce(max(consumption_id), 0) + 1 from power_consumption")?;
        let source = Some(Session::open(pair.lab, &pair.source_url())?);
        Ok(Self { zone: pair.zone, users, source, next_id: Arc::new(AtomicU64::new(next.parse()?)) })
    }

    /// Tells how far the stream is; writes nothing itself.
    pub fn handle(&self) -> Self {
        Self { source: None, next_id: Arc::clone(&self.next_id), ..*self }
    }

    /// Readings that the source has.
    pub fn count(&self) -> u64 {
        self.next_id.load(Ordering::Relaxed)
    }

    pub fn run(mut self, most: Duration, stop: &AtomicBool) -> Result<Streamed> {
        let (started, first) = (Instant::now(), self.count());
        let mut due = started;
        let Some(mut source) = self.source.take() else { anyhow::bail!("a handle writes nothing") };
        while !stop.load(Ordering::Relaxed) && started.elapsed() < most {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            ensure!(due.elapsed() < MOST_BEHIND, "the source does not take the stream");
            let (id, users, zone) = (self.count(), self.users, self.zone);
            source.ask(&format!(
                "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) \
                 select {id} + g, ({id} + g) * {STRIDE} % {users} + 1, 0.02, 0.01, clock_timestamp() at time zone '{zone}' \
                   from generate_series(0, {BATCH} - 1) g"
            ))?;
            self.next_id.fetch_add(BATCH, Ordering::Relaxed);
            due += EVERY;
        }
        source.close()?;
        Ok(Streamed { readings: self.count() - first, seconds: started.elapsed().as_secs_f64() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rhythm_is_what_it_says() {
        assert_eq!(BATCH * 1_000, PER_SECOND * u64::try_from(EVERY.as_millis()).unwrap());
        assert_eq!(Streamed { readings: 500, seconds: 2.0 }.per_second(), 250.0);
    }
}
