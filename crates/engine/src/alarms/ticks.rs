//! Event time: every window that ended and every period that became due in a step, in order, for every region.

use std::collections::BTreeMap;

use domain::alarms::inputs::{NotLoad, StepInput, WindowSum};
use domain::alarms::{Clock, Comparison, Metric, Subject};
use domain::{Fixed2, LocalMs, WINDOW_MS};

use super::periods::{Due, Running, due};
use super::rules::{Rules, is_load};
use super::tree::Tree;
use super::turn::Turn;
use super::values::{Reading, Values};
use super::windows::{Added, Windows, number, span_windows};

const MINUTE_MS: i64 = 60_000;
/// Steps are cut to so much event time; the evaluator takes at most an hour.
const MOST_STEP_MS: i64 = 24 * 3_600_000;

/// Windows of a step by their end, added up over the tree.
pub(super) type Ended = BTreeMap<LocalMs, Vec<(usize, Added)>>;

pub(super) struct Ticks<'a> {
    pub windows: &'a mut Windows,
    pub running: &'a mut Running,
    pub input: &'a StepInput,
    pub from: LocalMs,
    pub grace_ms: i64,
    /// Nothing is known of what was true before.
    pub is_first: bool,
}

pub(super) fn start_of(input: &StepInput) -> LocalMs {
    LocalMs(input.from.0.max(input.to.0.saturating_sub(MOST_STEP_MS)))
}

/// Splits the windows into those of the step and older ones (region, number, energy).
pub(super) fn split(tree: &Tree, input: &StepInput, from: LocalMs) -> (Ended, Vec<(usize, i64, Option<i64>)>) {
    let mut own: BTreeMap<LocalMs, BTreeMap<usize, Fixed2>> = BTreeMap::new();
    let mut older = Vec::new();
    for WindowSum { region_id, start, energy_kwh } in &input.windows {
        let Some(region) = tree.number(*region_id) else { continue };
        let end = LocalMs((number(*start) + 1) * WINDOW_MS);
        if end <= from {
            older.push((region, number(*start), energy_kwh.map(|kwh| kwh.0)));
        } else if let Some(kwh) = energy_kwh.filter(|_| end <= input.to) {
            own.entry(end).or_default().insert(region, kwh);
        }
    }
    let added = |own: BTreeMap<usize, Fixed2>| Added::of_window(tree, &own.into_iter().collect::<Vec<_>>());
    (own.into_iter().map(|(end, own)| (end, added(own))).collect(), older)
}

impl Ticks<'_> {
    pub fn run(mut self, turn: &mut Turn<'_>, ended: &Ended) {
        let revised = self.running.begin(turn.tree, turn.rules, self.input, ended);
        if !self.input.running.is_empty() {
            super::revise::running(turn, self.running, &revised, self.from);
        }
        let due = due(turn.tree, turn.rules, self.input, self.from, self.grace_ms);
        let mut at = self.from;
        loop {
            let next_end = LocalMs((number(at) + 1) * WINDOW_MS);
            let next_due = due.range(at.plus_ms(1)..).next().map_or(LocalMs(i64::MAX), |(at, _)| *at);
            at = next_end.min(next_due);
            if at > self.input.to {
                return;
            }
            let is_end = at == next_end;
            if is_end {
                let added = ended.get(&at).map_or(&[][..], Vec::as_slice);
                self.windows.push(added);
                self.running.advance(at, added);
            }
            let due = due.get(&at);
            if is_end || due.is_some() {
                self.regions(turn, at, is_end, due);
                users(turn, at, due);
                turn.settle_quiet(at);
                turn.raise_belated(at);
                turn.settle_quiet(at);
                self.is_first &= !is_end;
            }
        }
    }

    fn regions(&self, turn: &mut Turn<'_>, at: LocalMs, is_end: bool, due: Option<&Due>) {
        let mut rules = Vec::new();
        for region in 0..turn.tree.len() {
            let region_id = turn.tree.region_id(region);
            rules.clear();
            // a schedule may begin with a minute, and find something that has long been true
            let is_moved = self.is_first
                || (turn.rules.has_schedules && at.0 % MINUTE_MS == 0)
                || due.is_some_and(|due| !due.by_metric.is_empty())
                || !self.running.is_empty()
                || self.windows.moved(region, number(at), &turn.rules.spans);
            let watched = turn.ledger.watched(region_id).filter_map(|rule_id| turn.rules.number(rule_id));
            rules.extend(watched.filter(|rule| !turn.rules.at(*rule).is_wall));
            if !is_moved && rules.is_empty() {
                continue;
            }
            let mut values = Values::default();
            if is_end {
                set_windows(turn.rules, turn.tree, self.windows, region, at, &mut values);
                self.running.set(at, region, &mut values);
            }
            if let Some(due) = due {
                due.set(region, &mut values);
            }
            if is_moved {
                turn.rules.fulfilled(region_id, &values, &mut rules);
            }
            rules.sort_unstable();
            rules.dedup();
            for rule in &rules {
                turn.evaluate(*rule, Subject::Region(region_id), at, &values);
            }
        }
    }
}

