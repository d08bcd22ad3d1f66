//! Names and meanings of all metrics, in one place. Units are part of the names.

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::{Mutex, PoisonError};

/// Rows committed, by `table`.
pub const ROWS_TOTAL: &str = "loadline_rows_total";
pub const TRANSACTIONS_TOTAL: &str = "loadline_source_transactions_total";
pub const COMMITS_TOTAL: &str = "loadline_commits_total";
pub const COMMITS_FAILED_TOTAL: &str = "loadline_commits_failed_total";
pub const COMMIT_SECONDS: &str = "loadline_commit_seconds";
/// From the commit at the source to the commit here.
pub const END_TO_END_SECONDS: &str = "loadline_source_to_commit_seconds";
pub const LAG_BYTES: &str = "loadline_lag_bytes";
pub const LAG_SECONDS: &str = "loadline_lag_seconds";
pub const SLOT_RETAINED_BYTES: &str = "loadline_slot_retained_bytes";
pub const WATERMARK_DELAY_SECONDS: &str = "loadline_watermark_delay_seconds";
pub const WINDOW_CLOSE_DELAY_SECONDS: &str = "loadline_window_close_delay_seconds";
pub const OPEN_WINDOWS: &str = "loadline_open_windows";
pub const LATE_ROWS_TOTAL: &str = "loadline_late_rows_total";
/// By `reason`.
pub const DEAD_LETTERS_TOTAL: &str = "loadline_dead_letters_total";
pub const RECONNECTS_TOTAL: &str = "loadline_reconnects_total";
pub const COPY_ROWS_TOTAL: &str = "loadline_copy_rows_total";
pub const RESIDENT_BYTES: &str = "loadline_resident_bytes";
pub const SSE_CLIENTS: &str = "loadline_sse_clients";
pub const SSE_TOPICS: &str = "loadline_sse_topics";
pub const SSE_REFUSED_TOTAL: &str = "loadline_sse_refused_total";
pub const CONNECTIONS_REFUSED_TOTAL: &str = "loadline_connections_refused_total";
pub const SSE_SKIPPED_TOTAL: &str = "loadline_sse_skipped_total";
/// From hearing of a commit to having handed its fragments to the viewers.
pub const FRAGMENT_SECONDS: &str = "loadline_fragment_seconds";
/// By `route`, `method` and `status`.
pub const PAGE_SECONDS: &str = "loadline_page_seconds";
pub const EXPORT_ROWS_TOTAL: &str = "loadline_export_rows_total";
/// One evaluation of the rules, from asking for the numbers to its commit.
pub const EVALUATION_SECONDS: &str = "loadline_alarm_evaluation_seconds";
pub const SETTLEMENT_SECONDS: &str = "loadline_settlement_step_seconds";
pub const SETTLEMENT_CHANGES_WAITING: &str = "loadline_settlement_changes_waiting";
pub const SETTLEMENT_BEHIND_COMMITS: &str = "loadline_settlement_behind_commits";
pub const SETTLEMENT_DAYS_TOTAL: &str = "loadline_settlement_days_total";
/// Event time that is closed and not yet evaluated.
pub const EVALUATION_BEHIND_SECONDS: &str = "loadline_alarm_evaluation_behind_seconds";
/// By `severity`.
pub const ALARMS_OPEN: &str = "loadline_alarms_open";

/// Attempts to deliver messages about alarms, by `result`.
pub const NOTICE_ATTEMPTS_TOTAL: &str = "loadline_alarm_message_attempts_total";

/// Bounds of the histograms in seconds: 1 ms to 30 s.
const SECONDS_BUCKETS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0];

const COUNTERS: &[(&str, &str)] = &[
    (ROWS_TOTAL, "Rows of the source committed to the warehouse, by table"),
    (TRANSACTIONS_TOTAL, "Transactions of the source committed to the warehouse"),
    (COMMITS_TOTAL, "Commits of the engine"),
    (COMMITS_FAILED_TOTAL, "Commits of the engine that failed and were tried again"),
    (LATE_ROWS_TOTAL, "Readings that amended a window already closed"),
    (DEAD_LETTERS_TOTAL, "Rejected changes, by reason"),
    (RECONNECTS_TOTAL, "New connections to the source after a loss"),
    (COPY_ROWS_TOTAL, "Rows taken over by consistent copies"),
    (SSE_REFUSED_TOTAL, "Viewers turned away because the limit of connections was reached"),
    (CONNECTIONS_REFUSED_TOTAL, "Connections closed at once because there were too many"),
    (SSE_SKIPPED_TOTAL, "Times that a slow viewer was sent the newest state instead of each change"),
    (EXPORT_ROWS_TOTAL, "Rows written to exports"),
    (SETTLEMENT_DAYS_TOTAL, "Days of contracts that were settled or restated"),
    (NOTICE_ATTEMPTS_TOTAL, "Attempts to deliver messages about alarms, by result"),
];

