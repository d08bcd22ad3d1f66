//! `/regions`, `/regions/{id}` and `/peaks`.

use super::{Site, assert_has, block};

#[tokio::test]
async fn a_region_shows_its_load_limit_and_state() {
    let site = Site::two_days().await;
    let page = site.zh("/regions/1").await;
    // 4 + 2 kWh in the last 15 minutes, limit 40 kW
    assert_has(&block(&page, "region-head"), &["正常", "24.0 kW", "40.0 kW", "负载率 60.0 %", "↑ +100.0 %", "上级区域 全市"]);
    let figures = block(&page, "figures");
    assert_has(&figures, &["30.00 kWh", "15.00 元", "24.0 kW", "0.5000 元/kWh", "截至 01:07:30"]);
    assert!(page.contains("href=\"/exports/rollup.csv?region_id=1&amp;grain=hour"), "{page}");
}

#[tokio::test]
async fn a_region_over_its_limit_says_so_in_words() {
    let site = Site::two_days().await;
    site.run("update ods_region_profile set limit_kw = 20 where region_id = 1 and valid_from = '2016-01-12'").await;
    assert_has(&block(&site.zh("/regions/1").await, "region-head"), &["越限", "120.0 %"]);
    assert_has(&block(&site.en("/regions/1").await, "region-head"), &["Over limit", "Loading 120.0 %"]);
}

#[tokio::test]
async fn a_load_with_too_few_meters_is_for_reference_only() {
    let site = Site::two_days().await;
    // one of three meters is silent: 66.7 %
    let head = block(&site.en("/regions/10").await, "region-head");
    assert_has(&head, &["for reference only", "66.7 %", "This page shows the sum of 2 regions below"]);
    assert!(!head.contains('↑') && !head.contains("Loading"), "neither compared nor checked: {head}");
}

#[tokio::test]
async fn old_data_is_greyed_with_its_age() {
    let site = Site::two_days().await;
    site.run("update progress set watermark = watermark - interval '5 minutes', newest_closed = '2016-01-12 01:02:30'").await;
    let page = site.zh("/regions/1").await;
    assert!(page.contains("block-region-head wide greyed"), "{page}");
    assert_has(&block(&page, "region-head"), &["滞后 5 分 10 秒", "⏱ 滞后：数据已旧"]);
}

#[tokio::test]
async fn composition_rollups_and_silent_meters() {
    let site = Site::two_days().await;
    let page = site.zh("/regions/10?grain=day").await;
    assert_has(&block(&page, "composition"), &["居民", "26.00", "20.00", "↑ +30.0 %", "商业", "→ ±0.0 %"]);
    assert_has(
        &block(&page, "rollups"),
        &["2016-01-12", "36.00", "○ 实时", "2016-01-11", "582.00", "上报户数为下级区域户数之和"],
    );
    assert_has(&block(&page, "silent"), &["201", "李*", "00:18:00", "49 分 30 秒", "294.00", "1 户"]);
    assert_has(&block(&page, "top-users"), &["1 ↑2 张* 101", "3 ↓2 李* 201"]);
    let windows = block(&page, "windows");
    assert_has(&windows, &["窗口内到达的读数之和，不代表功率", "窗口上报电量 kWh", "01:03:00 6.00 2 2"]);
    assert!(!windows.contains("kW "), "a window sum is never power: {windows}");
}

#[tokio::test]
async fn chosen_days_are_drawn_and_listed() {
    let site = Site::two_days().await;
    let page = site.zh("/regions/2?day=2016-01-11&compare=2016-01-12,2016-01-10").await;
    let curve = block(&page, "curve");
    assert_has(&curve, &["2016-01-10 (这一天没有读数)", "18:15–18:30 36.0", "▲ 36.0"]);
    assert_eq!(page.matches("class=\"line yesterday\"").count(), 1 + 1, "the line and its piece in the legend");
    let none = site.zh("/regions/2?day=2016-01-05").await;
    assert_has(&block(&none, "curve"), &["这一天没有读数"]);
    assert_has(&block(&none, "figures"), &["这一天没有读数"]);
}

#[tokio::test]
async fn the_list_names_parents_and_the_unknown_region() {
    let site = Site::two_days().await;
    assert_has(&block(&site.en("/regions").await, "regions"), &["Unknown region 0", "东区 1 全市 40.0 kW"]);
}

#[tokio::test]
async fn peaks_of_the_day_with_their_coincidence() {
    let site = Site::two_days().await;
    let page = site.zh("/peaks").await;
    // the sum peaks with 11 kWh at 00:30, the regions with 6, 5 and 3 kWh
    assert_has(&block(&page, "today"), &["44.0 kW", "00:30–00:45", "78.6 %", "东区 24.0", "未知地区 20.0"]);
    assert_has(&block(&page, "heat"), &["00:00–01:00 · 24.0 kW · 100.0 %", "01:00–02:00（未结束）", "0 %"]);
    assert_has(&block(&page, "distribution"), &["2016-01-05 – 2016-01-11", "全网 1 1"]);
    assert_has(&block(&page, "shift"), &["西区 00:00 18:15 · 早 1095 分 — 18:15（1 天） · 早 1095 分"]);
    let absolute = site.en("/peaks?scale=absolute&day=2016-01-11&days=30").await;
    assert_has(&block(&absolute, "today"), &["48.0 kW", "100.0 %", "18:15–18:30"]);
    assert_has(&block(&absolute, "heat"), &["0 kW", "18.0 kW", "18:00–19:00 · 18.0 kW · 100.0 %"]);
}
