//! A small installation to try rules on: regions, one step after the other, and a store that keeps what was reported.

use std::collections::BTreeMap;

use domain::alarms::inputs::{RegionNode, StepInput, WindowSum};
use domain::alarms::{
    Comparison, Condition, Event, Holidays, Metric, Person, Point, PointKey, Rule, RuleDefinition, Schedule, State, Subject,
    Transition,
};
use domain::alarms::{Join, Quieting, Rationale, RegionChoice, Severity};
use domain::{Fixed2, LocalMs, RegionId};
use engine::alarms::{AlarmSettings, Alarms, Report};

/// The wall clock stands so far ahead of event time.
pub const LAG_MS: i64 = 2_000;

pub fn at(text: &str) -> LocalMs {
    LocalMs::parse(format!("2016-01-11 {text}").as_bytes()).unwrap()
}

pub fn kwh(amount: i64) -> Fixed2 {
    Fixed2(amount * 100)
}

pub fn condition(metric: Metric, comparison: Comparison, threshold: i64) -> Condition {
    Condition { metric, comparison, threshold: kwh(threshold), deadband: Fixed2::ZERO, span_min: None }
}

/// True while a window has more than 10 kWh, false with one that has less.
pub fn window_rule(rule_id: i64) -> Rule {
    rule(rule_id, vec![condition(Metric::WindowKwh, Comparison::Above, 10)])
}

pub fn rule(rule_id: i64, conditions: Vec<Condition>) -> Rule {
    let definition = RuleDefinition {
        name_zh: "规则".to_owned(),
        name_en: "Rule".to_owned(),
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
        rationale: Rationale::default(),
    };
    Rule { rule_id, version: 1, tenant_id: None, definition, owned_regions: None }
}

/// Region 1 has 2 and 3 below it, 3 has 4.
pub fn regions() -> Vec<RegionNode> {
    let node = |region_id, parent_id| RegionNode { region_id, parent_id, limit_kw: Some(kwh(1_000)) };
    vec![node(4, Some(3)), node(1, None), node(2, Some(1)), node(3, Some(1))]
}

pub fn key(rule_id: i64, region_id: RegionId) -> PointKey {
    PointKey { rule_id, subject: Subject::Region(region_id) }
}

pub fn person(name: &str) -> Person {
    Person { account_id: Some(7), name: name.to_owned() }
}

pub struct World {
    pub alarms: Alarms,
    pub rules: Vec<Rule>,
    pub holidays: Holidays,
    pub settings: AlarmSettings,
    pub points: BTreeMap<PointKey, Point>,
    pub time: LocalMs,
    pub now_ms: i64,
    /// All windows so far; given again after a restart.
    history: BTreeMap<(LocalMs, RegionId), WindowSum>,
    is_new: bool,
}

impl World {
    pub fn new(rules: Vec<Rule>) -> Self {
        Self::with(rules, Vec::new())
    }

    pub fn with(rules: Vec<Rule>, points: Vec<Point>) -> Self {
        let settings = AlarmSettings::default();
        let alarms = Alarms::new(settings, rules.clone(), regions(), Holidays::new(), points.clone());
        let points = points.into_iter().map(|point| (point.key, point)).collect();
        let (time, history) = (at("10:00:00"), BTreeMap::new());
        Self { alarms, rules, holidays: Holidays::new(), settings, points, time, now_ms: 0, history, is_new: false }
    }

    /// Everything in memory is lost.
    pub fn restart(&mut self) {
        let points = self.points.values().cloned().collect();
        self.alarms = Alarms::new(self.settings, self.rules.clone(), regions(), self.holidays.clone(), points);
        self.is_new = true;
    }

    pub fn input(&self, to: LocalMs) -> StepInput {
        let local_now = to.plus_ms(LAG_MS);
        StepInput { from: self.time, to, now_ms: self.now_ms.max(local_now.0), local_now, ..StepInput::default() }
    }

    pub fn step(&mut self, mut input: StepInput) -> Vec<Transition> {
        let given: Vec<WindowSum> = input.windows.clone();
        if std::mem::take(&mut self.is_new) {
            let oldest = self.time.plus_ms(-60_000 * i64::from(self.alarms.needs().window_minutes.unwrap_or(0)));
            input.windows.splice(..0, self.history.range((oldest, 0)..).map(|(_, window)| *window));
        }
        self.history.extend(given.into_iter().map(|window| ((window.start, window.region_id), window)));
        (self.time, self.now_ms) = (input.to, input.now_ms);
        let report = self.alarms.step(input);
        self.keep(report)
    }

    pub fn keep(&mut self, report: Report) -> Vec<Transition> {
        for transition in &report.transitions {
            assert!(report.points.iter().any(|point| point.key == transition.key), "{transition:?} without its point");
        }
        let mut numbers = Vec::new();
        for mut point in report.points {
            if point.alarm_id == 0 {
                point.alarm_id = i64::try_from(self.points.len()).unwrap() + 1;
                numbers.push((point.key, point.alarm_id));
            }
            self.points.insert(point.key, point);
        }
        self.alarms.stored(&numbers);
        report.transitions
    }

    /// One window with energy of some regions.
    pub fn tick(&mut self, energies: &[(RegionId, i64)]) -> Vec<Transition> {
        let mut input = self.input(self.time.plus_ms(5_000));
        input.windows = windows(self.time, energies);
        self.step(input)
    }

    /// Event time goes on without a reading.
    pub fn wait(&mut self, seconds: i64) -> Vec<Transition> {
        let input = self.input(self.time.plus_ms(seconds * 1_000));
        self.step(input)
    }

    pub fn point(&self, rule_id: i64, region_id: RegionId) -> &Point {
        &self.points[&key(rule_id, region_id)]
    }

    pub fn state(&self, rule_id: i64, region_id: RegionId) -> State {
        self.points.get(&key(rule_id, region_id)).map_or(State::Norm, |point| point.state)
    }
}

pub fn windows(start: LocalMs, energies: &[(RegionId, i64)]) -> Vec<WindowSum> {
    energies
        .iter()
        .map(|(region_id, amount)| WindowSum { region_id: *region_id, start, energy_kwh: Some(kwh(*amount)) })
        .collect()
}

/// What happened, short enough to compare.
pub fn short(transitions: &[Transition]) -> Vec<(RegionId, Event, State)> {
    transitions.iter().map(|one| (one.key.subject.region_id().unwrap_or(0), one.event, one.to)).collect()
}
