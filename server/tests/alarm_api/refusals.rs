//! Every reason for which an act is refused, and every body that is none.

use domain::access::Preset;
use domain::alarms::{Point, State, Subject};
use serde_json::{Value, json};

use crate::land::{alarm, post, rule, send, state_of};
use crate::support::{Reach, Town};

/// An act, what the alarm is like, the body, and the code of the refusal.
type Case = (&'static str, fn(&mut Point), Value, &'static str);

#[tokio::test]
async fn each_refusal_has_a_code_and_a_sentence_and_changes_nothing() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |rule| rule.latching = true).await;
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    let cases: [Case; 9] = [
        ("ack", |point| point.state = State::Acked, json!({}), "nothing_to_acknowledge"),
        ("clear", |point| point.state = State::Ltack, json!({}), "still_true"),
        ("clear", |point| point.is_active = false, json!({}), "not_latched"),
        ("unshelve", |_| {}, json!({}), "not_shelved"),
        ("shelve", |point| point.state = State::Ltunk, json!({ "reason": "x" }), "cannot_set_aside"),
        ("shelve", |_| {}, json!({ "reason": " " }), "reason_missing"),
        ("shelve", |_| {}, json!({ "reason": "x", "minutes": 481 }), "too_long"),
        ("shelve", |_| {}, json!({ "reason": "x", "minutes": 0 }), "in_the_past"),
        ("ack", |_| {}, json!({ "version": 7 }), "changed"),
    ];
    for (act, change, body, reason) in cases {
        let id = alarm(&town, rule, Subject::Region(1), change).await;
        let before = state_of(&town, id).await;
        let reply = post(&town, &format!("/api/v1/alarms/{id}/{act}"), &token, &body).await;
        let error = reply.json()["error"].clone();
        assert_eq!((reply.status.as_u16(), &error["reason"]), (409, &json!(reason)), "{}", reply.text);
        assert!(error["message"].as_str().is_some_and(|text| text.len() > 10), "{error}");
        assert_eq!(state_of(&town, id).await, before);
        town.pass_minutes(1);
    }
    let written: i64 = sqlx::query_scalar("select count(*) from access.audit_log where action like 'alarm.%'")
        .fetch_one(&town.pool)
        .await
        .expect("a number");
    assert_eq!(written, 0);
}

#[tokio::test]
async fn bodies_are_bounded_and_of_a_known_kind() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let token = town.token(Preset::Engineer, None, Reach::All).await.0;
    let path = |act: &str| format!("/api/v1/alarms/{id}/{act}");
    let long = "长".repeat(501);
    for (act, body, status) in [
        ("ack", json!({ "colour": "red" }), 400),
        ("ack", json!({ "version": "one" }), 400),
        ("ack", json!({ "version": 99_999_999_999_i64 }), 400),
        ("ack", json!([]), 400),
        ("shelve", json!({}), 400),
        ("shelve", json!({ "reason": 7 }), 400),
        ("shelve", json!({ "reason": "x", "minutes": "30" }), 400),
        ("shelve", json!({ "reason": "x", "minutes": i64::MAX }), 409),
        ("shelve", json!({ "reason": "x", "minutes": i64::MIN }), 409),
        ("comment", json!({}), 400),
        ("comment", json!({ "text": null }), 400),
        ("comment", json!({ "text": "" }), 409),
        ("comment", json!({ "text": long }), 422),
        ("shelve", json!({ "reason": long }), 422),
        ("ack", json!({ "comment": long }), 422),
        ("assign", json!({ "assignee": long }), 422),
        ("comment", json!({ "text": "x".repeat(10_000) }), 413),
        ("comment", json!({ "text": "x".repeat(300_000) }), 413),
    ] {
        let reply = post(&town, &path(act), &token, &body).await;
        let shown: String = body.to_string().chars().take(60).collect();
        assert_eq!(reply.status, status, "{act} {shown}: {}", reply.text);
    }
    for (kind, body) in [("application/json", "{"), ("application/json", "\u{0}"), ("text/plain", "{}"), ("", "{}"), ("x", "x=1")]
    {
        assert_eq!(send(&town, &path("ack"), &token, kind, body.to_owned()).await.status, 400, "{kind} {body}");
    }
    assert_eq!(state_of(&town, id).await, ("UNACK".to_owned(), 1));
    let reply = post(&town, &path("comment"), &token, &json!({ "text": "a\u{0}b" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    for odd in ["0", "-1", "x", "1e3", "99999999999999999999"] {
        let reply = post(&town, &format!("/api/v1/alarms/{odd}/ack"), &token, &json!({})).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["parameter"]), (400, &json!("id")), "{odd}");
    }
}
