//! What must be loaded before a chunk can be computed.

use domain::loaded::{GroupKeys, RowKeys, UserMonthKey};
use domain::{Change, Chunk, DetailKey, ReadingRow, RowChange};
use rustc_hash::FxHashSet;

use crate::book::Booked;
use crate::engine::Engine;

pub fn row_keys(engine: &Engine, chunks: &[Chunk], over_existing: bool) -> RowKeys {
    let mut users = FxHashSet::default();
    let mut details = FxHashSet::default();
    let mut need_user = |row: &ReadingRow| {
        if let Some(user_id) = row.user_id
            && !engine.users.contains(user_id)
        {
            users.insert(user_id);
        }
    };
    let changes = || chunks.iter().flat_map(|chunk| &chunk.changes);
    for change in changes() {
        match change {
            Change::Reading(RowChange::Insert(row)) => {
                need_user(row);
                // A new copy meets what is known; an archived row may be put back.
                details.extend(key_of(row).filter(|key| over_existing || engine.is_archived(key.date)));
            }
            Change::Reading(RowChange::Update { old, new }) => {
                need_user(new);
                details.extend(key_of(old));
            }
            Change::Reading(RowChange::Delete(old)) => details.extend(key_of(old)),
            _ => {}
        }
    }
    for change in changes() {
        if let Change::User(RowChange::Insert(row) | RowChange::Update { new: row, .. }) = change
            && let Some(user_id) = row.user_id
            && !engine.users.contains(user_id)
        {
            users.insert(user_id);
        }
    }
    RowKeys { users: users.into_iter().collect(), details: details.into_iter().collect() }
}

fn key_of(row: &ReadingRow) -> Option<DetailKey> {
    Some(DetailKey { consumption_id: row.consumption_id?, date: row.date.value()? })
}

/// After a truncate nothing is left to load: the tables still hold what is about to go.
pub fn group_keys(engine: &Engine, booked: &Booked) -> GroupKeys {
    if booked.readings_truncated {
        return GroupKeys::default();
    }
    let mut windows = FxHashSet::default();
    let mut region_days = FxHashSet::default();
    for detail in booked.added.iter().flatten() {
        let (region_id, date) = (detail.booking.region_id, detail.key.date);
        let window = (region_id, date.window());
        if engine.windows.must_load(window) {
            windows.insert(window);
        }
        let region_day = (region_id, date.day());
        if !engine.region_days.contains_key(&region_day) {
            region_days.insert(region_day);
        }
    }
    let mut quarter_repairs = FxHashSet::default();
    let mut user_repairs = FxHashSet::default();
    for detail in &booked.removed {
        let (region_id, date) = (detail.booking.region_id, detail.key.date);
        windows.insert((region_id, date.window()));
        quarter_repairs.insert((region_id, date.day().quarter_start(date.quarter())));
        user_repairs.insert((region_id, date.day(), detail.user_id));
        if !engine.region_days.contains_key(&(region_id, date.day())) {
            region_days.insert((region_id, date.day()));
        }
    }
    let mut months: FxHashSet<_> = region_days.iter().map(|&(region_id, day)| (region_id, day.month_start())).collect();
    let mut years: FxHashSet<_> = region_days.iter().map(|&(region_id, day)| (region_id, day.year_start())).collect();
    months.retain(|&key| !engine.months.contains(key));
    years.retain(|&key| !engine.years.contains(key));
    GroupKeys {
        windows: windows.into_iter().collect(),
        region_days: region_days.into_iter().collect(),
        quarter_repairs: quarter_repairs.into_iter().collect(),
        user_repairs: user_repairs.into_iter().collect(),
        months: months.into_iter().collect(),
        years: years.into_iter().collect(),
        removed: booked.removed.iter().map(|detail| detail.key).collect(),
    }
}

pub fn user_month_keys(engine: &Engine) -> Vec<UserMonthKey> {
    let mut keys = FxHashSet::default();
    for (&(region_id, day), state) in &engine.region_days {
        for (user_id, _) in state.user_transitions() {
            keys.insert(UserMonthKey { region_id, user_id, month: day.month_start() });
        }
    }
    keys.into_iter().collect()
}
