//! The oracle: the contract's definitions, one row at a time and recomputed from scratch.

use std::collections::BTreeMap;

use domain::effect::{Grain, GroupTotals, RegionDay, RollupKey, UserDay, UserTotals, WindowContent};
use domain::quarter::QuarterSet;
use domain::{Booking, Day, Detail, Fixed2, LocalMs, RegionId, UserId, UserRow, WindowStart};

use super::Memory;

pub fn booking(user: Option<&UserRow>) -> Booking {
    let unknown = Booking::unknown();
    let Some(user) = user else { return unknown };
    Booking {
        user_name: user.user_name.clone().unwrap_or(unknown.user_name),
        region_id: user.region_id.unwrap_or(0),
        region_name: user.region_name.clone().unwrap_or(unknown.region_name),
        usage_type: user.usage_type.clone().unwrap_or(unknown.usage_type),
        known_user: true,
    }
}

pub fn newest<'a>(rows: &[&'a Detail]) -> &'a Detail {
    rows.iter().max_by_key(|detail| detail.key.consumption_id).expect("a group has rows")
}

pub fn totals(rows: &[&Detail]) -> Option<GroupTotals> {
    if rows.is_empty() {
        return None;
    }
    let last = newest(rows);
    Some(GroupTotals {
        energy_kwh: rows.iter().map(|d| d.amount_kwh).sum(),
        cost_yuan: rows.iter().map(|d| d.cost_yuan).sum(),
        records: i64::try_from(rows.len()).unwrap(),
        max_kwh: rows.iter().map(|d| d.amount_kwh).max().unwrap(),
        min_kwh: rows.iter().map(|d| d.amount_kwh).min().unwrap(),
        last_consumption_id: last.key.consumption_id,
        region_name: last.booking.region_name.clone(),
    })
}

pub fn by_user<'a>(rows: &[&'a Detail]) -> BTreeMap<UserId, Vec<&'a Detail>> {
    group(rows.iter().copied(), |detail| detail.user_id)
}

fn group<'a, K: Ord>(rows: impl Iterator<Item = &'a Detail>, key: impl Fn(&Detail) -> K) -> BTreeMap<K, Vec<&'a Detail>> {
    let mut groups: BTreeMap<K, Vec<&Detail>> = BTreeMap::new();
    rows.for_each(|detail| groups.entry(key(detail)).or_default().push(detail));
    groups
}

pub fn user_day(rows: &[&Detail]) -> Option<UserDay> {
    let totals = totals(rows)?;
    let last = newest(rows);
    let mut quarters = QuarterSet::default();
    rows.iter().for_each(|detail| quarters.insert(detail.key.date.quarter()));
    Some(UserDay {
        user_name: last.booking.user_name.clone(),
        usage_type: last.booking.usage_type.clone(),
        records: totals.records,
        energy_kwh: totals.energy_kwh,
        cost_yuan: totals.cost_yuan,
        last_consumption_id: totals.last_consumption_id,
        quarters,
    })
}

fn ranking(rows: &[&Detail], keep: usize) -> Vec<UserTotals> {
    let mut users: Vec<UserTotals> = by_user(rows)
        .into_iter()
        .map(|(user_id, rows)| UserTotals {
            user_id,
            user_name: newest(&rows).booking.user_name.clone(),
            energy_kwh: rows.iter().map(|d| d.amount_kwh).sum(),
            cost_yuan: rows.iter().map(|d| d.cost_yuan).sum(),
        })
        .collect();
    users.sort_by_key(|user| (-user.energy_kwh.0, user.user_id));
    users.truncate(if keep == 0 { usize::MAX } else { keep });
    users
}

fn users(rows: &[&Detail]) -> i64 {
    i64::try_from(by_user(rows).len()).unwrap()
}

pub fn windows(memory: &Memory, watermark: LocalMs, keep: usize) -> BTreeMap<(RegionId, WindowStart), WindowContent> {
    let closed = memory.details.values().filter(|detail| detail.key.date.window().end() <= watermark);
    group(closed, |detail| (detail.booking.region_id, detail.key.date.window()))
        .into_iter()
        .map(|(key, rows)| {
            (key, WindowContent { totals: totals(&rows).unwrap(), user_count: users(&rows), ranking: ranking(&rows, keep) })
        })
        .collect()
}

