//! Compares one of our bills with the grid company's, component by component.

mod parse;

use std::collections::BTreeMap;

use domain::Fixed2;
use domain::settlement::reconcile::{Cause, Compared, GridLine, Item, Reconciliation, Subject, Tolerance};
use domain::settlement::{Band, BandMap, Bill, ComponentKind, Line, LineKind};

pub use parse::{LineFault, MOST_LINES, MOST_TEXT_BYTES, item_of, parse};

/// What one bill says of a subject.
#[derive(Clone, Copy, Default)]
struct Side {
    kwh: Option<Fixed2>,
    amount: Option<Fixed2>,
}

impl Side {
    fn add_amount(&mut self, amount: Fixed2) {
        self.amount = Some(plus(self.amount.unwrap_or_default(), amount));
    }
}

/// Pasted numbers can be anything: sums stop at the ends.
fn plus(a: Fixed2, b: Fixed2) -> Fixed2 {
    Fixed2(a.0.saturating_add(b.0))
}

fn minus(a: Fixed2, b: Fixed2) -> Fixed2 {
    Fixed2(a.0.saturating_sub(b.0))
}

pub fn compare(bill: &Bill, lines: &[GridLine], tolerance: Tolerance) -> Reconciliation {
    let (ours, theirs) = (our_items(bill), their_items(lines));
    let mut rows = bands(bill, lines, tolerance);
    let their_kwh = their_energy(lines);
    let energy = Side { kwh: Some(bill.energy_kwh()), amount: Some(our_energy_amount(bill)) };
    let their_energy_amount: Option<Fixed2> =
        theirs.iter().filter(|(item, _)| item.is_energy()).map(|(_, side)| side.amount.unwrap_or_default()).reduce(plus);
    rows.push(compared(Subject::Energy, energy, Side { kwh: their_kwh, amount: their_energy_amount }, tolerance));
    for item in Item::ALL.into_iter().filter(|item| !matches!(item, Item::Energy | Item::Total | Item::Unknown)) {
        let (our, their) = (ours.get(&item).copied().unwrap_or_default(), theirs.get(&item).copied().unwrap_or_default());
        // a component that one side does not show is part of its energy; a charge that one side does not show is missing there
        let is_told =
            if item.is_energy() { their.amount.is_some() && our.amount.is_some() } else { our.amount.or(their.amount).is_some() };
        if is_told {
            let zero_where_absent = |side: Side| Side { amount: Some(side.amount.unwrap_or_default()), ..side };
            rows.push(compared(Subject::Item { item }, zero_where_absent(our), zero_where_absent(their), tolerance));
        }
    }
    for line in lines.iter().filter(|line| line.item == Item::Unknown) {
        let their = Side { kwh: None, amount: Some(line.amount) };
        rows.push(compared(
            Subject::Other { name: line.name.clone() },
            Side { kwh: None, amount: Some(Fixed2(0)) },
            their,
            tolerance,
        ));
    }
    let sum: Fixed2 = lines.iter().filter(|line| line.item != Item::Total).map(|line| line.amount).fold(Fixed2(0), plus);
    let said = theirs.get(&Item::Total).and_then(|side| side.amount);
    let total = |amount| Side { kwh: None, amount: Some(amount) };
    rows.push(compared(Subject::Total, total(bill.total), total(said.unwrap_or(sum)), tolerance));
    let their_sum_error =
        said.map(|said| minus(said, sum)).filter(|error| error.0.unsigned_abs() > tolerance.yuan.0.unsigned_abs());
    Reconciliation { tolerance, cause: cause(&rows, tolerance), rows, their_sum_error }
}

fn compared(subject: Subject, our: Side, their: Side, tolerance: Tolerance) -> Compared {
    let difference = |our: Option<Fixed2>, their: Option<Fixed2>| Some(minus(their?, our?));
    let kwh_difference = difference(our.kwh, their.kwh);
    let amount_difference = difference(our.amount, their.amount);
    Compared {
        subject,
        our_kwh: our.kwh,
        their_kwh: their.kwh,
        our_amount: our.amount,
        their_amount: their.amount,
        kwh_difference,
        amount_difference,
        differs: is_beyond(kwh_difference, tolerance.kwh) || is_beyond(amount_difference, tolerance.yuan),
    }
}

fn is_beyond(difference: Option<Fixed2>, tolerance: Fixed2) -> bool {
    difference.is_some_and(|difference| difference.0.unsigned_abs() > tolerance.0.unsigned_abs())
}

/// Bands that either side names. Yuan are compared where their lines of the band say everything that ours do.
fn bands(bill: &Bill, lines: &[GridLine], tolerance: Tolerance) -> Vec<Compared> {
    let their = their_bands(lines);
    let unbanded = lines.iter().any(|line| line.band.is_none() && line.item.is_energy());
    let mut rows = Vec::new();
    if their.iter().all(|(_, side)| side.is_none()) {
        return rows;
    }
    for band in Band::ALL {
        let our_kwh = bill.energy.get(band);
        let Some(their) = their.get(band).or_else(|| (our_kwh.0 != 0).then_some((Some(Fixed2(0)), Fixed2(0)))) else { continue };
        let of_band = bill.lines.iter().filter(|line| line.kind.is_daily() && line.band == Some(band));
        let amount: Fixed2 = of_band.map(|line| line.amount).fold(Fixed2(0), plus);
        let our = Side { kwh: Some(our_kwh), amount: (!unbanded).then_some(amount) };
        let their = Side { kwh: their.0, amount: (!unbanded).then_some(their.1) };
        rows.push(compared(Subject::Band { band }, our, their, tolerance));
    }
    rows
}

