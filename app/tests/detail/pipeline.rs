//! `/pipeline`.

use super::{NOW_MS, Site, assert_has, block};

async fn with_status(status: &str) -> Site {
    let site = Site::two_days().await;
    site.run(&format!(
        "update pipeline_status set status = '{status}', updated_at = to_timestamp({NOW_MS} / 1000.0);
         update progress set last_row_at = to_timestamp({NOW_MS} / 1000.0)"
    ))
    .await;
    site
}

#[tokio::test]
async fn a_flowing_stream_is_normal() {
    let site = with_status(
        r#"{"state": "streaming", "source_lsn": "0/2000", "slot_retained_bytes": 1048576, "slot_limit_bytes": 10485760,
            "stages": [{"name": "read", "rows_per_s": 900, "p50_us": 9, "p99_us": 80, "busy_percent": 12, "queue_used": 1, "queue_limit": 64},
                       {"name": "commit", "rows_per_s": 900, "p50_us": 1500, "p99_us": 12500, "busy_percent": 91,
                        "queue_used": 0, "queue_limit": 8}]}"#,
    )
    .await;
    let page = site.zh("/pipeline").await;
    assert_has(&block(&page, "verdict"), &["✓ 正常：数据流畅通，已提交到 01:07:30。"]);
    assert_has(&block(&page, "chain"), &["受限环节（反压）：提交", "读取 900", "1.5 ms 12.5 ms 91 %", "1/64"]);
    assert_has(&block(&page, "times"), &["01:07:32", "本小时迟到", "2016-01-12 00:00 12 3 9.00 1 1"]);
    assert_has(&block(&page, "log"), &["0/2000", "1.0 MiB", "上限 10.0 MiB（10.0 %）"]);
    assert_has(&block(&page, "layers"), &["✓ 各层一致", "ODS 读数（含被拒） 14 41.00"]);
    assert_has(&block(&page, "history"), &["reconnect cut 3.4 s"]);
    assert_has(&block(&page, "store"), &["dwd_power_consumption_detail 2 2016-01-11 – 2016-01-12 0"]);
}

#[tokio::test]
async fn three_broken_situations_have_three_remedies() {
    let down = with_status(r#"{"state": "disconnected", "state_since_ms": 1452532000000}"#).await;
    assert_has(&block(&down.en("/pipeline").await, "verdict"), &["Broken: since 01:06:40", "loadline doctor"]);
    let stopped = with_status(
        r#"{"state": "stopped", "state_since_ms": 1452532000000, "problem": "列被改名", "problem_en": "a column was renamed"}"#,
    )
    .await;
    assert_has(&block(&stopped.en("/pipeline").await, "verdict"), &["Waits for an operator: a column was renamed"]);
    assert_has(&block(&stopped.zh("/pipeline").await, "verdict"), &["中断：自 01:06:40 起。", "等待处理：列被改名"]);
    let gone = Site::two_days().await;
    gone.run("update pipeline_status set updated_at = '2016-01-12 01:00:00+08'").await;
    assert_has(&block(&gone.en("/pipeline").await, "verdict"), &["Broken: since 01:00:00", "Start it with loadline serve"]);
}

#[tokio::test]
async fn a_difference_between_layers_is_shown() {
    let site = with_status(r#"{"state": "streaming"}"#).await;
    site.run(
        "update ads_region_day set total_consumption = total_consumption + 2 where stat_day = '2016-01-12' and region_id = 1",
    )
    .await;
    assert_has(&block(&site.en("/pipeline").await, "layers"), &["Layers differ", "✕ −2.00"]);
}

#[tokio::test]
async fn rejections_are_listed_by_reason() {
    let site = with_status(r#"{"state": "streaming"}"#).await;
    let all = block(&site.zh("/pipeline").await, "rejected");
    assert_has(&all, &["缺少主键 1 1 1", "电量为负 1 0 2", "最新未处理的 2 条", "5001"]);
    let one = block(&site.zh("/pipeline?reason=negative_amount").await, "rejected");
    assert_has(&one, &["最新未处理的 1 条", "5001"]);
}
