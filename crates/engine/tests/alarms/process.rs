//! What the process does: thresholds, delays, repeats, schedules, quality, periods, running sums, late steps.

use domain::alarms::inputs::{Completeness, NotLoad, PeriodSum, StepInput};
use domain::alarms::schedule::OnHolidays;
use domain::alarms::{Comparison, Event, Join, Metric, Override, Quality, RegionChoice, Schedule, State};
use domain::effect::Grain;
use domain::{Fixed2, LocalMs};

use super::support::{World, at, condition, kwh, rule, short, window_rule, windows};

const MINUTE_MS: i64 = 60_000;

#[test]
fn load_is_energy_of_15_minutes_times_4_summed_over_the_tree() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::LoadNowKw, Comparison::AtLeast, 100)])]);
    assert_eq!(short(&world.tick(&[(2, 20)])), []);
    let raised = world.tick(&[(4, 5)]);
    assert_eq!(short(&raised), [(1, Event::Raised, State::Unack)], "20 + 5 kWh in region 1 alone");
    assert_eq!((raised[0].value, raised[0].threshold), (Some(kwh(100)), Some(kwh(100))));
    assert_eq!(raised[0].event_time, Some(at("10:00:10")));
    assert_eq!(short(&world.wait(15 * 60 - 10)), [], "the first window is still among the 15 minutes");
    assert_eq!(short(&world.wait(5)), [(1, Event::Returned, State::Rtnun)]);
}

#[test]
fn percent_is_of_the_regions_own_limit_and_cut() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::LoadNowPercent, Comparison::AtLeast, 100)])]);
    let mut input = world.input(at("10:00:05"));
    input.windows = windows(at("10:00:00"), &[(2, 250)]);
    input.windows[0].energy_kwh = Some(Fixed2(24_999));
    assert_eq!(short(&world.step(input)), [], "99.996 percent are not 100");
    assert_eq!(short(&world.tick(&[(2, 1)])).len(), 2, "regions 1 and 2");
}

#[test]
fn what_is_not_load_is_asked_for_only_when_it_matters_and_taken_off() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::LoadNowKw, Comparison::AtLeast, 100)])]);
    let mut input = world.input(at("10:00:05"));
    input.windows = windows(at("10:00:00"), &[(2, 24)]);
    assert!(!world.alarms.wants_not_load(&input));
    input.windows = windows(at("10:00:00"), &[(2, 30)]);
    assert!(world.alarms.wants_not_load(&input));
    input.not_load = vec![NotLoad { region_id: 2, minute: at("10:00:00"), energy_kwh: kwh(10) }];
    let not_load = input.not_load.clone();
    assert_eq!(short(&world.step(input)), []);
    // to the end of the 15 minutes, by the second
    for second in (5..=1_000).step_by(5) {
        let mut input = world.input(at("10:00:05").plus_ms(second * 1_000));
        assert!(world.alarms.wants_not_load(&input) == (second < 15 * 60), "{second}");
        input.not_load = not_load.clone();
        assert_eq!(short(&world.step(input)), [], "{second}");
    }
}

#[test]
fn delays_run_on_event_time_without_a_break() {
    let mut delayed = rule(1, vec![condition(Metric::WindowKwh, Comparison::Above, 10)]);
    (delayed.definition.on_delay_s, delayed.definition.off_delay_s) = (10, 15);
    let mut world = World::new(vec![delayed]);
    let mut seen = Vec::new();
    for (number, amount) in [11, 11, 9, 11, 11, 11, 9, 9, 11, 9, 9, 9, 9].into_iter().enumerate() {
        world.restart();
        seen.extend(
            world
                .tick(&[(2, amount)])
                .into_iter()
                .filter(|one| one.key.subject.region_id() == Some(2))
                .map(|one| (number, one.event)),
        );
    }
    assert_eq!(seen, [(5, Event::Raised), (12, Event::Returned)]);
    assert_eq!(world.point(1, 2).started_at, Some(at("10:00:20")), "since when it was true");
}

