//! From metered days to a bill.

use std::sync::Arc;

use domain::settlement::bill::RateFault;
use domain::settlement::{BandMap, Bill, Contract, DayEnergy, Line, LineKind, NationalRules, Period, Quantity, TariffPlan};
use domain::{Day, Fixed2};

/// A version of a plan as it is in force for some days.
#[derive(Clone, PartialEq, Debug)]
pub struct TariffVersion {
    pub version: i32,
    pub plan: Arc<TariffPlan>,
}

/// Everything that can be in force: plans by code with their versions that are not withdrawn, newest version first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Book {
    pub tariffs: std::collections::BTreeMap<String, Vec<TariffVersion>>,
    /// By `valid_from`, oldest first.
    pub rules: Vec<NationalRules>,
}

impl Book {
    /// The version in force on a day: the newest that covers it.
    pub fn tariff_on(&self, code: &str, day: Day) -> Option<&TariffVersion> {
        let covers =
            |version: &&TariffVersion| version.plan.valid_from <= day && version.plan.valid_until.is_none_or(|until| day < until);
        self.tariffs.get(code)?.iter().find(covers)
    }

    pub fn rules_on(&self, day: Day) -> Option<&NationalRules> {
        self.rules.iter().rev().find(|rules| rules.valid_from <= day)
    }
}

/// What a bill is rated from.
#[derive(Clone, Copy, Debug)]
pub struct RateInput<'a> {
    pub contract: &'a Contract,
    pub period: Period,
    /// Days of the period that were metered, in order; absent days count nothing.
    pub days: &'a [DayEnergy],
    pub book: &'a Book,
    /// kWh of the tier year before this period.
    pub tier_year_before_kwh: Fixed2,
    /// With `whole_kwh`: fractions carried from the bill before.
    pub carried: BandMap<Fixed2>,
}

/// The bill of a period. It never fails: what cannot be billed is a fault of the bill.
pub fn rate(input: &RateInput) -> Bill {
    let mut energy: BandMap<Fixed2> = BandMap::default();
    let mut estimated: BandMap<Fixed2> = BandMap::default();
    for day in input.days {
        for (band, kwh) in day.energy.iter() {
            *energy.get_mut(band) += kwh;
        }
        for (band, kwh) in day.estimated.iter() {
            *estimated.get_mut(band) += kwh;
        }
    }
    let mut faults = Vec::new();
    let code = input.contract.terms_on(input.period.last_day()).and_then(|terms| terms.tariff.clone());
    let version = code.as_deref().and_then(|code| input.book.tariff_on(code, input.period.last_day()));
    if version.is_none() {
        faults.push(RateFault::NoTariff { from: input.period.from });
    }
    let mut lines = Vec::new();
    for (band, kwh) in energy.iter().filter(|(_, kwh)| *kwh != Fixed2::ZERO) {
        let Some(version) = version else { break };
        let price = version.plan.prices.as_ref().and_then(|prices| prices.bands.get(band));
        let Some(price) = price else {
            faults.push(RateFault::NoBandPrice { tariff: version.plan.code.clone(), band });
            continue;
        };
        lines.push(Line {
            line_no: u16::try_from(lines.len() + 1).unwrap_or(u16::MAX),
            kind: LineKind::Energy,
            from: input.period.from,
            to: input.period.to,
            band: Some(band),
            tier: None,
            component: None,
            name: None,
            quantity: Quantity::Kwh(kwh),
            price: Some(price),
            day_share: None,
            percent: None,
            amount: price.amount(kwh),
            estimated_kwh: estimated.get(band),
            shaped_kwh: Fixed2::ZERO,
            parts: Vec::new(),
            tariff: Some((version.plan.code.clone(), version.version)),
            clause: None,
            notice: Some(version.plan.notice.number.clone()),
            reason: None,
        });
    }
    Bill {
        period: input.period,
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        energy,
        estimated,
        demand: input.days.iter().filter_map(|day| day.demand).max_by_key(|demand| demand.kw),
        kvarh: input.days.iter().map(|day| day.kvarh).sum(),
        power_factor: None,
        tier_year_before_kwh: input.tier_year_before_kwh,
        carried: input.carried,
        report_shift_kwh: Fixed2::ZERO,
        faults,
    }
}

/// The first day whose use counts in the yearly tiers of this period; none where no plan of it has any. What was used from there
/// to the period's first day is `RateInput::tier_year_before_kwh`.
pub fn tier_year_start(_contract: &Contract, _book: &Book, _period: Period) -> Option<Day> {
    None
}
