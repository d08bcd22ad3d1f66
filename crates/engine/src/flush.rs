//! Turns what changed since the last flush into rows to write.

use domain::effect::{Aggregates, Grain, GroupTotals, RollupKey, RollupResult};
use domain::loaded::UserMonthKey;
use domain::{Day, LocalMs, RegionId, UserId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

use crate::engine::Engine;

pub fn flush(engine: &mut Engine, user_months: &[(UserMonthKey, i32)]) -> Aggregates {
    engine.tick += 1;
    let mut out = Aggregates::default();
    let watermark = engine.watermark().unwrap_or(LocalMs(i64::MIN));
    out.windows = engine.windows.take_closed(watermark, engine.settings.ranking_keep);
    let mut dirty: Vec<(RegionId, Day)> =
        engine.region_days.iter().filter(|(_, state)| state.is_dirty()).map(|(&key, _)| key).collect();
    dirty.sort_unstable();
    count_user_months(engine, &dirty, user_months, &mut out);
    let mut months = BTreeSet::new();
    for key in dirty {
        flush_region_day(engine, key, &mut out);
        months.insert((key.0, key.1.month_start()));
    }
    flush_periods(engine, &months, &mut out);
    engine.flushed_watermark = engine.watermark();
    out
}

fn flush_region_day(engine: &mut Engine, (region_id, day): (RegionId, Day), out: &mut Aggregates) {
    let closed_until = engine.flushed_watermark;
    let Some(state) = engine.region_days.get_mut(&(region_id, day)) else { return };
    state.last_used = engine.tick;
    let quarters = state.take_dirty_quarters();
    let mut push = |grain, start: LocalMs, end: LocalMs, content| {
        let amended = closed_until.is_some_and(|watermark| end <= watermark);
        out.rollups.push(RollupResult { key: RollupKey { region_id, grain, start }, amended, content });
    };
    for quarter in (0..96u8).filter(|&quarter| quarters.contains(quarter)) {
        let start = day.quarter_start(quarter);
        push(Grain::Quarter, start, start.plus_ms(900_000), state.quarter(quarter));
    }
    for hour in (0..24u8).filter(|&hour| quarters.has_hour(hour)) {
        let start = day.quarter_start(hour * 4);
        push(Grain::Hour, start, start.plus_ms(3_600_000), state.hour(hour));
    }
    let total = state.day();
    push(Grain::Day, day.start(), day.end(), total.clone());
    out.user_days.extend(state.take_users().into_iter().map(|(user_id, user_day)| (day, region_id, user_id, user_day)));
    out.region_days.push((region_id, day, state.region_day(day)));
    let totals = total.map(|(totals, _)| totals);
    engine.months.get_mut((region_id, day.month_start()), engine.tick).set_part(day, totals);
}

fn flush_periods(engine: &mut Engine, months: &BTreeSet<(RegionId, Day)>, out: &mut Aggregates) {
    let mut years = BTreeSet::new();
    for &(region_id, month) in months {
        let content = engine.months.get_mut((region_id, month), engine.tick).content();
        let totals: Option<GroupTotals> = content.as_ref().map(|(totals, _)| totals.clone());
        engine.years.get_mut((region_id, month.year_start()), engine.tick).set_part(month, totals);
        let end = Day(month.0 + 31).month_start();
        out.rollups.push(rollup(engine, region_id, Grain::Month, month, end, content));
        years.insert((region_id, month.year_start()));
    }
    for (region_id, year) in years {
        let content = engine.years.get_mut((region_id, year), engine.tick).content();
        let end = Day(year.0 + 366).year_start();
        out.rollups.push(rollup(engine, region_id, Grain::Year, year, end, content));
    }
}

fn rollup(
    engine: &Engine,
    region_id: RegionId,
    grain: Grain,
    start: Day,
    end: Day,
    content: Option<(GroupTotals, i64)>,
) -> RollupResult {
    let amended = engine.flushed_watermark.is_some_and(|watermark| end.start() <= watermark);
    RollupResult { key: RollupKey { region_id, grain, start: start.start() }, amended, content }
}

/// A user day that appears or goes away may change the distinct users of its month, and that those of its year.
fn count_user_months(engine: &mut Engine, dirty: &[(RegionId, Day)], loaded: &[(UserMonthKey, i32)], out: &mut Aggregates) {
    let mut days: FxHashMap<UserMonthKey, i32> = loaded.iter().copied().collect();
    let mut months: FxHashMap<(RegionId, UserId, Day), i32> = FxHashMap::default();
    for (key, count) in loaded {
        *months.entry((key.region_id, key.user_id, key.month.year_start())).or_default() += i32::from(*count > 0);
    }
    let mut changed = BTreeSet::new();
    for &(region_id, day) in dirty {
        let Some(state) = engine.region_days.get(&(region_id, day)) else { continue };
        let (month, year) = (day.month_start(), day.year_start());
        for (user_id, appears) in state.user_transitions() {
            let step = if appears { 1 } else { -1 };
            let key = UserMonthKey { region_id, user_id, month };
            let day_count = days.entry(key).or_default();
            let had_days = *day_count > 0;
            *day_count += step;
            let has_days = *day_count > 0;
            changed.insert(key);
            if had_days == has_days {
                continue;
            }
            engine.months.get_mut((region_id, month), engine.tick).user_count += i64::from(step);
            let month_count = months.entry((region_id, user_id, year)).or_default();
            let had_months = *month_count > 0;
            *month_count += step;
            if had_months != (*month_count > 0) {
                engine.years.get_mut((region_id, year), engine.tick).user_count += i64::from(step);
            }
        }
    }
    out.user_months = changed.into_iter().map(|key| (key.month, key.region_id, key.user_id, days[&key])).collect();
}
