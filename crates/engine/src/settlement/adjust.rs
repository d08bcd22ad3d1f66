//! 退补: what a frozen statement would be now, less what was frozen and already adjusted.

use std::collections::BTreeMap;

use domain::Fixed2;
use domain::settlement::bill::Reason;
use domain::settlement::{Adjustment, Band, Bill, ComponentDelta, ComponentKind, Line, LineKind, Quantity, StatementId};

/// What makes two lines the same: the days do not, because a correction may divide a period elsewhere.
type Key<'a> = (LineKind, Option<Band>, Option<u8>, Option<ComponentKind>, Option<&'a str>);

/// (quantity, amount) before and after.
type Sides = [(Fixed2, Fixed2); 2];

/// None where nothing is to be paid or paid back, and where `now` has faults: what cannot be billed is mended first, not refunded.
/// Adjustments of other statements that a bill carries are left out on both sides.
pub fn adjustment(statement_id: StatementId, frozen: &Bill, now: &Bill, already: Fixed2) -> Option<Adjustment> {
    if !now.faults.is_empty() {
        return None;
    }
    let mut sides: BTreeMap<Key, Sides> = BTreeMap::new();
    for (side, bill) in [frozen, now].into_iter().enumerate() {
        for line in bill.lines.iter().filter(|line| line.kind != LineKind::Adjustment) {
            let (quantity, amount) = &mut sides.entry(key(line)).or_default()[side];
            *quantity = plus(*quantity, line.quantity.value());
            *amount = plus(*amount, line.amount);
        }
    }
    let total = |side: usize| sides.values().fold(Fixed2::ZERO, |sum, both| plus(sum, both[side].1));
    let amount = minus(minus(total(1), total(0)), already);
    if amount == Fixed2::ZERO {
        return None;
    }
    let deltas = sides.iter().filter(|(_, [before, after])| before != after).map(|(key, sides)| delta(key, sides)).collect();
    Some(Adjustment { statement_id, month: frozen.period.month, deltas, already_adjusted: already, amount })
}

fn key(line: &Line) -> Key<'_> {
    (line.kind, line.band, line.tier, line.component, line.name.as_deref())
}

fn delta(key: &Key, sides: &Sides) -> ComponentDelta {
    let [(quantity_before, amount_before), (quantity_after, amount_after)] = *sides;
    ComponentDelta {
        kind: key.0,
        band: key.1,
        tier: key.2,
        component: key.3,
        name: key.4.map(str::to_owned),
        quantity_before,
        quantity_after,
        amount_before,
        amount_after,
    }
}

/// A bill with adjustments of earlier statements as its last lines, each with its cause: outside tiers, demand and power factor.
pub fn with_adjustments(bill: &Bill, adjustments: &[(Adjustment, String)]) -> Bill {
    let mut carrying = bill.clone();
    for (adjustment, cause) in adjustments {
        let line_no = u16::try_from(carrying.lines.len() + 1).unwrap_or(u16::MAX);
        carrying.lines.push(line(bill, line_no, adjustment, cause));
        carrying.total = plus(carrying.total, adjustment.amount);
    }
    carrying
}

fn line(bill: &Bill, line_no: u16, adjustment: &Adjustment, cause: &str) -> Line {
    Line {
        line_no,
        kind: LineKind::Adjustment,
        from: bill.period.from,
        to: bill.period.to,
        band: None,
        tier: None,
        component: None,
        name: Some(adjustment.month.to_string()),
        quantity: Quantity::Yuan(adjustment.amount),
        price: None,
        day_share: None,
        percent: None,
        amount: adjustment.amount,
        estimated_kwh: Fixed2::ZERO,
        shaped_kwh: Fixed2::ZERO,
        parts: Vec::new(),
        tariff: None,
        clause: None,
        notice: None,
        reason: Some(Reason::Adjustment {
            statement_id: adjustment.statement_id,
            month: adjustment.month,
            cause: cause.to_owned(),
        }),
    }
}

fn plus(one: Fixed2, other: Fixed2) -> Fixed2 {
    Fixed2(one.0.saturating_add(other.0))
}

fn minus(one: Fixed2, other: Fixed2) -> Fixed2 {
    Fixed2(one.0.saturating_sub(other.0))
}
