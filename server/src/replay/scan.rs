//! A first look through a file of readings: is it whole, how long is it, which times does it hold.

use std::path::Path;

use domain::{Cell, LocalMs, ReadingRow};
use operational::{FileError, ReadingFile};

pub const DAY_MS: i64 = 86_400_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scan {
    pub rows: u64,
    pub bad_lines: u64,
    pub newest: Option<LocalMs>,
}

/// Reads the file once to its end, so that a damaged one is refused before anything is written.
pub fn scan(path: &Path) -> Result<Scan, FileError> {
    let mut file = ReadingFile::open(path)?;
    let mut scan = Scan::default();
    while let Some(line) = file.next_line()? {
        match line {
            Ok(row) => {
                scan.rows += 1;
                scan.newest = scan.newest.max(row.date.value());
            }
            Err(_) => scan.bad_lines += 1,
        }
    }
    Ok(scan)
}

/// The largest number of whole days that leaves nothing in the future; negative for a file from the future.
pub fn shift_days(newest: LocalMs, now: LocalMs) -> i64 {
    (now.0 - newest.0).div_euclid(DAY_MS)
}

/// Moves the event time of a row by whole days.
pub fn shift(row: &mut ReadingRow, days: i64) {
    if let Cell::Value(date) = row.date {
        row.date = Cell::Value(date.plus_ms(days.saturating_mul(DAY_MS)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect("a time")
    }

    #[test]
    fn the_shift_leaves_none_in_the_future_and_less_than_a_day_to_spare() {
        let cases = [
            ("2016-01-17 23:59:00", "2026-11-21 12:00:00"),
            ("2016-01-17 11:59:00", "2026-11-21 12:00:00"),
            ("2016-01-17 12:00:00", "2026-11-21 12:00:00"),
            ("2030-01-01 00:00:00.001", "2026-11-21 12:00:00"),
        ];
        for (newest, now) in cases {
            let (newest, now) = (at(newest), at(now));
            let mut row = ReadingRow { date: Cell::Value(newest), ..ReadingRow::default() };
            shift(&mut row, shift_days(newest, now));
            let moved = row.date.value().expect("a time");
            assert!(moved <= now && now.0 - moved.0 < DAY_MS, "{moved}");
            assert_eq!((moved.0 - newest.0).rem_euclid(DAY_MS), 0);
        }
    }
}
