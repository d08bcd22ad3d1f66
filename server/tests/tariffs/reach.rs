//! Who sees and changes which tariffs: the operator's people, tenants, those who see a part or only look.

use domain::access::Preset;
use serde_json::{Value, json};

use crate::land::{TARIFFS, got, posted, reason, tariff};
use crate::support::{Reach, Town};

fn codes(listed: &Value) -> Vec<&str> {
    listed["items"].as_array().expect("items").iter().map(|one| one["code"].as_str().expect("a code")).collect()
}

fn make(code: &str) -> Value {
    json!({ "definition": tariff(code, "2026-01-01", "0.6") })
}

#[tokio::test]
async fn tenants_see_their_own_and_the_operators_and_change_their_own() {
    let town = Town::new().await;
    let (east, west) = (town.tenant("east", &[1]).await, town.tenant("west", &[2]).await);
    let (operator, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (of_east, _) = town.token(Preset::BillingClerk, Some(east), Reach::All).await;
    let (of_west, _) = town.token(Preset::BillingClerk, Some(west), Reach::All).await;
    posted(&town, TARIFFS, &operator, &make("state"), 201).await;
    posted(&town, TARIFFS, &of_east, &make("east-1"), 201).await;
    posted(&town, TARIFFS, &of_west, &make("west-1"), 201).await;
    assert_eq!(codes(&got(&town, TARIFFS, &operator, 200).await), ["east-1", "state", "west-1"]);
    assert_eq!(codes(&got(&town, TARIFFS, &of_east, 200).await), ["east-1", "state"]);
    got(&town, &format!("{TARIFFS}/west-1"), &of_east, 404).await;
    let newer = |code: &str| json!({ "version": 1, "definition": tariff(code, "2026-02-01", "0.7"), "replaces": [1] });
    for foreign in ["state", "west-1"] {
        posted(&town, &format!("{TARIFFS}/{foreign}"), &of_east, &newer(foreign), 404).await;
        posted(&town, &format!("{TARIFFS}/{foreign}/withdraw"), &of_east, &json!({ "version": 1, "withdraw": 1 }), 404).await;
        posted(&town, &format!("{TARIFFS}/{foreign}/remove"), &of_east, &json!({ "version": 1 }), 404).await;
    }
    posted(&town, &format!("{TARIFFS}/east-1"), &of_east, &newer("east-1"), 200).await;
    posted(&town, &format!("{TARIFFS}/west-1"), &operator, &newer("west-1"), 200).await;
    assert_eq!(reason(&posted(&town, TARIFFS, &of_west, &make("east-1"), 409).await), "name_taken");
    let file = got(&town, "/exports/tariffs.json", &of_east, 200).await;
    let exported: Vec<_> = file["plans"].as_array().expect("plans").iter().map(|plan| plan["code"].as_str()).collect();
    assert_eq!(exported, [Some("east-1"), Some("east-1"), Some("state")], "a file holds what its owner sees");
}

#[tokio::test]
async fn what_counts_for_everybody_is_kept_by_whoever_sees_everything() {
    let town = Town::new().await;
    let east = town.tenant("east", &[1]).await;
    let (tenant, _) = town.token(Preset::BillingClerk, Some(east), Reach::All).await;
    let (part, _) = town.token(Preset::BillingClerk, None, Reach::Some(&[1])).await;
    let (auditor, _) = town.token(Preset::BillingAuditor, None, Reach::All).await;
    let (engineer, _) = town.token(Preset::Engineer, None, Reach::All).await;
    let day = json!({ "day": "2026-10-01", "kind": "holiday", "name": "国庆节" });
    for token in [&tenant, &part, &auditor, &engineer] {
        posted(&town, "/api/v1/calendar", token, &day, 403).await;
    }
    let decision = json!({ "trigger": "t", "day": "2026-10-01", "is_triggered": true, "source": "s" });
    posted(&town, "/api/v1/tariff-triggers", &tenant, &decision, 403).await;
    // the operator's tariffs are everybody's: whoever keeps a part of the regions does not change them
    posted(&town, TARIFFS, &part, &make("state"), 403).await;
    posted(&town, TARIFFS, &auditor, &make("state"), 403).await;
    assert_eq!(codes(&got(&town, TARIFFS, &auditor, 200).await), [] as [&str; 0]);
    got(&town, TARIFFS, &engineer, 403).await;
    got(&town, "/api/v1/calendar", &tenant, 200).await;
    assert_eq!(town.recorded("calendar_day.put").await + town.recorded("tariff.add").await, 0);
}
