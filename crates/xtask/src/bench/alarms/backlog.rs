//! Figure: what a thousand rules cost while Loadline reads a backlog of the log.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::rules::{self, RULES};
use super::{REGIONS, setup};
use crate::bench::child::wait_for;
use crate::bench::dense::Dense;
use crate::bench::lab::{Lab, Pair};
use crate::bench::table::{self, Row};

/// In each turn; of 2,000 readings per second of event time.
const ROWS: u64 = 500_000;
const PER_TRANSACTION: u64 = 5_000;
const DEADLINE: Duration = Duration::from_secs(180);
/// In turns, so that the tables' growth falls on both.
const TURNS: [bool; 4] = [false, true, true, false];

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("alarms_backlog")?;
    setup(&pair)?;
    let first = pair.engine()?;
    pair.wait_for_copy(DEADLINE)?;
    rules::install(&pair, &rules::thousand())?;
    first.stop()?;
    let yesterday = lab.yesterday()?;
    let mut readings = Dense::of(&yesterday);
    let mut turns = Vec::new();
    for has_rules in TURNS {
        rules::enable(&pair, if has_rules { "bench-%" } else { "-" })?;
        turns.push(turn(&pair, &mut readings)?);
    }
    pair.remove()?;
    Ok(rows(&turns))
}

struct Turn {
    seconds: f64,
    /// Until the rules had looked at everything as well.
    evaluated_seconds: f64,
    /// Alarms that were active then.
    active: u64,
}

fn turn(pair: &Pair<'_>, readings: &mut Dense<'_>) -> Result<Turn> {
    pair.copy_in(readings, ROWS, PER_TRANSACTION)?;
    let end = pair.ask_source("select pg_current_wal_flush_lsn()")?;
    pair.ask_source("checkpoint")?;
    let started = Instant::now();
    let engine = pair.engine()?;
    let reached = format!("select count(*) from progress where lsn >= '{end}'");
    wait_for("the warehouse", DEADLINE, || Ok((pair.ask_warehouse(&reached)? == "1").then_some(())))?;
    let seconds = started.elapsed().as_secs_f64();
    let evaluated = "select count(*) from alarm_progress a, progress p where a.evaluated_until > p.watermark - interval '5 s'";
    wait_for("the evaluation", DEADLINE, || Ok((pair.ask_warehouse(evaluated)? == "1").then_some(())))?;
    let evaluated_seconds = started.elapsed().as_secs_f64();
    let active = pair.ask_warehouse("select count(*) from alarms where is_active")?.parse().context("the number of alarms")?;
    engine.stop()?;
    Ok(Turn { seconds, evaluated_seconds, active })
}

fn rows(turns: &[Turn]) -> Vec<Row> {
    let sum = |wanted: bool| -> f64 {
        TURNS.iter().zip(turns).filter(|(has_rules, _)| **has_rules == wanted).map(|(_, turn)| turn.seconds).sum()
    };
    let count = |wanted: bool| TURNS.iter().filter(|has_rules| **has_rules == wanted).count() as u64 * ROWS;
    let (with, without) = (sum(true), sum(false));
    let change = 100.0 * (without * count(true) as f64 / (with * count(false) as f64) - 1.0);
    let alarms = turns.iter().map(|turn| turn.active).max().unwrap_or(0);
    let behind = TURNS.iter().zip(turns).filter(|(has_rules, _)| **has_rules);
    let behind = behind.map(|(_, turn)| turn.evaluated_seconds - turn.seconds).fold(0.0, f64::max);
    vec![Row::new(
        &format!("backlog → committed warehouse with {RULES} rules × {REGIONS} regions"),
        "not more than 10 % lower",
        format!("{} ({change:+.1} %)", table::rate(count(true), with)),
        format!("{} with every rule disabled", table::rate(count(false), without)),
        format!(
            "{} rows four times, without, with, with, without; from starting `loadline serve --role engine` to the last commit; \
             the rules had seen all of it at most {} later; {alarms} alarms active at the end of a turn",
            table::count(ROWS as f64),
            table::seconds(behind)
        ),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_with_rules_are_compared_with_those_without() {
        let turns = [4.0, 5.0, 5.0, 4.0].map(|seconds| Turn { seconds, evaluated_seconds: seconds + 0.25, active: 400 });
        let row = &rows(&turns)[0];
        assert_eq!(
            (row.measured.as_str(), row.ceiling.as_str()),
            ("100,000 rows/s (-20.0 %)", "125,000 rows/s with every rule disabled")
        );
        assert!(row.how.contains("at most 250.0 ms later"), "{}", row.how);
    }
}
