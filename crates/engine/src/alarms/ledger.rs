//! All points, found by what has to be looked at: those that are true or pending, those on the desk or set aside, those
//! with people timers. Knows what changed since the last report.

use std::collections::BTreeSet;

use domain::RegionId;
use domain::alarms::point::AlarmId;
use domain::alarms::{Point, PointKey, Quality, Quieting, RuleId, State, Subject, Transition};
use rustc_hash::{FxHashMap, FxHashSet};

use super::report::Report;
use super::rules::Rules;

/// A user keeps his alarms when he moves: the region is no part of who he is.
pub(super) fn identity(key: PointKey) -> PointKey {
    PointKey { subject: who(key.subject), ..key }
}

pub(super) fn who(subject: Subject) -> Subject {
    match subject {
        Subject::User { user_id, .. } => Subject::User { user_id, region_id: 0 },
        other => other,
    }
}

#[derive(Default)]
pub(super) struct Ledger {
    points: FxHashMap<PointKey, Point>,
    /// Points that have a result, a timer or a mark: rules by region, and other subjects by rule.
    watched: FxHashMap<RegionId, BTreeSet<RuleId>>,
    watched_others: FxHashMap<RuleId, BTreeSet<Subject>>,
    /// Points that are not in NORM.
    standing: BTreeSet<PointKey>,
    /// Active ones of the past that were not annunciated.
    belated: BTreeSet<PointKey>,
    timed: BTreeSet<PointKey>,
    /// Active alarms that quiet those below, by region.
    quieters: FxHashMap<RegionId, BTreeSet<RuleId>>,
    /// The set of quieters changed, or points were changed from outside.
    pub quiet_moved: bool,
    /// As they were before the step; none: not stored.
    before: FxHashMap<PointKey, Option<Point>>,
    transitions: Vec<Transition>,
}

impl Ledger {
    pub fn get(&self, key: &PointKey) -> Option<&Point> {
        self.points.get(key)
    }

    pub fn all(&self) -> BTreeSet<PointKey> {
        self.points.keys().copied().collect()
    }

