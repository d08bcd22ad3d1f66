//! The same judgement once more, written for being read: every value is computed from the list of all windows, every
//! moment is gone through for every rule and region, and nothing is remembered but the state of each alarm.

use std::collections::BTreeMap;

use domain::alarms::{Comparison, Event, Join, Metric, Quieting, Rule, State};
use domain::{LocalMs, RegionId};

pub type Series = BTreeMap<(LocalMs, RegionId), i64>;

/// One line of the history: when, which rule and region, what, from, to, which occurrence.
pub type Line = (LocalMs, i64, RegionId, Event, State, State, i64);

/// People at the desk, at the end of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Desk {
    AcknowledgeAll,
    ResetAll,
}

#[derive(Clone, Default)]
struct Alarm {
    state: State,
    active: bool,
    acknowledged: bool,
    no_data: bool,
    held: Vec<bool>,
    true_since: Option<LocalMs>,
    trues: u16,
    false_since: Option<LocalMs>,
    occurrence: i64,
}

pub struct Naive<'a> {
    pub rules: &'a [Rule],
    pub parents: &'a [(RegionId, Option<RegionId>)],
    pub limit: i64,
    pub series: &'a Series,
    pub grace_s: i64,
    alarms: BTreeMap<(i64, RegionId), Alarm>,
    pub lines: Vec<Line>,
}

impl<'a> Naive<'a> {
    /// `parents`: from the top down.
    pub fn new(rules: &'a [Rule], parents: &'a [(RegionId, Option<RegionId>)], limit: i64, series: &'a Series) -> Self {
        Self { rules, parents, limit, series, grace_s: 60, alarms: BTreeMap::new(), lines: Vec::new() }
    }

    pub fn run(&mut self, from: LocalMs, to: LocalMs, desk: &BTreeMap<LocalMs, Desk>) {
        let mut at = from.plus_ms(5_000);
        while at <= to {
            for (region, _) in self.parents {
                for rule in self.rules.iter().filter(|rule| rule.definition.covers(*region)) {
                    self.judge(rule, *region, at);
                }
            }
            self.quiet(at);
            if let Some(done) = desk.get(&at) {
                self.people(*done);
            }
            at = at.plus_ms(5_000);
        }
    }

    fn people(&mut self, done: Desk) {
        for alarm in self.alarms.values_mut() {
            let to = match (done, alarm.state) {
                (Desk::AcknowledgeAll, State::Unack) => State::Acked,
                (Desk::AcknowledgeAll, State::Rtnun) => State::Norm,
                (Desk::AcknowledgeAll, State::Ltunk) => State::Ltack,
                (Desk::ResetAll, State::Ltack) if !alarm.active => State::Norm,
                _ => continue,
            };
            alarm.state = to;
            alarm.acknowledged |= done == Desk::AcknowledgeAll;
        }
    }

    fn below(&self, region: RegionId) -> Vec<RegionId> {
        let is_below = |mut one: RegionId| loop {
            if one == region {
                return true;
            }
            match self.above(one) {
                Some(parent) => one = parent,
                None => return false,
            }
        };
        self.parents.iter().map(|(one, _)| *one).filter(|one| is_below(*one)).collect()
    }

    fn above(&self, region: RegionId) -> Option<RegionId> {
        self.parents.iter().find(|(one, _)| *one == region).and_then(|(_, parent)| *parent)
    }

    /// Energy of windows that start in `[from, to)`, none without a reading.
    fn energy(&self, region: RegionId, from: LocalMs, to: LocalMs) -> Option<i64> {
        let below = self.below(region);
        let found: Vec<i64> = self
            .series
            .range((from, RegionId::MIN)..(to, RegionId::MIN))
            .filter(|((_, one), _)| below.contains(one))
            .map(|(_, kwh)| *kwh)
            .collect();
        (!found.is_empty()).then(|| found.iter().sum())
    }

    fn load(&self, region: RegionId, at: LocalMs) -> Option<i64> {
        self.energy(region, at.plus_ms(-900_000), at).map(|kwh| kwh * 4)
    }

