//! `GET /api/v1/alarms` and one alarm with its history.

use domain::access::Preset;
use domain::alarms::{Severity, State, Subject};
use serde_json::{Value, json};

use crate::land::{alarm, post, rule};
use crate::support::{Reach, Town};

fn ids(body: &Value) -> Vec<i64> {
    body["items"].as_array().expect("a list").iter().map(|item| item["alarm_id"].as_i64().expect("a number")).collect()
}

#[tokio::test]
async fn the_list_is_the_desks_with_its_filters_and_pages() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let low = alarm(&town, rule, Subject::Region(1), |point| point.severity = Severity::Low).await;
    let critical = alarm(&town, rule, Subject::Region(2), |point| point.severity = Severity::Critical).await;
    let user = Subject::User { user_id: 1, region_id: 1 };
    let shelved = alarm(&town, rule, user, |point| point.state = State::Shlvd).await;
    let pipeline = alarm(&town, rule, Subject::Pipeline, |point| point.state = State::Acked).await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    let list = async |query: &str| {
        let reply = town.bearer(&format!("/api/v1/alarms{query}"), &token).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text);
        reply.json()
    };
    let all = list("").await;
    // the first is of every test's warehouse
    assert_eq!(ids(&all), [critical, pipeline, low, 1], "open ones, the worst first");
    assert_eq!(all["total"], 4);
    let first = &all["items"][0];
    assert_eq!((&first["value"], &first["threshold"]), (&json!("105.20"), &json!("100.00")), "decimals are strings");
    assert_eq!((&first["region_name"], &first["rule_name_zh"]), (&json!("西区"), &json!("负荷超限")));
    assert_eq!(ids(&list("?severity=low,critical").await), [critical, low, 1]);
    assert_eq!(ids(&list("?state=SHLVD").await), [shelved]);
    assert_eq!(ids(&list("?state=unacknowledged").await), [critical, low, 1]);
    assert_eq!(ids(&list("?region_id=2").await), [critical]);
    assert_eq!(ids(&list(&format!("?rule_id={rule}&region_id=1")).await), [low]);
    assert_eq!(ids(&list(&format!("?rule_id={}", rule + 1)).await), Vec::<i64>::new());
    assert_eq!(ids(&list("?order=newest&limit=1").await), [pipeline]);
    let page = list("?limit=2").await;
    assert_eq!(ids(&list(&format!("?limit=2&cursor={}", page["next_cursor"].as_str().expect("more"))).await), [low, 1]);
    let hidden = list("?state=SHLVD").await;
    assert_eq!(hidden["items"][0]["user_name"], "张*", "names of homes are masked");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let town = Town::new().await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    for (query, name) in [
        ("?severity=worst", "severity"),
        ("?state=open", "state"),
        ("?quality=bad", "quality"),
        ("?order=best", "order"),
        ("?limit=501", "limit"),
        ("?limit=0", "limit"),
        ("?cursor=-1", "cursor"),
        ("?rule_id=x", "rule_id"),
        ("?region_id=x", "region_id"),
        ("?colour=red", "colour"),
        ("/0", "id"),
        ("/x", "id"),
        ("/99999999999999999999", "id"),
        ("/1?limit=x", "limit"),
    ] {
        let reply = town.bearer(&format!("/api/v1/alarms{query}"), &token).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["parameter"]), (400, &json!(name)), "{query}");
    }
    assert_eq!(town.bearer("/api/v1/alarms/424242", &token).await.status, 404);
}

#[tokio::test]
async fn one_alarm_comes_with_its_history_page_by_page() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    for text in ["one", "two"] {
        let reply = post(&town, &format!("/api/v1/alarms/{id}/comment"), &token, &json!({ "text": text })).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let newest = town.bearer(&format!("/api/v1/alarms/{id}?limit=2"), &token).await.json();
    let reasons: Vec<_> = newest["items"].as_array().expect("a list").iter().map(|item| item["reason"].clone()).collect();
    assert_eq!(reasons, [json!("two"), json!("one")]);
    assert_eq!((&newest["total"], &newest["alarm"]["alarm_id"]), (&json!(3), &json!(id)));
    let cursor = newest["next_cursor"].as_str().expect("there is more");
    let oldest = town.bearer(&format!("/api/v1/alarms/{id}?limit=2&cursor={cursor}"), &token).await.json();
    assert_eq!((&oldest["items"][0]["event"], &oldest["next_cursor"]), (&json!("raised"), &Value::Null));
}

