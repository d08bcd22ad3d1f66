//! A warehouse in memory that answers the engine's questions by scanning, and a driver that runs chunks through it.
#![expect(clippy::unwrap_used, reason = "a test helper fails by panicking")]

pub mod naive;

use std::collections::{BTreeMap, BTreeSet};

use domain::effect::{Aggregates, Grain, GroupTotals, RegionDay, RollupKey, RowEffects, UserDay, UserTotals, WindowContent};
use domain::loaded::{GroupKeys, LoadedGroups, LoadedRows, LoadedWindow, RowKeys, UserMonthKey};
use domain::{
    Chunk, Day, Detail, DetailKey, LetterStatus, LocalMs, Progress, RegionId, Table, UserId, UserRow, WindowStart, Zone,
};
use engine::{Booked, Engine, Settings};

#[derive(Default, Clone)]
pub struct Memory {
    pub users: BTreeMap<UserId, UserRow>,
    pub details: BTreeMap<DetailKey, Detail>,
    pub open_dead_letters: BTreeSet<(i64, &'static str)>,
    pub windows: BTreeMap<(RegionId, WindowStart), WindowContent>,
    pub rollups: BTreeMap<RollupKey, (GroupTotals, i64)>,
    pub user_days: BTreeMap<(Day, RegionId, UserId), UserDay>,
    pub user_months: BTreeMap<(Day, RegionId, UserId), i32>,
    pub region_days: BTreeMap<(RegionId, Day), RegionDay>,
    pub late: i64,
}

pub fn settings() -> Settings {
    Settings::new(Zone::parse("Asia/Shanghai").unwrap())
}

impl Memory {
    pub fn load_rows(&self, keys: &RowKeys) -> LoadedRows {
        LoadedRows {
            users: keys.users.iter().filter_map(|id| self.users.get(id).map(|row| (*id, naive::booking(Some(row))))).collect(),
            details: keys.details.iter().filter_map(|key| self.details.get(key).cloned()).collect(),
        }
    }

    pub fn load_unknown(&self, users: &[UserId], limit: usize) -> Vec<Detail> {
        self.details.values().filter(|d| !d.booking.known_user && users.contains(&d.user_id)).take(limit).cloned().collect()
    }

    pub fn load_groups(&self, keys: &GroupKeys) -> LoadedGroups {
        let removed: BTreeSet<DetailKey> = keys.removed.iter().copied().collect();
        let left: Vec<&Detail> = self.details.values().filter(|detail| !removed.contains(&detail.key)).collect();
        let of = |test: &dyn Fn(&Detail) -> bool| -> Vec<&Detail> { left.iter().copied().filter(|d| test(d)).collect() };
        let mut out = LoadedGroups::default();
        for &(region_id, start) in &keys.windows {
            out.windows.extend(loaded_window(
                region_id,
                start,
                &of(&|d| d.booking.region_id == region_id && d.key.date.window() == start),
            ));
        }
        for &(region_id, start) in &keys.quarter_repairs {
            let rows = of(&|d| d.booking.region_id == region_id && d.key.date.day().quarter_start(d.key.date.quarter()) == start);
            out.quarter_repairs.extend(naive::totals(&rows).map(|totals| (region_id, start, totals)));
        }
        for &(region_id, day, user_id) in &keys.user_repairs {
            let rows = of(&|d| d.booking.region_id == region_id && d.key.date.day() == day && d.user_id == user_id);
            out.user_repairs.extend(naive::user_day(&rows).map(|user_day| (region_id, day, user_id, user_day)));
        }
        for &(region_id, day) in &keys.region_days {
            let in_day = |key: &RollupKey, grain| key.region_id == region_id && key.grain == grain && key.start.day() == day;
            out.quarters.extend(
                self.rollups
                    .iter()
                    .filter(|(key, _)| in_day(key, Grain::Quarter))
                    .map(|(key, row)| (region_id, key.start, row.0.clone())),
            );
            let users = self.user_days.iter().filter(|((d, r, _), _)| (*d, *r) == (day, region_id));
            out.user_days.extend(users.map(|(&(_, _, user_id), user_day)| (region_id, day, user_id, user_day.clone())));
        }
        for &(region_id, first) in &keys.months {
            let days = self.rollups.iter().filter(|(key, _)| {
                key.region_id == region_id && key.grain == Grain::Day && key.start.day().month_start() == first
            });
            out.month_days.extend(days.map(|(key, row)| (region_id, key.start.day(), row.0.clone())));
            out.month_users.extend(self.user_count(region_id, Grain::Month, first));
        }
        for &(region_id, first) in &keys.years {
            let months = self.rollups.iter().filter(|(key, _)| {
                key.region_id == region_id && key.grain == Grain::Month && key.start.day().year_start() == first
            });
            out.year_months.extend(months.map(|(key, row)| (region_id, key.start.day(), row.0.clone())));
            out.year_users.extend(self.user_count(region_id, Grain::Year, first));
        }
        out
    }

    fn user_count(&self, region_id: RegionId, grain: Grain, first: Day) -> Option<(RegionId, Day, i64)> {
        self.rollups.get(&RollupKey { region_id, grain, start: first.start() }).map(|row| (region_id, first, row.1))
    }

    pub fn load_user_months(&self, keys: &[UserMonthKey]) -> Vec<(UserMonthKey, i32)> {
        let asked: BTreeSet<_> = keys.iter().map(|key| (key.region_id, key.user_id, key.month.year_start())).collect();
        let rows = self
            .user_months
            .iter()
            .filter(|((month, region_id, user_id), _)| asked.contains(&(*region_id, *user_id, month.year_start())));
        rows.map(|(&(month, region_id, user_id), &days)| (UserMonthKey { region_id, user_id, month }, days)).collect()
    }

