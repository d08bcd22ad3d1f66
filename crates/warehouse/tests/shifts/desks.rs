//! Desks and the calendar.

use domain::access::Scope;
use warehouse::access::AccessError;
use warehouse::alarms::shifts::{
    MOST_SERIES, ShiftError, ShiftFault, add_desk, add_series, add_shift, around, change_desk, change_shift, desk, desks,
    remove_desk, remove_shift, shift, shifts,
};

use super::*;

#[tokio::test]
async fn a_desk_holds_what_lies_below_its_regions() {
    let house = house().await;
    let id = desk_of(&house, Some(&[10, 10])).await;
    let all = desk_of(&house, None).await;
    let own = desk(&house.pool, None, id).await.expect("a desk");
    assert_eq!((own.regions, own.scope, own.positions), (Some(vec![10]), Scope::of([1, 2, 10]), 2));
    assert_eq!(desk(&house.pool, None, all).await.expect("a desk").scope, Scope::Whole);
    let entry = house.last_entry().await;
    assert_eq!((entry.action.as_str(), entry.object_kind.as_str(), entry.object_id), ("desk.add", "desk", all.to_string()));
}

#[tokio::test]
async fn nobody_makes_a_desk_of_regions_that_he_does_not_see() {
    let house = house().await;
    let north = house.tenant("north", &[1, 2]).await;
    let part = seer(None, Scope::of([1]));
    let tenant = seer(Some(north), Scope::of([1, 2]));
    for (granter, regions) in [(&part, None), (&part, Some(&[10][..])), (&tenant, Some(&[30][..])), (&tenant, Some(&[1, 30][..]))]
    {
        let made = add_desk(&house.pool, &author(), granter, &new_desk("x", regions)).await;
        assert_eq!(refused(made), ShiftFault::BeyondOwnRegions, "{regions:?}");
    }
    assert_eq!(refused(add_desk(&house.pool, &author(), &part, &new_desk("x", Some(&[]))).await), ShiftFault::NoRegions);
    let crowd = NewDesk { positions: 51, ..new_desk("x", None) };
    assert_eq!(refused(add_desk(&house.pool, &author(), &chief(), &crowd).await), ShiftFault::Positions);
    add_desk(&house.pool, &author(), &tenant, &new_desk("all of north", None)).await.expect("his own regions");
    let whole = desk_of(&house, None).await;
    let stolen = change_desk(&house.pool, &author(), &part, (whole, 1), &new_desk("x", Some(&[1]))).await;
    assert_eq!(refused(stolen), ShiftFault::BeyondOwnRegions);
}

#[tokio::test]
async fn desks_of_other_tenants_do_not_exist() {
    let house = house().await;
    let (north, south) = (house.tenant("north", &[1]).await, house.tenant("south", &[21]).await);
    let (li, wu) = (seer(Some(north), Scope::of([1])), seer(Some(south), Scope::of([21])));
    let id = add_desk(&house.pool, &author(), &li, &new_desk("北台", None)).await.expect("a desk");
    let turn = add_shift(&house.pool, &author(), &li, id, &new_shift("早班", 0, 8)).await.expect("a shift");
    let gone = |error: ShiftError| assert!(matches!(error, ShiftError::Access(AccessError::NotFound)), "{error}");
    gone(desk(&house.pool, Some(south), id).await.expect_err("hidden"));
    gone(shift(&house.pool, Some(south), turn).await.expect_err("hidden"));
    gone(shifts(&house.pool, Some(south), id, now(), now()).await.expect_err("hidden"));
    gone(change_desk(&house.pool, &author(), &wu, (id, 1), &new_desk("x", None)).await.expect_err("hidden"));
    gone(remove_desk(&house.pool, &author(), &wu, (id, 1)).await.expect_err("hidden"));
    gone(add_shift(&house.pool, &author(), &wu, id, &new_shift("x", 9, 1)).await.expect_err("hidden"));
    gone(remove_shift(&house.pool, &author(), &wu, (turn, 1)).await.expect_err("hidden"));
    assert!(desks(&house.pool, Some(south)).await.expect("a list").is_empty());
    assert_eq!(desks(&house.pool, None).await.expect("a list").len(), 1, "the operator sees all");
    remove_desk(&house.pool, &author(), &chief(), (id, 1)).await.expect("and changes all");
    gone(desk(&house.pool, Some(north), id).await.expect_err("removed"));
}

#[tokio::test]
async fn versions_count() {
    let house = house().await;
    let id = desk_of(&house, None).await;
    change_desk(&house.pool, &author(), &chief(), (id, 1), &new_desk("西调", Some(&[1]))).await.expect("a change");
    let conflict = change_desk(&house.pool, &author(), &chief(), (id, 1), &new_desk("x", None)).await;
    assert!(matches!(conflict, Err(ShiftError::Access(AccessError::Conflict))));
    let turn = shift_of(&house, id, "早班", 0).await;
    change_shift(&house.pool, &author(), &chief(), (turn, 1), &new_shift("早班", 1, 8)).await.expect("a change");
    let conflict = change_shift(&house.pool, &author(), &chief(), (turn, 1), &new_shift("早班", 2, 8)).await;
    assert!(matches!(conflict, Err(ShiftError::Access(AccessError::Conflict))));
    let entry = house.last_entry().await;
    assert_eq!(entry.action, "shift.change");
}

#[tokio::test]
async fn shifts_of_a_desk_never_overlap_and_a_series_is_taken_whole_or_not_at_all() {
    let house = house().await;
    let id = desk_of(&house, None).await;
    let day: Vec<_> = [("夜班", -8), ("早班", 0), ("中班", 8)].iter().map(|(name, from)| new_shift(name, *from, 8)).collect();
    add_series(&house.pool, &author(), &chief(), id, &day).await.expect("a series");
    assert_eq!(house.last_entry().await.action, "shift.series");
    let listed = async || shifts(&house.pool, None, id, now() - TimeDelta::days(1), now() + TimeDelta::days(2)).await;
    assert_eq!(listed().await.expect("shifts").iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["夜班", "早班", "中班"]);
    let more = [new_shift("加班", 16, 4), new_shift("加班", 19, 4)];
    assert_eq!(refused(add_series(&house.pool, &author(), &chief(), id, &more).await), ShiftFault::Overlaps);
    assert_eq!(listed().await.expect("shifts").len(), 3, "nothing of it is left");
    let many: Vec<_> = (0..=MOST_SERIES as i64).map(|at| new_shift("x", 100 + at, 1)).collect();
    assert_eq!(refused(add_series(&house.pool, &author(), &chief(), id, &many).await), ShiftFault::Series);
    assert_eq!(refused(add_series(&house.pool, &author(), &chief(), id, &[]).await), ShiftFault::Series);
    for bad in [new_shift("x", 30, 0), new_shift("x", 30, 25)] {
        assert_eq!(refused(add_shift(&house.pool, &author(), &chief(), id, &bad).await), ShiftFault::Length);
    }
    let (present, next) = around(&house.pool, None, id, now() + TimeDelta::hours(1)).await.expect("shifts");
    assert_eq!((present.expect("one").name, next.expect("one").name), ("早班".to_owned(), "中班".to_owned()));
}
