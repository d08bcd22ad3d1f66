//! One trial: the machine of each version, fed with the same numbers.

use std::collections::BTreeSet;

use domain::alarms::inputs::{Needs, RegionNode};
use domain::alarms::{Holidays, Metric, RegionChoice, Rule, RuleDefinition, SubjectKind};
use domain::{LocalMs, RegionId, UserId};
use engine::alarms::{AlarmSettings, Alarms};
use tokio_util::sync::CancellationToken;
use warehouse::Store;
use warehouse::alarms::evaluation::Snapshot;
use warehouse::alarms::trials::{MOST_REGIONS, Trial, TrialResult};

use super::TrialError;
use super::feed::Feed;
use super::tally::{self, Tally};

const SLICE_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

pub struct Run<'a> {
    pub store: &'a Store,
    pub grace_ms: i64,
    pub cancel: &'a CancellationToken,
}

/// One version under trial.
struct Tried {
    rule: Rule,
    alarms: Alarms,
    tally: Tally,
    needs_limits: bool,
}

impl Run<'_> {
    pub async fn trial(&self, trial: &Trial) -> Result<TrialResult, TrialError> {
        let (from, to) = (window_start(LocalMs::from_naive(trial.from)), window_start(LocalMs::from_naive(trial.to)));
        let mut snapshot = Snapshot::begin(self.store).await?;
        let mut nodes = snapshot.region_nodes(from.day()).await?;
        let holidays = snapshot.holidays().await?;
        // nothing is known of what is not closed
        let closed_until = snapshot.standing().await?.closed_until();
        let to = closed_until.map_or(to, |closed| to.min(closed));
        drop(snapshot);
        let mut covered = BTreeSet::new();
        let mut sides = Vec::new();
        let mut regions_in_all = 0;
        for definition in std::iter::once(&trial.definition).chain(&trial.other) {
            let (definition, own, all) = bounded(definition, &nodes, trial)?;
            covered.extend(own);
            regions_in_all = regions_in_all.max(all);
            sides.push(self.tried(trial, definition, &nodes, &holidays));
        }
        let needs = union(sides.iter().map(|side| side.alarms.needs()));
        let ranked: Vec<RegionId> = covered.iter().copied().collect();
        let (mut at, mut has_numbers) = (from, false);
        while at < to {
            if self.cancel.is_cancelled() {
                return Err(TrialError::Stopped);
            }
            let until = at.plus_ms(SLICE_MS).min(at.day().end()).min(to);
            let mut snapshot = Snapshot::begin(self.store).await?;
            if at == at.day().start() && at > from && sides.iter().any(|side| side.needs_limits) {
                // limits that nobody set depend on the days before
                nodes = snapshot.region_nodes(at.day()).await?;
                sides.iter_mut().for_each(|side| side.replace_limits(&nodes, &holidays, at));
            }
            let watched: Vec<UserId> = sides.iter().flat_map(|side| side.tally.users()).collect();
            let feed = Feed { needs: &needs, ranked: &ranked, watched: &watched, grace_ms: self.grace_ms };
            let mut slice = feed.slice(at, until, at == from, &mut snapshot).await?;
            has_numbers |= slice.has_numbers();
            if sides.iter().any(|side| side.alarms.wants_not_load(&slice.input)) {
                let minutes = (until.0 - at.0) / MINUTE_MS + i64::from(needs.window_minutes.unwrap_or(0)) + 2;
                slice.set_not_load(snapshot.not_load(until, minutes).await?);
            }
            drop(snapshot);
            for step in slice.steps(self.grace_ms) {
                for side in &mut sides {
                    let report = side.alarms.step(step.clone());
                    side.tally.take(&report, step.to);
                }
            }
            tokio::task::yield_now().await;
            at = until;
        }
        if !has_numbers {
            return Err(TrialError::NothingStored);
        }
        let tallies = sides.into_iter().map(|side| side.tally).collect();
        let regions = i64::try_from(covered.len()).unwrap_or(i64::MAX);
        Ok(tally::result(tallies, regions, regions_in_all, to))
    }

    fn tried(&self, trial: &Trial, definition: RuleDefinition, nodes: &[RegionNode], holidays: &Holidays) -> Tried {
        let needs_limits = definition.conditions.iter().any(|condition| condition.metric == Metric::LoadNowPercent);
        let tally = Tally::new(&definition);
        let rule = Rule {
            rule_id: trial.rule_id.unwrap_or(0),
            version: 1,
            tenant_id: trial.tenant_id,
            definition,
            owned_regions: trial.seen_regions.clone(),
        };
        // nothing of the past is history to a trial
        let settings = AlarmSettings { annunciate_within_ms: i64::MAX, grace_ms: self.grace_ms };
        let alarms = Alarms::new(settings, vec![rule.clone()], nodes.to_vec(), holidays.clone(), Vec::new());
        Tried { rule, alarms, tally, needs_limits }
    }
}

impl Tried {
    fn replace_limits(&mut self, nodes: &[RegionNode], holidays: &Holidays, at: LocalMs) {
        let report = self.alarms.replace_rules(vec![self.rule.clone()], nodes.to_vec(), holidays.clone(), at.0);
        self.tally.take(&report, at);
    }
}

/// The rule for as many regions as a trial looks at, those regions, and how many the rule covers in all.
fn bounded(
    definition: &RuleDefinition,
    nodes: &[RegionNode],
    trial: &Trial,
) -> Result<(RuleDefinition, Vec<RegionId>, i64), TrialError> {
    if definition.subject() == Some(SubjectKind::Pipeline) {
        return Err(TrialError::NoRegion);
    }
    let is_seen = |region: RegionId| trial.seen_regions.as_ref().is_none_or(|seen| seen.contains(&region));
    let ids = nodes.iter().map(|node| node.region_id);
    let mut covered: Vec<RegionId> = ids.filter(|region| definition.covers(*region) && is_seen(*region)).collect();
    let all = i64::try_from(covered.len()).unwrap_or(i64::MAX);
    covered.truncate(MOST_REGIONS);
    if covered.is_empty() {
        return Err(TrialError::NoRegion);
    }
    let regions = RegionChoice::Listed(covered.clone());
    Ok((RuleDefinition { regions, ..definition.clone() }, covered, all))
}

/// Everything that one of them needs.
fn union(all: impl Iterator<Item = Needs>) -> Needs {
    all.fold(Needs::default(), |mut sum, needs| {
        sum.window_minutes = sum.window_minutes.max(needs.window_minutes);
        sum.periods.extend(needs.periods);
        sum.periods.sort_unstable();
        sum.periods.dedup();
        sum.running.extend(needs.running);
        sum.running.sort_unstable();
        sum.running.dedup();
        sum.completeness |= needs.completeness;
        sum.rank_changes |= needs.rank_changes;
        sum
    })
}

fn window_start(at: LocalMs) -> LocalMs {
    at.window().0
}
