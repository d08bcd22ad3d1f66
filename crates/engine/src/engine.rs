//! The engine's state and its steps.

use std::sync::Arc;

use domain::effect::{Aggregates, RowEffects};
use domain::loaded::{GroupKeys, LoadedGroups, LoadedRows, LoadedWindow, RowKeys, UserMonthKey};
use domain::{Booking, Chunk, Day, Detail, LocalMs, Progress, RegionId, UserId};
use rustc_hash::FxHashMap;

use crate::book::{self, Booked};
use crate::cache::Cache;
use crate::flush;
use crate::keys;
use crate::periods::Periods;
use crate::region_days::RegionDayState;
use crate::settings::Settings;
use crate::windows::Windows;

pub struct Engine {
    pub(crate) settings: Settings,
    /// `None`: known not to exist.
    pub(crate) users: Cache<UserId, Option<Arc<Booking>>>,
    pub(crate) unknown: Arc<Booking>,
    pub(crate) windows: Windows,
    pub(crate) region_days: FxHashMap<(RegionId, Day), RegionDayState>,
    pub(crate) months: Periods,
    pub(crate) years: Periods,
    /// Windows that end at or before it are closed. Only grows.
    watermark: Option<LocalMs>,
    pub(crate) newest_event: Option<LocalMs>,
    /// Counts flushes; tells what was used long ago.
    pub(crate) tick: u64,
    /// The watermark when the last flush was taken: what lay behind it has been written.
    pub(crate) flushed_watermark: Option<LocalMs>,
}

impl Engine {
    /// An engine that goes on from `progress`. `open`: the warehouse's windows that start at or after the watermark.
    pub fn new(settings: Settings, progress: &Progress, open: Vec<LoadedWindow>) -> Self {
        let complete_from = progress.watermark.map_or(LocalMs(i64::MIN), |watermark| watermark.window().0);
        let limits = settings.limits.clone();
        Self {
            settings,
            users: Cache::new(limits.users),
            unknown: Arc::new(Booking::unknown()),
            windows: Windows::new(complete_from, open),
            region_days: FxHashMap::default(),
            months: Periods::default(),
            years: Periods::default(),
            watermark: progress.watermark,
            newest_event: progress.newest_event,
            tick: 0,
            flushed_watermark: progress.watermark,
        }
    }

    /// Rows needed to book some chunks. `over_existing`: inserts may meet rows that are known already (a new copy).
    pub fn row_keys(&self, chunks: &[Chunk], over_existing: bool) -> RowKeys {
        keys::row_keys(self, chunks, over_existing)
    }

    /// Applies rules and bookings. The watermark moves after each chunk; what it passes is closed by the next flush.
    pub fn book(&mut self, chunks: Vec<Chunk>, loaded: LoadedRows) -> Booked {
        book::book(self, chunks, loaded)
    }

    /// Books readings of users who have arrived meanwhile; each of `details` is booked as unknown.
    pub fn rebook(&mut self, details: Vec<Detail>, arrived: &FxHashMap<UserId, Arc<Booking>>) -> Booked {
        let mut booked = Booked::default();
        for detail in details {
            if let Some(booking) = arrived.get(&detail.user_id) {
                booked.added.push(Some(Detail { booking: booking.clone(), ..detail.clone() }));
                booked.removed.push(detail);
            }
        }
        booked
    }

    /// Takes rows away that a new copy of the source no longer holds.
    pub fn retract(&mut self, details: Vec<Detail>) -> Booked {
        Booked { removed: details, ..Booked::default() }
    }

    /// Aggregates needed to apply what was booked.
    pub fn group_keys(&self, booked: &Booked) -> GroupKeys {
        keys::group_keys(self, booked)
    }

