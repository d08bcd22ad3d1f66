//! The check of alarm rules: every fault with an example and a neighbour that passes, and what passing means.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::alarms::check::{Facts, MOST_DELAY_S, MOST_FAULTS, MOST_REPEATS, MOST_SPAN_MIN};
use domain::alarms::rule::{MOST_CONDITIONS, MOST_NAME_CHARS, MOST_TEXT_CHARS};
use domain::alarms::schedule::OnHolidays;
use domain::alarms::{
    Comparison, Condition, Fault, Join, Metric, Override, Quieting, Rationale, RegionChoice, RuleDefinition, Schedule, Severity,
    check,
};
use domain::{Fixed2, RegionId};
use proptest::prelude::*;

fn condition(metric: Metric, comparison: Comparison, threshold: i64) -> Condition {
    let span_min = metric.has_span().then_some(15);
    Condition { metric, comparison, threshold: Fixed2(threshold), deadband: Fixed2::ZERO, span_min }
}

fn complete() -> Rationale {
    Rationale {
        cause: "growth".to_owned(),
        consequence: "heat".to_owned(),
        response: "shed".to_owned(),
        time_to_respond_min: Some(10),
        owner: "dispatch".to_owned(),
        review_on: None,
    }
}

fn rule(conditions: Vec<Condition>) -> RuleDefinition {
    RuleDefinition {
        name_zh: "负荷越限".to_owned(),
        name_en: String::new(),
        severity: Severity::High,
        class: None,
        join: Join::All,
        conditions,
        on_delay_s: 0,
        off_delay_s: 0,
        repeat_count: 1,
        needs_ack: true,
        latching: false,
        reannunciate_min: None,
        quiets: Quieting::Nothing,
        schedule: Schedule::ALWAYS,
        regions: RegionChoice::All,
        overrides: BTreeMap::new(),
        rationale: complete(),
    }
}

fn load() -> RuleDefinition {
    rule(vec![condition(Metric::LoadNowKw, Comparison::Above, 5_000)])
}

fn facts() -> Facts {
    Facts {
        known_regions: BTreeSet::from([1, 2, 3]),
        own_regions: Some(BTreeSet::from([1, 2, 9])),
        has_holidays: false,
        today: NaiveDate::from_ymd_opt(2026, 1, 15).unwrap(),
        may_be_enabled: true,
    }
}

/// A rule changed in one place.
fn with(change: impl FnOnce(&mut RuleDefinition)) -> RuleDefinition {
    let mut rule = load();
    change(&mut rule);
    rule
}

fn own(region: RegionId, thresholds: Vec<Option<Fixed2>>) -> BTreeMap<RegionId, Override> {
    BTreeMap::from([(region, Override { thresholds, ..Override::default() })])
}

fn left_out(region: RegionId) -> BTreeMap<RegionId, Override> {
    BTreeMap::from([(region, Override { is_left_out: true, ..Override::default() })])
}

