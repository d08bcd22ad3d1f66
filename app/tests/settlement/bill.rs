//! A bill with a line of every kind, whose numbers are small enough to follow.

use domain::settlement::bill::{NoPowerFactor, Part, RateFault, Reason};
use domain::settlement::carbon::CarbonFactor;
use domain::settlement::document::{BilledContract, Carbon, DayProof, Document, TariffUsed};
use domain::settlement::{
    Adjustment, Band, BandMap, Bill, ComponentDelta, ComponentKind, Direction, Line, LineKind, Month, Notice, Period, Price6,
    Quantity,
};
use domain::{Day, Fixed2, LocalMs};

pub fn yuan(text: &str) -> Fixed2 {
    Fixed2::parse(text.as_bytes()).unwrap()
}

fn price(text: &str) -> Option<Price6> {
    Price6::parse(text)
}

pub fn day(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).unwrap().day()
}

fn period() -> Period {
    Period::of_month(Month::parse("2016-01").unwrap(), 1)
}

fn line(line_no: u16, kind: LineKind, quantity: Quantity, unit_price: Option<Price6>, amount: &str) -> Line {
    Line {
        line_no,
        kind,
        from: period().from,
        to: period().to,
        band: None,
        tier: None,
        component: None,
        name: None,
        quantity,
        price: unit_price,
        day_share: None,
        percent: None,
        amount: yuan(amount),
        estimated_kwh: Fixed2(0),
        shaped_kwh: Fixed2(0),
        parts: Vec::new(),
        tariff: Some(("test-plan".to_owned(), 1)),
        clause: None,
        notice: None,
        reason: None,
    }
}

fn energy() -> [Line; 3] {
    let kwh = |text| Quantity::Kwh(yuan(text));
    let part = |kind, of: &str, amount: &str, pf_applies| Part {
        kind,
        name: None,
        price: Price6::parse(of).unwrap(),
        amount: yuan(amount),
        pf_applies,
    };
    let peak = Line {
        band: Some(Band::Peak),
        estimated_kwh: yuan("12.50"),
        clause: Some("峰：8:00–12:00".to_owned()),
        notice: Some("试〔2015〕1号".to_owned()),
        parts: vec![part(ComponentKind::Purchase, "0.6", "45.00", true), part(ComponentKind::Fund, "0.251234", "18.84", false)],
        ..line(1, LineKind::Energy, kwh("75.00"), price("0.851234"), "63.84")
    };
    let flat = Line {
        band: Some(Band::Flat),
        shaped_kwh: yuan("20.00"),
        ..line(2, LineKind::Energy, kwh("225.00"), price("0.5"), "112.50")
    };
    let tier = Line { tier: Some(2), ..line(3, LineKind::TierSurcharge, kwh("40.00"), price("0.05"), "2.00") };
    [peak, flat, tier]
}

fn months() -> [Line; 4] {
    let actual_at = LocalMs::parse(b"2016-01-11 10:15:00").unwrap();
    let exceeded = Reason::ContractExceeded {
        actual_kw: yuan("130"),
        actual_at,
        contract_kw: yuan("100"),
        free_kw: yuan("105"),
        excess_kw: yuan("25"),
        times: 2,
    };
    let contract = Reason::ContractDemand {
        actual_kw: Some(yuan("130")),
        actual_at: Some(actual_at),
        contract_kw: yuan("100"),
        floor_kw: yuan("40"),
        free_kw: yuan("105"),
        floored: false,
    };
    let factor = Reason::PowerFactor {
        active_kwh: yuan("300"),
        reactive_kvarh: yuan("200"),
        factor: yuan("0.83"),
        standard: "0.85".to_owned(),
        table_factor: yuan("0.83"),
        intervals: 2976,
    };
    let adjusted = Reason::Adjustment { statement_id: 1, month: Month::parse("2015-12").unwrap(), cause: "readings".to_owned() };
    let demand = Line {
        day_share: Some((20, 30)),
        reason: Some(contract),
        ..line(4, LineKind::DemandCharge, Quantity::Kw(yuan("100")), price("38"), "2533.33")
    };
    let excess =
        Line { reason: Some(exceeded), ..line(5, LineKind::DemandExcess, Quantity::Kw(yuan("50")), price("38"), "1900.00") };
    let pf = Line {
        percent: price("1.0"),
        reason: Some(factor),
        ..line(6, LineKind::PowerFactor, Quantity::Yuan(yuan("2710.83")), None, "27.11")
    };
    let adjustment =
        Line { reason: Some(adjusted), tariff: None, ..line(7, LineKind::Adjustment, Quantity::Yuan(Fixed2(0)), None, "-9.00") };
    [demand, excess, pf, adjustment]
}

