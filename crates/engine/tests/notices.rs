//! Who is told of an event, over whole stories: each reason not to tell, and what holds whatever happens.

use domain::alarms::notices::{Decision, NotSent, NoticeKind, RouteDefinition, Step};
use domain::alarms::schedule::{Holidays, OnHolidays};
use domain::alarms::{Event, PointKey, RegionChoice, Schedule, Severity, State, Subject, Transition};
use domain::{LocalMs, RegionId};
use engine::alarms::notices::{AlarmNow, Memory, Moment, Notice, Route, Seen, Told, decide, decide_again};
use proptest::prelude::*;

const MIN: i64 = 60_000;
const COOLDOWN_MS: i64 = 120_000;
const DEDUP_MS: i64 = 600_000;

fn route(steps: &[u32]) -> Route {
    let steps: Vec<Step> = (0..).zip(steps).map(|(channel_id, after_min)| Step { after_min: *after_min, channel_id }).collect();
    Route {
        route_id: 1,
        channels_on: vec![true; steps.len()],
        definition: RouteDefinition {
            severities: vec![Severity::Critical, Severity::High],
            regions: RegionChoice::All,
            tells_installation: false,
            schedule: Schedule::ALWAYS,
            steps,
            cooldown_s: 120,
            dedup_s: 600,
            group_wait_s: 5,
            tells_return: true,
        },
        is_enabled: true,
        owned_regions: None,
    }
}

fn transition(event: Event, from: State, to: State, at_ms: i64) -> Transition {
    Transition {
        key: PointKey { rule_id: 1, subject: Subject::Region(3) },
        event,
        from,
        to,
        severity: Severity::High,
        at_ms,
        event_time: None,
        occurrence: 1,
        value: None,
        threshold: None,
        is_annunciated: to == State::Unack,
        is_retrospective: false,
        actor: None,
        reason: None,
    }
}

fn raised(at_ms: i64) -> Transition {
    transition(Event::Raised, State::Norm, State::Unack, at_ms)
}

fn returned(at_ms: i64) -> Transition {
    transition(Event::Returned, State::Unack, State::Rtnun, at_ms)
}

fn acknowledged(at_ms: i64) -> Transition {
    transition(Event::Acknowledged, State::Unack, State::Acked, at_ms)
}

/// A story about one alarm on one route.
struct Story {
    route: Route,
    memory: Memory,
    holidays: Holidays,
    next_id: i64,
}

impl Story {
    fn new(route: Route) -> Self {
        Self { route, memory: Memory::default(), holidays: Holidays::new(), next_id: 0 }
    }

    fn tell_in(&mut self, transition: &Transition, regions: &[RegionId]) -> Vec<Notice> {
        self.next_id += 1;
        let moment = Moment { now_ms: transition.at_ms, local_now: LocalMs(transition.at_ms), holidays: &self.holidays };
        decide(Seen { transition_id: self.next_id, transition, regions }, &self.route, moment, &mut self.memory)
    }

    fn tell(&mut self, transition: &Transition) -> Vec<Notice> {
        self.tell_in(transition, &[3])
    }

    /// The decision of the first step.
    fn first(&mut self, transition: &Transition) -> Option<Decision> {
        self.tell(transition).into_iter().find(|notice| notice.step_no == 0).map(|notice| notice.decision)
    }
}

fn send(at_ms: i64) -> Option<Decision> {
    Some(Decision::Send { due_ms: at_ms + 5_000 })
}

fn skip(why: NotSent) -> Option<Decision> {
    Some(Decision::Skip(why))
}

#[test]
fn only_what_is_put_before_operators_is_told() {
    let mut story = Story::new(route(&[0]));
    let hidden = Transition { is_annunciated: false, ..transition(Event::Raised, State::Norm, State::Dsupr, 0) };
    let old = Transition { is_retrospective: true, ..raised(0) };
    let shelved_return = transition(Event::Returned, State::Shlvd, State::Shlvd, 0);
    let comment = transition(Event::Commented, State::Acked, State::Acked, 0);
    for silent in [hidden, old, acknowledged(0), shelved_return, comment] {
        assert_eq!(story.tell(&silent), [], "{:?}", silent.event);
    }
    assert_eq!(story.first(&raised(0)), send(0));
    let mut story = Story::new(route(&[0]));
    let back = transition(Event::ShelfExpired, State::Shlvd, State::Unack, 0);
    assert_eq!(story.tell(&back)[0].kind, NoticeKind::Reannunciated);
}

