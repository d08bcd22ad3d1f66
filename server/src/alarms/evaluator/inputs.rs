//! Loads what one step looks at: only what the rules in force need.

use std::collections::HashSet;
use std::time::Duration;

use domain::alarms::inputs::{Needs, RegionNode, SilentMeter, StepInput, WindowSum};
use domain::alarms::{Metric, Rule, RuleId};
use domain::effect::Grain;
use domain::{Day, LocalMs, RegionId, SnapshotState, UserId};
use tokio::time::Instant;
use warehouse::WarehouseError;
use warehouse::alarms::evaluation::{Snapshot, Span, Standing};

use super::hearing;
use super::held::Held;

const MINUTE_MS: i64 = 60_000;
const QUARTER_MS: i64 = 900_000;
const HOUR_MS: i64 = 3_600_000;
/// Meters fall silent over many minutes; the question is a large one.
const SILENT_METERS_EVERY: Duration = Duration::from_secs(60);

/// Where rules look, beside what they need.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    /// Regions of rules about ranks, and about silent meters.
    pub ranked: Vec<RegionId>,
    pub listened: Vec<RegionId>,
    /// The rules about silent meters themselves.
    pub listeners: Vec<RuleId>,
}

impl Reach {
    pub fn of(rules: &[Rule], regions: &[RegionNode]) -> Self {
        let covered = |metric: Metric| {
            let about = |rule: &&Rule| rule.definition.conditions.iter().any(|condition| condition.metric == metric);
            let rules: Vec<&Rule> = rules.iter().filter(about).collect();
            let covers = |rule: &Rule, region: RegionId| {
                rule.definition.covers(region) && rule.owned_regions.as_ref().is_none_or(|owned| owned.contains(&region))
            };
            let ids = regions.iter().map(|node| node.region_id);
            ids.filter(|region| rules.iter().any(|rule| covers(rule, *region))).collect()
        };
        let is_listener = |rule: &&Rule| rule.definition.conditions.iter().any(|one| one.metric == Metric::MeterSilenceMin);
        let listeners = rules.iter().filter(is_listener).map(|rule| rule.rule_id).collect();
        Self { ranked: covered(Metric::RankChange), listened: covered(Metric::MeterSilenceMin), listeners }
    }
}

/// What is remembered from step to step beside the machine; all of it may be lost.
#[derive(Debug, Default)]
pub struct Memory {
    pub held: Held,
    /// The machine has been given the windows before the step.
    pub is_filled: bool,
    /// UTC milliseconds at which this process began to listen to the log reader.
    since_ms: i64,
    silent: Vec<SilentMeter>,
    silent_at: Option<Instant>,
}

impl Memory {
    pub fn since(since_ms: i64) -> Self {
        Self { since_ms, ..Self::default() }
    }
}

/// What was loaded for a step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// For a machine that holds nothing yet: the windows before the step as it would hold them, without those that were
    /// revised meanwhile. Those come with the step, so that a restart does not make history of a revision.
    pub history: Vec<WindowSum>,
    pub input: StepInput,
}

impl Loaded {
    /// History and step in one, to ask what else is needed.
    pub fn together(&self) -> StepInput {
        let windows = self.history.iter().chain(&self.input.windows).copied().collect();
        StepInput { windows, ..self.input.clone() }
    }

    /// The step that fills the machine.
    pub fn filling(&mut self) -> Option<StepInput> {
        let StepInput { from, now_ms, local_now, pipeline, .. } = self.input;
        let windows = std::mem::take(&mut self.history);
        let step = StepInput { from, to: from, now_ms, local_now, pipeline, windows, ..StepInput::default() };
        (!step.windows.is_empty()).then_some(step)
    }
}

pub struct Loader<'a> {
    pub snapshot: &'a mut Snapshot,
    pub needs: &'a Needs,
    pub reach: &'a Reach,
    pub standing: &'a Standing,
    pub grace_ms: i64,
    /// Users with an alarm about their rank.
    pub watched: &'a [UserId],
}

