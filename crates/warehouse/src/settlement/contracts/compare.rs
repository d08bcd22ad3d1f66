//! What wanted contracts would change: which are added, changed, the same already, and which are refused and why.

use std::collections::BTreeMap;

use domain::UserId;
use domain::settlement::Contract;
use domain::settlement::contract_check::{ContractFault, Facts, KnownPlans, check, overlap};

use super::many::Comparison;
use super::{Customer, Held, Planned, Refused};

/// A contract as a file or a form wants it. It is the one of the same customer and direction that starts on the same day, or new.
#[derive(Clone, PartialEq, Debug)]
pub struct Wanted {
    /// Where it stands in the file.
    pub line: u64,
    pub contract: Contract,
    /// The file says nothing of exchanges: those that stand stay.
    pub keeps_exchanges: bool,
}

/// `held`: every contract of the customers named.
pub(super) fn compare(
    wanted: Vec<Wanted>,
    customers: &BTreeMap<UserId, Customer>,
    held: &BTreeMap<UserId, Vec<Held>>,
    plans: &KnownPlans,
) -> Comparison {
    let mut by_user: BTreeMap<UserId, Vec<Wanted>> = BTreeMap::new();
    for one in wanted {
        by_user.entry(one.contract.user_id).or_default().push(one);
    }
    let mut comparison = Comparison::default();
    for (user_id, wanted) in by_user {
        match customers.get(&user_id) {
            Some(customer) => {
                let standing = held.get(&user_id).map_or(&[][..], Vec::as_slice);
                of_customer(wanted, Facts { usage_type: &customer.usage_type, plans }, standing, &mut comparison);
            }
            None => comparison.refused.extend(wanted.into_iter().map(|one| Refused {
                line: one.line,
                user_id,
                faults: vec![ContractFault::UnknownCustomer],
            })),
        }
    }
    comparison.sort();
    comparison
}

fn of_customer(wanted: Vec<Wanted>, facts: Facts<'_>, standing: &[Held], comparison: &mut Comparison) {
    let is_same = |one: &Contract, other: &Contract| one.direction == other.direction && one.starts_on() == other.starts_on();
    let planned: Vec<Planned> = wanted
        .into_iter()
        .map(|one| {
            let before = standing.iter().find(|held| is_same(&held.contract, &one.contract)).cloned();
            let mut after = one.contract;
            if let Some(before) = &before {
                after.contract_id = before.contract.contract_id;
                if one.keeps_exchanges {
                    after.exchanges.clone_from(&before.contract.exchanges);
                }
            }
            Planned { line: one.line, before, after, warnings: Vec::new() }
        })
        .collect();
    let untouched = |held: &&Held| planned.iter().all(|one| one.after.contract_id != held.contract.contract_id);
    let others: Vec<&Held> = standing.iter().filter(untouched).collect();
    for (at, one) in planned.iter().enumerate() {
        let (mut faults, warnings) = judge(&one.after, facts);
        let beside = others.iter().find(|held| overlap(&held.contract, &one.after));
        faults.extend(beside.map(|held| ContractFault::Overlap { contract_id: held.contract.contract_id }));
        let in_file = planned.iter().enumerate().any(|(other, two)| other != at && overlap(&one.after, &two.after));
        faults.extend(in_file.then_some(ContractFault::OverlapInFile));
        if !faults.is_empty() {
            comparison.refused.push(Refused { line: one.line, user_id: one.after.user_id, faults });
            continue;
        }
        match &one.before {
            Some(before) if before.contract == one.after => comparison.same += 1,
            Some(_) => comparison.changed.push(Planned { warnings, ..one.clone() }),
            None => comparison.added.push(Planned { warnings, ..one.clone() }),
        }
    }
}

/// Faults that refuse, and those that warn.
pub(super) fn judge(contract: &Contract, facts: Facts<'_>) -> (Vec<ContractFault>, Vec<ContractFault>) {
    check(contract, facts).into_iter().partition(ContractFault::refuses)
}