#[test]
fn a_route_is_about_its_severities_and_regions() {
    let regions = |listed: &[RegionId]| RegionChoice::Listed(listed.to_vec());
    let with = |change: &dyn Fn(&mut Route)| {
        let mut changed = route(&[0]);
        change(&mut changed);
        changed
    };
    let low = with(&|route| route.definition.severities = vec![Severity::Low]);
    assert!(!low.matches(Severity::High, &[3]));
    let above = with(&|route| route.definition.regions = regions(&[10]));
    assert!(above.matches(Severity::High, &[3, 10]) && !above.matches(Severity::High, &[3, 11]));
    let tenant = with(&|route| {
        route.owned_regions = Some(vec![3]);
        route.definition.tells_installation = true;
    });
    assert!(tenant.matches(Severity::High, &[3, 10]) && !tenant.matches(Severity::High, &[4, 10]));
    assert!(!tenant.matches(Severity::High, &[]), "the installation is no tenant's");
    assert!(!route(&[0]).matches(Severity::High, &[]));
    assert!(with(&|route| route.definition.tells_installation = true).matches(Severity::High, &[]));
    assert_eq!(Story::new(low).tell(&raised(0)), []);
}

#[test]
fn what_was_said_a_moment_ago_is_not_said_again() {
    let mut story = Story::new(route(&[0]));
    assert_eq!(story.first(&raised(0)), send(0));
    assert_eq!(story.first(&raised(MIN)), skip(NotSent::CoolDown { until_ms: COOLDOWN_MS }));
    assert_eq!(story.first(&raised(3 * MIN)), skip(NotSent::Duplicate { until_ms: DEDUP_MS }));
    assert_eq!(story.first(&raised(DEDUP_MS)), send(DEDUP_MS));
    // worse than before is no repetition
    let worse = Transition { severity: Severity::Critical, ..raised(DEDUP_MS + COOLDOWN_MS) };
    assert_eq!(story.first(&worse), send(DEDUP_MS + COOLDOWN_MS));
}

#[test]
fn what_is_news_waits_until_the_cool_down_is_over() {
    let mut story = Story::new(route(&[0]));
    story.tell(&raised(0));
    story.tell(&acknowledged(10_000));
    // somebody took note of the first; this one nobody knows of
    assert_eq!(story.first(&raised(MIN)), Some(Decision::Wait { due_ms: COOLDOWN_MS }));
    assert_eq!(story.first(&raised(MIN + 1)), skip(NotSent::CoolDown { until_ms: COOLDOWN_MS }), "it will be told then");
    let mut story = Story::new(route(&[0]));
    story.tell(&raised(0));
    assert_eq!(story.first(&returned(MIN)), Some(Decision::Wait { due_ms: COOLDOWN_MS }));
    assert_eq!(story.first(&raised(MIN + 1)), skip(NotSent::CoolDown { until_ms: COOLDOWN_MS }));
    assert_eq!(story.first(&returned(MIN + 2)), skip(NotSent::CoolDown { until_ms: COOLDOWN_MS }), "one return waits already");
    let mut story = Story::new(route(&[0]));
    story.tell(&raised(0));
    assert_eq!(story.first(&returned(5 * MIN)), send(5 * MIN));
    assert_eq!(story.first(&raised(8 * MIN)), send(8 * MIN), "its end was told in between");
}

#[test]
fn a_return_is_told_to_whom_its_beginning_was_told() {
    let mut story = Story::new(route(&[0, 10]));
    assert_eq!(story.first(&returned(0)), skip(NotSent::NothingTold));
    story.tell(&raised(0));
    let steps = |notices: &[Notice]| notices.iter().map(|notice| notice.step_no).collect::<Vec<_>>();
    assert_eq!(steps(&story.tell(&returned(3 * MIN))), [0], "the second step had not been told");
    let mut story = Story::new(route(&[0, 10]));
    story.tell(&raised(0));
    let told = Told { kind: NoticeKind::Escalated, at_ms: 10 * MIN, severity: Severity::High, transition_id: 1 };
    story.memory.steps[1].tell(told);
    assert_eq!(steps(&story.tell(&returned(30 * MIN))), [0, 1]);
    let mut quiet = route(&[0]);
    quiet.definition.tells_return = false;
    let mut story = Story::new(quiet);
    story.tell(&raised(0));
    assert_eq!(story.tell(&returned(5 * MIN)), []);
}

