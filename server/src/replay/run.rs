//! The replay itself: users first, then readings in file order, in transactions of a sensible size.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{FailureKind, LocalMs, ReadingRow, UserRow, Zone};
use indicatif::ProgressBar;
use operational::{BadLine, FileError, Operational, OperationalError, ReadingFile, ReadingWriter, UserFile};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::pace::{Pace, Speed};
use super::reactive;
use super::scan::{Scan, scan, shift, shift_days};

/// Rows of one transaction at most.
pub const TRANSACTION_ROWS: usize = 5_000;
/// Rows due within this time are written together.
const TOGETHER: Duration = Duration::from_millis(200);
/// Malformed lines kept for the report; all are counted.
const REPORTED_LINES: usize = 20;

#[derive(Clone, Debug)]
pub struct Options {
    pub users: Option<PathBuf>,
    pub consumption: Option<PathBuf>,
    pub reactive: Option<PathBuf>,
    pub speed: Speed,
    pub shift_to_now: bool,
    pub zone: Zone,
    /// UTC microseconds; decides what is in the future.
    pub now_us: i64,
    pub max_future_skew_s: i64,
    pub retention_days: i64,
}

/// What a replay did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Users added or changed, and users that were the same already.
    pub users_written: u64,
    pub users_same: u64,
    pub readings_new: u64,
    /// Readings whose key was already there.
    pub readings_present: u64,
    /// Intervals of reactive energy, as the readings.
    pub reactive_new: u64,
    pub reactive_present: u64,
    pub shift_days: Option<i64>,
    pub bad_count: u64,
    /// The first malformed lines, with the file each is in.
    pub bad_lines: Vec<(PathBuf, BadLine)>,
    /// Ended by a signal; starting again goes on where this stopped.
    pub stopped: bool,
}

/// Its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    File(#[from] FileError),
    Operational(#[from] OperationalError),
    BeforeHorizon { path: PathBuf, newest: LocalMs, horizon: LocalMs, retention_days: i64 },
}

impl ReplayError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::File(error) => error.kind(),
            Self::Operational(error) => error.kind(),
            Self::BeforeHorizon { .. } => FailureKind::Operator,
        }
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::File(error) => error.sentence(),
            Self::Operational(error) => error.sentence(),
            Self::BeforeHorizon { path, newest, horizon, retention_days } => {
                let path = path.display();
                (
                    format!(
                        "文件 {path} 中最新的读数是 {newest}，早于保留期的起点 {horizon}（库中最新读数往前 {retention_days} 天），写入后会立即过期。请加 --shift-to-now 把时间平移到现在。"
                    ),
                    format!(
                        "{path} ends at {newest}, before the oldest reading that is kept ({horizon}: newest reading in the database \
                         less the retention of {retention_days} days). Move it to today with --shift-to-now."
                    ),
                )
            }
        }
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

impl Summary {
    pub fn note(&mut self, path: &Path, bad: BadLine) {
        self.bad_count += 1;
        if self.bad_lines.len() < REPORTED_LINES {
            self.bad_lines.push((path.to_owned(), bad));
        }
    }
}

pub async fn run(
    database: &Operational,
    options: &Options,
    bar: &ProgressBar,
    stop: &CancellationToken,
) -> Result<Summary, ReplayError> {
    let mut summary = Summary::default();
    // both files are looked at before the first row is written
    let users = options.users.as_deref().map(|path| Ok::<_, FileError>((path, UserFile::open(path)?))).transpose()?;
    let mut days = 0;
    if let Some(path) = &options.consumption {
        let scanned = scan_in_background(path).await?;
        bar.set_length(scanned.rows);
        if let (true, Some(newest)) = (options.shift_to_now, scanned.newest) {
            days = shift_days(newest, options.zone.local_ms(options.now_us));
            summary.shift_days = Some(days);
        }
        refuse_what_would_expire(database, options, path, &scanned, days).await?;
    }
    let newest_reactive = options.reactive.as_deref().map(newest_in_background);
    let newest_reactive = match newest_reactive {
        Some(newest) => newest.await?,
        None => None,
    };
    if let (true, None, Some(newest)) = (options.shift_to_now, summary.shift_days, newest_reactive) {
        days = shift_days(newest, options.zone.local_ms(options.now_us));
        summary.shift_days = Some(days);
    }
    if let Some((path, file)) = users {
        load_users(database, path, file, &mut summary).await?;
    }
    if let Some(path) = &options.reactive {
        reactive::load(database, path, days, stop, &mut summary).await?;
    }
    if let Some(path) = &options.consumption {
        load_readings(database, options, path, days, bar, stop, &mut summary).await?;
    }
    Ok(summary)
}

