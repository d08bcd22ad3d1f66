//! Pieces of a metered day into bands: `DayEnergy`.

use domain::Fixed2;
use domain::fixed::div_round;
use domain::settlement::calendar::{BandSpan, DAY_MINUTES, DayBands};
use domain::settlement::{Band, BandMap, DayEnergy, DayMark};

use super::meter::{MeteredDay, Piece, PieceKind};

const MINUTE_MS: i64 = 60_000;

/// The day's energy by band. Pieces that a border of bands crosses are split by time, rounded so that parts sum exactly; without
/// bands everything is 平 and marked.
pub fn day_energy(metered: &MeteredDay, bands: Option<&DayBands>, tariff: Option<(String, i32)>) -> DayEnergy {
    let flat = [BandSpan { from: 0, to: DAY_MINUTES, band: Band::Flat, rule: None }];
    let spans = bands.map_or(&flat[..], |bands| &bands.spans);
    let mut sums = Sums::default();
    for piece in &metered.pieces {
        sums.add(piece, piece.from.0 - metered.day.start().0, spans);
    }
    let mut marks = metered.marks.clone();
    let is_undecided = bands.is_some_and(|bands| !bands.undecided.is_empty());
    let is_split = sums.is_split && !marks.contains(&DayMark::Split);
    let found = [(is_split, DayMark::Split), (is_undecided, DayMark::Undecided), (bands.is_none(), DayMark::NoTariff)];
    marks.extend(found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark));
    marks.sort_unstable();
    DayEnergy {
        day: metered.day,
        region_id: metered.region_id,
        energy: sums.energy,
        estimated: sums.estimated,
        shaped: sums.shaped,
        kvarh: metered.kvarh,
        kvarh_intervals: metered.kvarh_intervals,
        demand: metered.demand,
        reported_kwh: metered.reported_kwh,
        reading_count: metered.reading_count,
        missing_min: metered.missing_min,
        register_first: metered.register_first,
        register_last: metered.register_last,
        marks,
        is_complete: metered.is_complete,
        tariff,
        digest: metered.digest.clone(),
    }
}

#[derive(Default)]
struct Sums {
    energy: BandMap<Fixed2>,
    estimated: BandMap<Fixed2>,
    shaped: BandMap<Fixed2>,
    /// A measured interval lies in more than one band.
    is_split: bool,
}

impl Sums {
    /// `start_ms` is where the piece begins in its day.
    fn add(&mut self, piece: &Piece, start_ms: i64, spans: &[BandSpan]) {
        let length_ms = (piece.to.0 - piece.from.0).max(1);
        let end_ms = start_ms + length_ms;
        let first = spans.partition_point(|span| i64::from(span.to) * MINUTE_MS <= start_ms);
        let behind = spans.get(first..).unwrap_or_default();
        let band_at_start = behind.first().map_or(Band::Flat, |span| span.band);
        let crosses = |span: &&BandSpan| i64::from(span.from) * MINUTE_MS < end_ms;
        let is_crossing = behind.iter().take_while(crosses).any(|span| span.band != band_at_start);
        self.is_split |= is_crossing && piece.kind == PieceKind::Measured;
        if !is_crossing {
            return self.book(piece, piece.energy_kwh, band_at_start, false);
        }
        let mut booked = 0;
        for span in behind.iter().take_while(crosses) {
            let until_ms = (i64::from(span.to) * MINUTE_MS).min(end_ms) - start_ms;
            let up_to_here = div_round(i128::from(piece.energy_kwh.0) * i128::from(until_ms), i128::from(length_ms));
            self.book(piece, Fixed2(up_to_here - booked), span.band, true);
            booked = up_to_here;
        }
        // spans cover the day; should they not, nothing is lost
        self.book(piece, Fixed2(piece.energy_kwh.0 - booked), Band::Flat, true);
    }

    fn book(&mut self, piece: &Piece, energy: Fixed2, band: Band, is_part: bool) {
        *self.energy.get_mut(band) += energy;
        match piece.kind {
            PieceKind::EnergyEstimated => *self.estimated.get_mut(band) += energy,
            PieceKind::Split | PieceKind::ShapeEstimated => *self.shaped.get_mut(band) += energy,
            PieceKind::Measured if is_part => *self.shaped.get_mut(band) += energy,
            PieceKind::Measured => {}
        }
    }
}
