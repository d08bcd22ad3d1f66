//! The rows behind the figures of a desk.

use domain::alarms::Severity;
use domain::alarms::performance::{Annunciation, Standing};
use warehouse::read::ReadPool;
use warehouse::read::alarms::performance::{names, rows};

use super::*;

/// One entry of the history: alarm, region, event, from, to, minute after 08:00, and whether it counts or is of the past.
async fn entry(
    house: &House,
    alarm_id: i64,
    region: &str,
    what: (&str, &str, &str),
    minute: f64,
    is_counted: bool,
    is_past: bool,
) {
    let (event, from, to) = what;
    let sql = format!(
        "insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, occurrence,
                                        is_annunciated, is_retrospective, revision)
         values ({alarm_id}, 1, {region}, '{event}', '{from}', '{to}', 3, timestamptz '2026-03-02 08:00Z' + {minute} * interval '1 min',
                 1, {is_counted}, {is_past}, 1)"
    );
    house.sql(&sql).await;
}

const RAISED: (&str, &str, &str) = ("raised", "NORM", "UNACK");

/// Alarm 1 in region 1: raised, returned, raised again, acknowledged, returned. Alarm 2 in region 30: stands.
async fn history() -> House {
    let house = house().await;
    for (alarm_id, region) in [(1, "1"), (2, "30"), (3, "null")] {
        alarm(&house, alarm_id, region, "UNACK", "").await;
    }
    entry(&house, 1, "1", RAISED, 1.0, true, false).await;
    entry(&house, 1, "1", ("returned", "UNACK", "RTNUN"), 1.5, false, false).await;
    entry(&house, 1, "1", ("raised", "RTNUN", "UNACK"), 2.0, true, false).await;
    entry(&house, 1, "1", ("acknowledged", "UNACK", "ACKED"), 4.0, false, false).await;
    // of the past: a pair that changed no state, and a raise that nobody saw
    entry(&house, 1, "1", ("returned", "ACKED", "ACKED"), 5.0, false, true).await;
    entry(&house, 1, "1", ("raised", "ACKED", "ACKED"), 5.5, true, true).await;
    entry(&house, 1, "1", ("returned", "ACKED", "NORM"), 9.0, false, false).await;
    entry(&house, 2, "30", RAISED, 3.0, true, false).await;
    entry(&house, 3, "null", RAISED, 6.0, true, false).await;
    house
}

fn at_ms(minute: f64) -> i64 {
    moment("2026-03-02T08:00:00Z").timestamp_millis() + (minute * 60_000.0) as i64
}

fn seen_by(house: &House, scope: &Scope) -> ReadPool {
    ReadPool::from_pool(house.root.clone()).seen_by(scope)
}

fn annunciation(alarm_id: i64, at: f64, acknowledged: Option<f64>, ended: Option<f64>) -> Annunciation {
    let severity = Severity::Medium;
    Annunciation { at_ms: at_ms(at), alarm_id, severity, acknowledged_ms: acknowledged.map(at_ms), ended_ms: ended.map(at_ms) }
}

#[tokio::test]
async fn an_annunciation_has_its_own_acknowledgement_and_end() {
    let house = history().await;
    let pool = seen_by(&house, &Scope::Whole);
    let (from, to) = (moment("2026-03-02T08:00:00Z"), moment("2026-03-02T08:08:00Z"));
    let found = rows(&pool, from, to, None).await.expect("rows");
    let expected = [
        annunciation(1, 1.0, None, Some(1.5)),
        annunciation(1, 2.0, Some(4.0), Some(9.0)),
        annunciation(2, 3.0, None, None),
        annunciation(3, 6.0, None, None),
    ];
    assert_eq!((found.annunciations.as_slice(), found.is_cut), (&expected[..], false));
    let since = |alarm_id, minute| Standing { alarm_id, since_ms: at_ms(minute) };
    assert_eq!(found.standing, [since(1, 2.0), since(2, 3.0), since(3, 6.0)], "the first returned at 08:01:30");
    let later = rows(&pool, from, moment("2026-03-02T09:00:00Z"), None).await.expect("rows");
    assert_eq!(later.standing, [since(2, 3.0), since(3, 6.0)]);
}

#[tokio::test]
async fn only_the_desks_regions_and_the_viewers_are_counted() {
    let house = history().await;
    let (from, to) = (moment("2026-03-02T08:00:00Z"), moment("2026-03-02T09:00:00Z"));
    let ids = async |scope: &Scope, regions: Option<&[i32]>| {
        let found = rows(&seen_by(&house, scope), from, to, regions).await.expect("rows");
        found.annunciations.iter().map(|one| one.alarm_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&Scope::Whole, Some(&[1])).await, [1, 1]);
    assert_eq!(ids(&Scope::of([30]), None).await, [2]);
    assert!(ids(&Scope::of([30]), Some(&[1])).await.is_empty());
    assert_eq!(ids(&Scope::of([1, 30]), None).await, [1, 1, 2], "what is of no region is for whoever sees everything");
    let named = names(&seen_by(&house, &Scope::of([30])), &[1, 2]).await.expect("names");
    assert_eq!((named.len(), named[0].name_en.as_str(), named[0].alarm_id), (1, "Over limit", 2));
}

#[tokio::test]
async fn the_hour_before_is_read_for_floods() {
    let house = history().await;
    let (from, to) = (moment("2026-03-02T08:30:00Z"), moment("2026-03-02T09:30:00Z"));
    let found = rows(&seen_by(&house, &Scope::Whole), from, to, None).await.expect("rows");
    assert_eq!(found.annunciations.len(), 4);
    let after = rows(&seen_by(&house, &Scope::Whole), to, moment("2026-03-02T10:00:00Z"), None).await.expect("rows");
    assert!(after.annunciations.is_empty());
}
