//! Fills past days with readings, oldest first, so that yesterday and last week exist when the live ones start.

use domain::LocalMs;
use operational::{Operational, OperationalError};
use tokio_util::sync::CancellationToken;

use super::fleet::{Fleet, QUARTER_MS};

/// Event time of one step; its rows are at most a few transactions.
const STEP_MS: i64 = 4 * QUARTER_MS;
const TRANSACTION_ROWS: usize = 10_000;
const DAY_MS: i64 = 86_400_000;

/// Where to start so that `now - days` or the newest reading, whichever is later, is followed without a hole.
pub fn start(newest: Option<LocalMs>, now: LocalMs, days: i64) -> LocalMs {
    let earliest = now.day().start().plus_ms(-days * DAY_MS);
    newest.map_or(earliest, |newest| newest.max(earliest).min(now))
}

/// Writes everything the fleet reports in `(from, to]`. Answers the rows written and the time reached.
pub async fn fill(
    database: &Operational,
    fleet: &mut Fleet,
    from: LocalMs,
    to: LocalMs,
    stop: &CancellationToken,
    mut progress: impl FnMut(LocalMs),
) -> Result<(u64, LocalMs), OperationalError> {
    let mut writer = database.reading_writer();
    let (mut written, mut reached) = (0, from);
    let mut batch = Vec::new();
    while reached < to && !stop.is_cancelled() {
        let next = reached.plus_ms(STEP_MS).min(to);
        batch.append(&mut fleet.reports(reached, next));
        reached = next;
        if batch.len() >= TRANSACTION_ROWS || reached >= to {
            for rows in batch.chunks(TRANSACTION_ROWS) {
                written += writer.insert(rows).await?.new;
            }
            batch.clear();
            progress(reached);
        }
    }
    Ok((written, reached))
}
