//! Figure: one day of quarter-hours of all customers, from when the log says that they changed to when the last day is settled.

use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::fill::{Land, Served};
use super::stream::{PER_SECOND, Stream};
use super::{DEADLINE, LOOK_EVERY, QUARTERS};
use crate::bench::child::wait_for;
use crate::bench::stats;
use crate::bench::table::{self, Row};

pub struct Settled {
    pub seconds: f64,
    /// The stream as the source had it meanwhile, per second.
    streamed: Option<f64>,
}

/// What plain statements take for the same readings.
pub struct Ceiling {
    sum_seconds: f64,
    copy_seconds: f64,
}

pub fn ceiling(land: &Land<'_>) -> Result<Ceiling> {
    let (mut session, day) = (land.session()?, &land.day);
    let own = format!("consumption_date > timestamp '{day}' and consumption_date <= timestamp '{day}' + interval '1 day'");
    let mut timed = |statement: String| -> Result<f64> {
        let started = Instant::now();
        session.ask(&statement)?;
        Ok(started.elapsed().as_secs_f64())
    };
    let sum_seconds = timed(format!(
        "select count(*) from (select user_id, extract(hour from consumption_date), sum(consumption_amount) \
           from dwd_power_consumption_detail where {own} and consumption_id >= 1000000000 group by 1, 2) sums"
    ))?;
    let copy_seconds = timed(format!(
        "copy (select user_id, consumption_id, consumption_date, consumption_amount, meter_reading_before, meter_reading_after, region_id \
                 from dwd_power_consumption_detail where {own} and consumption_id >= 1000000000) to '/dev/null' (format binary)"
    ))?;
    session.close()?;
    Ok(Ceiling { sum_seconds, copy_seconds })
}

/// Settles the day from nothing.
pub fn settle(land: &Land<'_>, stream: Option<&Stream>) -> Result<Settled> {
    let (users, day) = (land.users, &land.day);
    let mut session = land.session()?;
    session.ask("truncate settlements_day")?;
    session.ask("checkpoint")?;
    let before = stream.map(Stream::count);
    session.ask(&format!(
        "insert into settlement_changes (commit_no, user_id, stat_day) \
         select (select commit_no from progress), u, '{day}' from generate_series(1, {users}) u"
    ))?;
    // they are visible: the insertion itself is no part of the figure
    let started = Instant::now();
    wait_for("the day to be settled", DEADLINE, || {
        std::thread::sleep(LOOK_EVERY);
        let settled = session.number(&format!("select count(*) from settlements_day where day_start = '{day}'"))?;
        Ok((settled >= i64::try_from(users)?).then_some(()))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let streamed = stream.zip(before).map(|(stream, before)| (stream.count() - before) as f64 / seconds);
    check(land)?;
    session.close()?;
    Ok(Settled { seconds, streamed })
}

/// The day holds what the readings say.
fn check(land: &Land<'_>) -> Result<()> {
    let (users, day) = (land.users, &land.day);
    let settled = land.ask(&format!(
        "select sum(energy_kwh) || '|' || count(*) filter (where status = 'complete') from settlements_day where day_start = '{day}'"
    ))?;
    let wanted = land.ask(&format!(
        "select sum({QUARTERS} * ((u % 97 + 3) / 100.0)::numeric(18, 2))::numeric(18, 2) || '|' || {users} from generate_series(1, {users}) u"
    ))?;
    ensure!(settled == wanted, "settled are {settled}, the readings say {wanted}");
    Ok(())
}

pub fn rows(land: &Land<'_>, quiet: &Settled, beside: &Settled, ceiling: &Ceiling, served: &Served) -> Result<Vec<Row>> {
    let metrics = served.site.text("/metrics")?;
    let commits = stats::Histogram::parse(&metrics, "loadline_settlement_step_seconds", "");
    let resident = served.running.status_bytes("VmHWM")?;
    let readings = land.readings();
    let name = format!(
        "a day of quarter-hours of {} contracts, {} readings",
        table::count(land.users as f64),
        table::count(readings as f64)
    );
    let plain = format!(
        "{} for a sum by user and hour over the same readings, {} for a COPY of their columns to /dev/null",
        table::seconds(ceiling.sum_seconds),
        table::seconds(ceiling.copy_seconds)
    );
    let streamed = beside.streamed.context("the stream was not counted")?;
    let measured =
        |settled: &Settled| format!("{} ({})", table::seconds(settled.seconds), table::rate(readings, settled.seconds));
    let how = "readings filled into the warehouse by one INSERT; from the visible list of changed days to the last settled day; \
               every day complete, the sum equal to that of the readings";
    Ok(vec![
        Row::new(
            &format!("{name}: changed → settled, beside {PER_SECOND} readings/s"),
            "< 30 s",
            measured(beside),
            plain.clone(),
            format!("{how}; the stream kept {} readings/s of all users meanwhile", table::count(streamed)),
        ),
        Row::new(&format!("{name}: the same without the stream"), "", measured(quiet), plain, how),
        Row::new(
            "transactions of settlement meanwhile",
            "",
            commits.describe_with_mean(),
            String::new(),
            format!("the server's own histogram, {:.0} transactions; VmHWM {}", commits.count(), table::megabytes(resident)),
        ),
    ])
}
