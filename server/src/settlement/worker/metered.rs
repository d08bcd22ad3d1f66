//! From the days of a batch to their energy: loads the readings around them, finds what depends on them, measures.

use std::collections::BTreeMap;

use domain::settlement::{Contract, ContractId, DayEnergy, Reactive, Reading, ReadingTime};
use domain::{Day, LocalMs, RegionId};
use engine::settlement::meter::{LOOK_BACK_DAYS, MeterInput, measure, reach_ms, touched, wants_history};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::daily::{ContractDays, estimated_days};
use warehouse::settlement::readings::{self, UserDays};

use super::batch::{Batch, Item};
use crate::settlement::rating::Rater;

/// New energy of days, by contract.
pub type Measured = BTreeMap<ContractId, BTreeMap<Day, DayEnergy>>;

/// What measuring needs beside the readings.
pub struct Meters<'a> {
    rater: &'a Rater,
    watermark: LocalMs,
    /// Readings of earlier days have been dropped: what is settled stays.
    first_day: Day,
    regions: FxHashMap<ContractId, RegionId>,
}

/// Days `[from, to)` of a contract with the readings around them.
struct Run<'a> {
    contract: &'a Contract,
    from: Day,
    to: Day,
    loaded: UserDays,
    readings: Vec<Reading>,
    reactive: Vec<Reactive>,
}

impl<'a> Run<'a> {
    fn new(contract: &'a Contract, from: Day, to: Day) -> Self {
        let loaded = UserDays { user_id: contract.user_id, from, to, reach_ms: reach_ms(contract) };
        Self { contract, from, to, loaded, readings: Vec::new(), reactive: Vec::new() }
    }

    /// Days whose readings changed, and the day next to them that most changes reach: midnight belongs to it.
    fn changed(contract: &'a Contract, from: Day, to: Day, reading_time_is: ReadingTime) -> Self {
        let said = contract.terms.iter().filter_map(|dated| dated.terms.reading_time_is).next_back();
        let mut run = Self::new(contract, from, to);
        match said.unwrap_or(reading_time_is) {
            ReadingTime::Report | ReadingTime::IntervalEnd => run.loaded.from.0 -= 1,
            ReadingTime::IntervalStart => run.loaded.to.0 += 1,
        }
        run
    }
}

pub async fn measure_batch(
    conn: &mut PgConnection,
    rater: &Rater,
    watermark: LocalMs,
    first_day: Day,
    batch: &Batch,
) -> Result<Measured, WarehouseError> {
    let ids: Vec<ContractId> = batch.items.keys().copied().collect();
    let meters = Meters { rater, watermark, first_day, regions: readings::regions(&mut *conn, &ids).await? };
    let mut changed: Vec<Run> = batch.items.values().flat_map(|item| changed_runs(item, rater)).collect();
    load_readings(&mut *conn, &mut changed).await?;
    let mut days = meters.days_to_measure(batch, &changed);
    add_estimated(&mut *conn, &changed, &mut days).await?;
    let mut runs = meters.runs(batch, days, changed);
    let (mut there, mut missing): (Vec<Run>, Vec<Run>) = runs.drain(..).partition(|run| !run.readings.is_empty());
    load_readings(&mut *conn, &mut missing).await?;
    there.append(&mut missing);
    load_reactive(&mut *conn, &mut there).await?;
    load_history(&mut *conn, &meters, &mut there).await?;
    let mut measured = Measured::new();
    for run in &there {
        let days = measured.entry(run.contract.contract_id).or_default();
        for metered in measure(&meters.input(run)) {
            days.insert(metered.day, rater.day_energy(run.contract, &metered));
        }
    }
    Ok(measured)
}

/// Changed days that follow each other are looked at together.
fn changed_runs<'a>(item: &'a Item, rater: &Rater) -> Vec<Run<'a>> {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for day in &item.changed {
        match spans.last_mut() {
            Some((_, to)) if *to == *day => to.0 += 1,
            _ => spans.push((*day, Day(day.0 + 1))),
        }
    }
    let run = |(from, to)| Run::changed(&item.contract, from, to, rater.settings.reading_time_is);
    spans.into_iter().map(run).collect()
}

async fn load_readings(conn: &mut PgConnection, runs: &mut [Run<'_>]) -> Result<(), WarehouseError> {
    let spans: Vec<UserDays> = runs.iter().map(|run| run.loaded).collect();
    for (run, found) in runs.iter_mut().zip(readings::load(conn, &spans).await?) {
        run.readings = found;
    }
    Ok(())
}

async fn load_reactive(conn: &mut PgConnection, runs: &mut [Run<'_>]) -> Result<(), WarehouseError> {
    let days = |run: &Run| UserDays { from: run.from, to: run.to, ..run.loaded };
    let spans: Vec<UserDays> = runs.iter().map(days).collect();
    for (run, found) in runs.iter_mut().zip(readings::load_reactive(conn, &spans).await?) {
        run.reactive = found;
    }
    Ok(())
}

/// Estimates look at similar days before them.
async fn load_history(conn: &mut PgConnection, meters: &Meters<'_>, runs: &mut [Run<'_>]) -> Result<(), WarehouseError> {
    let mut places = Vec::new();
    let mut spans = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        if let Some(from) = wants_history(&meters.input(run)).filter(|from| *from < run.loaded.from) {
            places.push(place);
            spans.push(UserDays { from, ..run.loaded });
        }
    }
    for ((place, span), found) in places.into_iter().zip(&spans).zip(readings::load(conn, &spans).await?) {
        runs[place].readings = found;
        runs[place].loaded = *span;
    }
    Ok(())
}

