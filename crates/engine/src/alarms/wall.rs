//! The wall clock: silence (only while it can be told), refused changes, the log reader itself, and people's timers.

use std::collections::BTreeMap;

use domain::alarms::inputs::{Hearing, StepInput};
use domain::alarms::{Metric, Quality, State, Subject, SubjectKind, Suppression};
use domain::{Fixed2, LocalMs};

use super::machine;
use super::turn::Turn;
use super::values::{Reading, Values};

const BYTES_PER_MB: i64 = 1_048_576;

pub(super) fn run(turn: &mut Turn<'_>, input: &StepInput) {
    let can_hear = input.pipeline.hearing == Hearing::Clear;
    if input.pipeline.hearing == Hearing::Deaf {
        deafen(turn, input.local_now);
    }
    regions(turn, input, can_hear);
    users(turn, input, can_hear);
    pipeline(turn, input);
    if can_hear {
        hear_again(turn, input.local_now);
    }
    turn.settle_quiet(input.local_now);
}

/// Rules that are read on the wall clock alone are timed by it; others by event time.
fn moment(turn: &Turn<'_>, input: &StepInput, rule: usize) -> LocalMs {
    if turn.rules.at(rule).is_wall { input.local_now } else { input.to }
}

fn regions(turn: &mut Turn<'_>, input: &StepInput, can_hear: bool) {
    let silence = can_hear.then(|| silence_min(turn, input));
    let letters = turn.rules.looks_at(Metric::DeadLettersHour).then(|| dead_letters(turn, input));
    let mut rules = Vec::new();
    for region in 0..turn.tree.len() {
        let region_id = turn.tree.region_id(region);
        let mut values = Values::default();
        if let Some(silence) = &silence {
            values.set(Metric::RegionSilenceMin, Reading::of(silence[region]));
        }
        if let Some(letters) = &letters {
            values.set(Metric::DeadLettersHour, Reading::Value(Fixed2(letters[region])));
        }
        rules.clear();
        turn.rules.fulfilled(region_id, &values, &mut rules);
        rules.extend(turn.ledger.watched(region_id).filter_map(|rule_id| turn.rules.number(rule_id)));
        rules.sort_unstable();
        rules.dedup();
        for rule in rules.iter().filter(|rule| turn.rules.at(**rule).has_wall).copied().collect::<Vec<_>>() {
            let at = moment(turn, input, rule);
            turn.evaluate(rule, Subject::Region(region_id), at, &values);
        }
    }
}

/// Hundredths of minutes since the newest reading of each region and all below; none where none was ever seen.
fn silence_min(turn: &Turn<'_>, input: &StepInput) -> Vec<Option<i64>> {
    let mut newest: Vec<Option<LocalMs>> = vec![None; turn.tree.len()];
    for (region_id, at) in &input.newest_readings {
        let Some(region) = turn.tree.number(*region_id) else { continue };
        for above in turn.tree.upward(region) {
            newest[above] = newest[above].max(Some(*at));
        }
    }
    newest.into_iter().map(|newest| newest.map(|newest| minutes_since(input, newest))).collect()
}

/// What has not arrived because of the lag is not silence.
fn minutes_since(input: &StepInput, newest: LocalMs) -> i64 {
    let heard_until = input.local_now.0.saturating_sub(input.pipeline.lag_ms.max(0));
    heard_until.saturating_sub(newest.0).max(0) / 600
}

/// Hundredths of rows. What names no region counts for those at the top.
fn dead_letters(turn: &Turn<'_>, input: &StepInput) -> Vec<i64> {
    let of_regions = input.dead_letters.iter().filter_map(|(region, rows)| region.map(|region| (region, *rows)));
    let sums = turn.tree.sums(of_regions);
    let strays: i64 = input.dead_letters.iter().filter(|(region, _)| region.is_none()).map(|(_, rows)| *rows).sum();
    let own = |(region, sum): (usize, Option<i64>)| {
        let strays = if turn.tree.is_root(region) { strays } else { 0 };
        sum.unwrap_or(0).saturating_add(strays).saturating_mul(100)
    };
    sums.into_iter().enumerate().map(own).collect()
}

