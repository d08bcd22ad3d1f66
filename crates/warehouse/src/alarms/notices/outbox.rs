//! Messages and their attempts. An attempt is written before it is made; one that nobody finished was cut off.

use chrono::{DateTime, TimeDelta, Utc};
use domain::alarms::notices::ChannelKind;
use sqlx::PgPool;

use super::channels::{Receiver, receiver};
use crate::WarehouseError;

/// Attempts of robots count over so long.
const RATE_SPAN: TimeDelta = TimeDelta::seconds(60);

/// An attempt that has been written and is to be made now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    pub message_id: i64,
    pub attempt_no: i32,
    pub is_test: bool,
    pub subject: String,
    pub body: String,
    pub receiver: Receiver,
}

/// What there is to do for a receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    Attempt(Box<Attempt>),
    /// It takes no more messages before this time.
    Full(DateTime<Utc>),
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttemptResult {
    Sent,
    /// The receiver answered, and not well.
    Refused,
    Timeout,
    Unreachable,
    /// Cut off by a restart; whether it arrived is not known.
    Interrupted,
}

impl AttemptResult {
    pub const ALL: [Self; 5] = [Self::Sent, Self::Refused, Self::Timeout, Self::Unreachable, Self::Interrupted];

    pub fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }
}

/// What becomes of a message after an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Sent,
    Again(DateTime<Utc>),
    Dead,
}

/// Receivers with something to do now.
pub async fn due_channels(pool: &PgPool, now: DateTime<Utc>) -> Result<Vec<i32>, WarehouseError> {
    let due = sqlx::query_scalar!(
        r#"select c.channel_id from alarm_channels c
            where exists(select from alarm_notices n where n.channel_id = c.channel_id and n.status = 'ready' and n.due_at <= $1)
               or exists(select from alarm_messages m where m.channel_id = c.channel_id and m.status in ('pending', 'sending')
                            and m.next_attempt_at <= $1)
            order by c.channel_id"#,
        now
    )
    .fetch_all(pool)
    .await?;
    Ok(due)
}

/// Attempts whose time is over without an end: their process is gone.
pub async fn cut_off(pool: &PgPool, channel_id: i32, now: DateTime<Utc>) -> Result<Vec<(i64, i32)>, WarehouseError> {
    let rows = sqlx::query!(
        "select message_id, attempts from alarm_messages
          where channel_id = $1 and status = 'sending' and next_attempt_at <= $2",
        channel_id,
        now
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.message_id, row.attempts)).collect())
}

/// Writes the next attempt of a receiver, which has `lease` to end. One writer at a time, so that limits hold.
pub async fn begin_attempt(pool: &PgPool, channel_id: i32, now: DateTime<Utc>, lease: TimeDelta) -> Result<Next, WarehouseError> {
    let mut tx = pool.begin().await?;
    let Some(receiver) = receiver(&mut tx, channel_id, true).await?.filter(|receiver| receiver.is_on) else {
        return Ok(Next::Nothing);
    };
    let message = sqlx::query!(
        "select message_id, attempts, subject, body, is_test from alarm_messages
          where channel_id = $1 and status = 'pending' and next_attempt_at <= $2
          order by next_attempt_at, message_id limit 1 for update skip locked",
        channel_id,
        now
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(message) = message else { return Ok(Next::Nothing) };
    if let Some(most) = receiver.kind.messages_per_min() {
        let earlier = sqlx::query_scalar!(
            "select a.started_at from alarm_attempts a join alarm_messages m using (message_id)
              where m.channel_id = $1 and a.started_at > $2 order by a.started_at desc offset $3 limit 1",
            channel_id,
            now - RATE_SPAN,
            i64::from(most) - 1
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(earlier) = earlier {
            return Ok(Next::Full(earlier + RATE_SPAN));
        }
    }
    let attempt_no = message.attempts + 1;
    sqlx::query!(
        "insert into alarm_attempts (message_id, attempt_no, started_at) values ($1, $2, $3)",
        message.message_id,
        attempt_no,
        now
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update alarm_messages set status = 'sending', attempts = $2, next_attempt_at = $3 where message_id = $1",
        message.message_id,
        attempt_no,
        now + lease
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await.map_err(WarehouseError::AnswerLost)?;
    let is_test = message.is_test;
    let (message_id, subject, body) = (message.message_id, message.subject, message.body);
    Ok(Next::Attempt(Box::new(Attempt { message_id, attempt_no, is_test, subject, body, receiver })))
}

/// Writes how an attempt ended. One that was taken for cut off in the meantime changes its message no more.
pub async fn end_attempt(
    pool: &PgPool,
    (message_id, attempt_no): (i64, i32),
    result: AttemptResult,
    detail: &str,
    fate: Fate,
    now: DateTime<Utc>,
) -> Result<(), WarehouseError> {
    let (status, next, finished) = match fate {
        Fate::Sent => ("sent", None, Some(now)),
        Fate::Again(at) => ("pending", Some(at), None),
        Fate::Dead => ("dead", None, Some(now)),
    };
    let detail = crate::access::bounded(detail, MOST_DETAIL_CHARS);
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "update alarm_attempts set finished_at = $3, result = $4, detail = $5
          where message_id = $1 and attempt_no = $2 and (finished_at is null or result = 'interrupted')",
        message_id,
        attempt_no,
        now,
        result.code(),
        detail
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update alarm_messages set status = $3, next_attempt_at = $4, finished_at = $5, outcome = $6
          where message_id = $1 and attempts = $2 and status = 'sending'",
        message_id,
        attempt_no,
        status,
        next,
        finished,
        detail
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await.map_err(WarehouseError::AnswerLost)
}

const MOST_DETAIL_CHARS: usize = 300;

/// Ends what is meant for a receiver that has been switched off or removed.
pub async fn drop_off(pool: &PgPool, channel_id: i32, now: DateTime<Utc>) -> Result<(), WarehouseError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "update alarm_notices set status = 'skipped', reason = 'channel_off', decided_at = $2
          where channel_id = $1 and status = 'ready'",
        channel_id,
        now
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update alarm_messages set status = 'dead', next_attempt_at = null, finished_at = $2, outcome = 'channel_off'
          where channel_id = $1 and status = 'pending'",
        channel_id,
        now
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await.map_err(WarehouseError::AnswerLost)
}

/// Messages that are not delivered yet.
pub async fn open_messages(pool: &PgPool, channel_id: i32) -> Result<i64, WarehouseError> {
    let open = sqlx::query_scalar!(
        r#"select count(*) as "count!" from alarm_messages
            where channel_id = $1 and status in ('pending', 'sending') and not is_test"#,
        channel_id
    )
    .fetch_one(pool)
    .await?;
    Ok(open)
}

/// The kind of a receiver as stored.
pub(super) fn channel_kind(code: &str) -> Result<ChannelKind, WarehouseError> {
    ChannelKind::from_code(code).ok_or_else(|| WarehouseError::BadValue(format!("kind of receiver {code}")))
}
