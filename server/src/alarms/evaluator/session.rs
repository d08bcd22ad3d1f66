//! One life of the evaluation: take over, build the machine from the rows, step by step until something fails.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::alarms::inputs::StepInput;
use domain::alarms::point::AlarmId;
use domain::alarms::{Point, PointKey, Severity, Subject, starter};
use domain::{Day, LocalMs, SnapshotState, UserId};
use engine::alarms::{Alarms, Report};
use tokio::time::Instant;
use warehouse::WarehouseError;
use warehouse::alarms::evaluation::{
    AlarmProgress, AlarmWork, RegionsMark, Snapshot, Standing, points_after, save, write_starter_rules,
};

use super::inputs::{Loader, Memory, Reach};
use super::{Evaluator, WALL_TICK};
use crate::alarms::notify::decide::decide_and_record;
use crate::clock;
use crate::metrics as names;

/// Event time of one step, so that catching up stays in bounds.
const STEP_MS: i64 = 3_600_000;
/// A warehouse that was never evaluated begins so long before its watermark; older data is for trials.
const FIRST_LOOK_BACK_MS: i64 = 86_400_000;
/// A new limit, or a region that reports for the first time, is seen this late.
const REGIONS_EVERY: Duration = Duration::from_secs(5);

pub struct Session<'a> {
    evaluator: &'a Evaluator,
    machine: Option<Machine>,
    memory: Memory,
    epoch: i64,
    is_wall_due: bool,
    /// When it was last asked whether the regions are others.
    regions_asked: Option<Instant>,
}

/// The rules as they were loaded, and what they judge.
struct Machine {
    alarms: Alarms,
    reach: Reach,
    rules_revision: i64,
    /// Of the data: limits may depend on the days before it.
    day: Day,
    regions: RegionsMark,
    /// Changes up to here are in memory.
    revision: i64,
    /// Users that have an alarm.
    users: BTreeSet<UserId>,
}

/// The event time of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Span {
    from: LocalMs,
    to: LocalMs,
    /// What is stored as evaluated after it.
    until: Option<LocalMs>,
    has_more: bool,
}

impl<'a> Session<'a> {
    pub async fn start(evaluator: &'a Evaluator) -> Result<Self, WarehouseError> {
        let taken = AlarmWork::take_over(&evaluator.store).await?;
        if !taken.has_starter_rules {
            let mut work = AlarmWork::begin(&evaluator.store, taken.epoch).await?;
            write_starter_rules(work.conn(), &starter::rules()).await?;
            work.commit(taken.evaluated_until, taken.revised_since, false, clock::now()).await?;
        }
        let memory = Memory::since(evaluator.now().0);
        Ok(Self { evaluator, machine: None, memory, epoch: taken.epoch, is_wall_due: true, regions_asked: None })
    }

    /// Evaluates everything that is there; `is_wall`: the clock has gone on.
    pub async fn look(&mut self, is_wall: bool) -> Result<(), WarehouseError> {
        self.is_wall_due |= is_wall;
        let mut wall_at = Instant::now();
        while self.step().await? {
            // whoever catches up for hours hears of a pipeline that stops meanwhile
            if wall_at.elapsed() >= WALL_TICK {
                (self.is_wall_due, wall_at) = (true, Instant::now());
            }
        }
        Ok(())
    }