#[test]
fn a_route_that_is_off_or_out_of_hours_says_why() {
    let mut off = route(&[0, 5]);
    off.is_enabled = false;
    assert_eq!(Story::new(off).tell(&raised(0)).len(), 1, "one line, not one per step");
    let mut nobody = route(&[0, 5]);
    nobody.channels_on = vec![false, true];
    let mut story = Story::new(nobody);
    let decided = story.tell(&raised(0));
    assert_eq!(decided[0].decision, Decision::Skip(NotSent::ChannelOff));
    assert_eq!(decided[1].decision, Decision::Wait { due_ms: 5 * MIN }, "the next step goes on");
    let mut nights = route(&[0]);
    nights.definition.schedule = Schedule { from_minute: 22 * 60, to_minute: 6 * 60, ..Schedule::ALWAYS };
    assert_eq!(Story::new(nights.clone()).first(&raised(12 * 60 * MIN)), skip(NotSent::OutsideSchedule));
    assert_eq!(Story::new(nights).first(&raised(23 * 60 * MIN)), send(23 * 60 * MIN));
    let mut workdays = route(&[0]);
    workdays.definition.schedule.holidays = OnHolidays::Never;
    let mut story = Story::new(workdays);
    story.holidays = Holidays::from([LocalMs(0).day()]);
    assert_eq!(story.first(&raised(0)), skip(NotSent::OutsideSchedule));
}

#[test]
fn what_waited_is_judged_by_the_alarm_as_it_is_then() {
    let up = AlarmNow { state: State::Unack, is_active: true, acknowledged: None };
    let again = |kind, alarm: &AlarmNow| decide_again(kind, true, true, alarm, 7);
    assert_eq!(again(NoticeKind::Escalated, &up), Decision::Send { due_ms: 7 });
    let acknowledged = AlarmNow { acknowledged: Some(("Li".to_owned(), 3)), state: State::Acked, ..up.clone() };
    let by = NotSent::Acknowledged { by: "Li".to_owned(), at_ms: 3 };
    assert_eq!(again(NoticeKind::Escalated, &acknowledged), Decision::Skip(by));
    for state in [State::Shlvd, State::Dsupr, State::Oosrv] {
        let aside = AlarmNow { state, ..up.clone() };
        assert_eq!(again(NoticeKind::Escalated, &aside), Decision::Skip(NotSent::SetAside));
    }
    let over = AlarmNow { state: State::Rtnun, is_active: false, acknowledged: None };
    assert_eq!(again(NoticeKind::Raised, &over), Decision::Skip(NotSent::ReturnedBefore));
    assert_eq!(again(NoticeKind::Returned, &over), Decision::Send { due_ms: 7 });
    assert_eq!(again(NoticeKind::Returned, &up), Decision::Skip(NotSent::RaisedAgain));
    assert_eq!(decide_again(NoticeKind::Raised, false, true, &up, 7), Decision::Skip(NotSent::RouteOff));
    assert_eq!(decide_again(NoticeKind::Raised, true, false, &up, 7), Decision::Skip(NotSent::ChannelOff));
}

/// One alarm that rises, returns and is acknowledged; what is due is decided as the sender does it.
#[derive(Default)]
struct World {
    waiting: Vec<(i64, usize, NoticeKind, i64)>,
    /// When which step was told what.
    told: Vec<(i64, usize, NoticeKind)>,
    state: State,
    acknowledged_at: Option<(i64, i64)>,
}

impl World {
    fn take(&mut self, story: &mut Story, event: &Transition) {
        self.state = event.to;
        let notices = story.tell(event);
        if event.event == Event::Acknowledged {
            self.acknowledged_at = Some((story.next_id, event.at_ms));
        }
        for notice in notices {
            match notice.decision {
                Decision::Send { .. } => self.told.push((event.at_ms, notice.step_no, notice.kind)),
                Decision::Wait { due_ms } => self.waiting.push((due_ms, notice.step_no, notice.kind, story.next_id)),
                Decision::Skip(_) => {}
            }
        }
    }

