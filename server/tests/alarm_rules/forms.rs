//! A person with a browser, with scripts and without.

use domain::access::Preset;

use crate::land::{OWN_RULES, count, fields, json_of, number_in, with};
use crate::support::{Reach, Town};

async fn town() -> Town {
    let town = Town::new().await;
    town.person("eva", Preset::Engineer, None, Reach::All).await;
    town
}

#[tokio::test]
async fn a_rule_is_made_changed_enabled_restored_and_removed() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let made = eva.post("/alarms/rules", &fields()).await;
    assert!(made.header("location").ends_with("?done=rule-added"), "{} {}", made.status, made.text);
    let page = format!("/alarms/rules/{}", number_in(&made));
    let changed = eva.post(&page, &with(&[("version", "1"), ("c0_threshold", "110"), ("reason", "too early")])).await;
    assert!(changed.header("location").ends_with("?done=rule-saved"), "{} {}", changed.status, changed.text);
    let enabled = eva.post(&format!("{page}/enable"), &[("version", "2")]).await;
    assert!(enabled.header("location").ends_with("?done=rule-enabled"), "{} {}", enabled.status, enabled.text);
    let shown = eva.get(&page).await.text;
    for part in ["当前负荷 ≥ 限值的 110 %", "too early", "已启用", "恢复此版本", "110 %"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let restored = eva.post(&page, &[("version", "2"), ("restore", "1")]).await;
    assert!(restored.header("location").ends_with("?done=rule-saved"), "{} {}", restored.status, restored.text);
    assert_eq!(count(&town, "select count(*) from alarm_rule_versions where made_by = 'eva'").await, 3);
    let removed = eva.post(&format!("{page}/remove"), &[("version", "3")]).await;
    assert_eq!(removed.header("location"), "/alarms/rules?done=rule-removed", "{}", removed.text);
    assert!(!eva.get("/alarms/rules").await.text.contains("越限"));
    assert!(eva.get(&page).await.text.contains("此规则已删除"));
    for action in ["rule.add", "rule.change", "rule.enable", "rule.remove"] {
        assert!(town.recorded(action).await > 0, "{action}");
    }
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let wrong =
        with(&[("c0_metric", "completeness_percent"), ("c0_comparison", ">"), ("c0_threshold", "100"), ("cause", "<b>x</b>")]);
    let reply = eva.post("/alarms/rules", &wrong).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    let beside = |field: &str| {
        let from = reply.text.find(&format!("data-problem-of=\"{field}\"")).expect("a place");
        let rest = &reply.text[from..];
        rest[rest.find('>').expect("an end") + 1..rest.find('<').expect("an end")].to_owned()
    };
    assert!(beside("c0_threshold").contains("永远不会成立"), "{}", beside("c0_threshold"));
    assert!(reply.text.contains("value=\"越限\"") && reply.text.contains("&lt;b&gt;x"), "{}", reply.text);
    let misread = eva.post("/alarms/rules", &with(&[("c0_threshold", "much")])).await;
    assert!(misread.status == 422 && misread.text.contains("请输入数字"), "{}", misread.text);
    // a record that is not complete keeps a rule from being enabled, not from being kept
    let bare = with(&[("cause", ""), ("enable", "1")]);
    assert!(eva.post("/alarms/rules", &bare).await.text.contains("启用前须填写此项"));
    let kept = eva.post("/alarms/rules", &with(&[("cause", "")])).await;
    let page = format!("/alarms/rules/{}", number_in(&kept));
    let refused = eva.post(&format!("{page}/enable"), &[("version", "1")]).await;
    assert!(refused.status == 422 && refused.text.contains("启用前须填写此项"), "{}", refused.text);
    assert_eq!(
        count(
            &town,
            "select count(*) from alarm_rule_versions join alarm_rules using (rule_id) where made_by = 'eva' and is_enabled"
        )
        .await,
        0
    );
}

#[tokio::test]
async fn without_a_script_rows_are_added_by_asking_for_them() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let reply = eva.post("/alarms/rules", &with(&[("c1_metric", "window_kwh"), ("more", "condition"), ("cause", "kept")])).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.text.contains("name=\"c3_metric\"") && reply.text.contains(">kept</textarea>"), "{}", reply.text);
    assert!(reply.text.contains("不代表功率"), "it stands at every sum of a window");
    let regions = eva.post("/alarms/rules", &with(&[("o0_region", "1"), ("o0_t0", "90"), ("more", "override")])).await;
    assert!(regions.text.contains("name=\"o2_region\"") && regions.text.contains("value=\"90\""), "{}", regions.text);
    assert_eq!(count(&town, OWN_RULES).await, 0);
}

