//! The state machine of one alarm after ISA-18.2: what the process does to it. What people do is in `act`.
//!
//! Each function changes the point and says what happened; nothing here knows rules' conditions, regions or clocks.

use domain::LocalMs;
use domain::alarms::{Event, Point, Quality, RuleDefinition, State, Suppression, Transition};

use super::settings::Now;

const MS_PER_MINUTE: i64 = 60_000;
/// Long enough for a restart, or for a lost connection to the source.
const BRIEFLY_MS: i64 = 2 * MS_PER_MINUTE;

/// A bare entry for the history: the point as it is now, coming from a state.
pub(super) fn entry(point: &Point, event: Event, from: State, now_ms: i64) -> Transition {
    Transition {
        key: point.key,
        event,
        from,
        to: point.state,
        severity: point.severity,
        at_ms: now_ms,
        event_time: None,
        occurrence: point.occurrence,
        value: point.value,
        threshold: point.threshold,
        is_annunciated: false,
        is_retrospective: false,
        actor: None,
        reason: None,
    }
}

pub(super) fn enter(point: &mut Point, state: State, now_ms: i64) {
    if point.state != state {
        point.state_since_ms = now_ms;
    }
    point.state = state;
    if !state.is_set_aside() {
        point.shelved_until_ms = None;
        point.set_aside_reason = None;
        point.set_aside_by = None;
        point.review_on = None;
    }
    if state != State::Dsupr {
        point.suppressed_by = None;
    }
    if state != State::Acked {
        point.reannunciate_ms = None;
    }
    if state == State::Norm {
        point.assignee = None;
    }
}

/// Puts it before the operators: a new occurrence.
pub(super) fn annunciate(point: &mut Point, now_ms: i64) {
    enter(point, State::Unack, now_ms);
    point.state_since_ms = now_ms;
    point.occurrence += 1;
    point.annunciated_ms = Some(now_ms);
    point.is_retrospective = false;
    point.is_acknowledged = false;
    point.acknowledged_ms = None;
    point.acknowledged_by = None;
}

/// An active alarm that somebody knows of; it may come back by itself after a while.
pub(super) fn acked(point: &mut Point, definition: &RuleDefinition, now_ms: i64) {
    enter(point, State::Acked, now_ms);
    point.is_acknowledged = true;
    point.reannunciate_ms =
        definition.reannunciate_min.map(|minutes| now_ms.saturating_add(i64::from(minutes).saturating_mul(MS_PER_MINUTE)));
}

/// The condition has been true for long enough.
pub(super) fn raise(point: &mut Point, at: LocalMs, now: &Now, suppressor: Option<Suppression>) -> Transition {
    let from = point.state;
    let is_late = now.is_late(at);
    point.is_active = true;
    point.is_acknowledged = false;
    point.started_at = Some(point.true_since.unwrap_or(at));
    point.returned_at = None;
    point.false_since = None;
    let mut event = Event::Raised;
    if from.is_set_aside() {
        point.hidden_count = point.hidden_count.saturating_add(1);
    } else if is_late {
        point.is_retrospective = true;
    } else if suppressor.is_some() {
        event = Event::Suppressed;
        suppress_to(point, suppressor, now.now_ms);
        point.hidden_count = 1;
    } else {
        annunciate(point, now.now_ms);
    }
    let is_annunciated = point.state == State::Unack && !from.is_set_aside() && !is_late;
    Transition { event_time: Some(at), is_annunciated, is_retrospective: is_late, ..entry(point, event, from, now.now_ms) }
}

/// It became active in the past, and the machine has caught up.
pub(super) fn raise_belated(point: &mut Point, at: LocalMs, now: &Now, suppressor: Option<Suppression>) -> Transition {
    let from = point.state;
    point.is_retrospective = false;
    let mut event = Event::Raised;
    if suppressor.is_some() {
        event = Event::Suppressed;
        suppress_to(point, suppressor, now.now_ms);
        point.hidden_count = 1;
    } else {
        annunciate(point, now.now_ms);
    }
    let is_annunciated = point.state == State::Unack;
    Transition { event_time: Some(at), is_annunciated, ..entry(point, event, from, now.now_ms) }
}

/// The condition has been false for long enough, or a revision says that it is.
pub(super) fn fall(
    point: &mut Point,
    definition: &RuleDefinition,
    at: LocalMs,
    now: &Now,
    reason: Option<&'static str>,
) -> Transition {
    let from = point.state;
    inactive(point, at);
    let to = match from {
        State::Unack if definition.latching => State::Ltunk,
        State::Unack if definition.needs_ack => State::Rtnun,
        State::Unack => State::Norm,
        State::Acked if definition.latching => State::Ltack,
        State::Acked => State::Norm,
        other => other,
    };
    enter(point, to, now.now_ms);
    Transition {
        event_time: Some(at),
        is_retrospective: now.is_late(at),
        reason: reason.map(str::to_owned),
        ..entry(point, Event::Returned, from, now.now_ms)
    }
}

fn inactive(point: &mut Point, at: LocalMs) {
    point.is_active = false;
    point.is_retrospective = false;
    point.false_since = None;
    point.returned_at = Some(at);
}

/// Forgets what the conditions were and how long.
pub(super) fn forget(point: &mut Point) {
    point.holds = 0;
    point.true_since = None;
    point.true_count = 0;
    point.false_since = None;
}

