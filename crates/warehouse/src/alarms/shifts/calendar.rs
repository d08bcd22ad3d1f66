//! Turns of duty at a desk. Two of one desk never overlap, so that every moment belongs to one shift at most.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{DisplayName, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Desk, ShiftError, ShiftFault, begin, check_covers, check_version, desk, finish, refuse};
use crate::access::record::Deed;
use crate::access::{AccessError, AccessPool, Author, Granter};

/// Shifts that are made at once: three a day for a good four months.
pub const MOST_SERIES: usize = 400;
pub const MOST_SHIFT_HOURS: i64 = 24;
pub const MOST_PEOPLE: usize = 20;
const MOST_PERSON_CHARS: usize = 64;
/// Shifts that a page asks for at once.
const MOST_SHOWN: i64 = 1_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    pub shift_id: i64,
    pub desk_id: i32,
    pub name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub people: Vec<String>,
    pub version: i32,
}

#[derive(Clone, Debug)]
pub struct NewShift {
    pub name: DisplayName,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub people: Vec<String>,
}

/// Shifts of a desk that reach into the time, by their start.
pub async fn shifts(
    pool: &AccessPool,
    viewer: Option<TenantId>,
    desk_id: i32,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Shift>, ShiftError> {
    let desk = desk(pool, viewer, desk_id).await?;
    let found = sqlx::query_as!(
        Shift,
        "select shift_id, desk_id, name, starts_at, ends_at, people, version from alarm_shifts
          where desk_id = $1 and ends_at > $2 and starts_at < $3 order by starts_at, shift_id limit $4",
        desk.desk_id,
        from,
        to,
        MOST_SHOWN
    );
    Ok(found.fetch_all(pool.pool()).await?)
}

pub async fn shift(pool: &AccessPool, viewer: Option<TenantId>, shift_id: i64) -> Result<Shift, ShiftError> {
    let shift = one(&mut *pool.pool().acquire().await?, shift_id).await?;
    desk(pool, viewer, shift.desk_id).await?;
    Ok(shift)
}

/// The shift that runs at a moment (or ended last), and the one after it.
pub async fn around(
    pool: &AccessPool,
    viewer: Option<TenantId>,
    desk_id: i32,
    at: DateTime<Utc>,
) -> Result<(Option<Shift>, Option<Shift>), ShiftError> {
    let day = TimeDelta::days(2);
    let near = shifts(pool, viewer, desk_id, at - day, at + day).await?;
    let present = near.iter().rev().find(|shift| shift.starts_at <= at).cloned();
    let next = near.into_iter().find(|shift| shift.starts_at > at);
    Ok((present, next))
}

pub async fn add_shift(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    desk_id: i32,
    new: &NewShift,
) -> Result<i64, ShiftError> {
    let (mut tx, desk) = begin(pool, granter, desk_id).await?;
    check_covers(granter, &desk.scope)?;
    let shift_id = insert(&mut tx, desk_id, new).await?;
    let deed = Deed::new("shift.add", "shift", shift_id).of_tenant(desk.tenant_id).becomes(new.json(&desk));
    finish(tx, author, deed).await?;
    Ok(shift_id)
}

/// All of them or none. They are one entry of the record.
pub async fn add_series(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    desk_id: i32,
    series: &[NewShift],
) -> Result<(), ShiftError> {
    let (Some(first), Some(last)) = (series.first(), series.last()) else { return refuse(ShiftFault::Series) };
    if series.len() > MOST_SERIES {
        return refuse(ShiftFault::Series);
    }
    let (mut tx, desk) = begin(pool, granter, desk_id).await?;
    check_covers(granter, &desk.scope)?;
    for new in series {
        insert(&mut tx, desk_id, new).await?;
    }
    let after = json!({ "desk": desk.name, "shifts": series.len(), "starts_at": first.starts_at, "ends_at": last.ends_at });
    finish(tx, author, Deed::new("shift.series", "desk", desk_id).of_tenant(desk.tenant_id).becomes(after)).await
}

pub async fn change_shift(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (shift_id, version): (i64, i32),
    new: &NewShift,
) -> Result<(), ShiftError> {
    let (mut tx, desk, old) = begin_shift(pool, granter, shift_id, version).await?;
    check(&mut tx, desk.desk_id, Some(shift_id), new).await?;
    sqlx::query!(
        "update alarm_shifts set name = $2, starts_at = $3, ends_at = $4, people = $5, version = version + 1
          where shift_id = $1",
        shift_id,
        new.name.as_str(),
        new.starts_at,
        new.ends_at,
        &new.people()
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("shift.change", "shift", shift_id).of_tenant(desk.tenant_id);
    finish(tx, author, deed.was(old.json(&desk)).becomes(new.json(&desk))).await
}

/// One that a hand-over names stays.
pub async fn remove_shift(
    pool: &AccessPool,
    author: &Author,
    granter: &Granter,
    (shift_id, version): (i64, i32),
) -> Result<(), ShiftError> {
    let (mut tx, desk, old) = begin_shift(pool, granter, shift_id, version).await?;
    let is_named = sqlx::query_scalar!(
        r#"select exists(select from alarm_handovers where $1 in (from_shift_id, to_shift_id)) as "is_named!""#,
        shift_id
    );
    if is_named.fetch_one(&mut *tx).await? {
        return refuse(ShiftFault::ShiftInUse);
    }
    sqlx::query!("delete from alarm_shifts where shift_id = $1", shift_id).execute(&mut *tx).await?;
    finish(tx, author, Deed::new("shift.remove", "shift", shift_id).of_tenant(desk.tenant_id).was(old.json(&desk))).await
}

async fn begin_shift(
    pool: &AccessPool,
    granter: &Granter,
    shift_id: i64,
    version: i32,
) -> Result<(sqlx::Transaction<'static, sqlx::Postgres>, Desk, Shift), ShiftError> {
    let desk_id = one(&mut *pool.pool().acquire().await?, shift_id).await?.desk_id;
    let (mut tx, desk) = begin(pool, granter, desk_id).await?;
    check_covers(granter, &desk.scope)?;
    // read again: whoever held the desk may have changed it
    let shift = one(&mut tx, shift_id).await?;
    check_version(shift.version, version)?;
    Ok((tx, desk, shift))
}

async fn insert(tx: &mut PgConnection, desk_id: i32, new: &NewShift) -> Result<i64, ShiftError> {
    check(tx, desk_id, None, new).await?;
    let shift_id = sqlx::query_scalar!(
        "insert into alarm_shifts (desk_id, name, starts_at, ends_at, people) values ($1, $2, $3, $4, $5) returning shift_id",
        desk_id,
        new.name.as_str(),
        new.starts_at,
        new.ends_at,
        &new.people()
    );
    Ok(shift_id.fetch_one(tx).await?)
}

async fn check(tx: &mut PgConnection, desk_id: i32, own: Option<i64>, new: &NewShift) -> Result<(), ShiftError> {
    if new.ends_at <= new.starts_at || new.ends_at - new.starts_at > TimeDelta::hours(MOST_SHIFT_HOURS) {
        return refuse(ShiftFault::Length);
    }
    if new.people.len() > MOST_PEOPLE {
        return refuse(ShiftFault::TooManyPeople);
    }
    let overlaps = sqlx::query_scalar!(
        r#"select exists(select from alarm_shifts where desk_id = $1 and ends_at > $2 and starts_at < $3
                            and shift_id is distinct from $4) as "overlaps!""#,
        desk_id,
        new.starts_at,
        new.ends_at,
        own
    );
    if overlaps.fetch_one(tx).await? { refuse(ShiftFault::Overlaps) } else { Ok(()) }
}

pub(super) async fn one(db: &mut PgConnection, shift_id: i64) -> Result<Shift, ShiftError> {
    let found = sqlx::query_as!(
        Shift,
        "select shift_id, desk_id, name, starts_at, ends_at, people, version from alarm_shifts where shift_id = $1",
        shift_id
    );
    Ok(found.fetch_optional(db).await?.ok_or(AccessError::NotFound)?)
}

impl NewShift {
    /// As stored: no empty names, none too long.
    fn people(&self) -> Vec<String> {
        let people = self.people.iter().map(|name| crate::access::bounded(name.trim(), MOST_PERSON_CHARS));
        people.filter(|name| !name.is_empty()).collect()
    }

    fn json(&self, desk: &Desk) -> Value {
        json(desk, self.name.as_str(), (self.starts_at, self.ends_at), &self.people())
    }
}

impl Shift {
    fn json(&self, desk: &Desk) -> Value {
        json(desk, &self.name, (self.starts_at, self.ends_at), &self.people)
    }
}

fn json(desk: &Desk, name: &str, (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>), people: &[String]) -> Value {
    json!({ "desk": desk.name, "name": name, "starts_at": starts_at, "ends_at": ends_at, "people": people })
}