async fn scan_in_background(path: &Path) -> Result<Scan, FileError> {
    let owned = path.to_owned();
    match tokio::task::spawn_blocking(move || scan(&owned)).await {
        Ok(scanned) => scanned,
        Err(error) => Err(FileError::Read { path: path.to_owned(), cause: std::io::Error::other(error) }),
    }
}

async fn newest_in_background(path: &Path) -> Result<Option<LocalMs>, FileError> {
    let owned = path.to_owned();
    match tokio::task::spawn_blocking(move || reactive::newest(&owned)).await {
        Ok(newest) => newest,
        Err(error) => Err(FileError::Read { path: path.to_owned(), cause: std::io::Error::other(error) }),
    }
}

async fn refuse_what_would_expire(
    database: &Operational,
    options: &Options,
    path: &Path,
    scanned: &Scan,
    days: i64,
) -> Result<(), ReplayError> {
    let Some(newest) = scanned.newest.map(|newest| newest.plus_ms(days * 86_400_000)) else { return Ok(()) };
    let limit = options.zone.local_ms(options.now_us).plus_ms(options.max_future_skew_s * 1000);
    let Some(there) = database.newest_reading(limit).await? else { return Ok(()) };
    let horizon = there.day().start().plus_ms(-options.retention_days * 86_400_000);
    if newest >= horizon {
        return Ok(());
    }
    Err(ReplayError::BeforeHorizon { path: path.to_owned(), newest, horizon, retention_days: options.retention_days })
}

async fn load_users(database: &Operational, path: &Path, mut file: UserFile, summary: &mut Summary) -> Result<(), ReplayError> {
    let mut batch: Vec<UserRow> = Vec::new();
    loop {
        let line = file.next_line()?;
        let ended = line.is_none();
        match line {
            Some(Ok(row)) => batch.push(row),
            Some(Err(bad)) => summary.note(path, bad),
            None => {}
        }
        if batch.len() >= TRANSACTION_ROWS || (ended && !batch.is_empty()) {
            let written = database.upsert_users(&batch).await?;
            summary.users_written += written;
            summary.users_same += u64::try_from(batch.len()).unwrap_or(0).saturating_sub(written);
            batch.clear();
        }
        if ended {
            return Ok(());
        }
    }
}

async fn load_readings(
    database: &Operational,
    options: &Options,
    path: &Path,
    days: i64,
    bar: &ProgressBar,
    stop: &CancellationToken,
    summary: &mut Summary,
) -> Result<(), ReplayError> {
    let mut file = ReadingFile::open(path)?;
    let mut writer = database.reading_writer();
    let mut pace = Pace::new(options.speed);
    let started = Instant::now();
    let mut batch: Vec<ReadingRow> = Vec::with_capacity(TRANSACTION_ROWS);
    while let Some(line) = file.next_line()? {
        let mut row = match line {
            Ok(row) => row,
            Err(bad) => {
                summary.note(path, bad);
                continue;
            }
        };
        shift(&mut row, days);
        let due = started + pace.due(row.date.value());
        if due > Instant::now() + TOGETHER {
            write(&mut writer, &mut batch, bar, summary).await?;
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                () = stop.cancelled() => {}
            }
        }
        if stop.is_cancelled() {
            summary.stopped = true;
            break;
        }
        batch.push(row);
        if batch.len() >= TRANSACTION_ROWS {
            write(&mut writer, &mut batch, bar, summary).await?;
        }
    }
    write(&mut writer, &mut batch, bar, summary).await
}

async fn write(
    writer: &mut ReadingWriter,
    batch: &mut Vec<ReadingRow>,
    bar: &ProgressBar,
    summary: &mut Summary,
) -> Result<(), ReplayError> {
    if batch.is_empty() {
        return Ok(());
    }
    let done = writer.insert(batch).await?;
    summary.readings_new += done.new;
    summary.readings_present += done.present;
    bar.inc(u64::try_from(batch.len()).unwrap_or(0));
    batch.clear();
    Ok(())
}
