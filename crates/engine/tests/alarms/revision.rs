//! Late data never changes what was told: it takes back what stands, annotates, or lists what would have been.

use domain::alarms::inputs::{PeriodSum, WindowSum};
use domain::alarms::{Comparison, Event, Metric, State};
use domain::effect::Grain;

use super::support::{World, at, condition, kwh, rule, short};

fn load_world() -> World {
    let mut load = rule(1, vec![condition(Metric::LoadNowKw, Comparison::AtLeast, 100)]);
    load.definition.off_delay_s = 600;
    let mut world = World::new(vec![load]);
    world.tick(&[(2, 20)]);
    assert_eq!(short(&world.tick(&[(2, 10)])).len(), 2);
    world
}

fn window(start: &str, amount: Option<i64>) -> WindowSum {
    WindowSum { region_id: 2, start: at(start), energy_kwh: amount.map(kwh) }
}

#[test]
fn a_load_that_is_no_longer_over_its_limit_returns_now() {
    let mut world = load_world();
    let mut input = world.input(world.time);
    input.windows = vec![window("10:00:00", Some(5))];
    let told = world.step(input);
    assert_eq!(short(&told), [(1, Event::Returned, State::Rtnun), (2, Event::Returned, State::Rtnun)]);
    assert!(told.iter().all(|one| one.reason.as_deref() == Some("data_revised") && one.value == Some(kwh(60))));
}

#[test]
fn a_window_that_lost_its_last_reading_is_a_revision_too() {
    let mut world = load_world();
    let mut input = world.input(world.time);
    input.windows = vec![window("10:00:05", None)];
    assert_eq!(short(&world.step(input)).len(), 2);
}

#[test]
fn a_number_that_changed_and_still_holds_is_annotated_once() {
    let mut world = load_world();
    let mut input = world.input(world.time);
    input.windows = vec![window("10:00:00", Some(21))];
    let again = input.clone();
    let told = world.step(input);
    assert_eq!(short(&told), [(1, Event::Revised, State::Unack), (2, Event::Revised, State::Unack)]);
    assert!(told.iter().all(|one| one.value == Some(kwh(124)) && one.from == one.to && !one.is_annunciated));
    assert_eq!(world.step(again), [], "the same again is no revision");
}

#[test]
fn windows_before_the_first_step_are_history() {
    let mut world = load_world();
    world.restart();
    let mut input = world.input(world.time.plus_ms(5_000));
    input.windows = vec![window("10:00:00", Some(20)), window("10:00:05", Some(10)), window("10:00:10", Some(1))];
    assert_eq!(world.step(input), [], "the restart is not seen");
    assert_eq!(world.state(1, 2), State::Unack);
}

fn hour(region_id: i32, start: &str, amount: i64) -> PeriodSum {
    PeriodSum { region_id, grain: Grain::Hour, start: at(start), energy_kwh: Some(kwh(amount)) }
}

/// Two hours judged: the one from 8 was quiet, the one from 9 is over 100 kWh in regions 1 and 3.
fn hour_world() -> World {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::HourKwh, Comparison::Above, 100)])]);
    world.time = at("09:00:00");
    let mut input = world.input(at("09:01:00"));
    input.periods = vec![hour(2, "08:00:00", 10), hour(3, "08:00:00", 20)];
    assert_eq!(short(&world.step(input)), []);
    let mut input = world.input(at("10:01:00"));
    input.periods = vec![hour(2, "09:00:00", 10), hour(3, "09:00:00", 120)];
    assert_eq!(short(&world.step(input)).len(), 2);
    world
}

fn revised(world: &mut World, periods: Vec<PeriodSum>) -> Vec<(i32, Event, State)> {
    let mut input = world.input(world.time);
    input.periods = periods;
    let told = world.step(input);
    assert!(told.iter().all(|one| one.event == Event::Raised || !one.is_annunciated));
    short(&told)
}

#[test]
fn the_newest_period_is_the_present_value() {
    let mut world = hour_world();
    let lower = vec![hour(2, "09:00:00", 10), hour(3, "09:00:00", 90)];
    let returned = [(1, Event::Returned, State::Rtnun), (3, Event::Returned, State::Rtnun)];
    assert_eq!(revised(&mut world, lower), returned);
    let higher = vec![hour(2, "09:00:00", 11), hour(3, "09:00:00", 90)];
    assert_eq!(revised(&mut world, higher), [(1, Event::Raised, State::Unack)], "true now, and told now");
    assert_eq!(world.point(1, 1).occurrence, 2);
}

#[test]
fn a_newest_period_with_another_number_is_annotated() {
    let mut world = hour_world();
    let other = vec![hour(2, "09:00:00", 12), hour(3, "09:00:00", 120)];
    assert_eq!(revised(&mut world, other.clone()), [(1, Event::Revised, State::Unack)], "region 3 is as it was");
    world.restart();
    assert_eq!(revised(&mut world, other), []);
}

#[test]
fn what_would_have_fired_in_the_past_is_listed_and_changes_nothing() {
    let mut world = hour_world();
    let before = world.points.clone();
    let mut input = world.input(world.time);
    input.periods = vec![hour(2, "08:00:00", 150), hour(3, "08:00:00", 20)];
    let told = world.step(input);
    assert_eq!(told.len(), 4, "a pair in regions 1 and 2: {told:?}");
    for pair in told.chunks(2) {
        assert_eq!((pair[0].event, pair[1].event), (Event::Raised, Event::Returned));
        assert!(pair.iter().all(|one| one.is_retrospective && one.from == one.to && !one.is_annunciated));
        assert_eq!((pair[0].event_time, pair[1].event_time), (Some(at("09:01:00")), Some(at("10:01:00"))));
    }
    assert_eq!(world.state(1, 2), State::Norm);
    assert_eq!(world.state(1, 1), before[&super::support::key(1, 1)].state);
}

#[test]
fn a_past_period_that_had_fired_is_not_listed_again() {
    let mut world = hour_world();
    let mut input = world.input(at("11:01:00"));
    input.periods = vec![hour(2, "10:00:00", 1), hour(3, "10:00:00", 1)];
    assert_eq!(short(&world.step(input)).len(), 2, "both return");
    assert_eq!(revised(&mut world, vec![hour(2, "09:00:00", 10), hour(3, "09:00:00", 125)]), []);
}

#[test]
fn a_running_sum_that_became_less_takes_its_alarm_back() {
    let mut delayed = rule(1, vec![condition(Metric::HourSoFarKwh, Comparison::Above, 100)]);
    delayed.definition.off_delay_s = 600;
    let mut world = World::new(vec![delayed]);
    let mut step = |amount, sum| {
        let mut input = world.input(world.time.plus_ms(5_000));
        input.windows = super::support::windows(world.time, &[(2, amount)]);
        input.running = vec![hour(2, "10:00:00", sum)];
        world.step(input)
    };
    assert_eq!(short(&step(101, 101)).len(), 2);
    assert_eq!(step(1, 102), []);
    let told = step(1, 99);
    assert_eq!(short(&told), [(1, Event::Returned, State::Rtnun), (2, Event::Returned, State::Rtnun)]);
    assert!(told.iter().all(|one| one.reason.as_deref() == Some("data_revised") && one.value == Some(kwh(98))));
}
