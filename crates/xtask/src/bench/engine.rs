//! Figure: the engine alone over files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::child::Running;
use super::dense::{self, Dense};
use super::lab::Lab;
use super::table::{self, Row};

const ROWS: u64 = 4_000_000;
const DEADLINE: Duration = Duration::from_secs(120);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let (users, readings) = (lab.dir.join("users.csv"), lab.dir.join("readings.csv"));
    dense::write_users(&mut File::create(&users)?)?;
    let mut out = BufWriter::with_capacity(1 << 16, File::create(&readings)?);
    writeln!(out, "{}", dense::COLUMNS)?;
    Dense::of("2026-01-05").write(&mut out, ROWS)?;
    drop(out);
    let reading = count_lines(lab, &readings)?;
    let dense = run(lab, &users, &readings)?;
    std::fs::remove_file(&readings)?;
    let week = run(lab, &lab.week("power_user.csv"), &lab.week("power_consumption.csv.gz"))?;
    Ok(vec![
        row(
            "engine alone, dense, 4 million rows",
            "≥ 2,000,000 rows per CPU-second",
            &dense,
            format!("{}, counting the lines of the file", table::rate(ROWS, reading)),
        )?,
        row("engine alone, week", "", &week, String::new())?,
    ])
}

fn count_lines(lab: &Lab, file: &Path) -> Result<f64> {
    let started = Instant::now();
    Running::start(&lab.dir, "wc", Command::new("wc").arg("-l").arg(file).stdout(std::process::Stdio::null()))?
        .finish(DEADLINE)?;
    Ok(started.elapsed().as_secs_f64())
}

fn run(lab: &Lab, users: &Path, readings: &Path) -> Result<Value> {
    let mut command = lab.command();
    command.args(["bench", "engine", "--users"]).arg(users).arg("--consumption").arg(readings);
    let report = Running::start(&lab.dir, "loadline bench engine", &mut command)?.finish(DEADLINE)?;
    serde_json::from_str(&report).with_context(|| format!("the report of the engine: {report}"))
}

fn row(figure: &str, asked: &str, report: &Value, ceiling: String) -> Result<Row> {
    let number = |name: &str| report[name].as_f64().with_context(|| format!("no {name} in {report}"));
    let measured = format!("{} rows per CPU-second", table::count(number("rows_per_cpu_second")?));
    let how = format!(
        "`loadline bench engine`: {} rows in {} of CPU time, {} region rows, {} ranking rows, {} dead letters",
        table::count(number("rows")?),
        table::seconds(number("cpu_seconds")?),
        table::count(number("region_rows")?),
        table::count(number("ranking_rows")?),
        table::count(number("dead_letters")?),
    );
    Ok(Row::new(figure, asked, measured, ceiling, how))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_becomes_a_row_and_a_broken_one_an_error() {
        let report = serde_json::json!({ "rows": 4000000, "cpu_seconds": 1.6, "rows_per_cpu_second": 2500000.4,
            "region_rows": 10, "ranking_rows": 1000, "dead_letters": 3 });
        let row = row("engine", "much", &report, String::new()).unwrap();
        assert_eq!(row.measured, "2,500,000 rows per CPU-second");
        assert!(row.how.contains("4,000,000 rows in 1.60 s"), "{}", row.how);
        assert!(super::row("engine", "much", &serde_json::json!({}), String::new()).is_err());
    }
}
