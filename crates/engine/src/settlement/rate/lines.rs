//! The energy lines of a bill: cells with their words, their estimates, and the components that explain them.

use domain::settlement::apportion::{apportion, by_largest_remainder};
use domain::settlement::price::MICRO;
use domain::settlement::tariff::LineBasis;
use domain::settlement::unit_price::UnitPrice;
use domain::settlement::{Band, BandMap, Component, Line, LineKind, Month, Part, Price6, Quantity, TariffPlan};
use domain::{Day, Fixed2};

use super::TariffVersion;
use super::cells::{Cell, CellPrice, SegmentRates};
use super::segments::Segment;
use super::usage::{Usage, sum};

/// A line, and how much of it is part of the base of the power-factor adjustment.
pub(super) struct Draft {
    pub line: Line,
    pub base: Fixed2,
}

/// A line with nothing but its days, its quantity and its plan.
pub(super) fn bare(kind: LineKind, days: (Day, Day), quantity: Quantity, tariff: Option<&TariffVersion>) -> Line {
    let plan = tariff.map(|tariff| &tariff.plan);
    let notice =
        |plan: &TariffPlan| plan.prices.as_ref().and_then(|prices| prices.notice.as_ref()).unwrap_or(&plan.notice).number.clone();
    Line {
        line_no: 0,
        kind,
        from: days.0,
        to: days.1,
        band: None,
        tier: None,
        component: None,
        name: None,
        quantity,
        price: None,
        day_share: None,
        percent: None,
        amount: Fixed2::ZERO,
        estimated_kwh: Fixed2::ZERO,
        shaped_kwh: Fixed2::ZERO,
        parts: Vec::new(),
        tariff: tariff.map(|tariff| (tariff.plan.code.clone(), tariff.version)),
        clause: None,
        notice: plan.map(|plan| notice(plan)),
        reason: None,
    }
}

/// The lines of a segment's cells.
pub(super) fn of_cells(segment: &Segment, rates: &SegmentRates, cells: &[Cell], usage: &Usage) -> Vec<Draft> {
    let estimated = shares(cells, &usage.estimated, usage);
    let shaped = shares(cells, &usage.shaped, usage);
    let mut drafts = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let mut line = bare(LineKind::Energy, (segment.from, segment.to), Quantity::Kwh(cell.kwh), Some(segment.tariff));
        line.tier = cell.tier;
        line.estimated_kwh = estimated[index];
        line.shaped_kwh = shaped[index];
        match cell.price {
            CellPrice::Surcharge(price) => {
                line.kind = LineKind::TierSurcharge;
                line.price = Some(price);
                line.amount = price.amount(cell.kwh);
                let base = if segment.has_power_factor { line.amount } else { Fixed2::ZERO };
                drafts.push(Draft { line, base });
            }
            CellPrice::Band(band, unit) => {
                line.band = Some(band);
                line.clause = clause(segment, band);
                let components = rates.prices.map_or(&[] as &[Component], |prices| &prices.components);
                drafts.extend(of_band(line, cell.kwh, unit, components, rates.basis(), segment.has_power_factor));
            }
        }
    }
    drafts
}

fn of_band(line: Line, kwh: Fixed2, unit: &UnitPrice, components: &[Component], basis: LineBasis, has_pf: bool) -> Vec<Draft> {
    match basis {
        LineBasis::Absolute => {
            let amount = unit.price.amount(kwh);
            let parts = parts(amount, kwh, unit, components);
            let base = if has_pf { base(amount, &parts) } else { Fixed2::ZERO };
            vec![Draft { line: Line { price: Some(unit.price), amount, parts, ..line }, base }]
        }
        LineBasis::Components => {
            let lines = components.iter().zip(&unit.parts).filter(|(_, price)| **price != Price6::ZERO);
            let line = |(component, price): (&Component, &Price6)| {
                let amount = price.amount(kwh);
                let parts = vec![part(component, *price, amount)];
                let base = if has_pf { base(amount, &parts) } else { Fixed2::ZERO };
                let (name, price, line) = (component.name.clone(), Some(*price), line.clone());
                let kind = LineKind::Component;
                Draft { line: Line { kind, component: Some(component.kind), name, price, amount, parts, ..line }, base }
            };
            lines.map(line).collect()
        }
    }
}

/// What makes an amount up: exact products, rounded so that they sum to it.
fn parts(amount: Fixed2, kwh: Fixed2, unit: &UnitPrice, components: &[Component]) -> Vec<Part> {
    let exact: Vec<i128> = unit.parts.iter().map(|price| price.unrounded(kwh)).collect();
    let amounts = by_largest_remainder(amount.0, &exact, i128::from(MICRO));
    let explained = components.iter().zip(&unit.parts).zip(amounts);
    explained.map(|((component, price), amount)| part(component, *price, Fixed2(amount))).collect()
}

fn part(component: &Component, price: Price6, amount: Fixed2) -> Part {
    let (kind, name, pf_applies) = (component.kind, component.name.clone(), component.has_power_factor());
    Part { kind, name, price, amount, pf_applies }
}

/// Without parts there is nothing known to be left out.
fn base(amount: Fixed2, parts: &[Part]) -> Fixed2 {
    if parts.is_empty() { amount } else { sum(parts.iter().filter(|part| part.pf_applies).map(|part| part.amount)) }
}

/// How much of each cell is estimated: that of its band, in tiers in proportion.
fn shares(cells: &[Cell], of: &BandMap<Fixed2>, usage: &Usage) -> Vec<Fixed2> {
    let mut shares = vec![Fixed2::ZERO; cells.len()];
    if *of == BandMap::default() {
        return shares;
    }
    for band in Band::ALL {
        let is_of_band = |cell: &Cell| matches!(cell.price, CellPrice::Band(one, _) if one == band);
        let found: Vec<usize> = (0..cells.len()).filter(|&index| is_of_band(&cells[index])).collect();
        let weights: Vec<i128> = found.iter().map(|&index| i128::from(cells[index].kwh.0)).collect();
        for (index, share) in found.into_iter().zip(apportion(of.get(band).0, &weights)) {
            shares[index] = Fixed2(share);
        }
    }
    let total = |bands: &BandMap<Fixed2>| bands.iter().map(|(_, kwh)| i128::from(kwh.0)).sum::<i128>();
    let energy = total(&usage.energy);
    for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| matches!(cell.price, CellPrice::Surcharge(_))) {
        if energy > 0 {
            let product = total(of) * i128::from(cell.kwh.0);
            shares[index] = Fixed2(domain::fixed::div_round(product, energy));
        }
    }
    shares
}

/// The words of the notice for a band in the months of a segment.
fn clause(segment: &Segment, band: Band) -> Option<String> {
    let (first, last) = (Month::of(segment.from), Month::of(Day(segment.to.0 - 1)));
    let is_met =
        |months: &[u8]| months.is_empty() || months.iter().any(|&month| [first.month, last.month].contains(&u32::from(month)));
    let rules = segment.tariff.plan.calendar.rules.iter().filter(|rule| rule.band == band && is_met(&rule.months));
    let mut clauses: Vec<&str> = Vec::new();
    for clause in rules.filter_map(|rule| rule.clause.as_deref()) {
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    (!clauses.is_empty()).then(|| clauses.join("；"))
}
