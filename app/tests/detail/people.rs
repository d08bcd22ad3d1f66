//! `/rankings`, `/users/{id}` and `/search`.

use super::{Site, assert_has, block};

#[tokio::test]
async fn today_is_ranked_with_movement_share_and_completeness() {
    let site = Site::two_days().await;
    let page = site.zh("/rankings").await;
    let ranking = block(&page, "ranking");
    assert_has(&ranking, &["1 ↑2 张* 101 居民 东区 20.00 66.7 % 10.00 0.5000 4/4 ○ 实时", "4 新 未知用户 999 未知 未知地区"]);
    assert_has(&ranking, &["3 ↓2 李* 201 居民 西区 6.00 100.0 % 3.00 0.5000 2/4 ◐ 不完整 50.0 %", "第 1–4 条，共 4 条"]);
    assert!(!page.contains("张三") && !page.contains("李四"), "names of homes are masked");
    assert!(page.contains("/exports/rankings.csv?grain=day&amp;from=2016-01-12T00:00:00&amp;to=2016-01-13T00:00:00"), "{page}");
    assert_has(&block(&page, "movers"), &["不少于 20 名", "没有名次突变"]);
    assert_has(&block(&site.en("/rankings?movers=2").await, "movers"), &["At least 2 places", "1 ↑2 张* 101 Residential"]);
}

#[tokio::test]
async fn the_window_ranking_says_what_it_is() {
    let site = Site::two_days().await;
    let page = site.zh("/rankings?grain=window&at=2016-01-12T00:03:00").await;
    assert_has(&block(&page, "ranking"), &["此排名只反映该 5 秒内上报的电表", "2016-01-12 00:03:00", "1 — 张* 101"]);
    assert!(!page.contains("id=\"movers\""), "a window has no movers");
}

#[tokio::test]
async fn filters_are_kept_in_links_and_in_the_export() {
    let site = Site::two_days().await;
    let page = site.en("/rankings?region=1&usage_type=%E5%95%86%E4%B8%9A&grain=month").await;
    assert_has(&block(&page, "ranking"), &["O'Neil", "102 Commercial 东区 202.00"]);
    assert!(page.contains("region_id=1&amp;usage_type=%E5%95%86%E4%B8%9A"), "{page}");
    assert!(page.contains("href=\"/rankings?grain=hour&amp;region=1&amp;usage_type=%E5%95%86%E4%B8%9A\""), "{page}");
    let none = site.en("/rankings?q=nobody").await;
    assert_has(&block(&none, "ranking"), &["No customer in this period with this filter"]);
    let beyond = site.en("/rankings?page=9").await;
    assert_has(&block(&beyond, "ranking"), &["No customer in this period"]);
}

#[tokio::test]
async fn a_customer_with_today_the_month_and_his_readings() {
    let site = Site::two_days().await;
    let page = site.zh("/users/101").await;
    assert_has(&block(&page, "user-head"), &["张*", "101", "居民", "东区"]);
    let facts = block(&page, "facts");
    assert_has(
        &facts,
        &["20.00 kWh", "昨日同时段 5.00 kWh · ↑ +300.0 %", "第 1 名", "共 4 户 · 区域内第 1 名，共 2 户", "4/4", "01:03:00"],
    );
    assert_has(&facts, &["116.00 kWh", "无上月数据", "第 3 名"]);
    let readings = block(&page, "readings");
    assert_has(&readings, &["00:18:00.000", "10.00 15.00 ◐ 示数与电量不符", "&lt;b&gt;看&lt;/b&gt;", "第 1–5 条，共 5 条"]);
    assert!(page.contains("/exports/user_readings.csv?user_id=101&amp;from=2016-01-12T00:00:00"), "{page}");
    assert!(!page.contains("张三"), "{page}");
}

#[tokio::test]
async fn readings_come_in_pages() {
    let site = Site::two_days().await;
    let first = block(&site.en("/users/201?day=2016-01-11").await, "readings");
    assert_has(&first, &["00:03:00.000", "1–50 of 96", "Next page"]);
    let second = block(&site.en("/users/201?day=2016-01-11&page=2").await, "readings");
    assert_has(&second, &["23:48:00.000", "51–96 of 96", "Previous page"]);
    assert!(!second.contains("Next page"), "{second}");
}

#[tokio::test]
async fn a_silent_and_an_unknown_customer() {
    let site = Site::two_days().await;
    assert_has(&block(&site.en("/users/201").await, "facts"), &["2/4", "partial", "00:18:00", "stale 49 min 30 s"]);
    let unknown = site.en("/users/999").await;
    assert_has(&block(&unknown, "user-head"), &["Unknown user", "Unknown region", "The source does not know this customer"]);
    assert_has(&block(&unknown, "readings"), &["customer unknown"]);
    let blank = site.zh("/users/7").await;
    assert_has(&block(&blank, "facts"), &["✕ 无数据", "—"]);
    assert_has(&block(&blank, "readings"), &["这一天没有读数"]);
}

#[tokio::test]
async fn search_finds_by_number_and_name() {
    let site = Site::two_days().await;
    assert_has(&block(&site.zh("/search?q=10").await, "results"), &["101 张* 居民 东区", "102", "1015"]);
    assert_has(&block(&site.zh("/search?q=%E5%BC%A0").await, "results"), &["101 张*"]);
    assert_has(&block(&site.en("/search").await, "results"), &["Enter an account number"]);
    assert_has(&block(&site.en("/search?q=x").await, "results"), &["One letter is too little"]);
    assert_has(&block(&site.en("/search?q=zzz").await, "results"), &["Nothing found for “zzz”"]);
}
