//! 功率因数: the factor in whole numbers, every row of the three tables, and what the adjustment is a percentage of.

use domain::Fixed2;
use domain::settlement::bill::{NoPowerFactor, RateFault, Reason};
use domain::settlement::shipped::national_rules;
use domain::settlement::{LineKind, PowerFactorStandard};
use engine::settlement::rate::{power_factor, table_percent};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Case, day, fixed, flat, lines, plan, terms, with_kvarh};

/// The notice in words, in hundredths of a percent for a factor in hundredths: written from its sentences, not from the rows.
pub fn by_the_notice(standard: PowerFactorStandard, factor: i64) -> i64 {
    let (norm, best) = match standard {
        PowerFactorStandard::P90 => (90, 95),
        PowerFactorStandard::P85 => (85, 94),
        PowerFactorStandard::P80 => (80, 92),
    };
    if factor >= norm {
        return -match (standard, factor.min(best)) {
            (PowerFactorStandard::P90, factor) => (factor - 90) * 15,
            (PowerFactorStandard::P85, 94) => 110,
            (PowerFactorStandard::P85, factor @ 91..=93) => 65 + (factor - 91) * 15,
            (PowerFactorStandard::P85, factor) => (factor - 85) * 10,
            (PowerFactorStandard::P80, 92) => 130,
            (PowerFactorStandard::P80, 91) => 115,
            (PowerFactorStandard::P80, factor) => (factor - 80) * 10,
        };
    }
    // half a percent for each of twenty hundredths, one for each of five, two for each below
    (factor..norm)
        .rev()
        .enumerate()
        .map(|(index, _)| match index {
            0..20 => 50,
            20..25 => 100,
            _ => 200,
        })
        .sum()
}

#[test]
fn every_hundredth_of_every_standard_is_adjusted_as_the_notice_says() {
    let rules = national_rules();
    for standard in PowerFactorStandard::ALL {
        let table = rules[0].power_factor.tables.iter().find(|table| table.standard == standard).expect("three tables");
        for factor in 0..=100 {
            let (row, percent) = table_percent(table, Fixed2(factor)).expect("a row");
            assert_eq!(percent.0, by_the_notice(standard, factor) * 10_000, "{} {factor}", standard.code());
            assert!(row <= Fixed2(factor));
        }
    }
}

#[test]
fn the_corners_of_the_tables_are_those_printed() {
    use PowerFactorStandard::{P80, P85, P90};
    let rules = national_rules();
    let printed = [
        (P90, "1.00", "-0.75"),
        (P90, "0.95", "-0.75"),
        (P90, "0.94", "-0.6"),
        (P90, "0.90", "0"),
        (P90, "0.89", "0.5"),
        (P90, "0.70", "10"),
        (P90, "0.69", "11"),
        (P90, "0.65", "15"),
        (P90, "0.64", "17"),
        (P90, "0.60", "25"),
        (P85, "0.94", "-1.1"),
        (P85, "0.93", "-0.95"),
        (P85, "0.92", "-0.8"),
        (P85, "0.91", "-0.65"),
        (P85, "0.90", "-0.5"),
        (P85, "0.84", "0.5"),
        (P85, "0.65", "10"),
        (P85, "0.60", "15"),
        (P85, "0.59", "17"),
        (P80, "0.92", "-1.3"),
        (P80, "0.91", "-1.15"),
        (P80, "0.90", "-1"),
        (P80, "0.60", "10"),
        (P80, "0.55", "15"),
        (P80, "0.54", "17"),
    ];
    for (standard, factor, percent) in printed {
        let table = rules[0].power_factor.tables.iter().find(|table| table.standard == standard).expect("three tables");
        let found = table_percent(table, fixed(factor)).expect("a row").1;
        assert_eq!(found, crate::support::price(percent), "{} {factor}", standard.code());
    }
}

#[test]
fn a_factor_is_told_from_both_energies() {
    let cases = [("4", "3", "0.80"), ("3", "4", "0.60"), ("100", "0", "1.00"), ("0.01", "900", "0.00"), ("96", "28", "0.96")];
    for (active, reactive, factor) in cases {
        assert_eq!(power_factor(fixed(active), fixed(reactive)), Some(fixed(factor)), "{active} {reactive}");
    }
    assert_eq!(power_factor(Fixed2::ZERO, fixed("5")), None);
    assert_eq!(power_factor(fixed("-1"), fixed("5")), None);
    assert_eq!(power_factor(Fixed2(i64::MAX), Fixed2(i64::MAX)), Some(fixed("0.71")), "also where squares would not fit");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// n hundredths are right where n − ½ ≤ 100 × factor < n + ½.
    #[test]
    fn a_factor_is_rounded_half_up(active in 1i64..2_000_000, reactive in 0i64..2_000_000) {
        let n = i128::from(power_factor(Fixed2(active), Fixed2(reactive)).expect("active energy").0);
        let (p, q) = (i128::from(active), i128::from(reactive));
        let (square, whole) = (40_000 * p * p, p * p + q * q);
        prop_assert!(square < (2 * n + 1) * (2 * n + 1) * whole);
        prop_assert!(n == 0 || square >= (2 * n - 1) * (2 * n - 1) * whole);
    }
}

