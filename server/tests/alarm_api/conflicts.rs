//! Two at once: one wins, the other is told who did what and when.

use domain::access::Preset;
use domain::alarms::Subject;
use serde_json::json;

use crate::land::{active, post, raise, rule, state_of};
use crate::support::{Reach, Town};

#[tokio::test]
async fn of_two_who_acknowledge_at_once_one_wins_and_the_other_reads_who_it_was() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    for name in ["lizhiyuan", "wangjianguo"] {
        town.person(name, Preset::Operator, None, Reach::All).await;
    }
    let (mut li, mut wang) = (town.signed_in("lizhiyuan").await, town.signed_in("wangjianguo").await);
    for round in 0..5 {
        let id = raise(&town, vec![active(&town, rule, Subject::User { user_id: 100 + round, region_id: 1 })]).await[0];
        let path = format!("/alarms/{id}/act");
        let fields = [("version", "1"), ("act", "ack")];
        let (first, second) = tokio::join!(li.post(&path, &fields), wang.post(&path, &fields));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        let (winner, loser) = if statuses[0] == 303 { ("lizhiyuan", &second) } else { ("wangjianguo", &first) };
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", first.text, second.text);
        assert!(loser.text.contains(winner), "the page names who was first");
        let (by,): (String,) = sqlx::query_as("select acknowledged_by from alarms where alarm_id = $1")
            .bind(id)
            .fetch_one(&town.pool)
            .await
            .expect("an alarm");
        assert_eq!((by.as_str(), state_of(&town, id).await), (winner, ("ACKED".to_owned(), 2)));
        assert_eq!(town.recorded("alarm.ack").await, round + 1, "the other left no entry");
    }
}

#[tokio::test]
async fn a_program_reads_the_conflict_as_fields() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = raise(&town, vec![active(&town, rule, Subject::Region(1))]).await[0];
    town.person("li", Preset::Operator, None, Reach::All).await;
    let mut li = town.signed_in("li").await;
    let done = li.post(&format!("/alarms/{id}/act"), &[("version", "1"), ("act", "ack")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    let path = format!("/api/v1/alarms/{id}/shelve");
    let reply = post(&town, &path, &token, &json!({ "reason": "x", "version": 1 })).await;
    let error = reply.json()["error"].clone();
    assert_eq!((reply.status.as_u16(), &error["reason"]), (409, &json!("changed")));
    assert_eq!((&error["by"], &error["event"]), (&json!("li"), &json!("acknowledged")));
    let at: chrono::DateTime<chrono::Utc> = error["at"].as_str().and_then(|at| at.parse().ok()).expect("a moment");
    assert_eq!(at.timestamp_millis(), town.now().timestamp_millis());
    assert!(error["message"].as_str().is_some_and(|text| text.starts_with("li was first: acknowledged at ")), "{error}");
    assert_eq!(post(&town, &path, &token, &json!({ "reason": "x", "version": 2 })).await.status, 200);
    // without a version it is the alarm as it is now that counts
    assert_eq!(post(&town, &format!("/api/v1/alarms/{id}/unshelve"), &token, &json!({})).await.status, 200);
}

/// Many at once on the same alarms: every act is one change after another, and none is lost.
#[tokio::test]
async fn acts_at_once_are_done_one_after_another() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = raise(&town, vec![active(&town, rule, Subject::Region(1))]).await[0];
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    let path = format!("/api/v1/alarms/{id}/comment");
    let comments = (0..20).map(|number| {
        let (town, path, token) = (&town, &path, &token);
        async move { post(town, path, token, &json!({ "text": format!("comment {number}") })).await.status.as_u16() }
    });
    let statuses = futures::future::join_all(comments).await;
    assert_eq!(statuses, [200; 20]);
    assert_eq!(state_of(&town, id).await.1, 21);
    let (entries, revisions): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct revision) from alarm_transitions where event = 'commented'")
            .fetch_one(&town.pool)
            .await
            .expect("numbers");
    assert_eq!((entries, revisions, town.recorded("alarm.comment").await), (20, 20, 20));
}
