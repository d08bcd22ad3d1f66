//! Five-second windows: the open ones, and the recent closed ones that late rows are likely to touch.

use std::sync::Arc;

use domain::effect::{GroupTotals, UserTotals, WindowContent, WindowResult};
use domain::loaded::LoadedWindow;
use domain::{Detail, Fixed2, LocalMs, RegionId, UserId, WindowStart};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::totals;

pub type WindowKey = (RegionId, WindowStart);

struct UserSum {
    name: Arc<str>,
    energy_kwh: Fixed2,
    cost_yuan: Fixed2,
    last_consumption_id: i64,
}

#[derive(Default)]
struct Window {
    totals: Option<GroupTotals>,
    users: FxHashMap<UserId, UserSum>,
    /// Its rows are in the window tables.
    written: bool,
    dirty: bool,
}

pub struct Windows {
    held: FxHashMap<WindowKey, Window>,
    dirty: FxHashSet<WindowKey>,
    /// A window that starts here or later and is not held has no readings.
    complete_from: LocalMs,
}

impl Windows {
    /// `complete_from`: every window with readings that starts there or later is among `loaded`.
    pub fn new(complete_from: LocalMs, loaded: Vec<LoadedWindow>) -> Self {
        let mut windows = Self { held: FxHashMap::default(), dirty: FxHashSet::default(), complete_from };
        for window in loaded {
            let key = (window.region_id, window.start);
            windows.install(key, Some(window), false);
        }
        windows
    }

    pub fn must_load(&self, key: WindowKey) -> bool {
        key.1.0 < self.complete_from && !self.held.contains_key(&key)
    }

    /// Puts what the warehouse holds of a window in place of what is held here.
    /// `was_written`: the window had readings before, so its rows exist if it was closed.
    pub fn install(&mut self, key: WindowKey, loaded: Option<LoadedWindow>, was_written: bool) {
        let before = self.held.remove(&key);
        let mut window = Window { written: before.map_or(was_written, |window| window.written), ..Window::default() };
        if let Some(loaded) = loaded {
            window.totals = Some(loaded.totals);
            window.users =
                loaded.users.into_iter().map(|(user, last)| (user.user_id, UserSum::from_loaded(user, last))).collect();
        }
        window.dirty = true;
        self.dirty.insert(key);
        self.held.insert(key, window);
    }

    pub fn add(&mut self, key: WindowKey, detail: &Detail) {
        let window = self.held.entry(key).or_default();
        if !window.dirty {
            window.dirty = true;
            self.dirty.insert(key);
        }
        totals::add_reading(&mut window.totals, detail);
        match window.users.get_mut(&detail.user_id) {
            Some(user) => user.add(detail),
            None => {
                window.users.insert(detail.user_id, UserSum::of(detail));
            }
        }
    }

    /// The dirty windows that the watermark has passed, as rows to write. They are clean afterwards.
    pub fn take_closed(&mut self, watermark: LocalMs, ranking_keep: usize) -> Vec<WindowResult> {
        let mut closed: Vec<WindowKey> = self.dirty.iter().copied().filter(|key| key.1.end() <= watermark).collect();
        closed.sort_unstable_by_key(|key| (key.1, key.0));
        let mut results = Vec::with_capacity(closed.len());
        for key in closed {
            self.dirty.remove(&key);
            let Some(window) = self.held.get_mut(&key) else { continue };
            window.dirty = false;
            let amended = window.written;
            let content = window.content(ranking_keep);
            window.written = content.is_some();
            if content.is_some() || amended {
                results.push(WindowResult { region_id: key.0, start: key.1, amended, content });
            }
        }
        results
    }

    /// End of the newest window that the watermark has not passed.
    pub fn newest_open_end(&self, watermark: LocalMs) -> Option<LocalMs> {
        self.dirty.iter().map(|key| key.1.end()).filter(|&end| end > watermark).max()
    }

    /// Number, oldest and newest start of the windows that the watermark has not passed.
    pub fn open_span(&self, watermark: LocalMs) -> (usize, Option<LocalMs>, Option<LocalMs>) {
        let open = || self.dirty.iter().map(|key| key.1).filter(|start| start.end() > watermark);
        (open().count(), open().min().map(|start| start.0), open().max().map(|start| start.0))
    }

    pub fn dirty_len(&self) -> usize {
        self.dirty.len()
    }

    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Lets go of clean windows older than `keep_from`, and of the oldest clean ones while more than `max` are held.
    pub fn evict(&mut self, keep_from: LocalMs, max: usize) {
        if self.held.keys().all(|key| key.1.0 >= keep_from) && self.held.len() <= max {
            return;
        }
        let mut keep_from = keep_from;
        if self.held.len() > max {
            let mut starts: Vec<LocalMs> = self.held.iter().filter(|(_, window)| !window.dirty).map(|(key, _)| key.1.0).collect();
            starts.sort_unstable();
            // Down to three quarters, so that the next commits need not do it again.
            let surplus = self.held.len() - max / 4 * 3;
            if let Some(&start) = starts.get(surplus.min(starts.len().saturating_sub(1))) {
                keep_from = keep_from.max(start);
            }
        }
        self.held.retain(|key, window| window.dirty || key.1.0 >= keep_from);
        self.complete_from = self.complete_from.max(keep_from);
    }

    /// After a TRUNCATE: no window has readings.
    pub fn clear(&mut self) {
        self.held.clear();
        self.dirty.clear();
        self.complete_from = LocalMs(i64::MIN);
    }
}

impl UserSum {
    fn of(detail: &Detail) -> Self {
        Self {
            name: detail.booking.user_name.clone(),
            energy_kwh: detail.amount_kwh,
            cost_yuan: detail.cost_yuan,
            last_consumption_id: detail.key.consumption_id,
        }
    }

    fn from_loaded(user: UserTotals, last_consumption_id: i64) -> Self {
        Self { name: user.user_name, energy_kwh: user.energy_kwh, cost_yuan: user.cost_yuan, last_consumption_id }
    }

    fn add(&mut self, detail: &Detail) {
        self.energy_kwh += detail.amount_kwh;
        self.cost_yuan += detail.cost_yuan;
        if detail.key.consumption_id >= self.last_consumption_id {
            self.last_consumption_id = detail.key.consumption_id;
            if !Arc::ptr_eq(&self.name, &detail.booking.user_name) {
                self.name = detail.booking.user_name.clone();
            }
        }
    }
}

impl Window {
    fn content(&self, ranking_keep: usize) -> Option<WindowContent> {
        let totals = self.totals.clone()?;
        let mut order: Vec<(UserId, &UserSum)> = self.users.iter().map(|(&id, user)| (id, user)).collect();
        let by_rank = |a: &(UserId, &UserSum), b: &(UserId, &UserSum)| (b.1.energy_kwh, a.0).cmp(&(a.1.energy_kwh, b.0));
        if ranking_keep > 0 && order.len() > ranking_keep {
            order.select_nth_unstable_by(ranking_keep - 1, by_rank);
            order.truncate(ranking_keep);
        }
        order.sort_unstable_by(by_rank);
        let ranking = order
            .into_iter()
            .map(|(user_id, user)| UserTotals {
                user_id,
                user_name: user.name.clone(),
                energy_kwh: user.energy_kwh,
                cost_yuan: user.cost_yuan,
            })
            .collect();
        let user_count = i64::try_from(self.users.len()).unwrap_or(i64::MAX);
        Some(WindowContent { totals, user_count, ranking })
    }
}
