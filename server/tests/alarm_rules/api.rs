//! Programs with tokens.

use domain::access::Preset;
use serde_json::{Value, json};

use crate::land::{OWN_RULES, count, definition, json_of, post};
use crate::support::{Reach, Town};

const RULES: &str = "/api/v1/alarm-rules";

#[tokio::test]
async fn a_program_makes_changes_and_enables_rules() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::Engineer, None, Reach::All).await;
    let made = post(&town, RULES, &token, &definition()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let rule = json_of(&made);
    assert_eq!((rule["version"].as_i64(), rule["is_enabled"].as_bool()), (Some(1), Some(false)), "{rule}");
    assert_eq!(rule["sentence"], "energy of an hour > 5 kWh");
    let path = format!("{RULES}/{}", rule["rule_id"]);
    let mut other = definition();
    other["conditions"][0]["threshold"] = "6.50".into();
    let changed = json_of(&post(&town, &path, &token, &json!({ "version": 1, "definition": other, "note": "why" })).await);
    assert_eq!(changed["version"], 2, "{changed}");
    let enabled = json_of(&post(&town, &format!("{path}/enable"), &token, &json!({ "version": 2 })).await);
    assert_eq!(enabled["is_enabled"], true, "{enabled}");
    let read = json_of(&town.bearer(&path, &token).await);
    let versions: Vec<_> = read["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .map(|one| one["definition"]["conditions"][0]["threshold"].clone())
        .collect();
    assert_eq!(versions, ["6.50", "5.00"], "{read}");
    assert_eq!(read["versions"][0]["note"], "why");
    let listed = json_of(&town.bearer(RULES, &token).await);
    assert_eq!(listed["items"][0]["rule_id"], rule["rule_id"], "enabled ones come first: {listed}");
    let late = post(&town, &format!("{path}/disable"), &token, &json!({ "version": 1 })).await;
    assert_eq!((late.status.as_u16(), json_of(&late)["error"]["reason"].as_str()), (409, Some("changed")), "{}", late.text);
    assert_eq!(post(&town, &format!("{path}/disable"), &token, &json!({ "version": 2 })).await.status, 200);
    assert_eq!(town.recorded("rule.change").await, 1);
}

#[tokio::test]
async fn every_fault_is_answered_with_its_code_place_and_sentence() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::Engineer, None, Reach::All).await;
    let of = |change: fn(&mut Value)| {
        let mut rule = definition();
        change(&mut rule);
        rule
    };
    let cases: [(&str, &str, Value); 7] = [
        ("no_condition", "conditions", of(|rule| rule["conditions"] = json!([]))),
        ("name_missing", "name_zh", of(|rule| rule["name_en"] = "".into())),
        ("unknown_region", "regions", of(|rule| rule["regions"] = json!({ "listed": [99] }))),
        (
            "below_while_running",
            "conditions[0].comparison",
            of(|rule| {
                rule["conditions"] = json!([{ "metric": "day_so_far_kwh", "comparison": "<", "threshold": "1" }]);
            }),
        ),
        (
            "never_true",
            "conditions[0].threshold",
            of(|rule| {
                rule["conditions"] = json!([{ "metric": "completeness_percent", "comparison": ">", "threshold": "100" }]);
            }),
        ),
        (
            "schedule_never",
            "schedule",
            of(|rule| {
                rule["schedule"] = json!({ "weekdays": 0, "from_minute": 0, "to_minute": 1440 });
            }),
        ),
        (
            "latching_without_ack",
            "latching",
            of(|rule| {
                rule["latching"] = true.into();
                rule["needs_ack"] = false.into();
            }),
        ),
    ];
    for (code, field, rule) in cases {
        let reply = post(&town, RULES, &token, &rule).await;
        assert_eq!(reply.status, 422, "{code}: {}", reply.text);
        let error = &json_of(&reply)["error"];
        let fault = &error["faults"][0];
        assert_eq!((fault["code"].as_str(), fault["field"].as_str()), (Some(code), Some(field)), "{error}");
        assert!(fault["sentence"].as_str().is_some_and(|said| said.len() > 20), "{fault}");
        let checked = json_of(&post(&town, &format!("{RULES}/check"), &token, &rule).await);
        assert_eq!((checked["faults"][0]["code"].as_str(), checked["may_be_enabled"].as_bool()), (Some(code), Some(false)));
    }
    let bare = of(|rule| rule["rationale"] = json!({}));
    assert_eq!(post(&town, RULES, &token, &bare).await.status, 201, "it may be kept");
    let enabled = post(&town, &format!("{RULES}?enable=1"), &token, &bare).await;
    assert_eq!(json_of(&enabled)["error"]["faults"].as_array().map(Vec::len), Some(5), "{}", enabled.text);
    assert_eq!(count(&town, OWN_RULES).await, 1);
}

#[tokio::test]
async fn bad_bodies_and_strangers_get_nowhere() {
    let town = Town::new().await;
    let west = town.tenant("west", &[2]).await;
    let (token, _) = town.token(Preset::Engineer, None, Reach::All).await;
    let (wests, _) = town.token(Preset::Engineer, Some(west), Reach::All).await;
    let (viewer, _) = town.token(Preset::Viewer, None, Reach::All).await;
    for bad in [
        json!({}),
        json!([]),
        json!({ "severity": "worst", "conditions": [] }),
        json!({ "severity": "low", "conditions": [], "nmae": "x" }),
    ] {
        assert_eq!(post(&town, RULES, &token, &bad).await.status, 400, "{bad}");
    }
    assert_eq!(post(&town, RULES, &viewer, &definition()).await.status, 403);
    let operators = json_of(&post(&town, RULES, &token, &definition()).await)["rule_id"].clone();
    let path = format!("{RULES}/{operators}");
    assert_eq!(town.bearer(&path, &wests).await.status, 404);
    let change = json!({ "version": 1, "definition": definition() });
    assert_eq!(post(&town, &path, &wests, &change).await.status, 404);
    let mut foreign = definition();
    foreign["regions"] = json!({ "listed": [1] });
    let refused = json_of(&post(&town, RULES, &wests, &foreign).await);
    assert_eq!(refused["error"]["faults"][0]["code"], "foreign_region", "{refused}");
    assert_eq!(json_of(&town.bearer(RULES, &wests).await)["items"], json!([]));
    for unknown in ["/api/v1/alarm-rules/999", "/api/v1/alarm-rules/x"] {
        assert!(matches!(town.bearer(unknown, &token).await.status.as_u16(), 400 | 404), "{unknown}");
    }
}

#[tokio::test]
async fn a_text_that_cannot_be_stored_is_the_senders_fault() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::Engineer, None, Reach::All).await;
    let mut odd = definition();
    odd["name_en"] = "a\0b".into();
    assert_eq!(post(&town, RULES, &token, &odd).await.status, 400);
    odd["name_en"] = "a\\u0000".into();
    assert_eq!(post(&town, RULES, &token, &odd).await.status, 201, "words, not a NUL");
}
