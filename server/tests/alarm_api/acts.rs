//! What each act does, who may, and what the record says of it.

use axum::body::Body;
use axum::http::{Request, header};
use domain::access::Preset;
use domain::alarms::{Severity, State, Subject};
use serde_json::{Value, json};

use crate::land::{active, alarm, post, raise, rule, state_of};
use crate::support::{HOST, Reach, Town};

async fn last_entry(town: &Town, action: &str) -> (String, String, Value, Option<String>, Option<i32>) {
    sqlx::query_as(
        "select actor_kind, object_id, after::jsonb, reason, tenant_id from access.audit_log where action = $1
          order by entry_no desc limit 1",
    )
    .bind(action)
    .fetch_one(&town.pool)
    .await
    .expect("an entry")
}

#[tokio::test]
async fn each_act_answers_with_the_alarm_and_leaves_one_entry() {
    let town = Town::new().await;
    town.person("li", Preset::Operator, None, Reach::All).await;
    let plain = rule(&town.pool, |_| {}).await;
    let latching = rule(&town.pool, |rule| rule.latching = true).await;
    let id = alarm(&town, plain, Subject::Region(1), |_| {}).await;
    let latched = alarm(&town, latching, Subject::Region(1), |point| {
        (point.state, point.is_active) = (State::Ltack, false);
    })
    .await;
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    let mut entries = 0;
    for (alarm_id, act, body, field, value) in [
        (id, "ack", json!({ "comment": "seen", "version": 1 }), "state", json!("ACKED")),
        (id, "assign", json!({ "assignee": "LI" }), "assignee", json!("li")),
        (id, "assign", json!({ "assignee": null }), "assignee", Value::Null),
        (id, "comment", json!({ "text": "called the site" }), "state", json!("ACKED")),
        (id, "shelve", json!({ "reason": "maintenance", "minutes": 30 }), "state", json!("SHLVD")),
        (id, "shelve", json!({ "reason": "still" }), "set_aside_reason", json!("still")),
        (id, "unshelve", json!({}), "state", json!("ACKED")),
        (latched, "clear", json!({}), "state", json!("NORM")),
    ] {
        let reply = post(&town, &format!("/api/v1/alarms/{alarm_id}/{act}"), &token, &body).await;
        assert_eq!((reply.status.as_u16(), &reply.json()[field]), (200, &value), "{act}: {}", reply.text);
        entries += 1;
        let action = if act == "clear" { "alarm.reset".to_owned() } else { format!("alarm.{act}") };
        let (kind, object, after, reason, _) = last_entry(&town, &action).await;
        assert_eq!((kind.as_str(), object), ("token", alarm_id.to_string()));
        assert_eq!(after["alarms"], json!([alarm_id]));
        assert_eq!(reason.as_deref(), body["reason"].as_str(), "{act}");
    }
    let all: i64 = sqlx::query_scalar("select count(*) from access.audit_log where action like 'alarm.%'")
        .fetch_one(&town.pool)
        .await
        .expect("a number");
    assert_eq!(all, entries, "one entry for each act");
    assert_eq!(last_entry(&town, "alarm.ack").await.2["comment"], "seen");
    let until = last_entry(&town, "alarm.shelve").await.2["shelved_until"].as_str().expect("a moment").to_owned();
    let expected = town.now() + chrono::TimeDelta::minutes(120);
    assert_eq!(until.parse::<chrono::DateTime<chrono::Utc>>().expect("a moment").timestamp(), expected.timestamp());
}

#[tokio::test]
async fn an_entry_is_seen_by_the_tenant_whose_alarm_it_was() {
    let town = Town::new().await;
    let west = town.tenant("west", &[2]).await;
    let rule = rule(&town.pool, |_| {}).await;
    let ids = raise(&town, vec![active(&town, rule, Subject::Region(1)), active(&town, rule, Subject::Region(2))]).await;
    let operator = town.token(Preset::Operator, None, Reach::All).await.0;
    for (id, tenant) in [(ids[0], None), (ids[1], Some(west))] {
        assert_eq!(post(&town, &format!("/api/v1/alarms/{id}/ack"), &operator, &json!({})).await.status, 200);
        assert_eq!(last_entry(&town, "alarm.ack").await.4, tenant);
    }
}

