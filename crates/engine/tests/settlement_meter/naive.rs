//! A naive computation of the same: minute by minute, in fractions. For regular intervals and one set of terms with multiplier 1.

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
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Measured,
    CaughtUp,
    Known,
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
        let (mut from, mut kind) = (now - interval_min, Kind::Measured);
        if let Some((last, register)) = earlier {
            let between = register.zip(parts[0].register_before).map(|(before, after)| after.0 - before.0);
            match between {
                _ if last >= from => from = last,
                None | Some(0) => (from, kind) = (last, Kind::CaughtUp),
                Some(missing) if missing > 0 => found.push(Stretch { from: last, to: from, energy: missing, kind: Kind::Known }),
                Some(_) => {}
            }
        }
        found.push(Stretch { from, to: now, energy, kind });
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

/// Hourly readings of a meter whose gaps are estimated.
pub struct Estimates<'a> {
    pub stretches: &'a [Stretch],
    /// Days that are not alike have different codes.
    pub day_type: &'a dyn Fn(Day) -> u8,
}

impl Estimates<'_> {
    /// Energy per minute of a day like it, in 1/720 of 0.01 kWh.
    fn usual(&self, gap_day: Day, like: Day) -> Option<Vec<i64>> {
        let mut days: Vec<Vec<i64>> = Vec::new();
        for day in (gap_day.0 - 35..gap_day.0).rev().map(Day) {
            let start = i64::from(day.0) * 1_440;
            let is_of =
                |stretch: &&Stretch| stretch.kind == Kind::Measured && stretch.from >= start && stretch.to <= start + 1_440;
            let hours: Vec<i64> = self.stretches.iter().filter(is_of).map(|stretch| stretch.energy).collect();
            if hours.len() == 24 && days.len() < 4 && (self.day_type)(day) == (self.day_type)(like) {
                days.push(hours);
            }
        }
        let count = i64::try_from(days.len()).unwrap();
        let mean = |minute: usize| days.iter().map(|hours| hours[minute / 60] * 12).sum::<i64>() / count;
        (count > 0).then(|| (0..1_440).map(mean).collect())
    }

    /// What a gap's minutes `[from, to)` are like; none if one of its days is like none before.
    fn weights(&self, from: i64, to: i64) -> Option<Vec<i64>> {
        let day_of = |minute: i64| Day(i32::try_from(minute / 1_440).unwrap());
        let mut weights = Vec::new();
        for day in (day_of(from).0..=day_of(to - 1).0).map(Day) {
            let (usual, start) = (self.usual(day_of(from), day)?, i64::from(day.0) * 1_440);
            let minutes = (from.max(start) - start)..(to.min(start + 1_440) - start);
            weights.extend(minutes.map(|minute| usual[usize::try_from(minute).unwrap()]));
        }
        Some(weights)
    }

    /// Energy of a day within a stretch whose energy is known.
    fn known(&self, stretch: &Stretch, day: Day) -> i64 {
        let weights = self.weights(stretch.from, stretch.to).filter(|weights| weights.iter().any(|weight| *weight > 0));
        let Some(weights) = weights else { return day_energy(std::slice::from_ref(stretch), day) };
        let total: i64 = weights.iter().sum();
        let until = |minute: i64| {
            let count = usize::try_from(minute.clamp(stretch.from, stretch.to) - stretch.from).unwrap();
            half_up((stretch.energy * weights[..count].iter().sum::<i64>(), total))
        };
        until(i64::from(day.0 + 1) * 1_440) - until(i64::from(day.0) * 1_440)
    }

    /// A day's energy; what lies behind the last reading is what days like it had.
    pub fn day_energy(&self, day: Day) -> i64 {
        let (start, end) = (i64::from(day.0) * 1_440, i64::from(day.0 + 1) * 1_440);
        let within = self.stretches.iter().filter(|stretch| stretch.from < end && stretch.to > start);
        let even = |stretch: &Stretch| day_energy(std::slice::from_ref(stretch), day);
        let known: i64 =
            within.map(|stretch| if stretch.kind == Kind::Known { self.known(stretch, day) } else { even(stretch) }).sum();
        let last = self.stretches.last().map_or(end, |stretch| stretch.to);
        let usual = if last < end { self.usual(Day(i32::try_from(last / 1_440).unwrap()), day) } else { None };
        let open = usual.map_or(0, |usual| {
            let until = |minute: i64| half_up((usual[..usize::try_from(minute).unwrap()].iter().sum(), 720));
            until(1_440) - until((last - start).max(0))
        });
        known + open
    }
}
