//! What is read on the wall clock: silence, ranks of users, refused changes, the log reader.

use domain::alarms::inputs::{Hearing, PipelineReading, RankChange, SilentMeter, StepInput};
use domain::alarms::{Comparison, Event, Join, Metric, PointKey, RegionChoice, State, Subject};

use super::support::{World, at, condition, kwh, rule, short};

const MINUTE_MS: i64 = 60_000;

#[test]
fn silence_is_of_the_newest_reading_below_less_the_lag() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::RegionSilenceMin, Comparison::AtLeast, 30)])]);
    let read = |world: &World, lag_ms| {
        let input = world.input(world.time);
        let ago = |minutes: i64| input.local_now.plus_ms(-minutes * MINUTE_MS);
        let pipeline = PipelineReading { lag_ms, ..PipelineReading::default() };
        StepInput { has_wall: true, newest_readings: vec![(1, ago(90)), (2, ago(29)), (3, ago(31))], pipeline, ..input }
    };
    assert_eq!(short(&world.step(read(&world, 2 * MINUTE_MS))), [], "it may just not have arrived");
    let raised = world.step(read(&world, 0));
    assert_eq!(short(&raised), [(3, Event::Raised, State::Unack)], "region 4 has never been heard, region 1 hears 2");
    assert_eq!((raised[0].value, raised[0].is_retrospective), (Some(kwh(31)), false));
}

#[test]
fn a_meter_that_is_heard_again_is_not_listed() {
    let mut silent = rule(1, vec![condition(Metric::MeterSilenceMin, Comparison::AtLeast, 60)]);
    silent.definition.regions = RegionChoice::Listed(vec![2, 3]);
    let mut world = World::new(vec![silent]);
    let meter = |user_id, region_id, newest| SilentMeter { user_id, region_id, newest: at(newest) };
    let read =
        |world: &World, meters: Vec<SilentMeter>| StepInput { has_wall: true, silent_meters: meters, ..world.input(world.time) };
    let first = vec![meter(7, 2, "08:00:00"), meter(8, 2, "09:30:00"), meter(9, 4, "08:00:00")];
    assert_eq!(short(&world.step(read(&world, first))), [(2, Event::Raised, State::Unack)]);
    // he moved: the alarm goes with him
    assert_eq!(world.step(read(&world, vec![meter(7, 3, "08:00:00")])), []);
    let deaf = StepInput { pipeline: PipelineReading { hearing: Hearing::Replay, ..Default::default() }, ..read(&world, vec![]) };
    assert_eq!(world.step(deaf), [], "nothing is known");
    world.restart();
    assert_eq!(short(&world.step(read(&world, vec![])))[0].1, Event::Returned);
    assert_eq!(world.points.values().filter(|point| point.state == State::Rtnun).count(), 1);
}

#[test]
fn a_jump_in_rank_stands_until_the_next_hour() {
    let mut jump = rule(
        1,
        vec![condition(Metric::RankChange, Comparison::AtLeast, 10), condition(Metric::RankChange, Comparison::AtMost, -10)],
    );
    (jump.definition.join, jump.definition.needs_ack) = (Join::Any, false);
    let mut world = World::new(vec![jump]);
    let change = |user_id, hour, rank_before, rank| RankChange { user_id, region_id: 2, hour: at(hour), rank, rank_before };
    let mut input = world.input(at("10:02:00"));
    input.rank_changes = vec![change(1, "09:00:00", 15, 5), change(2, "09:00:00", 5, 15), change(3, "09:00:00", 14, 5)];
    let raised = world.step(input);
    let user = |user_id| PointKey { rule_id: 1, subject: Subject::User { user_id, region_id: 2 } };
    assert_eq!(raised.iter().map(|one| one.key).collect::<Vec<_>>(), [user(1), user(2)]);
    assert_eq!(raised.iter().map(|one| one.value).collect::<Vec<_>>(), [Some(kwh(10)), Some(kwh(-10))]);
    assert_eq!(world.wait(30 * 60), []);
    let mut input = world.input(at("11:02:00"));
    input.rank_changes = vec![change(3, "10:00:00", 5, 5)];
    let returned = world.step(input);
    assert!(returned.iter().all(|one| (one.event, one.to) == (Event::Returned, State::Norm)) && returned.len() == 2);
    assert_eq!(returned[0].event_time, Some(at("11:01:00")));
}

#[test]
fn refused_changes_of_no_region_count_at_the_top() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::DeadLettersHour, Comparison::AtLeast, 10)])]);
    let read = |world: &World, rows: Vec<(Option<i32>, i64)>| StepInput {
        has_wall: true,
        dead_letters: rows,
        ..world.input(world.time)
    };
    assert_eq!(short(&world.step(read(&world, vec![(Some(4), 4), (None, 5)]))), []);
    assert_eq!(short(&world.step(read(&world, vec![(Some(4), 5), (None, 5)]))), [(1, Event::Raised, State::Unack)]);
    assert_eq!(short(&world.step(read(&world, vec![]))), [(1, Event::Returned, State::Rtnun)]);
}

#[test]
fn the_log_reader_has_one_alarm_timed_by_the_wall() {
    let mut health = rule(
        1,
        vec![
            condition(Metric::PipelineDownS, Comparison::AtLeast, 30),
            condition(Metric::PipelineLagS, Comparison::AtLeast, 300),
            condition(Metric::SlotMb, Comparison::AtLeast, 10),
        ],
    );
    (health.definition.join, health.definition.on_delay_s) = (Join::Any, 60);
    let mut world = World::new(vec![health]);
    let read = |world: &World, seconds: i64, pipeline| {
        let input = world.input(world.time);
        let local_now = input.local_now.plus_ms(seconds * 1_000);
        StepInput { has_wall: true, local_now, now_ms: local_now.0, pipeline, ..input }
    };
    let down = PipelineReading { hearing: Hearing::Deaf, down_ms: 30_000, ..Default::default() };
    assert_eq!(world.step(read(&world, 0, down)), []);
    assert_eq!(world.step(read(&world, 59, down)), []);
    world.restart();
    let raised = world.step(read(&world, 60, down));
    assert_eq!((raised[0].key.subject, raised[0].to, raised[0].value), (Subject::Pipeline, State::Unack, Some(kwh(30))));
    let lagging = PipelineReading { lag_ms: 300_000, slot_bytes: 1, ..Default::default() };
    assert_eq!(world.step(read(&world, 61, lagging)), [], "another reason, the same alarm");
    let full = PipelineReading { slot_bytes: 10 * 1_048_576, ..Default::default() };
    assert_eq!(world.step(read(&world, 62, full)), []);
    assert_eq!(world.step(read(&world, 63, PipelineReading::default()))[0].to, State::Rtnun);
}
