//! Terms as plain text, field by field: what files, forms, differences and the audit have in common.

use super::contract::DatedTerms;
use super::tariff::Voltage;
use super::{Contract, DemandMode, Direction, MeterExchange, PowerFactorStandard, Price6, ReadingTime, Terms};
use crate::{Day, Fixed2, LocalMs};

/// In the order of files.
pub const TERM_FIELDS: [&str; 13] = [
    "tariff",
    "voltage",
    "capacity_kva",
    "demand_mode",
    "contract_demand_kw",
    "interval_min",
    "reading_time_is",
    "power_factor_standard",
    "has_many_people",
    "is_metered_behind_transformer",
    "is_suspended",
    "multiplier",
    "register_max",
];

/// Terms of which everything but the voltage is as usual.
pub fn plain_terms(voltage: Voltage) -> Terms {
    Terms {
        tariff: None,
        voltage,
        capacity_kva: Fixed2::ZERO,
        demand_mode: DemandMode::Capacity,
        contract_demand_kw: None,
        interval_min: 15,
        reading_time_is: None,
        power_factor_standard: None,
        has_many_people: false,
        is_metered_behind_transformer: false,
        is_suspended: false,
        multiplier: Price6(super::price::MICRO),
        register_max: None,
    }
}

/// The value of each of [`TERM_FIELDS`]; empty where nothing is said.
pub fn cells(terms: &Terms) -> [String; 13] {
    let amount = |amount: Option<Fixed2>| amount.map_or_else(String::new, |amount| amount.to_string());
    let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
    [
        terms.tariff.clone().unwrap_or_default(),
        terms.voltage.code().to_owned(),
        terms.capacity_kva.to_string(),
        terms.demand_mode.code().to_owned(),
        amount(terms.contract_demand_kw),
        terms.interval_min.to_string(),
        terms.reading_time_is.map_or("", reading_time).to_owned(),
        terms.power_factor_standard.map_or("", PowerFactorStandard::code).to_owned(),
        flag(terms.has_many_people),
        flag(terms.is_metered_behind_transformer),
        flag(terms.is_suspended),
        terms.multiplier.to_string(),
        amount(terms.register_max),
    ]
}

/// Sets a field from text; an empty one stays as usual. False: the text cannot be read as this field.
pub fn set(terms: &mut Terms, field: &str, text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    match field {
        "tariff" => put(&mut terms.tariff, is_code(text).then(|| Some(text.to_owned()))),
        "voltage" => put(&mut terms.voltage, Voltage::from_code(text)),
        "capacity_kva" => put(&mut terms.capacity_kva, exact(text)),
        "demand_mode" => put(&mut terms.demand_mode, DemandMode::ALL.into_iter().find(|mode| mode.code() == text)),
        "contract_demand_kw" => put(&mut terms.contract_demand_kw, exact(text).map(Some)),
        "interval_min" => put(&mut terms.interval_min, text.parse().ok()),
        "reading_time_is" => {
            put(&mut terms.reading_time_is, READING_TIMES.into_iter().find(|time| reading_time(*time) == text).map(Some))
        }
        "power_factor_standard" => put(&mut terms.power_factor_standard, PowerFactorStandard::from_code(text).map(Some)),
        "has_many_people" => put(&mut terms.has_many_people, flag(text)),
        "is_metered_behind_transformer" => put(&mut terms.is_metered_behind_transformer, flag(text)),
        "is_suspended" => put(&mut terms.is_suspended, flag(text)),
        "multiplier" => put(&mut terms.multiplier, Price6::parse(text)),
        "register_max" => put(&mut terms.register_max, exact(text).map(Some)),
        _ => false,
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    *place = value;
    true
}

/// A day as files and forms write it.
pub fn day(text: &str) -> Option<Day> {
    let is_shaped = text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == matches!(at, 4 | 7));
    if is_shaped { LocalMs::parse(text.as_bytes()).map(LocalMs::day) } else { None }
}

pub fn direction(text: &str) -> Option<Direction> {
    [Direction::Import, Direction::Export].into_iter().find(|direction| direction.code() == text)
}

/// At most two decimals: a contract value is never rounded on its way in.
pub fn exact(text: &str) -> Option<Fixed2> {
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals > 2 { None } else { Fixed2::parse(text.as_bytes()) }
}

pub const READING_TIMES: [ReadingTime; 3] = [ReadingTime::Report, ReadingTime::IntervalEnd, ReadingTime::IntervalStart];