impl Loader<'_> {
    /// Everything but what is not load, which is asked for when it matters. The caller sets span and clocks.
    pub async fn load(&mut self, memory: &mut Memory, input: StepInput) -> Result<Loaded, WarehouseError> {
        let mut loaded = Loaded { input, ..Loaded::default() };
        let input = &mut loaded.input;
        input.is_copying = self.standing.snapshot == SnapshotState::Copying;
        input.pipeline = hearing::reading(self.standing, memory.since_ms, input.now_ms, input.local_now);
        let has_news = self.standing.alarms.revised_since.is_none_or(|since| self.standing.written_at != since);
        let is_due = input.to > input.from || has_news || !memory.is_filled;
        if self.standing.snapshot == SnapshotState::Complete && self.standing.watermark.is_some() && is_due {
            loaded.history = self.windows(memory, input).await?;
            self.periods(input).await?;
            memory.is_filled = true;
        }
        if input.has_wall {
            self.wall(memory, input).await?;
        }
        Ok(loaded)
    }

    /// Minutes before `to` that the loads of the step look back on.
    pub fn minutes(&self, input: &StepInput) -> i64 {
        (input.to.0 - input.from.0) / MINUTE_MS + i64::from(self.needs.window_minutes.unwrap_or(0)) + 2
    }

    /// Returns the history that a machine without any has to be given.
    async fn windows(&mut self, memory: &mut Memory, input: &mut StepInput) -> Result<Vec<WindowSum>, WarehouseError> {
        let Some(minutes) = self.needs.window_minutes else { return Ok(Vec::new()) };
        let oldest = input.from.plus_ms(-MINUTE_MS * i64::from(minutes));
        let found = self.snapshot.windows(self.span(input), minutes).await?;
        input.windows = found.sums;
        memory.held.forget_before(oldest);
        if !memory.is_filled {
            let revised: HashSet<_> = input.windows.iter().map(|sum| (sum.start, sum.region_id)).collect();
            let mut history = self.snapshot.windows_between(oldest, input.from).await?;
            memory.held = Held::default();
            memory.held.add(&history);
            memory.held.add(&input.windows);
            history.retain(|sum| !revised.contains(&(sum.start, sum.region_id)));
            return Ok(history);
        }
        memory.held.add(&input.windows);
        if found.held != memory.held.count() {
            input.windows = memory.held.compare(self.snapshot.windows_between(oldest, input.to).await?);
        }
        Ok(Vec::new())
    }

    fn span(&self, input: &StepInput) -> Span {
        Span { from: input.from, to: input.to, revised_since: self.standing.alarms.revised_since }
    }

    async fn periods(&mut self, input: &mut StepInput) -> Result<(), WarehouseError> {
        let span = self.span(input);
        for grain in &self.needs.periods {
            input.periods.extend(self.snapshot.periods(*grain, span, self.grace_ms).await?);
        }
        for grain in &self.needs.running {
            // each running period of the step as it was at its end, the last one as it is now
            for until in ends_within(*grain, input.from, input.to) {
                input.running.extend(self.snapshot.running(*grain, until).await?);
            }
        }
        if self.needs.completeness {
            for quarter in self.closed(input, QUARTER_MS) {
                input.completeness.extend(self.snapshot.completeness(quarter).await?);
            }
        }
        if self.needs.rank_changes && !self.reach.ranked.is_empty() {
            for hour in self.closed(input, HOUR_MS) {
                input.rank_changes.extend(self.snapshot.rank_changes(hour, &self.reach.ranked, self.watched).await?);
            }
        }
        Ok(())
    }

    /// Starts of the periods whose end and grace lie in the step.
    fn closed(&self, input: &StepInput, length_ms: i64) -> Vec<LocalMs> {
        starts_closed(input.from, input.to, length_ms, self.grace_ms)
    }

    async fn wall(&mut self, memory: &mut Memory, input: &mut StepInput) -> Result<(), WarehouseError> {
        let at = self.standing.watermark.unwrap_or(input.local_now);
        if self.needs.newest_readings {
            input.newest_readings = self.snapshot.newest_readings(at).await?;
        }
        if self.needs.silent_meters {
            if memory.silent_at.is_none_or(|asked| asked.elapsed() >= SILENT_METERS_EVERY) {
                let reach = self.reach;
                memory.silent = self.snapshot.silent_meters(&reach.listened, input.local_now).await?;
                let long = self.snapshot.long_silent(&reach.listeners, &reach.listened, input.local_now).await?;
                memory.silent.extend(long);
                memory.silent_at = Some(Instant::now());
            }
            input.silent_meters = memory.silent.clone();
        }
        if self.needs.dead_letters {
            let now = chrono::DateTime::from_timestamp_millis(input.now_ms).unwrap_or_default();
            input.dead_letters = self.snapshot.dead_letters(now).await?;
        }
        Ok(())
    }
}

