//! Changes of accounts. Each is one transaction with its audit entry.

use domain::access::{AccountId, Area};
use serde_json::json;
use sqlx::PgConnection;

use super::accounts::{Account, AccountChange, NewAccount, administrators, one};
use super::error::broke;
use super::record::{Deed, finish};
use super::rules::{begin, check_covered, check_grants, check_tenant};
use super::{AccessError, AccessPool, Author, Fault, Granter, Grants};

const LANGUAGES: [&str; 2] = ["zh", "en"];
const THEMES: [&str; 2] = ["grey", "dark"];

pub async fn add(pool: &AccessPool, author: &Author, granter: &Granter, new: &NewAccount) -> Result<AccountId, AccessError> {
    let mut tx = begin(pool).await?;
    let grants = new.grants.normal();
    check_grants(&mut tx, granter, &grants).await?;
    let account_id = sqlx::query_scalar!(
        "insert into access.accounts (name, name_key, display_name, tenant_id, dispatch_level, billing_level, data_level,
                                      system_level, all_regions, password_hash, must_change_password, password_set_at)
         values ($1, $2, $3, $4, $5::text, $6::text, $7::text, $8::text, $9, $10, $11,
                 case when $10::text is not null then now() end)
         returning account_id",
        new.name.as_str(),
        new.name.key(),
        new.display_name.as_str(),
        grants.tenant_id,
        grants.rights.level(Area::Dispatch).code(),
        grants.rights.level(Area::Billing).code(),
        grants.rights.level(Area::Data).code(),
        grants.rights.level(Area::System).code(),
        grants.all_regions,
        new.password_hash,
        new.must_change_password,
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| if broke(&error, "accounts_name_key_key") { AccessError::NameTaken } else { error.into() })?;
    set_regions(&mut tx, account_id, &grants).await?;
    let after = one(&mut tx, account_id, None).await?.json(&mut tx).await?;
    let deed = Deed::new("account.add", "account", account_id).of_tenant(grants.tenant_id).becomes(after);
    finish(tx, author, deed).await?;
    Ok(account_id)
}

/// Replaces everything that a form shows. Whoever is disabled is signed out everywhere.
pub async fn change(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    account_id: AccountId,
    version: i32,
    change: &AccountChange,
) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let old = manageable(&mut tx, granter, account_id, Some(version)).await?;
    let grants = change.grants.normal();
    check_grants(&mut tx, granter, &grants).await?;
    if old.is_administrator() && (change.disabled || !grants.is_administrator()) {
        check_not_last(&mut tx, &old).await?;
    }
    sqlx::query!(
        "update access.accounts
            set display_name = $2, tenant_id = $3, dispatch_level = $4::text, billing_level = $5::text,
                data_level = $6::text, system_level = $7::text, all_regions = $8,
                disabled_at = case when $9 then coalesce(disabled_at, now()) end, version = version + 1
          where account_id = $1",
        account_id,
        change.display_name.as_str(),
        grants.tenant_id,
        grants.rights.level(Area::Dispatch).code(),
        grants.rights.level(Area::Billing).code(),
        grants.rights.level(Area::Data).code(),
        grants.rights.level(Area::System).code(),
        grants.all_regions,
        change.disabled,
    )
    .execute(&mut *tx)
    .await?;
    set_regions(&mut tx, account_id, &grants).await?;
    if change.disabled {
        end_logins(&mut tx, account_id, None).await?;
    }
    let (before, after) = (old.json(&mut tx).await?, one(&mut tx, account_id, None).await?.json(&mut tx).await?);
    let action = match (old.is_disabled(), change.disabled) {
        (false, true) => "account.disable",
        (true, false) => "account.enable",
        _ => "account.change",
    };
    // whoever moves between tenants is the operator's affair
    let tenant_id = grants.tenant_id.filter(|_| grants.tenant_id == old.grants.tenant_id);
    finish(tx, author, Deed::new(action, "account", account_id).of_tenant(tenant_id).was(before).becomes(after)).await
}

