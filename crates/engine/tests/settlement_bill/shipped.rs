//! The tariffs that the product brings along, billed.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::shipped::tariffs;
use domain::settlement::{LineKind, TariffPlan};
use serde_json::json;

use crate::support::{Case, day, fixed, flat, lines, metered, price, terms, with_demand};

fn shipped(code: &str) -> TariffPlan {
    tariffs().into_iter().find(|plan| plan.code == code).expect("it is brought along")
}

#[test]
fn households_of_guangdong() {
    for (of, expected) in [("2026-07", "370.40"), ("2026-01", "423.40")] {
        let case = Case::new(of, vec![shipped("guangdong-residential")], terms("guangdong-residential", json!({})));
        assert_eq!(case.with_days([flat(&format!("{of}-10"), "600")]).bill().total, fixed(expected));
    }
}

#[test]
fn commerce_and_industry_of_hubei() {
    let classes = [
        ("hubei-single-below-1kv", ["1.133999", "0.930961", "0.735686", "0.516924"], None),
        ("hubei-single-1-10kv", ["1.113999", "0.910961", "0.715686", "0.496924"], None),
        ("hubei-two-part-1-10kv", ["1.049999", "0.848961", "0.651886", "0.432924"], Some("42")),
    ];
    for (code, prices, demand) in classes {
        let kwh = fixed("10000");
        let used = metered(day("2026-01-05"), [kwh, kwh, kwh, kwh, Fixed2::ZERO]);
        let agreed = terms(code, json!({ "demand_mode": "actual", "capacity_kva": "1000" }));
        let bill = Case::new("2026-01", vec![shipped(code)], agreed).with_days([with_demand(used, "100")]).bill();
        assert_eq!(bill.faults, []);
        for (line, expected) in lines(&bill, LineKind::Energy).into_iter().zip(prices) {
            assert_eq!((line.price, line.amount), (Some(price(expected)), Fixed2(price(expected).0)), "{code}");
            assert_eq!(line.parts.iter().map(|part| part.amount).sum::<Fixed2>(), line.amount);
            assert_eq!(line.clause.is_some(), line.band != Some(domain::settlement::Band::Flat), "平 fills the rest");
        }
        let charge = lines(&bill, LineKind::DemandCharge).first().and_then(|line| line.price);
        assert_eq!(charge, demand.map(price));
    }
}

#[test]
fn a_calendar_without_prices_refuses_to_bill_and_names_its_notice() {
    let mut without = tariffs();
    without.retain(|plan| plan.prices.is_none() && plan.tiers.is_none());
    assert!(without.len() >= 6, "six provinces have a calendar alone");
    for plan in without {
        let fault = RateFault::NoPrices { tariff: plan.code.clone(), notice: plan.notice.number.clone() };
        let (of, code) = (format!("{}", domain::settlement::Month::of(plan.valid_from).next()), plan.code.clone());
        let agreed = terms(&code, json!({ "capacity_kva": "1000" }));
        let mut case = Case::new(&of, vec![plan], agreed);
        case.contract.terms[0].valid_from = case.period.from;
        let bill = case.with_days([flat(&format!("{of}-10"), "600")]).bill();
        assert_eq!((bill.faults, lines_of_energy(&bill.lines)), (vec![fault], 0), "{code}");
    }
}

fn lines_of_energy(lines: &[domain::settlement::Line]) -> usize {
    lines.iter().filter(|line| line.kind.is_daily()).count()
}