/// A metric beyond its bounds, and just within.
fn about_conditions() -> Vec<(Fault, RuleDefinition, RuleDefinition)> {
    use Comparison::{Above, AtLeast, AtMost, Below};
    use Metric::{CompletenessPercent, DaySoFarKwh, LoadChangePercent, LoadNowKw, RegionSilenceMin};
    let one = |metric, comparison, threshold| rule(vec![condition(metric, comparison, threshold)]);
    let deadband = |metric, comparison, threshold, deadband| {
        let mut made = one(metric, comparison, threshold);
        made.conditions[0].deadband = Fixed2(deadband);
        made
    };
    let span = |metric, span_min| {
        let mut made = one(metric, Above, 50);
        made.conditions[0].span_min = span_min;
        made
    };
    let two = |join, first: (Comparison, i64), second: (Comparison, i64)| {
        let conditions = [first, second].map(|(comparison, threshold)| condition(LoadNowKw, comparison, threshold));
        RuleDefinition { join, ..rule(conditions.to_vec()) }
    };
    let many = |count| {
        let metrics = [LoadNowKw, Metric::WindowKwh, Metric::QuarterKw, Metric::HourKwh, Metric::DayKwh, Metric::LoadNowPercent];
        let more = [Metric::HourSoFarKwh, DaySoFarKwh, Metric::MonthSoFarKwh];
        rule(metrics.into_iter().chain(more).take(count).map(|metric| condition(metric, Above, 1)).collect())
    };
    let mixed = rule(vec![condition(LoadNowKw, Above, 1), condition(Metric::RankChange, AtLeast, 1_000)]);
    vec![
        (Fault::NoCondition, rule(vec![]), load()),
        (Fault::TooManyConditions, many(MOST_CONDITIONS + 1), many(MOST_CONDITIONS)),
        (Fault::MixedSubjects, mixed, many(2)),
        (Fault::NeverTrue { condition: 0 }, one(CompletenessPercent, Above, 10_000), one(CompletenessPercent, AtMost, 9_000)),
        (Fault::NeverTrue { condition: 0 }, one(CompletenessPercent, Below, 0), one(CompletenessPercent, AtMost, 0)),
        (Fault::NeverTrue { condition: 0 }, one(RegionSilenceMin, Below, 0), one(RegionSilenceMin, Above, 0)),
        (Fault::AlwaysTrue { condition: 0 }, one(RegionSilenceMin, AtLeast, 0), one(RegionSilenceMin, AtLeast, 1)),
        (Fault::AlwaysTrue { condition: 0 }, one(LoadChangePercent, AtMost, 0), one(LoadChangePercent, Below, 0)),
        (Fault::AlwaysTrue { condition: 0 }, one(CompletenessPercent, AtLeast, 9_900), one(CompletenessPercent, Below, 9_900)),
        (Fault::NegativeDeadband { condition: 0 }, deadband(LoadNowKw, Above, 50, -1), deadband(LoadNowKw, Above, 50, 0)),
        (
            Fault::NeverReturns { condition: 0 },
            deadband(CompletenessPercent, Below, 9_000, 1_001),
            deadband(CompletenessPercent, Below, 9_000, 1_000),
        ),
        (
            Fault::NeverReturns { condition: 0 },
            deadband(RegionSilenceMin, AtLeast, 3_000, 3_000),
            deadband(RegionSilenceMin, AtLeast, 3_000, 2_999),
        ),
        (Fault::BelowWhileRunning { condition: 0 }, one(DaySoFarKwh, Below, 50), one(DaySoFarKwh, AtLeast, 50)),
        (Fault::SpanMissing { condition: 0 }, span(LoadChangePercent, None), span(LoadChangePercent, Some(1))),
        (Fault::SpanMissing { condition: 0 }, span(LoadChangePercent, Some(0)), span(LoadChangePercent, Some(MOST_SPAN_MIN))),
        (Fault::SpanMissing { condition: 0 }, span(LoadChangePercent, Some(MOST_SPAN_MIN + 1)), span(LoadNowKw, None)),
        (Fault::SpanUnused { condition: 0 }, span(LoadNowKw, Some(15)), span(LoadNowKw, None)),
        (
            Fault::Contradiction { first: 0, second: 1 },
            two(Join::All, (Above, 50), (Below, 51)),
            two(Join::All, (Above, 50), (AtMost, 51)),
        ),
        (
            Fault::Exhaustive { first: 0, second: 1 },
            two(Join::Any, (Above, 50), (AtMost, 50)),
            two(Join::Any, (Above, 50), (Below, 50)),
        ),
        (
            Fault::Repeated { first: 0, second: 1 },
            two(Join::Any, (Above, 50), (AtLeast, 70)),
            two(Join::Any, (Above, 50), (Below, 40)),
        ),
    ]
}

fn about_the_rest() -> Vec<(Fault, RuleDefinition, RuleDefinition)> {
    let hour = Schedule { from_minute: 480, to_minute: 540, ..Schedule::ALWAYS };
    let scheduled = |on_delay_s| with(|rule| (rule.schedule, rule.on_delay_s) = (hour, on_delay_s));
    let quarters = |repeat_count| {
        let quarter = rule(vec![condition(Metric::QuarterKw, Comparison::Above, 50)]);
        RuleDefinition { schedule: hour, repeat_count, ..quarter }
    };
    let reviewed = |day| with(|rule| rule.rationale.review_on = NaiveDate::from_ymd_opt(2026, 1, day));
    let on_holidays = |holidays| with(|rule| rule.schedule.holidays = holidays);
    vec![
        (Fault::NameMissing, with(|rule| rule.name_zh = " ".to_owned()), with(|rule| rule.name_zh = "x".to_owned())),
        (
            Fault::TextTooLong { field: "name_en" },
            with(|rule| rule.name_en = "负".repeat(MOST_NAME_CHARS + 1)),
            with(|rule| rule.name_en = "负".repeat(MOST_NAME_CHARS)),
        ),
        (
            Fault::TextTooLong { field: "response" },
            with(|rule| rule.rationale.response = "x".repeat(MOST_TEXT_CHARS + 1)),
            with(|rule| rule.rationale.response = "x".repeat(MOST_TEXT_CHARS)),
        ),
        (Fault::DelayTooLong, with(|rule| rule.on_delay_s = MOST_DELAY_S + 1), with(|rule| rule.on_delay_s = MOST_DELAY_S)),
        (Fault::DelayTooLong, with(|rule| rule.off_delay_s = MOST_DELAY_S + 1), with(|rule| rule.off_delay_s = MOST_DELAY_S)),
        (Fault::RepeatOutOfRange, with(|rule| rule.repeat_count = 0), with(|rule| rule.repeat_count = 1)),
        (
            Fault::RepeatOutOfRange,
            with(|rule| rule.repeat_count = MOST_REPEATS + 1),
            with(|rule| rule.repeat_count = MOST_REPEATS),
        ),
        (Fault::LongerThanSchedule, scheduled(3_600), scheduled(3_599)),
        (Fault::LongerThanSchedule, quarters(5), quarters(4)),
        (Fault::ScheduleNever, with(|rule| rule.schedule.weekdays = 0), with(|rule| rule.schedule.weekdays = 0b100_0000)),
        (Fault::ScheduleNever, with(|rule| rule.schedule.to_minute = 0), with(|rule| rule.schedule.to_minute = 1)),
        (Fault::NoHolidays, on_holidays(OnHolidays::Only), on_holidays(OnHolidays::Never)),
        (
            Fault::LatchingWithoutAck,
            with(|rule| (rule.latching, rule.needs_ack) = (true, false)),
            with(|rule| rule.latching = true),
        ),
        (
            Fault::ReannunciateOutOfRange,
            with(|rule| rule.reannunciate_min = Some(0)),
            with(|rule| rule.reannunciate_min = Some(1)),
        ),
        (
            Fault::ReannunciateOutOfRange,
            with(|rule| rule.reannunciate_min = Some(10_081)),
            with(|rule| rule.reannunciate_min = Some(10_080)),
        ),
        (Fault::RationaleMissing { field: "cause" }, with(|rule| rule.rationale.cause = String::new()), load()),
        (Fault::RationaleMissing { field: "owner" }, with(|rule| rule.rationale.owner = " ".to_owned()), load()),
        (
            Fault::RationaleMissing { field: "time_to_respond_min" },
            with(|rule| rule.rationale.time_to_respond_min = Some(0)),
            load(),
        ),
        (Fault::ReviewInThePast, reviewed(14), reviewed(15)),
    ]
}

