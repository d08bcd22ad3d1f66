//! A contract with readings, and short ways to say times and amounts.

use domain::settlement::calendar::{CalendarDay, CalendarDays};
use domain::settlement::contract::DatedTerms;
use domain::settlement::{Contract, DayMark, Direction, MeterExchange, Reactive, Reading, ReadingTime, Terms};
use domain::{Day, Fixed2, LocalMs};
use engine::settlement::meter::{self, MeterInput, MeteredDay, PieceKind};

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 3_600_000;

pub fn at(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).unwrap()
}

pub fn day(text: &str) -> Day {
    at(text).day()
}

pub fn plus(day: Day, days: i32) -> Day {
    Day(day.0 + days)
}

pub fn terms() -> Terms {
    serde_json::from_value(serde_json::json!({ "voltage": "below_1kv" })).unwrap()
}

/// A reading reported at a time, of an amount in hundredths; registers unknown.
pub fn read(reported_at: LocalMs, amount: i64) -> Reading {
    Reading {
        consumption_id: reported_at.0 / 1_000,
        reported_at,
        amount_kwh: Fixed2(amount),
        register_before: None,
        register_after: None,
        region_id: 7,
    }
}

pub fn with_registers(reading: Reading, before: i64, after: i64) -> Reading {
    Reading { register_before: Some(Fixed2(before)), register_after: Some(Fixed2(after)), ..reading }
}

/// Readings of every interval of some days, reported a minute after it; the register follows the amounts.
pub fn regular(from: Day, days: i32, interval_min: i64, mut amount: impl FnMut(LocalMs) -> i64) -> Vec<Reading> {
    let (mut readings, mut register) = (Vec::new(), 100_000);
    let interval_ms = interval_min * MINUTE_MS;
    let mut end = from.start().plus_ms(interval_ms);
    while end <= plus(from, days).start() {
        let amount = amount(end);
        readings.push(with_registers(read(end.plus_ms(MINUTE_MS / 2), amount), register, register + amount));
        register += amount;
        end = end.plus_ms(interval_ms);
    }
    readings
}

/// By the end of the metered interval that it closes.
pub fn end_of(reading: &Reading) -> LocalMs {
    reading.reported_at.plus_ms(-MINUTE_MS / 2)
}

pub struct Bench {
    pub contract: Contract,
    pub readings: Vec<Reading>,
    pub reactive: Vec<Reactive>,
    pub from: Day,
    pub to: Day,
    pub calendar_days: CalendarDays,
    pub reading_time_is: ReadingTime,
    pub known_until: LocalMs,
}

impl Bench {
    /// Days `[from, from + days)`, all of them known and due.
    pub fn new(from: Day, days: i32, readings: Vec<Reading>) -> Self {
        let contract = Contract {
            contract_id: 1,
            user_id: 1,
            direction: Direction::Import,
            billing_day: 1,
            closed_on: None,
            terms: vec![DatedTerms { valid_from: from, terms: terms() }],
            exchanges: Vec::new(),
        };
        let to = plus(from, days);
        Self {
            contract,
            readings,
            reactive: Vec::new(),
            from,
            to,
            calendar_days: CalendarDays::new(),
            reading_time_is: ReadingTime::Report,
            known_until: plus(to, 2).start(),
        }
    }

    pub fn terms(mut self, change: impl FnOnce(&mut Terms)) -> Self {
        change(&mut self.contract.terms[0].terms);
        self
    }

    pub fn started(mut self, from: Day) -> Self {
        self.contract.terms[0].valid_from = from;
        self
    }

    pub fn exchanged(mut self, exchange_at: &str, final_register: i64, initial_register: i64) -> Self {
        self.contract.exchanges.push(MeterExchange {
            at: at(exchange_at),
            final_register: Fixed2(final_register),
            initial_register: Fixed2(initial_register),
        });
        self
    }

    pub fn holiday(mut self, date: &str) -> Self {
        self.calendar_days.insert(day(date), CalendarDay::Holiday { name: "元旦".into() });
        self
    }

    pub fn input(&self) -> MeterInput<'_> {
        MeterInput {
            contract: &self.contract,
            readings: &self.readings,
            reactive: &self.reactive,
            from: self.from,
            to: self.to,
            calendar_days: &self.calendar_days,
            reading_time_is: self.reading_time_is,
            known_until: self.known_until,
            estimate_after_ms: 6 * HOUR_MS,
            region_id: 3,
        }
    }

    pub fn measure(&self) -> Vec<MeteredDay> {
        meter::measure(&self.input())
    }

    pub fn only_day(&self) -> MeteredDay {
        let mut days = self.measure();
        assert_eq!(days.len(), 1);
        days.remove(0)
    }
}

pub fn energy(days: &[MeteredDay]) -> i64 {
    days.iter().map(|day| day.energy_kwh().0).sum()
}

/// Energy of a day's pieces of one kind, in hundredths.
pub fn of_kind(day: &MeteredDay, kind: PieceKind) -> i64 {
    day.pieces.iter().filter(|piece| piece.kind == kind).map(|piece| piece.energy_kwh.0).sum()
}

pub fn has(day: &MeteredDay, mark: DayMark) -> bool {
    day.marks.contains(&mark)
}
