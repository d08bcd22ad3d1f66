//! The days of a period that can be billed, and the runs of them that one version of a plan covers.

use domain::Day;
use domain::settlement::bill::RateFault;
use domain::settlement::tariff::TierPeriod;
use domain::settlement::{Contract, Direction, Month, Period, Terms};

use super::{Book, RateInput, TariffVersion};

/// A supplied day with its tariff.
pub(super) struct SuppliedDay<'a> {
    pub day: Day,
    pub terms: &'a Terms,
    pub tariff: &'a TariffVersion,
}

impl SuppliedDay<'_> {
    pub fn has_power_factor(&self) -> bool {
        self.tariff.plan.power_factor && self.terms.power_factor_standard.is_some()
    }

    fn starts_tier_year(&self) -> bool {
        tier_period(self.tariff).is_some_and(|by| matches!(by, TierPeriod::Year { .. }) && year_start(by, self.day) == self.day)
    }
}

/// Days `[from, to)` whose energy is billed alike.
pub(super) struct Segment<'a> {
    pub from: Day,
    pub to: Day,
    pub tariff: &'a TariffVersion,
    pub has_many_people: bool,
    pub has_power_factor: bool,
    /// A tier year starts with it: what was used before counts no more.
    pub starts_tier_year: bool,
}

/// The days that can be billed, in order. A contract that cannot be billed at all has none.
pub(super) fn supplied_days<'a>(input: &RateInput<'a>, faults: &mut Vec<RateFault>) -> Vec<SuppliedDay<'a>> {
    if let Some(refusal) = refusal(input) {
        faults.push(refusal);
        return Vec::new();
    }
    let mut days = Vec::with_capacity(31);
    let mut fault: Option<RateFault> = None;
    for day in input.period.days() {
        let Some(terms) = input.contract.terms_on(day) else { continue };
        let found = tariff_of(input.book, terms, day);
        if let Err(new) = &found
            && !fault.as_ref().is_some_and(|last| is_same_kind(last, new))
        {
            faults.push(new.clone());
        }
        match found {
            Ok(tariff) => {
                days.push(SuppliedDay { day, terms, tariff });
                fault = None;
            }
            Err(new) => fault = Some(new),
        }
    }
    days
}

fn refusal(input: &RateInput) -> Option<RateFault> {
    if input.contract.direction == Direction::Export {
        return Some(RateFault::ExportDirection);
    }
    let mut terms = input.period.days().filter_map(|day| input.contract.terms_on(day));
    terms.any(|terms| terms.is_metered_behind_transformer).then_some(RateFault::BehindTransformer)
}

fn tariff_of<'a>(book: &'a Book, terms: &Terms, day: Day) -> Result<&'a TariffVersion, RateFault> {
    let code = terms.tariff.as_deref().ok_or(RateFault::NoTariff { from: day })?;
    book.tariff_on(code, day).ok_or_else(|| RateFault::NotValid { tariff: code.to_owned(), day })
}

/// A run of days with the same fault is told once, by its first day.
fn is_same_kind(one: &RateFault, other: &RateFault) -> bool {
    match (one, other) {
        (RateFault::NoTariff { .. }, RateFault::NoTariff { .. }) => true,
        (RateFault::NotValid { tariff, .. }, RateFault::NotValid { tariff: other, .. }) => tariff == other,
        _ => false,
    }
}

pub(super) fn segments<'a>(days: &[SuppliedDay<'a>]) -> Vec<Segment<'a>> {
    let mut segments: Vec<Segment<'a>> = Vec::with_capacity(1);
    for (index, day) in days.iter().enumerate() {
        let starts_tier_year = day.starts_tier_year();
        let next = Day(day.day.0 + 1);
        match segments.last_mut() {
            Some(last) if !starts_tier_year && last.to == day.day && is_alike(&days[index - 1], day) => last.to = next,
            _ => segments.push(Segment {
                from: day.day,
                to: next,
                tariff: day.tariff,
                has_many_people: day.terms.has_many_people,
                has_power_factor: day.has_power_factor(),
                starts_tier_year,
            }),
        }
    }
    segments
}

fn is_alike(one: &SuppliedDay, other: &SuppliedDay) -> bool {
    std::ptr::eq(one.tariff, other.tariff)
        && one.terms.has_many_people == other.terms.has_many_people
        && one.has_power_factor() == other.has_power_factor()
}

fn tier_period(tariff: &TariffVersion) -> Option<TierPeriod> {
    tariff.plan.tiers.as_ref().map(|tiers| tiers.by)
}

/// The newest start of a tier year that is not after `day`; of a month, its first day.
fn year_start(by: TierPeriod, day: Day) -> Day {
    let TierPeriod::Year { start_month, start_day } = by else { return day.month_start() };
    let month = u32::from(start_month.clamp(1, 12));
    let start = |year: i32| Day(Month { year, month }.first_day().0 + i32::from(start_day.max(1)) - 1);
    let year = Month::of(day).year;
    let this_year = start(year);
    if this_year <= day { this_year } else { start(year - 1) }
}

/// The first day whose use counts in the yearly tiers of this period; none where it has none. What was used from there to the
/// period's first day is `RateInput::tier_year_before_kwh`. Days before it that were billed by another kind of plan end it.
pub fn tier_year_start(contract: &Contract, book: &Book, period: Period) -> Option<Day> {
    let by_on = |day: Day| {
        let terms = contract.terms_on(day)?;
        tier_period(tariff_of(book, terms, day).ok()?).filter(|by| matches!(by, TierPeriod::Year { .. }))
    };
    let first = period.days().find(|day| contract.covers(*day))?;
    let start = year_start(by_on(first)?, first);
    let counted = (start.0..first.0).rev().map(Day).take_while(|day| by_on(*day).is_some());
    Some(counted.last().unwrap_or(first))
}