    /// One step; true when there is more to do.
    async fn step(&mut self) -> Result<bool, WarehouseError> {
        let began = Instant::now();
        let mut snapshot = Snapshot::begin(&self.evaluator.store).await?;
        let standing = snapshot.standing().await?;
        if standing.alarms.epoch != self.epoch {
            return Err(WarehouseError::EvaluatorReplaced { epoch: self.epoch });
        }
        let span = span(&standing, clock::local(self.evaluator.zone));
        if self.regions_asked.is_none_or(|asked| asked.elapsed() >= REGIONS_EVERY) {
            let mark = snapshot.regions_mark(day_of(span)).await?;
            self.regions_asked = Some(Instant::now());
            if self.machine.as_ref().is_some_and(|machine| machine.regions != mark) {
                return self.take_rules(snapshot, &standing, span).await;
            }
        }
        if !self.has_rules(&standing, span) {
            return self.take_rules(snapshot, &standing, span).await;
        }
        let has_news = standing.alarms.revised_since != Some(standing.written_at);
        if span.to == span.from && !self.is_wall_due && !has_news {
            return Ok(false);
        }
        let Some(machine) = &mut self.machine else { return Ok(true) };
        let needs = machine.alarms.needs();
        let watched: Vec<UserId> = machine.users.iter().copied().collect();
        let mut loader = Loader {
            snapshot: &mut snapshot,
            needs: &needs,
            reach: &machine.reach,
            standing: &standing,
            grace_ms: self.evaluator.settings.grace_ms,
            watched: &watched,
        };
        let mut loaded = loader.load(&mut self.memory, self.evaluator.input(span, self.is_wall_due)).await?;
        let together = loaded.together();
        if machine.alarms.wants_not_load(&together) {
            let minutes = loader.minutes(&together);
            loaded.input.not_load = loader.snapshot.not_load(span.to, minutes).await?;
        }
        if self.is_wall_due {
            meter_open(snapshot.open_alarms().await?);
        }
        drop(snapshot);
        let mut work = AlarmWork::begin(&self.evaluator.store, self.epoch).await?;
        if work.progress().rules_revision != machine.rules_revision {
            // the machine was not stepped, so nothing is lost but this look
            self.memory.is_filled = false;
            return Ok(true);
        }
        machine.catch_up(&mut work).await?;
        (loaded.input.now_ms, loaded.input.local_now) = self.evaluator.now();
        let mut has_changed = false;
        for input in loaded.filling().into_iter().chain([loaded.input]) {
            let local_now = input.local_now;
            let report = machine.alarms.step(input);
            machine.save(&mut work, &report, local_now).await?;
            has_changed |= !report.transitions.is_empty();
        }
        // what an engine that copies writes is looked at when it is done
        let revised_since = match standing.snapshot {
            SnapshotState::Complete => Some(standing.written_at),
            _ => standing.alarms.revised_since,
        };
        let done = work.commit(span.until, revised_since, has_changed, clock::now()).await?;
        machine.revision = done.revision;
        self.is_wall_due = false;
        meter(began, &standing, &done);
        Ok(span.has_more)
    }

    fn has_rules(&self, standing: &Standing, span: Span) -> bool {
        self.machine
            .as_ref()
            .is_some_and(|machine| machine.rules_revision == standing.alarms.rules_revision && machine.day == day_of(span))
    }

    /// Loads rules, regions and limits; alarms of rules that changed or are gone return.
    async fn take_rules(&mut self, mut snapshot: Snapshot, standing: &Standing, span: Span) -> Result<bool, WarehouseError> {
        let rules = snapshot.rules_in_force().await?;
        let day = day_of(span);
        let mark = snapshot.regions_mark(day).await?;
        let regions = snapshot.region_nodes(day).await?;
        let holidays = snapshot.holidays().await?;
        let reach = Reach::of(&rules, &regions);
        let rules_revision = standing.alarms.rules_revision;
        let mut machine = match self.machine.take() {
            Some(machine) => machine,
            None => {
                let points = snapshot.points().await?;
                let users = users_of(&points);
                let settings = self.evaluator.settings;
                let alarms = Alarms::new(settings, rules.clone(), regions.clone(), holidays.clone(), points);
                let revision = standing.alarms.revision;
                Machine { alarms, reach: Reach::default(), rules_revision, day, regions: mark, revision, users }
            }
        };
        drop(snapshot);
        let mut work = AlarmWork::begin(&self.evaluator.store, self.epoch).await?;
        if work.progress().rules_revision != rules_revision {
            return Ok(true);
        }
        machine.catch_up(&mut work).await?;
        let (now_ms, local_now) = self.evaluator.now();
        let report = machine.alarms.replace_rules(rules, regions, holidays, now_ms);
        machine.save(&mut work, &report, local_now).await?;
        let progress = *work.progress();
        let has_changed = !report.transitions.is_empty();
        let done = work.commit(progress.evaluated_until, progress.revised_since, has_changed, clock::now()).await?;
        machine.revision = done.revision;
        self.machine = Some(Machine { reach, rules_revision, day, regions: mark, ..machine });
        // another rule may look back further
        self.memory.is_filled = false;
        Ok(true)
    }
}

impl Evaluator {
    fn now(&self) -> (i64, LocalMs) {
        let now_us = clock::now_us();
        (now_us / 1000, self.zone.local_ms(now_us))
    }

    fn input(&self, span: Span, has_wall: bool) -> StepInput {
        let (now_ms, local_now) = self.now();
        StepInput { from: span.from, to: span.to, now_ms, local_now, has_wall, ..StepInput::default() }
    }
}

impl Machine {
    /// Takes over what people changed since the last step.
    async fn catch_up(&mut self, work: &mut AlarmWork) -> Result<(), WarehouseError> {
        if work.progress().revision != self.revision {
            let changed = points_after(work.conn(), self.revision).await?;
            self.alarms.replace_points(changed);
            self.revision = work.progress().revision;
        }
        Ok(())
    }

