//! Files: what an import adds, changes, refuses; that it is all or nothing; that an export reads back.

use domain::access::Preset;

use crate::land::{body, count, post, send, tariffs};
use crate::site::Reply;
use crate::support::{Reach, Town};

const IMPORT: &str = "/api/v1/contracts/import";
const FILE: &str = "user_id,valid_from,tariff,voltage,capacity_kva,billing_day,closed_on,multiplier\r\n\
    1,2016-01-01,home,below_1kv,,,,\r\n\
    2,2016-01-01,works,1_10kv,630,,,80\r\n\
    2,2016-03-01,works,1_10kv,800,,,80\r\n\
    3,2016-01-01,shop,1_10kv,,16,2016-12-01,\r\n";

async fn town() -> (Town, String) {
    let town = Town::new().await;
    tariffs(&town).await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    (town, token)
}

async fn csv(town: &Town, token: &str, query: &str, text: impl Into<String>) -> Reply {
    send(town, token, &format!("{IMPORT}{query}"), "text/csv", text.into()).await
}

fn counts(reply: &Reply) -> [i64; 4] {
    let report = reply.json();
    ["added", "changed", "same", "refused"].map(|name| report[name].as_i64().expect("a count"))
}

#[tokio::test]
async fn a_file_is_tried_taken_and_changes_nothing_the_second_time() {
    let (town, token) = town().await;
    let tried = csv(&town, &token, "?dry_run=1", FILE).await;
    assert_eq!((tried.status.as_u16(), counts(&tried)), (200, [3, 0, 0, 0]), "{}", tried.text);
    assert_eq!(count(&town, "select count(*) from contracts").await, 0, "tried only");
    let taken = csv(&town, &token, "", FILE).await;
    assert_eq!((counts(&taken), taken.json()["is_written"].as_bool()), ([3, 0, 0, 0], Some(true)), "{}", taken.text);
    assert_eq!(count(&town, "select count(*) from contract_terms").await, 4);
    assert_eq!(count(&town, "select count(*) from contracts where billing_day = 16 and closed_on = '2016-12-01'").await, 1);
    assert_eq!(count(&town, "select count(*) from settlement_requests").await, 3);
    assert_eq!(town.recorded("contract.add").await, 3);
    let again = csv(&town, &token, "", FILE).await;
    assert_eq!((counts(&again), again.json()["is_written"].as_bool()), ([0, 0, 3, 0], Some(false)), "{}", again.text);
    assert_eq!((count(&town, "select sum(version)::bigint from contracts").await, town.recorded("contract.add").await), (3, 3));
    let changed = csv(&town, &token, "?dry_run=1", FILE.replace("800", "1000").replace("2016-03-01", "2016-04-01")).await;
    let report = changed.json();
    assert_eq!(counts(&changed), [0, 1, 2, 0]);
    let fields = report["changed_lines"][0]["fields"].as_array().expect("fields").clone();
    let has = |day: &str, field: &str, before: Option<&str>, after: Option<&str>| {
        fields.iter().any(|one| {
            (one["day"].as_str(), one["field"].as_str(), one["before"].as_str(), one["after"].as_str())
                == (Some(day), Some(field), before, after)
        })
    };
    assert!(has("2016-03-01", "capacity_kva", Some("800.00"), None), "{fields:?}");
    assert!(has("2016-04-01", "capacity_kva", None, Some("1000.00")), "{fields:?}");
}

#[tokio::test]
async fn one_refused_line_keeps_the_whole_file_out_and_is_named() {
    let (town, token) = town().await;
    let with = |line: &str| format!("{FILE}{line}\r\n");
    let cases = [
        ("99,2016-01-01,shop,1_10kv,,,,", "unknown_customer"),
        ("3,2017-01-01,none,1_10kv,,16,2016-12-01,", "unknown_tariff"),
        ("3,yesterday,shop,1_10kv,,16,2016-12-01,", "cell"),
        ("3,2016-02-01,shop,11kv,,16,2016-12-01,", "cell"),
        ("3,2016-02-01,shop,1_10kv,12.345,16,2016-12-01,", "cell"),
        ("3,2016-02-01,shop,1_10kv,,17,2016-12-01,", "differs"),
        ("3,2016-12-05,shop,1_10kv,,16,2016-12-01,", "terms_after_close"),
        ("x,2016-02-01,shop,1_10kv,,16,2016-12-01,", "cell"),
        ("3,2016-02-01,shop,,,16,2016-12-01,", "cell"),
        ("3,2016-01-01,shop,1_10kv,,16,2016-12-01,", "terms_twice"),
    ];
    for (line, code) in cases {
        for query in ["?dry_run=1", ""] {
            let reply = csv(&town, &token, query, with(line)).await;
            assert_eq!(reply.status, if query.is_empty() { 422 } else { 200 }, "{line}: {}", reply.text);
            let report = reply.json();
            let codes: Vec<_> = report["refused_lines"][0]["reasons"]
                .as_array()
                .expect("reasons")
                .iter()
                .map(|one| one["code"].clone())
                .collect();
            assert!(codes.contains(&code.into()), "{line}: {}", reply.text);
            assert!(report["refused_lines"][0]["line"].as_i64().is_some_and(|line| line >= 5), "{}", reply.text);
        }
    }
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
    for (text, code) in [
        ("", "no_column"),
        ("user_id,valid_from\r\n1,2016-01-01\r\n", "no_column"),
        ("user_id,valid_from,voltage,colour\r\n", "unknown_column"),
        ("user_id,valid_from,voltage\r\n", "empty"),
        ("user_id,valid_from,voltage\r\n\"\u{fffd}", "cell"),
    ] {
        let reply = csv(&town, &token, "", text).await;
        assert_eq!(reply.status, 422, "{text}");
        let found = reply.text.contains(&format!("\"code\":\"{code}\""));
        assert!(found, "{text}: {}", reply.text);
    }
    assert_eq!(send(&town, &token, IMPORT, "text/plain", FILE).await.status, 400);
    let not_utf8 = send(&town, &token, IMPORT, "text/csv", b"user_id,valid_from,voltage\r\n\xff\xfe,x,y\r\n".to_vec()).await;
    assert_eq!(not_utf8.status, 422, "{}", not_utf8.text);
}