const GAUGES: &[(&str, &str)] = &[
    (LAG_BYTES, "Log written at the source and not yet committed here"),
    (LAG_SECONDS, "Age of the oldest commit of the source that is not committed here"),
    (SLOT_RETAINED_BYTES, "Log that the source keeps for the replication slot"),
    (WATERMARK_DELAY_SECONDS, "Local time minus watermark"),
    (OPEN_WINDOWS, "Windows not yet closed"),
    (RESIDENT_BYTES, "Resident memory of the process"),
    (SSE_CLIENTS, "Viewers connected to /events"),
    (EVALUATION_BEHIND_SECONDS, "Closed windows not yet evaluated by the rules of alarms"),
    (SETTLEMENT_CHANGES_WAITING, "Customer days that commits touched and that are not settled yet"),
    (SETTLEMENT_BEHIND_COMMITS, "Commits of the engine that are not settled altogether"),
    (ALARMS_OPEN, "Alarms on the desk, by severity"),
    (SSE_TOPICS, "Live topics with at least one viewer"),
];

const HISTOGRAMS: &[(&str, &str)] = &[
    (COMMIT_SECONDS, "Time of one commit of the engine"),
    (END_TO_END_SECONDS, "From the commit at the source to the commit here"),
    (WINDOW_CLOSE_DELAY_SECONDS, "From the moment a window could close to its commit"),
    (FRAGMENT_SECONDS, "From hearing of a commit to handing its fragments to the viewers"),
    (EVALUATION_SECONDS, "Time of one evaluation of the rules of alarms"),
    (SETTLEMENT_SECONDS, "Time of one transaction of the settlement worker"),
    (PAGE_SECONDS, "Time to answer a request, by route"),
];

/// All names, for tests and documents.
pub fn names() -> impl Iterator<Item = &'static str> {
    [COUNTERS, GAUGES, HISTOGRAMS].into_iter().flatten().map(|(name, _)| *name)
}

/// Installs the recorder of the process; a second call gives the same one.
pub fn recorder() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    // held while installing, so that a second thread waits for the handle instead of failing to install another
    let mut held = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = held.as_ref() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS_BUCKETS)?
        .install_recorder()?;
    describe();
    Ok(held.insert(handle).clone())
}

fn describe() {
    for (name, text) in COUNTERS {
        describe_counter!(*name, *text);
        if !LABELLED.contains(name) {
            metrics::counter!(*name).increment(0);
        }
    }
    for (name, text) in GAUGES {
        describe_gauge!(*name, *text);
        if !LABELLED.contains(name) {
            metrics::gauge!(*name).set(0.0);
        }
    }
    for (name, text) in HISTOGRAMS {
        describe_histogram!(*name, *text);
    }
}

/// Counters and gauges that only appear with their labels.
const LABELLED: &[&str] = &[ROWS_TOTAL, DEAD_LETTERS_TOTAL, ALARMS_OPEN];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_prefix_and_the_unit() {
        for name in names() {
            assert!(name.starts_with("loadline_"), "{name}");
        }
        for (name, _) in COUNTERS {
            assert!(name.ends_with("_total"), "{name}");
        }
        for (name, _) in HISTOGRAMS {
            assert!(name.ends_with("_seconds"), "{name}");
        }
        let unique: std::collections::HashSet<_> = names().collect();
        assert_eq!(unique.len(), names().count());
    }

    #[test]
    fn the_recorder_is_installed_once_and_knows_every_counter_and_gauge() {
        let first = recorder().expect("the first recorder");
        let text = recorder().expect("the same recorder").render();
        assert_eq!(first.render().lines().count(), text.lines().count());
        for (name, _) in COUNTERS.iter().chain(GAUGES).filter(|(name, _)| !LABELLED.contains(name)) {
            assert!(text.contains(name), "{name} is missing");
        }
    }
}
