//! Figure: what row-level security costs the main question of each page.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::child::{self, Running};
use super::lab::Lab;
use super::table::Row;

const DEADLINE: Duration = Duration::from_secs(300);
const EXAMPLE: &str = "release/examples/row_security";
/// Shorter questions are mostly round trips; their ratio would be noise.
const LEAST_MS: f64 = 1.0;

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    const DATABASE: &str = "rows_warehouse";
    let program = lab.loadline.ancestors().nth(2).map(|target| target.join(EXAMPLE)).context("a target directory")?;
    ensure!(
        Path::new(&program).is_file(),
        "{} is missing: cargo build --release --package warehouse --example row_security",
        program.display()
    );
    lab.cluster.create_database(DATABASE)?;
    let mut command = child::quiet(program);
    command.arg(lab.cluster.url(DATABASE));
    let report = Running::start(&lab.dir, "row_security", &mut command)?.finish(DEADLINE)?;
    lab.cluster.psql("postgres", &format!("drop database {DATABASE} with (force)"))?;
    let report: Vec<Value> = serde_json::from_str(&report).with_context(|| format!("the report: {report}"))?;
    report.iter().map(row).collect()
}

fn row(question: &Value) -> Result<Row> {
    let number = |name: &str| question[name].as_f64().with_context(|| format!("no {name} in {question}"));
    let (open, whole, half) = (number("open_ms")?, number("whole_ms")?, number("half_ms")?);
    let percent = |ratio: f64| format!("{:+.0} %", (ratio - 1.0) * 100.0);
    let asked = if open < LEAST_MS { "" } else { "< +10 %" };
    let measured = format!(
        "{} for who sees everything ({whole:.2} ms), {} for who sees half ({half:.2} ms)",
        percent(number("whole_ratio")?),
        percent(number("half_ratio")?)
    );
    let name = question["question"].as_str().unwrap_or("?");
    let how = "medians in turns on the same connections, 1.12 million readings, 10 regions";
    Ok(Row::new(&format!("row-level security: {name}"), asked, measured, format!("{open:.2} ms without"), how))
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_ratio_is_told_as_what_is_added() {
        let question = serde_json::json!({ "question": "frame", "open_ms": 2.0, "whole_ms": 2.1, "half_ms": 1.5,
                                           "whole_ratio": 1.05, "half_ratio": 0.75 });
        let row = row(&question).expect("all numbers are there");
        assert_eq!(row.measured, "+5 % for who sees everything (2.10 ms), -25 % for who sees half (1.50 ms)");
        assert_eq!((row.asked.as_str(), row.ceiling.as_str()), ("< +10 %", "2.00 ms without"));
        assert!(super::row(&serde_json::json!({})).is_err());
    }
}
