//! Nobody grants more than he has, or touches somebody who has more; grants fit the tenant.

use chrono::TimeDelta;
use domain::access::{Preset, Rights, Scope};
use warehouse::access::accounts;
use warehouse::access::{AccessError, Fault, Granter, Grants, MOST_REGIONS, invitations, logins};

use super::{House, author, granter, house, newcomer, now, of_tenant, some, whole, with};

async fn add(house: &House, granter: &Granter, name: &str, grants: Grants) -> Result<i64, AccessError> {
    accounts::add(&house.pool, &author(), granter, &newcomer(name, grants)).await
}

#[tokio::test]
async fn rights_beyond_ones_own_are_not_granted() {
    let house = house().await;
    let keeper = granter(&whole(Preset::Engineer), Scope::Whole);
    for beyond in [Preset::Admin, Preset::BillingClerk, Preset::BillingAuditor] {
        let done = add(&house, &keeper, "x", whole(beyond)).await;
        assert!(matches!(done, Err(AccessError::BeyondOwnRights)), "{beyond:?}");
    }
    add(&house, &keeper, "operator", whole(Preset::Operator)).await.expect("within");
    let viewer = house.person("viewer", whole(Preset::Viewer)).await;
    let account = house.account(viewer).await;
    let change = with(&account, whole(Preset::Admin));
    let raised = accounts::change(&house.pool, &author(), &keeper, viewer, 1, &change).await;
    assert!(matches!(raised, Err(AccessError::BeyondOwnRights)));
}

#[tokio::test]
async fn regions_beyond_ones_own_are_not_granted() {
    let house = house().await;
    let viewer = Preset::Viewer.rights();
    let keeper = granter(&whole(Preset::Admin), Scope::of([1, 2, 10]));
    for beyond in [whole(Preset::Viewer), some(viewer, &[1, 21]), some(viewer, &[20])] {
        let done = add(&house, &keeper, "x", beyond.clone()).await;
        assert!(matches!(done, Err(AccessError::BeyondOwnRights)), "{beyond:?}");
    }
    // a region above what he sees would show its other parts too
    let narrow = granter(&whole(Preset::Admin), Scope::of([1, 10]));
    assert!(matches!(add(&house, &narrow, "x", some(viewer, &[10])).await, Err(AccessError::BeyondOwnRights)));
    add(&house, &keeper, "ten", some(viewer, &[10])).await.expect("within");
    add(&house, &keeper, "none", some(viewer, &[])).await.expect("nothing is within");
}

#[tokio::test]
async fn regions_to_come_are_more_than_all_regions_of_today() {
    let house = house().await;
    let (viewer, empty) = (Preset::Viewer.rights(), house.tenant("empty", &[]).await);
    let all_of = |tenant| of_tenant(tenant, whole(Preset::Viewer));
    let partial = Granter { all_regions: false, ..granter(&whole(Preset::Admin), Scope::of([1, 2])) };
    let done = add(&house, &partial, "x", all_of(empty)).await;
    assert!(matches!(done, Err(AccessError::BeyondOwnRights)), "the tenant has no regions yet: {done:?}");
    let tenant = house.tenant("small", &[1, 2]).await;
    let grants = of_tenant(tenant, some(Preset::Admin.rights(), &[1, 2]));
    let of_both = granter(&grants, Scope::of([1, 2]));
    assert!(matches!(add(&house, &of_both, "x", all_of(tenant)).await, Err(AccessError::BeyondOwnRights)));
    add(&house, &of_both, "some", of_tenant(tenant, some(viewer, &[1]))).await.expect("within");
    let of_all = granter(&of_tenant(tenant, whole(Preset::Admin)), Scope::of([1, 2]));
    add(&house, &of_all, "all", all_of(tenant)).await.expect("as much as he has");
}

#[tokio::test]
async fn whoever_has_more_is_not_touched() {
    let house = house().await;
    let root = house.admin("root").await;
    house.admin("second").await;
    let (account, before) = (house.account(root).await, house.entries().await);
    let system_only = Rights::parse("system:manage").expect("rights");
    for keeper in [granter(&some(system_only, &[]), Scope::Whole), granter(&whole(Preset::Admin), Scope::of([1]))] {
        let lower = with(&account, some(Rights::NONE, &[]));
        let done = [
            accounts::change(&house.pool, &author(), &keeper, root, 1, &lower).await,
            accounts::remove(&house.pool, &author(), &keeper, root, 1).await,
            invitations::add(&house.pool, &author(), &keeper, root, b"t", now(), now() + TimeDelta::days(1)).await,
            logins::end_all(&house.pool, &author(), &keeper, root).await.map(drop),
        ];
        assert!(done.iter().all(|done| matches!(done, Err(AccessError::BeyondOwnRights))), "{done:?}");
    }
    assert_eq!(house.entries().await, before);
}

