//! The pages' questions against a real PostgreSQL, with expectations computed by hand from `two_days.sql`.

mod alarms;
mod dashboard;
mod peaks;
mod people;
mod pipeline;
mod rankings;
mod regions;
mod rows;
mod settlement;

use std::ops::Deref;

use chrono::{NaiveDate, NaiveDateTime};
use domain::access::Scope;
use rust_decimal::Decimal;
use sqlx::PgPool;
use warehouse::read::ReadPool;

const TWO_DAYS: &str = include_str!("two_days.sql");

/// A database, asked by somebody who sees all of it, and changed by its owner.
struct Warehouse {
    seen_whole: ReadPool,
    owner: PgPool,
}

impl Warehouse {
    /// Filled with these statements.
    async fn with(statements: &str) -> Self {
        let owner = testkit::pool(&testkit::warehouse_db().await).await;
        sqlx::raw_sql(statements).execute(&owner).await.expect("the fixture fits the schema");
        Self { seen_whole: ReadPool::from_pool(owner.clone()).seen_by(&Scope::Whole), owner }
    }

    fn pool(&self) -> &PgPool {
        &self.owner
    }
}

impl Deref for Warehouse {
    type Target = ReadPool;

    fn deref(&self) -> &ReadPool {
        &self.seen_whole
    }
}

/// A database with the two days in it.
async fn two_days() -> Warehouse {
    Warehouse::with(TWO_DAYS).await
}

/// A database nothing was ever written to.
async fn empty() -> Warehouse {
    Warehouse::with("").await
}

/// Data time of the fixture.
fn now() -> NaiveDateTime {
    at("2016-01-12 01:07:30")
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a time")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn kwh(whole: i64) -> Decimal {
    Decimal::from(whole)
}
