//! The calendar of holidays belongs to the operator; every change of it reaches the evaluation.

use domain::access::Scope;
use warehouse::access::AccessError;
use warehouse::alarms::holidays;

use super::fixture::house;

#[tokio::test]
async fn the_operator_keeps_the_calendar() {
    let house = house().await;
    let chief = house.operator().await;
    let (_, wei) = house.tenant("west", &[2]).await;
    let (revisions, before) = (house.revisions().await, house.entries().await);
    let day = "2026-05-01".parse().expect("a day");
    assert!(!chief.facts.has_holidays);
    holidays::add(&house.access, &chief.author, day, "劳动节").await.expect("added");
    holidays::add(&house.access, &chief.author, day, "五一").await.expect("renamed");
    let listed = holidays::list(&house.seen_by(&Scope::of([2]))).await.expect("a list");
    assert_eq!(listed.iter().map(|holiday| holiday.name.as_str()).collect::<Vec<_>>(), ["五一"]);
    assert!(house.operator().await.facts.has_holidays);
    let stranger = holidays::remove(&house.access, &wei.author, day).await;
    assert!(matches!(stranger, Err(AccessError::BeyondOwnRights)), "{stranger:?}");
    holidays::remove(&house.access, &chief.author, day).await.expect("removed");
    assert!(matches!(holidays::remove(&house.access, &chief.author, day).await, Err(AccessError::NotFound)));
    assert_eq!((house.revisions().await - revisions, house.entries().await - before), (3, 3));
}
