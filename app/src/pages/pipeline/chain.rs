//! The stages from the source to the pages, and the times of the stream.

use leptos::prelude::*;
use warehouse::read::pipeline::QualityHour;

use super::Shown;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{self, EnergyUnit};
use crate::pages::shared::{fixed, local, nothing};
use crate::text::{Lang, Text, common, pipeline as words};
use domain::status::StageStatus;

/// From here a stage works without pause.
const LIMITING_BUSY_PERCENT: i64 = 80;
const LIMITING_QUEUE_PERCENT: i64 = 50;

fn stage_name(name: &str) -> Option<Text> {
    Some(match name {
        "read" => words::STAGE_READ,
        "load" => words::STAGE_LOAD,
        "compute" => words::STAGE_COMPUTE,
        "commit" => words::STAGE_COMMIT,
        "page" => words::STAGE_PAGE,
        _ => return None,
    })
}

fn shown_name(stage: &StageStatus, lang: Lang) -> String {
    stage_name(&stage.name).map_or_else(|| stage.name.clone(), |text| text.get(lang).to_owned())
}

/// The busiest stage, if it is busy or its queue fills up: the others wait for it.
pub fn limiting(stages: &[StageStatus]) -> Option<&StageStatus> {
    let queue = |stage: &StageStatus| stage.queue_used * 100 / stage.queue_limit.max(1);
    let is_limit = |stage: &&StageStatus| stage.busy_percent >= LIMITING_BUSY_PERCENT || queue(stage) >= LIMITING_QUEUE_PERCENT;
    stages.iter().filter(is_limit).max_by_key(|stage| (stage.busy_percent, queue(stage)))
}

pub fn block(shown: &Shown, lang: Lang) -> Block {
    let status = &shown.frame.data.status;
    let columns = vec![
        Column::text(words::STAGE.get(lang)),
        Column::number(words::ROWS_PER_S.get(lang)),
        Column::text(words::STAGE_POSITION.get(lang)),
        Column::number(words::BEHIND.get(lang)),
        Column::number(words::P50.get(lang)),
        Column::number(words::P99.get(lang)),
        Column::number(words::BUSY.get(lang)),
        Column::number(words::QUEUE.get(lang)),
    ];
    let rows = status.stages.iter().map(|stage| {
        let (position, behind) = match stage.name.as_str() {
            "read" => (status.received_lsn.clone(), String::new()),
            "commit" => (status.committed_lsn.clone(), format::age(status.lag_ms, lang)),
            _ => Default::default(),
        };
        Row::from(vec![
            Cell::text(shown_name(stage, lang)),
            Cell::number(format::count(stage.rows_per_s)),
            Cell::text(position),
            Cell::number(behind),
            Cell::number(micros(stage.p50_us)),
            Cell::number(micros(stage.p99_us)),
            Cell::number(format!("{} %", stage.busy_percent)),
            Cell::number(format!("{}/{}", format::count(stage.queue_used), format::count(stage.queue_limit))),
        ])
    });
    let content = if status.stages.is_empty() {
        nothing(words::CHAIN_NONE, lang)
    } else {
        let limit = match limiting(&status.stages) {
            Some(stage) => words::LIMITING.with(lang, &[&shown_name(stage, lang)]),
            None => words::NOT_LIMITED.get(lang).to_owned(),
        };
        view! { <p class="note">{limit}</p> {table(words::CHAIN.get(lang), columns, rows.collect())} }.into_any()
    };
    Block::new("chain", content).titled(words::CHAIN.get(lang)).class("wide")
}

/// `850 µs`, `12.5 ms`, `3.1 s`
pub fn micros(us: i64) -> String {
    match us {
        ..1_000 => format!("{us} µs"),
        1_000..1_000_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

pub fn times(shown: &Shown, hours: &[QualityHour], lang: Lang) -> Block {
    let status = &shown.frame.data.status;
    let today = shown.frame.local_now.day();
    let clock = |at: Option<chrono::NaiveDateTime>| format::or_absent(at.map(local), |at| format::clock_on(at, today));
    let window = |at: &Option<String>| at.clone().unwrap_or_else(|| common::ABSENT.to_owned());
    let open = words::OLDEST_NEWEST.with(lang, &[&window(&status.oldest_open_window), &window(&status.newest_open_window)]);
    let late = hours.first().map(|hour| format::count(hour.late));
    let row = vec![
        Figure::new(common::WATERMARK.get(lang), clock(shown.position.watermark)),
        Figure::new(words::WATERMARK_DELAY.get(lang), format::or_absent(shown.frame.age_ms, |ms| format::age(ms, lang))),
        Figure::new(words::NEWEST_EVENT.get(lang), clock(shown.position.newest_event)),
        Figure::new(words::OPEN_WINDOWS.get(lang), format::count(status.open_windows)).note(open),
        Figure::new(words::LATE_THIS_HOUR.get(lang), format::or_absent(late, |text| text)),
        Figure::new(words::IDLE_CLOSES.get(lang), format::count(status.idle_closes)),
    ];
    let columns = vec![
        Column::text(words::HOUR.get(lang)),
        Column::number(words::ROWS.get(lang)),
        Column::number(words::LATE.get(lang)),
        Column::number(words::LATE_KWH.get(lang)),
        Column::number(words::RETRACTED.get(lang)),
        Column::number(words::MISMATCH.get(lang)),
    ];
    let rows = hours.iter().map(|hour| {
        Row::from(vec![
            Cell::text(format::date_minute(local(hour.hour))),
            Cell::number(format::count(hour.rows)),
            Cell::number(format::count(hour.late)),
            Cell::number(EnergyUnit::Kwh.number(fixed(hour.late_kwh))),
            Cell::number(format::count(hour.retracted)),
            Cell::number(format::count(hour.register_mismatches)),
        ])
    });
    let list = (!hours.is_empty()).then(|| {
        view! { <details class="values"><summary>{words::LATE_HOURS.get(lang)}</summary>{table(words::LATE_HOURS.get(lang), columns, rows.collect())}</details> }
    });
    Block::new("times", view! { {figures(row, lang)} {list} }).titled(words::TIMES.get(lang)).class("wide")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, busy_percent: i64, queue_used: i64) -> StageStatus {
        StageStatus { name: name.into(), busy_percent, queue_used, queue_limit: 100, ..Default::default() }
    }

    #[test]
    fn the_busiest_stage_is_the_limit() {
        let stages = [stage("read", 10, 0), stage("compute", 85, 0), stage("commit", 97, 60)];
        assert_eq!(limiting(&stages).map(|s| s.name.as_str()), Some("commit"));
        assert_eq!(limiting(&[stage("read", 40, 10)]), None);
        assert_eq!(limiting(&[]), None);
    }

    #[test]
    fn durations_have_a_fitting_unit() {
        assert_eq!((micros(850), micros(12_540), micros(3_100_000)), ("850 µs".into(), "12.5 ms".into(), "3.1 s".into()));
    }
}
