//! Programs with tokens make tariffs and versions of them.

use domain::access::Preset;
use serde_json::json;

use crate::land::{REQUESTS, TARIFFS, column, contract, got, posted, reason, run, tariff, with};
use crate::support::{Reach, Town};

#[tokio::test]
async fn versions_follow_each_other_and_say_what_they_replace() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let first = tariff("hb-1", "2026-01-01", "0.600000");
    let made = posted(&town, TARIFFS, &token, &json!({ "definition": first, "note": "new" }), 201).await;
    assert_eq!((made["version"].as_i64(), made["contracts"].as_i64()), (Some(1), Some(0)), "{made}");
    assert_eq!(made["versions"][0]["note"], "new");
    let path = format!("{TARIFFS}/hb-1");
    let second = tariff("hb-1", "2026-03-01", "0.700000");
    let overlapping = json!({ "version": 1, "definition": second });
    let refused = posted(&town, &path, &token, &overlapping, 409).await;
    assert_eq!(reason(&refused), "overlaps");
    let named = json!([{ "version": 1, "from": "2026-01-01", "until": null }]);
    assert_eq!(refused["error"]["versions"], named, "the answer names what overlaps");
    let named = with(&overlapping, json!({ "replaces": [1] }));
    let changed = posted(&town, &path, &token, &named, 200).await;
    assert_eq!(changed["version"], 2);
    let late = posted(&town, &path, &token, &named, 409).await;
    assert_eq!((reason(&late), late["error"]["version"].as_i64()), ("changed", Some(2)), "somebody saw version 1: {late}");
    // version 1 is out of force by then: only version 2 has to be named
    let third = json!({ "version": 2, "definition": tariff("hb-1", "2026-05-01", "0.800000"), "replaces": [2] });
    posted(&town, &path, &token, &third, 200).await;
    let unknown = json!({ "version": 3, "definition": tariff("hb-1", "2026-06-01", "0.9"), "replaces": [3, 7] });
    assert_eq!(reason(&posted(&town, &path, &token, &unknown, 422).await), "nothing_to_replace");
    let other = json!({ "version": 3, "definition": tariff("hb-2", "2026-06-01", "0.9") });
    assert_eq!(reason(&posted(&town, &path, &token, &other, 422).await), "other_code");
    let read = got(&town, &path, &token, 200).await;
    let numbers: Vec<_> = read["versions"].as_array().expect("versions").iter().map(|one| one["version"].as_i64()).collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    assert_eq!(read["versions"][0]["definition"]["prices"]["bands"]["flat"], "0.800000");
    let expected = ["tariff hb-1 v1 | hb-1 2026-01-01", "tariff hb-1 v2 | hb-1 2026-03-01", "tariff hb-1 v3 | hb-1 2026-05-01"];
    assert_eq!(column(&town.pool, REQUESTS).await, expected, "contracts are settled again from the first day that is different");
    assert_eq!((town.recorded("tariff.add").await, town.recorded("tariff.change").await), (1, 2), "refused ones leave no trace");
}

#[tokio::test]
async fn a_withdrawn_version_gives_way_and_a_tariff_in_use_stays() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    posted(&town, TARIFFS, &token, &json!({ "definition": tariff("hb-1", "2026-01-01", "0.6") }), 201).await;
    let path = format!("{TARIFFS}/hb-1");
    let definition = with(&tariff("hb-1", "2026-02-01", "0.7"), json!({ "valid_until": "2026-03-01" }));
    posted(&town, &path, &token, &json!({ "version": 1, "definition": definition, "replaces": [1] }), 200).await;
    run(&town.pool, "delete from settlement_requests").await;
    let withdraw = json!({ "version": 2, "withdraw": 2, "note": "wrong month" });
    let gone = posted(&town, &format!("{path}/withdraw"), &token, &withdraw, 200).await;
    assert!(gone["versions"][0]["withdrawn_at"].is_string(), "{gone}");
    assert_eq!(gone["shown"]["version"], 1, "what it replaced is in force again");
    assert_eq!(
        column(&town.pool, REQUESTS).await,
        ["tariff hb-1 v2 | hb-1 2026-02-01 2026-02-28"],
        "its last day is settled too"
    );
    assert_eq!(reason(&posted(&town, &format!("{path}/withdraw"), &token, &withdraw, 409).await), "withdrawn");
    contract(&town.pool, "hb-1").await;
    let used = posted(&town, &format!("{path}/remove"), &token, &json!({ "version": 2 }), 409).await;
    assert_eq!((reason(&used), used["error"]["contracts"].as_i64()), ("in_use", Some(1)));
    assert_eq!(got(&town, &path, &token, 200).await["contracts"], 1);
    run(&town.pool, "update contracts set removed_at = now()").await;
    posted(&town, &format!("{path}/remove"), &token, &json!({ "version": 2 }), 200).await;
    assert_eq!(got(&town, TARIFFS, &token, 200).await["items"].as_array().map(Vec::len), Some(0));
    assert!(got(&town, &path, &token, 200).await["removed_at"].is_string(), "bills of the past still name it");
    let again = posted(&town, TARIFFS, &token, &json!({ "definition": tariff("hb-1", "2026-01-01", "0.9") }), 201).await;
    assert_eq!(again["version"], 3, "numbers of versions are never given twice");
    let live = column(&town.pool, "select version::text from tariff_versions where withdrawn_at is null").await;
    assert_eq!(live, ["3"]);
}

