//! `/alarms` and `/alarms/set-aside`.

use app::Lang;
use app::text::alarms::words;
use domain::access::Preset;
use domain::alarms::{Refusal, State};

use crate::scene::{Scene, assert_has, assert_lacks, block, person, seeing};

#[tokio::test]
async fn a_line_says_everything_in_both_languages() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    let zh = scene.page(&operator, "/alarms", Lang::Zh).await;
    let list = block(&zh, "desk-list");
    assert_has(list, &["负荷越限", "512.5 % ≥ 500 %", "/regions/1", "◆", "紧急", "●", "未确认", "00:59:00", "7 分", "li"]);
    assert_has(list, &["✕ 无数据", "未指派", "区域失联", "已恢复未确认", "/pipeline"]);
    let en = scene.page(&operator, "/alarms", Lang::En).await;
    let list = block(&en, "desk-list");
    assert_has(list, &["Over limit", "critical", "unacknowledged", "no data", "nobody", "Rank", "7 min", "31 min ≥ 30 min"]);
    let order: Vec<usize> =
        [1, 4, 6, 3, 5].iter().map(|id| list.find(&format!("data-alarm=\"{id}\"")).expect("a line")).collect();
    assert!(order.is_sorted(), "worst first: {order:?}");
    assert_lacks(list, &["data-alarm=\"2\"", "data-alarm=\"7\"", "data-alarm=\"9\""]);
    assert_has(block(&en, "desk-list"), &["用*", "/users/2001"]);
    assert_lacks(list, &["用户2-1"]);
}

#[tokio::test]
async fn every_open_state_has_its_word_and_every_other_stands_elsewhere() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    for state in State::ALL {
        scene.run(&format!("update alarms set state = '{}' where alarm_id = 4", state.code())).await;
        for lang in Lang::ALL {
            let desk = scene.page(&operator, "/alarms?rule=102", lang).await;
            let aside = scene.page(&operator, "/alarms/set-aside", lang).await;
            let is_on_desk =
                block(&desk, "desk-list").contains(words::state(state).get(lang)) && desk.contains("data-alarm=\"4\"");
            assert_eq!(is_on_desk, state.is_open(), "{state:?}");
            assert_eq!(aside.contains("\"/alarms/4\""), state.is_set_aside(), "{state:?}");
        }
    }
}

#[tokio::test]
async fn boxes_belong_to_a_form_that_no_update_replaces() {
    let scene = Scene::with_alarms().await;
    let page = scene.page(&person("li", Preset::Operator), "/alarms?q=&severity=critical", Lang::En).await;
    assert_has(&page, &["value=\"1:4\"", "form=\"selection\"", "data-key=\"1\"", "style/desk.js"]);
    let form = block(&page, "desk-selection");
    assert_has(
        form,
        &["id=\"selection\"", "action=\"/alarms/acts\"", "name=\"back\" value=\"/alarms?q=&amp;severity=critical\""],
    );
    assert_has(form, &["value=\"ack\"", "value=\"shelve\"", "value=\"assign\"", "value=\"comment\"", "name=\"minutes\""]);
    assert_has(form, &["name=\"assignee\"", "value=\"li\"", "value=\"120\" selected"]);
    let comment = form.find("value=\"comment\"").expect("a button");
    assert!(comment < form.find("value=\"ack\"").expect("a button"), "Enter without a script changes no state");
    assert_lacks(form, &["data-live"]);
    let live = scene.live("/alarms?severity=critical", Preset::Operator).await;
    let ids: Vec<&str> = live.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["status", "alarms", "footer", "desk-list"]);
    for (_, html) in &live {
        assert_lacks(html, &["id=\"selection\""]);
        assert!(page.contains(html.as_str()), "the page has what the stream sends");
    }
    assert_lacks(&page, &["http-equiv=\"refresh\""]);
}

#[tokio::test]
async fn whoever_may_only_look_has_nothing_to_press() {
    let scene = Scene::with_alarms().await;
    let page = scene.page(&person("gast", Preset::Viewer), "/alarms", Lang::En).await;
    assert_has(&page, &["data-alarm=\"1\""]);
    assert_lacks(&page, &["type=\"checkbox\"", "/alarms/acts", "desk-selection"]);
}

#[tokio::test]
async fn filters_stand_in_the_address_and_are_shown_again() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    let page = scene.page(&operator, "/alarms?region=1&state=unacknowledged&assignee=li&quality=good&q=Over", Lang::En).await;
    assert_has(
        &page,
        &["<option value=\"1\" selected", "value=\"unacknowledged\" selected", "value=\"li\" selected", "value=\"Over\""],
    );
    let list = block(&page, "desk-list");
    assert_has(list, &["data-alarm=\"1\"", "1 in all, page 1 of 1"]);
    assert_lacks(list, &["data-alarm=\"3\""]);
    let below = scene.page(&operator, "/alarms?region=1", Lang::En).await;
    assert_has(block(&below, "desk-list"), &["data-alarm=\"3\"", "data-alarm=\"5\""]);
    assert_lacks(block(&below, "desk-list"), &["data-alarm=\"4\"", "data-alarm=\"6\""]);
    let (status, html) = scene.answer(&operator, &crate::scene::request("/alarms?state=SHLVD", Lang::En)).await;
    assert_eq!(status, 400);
    assert_has(&html, &["state", "SHLVD", "UNACK"]);
}

