//! Every fault that a tariff can have, each found where it is and nowhere else.

use domain::Day;
use domain::settlement::calendar::CalendarDays;
use domain::settlement::check::{MOST_TRIGGERS, PlanText, PriceField, is_code, is_sound};
use domain::settlement::shipped;
use domain::settlement::tariff::{BasicCharge, LineBasis, TierPeriod, TierPricing};
use domain::settlement::{Band, BandMap, DayChoice, MinuteSpan, PlanFault, Price6, TariffPlan, check};

fn shipped_plan(code: &str) -> TariffPlan {
    shipped::tariffs().into_iter().find(|plan| plan.code == code).expect("a shipped tariff")
}

/// Faults of a shipped tariff after a change; hints left out.
fn faults(code: &str, change: impl FnOnce(&mut TariffPlan)) -> Vec<PlanFault> {
    let mut plan = shipped_plan(code);
    change(&mut plan);
    check(&plan, &CalendarDays::new()).into_iter().filter(|fault| !fault.is_hint()).collect()
}

const HUBEI: &str = "hubei-two-part-1-10kv";
const HOMES: &str = "guangdong-residential";

#[test]
fn texts_and_validity() {
    assert_eq!(faults(HUBEI, |_| {}), []);
    assert_eq!(faults(HUBEI, |plan| plan.code = "Hubei".to_owned()), [PlanFault::Code]);
    assert_eq!(faults(HUBEI, |plan| plan.name = " ".to_owned()), [PlanFault::TextMissing(PlanText::Name)]);
    assert_eq!(faults(HUBEI, |plan| plan.notice.number.clear()), [PlanFault::TextMissing(PlanText::NoticeNumber)]);
    let long = faults(HUBEI, |plan| plan.notice.remark = Some("长".repeat(501)));
    assert_eq!(long, [PlanFault::TextTooLong { text: PlanText::NoticeRemark, most: 500 }]);
    let bad = faults(HUBEI, |plan| plan.calendar.rules[1].clause = Some("a\0b".to_owned()));
    assert_eq!(bad, [PlanFault::TextBad(PlanText::Clause { rule: 1 })]);
    assert_eq!(faults(HUBEI, |plan| plan.valid_until = Some(plan.valid_from)), [PlanFault::Validity]);
    assert_eq!(faults(HUBEI, |plan| plan.valid_until = Some(Day(1_000_000))), [PlanFault::DayOutOfRange]);
    assert_eq!(faults(HUBEI, |plan| plan.for_whom.capacity_below_kva = Some(0)), [PlanFault::CapacityRange]);
    let categories = faults(HUBEI, |plan| plan.for_whom.categories = vec!["工业".to_owned(); 17]);
    assert_eq!(categories, [PlanFault::TooManyCategories]);
    assert!(is_code("a-1") && !is_code("-a") && !is_code("") && !is_code("a_b") && !is_code(&"a".repeat(65)));
}

#[test]
fn rules_of_the_calendar() {
    assert_eq!(faults(HUBEI, |plan| plan.calendar.rules[0].spans.clear())[0], PlanFault::NoSpans { rule: 0 });
    assert_eq!(faults(HUBEI, |plan| plan.calendar.rules[2].months = vec![7, 7])[0], PlanFault::Months { rule: 2 });
    assert_eq!(faults(HUBEI, |plan| plan.calendar.rules[2].months = vec![13])[0], PlanFault::Months { rule: 2 });
    let span = MinuteSpan::parse("01:00-02:00").expect("a span");
    let spans = faults(HUBEI, |plan| plan.calendar.rules[4].spans = vec![span; 17]);
    assert_eq!(spans, [PlanFault::TooManySpans { rule: 4 }]);
    let rules = faults(HUBEI, |plan| plan.calendar.rules = vec![plan.calendar.rules[4].clone(); 65]);
    assert_eq!(rules, [PlanFault::TooManyRules]);
    let spans = faults(HUBEI, |plan| {
        plan.calendar.rules[4].spans = vec![span; 16];
        plan.calendar.rules = vec![plan.calendar.rules[4].clone(); 17];
    });
    assert_eq!(spans, [PlanFault::TooManySpansInAll]);
    let triggers = faults(HUBEI, |plan| {
        let rule = plan.calendar.rules[4].clone();
        let with = |at: usize| domain::settlement::BandRule { trigger: Some(format!("t{at}")), ..rule.clone() };
        plan.calendar.rules.extend((0..=MOST_TRIGGERS).map(with));
    });
    assert_eq!(triggers, [PlanFault::TooManyTriggers]);
    let names = faults(HUBEI, |plan| {
        plan.calendar.rules[4].days = DayChoice::Holidays { names: (0..17).map(|name| name.to_string()).collect() };
    });
    assert_eq!(names, [PlanFault::TooManyHolidayNames]);
}

