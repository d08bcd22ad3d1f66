//! A fresh database with some regions, and short ways to people, tenants and grants.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{AccountId, AccountName, DisplayName, Preset, Rights, Scope, TenantId};
use sqlx::PgPool;
use warehouse::access::accounts::{self, Account, AccountChange, NewAccount};
use warehouse::access::logins::{self, NewLogin, Principal};
use warehouse::access::{AccessPool, Author, AuthorKind, Granter, Grants, audit, tenants as tenancy};

pub(crate) const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$not-a-real-hash";

/// A fresh database; `root` is its owner, `pool` what the program uses.
pub(crate) struct House {
    pub pool: AccessPool,
    pub root: PgPool,
}

/// Regions: 10 over 1 and 2, 20 over 21, and 30.
pub(crate) async fn house() -> House {
    let url = testkit::warehouse_db().await;
    let root = testkit::pool(&url).await;
    let house = House { pool: AccessPool::open(&url, 8).expect("an address"), root };
    house
        .sql(
            "insert into ods_region_profile (region_id, parent_id, region_name, valid_from) values
              (10, null, '北区', '2000-01-01'), (1, 10, '东', '2000-01-01'), (2, 10, '西', '2000-01-01'),
              (20, null, '南区', '2000-01-01'), (21, 20, '港', '2000-01-01'), (30, null, '岛', '2000-01-01')",
        )
        .await;
    house
}

impl House {
    pub async fn sql(&self, statement: &str) {
        sqlx::raw_sql(statement).execute(&self.root).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    pub async fn person(&self, name: &str, grants: Grants) -> AccountId {
        accounts::add(&self.pool, &author(), &Granter::everything(), &newcomer(name, grants)).await.expect(name)
    }

    pub async fn admin(&self, name: &str) -> AccountId {
        self.person(name, whole(Preset::Admin)).await
    }

    pub async fn account(&self, id: AccountId) -> Account {
        accounts::get(&self.pool, id, None).await.expect("an account")
    }

    /// A tenant with these regions.
    pub async fn tenant(&self, code: &str, regions: &[i32]) -> TenantId {
        let id = tenancy::add(&self.pool, &author(), code, &shown(code)).await.expect(code);
        for region in regions {
            tenancy::assign_region(&self.pool, &author(), *region, Some(id)).await.expect("a free region");
        }
        id
    }

    pub async fn login(&self, account_id: AccountId, at: DateTime<Utc>) -> i64 {
        let login = NewLogin { account_id, password_hash: HASH, network: "192.0.2.1", user_agent: "test", now: at };
        logins::start(&self.pool, &person(account_id), &login).await.expect("a login")
    }

    pub async fn principal(&self, login_id: i64, account_id: AccountId, at: DateTime<Utc>) -> Option<Principal> {
        let (idle, most) = (TimeDelta::minutes(60), TimeDelta::hours(12));
        logins::principal(&self.pool, login_id, account_id, idle, most, at).await.expect("an answer")
    }

    /// What the principal of an account sees, by a login of its own.
    pub async fn scope_of(&self, account_id: AccountId) -> Scope {
        let login = self.login(account_id, now()).await;
        self.principal(login, account_id, now()).await.expect("signed in").scope
    }

    pub async fn last_entry(&self) -> audit::Entry {
        let filter = audit::AuditFilter { limit: 1, ..audit::AuditFilter::default() };
        audit::list(&self.pool, &filter).await.expect("a list").pop().expect("an entry")
    }

    pub async fn entries(&self) -> i64 {
        audit::head(&self.pool).await.expect("a head").entry_no
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    "2026-03-02T08:00:00Z".parse().expect("a time")
}

pub(crate) fn author() -> Author {
    Author { address: "192.0.2.9".to_owned(), reason: Some("because".to_owned()), ..Author::command("root") }
}

pub(crate) fn person(account_id: AccountId) -> Author {
    Author { kind: AuthorKind::Person, id: Some(account_id), ..author() }
}

pub(crate) fn shown(text: &str) -> DisplayName {
    DisplayName::parse(text).expect("a name to show")
}

pub(crate) fn newcomer(name: &str, grants: Grants) -> NewAccount {
    NewAccount {
        name: AccountName::parse(name).expect("a name"),
        display_name: shown(name),
        grants,
        password_hash: Some(HASH.to_owned()),
        must_change_password: false,
    }
}

pub(crate) fn whole(preset: Preset) -> Grants {
    Grants { rights: preset.rights(), all_regions: true, ..Grants::default() }
}

pub(crate) fn some(rights: Rights, regions: &[i32]) -> Grants {
    Grants { rights, regions: regions.to_vec(), ..Grants::default() }
}

pub(crate) fn of_tenant(tenant_id: TenantId, grants: Grants) -> Grants {
    Grants { tenant_id: Some(tenant_id), ..grants }
}

/// The account as it is, with other grants.
pub(crate) fn with(account: &Account, grants: Grants) -> AccountChange {
    AccountChange { display_name: shown(&account.display_name), grants, disabled: account.is_disabled() }
}

pub(crate) fn granter(grants: &Grants, scope: Scope) -> Granter {
    Granter { rights: grants.rights, tenant_id: grants.tenant_id, scope, all_regions: grants.all_regions }
}
