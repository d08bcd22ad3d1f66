//! The calendars that the product brings along, against days that were written down by hand from the notices' tables.

use domain::Day;
use domain::settlement::calendar::{CalendarDays, DAY_MINUTES, TriggerDecisions};
use domain::settlement::check::{PlanFault, is_sound};
use domain::settlement::shipped::{carbon_factors, holidays, national_rules, tariffs};
use domain::settlement::{Band, CalendarDay, Price6, TariffPlan, bands_of, check, rules_check::check_rules};

fn day(text: &str) -> Day {
    domain::LocalMs::parse(text.as_bytes()).expect("a day").day()
}

fn plan(code: &str) -> TariffPlan {
    tariffs().into_iter().find(|plan| plan.code == code).expect("a shipped tariff")
}

fn days() -> CalendarDays {
    holidays().into_iter().map(|dated| (dated.day, dated.what)).collect()
}

/// Bands of the half hours of a day as runs: "V12" is twelve half hours of 谷, D is 深谷.
fn half_hours(runs: &str) -> Vec<Band> {
    let runs = runs.split_whitespace().flat_map(|run| {
        let (letter, count) = run.split_at(1);
        let band = match letter {
            "S" => Band::Sharp,
            "P" => Band::Peak,
            "F" => Band::Flat,
            "V" => Band::Valley,
            "D" => Band::DeepValley,
            other => panic!("{other}"),
        };
        std::iter::repeat_n(band, count.parse().expect("a number"))
    });
    runs.collect()
}

fn painted(code: &str, on: &str, decisions: &TriggerDecisions) -> Vec<Band> {
    let bands = bands_of(&plan(code).calendar, day(on), &days(), decisions).expect("bands");
    assert_eq!((bands.spans.first().map(|span| span.from), bands.spans.last().map(|span| span.to)), (Some(0), Some(DAY_MINUTES)));
    let of = |minute: u16| bands.spans.iter().find(|span| (span.from..span.to).contains(&minute)).expect("a band").band;
    (0..48).map(|half| of(half * 30)).collect()
}

fn expect(code: &str, on: &str, runs: &str) {
    let expected = half_hours(runs);
    assert_eq!(expected.len(), 48, "{code} {on}: the expectation has all half hours");
    assert_eq!(painted(code, on, &TriggerDecisions::new()), expected, "{code} {on}");
}

/// The 15th of each of these months of 2023: no holiday of the calendar.
fn expect_months(code: &str, months: &[u8], runs: &str) {
    for month in months {
        expect(code, &format!("2023-{month:02}-15"), runs);
    }
}

#[test]
fn hubei() {
    for code in
        ["hubei-single-below-1kv", "hubei-single-1-10kv", "hubei-two-part-1-10kv", "hubei-two-part-35kv", "hubei-two-part-110kv"]
    {
        expect_months(code, &[7, 8], "V12 F12 V4 F4 P8 S4 P4");
        expect_months(code, &[1, 2, 3, 4, 5, 6, 9, 10, 11, 12], "V12 F12 V4 F4 P4 S4 P8");
    }
}

#[test]
fn jiangsu_has_flat_hours_over_midnight() {
    let spring = "F4 V8 F8 V8 F2 P14 F4";
    expect_months("jiangsu-tou", &[6, 7, 8, 12, 1, 2], "V12 F10 V4 F2 P16 F4");
    expect_months("jiangsu-tou", &[3, 4, 5, 9, 10, 11], spring);
    expect_months("jiangsu-tou-spring", &[1, 4, 7, 10], spring);
}

#[test]
fn zhejiang_has_deep_valleys_on_three_holidays() {
    let (mild, hard) = ("V16 P6 V4 P8 F14", "V16 P2 S4 V4 F4 S4 P12 F2");
    expect_months("zhejiang-tou", &[2, 3, 4, 5, 6, 9, 10, 11], mild);
    expect_months("zhejiang-tou", &[1, 7, 8, 12], hard);
    expect("zhejiang-tou", "2025-05-01", "V16 P4 D8 P6 F14");
    expect("zhejiang-tou", "2025-10-08", "V16 P4 D8 P6 F14");
    expect("zhejiang-tou", "2025-01-29", "V16 P2 S2 D8 F2 S4 P12 F2");
    expect("zhejiang-tou", "2025-01-01", hard);
    expect("zhejiang-tou", "2025-01-26", hard);
    expect("zhejiang-tou", "2025-06-01", mild);
}