/// kWh once, though each component repeats them; yuan of all.
fn their_bands(lines: &[GridLine]) -> BandMap<Option<(Option<Fixed2>, Fixed2)>> {
    let mut bands: BandMap<Option<(Option<Fixed2>, Fixed2)>> = BandMap::default();
    for band in Band::ALL {
        let of_band: Vec<&GridLine> = lines.iter().filter(|line| line.band == Some(band) && line.item.is_energy()).collect();
        if of_band.is_empty() {
            continue;
        }
        let amount = of_band.iter().map(|line| line.amount).fold(Fixed2(0), plus);
        *bands.get_mut(band) = Some((kwh_once(&of_band), amount));
    }
    bands
}

/// The largest sum of any one item: an item that covers only a part says less.
fn kwh_once(lines: &[&GridLine]) -> Option<Fixed2> {
    let mut sums: BTreeMap<Item, Fixed2> = BTreeMap::new();
    for line in lines {
        if let Some(kwh) = line.kwh {
            let sum = sums.entry(line.item).or_default();
            *sum = plus(*sum, kwh);
        }
    }
    sums.into_values().max()
}

fn their_energy(lines: &[GridLine]) -> Option<Fixed2> {
    kwh_once(&lines.iter().filter(|line| line.item.is_energy()).collect::<Vec<_>>())
}

fn their_items(lines: &[GridLine]) -> BTreeMap<Item, Side> {
    let mut items: BTreeMap<Item, Side> = BTreeMap::new();
    for line in lines {
        items.entry(line.item).or_default().add_amount(line.amount);
    }
    items
}

fn our_energy_amount(bill: &Bill) -> Fixed2 {
    bill.daily_total()
}

fn our_items(bill: &Bill) -> BTreeMap<Item, Side> {
    let mut items: BTreeMap<Item, Side> = BTreeMap::new();
    let mut add = |item: Item, amount: Fixed2| items.entry(item).or_default().add_amount(amount);
    for line in &bill.lines {
        match of_line(line) {
            Some(item) => add(item, line.amount),
            None if line.parts.is_empty() => add(Item::Energy, line.amount),
            None => line.parts.iter().for_each(|part| add(of_component(part.kind), part.amount)),
        }
    }
    items
}

/// None: by the components of its price.
fn of_line(line: &Line) -> Option<Item> {
    match line.kind {
        LineKind::Energy | LineKind::TierSurcharge => None,
        LineKind::Component => line.component.map(of_component),
        LineKind::CapacityCharge | LineKind::DemandCharge | LineKind::DemandExcess => Some(Item::Basic),
        LineKind::PowerFactor => Some(Item::PowerFactor),
        LineKind::Adjustment => Some(Item::Adjustment),
    }
}

pub fn of_component(kind: ComponentKind) -> Item {
    match kind {
        ComponentKind::Purchase => Item::Purchase,
        ComponentKind::LineLoss => Item::LineLoss,
        ComponentKind::Transmission => Item::Transmission,
        ComponentKind::SystemOperation => Item::SystemOperation,
        ComponentKind::Fund | ComponentKind::Surcharge => Item::Fund,
    }
}

fn cause(rows: &[Compared], tolerance: Tolerance) -> Cause {
    let kwh_differs = |row: &&Compared| is_beyond(row.kwh_difference, tolerance.kwh);
    let all = rows.iter().any(|row| row.subject == Subject::Energy && kwh_differs(&row));
    let of_bands = rows.iter().any(|row| matches!(row.subject, Subject::Band { .. }) && kwh_differs(&row));
    let prices = rows.iter().any(|row| has_other_price(row, tolerance));
    match (all, of_bands, prices) {
        (_, _, false) if all => Cause::Readings,
        (false, true, false) => Cause::Bands,
        (true, _, true) | (false, true, true) => Cause::Both,
        (false, false, true) => Cause::Tariff,
        _ => Cause::None,
    }
}

/// Their yuan are not what our price makes of their kWh.
fn has_other_price(row: &Compared, tolerance: Tolerance) -> bool {
    if !is_beyond(row.amount_difference, tolerance.yuan) {
        return false;
    }
    let is_leaf = !matches!(row.subject, Subject::Total | Subject::Energy);
    match (row.our_kwh, row.their_kwh, row.our_amount, row.their_amount) {
        (Some(our_kwh), Some(their_kwh), Some(our), Some(their)) if our_kwh.0 != 0 => {
            // the same mean price would make this of their kWh; energy of several bands has no one price
            let expected = i128::from(our.0) * i128::from(their_kwh.0) / i128::from(our_kwh.0);
            is_leaf && (i128::from(their.0) - expected).unsigned_abs() > u128::from(tolerance.yuan.0.unsigned_abs())
        }
        _ if our_is_per_kwh(row) => false,
        _ => is_leaf,
    }
}

/// Components follow the kWh, which their rows do not repeat.
fn our_is_per_kwh(row: &Compared) -> bool {
    matches!(row.subject, Subject::Item { item } if item.is_energy())
}
