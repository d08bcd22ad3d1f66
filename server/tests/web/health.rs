//! `/readyz` in each of its states, `/healthz`, `/metrics`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use domain::Lsn;
use server::web::ReadySettings;

use crate::site::{NOW_MS, Site};

async fn with_source(position: Option<Arc<AtomicU64>>) -> (Site, sqlx::PgPool) {
    let source = testkit::pool(&testkit::operational_db().await).await;
    let ready = ReadySettings {
        ready_lag: Duration::from_millis(300),
        source: Some(source.clone()),
        position: position.map(|held| -> server::web::CommittedThrough { Arc::new(move || Lsn(held.load(Ordering::Acquire))) }),
    };
    (Site::with_ready(ready).await, source)
}

#[tokio::test]
async fn not_ready_before_the_initial_copy_is_complete() {
    let site = Site::new().await;
    site.run("update progress set snapshot_state = 'copying', snapshot_rows_done = 5, snapshot_rows_total = 10").await;
    let reply = site.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let body = reply.json();
    assert_eq!(body["ready"], false);
    assert!(body["reasons"][0].as_str().is_some_and(|reason| reason.contains("about 50 %")), "{body}");
    site.run("update progress set snapshot_state = 'none'").await;
    assert!(site.get("/readyz").await.text.contains("has not begun"));
}

#[tokio::test]
async fn not_ready_while_something_flushed_at_the_source_is_missing_here() {
    let (site, source) = with_source(Some(Arc::default())).await;
    let reply = site.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.text);
    let position = reply.json()["checks"][2].clone();
    assert_eq!(position["check"], "log_position");
    assert!(position["facts"]["lag_bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{position}");
    assert!(position["facts"]["waited_ms"].as_u64().is_some_and(|ms| ms >= 300), "{position}");
    // the position may pass the question while it waits
    let flushed = operational::position::flushed(&source).await.expect("a position");
    let beyond = Lsn(flushed.0 + (1 << 30)).to_string();
    site.run(&format!("update progress set lsn = '{beyond}'")).await;
    let reply = site.get("/readyz").await;
    assert_eq!((reply.status, reply.json()["ready"].as_bool()), (StatusCode::OK, Some(true)), "{}", reply.text);
}

#[tokio::test]
async fn ready_as_soon_as_the_pipeline_has_passed_what_was_asked_for() {
    let held = Arc::new(AtomicU64::new(0));
    let (site, source) = with_source(Some(Arc::clone(&held))).await;
    assert_eq!(site.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let flushed = operational::position::flushed(&source).await.expect("a position");
    let (reply, ()) = tokio::join!(site.get("/readyz"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        held.store(flushed.0 + (1 << 30), Ordering::Release);
    });
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
}

#[tokio::test]
async fn without_the_source_the_engines_report_counts() {
    let site = Site::new().await;
    let report = async |state: &str, age_ms: i64, lag_ms: i64, committed: &str| {
        let at = NOW_MS - age_ms;
        site.run(&format!(
            "insert into pipeline_status values (1, '{{\"state\": \"{state}\", \"lag_ms\": {lag_ms}, \"source_lsn\": \"0/2000\",
             \"committed_lsn\": \"{committed}\"}}', to_timestamp({at} / 1000.0))
             on conflict (id) do update set status = excluded.status, updated_at = excluded.updated_at"
        ))
        .await;
        site.get("/readyz").await
    };
    assert_eq!(report("streaming", -1, 0, "0/2000").await.status, StatusCode::OK);
    assert_eq!(report("catching_up", -1, 400, "0/1000").await.status, StatusCode::OK, "younger than the permitted lag");
    let behind = report("catching_up", -1, 5_000, "0/1000").await;
    assert!(behind.status == StatusCode::SERVICE_UNAVAILABLE && behind.text.contains("5000 ms behind"), "{}", behind.text);
    let away = report("disconnected", -1, 0, "0/2000").await;
    assert!(away.status == StatusCode::SERVICE_UNAVAILABLE && away.text.contains("disconnected"), "{}", away.text);
    let old = report("streaming", 60_000, 0, "0/2000").await;
    assert!(old.status == StatusCode::SERVICE_UNAVAILABLE && old.text.contains("60000 ms ago"), "{}", old.text);
}

#[tokio::test]
async fn a_source_that_does_not_answer_is_a_reason() {
    let lazy = sqlx::postgres::PgPoolOptions::new()
        .acquire_timeout(Duration::from_millis(200))
        .connect_lazy("postgres://nobody@127.0.0.1:1/none")
        .expect("an address");
    let site = Site::with_ready(ReadySettings { source: Some(lazy), ..ReadySettings::default() }).await;
    let reply = site.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.text.contains("operational database does not answer"), "{}", reply.text);
}

#[tokio::test]
async fn metrics_speak_prometheus_and_count_pages() {
    let site = Site::new().await;
    site.browse("/").await;
    site.get("/exports/regions.csv").await;
    site.browse("/no/such/page/0815").await;
    let reply = site.get("/metrics").await;
    assert!(reply.header("content-type").starts_with("text/plain; version=0.0.4"));
    for line in [
        "# TYPE loadline_page_seconds histogram",
        "loadline_page_seconds_bucket{route=\"/\",method=\"GET\",status=\"200\",le=\"0.02\"}",
        "route=\"/exports/regions.csv\"",
        "route=\"other\",method=\"GET\",status=\"404\"",
        "# TYPE loadline_sse_clients gauge",
        "loadline_late_rows_total 0",
    ] {
        assert!(reply.text.contains(line), "no {line} in\n{}", reply.text);
    }
    assert!(!reply.text.contains("0815"), "addresses do not become labels");
    assert_eq!(site.get("/healthz").await.text, "ok\n");
}