    /// Outer none: no new value now; inner none: it should have one.
    fn value(&self, metric: Metric, span_min: Option<u16>, region: RegionId, at: LocalMs) -> Option<Option<i64>> {
        let closed = |length_s: i64| {
            let end = at.plus_ms(-self.grace_s * 1_000);
            (end.0 % (length_s * 1_000) == 0).then(|| self.energy(region, end.plus_ms(-length_s * 1_000), end))
        };
        match metric {
            Metric::LoadNowKw => Some(self.load(region, at)),
            Metric::LoadNowPercent => Some(self.load(region, at).map(|load| load * 10_000 / self.limit)),
            Metric::LoadChangePercent => {
                let before = self.load(region, at.plus_ms(-60_000 * i64::from(span_min.unwrap()))).filter(|kw| *kw > 0);
                Some(self.load(region, at).zip(before).map(|(now, before)| (now - before) * 10_000 / before))
            }
            Metric::WindowKwh => match self.energy(region, at.plus_ms(-5_000), at) {
                Some(kwh) => Some(Some(kwh)),
                None if self.load(region, at).is_none() => Some(None),
                None => None,
            },
            Metric::QuarterKw => closed(900).map(|kwh| kwh.map(|kwh| kwh * 4)),
            Metric::HourKwh => closed(3_600),
            Metric::HourSoFarKwh => {
                let start = LocalMs((at.0 - 1) / 3_600_000 * 3_600_000);
                Some(Some(self.energy(region, start, at).unwrap_or(0)))
            }
            other => unreachable!("{other:?} is not tried"),
        }
    }

    fn judge(&mut self, rule: &Rule, region: RegionId, at: LocalMs) {
        let definition = &rule.definition;
        let mut alarm = self.alarms.get(&(rule.rule_id, region)).cloned().unwrap_or_default();
        alarm.held.resize(definition.conditions.len(), false);
        let minute = (at.0 / 60_000) % 1_440;
        let schedule = definition.schedule;
        if minute < i64::from(schedule.from_minute) || minute >= i64::from(schedule.to_minute) {
            return self.out_of_schedule(rule, region, alarm, at);
        }
        let (mut is_new, mut is_missing) = (false, false);
        let was_held = alarm.held.contains(&true);
        for (number, condition) in definition.conditions.iter().enumerate() {
            match self.value(condition.metric, condition.span_min, region, at) {
                None => {}
                Some(None) => is_missing = true,
                Some(Some(value)) => {
                    is_new = true;
                    let own = definition.overrides.get(&region).and_then(|own| own.thresholds[number]);
                    let limit = own.unwrap_or(condition.threshold).0;
                    let slack = if alarm.held[number] { condition.deadband.0 } else { 0 };
                    alarm.held[number] = match condition.comparison {
                        Comparison::Above => value > limit - slack,
                        Comparison::AtLeast => value >= limit - slack,
                        Comparison::Below => value < limit + slack,
                        Comparison::AtMost => value <= limit + slack,
                    };
                }
            }
        }
        if is_missing {
            (alarm.true_since, alarm.trues, alarm.false_since) = (None, 0, None);
            let is_seen = alarm.state != State::Norm || alarm.active;
            // only what still has something to watch is marked
            let is_watched = alarm.active || alarm.no_data || was_held || alarm.held.contains(&true);
            if is_seen && is_watched && !alarm.no_data {
                alarm.no_data = true;
                self.write(rule, region, &alarm, Event::QualityChanged, alarm.state, at);
            }
            self.alarms.insert((rule.rule_id, region), alarm);
            return;
        }
        let has_standing = definition
            .conditions
            .iter()
            .any(|condition| matches!(condition.metric, Metric::QuarterKw | Metric::HourKwh | Metric::HourSoFarKwh));
        if !is_new && (!has_standing || alarm.no_data) {
            self.alarms.insert((rule.rule_id, region), alarm);
            return;
        }
        if is_new && alarm.no_data {
            alarm.no_data = false;
            self.write(rule, region, &alarm, Event::QualityChanged, alarm.state, at);
        }
        let is_true = match definition.join {
            Join::All => alarm.held.iter().all(|held| *held),
            Join::Any => alarm.held.contains(&true),
        };
        self.timers(rule, region, alarm, at, is_true, is_new);
    }

    fn timers(&mut self, rule: &Rule, region: RegionId, mut alarm: Alarm, at: LocalMs, is_true: bool, is_new: bool) {
        let definition = &rule.definition;
        let passed = |since: LocalMs, delay_s: u32| at.0 - since.0 >= i64::from(delay_s) * 1_000;
        if is_true {
            alarm.false_since = None;
            if !alarm.active {
                alarm.true_since = alarm.true_since.or(Some(at));
                alarm.trues += u16::from(is_new);
                if passed(alarm.true_since.unwrap(), definition.on_delay_s) && alarm.trues >= definition.repeat_count {
                    return self.raise(rule, region, alarm, at);
                }
            }
        } else {
            (alarm.true_since, alarm.trues) = (None, 0);
            if alarm.active {
                alarm.false_since = alarm.false_since.or(Some(at));
                if passed(alarm.false_since.unwrap(), definition.off_delay_s) {
                    return self.fall(rule, region, alarm, at);
                }
            }
        }
        self.alarms.insert((rule.rule_id, region), alarm);
    }

