//! Files of tariffs: tried, taken, taken again, refused as a whole, carried to another installation.

use domain::access::Preset;
use serde_json::{Value, json};

use crate::land::{REQUESTS, TARIFFS, column, file, got, post, posted, reason, tariff, with};
use crate::support::{Reach, Town};

const IMPORT: &str = "/api/v1/tariffs/import";
const DRY: &str = "/api/v1/tariffs/import?dry_run=1";
const VERSIONS: &str =
    "select concat_ws(' ', code, v.version, v.replaces::text) from tariff_plans p join tariff_versions v using (plan_id)
    order by code, v.version";

fn outcomes(difference: &Value) -> Vec<(&str, &str)> {
    let plans = difference["plans"].as_array().expect("plans").iter();
    plans.map(|plan| (plan["code"].as_str().expect("a code"), plan["outcome"].as_str().expect("an outcome"))).collect()
}

#[tokio::test]
async fn a_file_is_tried_taken_once_and_changed_field_by_field() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    posted(&town, TARIFFS, &token, &json!({ "definition": tariff("other", "2026-01-01", "0.6") }), 201).await;
    let plans = [tariff("hb-1", "2026-01-01", "0.6"), tariff("hb-1", "2026-03-01", "0.7"), tariff("hb-2", "2026-01-01", "0.5")];
    let day = json!({ "day": "2026-10-01", "kind": "holiday", "name": "国庆节" });
    let sent = with(&file(&plans), json!({ "calendar": [day] }));
    let tried = posted(&town, DRY, &token, &sent, 200).await;
    assert_eq!(outcomes(&tried), [("hb-1", "added"), ("hb-1", "changed"), ("hb-2", "added")], "{tried}");
    assert_eq!((tried["is_dry_run"].as_bool(), &tried["kept"]), (Some(true), &json!(["other"])));
    assert_eq!(tried["plans"][1]["replaces"], json!([1]));
    assert_eq!(column(&town.pool, VERSIONS).await, ["other 1 {}"], "nothing was written");
    let taken = posted(&town, IMPORT, &token, &sent, 200).await;
    assert_eq!(outcomes(&taken), outcomes(&tried), "it does what the trial said");
    let stored = column(&town.pool, VERSIONS).await;
    assert_eq!(stored, ["hb-1 1 {}", "hb-1 2 {1}", "hb-2 1 {}", "other 1 {}"]);
    let (requests, records) = (column(&town.pool, REQUESTS).await, town.recorded("tariff.add").await);
    let again = posted(&town, IMPORT, &token, &sent, 200).await;
    assert_eq!(again["changes_nothing"], true, "{again}");
    assert_eq!(column(&town.pool, VERSIONS).await, stored);
    assert_eq!((column(&town.pool, REQUESTS).await, town.recorded("tariff.add").await), (requests, records));
    let corrected = with(&sent, json!({ "plans": [plans[0], tariff("hb-1", "2026-03-01", "0.75"), plans[2]] }));
    let tried = posted(&town, DRY, &token, &corrected, 200).await;
    assert_eq!(outcomes(&tried), [("hb-1", "same"), ("hb-1", "changed"), ("hb-2", "same")]);
    let changes = json!([{ "path": "prices.bands.flat", "before": "0.700000", "after": "0.750000" }]);
    assert_eq!((&tried["plans"][1]["changes"], tried["plans"][1]["version"].as_i64()), (&changes, Some(3)));
    posted(&town, IMPORT, &token, &corrected, 200).await;
    assert_eq!(column(&town.pool, VERSIONS).await[2], "hb-1 3 {2}");
}

