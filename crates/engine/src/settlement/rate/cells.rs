//! What energy is billed in: cells of band, tier and price. Bills make lines of them, daily amounts only their sum.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::tariff::{LineBasis, Prices, TierPricing, Tiers};
use domain::settlement::unit_price::UnitPrice;
use domain::settlement::{Band, BandMap, Price6};

use super::segments::Segment;
use super::tiers::{Limits, Position};
use super::usage::{plus, sum};

const WHOLE: i64 = 100;

/// The prices of a segment, made once.
pub(super) struct SegmentRates<'a> {
    code: &'a str,
    whole_kwh: bool,
    starts_tier_year: bool,
    pub prices: Option<&'a Prices>,
    /// One row, or one for each tier in mode B.
    units: Vec<[Option<UnitPrice>; Band::ALL.len()]>,
    tiers: Option<(&'a Tiers, Limits)>,
    /// Why nothing of it can be billed.
    fault: Option<RateFault>,
}

#[derive(Clone, Copy)]
pub(super) enum CellPrice<'a> {
    Band(Band, &'a UnitPrice),
    /// More per kWh in a higher tier.
    Surcharge(Price6),
}

pub(super) struct Cell<'a> {
    /// From 1.
    pub tier: Option<u8>,
    pub kwh: Fixed2,
    pub price: CellPrice<'a>,
}

/// What goes from one segment to the next, and from one bill to the next.
#[derive(Clone, Copy)]
pub(super) struct Carry {
    pub used: Position,
    /// Fractions of a kWh that have not been billed.
    pub fractions: BandMap<Fixed2>,
}

impl<'a> SegmentRates<'a> {
    /// `month` is that of the period's last day: it decides the season.
    pub fn of(segment: &Segment<'a>, month: u32) -> Self {
        let plan = &segment.tariff.plan;
        let prices = plan.prices.as_ref();
        let mut rates = Self {
            code: &plan.code,
            whole_kwh: plan.whole_kwh,
            starts_tier_year: segment.starts_tier_year,
            prices,
            units: Vec::new(),
            tiers: None,
            fault: None,
        };
        let per_band = plan.tiers.as_ref().and_then(|tiers| match &tiers.pricing {
            TierPricing::PerBand { prices } => Some(prices),
            TierPricing::Surcharge { .. } => None,
        });
        match (per_band, prices) {
            (Some(tiers), _) => {
                rates.units = tiers.iter().map(|bands| Band::ALL.map(|band| tier_unit(prices, band, bands))).collect()
            }
            (None, Some(prices)) => rates.units = vec![Band::ALL.map(|band| prices.unit(band))],
            (None, None) => {
                rates.fault = Some(RateFault::NoPrices { tariff: plan.code.clone(), notice: plan.notice.number.clone() });
            }
        }
        if let Some(tiers) = &plan.tiers {
            match Limits::of(tiers, month, segment.has_many_people) {
                Some(limits) => rates.tiers = Some((tiers, limits)),
                None => {
                    let month = u8::try_from(month).unwrap_or(0);
                    rates.fault = Some(RateFault::NoTierSeason { tariff: plan.code.clone(), month });
                }
            }
        }
        rates
    }

