//! Answers to the engine's questions: sets of keys in, rows and sums out. Never one query per key.

mod details;
mod groups;
mod names;
mod repairs;
mod rows;
mod user_months;
mod windows;

use domain::{Day, DetailKey, LocalMs};

use crate::pg_types::Stamp;

/// From and to (exclusive) in time: lets the planner leave out the partitions of all other days.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub from: Stamp,
    pub to: Stamp,
}

impl Span {
    /// The whole days that hold these moments; none for no moments.
    pub(crate) fn of_days(moments: impl Iterator<Item = LocalMs>) -> Option<Self> {
        let (first, last) = moments.fold(None, |span: Option<(Day, Day)>, at| {
            let day = at.day();
            Some(span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
        })?;
        Some(Self { from: Stamp(first.start()), to: Stamp(last.end()) })
    }
}

/// Columns of keys, as arrays for `unnest`.
pub(crate) fn key_columns(keys: &[DetailKey]) -> (Vec<i64>, Vec<Stamp>) {
    keys.iter().map(|key| (key.consumption_id, Stamp(key.date))).unzip()
}