    pub fn watched(&self, region: RegionId) -> impl Iterator<Item = RuleId> + '_ {
        self.watched.get(&region).into_iter().flatten().copied()
    }

    /// Users (as they are filed now) or the pipeline, of one rule.
    pub fn watched_others(&self, rule_id: RuleId) -> impl Iterator<Item = Subject> + '_ {
        let subjects = self.watched_others.get(&rule_id).into_iter().flatten();
        subjects
            .filter_map(move |subject| self.points.get(&PointKey { rule_id, subject: *subject }).map(|point| point.key.subject))
    }

    pub fn standing(&self) -> impl Iterator<Item = &Point> {
        self.standing.iter().filter_map(|key| self.points.get(key))
    }

    pub fn belated(&self) -> Vec<PointKey> {
        self.belated.iter().copied().collect()
    }

    pub fn timed(&self) -> Vec<PointKey> {
        self.timed.iter().copied().collect()
    }

    pub fn quieters(&self, region: RegionId) -> impl Iterator<Item = RuleId> + '_ {
        self.quieters.get(&region).into_iter().flatten().copied()
    }

    pub fn has_quieters(&self) -> bool {
        !self.quieters.is_empty()
    }

    /// A point from the store.
    pub fn load(&mut self, rules: &Rules, point: Point) {
        let key = identity(point.key);
        self.unindex(key);
        self.points.insert(key, point);
        self.index(rules, key);
        self.quiet_moved = true;
    }

    pub fn set_number(&mut self, key: PointKey, alarm_id: AlarmId) {
        if let Some(point) = self.points.get_mut(&identity(key)) {
            point.alarm_id = alarm_id;
        }
    }

    /// A point after a change, with what happened.
    pub fn put(&mut self, rules: &Rules, point: Point, transition: Option<Transition>) {
        let key = identity(point.key);
        let was_quieting = self.is_quieting(key);
        self.unindex(key);
        let before = self.points.insert(key, point);
        self.before.entry(key).or_insert(before);
        self.index(rules, key);
        self.quiet_moved |= was_quieting != self.is_quieting(key);
        self.transitions.extend(transition);
    }

    /// Everything anew, because the rules are others.
    pub fn reindex(&mut self, rules: &Rules) {
        self.watched.clear();
        self.watched_others.clear();
        self.standing.clear();
        self.belated.clear();
        self.timed.clear();
        self.quieters.clear();
        self.quiet_moved = true;
        for key in self.all() {
            self.index(rules, key);
        }
    }

    fn is_quieting(&self, key: PointKey) -> bool {
        key.subject.region_id().is_some_and(|region| self.quieters.get(&region).is_some_and(|rules| rules.contains(&key.rule_id)))
    }

    fn unindex(&mut self, key: PointKey) {
        let Some(point) = self.points.get(&key) else { return };
        if is_watched(point) {
            match key.subject {
                Subject::Region(region) => drop_from(&mut self.watched, region, &key.rule_id),
                other => drop_from(&mut self.watched_others, key.rule_id, &other),
            }
        }
        self.standing.remove(&key);
        self.belated.remove(&key);
        self.timed.remove(&key);
        if let Subject::Region(region) = key.subject {
            drop_from(&mut self.quieters, region, &key.rule_id);
        }
    }

    fn index(&mut self, rules: &Rules, key: PointKey) {
        let Some(point) = self.points.get(&key) else { return };
        if is_watched(point) {
            match key.subject {
                Subject::Region(region) => self.watched.entry(region).or_default().insert(key.rule_id),
                other => self.watched_others.entry(key.rule_id).or_default().insert(other),
            };
        }
        if point.state != State::Norm {
            self.standing.insert(key);
        }
        if point.is_active && point.is_retrospective {
            self.belated.insert(key);
        }
        if point.shelved_until_ms.is_some() || point.reannunciate_ms.is_some() {
            self.timed.insert(key);
        }
        let quiets = rules.get(key.rule_id).is_some_and(|ready| ready.definition().quiets != Quieting::Nothing);
        if quiets
            && point.is_active
            && matches!(point.state, State::Unack | State::Acked)
            && let Subject::Region(region) = key.subject
        {
            self.quieters.entry(region).or_default().insert(key.rule_id);
        }
    }

    /// What changed since the last report.
    pub fn report(&mut self) -> Report {
        let transitions = std::mem::take(&mut self.transitions);
        let told: FxHashSet<PointKey> = transitions.iter().map(|transition| identity(transition.key)).collect();
        let mut points = Vec::new();
        let before = std::mem::take(&mut self.before);
        let mut keys: Vec<PointKey> = before.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let Some(point) = self.points.get_mut(&key) else { continue };
            let is_told = told.contains(&key);
            let was = before.get(&key).and_then(Option::as_ref);
            if !is_told && was.is_none_or(Point::is_blank) && point.is_blank() {
                self.points.remove(&key);
                continue;
            }
            if !is_told && was == Some(&*point) {
                continue;
            }
            point.version += i32::from(is_told);
            points.push(point.clone());
        }
        Report { points, transitions }
    }
}

fn drop_from<K: std::hash::Hash + Eq, V: Ord>(sets: &mut FxHashMap<K, BTreeSet<V>>, key: K, value: &V) {
    if let Some(set) = sets.get_mut(&key) {
        set.remove(value);
        if set.is_empty() {
            sets.remove(&key);
        }
    }
}

/// Whether an evaluation may change it even when its conditions are false.
pub(super) fn is_watched(point: &Point) -> bool {
    point.holds != 0
        || point.is_active
        || point.true_since.is_some()
        || point.false_since.is_some()
        || point.quality != Quality::Good
}
