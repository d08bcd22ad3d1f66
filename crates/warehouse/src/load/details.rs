//! Detail rows as the engine holds them.

use std::sync::Arc;

use domain::{Detail, DetailKey, LocalMs, UserId};

use super::names::{Bookings, Names};
use super::{Span, key_columns};
use crate::pg_types::{Hundredths, PgLsn, Stamp};
use crate::{WarehouseError, Work};

struct DetailRow {
    consumption_id: i64,
    user_id: UserId,
    user_name: String,
    amount: Hundredths,
    cost: Hundredths,
    date: Stamp,
    region_id: i32,
    region_name: String,
    usage_type: String,
    register_before: Option<Hundredths>,
    register_after: Option<Hundredths>,
    remark: Option<String>,
    known_user: bool,
    mismatch: bool,
    commit_lsn: PgLsn,
}

fn to_details(rows: Vec<DetailRow>) -> Vec<Detail> {
    let (mut bookings, mut remarks) = (Bookings::default(), Names::default());
    let to_detail = |row: DetailRow| Detail {
        key: DetailKey { consumption_id: row.consumption_id, date: row.date.0 },
        user_id: row.user_id,
        amount_kwh: row.amount.0,
        cost_yuan: row.cost.0,
        booking: bookings.get(&row.user_name, (row.region_id, &row.region_name), &row.usage_type, row.known_user),
        register_before_kwh: row.register_before.map(|value| value.0),
        register_after_kwh: row.register_after.map(|value| value.0),
        remark: row.remark.map(|text| -> Arc<str> { remarks.get(&text) }),
        register_mismatch: row.mismatch,
        commit_lsn: row.commit_lsn.0,
    };
    rows.into_iter().map(to_detail).collect()
}

impl Work {
    pub(super) async fn load_details(&mut self, keys: &[DetailKey]) -> Result<Vec<Detail>, WarehouseError> {
        let Some(span) = Span::of_days(keys.iter().map(|key| key.date)) else { return Ok(Vec::new()) };
        let (ids, dates) = key_columns(keys);
        // The fence (offset 0) keeps this a walk of the primary key per key, whatever the statistics say.
        let rows = sqlx::query_as!(
            DetailRow,
            r#"select d.consumption_id as "consumption_id!", d.user_id as "user_id!", d.user_name as "user_name!",
                      d.consumption_amount as "amount!: Hundredths", d.consumption_cost as "cost!: Hundredths",
                      d.consumption_date as "date!: Stamp", d.region_id as "region_id!", d.region_name as "region_name!",
                      d.usage_type as "usage_type!", d.meter_reading_before as "register_before: Hundredths",
                      d.meter_reading_after as "register_after: Hundredths", d.remark, d.known_user as "known_user!",
                      coalesce('register_mismatch' = any(d.quality), false) as "mismatch!", d.commit_lsn as "commit_lsn!: PgLsn"
                 from (select distinct u.id, u.at from unnest($1::bigint[], $2::timestamp[]) as u(id, at)) k
                cross join lateral (
                      select * from dwd_power_consumption_detail x
                       where x.consumption_id = k.id and x.consumption_date = k.at
                         and x.consumption_date >= $3 and x.consumption_date < $4
                      offset 0
                ) d"#,
            &ids,
            &dates as _,
            span.from as _,
            span.to as _
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(to_details(rows))
    }

    /// Those of `users` who have readings booked as unknown.
    pub async fn users_with_unknown(&mut self, users: &[UserId]) -> Result<Vec<UserId>, WarehouseError> {
        let found = sqlx::query_scalar!(
            r#"select u.user_id as "user_id!" from unnest($1::bigint[]) as u(user_id)
                where exists (select from dwd_power_consumption_detail d where d.user_id = u.user_id and not d.known_user)"#,
            users
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(found)
    }

    /// Readings of these users that are booked to the placeholder, smallest ids first.
    pub async fn load_unknown(&mut self, users: &[UserId], limit: i64) -> Result<Vec<Detail>, WarehouseError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query_as!(
            DetailRow,
            r#"select d.consumption_id, d.user_id, d.user_name,
                      d.consumption_amount as "amount: Hundredths", d.consumption_cost as "cost: Hundredths",
                      d.consumption_date as "date: Stamp", d.region_id, d.region_name,
                      d.usage_type, d.meter_reading_before as "register_before: Hundredths",
                      d.meter_reading_after as "register_after: Hundredths", d.remark, d.known_user,
                      coalesce('register_mismatch' = any(d.quality), false) as "mismatch!", d.commit_lsn as "commit_lsn: PgLsn"
                 from dwd_power_consumption_detail d
                where d.user_id = any($1) and not d.known_user
                order by d.consumption_id, d.consumption_date
                limit $2"#,
            users,
            limit
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(to_details(rows))
    }

    /// Rows that a copy over an existing warehouse did not meet: they are gone at the source. In no order.
    /// Rows before `keep_before` were archived there and stay.
    pub async fn unseen(&mut self, keep_before: Option<LocalMs>, limit: i64) -> Result<Vec<Detail>, WarehouseError> {
        let rows = sqlx::query_as!(
            DetailRow,
            r#"select d.consumption_id, d.user_id, d.user_name,
                      d.consumption_amount as "amount: Hundredths", d.consumption_cost as "cost: Hundredths",
                      d.consumption_date as "date: Stamp", d.region_id, d.region_name,
                      d.usage_type, d.meter_reading_before as "register_before: Hundredths",
                      d.meter_reading_after as "register_after: Hundredths", d.remark, d.known_user,
                      coalesce('register_mismatch' = any(d.quality), false) as "mismatch!", d.commit_lsn as "commit_lsn: PgLsn"
                 from dwd_power_consumption_detail d
                where not exists (select from snapshot_seen s
                                   where s.consumption_id = d.consumption_id and s.consumption_date = d.consumption_date)
                  and ($2::timestamp is null or d.consumption_date >= $2)
                limit $1"#,
            limit,
            keep_before.map(Stamp) as _
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(to_details(rows))
    }
}
