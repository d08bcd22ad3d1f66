//! From metered days to a bill.

mod basic;
mod cells;
mod demand;
mod lines;
mod power_factor;
mod segments;
mod tiers;
mod to_date;
mod usage;

use std::sync::Arc;

use domain::settlement::{BandMap, Bill, Contract, DayEnergy, Line, NationalRules, Period, TariffPlan};
use domain::{Day, Fixed2};

use lines::Draft;
pub use power_factor::{power_factor, table_percent};
pub use segments::tier_year_start;
pub(super) use to_date::ToDate;
use usage::{Usage, minus, sum};

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
    /// First days of rules that cannot be read.
    pub unreadable_rules: Vec<Day>,
}

impl Book {
    /// The version in force on a day: the newest that covers it.
    pub fn tariff_on(&self, code: &str, day: Day) -> Option<&TariffVersion> {
        let covers =
            |version: &&TariffVersion| version.plan.valid_from <= day && version.plan.valid_until.is_none_or(|until| day < until);
        self.tariffs.get(code)?.iter().find(covers)
    }

    pub fn rules_on(&self, day: Day) -> Option<&NationalRules> {
        let found = self.rules.iter().rev().find(|rules| rules.valid_from <= day)?;
        // older ones in their place would make wrong bills without a word
        let is_hidden = self.unreadable_rules.iter().any(|from| (found.valid_from..=day).contains(from));
        (!is_hidden).then_some(found)
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
    let mut faults = Vec::new();
    let days = segments::supplied_days(input, &mut faults);
    let mut whole = Usage::default();
    for day in input.days.iter().filter(|day| input.period.contains(day.day)) {
        whole.add(day);
    }
    let mut to_date = ToDate::of(input, &days);
    input.days.iter().for_each(|day| to_date.add(day));
    let (mut drafts, carried) = to_date.drafts(&mut faults);
    drafts.extend(basic::basic_lines(input, &days, &mut faults));
    let adjusted = power_factor::adjust(input, &days, sum(drafts.iter().map(|draft| draft.base)), &mut faults);
    let power_factor = adjusted.as_ref().and_then(|adjusted| adjusted.factor);
    let lines = numbered(drafts.into_iter().map(|draft: Draft| draft.line).chain(adjusted.map(|adjusted| adjusted.line)));
    faults.sort();
    faults.dedup();
    let energy_kwh = sum(whole.energy.iter().map(|(_, kwh)| kwh));
    Bill {
        period: input.period,
        total: sum(lines.iter().map(|line| line.amount)),
        lines,
        energy: whole.energy,
        estimated: whole.estimated,
        demand: demand::largest(input.days.iter().filter(|day| input.period.contains(day.day))),
        kvarh: whole.kvarh,
        power_factor,
        tier_year_before_kwh: input.tier_year_before_kwh,
        carried,
        report_shift_kwh: minus(whole.reported_kwh, energy_kwh),
        faults,
    }
}

fn numbered(lines: impl Iterator<Item = Line>) -> Vec<Line> {
    let number = |index: usize| u16::try_from(index + 1).unwrap_or(u16::MAX);
    lines.enumerate().map(|(index, line)| Line { line_no: number(index), ..line }).collect()
}
