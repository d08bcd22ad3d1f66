//! Many contracts at once, from a file or for every customer of a kind: all of them in one transaction, or none.

use domain::settlement::contract::DatedTerms;
use domain::settlement::{Contract, Direction, Terms};
use domain::{Day, RegionId, UNKNOWN_USAGE, UserId};
use sqlx::PgConnection;

use super::compare::{Wanted, compare};
use super::{ContractError, MOST_ROWS, Maker, Planned, Refused, held, write};
use crate::access::AccessPool;

/// In the order of the file. Nothing is written while anything is refused.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Comparison {
    pub added: Vec<Planned>,
    pub changed: Vec<Planned>,
    pub same: usize,
    pub refused: Vec<Refused>,
    pub is_written: bool,
}

impl Comparison {
    pub(super) fn sort(&mut self) {
        self.added.sort_by_key(|one| one.line);
        self.changed.sort_by_key(|one| one.line);
        self.refused.sort_by_key(|one| one.line);
    }
}

/// Compares, and writes unless it is a dry run or something is refused. The same file again changes nothing.
pub async fn save_many(
    pool: &AccessPool,
    maker: Maker<'_>,
    wanted: Vec<Wanted>,
    is_dry: bool,
) -> Result<Comparison, ContractError> {
    if wanted.iter().map(|one| one.contract.terms.len().max(1)).sum::<usize>() > MOST_ROWS {
        return Err(ContractError::TooMany);
    }
    let mut tx = pool.pool().begin().await?;
    write::allow_time(&mut tx).await?;
    if !is_dry {
        write::lock(&mut tx).await?;
    }
    let mut comparison = compared(&mut tx, maker, wanted).await?;
    let has_changes = !comparison.added.is_empty() || !comparison.changed.is_empty();
    if is_dry || !comparison.refused.is_empty() || !has_changes {
        return Ok(comparison);
    }
    write::save(&mut tx, maker, &mut comparison.added, &comparison.changed).await?;
    tx.commit().await?;
    comparison.is_written = true;
    Ok(comparison)
}

pub(super) async fn compared(
    conn: &mut PgConnection,
    maker: Maker<'_>,
    wanted: Vec<Wanted>,
) -> Result<Comparison, ContractError> {
    let mut users: Vec<UserId> = wanted.iter().map(|one| one.contract.user_id).collect();
    users.sort_unstable();
    users.dedup();
    let customers = held::customers(conn, &users, &maker.granter.scope).await?;
    let standing = held::of_users(conn, &users).await?;
    let plans = held::plans(conn, maker.granter.tenant_id).await?;
    Ok(compare(wanted, &customers, &standing, &plans))
}

/// A contract for every customer of a usage type and region (and what the author sees) who has none of this direction.
pub async fn wanted_for_all(
    pool: &AccessPool,
    maker: Maker<'_>,
    usage_type: &str,
    regions: Option<&[RegionId]>,
    terms: &Terms,
    from: Day,
) -> Result<Vec<Wanted>, ContractError> {
    let seen: Option<Vec<RegionId>> = match &maker.granter.scope {
        domain::access::Scope::Whole => None,
        domain::access::Scope::Regions(seen) => Some(seen.to_vec()),
    };
    let users = sqlx::query_scalar!(
        r#"select u.user_id from ods_power_user u
            where coalesce(u.usage_type, $1) = $2 and ($3::int[] is null or u.region_id = any($3))
              and ($4::int[] is null or u.region_id = any($4))
              and not exists (select from contracts c
                               where c.user_id = u.user_id and c.direction = 'import' and c.removed_at is null)
            order by u.user_id limit $5"#,
        UNKNOWN_USAGE,
        usage_type,
        regions,
        seen.as_deref(),
        i64::try_from(MOST_ROWS).unwrap_or(i64::MAX)
    )
    .fetch_all(pool.pool())
    .await?;
    let wanted = users.into_iter().zip(1..).map(|(user_id, line)| Wanted {
        line,
        contract: Contract {
            contract_id: 0,
            user_id,
            direction: Direction::Import,
            billing_day: 1,
            closed_on: None,
            terms: vec![DatedTerms { valid_from: from, terms: terms.clone() }],
            exchanges: vec![],
        },
        keeps_exchanges: true,
    });
    Ok(wanted.collect())
}
