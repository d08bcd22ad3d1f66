//! Figure: the statements of a month, killed once and gone on with.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::fill::{Land, Served};
use super::{DEADLINE, LOOK_EVERY};
use crate::bench::child::wait_for;
use crate::bench::table::{self, Row};

pub fn measure(land: &Land<'_>, served: Served) -> Result<(Vec<Row>, Served)> {
    let mut session = land.session()?;
    let (users, month) = (i64::try_from(land.users)?, &land.month);
    let started = Instant::now();
    session.ask(&format!(
        "insert into settlement_runs (statement_month, state, made_by) values ('{month}', 'waiting', 'bench'); \
         select pg_notify('loadline_settlement_runs', max(run_id)::text) from settlement_runs"
    ))?;
    let done = "select done_count from settlement_runs order by run_id desc limit 1";
    let mut looks = 0_u32;
    let mut last = 0;
    let killed_at = wait_for("two fifths of the run", DEADLINE, || {
        std::thread::sleep(LOOK_EVERY);
        let count = session.number(done)?;
        looks += u32::from(count != last);
        last = count;
        Ok((count >= users * 2 / 5).then_some(count))
    })?;
    drop(served); // SIGKILL
    let killed = Instant::now();
    let served = land.serve()?;
    wait_for("the run to go on", DEADLINE, || {
        std::thread::sleep(LOOK_EVERY);
        Ok((session.number(done)? >= users.min(killed_at + 501)).then_some(()))
    })?;
    let resumed_seconds = killed.elapsed().as_secs_f64();
    wait_for("the run to end", DEADLINE, || {
        std::thread::sleep(LOOK_EVERY);
        let count = session.number(done)?;
        looks += u32::from(count != last);
        last = count;
        let state = session.number("select count(*) from settlement_runs where state in ('waiting', 'running')")?;
        Ok((state == 0).then_some(()))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    check(land)?;
    let faults = land.ask("select fault_count from settlement_runs order by run_id desc limit 1")?;
    let copied = Instant::now();
    session.ask(
        "create table copied as select * from settlement_statements; create table copied_items as select * from settlement_statement_items; \
         drop table copied; drop table copied_items",
    )?;
    let ceiling = copied.elapsed().as_secs_f64();
    session.close()?;
    let resident = served.running.status_bytes("VmHWM")?;
    let row = Row::new(
        &format!("statements of a month of {} contracts, killed once", table::count(users as f64)),
        "< 5 min with progress, resumed",
        format!("{} ({:.0} statements/s)", table::seconds(seconds), users as f64 / seconds),
        format!("{} to copy the finished statements and their lines into new tables", table::seconds(ceiling)),
        format!(
            "settled days filled by one INSERT; from asking for the run to its end, restart included; SIGKILL at {}, {} later more were done; \
             progress told {looks} different counts; each contract has one statement, none twice; {faults} with faults; VmHWM {}",
            table::count(killed_at as f64),
            table::seconds(resumed_seconds),
            table::megabytes(resident)
        ),
    );
    Ok((vec![row], served))
}

/// Every contract has one statement of the month, drafted once, with the energy of its days.
fn check(land: &Land<'_>) -> Result<()> {
    let (users, month) = (land.users, &land.month);
    let told = land.ask(&format!(
        "select count(*) || '|' || count(distinct contract_id) || '|' || (select count(*) from settlement_events where event = 'drafted') \
                || '|' || (sum(total_energy_kwh) = (select sum(energy_kwh) from settlements_day where statement_month = '{month}')) \
           from settlement_statements where statement_month = '{month}'"
    ))?;
    let state = land.ask(
        "select state || '|' || coalesce(problem, '') || '|' || done_count from settlement_runs order by run_id desc limit 1",
    )?;
    ensure!(told == format!("{users}|{users}|{users}|true"), "statements: {told}");
    ensure!(state == format!("done||{users}"), "the run: {state}");
    Ok(())
}
