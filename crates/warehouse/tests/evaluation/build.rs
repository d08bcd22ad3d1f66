//! Values for tests, and a store over a fresh database.

use domain::alarms::{Event, Point, PointKey, Severity, State, Subject, Transition};
use domain::{Fixed2, LocalMs};
use warehouse::Store;

pub const NOW_MS: i64 = 1_452_470_400_000;

pub async fn store() -> Store {
    let url = testkit::warehouse_db().await;
    Store::new(warehouse::connect(&url, 5).await.expect("the test database answers"))
}

pub fn at(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).expect("a time")
}

/// A rule without a version in force, for alarms to belong to.
pub async fn rule(store: &Store) -> i64 {
    sqlx::query_scalar("insert into alarm_rules (version) values (1) returning rule_id")
        .fetch_one(store.pool())
        .await
        .expect("a rule")
}

pub async fn run(store: &Store, sql: &str) {
    sqlx::raw_sql(sql).execute(store.pool()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

pub fn region_point(rule_id: i64, region_id: i32) -> Point {
    let key = PointKey { rule_id, subject: Subject::Region(region_id) };
    Point { state: State::Unack, state_since_ms: NOW_MS, is_active: true, version: 1, ..Point::new(key, 1, Severity::High) }
}

pub fn raised(point: &Point) -> Transition {
    Transition {
        key: point.key,
        event: Event::Raised,
        from: State::Norm,
        to: point.state,
        severity: point.severity,
        at_ms: NOW_MS,
        event_time: Some(at("2016-01-11 00:00:05")),
        occurrence: point.occurrence,
        value: Some(Fixed2(1_00)),
        threshold: None,
        is_annunciated: true,
        is_retrospective: false,
        actor: None,
        reason: None,
    }
}