#[test]
fn repeats_count_evaluations_in_a_row() {
    let mut repeated = window_rule(1);
    repeated.definition.repeat_count = 3;
    let mut world = World::new(vec![repeated]);
    for amount in [11, 11, 9, 11, 11] {
        assert_eq!(short(&world.tick(&[(4, amount)])), []);
        world.restart();
    }
    assert_eq!(world.wait(60), [], "windows without a row are no evaluations, and break nothing");
    assert_eq!(short(&world.tick(&[(4, 11)])).len(), 3, "region 4 and what is above it");
}

#[test]
fn a_deadband_holds_until_the_value_has_come_back_by_more() {
    let mut held = window_rule(1);
    held.definition.conditions[0].deadband = kwh(3);
    held.definition.regions = RegionChoice::Listed(vec![2]);
    let mut world = World::new(vec![held]);
    let events: Vec<_> = [11, 8, 7, 10, 11].into_iter().flat_map(|amount| short(&world.tick(&[(2, amount)]))).collect();
    assert_eq!(events.iter().map(|one| one.1).collect::<Vec<_>>(), [Event::Raised, Event::Returned, Event::Raised]);
}

#[test]
fn regions_have_their_own_thresholds_severities_or_no_alarm() {
    let mut own = window_rule(1);
    let other = Override { thresholds: vec![Some(kwh(50))], severity: Some(domain::alarms::Severity::Low), is_left_out: false };
    own.definition.overrides.insert(2, other);
    own.definition.overrides.insert(1, Override { is_left_out: true, ..Override::default() });
    let mut world = World::new(vec![own]);
    assert_eq!(short(&world.tick(&[(2, 50), (3, 11)])), [(3, Event::Raised, State::Unack)]);
    let raised = world.tick(&[(2, 51)]);
    assert_eq!((raised[0].severity, raised[0].threshold), (domain::alarms::Severity::Low, Some(kwh(50))));
}

#[test]
fn a_rule_of_a_tenant_looks_at_the_tenants_regions_alone() {
    let mut owned = window_rule(1);
    owned.owned_regions = Some(vec![4]);
    let mut world = World::new(vec![owned]);
    assert_eq!(short(&world.tick(&[(2, 11), (4, 11)])), [(4, Event::Raised, State::Unack)]);
}

#[test]
fn any_and_all_join_what_was_last_known() {
    let both = |join| {
        let mut joined = rule(
            1,
            vec![condition(Metric::QuarterKw, Comparison::Above, 100), condition(Metric::WindowKwh, Comparison::Above, 10)],
        );
        joined.definition.join = join;
        joined.definition.regions = RegionChoice::Listed(vec![2]);
        let mut world = World::new(vec![joined]);
        let mut input = world.input(at("10:01:00"));
        input.periods = vec![quarter(2, "09:45:00", 30)];
        let mut events = short(&world.step(input));
        world.restart();
        events.extend(short(&world.tick(&[(2, 11)])));
        events.extend(short(&world.tick(&[(2, 1)])));
        events.into_iter().map(|one| one.1).collect::<Vec<_>>()
    };
    assert_eq!(both(Join::All), [Event::Raised, Event::Returned], "the quarter-hour still holds when the window comes");
    assert_eq!(both(Join::Any), [Event::Raised]);
}

fn quarter(region_id: i32, start: &str, amount: i64) -> PeriodSum {
    PeriodSum { region_id, grain: Grain::Quarter, start: at(start), energy_kwh: Some(kwh(amount)) }
}