#[tokio::test]
async fn an_export_imported_again_changes_nothing() {
    let (town, token) = town().await;
    assert_eq!(counts(&csv(&town, &token, "", FILE).await), [3, 0, 0, 0]);
    sqlx::query(
        "insert into meter_exchanges values ((select max(contract_id) from contracts), '2016-02-01 10:00:00', 10, 0, now(), 'x')",
    )
    .execute(&town.pool)
    .await
    .expect("an exchange");
    let exported = town.bearer("/exports/contracts.csv", &token).await;
    assert_eq!(exported.status, 200);
    let again = csv(&town, &token, "", exported.text.clone()).await;
    assert_eq!(counts(&again), [0, 0, 3, 0], "{}\n{}", exported.text, again.text);
    let listed = town.bearer("/api/v1/contracts", &token).await;
    let again = send(&town, &token, IMPORT, "application/json", listed.text.clone()).await;
    assert_eq!(counts(&again), [0, 0, 3, 0], "{}\n{}", listed.text, again.text);
    assert_eq!(count(&town, "select count(*) from meter_exchanges").await, 1, "files without exchanges leave them");
    // and into an empty installation
    let (other, token) = self::town().await;
    assert_eq!(counts(&csv(&other, &token, "", exported.text.clone()).await), [3, 0, 0, 0]);
    assert_eq!(other.bearer("/exports/contracts.csv", &token).await.text, exported.text);
}

#[tokio::test]
async fn files_see_contracts_that_stand_and_those_beside_them() {
    let (town, token) = town().await;
    assert_eq!(post(&town, &token, "/api/v1/contracts", &body(3, "shop", "1_10kv")).await.status, 201);
    let later = "user_id,starts_on,valid_from,tariff,voltage,closed_on\r\n3,2016-06-01,2016-06-01,shop,1_10kv,\r\n";
    let reply = csv(&town, &token, "?dry_run=1", later).await;
    assert_eq!(reply.json()["refused_lines"][0]["reasons"][0]["code"], "overlap", "{}", reply.text);
    // the same file may close the one that stands
    let both = format!("{later}3,2016-01-01,2016-01-01,shop,1_10kv,2016-06-01\r\n");
    let reply = csv(&town, &token, "", both).await;
    assert_eq!(counts(&reply), [1, 1, 0, 0], "{}", reply.text);
    let overlapping = "user_id,starts_on,valid_from,tariff,voltage\r\n2,2016-01-01,2016-01-01,works,1_10kv\r\n2,2016-02-01,2016-02-01,works,1_10kv\r\n";
    let reply = csv(&town, &token, "", overlapping).await;
    assert_eq!(reply.json()["refused_lines"][0]["reasons"][0]["code"], "overlap_in_file", "{}", reply.text);
    let wrong_start = "user_id,starts_on,valid_from,tariff,voltage\r\n2,2016-01-01,2016-02-01,works,1_10kv\r\n";
    let reply = csv(&town, &token, "", wrong_start).await;
    assert_eq!(reply.json()["refused_lines"][0]["reasons"][0]["code"], "starts_on", "{}", reply.text);
}

#[tokio::test]
async fn a_clerk_of_some_regions_imports_only_those() {
    let (town, whole) = town().await;
    let (east, _) = town.token(Preset::BillingClerk, None, Reach::Some(&[1])).await;
    let reply = csv(&town, &east, "", FILE).await;
    assert_eq!((reply.status.as_u16(), counts(&reply)), (422, [2, 0, 0, 1]), "{}", reply.text);
    assert_eq!(reply.json()["refused_lines"][0]["user_id"], 3);
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
    assert_eq!(counts(&csv(&town, &whole, "", FILE).await), [3, 0, 0, 0]);
    assert_eq!(town.bearer("/exports/contracts.csv", &east).await.text.lines().count(), 4, "the head and two customers");
    let (auditor, _) = town.token(Preset::BillingAuditor, None, Reach::All).await;
    assert_eq!(csv(&town, &auditor, "", FILE).await.status, 403);
}
