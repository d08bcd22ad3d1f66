//! Figures about settlement: a day of many customers with and without a live stream, a late reading, a month of statements that is
//! killed and goes on, a statement's page and its PDF. One pair of databases serves all, because filling it takes longest.

mod day;
mod fill;
mod late;
mod month;
mod pages;
mod stream;

use std::time::Duration;

use anyhow::{Context, Result};

use super::lab::Lab;
use super::table::Row;
use fill::Land;

const USERS_SETTING: &str = "BENCH_USERS";
const DEFAULT_USERS: u64 = 100_000;
const REGIONS: u64 = 100;
const QUARTERS: u64 = 96;
const DEADLINE: Duration = Duration::from_secs(900);
/// So often the warehouse is asked how far settlement is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let users = match std::env::var(USERS_SETTING) {
        Ok(text) => text.parse().with_context(|| format!("{USERS_SETTING}={text} is not a number of users"))?,
        Err(_) => DEFAULT_USERS,
    };
    let pair = lab.pair("settlement")?;
    let land = Land::make(&pair, users)?;
    let mut rows = Vec::new();
    let mut served = land.serve()?;
    let ceiling = day::ceiling(&land)?;
    let quiet = day::settle(&land, None)?;
    eprintln!("      a day without a stream: {:.1} s", quiet.seconds);
    // the others are measured in any case
    let beside = land.with_stream(|stream| day::settle(&land, Some(stream)));
    rows.extend(beside.and_then(|beside| day::rows(&land, &quiet, &beside, &ceiling, &served)).unwrap_or_else(failed));
    rows.extend(land.with_stream(|_| late::measure(&land)).map(|row| vec![row]).unwrap_or_else(failed));
    served = land.fill_month(served)?;
    let (month_rows, served) = month::measure(&land, served)?;
    rows.extend(month_rows);
    rows.extend(pages::measure(&land, &served).unwrap_or_else(failed));
    served.running.stop()?;
    pair.remove()?;
    Ok(rows)
}

fn failed(error: anyhow::Error) -> Vec<Row> {
    eprintln!("{error:#}");
    vec![Row::failed("settlement", &error)]
}