#[test]
fn a_period_is_judged_once_after_its_grace() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::QuarterKw, Comparison::Above, 100)])]);
    let mut input = world.input(at("10:00:55"));
    input.periods = vec![quarter(2, "09:45:00", 30)];
    assert_eq!(short(&world.step(input)), [], "still within the grace");
    let mut input = world.input(at("10:05:00"));
    input.periods = vec![quarter(2, "09:45:00", 20), quarter(4, "09:45:00", 6)];
    let raised = world.step(input);
    assert_eq!(short(&raised), [(1, Event::Raised, State::Unack)]);
    assert_eq!((raised[0].value, raised[0].event_time), (Some(kwh(104)), Some(at("10:01:00"))));
    assert_eq!(world.wait(10 * 60), [], "nothing is known before the next one is closed");
    let mut input = world.input(at("10:16:00"));
    input.periods = vec![quarter(2, "10:00:00", 1)];
    assert_eq!(short(&world.step(input)), [(1, Event::Returned, State::Rtnun)]);
}

#[test]
fn the_delay_of_a_period_runs_between_its_evaluations() {
    let mut delayed = rule(1, vec![condition(Metric::QuarterKw, Comparison::Above, 100)]);
    delayed.definition.on_delay_s = 90;
    let mut world = World::new(vec![delayed]);
    let mut input = world.input(at("10:01:00"));
    input.periods = vec![quarter(2, "09:45:00", 30)];
    assert_eq!(short(&world.step(input)), []);
    world.restart();
    let raised = world.wait(300);
    assert_eq!(raised.iter().map(|one| one.event_time).collect::<Vec<_>>(), [Some(at("10:02:30")); 2]);
}

#[test]
fn completeness_is_of_all_meters_below() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::CompletenessPercent, Comparison::Below, 90)])]);
    let mut input = world.input(at("10:01:00"));
    let of = |region_id, reported, expected| Completeness { region_id, quarter: at("09:45:00"), reported, expected };
    input.completeness = vec![of(2, 89, 100), of(3, 91, 100), of(4, 0, 0)];
    let raised = world.step(input);
    assert_eq!(short(&raised), [(2, Event::Raised, State::Unack)], "180 of 200 are 90 percent");
    assert_eq!(raised[0].value, Some(kwh(89)));
}

#[test]
fn a_running_sum_is_decided_early_and_starts_anew() {
    let running =
        |start: &str, amount| PeriodSum { region_id: 2, grain: Grain::Hour, start: at(start), energy_kwh: Some(kwh(amount)) };
    let mut only = rule(1, vec![condition(Metric::HourSoFarKwh, Comparison::Above, 100)]);
    only.definition.regions = RegionChoice::Listed(vec![2]);
    let mut world = World::new(vec![only]);
    let mut input = world.input(at("10:30:00"));
    input.windows = [windows(at("10:10:00"), &[(2, 60)]), windows(at("10:20:00"), &[(2, 45)])].concat();
    input.running = vec![running("10:00:00", 105)];
    let raised = world.step(input);
    assert_eq!(raised[0].event_time, Some(at("10:20:05")), "with the window that took it over, though the step goes on");
    assert_eq!(raised[0].value, Some(kwh(105)));
    let mut input = world.input(at("11:00:10"));
    input.windows = windows(at("11:00:00"), &[(2, 3)]);
    input.running = vec![running("11:00:00", 3)];
    let returned = world.step(input);
    assert_eq!((returned[0].event, returned[0].event_time), (Event::Returned, Some(at("11:00:05"))));
}

#[test]
fn a_change_of_load_needs_both_loads() {
    let mut change = rule(1, vec![condition(Metric::LoadChangePercent, Comparison::AtLeast, 50)]);
    change.definition.conditions[0].span_min = Some(10);
    let mut world = World::new(vec![change]);
    assert_eq!(world.alarms.needs().window_minutes, Some(27));
    assert_eq!(short(&world.tick(&[(2, 100)])), []);
    assert_eq!(short(&world.wait(600 - 5)), []);
    let raised = world.tick(&[(2, 50)]);
    assert_eq!(short(&raised).len(), 2);
    assert_eq!(raised[0].value, Some(kwh(50)));
}