#[tokio::test]
async fn the_check_while_typing_says_the_same() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let checked =
        eva.post("/alarms/rules/check", &with(&[("c1_metric", "window_kwh"), ("c1_threshold", "x"), ("name_zh", "")])).await;
    assert_eq!(checked.status, 200, "{}", checked.text);
    let said = json_of(&checked);
    let fields: Vec<_> =
        said["problems"].as_array().expect("a list").iter().map(|one| one["field"].as_str().expect("a field")).collect();
    assert_eq!(fields, ["c1_threshold", "name_zh"], "{said}");
    assert_eq!(said["notes"][0]["field"], "c1_metric");
    assert!(said["sentence"].as_str().expect("a sentence").starts_with("当前负荷 ≥ 限值的 100 %"), "{said}");
    eva.cookies.insert("lang".to_owned(), "en".to_owned());
    let good = json_of(&eva.post("/alarms/rules/check", &fields_of_an_edit()).await);
    assert_eq!(
        (good["problems"].as_array().map(Vec::len), good["sentence"].as_str()),
        (Some(0), Some("load now ≥ 100 % of the limit for 60 s; deadband 5 %"))
    );
}

fn fields_of_an_edit() -> Vec<(&'static str, &'static str)> {
    fields()
}

#[tokio::test]
async fn of_two_people_one_wins_and_the_other_is_told() {
    let town = town().await;
    town.person("max", Preset::Engineer, None, Reach::All).await;
    let (mut eva, mut max) = (town.signed_in("eva").await, town.signed_in("max").await);
    let page = format!("/alarms/rules/{}", number_in(&eva.post("/alarms/rules", &fields()).await));
    max.post(&page, &with(&[("version", "1"), ("c0_threshold", "120")])).await;
    let late = eva.post(&page, &with(&[("version", "1"), ("c0_threshold", "130")])).await;
    assert_eq!(late.status, 409, "{}", late.text);
    for part in ["max", "value=\"130\"", "name=\"version\" value=\"2\""] {
        assert!(late.text.contains(part), "{part}: {}", late.text);
    }
}

#[tokio::test]
async fn a_tenants_engineer_makes_rules_for_his_regions_alone() {
    let town = town().await;
    let west = town.tenant("west", &[2]).await;
    town.person("wei", Preset::Engineer, Some(west), Reach::All).await;
    let (mut eva, mut wei) = (town.signed_in("eva").await, town.signed_in("wei").await);
    let operators = number_in(&eva.post("/alarms/rules", &fields()).await);
    assert_eq!(wei.get(&format!("/alarms/rules/{operators}")).await.status, 404);
    assert_eq!(wei.post(&format!("/alarms/rules/{operators}"), &with(&[("version", "1")])).await.status, 404);
    let foreign = wei.post("/alarms/rules", &with(&[("regions", "some"), ("region", "1")])).await;
    assert!(foreign.status == 422 && foreign.text.contains("不在您的范围内"), "{}", foreign.text);
    let lag = [("c0_metric", "pipeline_lag_s"), ("c0_threshold", "300")];
    let foreign = wei.post("/alarms/rules", &with(&lag)).await;
    assert!(foreign.status == 403 && foreign.text.contains("您看不到的地区"), "{} {}", foreign.status, foreign.text);
    let own = number_in(&wei.post("/alarms/rules", &fields()).await);
    let list = wei.get("/alarms/rules").await.text;
    assert!(
        list.contains(&format!("/alarms/rules/{own}\"")) && !list.contains(&format!("/alarms/rules/{operators}\"")),
        "{list}"
    );
    assert_eq!(wei.post("/alarms/holidays", &[("day", "2026-05-01"), ("name", "May")]).await.status, 403);
}

#[tokio::test]
async fn the_calendar_lets_a_rule_apply_on_holidays_only() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let only = with(&[("holidays", "only")]);
    assert!(eva.post("/alarms/rules", &only).await.text.contains("节假日历为空"));
    for wrong in [[("day", "x"), ("name", "a")], [("day", "2026-05-01"), ("name", "")]] {
        assert_eq!(eva.post("/alarms/holidays", &wrong).await.status, 422);
    }
    let added = eva.post("/alarms/holidays", &[("day", "2026-05-01"), ("name", "劳动节")]).await;
    assert_eq!(added.header("location"), "/alarms/rules?done=holiday-added", "{}", added.text);
    assert!(eva.get("/alarms/rules").await.text.contains("劳动节"));
    assert_eq!(eva.post("/alarms/rules", &only).await.status, 303);
    eva.post("/alarms/holidays/remove", &[("day", "2026-05-01")]).await;
    assert_eq!(count(&town, "select count(*) from alarm_holidays").await, 0);
}