    /// Folds the net changes into the aggregates. `keys` are those that `groups` answers.
    pub fn apply(&mut self, booked: Booked, keys: &GroupKeys, groups: LoadedGroups) -> RowEffects {
        let Booked { removed, added, mut rows, .. } = booked;
        self.install(keys, groups, &removed);
        rows.details_removed = removed.into_iter().map(|detail| detail.key).collect();
        rows.details_added = Vec::with_capacity(added.len());
        for detail in added.into_iter().flatten() {
            let (region_id, date) = (detail.booking.region_id, detail.key.date);
            self.windows.add((region_id, date.window()), &detail);
            self.region_days.entry((region_id, date.day())).or_default().add(&detail);
            rows.details_added.push(detail);
        }
        rows
    }

    /// `newest`: event time of the newest accepted row, at most its commit time.
    pub(crate) fn advance_watermark(&mut self, newest: LocalMs) {
        self.watermark = self.watermark.max(Some(newest.plus_ms(-self.settings.watermark_delay_ms)));
    }

    fn install(&mut self, keys: &GroupKeys, groups: LoadedGroups, removed: &[Detail]) {
        for key in &keys.region_days {
            self.region_days.entry(*key).or_default();
        }
        for (region_id, start, totals) in groups.quarters {
            self.region_days.entry((region_id, start.day())).or_default().install_quarter(start.quarter(), totals);
        }
        for (region_id, day, user_id, user_day) in groups.user_days {
            self.region_days.entry((region_id, day)).or_default().install_user(user_id, user_day);
        }
        self.install_periods(keys, groups.month_days, groups.month_users, groups.year_months, groups.year_users);
        let mut windows: FxHashMap<_, LoadedWindow> =
            groups.windows.into_iter().map(|window| ((window.region_id, window.start), window)).collect();
        let losing: rustc_hash::FxHashSet<_> =
            removed.iter().map(|detail| (detail.booking.region_id, detail.key.date.window())).collect();
        for &key in &keys.windows {
            let loaded = windows.remove(&key);
            let was_closed = self.flushed_watermark.is_some_and(|watermark| key.1.end() <= watermark);
            let was_written = was_closed && (loaded.is_some() || losing.contains(&key));
            self.windows.install(key, loaded, was_written);
        }
        let mut quarters: FxHashMap<_, _> =
            groups.quarter_repairs.into_iter().map(|(region_id, start, totals)| ((region_id, start), totals)).collect();
        for &(region_id, start) in &keys.quarter_repairs {
            let totals = quarters.remove(&(region_id, start));
            self.region_days.entry((region_id, start.day())).or_default().repair_quarter(start.quarter(), totals);
        }
        let mut users: FxHashMap<_, _> = groups
            .user_repairs
            .into_iter()
            .map(|(region_id, day, user_id, user_day)| ((region_id, day, user_id), user_day))
            .collect();
        for &(region_id, day, user_id) in &keys.user_repairs {
            let user_day = users.remove(&(region_id, day, user_id));
            self.region_days.entry((region_id, day)).or_default().repair_user(user_id, user_day);
        }
    }

    fn install_periods(
        &mut self,
        keys: &GroupKeys,
        month_days: Vec<(RegionId, Day, domain::effect::GroupTotals)>,
        month_users: Vec<(RegionId, Day, i64)>,
        year_months: Vec<(RegionId, Day, domain::effect::GroupTotals)>,
        year_users: Vec<(RegionId, Day, i64)>,
    ) {
        for &key in &keys.months {
            self.months.get_mut(key, self.tick);
        }
        for &key in &keys.years {
            self.years.get_mut(key, self.tick);
        }
        for (region_id, day, totals) in month_days {
            self.months.get_mut((region_id, day.month_start()), self.tick).set_part(day, Some(totals));
        }
        for (region_id, month, users) in month_users {
            self.months.get_mut((region_id, month), self.tick).user_count = users;
        }
        for (region_id, month, totals) in year_months {
            self.years.get_mut((region_id, month.year_start()), self.tick).set_part(month, Some(totals));
        }
        for (region_id, year, users) in year_users {
            self.years.get_mut((region_id, year), self.tick).user_count = users;
        }
    }

