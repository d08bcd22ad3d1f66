//! Published prices of d2 and d5, prices made from base and factors, components that explain a line, and tiers by month and year.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::{Band, ComponentKind, LineKind, TariffPlan};
use serde_json::{Value, json};

use crate::support::{Case, fixed, flat, lines, metered, plan, price, shown, terms};

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

pub fn guangdong() -> TariffPlan {
    plan(
        "gd-home",
        json!({
            "prices": { "bands": { "flat": "0.589" } },
            "tiers": {
                "by": { "period": "month" },
                "seasons": [
                    { "months": [5, 6, 7, 8, 9, 10], "upto_kwh": [260, 600] },
                    { "months": [11, 12, 1, 2, 3, 4], "upto_kwh": [200, 400] },
                ],
                "pricing": { "mode": "surcharge", "per_kwh": ["0.05", "0.30"] },
                "many_people_kwh": 100,
            },
        }),
    )
}

#[test]
fn residential_tiers_of_guangdong() {
    let cases = [
        ("2026-07", false, "600", "370.40"),
        ("2026-01", false, "600", "423.40"),
        ("2026-07", false, "260", "153.14"),
        ("2026-07", false, "261", "153.78"),
        ("2026-07", false, "601", "371.29"),
        ("2026-01", false, "200", "117.80"),
        ("2026-01", false, "401", "246.49"),
        // 一户多人口: 360 and 700 in summer, 300 and 500 in winter
        ("2026-07", true, "600", "365.40"),
        ("2026-01", true, "600", "393.40"),
        ("2026-01", true, "300", "176.70"),
        // seasons begin with the months
        ("2026-05", false, "600", "370.40"),
        ("2026-04", false, "600", "423.40"),
        ("2026-10", false, "600", "370.40"),
        ("2026-11", false, "600", "423.40"),
        ("2026-07", false, "0", "0"),
        ("2026-07", false, "-10", "-5.89"),
    ];
    for (of, many, kwh, expected) in cases {
        let terms = terms("gd-home", json!({ "has_many_people": many }));
        let bill = Case::new(of, vec![guangdong()], terms).with_days([flat(&format!("{of}-02"), kwh)]).bill();
        assert_eq!(bill.total, fixed(expected), "{of} {kwh} many: {many}");
    }
}

#[test]
fn surcharges_are_lines_of_their_own() {
    let bill = Case::new("2026-01", vec![guangdong()], terms("gd-home", json!({}))).with_days([flat("2026-01-02", "600")]).bill();
    let expected = [
        "energy flat - - 600.00 x 0.589000 = 353.40",
        "tier_surcharge - 2 - 200.00 x 0.050000 = 10.00",
        "tier_surcharge - 3 - 200.00 x 0.300000 = 60.00",
    ];
    assert_eq!(shown(&bill), expected);
    assert_eq!(bill.lines.iter().map(|line| line.line_no).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_season_is_that_of_the_last_day_and_the_quota_is_not_prorated() {
    let mut case = Case::new("2026-05", vec![guangdong()], terms("gd-home", json!({}))).with_days([flat("2026-04-20", "260")]);
    case.contract.billing_day = 16;
    case.period = domain::settlement::Period::of_month(crate::support::month("2026-05"), 16);
    assert_eq!(lines(&case.bill(), LineKind::TierSurcharge).len(), 0, "April days of the period of May are summer");
    case.contract.terms[0].valid_from = crate::support::day("2026-04-20");
    assert_eq!(case.bill().total, fixed("153.14"), "a start in the middle has the whole quota");
}

fn yearly() -> TariffPlan {
    plan(
        "yearly",
        json!({ "tiers": {
            "by": { "period": "year", "start_month": 1, "start_day": 16 },
            "seasons": [{ "upto_kwh": [1000, 2000] }],
            "pricing": { "mode": "surcharge", "per_kwh": ["0.1", "0.5"] },
            "many_people_kwh": 500,
        } }),
    )
}

#[test]
fn yearly_tiers_go_on_from_what_was_used_before() {
    let surcharge = |before: &str, kwh: &str| {
        let mut case = Case::new("2026-06", vec![yearly()], terms("yearly", json!({}))).with_days([flat("2026-06-02", kwh)]);
        case.tier_year_before_kwh = fixed(before);
        let bill = case.bill();
        assert_eq!(bill.tier_year_before_kwh, fixed(before));
        bill.total - fixed(kwh)
    };
    assert_eq!(surcharge("0", "900"), fixed("0"));
    assert_eq!(surcharge("900", "300"), fixed("20"));
    assert_eq!(surcharge("900", "1300"), fixed("200"), "100 free, 1,000 at 0.1, 200 at 0.5");
    assert_eq!(surcharge("5000", "10"), fixed("5"));
    assert_eq!(surcharge("1100", "-200"), fixed("-10"), "back through the tiers it came from");
}

#[test]
fn a_tier_year_that_starts_inside_a_period_starts_from_nothing() {
    let mut case = Case::new("2026-01", vec![yearly()], terms("yearly", json!({})))
        .with_days([flat("2026-01-15", "100"), flat("2026-01-16", "1100")]);
    case.tier_year_before_kwh = fixed("1950");
    let expected = [
        "energy flat - - 100.00 x 1.000000 = 100.00",
        "tier_surcharge - 2 - 50.00 x 0.100000 = 5.00",
        "tier_surcharge - 3 - 50.00 x 0.500000 = 25.00",
        "energy flat - - 1100.00 x 1.000000 = 1100.00",
        "tier_surcharge - 2 - 100.00 x 0.100000 = 10.00",
    ];
    assert_eq!(shown(&case.bill()), expected);
    let start = |of: &str| {
        let period = domain::settlement::Period::of_month(crate::support::month(of), 1);
        engine::settlement::rate::tier_year_start(&case.contract, &case.book, period)
    };
    assert_eq!(start("2026-01"), Some(crate::support::day("2025-01-16")));
    assert_eq!(start("2026-02"), Some(crate::support::day("2026-01-16")));
    assert_eq!(start("2021-01"), Some(crate::support::day("2021-01-01")), "not before the contract");
    assert_eq!(
        engine::settlement::rate::tier_year_start(&case.contract, &crate::support::book(vec![guangdong()]), case.period),
        None
    );
}

/// Two tiers up to 100 kWh with prices of their own for peak and valley.
fn by_band() -> TariffPlan {
    plan(
        "shanghai",
        json!({
            "prices": null,
            "tiers": {
                "by": { "period": "month" },
                "seasons": [{ "upto_kwh": [100, 200] }],
                "pricing": { "mode": "per_band", "prices": [
                    { "peak": "0.6", "valley": "0.3" }, { "peak": "0.7", "valley": "0.4" }, { "peak": "0.9", "valley": "0.5" },
                ] },
            },
        }),
    )
}

#[test]
fn tiers_with_bands_take_each_band_by_its_share() {
    let case = Case::new("2026-01", vec![by_band()], terms("shanghai", json!({})));
    let used = metered(crate::support::day("2026-01-05"), [ZERO, fixed("200"), ZERO, fixed("100"), ZERO]);
    let expected = [
        "energy peak 1 - 66.67 x 0.600000 = 40.00",
        "energy valley 1 - 33.33 x 0.300000 = 10.00",
        "energy peak 2 - 66.67 x 0.700000 = 46.67",
        "energy valley 2 - 33.33 x 0.400000 = 13.33",
        "energy peak 3 - 66.66 x 0.900000 = 59.99",
        "energy valley 3 - 33.34 x 0.500000 = 16.67",
    ];
    assert_eq!(shown(&case.with_days([used]).bill()), expected);
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
