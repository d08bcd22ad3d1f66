//! The record of who did what: its entries, as lists and as a stream, and whether it is whole.

use async_stream::try_stream;
use chrono::{DateTime, Utc};
use domain::access::TenantId;
use futures::stream::BoxStream;
use serde_json::Value;

use super::record::{Deed, write};
use super::{AccessError, AccessPool, Author, bounded};

pub use super::verify::{Broken, Head, Verdict, Wrong, verify};

/// A list is at most this long.
pub const MOST_LISTED: i64 = 1_000;
/// A stream asks for so many entries at a time.
const STREAM_PAGE: i64 = 1_000;
const MOST_TEXT_CHARS: usize = 200;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub entry_no: i64,
    pub at: DateTime<Utc>,
    /// See [`super::AuthorKind::code`].
    pub actor_kind: String,
    pub actor_id: Option<i64>,
    pub actor_name: String,
    pub address: String,
    pub tenant_id: Option<TenantId>,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    /// JSON as written.
    pub before: Option<String>,
    pub after: Option<String>,
    pub reason: Option<String>,
    pub hash: Vec<u8>,
}

/// All of these together; what is none does not matter. Texts are looked for without regard to letter case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Entries that people of this tenant may see; none: all.
    pub tenant: Option<TenantId>,
    /// Half-open period.
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// Part of the actor's name.
    pub actor: Option<String>,
    /// Beginning of the action: `account.` or `login.ok`.
    pub action: Option<String>,
    /// `account`, or `account:7` for one of them.
    pub object: Option<String>,
    /// Anywhere in names, address, reason, before and after.
    pub text: Option<String>,
    /// Entries older than this one: the last one of the page before.
    pub before_no: Option<i64>,
    pub limit: i64,
}

/// Newest first.
pub async fn list(pool: &AccessPool, filter: &AuditFilter) -> Result<Vec<Entry>, AccessError> {
    let text = |text: &Option<String>| text.as_deref().map(|text| bounded(text, MOST_TEXT_CHARS));
    let object = text(&filter.object);
    let (object_kind, object_id) = match object.as_deref().map(|object| object.split_once(':').unwrap_or((object, ""))) {
        Some((kind, id)) => (Some(kind), Some(id).filter(|id| !id.is_empty())),
        None => (None, None),
    };
    // an entry that somebody has tampered with may have a time that no calendar holds
    let entries = sqlx::query_as!(
        Entry,
        r#"select entry_no, least(greatest(at, '0001-01-01Z'), '9999-12-31Z') as "at!", actor_kind, actor_id, actor_name,
                  address, tenant_id, action, object_kind, object_id, before::text, after::text, reason, hash
             from access.audit_log
            where ($1::int is null or tenant_id = $1)
              and ($2::timestamptz is null or at >= $2) and ($3::timestamptz is null or at < $3)
              and ($4::text is null or strpos(lower(actor_name), lower($4)) > 0)
              and ($5::text is null or starts_with(action, $5))
              and ($6::text is null or object_kind = $6) and ($7::text is null or object_id = $7)
              and ($8::text is null or strpos(lower(concat_ws(' ', actor_name, address, action, object_kind, object_id, reason,
                                                              before::text, after::text)), lower($8)) > 0)
              and ($9::bigint is null or entry_no < $9)
            order by entry_no desc limit $10"#,
        filter.tenant,
        filter.from,
        filter.to,
        text(&filter.actor),
        text(&filter.action),
        object_kind,
        object_id,
        text(&filter.text),
        filter.before_no,
        filter.limit.clamp(0, MOST_LISTED)
    )
    .fetch_all(pool.pool())
    .await?;
    Ok(entries)
}

/// The same without an end, newest first, for files. It holds no connection between pages; `limit` does not count.
pub fn stream(pool: AccessPool, mut filter: AuditFilter) -> BoxStream<'static, Result<Entry, AccessError>> {
    filter.limit = STREAM_PAGE;
    Box::pin(try_stream! {
        loop {
            let page = list(&pool, &filter).await?;
            let Some(last) = page.last() else { break };
            filter.before_no = Some(last.entry_no);
            for entry in page {
                yield entry;
            }
        }
    })
}

/// An entry for something that changes no row: a throttle that began, an export, a verification.
pub async fn note(
    pool: &AccessPool,
    author: &Author,
    action: &'static str,
    object_kind: &'static str,
    object_id: &str,
    after: Option<Value>,
) -> Result<i64, AccessError> {
    let mut connection = pool.pool().acquire().await?;
    write(&mut connection, author, Deed { after, ..Deed::new(action, object_kind, object_id) }).await
}

/// The end of the chain: worth noting elsewhere, because a later verification can ask for it.
pub async fn head(pool: &AccessPool) -> Result<Head, AccessError> {
    let head = sqlx::query_as!(Head, "select entry_no, hash from access.audit_head where id = 1").fetch_one(pool.pool()).await?;
    Ok(head)
}