/// The rule does not apply now. What had returned already keeps waiting for people.
pub(super) fn schedule_over(point: &mut Point, at: LocalMs, now: &Now) -> Option<Transition> {
    let from = point.state;
    let was_active = point.is_active;
    forget(point);
    point.quality = Quality::Good;
    if !was_active && from != State::Dsupr {
        return None;
    }
    inactive(point, at);
    if matches!(from, State::Unack | State::Acked | State::Dsupr) {
        enter(point, State::Norm, now.now_ms);
    }
    let is_retrospective = now.is_late(at);
    Some(Transition { event_time: Some(at), is_retrospective, ..entry(point, Event::ScheduleEnded, from, now.now_ms) })
}

/// The rule is another one, or none at all. What people set aside stays aside as long as there is a rule.
pub(super) fn rule_changed(point: &mut Point, is_gone: bool, now: &Now) -> Option<Transition> {
    let from = point.state;
    let is_blank = from == State::Norm && !point.is_active;
    forget(point);
    point.quality = Quality::Good;
    point.is_active = false;
    point.is_retrospective = false;
    if is_blank {
        return None;
    }
    if is_gone || !matches!(from, State::Shlvd | State::Oosrv) {
        enter(point, State::Norm, now.now_ms);
    }
    let reason = if is_gone { "rule_gone" } else { "rule_version" };
    Some(Transition { reason: Some(reason.to_owned()), ..entry(point, Event::RuleChanged, from, now.now_ms) })
}

/// Holds the state, starts the process timers anew and marks it; nothing is said about an alarm that nobody sees.
pub(super) fn quality(point: &mut Point, quality: Quality, at: LocalMs, now: &Now) -> Option<Transition> {
    if quality != Quality::Good {
        point.true_since = None;
        point.true_count = 0;
        point.false_since = None;
        if point.state == State::Norm && !point.is_active {
            return None;
        }
    }
    if point.quality == quality {
        return None;
    }
    point.quality = quality;
    Some(Transition {
        event_time: Some(at),
        is_retrospective: now.is_late(at),
        reason: Some(quality.code().to_owned()),
        ..entry(point, Event::QualityChanged, point.state, now.now_ms)
    })
}

/// Late data changed the number it was judged by.
pub(super) fn revised(point: &Point, at: LocalMs, now: &Now) -> Transition {
    Transition {
        event_time: Some(at),
        is_retrospective: now.is_late(at),
        ..entry(point, Event::Revised, point.state, now.now_ms)
    }
}

/// An alarm that is on the desk is quieted by one above it.
pub(super) fn suppress(point: &mut Point, by: Suppression, at: LocalMs, now: &Now) -> Transition {
    let from = point.state;
    suppress_to(point, Some(by), now.now_ms);
    point.hidden_count = 0;
    let is_retrospective = now.is_late(at);
    Transition { event_time: Some(at), is_retrospective, ..entry(point, Event::Suppressed, from, now.now_ms) }
}

pub(super) fn suppress_to(point: &mut Point, by: Option<Suppression>, now_ms: i64) {
    enter(point, State::Dsupr, now_ms);
    point.suppressed_by = by;
    point.is_retrospective = false;
}

/// What suppressed it has ended.
pub(super) fn release(point: &mut Point, definition: &RuleDefinition, at: LocalMs, now: &Now) -> Transition {
    let from = point.state;
    if !point.is_active {
        enter(point, State::Norm, now.now_ms);
    } else if point.is_acknowledged {
        acked(point, definition, now.now_ms);
    } else if now.is_late(at) {
        enter(point, State::Norm, now.now_ms);
        point.is_retrospective = true;
    } else {
        annunciate(point, now.now_ms);
    }
    Transition {
        event_time: Some(at),
        is_annunciated: point.state == State::Unack,
        is_retrospective: now.is_late(at),
        ..entry(point, Event::Unsuppressed, from, now.now_ms)
    }
}

/// What could not be told can be told again. An alarm that was on the desk a moment ago and still stands is no news: a
/// restart would annunciate it anew otherwise.
pub(super) fn heard_again(point: &mut Point, definition: &RuleDefinition, at: LocalMs, now: &Now) -> Transition {
    let is_brief = now.now_ms.saturating_sub(point.state_since_ms) <= BRIEFLY_MS;
    let is_known = point.is_active && !point.is_acknowledged && point.hidden_count == 0 && point.annunciated_ms.is_some();
    if !is_brief || !is_known {
        return release(point, definition, at, now);
    }
    let from = point.state;
    enter(point, State::Unack, now.now_ms);
    Transition { event_time: Some(at), ..entry(point, Event::Unsuppressed, from, now.now_ms) }
}

/// The time on the shelf is over.
pub(super) fn shelf_expired(point: &mut Point, suppressor: Option<Suppression>, now_ms: i64) -> Transition {
    let from = point.state;
    if !point.is_active {
        enter(point, State::Norm, now_ms);
    } else if suppressor.is_some() {
        suppress_to(point, suppressor, now_ms);
    } else {
        annunciate(point, now_ms);
    }
    let is_annunciated = point.state == State::Unack;
    Transition { is_annunciated, ..entry(point, Event::ShelfExpired, from, now_ms) }
}

/// Acknowledged long ago and still active.
pub(super) fn reannunciate(point: &mut Point, now_ms: i64) -> Transition {
    let from = point.state;
    annunciate(point, now_ms);
    Transition { is_annunciated: true, ..entry(point, Event::Reannunciated, from, now_ms) }
}
