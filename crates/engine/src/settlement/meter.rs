//! From readings to metered days: which energy was used when, and how well that is known.

mod days;
mod demand;
mod digest;
mod marks;
mod profile;
mod registers;
mod slots;
mod spans;

use domain::settlement::calendar::CalendarDays;
use domain::settlement::{Contract, DayMark, Demand, Reactive, Reading, ReadingTime};
use domain::{Day, Fixed2, LocalMs, RegionId};

use days::{DayPieces, Days};
use digest::DayText;
use marks::Marks;
pub use profile::{LOOK_BACK_DAYS, PROFILE_DAYS};
use slots::{MINUTE_MS, Slot, Slots, interval_ms, terms_near};
use spans::Spans;

/// Readings of one contract around the days in question.
#[derive(Clone, Debug)]
pub struct MeterInput<'a> {
    pub contract: &'a Contract,
    /// In any order: those reported on the days and within `reach_ms` around them; where there are none before or none behind,
    /// those of the nearest interval there (if any). Where `wants_history` said so: also those from that day on.
    pub readings: &'a [Reading],
    pub reactive: &'a [Reactive],
    /// Days to be measured, `[from, to)`.
    pub from: Day,
    pub to: Day,
    pub calendar_days: &'a CalendarDays,
    /// Setting for contracts whose terms do not say it.
    pub reading_time_is: ReadingTime,
    /// Event time up to which readings have been seen (the watermark).
    pub known_until: LocalMs,
    /// How long after its end a day's open gaps are estimated (default 6 h).
    pub estimate_after_ms: i64,
    /// Region of the customer, for days without readings.
    pub region_id: RegionId,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PieceKind {
    /// One measured interval.
    Measured,
    /// Part of a reading that covers more than one interval: split by time.
    Split,
    /// Registers on both sides are known, the distribution is that of similar days (or linear).
    ShapeEstimated,
    EnergyEstimated,
}

/// Energy of `(from, to]`. Pieces of a day do not overlap; what they do not cover is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    pub from: LocalMs,
    pub to: LocalMs,
    pub energy_kwh: Fixed2,
    pub kind: PieceKind,
}

/// What the meter says about one local day of a contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeteredDay {
    pub day: Day,
    pub region_id: RegionId,
    /// In order of time.
    pub pieces: Vec<Piece>,
    /// Σ |kvarh| of the day's intervals, and how many there were.
    pub kvarh: Fixed2,
    pub kvarh_intervals: u16,
    pub demand: Option<Demand>,
    /// kWh whose readings were reported on this day.
    pub reported_kwh: Fixed2,
    /// Readings whose interval ends on this day.
    pub reading_count: u16,
    /// Minutes that no reading covers, before estimation.
    pub missing_min: u16,
    pub register_first: Option<Fixed2>,
    pub register_last: Option<Fixed2>,
    pub marks: Vec<DayMark>,
    /// The day is over and its energy is known or estimated.
    pub is_complete: bool,
    pub digest: String,
}

impl MeteredDay {
    pub fn energy_kwh(&self) -> Fixed2 {
        self.pieces.iter().map(|piece| piece.energy_kwh).sum()
    }
}

/// First day of earlier readings that estimates need; none where there is nothing to estimate.
pub fn wants_history(input: &MeterInput) -> Option<Day> {
    let slots = Slots::of(input);
    let spans = Spans::of(input, &slots).spans;
    // before the first reading ever there is nothing to estimate by
    let first = slots.slots.first()?.end;
    let behind_first = spans.partition_point(|span| span.from < first);
    let gap_day = Days::new(input).first_gap(spans.get(behind_first..)?)?;
    Some(Day(gap_day.0.saturating_sub(LOOK_BACK_DAYS + 1)))
}

/// How far around days readings have to be known. Two intervals: the one that an end of the days closes, and a whole one behind it.
pub fn reach_ms(contract: &Contract) -> i64 {
    2 * contract.terms.iter().map(|dated| interval_ms(&dated.terms)).max().unwrap_or(0)
}

