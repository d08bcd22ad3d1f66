//! Tenants own regions, one at a time, and go only when nothing is left of them.

use domain::UNKNOWN_REGION;
use domain::access::{Preset, Scope};
use warehouse::access::tenants::{add, assign_region, by_claim, change, get, list, regions, remove, scope};
use warehouse::access::{AccessError, Fault, Granter, accounts};

use super::{author, house, of_tenant, shown, whole};

#[tokio::test]
async fn a_tenant_in_use_stays() {
    let house = house().await;
    let north = house.tenant("north", &[1]).await;
    let in_use = async || matches!(remove(&house.pool, &author(), north, 1).await, Err(AccessError::TenantInUse));
    assert!(in_use().await, "a region");
    assign_region(&house.pool, &author(), 1, None).await.expect("taken back");
    let id = house.person("li", of_tenant(north, whole(Preset::Viewer))).await;
    assert!(in_use().await, "a person");
    accounts::remove(&house.pool, &author(), &Granter::everything(), id, 1).await.expect("removed");
    let everything = Granter::everything();
    let token = super::tokens::token(&house, of_tenant(north, whole(Preset::Viewer)), b"digest").await;
    assert!(in_use().await, "a token");
    warehouse::access::tokens::revoke(&house.pool, &author(), &everything, token).await.expect("revoked");
    let link = super::walls::link(&house, Some(north)).await;
    assert!(in_use().await, "a link");
    warehouse::access::walls::revoke(&house.pool, &author(), &everything, link).await.expect("revoked");
    let rule = "insert into alarm_rules (tenant_id, version) values ($1, 1)";
    sqlx::query(rule).bind(north).execute(house.pool.pool()).await.expect("a rule");
    assert!(in_use().await, "a rule of alarms");
    let gone = "update alarm_rules set removed_at = now() where tenant_id = $1";
    sqlx::query(gone).bind(north).execute(house.pool.pool()).await.expect("removed");
    remove(&house.pool, &author(), north, 1).await.expect("nothing is left");
    assert!(list(&house.pool).await.expect("a list").is_empty());
    assert!(matches!(get(&house.pool, north).await, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn a_region_belongs_to_one_tenant() {
    let house = house().await;
    let (north, south) = (house.tenant("north", &[1, 77]).await, house.tenant("south", &[]).await);
    assert!(matches!(assign_region(&house.pool, &author(), 1, Some(south)).await, Err(AccessError::RegionTaken)));
    assert_eq!(scope(&house.pool, north).await.expect("a scope"), Scope::of([1, 77]));
    assert_eq!(scope(&house.pool, south).await.expect("a scope"), Scope::default());
    let before = house.entries().await;
    assign_region(&house.pool, &author(), 1, Some(north)).await.expect("already so");
    assign_region(&house.pool, &author(), 2, None).await.expect("already so");
    assert_eq!(house.entries().await, before, "nothing was done");
    assert!(matches!(assign_region(&house.pool, &author(), 2, Some(999)).await, Err(AccessError::NotFound)));
    let unknown = assign_region(&house.pool, &author(), UNKNOWN_REGION, Some(north)).await;
    assert!(matches!(unknown, Err(AccessError::Invalid(Fault::UnknownRegion))));

    assign_region(&house.pool, &author(), 1, None).await.expect("taken back");
    assign_region(&house.pool, &author(), 1, Some(south)).await.expect("free");
    let owners = regions(&house.pool).await.expect("regions");
    let owner = |id| owners.iter().find(|owner| owner.region_id == id).expect("known").clone();
    assert_eq!((owner(1).tenant_id, owner(1).parent_id, owner(1).region_name.as_deref()), (Some(south), Some(10), Some("东")));
    assert_eq!((owner(77).tenant_id, owner(77).region_name), (Some(north), None), "known by its tenant alone");
    assert_eq!((owner(30).tenant_id, owners.len()), (None, 7));
    let counted = get(&house.pool, north).await.expect("a tenant");
    assert_eq!((counted.accounts, counted.regions), (0, 1));
}

#[tokio::test]
async fn codes_are_plain_and_unique_and_versions_count() {
    let house = house().await;
    let north = house.tenant("north-1", &[]).await;
    let long = "x".repeat(33);
    for bad in ["", "North", "7", "0123", "-a", "a b", "北", "a\0", &long] {
        let done = add(&house.pool, &author(), bad, &shown("x")).await;
        assert!(matches!(done, Err(AccessError::Invalid(Fault::TenantCode))), "{bad:?}");
    }
    assert!(matches!(add(&house.pool, &author(), "north-1", &shown("x")).await, Err(AccessError::NameTaken)));
    change(&house.pool, &author(), north, 1, &shown("北方电网")).await.expect("another name");
    let stale = change(&house.pool, &author(), north, 1, &shown("x")).await;
    assert!(matches!(stale, Err(AccessError::Conflict)));
    assert!(matches!(remove(&house.pool, &author(), north, 1).await, Err(AccessError::Conflict)));
    let tenant = get(&house.pool, north).await.expect("a tenant");
    assert_eq!((tenant.name.as_str(), tenant.version), ("北方电网", 2));
}

#[tokio::test]
async fn a_claim_names_a_tenant_by_code_or_number() {
    let house = house().await;
    let north = house.tenant("north", &[]).await;
    for good in ["north", &north.to_string()] {
        assert_eq!(by_claim(&house.pool, good).await.expect("an answer").expect(good).tenant_id, north);
    }
    let number = format!("0{north}");
    for bad in ["", "NORTH", "north ", &number, "-1", "+1", "99999999999999999999", "no", "\0", "north'--", "%"] {
        assert_eq!(by_claim(&house.pool, bad).await.expect("an answer"), None, "{bad:?}");
    }
}
