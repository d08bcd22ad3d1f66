//! Figure: how long it takes to prove the record of who did what whole.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::child::Running;
use super::lab::{COMMAND_DEADLINE, Lab};
use super::table::{self, Row};

const DATABASE: &str = "audit_warehouse";
const DEFAULT_ENTRIES: u64 = 1_000_000;
const ENTRIES_SETTING: &str = "BENCH_ENTRIES";
/// Entries of one transaction: each changes the one row that holds the end of the chain.
const PER_TRANSACTION: u64 = 100;
const FILL_DEADLINE: Duration = Duration::from_secs(600);
const VERIFY_DEADLINE: Duration = Duration::from_secs(300);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let entries: u64 = match std::env::var(ENTRIES_SETTING) {
        Ok(text) => text.parse().with_context(|| format!("{ENTRIES_SETTING}={text} is not a number of entries"))?,
        Err(_) => DEFAULT_ENTRIES,
    };
    let entries = entries.div_ceil(PER_TRANSACTION) * PER_TRANSACTION;
    lab.cluster.create_database(DATABASE)?;
    loadline(lab, &["migrate"], COMMAND_DEADLINE)?;
    let filling = timed(|| psql(lab, &fill_sql(entries)))?.0;
    psql(lab, "vacuum analyze access.audit_log")?;
    let verify = || loadline(lab, &["audit", "verify"], VERIFY_DEADLINE);
    let (seconds, said) = timed(verify)?;
    let whole = table::count(entries as f64);
    ensure!(said.contains(&format!("{whole} entries")), "the verdict: {said}");
    let reading = timed(|| psql(lab, "copy (select * from access.audit_log order by entry_no) to stdout"))?.0;
    lab.cluster.psql("postgres", &format!("drop database {DATABASE} with (force)"))?;
    Ok(vec![Row::new(
        &format!("the audit proved whole, {whole} entries"),
        "< 30 s",
        table::seconds(seconds),
        format!("{} for psql, `copy … to stdout` into /dev/null of the same entries in order", table::seconds(reading)),
        format!(
            "`loadline audit verify`, from its start to its end; written in transactions of {PER_TRANSACTION} at {} entries/s",
            table::count(entries as f64 / filling)
        ),
    )])
}

/// Entries as a change of somebody's rights leaves them.
fn fill_sql(entries: u64) -> String {
    let last = entries / PER_TRANSACTION - 1;
    format!(
        r#"do $$ begin
              for batch in 0..{last} loop
                perform access.audit('person', n % 50, '李雷', '192.0.2.1', null, 'account.change', 'account', n::text,
                  '{{"name":"li","rights":"dispatch:view data:view","regions":[1,2]}}',
                  '{{"name":"li","rights":"dispatch:operate data:view","regions":"all"}}', 'asked for by the shift leader')
                  from generate_series(batch * {PER_TRANSACTION} + 1, (batch + 1) * {PER_TRANSACTION}) n;
                commit;
              end loop;
            end $$"#
    )
}

fn timed<T>(act: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let started = Instant::now();
    let done = act()?;
    Ok((started.elapsed().as_secs_f64(), done))
}

fn loadline(lab: &Lab, arguments: &[&str], deadline: Duration) -> Result<String> {
    let mut command = lab.command();
    command.args(arguments).env("LOADLINE_WAREHOUSE_URL", lab.cluster.url(DATABASE));
    Running::start(&lab.dir, &format!("loadline {}", arguments.join(" ")), &mut command)?.finish(deadline)
}

/// What it prints goes nowhere.
fn psql(lab: &Lab, statement: &str) -> Result<()> {
    let mut psql = Command::new(lab.cluster.programs().path("psql"));
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &lab.cluster.url(DATABASE), "-c", statement]);
    psql.stdin(Stdio::null()).stdout(Stdio::null());
    Running::start(&lab.dir, "psql", &mut psql)?.finish(FILL_DEADLINE).map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_many_entries_are_written_as_were_asked_for() {
        let sql = super::fill_sql(300);
        assert!(sql.contains("for batch in 0..2 loop") && sql.contains("batch * 100 + 1, (batch + 1) * 100"), "{sql}");
        assert!(sql.contains(r#"'{"name":"li","#), "{sql}");
    }
}
