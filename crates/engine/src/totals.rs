//! Sums over groups of readings: adding a reading, merging groups.

use domain::Detail;
use domain::effect::GroupTotals;

pub fn of_reading(detail: &Detail) -> GroupTotals {
    GroupTotals {
        energy_kwh: detail.amount_kwh,
        cost_yuan: detail.cost_yuan,
        records: 1,
        max_kwh: detail.amount_kwh,
        min_kwh: detail.amount_kwh,
        last_consumption_id: detail.key.consumption_id,
        region_name: detail.booking.region_name.clone(),
    }
}

pub fn add_reading(totals: &mut Option<GroupTotals>, detail: &Detail) {
    let Some(totals) = totals else {
        *totals = Some(of_reading(detail));
        return;
    };
    totals.energy_kwh += detail.amount_kwh;
    totals.cost_yuan += detail.cost_yuan;
    totals.records += 1;
    totals.max_kwh = totals.max_kwh.max(detail.amount_kwh);
    totals.min_kwh = totals.min_kwh.min(detail.amount_kwh);
    if detail.key.consumption_id >= totals.last_consumption_id {
        totals.last_consumption_id = detail.key.consumption_id;
        if !std::sync::Arc::ptr_eq(&totals.region_name, &detail.booking.region_name) {
            totals.region_name = detail.booking.region_name.clone();
        }
    }
}

/// Totals of the union of disjoint groups; `None` when all are empty.
pub fn merge<'a>(groups: impl IntoIterator<Item = &'a GroupTotals>) -> Option<GroupTotals> {
    let mut groups = groups.into_iter();
    let mut total = groups.next()?.clone();
    for group in groups {
        total.energy_kwh += group.energy_kwh;
        total.cost_yuan += group.cost_yuan;
        total.records += group.records;
        total.max_kwh = total.max_kwh.max(group.max_kwh);
        total.min_kwh = total.min_kwh.min(group.min_kwh);
        if group.last_consumption_id > total.last_consumption_id {
            total.last_consumption_id = group.last_consumption_id;
            total.region_name = group.region_name.clone();
        }
    }
    Some(total)
}
