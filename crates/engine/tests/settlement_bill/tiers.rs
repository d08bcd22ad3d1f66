//! 阶梯: by month and year, by season, for large households, and with bands.

use domain::Fixed2;
use domain::settlement::{LineKind, Period, TariffPlan};
use engine::settlement::rate::tier_year_start;
use serde_json::json;

use crate::support::{Case, book, day, fixed, flat, lines, metered, month, plan, shown, terms};

const ZERO: Fixed2 = Fixed2::ZERO;

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
    case.period = Period::of_month(month("2026-05"), 16);
    assert_eq!(lines(&case.bill(), LineKind::TierSurcharge).len(), 0, "April days of the period of May are summer");
    case.contract.terms[0].valid_from = day("2026-04-20");
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
        let period = Period::of_month(month(of), 1);
        tier_year_start(&case.contract, &case.book, period)
    };
    assert_eq!(start("2026-01"), Some(day("2025-01-16")));
    assert_eq!(start("2026-02"), Some(day("2026-01-16")));
    assert_eq!(start("2021-01"), Some(day("2021-01-01")), "not before the contract");
    assert_eq!(tier_year_start(&case.contract, &book(vec![guangdong()]), case.period), None);
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
    let used = metered(day("2026-01-05"), [ZERO, fixed("200"), ZERO, fixed("100"), ZERO]);
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