#[tokio::test]
async fn an_empty_desk_says_why_it_is_empty() {
    let scene = Scene::quiet().await;
    let operator = person("li", Preset::Operator);
    assert_has(&scene.page(&operator, "/alarms", Lang::Zh).await, &["尚无启用的告警规则", "告警 未启用"]);
    scene.run("insert into alarm_rules (version, is_enabled) values (1, true)").await;
    assert_has(&scene.page(&operator, "/alarms", Lang::Zh).await, &["✓ 当前没有告警"]);
    assert_has(
        &scene.page(&operator, "/alarms?severity=low", Lang::En).await,
        &["No alarm matches the filter", "Clear the filter"],
    );
    let aside = scene.page(&operator, "/alarms/set-aside", Lang::En).await;
    assert_has(&aside, &["Nothing is shelved", "Nothing is suppressed", "Nothing is out of service"]);
}

#[tokio::test]
async fn texts_of_people_cannot_break_out() {
    let scene = Scene::with_alarms().await;
    scene
        .run(
            r#"update alarm_rule_versions set definition = jsonb_set(definition, '{name_en}', '"<script>alert(1)</script>\"><img src=x>"');
               update alarms set assignee = '"><b onclick=x>', set_aside_reason = '</section><script>x</script>', set_aside_by = '<i>';
               update ods_region_profile set region_name = '<svg onload=x>'"#,
        )
        .await;
    let operator = person("li", Preset::Engineer);
    for address in [
        "/",
        "/wall",
        "/alarms",
        "/alarms/set-aside",
        "/alarms/1",
        "/alarms/2",
        "/alarms/7",
        "/alarms?assignee=%22%3E%3Cb%3E&q=%22%3E%3Cb%3E",
    ] {
        let page = scene.page(&operator, address, Lang::En).await;
        assert_lacks(&page, &["<script>", "<img", "<b onclick", "<svg onload", "<i>&lt;", "\"><b>"]);
    }
}

#[tokio::test]
async fn ten_thousand_alarms_are_shown_fifty_at_a_time() {
    let scene = Scene::with_alarms().await;
    scene
        .run(
            "alter sequence alarms_alarm_id_seq restart with 1000;
             insert into alarm_rules (rule_id, version, is_enabled) overriding system value select n, 1, true from generate_series(1000, 1009) n;
             insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                                 is_active, annunciated_at, occurrence, version, revision)
             select rule_id, 1, 'region', n, 2, 1 + n % 4, 'UNACK', now(), 'good', true, now(), 1, 1, 10
               from generate_series(1000, 1009) rule_id, generate_series(1, 1000) n",
        )
        .await;
    let operator = person("li", Preset::Operator);
    let page = scene.page(&operator, "/alarms?page=3", Lang::En).await;
    assert_eq!(page.matches("data-alarm=").count(), 50);
    assert_has(&page, &["10,005 in all, page 3 of 201", "page=2\"", "page=4\"", "10,004 unacknowledged"]);
    assert!(page.len() < 200_000, "{} bytes", page.len());
    let dashboard = scene.page(&operator, "/", Lang::En).await;
    assert!(dashboard.matches("class=\"finding ").count() <= 6);
}

#[tokio::test]
async fn somebody_who_acted_first_is_named_with_what_and_when() {
    let scene = Scene::with_alarms().await;
    let changed = Refusal::Changed { by: Some("wang".into()), event: "acknowledged", at_ms: crate::scene::NOW_MS - 5_000 };
    let refused = vec![(1, changed), (3, Refusal::NothingToAcknowledge(State::Acked))];
    let values = [("alarm", "1:3"), ("alarm", "3:2"), ("act", "ack"), ("comment", "<我来>")];
    let page = scene.refused("/alarms?severity=critical,high", "selection", refused, &values).await;
    assert_has(&page, &["wang was first: acknowledged at 01:07:37", "Done for 1, not for 2", "there is nothing to acknowledge"]);
    assert_has(&page, &["&lt;我来&gt;", "Back to the live list"]);
    assert_eq!(page.matches(" checked").count(), 2, "those that were chosen are chosen again");
    assert_eq!(page.matches("role=\"alert\"").count(), 1);
    assert_lacks(&page, &["data-topic", "<我来>"]);
}

#[tokio::test]
async fn what_is_set_aside_says_until_when_and_by_what() {
    let scene = Scene::with_alarms().await;
    let page = scene.page(&person("li", Preset::Operator), "/alarms/set-aside", Lang::En).await;
    let shelved = block(&page, "aside-shelved");
    assert_has(shelved, &["03:00:00", "112 min left", "检修 &lt;b&gt;", "wang", "still true", "2 more not announced"]);
    assert!(shelved.find("\"/alarms/10\"").expect("a link") < shelved.find("\"/alarms/7\"").expect("a link"));
    assert_has(block(&page, "aside-suppressed"), &["\"/alarms/1\"", "甲市 Over limit"]);
    assert_has(block(&page, "aside-out-of-service"), &["2016-02-01", "改造", "not true"]);
    assert_lacks(block(&page, "aside-out-of-service"), &["review is due"]);
    let part = scene.page(&seeing(&[2]), "/alarms/set-aside?list=suppressed", Lang::En).await;
    assert_has(block(&part, "aside-suppressed"), &["An alarm of a region above"]);
    assert_lacks(&part, &["甲市", "aside-shelved", "\"/alarms/1\""]);
}