/// Days whose energy may depend on readings reported on `[from, to)`, from the reading before them to the one behind them; as
/// `[from, to)`. Estimates of later days may depend on them too, up to `LOOK_BACK_DAYS` behind.
pub fn touched(input: &MeterInput) -> (Day, Day) {
    let slots = Slots::of(input);
    // neither changes itself, but how far the one behind reaches back does; what follows it stays
    let behind = slots.slots.iter().position(|slot| slots.reported(slot) >= input.to.start());
    let before = slots.slots.iter().rposition(|slot| slots.reported(slot) < input.from.start());
    let slot = |index: usize| slots.slots.get(index);
    let day_before = Day(input.from.0.saturating_sub(1));
    let from = before.and_then(slot).map_or(day_before, |slot| slot.end.day());
    let last = behind.and_then(slot).map_or(input.known_until.day(), Slot::day);
    (from.min(input.from), Day(last.0.saturating_add(1)).max(input.to))
}

/// One metered day for each day of `[from, to)` that the contract covers.
pub fn measure(input: &MeterInput) -> Vec<MeteredDay> {
    let slots = Slots::of(input);
    let spans = Spans::of(input, &slots);
    let mut days = Days::new(input);
    days.fill(&spans.spans);
    for exchange in &input.contract.exchanges {
        if let Some(day) = days.day_mut(exchange.at.day()) {
            day.marks.insert(DayMark::Exchange);
        }
    }
    let mut reactive = input.reactive.to_vec();
    reactive.sort_unstable_by_key(|row| row.interval_end);
    let facts = Facts { input, slots: &slots, marks: &spans.marks, reactive: &reactive };
    let first = days.first();
    let mut text = DayText::default();
    let numbered = (first.0..).map(Day).zip(days.days);
    let mut measured: Vec<MeteredDay> = numbered.map(|(day, pieces)| facts.day(day, pieces, &mut text)).collect();
    for reading in input.readings {
        let index = usize::try_from(reading.reported_at.day().0.saturating_sub(first.0)).ok();
        if let Some(day) = index.and_then(|index| measured.get_mut(index)) {
            day.reported_kwh += reading.amount_kwh;
        }
    }
    measured
}

/// What days are put together from.
struct Facts<'a> {
    input: &'a MeterInput<'a>,
    slots: &'a Slots<'a>,
    marks: &'a [Marks],
    reactive: &'a [Reactive],
}

impl Facts<'_> {
    fn day(&self, day: Day, found: DayPieces, text: &mut DayText) -> MeteredDay {
        let DayPieces { pieces, mut marks, missing_ms, unknown_ms } = found;
        let range = self.slots.of_day(day);
        for slot_marks in self.marks.get(range.clone()).unwrap_or_default() {
            marks.extend(*slot_marks);
        }
        let slots = self.slots.slots.get(range.clone()).unwrap_or_default();
        let readings = || slots.iter().flat_map(|slot| self.slots.readings_of(slot)).map(|(_, reading)| reading);
        let first = self.reactive.partition_point(|row| row.interval_end <= day.start());
        let behind = self.reactive.partition_point(|row| row.interval_end <= day.end());
        let reactive = self.reactive.get(first..behind).unwrap_or_default();
        text.clear();
        readings().chain(self.reaching_back(range.end, day)).for_each(|reading| text.reading(reading));
        reactive.iter().for_each(|row| text.reactive(row));
        let interval = terms_near(self.input.contract, day).map_or(0, interval_ms);
        MeteredDay {
            day,
            region_id: readings().next_back().map_or(self.input.region_id, |reading| reading.region_id),
            kvarh: reactive.iter().map(|row| Fixed2(row.kvarh.0.saturating_abs())).sum(),
            kvarh_intervals: saturated(reactive.len()),
            demand: demand::of_day(&pieces, interval),
            reported_kwh: Fixed2::ZERO,
            reading_count: saturated(readings().count()),
            missing_min: u16::try_from(missing_ms / MINUTE_MS).unwrap_or(u16::MAX),
            register_first: readings().find_map(|reading| reading.register_before),
            register_last: readings().filter_map(|reading| reading.register_after).next_back(),
            marks: marks.to_vec(),
            is_complete: unknown_ms == 0 && day.end() <= self.input.known_until,
            digest: text.sha256_hex(),
            pieces,
        }
    }

    /// Readings of the next slot, if what they cover, or the gap before them, begins on the day.
    fn reaching_back(&self, next: usize, day: Day) -> impl Iterator<Item = &Reading> {
        let earlier = next.checked_sub(1).and_then(|index| self.slots.slots.get(index));
        let reaches = earlier.is_some_and(|slot| slot.end < day.end());
        let slot = self.slots.slots.get(next).filter(|_| reaches);
        slot.into_iter().flat_map(|slot| self.slots.readings_of(slot)).map(|(_, reading)| reading)
    }
}

fn saturated(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