#[tokio::test]
async fn an_alarm_is_given_to_nobody_who_does_not_see_it() {
    let town = Town::new().await;
    let west = town.tenant("west", &[2]).await;
    town.person("east", Preset::Operator, None, Reach::Some(&[1])).await;
    town.person("clerk", Preset::BillingClerk, None, Reach::All).await;
    town.person("wang", Preset::Operator, Some(west), Reach::All).await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(2), |_| {}).await;
    let assign = async |token: &str, name: &str| {
        post(&town, &format!("/api/v1/alarms/{id}/assign"), token, &json!({ "assignee": name })).await
    };
    let operator = town.token(Preset::Operator, None, Reach::All).await.0;
    for name in ["east", "nobody", "not a name!"] {
        let reply = assign(&operator, name).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["reason"]), (422, &json!("unknown_assignee")), "{name}");
    }
    for name in ["clerk", "wang"] {
        assert_eq!(assign(&operator, name).await.json()["assignee"], name, "whoever may see alarms may be given one");
    }
    let tenants = town.token(Preset::Operator, Some(west), Reach::All).await.0;
    assert_eq!(assign(&tenants, "clerk").await.status, 422, "people of others do not exist for a tenant");
    assert_eq!(assign(&tenants, "wang").await.status, 200);
}

#[tokio::test]
async fn whoever_only_looks_acts_on_nothing() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    for preset in [Preset::Viewer, Preset::BillingClerk, Preset::BillingAuditor] {
        let token = town.token(preset, None, Reach::All).await.0;
        assert_eq!(town.bearer("/api/v1/alarms", &token).await.status, 200, "{}", preset.code());
        for act in ["ack", "shelve", "unshelve", "clear", "assign", "comment"] {
            let reply = post(&town, &format!("/api/v1/alarms/{id}/{act}"), &token, &json!({ "reason": "x" })).await;
            assert_eq!(reply.status, 403, "{} {act}", preset.code());
        }
    }
    assert_eq!(state_of(&town, id).await, ("UNACK".to_owned(), 1));
}

#[tokio::test]
async fn critical_alarms_are_shelved_by_engineers() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |point| point.severity = Severity::Critical).await;
    let path = format!("/api/v1/alarms/{id}/shelve");
    let operator = town.token(Preset::Operator, None, Reach::All).await.0;
    let refused = post(&town, &path, &operator, &json!({ "reason": "x" })).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["reason"]), (409, &json!("needs_engineer")));
    let engineer = town.token(Preset::Engineer, None, Reach::All).await.0;
    let too_long = post(&town, &path, &engineer, &json!({ "reason": "x", "minutes": 121 })).await;
    assert_eq!(too_long.json()["error"]["reason"], "too_long");
    assert_eq!(post(&town, &path, &engineer, &json!({ "reason": "x", "minutes": 120 })).await.status, 200);
}

/// A cookie alone proves nothing about where a request comes from.
#[tokio::test]
async fn another_site_writes_nothing_with_somebodys_session() {
    let town = Town::new().await;
    town.person("li", Preset::Operator, None, Reach::All).await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let li = town.signed_in("li").await;
    let cookies: Vec<_> = li.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let send = async |headers: &[(&str, &str)], body: &'static str| {
        let mut request = Request::post(format!("/api/v1/alarms/{id}/ack")).header("host", HOST);
        request = request.header(header::COOKIE, cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        town.send(request.body(Body::from(body)).expect("a request"), li.address).await
    };
    for headers in [
        &[("sec-fetch-site", "cross-site"), ("content-type", "application/json")][..],
        &[("sec-fetch-site", "same-site"), ("content-type", "text/plain")],
        &[("origin", "https://evil.example"), ("content-type", "application/json")],
        &[("origin", "null"), ("content-type", "application/x-www-form-urlencoded")],
    ] {
        for body in ["", "{}"] {
            assert_eq!(send(headers, body).await.status, 403, "{headers:?} {body}");
        }
    }
    // what a form of any site could send is no JSON, wherever it says that it comes from
    assert_eq!(send(&[("sec-fetch-site", "same-origin"), ("content-type", "text/plain")], "{}").await.status, 400);
    assert_eq!(state_of(&town, id).await.0, "UNACK");
    let own = send(&[("sec-fetch-site", "same-origin"), ("content-type", "application/json")], "{}").await;
    assert_eq!(own.status, 200, "{}", own.text);
    let (kind, ..) = last_entry(&town, "alarm.ack").await;
    assert_eq!((kind.as_str(), own.json()["acknowledged_by"].as_str()), ("person", Some("li")));
}
