//! What one transaction settles: contracts with the days in question, and why.

use std::collections::{BTreeMap, BTreeSet};

use domain::settlement::{Contract, ContractId, Direction};
use domain::{Day, UserId};
use rustc_hash::FxHashMap;
use sqlx::PgConnection;
use warehouse::WarehouseError;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::contracts;

/// One contract of a batch.
#[derive(Clone, Debug)]
pub struct Item {
    pub contract: Contract,
    /// Days whose readings changed: what depends on them is found from the readings around.
    pub changed: BTreeSet<Day>,
    /// Days to be settled anew although their readings are the same, `[from, to)`.
    pub requested: Vec<Requested>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requested {
    pub from: Day,
    pub to: Day,
    pub cause: Cause,
    pub cause_text: String,
}

#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub items: BTreeMap<ContractId, Item>,
    /// Contracts that were removed: their days go.
    pub removed: Vec<ContractId>,
}

impl Batch {
    pub async fn of_changes(conn: &mut PgConnection, taken: &[(UserId, Day)]) -> Result<Self, WarehouseError> {
        let mut batch = Self::default();
        if taken.is_empty() {
            return Ok(batch);
        }
        let mut days: FxHashMap<UserId, Vec<Day>> = FxHashMap::default();
        for (user_id, day) in taken {
            days.entry(*user_id).or_default().push(*day);
        }
        let users: Vec<UserId> = days.keys().copied().collect();
        for contract in contracts::load_of_users(conn, &users).await? {
            let touched = days.get(&contract.user_id).into_iter().flatten().copied();
            // a reading may belong to the day that ends when it is reported
            let changed: BTreeSet<Day> = touched.filter(|day| contract.covers(*day) || contract.covers(Day(day.0 - 1))).collect();
            if contract.direction == Direction::Import && !changed.is_empty() {
                batch.item(contract).changed.extend(changed);
            }
        }
        Ok(batch)
    }

    pub fn item(&mut self, contract: Contract) -> &mut Item {
        let contract_id = contract.contract_id;
        let new = || Item { contract, changed: BTreeSet::new(), requested: Vec::new() };
        self.items.entry(contract_id).or_insert_with(new)
    }
}
