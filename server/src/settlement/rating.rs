//! Loads what a period is rated from and rates it: the one path for days, drafts and adjustments.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::settlement::bill::RateFault;
use domain::settlement::calendar::{DayBands, TriggerDecisions};
use domain::settlement::resolve::bands_of;
use domain::settlement::{BandMap, Bill, CalendarDays, Contract, ContractId, DayEnergy, Month, Period};
use domain::{Day, Fixed2};
use engine::settlement::bands;
use engine::settlement::meter::MeteredDay;
use engine::settlement::rate::{Book, RateInput, TariffVersion, rate, tier_year_start};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::book::{self, BookParts};
use warehouse::settlement::daily::{ContractDays, carried_from, energy_sums, load_days};

use super::settings::SettlementSettings;

/// Days of tariffs whose bands are remembered; then all are told anew.
const REMEMBERED_BANDS: usize = 4_096;

/// Code and version of a tariff, and a day.
type TariffDay = (String, i32, Day);

/// Everything that can be in force, as it was loaded.
#[derive(Debug)]
pub struct Rater {
    pub book: Arc<Book>,
    pub calendar_days: CalendarDays,
    pub decisions: TriggerDecisions,
    pub settings: SettlementSettings,
    /// Of `settlement_progress` when it was loaded.
    pub rules_revision: i64,
    /// Many contracts share a tariff: its bands of a day are told once. None: the calendar cannot be applied to that day.
    bands: Mutex<FxHashMap<TariffDay, Option<Arc<DayBands>>>>,
}

/// A bill and the days that it was rated from.
#[derive(Clone, PartialEq, Debug)]
pub struct Rated {
    pub bill: Bill,
    pub days: Vec<DayEnergy>,
}

impl Rater {
    pub async fn load(conn: &mut PgConnection, settings: SettlementSettings) -> Result<Self, WarehouseError> {
        // before what it counts: a change in between makes the worker load again
        let rules_revision = warehouse::settlement::work::rules_revision(conn).await?;
        Ok(Self::new(book::load(conn).await?, settings, rules_revision))
    }

    pub fn new(parts: BookParts, settings: SettlementSettings, rules_revision: i64) -> Self {
        let BookParts { tariffs, rules, unreadable_rules, calendar_days, decisions } = parts;
        let version = |part: book::VersionPart| TariffVersion { version: part.version, plan: Arc::new(part.plan) };
        let tariffs: BTreeMap<_, _> =
            tariffs.into_iter().map(|(code, parts)| (code, parts.into_iter().map(version).collect())).collect();
        let book = Arc::new(Book { tariffs, rules, unreadable_rules });
        Self { book, calendar_days, decisions, settings, rules_revision, bands: Mutex::default() }
    }

    /// What was used in which band. Without a tariff in force everything is 平, and the day says so.
    pub fn day_energy(&self, contract: &Contract, metered: &MeteredDay) -> DayEnergy {
        let code = contract.terms_on(metered.day).and_then(|terms| terms.tariff.as_deref());
        let version = code.and_then(|code| self.book.tariff_on(code, metered.day));
        let told = code.zip(version).and_then(|(code, version)| {
            let bands = self.bands_on(code, version, metered.day)?;
            Some((bands, (code.to_owned(), version.version)))
        });
        match told {
            Some((bands, tariff)) => bands::day_energy(metered, Some(&bands), Some(tariff)),
            None => bands::day_energy(metered, None, None),
        }
    }

    fn bands_on(&self, code: &str, version: &TariffVersion, day: Day) -> Option<Arc<DayBands>> {
        // remembered bands are right after any panic: they are put in when they are complete
        let mut remembered = self.bands.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_BANDS {
            remembered.clear();
        }
        let key = (code.to_owned(), version.version, day);
        let tell = || bands_of(&version.plan.calendar, day, &self.calendar_days, &self.decisions).ok().map(Arc::new);
        remembered.entry(key).or_insert_with(tell).clone()
    }

    /// First day of the tier year that the period belongs to, if its tariff counts tiers by year.
    pub fn tier_year_start(&self, contract: &Contract, period: Period) -> Option<Day> {
        tier_year_start(contract, &self.book, period)
    }
}

/// Rates a period from its stored days.
pub async fn bill(conn: &mut PgConnection, rater: &Rater, contract: &Contract, period: Period) -> Result<Rated, WarehouseError> {
    let rated = bills_of(conn, rater, &[(contract, period)]).await?;
    rated.into_iter().next().ok_or_else(|| WarehouseError::BadValue("one period makes one bill".to_owned()))
}

/// The bills of a month, in the order of the contracts, in a few statements for all of them.
pub async fn bills(
    conn: &mut PgConnection,
    rater: &Rater,
    contracts: &[Contract],
    month: Month,
) -> Result<Vec<Rated>, WarehouseError> {
    let periods: Vec<(&Contract, Period)> =
        contracts.iter().map(|contract| (contract, Period::of_month(month, contract.billing_day))).collect();
    bills_of(conn, rater, &periods).await
}

/// The same for any periods, in their order.
pub async fn bills_of(
    conn: &mut PgConnection,
    rater: &Rater,
    periods: &[(&Contract, Period)],
) -> Result<Vec<Rated>, WarehouseError> {
    let context = PeriodContext::load(conn, rater, periods).await?;
    let mut rated = Vec::with_capacity(periods.len());
    for (contract, period) in periods {
        // several periods of one contract share what was loaded for it
        let days: Vec<DayEnergy> = context.days_of(contract.contract_id, *period);
        let mut bill = rate(&context.input(rater, contract, *period, &days));
        context.add_unreadable(&mut bill, contract.contract_id);
        rated.push(Rated { bill, days });
    }
    Ok(rated)
}

