//! Acts of people: their limits, what they leave on the point, and the timers that they start.

use chrono::NaiveDate;
use domain::alarms::act::{SHELF_CRITICAL_MOST_MIN, SHELF_MOST_MIN};
use domain::alarms::{Act, Event, Point, Quality, Refusal, RegionChoice, Rule, Severity, State, Transition};
use engine::alarms::act;

use super::support::{World, key, person, window_rule};

const MINUTE_MS: i64 = 60_000;
const NOW_MS: i64 = 1_000 * MINUTE_MS;

fn point(state: State, severity: Severity) -> Point {
    Point { alarm_id: 1, state, is_active: true, holds: 1, ..Point::new(key(1, 2), 1, severity) }
}

fn shelve(minutes: i64) -> Act {
    Act::Shelve { until_ms: NOW_MS + minutes * MINUTE_MS, reason: "works on the line".to_owned() }
}

fn try_act(point: &Point, done: &Act, is_engineer: bool) -> Result<(Point, Vec<Transition>), Refusal> {
    act(point, &window_rule(1).definition, done, &person("li"), is_engineer, NOW_MS)
}

#[test]
fn a_shelf_has_a_longest_time_and_a_reason() {
    let high = point(State::Unack, Severity::High);
    assert!(try_act(&high, &shelve(SHELF_MOST_MIN), false).is_ok());
    assert_eq!(try_act(&high, &shelve(SHELF_MOST_MIN + 1), true).err(), Some(Refusal::TooLong(SHELF_MOST_MIN)));
    assert_eq!(try_act(&high, &shelve(0), true).err(), Some(Refusal::InThePast));
    let silent = Act::Shelve { until_ms: NOW_MS + MINUTE_MS, reason: " \t".to_owned() };
    assert_eq!(try_act(&high, &silent, true).err(), Some(Refusal::ReasonMissing));
}

#[test]
fn a_critical_alarm_is_shelved_by_an_engineer_for_two_hours() {
    let critical = point(State::Unack, Severity::Critical);
    assert_eq!(try_act(&critical, &shelve(10), false).err(), Some(Refusal::NeedsEngineer));
    assert!(try_act(&critical, &shelve(SHELF_CRITICAL_MOST_MIN), true).is_ok());
    let longer = shelve(SHELF_CRITICAL_MOST_MIN + 1);
    assert_eq!(try_act(&critical, &longer, true).err(), Some(Refusal::TooLong(SHELF_CRITICAL_MOST_MIN)));
}

#[test]
fn an_extension_is_a_new_act_and_keeps_what_was_hidden() {
    let (mut shelved, _) = try_act(&point(State::Unack, Severity::High), &shelve(30), false).unwrap();
    shelved.hidden_count = 4;
    let (longer, entries) = try_act(&shelved, &shelve(300), false).unwrap();
    assert_eq!((longer.state, longer.hidden_count), (State::Shlvd, 4));
    assert_eq!(longer.shelved_until_ms, Some(NOW_MS + 300 * MINUTE_MS));
    assert_eq!((entries[0].event, entries[0].from, entries[0].actor.clone()), (Event::Shelved, State::Shlvd, Some(person("li"))));
}

#[test]
fn out_of_service_needs_an_engineer_a_reason_and_a_date_to_come() {
    let high = point(State::Unack, Severity::High);
    let out = |day, reason: &str| Act::TakeOutOfService {
        reason: reason.to_owned(),
        review_on: NaiveDate::from_ymd_opt(1970, 1, day).unwrap(),
    };
    assert_eq!(try_act(&high, &out(20, "meter exchanged"), false).err(), Some(Refusal::NeedsEngineer));
    assert_eq!(try_act(&high, &out(20, ""), true).err(), Some(Refusal::ReasonMissing));
    let past = Act::TakeOutOfService { reason: "x".to_owned(), review_on: NaiveDate::from_ymd_opt(1969, 12, 30).unwrap() };
    assert_eq!(try_act(&high, &past, true).err(), Some(Refusal::InThePast));
    let (after, _) = try_act(&high, &out(20, "meter exchanged"), true).unwrap();
    assert_eq!((after.state, after.review_on), (State::Oosrv, NaiveDate::from_ymd_opt(1970, 1, 20)));
    assert_eq!(try_act(&after, &Act::ReturnToService, false).err(), Some(Refusal::NeedsEngineer));
}

