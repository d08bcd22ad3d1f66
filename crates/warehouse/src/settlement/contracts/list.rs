//! Contracts as pages, programs and files list them, and the customers who have none. Row-level security leaves out the rest.

use std::collections::{BTreeMap, BTreeSet};

use async_stream::try_stream;
use domain::settlement::contract::DatedTerms;
use domain::settlement::{Contract, ContractId, Direction, Terms};
use domain::{Day, RegionId, UserId};
use futures::stream::BoxStream;
use sqlx::PgConnection;

use super::{Customer, Held, held, load};
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};
use crate::stored::Stored;

/// Contracts that a stream asks for at a time.
const STREAM_PAGE: i64 = 1_000;

/// Why a contract cannot be billed on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListFault {
    NoTariff,
    /// No version of the tariff is in force.
    NotValid,
    NoPrices,
}

impl ListFault {
    pub const ALL: [Self; 3] = [Self::NoTariff, Self::NotValid, Self::NoPrices];

    pub fn code(self) -> &'static str {
        match self {
            Self::NoTariff => "no_tariff",
            Self::NotValid => "not_valid",
            Self::NoPrices => "no_prices",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

/// All of these together; what is none does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListFilter {
    /// Number of the contract or customer, part of the name, or code of a tariff.
    pub text: Option<String>,
    pub regions: Option<Vec<RegionId>>,
    pub fault: Option<ListFault>,
    pub tariff: Option<String>,
    /// Numbers above this one.
    pub after: ContractId,
    pub offset: i64,
    pub limit: i64,
}

/// A contract with the terms in force on the day that was asked for (its first ones, if it begins later).
#[derive(Clone, PartialEq, Debug)]
pub struct ListRow {
    pub contract_id: ContractId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub usage_type: Option<String>,
    pub region_id: Option<RegionId>,
    pub region_name: Option<String>,
    pub direction: Direction,
    pub billing_day: i16,
    pub starts_on: Day,
    pub closed_on: Option<Day>,
    pub valid_from: Option<Day>,
    pub terms: Option<Terms>,
    /// Some of its terms, in force or not, cannot be read.
    pub is_unreadable: bool,
    pub fault: Option<ListFault>,
}

/// A page of contracts in order of their numbers, and how many there are.
pub async fn list(pool: &ReadPool, filter: &ListFilter, day: Day) -> Result<(Vec<ListRow>, i64), ReadError> {
    let number = filter.text.as_deref().and_then(|text| text.parse::<i64>().ok());
    let rows = sqlx::query!(
        r#"with plans as (
               select distinct on (p.code) p.code, v.definition ? 'prices' and v.definition->'prices' <> 'null' as has_prices
                 from tariff_plans p join tariff_versions v using (plan_id)
                where p.removed_at is null and v.withdrawn_at is null
                  and v.valid_from <= $1 and (v.valid_until is null or v.valid_until > $1)
                order by p.code, v.version desc),
           found as (
               select c.contract_id, c.user_id, u.user_name, u.usage_type, c.region_id, u.region_name, c.direction,
                      c.billing_day, c.starts_on, c.closed_on, t.valid_from, t.definition,
                      case when t.tariff_code is null then 'no_tariff'
                           when p.code is null then 'not_valid'
                           when not coalesce(p.has_prices, false) then 'no_prices' end as fault
                 from contracts c
                 left join ods_power_user u on u.user_id = c.user_id
                 left join lateral (select valid_from, tariff_code, definition from contract_terms t
                                     where t.contract_id = c.contract_id and t.valid_from <= greatest($1, c.starts_on)
                                     order by valid_from desc limit 1) t on true
                 left join plans p on p.code = t.tariff_code
                where c.removed_at is null and c.contract_id > $2
                  and ($3::int[] is null or c.region_id = any($3))
                  and ($4::text is null or t.tariff_code = $4)
                  and ($5::text is null or c.contract_id = $6 or c.user_id = $6
                       or strpos(lower(u.user_name), lower($5)) > 0 or t.tariff_code = $5))
           select contract_id, user_id, user_name as "user_name?", usage_type as "usage_type?", region_id as "region_id?",
                  region_name as "region_name?", direction, billing_day, starts_on as "starts_on: DayDate",
                  closed_on as "closed_on?: DayDate", valid_from as "valid_from?: DayDate",
                  definition as "definition?: Stored<Terms>", fault as "fault?", count(*) over () as "total!"
             from found where ($7::text is null or fault = $7)
            order by contract_id limit $8 offset $9"#,
        DayDate(day) as _,
        filter.after,
        filter.regions.as_deref(),
        filter.tariff,
        filter.text,
        number,
        filter.fault.map(ListFault::code),
        filter.limit,
        filter.offset
    )
    .fetch_all(&pool.0)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let unreadable = unreadable_of(pool, &rows.iter().map(|row| row.contract_id).collect::<Vec<_>>()).await?;
    let rows = rows.into_iter().map(|row| {
        let which = format_args!("contract {}, {:?}", row.contract_id, row.valid_from.map(|day| day.0.to_date()));
        let terms = row.definition.and_then(|stored| stored.read("terms of a contract", which));
        ListRow {
            contract_id: row.contract_id,
            user_id: row.user_id,
            user_name: row.user_name,
            usage_type: row.usage_type,
            region_id: row.region_id,
            region_name: row.region_name,
            is_unreadable: unreadable.contains(&row.contract_id),
            direction: load::direction(&row.direction),
            billing_day: row.billing_day,
            starts_on: row.starts_on.0,
            closed_on: row.closed_on.map(|day| day.0),
            valid_from: row.valid_from.map(|day| day.0),
            terms,
            fault: row.fault.as_deref().and_then(ListFault::from_code),
        }
    });
    Ok((rows.collect(), total))
}

