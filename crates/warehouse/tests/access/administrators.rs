//! The last administrator stays, also when two of them demote each other at the same moment.

use std::time::Duration;

use domain::access::Preset;
use warehouse::access::accounts::{self, AccountChange};
use warehouse::access::{AccessError, Granter};

use super::{House, author, house, of_tenant, shown, some, whole, with};

async fn refused(house: &House, id: i64, change: AccountChange) {
    let version = house.account(id).await.version;
    let done = accounts::change(&house.pool, &author(), &Granter::everything(), id, version, &change).await;
    assert!(matches!(done, Err(AccessError::LastAdministrator)), "{change:?}: {done:?}");
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed_disabled_or_demoted() {
    let house = house().await;
    let tenant = house.tenant("north", &[1]).await;
    let id = house.admin("root").await;
    // none of these keeps the installation
    house.person("engineer", whole(Preset::Engineer)).await;
    house.person("partly", some(Preset::Admin.rights(), &[1])).await;
    house.person("tenant", of_tenant(tenant, whole(Preset::Admin))).await;
    let off = house.admin("off").await;
    let change = AccountChange { display_name: shown("off"), grants: whole(Preset::Admin), disabled: true };
    accounts::change(&house.pool, &author(), &Granter::everything(), off, 1, &change).await.expect("another one is there");
    assert_eq!(accounts::active_administrators(&house.pool).await.expect("a count"), 1);

    let account = house.account(id).await;
    refused(&house, id, with(&account, whole(Preset::Engineer))).await;
    refused(&house, id, with(&account, some(Preset::Admin.rights(), &[1, 2]))).await;
    refused(&house, id, with(&account, of_tenant(tenant, whole(Preset::Admin)))).await;
    refused(&house, id, AccountChange { disabled: true, ..with(&account, whole(Preset::Admin)) }).await;
    let removed = accounts::remove(&house.pool, &author(), &Granter::everything(), id, account.version).await;
    assert!(matches!(removed, Err(AccessError::LastAdministrator)));

    // another name is nobody's loss, and with a second administrator all of it goes
    accounts::change(&house.pool, &author(), &Granter::everything(), id, 1, &with(&account, whole(Preset::Admin)))
        .await
        .expect("a harmless change");
    house.admin("second").await;
    accounts::remove(&house.pool, &author(), &Granter::everything(), id, 2).await.expect("not the last one now");
}

#[tokio::test]
async fn an_administrator_without_a_password_does_not_stand_in_for_one_who_has_it() {
    let house = house().await;
    let id = house.admin("only").await;
    let invited = house.admin("invited").await;
    let forget = sqlx::query("update access.accounts set password_hash = null where account_id = $1").bind(invited);
    forget.execute(&house.root).await.expect("an open link");
    let removed = accounts::remove(&house.pool, &author(), &Granter::everything(), id, 1).await;
    assert!(matches!(removed, Err(AccessError::LastAdministrator)), "{removed:?}");
    accounts::remove(&house.pool, &author(), &Granter::everything(), invited, 1).await.expect("nobody depends on an open link");
}

#[tokio::test]
async fn two_who_demote_each_other_at_once_leave_one() {
    let house = house().await;
    let (one, two) = (house.admin("one").await, house.admin("two").await);
    // both changes get as far as they can before either is allowed to end
    let mut holder = house.root.begin().await.expect("a transaction");
    sqlx::raw_sql("select * from access.audit_head for update").execute(&mut *holder).await.expect("the end of the chain");
    let demote = |id: i64| {
        let pool = house.pool.clone();
        let change = AccountChange { display_name: shown("x"), grants: whole(Preset::Viewer), disabled: false };
        tokio::spawn(async move { accounts::change(&pool, &author(), &Granter::everything(), id, 1, &change).await })
    };
    let (first, second) = (demote(one), demote(two));
    testkit::wait_until("both wait", Duration::from_secs(10), async || {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(&house.root)
        .await
        .expect("a count");
        waiting == 2
    })
    .await;
    holder.rollback().await.expect("released");
    let results = [first.await.expect("no panic"), second.await.expect("no panic")];
    let refused = results.iter().filter(|done| matches!(done, Err(AccessError::LastAdministrator))).count();
    assert_eq!(refused, 1, "{results:?}");
    assert_eq!(accounts::active_administrators(&house.pool).await.expect("a count"), 1);
}
