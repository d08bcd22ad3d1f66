//! An alarm above quiets those below, visibly, and lets them go again.

use domain::alarms::inputs::{Hearing, PipelineReading, StepInput};
use domain::alarms::{Act, Comparison, Event, Metric, Quieting, RegionChoice, Rule, Severity, State, Suppression};
use engine::alarms::act;

use super::support::{World, condition, key, person, rule, short, window_rule};

/// Quiets its own kind below.
fn quieting() -> Rule {
    let mut rule = window_rule(1);
    rule.definition.quiets = Quieting::SameRule;
    rule
}

#[test]
fn a_child_that_rises_with_its_parent_is_never_annunciated() {
    let mut world = World::new(vec![quieting()]);
    let told = world.tick(&[(4, 11)]);
    assert_eq!(
        short(&told),
        [(1, Event::Raised, State::Unack), (3, Event::Suppressed, State::Dsupr), (4, Event::Suppressed, State::Dsupr)]
    );
    assert_eq!(told.iter().filter(|one| one.is_annunciated).count(), 1);
    let child = world.point(1, 4);
    assert_eq!((child.suppressed_by, child.hidden_count), (Some(Suppression::Alarm(key(1, 1))), 1));
    // region 1 falls, and 3 and 4 with it
    let told = world.tick(&[(4, 1)]);
    assert_eq!(world.state(1, 1), State::Rtnun);
    assert!(told.iter().all(|one| !one.is_annunciated));
    assert_eq!((world.state(1, 3), world.state(1, 4)), (State::Norm, State::Norm));
}

/// Region 1 has a limit of its own, so that it can rise and fall while region 2 stays active.
fn apart() -> Rule {
    let mut rule = quieting();
    let own = domain::alarms::Override { thresholds: vec![Some(super::support::kwh(100))], ..Default::default() };
    rule.definition.overrides.insert(1, own);
    rule
}