#[test]
fn outside_its_schedule_a_rule_has_no_alarm() {
    let mut hours = window_rule(1);
    hours.definition.schedule = Schedule { from_minute: 600, to_minute: 601, ..Schedule::ALWAYS };
    hours.definition.regions = RegionChoice::Listed(vec![2]);
    let mut world = World::new(vec![hours]);
    assert_eq!(short(&world.tick(&[(2, 11)])), [(2, Event::Raised, State::Unack)]);
    let ended = world.wait(60);
    assert_eq!(short(&ended), [(2, Event::ScheduleEnded, State::Norm)]);
    assert_eq!(ended[0].event_time, Some(at("10:01:00")));
    assert_eq!(short(&world.tick(&[(2, 11)])), []);
}

#[test]
fn holidays_are_days_of_the_calendar() {
    let mut workdays = window_rule(1);
    workdays.definition.schedule = Schedule { holidays: OnHolidays::Never, ..Schedule::ALWAYS };
    let mut world = World::new(vec![workdays]);
    world.holidays.insert(at("10:00:00").day());
    world.restart();
    assert_eq!(short(&world.tick(&[(2, 11)])), []);
}

#[test]
fn no_data_is_a_mark_beside_the_state_and_never_a_return() {
    let mut only = rule(1, vec![condition(Metric::LoadNowKw, Comparison::Above, 100)]);
    only.definition.regions = RegionChoice::Listed(vec![2, 3]);
    only.definition.off_delay_s = 60;
    let mut world = World::new(vec![only]);
    world.tick(&[(2, 26)]);
    let marked = world.wait(1_000);
    assert_eq!(short(&marked), [(2, Event::QualityChanged, State::Unack)]);
    assert_eq!((marked[0].event_time, marked[0].reason.as_deref()), (Some(at("10:15:05")), Some("no_data")));
    let point = world.point(1, 2);
    assert_eq!((point.quality, point.is_active, point.state), (Quality::NoData, true, State::Unack));
    assert!(!world.points.contains_key(&super::support::key(1, 3)), "nothing is told of what is normal");
    world.restart();
    assert_eq!(world.wait(1_000), []);
    let known = world.tick(&[(2, 1)]);
    assert_eq!(short(&known), [(2, Event::QualityChanged, State::Unack)], "known again; the return has its delay");
    let events: Vec<_> = (0..12).flat_map(|_| short(&world.tick(&[(2, 0)]))).collect();
    assert_eq!(events, [(2, Event::Returned, State::Rtnun)]);
}

#[test]
fn no_data_starts_the_delay_anew() {
    let mut delayed = rule(1, vec![condition(Metric::LoadNowKw, Comparison::Above, 100)]);
    delayed.definition.regions = RegionChoice::Listed(vec![2]);
    delayed.definition.on_delay_s = 16 * 60;
    let mut world = World::new(vec![delayed]);
    world.tick(&[(2, 26)]);
    assert_eq!(world.wait(1_000), []);
    assert_eq!((world.point(1, 2).true_since, world.point(1, 2).quality), (None, Quality::Good));
    assert_eq!(world.tick(&[(2, 26)]), []);
    assert_eq!(world.point(1, 2).true_since, Some(world.time), "true since now");
}

#[test]
fn while_numbers_are_written_anew_alarms_are_held_and_marked() {
    let mut world = World::new(vec![window_rule(1)]);
    world.tick(&[(2, 11)]);
    let mut input = world.input(world.time.plus_ms(5_000));
    (input.windows, input.is_copying) = (windows(world.time, &[(2, 1)]), true);
    let marked = world.step(input);
    assert!(marked.iter().all(|one| one.reason.as_deref() == Some("uncertain") && one.to == State::Unack) && marked.len() == 2);
    let after = world.tick(&[(2, 11)]);
    assert!(after.iter().all(|one| one.reason.as_deref() == Some("good")) && after.len() == 2);
}

