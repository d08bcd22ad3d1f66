//! What is wrong with contracts, and from which day a change of one matters.

use std::collections::BTreeMap;

use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_check::{ContractFault, FIRST_DAY, Facts, KnownPlans, LAST_DAY, check, overlap};
use domain::settlement::contract_edit::{Edit, earliest_difference};
use domain::settlement::tariff::{BasicCharge, Filter, Voltage};
use domain::settlement::{
    Calendar, Contract, DemandMode, Direction, MeterExchange, Notice, PowerFactorStandard, Price6, TariffPlan, Terms,
};
use domain::{Day, Fixed2, LocalMs};

fn day(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).expect("a day").day()
}

fn terms(tariff: Option<&str>) -> Terms {
    let tariff = tariff.map_or_else(String::new, |code| format!(r#""tariff":"{code}","#));
    serde_json::from_str(&format!(r#"{{{tariff}"voltage":"1_10kv"}}"#)).expect("terms")
}

fn contract(rows: &[(&str, Terms)]) -> Contract {
    let terms = rows.iter().map(|(from, terms)| DatedTerms { valid_from: day(from), terms: terms.clone() });
    Contract {
        contract_id: 1,
        user_id: 7,
        direction: Direction::Import,
        billing_day: 1,
        closed_on: None,
        terms: terms.collect(),
        exchanges: vec![],
    }
}

/// Single-rate for businesses below 315 kVA at 1–10 kV.
fn plan(code: &str) -> TariffPlan {
    TariffPlan {
        code: code.to_owned(),
        name: code.to_owned(),
        name_en: None,
        province: "湖北".to_owned(),
        valid_from: day("2026-01-01"),
        valid_until: None,
        notice: Notice { number: "鄂 1".to_owned(), title: None, remark: None, is_checked: false },
        for_whom: Filter {
            categories: vec!["工业".to_owned(), "商业".to_owned()],
            voltages: vec![Voltage::Kv1To10],
            ..Filter::default()
        },
        calendar: Calendar { flat_fills: true, rules: vec![] },
        prices: Some(serde_json::from_str(r#"{"bands":{"flat":"0.6"}}"#).expect("prices")),
        tiers: None,
        basic: None,
        power_factor: false,
        whole_kwh: false,
    }
}

fn plans() -> KnownPlans {
    let two_part = TariffPlan {
        basic: Some(BasicCharge { capacity_price: Some(Price6(20_000_000)), demand_price: Some(Price6(30_000_000)) }),
        power_factor: true,
        ..plan("two")
    };
    let small = TariffPlan { for_whom: Filter { capacity_below_kva: Some(315), ..plan("s").for_whom }, ..plan("small") };
    let bare = TariffPlan { prices: None, ..plan("bare") };
    KnownPlans([plan("one"), two_part, small, bare].into_iter().map(|plan| (plan.code.clone(), vec![plan])).collect())
}

/// Codes of what is found, for a customer of this usage.
fn found(contract: &Contract, usage_type: &str) -> Vec<ContractFault> {
    check(contract, Facts { usage_type, plans: &plans() })
}

fn of(terms: Terms, usage_type: &str) -> Vec<ContractFault> {
    found(&contract(&[("2026-01-01", terms)]), usage_type)
}

#[test]
fn a_plain_contract_is_fine() {
    assert_eq!(of(terms(Some("one")), "商业"), []);
    assert_eq!(of(terms(Some("one")), domain::UNKNOWN_USAGE), [], "what is not known is not held against it");
    assert_eq!(Day::from_date("1990-01-01".parse().expect("a day")), FIRST_DAY);
    assert_eq!(Day::from_date("2199-12-31".parse().expect("a day")), LAST_DAY);
}

#[test]
fn the_filters_of_the_tariff_are_kept() {
    let day = day("2026-01-01");
    let low = Terms { voltage: Voltage::Below1Kv, ..terms(Some("one")) };
    let faults = of(low, "商业");
    let tariff = || "one".to_owned();
    assert_eq!(faults, [ContractFault::NotForVoltage { day, tariff: tariff(), voltage: Voltage::Below1Kv }]);
    assert!(faults[0].refuses());
    let large = Terms { capacity_kva: Fixed2(31_500), ..terms(Some("small")) };
    assert!(matches!(of(large, "商业")[..], [ContractFault::NotForCapacity { .. }]), "315 is not below 315");
    let just_below = Terms { capacity_kva: Fixed2(31_499), ..terms(Some("small")) };
    assert_eq!(of(just_below, "商业"), []);
    let farm = of(terms(Some("one")), "农业");
    assert_eq!(farm, [ContractFault::NotForCategory { day, tariff: tariff(), usage_type: "农业".to_owned() }]);
    assert!(!farm[0].refuses(), "the operational system may have it wrong");
}

#[test]
fn a_tariff_that_cannot_bill_is_named() {
    let day = day("2025-01-01");
    let early = |code: &str| found(&contract(&[("2025-01-01", terms(Some(code)))]), "商业");
    assert_eq!(early("one"), [ContractFault::TariffNotValid { day, tariff: "one".to_owned() }]);
    assert_eq!(early("none"), [ContractFault::UnknownTariff { day, tariff: "none".to_owned() }]);
    assert!(matches!(&of(terms(Some("bare")), "商业")[..], [ContractFault::NoPrices { notice, .. }] if notice == "鄂 1"));
    assert!(matches!(of(terms(None), "商业")[..], [ContractFault::NoTariff { .. }]));
    assert!(matches!(
        of(Terms { demand_mode: DemandMode::Actual, ..terms(Some("one")) }, "商业")[..],
        [ContractFault::NoPriceForMode { mode: DemandMode::Actual, .. }]
    ));
}

#[test]
fn demand_has_its_value_its_floor_and_its_interval() {
    let base = Terms { capacity_kva: Fixed2(100_000), demand_mode: DemandMode::Contract, ..terms(Some("two")) };
    let base = Terms { power_factor_standard: Some(PowerFactorStandard::P90), ..base };
    let with = |kw: Option<i64>| of(Terms { contract_demand_kw: kw.map(Fixed2), ..base.clone() }, "工业");
    assert!(matches!(with(None)[..], [ContractFault::NoContractDemand { .. }]));
    assert_eq!(with(Some(40_000)), [], "40 % of the capacity is enough");
    let day = day("2026-01-01");
    let below = with(Some(39_999));
    assert_eq!(below, [ContractFault::BelowFloor { day, contract_kw: Fixed2(39_999), floor_kw: Fixed2(40_000) }]);
    assert!(!below[0].refuses(), "the floor is billed");
    assert!(matches!(with(Some(0))[..], [ContractFault::ContractDemandBounds { .. }]));
    let hourly = Terms { interval_min: 60, demand_mode: DemandMode::Actual, ..base };
    assert_eq!(of(hourly, "工业"), [ContractFault::DemandNotMeasured { day, interval_min: 60 }]);
}

#[test]
fn what_notices_expect_is_warned_of() {
    let day = day("2026-01-01");
    let large = Terms { capacity_kva: Fixed2(31_500), ..terms(Some("one")) };
    let faults = of(large.clone(), "工业");
    assert_eq!(faults, [ContractFault::TwoPartUsual { day, capacity_kva: Fixed2(31_500) }]);
    assert!(of(large, "商业").is_empty());
    let idle = |capacity, usage| {
        let standard = Some(PowerFactorStandard::P85);
        of(Terms { capacity_kva: Fixed2(capacity), power_factor_standard: standard, ..terms(Some("one")) }, usage)
    };
    assert_eq!(idle(9_999, "商业"), [ContractFault::PowerFactorIdle { day }]);
    assert!(idle(10_000, "商业").is_empty() && idle(10_000, "居民").contains(&ContractFault::PowerFactorIdle { day }));
    let without = of(Terms { capacity_kva: Fixed2(10_000), ..terms(Some("two")) }, "商业");
    assert_eq!(without, [ContractFault::PowerFactorMissing { day }]);
    let mut feed_in = contract(&[("2026-01-01", terms(Some("one")))]);
    feed_in.direction = Direction::Export;
    assert_eq!(found(&feed_in, "商业"), [ContractFault::ExportNotBilled]);
}

type Spoil = fn(&mut Terms);

#[test]
fn values_beyond_their_bounds_are_refused() {
    let cases: [(&str, Spoil); 9] = [
        ("interval_min", |terms| terms.interval_min = 0),
        ("interval_min", |terms| terms.interval_min = 7),
        ("interval_min", |terms| terms.interval_min = 2_880),
        ("multiplier", |terms| terms.multiplier = Price6(0)),
        ("multiplier", |terms| terms.multiplier = Price6(-1)),
        ("register_max", |terms| terms.register_max = Some(Fixed2(0))),
        ("capacity_kva", |terms| terms.capacity_kva = Fixed2(-1)),
        ("capacity_kva", |terms| terms.capacity_kva = Fixed2(i64::MAX)),
        ("is_metered_behind_transformer", |terms| terms.is_metered_behind_transformer = true),
    ];
    for (field, spoil) in cases {
        let mut spoilt = terms(Some("one"));
        spoil(&mut spoilt);
        let faults = of(spoilt.clone(), "商业");
        assert!(matches!(&faults[..], [fault] if fault.field() == field && fault.refuses()), "{field} {spoilt:?}: {faults:?}");
    }
    for good in [1, 5, 15, 60, 1_440] {
        assert_eq!(of(Terms { interval_min: good, ..terms(Some("one")) }, "商业"), [], "{good}");
    }
}

#[test]
fn a_contract_has_terms_a_billing_day_and_an_end_behind_its_start() {
    let one = contract(&[("2026-01-01", terms(Some("one")))]);
    assert_eq!(found(&contract(&[]), "商业"), [ContractFault::NoTerms]);
    for billing_day in [0, 29] {
        assert_eq!(found(&Contract { billing_day, ..one.clone() }, "商业"), [ContractFault::BillingDay { billing_day }]);
    }
    let closed = |end: &str| found(&Contract { closed_on: Some(day(end)), ..one.clone() }, "商业");
    assert_eq!(closed("2025-12-31"), [ContractFault::ClosedBeforeStart]);
    assert_eq!(closed("2026-01-02"), []);
    let twice = contract(&[("2026-01-01", terms(Some("one"))), ("2026-01-01", terms(Some("one")))]);
    assert_eq!(found(&twice, "商业"), [ContractFault::TermsTwice { day: day("2026-01-01") }]);
    let later = contract(&[("2026-01-01", terms(Some("one"))), ("2026-03-01", terms(Some("one")))]);
    let later = Contract { closed_on: Some(day("2026-02-01")), ..later };
    assert_eq!(found(&later, "商业"), [ContractFault::TermsAfterClose { day: day("2026-03-01") }]);
    let early = found(&contract(&[("1899-01-01", terms(None))]), "商业");
    assert!(early.contains(&ContractFault::DayOutOfBounds { day: day("1899-01-01") }), "{early:?}");
}

#[test]
fn the_mode_changes_quarterly_and_the_value_monthly() {
    let mode = |mode, kw: Option<i64>| {
        let base = Terms { power_factor_standard: Some(PowerFactorStandard::P90), ..terms(Some("two")) };
        Terms { capacity_kva: Fixed2(20_000), demand_mode: mode, contract_demand_kw: kw.map(Fixed2), ..base }
    };
    let changes = |days: [&str; 3]| {
        found(
            &contract(&[
                (days[0], mode(DemandMode::Capacity, None)),
                (days[1], mode(DemandMode::Actual, None)),
                (days[2], mode(DemandMode::Capacity, None)),
            ]),
            "工业",
        )
    };
    assert_eq!(changes(["2026-01-01", "2026-04-01", "2026-05-01"]), [ContractFault::ModeChangedEarly { day: day("2026-05-01") }]);
    assert_eq!(changes(["2026-01-01", "2026-04-01", "2026-07-01"]), []);
    let values = |last: &str| {
        found(
            &contract(&[
                ("2026-01-01", mode(DemandMode::Contract, Some(9_000))),
                ("2026-02-01", mode(DemandMode::Contract, Some(10_000))),
                (last, mode(DemandMode::Contract, Some(11_000))),
            ]),
            "工业",
        )
    };
    assert_eq!(values("2026-02-15"), [ContractFault::ValueChangedEarly { day: day("2026-02-15") }]);
    assert_eq!(values("2026-03-01"), []);
}

#[test]
fn exchanges_lie_inside_the_contract() {
    let exchange = |at: &str, last: i64| MeterExchange {
        at: LocalMs::parse(at.as_bytes()).expect("a time"),
        final_register: Fixed2(last),
        initial_register: Fixed2(0),
    };
    let with =
        |exchanges: Vec<MeterExchange>| found(&Contract { exchanges, ..contract(&[("2026-01-01", terms(Some("one")))]) }, "商业");
    assert_eq!(with(vec![exchange("2026-02-01 10:00:00", 5)]), []);
    assert!(matches!(with(vec![exchange("2025-02-01 10:00:00", 5)])[..], [ContractFault::ExchangeOutside { .. }]));
    assert!(matches!(with(vec![exchange("2026-02-01 10:00:00", -5)])[..], [ContractFault::ExchangeRegister { .. }]));
}

#[test]
fn contracts_of_one_customer_do_not_overlap() {
    let from = |start: &str, end: Option<&str>| Contract { closed_on: end.map(day), ..contract(&[(start, terms(Some("one")))]) };
    let open = from("2026-03-01", None);
    assert!(overlap(&open, &from("2026-01-01", None)) && overlap(&open, &from("2026-01-01", Some("2026-03-02"))));
    assert!(!overlap(&open, &from("2026-01-01", Some("2026-03-01"))), "the end is not supplied any more");
    assert!(!overlap(&open, &Contract { user_id: 8, ..open.clone() }));
    assert!(!overlap(&open, &Contract { direction: Direction::Export, ..open.clone() }));
}

#[test]
fn a_change_matters_from_its_first_day_on() {
    let before = contract(&[("2026-01-01", terms(Some("one"))), ("2026-03-01", terms(Some("two")))]);
    let from = |edit: Edit| {
        let after = edit.apply(&before).expect("something to change");
        earliest_difference(&before, &after)
    };
    let put = |at: &str, tariff| Edit::PutTerms(DatedTerms { valid_from: day(at), terms: terms(Some(tariff)) });
    assert_eq!(from(put("2026-02-01", "two")), Some(day("2026-02-01")));
    assert_eq!(from(put("2026-03-01", "two")), None, "they are the same");
    assert_eq!(from(put("2025-12-01", "one")), Some(day("2025-12-01")));
    assert_eq!(from(Edit::RemoveTerms(day("2026-03-01"))), Some(day("2026-03-01")));
    assert_eq!(Edit::RemoveTerms(day("2026-03-02")).apply(&before), None);
    assert_eq!(from(Edit::BillingDay(5)), Some(day("2026-01-01")), "periods of all days");
    assert_eq!(from(Edit::Close(day("2026-05-01"))), Some(day("2026-05-01")));
    let closed = Edit::Close(day("2026-05-01")).apply(&before).expect("closed");
    assert_eq!(earliest_difference(&closed, &Edit::Reopen.apply(&closed).expect("open")), Some(day("2026-05-01")));
    let at = LocalMs::parse(b"2026-02-07 10:00:00").expect("a time");
    let exchange = MeterExchange { at, final_register: Fixed2(1), initial_register: Fixed2(0) };
    let exchanged = Edit::PutExchange(exchange).apply(&before).expect("exchanged");
    assert_eq!(earliest_difference(&before, &exchanged), Some(day("2026-02-07")));
    assert_eq!(Edit::RemoveExchange(at).apply(&exchanged), Some(before.clone()));
}

#[test]
fn plans_are_asked_for_the_newest_version_of_a_day() {
    let old = TariffPlan { name: "old".to_owned(), ..plan("one") };
    let new = TariffPlan { name: "new".to_owned(), valid_from: day("2026-06-01"), ..plan("one") };
    let plans = KnownPlans(BTreeMap::from([("one".to_owned(), vec![new, old])]));
    let name = |at: &str| plans.on("one", day(at)).map(|plan| plan.name.as_str());
    assert_eq!((name("2025-12-31"), name("2026-05-31"), name("2026-06-01")), (None, Some("old"), Some("new")));
}
