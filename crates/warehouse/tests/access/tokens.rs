//! Tokens are known by their hash while they are neither revoked nor expired.

use chrono::TimeDelta;
use domain::access::{Preset, Scope};
use warehouse::access::tokens::{NewToken, add, by_hash, list, revoke, touch};
use warehouse::access::{AccessError, Granter, Grants};

use super::{House, author, granter, house, now, of_tenant, shown, some, whole};

fn new_token(grants: Grants, hash: &[u8]) -> NewToken {
    let expires_at = Some(now() + TimeDelta::days(30));
    NewToken { name: shown("billing export"), grants, prefix: "ll_abcd".to_owned(), token_hash: hash.to_vec(), expires_at }
}

pub(crate) async fn token(house: &House, grants: Grants, hash: &[u8]) -> i64 {
    add(&house.pool, &author(), &Granter::everything(), &new_token(grants, hash), now()).await.expect("a token")
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_or_is_revoked() {
    let house = house().await;
    let north = house.tenant("north", &[1, 2]).await;
    let id = token(&house, of_tenant(north, some(Preset::Viewer.rights(), &[2])), b"digest").await;
    let found = by_hash(&house.pool, b"digest", now()).await.expect("an answer").expect("good");
    assert_eq!((found.token.token_id, found.scope, found.tenant_name.as_deref()), (id, Scope::of([2]), Some("north")));
    assert_eq!((found.token.prefix.as_str(), found.token.created_by.as_str()), ("ll_abcd", "root"));
    assert_eq!(found.token.grants.rights, Preset::Viewer.rights());
    for forged in [&b"diges"[..], b"", b"digest\0"] {
        assert_eq!(by_hash(&house.pool, forged, now()).await.expect("an answer"), None);
    }
    let end = now() + TimeDelta::days(30);
    assert!(by_hash(&house.pool, b"digest", end - TimeDelta::seconds(1)).await.expect("an answer").is_some());
    assert_eq!(by_hash(&house.pool, b"digest", end).await.expect("an answer"), None);
    revoke(&house.pool, &author(), &Granter::everything(), id).await.expect("revoked");
    assert_eq!(by_hash(&house.pool, b"digest", now()).await.expect("an answer"), None);
    let again = revoke(&house.pool, &author(), &Granter::everything(), id).await;
    assert!(matches!(again, Err(AccessError::NotFound)));
    assert!(list(&house.pool, None).await.expect("a list")[0].revoked_at.is_some(), "a revoked one is still listed");
}

#[tokio::test]
async fn use_is_noted_once_a_minute() {
    let house = house().await;
    let id = token(&house, whole(Preset::Viewer), b"digest").await;
    touch(&house.pool, id, "192.0.2.1", now()).await.expect("touched");
    touch(&house.pool, id, "192.0.2.2", now() + TimeDelta::seconds(59)).await.expect("not written");
    let token = list(&house.pool, None).await.expect("a list").pop().expect("a token");
    assert_eq!((token.last_used_at, token.last_address.as_deref()), (Some(now()), Some("192.0.2.1")));
    touch(&house.pool, id, "192.0.2.2", now() + TimeDelta::seconds(60)).await.expect("touched");
    let token = list(&house.pool, None).await.expect("a list").pop().expect("a token");
    assert_eq!(token.last_address.as_deref(), Some("192.0.2.2"));
}

#[tokio::test]
async fn a_token_holds_no_more_than_its_maker() {
    let house = house().await;
    let (north, south) = (house.tenant("north", &[1]).await, house.tenant("south", &[21]).await);
    let keeper = granter(&of_tenant(north, whole(Preset::Engineer)), Scope::of([1]));
    for beyond in [
        of_tenant(north, whole(Preset::Admin)),
        of_tenant(south, whole(Preset::Viewer)),
        whole(Preset::Viewer),
        some(Preset::Viewer.rights(), &[1]),
    ] {
        let done = add(&house.pool, &author(), &keeper, &new_token(beyond.clone(), b"x"), now()).await;
        assert!(matches!(done, Err(AccessError::BeyondOwnRights)), "{beyond:?}");
    }
    let mut past = new_token(of_tenant(north, whole(Preset::Viewer)), b"x");
    past.expires_at = Some(now());
    assert!(matches!(add(&house.pool, &author(), &keeper, &past, now()).await, Err(AccessError::Invalid(_))));

    let strangers = token(&house, of_tenant(south, whole(Preset::Viewer)), b"south").await;
    let operators = token(&house, whole(Preset::Viewer), b"operator").await;
    let stronger = token(&house, of_tenant(north, whole(Preset::Admin)), b"north").await;
    for (id, expected) in [(strangers, "NotFound"), (operators, "NotFound"), (404, "NotFound"), (stronger, "BeyondOwnRights")] {
        let done = revoke(&house.pool, &author(), &keeper, id).await;
        assert_eq!(format!("{:?}", done.expect_err("refused")), expected, "{id}");
    }
    let listed = list(&house.pool, Some(north)).await.expect("a list");
    assert_eq!(listed.iter().map(|token| token.token_id).collect::<Vec<_>>(), [stronger]);
}