pub fn reading_time(time: ReadingTime) -> &'static str {
    match time {
        ReadingTime::Report => "report",
        ReadingTime::IntervalEnd => "interval_end",
        ReadingTime::IntervalStart => "interval_start",
    }
}

fn is_code(text: &str) -> bool {
    text.len() <= super::tariff::MOST_CODE_CHARS
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "yes" | "是" => Some(true),
        "0" | "false" | "no" | "否" => Some(false),
        _ => None,
    }
}

/// A field that two states of a contract have differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    /// Of the terms or the exchange; none for the contract itself.
    pub day: Option<Day>,
    pub field: &'static str,
    /// None: there were no such terms.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// In order of days, the contract itself first.
pub fn differences(before: &Contract, after: &Contract) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut head = |field, before: String, after: String| {
        if before != after {
            changes.push(FieldChange { day: None, field, before: Some(before), after: Some(after) });
        }
    };
    head("billing_day", before.billing_day.to_string(), after.billing_day.to_string());
    let closing = |contract: &Contract| contract.closed_on.map_or_else(String::new, |day| day.to_date().to_string());
    head("closed_on", closing(before), closing(after));
    let mut days: Vec<Day> = before.terms.iter().chain(&after.terms).map(|dated| dated.valid_from).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        let of = |contract: &Contract| terms_of(contract, day).map(|dated| cells(&dated.terms));
        let (before, after) = (of(before), of(after));
        for (at, field) in TERM_FIELDS.into_iter().enumerate() {
            let value = |cells: &Option<[String; 13]>| cells.as_ref().map(|cells| cells[at].clone());
            if value(&before) != value(&after) {
                changes.push(FieldChange { day: Some(day), field, before: value(&before), after: value(&after) });
            }
        }
    }
    let gone = before.exchanges.iter().filter(|exchange| !after.exchanges.contains(exchange));
    changes.extend(gone.map(|exchange| exchange_change(exchange, true)));
    let new = after.exchanges.iter().filter(|exchange| !before.exchanges.contains(exchange));
    changes.extend(new.map(|exchange| exchange_change(exchange, false)));
    changes
}

fn terms_of(contract: &Contract, day: Day) -> Option<&DatedTerms> {
    contract.terms.iter().find(|dated| dated.valid_from == day)
}

fn exchange_change(exchange: &MeterExchange, is_gone: bool) -> FieldChange {
    let text = format!("{}: {} → {}", exchange.at, exchange.final_register, exchange.initial_register);
    let (before, after) = if is_gone { (Some(text), None) } else { (None, Some(text)) };
    FieldChange { day: Some(exchange.at.day()), field: "exchange", before, after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_as_it_was_written() {
        let full = Terms {
            tariff: Some("hubei-x".to_owned()),
            capacity_kva: Fixed2(63_050),
            demand_mode: DemandMode::Contract,
            contract_demand_kw: Some(Fixed2(30_001)),
            interval_min: 60,
            reading_time_is: Some(ReadingTime::IntervalStart),
            power_factor_standard: Some(PowerFactorStandard::P85),
            has_many_people: true,
            is_metered_behind_transformer: true,
            is_suspended: true,
            multiplier: Price6(80_500_000),
            register_max: Some(Fixed2(99_999_999)),
            ..plain_terms(Voltage::Kv35)
        };
        for terms in [full, plain_terms(Voltage::Below1Kv)] {
            let mut read = plain_terms(Voltage::Kv220);
            for (field, cell) in TERM_FIELDS.into_iter().zip(cells(&terms)) {
                assert!(set(&mut read, field, &cell), "{field}={cell}");
            }
            assert_eq!(read, terms);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_taken() {
        let mut terms = plain_terms(Voltage::Kv20);
        for (field, text) in [
            ("tariff", "=1+1"),
            ("tariff", "Upper"),
            ("voltage", "11kv"),
            ("capacity_kva", "12.345"),
            ("capacity_kva", "1e9"),
            ("interval_min", "-15"),
            ("has_many_people", "maybe"),
            ("multiplier", "x"),
            ("nothing", "1"),
        ] {
            assert!(!set(&mut terms, field, text), "{field}={text}");
        }
        assert_eq!(terms, plain_terms(Voltage::Kv20));
        assert_eq!((day("2026-1-01"), day("20260101"), day("2026-02-30"), day("2026-01-01 ")), (None, None, None, None));
        assert_eq!(day("2026-01-01").map(|day| day.to_date().to_string()).as_deref(), Some("2026-01-01"));
    }
}
