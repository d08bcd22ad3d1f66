//! What sign-in has to know of a name before anybody is signed in.

use domain::access::{AccountId, TenantId};

use super::{AccessError, AccessPool, bounded};

/// Keys are at most this long; a longer text is nobody's name.
const MOST_KEY_CHARS: usize = 2_000;

#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    pub account_id: AccountId,
    pub name: String,
    pub tenant_id: Option<TenantId>,
    /// PHC string.
    pub password_hash: Option<String>,
    pub is_disabled: bool,
}

/// The hash stays out of logs.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// By the key of a name (`AccountName::key`).
pub async fn by_name(pool: &AccessPool, name_key: &str) -> Result<Option<Credential>, AccessError> {
    select(pool, None, Some(bounded(name_key, MOST_KEY_CHARS))).await
}

/// For whoever is signed in and proves his password again.
pub async fn by_id(pool: &AccessPool, account_id: AccountId) -> Result<Option<Credential>, AccessError> {
    select(pool, Some(account_id), None).await
}

async fn select(pool: &AccessPool, account_id: Option<i64>, name_key: Option<String>) -> Result<Option<Credential>, AccessError> {
    let credential = sqlx::query_as!(
        Credential,
        r#"select account_id, name, tenant_id, password_hash, disabled_at is not null as "is_disabled!"
             from access.accounts where account_id = $1 or name_key = $2"#,
        account_id,
        name_key
    )
    .fetch_optional(pool.pool())
    .await?;
    Ok(credential)
}