fn starts_closed(from: LocalMs, to: LocalMs, length_ms: i64, grace_ms: i64) -> Vec<LocalMs> {
    let after = from.0 - grace_ms - length_ms;
    let mut start = after.div_euclid(length_ms) * length_ms + length_ms;
    let mut starts = Vec::new();
    while start + length_ms + grace_ms <= to.0 {
        starts.push(LocalMs(start));
        start += length_ms;
    }
    starts
}

/// Ends of periods between the two moments, and the later moment.
fn ends_within(grain: Grain, from: LocalMs, to: LocalMs) -> Vec<LocalMs> {
    let mut ends = Vec::new();
    let mut at = from.plus_ms(1);
    while at < to {
        let end = match grain {
            Grain::Quarter => LocalMs(at.0.div_euclid(QUARTER_MS) * QUARTER_MS + QUARTER_MS),
            Grain::Hour => at.hour_start().plus_ms(HOUR_MS),
            Grain::Day => at.day().end(),
            // days suffice: a step never passes more than one
            Grain::Month | Grain::Year => Day(at.day().0 + 1).start(),
        };
        if end >= to {
            break;
        }
        if !matches!(grain, Grain::Month | Grain::Year) || end.day().month_start() == end.day() {
            ends.push(end);
        }
        at = end.plus_ms(1);
    }
    ends.push(to);
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_due_once_in_the_step_that_passes_its_grace() {
        let hour = |hours: i64| LocalMs(hours * HOUR_MS);
        let due = |from: i64, to: i64| starts_closed(LocalMs(from), LocalMs(to), HOUR_MS, MINUTE_MS);
        assert_eq!(due(HOUR_MS, HOUR_MS + MINUTE_MS - 1), []);
        assert_eq!(due(HOUR_MS, HOUR_MS + MINUTE_MS), [hour(0)]);
        assert_eq!(due(HOUR_MS + MINUTE_MS, 2 * HOUR_MS + MINUTE_MS), [hour(1)], "not the first again");
        assert_eq!(due(0, 3 * HOUR_MS), [hour(-1), hour(0), hour(1)]);
        assert_eq!(due(5, 5), []);
    }

    #[test]
    fn running_sums_are_asked_for_at_each_end_of_a_period() {
        let at = |text: &str| LocalMs::parse(text.as_bytes()).expect("a time");
        let ends = |grain, from, to| ends_within(grain, at(from), at(to));
        let (from, to) = ("2016-01-31 23:30:00", "2016-02-01 00:30:00");
        let midnight = at("2016-02-01 00:00:00");
        for grain in [Grain::Hour, Grain::Day, Grain::Month] {
            assert_eq!(ends(grain, from, to), [midnight, at(to)]);
            assert_eq!(ends(grain, from, "2016-02-01 00:00:00"), [midnight]);
            assert_eq!(ends(grain, "2016-02-01 00:00:00", to), [at(to)]);
            assert_eq!(ends(grain, to, to), [at(to)]);
        }
        assert_eq!(ends(Grain::Month, "2016-01-11 23:30:00", "2016-01-12 00:30:00"), [at("2016-01-12 00:30:00")]);
    }
}