/// Total 4629.78, of which 178.34 by days.
pub fn bill() -> Bill {
    let lines: Vec<Line> = energy().into_iter().chain(months()).collect();
    Bill {
        period: period(),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        energy: BandMap { peak: yuan("75"), flat: yuan("225"), ..BandMap::default() },
        estimated: BandMap { peak: yuan("12.50"), ..BandMap::default() },
        demand: None,
        kvarh: yuan("200"),
        power_factor: Some(yuan("0.83")),
        tier_year_before_kwh: yuan("500"),
        carried: BandMap::default(),
        report_shift_kwh: yuan("-3.25"),
        faults: Vec::new(),
    }
}

/// Only a part could be billed.
pub fn faulty() -> Bill {
    let none = Reason::NoPowerFactor { because: NoPowerFactor::NoReactiveReadings };
    let pf = Line { reason: Some(none), ..line(1, LineKind::PowerFactor, Quantity::Yuan(Fixed2(0)), None, "0.00") };
    let credit =
        Line { band: Some(Band::Flat), ..line(2, LineKind::Energy, Quantity::Kwh(yuan("-24.00")), price("0.5"), "-12.00") };
    let faults = vec![
        RateFault::NoPrices { tariff: "test-plan".to_owned(), notice: "试〔2015〕1号".to_owned() },
        RateFault::NoTariff { from: day("2016-01-20") },
    ];
    Bill { lines: vec![pf, credit], total: yuan("-12.00"), faults, ..bill() }
}

pub fn document(bill: Bill) -> Document {
    let notice =
        Notice {
            number: "试〔2015〕1号".to_owned(), title: Some("<b>通知</b>".to_owned()), remark: None, is_checked: false
        };
    Document {
        bill,
        contract: BilledContract {
            contract_id: 1,
            user_id: 2001,
            user_name: "用户2-1".to_owned(),
            usage_type: "商业".to_owned(),
            region_id: Some(2),
            direction: Direction::Import,
            billing_day: 1,
            closed_on: None,
            terms: Vec::new(),
            exchanges: Vec::new(),
        },
        tariffs: vec![TariffUsed { code: "test-plan".to_owned(), version: 1, name: "试验电价".to_owned(), notice }],
        days: vec![DayProof { day: day("2016-01-10"), energy_kwh: yuan("100"), digest: "ab".repeat(32) }],
        carbon: Some(Carbon {
            kg: yuan("157.35"),
            factor: CarbonFactor {
                year: 2015,
                kg_per_kwh: Price6::parse("0.5245").unwrap(),
                source: "生态环境部 <2015>".to_owned(),
            },
        }),
        adjustments: Vec::new(),
    }
}

pub fn adjustment() -> Adjustment {
    let delta = ComponentDelta {
        kind: LineKind::Energy,
        band: Some(Band::Peak),
        tier: None,
        component: None,
        name: None,
        quantity_before: yuan("20"),
        quantity_after: yuan("6"),
        amount_before: yuan("17.00"),
        amount_after: yuan("5.00"),
    };
    Adjustment {
        statement_id: 1,
        month: Month::parse("2015-12").unwrap(),
        deltas: vec![delta],
        already_adjusted: yuan("-3.00"),
        amount: yuan("-9.00"),
    }
}
