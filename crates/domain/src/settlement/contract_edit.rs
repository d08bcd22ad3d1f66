//! Changes of a contract as plain steps, and which days' bills they may change.

use super::contract::DatedTerms;
use super::{Contract, MeterExchange};
use crate::{Day, LocalMs};

/// One thing that a person does to a contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    BillingDay(u8),
    /// In force from its day on; terms of the same day are replaced.
    PutTerms(DatedTerms),
    RemoveTerms(Day),
    /// An exchange of the same moment is replaced.
    PutExchange(MeterExchange),
    RemoveExchange(LocalMs),
    /// First day that is not supplied any more.
    Close(Day),
    Reopen,
}

impl Edit {
    /// The contract after it; none when there is nothing to do it to.
    pub fn apply(&self, contract: &Contract) -> Option<Contract> {
        let mut changed = contract.clone();
        match self {
            Self::BillingDay(billing_day) => changed.billing_day = *billing_day,
            Self::PutTerms(dated) => {
                changed.terms.retain(|own| own.valid_from != dated.valid_from);
                changed.terms.push(dated.clone());
                changed.terms.sort_by_key(|own| own.valid_from);
            }
            Self::RemoveTerms(day) => {
                changed.terms.retain(|own| own.valid_from != *day);
                if changed.terms.len() == contract.terms.len() {
                    return None;
                }
            }
            Self::PutExchange(exchange) => {
                changed.exchanges.retain(|own| own.at != exchange.at);
                changed.exchanges.push(*exchange);
                changed.exchanges.sort_by_key(|own| own.at);
            }
            Self::RemoveExchange(at) => {
                changed.exchanges.retain(|own| own.at != *at);
                if changed.exchanges.len() == contract.exchanges.len() {
                    return None;
                }
            }
            Self::Close(day) => changed.closed_on = Some(*day),
            Self::Reopen => changed.closed_on = None,
        }
        Some(changed)
    }
}

/// The first day whose settlement may differ between two states of a contract; none when they say the same.
pub fn earliest_difference(before: &Contract, after: &Contract) -> Option<Day> {
    let start = [before.starts_on(), after.starts_on()].into_iter().flatten().min();
    if before.billing_day != after.billing_day || before.direction != after.direction {
        return start;
    }
    let mut days = Vec::new();
    if before.closed_on != after.closed_on {
        days.extend([before.closed_on, after.closed_on].into_iter().flatten().min());
    }
    let days_of = |contract: &Contract| contract.terms.iter().map(|dated| dated.valid_from).collect::<Vec<_>>();
    let terms = |contract: &Contract, day: Day| contract.terms.iter().find(|dated| dated.valid_from == day).cloned();
    days.extend(days_of(before).into_iter().chain(days_of(after)).filter(|day| terms(before, *day) != terms(after, *day)));
    let exchange_days = |one: &Contract, other: &Contract| {
        let differing = one.exchanges.iter().filter(|exchange| !other.exchanges.contains(exchange));
        differing.map(|exchange| exchange.at.day()).collect::<Vec<_>>()
    };
    days.extend(exchange_days(before, after));
    days.extend(exchange_days(after, before));
    days.into_iter().min()
}