#[test]
fn a_child_comes_back_as_it_would_be() {
    let mut world = World::new(vec![apart()]);
    world.tick(&[(2, 20), (3, 20)]);
    let (acked, _) =
        act(world.point(1, 3), &apart().definition, &Act::Acknowledge { comment: None }, &person("li"), false, 9).unwrap();
    world.points.insert(acked.key, acked.clone());
    world.alarms.replace_points(vec![acked]);
    let told = world.tick(&[(2, 90), (3, 20)]);
    assert_eq!(short(&told)[0], (1, Event::Raised, State::Unack));
    assert_eq!((world.state(1, 2), world.state(1, 3)), (State::Dsupr, State::Dsupr), "those on the desk too");
    world.restart();
    let told = world.tick(&[(2, 20), (3, 20)]);
    assert_eq!(
        short(&told),
        [(1, Event::Returned, State::Rtnun), (2, Event::Unsuppressed, State::Unack), (3, Event::Unsuppressed, State::Acked)]
    );
    assert_eq!(told.iter().map(|one| one.is_annunciated).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_shelved_parent_quiets_nobody() {
    let mut world = World::new(vec![apart()]);
    world.tick(&[(2, 120)]);
    assert_eq!(world.state(1, 2), State::Dsupr);
    let shelve = Act::Shelve { until_ms: i64::MAX, reason: "x".to_owned() };
    let until = Act::Shelve { until_ms: world.now_ms + 60_000, reason: "x".to_owned() };
    assert!(act(world.point(1, 1), &apart().definition, &shelve, &person("li"), true, world.now_ms).is_err());
    let (shelved, _) = act(world.point(1, 1), &apart().definition, &until, &person("li"), true, world.now_ms).unwrap();
    world.alarms.replace_points(vec![shelved]);
    assert_eq!(short(&world.wait(0)), [(2, Event::Unsuppressed, State::Unack)]);
}

#[test]
fn every_rule_below_is_quieted_unless_it_is_worse_or_anothers() {
    let mut above = apart();
    (above.definition.quiets, above.definition.regions) = (Quieting::AllRules, RegionChoice::Listed(vec![1]));
    let below = |rule_id, severity, tenant_id| {
        let mut rule = window_rule(rule_id);
        rule.definition.severity = severity;
        rule.definition.regions = RegionChoice::Listed(vec![2]);
        rule.tenant_id = tenant_id;
        rule
    };
    let rules = vec![above, below(2, Severity::High, None), below(3, Severity::Critical, None), below(4, Severity::Low, Some(5))];
    let mut world = World::new(rules);
    world.tick(&[(2, 120)]);
    let states: Vec<State> = [2, 3, 4].into_iter().map(|rule_id| world.state(rule_id, 2)).collect();
    assert_eq!(states, [State::Dsupr, State::Unack, State::Unack]);
}

#[test]
fn a_shelf_that_ends_below_an_active_parent_is_not_annunciated() {
    let mut world = World::new(vec![apart()]);
    world.tick(&[(2, 120)]);
    let mut child = world.point(1, 2).clone();
    (child.state, child.shelved_until_ms, child.suppressed_by) = (State::Shlvd, Some(1), None);
    world.alarms.replace_points(vec![child]);
    assert_eq!(short(&world.wait(0)), [(2, Event::ShelfExpired, State::Dsupr)]);
}

fn silence() -> Rule {
    rule(1, vec![condition(Metric::RegionSilenceMin, Comparison::AtLeast, 30)])
}

fn hearing(world: &World, hearing: Hearing, silent_min: i64) -> StepInput {
    let input = world.input(world.time);
    let newest = input.local_now.plus_ms(-60_000 * silent_min);
    let pipeline = PipelineReading { hearing, ..PipelineReading::default() };
    StepInput { has_wall: true, newest_readings: vec![(2, newest), (3, input.local_now)], pipeline, ..input }
}

#[test]
fn silence_is_set_aside_while_nobody_can_hear() {
    let mut world = World::new(vec![silence()]);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Clear, 29))), []);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Deaf, 31))), [], "nothing new is told");
    assert_eq!(short(&world.step(hearing(&world, Hearing::Replay, 31))), []);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Clear, 31))), [(2, Event::Raised, State::Unack)]);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Deaf, 32))), [(2, Event::Suppressed, State::Dsupr)]);
    assert_eq!(world.point(1, 2).suppressed_by, Some(Suppression::Pipeline));
    world.restart();
    assert_eq!(short(&world.step(hearing(&world, Hearing::Deaf, 1))), []);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Replay, 1))), []);
    assert_eq!(short(&world.step(hearing(&world, Hearing::Clear, 33))), [(2, Event::Unsuppressed, State::Unack)]);
    world.step(hearing(&world, Hearing::Deaf, 34));
    let told = world.step(hearing(&world, Hearing::Clear, 1));
    assert_eq!(short(&told), [(2, Event::Returned, State::Dsupr), (2, Event::Unsuppressed, State::Norm)]);
}

#[test]
fn a_short_deafness_is_no_news_and_a_long_one_is() {
    let mut world = World::new(vec![silence()]);
    world.step(hearing(&world, Hearing::Clear, 31));
    let annunciated = world.point(1, 2).annunciated_ms;
    let hear = |world: &mut World, after_ms| {
        let deaf = world.step(hearing(world, Hearing::Deaf, 32));
        assert_eq!(short(&deaf), [(2, Event::Suppressed, State::Dsupr)]);
        world.restart();
        world.now_ms += after_ms;
        let told = world.step(hearing(world, Hearing::Clear, 33));
        assert_eq!(short(&told), [(2, Event::Unsuppressed, State::Unack)]);
        told[0].is_annunciated
    };
    assert!(!hear(&mut world, 120_000), "the same occurrence, told before");
    assert_eq!((world.point(1, 2).annunciated_ms, world.point(1, 2).occurrence), (annunciated, 1));
    assert!(hear(&mut world, 120_001), "whoever watches has forgotten it");
    assert_eq!(world.point(1, 2).occurrence, 2);
}
