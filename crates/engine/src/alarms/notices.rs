//! Who is told of an event, decided without a clock: each step of a route is told, waits, or is not told for a reason.

use domain::alarms::notices::{Decision, NotSent, NoticeKind, RouteDefinition};
use domain::alarms::schedule::Holidays;
use domain::alarms::{Event, RegionChoice, Severity, State, Transition};
use domain::{LocalMs, RegionId};

/// A route with what is known about its owner and its receivers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    pub route_id: i32,
    pub definition: RouteDefinition,
    pub is_enabled: bool,
    /// Regions of the tenant whose route it is; none: the operator's, so every region and the installation.
    pub owned_regions: Option<Vec<RegionId>>,
    /// Per step, whether its receiver is switched on.
    pub channels_on: Vec<bool>,
}

/// The last message that one step of a route got, or is about to get, about one alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    pub kind: NoticeKind,
    pub at_ms: i64,
    pub severity: Severity,
    pub transition_id: i64,
}

/// A decision that is still to come at one step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    pub kind: NoticeKind,
    pub due_ms: i64,
    pub transition_id: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StepMemory {
    /// The last message of any kind.
    pub told: Option<Told>,
    /// The last that said that the alarm is up, unless its return was told since.
    pub told_up: Option<Told>,
    /// Something that says that it is up.
    pub open: Option<Open>,
    /// That it is over. It may come to be after something else that waits.
    pub open_return: Option<Open>,
}

/// What was said on one route about one alarm, by step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    pub steps: Vec<StepMemory>,
    /// The last acknowledgement, by the number of its transition: what was said before is another story.
    pub acknowledged: Option<i64>,
}

/// What is the same for all decisions of one moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub now_ms: i64,
    pub local_now: LocalMs,
    pub holidays: &'a Holidays,
}

/// An event as routes see it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub transition_id: i64,
    pub transition: &'a Transition,
    /// Its region and all above it, nearest first; empty for the installation as a whole.
    pub regions: &'a [RegionId],
}

/// The decision about one event at one step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    pub step_no: usize,
    pub channel_id: i32,
    pub kind: NoticeKind,
    pub decision: Decision,
}

/// What the alarm is like when a decision that waited is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmNow {
    pub state: State,
    pub is_active: bool,
    /// By whom and when it was acknowledged after the event.
    pub acknowledged: Option<(String, i64)>,
}

/// What there is to tell of an event; none for acts of people, what is hidden, and what happened too long ago.
pub fn kind_of(transition: &Transition) -> Option<NoticeKind> {
    if transition.is_retrospective {
        return None;
    }
    if transition.is_annunciated {
        let is_first = transition.event == Event::Raised;
        return Some(if is_first { NoticeKind::Raised } else { NoticeKind::Reannunciated });
    }
    let is_end = matches!(transition.event, Event::Returned | Event::RuleChanged | Event::ScheduleEnded);
    let was_up = matches!(transition.from, State::Unack | State::Acked);
    let is_over = matches!(transition.to, State::Norm | State::Rtnun | State::Ltunk | State::Ltack);
    (is_end && was_up && is_over).then_some(NoticeKind::Returned)
}

/// Whether somebody has taken note of the alarm.
pub fn is_acknowledgement(transition: &Transition) -> bool {
    transition.event == Event::Acknowledged || matches!(transition.to, State::Acked | State::Ltack)
}

impl Route {
    /// Whether the route is about such events at all.
    pub fn matches(&self, severity: Severity, regions: &[RegionId]) -> bool {
        if !self.definition.severities.contains(&severity) {
            return false;
        }
        let Some(own) = regions.first() else { return self.definition.tells_installation && self.owned_regions.is_none() };
        let is_owned = self.owned_regions.as_ref().is_none_or(|owned| owned.contains(own));
        let is_chosen = match &self.definition.regions {
            RegionChoice::All => true,
            // a region stands for everything below it
            RegionChoice::Listed(listed) => regions.iter().any(|region| listed.contains(region)),
        };
        is_owned && is_chosen
    }