    pub fn write_rows(&mut self, rows: RowEffects) {
        for table in rows.truncated {
            match table {
                Table::Users => self.users.clear(),
                Table::Readings => *self = Self { users: std::mem::take(&mut self.users), late: self.late, ..Self::default() },
                Table::Regions | Table::Reactive => {}
            }
        }
        for (_, key) in rows.dead_letters_cleared {
            self.open_dead_letters.retain(|(open, _)| *open != key);
        }
        self.users.extend(rows.users.into_iter().map(|row| (row.user_id.unwrap(), row)));
        rows.users_deleted.iter().for_each(|id| drop(self.users.remove(id)));
        for key in rows.details_removed {
            assert!(self.details.remove(&key).is_some(), "removes a row that is not there: {key:?}");
        }
        for detail in rows.details_added {
            assert!(self.details.insert(detail.key, detail).is_none(), "adds a row twice");
        }
        self.open_dead_letters.extend(
            rows.dead_letters.iter().filter(|l| l.status == LetterStatus::Open).map(|l| (l.key.unwrap_or(-1), l.reason.code())),
        );
        self.late += rows.counts.iter().map(|count| count.late).sum::<i64>();
    }

    pub fn write_aggregates(&mut self, aggregates: Aggregates) {
        for window in aggregates.windows {
            let key = (window.region_id, window.start);
            assert_eq!(window.amended, self.windows.contains_key(&key), "amended says whether the row was there: {key:?}");
            set(&mut self.windows, key, window.content);
        }
        aggregates.rollups.into_iter().for_each(|row| set(&mut self.rollups, row.key, row.content));
        aggregates.user_days.into_iter().for_each(|(day, region, user, row)| set(&mut self.user_days, (day, region, user), row));
        aggregates.user_months.into_iter().for_each(|(month, region, user, days)| {
            set(&mut self.user_months, (month, region, user), (days > 0).then_some(days))
        });
        aggregates.region_days.into_iter().for_each(|(region, day, row)| set(&mut self.region_days, (region, day), row));
    }

    pub fn open_windows(&self, from: LocalMs) -> Vec<LoadedWindow> {
        let mut groups: BTreeMap<(RegionId, WindowStart), Vec<&Detail>> = BTreeMap::new();
        for detail in self.details.values().filter(|detail| detail.key.date >= from) {
            groups.entry((detail.booking.region_id, detail.key.date.window())).or_default().push(detail);
        }
        groups.into_iter().filter_map(|((region_id, start), rows)| loaded_window(region_id, start, &rows)).collect()
    }
}

fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

fn loaded_window(region_id: RegionId, start: WindowStart, rows: &[&Detail]) -> Option<LoadedWindow> {
    let totals = naive::totals(rows)?;
    let users = naive::by_user(rows)
        .into_iter()
        .map(|(user_id, rows)| {
            let last = naive::newest(&rows);
            let energy_kwh = rows.iter().map(|d| d.amount_kwh).sum();
            let cost_yuan = rows.iter().map(|d| d.cost_yuan).sum();
            (UserTotals { user_id, user_name: last.booking.user_name.clone(), energy_kwh, cost_yuan }, last.key.consumption_id)
        })
        .collect();
    Some(LoadedWindow { region_id, start, totals, users })
}

/// Runs a group of chunks as the pipeline does, re-booking included. `over_existing`: see `Engine::row_keys`.
pub fn run(engine: &mut Engine, memory: &mut Memory, chunks: Vec<Chunk>, over_existing: bool) {
    let arriving = engine::arriving(&chunks);
    let with_unknown = memory.load_unknown(&arriving, usize::MAX).iter().map(|detail| detail.user_id).collect();
    for part in engine::split_at_arrivals(chunks, &with_unknown) {
        let loaded = memory.load_rows(&engine.row_keys(&part.chunks, over_existing));
        let booked = engine.book(part.chunks, loaded);
        let arrived = booked.arrived.clone();
        fold(engine, memory, booked);
        let ids: Vec<UserId> = arrived.keys().copied().collect();
        let mut unknown = if part.rebook { memory.load_unknown(&ids, 7) } else { Vec::new() };
        while !unknown.is_empty() {
            let booked = engine.rebook(unknown, &arrived);
            fold(engine, memory, booked);
            unknown = memory.load_unknown(&ids, 7);
        }
    }
}

pub fn fold(engine: &mut Engine, memory: &mut Memory, booked: Booked) {
    let keys = engine.group_keys(&booked);
    let groups = memory.load_groups(&keys);
    let rows = engine.apply(booked, &keys, groups);
    memory.write_rows(rows);
}

pub fn flush(engine: &mut Engine, memory: &mut Memory) {
    let months = memory.load_user_months(&engine.user_month_keys());
    let aggregates = engine.flush(&months);
    memory.write_aggregates(aggregates);
    engine.evict();
}

pub fn progress(engine: &Engine) -> Progress {
    Progress { watermark: engine.watermark(), newest_event: engine.newest_event(), ..Progress::default() }
}

pub fn restart(engine: &Engine, memory: &Memory, settings: Settings) -> Engine {
    let progress = progress(engine);
    let from = progress.watermark.map_or(LocalMs(i64::MIN), |watermark| watermark.window().0);
    Engine::new(settings, &progress, memory.open_windows(from))
}
