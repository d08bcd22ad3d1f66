//! Figure: killed the hard way under load, how long until it is ready again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::child::wait_for;
use super::dense::{self, Dense};
use super::lab::{Lab, Pair};
use super::stats;
use super::table::{self, Row};
use super::writer::Writer;

const DEFAULT_ROWS: u64 = 2_000_000;
const ROWS_SETTING: &str = "BENCH_ROWS";
const KILLS: usize = 5;
const COPY_DEADLINE: Duration = Duration::from_secs(900);
const READY_WITHIN: Duration = Duration::from_secs(60);
/// 20 readings every 20 ms: 1,000 readings per second.
const BATCH: u64 = 20;
const EVERY: Duration = Duration::from_millis(20);
const BETWEEN_KILLS: Duration = Duration::from_secs(3);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let rows = match std::env::var(ROWS_SETTING) {
        Ok(text) => text.parse().with_context(|| format!("{ROWS_SETTING}={text} is not a number of rows"))?,
        Err(_) => DEFAULT_ROWS,
    };
    let pair = lab.pair("recovery")?;
    pair.ask_source(&dense::users_sql())?;
    pair.copy_in(&mut Dense::of(&lab.yesterday()?), rows, rows)?;
    let (first, _) = pair.serve()?;
    let copying = Instant::now();
    pair.wait_for_copy(COPY_DEADLINE)?;
    let copy_seconds = copying.elapsed().as_secs_f64();
    let resident = first.status_bytes("VmHWM")?;
    let kills = under_load(&pair, rows + 1, first)?;
    let detail = pair.ask_warehouse("select count(*) from dwd_power_consumption_detail")?;
    pair.remove()?;
    let worst = |of: fn(&Kill) -> f64| kills.iter().map(of).fold(0.0, f64::max);
    let (ready, alive) = (worst(|kill| kill.ready_seconds), worst(|kill| kill.alive_seconds));
    let all: Vec<f64> = kills.iter().map(|kill| kill.ready_seconds).collect();
    Ok(vec![
        Row::new(
            &format!("`kill -9` → `/readyz` is 200 again, {} detail rows", table::count(detail.parse()?)),
            "< 5 s (10 million rows)",
            format!(
                "worst of {KILLS}: {} (median {})",
                table::seconds(ready),
                stats::percentile(&all, 0.5).map_or_else(String::new, table::seconds)
            ),
            format!("{} until `/healthz` answers", table::seconds(alive)),
            format!("started again at once, 1,000 readings/s go on; for ten million rows: {ROWS_SETTING}=10000000"),
        ),
        Row::new(
            "first copy",
            "",
            table::rate(rows, copy_seconds),
            String::new(),
            format!(
                "{} rows of the dense workload in one consistent copy; VmHWM {}",
                table::count(rows as f64),
                table::megabytes(resident)
            ),
        ),
    ])
}

struct Kill {
    alive_seconds: f64,
    ready_seconds: f64,
}

fn under_load(pair: &Pair<'_>, first_id: u64, first: super::child::Running) -> Result<Vec<Kill>> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| -> Result<()> {
            let mut writer = Writer::open(pair, BATCH, first_id)?;
            while !stop.load(Ordering::Relaxed) {
                writer.run(EVERY, Duration::from_secs(1))?;
            }
            writer.close().map(drop)
        });
        let kills = kill_again_and_again(pair, first);
        stop.store(true, Ordering::Relaxed);
        writing.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
        kills
    })
}

fn kill_again_and_again(pair: &Pair<'_>, mut running: super::child::Running) -> Result<Vec<Kill>> {
    let mut kills = Vec::new();
    for _ in 0..KILLS {
        std::thread::sleep(BETWEEN_KILLS);
        let killed_at = Instant::now();
        drop(running);
        let (again, site) = pair.serve()?;
        let asked = |path: &'static str| {
            wait_for(path, READY_WITHIN, || Ok(site.get(path).ok().filter(|answer| answer.status == 200).map(drop)))
        };
        asked("/healthz")?;
        let alive_seconds = killed_at.elapsed().as_secs_f64();
        asked("/readyz")?;
        kills.push(Kill { alive_seconds, ready_seconds: killed_at.elapsed().as_secs_f64() });
        running = again;
    }
    running.stop()?;
    Ok(kills)
}