    fn is_channel_on(&self, step_no: usize) -> bool {
        self.channels_on.get(step_no).copied().unwrap_or(false)
    }
}

/// Decides about an event on a route, and remembers it for the next event of the same alarm.
pub fn decide(event: Seen, route: &Route, moment: Moment, memory: &mut Memory) -> Vec<Notice> {
    memory.steps.resize(route.definition.steps.len(), StepMemory::default());
    if is_acknowledgement(event.transition) {
        memory.acknowledged = Some(event.transition_id);
    }
    let Some(kind) = kind_of(event.transition) else { return Vec::new() };
    let is_wanted = kind != NoticeKind::Returned || route.definition.tells_return;
    if !is_wanted || route.definition.steps.is_empty() || !route.matches(event.transition.severity, event.regions) {
        return Vec::new();
    }
    let off = if !route.is_enabled {
        Some(NotSent::RouteOff)
    } else if !route.definition.schedule.applies(moment.local_now, moment.holidays) {
        Some(NotSent::OutsideSchedule)
    } else {
        None
    };
    let decided: Vec<(usize, NoticeKind, Decision)> = match (off, kind) {
        (Some(why), _) => vec![(0, kind, Decision::Skip(why))],
        (None, NoticeKind::Returned) => decide_return(route, moment.now_ms, memory),
        (None, _) => decide_raise(event, route, moment.now_ms, memory, kind),
    };
    for (step_no, kind, decision) in &decided {
        memory.steps[*step_no].note(*kind, decision, moment.now_ms, event);
    }
    let channel = |step_no: usize| route.definition.steps[step_no].channel_id;
    decided
        .into_iter()
        .map(|(step_no, kind, decision)| Notice { step_no, channel_id: channel(step_no), kind, decision })
        .collect()
}

fn decide_raise(
    event: Seen,
    route: &Route,
    now_ms: i64,
    memory: &Memory,
    kind: NoticeKind,
) -> Vec<(usize, NoticeKind, Decision)> {
    let mut decided = vec![(0, kind, first_step(event, route, now_ms, memory, kind))];
    let cooldown_ms = seconds(route.definition.cooldown_s);
    for (step_no, step) in route.definition.steps.iter().enumerate().skip(1) {
        let before = &memory.steps[step_no];
        let is_begun = before.open.is_some_and(|open| open.kind == NoticeKind::Escalated && memory.is_same(open.transition_id));
        let is_told = before
            .told_up
            .is_some_and(|up| memory.is_same(up.transition_id) && now_ms < up.at_ms + seconds(route.definition.dedup_s));
        if is_begun || is_told {
            continue;
        }
        let free_ms = before.told.map_or(now_ms, |told| told.at_ms + cooldown_ms);
        let due_ms = free_ms.max(now_ms + i64::from(step.after_min) * 60_000);
        decided.push((step_no, NoticeKind::Escalated, Decision::Wait { due_ms }));
    }
    decided
}

/// Whoever was told a moment ago that it is up is not told again. What is news to him waits until the cool-down is over.
fn first_step(event: Seen, route: &Route, now_ms: i64, memory: &Memory, kind: NoticeKind) -> Decision {
    let step = &memory.steps[0];
    if !route.is_channel_on(0) {
        return Decision::Skip(NotSent::ChannelOff);
    }
    let cooldown_ms = seconds(route.definition.cooldown_s);
    if let Some(open) = step.open.filter(|open| memory.is_same(open.transition_id)) {
        return Decision::Skip(NotSent::CoolDown { until_ms: open.due_ms });
    }
    if let Some(up) = step.told_up.filter(|up| memory.is_same(up.transition_id)) {
        let (cool_ms, repeat_ms) = (up.at_ms + cooldown_ms, up.at_ms + seconds(route.definition.dedup_s));
        if now_ms < cool_ms {
            return Decision::Skip(NotSent::CoolDown { until_ms: cool_ms });
        }
        if up.kind == kind && up.severity == event.transition.severity && now_ms < repeat_ms {
            return Decision::Skip(NotSent::Duplicate { until_ms: repeat_ms });
        }
    }
    let due_ms = now_ms + seconds(route.definition.group_wait_s);
    match step.told.map(|told| told.at_ms + cooldown_ms).filter(|free_ms| now_ms < *free_ms) {
        Some(free_ms) => Decision::Wait { due_ms: free_ms },
        None => Decision::Send { due_ms },
    }
}