#[test]
fn guangdong_waits_for_the_temperature_of_each_day_outside_summer() {
    let (sharp, plain) = ("V16 F4 P2 S2 F4 P2 S4 P4 F10", "V16 F4 P4 F4 P10 F10");
    expect_months("guangdong-tou", &[7, 8, 9], sharp);
    expect_months("guangdong-tou", &[1, 2, 3, 4, 5, 6, 10, 11, 12], plain);
    let trigger = "guangzhou_max_35c".to_owned();
    let decided = |yes| TriggerDecisions::from([((trigger.clone(), day("2023-06-15")), yes)]);
    assert_eq!(painted("guangdong-tou", "2023-06-15", &decided(true)), half_hours(sharp));
    assert_eq!(painted("guangdong-tou", "2023-06-15", &decided(false)), half_hours(plain));
    let undecided = |on, decisions: &TriggerDecisions| {
        bands_of(&plan("guangdong-tou").calendar, day(on), &days(), decisions).expect("bands").undecided
    };
    assert_eq!(undecided("2023-06-15", &TriggerDecisions::new()), std::slice::from_ref(&trigger));
    assert_eq!(undecided("2023-06-15", &decided(false)), [] as [String; 0]);
    assert_eq!(undecided("2023-08-15", &TriggerDecisions::new()), [] as [String; 0], "sharp anyway");
    expect_months("guangdong-residential", &[1, 8], "F48");
}

#[test]
fn shandong() {
    expect_months("shandong-tou", &[12, 1, 2], "F4 V8 F2 P4 F2 V2 D6 V2 F2 S6 P4 F6");
    expect_months("shandong-tou", &[3, 4, 5], "F20 V2 D6 V2 F4 S6 P4 F4");
    expect_months("shandong-tou", &[6], "F14 V10 F8 P2 S10 P2 F2");
    expect_months("shandong-tou", &[7, 8], "F2 V10 F20 P2 S10 P2 F2");
    expect_months("shandong-tou", &[9, 10, 11], "F20 V2 D6 V2 F2 P2 S4 P4 F6");
}

#[test]
fn jiangxi_has_half_hours() {
    expect_months("jiangxi-tou", &[1, 12], "V12 F6 P6 F12 S4 P2 F6");
    expect_months("jiangxi-tou", &[2], "V12 F20 P12 F4");
    expect_months("jiangxi-tou", &[7, 8], "F2 V8 F13 V1 D4 V1 F5 P7 S4 P1 F2");
    expect_months("jiangxi-tou", &[9], "F2 V8 F13 V1 D4 V1 F5 P12 F2");
    expect_months("jiangxi-tou", &[3, 4, 5, 6, 10, 11], "F2 V8 F13 V1 D4 V1 F3 P12 F4");
    expect("jiangxi-tou", "2025-01-29", "V12 F6 P6 D4 F8 S4 P2 F6");
}

#[test]
fn liaoning_has_half_hours_and_a_sharp_summer() {
    expect_months("liaoning-tou", &[7, 8, 1, 12], "V10 F5 P6 F2 V2 F7 P2 S4 P4 F2 V4");
    expect_months("liaoning-tou", &[2, 3, 4, 5, 6, 9, 10, 11], "V10 F5 P6 F2 V2 F7 P10 F2 V4");
}

