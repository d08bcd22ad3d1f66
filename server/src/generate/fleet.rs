//! The meters: when each reports, what it has measured, and how its register runs on.
//!
//! A district's concentrator collects its meters in turns. The interval is cut into slots, each slot
//! belongs to one district, and a district has only a few, so that its reports fall into few windows
//! while something arrives in every second of the city.

use std::collections::BTreeMap;

use domain::{Cell, Fixed2, LocalMs, ReadingRow, RegionId, UserId, UserRow};
use operational::LastReport;

use super::noise::{MILLION, Noise, Salt};
use super::shapes::Usage;

/// The usual metering interval.
pub const QUARTER_MS: i64 = 900_000;
/// Slots of one interval: five seconds each in a quarter of an hour.
const SLOTS: i64 = 180;
/// A hundredth of a kWh in watt-milliseconds.
const HUNDREDTH_KWH_WMS: i64 = 36_000_000;
/// Above it a register starts from zero again; decimal(10,2) ends there.
const REGISTER_END: i64 = 9_999_999_999;

#[derive(Clone, Debug)]
pub struct Meter {
    pub user_id: UserId,
    pub region_id: Option<RegionId>,
    pub usage: Usage,
    size_w: i64,
    phase_ms: i64,
    register_kwh: Fixed2,
    /// Energy measured and not reported yet, in watt-milliseconds.
    unreported_wms: i64,
}

impl Meter {
    fn new(noise: Noise, user: &UserRow) -> Option<Self> {
        let user_id = user.user_id?;
        let usage = Usage::from_name(user.usage_type.as_deref().unwrap_or_default());
        let (smallest, largest) = usage.size_w();
        let draw = i64::try_from(noise.below(1000, Salt::Size, user_id, 0)).unwrap_or(0);
        // squared: many small users, few large ones
        let size_w = smallest + (largest - smallest) * draw * draw / 1_000_000;
        let register = i64::try_from(noise.below(8_000_000, Salt::Register, user_id, 0)).unwrap_or(0);
        Some(Self {
            user_id,
            region_id: user.region_id,
            usage,
            size_w,
            phase_ms: 0,
            register_kwh: Fixed2(register),
            unreported_wms: 0,
        })
    }

    /// Load by the shape alone.
    pub fn expected_w(&self, at: LocalMs) -> i64 {
        self.size_w * self.usage.shape(at) / 1000
    }

    fn load_w(&self, noise: Noise, at: LocalMs) -> i64 {
        let region = i64::from(self.region_id.unwrap_or(0));
        let weather = noise.bell(60, Salt::Weather, region, at.0.div_euclid(86_400_000))
            + noise.bell(40, Salt::Weather, region, at.0.div_euclid(3_600_000));
        let restless = noise.bell(self.usage.restlessness(), Salt::Load, self.user_id, at.0);
        self.expected_w(at) * (1000 + weather + restless).max(50) / 1000
    }

    /// The reading of everything since the last report.
    fn report(&mut self, consumption_id: i64, at: LocalMs) -> ReadingRow {
        let energy = Fixed2(self.unreported_wms / HUNDREDTH_KWH_WMS);
        self.unreported_wms %= HUNDREDTH_KWH_WMS;
        if self.register_kwh.0 + energy.0 > REGISTER_END {
            self.register_kwh = Fixed2::ZERO;
        }
        let before = self.register_kwh;
        self.register_kwh += energy;
        ReadingRow {
            consumption_id: Some(consumption_id),
            user_id: Some(self.user_id),
            amount_kwh: Cell::Value(energy),
            cost_yuan: Cell::Value(self.usage.cost(at, energy)),
            date: Cell::Value(at),
            register_before_kwh: Cell::Value(before),
            register_after_kwh: Cell::Value(self.register_kwh),
            remark: None,
        }
    }
}

/// All meters, in the order in which they report.
#[derive(Clone, Debug)]
pub struct Fleet {
    noise: Noise,
    interval_ms: i64,
    next_id: i64,
    /// Reports that are never sent, in parts of a million.
    missing_parts: u64,
    meters: Vec<Meter>,
}

