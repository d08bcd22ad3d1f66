//! One alarm: its numbers and names, its rule, its history, and the load around it.

use domain::alarms::{Event, Metric, Severity, State, Subject};
use domain::{Fixed2, LocalMs};
use warehouse::read::alarms::{Around, HistoryFilter, around, history, lines, newest_entries};

use super::{alarms, part};
use crate::two_days;

#[tokio::test]
async fn an_alarm_comes_with_names_and_the_rule_that_judged_it() {
    let warehouse = alarms().await;
    let (found, rules) = lines(&warehouse, &[5, 1, 77]).await.expect("lines");
    let [user, region] = found.as_slice() else { panic!("two of three exist, in this order: {found:?}") };
    assert_eq!(region.point.key.subject, Subject::Region(1));
    assert_eq!((region.region_name.as_str(), region.revision), ("甲市", 9));
    let point = &region.point;
    assert_eq!((point.value, point.threshold, point.occurrence), (Some(Fixed2(51_250)), Some(Fixed2(50_000)), 3));
    assert_eq!((point.severity, point.state, point.version), (Severity::Critical, State::Unack, 4));
    assert_eq!(point.started_at, LocalMs::parse(b"2016-01-12 00:59:00"));
    assert_eq!(point.annunciated_ms, Some(1_452_531_600_000));
    assert_eq!(rules.of(region).map(|rule| rule.name_zh.as_str()), Some("负荷越限"));
    assert_eq!(user.point.key.subject, Subject::User { user_id: 2001, region_id: 2 });
    assert_eq!(user.user.as_ref().map(|user| user.user_name.as_str()), Some("用户2-1"));
    assert!(rules.get(101, 1).is_none(), "only versions that are needed");
}

#[tokio::test]
async fn an_alarm_of_other_regions_does_not_exist() {
    let warehouse = alarms().await;
    let south = part(&warehouse, &[4, 5]);
    for foreign in [1, 3, 5, 6] {
        assert!(lines(&south, &[foreign]).await.expect("an answer").0.is_empty(), "{foreign}");
        let past = history(&south, foreign, HistoryFilter::default(), 10).await.expect("an answer");
        assert_eq!((past.total, past.retrospective, past.entries.len()), (0, 0, 0), "{foreign}");
    }
    assert_eq!(lines(&south, &[4]).await.expect("an answer").0.len(), 1);
    assert!(newest_entries(&south, &[3]).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn history_is_told_from_the_newest_page_by_page() {
    let warehouse = alarms().await;
    let newest = history(&warehouse, 3, HistoryFilter::default(), 2).await.expect("entries");
    assert_eq!((newest.total, newest.retrospective), (4, 2));
    let events: Vec<Event> = newest.entries.iter().map(|entry| entry.event).collect();
    assert_eq!(events, [Event::Acknowledged, Event::Raised]);
    let first = &newest.entries[0];
    assert_eq!(first.actor.as_ref().map(|person| (person.name.as_str(), person.account_id)), Some(("wang", Some(8))));
    assert_eq!((first.reason.as_deref(), first.from, first.to), (Some("已派人"), State::Unack, State::Acked));
    let before = HistoryFilter { before: newest.entries.last().map(|entry| entry.transition_id), only_retrospective: false };
    let older = history(&warehouse, 3, before, 10).await.expect("entries");
    assert_eq!(older.entries.len(), 2);
    assert!(older.entries.iter().all(|entry| entry.is_retrospective && !entry.is_annunciated));
    let only = HistoryFilter { only_retrospective: true, before: None };
    let past = history(&warehouse, 3, only, 10).await.expect("entries");
    assert_eq!((past.total, past.entries), (2, older.entries));
    assert_eq!(newest_entries(&warehouse, &[3, 4]).await.expect("entries").len(), 2);
}

#[tokio::test]
async fn an_entry_that_this_program_does_not_know_is_left_out() {
    let warehouse = alarms().await;
    sqlx::query("update alarm_transitions set event = 'teleported' where event = 'acknowledged'")
        .execute(warehouse.pool())
        .await
        .expect("the owner may");
    let found = history(&warehouse, 3, HistoryFilter::default(), 10).await.expect("entries");
    assert_eq!((found.total, found.entries.len()), (4, 3));
}

#[tokio::test]
async fn the_numbers_around_an_alarm_are_those_of_its_kind() {
    let warehouse = two_days().await;
    let at = LocalMs::parse(b"2016-01-12 01:05:00").expect("a time");
    let now = LocalMs::parse(b"2016-01-12 01:07:30").expect("a time");
    let Around::Day(curve) = around(&warehouse, Subject::Region(1), Metric::LoadNowKw, &[1], at, now).await.expect("numbers")
    else {
        panic!("a region has a day");
    };
    assert_eq!(curve.day, at.day());
    assert!(curve.quarters.iter().any(Option::is_some));
    let windows = around(&warehouse, Subject::Region(1), Metric::WindowKwh, &[1], at, now).await.expect("numbers");
    let Around::Windows(windows) = windows else { panic!("an alarm about windows has windows") };
    assert!(windows.iter().all(|window| (window.start.0 - at.0).abs() <= 300_000));
    let user = Subject::User { user_id: 101, region_id: 1 };
    let of_user = around(&warehouse, user, Metric::RankChange, &[1], at, now).await.expect("numbers");
    assert!(matches!(of_user, Around::User(_)));
    let none = around(&warehouse, Subject::Pipeline, Metric::PipelineLagS, &[], at, now).await.expect("numbers");
    assert_eq!(none, Around::Nothing);
}