#[test]
fn whoever_acknowledges_is_named_and_the_comment_kept() {
    let done = Act::Acknowledge { comment: Some("seen".to_owned()) };
    let (after, entries) = try_act(&point(State::Unack, Severity::High), &done, false).unwrap();
    assert_eq!((after.acknowledged_by, after.acknowledged_ms), (Some(person("li")), Some(NOW_MS)));
    assert_eq!((entries[0].reason.as_deref(), entries[0].event_time), (Some("seen"), None));
}

#[test]
fn by_hand_from_the_shelf_is_acknowledged_by_that_person() {
    let (after, _) = try_act(&point(State::Shlvd, Severity::High), &Act::Unshelve, false).unwrap();
    assert_eq!((after.state, after.is_acknowledged, after.acknowledged_by), (State::Acked, true, Some(person("li"))));
}

#[test]
fn an_alarm_is_somebodys_until_it_is_over() {
    let (given, entries) =
        try_act(&point(State::Unack, Severity::High), &Act::Assign { to: Some(person("wang")) }, false).unwrap();
    assert_eq!((given.state, given.assignee.clone(), entries[0].event), (State::Unack, Some(person("wang")), Event::Assigned));
    let mut world = World::with(vec![window_rule(1)], vec![given]);
    world.tick(&[(2, 1)]);
    assert_eq!((world.state(1, 2), world.point(1, 2).assignee.clone()), (State::Rtnun, Some(person("wang"))));
    let (over, _) = try_act(world.point(1, 2), &Act::Acknowledge { comment: None }, false).unwrap();
    assert_eq!((over.state, over.assignee.clone()), (State::Norm, None));
    assert_eq!(try_act(&over, &Act::Comment { text: " ".to_owned() }, false).err(), Some(Refusal::ReasonMissing));
}

fn reannunciating() -> Rule {
    let mut rule = window_rule(1);
    rule.definition.reannunciate_min = Some(10);
    rule
}

#[test]
fn an_acknowledged_alarm_comes_back_after_its_time_and_a_restart_changes_nothing() {
    let mut world = World::new(vec![reannunciating()]);
    world.tick(&[(2, 11)]);
    let rule = world.rules[0].clone();
    let acknowledge = Act::Acknowledge { comment: None };
    let (acked, _) = act(world.point(1, 2), &rule.definition, &acknowledge, &person("li"), false, world.now_ms).unwrap();
    let due_ms = acked.reannunciate_ms.unwrap();
    assert_eq!(due_ms, world.now_ms + 10 * MINUTE_MS);
    world.points.insert(acked.key, acked.clone());
    world.alarms.replace_points(vec![acked]);
    for (now_ms, expected) in [(due_ms - 1, vec![]), (due_ms, vec![Event::Reannunciated]), (due_ms + 1, vec![])] {
        world.restart();
        let input = domain::alarms::inputs::StepInput { now_ms, ..world.input(world.time) };
        let events: Vec<Event> = world.step(input).iter().map(|entry| entry.event).collect();
        assert_eq!(events, expected, "{now_ms}");
    }
    assert_eq!((world.state(1, 2), world.point(1, 2).occurrence), (State::Unack, 2));
}

#[test]
fn the_shelf_ends_by_itself_with_the_last_known_condition() {
    for quality in Quality::ALL {
        let mut shelved = point(State::Shlvd, Severity::High);
        (shelved.shelved_until_ms, shelved.quality) = (Some(1), quality);
        let mut world = World::with(vec![window_rule(1)], vec![shelved]);
        let entries = world.wait(0);
        assert_eq!((entries[0].event, entries[0].event_time), (Event::ShelfExpired, None));
        assert_eq!((world.state(1, 2), world.point(1, 2).quality), (State::Unack, quality));
    }
}

#[test]
fn occurrences_behind_the_cloth_are_counted_and_not_annunciated() {
    let mut shelved = point(State::Shlvd, Severity::High);
    shelved.shelved_until_ms = Some(i64::MAX);
    let mut rule = window_rule(1);
    rule.definition.regions = RegionChoice::Listed(vec![2]);
    let mut world = World::with(vec![rule], vec![shelved]);
    for amount in [1, 11, 1, 11] {
        assert!(world.tick(&[(2, amount)]).iter().all(|entry| !entry.is_annunciated && entry.to == State::Shlvd));
    }
    assert_eq!((world.point(1, 2).hidden_count, world.point(1, 2).occurrence), (2, 0));
}
