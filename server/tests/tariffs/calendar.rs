//! Holidays, swapped workdays and decisions about triggered 尖.

use domain::access::{Preset, Scope};
use serde_json::{Value, json};
use warehouse::read::ReadPool;

use crate::land::{REQUESTS, TARIFFS, column, got, posted, reason, tariff, with};
use crate::support::{Reach, Town};

const CALENDAR: &str = "/api/v1/calendar";
const TRIGGERS: &str = "/api/v1/tariff-triggers";

#[tokio::test]
async fn a_day_is_set_changed_and_taken_away_and_each_time_settled_again() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let holiday = json!({ "day": "2026-10-01", "kind": "holiday", "name": "国庆节" });
    let put = posted(&town, CALENDAR, &token, &holiday, 200).await;
    assert_eq!((put["days"][0]["kind"].as_str(), put["days"][0]["version"].as_i64()), (Some("holiday"), Some(1)), "{put}");
    let blind = posted(&town, CALENDAR, &token, &with(&holiday, json!({ "kind": "workday" })), 409).await;
    assert_eq!(reason(&blind), "changed", "who did not see the day does not overwrite it");
    posted(&town, CALENDAR, &token, &with(&holiday, json!({ "kind": "workday", "version": 1 })), 200).await;
    let taken = posted(&town, CALENDAR, &token, &json!({ "day": "2026-10-01", "kind": "none", "version": 2 }), 200).await;
    assert_eq!(taken["days"], json!([]));
    let requests = column(&town.pool, REQUESTS).await;
    assert_eq!(requests, vec!["calendar 2026-10-01 国庆节 | 2026-10-01 2026-10-01"; 3]);
    assert_eq!((town.recorded("calendar_day.put").await, town.recorded("calendar_day.remove").await), (2, 1));
    for (body, expected) in [
        (json!({ "day": "2026-10-01", "kind": "holiday" }), "name_missing"),
        (json!({ "day": "2026-10-01", "kind": "holiday", "name": "长".repeat(65) }), "name"),
        (json!({ "day": "1900-10-01", "kind": "workday" }), "day_out_of_range"),
    ] {
        assert_eq!(reason(&posted(&town, CALENDAR, &token, &body, 422).await), expected);
    }
    let listed = got(&town, &format!("{CALENDAR}?from=2026-01-01&to=2027-01-01"), &token, 200).await;
    assert_eq!(listed["days"], json!([]));
    got(&town, &format!("{CALENDAR}?from=yesterday"), &token, 400).await;
}

/// 尖 on hot days from June to August.
fn hot(code: &str) -> Value {
    let rules = json!([{ "band": "sharp", "months": [6, 7, 8], "spans": ["11:00-12:00"], "trigger": "max_35c" }]);
    with(
        &tariff(code, "2026-05-01", "0.6"),
        json!({ "calendar": { "flat_fills": true, "rules": rules }, "prices": { "bands": { "flat": "0.6", "sharp": "1.2" } } }),
    )
}

/// Days from 30 May to 3 June 2026 that wait for a decision about both tariffs.
async fn waiting(town: &Town) -> Vec<String> {
    let day = |text: &str| domain::LocalMs::parse(text.as_bytes()).expect("a day").day();
    let pool = ReadPool::from_pool(town.pool.clone()).seen_by(&Scope::Whole);
    let found = warehouse::settlement::calendar::waiting(&pool, day("2026-05-30"), day("2026-06-04")).await.expect("days");
    assert!(found.iter().all(|one| one.trigger == "max_35c" && one.tariffs == ["gd-1", "gd-2"]), "{found:?}");
    found.into_iter().map(|one| one.day.to_date().to_string()).collect()
}

#[tokio::test]
async fn a_decision_is_made_for_a_day_and_can_be_made_otherwise() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let decision = json!({ "trigger": "max_35c", "day": "2026-06-02", "is_triggered": true, "source": "广州气象台" });
    let unknown = posted(&town, TRIGGERS, &token, &decision, 422).await;
    assert_eq!(reason(&unknown), "unknown_trigger", "no tariff has it yet");
    for code in ["gd-1", "gd-2"] {
        posted(&town, TARIFFS, &token, &json!({ "definition": hot(code) }), 201).await;
    }
    posted(&town, TARIFFS, &token, &json!({ "definition": tariff("hb-1", "2026-01-01", "0.6") }), 201).await;
    let before = column(&town.pool, REQUESTS).await.len();
    let listed = got(&town, &format!("{TRIGGERS}?from=2026-05-30&to=2026-06-04"), &token, 200).await;
    assert_eq!(listed["triggers"], json!([{ "trigger": "max_35c", "tariffs": ["gd-1", "gd-2"] }]));
    let expected = ["2026-06-03", "2026-06-02", "2026-06-01"].map(str::to_owned);
    assert_eq!(waiting(&town).await, expected, "newest first, none outside its months");
    let made = posted(&town, TRIGGERS, &token, &decision, 200).await;
    assert_eq!((made["decisions"][0]["is_triggered"].as_bool(), made["decisions"][0]["version"].as_i64()), (Some(true), Some(1)));
    assert_eq!(waiting(&town).await, ["2026-06-03", "2026-06-01"]);
    let otherwise = with(&decision, json!({ "is_triggered": false, "source": "更正" }));
    assert_eq!(reason(&posted(&town, TRIGGERS, &token, &otherwise, 409).await), "changed");
    let made = posted(&town, TRIGGERS, &token, &with(&otherwise, json!({ "version": 1 })), 200).await;
    assert_eq!(made["decisions"][0]["source"], "更正");
    let same = with(&otherwise, json!({ "version": 2, "source": "国家气象局" }));
    posted(&town, TRIGGERS, &token, &same, 200).await;
    let requests = column(&town.pool, REQUESTS).await.split_off(before);
    let expected =
        ["gd-1", "gd-2", "gd-1", "gd-2"].map(|code| format!("trigger max_35c 2026-06-02 | {code} 2026-06-02 2026-06-02"));
    assert_eq!(requests, expected, "only tariffs that have it, and not when only the source is another");
    assert_eq!(town.recorded("trigger.decide").await, 3, "every decision is kept in the record");
    let none = with(&decision, json!({ "source": " " }));
    assert_eq!(reason(&posted(&town, TRIGGERS, &token, &none, 422).await), "source");
    let mut connection = town.pool.acquire().await.expect("a connection");
    let parts = warehouse::settlement::book::load(&mut connection).await.expect("the book");
    assert_eq!(parts.decisions.into_values().collect::<Vec<_>>(), [false]);
}
