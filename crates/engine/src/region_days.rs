//! One region on one local day: its 96 quarter-hours and its users. Hours and the day are composed from them.

use std::sync::Arc;

use domain::effect::{GroupTotals, RegionDay, UserDay, UserTotals};
use domain::quarter::QuarterSet;
use domain::{Day, Detail, Fixed2, UserId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::totals;

pub const QUARTERS: usize = 96;

pub struct HeldUserDay {
    pub day: UserDay,
    /// A row of it is in the table.
    pub written: bool,
    dirty: bool,
}

pub struct RegionDayState {
    quarters: Vec<Option<GroupTotals>>,
    quarter_users: [u32; QUARTERS],
    hour_users: [u32; 24],
    users: FxHashMap<UserId, HeldUserDay>,
    dirty_users: FxHashSet<UserId>,
    /// Users that lost their last reading and still have a row.
    gone_users: FxHashSet<UserId>,
    dirty_quarters: u128,
    /// The highest user, while only additions happened since it was found.
    top: Option<UserId>,
    top_known: bool,
    pub last_used: u64,
}

impl Default for RegionDayState {
    fn default() -> Self {
        Self {
            quarters: vec![None; QUARTERS],
            quarter_users: [0; QUARTERS],
            hour_users: [0; 24],
            users: FxHashMap::default(),
            dirty_users: FxHashSet::default(),
            gone_users: FxHashSet::default(),
            dirty_quarters: 0,
            top: None,
            top_known: true,
            last_used: 0,
        }
    }
}

impl RegionDayState {
    pub fn install_quarter(&mut self, quarter: u8, totals: GroupTotals) {
        self.quarters[usize::from(quarter)] = Some(totals);
    }

    pub fn install_user(&mut self, user_id: UserId, day: UserDay) {
        self.count_quarters(day.quarters, 1);
        self.top_known = false;
        self.users.insert(user_id, HeldUserDay { day, written: true, dirty: false });
    }

    /// Replaces a quarter-hour that lost a row by what the remaining rows add up to.
    pub fn repair_quarter(&mut self, quarter: u8, totals: Option<GroupTotals>) {
        self.quarters[usize::from(quarter)] = totals;
        self.dirty_quarters |= 1 << quarter;
    }

    /// Replaces a user's day that lost a row by what his remaining rows add up to.
    pub fn repair_user(&mut self, user_id: UserId, day: Option<UserDay>) {
        self.top_known = false;
        let before = self.users.remove(&user_id);
        let written = before.as_ref().is_some_and(|held| held.written);
        if let Some(before) = before {
            self.count_quarters(before.day.quarters, -1);
        }
        match day {
            Some(day) => {
                self.count_quarters(day.quarters, 1);
                self.users.insert(user_id, HeldUserDay { day, written, dirty: true });
                self.dirty_users.insert(user_id);
            }
            None => {
                self.dirty_users.remove(&user_id);
                if written {
                    self.gone_users.insert(user_id);
                }
            }
        }
    }

    pub fn add(&mut self, detail: &Detail) {
        let quarter = detail.key.date.quarter();
        totals::add_reading(&mut self.quarters[usize::from(quarter)], detail);
        self.dirty_quarters |= 1 << quarter;
        let user_id = detail.user_id;
        let held = self.users.entry(user_id).or_insert_with(|| HeldUserDay {
            day: empty_user_day(detail),
            // A row that is about to be deleted is overwritten instead.
            written: self.gone_users.remove(&user_id),
            dirty: false,
        });
        add_to_user(&mut held.day, detail);
        if !held.dirty {
            held.dirty = true;
            self.dirty_users.insert(user_id);
        }
        let energy = held.day.energy_kwh;
        let seen = held.day.quarters;
        if !seen.contains(quarter) {
            held.day.quarters.insert(quarter);
            self.quarter_users[usize::from(quarter)] += 1;
            self.hour_users[usize::from(quarter / 4)] += u32::from(!seen.has_hour(quarter / 4));
        }
        if self.top_known && self.top != Some(user_id) {
            let beats = self.top.and_then(|top| self.users.get(&top).map(|held| (top, held.day.energy_kwh)));
            if beats.is_none_or(|(top, top_energy)| energy > top_energy || (energy == top_energy && user_id < top)) {
                self.top = Some(user_id);
            }
        }
    }

    fn count_quarters(&mut self, quarters: QuarterSet, change: i32) {
        for quarter in 0..96u8 {
            if quarters.contains(quarter) {
                let count = &mut self.quarter_users[usize::from(quarter)];
                *count = count.saturating_add_signed(change);
            }
        }
        for hour in 0..24u8 {
            if quarters.has_hour(hour) {
                let count = &mut self.hour_users[usize::from(hour)];
                *count = count.saturating_add_signed(change);
            }
        }
    }

    pub fn is_dirty(&self) -> bool {
        self.dirty_quarters != 0 || !self.dirty_users.is_empty() || !self.gone_users.is_empty()
    }

    pub fn dirty_len(&self) -> usize {
        self.dirty_users.len() + self.gone_users.len()
    }

    pub fn user_len(&self) -> usize {
        self.users.len()
    }

    /// Users whose row appears (true) or goes away (false) with the next flush.
    pub fn user_transitions(&self) -> impl Iterator<Item = (UserId, bool)> {
        let appear = self.dirty_users.iter().filter(|user| self.users.get(user).is_some_and(|held| !held.written));
        appear.map(|&user| (user, true)).chain(self.gone_users.iter().map(|&user| (user, false)))
    }

    /// The user days to write, deletions as `None`. All are clean afterwards.
    pub fn take_users(&mut self) -> Vec<(UserId, Option<UserDay>)> {
        let mut rows: Vec<(UserId, Option<UserDay>)> = self.gone_users.drain().map(|user| (user, None)).collect();
        for user_id in self.dirty_users.drain() {
            if let Some(held) = self.users.get_mut(&user_id) {
                held.dirty = false;
                held.written = true;
                rows.push((user_id, Some(held.day.clone())));
            }
        }
        rows
    }

    /// The quarters to write; clean afterwards.
    pub fn take_dirty_quarters(&mut self) -> QuarterSet {
        QuarterSet(std::mem::take(&mut self.dirty_quarters))
    }

    pub fn quarter(&self, quarter: u8) -> Option<(GroupTotals, i64)> {
        let totals = self.quarters[usize::from(quarter)].clone()?;
        Some((totals, i64::from(self.quarter_users[usize::from(quarter)])))
    }

    pub fn hour(&self, hour: u8) -> Option<(GroupTotals, i64)> {
        let first = usize::from(hour) * 4;
        let totals = totals::merge(self.quarters[first..first + 4].iter().flatten())?;
        Some((totals, i64::from(self.hour_users[usize::from(hour)])))
    }

    pub fn day(&self) -> Option<(GroupTotals, i64)> {
        let totals = totals::merge(self.quarters.iter().flatten())?;
        Some((totals, i64::try_from(self.users.len()).unwrap_or(i64::MAX)))
    }

    /// Row of `ads_region_day`; `None` when the day has no reading.
    pub fn region_day(&mut self, day: Day) -> Option<RegionDay> {
        let (totals, _) = self.day()?;
        let top_user = self.top_user()?;
        let energy_of = |quarter: usize| self.quarters[quarter].as_ref().map(|totals| totals.energy_kwh);
        let (peak_quarter, peak_quarter_kwh) = first_max((0..QUARTERS).map(energy_of))?;
        let hour_energy = |hour: usize| (hour * 4..hour * 4 + 4).filter_map(energy_of).reduce(|a, b| a + b);
        let (peak_hour, peak_hour_kwh) = first_max((0..24).map(hour_energy))?;
        let last_quarter = (0..QUARTERS).rev().find(|&quarter| energy_of(quarter).is_some())?;
        let elapsed_quarters = i128::try_from(last_quarter + 1).unwrap_or(1);
        let energy = i128::from(totals.energy_kwh.0);
        let peak = i128::from(peak_quarter_kwh.0);
        Some(RegionDay {
            region_name: totals.region_name,
            energy_kwh: totals.energy_kwh,
            cost_yuan: totals.cost_yuan,
            peak_hour: u8::try_from(peak_hour).unwrap_or(0),
            peak_hour_kwh,
            peak_quarter: day.quarter_start(u8::try_from(peak_quarter).unwrap_or(0)),
            peak_quarter_kwh,
            mean_kw: Fixed2(domain::fixed::div_round(energy * 4, elapsed_quarters)),
            peak_kw: Fixed2(peak_quarter_kwh.0 * 4),
            load_factor_e4: (peak > 0).then(|| domain::fixed::div_round(energy * 10_000, elapsed_quarters * peak)),
            top_user,
        })
    }

    fn top_user(&mut self) -> Option<UserTotals> {
        if !self.top_known {
            self.top = self.users.iter().map(|(&id, held)| (held.day.energy_kwh, -id)).max().map(|(_, id)| -id);
            self.top_known = true;
        }
        let user_id = self.top?;
        let day = &self.users.get(&user_id)?.day;
        Some(UserTotals { user_id, user_name: Arc::clone(&day.user_name), energy_kwh: day.energy_kwh, cost_yuan: day.cost_yuan })
    }
}

/// Position and value of the first largest present value.
fn first_max(values: impl Iterator<Item = Option<Fixed2>>) -> Option<(usize, Fixed2)> {
    let mut best: Option<(usize, Fixed2)> = None;
    for (at, value) in values.enumerate() {
        if let Some(value) = value
            && best.is_none_or(|(_, highest)| value > highest)
        {
            best = Some((at, value));
        }
    }
    best
}

fn empty_user_day(detail: &Detail) -> UserDay {
    UserDay {
        user_name: detail.booking.user_name.clone(),
        usage_type: detail.booking.usage_type.clone(),
        records: 0,
        energy_kwh: Fixed2::ZERO,
        cost_yuan: Fixed2::ZERO,
        last_consumption_id: detail.key.consumption_id,
        quarters: QuarterSet::default(),
    }
}

fn add_to_user(day: &mut UserDay, detail: &Detail) {
    day.records += 1;
    day.energy_kwh += detail.amount_kwh;
    day.cost_yuan += detail.cost_yuan;
    if detail.key.consumption_id >= day.last_consumption_id {
        day.last_consumption_id = detail.key.consumption_id;
        if !Arc::ptr_eq(&day.user_name, &detail.booking.user_name) {
            day.user_name = detail.booking.user_name.clone();
        }
        if !Arc::ptr_eq(&day.usage_type, &detail.booking.usage_type) {
            day.usage_type = detail.booking.usage_type.clone();
        }
    }
}
