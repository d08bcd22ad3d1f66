//! The pages' questions against a real PostgreSQL, with expectations computed by hand from `two_days.sql`.

mod dashboard;
mod peaks;
mod people;
mod pipeline;
mod rankings;
mod regions;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use warehouse::read::ReadPool;

/// A database with the two days in it.
async fn two_days() -> ReadPool {
    let pool = testkit::pool(&testkit::warehouse_db().await).await;
    sqlx::raw_sql(include_str!("two_days.sql")).execute(&pool).await.expect("the fixture fits the schema");
    ReadPool::from_pool(pool)
}

/// A database nothing was ever written to.
async fn empty() -> ReadPool {
    ReadPool::from_pool(testkit::pool(&testkit::warehouse_db().await).await)
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
