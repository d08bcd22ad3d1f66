//! What the machine did, counted: alarms from when they would have been told to when they returned.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::alarms::{Event, PointKey, RuleDefinition, Subject};
use domain::{Fixed2, LocalMs, UserId};
use engine::alarms::Report;
use warehouse::alarms::trials::{Side, TrialResult, TriedAlarm};

/// Alarms that a result lists; all are counted.
const MOST_LISTED: usize = 500;
/// Alarms that are compared one by one; a rule with more of them is told apart by its number already.
const MOST_COMPARED: usize = 20_000;

pub struct Tally {
    is_upward: bool,
    has_one_direction: bool,
    open: BTreeMap<PointKey, TriedAlarm>,
    ended: Vec<TriedAlarm>,
    fired: i64,
    active_ms: i64,
    days: BTreeMap<NaiveDate, i64>,
}

impl Tally {
    pub fn new(definition: &RuleDefinition) -> Self {
        let mut upward = definition.conditions.iter().map(|condition| condition.comparison.is_upward());
        let is_upward = upward.next().unwrap_or(true);
        Self {
            is_upward,
            has_one_direction: upward.all(|other| other == is_upward),
            open: BTreeMap::new(),
            ended: Vec::new(),
            fired: 0,
            active_ms: 0,
            days: BTreeMap::new(),
        }
    }

    pub fn take(&mut self, report: &Report, at: LocalMs) {
        for transition in &report.transitions {
            let moment = transition.event_time.unwrap_or(at);
            let is_over = matches!(transition.event, Event::Returned | Event::RuleChanged | Event::ScheduleEnded);
            if transition.is_annunciated && !self.open.contains_key(&transition.key) {
                self.begin(transition.key, moment, transition.value, transition.threshold);
            } else if is_over && let Some(alarm) = self.open.remove(&transition.key) {
                self.end(alarm, Some(moment), moment);
            }
        }
        for point in &report.points {
            let is_judged = point.is_active && point.value.is_some();
            if let Some(alarm) = self.open.get_mut(&point.key).filter(|_| is_judged) {
                let further = |value: Fixed2| match alarm.peak {
                    None => true,
                    Some(peak) if !self.has_one_direction => value.0.saturating_abs() > peak.0.saturating_abs(),
                    Some(peak) if self.is_upward => value > peak,
                    Some(peak) => value < peak,
                };
                if let Some(value) = point.value.filter(|value| further(*value)) {
                    alarm.peak = Some(value);
                }
            }
        }
    }

    fn begin(&mut self, key: PointKey, from: LocalMs, peak: Option<Fixed2>, threshold: Option<Fixed2>) {
        self.fired += 1;
        *self.days.entry(from.day().to_date()).or_default() += 1;
        let alarm = TriedAlarm { subject: key.subject, from, to: None, active_ms: 0, peak, threshold, is_shared: false };
        self.open.insert(key, alarm);
    }

    fn end(&mut self, alarm: TriedAlarm, to: Option<LocalMs>, until: LocalMs) {
        let active_ms = (until.0 - alarm.from.0).max(0);
        self.active_ms = self.active_ms.saturating_add(active_ms);
        if self.ended.len() < MOST_COMPARED {
            self.ended.push(TriedAlarm { to, active_ms, ..alarm });
        }
    }

    /// Users with an alarm: their rank is followed also when it is no longer among the first.
    pub fn users(&self) -> impl Iterator<Item = UserId> + '_ {
        self.open.keys().filter_map(|key| match key.subject {
            Subject::User { user_id, .. } => Some(user_id),
            _ => None,
        })
    }

    fn close(&mut self, until: LocalMs) {
        for alarm in std::mem::take(&mut self.open).into_values() {
            self.end(alarm, None, until);
        }
        self.ended.sort_by_key(|alarm| (alarm.from, alarm.subject));
    }
}

/// `until`: the end of the period, where alarms that are active then are cut.
pub fn result(mut tallies: Vec<Tally>, regions: i64, all_regions: i64, until: LocalMs) -> TrialResult {
    tallies.iter_mut().for_each(|tally| tally.close(until));
    let lists: Vec<Vec<TriedAlarm>> = tallies.iter().map(|tally| tally.ended.clone()).collect();
    let sides = tallies.into_iter().enumerate().map(|(at, tally)| {
        let others: Vec<_> = lists.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, list)| list).collect();
        side(tally, &others, until)
    });
    TrialResult { until, regions, all_regions, sides: sides.collect() }
}

fn side(tally: Tally, others: &[&TriedAlarm], until: LocalMs) -> Side {
    let mut by_subject: BTreeMap<Subject, Vec<&TriedAlarm>> = BTreeMap::new();
    for other in others {
        by_subject.entry(other.subject).or_default().push(other);
    }
    let end = |alarm: &TriedAlarm| alarm.to.unwrap_or(until);
    let mut alarms = tally.ended;
    for alarm in &mut alarms {
        let same = by_subject.get(&alarm.subject).map_or(&[][..], Vec::as_slice);
        // in order of time and one after the other, so the first that ends late enough decides
        let first = same.partition_point(|other| end(other) < alarm.from);
        alarm.is_shared = same.get(first).is_some_and(|other| other.from <= end(alarm));
    }
    let shared = alarms.iter().filter(|alarm| alarm.is_shared).count();
    alarms.truncate(MOST_LISTED);
    Side {
        fired: tally.fired,
        shared: i64::try_from(shared).unwrap_or(i64::MAX),
        active_ms: tally.active_ms,
        days: tally.days.into_iter().collect(),
        alarms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> RuleDefinition {
        domain::alarms::starter::rules().remove(0).definition
    }

    fn tally(spans: &[(i32, i64, i64)]) -> Tally {
        let mut tally = Tally::new(&definition());
        for (region, from, to) in spans {
            let key = PointKey { rule_id: 1, subject: Subject::Region(*region) };
            tally.begin(key, LocalMs(*from), None, None);
            let alarm = tally.open.remove(&key).expect("it has begun");
            tally.end(alarm, Some(LocalMs(*to)), LocalMs(*to));
        }
        tally
    }

    #[test]
    fn alarms_of_the_same_subject_at_the_same_time_are_shared() {
        let first = tally(&[(1, 0, 10), (1, 20, 30), (2, 0, 10)]);
        let second = tally(&[(1, 5, 6), (1, 40, 50), (3, 0, 10)]);
        let found = result(vec![first, second], 3, 3, LocalMs(100));
        let shared: Vec<Vec<bool>> =
            found.sides.iter().map(|side| side.alarms.iter().map(|alarm| alarm.is_shared).collect()).collect();
        assert_eq!(shared, [[true, false, false], [false, true, false]]);
        assert_eq!((found.sides[0].shared, found.sides[1].shared, found.sides[0].fired), (1, 1, 3));
        assert_eq!((found.sides[0].active_ms, found.sides[1].active_ms), (30, 21));
    }

    #[test]
    fn what_is_active_at_the_end_is_cut_there() {
        let mut tally = tally(&[]);
        tally.begin(PointKey { rule_id: 1, subject: Subject::Region(1) }, LocalMs(60), None, None);
        let found = result(vec![tally], 1, 1, LocalMs(100));
        let alarm = &found.sides[0].alarms[0];
        assert_eq!((alarm.to, alarm.active_ms, alarm.is_shared), (None, 40, false));
    }
}