#[test]
fn prices() {
    let prices =
        |change: fn(&mut domain::settlement::tariff::Prices)| faults(HUBEI, |plan| change(plan.prices.as_mut().expect("prices")));
    assert_eq!(prices(|prices| prices.bands.valley = None), [], "the components and its factor make it");
    let missing = prices(|prices| (prices.bands.valley, prices.factors.valley) = (None, None));
    assert_eq!(missing, [PlanFault::NoBandPrice(Band::Valley)]);
    let missing = prices(|prices| {
        prices.components.clear();
        prices.bands.flat = None;
    });
    assert_eq!(missing, [PlanFault::NoBandPrice(Band::Flat)]);
    let negative = prices(|prices| prices.bands.peak = Some(Price6(-1)));
    assert_eq!(negative, [PlanFault::NegativePrice(PriceField::Band(Band::Peak))]);
    let high = prices(|prices| prices.bands.peak = Some(Price6(100_000_001)));
    assert_eq!(high, [PlanFault::PriceTooHigh(PriceField::Band(Band::Peak))]);
    let made = prices(|prices| {
        prices.bands.valley = None;
        prices.components[0].price = Price6(-9_000_000);
    });
    assert!(made.contains(&PlanFault::NegativePrice(PriceField::Band(Band::Valley))), "{made:?}");
    assert_eq!(prices(|prices| prices.decimals = 7), [PlanFault::Decimals]);
    let lines = prices(|prices| {
        prices.line_basis = LineBasis::Components;
        prices.components.clear();
    });
    assert_eq!(lines, [PlanFault::NoComponents]);
    let many = prices(|prices| prices.components = vec![prices.components[6].clone(); 33]);
    assert_eq!(many, [PlanFault::TooManyComponents]);
    let empty = faults(HUBEI, |plan| plan.basic = Some(BasicCharge { capacity_price: None, demand_price: None }));
    assert_eq!(empty, [PlanFault::BasicEmpty]);
    let charge = BasicCharge { capacity_price: Some(Price6(-1)), demand_price: Some(Price6(2_000_000_000)) };
    let wrong = faults(HUBEI, |plan| plan.basic = Some(charge));
    assert_eq!(wrong, [PlanFault::NegativePrice(PriceField::Capacity), PlanFault::PriceTooHigh(PriceField::Demand)]);
}

#[test]
fn tiers() {
    let tiers =
        |change: fn(&mut domain::settlement::tariff::Tiers)| faults(HOMES, |plan| change(plan.tiers.as_mut().expect("tiers")));
    assert_eq!(tiers(|_| {}), []);
    assert_eq!(faults(HOMES, |plan| plan.prices = None), [PlanFault::TiersWithoutPrices]);
    assert_eq!(tiers(|tiers| tiers.seasons.clear()), [PlanFault::TierCount]);
    assert_eq!(tiers(|tiers| tiers.seasons[1].upto_kwh = vec![200]), [PlanFault::TierCount]);
    assert_eq!(tiers(|tiers| tiers.seasons[1].upto_kwh = vec![400, 400]), [PlanFault::TierLimits { season: 1 }]);
    let months = tiers(|tiers| tiers.seasons[0].months = vec![5, 6, 7, 8, 9, 11]);
    assert_eq!(months, [PlanFault::TierMonths { missing: vec![10], repeated: vec![11] }]);
    let pricing = tiers(|tiers| tiers.pricing = TierPricing::Surcharge { per_kwh: vec![Price6(50_000)] });
    assert_eq!(pricing, [PlanFault::TierPriceCount { wanted: 2, given: 1 }]);
    let falling = tiers(|tiers| tiers.pricing = TierPricing::Surcharge { per_kwh: vec![Price6(50_000), Price6(40_000)] });
    assert_eq!(falling, [PlanFault::TierFalls { tier: 3 }]);
    let year = TierPeriod::Year { start_month: 2, start_day: 29 };
    let by_year = faults(HOMES, |plan| plan.tiers.as_mut().expect("tiers").by = year);
    assert_eq!(by_year, [PlanFault::YearSeasons, PlanFault::TierYearStart]);
    let no_price = tiers(|tiers| {
        let map = |price: Option<Price6>| BandMap { flat: price, ..BandMap::default() };
        tiers.pricing = TierPricing::PerBand { prices: vec![map(Some(Price6(1))), map(Some(Price6(2))), map(None)] };
    });
    assert_eq!(no_price, [PlanFault::NoTierBandPrice { tier: 3, band: Band::Flat }]);
}

#[test]
fn hints_do_not_stand_in_the_way() {
    let found = check(&shipped_plan("zhejiang-tou"), &CalendarDays::new());
    assert!(is_sound(&found));
    let unknown = found.iter().filter(|fault| matches!(fault, PlanFault::UnknownHoliday { .. })).count();
    assert_eq!(unknown, 7, "{found:?}");
    assert!(found.contains(&PlanFault::NoPrices) && found.contains(&PlanFault::NotChecked));
}
