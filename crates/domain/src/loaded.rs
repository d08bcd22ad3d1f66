//! What the engine asks the warehouse for, and the answers. Always sets of keys, never one at a time.

use crate::effect::{GroupTotals, UserDay, UserTotals};
use crate::{Booking, Day, Detail, DetailKey, LocalMs, RegionId, UserId, WindowStart};

/// First question about a chunk: which single rows does it touch?
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RowKeys {
    pub users: Vec<UserId>,
    pub details: Vec<DetailKey>,
}

/// Answer to [`RowKeys`]; a key without a row is simply absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadedRows {
    /// Bookings of the users in `ods_power_user`, placeholders filled in column by column.
    pub users: Vec<(UserId, Booking)>,
    pub details: Vec<Detail>,
}

/// Second question, once the net change of each row is known: which groups does it touch?
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GroupKeys {
    /// Closed windows that are not held: their rows summed per user, without `removed`.
    pub windows: Vec<(RegionId, WindowStart)>,
    /// Region-days that are not held: quarter rows of the roll-up and all user days.
    pub region_days: Vec<(RegionId, Day)>,
    /// Quarter-hours that lose a row: summed again from the details without `removed`.
    pub quarter_repairs: Vec<(RegionId, LocalMs)>,
    /// User days that lose a row: summed again from the details without `removed`.
    pub user_repairs: Vec<(RegionId, Day, UserId)>,
    /// Months (by first day) that are not held: day rows of the roll-up and the month's user count.
    pub months: Vec<(RegionId, Day)>,
    /// Years (by first day) that are not held: month rows of the roll-up and the year's user count.
    pub years: Vec<(RegionId, Day)>,
    /// Detail rows that this chunk takes away; still in the table when the groups are loaded.
    pub removed: Vec<DetailKey>,
}

impl GroupKeys {
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
            && self.region_days.is_empty()
            && self.quarter_repairs.is_empty()
            && self.user_repairs.is_empty()
            && self.months.is_empty()
            && self.years.is_empty()
    }
}

/// Answer to [`GroupKeys`]; an empty group is absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadedGroups {
    pub windows: Vec<LoadedWindow>,
    pub quarters: Vec<(RegionId, LocalMs, GroupTotals)>,
    pub user_days: Vec<(RegionId, Day, UserId, UserDay)>,
    pub quarter_repairs: Vec<(RegionId, LocalMs, GroupTotals)>,
    pub user_repairs: Vec<(RegionId, Day, UserId, UserDay)>,
    /// Day rows of the asked months.
    pub month_days: Vec<(RegionId, Day, GroupTotals)>,
    pub month_users: Vec<(RegionId, Day, i64)>,
    /// Month rows of the asked years.
    pub year_months: Vec<(RegionId, Day, GroupTotals)>,
    pub year_users: Vec<(RegionId, Day, i64)>,
}

/// A window summed from its detail rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadedWindow {
    pub region_id: RegionId,
    pub start: WindowStart,
    pub totals: GroupTotals,
    /// Per user, with the largest `consumption_id` that names him.
    pub users: Vec<(UserTotals, i64)>,
}

/// One user in one month: asked when a user day appears or goes away.
/// The answer holds all months of that user's year in that region.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct UserMonthKey {
    pub region_id: RegionId,
    pub user_id: UserId,
    /// First day of the month.
    pub month: Day,
}
