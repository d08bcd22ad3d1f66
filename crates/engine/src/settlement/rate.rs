//! From metered days to a bill.

use std::sync::Arc;

use domain::settlement::{BandMap, Contract, DayEnergy, NationalRules, Period, TariffPlan};
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