fn period_start(grain: Grain, at: LocalMs) -> LocalMs {
    let day = at.day();
    match grain {
        Grain::Quarter => day.quarter_start(at.quarter()),
        Grain::Hour => day.quarter_start(at.hour() * 4),
        Grain::Day => day.start(),
        Grain::Month => day.month_start().start(),
        Grain::Year => day.year_start().start(),
    }
}

pub fn rollups(memory: &Memory) -> BTreeMap<RollupKey, (GroupTotals, i64)> {
    let mut out = BTreeMap::new();
    for grain in Grain::ALL {
        let key = |detail: &Detail| RollupKey {
            region_id: detail.booking.region_id,
            grain,
            start: period_start(grain, detail.key.date),
        };
        out.extend(
            group(memory.details.values(), key).into_iter().map(|(key, rows)| (key, (totals(&rows).unwrap(), users(&rows)))),
        );
    }
    out
}

pub fn user_days(memory: &Memory) -> BTreeMap<(Day, RegionId, UserId), UserDay> {
    group(memory.details.values(), |detail| (detail.key.date.day(), detail.booking.region_id, detail.user_id))
        .into_iter()
        .map(|(key, rows)| (key, user_day(&rows).unwrap()))
        .collect()
}

pub fn region_days(memory: &Memory) -> BTreeMap<(RegionId, Day), RegionDay> {
    group(memory.details.values(), |detail| (detail.booking.region_id, detail.key.date.day()))
        .into_iter()
        .map(|(key, rows)| (key, region_day(key.1, &rows)))
        .collect()
}

fn region_day(day: Day, rows: &[&Detail]) -> RegionDay {
    let all = totals(rows).unwrap();
    let sums = |part: &dyn Fn(&Detail) -> u8| -> BTreeMap<u8, i64> {
        let mut sums = BTreeMap::new();
        rows.iter().for_each(|detail| *sums.entry(part(detail)).or_default() += detail.amount_kwh.0);
        sums
    };
    let peak = |sums: &BTreeMap<u8, i64>| {
        sums.iter().map(|(&at, &sum)| (sum, -i16::from(at))).max().map(|(sum, at)| (u8::try_from(-at).unwrap(), sum)).unwrap()
    };
    let quarters = sums(&|detail| detail.key.date.quarter());
    let (peak_quarter, peak_quarter_sum) = peak(&quarters);
    let (peak_hour, peak_hour_sum) = peak(&sums(&|detail| detail.key.date.hour()));
    let elapsed = i128::from(*quarters.keys().max().unwrap()) + 1;
    let energy = i128::from(all.energy_kwh.0);
    RegionDay {
        region_name: all.region_name.clone(),
        energy_kwh: all.energy_kwh,
        cost_yuan: all.cost_yuan,
        peak_hour,
        peak_hour_kwh: Fixed2(peak_hour_sum),
        peak_quarter: day.quarter_start(peak_quarter),
        peak_quarter_kwh: Fixed2(peak_quarter_sum),
        mean_kw: Fixed2(domain::fixed::div_round(energy * 4, elapsed)),
        peak_kw: Fixed2(peak_quarter_sum * 4),
        load_factor_e4: (peak_quarter_sum > 0)
            .then(|| domain::fixed::div_round(energy * 10_000, elapsed * i128::from(peak_quarter_sum))),
        top_user: ranking(rows, 1).remove(0),
    }
}

/// Compares every table with its definition over the detail rows.
pub fn assert_converged(memory: &Memory, watermark: LocalMs, keep: usize) {
    assert_eq!(memory.windows, windows(memory, watermark, keep), "windows");
    assert_eq!(memory.rollups, rollups(memory), "roll-ups");
    assert_eq!(memory.user_days, user_days(memory), "user days");
    assert_eq!(memory.region_days, region_days(memory), "region days");
}
