//! Figures: from the log of the source to the committed warehouse, against PostgreSQL's own reader of the same log.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::child::{Running, quiet, wait_for};
use super::dense::{self, Dense};
use super::lab::{Lab, Pair};
use super::table::{self, Row};

const ROWS: u64 = 1_000_000;
const PER_TRANSACTION: u64 = 5_000;
/// What each stage of the engine says of itself.
const BUSY: &str = "select string_agg(name || ' ' || busy_percent || ' %', ', ') \
                    from pipeline_status, jsonb_to_recordset(status -> 'stages') as stage(name text, busy_percent int)";
const DEADLINE: Duration = Duration::from_secs(180);

/// What one reading of the log took.
struct Measured {
    rows: u64,
    ceiling_seconds: f64,
    seconds: f64,
    resident_bytes: u64,
    busy: String,
}

pub fn dense(lab: &Lab) -> Result<Vec<Row>> {
    let measured = generated(lab, "dense", PER_TRANSACTION)?;
    Ok(vec![
        measured.rate("log → committed warehouse, dense, 1,000,000 rows", "≥ 50 % of the ceiling", "transactions of 5,000 rows"),
        measured.memory("resident memory meanwhile"),
    ])
}

pub fn one_transaction(lab: &Lab) -> Result<Vec<Row>> {
    let measured = generated(lab, "single", ROWS)?;
    Ok(vec![
        measured.rate("the same in one transaction", "", "one transaction of 1,000,000 rows"),
        measured.memory("resident memory during one transaction of 1,000,000 rows"),
    ])
}

pub fn week(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("week")?;
    let started = Instant::now();
    let mut replay_seconds = 0.0;
    let measured = catch_up(&pair, |pair| {
        let (users, readings) = (lab.week("power_user.csv"), lab.week("power_consumption.csv.gz"));
        let (users, readings) = (users.to_string_lossy(), readings.to_string_lossy());
        let started = Instant::now();
        pair.command(&["replay", "--users", &users, "--consumption", &readings])?.finish(DEADLINE)?;
        replay_seconds = started.elapsed().as_secs_f64();
        Ok(())
    })?;
    pair.remove()?;
    let how = format!(
        "written by `loadline replay` in {}; the whole figure took {}",
        table::seconds(replay_seconds),
        table::seconds(started.elapsed().as_secs_f64())
    );
    Ok(vec![
        measured.rate("log → committed warehouse, week", "≥ 8,000 rows/s", &how),
        measured.memory("resident memory meanwhile"),
    ])
}

fn generated(lab: &Lab, name: &str, per_transaction: u64) -> Result<Measured> {
    let pair = lab.pair(name)?;
    pair.ask_source(&dense::users_sql())?;
    let yesterday = lab.yesterday()?;
    let measured = catch_up(&pair, |pair| pair.copy_in(&mut Dense::of(&yesterday), ROWS, per_transaction))?;
    pair.remove()?;
    Ok(measured)
}

/// Lets the changes pile up in the log while nobody reads, then reads them twice: PostgreSQL's tool, then Loadline.
fn catch_up(pair: &Pair<'_>, write: impl FnOnce(&Pair<'_>) -> Result<()>) -> Result<Measured> {
    let first = pair.engine()?;
    pair.wait_for_copy(DEADLINE)?;
    first.stop()?;
    let ceiling_slot = format!("{}_ceiling", pair.source());
    pair.ask_source(&format!("select pg_create_logical_replication_slot('{ceiling_slot}', 'pgoutput')"))?;
    let before: u64 = readings(pair)?;
    write(pair)?;
    let rows = readings(pair)? - before;
    let end = pair.ask_source("select pg_current_wal_flush_lsn()")?;
    pair.ask_source("checkpoint")?;
    let ceiling_seconds = ceiling(pair, &ceiling_slot, &end)?;
    let started = Instant::now();
    let engine = pair.engine()?;
    let reached = format!("select count(*) from progress where lsn >= '{end}'");
    wait_for("the warehouse", DEADLINE, || Ok((pair.ask_warehouse(&reached)? == "1").then_some(())))?;
    let seconds = started.elapsed().as_secs_f64();
    let resident_bytes = engine.status_bytes("VmHWM")?;
    let busy = pair.ask_warehouse(BUSY)?;
    engine.stop()?;
    Ok(Measured { rows, ceiling_seconds, seconds, resident_bytes, busy })
}

fn readings(pair: &Pair<'_>) -> Result<u64> {
    pair.ask_source("select count(*) from power_consumption")?.parse().context("the number of readings")
}

fn ceiling(pair: &Pair<'_>, slot: &str, end: &str) -> Result<f64> {
    let program = pair.lab.cluster.programs().path("pg_recvlogical");
    let mut reader = quiet(program);
    reader
        .args(["-d", &pair.source_url(), "--slot", slot, "--start", "-f", "/dev/null", "--endpos", end])
        .args(["-o", "proto_version=1", "-o", "publication_names=loadline"])
        .stdout(Stdio::null());
    let started = Instant::now();
    Running::start(&pair.lab.dir, "pg_recvlogical", &mut reader)?.finish(DEADLINE)?;
    Ok(started.elapsed().as_secs_f64())
}

impl Measured {
    fn rate(&self, figure: &str, asked: &str, how: &str) -> Row {
        let share = 100.0 * self.ceiling_seconds / self.seconds;
        Row::new(
            figure,
            asked,
            format!("{}, {share:.0} % of the ceiling", table::rate(self.rows, self.seconds)),
            format!("{}, `pg_recvlogical -f /dev/null` on the same changes", table::rate(self.rows, self.ceiling_seconds)),
            format!(
                "{how}; from starting `loadline serve --role engine` to the last commit, {}; busy: {}",
                table::seconds(self.seconds),
                self.busy
            ),
        )
    }

    fn memory(&self, figure: &str) -> Row {
        Row::new(figure, "< 200 MB", table::megabytes(self.resident_bytes), String::new(), "VmHWM of the process of `loadline`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_the_ceilings_rate() {
        let measured = Measured { rows: 1_000_000, ceiling_seconds: 4.0, seconds: 16.0, resident_bytes: 1, busy: String::new() };
        let row = measured.rate("log", "half", "at once");
        assert_eq!(row.measured, "62,500 rows/s, 25 % of the ceiling");
        assert!(row.ceiling.starts_with("250,000 rows/s"), "{}", row.ceiling);
    }
}
