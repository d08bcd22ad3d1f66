//! `/alarms/{id}`.

use app::Lang;
use app::text::alarms::words;
use domain::access::Preset;
use domain::alarms::{Quality, Refusal, State};

use crate::scene::{NOW_MS, Scene, assert_has, assert_lacks, block, person, request, seeing};

#[tokio::test]
async fn every_state_is_said_and_offers_what_is_possible() {
    let scene = Scene::with_alarms().await;
    for (state, is_active, possible) in [
        (State::Norm, false, vec![]),
        (State::Unack, true, vec!["ack"]),
        (State::Acked, true, vec![]),
        (State::Rtnun, false, vec!["ack"]),
        (State::Ltunk, false, vec!["ack", "reset"]),
        (State::Ltack, false, vec!["reset"]),
        (State::Ltack, true, vec![]),
        (State::Shlvd, true, vec!["unshelve"]),
        (State::Dsupr, true, vec![]),
        (State::Oosrv, false, vec!["in_service"]),
    ] {
        scene.run(&format!("update alarms set state = '{}', is_active = {is_active} where alarm_id = 4", state.code())).await;
        for lang in Lang::ALL {
            let page = scene.page(&person("eng", Preset::Engineer), "/alarms/4", lang).await;
            assert_has(block(&page, "alarm-now"), &[words::state(state).get(lang), words::state_sentence(state).get(lang)]);
            let buttons = block(&page, "alarm-buttons");
            let shown: Vec<&str> = ["ack", "reset", "unshelve", "in_service"]
                .into_iter()
                .filter(|act| buttons.contains(&format!("data-act=\"{act}\"")))
                .collect();
            assert_eq!(shown, possible, "{state:?}");
        }
    }
}

#[tokio::test]
async fn the_version_that_is_acted_on_is_the_one_that_is_seen() {
    let scene = Scene::with_alarms().await;
    let page = scene.page(&person("li", Preset::Operator), "/alarms/4", Lang::En).await;
    let forms = block(&page, "alarm-forms");
    assert_has(
        forms,
        &["id=\"act\"", "id=\"shelve\"", "id=\"assign\"", "action=\"/alarms/4/act\"", "name=\"back\" value=\"/alarms/4\""],
    );
    assert_lacks(forms, &["name=\"version\"", "data-live", "id=\"out\""]);
    let live = scene.live("/alarms/4", Preset::Operator).await;
    let buttons = &live.iter().find(|(id, _)| id == "alarm-buttons").expect("they follow the state").1;
    assert_eq!(buttons.matches("name=\"version\"").count(), 3, "one for each form");
    assert_has(buttons, &["form=\"act\" value=\"1\"", "form=\"shelve\" value=\"1\""]);
    scene.run("update alarms set version = 2, state = 'ACKED' where alarm_id = 4").await;
    let live = scene.live("/alarms/4", Preset::Operator).await;
    let buttons = &live.iter().find(|(id, _)| id == "alarm-buttons").expect("they follow the state").1;
    assert_has(buttons, &["form=\"act\" value=\"2\""]);
    assert_lacks(buttons, &["data-act=\"ack\""]);
    assert!(live.iter().all(|(id, _)| id != "alarm-forms"), "what is typed stays");
}

#[tokio::test]
async fn rights_decide_what_can_be_done() {
    let scene = Scene::with_alarms().await;
    let critical = scene.page(&person("li", Preset::Operator), "/alarms/1", Lang::En).await;
    assert_lacks(&critical, &["id=\"shelve\"", "id=\"out\""]);
    let engineer = scene.page(&person("eng", Preset::Engineer), "/alarms/1", Lang::En).await;
    assert_has(block(&engineer, "alarm-forms"), &["id=\"shelve\"", "id=\"out\"", "name=\"review_on\"", "value=\"120\""]);
    assert_lacks(block(&engineer, "alarm-forms"), &["value=\"240\"", "value=\"480\""]);
    let viewer = scene.page(&person("gast", Preset::Viewer), "/alarms/1", Lang::En).await;
    assert_lacks(&viewer, &["alarm-forms", "alarm-buttons", "/alarms/1/act"]);
}

