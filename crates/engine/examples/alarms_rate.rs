//! Measures the judging of 1,000 rules over 100 regions, window by window and in one step of an hour:
//! `cargo run --release -p engine --example alarms_rate`.

#![expect(clippy::print_stdout, reason = "it reports to whoever runs it")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::alarms::inputs::{RegionNode, StepInput, WindowSum};
use domain::alarms::{Comparison, Condition, Holidays, Join, Metric, Quieting, Rationale, RegionChoice, Rule};
use domain::alarms::{RuleDefinition, Schedule, Severity};
use domain::{Fixed2, LocalMs, RegionId};
use engine::alarms::{AlarmSettings, Alarms};

const RULES: i64 = 1_000;
const REGIONS: RegionId = 100;
const WINDOWS: i64 = 720;
const WINDOW_MS: i64 = 5_000;

/// Metrics that move with each window; `true_share` percent of the rules are true everywhere, the others nowhere.
fn rule(rule_id: i64, true_share: i64) -> Rule {
    let metrics = [(Metric::LoadNowKw, 730_000), (Metric::LoadNowPercent, 14_600), (Metric::WindowKwh, 1_100)];
    let (metric, usual) = metrics[usize::try_from(rule_id).unwrap_or(0) % metrics.len()];
    let is_low = rule_id * 100 < RULES * true_share;
    let threshold = if is_low { usual / 2 } else { usual * 30 + rule_id };
    let conditions = vec![Condition {
        metric,
        comparison: Comparison::Above,
        threshold: Fixed2(threshold),
        deadband: Fixed2(10),
        span_min: None,
    }];
    let definition = RuleDefinition {
        name_zh: String::new(),
        name_en: format!("Rule {rule_id}"),
        severity: Severity::Medium,
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
        rationale: Rationale::default(),
    };
    Rule { rule_id, version: 1, tenant_id: None, definition, owned_regions: None }
}

fn alarms(true_share: i64) -> Alarms {
    let node = |region_id| RegionNode {
        region_id,
        parent_id: (region_id > 10).then_some(region_id % 10 + 1),
        limit_kw: Some(Fixed2(500_000)),
    };
    let rules = (1..=RULES).map(|rule_id| rule(rule_id, true_share)).collect();
    Alarms::new(AlarmSettings::default(), rules, (1..=REGIONS).map(node).collect(), Holidays::new(), Vec::new())
}

fn windows(from: i64, to: i64) -> Vec<WindowSum> {
    let one = |window: i64, region_id: RegionId| WindowSum {
        region_id,
        start: LocalMs(window * WINDOW_MS),
        energy_kwh: Some(Fixed2(1_000 + (window * 31 + i64::from(region_id) * 17) % 40)),
    };
    (from..to).flat_map(|window| (1..=REGIONS).map(move |region| one(window, region))).collect()
}

fn input(from: i64, to: i64) -> StepInput {
    let end = LocalMs(to * WINDOW_MS);
    let (from_at, local_now) = (LocalMs(from * WINDOW_MS), end.plus_ms(2_000));
    StepInput { from: from_at, to: end, now_ms: end.0, local_now, windows: windows(from, to), ..StepInput::default() }
}

fn main() {
    for true_share in [0, 1, 5] {
        let mut machine = alarms(true_share);
        let first = machine.step(input(0, 200)).transitions.len();
        let mut times: Vec<Duration> = Vec::new();
        let mut asked: Vec<Duration> = Vec::new();
        for window in 200..200 + WINDOWS {
            let input = input(window, window + 1);
            let began = Instant::now();
            let wants = machine.wants_not_load(&input);
            asked.push(began.elapsed());
            let began = Instant::now();
            let report = machine.step(input);
            times.push(began.elapsed());
            std::hint::black_box((wants, report));
        }
        times.sort_unstable();
        asked.sort_unstable();
        let at = |times: &[Duration], share: usize| times[(times.len() - 1) * share / 100];
        println!(
            "{true_share} % of {RULES} rules true in {REGIONS} regions ({first} transitions at first): per window median {:?}, \
             p99 {:?}, most {:?}; asking for what is not load p99 {:?}",
            at(&times, 50),
            at(&times, 99),
            at(&times, 100),
            at(&asked, 99),
        );
        let hour = input(200 + WINDOWS, 200 + 2 * WINDOWS);
        let began = Instant::now();
        let asking = machine.wants_not_load(&hour);
        let asked_in = began.elapsed();
        let began = Instant::now();
        std::hint::black_box(machine.step(hour));
        println!("  one step of an hour: {:?} (asking, {asking}: {asked_in:?})", began.elapsed());
    }
}