impl Fleet {
    pub fn new(noise: Noise, users: &[UserRow], last: &[LastReport], max_id: i64) -> Self {
        let registers: BTreeMap<UserId, Fixed2> = last.iter().map(|report| (report.user_id, report.register_kwh)).collect();
        let mut meters: Vec<Meter> = users.iter().filter_map(|user| Meter::new(noise, user)).collect();
        for meter in &mut meters {
            meter.register_kwh = registers.get(&meter.user_id).copied().unwrap_or(meter.register_kwh);
        }
        let mut fleet = Self { noise, interval_ms: QUARTER_MS, next_id: max_id.saturating_add(1), missing_parts: 0, meters };
        fleet.set_interval_ms(QUARTER_MS);
        fleet
    }

    pub fn meters(&self) -> &[Meter] {
        &self.meters
    }

    pub fn interval_ms(&self) -> i64 {
        self.interval_ms
    }

    /// Share of reports that are never sent; their energy comes with the meter's next one.
    pub fn set_missing(&mut self, share: f64) {
        self.missing_parts = parts(share);
    }

    /// Gives each meter its place in the interval.
    pub fn set_interval_ms(&mut self, interval_ms: i64) {
        self.interval_ms = interval_ms.max(SLOTS);
        let slot_ms = self.interval_ms / SLOTS;
        let mut regions: Vec<Option<RegionId>> = self.meters.iter().map(|meter| meter.region_id).collect();
        regions.sort_unstable();
        regions.dedup();
        let region_count = i64::try_from(regions.len()).unwrap_or(1).clamp(1, SLOTS);
        let turns = SLOTS / region_count;
        let mut seen: BTreeMap<Option<RegionId>, i64> = BTreeMap::new();
        self.meters.sort_by_key(|meter| meter.user_id);
        let mut sizes: BTreeMap<Option<RegionId>, i64> = BTreeMap::new();
        for meter in &self.meters {
            *sizes.entry(meter.region_id).or_default() += 1;
        }
        for meter in &mut self.meters {
            let ordinal = seen.entry(meter.region_id).or_default();
            let region = i64::try_from(regions.partition_point(|id| *id < meter.region_id)).unwrap_or(0) % region_count;
            let slot = region + region_count * (*ordinal % turns);
            let in_slot = (sizes.get(&meter.region_id).copied().unwrap_or(1) + turns - 1) / turns;
            let place = (*ordinal / turns) * slot_ms / in_slot.max(1);
            let room = u64::try_from(slot_ms / in_slot.max(1)).unwrap_or(0);
            let jitter = i64::try_from(self.noise.below(room, Salt::Jitter, meter.user_id, 0)).unwrap_or(0);
            meter.phase_ms = slot * slot_ms + (place + jitter).min(slot_ms - 1);
            *ordinal += 1;
        }
        self.meters.sort_by_key(|meter| (meter.phase_ms, meter.user_id));
    }

    /// Reports with an event time in `(from, to]`, oldest first. Each moment may be asked for once.
    pub fn reports(&mut self, from: LocalMs, to: LocalMs) -> Vec<ReadingRow> {
        let mut reports = Vec::new();
        for cycle in from.0.div_euclid(self.interval_ms)..=to.0.div_euclid(self.interval_ms) {
            let start = cycle * self.interval_ms;
            let first = self.meters.partition_point(|meter| start + meter.phase_ms <= from.0);
            let end = self.meters.partition_point(|meter| start + meter.phase_ms <= to.0);
            for meter in self.meters.get_mut(first..end).unwrap_or_default() {
                let at = LocalMs(start + meter.phase_ms);
                meter.unreported_wms += meter.load_w(self.noise, at) * self.interval_ms;
                if self.noise.happens(self.missing_parts, Salt::Missing, meter.user_id, at.0) {
                    continue;
                }
                reports.push(meter.report(self.next_id, at));
                self.next_id += 1;
            }
        }
        reports
    }
}

/// A share as parts of a million.
pub fn parts(share: f64) -> u64 {
    let bounded = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    // a share within 0..=1, so the product fits
    (bounded * MILLION as f64).round() as u64
}