#[tokio::test]
async fn what_to_do_and_how_long_there_is_to_do_it() {
    let scene = Scene::with_alarms().await;
    scene
        .run(
            r#"update alarm_rule_versions set definition = definition || '{"class":"over_limit","rationale":{"cause":"负荷增长","consequence":"跳闸",
               "response":"转供","time_to_respond_min":10,"owner":"调度"}}' where rule_id = 101 and version = 2"#,
        )
        .await;
    let operator = person("li", Preset::Operator);
    let page = scene.page(&operator, "/alarms/1", Lang::Zh).await;
    let rationale = block(&page, "alarm-rationale");
    assert_has(rationale, &["转供", "负荷增长", "跳闸", "调度", "10 分钟，剩余 3 分钟"]);
    assert!(rationale.find("转供").expect("a text") < rationale.find("负荷增长").expect("a text"), "what to do comes first");
    assert_has(block(&page, "alarm-now"), &["512.5 % ≥ 500 %", "当前负载率", "取值时刻 01:07:30", "第 2 版", "越限", "甲市"]);
    scene.run("update alarms set annunciated_at = annunciated_at - interval '1 hour' where alarm_id = 1").await;
    assert_has(&scene.page(&operator, "/alarms/1", Lang::En).await, &["10 min, over by 57 min"]);
    assert_has(&scene.page(&operator, "/alarms/4", Lang::En).await, &["The rule says nothing about it."]);
}

#[tokio::test]
async fn history_says_who_when_why_and_what_was_known_only_later() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    let page = scene.page(&operator, "/alarms/3", Lang::En).await;
    let history = block(&page, "alarm-history");
    assert_has(
        history,
        &["4 entries, 2 of them in the past", "acknowledged", "wang", "已派人", "01:02:00", "program", "announced"],
    );
    assert_has(
        history,
        &["unacknowledged → acknowledged", "31 min ≥ 30 min", "2016-01-10 00:30:00", "data revised", "↻ revised"],
    );
    let late = scene.page(&operator, "/alarms/3?history=late", Lang::En).await;
    assert_lacks(block(&late, "alarm-history"), &["wang"]);
    assert_has(block(&page, "alarm-now"), &["no data", "wang, 01:02:00"]);
    for quality in Quality::ALL {
        scene.run(&format!("update alarms set quality = '{}' where alarm_id = 3", quality.code())).await;
        let shown = scene.page(&operator, "/alarms/3", Lang::Zh).await;
        let is_marked = block(&shown, "alarm-now").contains(words::quality(quality).get(Lang::Zh));
        assert_eq!(is_marked, quality != Quality::Good, "{quality:?}");
    }
}

#[tokio::test]
async fn the_load_around_it_is_drawn_with_its_moment() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    let region = scene.page(&operator, "/alarms/1", Lang::En).await;
    assert_has(block(&region, "alarm-around"), &["<svg", "became true at 2016-01-12 00:59:00", "2016-01-12"]);
    let user = scene.page(&operator, "/alarms/5", Lang::En).await;
    assert_has(block(&user, "alarm-around"), &["Energy of the day 2016-01-12"]);
    let pipeline = scene.page(&operator, "/alarms/6", Lang::En).await;
    assert_has(block(&pipeline, "alarm-around"), &["There is no load curve"]);
}

#[tokio::test]
async fn an_alarm_that_is_not_seen_does_not_exist() {
    let scene = Scene::with_alarms().await;
    for id in [1, 5, 6, 99] {
        let (status, html) = scene.answer(&seeing(&[4, 5]), &request(&format!("/alarms/{id}"), Lang::En)).await;
        assert_eq!(status, 404, "{id}");
        assert_lacks(&html, &["甲市", "Over limit"]);
    }
    let (status, _) = scene.answer(&seeing(&[4, 5]), &request("/alarms/x", Lang::En)).await;
    assert_eq!(status, 404);
    assert_has(&scene.page(&seeing(&[4, 5]), "/alarms/4", Lang::En).await, &["乙南"]);
}

#[tokio::test]
async fn a_conflict_is_told_above_the_form_that_keeps_its_text() {
    let scene = Scene::with_alarms().await;
    let changed = Refusal::Changed { by: None, event: "returned", at_ms: NOW_MS };
    let page = scene.refused("/alarms/4", "act", vec![(4, changed)], &[("comment", "来了"), ("act", "ack")]).await;
    assert_has(&page, &["It has just changed: returned to normal at 01:07:42", "value=\"来了\""]);
    assert_eq!(page.matches("role=\"alert\"").count(), 1);
}
