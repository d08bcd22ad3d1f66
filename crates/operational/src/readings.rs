//! `power_consumption`: bulk writing of readings, and the few questions that writers of readings ask.

use domain::{Fixed2, LocalMs, ReadingRow, UserId};
use rust_decimal::prelude::ToPrimitive;
use sqlx::PgPool;

use crate::copy_text::{self, cell_text};
use crate::error::is_present_already;
use crate::{Operational, OperationalError};

const COPY: &str = "copy power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date, \
                    meter_reading_before, meter_reading_after, remark) from stdin";

/// What became of a set of rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Inserted {
    pub new: u64,
    /// Rows whose key was already there; they stay as they were.
    pub present: u64,
}

/// The newest known state of one meter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastReport {
    pub user_id: UserId,
    pub register_kwh: Fixed2,
    pub date: LocalMs,
}

/// Writes readings, one transaction per call. Fast while keys are new; from the first known key on it asks before it writes.
#[derive(Debug)]
pub struct ReadingWriter {
    pool: PgPool,
    ask_first: bool,
}

impl ReadingWriter {
    pub async fn insert(&mut self, rows: &[ReadingRow]) -> Result<Inserted, OperationalError> {
        if !self.ask_first {
            match self.copy(rows).await {
                Err(error) if is_present_already(&error) => self.ask_first = true,
                done => return Ok(Inserted { new: done?, present: 0 }),
            }
        }
        let new = self.insert_missing(rows).await?;
        Ok(Inserted { new, present: u64::try_from(rows.len()).unwrap_or(u64::MAX).saturating_sub(new) })
    }

    async fn copy(&self, rows: &[ReadingRow]) -> Result<u64, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let mut copy = connection.copy_in_raw(COPY).await?;
        copy.send(copy_text::readings(rows).into_bytes()).await?;
        copy.finish().await
    }

    async fn insert_missing(&self, rows: &[ReadingRow]) -> Result<u64, OperationalError> {
        let ids: Vec<Option<i64>> = rows.iter().map(|row| row.consumption_id).collect();
        let users: Vec<Option<i64>> = rows.iter().map(|row| row.user_id).collect();
        let amounts: Vec<_> = rows.iter().map(|row| cell_text(&row.amount_kwh)).collect();
        let costs: Vec<_> = rows.iter().map(|row| cell_text(&row.cost_yuan)).collect();
        let dates: Vec<_> = rows.iter().map(|row| cell_text(&row.date)).collect();
        let before: Vec<_> = rows.iter().map(|row| cell_text(&row.register_before_kwh)).collect();
        let after: Vec<_> = rows.iter().map(|row| cell_text(&row.register_after_kwh)).collect();
        let remarks: Vec<Option<&str>> = rows.iter().map(|row| row.remark.as_deref()).collect();
        let done = sqlx::query!(
            "insert into power_consumption
                    (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date,
                     meter_reading_before, meter_reading_after, remark)
             select id, user_id, amount::numeric, cost::numeric, date::timestamp, before::numeric, after::numeric, remark
               from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                    as line (id, user_id, amount, cost, date, before, after, remark)
             on conflict do nothing",
            &ids as &[Option<i64>],
            &users as &[Option<i64>],
            &amounts as &[Option<String>],
            &costs as &[Option<String>],
            &dates as &[Option<String>],
            &before as &[Option<String>],
            &after as &[Option<String>],
            &remarks as &[Option<&str>],
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}

impl Operational {
    pub fn reading_writer(&self) -> ReadingWriter {
        ReadingWriter { pool: self.pool.clone(), ask_first: false }
    }

    /// Sends the same reports again, as some concentrators do: the values stay, the remark says so.
    pub async fn repeat_readings(&self, ids: &[i64], remark: &str) -> Result<u64, OperationalError> {
        let done = sqlx::query!("update power_consumption set remark = $2 where consumption_id = any($1)", ids, remark)
            .execute(&self.pool);
        Ok(done.await?.rows_affected())
    }

    pub async fn max_consumption_id(&self) -> Result<i64, OperationalError> {
        let newest = sqlx::query_scalar!("select max(consumption_id) from power_consumption").fetch_one(&self.pool);
        Ok(newest.await?.unwrap_or(0))
    }

    /// Newest event time that is not beyond `limit`: a single wrong date in the future says nothing about the data.
    pub async fn newest_reading(&self, limit: LocalMs) -> Result<Option<LocalMs>, OperationalError> {
        let newest = sqlx::query_scalar!(
            "select max(consumption_date) from power_consumption where consumption_date <= $1 and consumption_date > '-infinity'",
            limit.to_naive()
        )
        .fetch_one(&self.pool);
        Ok(newest.await?.map(LocalMs::from_naive))
    }

    /// Register and time of the last report of each of these users; registers only grow.
    pub async fn last_reports(&self, users: &[UserId], limit: LocalMs) -> Result<Vec<LastReport>, OperationalError> {
        let rows = sqlx::query!(
            r#"select user_id as "user_id!", max(meter_reading_after) as "register!", max(consumption_date) as "date!"
                 from power_consumption
                where user_id = any($1) and consumption_date <= $2 and consumption_date > '-infinity' and meter_reading_after <> 'NaN'
                group by user_id"#,
            users,
            limit.to_naive()
        )
        .fetch_all(&self.pool)
        .await?;
        let reports = rows.into_iter().filter_map(|row| {
            let hundredths = (row.register * rust_decimal::Decimal::ONE_HUNDRED).to_i64()?;
            Some(LastReport { user_id: row.user_id, register_kwh: Fixed2(hundredths), date: LocalMs::from_naive(row.date) })
        });
        Ok(reports.collect())
    }
}