fn about_regions() -> Vec<(Fault, RuleDefinition, RuleDefinition)> {
    let listed = |regions: Vec<RegionId>| with(|rule| rule.regions = RegionChoice::Listed(regions));
    let pipeline = || rule(vec![condition(Metric::PipelineLagS, Comparison::Above, 30_000)]);
    let completeness = |threshold| {
        let rule = rule(vec![condition(Metric::CompletenessPercent, Comparison::Below, 9_000)]);
        RuleDefinition { overrides: own(1, vec![Some(Fixed2(threshold))]), ..rule }
    };
    let outside = with(|rule| (rule.regions, rule.overrides) = (RegionChoice::Listed(vec![1]), own(2, vec![])));
    let inside = with(|rule| (rule.regions, rule.overrides) = (RegionChoice::Listed(vec![1]), own(1, vec![])));
    let nowhere = with(|rule| (rule.regions, rule.overrides) = (RegionChoice::Listed(vec![1]), left_out(1)));
    let somewhere = with(|rule| (rule.regions, rule.overrides) = (RegionChoice::Listed(vec![1, 2]), left_out(1)));
    vec![
        (Fault::NoRegion, listed(vec![]), listed(vec![1])),
        (Fault::UnknownRegion(9), listed(vec![9]), listed(vec![2])),
        (Fault::ForeignRegion(3), listed(vec![1, 3]), listed(vec![1, 2])),
        (Fault::ForeignRegion(3), with(|rule| rule.overrides = own(3, vec![])), with(|rule| rule.overrides = own(2, vec![]))),
        (Fault::EveryRegionLeftOut, nowhere, somewhere),
        (Fault::OverrideOutsideRule(2), outside, inside),
        (
            Fault::OverrideThresholds(1),
            with(|rule| rule.overrides = own(1, vec![None, None])),
            with(|rule| rule.overrides = own(1, vec![None])),
        ),
        (Fault::OverrideNeverTrue(1), completeness(0), completeness(1)),
        (Fault::OverrideAlwaysTrue(1), completeness(10_001), completeness(10_000)),
        (Fault::RegionsWithoutMeaning, RuleDefinition { regions: RegionChoice::Listed(vec![1]), ..pipeline() }, pipeline()),
        (Fault::RegionsWithoutMeaning, RuleDefinition { overrides: left_out(1), ..pipeline() }, pipeline()),
    ]
}

#[test]
fn every_fault_has_an_example_and_its_neighbour_passes() {
    for (fault, wrong, right) in about_conditions().into_iter().chain(about_the_rest()).chain(about_regions()) {
        assert_eq!(check(&wrong, &facts()), std::slice::from_ref(&fault), "{wrong:?}");
        assert_eq!(check(&right, &facts()), [], "neighbour of {fault:?}");
    }
}