    /// User months needed by [`Engine::flush`].
    pub fn user_month_keys(&self) -> Vec<UserMonthKey> {
        keys::user_month_keys(self)
    }

    /// Everything that changed since the last flush and may be shown: roll-ups at once, windows once they are closed.
    pub fn flush(&mut self, user_months: &[(UserMonthKey, i32)]) -> Aggregates {
        flush::flush(self, user_months)
    }

    /// Lets go of what is beyond the bounds. Only after the last flush was written.
    pub fn evict(&mut self) {
        let limits = self.settings.limits.clone();
        if let Some(watermark) = self.watermark {
            let keep_from = LocalMs(watermark.0.saturating_sub(limits.window_keep_ms));
            self.windows.evict(keep_from, limits.windows);
        }
        let mut held: usize = self.region_days.values().map(|state| state.user_len() + 1).sum();
        if held > limits.user_days {
            let mut by_age: Vec<_> = self
                .region_days
                .iter()
                .filter(|(_, state)| !state.is_dirty())
                .map(|(&key, state)| (state.last_used, key))
                .collect();
            by_age.sort_unstable();
            for (_, key) in by_age {
                if held <= limits.user_days {
                    break;
                }
                held -= self.region_days.remove(&key).map_or(0, |state| state.user_len() + 1);
            }
        }
        // A held region-day relies on its month and year being held.
        let months = self.region_days.keys().map(|&(region_id, day)| (region_id, day.month_start())).collect();
        let years = self.region_days.keys().map(|&(region_id, day)| (region_id, day.year_start())).collect();
        self.users.evict();
        self.months.evict(limits.periods, &months);
        self.years.evict(limits.periods, &years);
    }

    /// No row has come for long: close every open window. Later rows for them are late.
    /// True when the watermark moved.
    pub fn close_idle(&mut self) -> bool {
        let watermark = self.watermark.unwrap_or(LocalMs(i64::MIN));
        let newest = self.windows.newest_open_end(watermark);
        self.watermark = self.watermark.max(newest);
        newest.is_some()
    }

    pub fn watermark(&self) -> Option<LocalMs> {
        self.watermark
    }

    pub fn newest_event(&self) -> Option<LocalMs> {
        self.newest_event
    }

    /// Number, oldest and newest start of the open windows.
    pub fn open_windows(&self) -> (usize, Option<LocalMs>, Option<LocalMs>) {
        self.windows.open_span(self.watermark.unwrap_or(LocalMs(i64::MIN)))
    }

    /// Rows that the next flush would yield, about.
    pub fn dirty_len(&self) -> usize {
        self.windows.dirty_len() + self.region_days.values().map(RegionDayState::dirty_len).sum::<usize>()
    }

    /// Windows and region-days held.
    pub fn held_len(&self) -> usize {
        self.windows.len() + self.region_days.len()
    }

    /// Oldest moment that still takes changes: retention counts from the newest accepted day.
    pub(crate) fn horizon(&self) -> Option<LocalMs> {
        self.newest_event.map(|newest| Day(newest.day().0 - self.settings.retention_days).start())
    }

    /// Before the date up to which deletes are an operator's archiving.
    pub(crate) fn is_archived(&self, date: LocalMs) -> bool {
        self.settings.keep_deleted_before.is_some_and(|keep_before| date < keep_before)
    }

    pub(crate) fn is_closed(&self, date: LocalMs) -> bool {
        self.watermark.is_some_and(|watermark| date.window().end() <= watermark)
    }

    /// The hour of data time in which a change is counted.
    pub(crate) fn data_hour(&self, date: LocalMs) -> LocalMs {
        self.watermark.unwrap_or(date).hour_start()
    }

    pub(crate) fn forget_users(&mut self) {
        self.users.clear();
    }

    pub(crate) fn forget_readings(&mut self) {
        self.windows.clear();
        self.region_days.clear();
        self.months.clear();
        self.years.clear();
    }
}
