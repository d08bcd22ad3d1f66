//! The live loop: once a second, whatever has been measured since and has arrived is committed.

use std::time::Duration;

use domain::{FailureKind, LocalMs, UserRow, Zone};
use operational::{Operational, OperationalError, ReadingWriter};
use tokio_util::sync::CancellationToken;

use super::fleet::{Fleet, QUARTER_MS, parts};
use super::mail::{Delivery, Mail, REPEAT_REMARK};
use super::noise::Noise;
use super::people;
use crate::clock;

const TICK: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_secs(2);
const TRANSACTION_ROWS: usize = 10_000;
/// A machine that slept longer than this goes on with the present.
const MAX_CATCH_UP_MS: i64 = 86_400_000;
const MAX_USERS: i64 = 200_000;
/// Registered long before any reading.
const REGISTERED: &[u8] = b"2024-01-01 00:00:00";

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Settings {
    /// Readings per second on average.
    pub rate: f64,
    pub users: i64,
    pub late: f64,
    pub duplicate: f64,
    pub missing: f64,
    pub seed: u64,
}

impl Settings {
    /// As many users as reach the rate with a report every quarter of an hour.
    pub fn users_for(rate: f64) -> i64 {
        ((rate * QUARTER_MS as f64 / 1000.0).round() as i64).clamp(1, MAX_USERS)
    }

    /// Time between two reports of one meter.
    pub fn interval_ms(&self) -> i64 {
        (self.users as f64 * 1000.0 / self.rate).round() as i64
    }

    pub fn noise(&self) -> Noise {
        Noise { seed: self.seed }
    }
}

/// Takes the users that are there, adds those that are missing, and sets up their meters.
pub async fn enlist(database: &Operational, settings: &Settings, now: LocalMs) -> Result<Fleet, OperationalError> {
    let mut users: Vec<UserRow> = database.users(settings.users).await?;
    let missing = settings.users - i64::try_from(users.len()).unwrap_or(settings.users);
    let first = database.max_user_id().await?.saturating_add(1);
    let created = LocalMs::parse(REGISTERED).unwrap_or_default();
    let new: Vec<UserRow> =
        (first..first.saturating_add(missing)).map(|user_id| people::user(settings.noise(), user_id, created)).collect();
    for batch in new.chunks(TRANSACTION_ROWS) {
        database.upsert_users(batch).await?;
    }
    users.extend(new);
    let ids: Vec<i64> = users.iter().filter_map(|user| user.user_id).collect();
    let last = database.last_reports(&ids, now).await?;
    Ok(Fleet::new(settings.noise(), &users, &last, database.max_consumption_id().await?))
}

/// What has been written so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sent {
    pub reports: u64,
    pub repeats: u64,
}

/// A fleet, its mail and the time both have reached.
#[derive(Clone, Debug)]
pub struct Live {
    fleet: Fleet,
    mail: Mail,
    reached: LocalMs,
}

impl Live {
    pub fn new(mut fleet: Fleet, settings: &Settings, reached: LocalMs) -> Self {
        fleet.set_interval_ms(settings.interval_ms());
        fleet.set_missing(settings.missing);
        let mail = Mail::new(settings.noise(), parts(settings.late), parts(settings.duplicate));
        Self { fleet, mail, reached }
    }

    /// What arrives until `now`. A clock that was set back is waited for.
    pub fn until(&mut self, now: LocalMs) -> Delivery {
        if now <= self.reached {
            return Delivery::default();
        }
        self.reached = self.reached.max(now.plus_ms(-MAX_CATCH_UP_MS));
        for report in self.fleet.reports(self.reached, now) {
            self.mail.post(report);
        }
        self.reached = now;
        self.mail.arrived(now)
    }

    /// Writes until told to stop. A database that is away for a moment is waited for.
    pub async fn run(
        mut self,
        database: &Operational,
        zone: Zone,
        stop: &CancellationToken,
        mut progress: impl FnMut(Sent),
    ) -> Result<Sent, OperationalError> {
        let mut writer = database.reading_writer();
        let mut sent = Sent::default();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = stop.cancelled() => return Ok(sent),
            }
            let delivery = self.until(clock::local(zone));
            if delivery.is_empty() {
                continue;
            }
            while let Err(error) = deliver(database, &mut writer, &delivery, &mut sent).await {
                if error.kind() != FailureKind::Retry {
                    return Err(error);
                }
                tracing::warn!(%error, "readings wait for the operational database");
                tokio::select! {
                    () = tokio::time::sleep(RETRY_AFTER) => {}
                    () = stop.cancelled() => return Ok(sent),
                }
            }
            progress(sent);
        }
    }
}

async fn deliver(
    database: &Operational,
    writer: &mut ReadingWriter,
    delivery: &Delivery,
    sent: &mut Sent,
) -> Result<(), OperationalError> {
    for rows in delivery.reports.chunks(TRANSACTION_ROWS) {
        sent.reports += writer.insert(rows).await?.new;
    }
    for ids in delivery.repeats.chunks(TRANSACTION_ROWS) {
        sent.repeats += database.repeat_readings(ids, REPEAT_REMARK).await?;
    }
    Ok(())
}
