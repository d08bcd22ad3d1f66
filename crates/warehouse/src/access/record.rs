//! The end of every change: its audit entry, the word to whoever listens, and the commit.

use domain::access::TenantId;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{AccessError, Author, bounded};

const MOST_NAME_CHARS: usize = 128;
const MOST_ADDRESS_CHARS: usize = 64;
const MOST_REASON_CHARS: usize = 500;

/// What was done, for the record.
pub(crate) struct Deed {
    pub action: &'static str,
    pub object_kind: &'static str,
    pub object_id: String,
    /// Whose people may see the entry.
    pub tenant_id: Option<TenantId>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Deed {
    pub fn new(action: &'static str, object_kind: &'static str, object_id: impl ToString) -> Self {
        Self { action, object_kind, object_id: object_id.to_string(), tenant_id: None, before: None, after: None }
    }

    pub fn of_tenant(mut self, tenant_id: Option<TenantId>) -> Self {
        self.tenant_id = tenant_id;
        self
    }

    pub fn was(mut self, before: Value) -> Self {
        self.before = Some(before);
        self
    }

    pub fn becomes(mut self, after: Value) -> Self {
        self.after = Some(after);
        self
    }
}

/// Writes the entry and commits. The entry is the last statement: it locks the end of the chain for everybody.
pub(crate) async fn finish(mut tx: Transaction<'_, Postgres>, author: &Author, deed: Deed) -> Result<(), AccessError> {
    sqlx::query!("select pg_notify('loadline_access', '')").fetch_one(&mut *tx).await?;
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// The entry alone, for what changes nobody's rights.
pub(crate) async fn write(tx: &mut PgConnection, author: &Author, deed: Deed) -> Result<i64, AccessError> {
    let entry_no = sqlx::query_scalar!(
        r#"select access.audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as "entry_no!""#,
        author.kind.code(),
        author.id,
        bounded(&author.name, MOST_NAME_CHARS),
        bounded(&author.address, MOST_ADDRESS_CHARS),
        // what somebody does to the installation itself is his tenant's to see
        deed.tenant_id.or(author.tenant_id),
        deed.action,
        deed.object_kind,
        bounded(&deed.object_id, MOST_NAME_CHARS),
        deed.before.map(|value| value.to_string()),
        deed.after.map(|value| value.to_string()),
        author.reason.as_deref().map(|reason| bounded(reason, MOST_REASON_CHARS)).filter(|reason| !reason.is_empty()),
    )
    .fetch_one(tx)
    .await?;
    Ok(entry_no)
}