/// Which of these have terms that cannot be read.
async fn unreadable_of(pool: &ReadPool, ids: &[ContractId]) -> Result<BTreeSet<ContractId>, ReadError> {
    let terms = load::terms(&mut *pool.acquire().await?, ids).await?;
    let is_unreadable = |terms: &[DatedTerms]| terms.iter().any(|dated| dated.terms.is_unreadable());
    Ok(terms.into_iter().filter(|(_, terms)| is_unreadable(terms)).map(|(contract_id, _)| contract_id).collect())
}

/// One that the pool's regions hold.
pub async fn one(pool: &ReadPool, contract_id: ContractId) -> Result<Option<(Held, Option<Customer>)>, ReadError> {
    let mut conn = pool.acquire().await?;
    let Some(held) = held::by_id(&mut conn, contract_id).await? else { return Ok(None) };
    let customer = sqlx::query!(
        r#"select user_id, user_name, usage_type as "usage_type?", region_id as "region_id?" from ods_power_user where user_id = $1"#,
        held.contract.user_id
    )
    .fetch_optional(&mut *conn)
    .await?;
    let customer = customer.map(|row| Customer {
        user_id: row.user_id,
        user_name: row.user_name.unwrap_or_else(|| domain::UNKNOWN_USER_NAME.to_owned()),
        usage_type: row.usage_type.unwrap_or_else(|| domain::UNKNOWN_USAGE.to_owned()),
        region_id: row.region_id,
        tenant_id: None,
    });
    Ok(Some((held, customer)))
}

/// All contracts of one customer.
pub async fn contracts_of(pool: &ReadPool, user_id: UserId) -> Result<Vec<Held>, ReadError> {
    let mut conn = pool.acquire().await?;
    Ok(held::of_users(&mut conn, &[user_id]).await?.remove(&user_id).unwrap_or_default())
}

/// Every contract, some hundreds at a time, in order of customers as files have them.
pub fn stream(mut conn: PgConnection) -> BoxStream<'static, Result<Vec<Contract>, sqlx::Error>> {
    Box::pin(try_stream! {
        let mut after = 0;
        loop {
            let ids = sqlx::query_scalar!(
                "select contract_id from contracts where removed_at is null and contract_id > $1 order by contract_id limit $2",
                after,
                STREAM_PAGE
            )
            .fetch_all(&mut conn)
            .await?;
            let Some(last) = ids.last() else { break };
            after = *last;
            yield load::load_rows(&mut conn, &ids).await?;
        }
    })
}

/// A customer without any contract of the usual direction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uncontracted {
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: Option<String>,
    pub region_id: Option<RegionId>,
    pub region_name: Option<String>,
}

/// A page of them and how many there are.
pub async fn uncontracted(
    pool: &ReadPool,
    regions: Option<&[RegionId]>,
    text: Option<&str>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Uncontracted>, i64), ReadError> {
    let number = text.and_then(|text| text.parse::<i64>().ok());
    let rows = sqlx::query!(
        r#"select u.user_id, u.user_name, u.usage_type as "usage_type?", u.region_id as "region_id?",
                  u.region_name as "region_name?", count(*) over () as "total!"
             from ods_power_user u
            where not exists (select from contracts c
                               where c.user_id = u.user_id and c.direction = 'import' and c.removed_at is null)
              and ($1::int[] is null or u.region_id = any($1))
              and ($2::text is null or u.user_id = $3 or strpos(lower(u.user_name), lower($2)) > 0)
            order by u.user_id limit $4 offset $5"#,
        regions,
        text,
        number,
        limit,
        offset
    )
    .fetch_all(&pool.0)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| Uncontracted {
        user_id: row.user_id,
        user_name: row.user_name.unwrap_or_else(|| domain::UNKNOWN_USER_NAME.to_owned()),
        usage_type: row.usage_type,
        region_id: row.region_id,
        region_name: row.region_name,
    });
    Ok((rows.collect(), total))
}

/// Customers without a contract, by usage type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignable {
    pub usage_type: String,
    pub customers: i64,
}

pub async fn assignable(pool: &ReadPool, regions: Option<&[RegionId]>) -> Result<Vec<Assignable>, ReadError> {
    let rows = sqlx::query!(
        r#"select coalesce(u.usage_type, $2) as "usage_type!", count(*) as "customers!"
             from ods_power_user u
            where not exists (select from contracts c
                               where c.user_id = u.user_id and c.direction = 'import' and c.removed_at is null)
              and ($1::int[] is null or u.region_id = any($1))
            group by 1 order by 2 desc, 1"#,
        regions,
        domain::UNKNOWN_USAGE
    )
    .fetch_all(&pool.0)
    .await?;
    let counts: BTreeMap<String, i64> = rows.into_iter().map(|row| (row.usage_type, row.customers)).collect();
    Ok(counts.into_iter().map(|(usage_type, customers)| Assignable { usage_type, customers }).collect())
}
