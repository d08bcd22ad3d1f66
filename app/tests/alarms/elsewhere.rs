//! The line on top of every page, the dashboard and the wall.

use app::Lang;
use app::viewer::Viewer;
use domain::access::{Area, Level, Preset, Rights};

use crate::scene::{Scene, assert_has, assert_lacks, block, person, seeing};

#[tokio::test]
async fn every_page_counts_alarms_by_severity_with_the_newest() {
    let scene = Scene::with_alarms().await;
    for address in ["/", "/rankings", "/alarms", "/pipeline"] {
        let page = scene.page(&person("li", Preset::Engineer), address, Lang::En).await;
        assert_has(&page, &["data-live=\"alarms\"", "critical: 1 unacknowledged of 1", "high: 2 unacknowledged of 3"]);
        assert_has(&page, &["medium: 0 unacknowledged of 0", "newest unacknowledged: low 用* 2001 Rank, 01:05:00"]);
        assert_has(&page, &["href=\"/alarms?severity=critical\"", "aria-live=\"polite\"", "href=\"/alarms/5\""]);
    }
    let part = scene.page(&seeing(&[4, 5]), "/", Lang::Zh).await;
    assert_has(&part, &["紧急：0 条未确认，共 0 条", "重要：1 条未确认，共 1 条"]);
    assert_lacks(&part, &["甲市", "数据流异常"]);
}

#[tokio::test]
async fn what_changes_is_seen_with_the_next_revision() {
    let scene = Scene::with_alarms().await;
    let operator = person("li", Preset::Operator);
    assert_has(&scene.page(&operator, "/", Lang::En).await, &["critical: 1 unacknowledged of 1"]);
    scene.run("update alarms set state = 'ACKED' where alarm_id = 1").await;
    assert_has(&scene.page(&operator, "/", Lang::En).await, &["critical: 0 unacknowledged of 1"]);
}

#[tokio::test]
async fn the_dashboard_lists_unacknowledged_alarms_and_no_longer_says_that_there_are_none() {
    let scene = Scene::with_alarms().await;
    let page = scene.page(&person("li", Preset::Operator), "/", Lang::Zh).await;
    let attention = block(&page, "attention");
    assert_has(attention, &["甲市 负荷越限：512.5 % ≥ 500 %", "href=\"/alarms/1\"", "告警：未确认 4，共 5"]);
    assert_lacks(attention, &["未启用", "href=\"/alarms/3\""]);
}

#[tokio::test]
async fn the_wall_shows_the_newest_and_the_counts_and_masks_names() {
    let scene = Scene::with_alarms().await;
    for address in ["/wall", "/wall?layout=32x9"] {
        let page = scene.page(&person("li", Preset::Operator), address, Lang::Zh).await;
        assert_has(&page, &["data-live=\"wall-alarms\"", "用* 2001 Rank", "未确认/全部", "<b>1</b>"]);
    }
    scene.run("update alarms set state = 'NORM'").await;
    assert_has(&scene.page(&person("li", Preset::Operator), "/wall", Lang::Zh).await, &["✓ 无告警"]);
    let quiet = Scene::quiet().await;
    assert_has(&quiet.page(&person("li", Preset::Operator), "/wall", Lang::Zh).await, &["告警 未启用"]);
}

#[tokio::test]
async fn the_name_of_a_company_stands_on_the_desk_and_on_no_wall() {
    let scene = Scene::with_alarms().await;
    scene.run("update ods_power_user set usage_type = '大工业', user_name = '甲市水泥厂' where user_id = 2001").await;
    let operator = person("li", Preset::Operator);
    assert_has(block(&scene.page(&operator, "/alarms", Lang::Zh).await, "desk-list"), &["甲市水泥厂"]);
    for address in ["/wall", "/wall?layout=32x9"] {
        let wall = scene.page(&operator, address, Lang::Zh).await;
        assert_has(&wall, &["甲* 2001"]);
        assert_lacks(&wall, &["水泥厂"]);
    }
}

#[tokio::test]
async fn whoever_may_not_see_alarms_hears_nothing_of_them() {
    let scene = Scene::with_alarms().await;
    let rights = Rights::NONE.with(Area::Data, Level::Manage);
    let viewer = Viewer { rights, ..person("data", Preset::Viewer) };
    let page = app::respond(&crate::scene::request("/pipeline", Lang::En), &scene.ctx(viewer.clone())).await.html;
    assert_lacks(&page, &["alarm-counts", "href=\"/alarms\"", "Over limit"]);
    let (status, _) = scene.answer(&viewer, &crate::scene::request("/alarms", Lang::En)).await;
    assert_eq!(status, 404);
}
