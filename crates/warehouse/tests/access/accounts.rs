//! Accounts come back as they were given, names are taken once, and a stale change is refused.

use domain::access::{Preset, Rights};
use warehouse::access::accounts::{self, AccountChange};
use warehouse::access::{AccessError, Granter, credentials};

use super::{HASH, author, house, newcomer, now, shown, some, whole, with};

#[tokio::test]
async fn an_account_comes_back_as_it_was_given() {
    let house = house().await;
    let rights = Rights::parse("dispatch:operate data:view").expect("rights");
    let id = house.person("Li.Lei", some(rights, &[2, 1, 2])).await;
    let account = house.account(id).await;
    assert_eq!((account.name.as_str(), account.version, account.has_password), ("Li.Lei", 1, true));
    assert_eq!(account.grants, some(rights, &[1, 2]));
    assert_eq!((account.disabled_at, account.last_seen_at, account.lang), (None, None, None));

    let change = AccountChange { display_name: shown("李 雷"), grants: whole(Preset::Viewer), disabled: true };
    accounts::change(&house.pool, &author(), &Granter::everything(), id, 1, &change).await.expect("a change");
    let account = house.account(id).await;
    assert_eq!((account.display_name.as_str(), account.version, account.is_disabled()), ("李 雷", 2, true));
    assert_eq!(account.grants, whole(Preset::Viewer));

    accounts::set_preferences(&house.pool, id, Some("en"), Some("dark")).await.expect("preferences");
    let account = house.account(id).await;
    assert_eq!((account.lang.as_deref(), account.theme.as_deref(), account.version), (Some("en"), Some("dark"), 2));
    assert!(matches!(accounts::set_preferences(&house.pool, id, Some("fr"), None).await, Err(AccessError::Invalid(_))));
    assert!(matches!(accounts::set_preferences(&house.pool, 999, None, None).await, Err(AccessError::NotFound)));

    accounts::remove(&house.pool, &author(), &Granter::everything(), id, 2).await.expect("a removal");
    assert!(matches!(accounts::get(&house.pool, id, None).await, Err(AccessError::NotFound)));
    assert!(accounts::list(&house.pool, None).await.expect("a list").is_empty());
}

#[tokio::test]
async fn a_name_that_looks_the_same_is_taken() {
    let house = house().await;
    house.admin("Anna").await;
    let entries = house.entries().await;
    for same in ["Anna", "anna", "ＡＮＮＡ"] {
        let new = newcomer(same, whole(Preset::Viewer));
        let added = accounts::add(&house.pool, &author(), &Granter::everything(), &new).await;
        assert!(matches!(added, Err(AccessError::NameTaken)), "{same}: {added:?}");
    }
    assert_eq!(house.entries().await, entries, "what was refused is not recorded as done");
}

#[tokio::test]
async fn of_two_administrators_editing_one_person_the_second_is_told() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let seen = house.account(id).await;
    let everything = Granter::everything();
    let (to_operator, to_engineer) = (with(&seen, whole(Preset::Operator)), with(&seen, whole(Preset::Engineer)));
    let writer = author();
    let both = tokio::join!(
        accounts::change(&house.pool, &writer, &everything, id, seen.version, &to_operator),
        accounts::change(&house.pool, &writer, &everything, id, seen.version, &to_engineer),
    );
    let refused = [&both.0, &both.1].into_iter().filter(|done| matches!(done, Err(AccessError::Conflict))).count();
    assert_eq!((refused, house.account(id).await.version), (1, 2), "{both:?}");
    let stale = accounts::remove(&house.pool, &author(), &everything, id, seen.version).await;
    assert!(matches!(stale, Err(AccessError::Conflict)));
}

#[tokio::test]
async fn a_new_password_ends_other_logins_and_open_links() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let (mine, other) = (house.login(id, now()).await, house.login(id, now()).await);
    let stamp = house.principal(mine, id, now()).await.expect("signed in").password_stamp;
    warehouse::access::invitations::add(
        &house.pool,
        &author(),
        &Granter::everything(),
        id,
        b"digest",
        now(),
        now() + chrono::TimeDelta::days(1),
    )
    .await
    .expect("a link");
    accounts::set_password(&house.pool, &author(), id, "$another", false, Some(mine)).await.expect("a password");
    let principal = house.principal(mine, id, now()).await.expect("this one stays");
    assert_ne!(principal.password_stamp, stamp, "a session proved by the old password is recognisable");
    assert_eq!(house.principal(other, id, now()).await, None);
    assert_eq!(warehouse::access::invitations::find(&house.pool, b"digest", now()).await.expect("an answer"), None);
}

#[tokio::test]
async fn credentials_are_found_by_key_and_kept_out_of_logs() {
    let house = house().await;
    let id = house.person("Li", whole(Preset::Viewer)).await;
    let found = credentials::by_name(&house.pool, "li").await.expect("an answer").expect("known");
    assert_eq!((found.account_id, found.password_hash.as_deref(), found.is_disabled), (id, Some(HASH), false));
    assert!(!format!("{found:?}").contains("argon2"));
    assert_eq!(credentials::by_id(&house.pool, id).await.expect("an answer"), Some(found));
    for nobody in ["LI", "", "l%", "\0", &"x".repeat(100_000)] {
        assert_eq!(credentials::by_name(&house.pool, nobody).await.expect("an answer"), None, "{:.9}", nobody);
    }
}
