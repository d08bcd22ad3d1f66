//! Small makers of plans, contracts and days, and a case that can be rated.

use std::sync::Arc;

use domain::settlement::shipped::national_rules;
use domain::settlement::{
    Band, BandMap, Bill, Contract, DayEnergy, Demand, Line, LineKind, Month, Period, Price6, TariffPlan, Terms,
};
use domain::{Day, Fixed2, LocalMs};
use engine::settlement::rate::{Book, RateInput, TariffVersion, rate};
use serde_json::{Value, json};

pub fn day(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).expect("a day").day()
}

pub fn fixed(text: &str) -> Fixed2 {
    Fixed2::parse(text.as_bytes()).expect("an amount")
}

pub fn price(text: &str) -> Price6 {
    Price6::parse(text).expect("a price")
}

pub fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// A day with kWh in the order 尖 峰 平 谷 深谷.
pub fn metered(day: Day, kwh: [Fixed2; 5]) -> DayEnergy {
    let mut energy = BandMap::default();
    for (band, kwh) in Band::ALL.into_iter().zip(kwh) {
        *energy.get_mut(band) = kwh;
    }
    DayEnergy {
        day,
        region_id: 1,
        reported_kwh: energy.total(),
        energy,
        estimated: BandMap::default(),
        shaped: BandMap::default(),
        kvarh: Fixed2::ZERO,
        kvarh_intervals: 0,
        demand: None,
        reading_count: 96,
        missing_min: 0,
        register_first: None,
        register_last: None,
        marks: Vec::new(),
        is_complete: true,
        tariff: None,
        digest: String::new(),
    }
}

pub fn flat(on: &str, kwh: &str) -> DayEnergy {
    metered(day(on), [Fixed2::ZERO, Fixed2::ZERO, fixed(kwh), Fixed2::ZERO, Fixed2::ZERO])
}

pub fn with_demand(mut metered: DayEnergy, kw: &str) -> DayEnergy {
    metered.demand = Some(Demand { kw: fixed(kw), interval_end: metered.day.start().plus_ms(36_000_000) });
    metered
}

pub fn with_kvarh(mut metered: DayEnergy, kvarh: &str) -> DayEnergy {
    (metered.kvarh, metered.kvarh_intervals) = (fixed(kvarh), 96);
    metered
}

/// A plan from what differs from the plainest one: 1 yuan per kWh.
pub fn plan(code: &str, differs: Value) -> TariffPlan {
    let mut document = json!({
        "code": code, "name": code, "province": "湖北", "valid_from": "2020-01-01",
        "notice": { "number": "notice-of-calendar" }, "for_whom": {},
        "calendar": { "flat_fills": true },
        "prices": { "notice": { "number": "notice-of-prices" }, "bands": { "flat": "1" } },
    });
    for (key, value) in differs.as_object().expect("an object") {
        document[key] = value.clone();
    }
    serde_json::from_value(document).expect("a plan")
}

pub fn terms(tariff: &str, differs: Value) -> Terms {
    let mut document = json!({ "tariff": tariff, "voltage": "1_10kv" });
    for (key, value) in differs.as_object().expect("an object") {
        document[key] = value.clone();
    }
    serde_json::from_value(document).expect("terms")
}

/// Everything that a bill is rated from, owned.
#[derive(Clone)]
pub struct Case {
    pub contract: Contract,
    pub period: Period,
    pub days: Vec<DayEnergy>,
    pub book: Book,
    pub tier_year_before_kwh: Fixed2,
    pub carried: BandMap<Fixed2>,
}

/// A failure shows what differs from case to case, not the national tables.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plans: Vec<String> = self.book.tariffs.values().flatten().map(|version| format!("{:?}", version.plan)).collect();
        let numbers: Vec<String> =
            self.days.iter().map(|day| format!("{} {:?} {} {:?}", day.day.0, day.energy, day.kvarh, day.demand)).collect();
        write!(f, "{:?}\n{:?}\n{plans:#?}\n{numbers:#?}\nbefore {}", self.contract, self.period, self.tier_year_before_kwh)
    }
}

impl Case {
    /// A contract from 2021 on the plan, its period, no days.
    pub fn new(of: &str, plans: Vec<TariffPlan>, terms: Terms) -> Self {
        Self {
            contract: Contract {
                contract_id: 1,
                user_id: 1,
                direction: Default::default(),
                billing_day: 1,
                closed_on: None,
                terms: vec![domain::settlement::contract::DatedTerms { valid_from: day("2021-01-01"), terms }],
                exchanges: Vec::new(),
            },
            period: Period::of_month(month(of), 1),
            days: Vec::new(),
            book: book(plans),
            tier_year_before_kwh: Fixed2::ZERO,
            carried: BandMap::default(),
        }
    }

    pub fn with_days(mut self, days: impl IntoIterator<Item = DayEnergy>) -> Self {
        self.days.extend(days);
        self
    }

    /// Other terms from a day on.
    pub fn then(mut self, from: &str, terms: Terms) -> Self {
        self.contract.terms.push(domain::settlement::contract::DatedTerms { valid_from: day(from), terms });
        self
    }

    pub fn input(&self) -> RateInput<'_> {
        RateInput {
            contract: &self.contract,
            period: self.period,
            days: &self.days,
            book: &self.book,
            tier_year_before_kwh: self.tier_year_before_kwh,
            carried: self.carried,
        }
    }

    pub fn bill(&self) -> Bill {
        rate(&self.input())
    }
}

/// Versions of one code are numbered in order of the list; the newest stands first in the book.
pub fn book(plans: Vec<TariffPlan>) -> Book {
    let mut book = Book { rules: national_rules(), ..Book::default() };
    for plan in plans {
        let versions = book.tariffs.entry(plan.code.clone()).or_default();
        let version = i32::try_from(versions.len()).expect("few versions") + 1;
        versions.insert(0, TariffVersion { version, plan: Arc::new(plan) });
    }
    book
}

pub fn lines(bill: &Bill, kind: LineKind) -> Vec<&Line> {
    bill.lines.iter().filter(|line| line.kind == kind).collect()
}

/// (band, tier, quantity, price, amount) of the energy lines, as a table of text.
pub fn shown(bill: &Bill) -> Vec<String> {
    let row = |line: &Line| {
        let of = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} {} {} {} x {} = {}",
            line.kind.code(),
            of(line.band.map(|band| band.code().to_owned())),
            of(line.tier.map(|tier| tier.to_string())),
            of(line.component.map(|component| component.code().to_owned())),
            line.quantity.value(),
            of(line.price.map(|price| price.to_string())),
            line.amount
        )
    };
    bill.lines.iter().map(row).collect()
}
