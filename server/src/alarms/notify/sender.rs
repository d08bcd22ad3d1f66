//! Carries messages out: decides what waited, composes what is ready, and makes the attempts, each receiver by itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use app::text::Lang;
use chrono::{DateTime, TimeDelta, Utc};
use domain::alarms::notices::{Decision, NoticeKind};
use engine::alarms::notices::{AlarmNow, decide_again};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use warehouse::WarehouseError;
use warehouse::alarms::evaluation;
use warehouse::alarms::notices::outbox::{self, AttemptResult, Fate, Next};
use warehouse::alarms::notices::waiting::{self, WaitingRow};
use warehouse::alarms::notices::{channels, compose, listen};

use super::message::{self, News, Place};
use super::send::{ATTEMPT_WITHIN, Ended, Senders};

/// How often the sender looks, even if nobody wakes it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// Receivers that are served at the same time.
const MOST_WORKERS: usize = 64;
/// Messages of one receiver in one turn, so that all get theirs.
const MOST_ATTEMPTS_A_TURN: usize = 50;
/// More undelivered messages than these are not composed: what is ready goes together into a later one.
const MOST_OPEN: i64 = 20;
/// Attempts of a message before it counts as undeliverable.
pub const MOST_ATTEMPTS: i32 = 10;
const FIRST_PAUSE_S: i64 = 2;
const LONGEST_PAUSE_S: i64 = 600;
/// Decisions about what cannot be heard are put off so long.
const DEAF_AGAIN_MS: i64 = 10_000;
/// An attempt without an end after this was cut off.
const LEASE: TimeDelta = TimeDelta::seconds(2 * ATTEMPT_WITHIN.as_secs().cast_signed() + 20);
/// Attempts on their way when the program ends may take this long.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// UTC milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

#[derive(Clone)]
pub struct Sender {
    pub pool: PgPool,
    pub senders: Senders,
    pub place: Place,
    pub clock: Clock,
}

