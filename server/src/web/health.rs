//! `/healthz`, `/readyz` and `/metrics`: what machines ask.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Lsn;
use domain::status::StreamState;
use serde_json::{Value, json};
use warehouse::read::frame::{self, FrameData};

use super::state::{ReadySettings, Shared};

/// Between two looks while waiting for the transactions under way.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// The engine reports every two seconds; a process without the source waits for one report after the request.
const REPORT_WITHIN: Duration = Duration::from_millis(2_500);
/// A report older than this says nothing about now.
const REPORT_FRESH_MS: i64 = 10_000;
const SOURCE_ANSWERS_WITHIN: Duration = Duration::from_secs(3);

pub async fn healthz() -> &'static str {
    "ok\n"
}

pub async fn metrics(State(shared): State<Shared>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], shared.prometheus.render()).into_response()
}

/// One condition of being ready.
struct Check {
    name: &'static str,
    ok: bool,
    reason: String,
    facts: Value,
}

impl Check {
    fn new(name: &'static str, ok: bool, reason: impl Into<String>, facts: Value) -> Self {
        Self { name, ok, reason: reason.into(), facts }
    }
}

pub async fn readyz(State(shared): State<Shared>) -> Response {
    let checks = check(&shared).await;
    let is_ready = checks.iter().all(|check| check.ok);
    let body = json!({
        "ready": is_ready,
        "reasons": checks.iter().filter(|check| !check.ok).map(|check| &check.reason).collect::<Vec<_>>(),
        "checks": checks
            .iter()
            .map(|check| json!({ "check": check.name, "ok": check.ok, "reason": check.reason, "facts": check.facts }))
            .collect::<Vec<_>>(),
    });
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn check(shared: &Shared) -> Vec<Check> {
    let asked_at_ms = shared.context.now_ms();
    // first of all: what counts is what the source had flushed when the request came
    let flushed = match &shared.ready.source {
        None => None,
        Some(source) => {
            let asked = tokio::time::timeout(SOURCE_ANSWERS_WITHIN, operational::position::flushed(source)).await;
            match asked.ok().and_then(Result::ok) {
                Some(flushed) => Some(flushed),
                None => {
                    let reason =
                        "the operational database does not answer; check LOADLINE_SOURCE_URL with: loadline source check";
                    return vec![Check::new("source", false, reason, json!({}))];
                }
            }
        }
    };
    let data = match frame::frame(&shared.whole()).await {
        Ok(data) => data,
        Err(error) => {
            tracing::warn!(%error, "not ready: the warehouse does not answer");
            let reason = "the warehouse does not answer; check LOADLINE_WAREHOUSE_URL with: loadline doctor";
            return vec![Check::new("warehouse", false, reason, json!({}))];
        }
    };
    let warehouse = Check::new("warehouse", true, "the warehouse answers", json!({ "commit_no": data.commit_no }));
    let copy = copy_check(&data);
    if !copy.ok {
        return vec![warehouse, copy];
    }
    let position = match flushed {
        Some(flushed) => committed_through(shared, flushed).await,
        None => reported(shared, asked_at_ms).await,
    };
    vec![warehouse, copy, position]
}

fn copy_check(data: &FrameData) -> Check {
    // a share and not rows: this is told to everybody, and rows are of all tenants
    let done_percent = (data.snapshot_rows_done.saturating_mul(100) / data.snapshot_rows_total.max(1)).clamp(0, 100);
    let facts = json!({ "done_percent": done_percent });
    match data.snapshot_state.as_str() {
        "complete" => Check::new("initial_copy", true, "the initial copy is complete", facts),
        "copying" => Check::new("initial_copy", false, format!("the initial copy runs: about {done_percent} % done"), facts),
        _ => Check::new("initial_copy", false, "the initial copy has not begun", facts),
    }
}

/// Waits until everything up to `flushed` is committed here, at most as long as a transaction may be under way;
/// in a process without the pipeline, until its next report could say so.
async fn committed_through(shared: &Shared, flushed: Lsn) -> Check {
    let ready_lag = shared.ready.ready_lag;
    let patience = if shared.ready.position.is_some() { ready_lag } else { ready_lag.max(REPORT_WITHIN) };
    let started = Instant::now();
    loop {
        let data = frame::frame(&shared.whole()).await.unwrap_or_default();
        let committed = committed(&shared.ready, &data, shared.context.now_ms());
        let facts = json!({
            "source_flush_lsn": flushed.to_string(),
            "committed_lsn": committed.to_string(),
            "lag_bytes": flushed.bytes_since(committed),
            "lag_ms": data.status.lag_ms,
            "waited_ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        if committed >= flushed {
            return Check::new("log_position", true, "everything the source had flushed is committed here", facts);
        }
        if started.elapsed() >= patience {
            let reason = format!(
                "{} bytes of log are not committed here after {} ms",
                flushed.bytes_since(committed),
                patience.as_millis()
            );
            return Check::new("log_position", false, reason, facts);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The stored position, or the later one that the pipeline of this process or the engine's report knows of:
/// log without any change of ours moves the position long before it is worth a commit.
fn committed(ready: &ReadySettings, data: &FrameData, now_ms: i64) -> Lsn {
    let stored: Lsn = data.position.parse().unwrap_or_default();
    let held = ready.position.as_ref().map_or(Lsn::ZERO, |position| position());
    // an old report may speak of another source
    let is_fresh = data.status_at_ms.is_some_and(|at_ms| now_ms - at_ms <= REPORT_FRESH_MS);
    let reported = data.status.committed_lsn.parse().ok().filter(|_| is_fresh).unwrap_or_default();
    stored.max(held).max(reported)
}

/// Without the source: what the engine process says, in a report made after the request came.
async fn reported(shared: &Shared, asked_at_ms: i64) -> Check {
    let started = Instant::now();
    loop {
        let data = frame::frame(&shared.whole()).await.unwrap_or_default();
        let is_new = data.status_at_ms.is_some_and(|at_ms| at_ms >= asked_at_ms);
        if is_new || started.elapsed() >= REPORT_WITHIN {
            return judge_report(&data, shared.ready.ready_lag, asked_at_ms);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn judge_report(data: &FrameData, ready_lag: Duration, asked_at_ms: i64) -> Check {
    let status = &data.status;
    let age_ms = data.status_at_ms.map(|at_ms| asked_at_ms - at_ms);
    let facts = json!({
        "state": status.state,
        "lag_ms": status.lag_ms,
        "lag_bytes": status.lag_bytes,
        "source_flush_lsn": status.source_lsn,
        "committed_lsn": status.committed_lsn,
        "report_age_ms": age_ms,
    });
    let refused = |reason: String| Check::new("log_position", false, reason, facts.clone());
    match age_ms {
        None => return refused("the engine has never reported; start it with: loadline serve --role engine".to_owned()),
        Some(age_ms) if age_ms > REPORT_FRESH_MS => {
            return refused(format!("the engine reported last {age_ms} ms ago; see its log"));
        }
        Some(_) => {}
    }
    if matches!(status.state, StreamState::Starting | StreamState::Copying | StreamState::Disconnected | StreamState::Stopped) {
        let state = serde_json::to_value(status.state).unwrap_or_default();
        return refused(format!("the engine is not reading the log: {}", state.as_str().unwrap_or_default()));
    }
    let (Ok(source), Ok(committed)) = (status.source_lsn.parse::<Lsn>(), status.committed_lsn.parse::<Lsn>()) else {
        return refused("the engine has not reported a log position yet".to_owned());
    };
    let lag = Duration::from_millis(u64::try_from(status.lag_ms).unwrap_or_default());
    if committed >= source || lag <= ready_lag {
        return Check::new("log_position", true, "the engine is within the permitted lag", facts);
    }
    refused(format!("the engine is {} ms behind the source", status.lag_ms))
}
