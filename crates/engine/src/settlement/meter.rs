//! From readings to metered days: which energy was used when, and how well that is known.

use domain::settlement::calendar::CalendarDays;
use domain::settlement::{Contract, DayMark, Demand, Reactive, Reading, ReadingTime};
use domain::{Day, Fixed2, LocalMs, RegionId};

/// Readings of one contract around the days in question.
#[derive(Clone, Debug)]
pub struct MeterInput<'a> {
    pub contract: &'a Contract,
    /// In any order: those reported on the days, on the day before and on the day behind, and the nearest one before and behind
    /// all of these (if any). Where `wants_history` said so: those from that day on and the last one before it.
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
pub fn wants_history(_input: &MeterInput) -> Option<Day> {
    None
}

/// Days whose energy may depend on the readings of `[from, to)`: from the reading before them to the one behind them, `[from, to)`.
pub fn touched(input: &MeterInput) -> (Day, Day) {
    (input.from, input.to)
}

/// One metered day for each day of `[from, to)` that the contract covers.
pub fn measure(input: &MeterInput) -> Vec<MeteredDay> {
    let covered = (input.from.0..input.to.0).map(Day).filter(|day| input.contract.covers(*day));
    covered.map(|day| simple_day(input, day)).collect()
}

fn simple_day(input: &MeterInput, day: Day) -> MeteredDay {
    const QUARTER_MS: i64 = 900_000;
    let mut pieces: Vec<Piece> = Vec::new();
    for reading in input.readings {
        let end = LocalMs(reading.reported_at.0 - reading.reported_at.0.rem_euclid(QUARTER_MS));
        if end > day.start() && end <= day.end() {
            let from = end.plus_ms(-QUARTER_MS);
            match pieces.last_mut() {
                Some(last) if last.to == end => last.energy_kwh += reading.amount_kwh,
                _ => pieces.push(Piece { from, to: end, energy_kwh: reading.amount_kwh, kind: PieceKind::Measured }),
            }
        }
    }
    let demand = pieces.iter().max_by_key(|piece| piece.energy_kwh);
    let demand = demand.map(|piece| Demand { kw: Fixed2(piece.energy_kwh.0 * 4), interval_end: piece.to });
    let reactive: Vec<_> =
        input.reactive.iter().filter(|row| row.interval_end > day.start() && row.interval_end <= day.end()).collect();
    let covered_min = u16::try_from(pieces.len()).unwrap_or(96).min(96) * 15;
    MeteredDay {
        day,
        region_id: input.readings.last().map_or(input.region_id, |reading| reading.region_id),
        kvarh: reactive.iter().map(|row| Fixed2(row.kvarh.0.abs())).sum(),
        kvarh_intervals: u16::try_from(reactive.len()).unwrap_or(u16::MAX),
        demand,
        reported_kwh: input
            .readings
            .iter()
            .filter(|reading| reading.reported_at.day() == day)
            .map(|reading| reading.amount_kwh)
            .sum(),
        reading_count: u16::try_from(pieces.len()).unwrap_or(u16::MAX),
        missing_min: 1_440 - covered_min,
        register_first: None,
        register_last: None,
        marks: if covered_min < 1_440 { vec![DayMark::Missing] } else { Vec::new() },
        is_complete: covered_min == 1_440 && input.known_until >= day.end(),
        digest: String::new(),
        pieces,
    }
}