#[tokio::test]
async fn every_fault_is_answered_with_its_code_field_and_sentence() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let overlap = json!({ "flat_fills": true, "rules": [
        { "band": "peak", "spans": ["08:00-12:00"] }, { "band": "valley", "spans": ["11:30-14:00"] } ] });
    let wrong = with(&tariff("hb-1", "2026-01-01", "0.6"), json!({ "calendar": overlap, "valid_until": "2025-01-01" }));
    let refused = posted(&town, TARIFFS, &token, &json!({ "definition": wrong }), 422).await;
    let codes = |body: &serde_json::Value| -> Vec<String> {
        let faults = body["faults"].as_array().expect("faults").iter();
        faults.map(|fault| fault["code"].as_str().expect("a code").to_owned()).collect()
    };
    let expected = ["validity", "overlap", "no_band_price", "no_band_price"];
    assert_eq!(codes(&refused["error"]), expected, "{refused}");
    let sentence = refused["error"]["faults"][1]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("11:30"), "it names the minutes: {sentence}");
    let checked = posted(&town, &format!("{TARIFFS}/check"), &token, &wrong, 200).await;
    assert_eq!((checked["is_sound"].as_bool(), codes(&checked)), (Some(false), expected.map(str::to_owned).to_vec()));
    let float = with(&tariff("hb-1", "2026-01-01", "0.6"), json!({ "prices": { "bands": { "flat": 0.6 } } }));
    let bad = posted(&town, TARIFFS, &token, &json!({ "definition": float }), 400).await;
    assert!(bad["error"]["message"].as_str().is_some(), "a price is text: {bad}");
    let nul = with(&tariff("hb-1", "2026-01-01", "0.6"), json!({ "name": "a\u{0}" }));
    posted(&town, TARIFFS, &token, &json!({ "definition": nul }), 400).await;
    assert_eq!(column(&town.pool, "select code from tariff_plans").await, [] as [&str; 0], "nothing was stored");
}

#[tokio::test]
async fn a_document_of_another_program_hides_nothing_else_and_bills_nothing() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    for code in ["hb-1", "hb-2"] {
        posted(&town, TARIFFS, &token, &json!({ "definition": tariff(code, "2026-01-01", "0.6") }), 201).await;
    }
    let newer = json!({ "version": 1, "definition": tariff("hb-1", "2026-02-01", "0.7"), "replaces": [1] });
    posted(&town, &format!("{TARIFFS}/hb-1"), &token, &newer, 200).await;
    run(&town.pool, "update tariff_versions set definition = '{\"of\": 2030}' where version = 2").await;
    let listed = got(&town, TARIFFS, &token, 200).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
    assert!(listed["items"][0]["shown"]["definition"].is_null() && listed["items"][1]["shown"]["definition"].is_object());
    assert_eq!(got(&town, &format!("{TARIFFS}/hb-1"), &token, 200).await["versions"].as_array().map(Vec::len), Some(2));
    let mut connection = town.pool.acquire().await.expect("a connection");
    let parts = warehouse::settlement::book::load(&mut connection).await.expect("the book");
    assert_eq!(parts.tariffs.keys().collect::<Vec<_>>(), ["hb-2"], "an older version would make a wrong bill");
}
