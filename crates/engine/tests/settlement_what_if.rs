//! What a contract would have cost otherwise is what rating says of other terms and other bands.

#[expect(dead_code, reason = "shared with the tests of bills")]
#[path = "settlement_bill/support.rs"]
mod support;

use domain::Fixed2;
use domain::settlement::DemandMode;
use domain::settlement::bill::RateFault;
use domain::settlement::what_if::{Outcome, Question, Scenario, Study};
use engine::settlement::what_if::{shift, study};
use proptest::prelude::*;
use serde_json::json;
use support::{Case, day, fixed, metered, plan, terms, with_demand};

fn case(of: &str, kwh: [i64; 5], kw: &str) -> Case {
    let prices = json!({
        "prices": { "bands": { "sharp": "1.5", "peak": "1.2", "flat": "1", "valley": "0.5", "deep_valley": "0.3" } },
        "basic": { "capacity_price": "30", "demand_price": "48" }
    });
    let case =
        Case::new(of, vec![plan("p", prices)], terms("p", json!({ "capacity_kva": "1000.00", "demand_mode": "capacity" })));
    let days: Vec<_> = case.period.days().map(|day| with_demand(metered(day, kwh.map(Fixed2)), kw)).collect();
    case.with_days(days)
}

fn asked(percent: u8) -> Question {
    Question { shift_percent: percent, contract_demand_kw: None }
}

fn of(study: &Study, scenario: Scenario) -> &Outcome {
    study.outcomes.iter().find(|outcome| outcome.scenario == scenario).expect("an outcome")
}

#[test]
fn each_way_to_measure_the_basic_charge_is_rated() {
    let months = [case("2026-01", [0, 100_000, 0, 0, 0], "500.00"), case("2026-02", [0, 100_000, 0, 0, 0], "400.00")];
    let inputs: Vec<_> = months.iter().map(Case::input).collect();
    let study = study(&inputs, &asked(10));
    let basic = |mode| of(&study, Scenario::Mode { mode }).months.iter().map(|month| month.basic).collect::<Vec<_>>();
    assert_eq!(basic(DemandMode::Capacity), [fixed("30000.00"), fixed("30000.00")]);
    assert_eq!(basic(DemandMode::Actual), [fixed("24000.00"), fixed("19200.00")]);
    assert_eq!(study.contract_demand_kw, Some(fixed("500.00")), "the largest that was measured");
    assert_eq!(basic(DemandMode::Contract), [fixed("24000.00"), fixed("24000.00")]);
    let actual = of(&study, Scenario::Mode { mode: DemandMode::Actual });
    assert_eq!(actual.difference, fixed("-16800.00"));
    assert_eq!((study.days, study.is_extrapolated), (59, true));
    assert_eq!(actual.difference_per_year, Some(Fixed2(-10_393_220)), "16,800.00 × 365 / 59");
    assert_eq!(of(&study, Scenario::Mode { mode: DemandMode::Capacity }).difference, fixed("0.00"), "that is how it is");
}

#[test]
fn a_shift_moves_energy_and_saves_what_the_prices_differ_by() {
    let month = case("2026-01", [10_000, 20_000, 5_000, 1_000, 0], "100.00");
    let study = study(&[month.input()], &asked(50));
    assert_eq!(study.shifted_kwh, Fixed2(15_000 * 31));
    let shifted = of(&study, Scenario::Shift { percent: 50 });
    // 50 kWh a day from 1.5 and 100 kWh from 1.2 to 0.5
    assert_eq!(shifted.difference, Fixed2(-31 * (5_000 + 7_000)));
    assert_eq!(shifted.months[0].energy_kwh, study.outcomes[0].months[0].energy_kwh);
}

#[test]
fn what_cannot_be_billed_is_not_compared() {
    let mut month = case("2026-01", [0, 20_000, 0, 0, 0], "100.00");
    month.contract.terms[0].terms.tariff = None;
    let study = study(&[month.input()], &asked(10));
    assert!(study.outcomes.iter().all(|outcome| outcome.difference_per_year.is_none()), "{study:?}");
    assert!(engine::settlement::what_if::study(&[], &asked(10)).outcomes[0].difference_per_year.is_none());
}

proptest! {
    #[test]
    fn no_shift_changes_nothing_and_any_keeps_the_energy(kwh in proptest::array::uniform5(0i64..100_000_000), percent in 0u8..=100) {
        let before = metered(day("2026-01-05"), kwh.map(Fixed2));
        prop_assert_eq!(&shift(&before, 0), &before);
        let after = shift(&before, percent);
        prop_assert_eq!(after.energy_kwh(), before.energy_kwh());
        prop_assert!(after.energy.iter().all(|(_, kwh)| kwh.0 >= 0));
        let month = case("2026-01", kwh.map(|kwh| kwh / 100), "100.00");
        let study = study(&[month.input()], &asked(0));
        let shifted = of(&study, Scenario::Shift { percent: 0 });
        prop_assert_eq!((shifted.difference, shifted.total), (Fixed2(0), study.outcomes[0].total));
        prop_assert_eq!(&shifted.months, &study.outcomes[0].months);
        for outcome in &study.outcomes {
            let sum: Fixed2 = outcome.months.iter().map(|month| month.total).sum();
            prop_assert_eq!(sum, outcome.total, "months add up");
            prop_assert_eq!(outcome.total - study.outcomes[0].total, outcome.difference);
        }
    }
}

#[test]
fn what_cannot_be_billed_says_what_it_lacks() {
    let prices = json!({ "prices": { "bands": { "flat": "1" } }, "basic": { "capacity_price": "30" } });
    let case = Case::new("2026-01", vec![plan("p", prices)], terms("p", json!({ "capacity_kva": "100.00" })));
    let days: Vec<_> = case.period.days().map(|day| with_demand(metered(day, [0, 0, 100, 0, 0].map(Fixed2)), "50.00")).collect();
    let case = case.with_days(days);
    let study = study(&[case.input()], &asked(10));
    let actual = of(&study, Scenario::Mode { mode: DemandMode::Actual });
    let expected = RateFault::NoDemandPrice { tariff: "p".to_owned() };
    assert_eq!((actual.difference_per_year, actual.months[0].faults.as_slice()), (None, [expected].as_slice()));
    assert!(study.outcomes[0].months[0].faults.is_empty(), "as it is, everything has a price");
    let kept: Study = serde_json::from_value(serde_json::to_value(&study).expect("a document")).expect("a study");
    assert_eq!(kept, study);
}