#[tokio::test]
async fn people_of_other_tenants_do_not_exist() {
    let house = house().await;
    let (north, south) = (house.tenant("north", &[1, 2]).await, house.tenant("south", &[21]).await);
    let stranger = house.person("stranger", of_tenant(south, whole(Preset::Viewer))).await;
    let operator = house.person("operator", some(Rights::NONE, &[])).await;
    let keeper = granter(&of_tenant(north, whole(Preset::Admin)), Scope::of([1, 2]));
    for id in [stranger, operator, 424_242] {
        assert!(matches!(accounts::get(&house.pool, id, Some(north)).await, Err(AccessError::NotFound)));
        let nothing = accounts::AccountChange { display_name: super::shown("x"), grants: Grants::default(), disabled: true };
        let done = [
            accounts::change(&house.pool, &author(), &keeper, id, 1, &nothing).await,
            accounts::remove(&house.pool, &author(), &keeper, id, 1).await,
            invitations::add(&house.pool, &author(), &keeper, id, b"t", now(), now() + TimeDelta::days(1)).await,
            logins::end_all(&house.pool, &author(), &keeper, id).await.map(drop),
        ];
        assert!(done.iter().all(|done| matches!(done, Err(AccessError::NotFound))), "{id}: {done:?}");
    }
    // neither into another tenant, an unknown one, nor to the operator
    let own = add(&house, &keeper, "own", of_tenant(north, whole(Preset::Operator))).await.expect("his own");
    let account = house.account(own).await;
    for tenant_id in [Some(south), Some(9_999), None] {
        let grants = Grants { tenant_id, rights: Preset::Viewer.rights(), ..Grants::default() };
        assert!(matches!(add(&house, &keeper, "x", grants.clone()).await, Err(AccessError::BeyondOwnRights)));
        let moved = accounts::change(&house.pool, &author(), &keeper, own, 1, &with(&account, grants)).await;
        assert!(matches!(moved, Err(AccessError::BeyondOwnRights)), "{tenant_id:?}");
    }
    let names = accounts::list(&house.pool, Some(north)).await.expect("a list");
    assert_eq!(names.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["own"]);
}

#[tokio::test]
async fn a_tenants_account_gets_regions_of_the_tenant_only() {
    let house = house().await;
    let north = house.tenant("north", &[1, 2]).await;
    let everything = Granter::everything();
    let viewer = Preset::Viewer.rights();
    for (regions, stranger) in [(&[1, 21][..], 21), (&[10], 10), (&[555], 555)] {
        let done = add(&house, &everything, "x", of_tenant(north, some(viewer, regions))).await;
        let fault = matches!(done, Err(AccessError::Invalid(Fault::RegionNotOfTenant(region))) if region == stranger);
        assert!(fault, "{regions:?}: {done:?}");
    }
    let unknown = add(&house, &everything, "x", of_tenant(777, whole(Preset::Viewer))).await;
    assert!(matches!(unknown, Err(AccessError::Invalid(Fault::UnknownTenant))));
    let many: Vec<i32> = (0..=i32::try_from(MOST_REGIONS).expect("small")).collect();
    let many = add(&house, &everything, "x", some(viewer, &many)).await;
    assert!(matches!(many, Err(AccessError::Invalid(Fault::TooManyRegions))));
    add(&house, &everything, "good", of_tenant(north, some(viewer, &[2]))).await.expect("its own");
}

#[tokio::test]
async fn what_is_granted_is_what_is_seen() {
    let house = house().await;
    let north = house.tenant("north", &[1, 2]).await;
    let viewer = Preset::Viewer.rights();
    let seen = async |name: &str, grants| house.scope_of(house.person(name, grants).await).await;
    assert_eq!(seen("whole", whole(Preset::Viewer)).await, Scope::Whole);
    assert_eq!(seen("below", some(viewer, &[10])).await, Scope::of([10, 1, 2]));
    assert_eq!(seen("one", some(viewer, &[21])).await, Scope::of([21]));
    assert_eq!(seen("nothing", some(viewer, &[])).await, Scope::default());
    assert_eq!(seen("tenant", of_tenant(north, whole(Preset::Viewer))).await, Scope::of([1, 2]));
    let one = house.person("tenant-one", of_tenant(north, some(viewer, &[2]))).await;
    assert_eq!(house.scope_of(one).await, Scope::of([2]));
    // a region that the tenant loses is lost at once, without touching the account
    warehouse::access::tenants::assign_region(&house.pool, &author(), 2, None).await.expect("taken back");
    assert_eq!(house.scope_of(one).await, Scope::default());
}