/// 1,000 kWh in 平 with purchase, T&D and funds; capacity charge of 100 kVA; standard 0.90.
fn billed(kwh: &str, kvarh: &str) -> Case {
    let components = json!([
        { "kind": "purchase", "price": "0.4", "floats": true },
        { "kind": "transmission", "price": "0.2" },
        { "kind": "fund", "price": "0.05" },
    ]);
    let plan = plan(
        "two-part",
        json!({
            "prices": { "components": components },
            "basic": { "capacity_price": "20", "demand_price": "30" },
            "power_factor": true,
        }),
    );
    let terms = terms("two-part", json!({ "capacity_kva": "100", "power_factor_standard": "0.90" }));
    Case::new("2026-01", vec![plan], terms).with_days([with_kvarh(flat("2026-01-10", kwh), kvarh)])
}

#[test]
fn the_base_is_energy_without_funds_and_the_basic_charge() {
    let bill = billed("1000", "1000").bill();
    let line = lines(&bill, LineKind::PowerFactor)[0];
    // 1,000 × (0.4 + 0.2) + 100 × 20; the factor 0.71 is 9.5 % below the standard
    assert_eq!(line.quantity.value(), fixed("2600"));
    assert_eq!(line.percent, Some(crate::support::price("9.5")));
    assert_eq!(line.amount, fixed("247"));
    assert_eq!(bill.power_factor, Some(fixed("0.71")));
    assert_eq!(bill.total, fixed("2897"));
    assert_eq!(line.notice.as_deref(), Some("(83)水电财字第215号"));
    let expected = Reason::PowerFactor {
        active_kwh: fixed("1000"),
        reactive_kvarh: fixed("1000"),
        factor: fixed("0.71"),
        standard: "0.90".to_owned(),
        table_factor: fixed("0.71"),
        intervals: 96,
    };
    assert_eq!(line.reason, Some(expected));
}

#[test]
fn the_base_is_the_same_with_a_line_for_each_component() {
    let mut case = billed("1000", "1000");
    let version = &mut case.book.tariffs.get_mut("two-part").expect("the plan")[0];
    let mut plan = (*version.plan).clone();
    plan.prices.as_mut().expect("prices").line_basis = domain::settlement::tariff::LineBasis::Components;
    version.plan = std::sync::Arc::new(plan);
    let bill = case.bill();
    assert_eq!(lines(&bill, LineKind::Component).len(), 3);
    assert_eq!(lines(&bill, LineKind::PowerFactor)[0].quantity.value(), fixed("2600"));
    assert_eq!(bill.total, fixed("2897"));
}

#[test]
fn a_component_says_itself_whether_it_is_part_of_the_base() {
    let mut case = billed("1000", "1000");
    let version = &mut case.book.tariffs.get_mut("two-part").expect("the plan")[0];
    let mut plan = (*version.plan).clone();
    let components = &mut plan.prices.as_mut().expect("prices").components;
    components[1].pf_applies = Some(false);
    components[2].pf_applies = Some(true);
    version.plan = std::sync::Arc::new(plan);
    assert_eq!(lines(&case.bill(), LineKind::PowerFactor)[0].quantity.value(), fixed("2450"));
}

#[test]
fn a_reward_is_paid_back() {
    let bill = billed("1000", "100").bill();
    let line = lines(&bill, LineKind::PowerFactor)[0];
    assert_eq!(line.amount, fixed("-19.50"), "0.75 % of 2,600");
}

#[test]
fn where_there_is_no_adjustment_the_line_says_why() {
    let because = |case: &Case| {
        let bill = case.bill();
        let line = lines(&bill, LineKind::PowerFactor).first().map(|line| (line.amount, line.reason.clone()));
        assert!(bill.faults.is_empty());
        line
    };
    let no = |because| Some((Fixed2::ZERO, Some(Reason::NoPowerFactor { because })));
    assert_eq!(because(&billed("0", "1000")), no(NoPowerFactor::NoActiveEnergy));
    let mut silent = billed("1000", "0");
    silent.days[0].kvarh_intervals = 0;
    assert_eq!(because(&silent), no(NoPowerFactor::NoReactiveReadings));
    let mut small = billed("1000", "1000");
    small.contract.terms[0].terms.capacity_kva = fixed("99.99");
    assert_eq!(because(&small), no(NoPowerFactor::BelowCapacity));
    let mut none = billed("1000", "1000");
    none.contract.terms[0].terms.power_factor_standard = None;
    assert_eq!(because(&none), None, "no standard agreed: no line");
}

#[test]
fn one_factor_holds_for_a_period_whose_tariff_changes() {
    let mut case = billed("1000", "0").with_days([with_kvarh(flat("2026-01-20", "1000"), "2000")]);
    let mut later = (*case.book.tariffs["two-part"][0].plan).clone();
    later.valid_from = day("2026-01-15");
    case.book = crate::support::book(vec![(*case.book.tariffs["two-part"][0].plan).clone(), later]);
    let bill = case.bill();
    assert_eq!(lines(&bill, LineKind::Energy).len(), 2);
    assert_eq!(lines(&bill, LineKind::CapacityCharge).len(), 1, "the same price: no change of the basic charge");
    let line = lines(&bill, LineKind::PowerFactor)[0];
    assert_eq!(bill.power_factor, Some(fixed("0.71")), "2,000 kWh and 2,000 kvarh");
    assert_eq!(line.quantity.value(), fixed("3200"));
    assert_eq!((line.from, line.to), (case.period.from, case.period.to));
}

#[test]
fn without_rules_nothing_is_adjusted_in_silence() {
    let mut case = billed("1000", "1000");
    case.book.rules.clear();
    assert_eq!(case.bill().faults, [RateFault::NoRules { day: day("2026-01-31") }]);
}