fn users(turn: &mut Turn<'_>, input: &StepInput, can_hear: bool) {
    for rule in 0..turn.rules.len() {
        let ready = turn.rules.at(rule);
        if !ready.has_wall || ready.subject != SubjectKind::User {
            continue;
        }
        let mut subjects: BTreeMap<i64, (Subject, Values)> = BTreeMap::new();
        for subject in turn.ledger.watched_others(ready.rule.rule_id) {
            let mut values = Values::default();
            if can_hear {
                // not listed: it has reported again
                values.set(Metric::MeterSilenceMin, Reading::Value(Fixed2::ZERO));
            }
            subjects.insert(subject.parts().1, (subject, values));
        }
        for meter in input.silent_meters.iter().filter(|_| can_hear) {
            let mut values = Values::default();
            values.set(Metric::MeterSilenceMin, Reading::Value(Fixed2(minutes_since(input, meter.newest))));
            let subject = Subject::User { user_id: meter.user_id, region_id: meter.region_id };
            subjects.insert(meter.user_id, (subject, values));
        }
        let at = moment(turn, input, rule);
        for (subject, values) in subjects.into_values() {
            turn.evaluate(rule, subject, at, &values);
        }
    }
}

fn pipeline(turn: &mut Turn<'_>, input: &StepInput) {
    let reading = input.pipeline;
    let mut values = Values::default();
    values.set(Metric::PipelineLagS, Reading::Value(Fixed2(reading.lag_ms / 10)));
    values.set(Metric::PipelineDownS, Reading::Value(Fixed2(reading.down_ms / 10)));
    let slot_mb = i128::from(reading.slot_bytes) * 100 / i128::from(BYTES_PER_MB);
    values.set(Metric::SlotMb, Reading::Value(Fixed2(i64::try_from(slot_mb).unwrap_or(i64::MAX))));
    for rule in 0..turn.rules.len() {
        if turn.rules.at(rule).subject == SubjectKind::Pipeline {
            turn.evaluate(rule, Subject::Pipeline, input.local_now, &values);
        }
    }
}

/// Silence cannot be told: what was told of it is set aside until it can be.
fn deafen(turn: &mut Turn<'_>, at: LocalMs) {
    let silent = turn.ledger.standing().filter(|point| {
        point.is_active
            && matches!(point.state, State::Unack | State::Acked)
            && turn.rules.get(point.key.rule_id).is_some_and(|ready| ready.is_silence)
    });
    for before in silent.cloned().collect::<Vec<_>>() {
        let mut point = before.clone();
        let transition = machine::suppress(&mut point, Suppression::Pipeline, at, &turn.now);
        turn.put_changed(&before, point, Some(transition));
    }
}

/// After the silence was looked at again: what is still silent comes back.
fn hear_again(turn: &mut Turn<'_>, at: LocalMs) {
    let deafened = turn.ledger.standing().filter(|point| point.suppressed_by == Some(Suppression::Pipeline));
    let mut deafened: Vec<_> = deafened.cloned().collect();
    deafened.sort_by_key(|point| turn.depth(point.key.subject));
    for before in deafened {
        let Some(ready) = turn.rules.get(before.key.rule_id) else { continue };
        let mut point = before.clone();
        let above = turn.suppressor(ready, point.key.subject).filter(|_| point.is_active);
        let transition = match above {
            Some(_) => {
                point.suppressed_by = above;
                None
            }
            None => Some(machine::heard_again(&mut point, ready.definition(), at, &turn.now)),
        };
        turn.put_changed(&before, point, transition);
    }
}

/// Shelves whose time is over, and acknowledged alarms that have stood too long.
pub(super) fn people(turn: &mut Turn<'_>, at: LocalMs) {
    let now_ms = turn.now.now_ms;
    let mut timed = turn.ledger.timed();
    timed.sort_by_key(|key| turn.ledger.get(key).map_or(0, |point| turn.depth(point.key.subject)));
    for key in timed {
        let (Some(before), Some(ready)) = (turn.ledger.get(&key), turn.rules.get(key.rule_id)) else { continue };
        let mut point = before.clone();
        let is_over = point.state == State::Shlvd && point.shelved_until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        let is_again = point.state == State::Acked
            && point.is_active
            && point.quality == Quality::Good
            && point.reannunciate_ms.is_some_and(|due_ms| due_ms <= now_ms);
        let transition = if is_over {
            let suppressor = turn.suppressor(ready, point.key.subject);
            machine::shelf_expired(&mut point, suppressor, now_ms)
        } else if is_again {
            machine::reannunciate(&mut point, now_ms)
        } else {
            continue;
        };
        turn.ledger.put(turn.rules, point, Some(transition));
    }
    turn.settle_quiet(at);
}
