//! Reactive energy of a file, before the readings: it has no pace of its own.

use std::path::Path;

use domain::{Cell, ReactiveRow};
use operational::{FileError, Operational, ReactiveFile};
use tokio_util::sync::CancellationToken;

use super::run::{ReplayError, Summary, TRANSACTION_ROWS};
use super::scan::DAY_MS;

/// Moves the intervals by `days`, as the readings beside them.
pub async fn load(
    database: &Operational,
    path: &Path,
    days: i64,
    stop: &CancellationToken,
    summary: &mut Summary,
) -> Result<(), ReplayError> {
    let mut file = ReactiveFile::open(path)?;
    let mut batch: Vec<ReactiveRow> = Vec::with_capacity(TRANSACTION_ROWS);
    loop {
        let line = file.next_line()?;
        let has_ended = line.is_none() || stop.is_cancelled();
        match line {
            Some(Ok(mut row)) => {
                if let Cell::Value(end) = row.interval_end {
                    row.interval_end = Cell::Value(end.plus_ms(days.saturating_mul(DAY_MS)));
                }
                batch.push(row);
            }
            Some(Err(bad)) => summary.note(path, bad),
            None => {}
        }
        if batch.len() >= TRANSACTION_ROWS || (has_ended && !batch.is_empty()) {
            let done = database.insert_reactive(&batch).await?;
            summary.reactive_new += done.new;
            summary.reactive_present += done.present;
            batch.clear();
        }
        if has_ended {
            summary.stopped |= stop.is_cancelled();
            return Ok(());
        }
    }
}

/// The newest interval of a file, and that the file is whole.
pub fn newest(path: &Path) -> Result<Option<domain::LocalMs>, FileError> {
    let mut file = ReactiveFile::open(path)?;
    let mut newest = None;
    while let Some(line) = file.next_line()? {
        newest = newest.max(line.ok().and_then(|row| row.interval_end.value()));
    }
    Ok(newest)
}
