//! `/alarms/performance`.

use super::*;

#[tokio::test]
async fn each_figure_stands_beside_its_target_with_a_word() {
    let duty = duty().await;
    let address = format!("/alarms/performance?span=shift&desk={}&shift={}", duty.desk, duty.night);
    let page = duty.site.page(&duty.site.operator(), &address, Lang::Zh).await.expect("a page");
    let figures = block(&page, "figures");
    // twelve at two positions; the shift has lasted 67 min 42 s
    assert_has(&figures, &["东调 &lt;b&gt; · 夜班", "统计到 2016-01-12 01:07", "12 次告警，2 个席位；其中 12 次未被确认"]);
    assert_has(&figures, &["平均每席位每 10 分钟 0.89 ≤ 1 ✓ 达标", "最多 10 分钟（每席位） 6 &lt; 10 ✓ 达标"]);
    assert_has(&figures, &["最多 1 分钟（每席位） 1.50 ≤ 2 ✓ 达标", "紧急与重要占比 100 % ≤ 5 % ✕ 未达标"]);
    assert_has(&figures, &["抖动告警 1 ≤ 0 ✕ 未达标", "瞬时告警次数 11 ≤ 0 ✕ 未达标", "确认用时中位数 — ≤ 300 s — 无数据"]);
    assert_has(&block(&page, "top-alarms"), &["越限 &lt;i&gt;", "东区", "◆ 紧急", "12 100.0 %"]);
    assert_has(&block(&page, "chattering"), &["越限", " 3"]);
    assert_has(&page, &["href=\"/alarms/1\"", "洪泛起点 20", "href=\"/exports/alarm_performance.csv?"]);
}

#[tokio::test]
async fn without_a_desk_everything_the_viewer_sees_is_one_position() {
    let duty = duty().await;
    let whole = duty.site.en(&duty.site.operator(), "/alarms/performance").await;
    assert_has(&block(&whole, "figures"), &["13 alarms at 1 positions", "Busiest ten minutes, per position 13 &lt; 10 ◐ near"]);
    assert_has(&block(&whole, "figures"), &["Floods 1 ≤ 0 ✕ misses"]);
    let part = duty.site.en(&of_region_1(&duty.site), "/alarms/performance").await;
    assert_has(&block(&part, "figures"), &["12 alarms"]);
    assert_lacks(&part, &["/alarms/2\""]);
}

#[tokio::test]
async fn whoever_sees_a_part_of_a_desk_is_told_so() {
    let duty = duty().await;
    let other = Viewer { scope: Scope::of([2]), ..duty.site.operator() };
    let page = duty.site.en(&other, &format!("/alarms/performance?desk={}", duty.desk)).await;
    assert_has(&page, &["only your part is counted", "No alarm was annunciated"]);
    let own = duty.site.en(&of_region_1(&duty.site), &format!("/alarms/performance?desk={}", duty.desk)).await;
    assert_lacks(&own, &["only your part is counted"]);
}

#[tokio::test]
async fn a_time_without_figures_says_why() {
    let duty = duty().await;
    for (query, said) in [
        ("day=2030-01-01".to_owned(), "The period has not begun"),
        ("span=shift".to_owned(), "Choose a desk"),
        (format!("span=shift&desk={}&day=2016-01-05", duty.desk), "The desk has no shift on this day"),
    ] {
        let page = duty.site.en(&duty.site.operator(), &format!("/alarms/performance?{query}")).await;
        assert_has(&page, &[said]);
        assert_lacks(&page, &["id=\"figures\""]);
    }
    let strange = format!("/alarms/performance?span=shift&desk={}&shift=999", duty.desk);
    assert_eq!(duty.site.page(&duty.site.operator(), &strange, Lang::En).await, Err(AppError::NotFound));
}
