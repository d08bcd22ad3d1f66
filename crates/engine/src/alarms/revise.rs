//! Late data: numbers of windows and periods that had been judged already are others now.
//!
//! The past stays as it was told. What is no longer true returns now; an alarm whose number changed is annotated; what
//! would have fired in a past period is listed as history.

use std::collections::BTreeSet;

use domain::LocalMs;
use domain::alarms::inputs::StepInput;
use domain::alarms::{Clock, Event, Point, PointKey, Quality, State, Subject, Transition};
use domain::effect::Grain;

use super::judge::{Judged, judge};
use super::machine::{self, entry};
use super::periods::{Running, due_at, metric_of, period_end, period_sums};
use super::rules::Ready;
use super::ticks::set_windows;
use super::turn::{REVISED, Turn};
use super::values::{Reading, Values};
use super::windows::{LOAD_WINDOWS, Windows, number};

/// Windows before `from` that changed: `changed` names the regions themselves.
pub(super) fn windows(turn: &mut Turn<'_>, windows: &Windows, changed: &BTreeSet<usize>, from: LocalMs) {
    let affected: BTreeSet<usize> = changed.iter().flat_map(|region| turn.tree.upward(*region)).collect();
    for region in affected {
        let region_id = turn.tree.region_id(region);
        let subject = Subject::Region(region_id);
        let mut now = Values::default();
        set_windows(turn.rules, turn.tree, windows, region, from, &mut now);
        for rule_id in turn.ledger.watched(region_id).collect::<Vec<_>>() {
            let Some(ready) = turn.rules.get(rule_id) else { continue };
            let has_window = ready.definition().conditions.iter().any(|condition| condition.metric.clock() == Clock::Window);
            let key = PointKey { rule_id, subject };
            if !has_window || turn.take_back(ready, key, from, &now) {
                continue;
            }
            let Some(judged_at) = turn.ledger.get(&key).and_then(|point| point.value_at) else { continue };
            if !windows.holds(number(judged_at) - LOAD_WINDOWS) || number(judged_at) > number(from) {
                continue;
            }
            let mut then = Values::default();
            set_windows(turn.rules, turn.tree, windows, region, judged_at, &mut then);
            annotate(turn, ready, key, judged_at, from, &then);
        }
    }
}

/// Sums of running periods that are others at `from` than they were when it was judged.
pub(super) fn running(turn: &mut Turn<'_>, running: &Running, changed: &BTreeSet<usize>, from: LocalMs) {
    for region in changed {
        let region_id = turn.tree.region_id(*region);
        let mut values = Values::default();
        running.set(from, *region, &mut values);
        for rule_id in turn.ledger.watched(region_id).collect::<Vec<_>>() {
            if let Some(ready) = turn.rules.get(rule_id) {
                turn.take_back(ready, PointKey { rule_id, subject: Subject::Region(region_id) }, from, &values);
            }
        }
    }
}

/// The alarm was judged by another number than is known now.
fn annotate(turn: &mut Turn<'_>, ready: &Ready, key: PointKey, judged_at: LocalMs, at: LocalMs, values: &Values) {
    let Some(before) = turn.ledger.get(&key) else { return };
    if !before.is_active || before.value_at != Some(judged_at) {
        return;
    }
    let judged = judge(ready.definition(), key.subject.region_id(), before.holds, values);
    if judged.is_missing || !judged.is_fresh || judged.value == before.value {
        return;
    }
    let mut point = before.clone();
    (point.value, point.threshold) = (judged.value, judged.threshold);
    let transition = machine::revised(&point, at, &turn.now);
    turn.ledger.put(turn.rules, point, Some(transition));
}

