//! Acts sent by the forms of the desk and of an alarm's page.

use domain::access::Preset;
use domain::alarms::{Point, State, Subject};
use serde_json::json;

use crate::land::{active, alarm, raise, rule, state_of};
use crate::support::{Browser, Reach, Town};

async fn desk<'t>(town: &'t Town, preset: Preset) -> Browser<'t> {
    let name = preset.code();
    town.person(name, preset, None, Reach::All).await;
    town.signed_in(name).await
}

fn users(town: &Town, rule_id: i64, count: i64) -> Vec<Point> {
    (1..=count).map(|user_id| active(town, rule_id, Subject::User { user_id, region_id: 1 })).collect()
}

#[tokio::test]
async fn a_selection_is_acknowledged_with_one_comment_and_one_entry() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let ids = raise(&town, users(&town, rule, 3)).await;
    let mut li = desk(&town, Preset::Operator).await;
    let marked: Vec<String> = ids.iter().map(|id| format!("{id}:1")).collect();
    let mut fields: Vec<(&str, &str)> = marked.iter().map(|one| ("alarm", one.as_str())).collect();
    fields.extend([("act", "ack"), ("comment", "storm"), ("back", "/alarms?severity=high&done=alarm-shelve")]);
    // what other fields of the same form hold is not part of this act
    fields.extend([("reason", "left over"), ("minutes", "120"), ("assignee", "li")]);
    let reply = li.post("/alarms/acts", &fields).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/alarms?severity=high&done=alarm-ack"));
    for id in &ids {
        assert_eq!(state_of(&town, *id).await.0, "ACKED");
    }
    let (after, reason): (serde_json::Value, Option<String>) =
        sqlx::query_as("select after::jsonb, reason from access.audit_log where action = 'alarm.ack'")
            .fetch_one(&town.pool)
            .await
            .expect("one entry");
    assert_eq!((after, reason), (json!({ "alarms": ids, "comment": "storm" }), None));
}

#[tokio::test]
async fn what_could_not_be_done_is_told_for_each_and_the_rest_is_done() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let mut points = users(&town, rule, 3);
    points[2].state = State::Acked;
    let ids = raise(&town, points).await;
    let mut li = desk(&town, Preset::Operator).await;
    let marked = [format!("{}:1", ids[0]), format!("{}:9", ids[1]), format!("{}:1", ids[2])];
    let fields: Vec<(&str, &str)> = marked.iter().map(|one| ("alarm", one.as_str())).chain([("act", "ack")]).collect();
    let reply = li.post("/alarms/acts", &fields).await;
    assert_eq!(reply.status, 409, "{}", reply.text);
    assert!(reply.text.contains("没有需要确认的内容") && reply.text.contains("刚刚发生了变化"), "{}", reply.text);
    let states = [state_of(&town, ids[0]).await.0, state_of(&town, ids[1]).await.0];
    assert_eq!(states, ["ACKED", "UNACK"]);
}

