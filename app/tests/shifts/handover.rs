//! `/alarms/handover`.

use app::viewer::Who;
use warehouse::access::{Author, AuthorKind};
use warehouse::alarms::shifts::{Side, sign, start};

use super::*;

async fn begun(duty: &Duty) -> i64 {
    let turns = (Some(duty.night), Some(duty.morning));
    start(&duty.site.access, &author(), &Granter::everything(), duty.desk, turns, "3 号线 <b>").await.expect("a hand-over")
}

async fn signed(duty: &Duty, id: i64, version: i32, who: i64, side: Side) {
    let own = Author { kind: AuthorKind::Person, id: Some(who), name: format!("person{who}"), ..author() };
    sign(&duty.site.access, &own, &Granter::everything(), (id, version), side, now()).await.expect("signed");
}

#[tokio::test]
async fn the_sheet_lists_what_is_open_shelved_and_out_of_service() {
    let duty = duty().await;
    let page = duty.site.page(&duty.site.operator(), "/alarms/handover", Lang::Zh).await.expect("a page");
    assert_has(&block(&page, "handover"), &["没有进行中的交接班", "开始交接班"]);
    assert_has(
        &page,
        &[&format!("<option value=\"{}\" selected", duty.night), &format!("<option value=\"{}\" selected", duty.morning)],
    );
    assert_has(&block(&page, "kept-open"), &["未消除的告警 · 1", "越限 &lt;i&gt;", "◆ 紧急", "● 未确认", "120 / 100"]);
    assert_has(&block(&page, "kept-shelved"), &["已搁置 · 1", "2016-01-12 02:00:00", "检修", "li"]);
    assert_has(&block(&page, "kept-out-of-service"), &["2016-01-10", "▲ 已过期", "broken"]);
    assert_has(&block(&page, "kept-suppressed"), &["✓ 无"]);
    assert_lacks(&page, &["/alarms/2\""]);
}

#[tokio::test]
async fn a_past_hand_over_is_shown_as_it_was_signed() {
    let duty = duty().await;
    let id = begun(&duty).await;
    let open = duty.site.en(&duty.site.operator(), "/alarms/handover").await;
    assert_has(&open, &["Nobody has signed", "I hand over: sign", "I take over: sign", "3 号线 &lt;b&gt;"]);
    signed(&duty, id, 1, 901, Side::Outgoing).await;
    duty.site.run("update alarms set state = 'NORM'; update alarm_shifts set name = '改名'").await;
    let half = duty.site.en(&duty.site.operator(), "/alarms/handover").await;
    assert_has(&half, &["One side has signed", "✓ person901, 2016-01-12 01:07:42", "I take over: sign", "/alarms/1\""]);
    assert_lacks(&half, &["I hand over: sign", "name=\"notes\""]);
    signed(&duty, id, 2, 902, Side::Incoming).await;
    let past = duty.site.en(&duty.site.operator(), &format!("/alarms/handover?id={id}")).await;
    assert_has(&past, &["Both have signed", "person902", "夜班 · 2016-01-12 00:00:00", "/alarms/1\"", "120 / 100"]);
    assert_lacks(&past, &["改名 ·", "name=\"side\""]);
    let next = duty.site.en(&duty.site.operator(), "/alarms/handover").await;
    assert_has(&block(&next, "past-handovers"), &[&format!("Hand-over {id}"), "夜班", "早班", "person901", "person902"]);
    assert_has(&block(&next, "handover"), &["No hand-over is under way"]);
}

#[tokio::test]
async fn whoever_has_signed_is_offered_to_take_it_back_and_not_the_other_side() {
    let duty = duty().await;
    let id = begun(&duty).await;
    let root = duty.site.person("root");
    signed(&duty, id, 1, root, Side::Outgoing).await;
    let page = duty.site.en(&duty.site.operator(), "/alarms/handover").await;
    assert_has(&page, &["Take my signature back"]);
    assert_lacks(&page, &["I take over: sign", "I hand over: sign"]);
    let reader = Viewer { rights: Preset::Viewer.rights(), ..duty.site.operator() };
    let token = Viewer { who: Who::Token { token_id: 1, name: "t".to_owned() }, ..duty.site.operator() };
    for viewer in [reader, token] {
        assert_lacks(&duty.site.en(&viewer, "/alarms/handover").await, &["name=\"side\"", "name=\"notes\""]);
    }
}

#[tokio::test]
async fn alarms_of_regions_that_the_viewer_does_not_see_are_not_listed() {
    let duty = duty().await;
    let id = begun(&duty).await;
    signed(&duty, id, 1, 901, Side::Outgoing).await;
    let other = Viewer { scope: Scope::of([2]), ..duty.site.operator() };
    let page = duty.site.en(&other, &format!("/alarms/handover?id={id}")).await;
    assert_has(&page, &["Some of its regions are not yours to see"]);
    assert_lacks(&page, &["/alarms/1\"", "检修"]);
}
