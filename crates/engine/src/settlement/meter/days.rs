//! Spans into the days of the contract: pieces, estimates, what is missing.

use domain::fixed::div_round;
use domain::settlement::{DayMark, Direction};
use domain::{Day, Fixed2, LocalMs};

use super::marks::Marks;
use super::profile::{PARTS, Profiles};
use super::slots::{closing_day, interval_ms, terms_near};
use super::spans::{Span, SpanKind};
use super::{MeterInput, Piece, PieceKind};

/// A gap longer than this is not given a shape: its energy is spread evenly.
const MOST_SHAPED_GAP_DAYS: i32 = 3_660;

#[derive(Default)]
pub(super) struct DayPieces {
    /// In order of time, as spans are.
    pub pieces: Vec<Piece>,
    pub marks: Marks,
    /// Time that no reading covers although its readings should be there.
    pub missing_ms: i64,
    /// Time whose energy is neither known nor estimated.
    pub unknown_ms: i64,
}

/// The days of the range that the contract covers, being filled from spans.
pub(super) struct Days<'a> {
    input: &'a MeterInput<'a>,
    first: Day,
    pub days: Vec<DayPieces>,
}

impl<'a> Days<'a> {
    pub fn new(input: &'a MeterInput<'a>) -> Self {
        // readings are what was drawn; what is fed in has no readings yet
        let is_drawn = input.contract.direction == Direction::Import;
        let start = input.contract.starts_on().filter(|_| is_drawn).unwrap_or(input.to);
        let behind = input.contract.closed_on.map_or(input.to, |end| end.min(input.to));
        let first = input.from.max(start);
        let count = usize::try_from(behind.0 - first.0).unwrap_or(0);
        let mut days = Vec::new();
        days.resize_with(count, DayPieces::default);
        Self { input, first, days }
    }

    pub fn first(&self) -> Day {
        self.first
    }

    fn behind(&self) -> Day {
        Day(self.first.0 + i32::try_from(self.days.len()).unwrap_or(0))
    }

    pub fn day_mut(&mut self, day: Day) -> Option<&mut DayPieces> {
        usize::try_from(day.0 - self.first.0).ok().and_then(|index| self.days.get_mut(index))
    }

    /// The part of a span that lies in the range; none if it does not.
    fn clip(&self, span: &Span) -> Option<(LocalMs, LocalMs)> {
        let (from, to) = (span.from.max(self.first.start()), span.to.min(self.behind().start()));
        (from < to).then_some((from, to))
    }

    /// First day of the first gap that needs a profile.
    pub fn first_gap(&self, spans: &[Span]) -> Option<Day> {
        let needs = |span: &&Span| {
            let Some((from, to)) = self.clip(span) else { return false };
            let mut days = (from.day().0..=closing_day(to).0).map(Day);
            span.is_gap() && (span.kind == SpanKind::KnownGap || days.any(|day| is_due(self.input, day)))
        };
        spans.iter().find(needs).map(|span| span.from.day())
    }

    pub fn fill(&mut self, spans: &[Span]) {
        let mut profiles = Profiles::new(spans, self.input.calendar_days);
        for span in spans {
            let Some((from, to)) = self.clip(span) else { continue };
            match span.kind {
                SpanKind::Measured if from.day() == closing_day(to) && (from, to) == (span.from, span.to) => {
                    self.push(from.day(), span.from, span.to, span.energy, PieceKind::Measured);
                }
                SpanKind::Measured | SpanKind::Catchup => self.even(span, PieceKind::Split),
                SpanKind::KnownGap => self.known_gap(span, &mut profiles),
                SpanKind::OpenGap => self.open_gap(span, &mut profiles),
            }
        }
    }

    fn push(&mut self, day: Day, from: LocalMs, to: LocalMs, energy_kwh: Fixed2, kind: PieceKind) {
        let Some(day) = self.day_mut(day) else { return };
        match kind {
            PieceKind::Measured => {}
            PieceKind::Split => day.marks.insert(DayMark::Split),
            PieceKind::ShapeEstimated => day.marks.insert(DayMark::ShapeEstimated),
            PieceKind::EnergyEstimated => day.marks.insert(DayMark::EnergyEstimated),
        }
        if energy_kwh < Fixed2::ZERO {
            day.marks.insert(DayMark::Negative);
        }
        day.pieces.push(Piece { from, to, energy_kwh, kind });
    }

    /// Spread evenly over time, one piece a day, rounded at the borders so that the days sum to the whole.
    fn even(&mut self, span: &Span, kind: PieceKind) {
        let Some((mut from, end)) = self.clip(span) else { return };
        let until = |at: LocalMs| {
            div_round(i128::from(span.energy.0) * i128::from(at.0 - span.from.0), i128::from((span.to.0 - span.from.0).max(1)))
        };
        while from < end {
            let day = from.day();
            let to = day.end().min(end);
            self.push(day, from, to, Fixed2(until(to) - until(from)), kind);
            from = to;
        }
    }

