//! The calendar of holidays, one for the whole installation. The operator keeps it.

use chrono::NaiveDate;
use serde_json::json;

use super::rules::tell;
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};
use crate::read::{ReadError, ReadPool};

/// Ten years of the holidays of any country.
pub const MOST_HOLIDAYS: i64 = 1_000;
pub const MOST_NAME_CHARS: usize = 64;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holiday {
    pub day: NaiveDate,
    pub name: String,
}

/// Newest first.
pub async fn list(pool: &ReadPool) -> Result<Vec<Holiday>, ReadError> {
    let days = sqlx::query_as!(Holiday, "select day, name from alarm_holidays order by day desc limit $1", MOST_HOLIDAYS);
    Ok(days.fetch_all(&pool.0).await?)
}

/// Adds a day, or gives it another name.
pub async fn add(pool: &AccessPool, author: &Author, day: NaiveDate, name: &str) -> Result<(), AccessError> {
    check_author(author)?;
    let name = bounded(name, MOST_NAME_CHARS);
    let mut tx = pool.pool().begin().await?;
    let days = sqlx::query_scalar!(r#"select count(*) as "days!" from alarm_holidays"#).fetch_one(&mut *tx).await?;
    if days >= MOST_HOLIDAYS {
        return Err(AccessError::BeyondOwnRights);
    }
    sqlx::query!(
        "insert into alarm_holidays (day, name) values ($1, $2) on conflict (day) do update set name = excluded.name",
        day,
        name
    )
    .execute(&mut *tx)
    .await?;
    tell(&mut tx).await?;
    write(&mut tx, author, Deed::new("holiday.add", "holiday", day).becomes(json!({ "name": name }))).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn remove(pool: &AccessPool, author: &Author, day: NaiveDate) -> Result<(), AccessError> {
    check_author(author)?;
    let mut tx = pool.pool().begin().await?;
    let name = sqlx::query_scalar!("delete from alarm_holidays where day = $1 returning name", day)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    tell(&mut tx).await?;
    write(&mut tx, author, Deed::new("holiday.remove", "holiday", day).was(json!({ "name": name }))).await?;
    tx.commit().await?;
    Ok(())
}

/// What counts for everybody's rules is not one tenant's to decide.
fn check_author(author: &Author) -> Result<(), AccessError> {
    if author.tenant_id.is_none() { Ok(()) } else { Err(AccessError::BeyondOwnRights) }
}
