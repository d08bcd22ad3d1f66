//! Changes of the operational tables as delivered, before any rule is applied.

use std::sync::Arc;

use crate::{Fixed2, LocalMs, Lsn, RegionId, UserId};

/// A column value as delivered. What cannot be used keeps its text for the dead letter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Cell<T> {
    #[default]
    Null,
    Value(T),
    /// `NaN`, `infinity` and their like.
    NotFinite(Box<str>),
    /// Readable, but beyond what the type here can hold.
    OutOfRange(Box<str>),
}

impl<T: Copy> Cell<T> {
    pub fn value(&self) -> Option<T> {
        match self {
            Self::Value(value) => Some(*value),
            _ => None,
        }
    }
}

impl Cell<Fixed2> {
    /// Reads the text form of a numeric.
    pub fn from_numeric(text: Option<&[u8]>) -> Self {
        let Some(text) = text else { return Self::Null };
        match Fixed2::parse(text) {
            Some(value) => Self::Value(value),
            None => Self::unusable(text),
        }
    }
}

impl Cell<LocalMs> {
    /// Reads the text form of a timestamp without zone.
    pub fn from_timestamp(text: Option<&[u8]>) -> Self {
        let Some(text) = text else { return Self::Null };
        match LocalMs::parse(text) {
            Some(value) => Self::Value(value),
            None => Self::unusable(text),
        }
    }
}

impl<T> Cell<T> {
    fn unusable(text: &[u8]) -> Self {
        let text: Box<str> = String::from_utf8_lossy(text).into();
        let lower = text.trim_start_matches(['-', '+']).to_ascii_lowercase();
        if lower.starts_with("nan") || lower.starts_with("inf") { Self::NotFinite(text) } else { Self::OutOfRange(text) }
    }
}

/// A row of `power_consumption`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadingRow {
    pub consumption_id: Option<i64>,
    pub user_id: Option<UserId>,
    pub amount_kwh: Cell<Fixed2>,
    pub cost_yuan: Cell<Fixed2>,
    pub date: Cell<LocalMs>,
    pub register_before_kwh: Cell<Fixed2>,
    pub register_after_kwh: Cell<Fixed2>,
    pub remark: Option<Arc<str>>,
}

/// A row of `power_user`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserRow {
    pub user_id: Option<UserId>,
    pub user_name: Option<Arc<str>>,
    pub usage_type: Option<Arc<str>>,
    pub region_id: Option<RegionId>,
    pub region_name: Option<Arc<str>>,
    pub address: Option<Arc<str>>,
    pub phone: Option<Arc<str>>,
    pub create_time: Option<LocalMs>,
    pub update_time: Option<LocalMs>,
}

/// A row of `region_profile`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RegionRow {
    pub region_id: RegionId,
    pub parent_id: Option<RegionId>,
    pub region_name: Option<Arc<str>>,
    pub limit_kw: Option<Fixed2>,
    pub valid_from: LocalMs,
}

/// A row of `power_reactive`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReactiveRow {
    pub user_id: Option<UserId>,
    pub interval_end: Cell<LocalMs>,
    pub kvarh: Cell<Fixed2>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowChange<T> {
    Insert(T),
    /// The old row is complete: the tables have `REPLICA IDENTITY FULL`.
    Update {
        old: Box<T>,
        new: T,
    },
    Delete(T),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Table {
    Users,
    Readings,
    Regions,
    Reactive,
}

impl Table {
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "power_user",
            Self::Readings => "power_consumption",
            Self::Regions => "region_profile",
            Self::Reactive => "power_reactive",
        }
    }

    /// Whether a source without this table is as good as any.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Regions | Self::Reactive)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    Reading(RowChange<ReadingRow>),
    User(RowChange<UserRow>),
    Region(RowChange<RegionRow>),
    Reactive(RowChange<ReactiveRow>),
    Truncate(Table),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Rows of a consistent copy, in event-time order. Never late.
    Snapshot,
    Stream,
}

/// A part of one committed source transaction, at most `max_chunk_rows` changes long.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk {
    pub origin: Origin,
    /// Position of the commit record; the same in each chunk of a transaction. Snapshot: its consistent point.
    pub commit_lsn: Lsn,
    /// Position behind the commit record: where reading goes on. Meaningful in the last chunk.
    pub end_lsn: Lsn,
    /// Commit time at the source, UTC microseconds since 1970. Snapshot: its time.
    pub commit_time_us: i64,
    /// Number of the chunk within its transaction, from 0.
    pub seq: u32,
    pub last: bool,
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_what_they_cannot_use() {
        assert_eq!(Cell::from_numeric(None), Cell::Null);
        assert_eq!(Cell::from_numeric(Some(b"1.5")), Cell::Value(Fixed2(150)));
        assert_eq!(Cell::from_numeric(Some(b"NaN")), Cell::NotFinite("NaN".into()));
        assert_eq!(Cell::from_numeric(Some(b"-Infinity")), Cell::NotFinite("-Infinity".into()));
        assert_eq!(Cell::from_numeric(Some(b"123456789012345678901")), Cell::OutOfRange("123456789012345678901".into()));
        assert_eq!(Cell::from_timestamp(Some(b"infinity")), Cell::NotFinite("infinity".into()));
        assert_eq!(Cell::from_timestamp(Some(b"4713-01-01 00:00:00 BC")), Cell::OutOfRange("4713-01-01 00:00:00 BC".into()));
    }
}
