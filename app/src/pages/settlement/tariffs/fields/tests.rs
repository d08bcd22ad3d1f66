//! Every tariff survives its form, and what cannot be read is named beside its field.

use domain::settlement::TariffPlan;

use super::*;

/// A tariff that has everything.
pub fn full() -> TariffPlan {
    serde_json::from_str(
        r#"{ "code": "hubei-x", "name": "湖北 <测试>", "name_en": "Hubei", "province": "湖北", "valid_from": "2024-05-01",
            "valid_until": "2026-01-01", "notice": { "number": "鄂发改〔2024〕77", "remark": "原文", "is_checked": true },
            "for_whom": { "categories": ["工业", "商业"], "voltages": ["1_10kv", "35kv"], "capacity_from_kva": 100,
                          "capacity_below_kva": 315, "is_elected": true },
            "calendar": { "flat_fills": true, "rules": [
                { "band": "sharp", "months": [1, 7, 8, 12], "days": { "on": "workdays" }, "spans": ["20:00-22:00"],
                  "trigger": "max_35c", "clause": "尖峰" },
                { "band": "peak", "days": { "on": "every" }, "spans": ["09:00-15:00", "20:00-22:00"] },
                { "band": "deep_valley", "days": { "on": "holidays", "names": ["春节", "国庆"] }, "spans": ["12:00-14:00"] },
                { "band": "valley", "days": { "on": "every" }, "spans": ["23:00-07:00"] } ] },
            "prices": { "notice": { "number": "国网湖北 2024-05" }, "bands": { "peak": "0.9", "flat": "0.6", "valley": "0.3" },
                        "factors": { "sharp": "1.8", "deep_valley": "0.2" }, "line_basis": "components", "decimals": 4,
                        "components": [ { "kind": "purchase", "price": "0.41", "floats": true },
                                        { "kind": "fund", "name": "农网还贷", "price": "-0.02", "pf_applies": true } ] },
            "tiers": { "by": { "period": "year", "start_month": 1, "start_day": 1 }, "seasons": [ { "upto_kwh": [260, 600] } ],
                       "pricing": { "mode": "surcharge", "per_kwh": ["0.05", "0.3"] }, "many_people_kwh": 100 },
            "basic": { "capacity_price": "26", "demand_price": "42" }, "power_factor": true, "whole_kwh": true }"#,
    )
    .expect("a tariff")
}

fn per_band() -> TariffPlan {
    let mut plan = full();
    let tiers = plan.tiers.as_mut().expect("a tariff");
    tiers.by = domain::settlement::tariff::TierPeriod::Month;
    tiers.seasons = serde_json::from_str(
        r#"[{ "months": [5, 6, 7, 8, 9, 10], "upto_kwh": [260] }, { "months": [1, 2, 3, 4, 11, 12], "upto_kwh": [200] }]"#,
    )
    .expect("a tariff");
    tiers.pricing =
        serde_json::from_str(r#"{ "mode": "per_band", "prices": [{ "flat": "0.5" }, { "flat": "0.6", "peak": "0.7" }] }"#)
            .expect("a tariff");
    plan
}

fn put(fields: &mut Fields, name: &str, value: &str) {
    fields.retain(|(own, _)| own != name);
    fields.push((name.to_owned(), value.to_owned()));
}

#[test]
fn every_tariff_survives_its_form() {
    let mut bare = full();
    (bare.prices, bare.tiers, bare.basic, bare.valid_until, bare.name_en) = (None, None, None, None, None);
    bare.calendar.rules.clear();
    for plan in [full(), per_band(), bare] {
        let entered = read(&write(&plan));
        assert_eq!((entered.misread, entered.plan), (vec![], plan));
    }
}

#[test]
fn lists_are_read_as_people_write_them() {
    assert_eq!(lists::months("1、7–8月， 11-2"), Some(vec![1, 7, 8, 11, 12, 1, 2]));
    assert_eq!(lists::months("13"), None);
    assert_eq!(lists::months(&lists::months_text(&[1, 7, 8, 12])), Some(vec![1, 7, 8, 12]));
    let spans = lists::spans("8：00~10：30；22:00 - 06:00").expect("a tariff");
    assert_eq!(lists::spans_text(&spans), "08:00-10:30, 22:00-06:00");
    assert_eq!(lists::spans("25:00-26:00"), None);
    assert_eq!(lists::limits("260， 600"), Some(vec![260, 600]));
}

#[test]
fn what_cannot_be_read_is_named() {
    let mut fields = write(&full());
    let bad = [
        ("valid_from", "2026-02-30", Misread::Day),
        ("capacity_from", "-1", Misread::Whole),
        ("b0_months", "13", Misread::Months),
        ("b1_spans", "9-10", Misread::Spans),
        ("b2_band", "worst", Misread::Choice),
        ("price_peak", "0.1234567", Misread::Price),
        ("k0_kind", "other", Misread::Choice),
        ("s0_upto", "a, b", Misread::Limits),
        ("tier_start", "1 May", Misread::MonthDay),
    ];
    for (name, value, _) in bad {
        put(&mut fields, name, value);
    }
    put(&mut fields, "b9_spans", "10:00-11:00");
    let misread = read(&fields).misread;
    for (name, _, why) in bad {
        assert!(misread.contains(&(name.to_owned(), why)), "{name}: {misread:?}");
    }
    assert!(misread.contains(&("b9_band".to_owned(), Misread::Choice)));
    assert!(read(&Vec::new()).misread.contains(&("valid_from".to_owned(), Misread::Day)));
}

#[test]
fn empty_rows_are_left_out_and_faults_find_their_row() {
    let mut fields = write(&full());
    put(&mut fields, "b1_spans", "");
    put(&mut fields, "b1_band", "");
    let entered = read(&fields);
    assert_eq!(entered.plan.calendar.rules.len(), 3);
    assert_eq!((entered.place("b1_months"), entered.place("code")), ("b2_months".to_owned(), "code".to_owned()));
    assert_eq!((entered.place("k1_price"), entered.place("bands")), ("k1_price".to_owned(), "bands".to_owned()));
    assert_eq!((band_rows(&fields), component_rows(&fields), tier_rows(&fields)), (6, 3, 3));
    put(&mut fields, "more", "band");
    assert_eq!(band_rows(&fields), 7);
    assert_eq!(band_rows(&Vec::new()), 2);
}
