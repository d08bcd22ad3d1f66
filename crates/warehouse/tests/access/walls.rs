//! Wall links show what they were made for until they are revoked.

use chrono::TimeDelta;
use domain::access::{Preset, Rights, Scope, TenantId};
use warehouse::access::walls::{NewWallLink, add, by_id, list, revoke, touch};
use warehouse::access::{AccessError, Fault, Granter, secrets};

use super::{House, author, granter, house, now, of_tenant, shown, some, whole};

fn new_link(tenant_id: Option<TenantId>) -> NewWallLink {
    NewWallLink {
        name: shown("调度大厅"),
        tenant_id,
        all_regions: true,
        regions: vec![],
        layouts: vec!["32x9".to_owned(), "16x9".to_owned()],
        expires_at: None,
    }
}

pub(crate) async fn link(house: &House, tenant_id: Option<TenantId>) -> i64 {
    add(&house.pool, &author(), &Granter::everything(), &new_link(tenant_id), now()).await.expect("a link")
}

#[tokio::test]
async fn a_link_shows_its_regions_until_it_is_revoked() {
    let house = house().await;
    let north = house.tenant("north", &[1, 2]).await;
    let id = link(&house, Some(north)).await;
    let found = by_id(&house.pool, id, now()).await.expect("an answer").expect("good");
    assert_eq!((found.scope, found.tenant_name.as_deref()), (Scope::of([1, 2]), Some("north")));
    assert_eq!(found.link.layouts, ["32x9", "16x9"]);
    let ending =
        NewWallLink { expires_at: Some(now() + TimeDelta::hours(1)), all_regions: false, regions: vec![10], ..new_link(None) };
    let soon = add(&house.pool, &author(), &Granter::everything(), &ending, now()).await.expect("a link");
    assert_eq!(by_id(&house.pool, soon, now()).await.expect("an answer").expect("good").scope, Scope::of([1, 2, 10]));
    assert_eq!(by_id(&house.pool, soon, now() + TimeDelta::hours(1)).await.expect("an answer"), None);
    touch(&house.pool, id, "192.0.2.7", now()).await.expect("touched");
    touch(&house.pool, id, "192.0.2.8", now() + TimeDelta::seconds(59)).await.expect("not written");
    let listed = list(&house.pool, Some(north)).await.expect("a list");
    assert_eq!((listed.len(), listed[0].last_seen_at, listed[0].last_address.as_deref()), (1, Some(now()), Some("192.0.2.7")));
    revoke(&house.pool, &author(), &Granter::everything(), id).await.expect("revoked");
    assert_eq!(by_id(&house.pool, id, now()).await.expect("an answer"), None);
}

#[tokio::test]
async fn links_are_made_within_ones_rights_and_for_real_layouts() {
    let house = house().await;
    let (north, south) = (house.tenant("north", &[1]).await, house.tenant("south", &[21]).await);
    let keeper = granter(&of_tenant(north, whole(Preset::Admin)), Scope::of([1]));
    let blind = granter(&some(Rights::parse("system:manage").expect("rights"), &[]), Scope::Whole);
    for (granter, tenant) in [(&keeper, Some(south)), (&keeper, None), (&blind, None)] {
        let done = add(&house.pool, &author(), granter, &new_link(tenant), now()).await;
        assert!(matches!(done, Err(AccessError::BeyondOwnRights)), "{granter:?}");
    }
    let strangers = link(&house, Some(south)).await;
    assert!(matches!(revoke(&house.pool, &author(), &keeper, strangers).await, Err(AccessError::NotFound)));
    for layouts in [vec![], vec![String::new()], vec!["<b>".to_owned()], vec!["x".repeat(17)], vec!["x".to_owned(); 17]] {
        let done = add(&house.pool, &author(), &keeper, &NewWallLink { layouts, ..new_link(Some(north)) }, now()).await;
        assert!(matches!(done, Err(AccessError::Invalid(Fault::Layouts))));
    }
    add(&house.pool, &author(), &keeper, &new_link(Some(north)), now()).await.expect("his own");
}

#[tokio::test]
async fn the_key_that_came_first_stays() {
    let house = house().await;
    let both = tokio::join!(
        secrets::get_or_insert(&house.pool, "wall-links", [1; 32]),
        secrets::get_or_insert(&house.pool, "wall-links", [2; 32]),
    );
    let (one, two) = (both.0.expect("a key"), both.1.expect("a key"));
    assert!(one == two && (one == [1; 32] || one == [2; 32]));
    assert_eq!(secrets::get_or_insert(&house.pool, "other", [3; 32]).await.expect("a key"), [3; 32]);
}