/// Rank changes that are due, and timers of users' alarms.
fn users(turn: &mut Turn<'_>, at: LocalMs, due: Option<&Due>) {
    let ranks = due.and_then(|due| due.ranks.as_ref());
    for rule in 0..turn.rules.len() {
        let ready = turn.rules.at(rule);
        if ready.is_wall || ready.subject != domain::alarms::SubjectKind::User {
            continue;
        }
        let mut subjects: BTreeMap<i64, (Subject, Values)> = BTreeMap::new();
        for subject in turn.ledger.watched_others(ready.rule.rule_id) {
            let mut values = Values::default();
            match ranks {
                // nobody has a rank: nothing was measured
                Some(ranks) if ranks.is_empty() => values.set(Metric::RankChange, Reading::Missing),
                Some(_) => values.set(Metric::RankChange, Reading::Value(Fixed2::ZERO)),
                None => {}
            }
            subjects.insert(subject.parts().1, (subject, values));
        }
        for change in ranks.into_iter().flatten() {
            let places = i64::from(change.rank_before) - i64::from(change.rank);
            let mut values = Values::default();
            values.set(Metric::RankChange, Reading::Value(Fixed2(places * 100)));
            let subject = Subject::User { user_id: change.user_id, region_id: change.region_id };
            subjects.insert(change.user_id, (subject, values));
        }
        for (subject, values) in subjects.into_values() {
            turn.evaluate(rule, subject, at, &values);
        }
    }
}

/// What the windows up to a moment say of a region.
pub(super) fn set_windows(rules: &Rules, tree: &Tree, windows: &Windows, region: usize, at: LocalMs, values: &mut Values) {
    let end = number(at);
    let load = windows.load_kw(region, end);
    values.set(Metric::LoadNowKw, Reading::of(load));
    let limit = tree.limit_kw(region).filter(|limit| limit.0 > 0);
    let percent = load.zip(limit).map(|(load, limit)| ratio(load, limit.0));
    values.set(Metric::LoadNowPercent, Reading::of(percent));
    for span_min in &rules.spans {
        let before = windows.load_kw(region, end - span_windows(*span_min)).filter(|before| *before > 0);
        let change = load.zip(before).map(|(load, before)| ratio(load.saturating_sub(before), before));
        values.set_change(*span_min, Reading::of(change));
    }
    // a window without a row is not judged; a region without any reading is marked
    let window = match windows.window_kwh(region, end) {
        Some(kwh) => Reading::Value(Fixed2(kwh)),
        None if load.is_none() => Reading::Missing,
        None => Reading::NotDue,
    };
    values.set(Metric::WindowKwh, window);
}

/// Percent in hundredths, cut: 99.999 % is not 100 %.
fn ratio(part: i64, whole: i64) -> i64 {
    let percent = i128::from(part) * 10_000 / i128::from(whole);
    i64::try_from(percent).unwrap_or(if part < 0 { i64::MIN } else { i64::MAX })
}

/// Whether a load may be over some limit, or one is pending, so that energy that is no load has to be known.
pub(super) fn may_need_not_load(turn_rules: &Rules, tree: &Tree, windows: &Windows, input: &StepInput) -> bool {
    let conditions = || turn_rules.iter().flat_map(|ready| &ready.definition().conditions);
    let is_lower = |comparison: Comparison| !comparison.is_upward();
    // less load makes these true, so that nothing can be said without it
    if conditions().any(|condition| {
        condition.metric == Metric::LoadChangePercent || (is_load(condition.metric) && is_lower(condition.comparison))
    }) {
        return true;
    }
    let from = start_of(input);
    let (ended, older) = split(tree, input, from);
    let mut windows = windows.clone();
    windows.begin(from);
    windows.set_not_load(tree, &[] as &[NotLoad]);
    for (region, window, own) in older {
        windows.revise(tree, region, window, own);
    }
    let mut rules = Vec::new();
    for end in number(from) + 1..=number(input.to) {
        let at = LocalMs(end * WINDOW_MS);
        windows.push(ended.get(&at).map_or(&[][..], Vec::as_slice));
        for region in 0..tree.len() {
            let mut values = Values::default();
            set_windows(turn_rules, tree, &windows, region, at, &mut values);
            values.set(Metric::WindowKwh, Reading::NotDue);
            let region_id = tree.region_id(region);
            turn_rules.fulfilled(region_id, &values, &mut rules);
            if rules.drain(..).any(|rule| turn_rules.at(rule).covers(tree, Subject::Region(region_id))) {
                return true;
            }
        }
    }
    false
}

/// Whether a rule is moved by event time at all.
pub(super) fn has_event_clock(rules: &Rules) -> bool {
    rules.iter().any(|ready| ready.definition().conditions.iter().any(|condition| condition.metric.clock() != Clock::Wall))
}
