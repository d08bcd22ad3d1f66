//! Which alarms make the work: the most frequent, the chattering, the fleeting, the stale; and how long acknowledging took.

use std::collections::BTreeMap;

use super::{AlarmId, Annunciation, Fixed2, MINUTE_MS, Span, Standing, count, div_round};

pub const TOP_ALARMS: usize = 10;
pub const FLEETING_BELOW_MS: i64 = MINUTE_MS;
pub const STALE_AFTER_MS: i64 = 86_400_000;
/// The same alarm so many times within a minute chatters.
const CHATTERING_FROM: usize = 3;

/// An alarm with a number of annunciations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy {
    pub alarm_id: AlarmId,
    pub count: i64,
}

/// An alarm that has been active for more than a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stale {
    pub alarm_id: AlarmId,
    pub since_ms: i64,
}

pub(super) fn top(within: &[Annunciation]) -> Vec<Busy> {
    let mut all = counted(within.iter().map(|one| (one.alarm_id, 1)));
    all.truncate(TOP_ALARMS);
    all
}

/// With the most that one minute held.
pub(super) fn chattering(sorted: &[Annunciation]) -> Vec<Busy> {
    let mut times: BTreeMap<AlarmId, Vec<i64>> = BTreeMap::new();
    for one in sorted {
        times.entry(one.alarm_id).or_default().push(one.at_ms);
    }
    let bursts = times.into_iter().filter_map(|(alarm_id, times)| {
        let most = (0..times.len()).map(|first| times[first..].partition_point(|at| at - times[first] < MINUTE_MS)).max()?;
        (most >= CHATTERING_FROM).then(|| (alarm_id, count(most)))
    });
    counted(bursts)
}

pub(super) fn fleeting(within: &[Annunciation]) -> Vec<Busy> {
    let is_fleeting = |one: &&Annunciation| one.ended_ms.is_some_and(|ended| ended - one.at_ms < FLEETING_BELOW_MS);
    counted(within.iter().filter(is_fleeting).map(|one| (one.alarm_id, 1)))
}

/// The oldest first.
pub(super) fn stale(span: Span, standing: &[Standing]) -> Vec<Stale> {
    let is_stale = |one: &&Standing| span.to_ms - one.since_ms > STALE_AFTER_MS;
    let mut stale: Vec<_> =
        standing.iter().filter(is_stale).map(|one| Stale { alarm_id: one.alarm_id, since_ms: one.since_ms }).collect();
    stale.sort_unstable_by_key(|one| (one.since_ms, one.alarm_id));
    stale
}

/// Sums by alarm, the greatest first.
fn counted(counts: impl Iterator<Item = (AlarmId, i64)>) -> Vec<Busy> {
    let mut sums: BTreeMap<AlarmId, i64> = BTreeMap::new();
    for (alarm_id, count) in counts {
        *sums.entry(alarm_id).or_default() += count;
    }
    let mut all: Vec<_> = sums.into_iter().map(|(alarm_id, count)| Busy { alarm_id, count }).collect();
    all.sort_by_key(|one| (-one.count, one.alarm_id));
    all
}

/// Seconds within which so many percent of the acknowledged ones were acknowledged (nearest rank).
pub(super) fn to_acknowledge(within: &[Annunciation], percent: usize) -> Option<Fixed2> {
    let mut waits: Vec<_> =
        within.iter().filter_map(|one| one.acknowledged_ms.map(|acknowledged| (acknowledged - one.at_ms).max(0))).collect();
    waits.sort_unstable();
    let rank = (waits.len() * percent).div_ceil(100);
    let wait_ms = waits.get(rank.checked_sub(1)?)?;
    Some(Fixed2(div_round(i128::from(*wait_ms), 10)))
}