/// What bills of some periods need beside the days themselves.
#[derive(Clone, Debug, Default)]
pub struct PeriodContext {
    days: FxHashMap<ContractId, Vec<DayEnergy>>,
    /// Days that are stored and cannot be read.
    unreadable: FxHashMap<ContractId, Vec<Day>>,
    before_kwh: FxHashMap<(ContractId, Period), Fixed2>,
    /// None: it cannot be read.
    carried: FxHashMap<(ContractId, Month), Option<BandMap<Fixed2>>>,
}

impl PeriodContext {
    async fn load(conn: &mut PgConnection, rater: &Rater, periods: &[(&Contract, Period)]) -> Result<Self, WarehouseError> {
        let mut spans: BTreeMap<ContractId, ContractDays> = BTreeMap::new();
        for (contract, period) in periods {
            let contract_id = contract.contract_id;
            let span = spans.entry(contract_id).or_insert(ContractDays { contract_id, from: period.from, to: period.to });
            span.from = span.from.min(period.from);
            span.to = span.to.max(period.to);
        }
        let spans: Vec<ContractDays> = spans.into_values().collect();
        let stored = load_days(conn, &spans).await?;
        let mut context = Self::without_days(conn, rater, periods).await?;
        for (contract_id, stored) in stored {
            context.days.insert(contract_id, stored.days.into_iter().map(|day| day.energy).collect());
            if !stored.unreadable.is_empty() {
                context.unreadable.insert(contract_id, stored.unreadable.into_iter().map(|(day, _)| day).collect());
            }
        }
        Ok(context)
    }

    /// Use of the tier years before the periods, and what earlier bills left over.
    pub async fn without_days(
        conn: &mut PgConnection,
        rater: &Rater,
        periods: &[(&Contract, Period)],
    ) -> Result<Self, WarehouseError> {
        let mut context = Self::default();
        let mut carrying = Vec::new();
        // one statement for each turn of the loop: of all periods that are their contract's first, second …
        let mut turns: Vec<Vec<(Period, ContractDays)>> = Vec::new();
        let mut seen: FxHashMap<ContractId, usize> = FxHashMap::default();
        for (contract, period) in periods {
            let contract_id = contract.contract_id;
            if let Some(from) = rater.tier_year_start(contract, *period).filter(|from| *from < period.from) {
                let turn = seen.entry(contract_id).or_default();
                if turns.len() <= *turn {
                    turns.push(Vec::new());
                }
                turns[*turn].push((*period, ContractDays { contract_id, from, to: period.from }));
                *turn += 1;
            }
            if is_carrying(rater, contract, *period) {
                carrying.push((contract_id, period.month.previous()));
            }
        }
        for turn in turns {
            let spans: Vec<ContractDays> = turn.iter().map(|(_, span)| *span).collect();
            let sums = energy_sums(conn, &spans).await?;
            for (period, span) in turn {
                let kwh = sums.get(&span.contract_id).copied().unwrap_or_default();
                context.before_kwh.insert((span.contract_id, period), kwh);
            }
        }
        context.carried = carried_from(conn, &carrying).await?;
        Ok(context)
    }

    /// Counts energy that is about to be stored before a period.
    pub fn add_before(&mut self, contract_id: ContractId, period: Period, kwh: Fixed2) {
        *self.before_kwh.entry((contract_id, period)).or_default() += kwh;
    }

    fn days_of(&self, contract_id: ContractId, period: Period) -> Vec<DayEnergy> {
        let days = self.days.get(&contract_id).map(Vec::as_slice).unwrap_or_default();
        days.iter().filter(|day| period.contains(day.day)).cloned().collect()
    }

    /// A bill that lacks something that is there, but cannot be read, must not pass for a whole one.
    fn add_unreadable(&self, bill: &mut Bill, contract_id: ContractId) {
        let days = self.unreadable.get(&contract_id).into_iter().flatten().filter(|day| bill.period.contains(**day));
        bill.faults.extend(days.map(|day| RateFault::UnreadableDay { day: *day }));
        let month = bill.period.month.previous();
        if self.carried.get(&(contract_id, month)).is_some_and(Option::is_none) {
            bill.faults.push(RateFault::UnreadableCarried { month });
        }
    }

    pub fn input<'a>(&self, rater: &'a Rater, contract: &'a Contract, period: Period, days: &'a [DayEnergy]) -> RateInput<'a> {
        let contract_id = contract.contract_id;
        RateInput {
            contract,
            period,
            days,
            book: &rater.book,
            tier_year_before_kwh: self.before_kwh.get(&(contract_id, period)).copied().unwrap_or_default(),
            carried: self.carried.get(&(contract_id, period.month.previous())).copied().flatten().unwrap_or_default(),
        }
    }
}

/// Whether the tariff of the period bills whole kWh.
fn is_carrying(rater: &Rater, contract: &Contract, period: Period) -> bool {
    let plan = |day: Day| {
        let code = contract.terms_on(day)?.tariff.as_deref()?;
        rater.book.tariff_on(code, day).map(|version| version.plan.whole_kwh)
    };
    plan(period.from).or_else(|| plan(period.last_day())).unwrap_or(false)
}