    /// The cells of an energy. Use without a price makes none and is told in `faults`.
    pub fn cells(&self, energy: &BandMap<Fixed2>, carry: &mut Carry, faults: &mut Vec<RateFault>) -> Vec<Cell<'_>> {
        if self.starts_tier_year {
            carry.used.year = Fixed2::ZERO;
        }
        let billed = self.billed(energy, &mut carry.fractions);
        let mut cells = Vec::with_capacity(Band::ALL.len());
        if let Some(fault) = &self.fault {
            faults.push(fault.clone());
            return cells;
        }
        match &self.tiers {
            None => self.band_cells(0, None, &billed, &mut cells, faults),
            Some((tiers, limits)) => {
                self.tier_cells(tiers, limits, &billed, carry.used, &mut cells, faults);
                let total = sum(billed.iter().map(|(_, kwh)| kwh));
                carry.used.month = plus(carry.used.month, total);
                carry.used.year = plus(carry.used.year, total);
            }
        }
        cells
    }

    /// What is billed of an energy: all of it, or whole kWh with the fraction carried on.
    fn billed(&self, energy: &BandMap<Fixed2>, fractions: &mut BandMap<Fixed2>) -> BandMap<Fixed2> {
        let mut billed = BandMap::default();
        for (band, kwh) in energy.iter() {
            let fraction = fractions.get_mut(band);
            let due = plus(kwh, *fraction);
            *fraction = Fixed2(if self.whole_kwh { due.0.rem_euclid(WHOLE) } else { 0 });
            *billed.get_mut(band) = Fixed2(due.0.saturating_sub(fraction.0));
        }
        billed
    }

    fn tier_cells<'b>(
        &'b self,
        tiers: &Tiers,
        limits: &Limits,
        billed: &BandMap<Fixed2>,
        used: Position,
        cells: &mut Vec<Cell<'b>>,
        faults: &mut Vec<RateFault>,
    ) {
        let before = limits.used(&used);
        let number = |index: usize| u8::try_from(index + 1).unwrap_or(u8::MAX);
        match &tiers.pricing {
            TierPricing::Surcharge { per_kwh } => {
                self.band_cells(0, None, billed, cells, faults);
                let split = limits.split(before, sum(billed.iter().map(|(_, kwh)| kwh)));
                for (index, kwh) in split.into_iter().enumerate().skip(1).filter(|(_, kwh)| *kwh != Fixed2::ZERO) {
                    match per_kwh.get(index - 1) {
                        Some(price) => cells.push(Cell { tier: Some(number(index)), kwh, price: CellPrice::Surcharge(*price) }),
                        None => faults.push(RateFault::NoTierPrice { tariff: self.code.to_owned(), tier: number(index) }),
                    }
                }
            }
            TierPricing::PerBand { .. } => {
                let rows = limits.cells(before, Band::ALL.map(|band| billed.get(band)));
                for (index, row) in rows.into_iter().enumerate() {
                    let mut bands = BandMap::default();
                    for (band, kwh) in Band::ALL.into_iter().zip(row) {
                        *bands.get_mut(band) = kwh;
                    }
                    self.band_cells(index, Some(number(index)), &bands, cells, faults);
                }
            }
        }
    }

    fn band_cells<'b>(
        &'b self,
        row: usize,
        tier: Option<u8>,
        bands: &BandMap<Fixed2>,
        cells: &mut Vec<Cell<'b>>,
        faults: &mut Vec<RateFault>,
    ) {
        let tariff = || self.code.to_owned();
        for (index, (band, kwh)) in bands.iter().enumerate().filter(|(_, (_, kwh))| *kwh != Fixed2::ZERO) {
            match (self.units.get(row).map(|units| &units[index]), tier) {
                (Some(Some(unit)), _) => cells.push(Cell { tier, kwh, price: CellPrice::Band(band, unit) }),
                (None, Some(tier)) => faults.push(RateFault::NoTierPrice { tariff: tariff(), tier }),
                (Some(None) | None, _) => faults.push(RateFault::NoBandPrice { tariff: tariff(), band }),
            }
        }
    }

    pub fn basis(&self) -> LineBasis {
        self.prices.filter(|prices| !prices.components.is_empty()).map_or(LineBasis::Absolute, |prices| prices.line_basis)
    }
}

/// A price of mode B; the components of the plan explain it.
fn tier_unit(prices: Option<&Prices>, band: Band, tier: &BandMap<Option<Price6>>) -> Option<UnitPrice> {
    let price = tier.get(band)?;
    let unit = prices.and_then(|prices| prices.unit_at(band, Some(price)));
    Some(unit.unwrap_or(UnitPrice { price, parts: Vec::new() }))
}

impl Cell<'_> {
    /// One rounding per line: a line for the cell, or one for each component.
    pub fn amount(&self, basis: LineBasis) -> Fixed2 {
        match (self.price, basis) {
            (CellPrice::Band(_, unit), LineBasis::Components) => sum(unit.parts.iter().map(|part| part.amount(self.kwh))),
            (CellPrice::Band(_, unit), LineBasis::Absolute) => unit.price.amount(self.kwh),
            (CellPrice::Surcharge(price), _) => price.amount(self.kwh),
        }
    }
}
