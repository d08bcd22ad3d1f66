//! How well alarms serve the people at a desk: the figures of EEMUA 191 and ISA-18.2, each beside its target.
//! All times are UTC milliseconds on the wall clock: what the people at the desk saw, when they saw it.

mod flood;
mod lists;
mod measure;

use super::Severity;
use super::point::AlarmId;
use crate::Fixed2;
use crate::fixed::div_round;

pub use flood::{FLOOD_FROM, FLOOD_UNTIL, Flood, TEN_MIN_MS};
pub use lists::{Busy, FLEETING_BELOW_MS, STALE_AFTER_MS, Stale, TOP_ALARMS};
pub use measure::{Measure, Measured, Side, Target, Unit, Verdict};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const HUNDRED: i128 = 100;
/// Annunciations of so long before a period decide whether it begins in a flood.
pub const LEAD_IN_MS: i64 = HOUR_MS;

/// One counted entry to UNACK.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Annunciation {
    pub at_ms: i64,
    pub alarm_id: AlarmId,
    pub severity: Severity,
    /// None: not before it was annunciated again, or not yet.
    pub acknowledged_ms: Option<i64>,
    /// When its condition was no longer true; none while it is.
    pub ended_ms: Option<i64>,
}

/// An alarm that is active at the end of the period, and since when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    pub alarm_id: AlarmId,
    pub since_ms: i64,
}

/// The time looked at, its end not included, and how many share the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from_ms: i64,
    pub to_ms: i64,
    /// Positions that are staffed at the same time, at least 1.
    pub positions: i32,
}

impl Span {
    pub fn length_ms(&self) -> i64 {
        self.to_ms.saturating_sub(self.from_ms).max(0)
    }

    fn holds(&self, at_ms: i64) -> bool {
        (self.from_ms..self.to_ms).contains(&at_ms)
    }

    pub(crate) fn staff(&self) -> i64 {
        i64::from(self.positions.max(1))
    }

    /// A count for one of the positions.
    fn each(&self, count: i64) -> Fixed2 {
        Fixed2(div_round(i128::from(count) * HUNDRED, self.staff().into()))
    }
}

/// Everything that the page and the file show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    pub measures: Vec<Measured>,
    pub annunciations: i64,
    /// Of those, so many have not been acknowledged.
    pub unacknowledged: i64,
    /// Annunciations in each ten minutes from the start of the period.
    pub ten_minutes: Vec<i64>,
    pub floods: Vec<Flood>,
    pub top: Vec<Busy>,
    /// `count` is the greatest number within 60 seconds.
    pub chattering: Vec<Busy>,
    /// `count` is the number of fleeting annunciations.
    pub fleeting: Vec<Busy>,
    pub stale: Vec<Stale>,
}

impl Figures {
    pub fn of(&self, measure: Measure) -> Option<Measured> {
        self.measures.iter().find(|measured| measured.measure == measure).copied()
    }
}

/// `annunciations` may begin [`LEAD_IN_MS`] before the period: those before it are looked at for floods only.
pub fn figures(span: Span, annunciations: &[Annunciation], standing: &[Standing]) -> Figures {
    let mut all = annunciations.to_vec();
    all.sort_unstable_by_key(|one| (one.at_ms, one.alarm_id));
    all.retain(|one| one.at_ms < span.to_ms);
    let within: Vec<_> = all.iter().copied().filter(|one| span.holds(one.at_ms)).collect();
    let mut found = Figures {
        annunciations: count(within.len()),
        unacknowledged: count(within.iter().filter(|one| one.acknowledged_ms.is_none()).count()),
        ten_minutes: ten_minutes(span, &within),
        floods: flood::floods(span, &all),
        top: lists::top(&within),
        chattering: lists::chattering(&within),
        fleeting: lists::fleeting(&within),
        stale: lists::stale(span, standing),
        measures: Vec::new(),
    };
    found.measures = Measure::ALL
        .into_iter()
        .map(|measure| {
            let value = if span.length_ms() == 0 { None } else { value(measure, span, &within, standing, &found) };
            Measured::judge(measure, value)
        })
        .collect();
    found
}

fn value(measure: Measure, span: Span, within: &[Annunciation], standing: &[Standing], found: &Figures) -> Option<Fixed2> {
    let whole = |number: usize| Some(Fixed2(count(number) * 100));
    let share = |part: i64| {
        (!within.is_empty()).then(|| Fixed2(div_round(i128::from(part) * HUNDRED * HUNDRED, i128::from(count(within.len())))))
    };
    let of_severity = |wanted: &[Severity]| share(count(within.iter().filter(|one| wanted.contains(&one.severity)).count()));
    match measure {
        Measure::Average => Some(average(span, within.len())),
        Measure::PeakTenMinutes => Some(span.each(peak(within, TEN_MIN_MS))),
        Measure::PeakHour => Some(span.each(peak(within, HOUR_MS))),
        Measure::PeakMinute => Some(span.each(peak(within, MINUTE_MS))),
        Measure::TimeInFlood => Some(flood::share(span, &found.floods)),
        Measure::Floods => whole(found.floods.len()),
        Measure::AfterUpset => flood::after_upset(within).map(|most| span.each(most)),
        Measure::Standing => Some(span.each(count(standing.len()))),
        Measure::Stale => whole(found.stale.len()),
        Measure::Chattering => whole(found.chattering.len()),
        Measure::Fleeting => Some(Fixed2(found.fleeting.iter().map(|one| one.count).sum::<i64>() * 100)),
        Measure::TopTen => share(found.top.iter().map(|one| one.count).sum()),
        Measure::Urgent => of_severity(&[Severity::Critical, Severity::High]),
        Measure::Medium => of_severity(&[Severity::Medium]),
        Measure::Low => of_severity(&[Severity::Low]),
        Measure::AcknowledgeMedian => lists::to_acknowledge(within, 50),
        Measure::AcknowledgeP95 => lists::to_acknowledge(within, 95),
    }
}

/// Per position and ten minutes.
fn average(span: Span, annunciations: usize) -> Fixed2 {
    let ten_minutes = i128::from(count(annunciations)) * i128::from(TEN_MIN_MS) * HUNDRED;
    Fixed2(div_round(ten_minutes, i128::from(span.length_ms()) * i128::from(span.staff())))
}

/// The most within any span of time so long, whose start is not included.
fn peak(sorted: &[Annunciation], length_ms: i64) -> i64 {
    let mut first = 0;
    let mut most = 0;
    for (at, one) in sorted.iter().enumerate() {
        while one.at_ms - sorted[first].at_ms >= length_ms {
            first += 1;
        }
        most = most.max(at - first + 1);
    }
    count(most)
}

fn ten_minutes(span: Span, within: &[Annunciation]) -> Vec<i64> {
    let length = usize::try_from(span.length_ms().div_euclid(TEN_MIN_MS) + i64::from(span.length_ms() % TEN_MIN_MS > 0));
    let mut counts = vec![0; length.unwrap_or(0)];
    for one in within {
        let at = usize::try_from((one.at_ms - span.from_ms) / TEN_MIN_MS).unwrap_or(usize::MAX);
        if let Some(place) = counts.get_mut(at) {
            *place += 1;
        }
    }
    counts
}

pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