/// Closed periods that changed. Each is given whole: the rows of all regions.
pub(super) fn periods(turn: &mut Turn<'_>, input: &StepInput, from: LocalMs, grace_ms: i64) {
    let revised: BTreeSet<(Grain, LocalMs)> = input
        .periods
        .iter()
        .map(|row| (row.grain, row.start))
        .filter(|(grain, start)| due_at(*grain, *start, grace_ms) <= from)
        .collect();
    for (grain, start) in revised {
        let Some((metric, factor)) = metric_of(grain).filter(|(metric, _)| turn.rules.looks_at(*metric)) else { continue };
        let sums = period_sums(turn.tree, input, grain, start, factor);
        let next_due = due_at(grain, period_end(grain, start), grace_ms);
        let period = Period { due: due_at(grain, start, grace_ms), grain, is_newest: next_due > from };
        for (region, sum) in sums.into_iter().enumerate() {
            let region_id = turn.tree.region_id(region);
            let mut values = Values::default();
            values.set(metric, Reading::of(sum));
            let mut rules: Vec<usize> = turn.ledger.watched(region_id).filter_map(|rule_id| turn.rules.number(rule_id)).collect();
            turn.rules.fulfilled(region_id, &values, &mut rules);
            rules.sort_unstable();
            rules.dedup();
            for rule in rules {
                revise_period(turn, rule, Subject::Region(region_id), from, &period, &values);
            }
        }
    }
}

struct Period {
    due: LocalMs,
    grain: Grain,
    /// None has been judged after it.
    is_newest: bool,
}

fn revise_period(turn: &mut Turn<'_>, rule: usize, subject: Subject, from: LocalMs, period: &Period, values: &Values) {
    let ready = turn.rules.at(rule);
    let key = PointKey { rule_id: ready.rule.rule_id, subject };
    let is_concerned =
        ready.definition().conditions.iter().any(|condition| condition.metric.clock() == Clock::Period(period.grain));
    if !is_concerned || !ready.covers(turn.tree, subject) || !ready.applies(period.due, turn.holidays) {
        return;
    }
    if !period.is_newest {
        return would_have_fired(turn, ready, key, from, period, values);
    }
    if turn.take_back(ready, key, from, values) {
        return;
    }
    if turn.ledger.get(&key).is_some_and(|point| point.is_active) {
        return annotate(turn, ready, key, period.due, from, values);
    }
    // the present value is true now
    turn.evaluate(rule, subject, from, values);
}

/// A pair in the history for a period that was quiet and would not be now. The state stays.
fn would_have_fired(turn: &mut Turn<'_>, ready: &Ready, key: PointKey, from: LocalMs, period: &Period, values: &Values) {
    let definition = ready.definition();
    let judged = judge(definition, key.subject.region_id(), 0, values);
    let is_alone = definition.conditions.iter().all(|condition| values.of(condition) != Reading::NotDue);
    if !is_alone || !judged.is_fresh || judged.is_missing || !judged.is_true || definition.repeat_count > 1 {
        return;
    }
    let existing = turn.ledger.get(&key);
    if let Some(point) = existing
        && fired_then(point, period.due)
    {
        return annotate_start(turn, key, from, period.due, &judged);
    }
    let severity = definition.severity_in(key.subject.region_id());
    let point = existing.cloned().unwrap_or_else(|| Point::new(key, ready.rule.version, severity));
    let pair = |event, at: LocalMs| Transition {
        event_time: Some(at),
        value: judged.value,
        threshold: judged.threshold,
        is_retrospective: true,
        reason: Some(REVISED.to_owned()),
        ..entry(&point, event, point.state, turn.now.now_ms)
    };
    let raised = pair(Event::Raised, period.due);
    let returned = pair(Event::Returned, due_of_next(period));
    turn.ledger.put(turn.rules, point.clone(), Some(raised));
    turn.ledger.put(turn.rules, point, Some(returned));
}

fn due_of_next(period: &Period) -> LocalMs {
    match period.grain {
        Grain::Quarter => period.due.plus_ms(900_000),
        Grain::Hour => period.due.plus_ms(3_600_000),
        _ => period.due.plus_ms(86_400_000),
    }
}

/// Whether the last known occurrence covers a moment.
fn fired_then(point: &Point, at: LocalMs) -> bool {
    let has_begun = point.started_at.is_some_and(|started| started <= at);
    has_begun && (point.is_active || point.returned_at.is_some_and(|returned| returned > at))
}

/// The occurrence that still stands began with a number that is another now.
fn annotate_start(turn: &mut Turn<'_>, key: PointKey, from: LocalMs, due: LocalMs, judged: &Judged) {
    let Some(point) = turn.ledger.get(&key) else { return };
    if point.started_at != Some(due) || !point.is_active || point.state == State::Norm || point.quality != Quality::Good {
        return;
    }
    let point = point.clone();
    let transition = Transition { value: judged.value, threshold: judged.threshold, ..machine::revised(&point, from, &turn.now) };
    turn.ledger.put(turn.rules, point, Some(transition));
}
