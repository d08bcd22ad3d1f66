//! One moment of one step: judges rules for subjects and carries out what follows, quieting included.

use domain::LocalMs;
use domain::alarms::{Holidays, Point, PointKey, Quality, Quieting, State, Subject, Suppression, Transition};

use super::judge::{Judged, Verdict, advance, is_settled, judge};
use super::ledger::{Ledger, identity, is_watched};
use super::machine;
use super::rules::{Ready, Rules};
use super::settings::Now;
use super::tree::Tree;
use super::values::Values;

/// The last value of an active alarm is told again after so many windows.
const REFRESH_WINDOWS: i64 = 12;

pub(super) struct Turn<'a> {
    pub tree: &'a Tree,
    pub rules: &'a Rules,
    pub holidays: &'a Holidays,
    pub ledger: &'a mut Ledger,
    pub now: Now,
}

impl Turn<'_> {
    /// Judges one rule for one subject with what is known at a moment.
    pub fn evaluate(&mut self, rule: usize, subject: Subject, at: LocalMs, values: &Values) {
        let ready = self.rules.at(rule);
        if !ready.covers(self.tree, subject) {
            return;
        }
        let key = PointKey { rule_id: ready.rule.rule_id, subject };
        let existing = self.ledger.get(&identity(key));
        if !ready.applies(at, self.holidays) {
            if existing.is_some_and(is_watched) {
                self.end_schedule(identity(key), at);
            }
            return;
        }
        let judged = judge(ready.definition(), subject.region_id(), existing.map_or(0, |point| point.holds), values);
        let is_pointless = match existing {
            None => judged.holds == 0,
            Some(point) if judged.is_missing => judged.holds == 0 && !is_watched(point),
            Some(point) if judged.is_fresh => is_settled(point, &judged) && !needs_refresh(point, &judged, at),
            // time alone moves the timers of conditions whose result stands
            Some(point) => !ready.is_steady || point.quality != Quality::Good || is_settled(point, &judged),
        };
        if is_pointless {
            return;
        }
        let fresh = || Point::new(key, ready.rule.version, ready.definition().severity_in(subject.region_id()));
        let mut point = existing.cloned().unwrap_or_else(fresh);
        (point.key, point.rule_version) = (key, ready.rule.version);
        point.severity = ready.definition().severity_in(subject.region_id());
        self.apply(ready, point, &judged, at);
    }

    fn apply(&mut self, ready: &Ready, mut point: Point, judged: &Judged, at: LocalMs) {
        let before = point.clone();
        if judged.is_missing {
            // what came is kept, because a period comes once only; nothing is decided
            point.holds = judged.holds;
            let transition = machine::quality(&mut point, Quality::NoData, at, &self.now);
            return self.put_changed(&before, point, transition);
        }
        if judged.is_fresh {
            point.holds = judged.holds;
            (point.value, point.threshold, point.value_at) = (judged.value, judged.threshold, Some(at));
            if let Some(transition) = machine::quality(&mut point, Quality::Good, at, &self.now) {
                self.ledger.put(self.rules, point.clone(), Some(transition));
            }
        }
        let transition = match advance(&mut point, ready.definition(), judged.is_true, judged.is_fresh, at) {
            Verdict::Nothing => None,
            Verdict::Raise => {
                let suppressor = self.suppressor(ready, point.key.subject);
                Some(machine::raise(&mut point, at, &self.now, suppressor))
            }
            Verdict::Fall => Some(machine::fall(&mut point, ready.definition(), at, &self.now, None)),
        };
        self.put_changed(&before, point, transition);
    }

    pub fn put_changed(&mut self, before: &Point, point: Point, transition: Option<Transition>) {
        if transition.is_some() || *before != point {
            self.ledger.put(self.rules, point, transition);
        }
    }

    fn end_schedule(&mut self, key: PointKey, at: LocalMs) {
        let Some(before) = self.ledger.get(&key).cloned() else { return };
        let mut point = before.clone();
        let transition = machine::schedule_over(&mut point, at, &self.now);
        self.put_changed(&before, point, transition);
    }

    /// Results of a revision: what is no longer true returns at once. True when it did.
    pub fn take_back(&mut self, ready: &Ready, key: PointKey, at: LocalMs, values: &Values) -> bool {
        let Some(before) = self.ledger.get(&identity(key)) else { return false };
        let judged = judge(ready.definition(), key.subject.region_id(), before.holds, values);
        let is_held = before.quality != Quality::Good || !before.is_active;
        if is_held || judged.is_missing || !judged.is_fresh || judged.is_true {
            return false;
        }
        let mut point = before.clone();
        point.holds = judged.holds;
        (point.true_since, point.true_count) = (None, 0);
        (point.value, point.threshold, point.value_at) = (judged.value, judged.threshold, Some(at));
        let transition = machine::fall(&mut point, ready.definition(), at, &self.now, Some(REVISED));
        self.ledger.put(self.rules, point, Some(transition));
        true
    }

    /// The active alarm above that quiets this rule here.
    pub fn suppressor(&self, ready: &Ready, subject: Subject) -> Option<Suppression> {
        if !self.ledger.has_quieters() {
            return None;
        }
        let region = self.tree.number(subject.region_id()?)?;
        // a user is below his region; a region is not below itself
        let skipped = usize::from(matches!(subject, Subject::Region(_)));
        self.tree.upward(region).skip(skipped).find_map(|above| {
            let subject_above = Subject::Region(self.tree.region_id(above));
            let found = self.ledger.quieters(self.tree.region_id(above)).find(|rule_id| {
                let key = PointKey { rule_id: *rule_id, subject: subject_above };
                let parent = self.ledger.get(&key).zip(self.rules.get(*rule_id));
                parent.is_some_and(|(point, parent)| quiets(parent, point, ready, subject))
            });
            found.map(|rule_id| Suppression::Alarm(PointKey { rule_id, subject: subject_above }))
        })
    }

    /// Alarms below those that became active are quieted, those below what has ended come back. Parents first.
    pub fn settle_quiet(&mut self, at: LocalMs) {
        // each round can only reach one generation further down
        for _ in 0..=self.tree.len() {
            if !std::mem::take(&mut self.ledger.quiet_moved) {
                return;
            }
            let mut standing: Vec<(usize, PointKey)> = self
                .ledger
                .standing()
                .filter(|point| matches!(point.state, State::Unack | State::Acked | State::Dsupr))
                .map(|point| (self.depth(point.key.subject), identity(point.key)))
                .collect();
            standing.sort_unstable();
            for (_, key) in standing {
                self.settle_one(key, at);
            }
        }
    }

    fn settle_one(&mut self, key: PointKey, at: LocalMs) {
        let Some(before) = self.ledger.get(&key) else { return };
        let Some(ready) = self.rules.get(key.rule_id) else { return };
        let suppressor = self.suppressor(ready, before.key.subject);
        let mut point = before.clone();
        let transition = match (before.state, before.suppressed_by, suppressor) {
            (State::Dsupr, Some(Suppression::Pipeline), _) => None,
            (State::Dsupr, _, None) => Some(machine::release(&mut point, ready.definition(), at, &self.now)),
            (State::Dsupr, _, by) => {
                point.suppressed_by = by;
                None
            }
            (_, _, Some(by)) if point.is_active => Some(machine::suppress(&mut point, by, at, &self.now)),
            _ => None,
        };
        let before = before.clone();
        self.put_changed(&before, point, transition);
    }

    /// Active alarms of the past are put before the operators now that the machine has caught up.
    pub fn raise_belated(&mut self, at: LocalMs) {
        if self.now.is_late(at) {
            return;
        }
        let mut keys = self.ledger.belated();
        keys.sort_by_key(|key| self.ledger.get(key).map_or(0, |point| self.depth(point.key.subject)));
        for key in keys {
            let (Some(before), Some(ready)) = (self.ledger.get(&key), self.rules.get(key.rule_id)) else { continue };
            if before.quality != Quality::Good {
                continue;
            }
            let mut point = before.clone();
            let suppressor = self.suppressor(ready, point.key.subject);
            let transition = machine::raise_belated(&mut point, at, &self.now, suppressor);
            self.ledger.put(self.rules, point, Some(transition));
        }
    }

    /// Parents are smaller than children, regions smaller than their users.
    pub fn depth(&self, subject: Subject) -> usize {
        let region = subject.region_id().and_then(|region| self.tree.number(region));
        let own = region.map_or(0, |region| region + 1);
        if matches!(subject, Subject::User { .. }) { own + self.tree.len() } else { own }
    }
}

/// Reason of a return that a revision caused.
pub(super) const REVISED: &str = "data_revised";

fn quiets(parent: &Ready, point: &Point, child: &Ready, subject: Subject) -> bool {
    match parent.definition().quiets {
        Quieting::Nothing => false,
        Quieting::SameRule => parent.rule.rule_id == child.rule.rule_id,
        Quieting::AllRules => {
            parent.rule.tenant_id == child.rule.tenant_id && point.severity <= child.definition().severity_in(subject.region_id())
        }
    }
}

/// An active alarm's last value is brought up to date now and then; every alarm at another moment, and always at the same.
fn needs_refresh(point: &Point, judged: &Judged, at: LocalMs) -> bool {
    let told_in = point.value_at.map(super::windows::number);
    if !point.is_active || told_in == Some(super::windows::number(at)) {
        return false;
    }
    let spread = point.key.rule_id.wrapping_mul(7).wrapping_add(point.key.subject.parts().1);
    judged.has_period || (super::windows::number(at).wrapping_add(spread)).rem_euclid(REFRESH_WINDOWS) == 0
}
