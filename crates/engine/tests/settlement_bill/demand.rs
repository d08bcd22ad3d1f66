//! 基本电费: capacity, contract and measured demand; days of a month; what happens without a demand.

use domain::Fixed2;
use domain::settlement::bill::{RateFault, Reason};
use domain::settlement::{Bill, DemandMode, LineKind, Terms};
use serde_json::{Value, json};

use crate::support::{Case, day, fixed, flat, lines, plan, terms, with_demand};

fn case(of: &str, differs: Value) -> Case {
    let basic = json!({ "capacity_price": "26.3", "demand_price": "42" });
    Case::new(of, vec![plan("two-part", json!({ "basic": basic }))], agreed(differs))
}

fn agreed(differs: Value) -> Terms {
    terms("two-part", differs)
}

/// (kind, quantity, days of the month, amount).
type Charge = (&'static str, String, Option<(u16, u16)>, String);

/// The basic charge of a bill.
fn charged(bill: &Bill) -> Vec<Charge> {
    let is_basic = |kind: LineKind| matches!(kind, LineKind::CapacityCharge | LineKind::DemandCharge | LineKind::DemandExcess);
    let basic = bill.lines.iter().filter(|line| is_basic(line.kind));
    basic.map(|line| (line.kind.code(), line.quantity.value().to_string(), line.day_share, line.amount.to_string())).collect()
}

fn whole(kind: &'static str, quantity: &str, amount: &str) -> Charge {
    (kind, quantity.to_owned(), None, amount.to_owned())
}

fn part(kind: &'static str, quantity: &str, days: u16, amount: &str) -> Charge {
    (kind, quantity.to_owned(), Some((days, 30)), amount.to_owned())
}

#[test]
fn capacity_is_billed_by_kva() {
    let bill = case("2026-01", json!({ "capacity_kva": "315" })).with_days([with_demand(flat("2026-01-05", "1"), "900")]).bill();
    assert_eq!(charged(&bill), [whole("capacity_charge", "315.00", "8284.50")]);
    assert_eq!(lines(&bill, LineKind::CapacityCharge)[0].reason, Some(Reason::Capacity { capacity_kva: fixed("315") }));
}

#[test]
fn the_contract_has_a_floor_a_free_share_and_a_double_excess() {
    let cases = [
        // contract, capacity, actual → billed, excess counted twice
        ("500", "1000", "480", "500.00", None),
        ("500", "1000", "525", "500.00", None),
        ("500", "1000", "525.01", "500.00", Some("0.02")),
        ("500", "1000", "600", "500.00", Some("150.00")),
        ("300", "1000", "410", "400.00", None),
        ("300", "1000", "420", "400.00", None),
        ("300", "1000", "430", "400.00", Some("20.00")),
        ("400", "1000", "0", "400.00", None),
        // 105 % of 333.33 is 349.9965, half-up 350.00
        ("333.33", "100", "350", "333.33", None),
        ("333.33", "100", "350.01", "333.33", Some("0.02")),
    ];
    for (contract, capacity, actual, billed, excess) in cases {
        let differs = json!({ "capacity_kva": capacity, "demand_mode": "contract", "contract_demand_kw": contract });
        let bill = case("2026-01", differs).with_days([with_demand(flat("2026-01-05", "1"), actual)]).bill();
        let amount = |kw: &str| Fixed2(fixed(kw).0 * 42).to_string();
        let mut expected = vec![whole("demand_charge", billed, &amount(billed))];
        expected.extend(excess.map(|excess| whole("demand_excess", excess, &amount(excess))));
        assert_eq!(charged(&bill), expected, "{contract} {capacity} {actual}");
    }
}

#[test]
fn demand_lines_say_what_they_follow_from() {
    let differs = json!({ "capacity_kva": "1000", "demand_mode": "contract", "contract_demand_kw": "300" });
    let bill = case("2026-01", differs).with_days([with_demand(flat("2026-01-05", "1"), "430")]).bill();
    let at = day("2026-01-05").start().plus_ms(36_000_000);
    let contract = Reason::ContractDemand {
        actual_kw: Some(fixed("430")),
        actual_at: Some(at),
        contract_kw: fixed("400"),
        floor_kw: fixed("400"),
        free_kw: fixed("420"),
        floored: true,
    };
    let excess = Reason::ContractExceeded {
        actual_kw: fixed("430"),
        actual_at: at,
        contract_kw: fixed("400"),
        free_kw: fixed("420"),
        excess_kw: fixed("10"),
        times: 2,
    };
    let reasons: Vec<_> = bill.lines.iter().filter_map(|line| line.reason.clone()).collect();
    assert_eq!(reasons, [contract, excess]);
    assert_eq!(lines(&bill, LineKind::DemandCharge)[0].clause.as_deref(), Some("发改办价格〔2016〕1583号"));
    assert_eq!(bill.demand.map(|demand| demand.kw), Some(fixed("430")));
}

#[test]
fn measured_demand_is_the_largest_of_the_period_without_a_floor() {
    let days = [
        with_demand(flat("2026-01-05", "1"), "120.5"),
        with_demand(flat("2026-01-09", "1"), "120.5"),
        with_demand(flat("2026-02-02", "1"), "999"),
    ];
    let bill = case("2026-01", json!({ "capacity_kva": "1000", "demand_mode": "actual" })).with_days(days).bill();
    assert_eq!(charged(&bill), [whole("demand_charge", "120.50", "5061.00")]);
    let actual_at = day("2026-01-05").start().plus_ms(36_000_000);
    let reason = Reason::ActualDemand { actual_kw: fixed("120.5"), actual_at };
    assert_eq!(lines(&bill, LineKind::DemandCharge)[0].reason, Some(reason), "the first time it was reached, inside the period");
}

#[test]
fn without_a_measured_demand_capacity_or_contract_is_billed() {
    let billed = |differs: Value, kwh: &str| {
        let bill = case("2026-01", differs).with_days([flat("2026-01-05", kwh)]).bill();
        assert_eq!(bill.faults, []);
        let reason = bill.lines.iter().find_map(|line| line.reason.clone());
        (charged(&bill), reason)
    };
    let not_measured = |interval_min, billed| Some(Reason::NoDemandMeasured { interval_min, billed });
    let (hourly, quarters) = (json!({ "capacity_kva": "100", "demand_mode": "actual", "interval_min": 60 }), 15);
    assert_eq!(
        billed(hourly, "5"),
        (vec![whole("capacity_charge", "100.00", "2630.00")], not_measured(60, DemandMode::Capacity))
    );
    let hourly = json!({ "capacity_kva": "100", "demand_mode": "contract", "contract_demand_kw": "50", "interval_min": 60 });
    assert_eq!(billed(hourly, "5"), (vec![whole("demand_charge", "50.00", "2100.00")], not_measured(60, DemandMode::Contract)));
    let agreed = json!({ "capacity_kva": "100", "demand_mode": "actual", "contract_demand_kw": "50", "interval_min": 30 });
    assert_eq!(billed(agreed, "5"), (vec![whole("demand_charge", "50.00", "2100.00")], not_measured(30, DemandMode::Contract)));
    let estimated = json!({ "capacity_kva": "100", "demand_mode": "actual" });
    assert_eq!(
        billed(estimated.clone(), "5"),
        (vec![whole("capacity_charge", "100.00", "2630.00")], not_measured(quarters, DemandMode::Capacity))
    );
    assert_eq!(billed(estimated, "0"), (Vec::new(), None), "nothing used: no demand");
}

#[test]
fn a_coarse_meter_never_exceeds() {
    let differs = json!({ "capacity_kva": "100", "demand_mode": "contract", "contract_demand_kw": "50", "interval_min": 60 });
    let bill = case("2026-01", differs).with_days([with_demand(flat("2026-01-05", "5"), "500")]).bill();
    assert_eq!(charged(&bill), [whole("demand_charge", "50.00", "2100.00")]);
}

#[test]
fn changes_inside_a_period_count_days_of_thirty() {
    let by_capacity = |kva: &str| agreed(json!({ "capacity_kva": kva }));
    let suspended = agreed(json!({ "capacity_kva": "300", "is_suspended": true }));
    let start = || case("2026-01", json!({ "capacity_kva": "300" }));
    let changed = start().then("2026-01-11", by_capacity("600")).bill();
    assert_eq!(
        charged(&changed),
        [part("capacity_charge", "300.00", 10, "2630.00"), part("capacity_charge", "600.00", 21, "11046.00")]
    );
    let interrupted = start().then("2026-01-11", suspended).then("2026-01-21", by_capacity("300")).bill();
    assert_eq!(
        charged(&interrupted),
        [part("capacity_charge", "300.00", 10, "2630.00"), part("capacity_charge", "300.00", 11, "2893.00")]
    );
    let mut started = start();
    started.contract.terms[0].valid_from = day("2026-01-22");
    assert_eq!(charged(&started.bill()), [part("capacity_charge", "300.00", 10, "2630.00")]);
    let mut closed = start();
    closed.contract.closed_on = Some(day("2026-01-02"));
    assert_eq!(charged(&closed.bill()), [part("capacity_charge", "300.00", 1, "263.00")]);
    let other_name = agreed(json!({ "capacity_kva": "300", "has_many_people": true, "voltage": "20kv" }));
    assert_eq!(charged(&start().then("2026-01-11", other_name).bill()), [whole("capacity_charge", "300.00", "7890.00")]);
    assert_eq!(
        charged(&case("2026-02", json!({ "capacity_kva": "300" })).bill()),
        [whole("capacity_charge", "300.00", "7890.00")]
    );
}

#[test]
fn a_demand_belongs_to_the_terms_it_was_reached_under() {
    let contract = |kw: &str| json!({ "capacity_kva": "100", "demand_mode": "contract", "contract_demand_kw": kw });
    let days = [with_demand(flat("2026-01-05", "1"), "90"), with_demand(flat("2026-01-25", "1"), "190")];
    let bill = case("2026-01", contract("100")).with_days(days.clone()).then("2026-01-16", agreed(contract("200"))).bill();
    assert_eq!(charged(&bill), [part("demand_charge", "100.00", 15, "2100.00"), part("demand_charge", "200.00", 16, "4480.00")]);
    // a price that changes divides the money, not the demand
    let mut dearer = plan("two-part", json!({ "basic": { "demand_price": "60" } }));
    dearer.valid_from = day("2026-01-16");
    let mut priced = case("2026-01", json!({ "demand_mode": "actual" })).with_days(days);
    priced.book = crate::support::book(vec![(*priced.book.tariffs["two-part"][0].plan).clone(), dearer]);
    let expected = [part("demand_charge", "190.00", 15, "3990.00"), part("demand_charge", "190.00", 16, "6080.00")];
    assert_eq!(charged(&priced.bill()), expected);
}

#[test]
fn what_a_charge_needs_and_lacks_is_a_fault() {
    let faults = |basic: Value, differs: Value| {
        let plan = plan("two-part", json!({ "basic": basic }));
        let bill =
            Case::new("2026-01", vec![plan], agreed(differs)).with_days([with_demand(flat("2026-01-05", "1"), "9")]).bill();
        assert_eq!(charged(&bill), []);
        bill.faults
    };
    let tariff = || "two-part".to_owned();
    let (demand, capacity) = (json!({ "demand_price": "42" }), json!({ "capacity_price": "26.3" }));
    assert_eq!(faults(demand.clone(), json!({ "capacity_kva": "100" })), [RateFault::NoCapacityPrice { tariff: tariff() }]);
    assert_eq!(faults(capacity.clone(), json!({ "demand_mode": "actual" })), [RateFault::NoDemandPrice { tariff: tariff() }]);
    assert_eq!(faults(capacity, json!({})), [RateFault::NoCapacity]);
    assert_eq!(faults(demand, json!({ "demand_mode": "contract" })), [RateFault::NoContractDemand]);
    let mut lawless = case("2026-01", json!({ "capacity_kva": "100" }));
    lawless.book.rules.clear();
    assert_eq!(lawless.bill().faults, [RateFault::NoRules { day: day("2026-01-31") }]);
}

#[test]
fn older_rules_do_not_stand_in_for_newer_ones_that_cannot_be_read() {
    let mut case = case("2026-01", json!({ "capacity_kva": "100" }));
    let before = case.book.rules_on(day("2026-01-19")).cloned();
    case.book.unreadable_rules = vec![day("2026-01-20")];
    assert_eq!(case.book.rules_on(day("2026-01-19")).cloned(), before, "they are in force until then");
    assert_eq!(case.bill().faults, [RateFault::NoRules { day: day("2026-01-31") }]);
    // whatever can be read and is newer is in force again
    let newer = domain::settlement::NationalRules { valid_from: day("2026-01-25"), ..before.expect("rules") };
    case.book.rules.push(newer);
    assert_eq!(case.bill().faults, []);
}
