//! Demand: the largest quarter-hour energy times four, from measured intervals alone.

use domain::settlement::Demand;
use domain::{Fixed2, LocalMs};

use super::slots::MINUTE_MS;
use super::{Piece, PieceKind};

const QUARTER_MS: i64 = 15 * MINUTE_MS;
const QUARTERS_PER_HOUR: i64 = 4;

/// Of a day's pieces, for a meter whose interval divides the quarter-hour; a coarser one cannot tell. Quarters that are not
/// measured throughout are left out, and so are those that a correction made negative.
pub(super) fn of_day(pieces: &[Piece], interval_ms: i64) -> Option<Demand> {
    if interval_ms <= 0 || QUARTER_MS % interval_ms != 0 {
        return None;
    }
    let mut most: Option<Demand> = None;
    let (mut quarter_end, mut measured_ms, mut energy) = (LocalMs(i64::MIN), 0, 0i64);
    for piece in pieces.iter().filter(|piece| piece.kind == PieceKind::Measured) {
        let end = LocalMs((piece.to.0 - 1).div_euclid(QUARTER_MS) * QUARTER_MS + QUARTER_MS);
        if end != quarter_end {
            (quarter_end, measured_ms, energy) = (end, 0, 0);
        }
        measured_ms += piece.to.0 - piece.from.0;
        energy = energy.saturating_add(piece.energy_kwh.0);
        let kw = Fixed2(energy.saturating_mul(QUARTERS_PER_HOUR));
        let is_more = most.is_none_or(|most| kw > most.kw);
        if measured_ms == QUARTER_MS && energy >= 0 && is_more {
            most = Some(Demand { kw, interval_end: quarter_end });
        }
    }
    most
}
