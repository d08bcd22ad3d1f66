//! Puts new energy beside what is stored, rates the periods anew, and finds what is different.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::settlement::{Contract, DayEnergy, Period};
use domain::{Day, Fixed2};
use engine::settlement::daily::amounts;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::daily::{ContractDays, DayRow, SettledDay, load_days, remove_days, save_days};

use super::batch::{Batch, Item};
use super::metered::Measured;
use super::session::Touched;
use crate::metrics as names;
use crate::settlement::rating::{PeriodContext, Rater};

/// Periods of one contract with the days that are stored for them.
struct Part<'a> {
    item: &'a Item,
    periods: Vec<Period>,
    stored: BTreeMap<Day, SettledDay>,
    /// Stored days that cannot be read, with the energy that sums count for them.
    unreadable: BTreeMap<Day, Fixed2>,
    new: BTreeMap<Day, DayEnergy>,
}

/// What one contract comes to.
#[derive(Default)]
struct Found {
    rows: Vec<DayRow>,
    removed: Vec<ContractDays>,
    touched: Vec<Touched>,
}

pub async fn merge(
    conn: &mut PgConnection,
    rater: &Rater,
    today: Day,
    batch: &Batch,
    mut measured: Measured,
    now: DateTime<Utc>,
) -> Result<Vec<Touched>, WarehouseError> {
    let mut parts: Vec<Part> = Vec::new();
    for (contract_id, item) in &batch.items {
        let new = measured.remove(contract_id).unwrap_or_default();
        let periods = periods_of(rater, item, &new, today);
        if !periods.is_empty() {
            parts.push(Part { item, periods, stored: BTreeMap::new(), unreadable: BTreeMap::new(), new });
        }
    }
    let spans: Vec<ContractDays> = parts.iter().filter_map(Part::span).collect();
    let mut stored = load_days(&mut *conn, &spans).await?;
    for part in &mut parts {
        let own = stored.remove(&part.item.contract.contract_id).unwrap_or_default();
        part.unreadable = own.unreadable.into_iter().collect();
        part.stored = own.days.into_iter().map(|day| (day.energy.day, day)).collect();
    }
    let periods: Vec<(&Contract, Period)> =
        parts.iter().flat_map(|part| part.periods.iter().map(|period| (&part.item.contract, *period))).collect();
    let mut context = PeriodContext::without_days(&mut *conn, rater, &periods).await?;
    let mut found = Found::default();
    for part in &parts {
        part.rate(rater, &mut context, &mut found);
    }
    save_days(&mut *conn, &found.rows, now).await?;
    metrics::counter!(names::SETTLEMENT_DAYS_TOTAL).increment(found.rows.len() as u64);
    if !found.removed.is_empty() {
        remove_days(conn, &found.removed).await?;
    }
    Ok(found.touched)
}

/// Every period that a new or requested day lies in, and those behind them in the same tier year.
fn periods_of(rater: &Rater, item: &Item, new: &BTreeMap<Day, DayEnergy>, today: Day) -> Vec<Period> {
    let contract = &item.contract;
    let period_of = |day: Day| Period::of_day(day, contract.billing_day);
    let mut periods: Vec<Period> = Vec::new();
    for day in new.keys() {
        if !periods.last().is_some_and(|period| period.contains(*day)) {
            periods.push(period_of(*day));
        }
    }
    for requested in &item.requested {
        let mut period = period_of(requested.from);
        while period.from < requested.to {
            periods.push(period);
            period = period_of(period.to);
        }
    }
    periods.sort_unstable_by_key(|period| period.from);
    periods.dedup();
    // of several years, each has what follows in it
    let own = periods.clone();
    for (index, period) in own.iter().enumerate() {
        let mut later = period_of(period.to);
        let end = own.get(index + 1).map_or(Day(today.0 + 1), |next| next.from);
        while later.from < end && rater.tier_year_start(contract, later).is_some_and(|start| start < later.from) {
            periods.push(later);
            later = period_of(later.to);
        }
    }
    periods.sort_unstable_by_key(|period| period.from);
    periods.dedup();
    periods
}