    fn decide_due(&mut self, story: &mut Story, now_ms: i64) {
        self.waiting.sort_by_key(|waiting| (waiting.0, waiting.3));
        while self.waiting.first().is_some_and(|(due_ms, ..)| *due_ms <= now_ms) {
            let (due_ms, step_no, kind, transition_id) = self.waiting.remove(0);
            let acknowledged = self.acknowledged_at.filter(|(id, _)| *id > transition_id);
            let alarm = AlarmNow {
                state: self.state,
                is_active: matches!(self.state, State::Unack | State::Acked),
                acknowledged: acknowledged.map(|(_, at_ms)| ("Li".to_owned(), at_ms)),
            };
            let decision = decide_again(kind, true, true, &alarm, due_ms);
            let step = &mut story.memory.steps[step_no];
            for open in [&mut step.open, &mut step.open_return] {
                *open = open.filter(|open| open.transition_id != transition_id || open.kind != kind);
            }
            if let Decision::Send { .. } = decision {
                self.told.push((due_ms, step_no, kind));
                step.tell(Told { kind, at_ms: due_ms, severity: Severity::High, transition_id });
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Turn {
    Rise,
    Return,
    Acknowledge,
}

fn event_of(turn: Turn, state: State, at_ms: i64) -> Option<Transition> {
    match (turn, state) {
        (Turn::Rise, State::Norm | State::Rtnun) => Some(transition(Event::Raised, state, State::Unack, at_ms)),
        (Turn::Return, State::Unack) => Some(returned(at_ms)),
        (Turn::Return, State::Acked) => Some(transition(Event::Returned, State::Acked, State::Norm, at_ms)),
        (Turn::Acknowledge, State::Unack) => Some(acknowledged(at_ms)),
        (Turn::Acknowledge, State::Rtnun) => Some(transition(Event::Acknowledged, state, State::Norm, at_ms)),
        _ => None,
    }
}

fn turns() -> impl Strategy<Value = Vec<(i64, Turn)>> {
    let turn = prop_oneof![Just(Turn::Rise), Just(Turn::Return), Just(Turn::Acknowledge)];
    prop::collection::vec((1_000i64..400_000, turn), 1..60)
}

proptest! {
    #[test]
    fn one_step_never_hears_of_an_alarm_twice_within_the_cool_down(turns in turns(), after_min in 0u32..4) {
        let mut story = Story::new(route(&[0, after_min]));
        let (mut world, mut now_ms) = (World::default(), 0);
        for (wait_ms, turn) in turns {
            now_ms += wait_ms;
            world.decide_due(&mut story, now_ms);
            if let Some(event) = event_of(turn, world.state, now_ms) {
                world.take(&mut story, &event);
            }
        }
        world.decide_due(&mut story, now_ms + 10 * DEDUP_MS);
        for step in 0..2 {
            let mut times: Vec<i64> = world.told.iter().filter(|told| told.1 == step).map(|told| told.0).collect();
            times.sort_unstable();
            for pair in times.windows(2) {
                prop_assert!(pair[1] - pair[0] >= COOLDOWN_MS, "{:?}", world.told);
            }
        }
    }

    #[test]
    fn after_everything_the_first_step_knows_how_the_alarm_stands(turns in turns()) {
        let mut story = Story::new(route(&[0]));
        let (mut world, mut now_ms) = (World::default(), 0);
        for (wait_ms, turn) in turns {
            now_ms += wait_ms;
            world.decide_due(&mut story, now_ms);
            if let Some(event) = event_of(turn, world.state, now_ms) {
                world.take(&mut story, &event);
            }
        }
        world.decide_due(&mut story, now_ms + 10 * DEDUP_MS);
        let last = world.told.iter().max_by_key(|told| told.0).map(|told| told.2);
        match world.state {
            // nobody took note of it: the last word was that it is up
            State::Unack => prop_assert!(last.is_some_and(|kind| kind != NoticeKind::Returned), "{:?}", world.told),
            State::Norm | State::Rtnun => {
                prop_assert!(last.is_none_or(|kind| kind == NoticeKind::Returned), "{:?}", world.told);
            }
            _ => {}
        }
    }

    #[test]
    fn with_nobody_acknowledging_every_step_is_told_exactly_once(afters in prop::collection::vec(1u32..60, 1..5)) {
        let mut steps = vec![0];
        steps.extend(&afters);
        let mut story = Story::new(route(&steps));
        let mut world = World::default();
        world.take(&mut story, &raised(0));
        world.decide_due(&mut story, 100 * 60 * MIN);
        for (step, after_min) in steps.iter().enumerate() {
            let times: Vec<i64> = world.told.iter().filter(|told| told.1 == step).map(|told| told.0).collect();
            prop_assert_eq!(times, vec![i64::from(*after_min) * MIN]);
        }
    }

    #[test]
    fn nobody_is_escalated_to_after_an_acknowledgement(at_ms in 1i64..40 * MIN) {
        let mut story = Story::new(route(&[0, 10, 20, 30]));
        let mut world = World::default();
        world.take(&mut story, &raised(0));
        world.decide_due(&mut story, at_ms);
        world.take(&mut story, &acknowledged(at_ms));
        world.decide_due(&mut story, 100 * 60 * MIN);
        let late = world.told.iter().filter(|told| told.0 > at_ms).count();
        prop_assert_eq!(late, 0);
        let due = [10, 20, 30].into_iter().filter(|after| after * MIN <= at_ms).count();
        prop_assert_eq!(world.told.len(), 1 + due);
    }
}
