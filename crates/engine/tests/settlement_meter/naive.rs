//! A naive computation of the same: minute by minute, in fractions, without estimates. For regular intervals and one set of
//! terms with multiplier 1.

use domain::settlement::Reading;
use domain::settlement::calendar::DayBands;
use domain::{Day, Fixed2};

use crate::support::MINUTE_MS;

/// Energy that is even over its time.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Minutes since 1970.
    pub from: i64,
    pub to: i64,
    pub energy: i64,
}

/// The stretches over which each amount is even, by the rules for registers.
pub fn stretches(readings: &[Reading], interval_min: i64) -> Vec<Stretch> {
    let end = |reading: &Reading| reading.reported_at.0 / (interval_min * MINUTE_MS) * interval_min;
    let mut ends: Vec<i64> = readings.iter().map(end).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut found = Vec::new();
    let mut earlier: Option<(i64, Option<Fixed2>)> = None;
    for now in ends {
        let mut parts: Vec<&Reading> = readings.iter().filter(|reading| end(reading) == now).collect();
        parts.sort_by_key(|reading| (reading.reported_at, reading.register_before, reading.consumption_id));
        let energy = parts.iter().map(|reading| reading.amount_kwh.0).sum();
        let mut from = now - interval_min;
        if let Some((last, register)) = earlier {
            let between = register.zip(parts[0].register_before).map(|(before, after)| after.0 - before.0);
            match between {
                _ if last >= from => from = last,
                None | Some(0) => from = last,
                Some(missing) if missing > 0 => found.push(Stretch { from: last, to: from, energy: missing }),
                Some(_) => {}
            }
        }
        found.push(Stretch { from, to: now, energy });
        earlier = Some((now, parts[parts.len() - 1].register_after));
    }
    found
}

/// Numerator and denominator of a stretch's energy at `[from, to)` minutes.
fn share(stretch: &Stretch, from: i64, to: i64) -> (i64, i64) {
    let minutes = (stretch.from.max(from)..stretch.to.min(to)).count();
    (stretch.energy * i64::try_from(minutes).unwrap(), stretch.to - stretch.from)
}

fn half_up((numerator, denominator): (i64, i64)) -> i64 {
    let rounded = (2 * numerator.abs() + denominator) / (2 * denominator);
    rounded * numerator.signum()
}

/// A day's energy: what has flown until its end less what has until its start, each rounded, for every stretch.
pub fn day_energy(stretches: &[Stretch], day: Day) -> i64 {
    let (start, end) = (i64::from(day.0) * 1_440, i64::from(day.0 + 1) * 1_440);
    let until = |stretch: &Stretch, minute: i64| half_up(share(stretch, stretch.from, minute.max(stretch.from)));
    stretches.iter().map(|stretch| until(stretch, end.min(stretch.to)) - until(stretch, start.min(stretch.to))).sum()
}

/// A day's energy in one band before rounding, in millionths of 0.01 kWh, and how many stretches it is summed from.
pub fn band_energy(stretches: &[Stretch], day: Day, bands: &DayBands, band: domain::settlement::Band) -> (i64, i64) {
    let start = i64::from(day.0) * 1_440;
    let (mut sum, mut count) = (0, 0);
    for span in bands.spans.iter().filter(|span| span.band == band) {
        let (from, to) = (start + i64::from(span.from), start + i64::from(span.to));
        for stretch in stretches.iter().filter(|stretch| stretch.from < to && stretch.to > from) {
            let (numerator, denominator) = share(stretch, from, to);
            sum += numerator * 1_000_000 / denominator;
            count += i64::from(!(from <= stretch.from && stretch.to <= to));
        }
    }
    (sum, count)
}