/// A step that is so far behind the wall clock.
fn late(world: &World, seconds: i64, behind_min: i64) -> StepInput {
    let to = world.time.plus_ms(seconds * 1_000);
    let local_now = to.plus_ms(behind_min * MINUTE_MS);
    StepInput { local_now, now_ms: local_now.0, ..world.input(to) }
}

#[test]
fn what_happened_long_ago_is_history_until_the_machine_has_caught_up() {
    let mut only = window_rule(1);
    only.definition.regions = RegionChoice::Listed(vec![2]);
    let mut world = World::new(vec![only]);
    let mut tick = |amount, behind_min| {
        let mut input = late(&world, 5, behind_min);
        input.windows = windows(world.time, &[(2, amount)]);
        let told = world.step(input);
        world.restart();
        let flags: Vec<_> =
            told.iter().map(|one| (one.event, one.from, one.to, one.is_retrospective, one.is_annunciated)).collect();
        (flags, world.point(1, 2).clone())
    };
    let (told, point) = tick(11, 11);
    assert_eq!(told, [(Event::Raised, State::Norm, State::Norm, true, false)]);
    assert!(point.is_active && point.is_retrospective && point.occurrence == 0);
    assert_eq!(tick(9, 11).0, [(Event::Returned, State::Norm, State::Norm, true, false)]);
    tick(11, 11);
    let (told, point) = tick(12, 9);
    assert_eq!(told, [(Event::Raised, State::Norm, State::Unack, false, true)], "still active when it has caught up");
    assert!(!point.is_retrospective && point.occurrence == 1);
    assert_eq!(tick(9, 11).0, [(Event::Returned, State::Unack, State::Rtnun, true, false)], "a return changes the state");
}

#[test]
fn a_value_alone_moves_no_version() {
    let mut world = World::new(vec![window_rule(1)]);
    world.tick(&[(2, 11)]);
    let version = world.point(1, 2).version;
    for amount in 12..40 {
        assert_eq!(world.tick(&[(2, amount)]), []);
    }
    assert!(world.point(1, 2).value > Some(kwh(20)), "but it is told now and then");
    assert_eq!(world.point(1, 2).version, version);
}

#[test]
fn a_rule_that_changes_or_goes_takes_its_alarms_back() {
    for (is_gone, shelved_to) in [(false, State::Shlvd), (true, State::Norm)] {
        let mut world = World::new(vec![window_rule(1)]);
        world.tick(&[(2, 11), (3, 11)]);
        let mut shelved = world.point(1, 3).clone();
        (shelved.state, shelved.shelved_until_ms) = (State::Shlvd, Some(i64::MAX));
        world.alarms.replace_points(vec![shelved]);
        let mut other = window_rule(1);
        other.version = 2;
        let rules = if is_gone { vec![] } else { vec![other] };
        let report = world.alarms.replace_rules(rules, super::support::regions(), Default::default(), 5);
        let told = world.keep(report);
        assert!(told.iter().all(|one| one.event == Event::RuleChanged && one.at_ms == 5) && told.len() == 3, "{told:?}");
        assert_eq!((world.state(1, 2), world.state(1, 3)), (State::Norm, shelved_to));
    }
}

#[test]
fn loads_go_on_when_other_rules_come() {
    let mut world = World::new(vec![rule(1, vec![condition(Metric::LoadNowKw, Comparison::Above, 100)])]);
    world.tick(&[(2, 20)]);
    let rules = vec![rule(2, vec![condition(Metric::LoadNowKw, Comparison::Above, 100)])];
    assert!(world.alarms.replace_rules(rules, super::support::regions(), Default::default(), 0).is_empty());
    assert_eq!(short(&world.tick(&[(2, 6)])).len(), 2);
}

#[test]
fn an_empty_step_is_an_empty_report() {
    let mut world = World::new(vec![window_rule(1)]);
    let input = StepInput { from: LocalMs(0), to: LocalMs(0), ..StepInput::default() };
    assert!(world.alarms.step(input).is_empty());
}
