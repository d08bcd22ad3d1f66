//! Random rules over random series, cut into random steps with restarts between them: always the history that the naive
//! computation finds.

use std::collections::{BTreeMap, BTreeSet};

use domain::alarms::inputs::{PeriodSum, StepInput, WindowSum};
use domain::alarms::{
    Act, Comparison, Condition, Join, Metric, Override, Quieting, RegionChoice, Rule, Schedule, Severity, State,
};
use domain::effect::Grain;
use domain::{Fixed2, LocalMs, RegionId};
use engine::alarms::{AlarmSettings, act};
use proptest::prelude::*;

use super::naive::{Desk, Line, Naive, Series};
use super::support::{World, at, person, rule};

/// From 09:35 on: over the end of an hour and several quarter-hours.
const WINDOWS: i64 = 480;
const PARENTS: [(RegionId, Option<RegionId>); 4] = [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(3))];
const LIMIT: i64 = 100_000;

/// Metrics with what they usually are, in hundredths.
const METRICS: [(Metric, i64); 7] = [
    (Metric::LoadNowKw, 60_000),
    (Metric::LoadNowPercent, 60_00),
    (Metric::LoadChangePercent, 30_00),
    (Metric::WindowKwh, 12_00),
    (Metric::QuarterKw, 60_000),
    (Metric::HourKwh, 40_000),
    (Metric::HourSoFarKwh, 20_000),
];

fn start() -> LocalMs {
    at("09:35:00")
}

fn window_at(window: i64) -> LocalMs {
    start().plus_ms(window * 5_000)
}

fn conditions() -> impl Strategy<Value = Vec<Condition>> {
    let one = (0..METRICS.len(), 0..4usize, -1..4i64, 0..3i64, 1..8u16).prop_map(|(metric, comparison, level, slack, span)| {
        let (metric, usual) = METRICS[metric];
        let comparison = Comparison::ALL[comparison];
        let comparison = match comparison {
            _ if metric != Metric::HourSoFarKwh || comparison.is_upward() => comparison,
            _ => Comparison::Above,
        };
        let threshold = Fixed2(usual / 2 * level + usual / 4);
        let span_min = metric.has_span().then_some(span);
        Condition { metric, comparison, threshold, deadband: Fixed2(usual / 8 * slack), span_min }
    });
    proptest::collection::vec(one, 1..3)
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let timing = (prop_oneof![Just(0), 1..200u32], prop_oneof![Just(0), 1..200u32], prop_oneof![3 => Just(1), 1 => 2..5u16]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), 0..3usize, 0..4usize, any::<bool>());
    let reach = (proptest::option::of(575..620u16), proptest::option::of((1..5i32, 0..3i64)), 0..5i32);
    let one = (conditions(), timing, flags, reach).prop_map(|(conditions, timing, flags, (until, own, left_out))| {
        let mut made = rule(0, conditions);
        let definition = &mut made.definition;
        (definition.on_delay_s, definition.off_delay_s, definition.repeat_count) = timing;
        definition.join = if flags.0 { Join::All } else { Join::Any };
        definition.needs_ack = flags.1;
        definition.latching = flags.1 && flags.2;
        definition.quiets = [Quieting::Nothing, Quieting::SameRule, Quieting::AllRules][flags.3];
        definition.severity = Severity::ALL[flags.4];
        if let Some(to_minute) = until.filter(|_| flags.5) {
            definition.schedule = Schedule { from_minute: 577, to_minute: to_minute.max(578), ..Schedule::ALWAYS };
        }
        if let Some((region, factor)) = own {
            let thresholds = definition.conditions.iter().map(|one| Some(Fixed2(one.threshold.0 * factor))).collect();
            definition.overrides.insert(region, Override { thresholds, ..Override::default() });
        }
        if left_out > 0 {
            definition.regions = RegionChoice::Listed((1..5).filter(|region| *region != left_out).collect());
        }
        made
    });
    proptest::collection::vec(one, 1..5).prop_map(|mut rules| {
        for (number, rule) in rules.iter_mut().enumerate() {
            rule.rule_id = i64::try_from(number).unwrap() + 1;
        }
        rules
    })
}

/// Readings come in stretches of much and of little, with gaps.
fn series() -> impl Strategy<Value = Series> {
    let stretch = (0..WINDOWS, 1..120i64, 1..5i32, 1..20i64, 0..40_00i64);
    proptest::collection::vec(stretch, 1..14).prop_map(|stretches| {
        let mut series = Series::new();
        for (first, length, region, every, hundredths) in stretches {
            for window in (first..(first + length).min(WINDOWS)).step_by(usize::try_from(every).unwrap()) {
                series.insert((window_at(window), region), hundredths);
            }
        }
        series
    })
}

#[derive(Clone, Debug)]
struct Course {
    cuts: BTreeMap<i64, bool>,
    desk: BTreeMap<i64, bool>,
}

fn course() -> impl Strategy<Value = Course> {
    let cuts = proptest::collection::btree_map(1..WINDOWS, any::<bool>(), 0..40);
    let desk = proptest::collection::btree_map(1..WINDOWS, any::<bool>(), 0..8);
    (cuts, desk).prop_map(|(cuts, desk)| Course { cuts, desk })
}