    async fn save(&mut self, work: &mut AlarmWork, report: &Report, local_now: LocalMs) -> Result<(), WarehouseError> {
        if report.is_empty() {
            return Ok(());
        }
        // timers alone are nobody's news
        let revision = if report.transitions.is_empty() { work.progress().revision } else { work.next_revision() };
        let saved = save(work.conn(), &report.points, &report.transitions, revision).await?;
        let now_ms = report.transitions.first().map_or(0, |transition| transition.at_ms);
        decide_and_record(work.conn(), &saved.transitions, now_ms, local_now).await?;
        self.users.extend(users_of(&report.points));
        let numbers: Vec<(PointKey, AlarmId)> = saved.alarm_ids;
        self.alarms.stored(&numbers);
        Ok(())
    }
}

fn users_of(points: &[Point]) -> BTreeSet<UserId> {
    let user = |point: &Point| match point.key.subject {
        Subject::User { user_id, .. } if point.is_active => Some(user_id),
        _ => None,
    };
    points.iter().filter_map(user).collect()
}

/// Steps end where a day of the data ends, because limits are a day's.
fn span(standing: &Standing, local_now: LocalMs) -> Span {
    let evaluated = standing.alarms.evaluated_until;
    let closed = standing.closed_until().filter(|_| standing.snapshot == SnapshotState::Complete);
    let Some(closed) = closed else {
        let at = evaluated.unwrap_or(local_now);
        return Span { from: at, to: at, until: evaluated, has_more: false };
    };
    let from = evaluated.unwrap_or_else(|| closed.plus_ms(-FIRST_LOOK_BACK_MS)).min(closed);
    let to = closed.min(from.plus_ms(STEP_MS)).min(from.day().end());
    Span { from, to, until: Some(to.max(evaluated.unwrap_or(to))), has_more: to < closed }
}

fn day_of(span: Span) -> Day {
    span.to.plus_ms(-1).day()
}

fn meter_open(open: [i64; 4]) {
    for (severity, count) in Severity::ALL.into_iter().zip(open) {
        metrics::gauge!(names::ALARMS_OPEN, "severity" => severity.code()).set(count as f64);
    }
}

fn meter(began: Instant, standing: &Standing, done: &AlarmProgress) {
    metrics::histogram!(names::EVALUATION_SECONDS).record(began.elapsed().as_secs_f64());
    if let (Some(closed), Some(until)) = (standing.closed_until(), done.evaluated_until) {
        metrics::gauge!(names::EVALUATION_BEHIND_SECONDS).set((closed.0 - until.0).max(0) as f64 / 1e3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect("a time")
    }

    fn standing(watermark: &str, evaluated_until: Option<&str>) -> Standing {
        Standing {
            watermark: Some(at(watermark)),
            snapshot: SnapshotState::Complete,
            alarms: AlarmProgress { evaluated_until: evaluated_until.map(at), ..AlarmProgress::default() },
            ..Standing::default()
        }
    }

    fn ends(standing: &Standing) -> (String, String, bool) {
        let span = span(standing, at("2026-01-01"));
        assert_eq!(span.until, Some(span.to));
        (span.from.to_string(), span.to.to_string(), span.has_more)
    }

    fn spans(from: &str, to: &str, has_more: bool) -> (String, String, bool) {
        (at(from).to_string(), at(to).to_string(), has_more)
    }

    #[test]
    fn a_step_goes_to_the_newest_closed_window_but_no_further_than_an_hour_or_midnight() {
        let closed = standing("2016-01-11 10:00:07.300", Some("2016-01-11 10:00:00"));
        assert_eq!(ends(&closed), spans("2016-01-11 10:00:00", "2016-01-11 10:00:05", false));
        let behind = standing("2016-01-11 12:30:00", Some("2016-01-11 10:00:00"));
        assert_eq!(ends(&behind), spans("2016-01-11 10:00:00", "2016-01-11 11:00:00", true));
        let midnight = standing("2016-01-12 00:10:00", Some("2016-01-11 23:50:00"));
        assert_eq!(ends(&midnight), spans("2016-01-11 23:50:00", "2016-01-12 00:00:00", true));
        let after = standing("2016-01-12 00:10:00", Some("2016-01-12 00:00:00"));
        assert_eq!(ends(&after), spans("2016-01-12 00:00:00", "2016-01-12 00:10:00", false));
    }

    #[test]
    fn the_first_evaluation_looks_a_day_back() {
        assert_eq!(ends(&standing("2016-01-11 10:00:00", None)), spans("2016-01-10 10:00:00", "2016-01-10 11:00:00", true));
    }

    #[test]
    fn nothing_is_evaluated_while_the_copy_runs() {
        let copying = Standing { snapshot: SnapshotState::Copying, ..standing("2016-01-11 10:00:00", None) };
        let span = span(&copying, at("2026-01-01"));
        assert_eq!((span.from, span.to, span.until, span.has_more), (at("2026-01-01"), at("2026-01-01"), None, false));
    }
}
