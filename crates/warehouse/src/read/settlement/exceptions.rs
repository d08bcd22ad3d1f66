//! What has to be looked at before the statements of a month are checked.

use domain::settlement::{ExceptionKind, Month};
use domain::{Fixed2, RegionId, UserId};

use super::{first_day, month_span};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::{ReadError, ReadPool};

/// As many statements of a kind are named; the others are counted.
pub const MOST_NAMED: i64 = 50;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    pub kind: ExceptionKind,
    /// Of all statements that are not frozen.
    pub count: i64,
    pub amount: Fixed2,
    pub named: Vec<Named>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub statement_id: i64,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: String,
    pub region_id: RegionId,
    pub energy_kwh: Fixed2,
    pub amount: Fixed2,
    pub is_checked: bool,
}

/// Drafts and checked statements of a month by kind of exception, what blocks first.
pub async fn groups(pool: &ReadPool, month: Month, regions: Option<&[RegionId]>) -> Result<Vec<Group>, ReadError> {
    let rows = sqlx::query!(
        r#"select kind as "kind!", statement_id as "statement_id!", contract_id as "contract_id!", user_id as "user_id!",
                  user_name as "user_name!", region_id, kwh as "kwh!: Hundredths", amount as "amount!: Hundredths",
                  is_checked as "is_checked!", total as "total!", all_amount as "all_amount!: Hundredths"
             from (select kind, statement_id, contract_id, user_id, user_name, region_id, total_energy_kwh as kwh, total_amount as amount,
                          status = 'checked' as is_checked, count(*) over (partition by kind) as total,
                          sum(total_amount) over (partition by kind) as all_amount,
                          row_number() over (partition by kind order by status = 'checked', abs(total_amount) desc, statement_id) as place
                     from settlement_statements, unnest(exceptions) kind
                    where statement_month = $1 and status in ('draft', 'checked')
                      and ($2::int[] is null or coalesce(region_id, 0) = any($2))) placed
            where place <= $3 order by kind, place"#,
        first_day(month) as DayDate,
        regions,
        MOST_NAMED
    )
    .fetch_all(&pool.0)
    .await?;
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let Some(kind) = ExceptionKind::from_code(&row.kind) else { continue };
        if groups.last().is_none_or(|group| group.kind != kind) {
            groups.push(Group { kind, count: row.total, amount: row.all_amount.0, named: Vec::new() });
        }
        let named = Named {
            statement_id: row.statement_id,
            contract_id: row.contract_id,
            user_id: row.user_id,
            user_name: row.user_name,
            region_id: row.region_id.unwrap_or_default(),
            energy_kwh: row.kwh.0,
            amount: row.amount.0,
            is_checked: row.is_checked,
        };
        if let Some(group) = groups.last_mut() {
            group.named.push(named);
        }
    }
    groups.sort_by_key(|group| group.kind);
    Ok(groups)
}

/// A customer with readings in a month and no contract that covers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uncovered {
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub energy_kwh: Fixed2,
    pub days: i64,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UncoveredPage {
    pub total: i64,
    pub energy_kwh: Fixed2,
    pub lines: Vec<Uncovered>,
}

/// Customers whose readings of a calendar month nobody bills, largest first. Days are those of the report.
pub async fn uncovered(pool: &ReadPool, month: Month, regions: Option<&[RegionId]>) -> Result<UncoveredPage, ReadError> {
    let (_, to) = month_span(month);
    let rows = sqlx::query!(
        r#"with used as (
               select d.user_id, (array_agg(d.user_name order by d.stat_day desc))[1] as user_name,
                      (array_agg(d.usage_type order by d.stat_day desc))[1] as usage_type,
                      (array_agg(d.region_id order by d.stat_day desc))[1] as region_id,
                      sum(d.total_consumption) as kwh, count(distinct d.stat_day) as days
                 from dws_user_day d
                where d.stat_day >= $1 and d.stat_day < $2 and ($3::int[] is null or d.region_id = any($3))
                  and not exists (select from contracts c
                                   where c.user_id = d.user_id and c.removed_at is null and c.starts_on <= d.stat_day
                                     and (c.closed_on is null or c.closed_on > d.stat_day))
                group by d.user_id
           )
           select user_id as "user_id!", user_name as "user_name!", usage_type as "usage_type!", region_id as "region_id!",
                  kwh as "kwh!: Hundredths", days as "days!", count(*) over () as "total!", sum(kwh) over () as "all_kwh!: Hundredths"
             from used order by kwh desc, user_id limit $4"#,
        first_day(month) as DayDate,
        to as DayDate,
        regions,
        MOST_NAMED
    )
    .fetch_all(&pool.0)
    .await?;
    let mut page = UncoveredPage::default();
    for row in rows {
        (page.total, page.energy_kwh) = (row.total, row.all_kwh.0);
        page.lines.push(Uncovered {
            user_id: row.user_id,
            user_name: row.user_name,
            usage_type: row.usage_type,
            region_id: row.region_id,
            energy_kwh: row.kwh.0,
            days: row.days,
        });
    }
    Ok(page)
}