/// The rule looks where the naive computation does not know how to.
fn covered(rules: &[Rule], line: &Line) -> bool {
    rules.iter().any(|rule| rule.rule_id == line.1 && rule.definition.covers(line.2))
}

fn own_sums(series: &Series, from: LocalMs, to: LocalMs) -> BTreeMap<RegionId, i64> {
    let mut sums = BTreeMap::new();
    for ((_, region), hundredths) in series.range((from, RegionId::MIN)..(to, RegionId::MIN)) {
        *sums.entry(*region).or_default() += hundredths;
    }
    sums
}

fn input(world: &World, series: &Series, to: LocalMs) -> StepInput {
    let mut input = world.input(to);
    let held = series.range((input.from, RegionId::MIN)..(to, RegionId::MIN));
    let window =
        |(&(start, region_id), &kwh): (&(LocalMs, RegionId), &i64)| WindowSum { region_id, start, energy_kwh: Some(Fixed2(kwh)) };
    input.windows = held.map(window).collect();
    let rows = |grain, start, sums: BTreeMap<RegionId, i64>| {
        let row = move |(region_id, kwh)| PeriodSum { region_id, grain, start, energy_kwh: Some(Fixed2(kwh)) };
        sums.into_iter().map(row)
    };
    for (grain, length_ms) in [(Grain::Quarter, 900_000), (Grain::Hour, 3_600_000)] {
        let mut begin = LocalMs((input.from.0 / length_ms - 2) * length_ms);
        while begin.plus_ms(length_ms + 60_000) <= to {
            if begin.plus_ms(length_ms + 60_000) > input.from {
                input.periods.extend(rows(grain, begin, own_sums(series, begin, begin.plus_ms(length_ms))));
            }
            begin = begin.plus_ms(length_ms);
        }
    }
    // a step over the end of an hour names both, as the machine cannot know the first after a restart
    let mut hour = input.from.hour_start();
    while hour < to {
        let mut sums = own_sums(series, hour, to.min(hour.plus_ms(3_600_000)));
        sums.entry(1).or_default();
        input.running.extend(rows(Grain::Hour, hour, sums));
        hour = hour.plus_ms(3_600_000);
    }
    input
}

fn engine_lines(rules: &[Rule], series: &Series, course: &Course) -> (Vec<Line>, BTreeMap<(i64, RegionId), State>) {
    let mut world = World::new(rules.to_vec());
    world.settings = AlarmSettings { annunciate_within_ms: 86_400_000, ..AlarmSettings::default() };
    world.time = start();
    world.restart();
    let mut ends: BTreeSet<i64> = course.cuts.keys().chain(course.desk.keys()).copied().collect();
    ends.insert(WINDOWS);
    let mut lines = Vec::new();
    for end in ends {
        let input = input(&world, series, window_at(end));
        for one in world.step(input) {
            let region = one.key.subject.region_id().unwrap();
            lines.push((one.event_time.unwrap(), one.key.rule_id, region, one.event, one.from, one.to, one.occurrence));
        }
        if let Some(is_reset) = course.desk.get(&end) {
            let done = if *is_reset { Act::Reset } else { Act::Acknowledge { comment: None } };
            for point in world.points.values_mut() {
                let definition = &rules.iter().find(|rule| rule.rule_id == point.key.rule_id).unwrap().definition;
                if let Ok((after, _)) = act(point, definition, &done, &person("li"), false, world.now_ms) {
                    *point = after.clone();
                    world.alarms.replace_points(vec![after]);
                }
            }
        }
        if course.cuts.get(&end) == Some(&true) {
            world.restart();
        }
    }
    let states = world.points.values().map(|point| ((point.key.rule_id, point.key.subject.region_id().unwrap()), point.state));
    (lines, states.filter(|(_, state)| *state != State::Norm).collect())
}

fn naive_lines(rules: &[Rule], series: &Series, course: &Course) -> (Vec<Line>, BTreeMap<(i64, RegionId), State>) {
    let mut naive = Naive::new(rules, &PARENTS, LIMIT, series);
    let desk = course
        .desk
        .iter()
        .map(|(window, is_reset)| (window_at(*window), if *is_reset { Desk::ResetAll } else { Desk::AcknowledgeAll }));
    naive.run(start(), window_at(WINDOWS), &desk.collect());
    let states = naive.states();
    (naive.lines, states)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_of_the_same_input_has_the_history_of_the_naive_computation(
        rules in rules(), series in series(), course in course(),
    ) {
        let (lines, states) = engine_lines(&rules, &series, &course);
        let (expected, expected_states) = naive_lines(&rules, &series, &course);
        prop_assert!(expected.iter().all(|line| covered(&rules, line)));
        let same = lines.iter().zip(&expected).take_while(|(line, expected)| line == expected).count();
        prop_assert_eq!((same, lines.get(same)), (same, expected.get(same)));
        prop_assert_eq!(states, expected_states);
    }
}

#[test]
fn the_random_rules_do_say_something() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut events = BTreeSet::new();
    for _ in 0..40 {
        let rules = rules().new_tree(&mut runner).unwrap().current();
        let series = series().new_tree(&mut runner).unwrap().current();
        let course = course().new_tree(&mut runner).unwrap().current();
        events.extend(naive_lines(&rules, &series, &course).0.iter().map(|line| (line.3, line.5)));
    }
    assert!(events.len() >= 14, "{events:?}");
}
