//! `/exports/alarms.csv`: the history as a table.

use domain::access::Preset;
use domain::alarms::{Severity, Subject};
use serde_json::json;

use crate::land::{alarm, post, rule};
use crate::support::{Reach, Town};

fn records(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("well formed").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn the_history_is_a_table_with_filters() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::User { user_id: 1, region_id: 1 }, |_| {}).await;
    let other = alarm(&town, rule, Subject::Region(2), |point| point.severity = Severity::Low).await;
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    post(&town, &format!("/api/v1/alarms/{id}/ack"), &token, &json!({ "comment": "=1+1" })).await;
    let rows = async |query: &str| {
        let reply = town.bearer(&format!("/exports/alarms.csv{query}"), &token).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text);
        records(&reply.text)
    };
    let all = rows(&format!("?rule_id={rule}")).await;
    let column = |name: &str| all[0].iter().position(|head| head == name).expect("a column");
    let told: Vec<_> = all[1..].iter().map(|row| row[column("event")].as_str()).collect();
    assert_eq!(told, ["raised", "raised", "acknowledged"]);
    let last = &all[3];
    assert_eq!((last[column("user_name")].as_str(), last[column("reason")].as_str()), ("张*", "'=1+1"));
    assert_eq!((last[column("from_state")].as_str(), last[column("to_state")].as_str()), ("UNACK", "ACKED"));
    assert_eq!((last[column("rule_name_en")].as_str(), last[column("actor")].as_str()), ("Over the limit", "test"));
    for (query, count) in [
        (format!("?alarm_id={other}"), 1),
        (format!("?rule_id={rule}&severity=low"), 1),
        (format!("?rule_id={rule}&event=acknowledged"), 1),
        (format!("?rule_id={rule}&user_id=1"), 2),
        (format!("?rule_id={rule}&region_id=2"), 1),
        (format!("?rule_id={rule}&to=2016-01-01"), 0),
        (format!("?rule_id={}", rule + 1_000), 0),
    ] {
        assert_eq!(rows(&query).await.len(), count + 1, "{query}");
    }
    let part = town.token(Preset::Viewer, None, Reach::Some(&[2])).await.0;
    let reply = town.bearer(&format!("/exports/alarms.csv?rule_id={rule}"), &part).await;
    assert_eq!(records(&reply.text).len(), 2, "{}", reply.text);
    for bad in ["severity=worst", "event=x", "rule_id=0", "alarm_id=x"] {
        assert_eq!(town.bearer(&format!("/exports/alarms.csv?{bad}"), &token).await.status, 400, "{bad}");
    }
}

/// A day of the wall clock begins at midnight of the source's time zone.
#[tokio::test]
async fn a_period_is_of_the_clock_on_the_wall() {
    let town = Town::new().await;
    town.at("2016-01-11T16:30:00Z");
    let rule = rule(&town.pool, |_| {}).await;
    alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    for (query, count) in [("from=2016-01-12&to=2016-01-13", 1), ("from=2016-01-11&to=2016-01-12", 0)] {
        let reply = town.bearer(&format!("/exports/alarms.csv?rule_id={rule}&{query}"), &token).await;
        assert_eq!(records(&reply.text).len(), count + 1, "{query}: {}", reply.text);
    }
}