pub async fn remove(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    account_id: AccountId,
    version: i32,
) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let old = manageable(&mut tx, granter, account_id, Some(version)).await?;
    if old.is_administrator() {
        check_not_last(&mut tx, &old).await?;
    }
    let before = old.json(&mut tx).await?;
    sqlx::query!("delete from access.accounts where account_id = $1", account_id).execute(&mut *tx).await?;
    finish(tx, author, Deed::new("account.remove", "account", account_id).of_tenant(old.grants.tenant_id).was(before)).await
}

/// A new password for oneself, or for somebody else by command. Ends every other login and open one-time links.
pub async fn set_password(
    pool: &AccessPool,
    author: &Author,
    account_id: AccountId,
    password_hash: &str,
    must_change: bool,
    keep_login: Option<i64>,
) -> Result<(), AccessError> {
    let mut tx = begin(pool).await?;
    let account = one(&mut tx, account_id, None).await?;
    store_password(&mut tx, account_id, password_hash, must_change, keep_login).await?;
    let deed = Deed::new("account.password", "account", account_id)
        .of_tenant(account.grants.tenant_id)
        .becomes(json!({ "name": account.name, "must_change_password": must_change }));
    finish(tx, author, deed).await
}

/// Language and theme of one's own pages: nobody's rights, so not in the record.
pub async fn set_preferences(
    pool: &AccessPool,
    account_id: AccountId,
    lang: Option<&str>,
    theme: Option<&str>,
) -> Result<(), AccessError> {
    if lang.is_some_and(|lang| !LANGUAGES.contains(&lang)) || theme.is_some_and(|theme| !THEMES.contains(&theme)) {
        return Err(AccessError::Invalid(Fault::Preference));
    }
    let done = sqlx::query!("update access.accounts set lang = $2, theme = $3 where account_id = $1", account_id, lang, theme)
        .execute(pool.pool())
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AccessError::NotFound) }
}

/// The account, if the granter may touch it at all: of his tenant, with nothing beyond his own rights.
pub(super) async fn manageable(
    db: &mut PgConnection,
    granter: &Granter,
    account_id: AccountId,
    version: Option<i32>,
) -> Result<Account, AccessError> {
    let account = one(db, account_id, None).await?;
    check_tenant(granter, account.grants.tenant_id)?;
    check_covered(db, granter, &account.grants).await?;
    if version.is_some_and(|version| version != account.version) { Err(AccessError::Conflict) } else { Ok(account) }
}

/// Stores a password that its owner (or a command) has set, and ends what the old one had opened.
pub(super) async fn store_password(
    db: &mut PgConnection,
    account_id: AccountId,
    password_hash: &str,
    must_change: bool,
    keep_login: Option<i64>,
) -> Result<(), AccessError> {
    sqlx::query!(
        "update access.accounts set password_hash = $2, must_change_password = $3, password_set_at = now() where account_id = $1",
        account_id,
        password_hash,
        must_change
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from access.invitations where account_id = $1 and used_at is null", account_id)
        .execute(&mut *db)
        .await?;
    end_logins(db, account_id, keep_login).await?;
    Ok(())
}

pub(super) async fn end_logins(db: &mut PgConnection, account_id: AccountId, keep: Option<i64>) -> Result<u64, AccessError> {
    let ended = sqlx::query!(
        "update access.logins set ended_at = now()
          where account_id = $1 and ended_at is null and login_id is distinct from $2",
        account_id,
        keep
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected())
}

/// An administrator who never set a password does not stand in for one who can sign in.
async fn check_not_last(db: &mut PgConnection, account: &Account) -> Result<(), AccessError> {
    if administrators(db, Some(account.account_id), account.has_password).await? > 0 {
        Ok(())
    } else {
        Err(AccessError::LastAdministrator)
    }
}

async fn set_regions(db: &mut PgConnection, account_id: AccountId, grants: &Grants) -> Result<(), AccessError> {
    sqlx::query!(
        "delete from access.account_regions where account_id = $1 and region_id <> all($2)",
        account_id,
        &grants.regions
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into access.account_regions select $1, region_id from unnest($2::int[]) as r (region_id) on conflict do nothing",
        account_id,
        &grants.regions
    )
    .execute(db)
    .await?;
    Ok(())
}