    fn raise(&mut self, rule: &Rule, region: RegionId, mut alarm: Alarm, at: LocalMs) {
        let from = alarm.state;
        (alarm.active, alarm.acknowledged, alarm.false_since) = (true, false, None);
        let mut event = Event::Raised;
        if from != State::Dsupr {
            if self.is_quieted(rule, region) {
                (alarm.state, event) = (State::Dsupr, Event::Suppressed);
            } else {
                alarm.state = State::Unack;
                alarm.occurrence += 1;
            }
        }
        self.write(rule, region, &alarm, event, from, at);
        self.alarms.insert((rule.rule_id, region), alarm);
    }

    fn fall(&mut self, rule: &Rule, region: RegionId, mut alarm: Alarm, at: LocalMs) {
        let from = alarm.state;
        (alarm.active, alarm.false_since) = (false, None);
        alarm.state = match (from, rule.definition.latching, rule.definition.needs_ack) {
            (State::Unack, true, _) => State::Ltunk,
            (State::Unack, false, true) => State::Rtnun,
            (State::Unack, false, false) | (State::Acked, false, _) => State::Norm,
            (State::Acked, true, _) => State::Ltack,
            (other, ..) => other,
        };
        self.write(rule, region, &alarm, Event::Returned, from, at);
        self.alarms.insert((rule.rule_id, region), alarm);
    }

    fn out_of_schedule(&mut self, rule: &Rule, region: RegionId, mut alarm: Alarm, at: LocalMs) {
        let from = alarm.state;
        let is_watched = alarm.active
            || alarm.no_data
            || alarm.held.contains(&true)
            || alarm.true_since.is_some()
            || alarm.false_since.is_some();
        let is_told = is_watched && (alarm.active || from == State::Dsupr);
        if is_watched {
            let state = if is_told && matches!(from, State::Unack | State::Acked | State::Dsupr) { State::Norm } else { from };
            alarm = Alarm { state, acknowledged: alarm.acknowledged, occurrence: alarm.occurrence, ..Alarm::default() };
        }
        if is_told {
            self.write(rule, region, &alarm, Event::ScheduleEnded, from, at);
        }
        self.alarms.insert((rule.rule_id, region), alarm);
    }

    /// Whether an active alarm above speaks for this one.
    fn is_quieted(&self, rule: &Rule, region: RegionId) -> bool {
        let mut above = self.above(region);
        while let Some(one) = above {
            for parent in self.rules {
                let is_loud = self
                    .alarms
                    .get(&(parent.rule_id, one))
                    .is_some_and(|alarm| alarm.active && matches!(alarm.state, State::Unack | State::Acked));
                let reaches = match parent.definition.quiets {
                    Quieting::Nothing => false,
                    Quieting::SameRule => parent.rule_id == rule.rule_id,
                    Quieting::AllRules => parent.definition.severity <= rule.definition.severity,
                };
                if is_loud && reaches {
                    return true;
                }
            }
            above = self.above(one);
        }
        false
    }

    /// From the top down until nothing moves any more.
    fn quiet(&mut self, at: LocalMs) {
        loop {
            let before = self.lines.len();
            for (region, _) in self.parents {
                for rule in self.rules {
                    self.quiet_one(rule, *region, at);
                }
            }
            if self.lines.len() == before {
                return;
            }
        }
    }

    fn quiet_one(&mut self, rule: &Rule, region: RegionId, at: LocalMs) {
        let Some(mut alarm) = self.alarms.get(&(rule.rule_id, region)).cloned() else { return };
        let from = alarm.state;
        let event = match (from, self.is_quieted(rule, region)) {
            (State::Unack | State::Acked, true) if alarm.active => {
                alarm.state = State::Dsupr;
                Event::Suppressed
            }
            (State::Dsupr, false) => {
                alarm.state = match (alarm.active, alarm.acknowledged) {
                    (false, _) => State::Norm,
                    (true, true) => State::Acked,
                    (true, false) => State::Unack,
                };
                if alarm.state == State::Unack {
                    alarm.occurrence += 1;
                }
                Event::Unsuppressed
            }
            _ => return,
        };
        self.write(rule, region, &alarm, event, from, at);
        self.alarms.insert((rule.rule_id, region), alarm);
    }

    fn write(&mut self, rule: &Rule, region: RegionId, alarm: &Alarm, event: Event, from: State, at: LocalMs) {
        self.lines.push((at, rule.rule_id, region, event, from, alarm.state, alarm.occurrence));
    }

    /// States at the end, without what was never anything but normal.
    pub fn states(&self) -> BTreeMap<(i64, RegionId), State> {
        let states = self.alarms.iter().map(|(key, alarm)| (*key, alarm.state));
        states.filter(|(_, state)| *state != State::Norm).collect()
    }
}
