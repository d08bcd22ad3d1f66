//! The rules in force, made ready for being asked 100,000 times: where they look, and who is concerned by a value.

use std::collections::BTreeSet;

use domain::alarms::inputs::Needs;
use domain::alarms::{Clock, Holidays, Metric, Rule, RuleDefinition, RuleId, Subject, SubjectKind};
use domain::effect::Grain;
use domain::{LocalMs, RegionId};
use rustc_hash::FxHashMap;

use super::board::Board;
use super::tree::Tree;
use super::values::{Reading, Values};

/// Minutes of windows that every load needs: its own 15, and as far back as a value may have been told.
const LOAD_MINUTES: u16 = 17;

pub(super) struct Ready {
    pub rule: Rule,
    pub subject: SubjectKind,
    /// By number of the region.
    covers: Vec<bool>,
    /// All its conditions are read on the wall clock.
    pub is_wall: bool,
    /// Some condition is read on the wall clock.
    pub has_wall: bool,
    /// Has a condition whose result stands until the next evaluation: its timers run on between them.
    pub is_steady: bool,
    pub is_silence: bool,
    pub has_load: bool,
}

impl Ready {
    fn new(rule: Rule, tree: &Tree) -> Option<Self> {
        let conditions = &rule.definition.conditions;
        let subject = rule.definition.subject()?;
        let owned: Option<BTreeSet<RegionId>> = rule.owned_regions.as_ref().map(|owned| owned.iter().copied().collect());
        let listed = listed(&rule.definition);
        let is_covered = |region: RegionId| {
            owned.as_ref().is_none_or(|owned| owned.contains(&region))
                && listed.as_ref().is_none_or(|listed| listed.contains(&region))
                && !rule.definition.overrides.get(&region).is_some_and(|own| own.is_left_out)
        };
        let covers = (0..tree.len()).map(|region| is_covered(tree.region_id(region))).collect();
        let is_wall = conditions.iter().all(|condition| condition.metric.clock() == Clock::Wall);
        let has_wall = conditions.iter().any(|condition| condition.metric.clock() == Clock::Wall);
        let is_steady = conditions.iter().any(|condition| condition.metric.clock() != Clock::Window);
        let is_silence = conditions.iter().any(|condition| condition.metric.is_silence());
        let has_load = conditions.iter().any(|condition| is_load(condition.metric));
        Some(Self { subject, covers, is_wall, has_wall, is_steady, is_silence, has_load, rule })
    }

    pub fn definition(&self) -> &RuleDefinition {
        &self.rule.definition
    }

    pub fn covers(&self, tree: &Tree, subject: Subject) -> bool {
        if subject.kind() != self.subject {
            return false;
        }
        match subject.region_id() {
            None => true,
            Some(region_id) => tree.number(region_id).is_some_and(|region| self.covers[region]),
        }
    }

    pub fn applies(&self, at: LocalMs, holidays: &Holidays) -> bool {
        let schedule = self.rule.definition.schedule;
        schedule.is_always() || schedule.applies(at, holidays)
    }
}

fn listed(definition: &RuleDefinition) -> Option<BTreeSet<RegionId>> {
    match &definition.regions {
        domain::alarms::RegionChoice::All => None,
        domain::alarms::RegionChoice::Listed(listed) => Some(listed.iter().copied().collect()),
    }
}

pub(super) fn is_load(metric: Metric) -> bool {
    matches!(metric, Metric::LoadNowKw | Metric::LoadNowPercent | Metric::LoadChangePercent)
}

#[derive(Default)]
pub(super) struct Rules {
    list: Vec<Ready>,
    numbers: FxHashMap<RuleId, usize>,
    boards: FxHashMap<(Metric, u16), Board>,
    /// Minutes that changes of load look back.
    pub spans: Vec<u16>,
    metrics: BTreeSet<Metric>,
    /// Some rule does not always apply.
    pub has_schedules: bool,
}

