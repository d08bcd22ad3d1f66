//! What each day of a period costs: the rounded bill to date less that of the day before, so that days sum to the statement.

use domain::settlement::DayEnergy;
use domain::{Day, Fixed2};

use super::rate::{RateInput, ToDate};

/// Amounts of the metered days from `from` on, in order. Lines that belong to the month alone (basic charge, power factor) are no
/// part of them; over all days of the period they sum to `Bill::daily_total`.
pub fn amounts(input: &RateInput, from: Day) -> Vec<(Day, Fixed2)> {
    let mut days: Vec<&DayEnergy> = input.days.iter().filter(|day| input.period.contains(day.day)).collect();
    days.sort_by_key(|day| day.day);
    let mut to_date = ToDate::start(input);
    let mut before = Fixed2::ZERO;
    let mut amounts = Vec::with_capacity(days.len());
    for day in days {
        let is_asked = day.day >= from;
        // the days before the first one asked for matter by their sum alone
        if is_asked && amounts.is_empty() {
            before = to_date.amount();
        }
        to_date.add(day);
        if is_asked {
            let amount = to_date.amount();
            amounts.push((day.day, Fixed2(amount.0.saturating_sub(before.0))));
            before = amount;
        }
    }
    amounts
}
