//! Tariffs and terms that change inside a period, days without a tariff, contracts that cannot be billed, the two clocks.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::{Direction, LineKind, Period};
use serde_json::json;

use crate::support::{Case, book, day, fixed, flat, lines, month, plan, shown, terms};
use crate::tiers::guangdong;

fn changing() -> Case {
    let mut later = plan("x", json!({ "prices": { "bands": { "flat": "2" } }, "notice": { "number": "later" } }));
    later.valid_from = day("2026-01-15");
    let days = [flat("2026-01-14", "10"), flat("2026-01-15", "10.5"), flat("2026-01-31", "1")];
    Case::new("2026-01", vec![plan("x", json!({})), later], terms("x", json!({}))).with_days(days)
}

#[test]
fn each_day_is_priced_by_the_version_in_force() {
    let bill = changing().bill();
    assert_eq!(shown(&bill), ["energy flat - - 10.00 x 1.000000 = 10.00", "energy flat - - 11.50 x 2.000000 = 23.00"]);
    assert_eq!(bill.lines[0].tariff, Some(("x".to_owned(), 1)));
    assert_eq!(bill.lines[1].tariff, Some(("x".to_owned(), 2)));
    assert_eq!(bill.lines[1].notice.as_deref(), Some("later"));
    assert_eq!((bill.lines[0].from, bill.lines[0].to), (day("2026-01-01"), day("2026-01-15")));
    assert_eq!((bill.lines[1].from, bill.lines[1].to), (day("2026-01-15"), day("2026-02-01")));
}

#[test]
fn tiers_go_on_through_a_change_of_tariff() {
    let mut dearer = guangdong();
    dearer.valid_from = day("2026-07-16");
    dearer.tiers.as_mut().expect("tiers").pricing = domain::settlement::tariff::TierPricing::Surcharge {
        per_kwh: vec![crate::support::price("0.06"), crate::support::price("0.4")],
    };
    let case = Case::new("2026-07", vec![guangdong(), dearer], terms("gd-home", json!({})))
        .with_days([flat("2026-07-01", "300"), flat("2026-07-20", "400")]);
    let expected = [
        "energy flat - - 300.00 x 0.589000 = 176.70",
        "tier_surcharge - 2 - 40.00 x 0.050000 = 2.00",
        "energy flat - - 400.00 x 0.589000 = 235.60",
        "tier_surcharge - 2 - 300.00 x 0.060000 = 18.00",
        "tier_surcharge - 3 - 100.00 x 0.400000 = 40.00",
    ];
    assert_eq!(shown(&case.bill()), expected);
}

#[test]
fn terms_that_do_not_touch_the_price_do_not_divide_the_energy() {
    let case = changing().then("2026-01-20", terms("x", json!({ "capacity_kva": "900", "interval_min": 60 })));
    assert_eq!(lines(&case.bill(), LineKind::Energy).len(), 2);
    let other = changing().then("2026-01-31", terms("y", json!({})));
    let bill = other.bill();
    assert_eq!(bill.faults, [RateFault::NotValid { tariff: "y".to_owned(), day: day("2026-01-31") }]);
    assert_eq!((bill.energy_kwh(), bill.total), (fixed("21.5"), fixed("31")), "the energy is there, a line for it is not");
}

#[test]
fn runs_of_days_without_tariff_are_told_by_their_first_day() {
    let mut without = terms("x", json!({}));
    without.tariff = None;
    let case =
        changing().then("2026-01-10", without.clone()).then("2026-01-15", terms("x", json!({}))).then("2026-01-20", without);
    let bill = case.bill();
    assert_eq!(bill.faults, [RateFault::NoTariff { from: day("2026-01-10") }, RateFault::NoTariff { from: day("2026-01-20") }]);
    assert_eq!(bill.total, fixed("21"));
    let mut ended = changing();
    let mut only = plan("x", json!({}));
    only.valid_until = Some(day("2026-01-15"));
    ended.book = book(vec![only]);
    assert_eq!(ended.bill().faults, [RateFault::NotValid { tariff: "x".to_owned(), day: day("2026-01-15") }]);
}

#[test]
fn a_newer_version_that_overlaps_goes_first() {
    let mut case = changing();
    case.book = book(vec![plan("x", json!({})), plan("x", json!({ "prices": { "bands": { "flat": "3" } } }))]);
    assert_eq!(case.bill().total, fixed("64.5"));
}

#[test]
fn feed_in_and_metering_behind_the_transformer_are_refused() {
    let mut export = changing();
    export.contract.direction = Direction::Export;
    let bill = export.bill();
    assert_eq!((bill.faults.as_slice(), bill.lines.len()), ([RateFault::ExportDirection].as_slice(), 0));
    assert_eq!(bill.energy_kwh(), fixed("21.5"));
    let behind = changing().then("2026-01-30", terms("x", json!({ "is_metered_behind_transformer": true })));
    let bill = behind.bill();
    assert_eq!((bill.faults.as_slice(), bill.lines.len()), ([RateFault::BehindTransformer].as_slice(), 0));
}

#[test]
fn days_outside_the_period_or_the_contract_are_not_billed() {
    let mut case = changing().with_days([flat("2026-02-01", "100"), flat("2025-12-31", "100")]);
    assert_eq!((case.bill().total, case.bill().energy_kwh()), (fixed("33"), fixed("21.5")));
    case.contract.closed_on = Some(day("2026-01-15"));
    assert_eq!(case.bill().total, fixed("10"));
    assert_eq!(case.bill().lines[0].to, day("2026-01-15"));
}

#[test]
fn a_period_of_another_billing_day_prices_each_day_by_its_date() {
    let mut case = changing();
    case.contract.billing_day = 15;
    case.period = Period::of_month(month("2026-02"), 15);
    assert_eq!(case.bill().total, fixed("23"), "from the 15th on");
}

#[test]
fn estimates_are_told_by_line_and_the_two_clocks_are_reconciled() {
    let mut case = Case::new("2026-07", vec![guangdong()], terms("gd-home", json!({}))).with_days([flat("2026-07-01", "520")]);
    case.days[0].estimated.flat = fixed("100");
    case.days[0].shaped.flat = fixed("7");
    case.days[0].reported_kwh = fixed("415");
    let bill = case.bill();
    assert_eq!((bill.lines[0].estimated_kwh, bill.lines[0].shaped_kwh), (fixed("100"), fixed("7")));
    assert_eq!(bill.lines[1].estimated_kwh, fixed("50"), "260 of 520 kWh");
    assert_eq!(bill.estimated.total(), fixed("100"));
    assert_eq!(bill.report_shift_kwh, fixed("-105"), "415 kWh were reported on the days that are billed 520");
    assert_eq!(case.days[0].energy_kwh(), bill.energy_kwh());
    assert_ne!(bill.total, Fixed2::ZERO);
}