#[tokio::test]
async fn every_act_has_its_form() {
    let town = Town::new().await;
    let latching = rule(&town.pool, |rule| rule.latching = true).await;
    let latched = alarm(&town, latching, Subject::Region(2), |point| {
        (point.state, point.is_active) = (State::Ltack, false);
    })
    .await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let mut chief = desk(&town, Preset::Engineer).await;
    for (alarm_id, act, fields, state) in [
        (id, "comment", &[("comment", "x")][..], "UNACK"),
        (id, "assign", &[("assignee", "engineer")], "UNACK"),
        (id, "assign", &[], "UNACK"),
        (id, "ack", &[], "ACKED"),
        (id, "shelve", &[("minutes", "30"), ("reason", "x")], "SHLVD"),
        (id, "unshelve", &[], "ACKED"),
        (id, "out_of_service", &[("reason", "x"), ("review_on", "2099-01-01")], "OOSRV"),
        (id, "in_service", &[], "ACKED"),
        (latched, "reset", &[], "NORM"),
    ] {
        let version = state_of(&town, alarm_id).await.1.to_string();
        let fields: Vec<_> = [("version", version.as_str()), ("act", act)].into_iter().chain(fields.iter().copied()).collect();
        let reply = chief.post(&format!("/alarms/{alarm_id}/act"), &fields).await;
        let told = format!("/alarms/{alarm_id}?done=alarm-{act}");
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, told.as_str()), "{act}: {}", reply.text);
        assert_eq!(state_of(&town, alarm_id).await.0, state, "{act}");
    }
    let page = chief.get(&format!("/alarms/{id}?done=alarm-shelve")).await;
    assert!(page.text.contains("告警已搁置"), "{}", page.text);
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_shown_on_its_page_again() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let mut li = desk(&town, Preset::Operator).await;
    let long = "x".repeat(501);
    for (fields, status, sentence) in [
        (&[("act", "ack")][..], 422, "填写"),
        (&[("version", "1"), ("act", "dance")], 422, "填写"),
        (&[("version", "1"), ("act", "shelve"), ("minutes", "soon"), ("reason", "x")], 422, "填写"),
        (&[("version", "1"), ("act", "shelve"), ("minutes", "30")], 409, "必须填写原因"),
        (&[("version", "1"), ("act", "comment"), ("comment", &long)], 422, "500"),
        (&[("version", "1"), ("act", "assign"), ("assignee", "nobody")], 422, "没有这个人"),
        (&[("version", "1"), ("act", "out_of_service"), ("reason", "x"), ("review_on", "2099-01-01")], 409, "工程师"),
        (&[("version", "1"), ("act", "out_of_service"), ("reason", "x"), ("review_on", "soon")], 422, "填写"),
    ] {
        let reply = li.post(&format!("/alarms/{id}/act"), fields).await;
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.text);
        assert!(reply.text.contains(sentence), "{fields:?}: {}", reply.text);
    }
    let none = li.post("/alarms/acts", &[("act", "ack")]).await;
    assert!(none.status == 422 && none.text.contains("至少一条"), "{} {}", none.status, none.text);
    assert_eq!(li.post("/alarms/acts", &[("act", "ack"), ("alarm", "x")]).await.status, 422);
    assert_eq!(li.post("/alarms/acts", &[("act", "ack"), ("alarm", "424242:1")]).await.status, 404);
    assert_eq!(li.post("/alarms/424242/act", &[("act", "ack"), ("version", "1")]).await.status, 404);
    assert_eq!(state_of(&town, id).await, ("UNACK".to_owned(), 1));
}

#[tokio::test]
async fn five_thousand_are_one_act_and_one_more_is_too_many() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let ids = raise(&town, users(&town, rule, 5_001)).await;
    let mut li = desk(&town, Preset::Operator).await;
    let marked: Vec<String> = ids.iter().map(|id| format!("{id}:1")).collect();
    let fields = |count: usize| {
        let alarms = marked.iter().take(count).map(|one| ("alarm", one.as_str()));
        alarms.chain([("act", "ack"), ("comment", "flood"), ("back", "/alarms")]).collect::<Vec<_>>()
    };
    let reply = li.post("/alarms/acts", &fields(5_001)).await;
    assert_eq!(reply.status, 413, "{}", reply.text);
    assert_eq!(town.recorded("alarm.ack").await, 0);
    let reply = li.post("/alarms/acts", &fields(5_000)).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let acked: i64 = sqlx::query_scalar("select count(*) from alarms where state = 'ACKED' and version = 2")
        .fetch_one(&town.pool)
        .await
        .expect("a number");
    let entries: i64 =
        sqlx::query_scalar("select json_array_length(after -> 'alarms') from access.audit_log where action = 'alarm.ack'")
            .fetch_one::<_>(&town.pool)
            .await
            .map(|count: i32| count.into())
            .expect("one entry");
    assert_eq!((acked, entries), (5_000, 5_000));
}

#[tokio::test]
async fn a_selection_with_alarms_of_others_does_only_ones_own() {
    let town = Town::new().await;
    let west = town.tenant("west", &[2]).await;
    let rule = rule(&town.pool, |_| {}).await;
    let ids = raise(&town, vec![active(&town, rule, Subject::Region(1)), active(&town, rule, Subject::Region(2))]).await;
    town.person("wang", Preset::Operator, Some(west), Reach::All).await;
    let mut wang = town.signed_in("wang").await;
    let (foreign, own) = (format!("{}:1", ids[0]), format!("{}:1", ids[1]));
    let reply = wang.post("/alarms/acts", &[("alarm", &foreign), ("act", "ack")]).await;
    assert_eq!(reply.status, 404);
    let reply = wang.post("/alarms/acts", &[("alarm", &foreign), ("alarm", &own), ("act", "ack")]).await;
    assert_eq!(reply.status, 404, "the page says that one is not there: {}", reply.text);
    assert_eq!((state_of(&town, ids[0]).await.0, state_of(&town, ids[1]).await.0), ("UNACK".into(), "ACKED".into()));
    let (after, tenant): (serde_json::Value, Option<i32>) =
        sqlx::query_as("select after::jsonb, tenant_id from access.audit_log where action = 'alarm.ack'")
            .fetch_one(&town.pool)
            .await
            .expect("one entry");
    assert_eq!((after["alarms"].clone(), tenant), (json!([ids[1]]), Some(west)));
}
