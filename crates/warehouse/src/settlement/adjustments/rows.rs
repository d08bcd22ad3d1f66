//! The rows of adjustments, set by set.

use domain::settlement::{Adjustment, ContractId, Month, StatementId};
use domain::{Fixed2, RegionId};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::WarehouseError;
use crate::pg_types::Hundredths;
use crate::stored::Stored;

/// An adjustment that no frozen statement carries yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Open {
    /// Zero until it is stored.
    pub adjustment_id: i64,
    pub contract_id: ContractId,
    pub region_id: Option<RegionId>,
    /// Draft that carries it.
    pub carried_by: Option<StatementId>,
    pub cause: String,
    pub cause_text: String,
    pub adjustment: Adjustment,
}

impl Open {
    /// Month of the statement that is adjusted.
    pub fn month(&self) -> Month {
        self.adjustment.month
    }
}

/// An open one that cannot be read: its amount is on no bill that is drafted now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
    pub adjustment_id: i64,
    pub contract_id: ContractId,
    /// Statement that is adjusted.
    pub statement_id: StatementId,
    pub carried_by: Option<StatementId>,
}

/// Everything open of some contracts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct OpenSet {
    /// Oldest month first.
    pub open: Vec<Open>,
    pub unreadable: Vec<Unreadable>,
}

impl OpenSet {
    /// The numbers of all that these drafts carry.
    pub fn carried_by<'a>(&'a self, drafts: &'a [StatementId]) -> impl Iterator<Item = i64> + 'a {
        let read = self.open.iter().map(|open| (open.adjustment_id, open.carried_by));
        let all = read.chain(self.unreadable.iter().map(|one| (one.adjustment_id, one.carried_by)));
        all.filter(|(_, carrier)| carrier.is_some_and(|id| drafts.contains(&id))).map(|(adjustment_id, _)| adjustment_id)
    }
}

/// What frozen statements already billed for another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SettledSum {
    pub statement_id: StatementId,
    pub amount: Fixed2,
}

/// Pending and attached ones of these contracts.
pub async fn open_of(conn: &mut PgConnection, contract_ids: &[ContractId]) -> Result<OpenSet, WarehouseError> {
    let rows = sqlx::query!(
        r#"select adjustment_id, contract_id, statement_id, region_id, carried_by, cause, cause_text,
                  definition as "definition: Stored<Adjustment>"
             from settlement_adjustments where contract_id = any($1) and state in ('pending', 'attached')"#,
        contract_ids
    )
    .fetch_all(conn)
    .await?;
    let mut set = OpenSet { open: Vec::with_capacity(rows.len()), unreadable: Vec::new() };
    for row in rows {
        let Some(adjustment) = row.definition.read("adjustment", row.adjustment_id) else {
            set.unreadable.push(Unreadable {
                adjustment_id: row.adjustment_id,
                contract_id: row.contract_id,
                statement_id: row.statement_id,
                carried_by: row.carried_by,
            });
            continue;
        };
        set.open.push(Open {
            adjustment_id: row.adjustment_id,
            contract_id: row.contract_id,
            region_id: row.region_id,
            carried_by: row.carried_by,
            cause: row.cause,
            cause_text: row.cause_text,
            adjustment,
        });
    }
    set.open.sort_unstable_by_key(|one| (one.contract_id, one.month(), one.adjustment.statement_id));
    Ok(set)
}

pub async fn settled_sums(conn: &mut PgConnection, statement_ids: &[StatementId]) -> Result<Vec<SettledSum>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select statement_id, sum(amount) as "amount!: Hundredths" from settlement_adjustments
            where statement_id = any($1) and state = 'settled' group by statement_id"#,
        statement_ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| SettledSum { statement_id: row.statement_id, amount: row.amount.0 }).collect())
}

/// Stores the one open adjustment of each frozen statement, and gives each its number.
pub async fn save(conn: &mut PgConnection, open: &mut [Open]) -> Result<(), WarehouseError> {
    if open.is_empty() {
        return Ok(());
    }
    let contracts: Vec<i64> = open.iter().map(|one| one.contract_id).collect();
    let statements: Vec<i64> = open.iter().map(|one| one.adjustment.statement_id).collect();
    let regions: Vec<Option<i32>> = open.iter().map(|one| one.region_id).collect();
    let amounts: Vec<Hundredths> = open.iter().map(|one| Hundredths(one.adjustment.amount)).collect();
    let causes: Vec<&str> = open.iter().map(|one| one.cause.as_str()).collect();
    let texts: Vec<&str> = open.iter().map(|one| one.cause_text.as_str()).collect();
    let definitions: Vec<Json<&Adjustment>> = open.iter().map(|one| Json(&one.adjustment)).collect();
    let rows = sqlx::query!(
        "insert into settlement_adjustments (contract_id, statement_id, region_id, state, amount, cause, cause_text, definition)
         select u.contract_id, u.statement_id, u.region_id, 'pending', u.amount, u.cause, u.cause_text, u.definition
           from unnest($1::bigint[], $2::bigint[], $3::int[], $4::numeric[], $5::text[], $6::text[], $7::jsonb[])
                as u (contract_id, statement_id, region_id, amount, cause, cause_text, definition)
         on conflict (statement_id) where state in ('pending', 'attached') do update
            set amount = excluded.amount, cause = excluded.cause, cause_text = excluded.cause_text,
                definition = excluded.definition, changed_at = now()
         returning adjustment_id, statement_id, carried_by",
        &contracts,
        &statements,
        &regions as _,
        &amounts as _,
        &causes as _,
        &texts as _,
        &definitions as _
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(one) = open.iter_mut().find(|one| one.adjustment.statement_id == row.statement_id) {
            one.adjustment_id = row.adjustment_id;
            one.carried_by = row.carried_by;
        }
    }
    Ok(())
}

/// The difference is gone: there is nothing to adjust any more.
pub async fn remove(conn: &mut PgConnection, adjustment_ids: &[i64]) -> Result<(), WarehouseError> {
    if adjustment_ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "delete from settlement_adjustments where adjustment_id = any($1) and state in ('pending', 'attached')",
        adjustment_ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which draft carries which; none: it is pending again.
pub async fn attach(conn: &mut PgConnection, carried: &[(i64, Option<StatementId>)]) -> Result<(), WarehouseError> {
    if carried.is_empty() {
        return Ok(());
    }
    let (ids, carriers): (Vec<i64>, Vec<Option<i64>>) = carried.iter().copied().unzip();
    sqlx::query!(
        "update settlement_adjustments a
            set carried_by = u.carrier, state = case when u.carrier is null then 'pending' else 'attached' end, changed_at = now()
           from unnest($1::bigint[], $2::bigint[]) as u (adjustment_id, carrier)
          where a.adjustment_id = u.adjustment_id and a.state in ('pending', 'attached')
            and a.carried_by is distinct from u.carrier",
        &ids,
        &carriers as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
