//! Published prices, prices made from base and factors, components that explain a line, what has no price, and whole kWh.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::{Band, ComponentKind, TariffPlan};
use serde_json::{Value, json};

use crate::support::{Case, fixed, flat, metered, plan, price, shown, terms};

const ZERO: Fixed2 = Fixed2::ZERO;

pub fn hubei(code: &str, transmission: &str, bands: Value, basis: &str) -> TariffPlan {
    plan(
        code,
        json!({
            "calendar": { "flat_fills": true, "rules": [
                { "band": "sharp", "months": [1, 12], "spans": ["18:00-20:00"], "clause": "尖 18-20" },
                { "band": "sharp", "months": [7, 8], "spans": ["20:00-22:00"], "clause": "尖 20-22" },
            ] },
            "prices": {
                "notice": { "number": "notice-of-prices" },
                "bands": bands,
                "factors": { "sharp": "2", "peak": "1.5", "flat": "1", "valley": "0.45" },
                "line_basis": basis,
                "components": [
                    { "kind": "purchase", "price": "0.384470", "floats": true },
                    { "kind": "line_loss", "price": "0.013643", "floats": true },
                    { "kind": "transmission", "price": transmission },
                    { "kind": "system_operation", "price": "0.082273" },
                    { "kind": "fund", "name": "农网还贷", "price": "0.02" },
                    { "kind": "fund", "name": "水库移民", "price": "0.0062" },
                    { "kind": "fund", "name": "可再生", "price": "0.019" },
                ],
            },
        }),
    )
}

#[test]
fn the_published_prices_of_hubei_are_billed() {
    let classes = [
        ("0.2103", ["1.133999", "0.930961", "0.735686", "0.516924"]),
        ("0.1903", ["1.113999", "0.910961", "0.715686", "0.496924"]),
        ("0.1265", ["1.049999", "0.848961", "0.651886", "0.432924"]),
    ];
    for (transmission, [sharp, peak, flat, valley]) in classes {
        let bands = json!({ "sharp": sharp, "peak": peak, "flat": flat, "valley": valley });
        let case = Case::new("2026-01", vec![hubei("hb", transmission, bands, "absolute")], terms("hb", json!({})));
        let kwh = fixed("10000");
        let bill = case.with_days([metered(crate::support::day("2026-01-05"), [kwh, kwh, kwh, kwh, ZERO])]).bill();
        for (line, expected) in bill.lines.iter().zip([sharp, peak, flat, valley]) {
            assert_eq!(line.price, Some(price(expected)));
            assert_eq!(line.amount, Fixed2(price(expected).0), "10,000 kWh are the price in hundredths");
            assert_eq!(line.parts.iter().map(|part| part.amount).sum::<Fixed2>(), line.amount);
            assert_eq!(line.parts.iter().map(|part| part.price).sum::<domain::settlement::Price6>(), price(expected));
            let funds = line.parts.iter().filter(|part| part.kind == ComponentKind::Fund).map(|part| part.amount);
            assert_eq!(funds.sum::<Fixed2>(), fixed("452"), "what does not float is explained by its own price");
        }
        assert_eq!(bill.lines[0].clause.as_deref(), Some("尖 18-20"), "of the month");
        assert_eq!(bill.lines[0].notice.as_deref(), Some("notice-of-prices"));
        assert_eq!(bill.lines[0].tariff, Some(("hb".to_owned(), 1)));
        assert_eq!((bill.total, bill.faults.len()), (bill.lines.iter().map(|line| line.amount).sum(), 0));
    }
}

#[test]
fn without_a_published_price_base_and_factor_make_it() {
    let case = Case::new("2026-01", vec![hubei("hb", "0.2103", json!({}), "absolute")], terms("hb", json!({})));
    let kwh = fixed("100");
    let bill = case.with_days([metered(crate::support::day("2026-01-05"), [kwh, kwh, kwh, kwh, ZERO])]).bill();
    let prices: Vec<String> = bill.lines.iter().filter_map(|line| line.price).map(|price| price.to_string()).collect();
    // 0.398113 × factor + 0.337773, each floating component rounded to six decimals
    assert_eq!(prices, ["1.133999", "0.934943", "0.735886", "0.516924"]);
}

#[test]
fn decimals_round_what_a_factor_makes() {
    let guangdong = plan(
        "gd",
        json!({ "prices": {
            "factors": { "peak": "1.7", "valley": "0.38" }, "decimals": 4,
            "components": [{ "kind": "purchase", "price": "0.654321", "floats": true }, { "kind": "fund", "price": "0.027725" }],
        } }),
    );
    let case = Case::new("2026-01", vec![guangdong], terms("gd", json!({})));
    let bill =
        case.with_days([metered(crate::support::day("2026-01-05"), [ZERO, fixed("1"), fixed("1"), fixed("1"), ZERO])]).bill();
    let prices: Vec<String> = bill.lines.iter().filter_map(|line| line.price).map(|price| price.to_string()).collect();
    assert_eq!(prices, ["1.140025", "0.682046", "0.276325"], "1.1123, 0.654321 and 0.2486 with the fund");
}

