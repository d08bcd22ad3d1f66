//! A live load: small transactions at a steady rhythm, each of which adds the same energy to every region, so that a
//! region's total tells which of them it holds.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::dense::{REGIONS, USERS};
use super::lab::Pair;
use super::session::Session;

const AMOUNT_HUNDREDTHS: i64 = 7;
/// Behind the rhythm by more than this, the source does not take the load and the figure would mean nothing.
const MOST_BEHIND: Duration = Duration::from_secs(5);

/// One transaction: when it was handed to the source, and when the source said that it is committed.
pub struct Sent {
    pub asked_at: Instant,
    pub committed_at: Instant,
}

pub struct Writer {
    session: Session,
    zone: &'static str,
    /// A multiple of the number of regions.
    batch: u64,
    next_id: u64,
    pub sent: Vec<Sent>,
}

impl Writer {
    pub fn open(pair: &Pair<'_>, batch: u64, first_id: u64) -> Result<Self> {
        ensure!(batch.is_multiple_of(REGIONS), "each region must get the same");
        let session = Session::open(pair.lab, &pair.source_url())?;
        Ok(Self { session, zone: pair.zone, batch, next_id: first_id, sent: Vec::new() })
    }

    /// What one transaction adds to each region's day, in hundredths of a kWh.
    pub fn step_hundredths(&self) -> i64 {
        AMOUNT_HUNDREDTHS * i64::try_from(self.batch / REGIONS).unwrap_or(0)
    }

    pub fn send(&mut self) -> Result<()> {
        let (batch, zone, id) = (self.batch, self.zone, self.next_id);
        let user = id % USERS;
        let asked_at = Instant::now();
        self.session.ask(&format!(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) \
             select {id} + g, ({user} + g) % {USERS} + 1, 0.0{AMOUNT_HUNDREDTHS}, 0.05, clock_timestamp() at time zone '{zone}' \
             from generate_series(0, {batch} - 1) g"
        ))?;
        self.next_id += batch;
        self.sent.push(Sent { asked_at, committed_at: Instant::now() });
        Ok(())
    }

    /// One transaction per `every`, for `duration`; late ones are not left out.
    pub fn run(&mut self, every: Duration, duration: Duration) -> Result<()> {
        let started = Instant::now();
        let mut due = started;
        while due < started + duration {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            ensure!(due.elapsed() < MOST_BEHIND, "the source does not take the load");
            self.send()?;
            due += every;
        }
        Ok(())
    }

    pub fn close(self) -> Result<Vec<Sent>> {
        self.session.close()?;
        Ok(self.sent)
    }
}
