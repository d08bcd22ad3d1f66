//! Receivers of messages about alarms. What is secret about one is written here and read by the sender alone.

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use domain::alarms::notices::{ChannelKind, RouteDefinition};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, Transaction};

use super::outbox::channel_kind;
use super::routes::check_reach;
use crate::WarehouseError;
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, Granter};

/// Receivers that an installation may have.
pub const MOST_CHANNELS: i64 = 200;

/// A receiver as pages show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    pub channel_id: i32,
    pub tenant_id: Option<TenantId>,
    pub name: String,
    pub kind: ChannelKind,
    /// Without what is secret in it.
    pub target: String,
    pub has_secret: bool,
    /// `zh` or `en`.
    pub lang: String,
    pub is_enabled: bool,
    pub version: i32,
}

/// A receiver as the sender needs it.
#[derive(Clone, PartialEq, Eq)]
pub struct Receiver {
    pub channel_id: i32,
    pub kind: ChannelKind,
    pub target: String,
    pub secret: ChannelSecret,
    pub lang: String,
    pub is_on: bool,
}

/// Nothing secret gets into a log by accident.
impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("channel_id", &self.channel_id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What nobody reads back: the whole address, and the key of the signature.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelSecret {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl ChannelSecret {
    fn json(&self) -> Option<Value> {
        (*self != Self::default()).then(|| serde_json::to_value(self).unwrap_or_default())
    }
}

/// What a form says about a receiver. Parts of the secret that are not given stay as they are, unless its kind changes.
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelChange {
    pub name: String,
    pub kind: ChannelKind,
    pub target: String,
    pub secret: ChannelSecret,
    pub lang: String,
    pub is_enabled: bool,
}

/// Receivers that somebody of a tenant (none: of the operator) may know of.
pub async fn list(pool: &AccessPool, tenant_id: Option<TenantId>) -> Result<Vec<Channel>, AccessError> {
    select(&mut *pool.pool().acquire().await?, tenant_id, None).await
}

pub async fn add(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    channel: &ChannelChange,
    now: DateTime<Utc>,
) -> Result<i32, AccessError> {
    let mut tx = pool.pool().begin().await?;
    let channel_id = sqlx::query_scalar!(
        "insert into alarm_channels (tenant_id, name, kind, target, secret, lang, is_enabled, created_at)
         select $1, $2, $3, $4, convert_to($5::jsonb::text, 'UTF8'), $6, $7, $8
          where (select count(*) from alarm_channels where removed_at is null) < $9
         returning channel_id",
        granter.tenant_id,
        channel.name,
        channel.kind.code(),
        channel.target,
        channel.secret.json(),
        channel.lang,
        channel.is_enabled,
        now,
        MOST_CHANNELS
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::Invalid(crate::access::Fault::TooMany))?;
    let deed = Deed::new("alarm_channel.add", "alarm_channel", channel_id).becomes(channel.json());
    finish(tx, author, deed.of_tenant(granter.tenant_id)).await?;
    Ok(channel_id)
}

pub async fn change(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (channel_id, version): (i32, i32),
    channel: &ChannelChange,
) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let old = versioned(&mut tx, granter, channel_id, version).await?;
    check_routes(&mut tx, granter, &old).await?;
    sqlx::query!(
        "update alarm_channels
            set name = $2, kind = $3, target = $4,
                secret = case when $5::jsonb is null and kind = $3 then secret
                              when kind = $3 then convert_to((coalesce(convert_from(secret, 'UTF8')::jsonb, '{}') || $5)::text, 'UTF8')
                              else convert_to($5::text, 'UTF8') end,
                lang = $6, is_enabled = $7, version = version + 1
          where channel_id = $1",
        channel_id,
        channel.name,
        channel.kind.code(),
        channel.target,
        channel.secret.json(),
        channel.lang,
        channel.is_enabled
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("alarm_channel.change", "alarm_channel", channel_id).was(old.json()).becomes(channel.json());
    finish(tx, author, deed.of_tenant(old.tenant_id)).await
}

/// Its messages stay; whoever is told by it is told no more. The secret is forgotten.
pub async fn remove(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (channel_id, version): (i32, i32),
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let mut tx = pool.pool().begin().await?;
    let old = versioned(&mut tx, granter, channel_id, version).await?;
    check_routes(&mut tx, granter, &old).await?;
    sqlx::query!(
        "update alarm_channels set removed_at = $2, secret = null, is_enabled = false, version = version + 1 where channel_id = $1",
        channel_id,
        now
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("alarm_channel.remove", "alarm_channel", channel_id).was(old.json());
    finish(tx, author, deed.of_tenant(old.tenant_id)).await
}

/// Puts a message of its own before the sender; what becomes of it is read by its number.
pub async fn test(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    channel_id: i32,
    (subject, body): (&str, &str),
    now: DateTime<Utc>,
) -> Result<i64, AccessError> {
    let mut tx = pool.pool().begin().await?;
    let channel = one(&mut tx, granter, channel_id).await?;
    let message_id = sqlx::query_scalar!(
        "insert into alarm_messages (channel_id, status, notice_count, is_test, created_at, next_attempt_at, subject, body)
         values ($1, 'pending', 0, true, $2, $2, $3, $4) returning message_id",
        channel_id,
        now,
        subject,
        body
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!("select pg_notify('loadline_notices', '')").fetch_one(&mut *tx).await?;
    let deed = Deed::new("alarm_channel.test", "alarm_channel", channel_id).becomes(json!({ "name": channel.name }));
    finish(tx, author, deed.of_tenant(channel.tenant_id)).await?;
    Ok(message_id)
}

pub(super) async fn finish(mut tx: Transaction<'_, Postgres>, author: &Author, deed: Deed) -> Result<(), AccessError> {
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// A receiver that the granter may know of.
pub async fn get(pool: &AccessPool, granter: &Granter, channel_id: i32) -> Result<Channel, AccessError> {
    one(&mut *pool.pool().acquire().await?, granter, channel_id).await
}

pub(super) async fn one(conn: &mut PgConnection, granter: &Granter, channel_id: i32) -> Result<Channel, AccessError> {
    select(conn, granter.tenant_id, Some(channel_id)).await?.pop().ok_or(AccessError::NotFound)
}

async fn versioned(conn: &mut PgConnection, granter: &Granter, id: i32, version: i32) -> Result<Channel, AccessError> {
    sqlx::query!("select from alarm_channels where channel_id = $1 for update", id).fetch_optional(&mut *conn).await?;
    let channel = one(conn, granter, id).await?;
    if channel.version == version { Ok(channel) } else { Err(AccessError::Conflict) }
}

/// Whoever does not see all regions that a receiver is told about does not send them elsewhere.
async fn check_routes(conn: &mut PgConnection, granter: &Granter, channel: &Channel) -> Result<(), AccessError> {
    let routes = sqlx::query!("select tenant_id, definition from alarm_routes where removed_at is null").fetch_all(conn).await?;
    for route in routes {
        let Ok(definition) = serde_json::from_value::<RouteDefinition>(route.definition) else { continue };
        if definition.steps.iter().any(|step| step.channel_id == channel.channel_id) {
            check_reach(granter, &definition, route.tenant_id)?;
        }
    }
    Ok(())
}

async fn select(
    conn: &mut PgConnection,
    tenant_id: Option<TenantId>,
    channel_id: Option<i32>,
) -> Result<Vec<Channel>, AccessError> {
    let rows = sqlx::query!(
        r#"select channel_id, tenant_id, name, kind, target, secret is not null as "has_secret!", lang, is_enabled, version
             from alarm_channels
            where removed_at is null and ($1::int is null or tenant_id = $1) and ($2::int is null or channel_id = $2)
            order by name, channel_id limit $3"#,
        tenant_id,
        channel_id,
        MOST_CHANNELS
    )
    .fetch_all(conn)
    .await?;
    // a kind that a later program knows is not shown by this one
    let read = rows.into_iter().filter_map(|row| {
        Some(Channel {
            channel_id: row.channel_id,
            tenant_id: row.tenant_id,
            name: row.name,
            kind: ChannelKind::from_code(&row.kind)?,
            target: row.target,
            has_secret: row.has_secret,
            lang: row.lang,
            is_enabled: row.is_enabled,
            version: row.version,
        })
    });
    Ok(read.collect())
}

/// For the sender; `is_locked` holds the row, so that one attempt at a time is written.
pub(super) async fn receiver(
    conn: &mut PgConnection,
    channel_id: i32,
    is_locked: bool,
) -> Result<Option<Receiver>, WarehouseError> {
    if is_locked {
        sqlx::query!("select from alarm_channels where channel_id = $1 for update", channel_id)
            .fetch_optional(&mut *conn)
            .await?;
    }
    let row = sqlx::query!(
        r#"select kind, target, secret, lang, (is_enabled and removed_at is null) as "is_on!" from alarm_channels where channel_id = $1"#,
        channel_id
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = channel_kind(&row.kind)?;
    let secret = row.secret.and_then(|secret| serde_json::from_slice(&secret).ok()).unwrap_or_default();
    Ok(Some(Receiver { channel_id, kind, target: row.target, secret, lang: row.lang, is_on: row.is_on }))
}

/// The same, for composing and sending outside a transaction.
pub async fn receiver_of(pool: &sqlx::PgPool, channel_id: i32) -> Result<Option<Receiver>, WarehouseError> {
    receiver(&mut *pool.acquire().await?, channel_id, false).await
}

impl Channel {
    fn json(&self) -> Value {
        let (name, kind, target) = (&self.name, self.kind.code(), &self.target);
        json!({ "name": name, "kind": kind, "target": target, "lang": self.lang, "disabled": !self.is_enabled })
    }
}

impl ChannelChange {
    /// What the record keeps: that there is a new secret, never which.
    fn json(&self) -> Value {
        let (name, kind, target) = (&self.name, self.kind.code(), &self.target);
        let disabled = !self.is_enabled;
        let mut shown = json!({ "name": name, "kind": kind, "target": target, "lang": self.lang, "disabled": disabled });
        if self.secret != ChannelSecret::default() {
            shown["secret_changed"] = true.into();
        }
        shown
    }
}