    /// Energy that registers tell, in the shape of similar days.
    fn known_gap(&mut self, span: &Span, profiles: &mut Profiles) {
        let Some((from, to)) = self.clip(span) else { return };
        for day in (from.day().0..=closing_day(to).0).map(Day) {
            self.note_missing(day, from, to);
        }
        let Some(shape) = Shape::of(span, profiles) else { return self.even(span, PieceKind::ShapeEstimated) };
        for (day, from, to) in steps(self.input, from, to) {
            let (Some(before), Some(until)) = (shape.until(profiles, day, from), shape.until(profiles, day, to)) else {
                continue;
            };
            let part = |weight: i128| div_scaled(span.energy, weight, shape.total);
            self.push(day, from, to, Fixed2(part(until) - part(before)), PieceKind::ShapeEstimated);
        }
    }

    /// Energy that nobody knows: what similar days had, once it is time to estimate.
    fn open_gap(&mut self, span: &Span, profiles: &mut Profiles) {
        let Some((from, to)) = self.clip(span) else { return };
        let gap_day = span.from.day();
        for day in (from.day().0..=closing_day(to).0).map(Day) {
            let (from, to) = (from.max(day.start()), to.min(day.end()));
            let missing_ms = self.note_missing(day, from, to);
            let is_due = is_due(self.input, day);
            let profile = if is_due { profiles.like(gap_day, day) } else { None };
            let Some(profile) = profile else {
                let Some(found) = self.day_mut(day) else { continue };
                found.unknown_ms += to.0 - from.0;
                if is_due {
                    found.marks.insert(DayMark::NotEstimated);
                } else if missing_ms > 0 {
                    found.marks.insert(DayMark::Missing);
                }
                continue;
            };
            // rounded from the day's start on, so that an interval's estimate does not depend on where the gap begins
            let until = |at: LocalMs| div_round(profile.until(day, at), PARTS);
            for (day, from, to) in steps(self.input, from, to) {
                self.push(day, from, to, Fixed2(until(to) - until(from)), PieceKind::EnergyEstimated);
            }
        }
    }

    /// Time of a day's gap whose readings should be there: until the day is estimated, an interval may be reported as long as the
    /// next one lasts.
    fn note_missing(&mut self, day: Day, from: LocalMs, to: LocalMs) -> i64 {
        let interval = terms_near(self.input.contract, day).map_or(0, interval_ms);
        let slack_ms = if is_due(self.input, day) { 0 } else { interval };
        let known = self.input.known_until.plus_ms(-slack_ms);
        let known = LocalMs(known.0 - (known.0 - day.start().0).rem_euclid(interval.max(1)));
        let missing_ms = (to.min(day.end()).min(known).0 - from.max(day.start()).0).max(0);
        if let Some(found) = self.day_mut(day) {
            found.missing_ms += missing_ms;
        }
        missing_ms
    }
}

/// Whether it is time to estimate what is missing on a day.
fn is_due(input: &MeterInput, day: Day) -> bool {
    day.end().plus_ms(input.estimate_after_ms) <= input.known_until
}

/// A stretch of time by day and interval.
fn steps<'a>(input: &'a MeterInput<'a>, from: LocalMs, to: LocalMs) -> impl Iterator<Item = (Day, LocalMs, LocalMs)> + 'a {
    let mut next = from;
    std::iter::from_fn(move || {
        if next >= to {
            return None;
        }
        let (day, step_from) = (next.day(), next);
        let interval = terms_near(input.contract, day).map_or(i64::MAX, interval_ms);
        let border = day.start().plus_ms(((next.0 - day.start().0) / interval + 1).saturating_mul(interval));
        next = border.min(day.end()).min(to);
        Some((day, step_from, next))
    })
}

fn div_scaled(energy: Fixed2, weight: i128, total: i128) -> i64 {
    div_round(i128::from(energy.0).saturating_mul(weight), total)
}

/// How a gap's energy is distributed: weights that run on from its start.
struct Shape {
    gap_day: Day,
    /// Weight from the gap's start to the start of each of its days; negative on the first day by what lies before the gap.
    until_day: Vec<i128>,
    total: i128,
}

impl Shape {
    /// None if a day of the gap has no profile, or nothing was used on all of them.
    fn of(span: &Span, profiles: &mut Profiles) -> Option<Self> {
        let (gap_day, last_day) = (span.from.day(), closing_day(span.to));
        if last_day.0 - gap_day.0 > MOST_SHAPED_GAP_DAYS {
            return None;
        }
        let mut until = -profiles.like(gap_day, gap_day)?.until(gap_day, span.from);
        let mut shape = Self { gap_day, until_day: Vec::new(), total: 0 };
        for day in (gap_day.0..=last_day.0).map(Day) {
            let profile = profiles.like(gap_day, day)?;
            shape.until_day.push(until);
            shape.total = until + profile.until(day, span.to);
            until += profile.of_day();
        }
        (shape.total > 0).then_some(shape)
    }

    /// Weight from the gap's start to a moment of a day.
    fn until(&self, profiles: &mut Profiles, day: Day, at: LocalMs) -> Option<i128> {
        let before = usize::try_from(day.0 - self.gap_day.0).ok().and_then(|index| self.until_day.get(index))?;
        Some(before + profiles.like(self.gap_day, day)?.until(day, at))
    }
}
