//! A login is good while it is used, young enough and not ended, and its account is what it is now.

use chrono::TimeDelta;
use domain::access::{Preset, Scope};
use warehouse::access::accounts::{self, AccountChange};
use warehouse::access::logins::{self, NewLogin};
use warehouse::access::{AccessError, Granter, forget_old, sessions};

use super::{HASH, House, author, house, now, of_tenant, person, shown, whole, with};

async fn change(house: &House, id: i64, change: AccountChange) {
    let version = house.account(id).await.version;
    accounts::change(&house.pool, &author(), &Granter::everything(), id, version, &change).await.expect("a change");
}

#[tokio::test]
async fn a_login_ends_by_disuse_and_by_age() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let login = house.login(id, now()).await;
    let after = |minutes| now() + TimeDelta::minutes(minutes);
    assert!(house.principal(login, id, after(59)).await.is_some());
    assert!(house.principal(login, id, after(60)).await.is_none(), "an hour unused");
    logins::touch(&house.pool, login, after(59)).await.expect("touched");
    let principal = house.principal(login, id, after(60)).await.expect("in use");
    assert_eq!((principal.last_seen_at, principal.login_created_at), (after(59), now()));
    // at most once a minute
    logins::touch(&house.pool, login, after(59) + TimeDelta::seconds(59)).await.expect("not written");
    assert_eq!(house.principal(login, id, after(60)).await.expect("in use").last_seen_at, after(59));
    for minute in (60..720).step_by(30) {
        logins::touch(&house.pool, login, after(minute)).await.expect("touched");
    }
    assert!(house.principal(login, id, after(719)).await.is_some());
    assert!(house.principal(login, id, after(720)).await.is_none(), "twelve hours old");
}

#[tokio::test]
async fn changes_of_the_account_hold_at_the_next_request() {
    let house = house().await;
    let north = house.tenant("north", &[1]).await;
    let id = house.person("li", whole(Preset::Admin)).await;
    house.admin("root").await;
    let login = house.login(id, now()).await;
    let principal = house.principal(login, id, now()).await.expect("signed in");
    assert_eq!((principal.scope, principal.tenant_name), (Scope::Whole, None));
    assert_eq!(house.principal(login, id + 1, now()).await, None, "another's login");

    let account = house.account(id).await;
    change(&house, id, with(&account, of_tenant(north, whole(Preset::Viewer)))).await;
    let principal = house.principal(login, id, now()).await.expect("still signed in");
    assert_eq!((principal.scope, principal.tenant_name.as_deref()), (Scope::of([1]), Some("north")));
    assert_eq!(principal.account.grants.rights, Preset::Viewer.rights());

    change(&house, id, AccountChange { disabled: true, ..with(&account, whole(Preset::Viewer)) }).await;
    assert_eq!(house.principal(login, id, now()).await, None);
    change(&house, id, with(&account, whole(Preset::Viewer))).await;
    assert_eq!(house.principal(login, id, now()).await, None, "enabling again revives no session");

    let login = house.login(id, now()).await;
    let version = house.account(id).await.version;
    accounts::remove(&house.pool, &author(), &Granter::everything(), id, version).await.expect("removed");
    assert_eq!(house.principal(login, id, now()).await, None);
}

#[tokio::test]
async fn logins_are_listed_and_ended_by_their_owner() {
    let house = house().await;
    let (id, other) = (house.person("li", whole(Preset::Viewer)).await, house.person("han", whole(Preset::Viewer)).await);
    let mine = house.login(id, now()).await;
    let second = house.login(id, now() + TimeDelta::minutes(1)).await;
    let third = house.login(id, now() + TimeDelta::minutes(2)).await;
    let strangers = house.login(other, now()).await;
    let listed = logins::list(&house.pool, id).await.expect("a list");
    assert_eq!(listed.iter().map(|login| login.login_id).collect::<Vec<_>>(), [third, second, mine]);
    assert_eq!((listed[0].address.as_str(), listed[0].user_agent.as_str()), ("192.0.2.9", "test"));

    assert!(matches!(logins::end(&house.pool, &person(id), id, strangers).await, Err(AccessError::NotFound)));
    logins::end(&house.pool, &person(id), id, second).await.expect("ended");
    assert!(matches!(logins::end(&house.pool, &person(id), id, second).await, Err(AccessError::NotFound)));
    assert_eq!(logins::end_others(&house.pool, &person(id), id, mine).await.expect("ended"), 1);
    for (login, account, good) in [(mine, id, true), (second, id, false), (third, id, false), (strangers, other, true)] {
        assert_eq!(house.principal(login, account, now()).await.is_some(), good, "{login}");
    }
    assert_eq!(logins::end_all(&house.pool, &author(), &Granter::everything(), id).await.expect("ended"), 1);
    logins::touch(&house.pool, mine, now() + TimeDelta::hours(1)).await.expect("nothing to touch");
    assert_eq!(house.principal(mine, id, now()).await, None);
}

#[tokio::test]
async fn a_sign_in_that_was_overtaken_is_refused() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let login = |hash: &'static str| NewLogin { account_id: id, password_hash: hash, network: "::", user_agent: "", now: now() };
    accounts::set_password(&house.pool, &author(), id, "$changed", false, None).await.expect("a password");
    let stale = logins::start(&house.pool, &author(), &login(HASH)).await;
    assert!(matches!(stale, Err(AccessError::NotFound)), "proved against the password before");
    let off = AccountChange { display_name: shown("li"), grants: whole(Preset::Viewer), disabled: true };
    change(&house, id, off).await;
    let disabled = logins::start(&house.pool, &author(), &login("$changed")).await;
    assert!(matches!(disabled, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn sessions_are_kept_under_a_digest_until_they_expire() {
    let house = house().await;
    let until = now() + TimeDelta::hours(1);
    assert!(sessions::insert(&house.pool, "name", b"one", until).await.expect("stored"));
    assert!(!sessions::insert(&house.pool, "name", b"two", until).await.expect("taken"));
    assert_eq!(sessions::load(&house.pool, "name", now()).await.expect("an answer"), Some((b"one".to_vec(), until)));
    sessions::save(&house.pool, "name", b"three", until).await.expect("stored");
    assert_eq!(sessions::load(&house.pool, "name", now()).await.expect("an answer").expect("there").0, b"three");
    assert_eq!(sessions::load(&house.pool, "name", until).await.expect("an answer"), None, "expired");
    let stored: String = sqlx::query_scalar("select id from access.session").fetch_one(&house.root).await.expect("a row");
    assert!(!stored.contains("name"));
    assert_eq!(sessions::load(&house.pool, &stored, now()).await.expect("an answer"), None, "the stored name opens nothing");
    sessions::delete(&house.pool, "name").await.expect("deleted");
    assert_eq!(sessions::load(&house.pool, "name", now()).await.expect("an answer"), None);
    sessions::save(&house.pool, "late", b"", now()).await.expect("stored");
    assert_eq!(sessions::delete_expired(&house.pool, now()).await.expect("deleted"), 1);
}

#[tokio::test]
async fn old_logins_are_forgotten() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    house.login(id, now()).await;
    assert_eq!(forget_old(&house.pool, now() + TimeDelta::days(90)).await.expect("housekeeping"), 0);
    assert_eq!(forget_old(&house.pool, now() + TimeDelta::days(91)).await.expect("housekeeping"), 1);
    assert!(logins::list(&house.pool, id).await.expect("a list").is_empty());
}
