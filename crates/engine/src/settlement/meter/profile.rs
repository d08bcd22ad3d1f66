//! How a customer usually uses energy over a day: the mean of the last complete days of the same type before a gap.

use domain::settlement::DayKind;
use domain::settlement::calendar::{CalendarDays, DAY_MINUTES};
use domain::{Day, LocalMs};

use super::slots::MINUTE_MS;
use super::spans::{Span, SpanKind};

/// Complete days of the same type that a profile is the mean of, at most.
pub const PROFILE_DAYS: usize = 4;
/// How many days before a gap they are looked for.
pub const LOOK_BACK_DAYS: i32 = 35;
/// Weights are in parts of 0.01 kWh that can be divided by any number of days up to `PROFILE_DAYS` and by minutes.
pub(super) const PARTS: i128 = DAY_PARTS * 12;
const DAY_PARTS: i128 = DAY_MINUTES as i128;
const _: () = assert!(PROFILE_DAYS == 4, "12 has to be a multiple of 1 to PROFILE_DAYS");

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DayType {
    Workday,
    Weekend,
    Holiday,
}

impl DayType {
    pub fn of(day: Day, days: &CalendarDays) -> Self {
        match DayKind::of(day, days) {
            DayKind::Workday => Self::Workday,
            DayKind::Weekend => Self::Weekend,
            DayKind::Holiday(_) => Self::Holiday,
        }
    }
}

/// Energy from the day's start to each of its minutes, in `PARTS` of 0.01 kWh.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    until_minute: Vec<i128>,
}

impl Profile {
    /// From the day's start to a moment of the day.
    pub fn until(&self, day: Day, at: LocalMs) -> i128 {
        let minute = (at.0 - day.start().0).clamp(0, i64::from(DAY_MINUTES) * MINUTE_MS) / MINUTE_MS;
        usize::try_from(minute).ok().and_then(|minute| self.until_minute.get(minute)).copied().unwrap_or(0)
    }

    pub fn of_day(&self) -> i128 {
        self.until_minute.last().copied().unwrap_or(0)
    }

    fn mean(days: &[&[Span]]) -> Option<Self> {
        let count = i128::try_from(days.len()).ok().filter(|count| *count > 0)?;
        let mut per_minute = vec![0i128; usize::from(DAY_MINUTES) + 1];
        for span in days.iter().flat_map(|spans| spans.iter()) {
            let (from, length) = (minute_of(span.from), minutes(span).max(1));
            let density = i128::from(span.energy.0) * PARTS / count / i128::from(length);
            let to = from + usize::try_from(length).ok()?;
            per_minute.get_mut(from + 1..=to)?.iter_mut().for_each(|minute| *minute += density);
        }
        let mut total = 0;
        for minute in &mut per_minute {
            total += *minute;
            *minute = total;
        }
        Some(Self { until_minute: per_minute })
    }
}

fn minute_of(at: LocalMs) -> usize {
    usize::try_from((at.0 - at.day().start().0) / MINUTE_MS).unwrap_or(0)
}

/// Profiles before gaps, each computed once.
pub(super) struct Profiles<'a> {
    spans: &'a [Span],
    calendar_days: &'a CalendarDays,
    known: Vec<(Day, DayType, Option<Profile>)>,
}

impl<'a> Profiles<'a> {
    pub fn new(spans: &'a [Span], calendar_days: &'a CalendarDays) -> Self {
        Self { spans, calendar_days, known: Vec::new() }
    }

    /// What a day would be like by the days before a gap that begins on `gap_day`.
    pub fn like(&mut self, gap_day: Day, day: Day) -> Option<&Profile> {
        let wanted = DayType::of(day, self.calendar_days);
        let known = self.known.iter().position(|(before, day_type, _)| *before == gap_day && *day_type == wanted);
        let index = known.unwrap_or_else(|| {
            let profile = self.build(gap_day, wanted);
            self.known.push((gap_day, wanted, profile));
            self.known.len() - 1
        });
        self.known.get(index).and_then(|(_, _, profile)| profile.as_ref())
    }

    fn build(&self, gap_day: Day, wanted: DayType) -> Option<Profile> {
        let before = (1..=LOOK_BACK_DAYS).map(|days| Day(gap_day.0.saturating_sub(days)));
        let same = before.filter(|day| DayType::of(*day, self.calendar_days) == wanted);
        let days: Vec<_> = same.filter_map(|day| complete_day(self.spans, day)).take(PROFILE_DAYS).collect();
        Profile::mean(&days)
    }
}

/// The spans of a day that measured intervals cover from start to end, without corrections.
fn complete_day(spans: &[Span], day: Day) -> Option<&[Span]> {
    let first = spans.partition_point(|span| span.to <= day.start());
    let behind = spans.partition_point(|span| span.to <= day.end());
    let spans = spans.get(first..behind)?;
    let is_whole = spans.first()?.from == day.start() && spans.last()?.to == day.end();
    let is_measured = |span: &Span| span.kind == SpanKind::Measured && span.energy.0 >= 0 && divides(span);
    (is_whole && spans.iter().all(is_measured)).then_some(spans)
}

fn minutes(span: &Span) -> i64 {
    (span.to.0 - span.from.0) / MINUTE_MS
}

/// Whether it can be spread over its minutes without remainder.
fn divides(span: &Span) -> bool {
    DAY_PARTS % i128::from(minutes(span).max(1)) == 0
}