#[tokio::test]
async fn alarms_of_other_regions_do_not_exist() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let own = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let foreign = alarm(&town, rule, Subject::Region(2), |_| {}).await;
    let pipeline = alarm(&town, rule, Subject::Pipeline, |_| {}).await;
    let token = town.token(Preset::Engineer, None, Reach::Some(&[1])).await.0;
    assert_eq!(ids(&town.bearer(&format!("/api/v1/alarms?rule_id={rule}"), &token).await.json()), [own]);
    for id in [foreign, pipeline, 424_242] {
        assert_eq!(town.bearer(&format!("/api/v1/alarms/{id}"), &token).await.status, 404);
        for (act, body) in [
            ("ack", json!({})),
            ("shelve", json!({ "reason": "x" })),
            ("unshelve", json!({})),
            ("clear", json!({})),
            ("assign", json!({ "assignee": null })),
            ("comment", json!({ "text": "x" })),
        ] {
            let reply = post(&town, &format!("/api/v1/alarms/{id}/{act}"), &token, &body).await;
            assert_eq!(reply.status, 404, "{id} {act}: {}", reply.text);
        }
    }
    assert_eq!(town.recorded("alarm.ack").await, 0);
}

#[tokio::test]
async fn the_description_names_every_address_and_every_field() {
    let town = Town::new().await;
    let rule = rule(&town.pool, |_| {}).await;
    let id = alarm(&town, rule, Subject::Region(1), |_| {}).await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    let document = town.bearer("/api/openapi.json", &token).await.json();
    let mut described: Vec<String> = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys().map(|method| format!("{method} {path}"));
        described.extend(methods.filter(|line| line.contains("/api/v1/alarms")));
    }
    let mut routed: Vec<_> = server::web::routes::ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/alarms"))
        .map(|route| format!("{:?} {}", route.verb, route.path).to_lowercase())
        .collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
    let names = |value: &Value| {
        let mut names: Vec<_> = value.as_object().expect("an object").keys().cloned().collect();
        names.sort();
        names
    };
    let schema = |name: &str| names(&document["components"]["schemas"][name]["properties"]);
    let list = town.bearer("/api/v1/alarms", &token).await.json();
    let one = town.bearer(&format!("/api/v1/alarms/{id}"), &token).await.json();
    assert_eq!((names(&list), names(&list["items"][0])), (schema("Alarms"), schema("Alarm")));
    assert_eq!((names(&one), names(&one["items"][0])), (schema("AlarmHistory"), schema("AlarmTransition")));
}

#[tokio::test]
async fn a_post_to_the_list_makes_a_rule() {
    let town = Town::new().await;
    let rule = json!({ "name_en": "Over 5 MW", "severity": "medium",
                       "conditions": [{ "metric": "load_now_kw", "comparison": ">", "threshold": "5000.00" }] });
    let operator = town.token(Preset::Operator, None, Reach::All).await.0;
    assert_eq!(post(&town, "/api/v1/alarms", &operator, &rule).await.status, 403);
    let engineer = town.token(Preset::Engineer, None, Reach::All).await.0;
    let made = post(&town, "/api/v1/alarms", &engineer, &rule).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["rule_id"].as_i64().expect("a number");
    let read = town.bearer(&format!("/api/v1/alarm-rules/{id}"), &engineer).await;
    assert_eq!(read.status, 200, "{}", read.text);
    assert_eq!(post(&town, "/api/v1/alarms", &engineer, &json!({ "alarm": 1 })).await.status, 400);
}
