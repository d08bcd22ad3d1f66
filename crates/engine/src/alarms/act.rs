//! What people do to an alarm: every act that is possible, and why the others are refused.

use domain::alarms::act::{SHELF_CRITICAL_MOST_MIN, SHELF_MOST_MIN};
use domain::alarms::{Act, Event, Person, Point, Refusal, RuleDefinition, Severity, State, Transition};
use domain::{Day, LocalMs};

use super::machine::{acked, enter, entry};

const MS_PER_MINUTE: i64 = 60_000;

/// The point after the act, its version raised, with what goes into its history.
pub fn act(
    point: &Point,
    definition: &RuleDefinition,
    act: &Act,
    by: &Person,
    is_engineer: bool,
    now_ms: i64,
) -> Result<(Point, Vec<Transition>), Refusal> {
    let mut after = point.clone();
    let (event, reason) = match act {
        Act::Acknowledge { comment } => (acknowledge(&mut after, definition, by, now_ms)?, comment.clone()),
        Act::Reset => (reset(&mut after, now_ms)?, None),
        Act::Shelve { until_ms, reason } => {
            (shelve(&mut after, *until_ms, reason, by, is_engineer, now_ms)?, Some(reason.clone()))
        }
        Act::Unshelve if point.state != State::Shlvd => return Err(Refusal::NotShelved(point.state)),
        Act::Unshelve => (bring_back(&mut after, definition, by, now_ms, Event::Unshelved), None),
        Act::TakeOutOfService { reason, review_on } => {
            let event = out_of_service(&mut after, reason, Day::from_date(*review_on), by, is_engineer, now_ms)?;
            (event, Some(reason.clone()))
        }
        Act::ReturnToService if point.state != State::Oosrv => return Err(Refusal::NotOutOfService(point.state)),
        Act::ReturnToService if !is_engineer => return Err(Refusal::NeedsEngineer),
        Act::ReturnToService => (bring_back(&mut after, definition, by, now_ms, Event::ReturnedToService), None),
        Act::Assign { to } => {
            after.assignee = to.clone();
            (Event::Assigned, to.as_ref().map(|person| person.name.clone()))
        }
        Act::Comment { text } if is_empty(text) => return Err(Refusal::ReasonMissing),
        Act::Comment { text } => (Event::Commented, Some(text.clone())),
    };
    after.version += 1;
    let transition = Transition { actor: Some(by.clone()), reason, ..entry(&after, event, point.state, now_ms) };
    Ok((after, vec![transition]))
}

fn is_empty(text: &str) -> bool {
    text.trim().is_empty()
}

fn acknowledge(point: &mut Point, definition: &RuleDefinition, by: &Person, now_ms: i64) -> Result<Event, Refusal> {
    match point.state {
        State::Unack => acked(point, definition, now_ms),
        State::Rtnun => enter(point, State::Norm, now_ms),
        State::Ltunk => enter(point, State::Ltack, now_ms),
        other => return Err(Refusal::NothingToAcknowledge(other)),
    }
    acknowledged_by(point, by, now_ms);
    Ok(Event::Acknowledged)
}

fn acknowledged_by(point: &mut Point, by: &Person, now_ms: i64) {
    point.is_acknowledged = true;
    point.acknowledged_ms = Some(now_ms);
    point.acknowledged_by = Some(by.clone());
}

/// Only a latched alarm that was acknowledged and whose condition is false.
fn reset(point: &mut Point, now_ms: i64) -> Result<Event, Refusal> {
    if point.is_active {
        return Err(Refusal::StillTrue);
    }
    if point.state != State::Ltack {
        return Err(Refusal::NotLatched(point.state));
    }
    enter(point, State::Norm, now_ms);
    Ok(Event::Reset)
}

fn shelve(point: &mut Point, until_ms: i64, reason: &str, by: &Person, is_engineer: bool, now_ms: i64) -> Result<Event, Refusal> {
    if !matches!(point.state, State::Norm | State::Unack | State::Acked | State::Shlvd) {
        return Err(Refusal::CannotSetAside(point.state));
    }
    let is_critical = point.severity == Severity::Critical;
    if is_critical && !is_engineer {
        return Err(Refusal::NeedsEngineer);
    }
    if is_empty(reason) {
        return Err(Refusal::ReasonMissing);
    }
    if until_ms <= now_ms {
        return Err(Refusal::InThePast);
    }
    let most_min = if is_critical { SHELF_CRITICAL_MOST_MIN } else { SHELF_MOST_MIN };
    if until_ms.saturating_sub(now_ms) > most_min * MS_PER_MINUTE {
        return Err(Refusal::TooLong(most_min));
    }
    set_aside(point, State::Shlvd, reason, by, now_ms);
    point.shelved_until_ms = Some(until_ms);
    Ok(Event::Shelved)
}

fn out_of_service(
    point: &mut Point,
    reason: &str,
    review_on: Day,
    by: &Person,
    is_engineer: bool,
    now_ms: i64,
) -> Result<Event, Refusal> {
    if !is_engineer {
        return Err(Refusal::NeedsEngineer);
    }
    if is_empty(reason) {
        return Err(Refusal::ReasonMissing);
    }
    // no zone is known here: yesterday may still be today somewhere
    if review_on < Day(LocalMs(now_ms).day().0 - 1) {
        return Err(Refusal::InThePast);
    }
    set_aside(point, State::Oosrv, reason, by, now_ms);
    point.shelved_until_ms = None;
    point.review_on = Some(review_on.to_date());
    Ok(Event::TakenOutOfService)
}

fn set_aside(point: &mut Point, state: State, reason: &str, by: &Person, now_ms: i64) {
    if point.state != state {
        point.hidden_count = 0;
    }
    enter(point, state, now_ms);
    // an occurrence of the past that was not annunciated yet is now under the cloth with the others
    point.is_retrospective = false;
    point.set_aside_reason = Some(reason.trim().to_owned());
    point.set_aside_by = Some(by.clone());
}

/// By hand: whoever brings it back knows of it.
fn bring_back(point: &mut Point, definition: &RuleDefinition, by: &Person, now_ms: i64, event: Event) -> Event {
    if point.is_active {
        acked(point, definition, now_ms);
        acknowledged_by(point, by, now_ms);
    } else {
        enter(point, State::Norm, now_ms);
    }
    event
}
