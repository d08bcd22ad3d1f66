//! What the engine decided: rows to write. Data only; one warehouse transaction carries them out.

use std::sync::Arc;

use crate::quarter::QuarterSet;
use crate::{Day, DeadLetter, Detail, DetailKey, Fixed2, LocalMs, Lsn, RegionId, RegionRow, Table, UserId, UserRow, WindowStart};

/// Row-level effects of one chunk, to be written before the next chunk is loaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RowEffects {
    /// Everything of these tables goes first.
    pub truncated: Vec<Table>,
    pub users: Vec<UserRow>,
    pub users_deleted: Vec<UserId>,
    pub regions: Vec<RegionRow>,
    pub regions_deleted: Vec<(RegionId, LocalMs)>,
    pub details_removed: Vec<DetailKey>,
    pub details_added: Vec<Detail>,
    pub reactive: Vec<ReactiveFact>,
    pub reactive_removed: Vec<(UserId, LocalMs)>,
    pub dead_letters: Vec<DeadLetter>,
    /// Open dead letters of these keys are settled. Carried out before `dead_letters` are added.
    pub dead_letters_cleared: Vec<(Table, i64)>,
    pub counts: Vec<HourCount>,
}

/// Accepted reactive energy of an interval: row of `dwd_power_reactive`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReactiveFact {
    pub user_id: UserId,
    pub interval_end: LocalMs,
    pub kvarh: Fixed2,
    pub commit_lsn: Lsn,
}

/// Counters to be added to `quality_hour`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HourCount {
    pub hour: LocalMs,
    pub region_id: RegionId,
    pub rows: i64,
    pub late: i64,
    pub late_kwh: Fixed2,
    pub retracted: i64,
    pub register_mismatch: i64,
}

/// Sums over a group of detail rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupTotals {
    pub energy_kwh: Fixed2,
    pub cost_yuan: Fixed2,
    pub records: i64,
    pub max_kwh: Fixed2,
    pub min_kwh: Fixed2,
    /// Largest `consumption_id` of the group; its row names the region.
    pub last_consumption_id: i64,
    pub region_name: Arc<str>,
}

/// One user's sums within a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserTotals {
    pub user_id: UserId,
    pub user_name: Arc<str>,
    pub energy_kwh: Fixed2,
    pub cost_yuan: Fixed2,
}

/// A closed window of one region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WindowResult {
    pub region_id: RegionId,
    pub start: WindowStart,
    /// True when it was closed and written before: the row counts a revision.
    pub amended: bool,
    /// None: the last reading is gone, and so are the rows.
    pub content: Option<WindowContent>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WindowContent {
    pub totals: GroupTotals,
    pub user_count: i64,
    /// Highest users first, at most `ranking.keep` of them; never empty.
    pub ranking: Vec<UserTotals>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grain {
    Quarter,
    Hour,
    Day,
    Month,
    Year,
}

impl Grain {
    pub const ALL: [Self; 5] = [Self::Quarter, Self::Hour, Self::Day, Self::Month, Self::Year];

    pub fn code(self) -> &'static str {
        match self {
            Self::Quarter => "15min",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.code() == code)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RollupKey {
    pub region_id: RegionId,
    pub grain: Grain,
    pub start: LocalMs,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollupResult {
    pub key: RollupKey,
    /// True when the period had closed before this change.
    pub amended: bool,
    /// None: no reading is left.
    pub content: Option<(GroupTotals, i64)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserDay {
    pub user_name: Arc<str>,
    pub usage_type: Arc<str>,
    pub records: i64,
    pub energy_kwh: Fixed2,
    pub cost_yuan: Fixed2,
    pub last_consumption_id: i64,
    pub quarters: QuarterSet,
}

/// Row of `ads_region_day`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionDay {
    pub region_name: Arc<str>,
    pub energy_kwh: Fixed2,
    pub cost_yuan: Fixed2,
    pub peak_hour: u8,
    pub peak_hour_kwh: Fixed2,
    pub peak_quarter: LocalMs,
    pub peak_quarter_kwh: Fixed2,
    pub mean_kw: Fixed2,
    pub peak_kw: Fixed2,
    /// Ten-thousandths; none when the peak is zero.
    pub load_factor_e4: Option<i64>,
    pub top_user: UserTotals,
}

/// Aggregates to be written with the position. `None` in place of a row deletes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Aggregates {
    pub windows: Vec<WindowResult>,
    pub rollups: Vec<RollupResult>,
    pub user_days: Vec<(Day, RegionId, UserId, Option<UserDay>)>,
    /// Month start, region, user, number of days with readings (0 deletes the row).
    pub user_months: Vec<(Day, RegionId, UserId, i32)>,
    pub region_days: Vec<(RegionId, Day, Option<RegionDay>)>,
}

impl Aggregates {
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
            && self.rollups.is_empty()
            && self.user_days.is_empty()
            && self.user_months.is_empty()
            && self.region_days.is_empty()
    }
}
