//! What each day of a period costs: the rounded bill to date less that of the day before, so that days sum to the statement.

use domain::settlement::DayEnergy;
use domain::{Day, Fixed2};

use super::rate::{RateInput, rate};

/// Amounts of the metered days from `from` on. Lines that belong to the month alone (basic charge, power factor) are no part.
pub fn amounts(input: &RateInput, from: Day) -> Vec<(Day, Fixed2)> {
    let mut days: Vec<DayEnergy> = input.days.to_vec();
    days.sort_by_key(|day| day.day);
    let mut before = Fixed2::ZERO;
    let mut amounts = Vec::with_capacity(days.len());
    for (index, day) in days.iter().enumerate() {
        let to_date = rate(&RateInput { days: &days[..=index], ..*input }).daily_total();
        amounts.push((day.day, to_date - before));
        before = to_date;
    }
    amounts.retain(|(day, _)| *day >= from);
    amounts
}