#[test]
fn components_can_be_lines_of_their_own() {
    let case = Case::new("2026-01", vec![hubei("hb", "0.2103", json!({}), "components")], terms("hb", json!({})));
    let bill = case.with_days([metered(crate::support::day("2026-01-05"), [ZERO, fixed("33.33"), ZERO, ZERO, ZERO])]).bill();
    let expected = [
        "component peak - purchase 33.33 x 0.576705 = 19.22",
        "component peak - line_loss 33.33 x 0.020465 = 0.68",
        "component peak - transmission 33.33 x 0.210300 = 7.01",
        "component peak - system_operation 33.33 x 0.082273 = 2.74",
        "component peak - fund 33.33 x 0.020000 = 0.67",
        "component peak - fund 33.33 x 0.006200 = 0.21",
        "component peak - fund 33.33 x 0.019000 = 0.63",
    ];
    assert_eq!(shown(&bill), expected);
    assert_eq!(bill.total, fixed("31.16"));
    assert_eq!(bill.lines[4].name.as_deref(), Some("农网还贷"));
}

#[test]
fn what_has_no_price_is_a_fault_and_never_a_silent_zero() {
    let fault = |plan: TariffPlan, kwh: [Fixed2; 5]| {
        let case = Case::new("2026-01", vec![plan.clone()], terms(&plan.code, json!({})));
        let bill = case.with_days([metered(crate::support::day("2026-01-05"), kwh)]).bill();
        assert_eq!(bill.lines.iter().map(|line| line.amount).sum::<Fixed2>(), bill.total);
        bill.faults
    };
    let tariff = || "x".to_owned();
    let some = [ZERO, fixed("5"), fixed("5"), ZERO, ZERO];
    let bare = plan("x", json!({ "prices": null }));
    assert_eq!(fault(bare, some), [RateFault::NoPrices { tariff: tariff(), notice: "notice-of-calendar".to_owned() }]);
    let peakless = plan("x", json!({}));
    assert_eq!(fault(peakless.clone(), some), [RateFault::NoBandPrice { tariff: tariff(), band: Band::Peak }]);
    assert_eq!(fault(peakless, [ZERO, ZERO, fixed("5"), ZERO, ZERO]), [], "a band that is not used needs no price");
    let tiers = |pricing: Value, months: Value| json!({ "by": { "period": "month" }, "seasons": [{ "months": months, "upto_kwh": [3] }], "pricing": pricing });
    let seasonless = plan("x", json!({ "tiers": tiers(json!({ "mode": "surcharge", "per_kwh": ["1"] }), json!([7])) }));
    assert_eq!(fault(seasonless, [ZERO, ZERO, fixed("5"), ZERO, ZERO]), [RateFault::NoTierSeason { tariff: tariff(), month: 1 }]);
    for pricing in [json!({ "mode": "surcharge", "per_kwh": [] }), json!({ "mode": "per_band", "prices": [{ "flat": "1" }] })] {
        let short = plan("x", json!({ "tiers": tiers(pricing, json!([])) }));
        assert_eq!(fault(short, [ZERO, ZERO, fixed("5"), ZERO, ZERO]), [RateFault::NoTierPrice { tariff: tariff(), tier: 2 }]);
    }
    let floating = plan("x", json!({ "prices": { "components": [{ "kind": "purchase", "price": "1", "floats": true }] } }));
    assert_eq!(fault(floating, some), [RateFault::NoBandPrice { tariff: tariff(), band: Band::Peak }]);
}

#[test]
fn whole_kwh_are_billed_and_fractions_carried_on() {
    let mut case = Case::new("2026-01", vec![plan("x", json!({ "whole_kwh": true }))], terms("x", json!({})))
        .with_days([flat("2026-01-05", "10.60")]);
    case.carried.flat = fixed("0.70");
    let bill = case.bill();
    assert_eq!((bill.total, bill.carried.flat, bill.energy.flat), (fixed("11"), fixed("0.30"), fixed("10.60")));
    case.days[0] = flat("2026-01-05", "-0.90");
    let bill = case.bill();
    assert_eq!((bill.total, bill.carried.flat), (fixed("-1"), fixed("0.80")), "a fraction is never negative");
    case.book = crate::support::book(vec![plan("x", json!({}))]);
    let bill = case.bill();
    assert_eq!((bill.total, bill.carried.flat), (fixed("-0.20"), ZERO), "a plan that bills fractions bills what was carried");
}
