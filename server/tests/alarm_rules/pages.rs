//! The pages in both languages, for those who may change rules and those who may only read them.

use domain::access::Preset;

use crate::land::{fields, number_in, run, with};
use crate::support::{Reach, Town};

#[tokio::test]
async fn pages_are_drawn_in_both_languages() {
    let town = Town::new().await;
    town.person("eva", Preset::Engineer, None, Reach::All).await;
    let mut eva = town.signed_in("eva").await;
    let own = with(&[
        ("o0_region", "1"),
        ("o0_t0", "90"),
        ("o0_severity", "critical"),
        ("holidays", "never"),
        ("review_on", "2099-01-01"),
    ]);
    let id = number_in(&eva.post("/alarms/rules", &own).await);
    run(&town, &format!("update alarm_rule_versions set definition = jsonb_set(definition, '{{rationale,review_on}}', '\"2001-01-01\"') where rule_id = {id}")).await;
    for (lang, words) in [
        ("zh", ["告警规则", "当前负荷 ≥ 限值的 100 %，持续 60 s", "未启用", "已过期", "个别地区另设", "试运行"]),
        (
            "en",
            [
                "Alarm rules",
                "load now ≥ 100 % of the limit for 60 s",
                "Disabled",
                "overdue",
                "Regions with values of their own",
                "Try it",
            ],
        ),
    ] {
        let mut said = String::new();
        for page in ["/alarms/rules".to_owned(), "/alarms/rules/new".to_owned(), format!("/alarms/rules/{id}")] {
            let reply = eva.get(&format!("{page}?lang={lang}")).await;
            assert_eq!(reply.status, 200, "{page}: {}", reply.text);
            assert!(!reply.text.contains("{}"), "{page} has an open place");
            said.push_str(&reply.text);
        }
        for word in words {
            assert!(said.contains(word), "{lang}: {word}");
        }
    }
}

#[tokio::test]
async fn whoever_may_only_look_sees_no_form() {
    let town = Town::new().await;
    for (name, preset) in [("eva", Preset::Engineer), ("otto", Preset::Operator)] {
        town.person(name, preset, None, Reach::All).await;
    }
    let (mut eva, mut otto) = (town.signed_in("eva").await, town.signed_in("otto").await);
    let page = format!("/alarms/rules/{}", number_in(&eva.post("/alarms/rules", &fields()).await));
    let shown = otto.get(&page).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    for form in ["/enable", "name=\"c0_metric\"", "name=\"restore\"", "/alarms/trials"] {
        assert!(!shown.text.contains(form), "{form}");
    }
    assert!(!otto.get("/alarms/rules").await.text.contains("/alarms/rules/new"));
    assert_eq!(otto.get("/alarms/rules/new").await.status, 403);
    for missing in ["/alarms/rules/999", "/alarms/trials/999"] {
        assert_eq!(eva.get(missing).await.status, 404, "{missing}");
    }
}
