//! `loadline bench`: one hash of a password; and the engine alone over a file, all of its work included, no database.
//! Nothing is evicted, so nothing has to be loaded: every question of the engine has the answer "nothing".

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use domain::effect::{Aggregates, WindowContent};
use domain::loaded::{LoadedGroups, LoadedRows, UserMonthKey};
use domain::{Change, Chunk, Day, Lsn, Origin, Progress, RegionId, RowChange, UserId, WindowStart, Zone};
use engine::{Engine, Limits, Settings};
use nix::sys::resource::{UsageWho, getrusage};
use operational::{ReadingFile, UserFile};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::failure::CommandError;
use super::terminal::say;
use crate::access::passwords;
use crate::cli::BenchEngineArgs;

/// Rows per chunk, as the log reader cuts them.
const CHUNK_ROWS: usize = 8_192;
/// Far enough ahead that no row of any file lies in the future.
const COMMIT_TIME_US: i64 = 4_102_444_800_000_000;

pub fn run(args: BenchEngineArgs, zone: Zone) -> Result<(), CommandError> {
    let mut bench = Bench::new(zone);
    if let Some(users) = &args.users {
        bench.users(users)?;
    }
    let (wall, cpu_before) = (Instant::now(), cpu_seconds());
    bench.readings(&args.consumption)?;
    let (seconds, cpu_seconds) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu_before);
    let report = serde_json::json!({
        "rows": bench.rows,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "rows_per_second": bench.rows as f64 / seconds,
        "rows_per_cpu_second": bench.rows as f64 / cpu_seconds,
        "windows": bench.windows.keys().map(|(start, _)| *start).collect::<std::collections::BTreeSet<_>>().len(),
        "region_rows": bench.windows.len(),
        "ranking_rows": bench.ranking_rows(),
        "dead_letters": bench.dead_letters,
        "malformed_lines": bench.malformed,
        "checksum": bench.checksum(),
    });
    say(format!("{report:#}"));
    Ok(())
}

/// How often a password is hashed to be measured.
const HASHES: usize = 20;

/// The median of several hashes, one after the other.
pub fn password() {
    let mut seconds: Vec<f64> = (0..HASHES)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(passwords::hash("seven otters borrow a ladder"));
            started.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let report =
        serde_json::json!({ "hashes": HASHES, "median_seconds": seconds[HASHES / 2], "longest_seconds": seconds[HASHES - 1] });
    say(format!("{report:#}"));
}

struct Bench {
    engine: Engine,
    user_months: FxHashMap<(RegionId, UserId, Day), BTreeMap<Day, i32>>,
    /// The last version of each window row: line of the checksum and number of ranking rows.
    windows: BTreeMap<(WindowStart, RegionId), (WindowTotals, usize)>,
    rows: u64,
    dead_letters: u64,
    malformed: u64,
}

struct WindowTotals {
    energy_kwh: domain::Fixed2,
    cost_yuan: domain::Fixed2,
    user_count: i64,
}

impl Bench {
    fn new(zone: Zone) -> Self {
        let settings = Settings { limits: Limits::unbounded(), ..Settings::new(zone) };
        let engine = Engine::new(settings, &Progress::default(), Vec::new());
        Self { engine, user_months: FxHashMap::default(), windows: BTreeMap::new(), rows: 0, dead_letters: 0, malformed: 0 }
    }

    fn users(&mut self, path: &Path) -> Result<(), CommandError> {
        let mut file = UserFile::open(path).map_err(unreadable)?;
        let mut changes = Vec::new();
        while let Some(row) = file.next_line().map_err(unreadable)? {
            match row {
                Ok(row) => changes.push(Change::User(RowChange::Insert(row))),
                Err(_) => self.malformed += 1,
            }
        }
        self.chunk(changes);
        Ok(())
    }

    fn readings(&mut self, path: &Path) -> Result<(), CommandError> {
        let mut file = ReadingFile::open(path).map_err(unreadable)?;
        let mut changes = Vec::with_capacity(CHUNK_ROWS);
        while let Some(row) = file.next_line().map_err(unreadable)? {
            let Ok(row) = row else {
                self.malformed += 1;
                continue;
            };
            self.rows += 1;
            changes.push(Change::Reading(RowChange::Insert(row)));
            if changes.len() == CHUNK_ROWS {
                self.chunk(std::mem::replace(&mut changes, Vec::with_capacity(CHUNK_ROWS)));
                self.flush();
            }
        }
        self.chunk(changes);
        self.engine.close_idle();
        self.flush();
        Ok(())
    }

    fn chunk(&mut self, changes: Vec<Change>) {
        let chunk = Chunk {
            origin: Origin::Stream,
            commit_lsn: Lsn(self.rows),
            end_lsn: Lsn(self.rows),
            commit_time_us: COMMIT_TIME_US,
            seq: 0,
            last: true,
            changes,
        };
        for part in engine::split_at_arrivals(vec![chunk], &rustc_hash::FxHashSet::default()) {
            let booked = self.engine.book(part.chunks, LoadedRows::default());
            let keys = self.engine.group_keys(&booked);
            let rows = self.engine.apply(booked, &keys, LoadedGroups::default());
            self.dead_letters += rows.dead_letters.len() as u64;
        }
    }

    fn flush(&mut self) {
        let keys = self.engine.user_month_keys();
        let known = keys.iter().flat_map(|key| self.months_of(key)).collect::<FxHashMap<UserMonthKey, i32>>();
        let known: Vec<(UserMonthKey, i32)> = known.into_iter().collect();
        let aggregates = self.engine.flush(&known);
        self.take(aggregates);
    }

    fn months_of(&self, key: &UserMonthKey) -> impl Iterator<Item = (UserMonthKey, i32)> {
        let year = self.user_months.get(&(key.region_id, key.user_id, key.month.year_start()));
        let key = *key;
        year.into_iter().flatten().map(move |(&month, &days)| (UserMonthKey { month, ..key }, days))
    }

    fn take(&mut self, aggregates: Aggregates) {
        for (month, region_id, user_id, days) in aggregates.user_months {
            self.user_months.entry((region_id, user_id, month.year_start())).or_default().insert(month, days);
        }
        for window in aggregates.windows {
            let key = (window.start, window.region_id);
            match window.content {
                Some(WindowContent { totals, user_count, ranking }) => {
                    let totals = WindowTotals { energy_kwh: totals.energy_kwh, cost_yuan: totals.cost_yuan, user_count };
                    self.windows.insert(key, (totals, ranking.len()));
                }
                None => drop(self.windows.remove(&key)),
            }
        }
    }

    fn ranking_rows(&self) -> usize {
        self.windows.values().map(|(_, ranking)| ranking).sum()
    }

    /// Over the lines `region_id|stat_date|total_consumption|total_cost|user_count`, by window, then region.
    fn checksum(&self) -> String {
        let mut digest = Sha256::new();
        let mut line = String::new();
        for ((start, region_id), (totals, _)) in &self.windows {
            line.clear();
            let WindowTotals { energy_kwh, cost_yuan, user_count } = totals;
            // writing to a string cannot fail
            let _ = writeln!(line, "{region_id}|{}|{energy_kwh}|{cost_yuan}|{user_count}", start.0);
            digest.update(line.as_bytes());
        }
        hex::encode(digest.finalize())
    }
}

fn unreadable(error: operational::FileError) -> CommandError {
    let (zh, en) = error.sentence();
    CommandError::Said { kind: error.kind(), zh, en }
}

fn cpu_seconds() -> f64 {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return 0.0 };
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}