impl Part<'_> {
    fn span(&self) -> Option<ContractDays> {
        let (first, last) = (self.periods.first()?, self.periods.last()?);
        Some(ContractDays { contract_id: self.item.contract.contract_id, from: first.from, to: last.to })
    }

    fn is_gone(&self, day: Day) -> bool {
        !self.item.contract.covers(day)
            && self.item.requested.iter().any(|requested| (requested.from..requested.to).contains(&day))
    }

    /// Of a day that is new, other or gone: how its energy differs.
    fn difference(&self, day: Day) -> Option<Fixed2> {
        let stored = self.stored.get(&day);
        let unreadable = self.unreadable.get(&day).copied();
        let before = stored.map(|stored| stored.energy.energy_kwh()).or(unreadable);
        if self.is_gone(day) {
            return before.map(|before| Fixed2::ZERO - before);
        }
        let before = before.unwrap_or_default();
        let new = self.new.get(&day)?;
        (stored.map(|stored| &stored.energy) != Some(new)).then(|| new.energy_kwh() - before)
    }

    fn differences(&self) -> BTreeMap<Day, Fixed2> {
        let days = self.stored.keys().chain(self.unreadable.keys()).chain(self.new.keys());
        days.filter_map(|day| Some((*day, self.difference(*day)?))).collect()
    }

    /// Why a period is rated anew; none when nothing about it was asked or changed.
    fn cause(&self, period: Period, first_changed: Option<Day>) -> Option<(Cause, &str)> {
        let overlaps = |from: Day, to: Day| from < period.to && period.from < to;
        let asked = self.item.requested.iter().find(|requested| overlaps(requested.from, requested.to));
        match asked {
            // all of a kind went away at once
            Some(asked) if asked.cause == Cause::Readings => Some((self.measured(period), "")),
            Some(asked) if asked.cause != Cause::Estimate => Some((asked.cause, &asked.cause_text)),
            _ => first_changed.map(|_| (self.measured(period), "")),
        }
    }

    /// Whether readings of the period are other ones, or nothing but reactive energy.
    fn measured(&self, period: Period) -> Cause {
        let pairs = self.new.range(period.from..period.to).filter_map(|(day, new)| Some((&self.stored.get(day)?.energy, new)));
        let mut changed = pairs.filter(|(before, new)| before != new).peekable();
        let is_known = self.new.range(period.from..period.to).all(|(day, _)| self.stored.contains_key(day));
        let is_reactive = is_known && changed.peek().is_some() && changed.all(|(before, new)| differs_in_reactive(before, new));
        if is_reactive { Cause::Reactive } else { Cause::Readings }
    }

    fn rate(&self, rater: &Rater, context: &mut PeriodContext, found: &mut Found) {
        let contract = &self.item.contract;
        let differences = self.differences();
        for period in &self.periods {
            let before: Fixed2 = rater
                .tier_year_start(contract, *period)
                .map(|start| differences.range(start.min(period.from)..period.from).map(|(_, kwh)| *kwh).sum())
                .unwrap_or_default();
            context.add_before(contract.contract_id, *period, before);
            let first_changed = differences.range(period.from..period.to).next().map(|(day, _)| *day);
            let has_moved = before != Fixed2::ZERO;
            let cause = self.cause(*period, first_changed).or_else(|| has_moved.then_some((Cause::Readings, "")));
            let Some((cause, cause_text)) = cause else { continue };
            let is_asked = !matches!(cause, Cause::Readings | Cause::Reactive);
            let from = if is_asked || has_moved { period.from } else { first_changed.unwrap_or(period.from) };
            self.rate_period(rater, context, *period, from, is_asked, found);
            found.touched.push(Touched {
                contract_id: contract.contract_id,
                period: *period,
                cause,
                cause_text: cause_text.to_owned(),
            });
        }
        let gone = self.stored.keys().chain(self.unreadable.keys()).filter(|day| self.is_gone(**day));
        found.removed.extend(gone.map(|day| ContractDays { contract_id: contract.contract_id, from: *day, to: Day(day.0 + 1) }));
    }

    fn rate_period(&self, rater: &Rater, context: &PeriodContext, period: Period, from: Day, is_asked: bool, found: &mut Found) {
        let contract = &self.item.contract;
        let stored = self.stored.range(period.from..period.to).map(|(day, stored)| (*day, &stored.energy));
        let mut days: BTreeMap<Day, &DayEnergy> = stored.filter(|(day, _)| !self.is_gone(*day)).collect();
        days.extend(self.new.range(period.from..period.to).map(|(day, energy)| (*day, energy)));
        let days: Vec<DayEnergy> = days.into_values().cloned().collect();
        let amounts = amounts(&context.input(rater, contract, period, &days), from);
        let amounts: BTreeMap<Day, Fixed2> = amounts.into_iter().collect();
        let statement_month = period.month.first_day();
        for energy in days.into_iter().filter(|energy| energy.day >= from) {
            let amount = amounts.get(&energy.day).copied().unwrap_or_default();
            let stored = self.stored.get(&energy.day);
            let is_same_energy = stored.is_some_and(|stored| stored.energy == energy);
            let is_moved = match stored {
                Some(stored) if is_same_energy => stored.is_moved || (!is_asked && stored.amount != amount),
                _ => false,
            };
            let is_same = stored.is_some_and(|stored| {
                is_same_energy
                    && stored.amount == amount
                    && stored.is_moved == is_moved
                    && stored.statement_month == statement_month
            });
            if !is_same {
                let (contract_id, user_id) = (contract.contract_id, contract.user_id);
                found.rows.push(DayRow { contract_id, user_id, statement_month, energy, amount, is_moved });
            }
        }
    }
}