#[test]
fn shanghai_has_deep_valleys_on_holidays_and_weekends() {
    let (hot, september, cold, mild) =
        ("V12 F4 P8 S4 P2 F6 P6 F2 V4", "V12 F4 P14 F6 P6 F2 V4", "V12 F4 P6 F14 P2 S4 F2 V4", "V12 F4 P6 F14 P6 F2 V4");
    for (on, runs) in
        [("2023-07-14", hot), ("2023-08-15", hot), ("2023-09-15", september), ("2023-01-16", cold), ("2023-12-15", cold)]
    {
        expect("shanghai-two-part-industry", on, runs);
        expect("shanghai-two-part-commerce", on, runs);
    }
    for on in ["2023-02-15", "2023-03-15", "2023-06-15", "2023-10-16", "2023-11-15"] {
        expect("shanghai-two-part-industry", on, mild);
    }
    // a Saturday in May, in August, in January; a holiday in January; a Sunday that is worked
    expect("shanghai-two-part-industry", "2023-05-13", "D12 F4 P6 F14 P6 F2 D4");
    expect("shanghai-two-part-commerce", "2023-05-13", mild);
    expect("shanghai-two-part-industry", "2023-08-12", hot);
    expect("shanghai-two-part-industry", "2023-01-14", cold);
    expect("shanghai-two-part-industry", "2025-01-01", "D12 F4 P6 F14 P2 S4 F2 D4");
    expect("shanghai-two-part-industry", "2025-04-27", mild);
    expect_months("shanghai-single-tou", &[1, 7], "V12 P32 V4");
}

#[test]
fn every_shipped_tariff_is_sound_and_says_where_it_comes_from() {
    let all = tariffs();
    let provinces: std::collections::BTreeSet<_> = all.iter().map(|plan| plan.province.as_str()).collect();
    assert_eq!(provinces.len(), 8);
    for plan in &all {
        let faults = check(plan, &days());
        assert!(is_sound(&faults), "{}: {faults:?}", plan.code);
        assert!(faults.contains(&PlanFault::NotChecked), "{} is an example", plan.code);
        assert!(plan.notice.number.contains('〔'), "{} names its notice", plan.code);
        let is_known = !faults.iter().any(|fault| matches!(fault, PlanFault::UnknownHoliday { .. }));
        assert!(is_known, "{}: the shipped holidays have the names that it uses", plan.code);
        assert_eq!(plan.prices.is_none(), faults.contains(&PlanFault::NoPrices));
    }
    let priced: Vec<_> = all.iter().filter(|plan| plan.prices.is_some()).map(|plan| plan.code.as_str()).collect();
    let expected = ["hubei-single-below-1kv", "hubei-single-1-10kv", "hubei-two-part-1-10kv", "guangdong-residential"];
    assert_eq!(priced, expected);
}

#[test]
fn prices_are_as_published() {
    let expected = [
        ("hubei-single-below-1kv", ["1.133999", "0.930961", "0.735686", "0.516924"], None),
        ("hubei-single-1-10kv", ["1.113999", "0.910961", "0.715686", "0.496924"], None),
        ("hubei-two-part-1-10kv", ["1.049999", "0.848961", "0.651886", "0.432924"], Some(("42", "26.3"))),
    ];
    for (code, prices, basic) in expected {
        let plan = plan(code);
        let given = plan.prices.expect("prices");
        let bands = [Band::Sharp, Band::Peak, Band::Flat, Band::Valley];
        assert_eq!(bands.map(|band| given.bands.get(band)), prices.map(Price6::parse), "{code}");
        let basic = basic.map(|(demand, capacity)| (Price6::parse(demand), Price6::parse(capacity)));
        assert_eq!(plan.basic.map(|charge| (charge.demand_price, charge.capacity_price)), basic, "{code}");
        let funds: Price6 = given.components.iter().filter(|part| !part.has_power_factor()).map(|part| part.price).sum();
        assert_eq!(funds, Price6(45_200), "{code}: the funds are out of the power-factor adjustment");
    }
    let high = plan("hubei-two-part-110kv").basic.expect("a charge");
    assert_eq!((high.demand_price, high.capacity_price), (Price6::parse("39"), Price6::parse("24.4")));
}

#[test]
fn the_rest_of_what_ships_is_sound() {
    for rules in national_rules() {
        assert_eq!(check_rules(&rules), []);
    }
    let factors: Vec<_> = carbon_factors().into_iter().map(|factor| (factor.year, factor.kg_per_kwh.to_string())).collect();
    assert_eq!(factors, [(2022, "0.536600".to_owned()), (2023, "0.530600".to_owned())], "other years conflict");
    let all = holidays();
    assert_eq!(all.len(), days().len(), "no day stands in it twice");
    use chrono::Datelike;
    for dated in &all {
        if let CalendarDay::Workday { .. } = dated.what {
            assert!(dated.day.to_date().weekday().num_days_from_monday() >= 5, "{:?} is swapped", dated.day.to_date());
        }
    }
}