/// Days whose energy was estimated from days that changed are estimated anew.
async fn add_estimated(
    conn: &mut PgConnection,
    changed: &[Run<'_>],
    days: &mut BTreeMap<ContractId, Vec<(Day, Day)>>,
) -> Result<(), WarehouseError> {
    let mut behind: BTreeMap<ContractId, ContractDays> = BTreeMap::new();
    for run in changed {
        let contract_id = run.contract.contract_id;
        let Some((from, to)) = days.get(&contract_id).and_then(|spans| {
            let from = spans.iter().map(|span| span.0).min()?;
            let to = spans.iter().map(|span| span.1).max()?;
            Some((from, to))
        }) else {
            continue;
        };
        behind.insert(contract_id, ContractDays { contract_id, from, to: Day(to.0 + LOOK_BACK_DAYS + 1) });
    }
    let spans: Vec<ContractDays> = behind.into_values().collect();
    for (contract_id, day) in estimated_days(conn, &spans).await? {
        days.entry(contract_id).or_default().push((day, Day(day.0 + 1)));
    }
    Ok(())
}

impl Meters<'_> {
    fn input<'r>(&'r self, run: &'r Run<'_>) -> MeterInput<'r> {
        MeterInput {
            contract: run.contract,
            readings: &run.readings,
            reactive: &run.reactive,
            from: run.from,
            to: run.to,
            calendar_days: &self.rater.calendar_days,
            reading_time_is: self.rater.settings.reading_time_is,
            known_until: self.watermark,
            estimate_after_ms: self.rater.settings.estimate_after_ms,
            region_id: self.regions.get(&run.contract.contract_id).copied().unwrap_or(domain::UNKNOWN_REGION),
        }
    }

    /// Of each contract: days around changes that depend on them, and days that were asked for.
    fn days_to_measure(&self, batch: &Batch, changed: &[Run<'_>]) -> BTreeMap<ContractId, Vec<(Day, Day)>> {
        let today = self.watermark.day();
        let mut days: BTreeMap<ContractId, Vec<(Day, Day)>> = BTreeMap::new();
        let mut add = |contract: &Contract, from: Day, to: Day| {
            let from = from.max(self.first_day).max(contract.starts_on().unwrap_or(to));
            let to = contract.closed_on.map_or(to, |closed| to.min(closed));
            if from < to {
                days.entry(contract.contract_id).or_default().push((from, to));
            }
        };
        for run in changed {
            let (from, to) = touched(&self.input(run));
            add(run.contract, from, to.min(run.to.max(Day(today.0 + 1))));
        }
        for item in batch.items.values() {
            for requested in &item.requested {
                add(&item.contract, requested.from, requested.to);
            }
        }
        days
    }

    /// Disjoint runs; the readings of changed days that were loaded already are used where they suffice.
    fn runs<'b>(&self, batch: &'b Batch, days: BTreeMap<ContractId, Vec<(Day, Day)>>, mut changed: Vec<Run<'b>>) -> Vec<Run<'b>> {
        let mut of_contract: FxHashMap<ContractId, Vec<Run<'b>>> = FxHashMap::default();
        for run in changed.drain(..) {
            of_contract.entry(run.contract.contract_id).or_default().push(run);
        }
        let mut runs = Vec::new();
        for (contract_id, mut spans) in days {
            let Some(item) = batch.items.get(&contract_id) else { continue };
            spans.sort_unstable();
            let mut merged: Vec<(Day, Day)> = Vec::new();
            for (from, to) in spans {
                match merged.last_mut() {
                    Some((_, end)) if from <= *end => *end = (*end).max(to),
                    _ => merged.push((from, to)),
                }
            }
            for (from, to) in merged {
                let mut run = Run::new(&item.contract, from, to);
                let loaded = of_contract.get_mut(&contract_id).into_iter().flatten();
                let suffices = |old: &&mut Run| old.loaded.from <= run.loaded.from && run.loaded.to <= old.loaded.to;
                if let Some(old) = loaded.into_iter().find(suffices) {
                    run.readings = std::mem::take(&mut old.readings);
                    run.loaded = old.loaded;
                }
                runs.push(run);
            }
        }
        runs
    }
}