/// The digest is over both kinds of rows.
fn differs_in_reactive(before: &DayEnergy, new: &DayEnergy) -> bool {
    let (kvarh, kvarh_intervals) = (before.kvarh, before.kvarh_intervals);
    let same = DayEnergy { kvarh, kvarh_intervals, digest: before.digest.clone(), ..new.clone() };
    same == *before && (kvarh, kvarh_intervals) != (new.kvarh, new.kvarh_intervals)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::settlement::TariffPlan;
    use warehouse::settlement::book::{BookParts, VersionPart};

    use super::super::batch::Requested;
    use super::*;
    use crate::settlement::settings::SettlementSettings;

    /// Tiers are counted from July on.
    fn rater() -> Rater {
        let plan: TariffPlan = serde_json::from_value(serde_json::json!({
            "code": "home", "name": "home", "province": "test", "valid_from": "2020-01-01", "notice": { "number": "1" }, "for_whom": {},
            "calendar": { "flat_fills": true }, "prices": { "bands": { "flat": "0.5" } },
            "tiers": { "by": { "period": "year", "start_month": 7, "start_day": 1 }, "seasons": [{ "upto_kwh": [100] }],
                       "pricing": { "mode": "surcharge", "per_kwh": ["0.1"] } },
        }))
        .unwrap();
        let tariffs = [("home".to_owned(), vec![VersionPart { version: 1, plan }])].into();
        Rater::new(BookParts { tariffs, ..BookParts::default() }, SettlementSettings::default(), 0)
    }

    fn day(text: &str) -> Day {
        domain::LocalMs::parse(text.as_bytes()).unwrap().day()
    }

    fn months(tariff: &str, changed: &[&str], today: &str) -> Vec<String> {
        let terms = serde_json::from_value(serde_json::json!({ "tariff": tariff, "voltage": "below_1kv" })).unwrap();
        let contract = Contract {
            contract_id: 1,
            user_id: 1,
            direction: domain::settlement::Direction::Import,
            billing_day: 1,
            closed_on: None,
            terms: vec![domain::settlement::contract::DatedTerms { valid_from: day("2020-01-01"), terms }],
            exchanges: vec![],
        };
        let asked =
            |on: &&str| Requested { from: day(on), to: Day(day(on).0 + 1), cause: Cause::Contract, cause_text: String::new() };
        let item = Item { contract, changed: BTreeSet::new(), requested: changed.iter().map(asked).collect() };
        let periods = periods_of(&rater(), &item, &BTreeMap::new(), day(today));
        periods.iter().map(|period| period.month.to_string()).collect()
    }

    #[test]
    fn what_follows_in_the_tier_year_of_each_changed_day_is_rated_anew() {
        assert_eq!(months("none", &["2025-05-10", "2025-09-10"], "2025-12-05"), ["2025-05", "2025-09"], "without tiers");
        assert_eq!(
            months("home", &["2025-04-10", "2025-09-10"], "2025-11-05"),
            ["2025-04", "2025-05", "2025-06", "2025-09", "2025-10", "2025-11"],
            "to the end of the one year, and of the other to today: what lies between them stays"
        );
        assert_eq!(months("home", &["2025-07-10", "2025-08-10"], "2025-09-01"), ["2025-07", "2025-08", "2025-09"]);
        assert_eq!(months("home", &["2025-06-30"], "2025-09-01"), ["2025-06"], "the next year begins anew");
    }
}
