//! Figure: how soon a late reading is in its provisional settlement.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::DEADLINE;
use super::fill::Land;
use super::stream::PER_SECOND;
use crate::bench::child::wait_for;
use crate::bench::session::Session;
use crate::bench::stats;
use crate::bench::table::Row;

const READINGS: u64 = 200;
/// Numbers that neither the stream nor the filled readings have.
const FIRST_ID: u64 = 900_000_000;
const STRIDE: u64 = 104_729;
/// Looks come so often at most.
const REST: Duration = Duration::from_millis(2);
/// Longer than this, settlement does not keep up with the stream.
const KEEPS_UP_WITHIN: Duration = Duration::from_secs(120);
/// Time in which days that the stream touched before are settled.
const SETTLES_DOWN: Duration = Duration::from_secs(5);

pub fn measure(land: &Land<'_>) -> Result<Row> {
    let mut warehouse = land.session()?;
    let mut source = Session::open(land.lab(), &land.pair.source_url())?;
    wait_for("older changes to be settled beside the stream", KEEPS_UP_WITHIN, || {
        std::thread::sleep(super::LOOK_EVERY);
        let waiting = warehouse.number("select count(*) from settlement_changes")?;
        Ok((waiting < i64::try_from(2 * PER_SECOND)?).then_some(()))
    })?;
    std::thread::sleep(SETTLES_DOWN);
    let mut seconds = Vec::new();
    for number in 0..READINGS {
        seconds.push(one(land, &mut source, &mut warehouse, number)?);
    }
    source.close()?;
    warehouse.close()?;
    Ok(Row::new(
        &format!("commit of a late reading at the source → its day settled anew, beside {PER_SECOND} readings/s"),
        "< 2 s",
        stats::describe_with_worst(&seconds),
        String::new(),
        format!(
            "{READINGS} readings of the day before, one after the other, each of another of {} customers; from the commit's answer to \
             when a query sees the restated row",
            land.users
        ),
    ))
}

/// In the middle of a quarter-hour of yesterday that has a reading already.
fn one(land: &Land<'_>, source: &mut Session, warehouse: &mut Session, number: u64) -> Result<f64> {
    let (user, day) = (number * STRIDE % land.users + 1, &land.day);
    let stored = format!("select version from settlements_day where user_id = {user} and day_start = '{day}'");
    let before = warehouse.number(&stored)?;
    let (id, minute) = (FIRST_ID + number, 5 + number % 1_400);
    source.ask(&format!(
        "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) \
         values ({id}, {user}, 1, 1, timestamp '{day}' + {minute} * interval '1 min' + interval '1 s')"
    ))?;
    let committed = Instant::now();
    wait_for("a late reading", DEADLINE, || {
        let found = warehouse.number(&stored)? > before;
        if !found {
            std::thread::sleep(REST);
        }
        Ok(found.then_some(()))
    })?;
    Ok(committed.elapsed().as_secs_f64())
}
