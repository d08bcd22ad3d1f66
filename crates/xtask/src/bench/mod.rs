//! `cargo xtask bench [FIGURE…]`: measures the release build on this machine and prints one table.

mod alarms;
mod audit;
mod child;
mod demo;
mod dense;
mod engine;
mod http;
mod lab;
mod latency;
mod log;
mod machine;
mod people;
mod recovery;
mod rows;
mod session;
mod settlement;
mod stats;
mod table;
mod viewer;
mod writer;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use lab::Lab;
use table::Row;

/// What a run may take in all; figures that would begin later are left out, and said to be.
const BUDGET: Duration = Duration::from_secs(15 * 60);
/// Where `scripts/bench.sh` wants the files; it removes what is left of them when we are killed.
const DIR_SETTING: &str = "BENCH_DIR";
const DIR_PREFIX: &str = "loadline-bench-";

type Measure = fn(&Lab) -> Result<Vec<Row>>;

const FIGURES: [(&str, Measure); 15] = [
    ("engine", engine::measure),
    ("dense", log::dense),
    ("single", log::one_transaction),
    ("week", log::week),
    ("latency", latency::measure),
    ("demo", demo::measure),
    ("recovery", recovery::measure),
    ("rows", rows::measure),
    ("people", people::measure),
    ("audit", audit::measure),
    ("alarms-live", alarms::live),
    ("alarms-backlog", alarms::backlog),
    ("alarms-desk", alarms::desk),
    ("alarms-flood", alarms::flood),
    ("settlement", settlement::measure),
];

pub fn run(root: &Path, wanted: &[&str]) -> Result<()> {
    for name in wanted {
        let known = FIGURES.map(|(figure, _)| figure);
        ensure!(known.iter().any(|figure| is_of(figure, name)), "no figure is called {name}; there are {}", known.join(", "));
    }
    let dir = match std::env::var_os(DIR_SETTING) {
        Some(dir) => tempfile::Builder::new().prefix(DIR_PREFIX).permissions(mode()).tempdir_in(dir)?,
        None => tempfile::Builder::new().prefix(DIR_PREFIX).permissions(mode()).tempdir()?,
    };
    let lab = Lab::open(root, dir.path())?;
    let machine = machine::describe(&lab.cluster)?;
    let started = Instant::now();
    let mut rows = Vec::new();
    let mut failures = 0;
    for (name, measure) in FIGURES.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| is_of(name, wanted)))
    {
        eprintln!("{:4.0} s  {name} ...", started.elapsed().as_secs_f64());
        let outcome = if started.elapsed() < BUDGET { measure(&lab) } else { Err(anyhow::anyhow!("no time left")) };
        rows.extend(outcome.unwrap_or_else(|error| {
            failures += 1;
            eprintln!("{error:#}\n{}", last_words(&lab.dir));
            vec![Row::failed(name, &error)]
        }));
    }
    let text = table::markdown(&machine, &rows);
    std::io::stdout().write_all(text.as_bytes()).context("cannot print the table")?;
    ensure!(failures == 0, "{failures} figures could not be measured");
    Ok(())
}

/// Whether a figure is called so or belongs to the group of that name.
fn is_of(figure: &str, wanted: &str) -> bool {
    figure.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The server's account must be able to enter.
fn mode() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o711)
}

/// The end of what the measured programs said.
fn last_words(dir: &Path) -> String {
    const LINES: usize = 20;
    let text = std::fs::read_to_string(dir.join("children.log")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_group_names_its_figures() {
        assert!(is_of("alarms-live", "alarms") && is_of("alarms-live", "alarms-live") && is_of("week", "week"));
        assert!(!is_of("alarms-live", "alarm") && !is_of("week", "we"));
    }
}
