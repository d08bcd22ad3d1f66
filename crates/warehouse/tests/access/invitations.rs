//! One-time links work once, in time, and only the newest of a person.

use chrono::TimeDelta;
use domain::access::Preset;
use warehouse::access::accounts::{self, AccountChange};
use warehouse::access::invitations::{add, find, redeem};
use warehouse::access::{AccessError, Granter, credentials, forget_old};

use super::{House, author, house, now, shown, whole};

async fn link(house: &House, id: i64, token: &[u8]) {
    let until = now() + TimeDelta::hours(24);
    add(&house.pool, &author(), &Granter::everything(), id, token, now(), until).await.expect("a link");
}

#[tokio::test]
async fn a_link_sets_the_password_once() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    let login = house.login(id, now()).await;
    link(&house, id, b"first").await;
    link(&house, id, b"second").await;
    assert_eq!(find(&house.pool, b"first", now()).await.expect("an answer"), None, "a newer link replaces it");
    let invited = find(&house.pool, b"second", now()).await.expect("an answer").expect("open");
    assert_eq!((invited.account_id, invited.name.as_str()), (id, "li"));

    let who = author();
    let both =
        tokio::join!(redeem(&house.pool, &who, b"second", now(), "$new"), redeem(&house.pool, &who, b"second", now(), "$newer"),);
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    let stored = credentials::by_id(&house.pool, id).await.expect("an answer").expect("known").password_hash;
    assert_eq!(stored.as_deref(), Some(if both.0.is_ok() { "$new" } else { "$newer" }));
    assert_eq!(house.principal(login, id, now()).await, None, "whoever knew the old password is out");
    assert_eq!(find(&house.pool, b"second", now()).await.expect("an answer"), None);
}

#[tokio::test]
async fn late_disabled_and_forged_links_are_refused() {
    let house = house().await;
    let id = house.person("li", whole(Preset::Viewer)).await;
    link(&house, id, b"token").await;
    let late = now() + TimeDelta::hours(24);
    assert_eq!(find(&house.pool, b"token", late).await.expect("an answer"), None);
    assert!(matches!(redeem(&house.pool, &author(), b"token", late, "$x").await, Err(AccessError::NotFound)));
    assert!(matches!(redeem(&house.pool, &author(), b"forged", now(), "$x").await, Err(AccessError::NotFound)));
    let past = add(&house.pool, &author(), &Granter::everything(), id, b"past", now(), now()).await;
    assert!(matches!(past, Err(AccessError::Invalid(_))));
    let off = AccountChange { display_name: shown("li"), grants: whole(Preset::Viewer), disabled: true };
    accounts::change(&house.pool, &author(), &Granter::everything(), id, 1, &off).await.expect("disabled");
    assert_eq!(find(&house.pool, b"token", now()).await.expect("an answer"), None);
    assert!(matches!(redeem(&house.pool, &author(), b"token", now(), "$x").await, Err(AccessError::NotFound)));
    assert!(forget_old(&house.pool, late).await.expect("housekeeping") >= 1);
    let left: i64 = sqlx::query_scalar("select count(*) from access.invitations").fetch_one(&house.root).await.expect("a count");
    assert_eq!(left, 0);
}