impl Sender {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis((self.clock)()).unwrap_or_default()
    }

    /// Runs until cancelled. A database that is away is tried again with every look.
    pub async fn run(self, cancel: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut workers = Workers::default();
        let ear = Ear::open(self.pool.clone());
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                _ = looks.tick() => {}
                () = ear.woken.notified() => {}
                // whoever is not done, such as a robot that takes no more, is served again with the next look
                () = workers.ended() => continue,
            }
            if let Err(error) = self.look(&mut workers).await {
                tracing::warn!(%error, "messages about alarms wait; trying again");
                tokio::select! {
                    () = cancel.cancelled() => break,
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
        }
        if tokio::time::timeout(FINISH_WITHIN, workers.finish()).await.is_err() {
            tracing::warn!("attempts to deliver messages were cut off; they are made again after the next start");
        }
    }

    async fn look(&self, workers: &mut Workers) -> Result<(), WarehouseError> {
        self.decide_due().await?;
        for channel_id in outbox::due_channels(&self.pool, self.now()).await? {
            workers.serve(self, channel_id);
        }
        Ok(())
    }

    /// Decides what waited and is due. Holds alarms still meanwhile, so that nobody acknowledges between look and word.
    pub async fn decide_due(&self) -> Result<usize, WarehouseError> {
        let now = self.now();
        let mut tx = self.pool.begin().await?;
        if !waiting::is_due(&mut tx, now).await? {
            return Ok(0);
        }
        let progress = evaluation::hold(&mut tx).await?;
        let rows = waiting::due(&mut tx, now).await?;
        let decided: Vec<(i64, Decision)> = rows.iter().map(|row| (row.notice_id, again(row, now))).collect();
        waiting::settle(&mut tx, &decided, now).await?;
        let is_told = |decision: &Decision| matches!(decision, Decision::Send { .. });
        let escalated: Vec<&WaitingRow> = (rows.iter().zip(&decided))
            .filter(|(row, (_, decision))| row.kind == NoticeKind::Escalated && is_told(decision))
            .map(|(row, _)| row)
            .collect();
        if !escalated.is_empty() {
            waiting::note_escalated(&mut tx, &escalated, progress.revision + 1, now).await?;
            evaluation::announce(&mut tx, progress.revision + 1).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }

    /// Everything there is to do for one receiver now.
    pub async fn serve(&self, channel_id: i32) -> Result<(), WarehouseError> {
        for (message_id, attempt_no) in outbox::cut_off(&self.pool, channel_id, self.now()).await? {
            let ended =
                Ended { result: AttemptResult::Interrupted, detail: "interrupted".to_owned(), may_retry: true, wait: None };
            self.end((message_id, attempt_no), false, &ended).await?;
        }
        let Some(receiver) = channels::receiver_of(&self.pool, channel_id).await? else { return Ok(()) };
        if !receiver.is_on {
            return outbox::drop_off(&self.pool, channel_id, self.now()).await;
        }
        // a robot's messages are few: what comes while one waits goes together into the next
        let most_open = if receiver.kind.messages_per_min().is_some() { 1 } else { MOST_OPEN };
        for _ in 0..MOST_ATTEMPTS_A_TURN {
            if outbox::open_messages(&self.pool, channel_id).await? < most_open {
                self.compose(channel_id).await?;
            }
            match outbox::begin_attempt(&self.pool, channel_id, self.now(), LEASE).await? {
                Next::Attempt(attempt) => {
                    let ended = self.senders.send(&attempt, (self.clock)()).await;
                    self.end((attempt.message_id, attempt.attempt_no), attempt.is_test, &ended).await?;
                }
                Next::Full(_) | Next::Nothing => break,
            }
        }
        Ok(())
    }

    /// Puts what is ready for a receiver into one message.
    async fn compose(&self, channel_id: i32) -> Result<(), WarehouseError> {
        let now = self.now();
        let local_now = self.place.zone.local_ms(now.timestamp_micros()).to_naive();
        let Some(taken) = compose::take(&self.pool, channel_id, now, local_now).await? else { return Ok(()) };
        let (kind, lang) = (taken.receiver.kind, Lang::parse(&taken.receiver.lang).unwrap_or_default());
        let news =
            News { count: taken.count(), lines: &taken.lines, by_severity: &taken.by_severity, by_region: &taken.by_region };
        let composed = message::compose(kind, lang, &news, &self.place, now);
        taken.put(&composed.subject, &composed.body, now).await?;
        Ok(())
    }

    async fn end(&self, attempt: (i64, i32), is_test: bool, ended: &Ended) -> Result<(), WarehouseError> {
        let now = self.now();
        let fate = fate(attempt.1, is_test, ended, now);
        metrics::counter!(crate::metrics::NOTICE_ATTEMPTS_TOTAL, "result" => ended.result.code()).increment(1);
        outbox::end_attempt(&self.pool, attempt, ended.result, &ended.detail, fate, now).await
    }
}

fn again(row: &WaitingRow, now: DateTime<Utc>) -> Decision {
    // whether it still stands is known when the log is read again, and nobody annunciates it anew then
    if row.is_deaf && row.kind != NoticeKind::Returned {
        return Decision::Wait { due_ms: now.timestamp_millis() + DEAF_AGAIN_MS };
    }
    let alarm = AlarmNow { state: row.state, is_active: row.is_active, acknowledged: row.acknowledged.clone() };
    decide_again(row.kind, row.is_route_on, row.is_channel_on, &alarm, now.timestamp_millis())
}

/// What becomes of a message. A test is tried once: somebody waits for its outcome.
fn fate(attempt_no: i32, is_test: bool, ended: &Ended, now: DateTime<Utc>) -> Fate {
    if ended.result == AttemptResult::Sent {
        return Fate::Sent;
    }
    // whoever sends a dead message again gives it another turn
    let is_last = attempt_no % MOST_ATTEMPTS == 0;
    if !ended.may_retry || is_test || is_last {
        return Fate::Dead;
    }
    let asked = ended.wait.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
    Fate::Again(now + pause(attempt_no).max(asked))
}