#[test]
fn a_draft_needs_no_rationale() {
    let draft = with(|rule| rule.rationale = Rationale::default());
    assert_eq!(check(&draft, &Facts { may_be_enabled: false, ..facts() }), []);
    assert_eq!(check(&draft, &facts()).len(), 5);
}

#[test]
fn only_holidays_are_possible_with_a_calendar() {
    let rule = with(|rule| rule.schedule.holidays = OnHolidays::Only);
    assert_eq!(check(&rule, &Facts { has_holidays: true, ..facts() }), []);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let wrong = with(|rule| {
        rule.name_zh.clear();
        rule.repeat_count = 0;
        rule.conditions[0].deadband = Fixed2(-1);
        rule.latching = true;
        rule.needs_ack = false;
    });
    let found = check(&wrong, &facts());
    assert_eq!(
        found,
        [Fault::NameMissing, Fault::NegativeDeadband { condition: 0 }, Fault::RepeatOutOfRange, Fault::LatchingWithoutAck]
    );
}

/// Values of a metric around a threshold, and its bounds.
fn values(condition: &Condition) -> Vec<Fixed2> {
    let (least, most) = condition.metric.range();
    let near = [-1, 0, 1].into_iter().flat_map(|step| {
        let slack = condition.deadband.0;
        [-slack, 0, slack].map(|slack| Fixed2(condition.threshold.0 + slack + step))
    });
    let is_possible = |value: &Fixed2| least.is_none_or(|least| *value >= least) && most.is_none_or(|most| *value <= most);
    near.chain(least).chain(most).filter(is_possible).collect()
}

fn any_condition() -> impl Strategy<Value = Condition> {
    (0..Metric::ALL.len(), 0..4usize, -12_000..12_000i64, 0..12_000i64).prop_map(|(metric, comparison, threshold, deadband)| {
        Condition { deadband: Fixed2(deadband), ..condition(Metric::ALL[metric], Comparison::ALL[comparison], threshold) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_can_become_true_and_false_again(one in any_condition()) {
        prop_assume!(check(&rule(vec![one.clone()]), &Facts { today: facts().today, may_be_enabled: true, ..Facts::default() }).is_empty());
        let holds = |held| values(&one).into_iter().map(|value| one.holds(value, one.threshold, held)).collect::<BTreeSet<bool>>();
        prop_assert_eq!(holds(false).len(), 2, "can be true and false");
        prop_assert!(holds(true).contains(&false), "once true, it can come back");
        if let Some((low, high)) = one.metric.usual() {
            prop_assert!(!one.holds(low, one.threshold, false) || !one.holds(high, one.threshold, false), "quiet while nothing is wrong");
        }
    }

    #[test]
    fn what_is_refused_as_never_or_always_is_so(one in any_condition()) {
        let found = check(&rule(vec![one.clone()]), &Facts { today: facts().today, ..Facts::default() });
        let held: BTreeSet<bool> = values(&one).into_iter().map(|value| one.holds(value, one.threshold, false)).collect();
        if found.contains(&Fault::NeverTrue { condition: 0 }) {
            prop_assert_eq!(held, BTreeSet::from([false]));
        } else if found.contains(&Fault::AlwaysTrue { condition: 0 }) {
            let usual = one.metric.usual().is_some_and(|(low, high)| {
                one.holds(low, one.threshold, false) && one.holds(high, one.threshold, false)
            });
            prop_assert!(usual || held == BTreeSet::from([true]));
        }
    }

    #[test]
    fn two_conditions_meet_or_cover_as_said(up in (0..2usize, -20..20i64), down in (2..4usize, -20..20i64), is_all in any::<bool>()) {
        let of = |(comparison, threshold): (usize, i64)| condition(Metric::LoadNowKw, Comparison::ALL[comparison], threshold);
        let join = if is_all { Join::All } else { Join::Any };
        let pair = RuleDefinition { join, ..rule(vec![of(up), of(down)]) };
        let found = check(&pair, &Facts { today: facts().today, ..Facts::default() });
        let results: BTreeSet<bool> = (-30..30)
            .map(|value| {
                let mut each = pair.conditions.iter().map(|one| one.holds(Fixed2(value), one.threshold, false));
                if is_all { each.all(|holds| holds) } else { each.any(|holds| holds) }
            })
            .collect();
        prop_assert_eq!(found.is_empty(), results.len() == 2, "{:?} {:?}", found, results);
    }
}

#[test]
fn what_is_endlessly_wrong_is_told_briefly() {
    let mut endless = rule(vec![condition(Metric::LoadNowKw, Comparison::Above, 5_000); 5_000]);
    endless.regions = RegionChoice::Listed((1_000..100_000).collect());
    let faults = check(&endless, &facts());
    assert_eq!(faults.len(), MOST_FAULTS);
    assert!(faults.contains(&Fault::TooManyConditions) && !faults.iter().any(|fault| matches!(fault, Fault::Repeated { .. })));
}