/// Everybody who was told that it is up is told that it is over.
fn decide_return(route: &Route, now_ms: i64, memory: &Memory) -> Vec<(usize, NoticeKind, Decision)> {
    let told = memory.steps.iter().enumerate().filter(|(_, step)| step.told_up.is_some());
    let decided: Vec<_> = told
        .map(|(step_no, step)| {
            let free_ms = step.told.map_or(now_ms, |told| told.at_ms + seconds(route.definition.cooldown_s));
            let decision = if !route.is_channel_on(step_no) {
                Decision::Skip(NotSent::ChannelOff)
            } else if let Some(open) = step.open_return {
                // what waits will be judged by how the alarm stands then
                Decision::Skip(NotSent::CoolDown { until_ms: open.due_ms })
            } else if now_ms < free_ms {
                Decision::Wait { due_ms: free_ms }
            } else {
                Decision::Send { due_ms: now_ms + seconds(route.definition.group_wait_s) }
            };
            (step_no, NoticeKind::Returned, decision)
        })
        .collect();
    if decided.is_empty() { vec![(0, NoticeKind::Returned, Decision::Skip(NotSent::NothingTold))] } else { decided }
}

/// Decides about what waited and is due now.
pub fn decide_again(kind: NoticeKind, is_route_on: bool, is_channel_on: bool, alarm: &AlarmNow, now_ms: i64) -> Decision {
    let why_not = if !is_route_on {
        Some(NotSent::RouteOff)
    } else if !is_channel_on {
        Some(NotSent::ChannelOff)
    } else if kind == NoticeKind::Returned {
        alarm.is_active.then_some(NotSent::RaisedAgain)
    } else if let Some((by, at_ms)) = alarm.acknowledged.clone() {
        Some(NotSent::Acknowledged { by, at_ms })
    } else if alarm.state.is_set_aside() {
        Some(NotSent::SetAside)
    } else {
        (!alarm.is_active).then_some(NotSent::ReturnedBefore)
    };
    why_not.map_or(Decision::Send { due_ms: now_ms }, Decision::Skip)
}

impl Memory {
    /// Whether nobody has acknowledged since.
    fn is_same(&self, transition_id: i64) -> bool {
        self.acknowledged.is_none_or(|acknowledged| transition_id > acknowledged)
    }
}

impl StepMemory {
    fn note(&mut self, kind: NoticeKind, decision: &Decision, at_ms: i64, event: Seen) {
        let transition_id = event.transition_id;
        match decision {
            Decision::Send { .. } => self.tell(Told { kind, at_ms, severity: event.transition.severity, transition_id }),
            Decision::Wait { due_ms } => self.expect(Open { kind, due_ms: *due_ms, transition_id }),
            Decision::Skip(_) => {}
        }
    }

    /// Takes in that something will be decided.
    pub fn expect(&mut self, open: Open) {
        match open.kind {
            NoticeKind::Returned => self.open_return = Some(open),
            _ => self.open = Some(open),
        }
    }

    /// Takes a message into the memory; they come in the order in which they were decided.
    pub fn tell(&mut self, told: Told) {
        self.told = Some(told);
        self.told_up = (told.kind != NoticeKind::Returned).then_some(told);
    }
}

fn seconds(count: u32) -> i64 {
    i64::from(count) * 1_000
}
