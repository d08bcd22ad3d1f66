//! Points and transitions come back as they were, whatever they hold.

use domain::Fixed2;
use domain::alarms::{Event, Person, Point, PointKey, Quality, Severity, State, Subject, Suppression};
use warehouse::alarms::evaluation::{load_points, points_after, save};

use crate::build::{NOW_MS, at, raised, region_point, rule, store};

fn full(rule_id: i64) -> Point {
    let person = |id: Option<i64>, name: &str| Some(Person { account_id: id, name: name.to_owned() });
    let key = PointKey { rule_id, subject: Subject::User { user_id: i64::MAX, region_id: 7 } };
    Point {
        alarm_id: 0,
        key,
        rule_version: 3,
        severity: Severity::Low,
        state: State::Shlvd,
        state_since_ms: NOW_MS + 1,
        quality: Quality::Uncertain,
        holds: u16::MAX,
        true_since: Some(at("2016-01-11 00:00:00.001")),
        true_count: 7,
        false_since: Some(at("2016-01-11 00:00:00.002")),
        is_active: true,
        is_retrospective: true,
        is_acknowledged: true,
        occurrence: i64::MAX,
        started_at: Some(at("2016-01-11 00:00:00.003")),
        returned_at: Some(at("1969-12-31 23:59:59.999")),
        value: Some(Fixed2(-12_345_678_901_234)),
        threshold: Some(Fixed2(5)),
        value_at: Some(at("2016-01-11 00:00:00.004")),
        annunciated_ms: Some(NOW_MS + 2),
        acknowledged_ms: Some(NOW_MS + 3),
        acknowledged_by: person(Some(5), "值班员 \"甲\""),
        assignee: person(None, "token\ttab"),
        shelved_until_ms: Some(NOW_MS + 4),
        reannunciate_ms: Some(NOW_MS + 5),
        set_aside_reason: Some("检修\nline".to_owned()),
        set_aside_by: person(Some(6), "乙"),
        hidden_count: 8,
        review_on: chrono::NaiveDate::from_ymd_opt(2026, 2, 28),
        suppressed_by: Some(Suppression::Alarm(PointKey { rule_id, subject: Subject::Region(1) })),
        version: 9,
    }
}

#[tokio::test]
async fn every_column_comes_back() {
    let store = store().await;
    let rule = rule(&store).await;
    let other = Point {
        state: State::Dsupr,
        suppressed_by: Some(Suppression::Pipeline),
        key: PointKey { rule_id: rule, subject: Subject::Pipeline },
        ..region_point(rule, 1)
    };
    let points = [full(rule), other, region_point(rule, -4)];
    let mut conn = store.pool().acquire().await.unwrap();
    let saved = save(&mut conn, &points, &[], 1).await.unwrap();
    assert_eq!(saved.alarm_ids.iter().map(|(key, _)| *key).collect::<Vec<_>>(), points.each_ref().map(|point| point.key));
    let ids: Vec<i64> = saved.alarm_ids.iter().map(|(_, id)| *id).collect();
    for (alarm_id, point) in ids.iter().zip(&points) {
        assert_eq!(load_points(&mut conn, &[*alarm_id]).await.unwrap(), [Point { alarm_id: *alarm_id, ..point.clone() }]);
    }
    // again with everything emptied: nothing of before stays
    let emptied = Point { key: points[0].key, version: 10, ..Point::new(points[0].key, 4, Severity::High) };
    let again = save(&mut conn, std::slice::from_ref(&emptied), &[], 2).await.unwrap();
    assert_eq!(again.alarm_ids, [(points[0].key, ids[0])], "it keeps its number");
    assert_eq!(points_after(&mut conn, 1).await.unwrap(), [Point { alarm_id: ids[0], ..emptied }]);
    assert_eq!(points_after(&mut conn, -1).await.unwrap().len(), 3);
    assert!(points_after(&mut conn, 2).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_who_moved_keeps_his_alarm() {
    let store = store().await;
    let rule = rule(&store).await;
    let mut conn = store.pool().acquire().await.unwrap();
    let first = save(&mut conn, &[full(rule)], &[], 1).await.unwrap();
    let key = PointKey { rule_id: rule, subject: Subject::User { user_id: i64::MAX, region_id: 8 } };
    let moved = Point { key, ..full(rule) };
    // both forms in one step: the last one counts
    let again = save(&mut conn, &[full(rule), moved.clone()], &[raised(&moved)], 2).await.unwrap();
    let id = first.alarm_ids[0].1;
    assert!(again.alarm_ids.iter().all(|(_, found)| *found == id));
    assert_eq!((again.transitions[0].alarm_id, again.transitions[0].region_id), (id, Some(8)));
    assert_eq!(load_points(&mut conn, &[id]).await.unwrap(), [Point { alarm_id: id, ..moved }]);
}

#[tokio::test]
async fn transitions_keep_their_order_and_every_column() {
    let store = store().await;
    let rule = rule(&store).await;
    let mut conn = store.pool().acquire().await.unwrap();
    let points: Vec<Point> = (1..=40).map(|region| region_point(rule, region)).collect();
    let mut transitions: Vec<_> = points.iter().rev().map(raised).collect();
    transitions[3].actor = Some(Person { account_id: Some(4), name: "甲".to_owned() });
    transitions[3].reason = Some("\"x\"".to_owned());
    transitions[3].threshold = Some(Fixed2(-7));
    transitions[3].event_time = None;
    transitions[3].is_retrospective = true;
    transitions[3].event = Event::Revised;
    let saved = save(&mut conn, &points, &transitions, 6).await.unwrap();
    let kept: Vec<_> = saved.transitions.iter().map(|stored| stored.transition.clone()).collect();
    assert_eq!(kept, transitions);
    assert!(saved.transitions.is_sorted_by_key(|stored| stored.transition_id));
    let row: String = sqlx::query_scalar(
        "select concat_ws('|', alarm_id = $2, rule_id = $3, region_id, event, from_state, to_state, severity, at, event_time is null,
                occurrence, value, threshold, is_annunciated, is_retrospective, actor, actor_id, reason, revision)
           from alarm_transitions where transition_id = $1",
    )
    .bind(saved.transitions[3].transition_id)
    .bind(saved.transitions[3].alarm_id)
    .bind(rule)
    .fetch_one(&mut *conn)
    .await
    .unwrap();
    assert_eq!(row, "t|t|37|revised|NORM|UNACK|2|2016-01-11 00:00:00+00|t|0|1.00|-0.07|t|t|甲|4|\"x\"|6");
    // an alarm that is not among the points of the step is found
    let later = save(&mut conn, &[], &[raised(&points[0])], 7).await.unwrap();
    assert_eq!(later.transitions[0].alarm_id, saved.alarm_ids[0].1);
    let nowhere = region_point(rule, 99);
    assert!(save(&mut conn, &[], &[raised(&nowhere)], 8).await.is_err());
}