/// 2 s, then four times as long after each attempt, at most 10 min.
fn pause(attempt_no: i32) -> TimeDelta {
    let turn = u32::try_from((attempt_no - 1).rem_euclid(MOST_ATTEMPTS)).unwrap_or(0);
    TimeDelta::seconds(FIRST_PAUSE_S.saturating_mul(4i64.saturating_pow(turn)).min(LONGEST_PAUSE_S))
}

/// One task per receiver, so that one that hangs holds up no other.
#[derive(Default)]
struct Workers {
    tasks: JoinSet<()>,
    channels: HashMap<Id, i32>,
}

impl Workers {
    fn serve(&mut self, sender: &Sender, channel_id: i32) {
        let is_busy = self.channels.values().any(|busy| *busy == channel_id);
        if is_busy || self.tasks.len() >= MOST_WORKERS {
            return;
        }
        let sender = sender.clone();
        let task = self.tasks.spawn(async move {
            if let Err(error) = sender.serve(channel_id).await {
                tracing::warn!(%error, channel_id, "a receiver of messages could not be served; trying again");
            }
        });
        self.channels.insert(task.id(), channel_id);
    }

    /// Waits for one of them; for ever when there is none.
    async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            None => std::future::pending().await,
            Some(Ok((id, ()))) => drop(self.channels.remove(&id)),
            Some(Err(error)) => {
                tracing::error!(%error, "the sender of messages to a receiver broke off");
                self.channels.remove(&error.id());
            }
        }
    }

    async fn finish(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Hears that there is something to do. Nothing depends on it: without it the sender looks every second.
struct Ear {
    woken: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Ear {
    fn open(pool: PgPool) -> Self {
        let woken = Arc::<Notify>::default();
        let waker = Arc::clone(&woken);
        let task = tokio::spawn(async move {
            loop {
                if let Ok(mut listener) = listen(&pool).await {
                    while let Ok(Some(_)) = listener.try_recv().await {
                        waker.notify_one();
                    }
                }
                tokio::time::sleep(LISTEN_AGAIN).await;
            }
        });
        Self { woken, task }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_seconds_to_minutes_and_end() {
        let pauses: Vec<i64> = (1..=MOST_ATTEMPTS).map(|no| pause(no).num_seconds()).collect();
        assert_eq!(pauses, [2, 8, 32, 128, 512, 600, 600, 600, 600, 600]);
        let failed = |may_retry, wait| Ended { result: AttemptResult::Timeout, detail: String::new(), may_retry, wait };
        let now = DateTime::default();
        assert_eq!(fate(1, false, &failed(true, None), now), Fate::Again(now + TimeDelta::seconds(2)));
        assert_eq!(fate(1, false, &failed(true, Some(Duration::from_secs(60))), now), Fate::Again(now + TimeDelta::seconds(60)));
        assert_eq!(fate(MOST_ATTEMPTS, false, &failed(true, None), now), Fate::Dead);
        assert_eq!(fate(1, false, &failed(false, None), now), Fate::Dead);
        assert_eq!(fate(1, true, &failed(true, None), now), Fate::Dead, "a test is tried once");
        assert!(matches!(fate(MOST_ATTEMPTS + 1, false, &failed(true, None), now), Fate::Again(_)), "sent again by hand");
    }

    #[test]
    fn nobody_drops_what_cannot_be_heard() {
        let row = |kind, is_deaf| WaitingRow {
            notice_id: 1,
            alarm_id: 1,
            rule_id: 1,
            region_id: None,
            kind,
            is_route_on: true,
            is_channel_on: true,
            channel_name: String::new(),
            state: domain::alarms::State::Dsupr,
            is_active: true,
            is_deaf,
            severity: domain::alarms::Severity::High,
            occurrence: 1,
            acknowledged: None,
        };
        let now = DateTime::default();
        assert_eq!(again(&row(NoticeKind::Escalated, true), now), Decision::Wait { due_ms: DEAF_AGAIN_MS });
        assert!(matches!(again(&row(NoticeKind::Escalated, false), now), Decision::Skip(_)), "an alarm above quiets it");
        assert!(matches!(again(&row(NoticeKind::Returned, true), now), Decision::Skip(_)));
    }
}