#[tokio::test]
async fn a_file_with_one_wrong_tariff_is_refused_as_a_whole() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let wrong = with(&tariff("hb-2", "2026-01-01", "0.6"), json!({ "prices": { "bands": {} } }));
    let sent = file(&[tariff("hb-1", "2026-01-01", "0.6"), wrong]);
    let tried = posted(&town, DRY, &token, &sent, 200).await;
    assert_eq!(
        (tried["is_sound"].as_bool(), tried["plans"][1]["faults"][0]["code"].as_str()),
        (Some(false), Some("no_band_price"))
    );
    let refused = posted(&town, IMPORT, &token, &sent, 422).await;
    assert_eq!(reason(&refused), "unsound");
    assert_eq!(refused["error"]["difference"]["plans"][1]["code"], "hb-2");
    assert_eq!(column(&town.pool, VERSIONS).await, [] as [&str; 0]);
    for (body, expected) in [
        (json!({ "format": "csv" }), "format"),
        (json!({ "plans": [] }), "shape"),
        (
            with(
                &file(&[]),
                json!({ "calendar": [{ "day": "2026-10-01", "kind": "workday" }, { "day": "2026-10-01", "kind": "workday" }] }),
            ),
            "twice",
        ),
    ] {
        assert_eq!(reason(&posted(&town, IMPORT, &token, &body, 422).await), expected);
    }
    let large = with(&file(&[]), json!({ "calendar": [], "format": "x".repeat(5 << 20) }));
    assert_eq!(post(&town, IMPORT, &token, &large).await.status, 413);
    let big = (0..120).map(|at| tariff(&format!("hb-{at}"), "2026-01-01", "0.6")).collect::<Vec<_>>();
    let padded: Vec<_> = big
        .iter()
        .map(|plan| with(plan, json!({ "notice": { "number": "长".repeat(500), "title": "长".repeat(500) } })))
        .collect();
    assert!(file(&padded).to_string().len() > 300 << 10, "longer than a form may be");
    posted(&town, IMPORT, &token, &file(&padded), 200).await;
    assert_eq!(column(&town.pool, VERSIONS).await.len(), 120);
}

#[tokio::test]
async fn a_file_does_not_reach_beyond_its_bearer() {
    let town = Town::new().await;
    let east = town.tenant("east", &[1]).await;
    let (operator, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (admin, _) = town.token(Preset::Admin, None, Reach::All).await;
    let (tenant, _) = town.token(Preset::BillingClerk, Some(east), Reach::All).await;
    let state = tariff("state", "2026-01-01", "0.6");
    posted(&town, IMPORT, &operator, &file(std::slice::from_ref(&state)), 200).await;
    let own = tariff("east-1", "2026-01-01", "0.6");
    let unchanged = posted(&town, IMPORT, &tenant, &file(&[state.clone(), own.clone()]), 200).await;
    assert_eq!(outcomes(&unchanged), [("state", "same"), ("east-1", "added")], "what is there already is nobody's change");
    let sent = file(&[tariff("state", "2026-01-01", "0.9"), own]);
    assert_eq!(outcomes(&posted(&town, DRY, &tenant, &sent, 200).await), [("state", "foreign"), ("east-1", "same")]);
    assert_eq!(reason(&posted(&town, IMPORT, &tenant, &sent, 422).await), "unsound");
    let day = with(&file(&[]), json!({ "calendar": [{ "day": "2026-10-01", "kind": "holiday", "name": "国庆节" }] }));
    posted(&town, IMPORT, &tenant, &day, 403).await;
    posted(&town, IMPORT, &operator, &day, 200).await;
    posted(&town, IMPORT, &tenant, &day, 200).await;
    let carbon = with(&file(&[]), json!({ "carbon": [{ "year": 2024, "kg_per_kwh": "0.5", "source": "s" }] }));
    posted(&town, IMPORT, &operator, &carbon, 403).await;
    posted(&town, IMPORT, &admin, &carbon, 200).await;
    assert_eq!(town.recorded("carbon.put").await, 1);
}

#[tokio::test]
async fn what_one_installation_writes_another_one_reads() {
    let (here, there) = (Town::new().await, Town::new().await);
    server::settlement::shipped::write_once(&warehouse::Store::new(here.pool.clone())).await.expect("examples");
    let (token, _) = here.token(Preset::Admin, None, Reach::All).await;
    let newer = json!({ "version": 1, "definition": tariff("liaoning-tou", "2026-03-01", "0.7"), "replaces": [1] });
    posted(&here, &format!("{TARIFFS}/liaoning-tou"), &token, &newer, 200).await;
    let sent = got(&here, "/exports/tariffs.json", &token, 200).await;
    let (other, _) = there.token(Preset::Admin, None, Reach::All).await;
    let taken = posted(&there, IMPORT, &other, &sent, 200).await;
    assert_eq!(taken["changes_nothing"], false);
    assert_eq!(got(&there, "/exports/tariffs.json", &other, 200).await, sent, "a file is all that there is");
    assert_eq!(posted(&here, DRY, &token, &sent, 200).await["changes_nothing"], true);
    let book = async |town: &Town| {
        let mut connection = town.pool.acquire().await.expect("a connection");
        warehouse::settlement::book::load(&mut connection).await.expect("the book")
    };
    let (ours, theirs) = (book(&here).await, book(&there).await);
    assert_eq!((ours.tariffs, ours.rules, ours.calendar_days), (theirs.tariffs, theirs.rules, theirs.calendar_days));
}