impl Rules {
    pub fn new(rules: Vec<Rule>, tree: &Tree) -> Self {
        let mut all = Self::default();
        for ready in rules.into_iter().filter_map(|rule| Ready::new(rule, tree)) {
            all.numbers.insert(ready.rule.rule_id, all.list.len());
            all.list.push(ready);
        }
        for (number, ready) in all.list.iter().enumerate() {
            let definition = ready.definition();
            all.has_schedules |= !definition.schedule.is_always();
            for (at, condition) in definition.conditions.iter().enumerate() {
                all.metrics.insert(condition.metric);
                let span_min = condition.span_min.filter(|_| condition.metric.has_span()).unwrap_or(0);
                let board = all.boards.entry((condition.metric, span_min)).or_default();
                board.add(condition.comparison, condition.threshold, number, at);
                for (region, own) in &definition.overrides {
                    if let Some(threshold) = own.thresholds.get(at).copied().flatten() {
                        board.add_own(*region, condition.comparison, threshold, number, at);
                    }
                }
            }
        }
        all.boards.values_mut().for_each(Board::sort);
        let spans: BTreeSet<u16> = all.boards.keys().filter(|(metric, _)| metric.has_span()).map(|(_, span)| *span).collect();
        all.spans = spans.into_iter().collect();
        all
    }

    pub fn get(&self, rule_id: RuleId) -> Option<&Ready> {
        self.numbers.get(&rule_id).map(|number| &self.list[*number])
    }

    pub fn number(&self, rule_id: RuleId) -> Option<usize> {
        self.numbers.get(&rule_id).copied()
    }

    pub fn at(&self, number: usize) -> &Ready {
        &self.list[number]
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Ready> {
        self.list.iter()
    }

    pub fn looks_at(&self, metric: Metric) -> bool {
        self.metrics.contains(&metric)
    }

    /// Rules of which some condition is fulfilled by these values in a region, by number; may repeat.
    pub fn fulfilled(&self, region: RegionId, values: &Values, rules: &mut Vec<usize>) {
        for ((metric, span_min), board) in &self.boards {
            if let Reading::Value(value) = values.get(*metric, Some(*span_min)) {
                board.fulfilled(region, value, rules);
            }
        }
    }

    pub fn periods(&self) -> Vec<Grain> {
        self.grains(|clock| if let Clock::Period(grain) = clock { Some(grain) } else { None })
    }

    pub fn running(&self) -> Vec<Grain> {
        self.grains(|clock| if let Clock::Running(grain) = clock { Some(grain) } else { None })
    }

    fn grains(&self, pick: impl Fn(Clock) -> Option<Grain>) -> Vec<Grain> {
        self.metrics.iter().filter_map(|metric| pick(metric.clock())).collect::<BTreeSet<Grain>>().into_iter().collect()
    }

    pub fn window_minutes(&self) -> Option<u16> {
        if self.metrics.iter().any(|metric| metric.clock() == Clock::Window) {
            return Some(self.spans.last().copied().unwrap_or(0).saturating_add(LOAD_MINUTES));
        }
        // between two steps the running sums follow the windows of the step
        (!self.running().is_empty()).then_some(0)
    }

    pub fn needs(&self) -> Needs {
        let sums = |grain: &Grain| {
            [Metric::QuarterKw, Metric::HourKwh, Metric::DayKwh]
                .into_iter()
                .any(|metric| self.looks_at(metric) && metric.clock() == Clock::Period(*grain))
        };
        Needs {
            window_minutes: self.window_minutes(),
            periods: self.periods().into_iter().filter(sums).collect(),
            running: self.running(),
            completeness: self.looks_at(Metric::CompletenessPercent),
            rank_changes: self.looks_at(Metric::RankChange),
            newest_readings: self.looks_at(Metric::RegionSilenceMin),
            silent_meters: self.looks_at(Metric::MeterSilenceMin),
            dead_letters: self.looks_at(Metric::DeadLettersHour),
        }
    }
}
