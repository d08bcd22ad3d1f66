//! Readings and reactive energy of customers around days.

use domain::settlement::{ContractId, Reactive, Reading};
use domain::{Day, RegionId, UNKNOWN_REGION, UserId};
use futures::TryStreamExt;
use rustc_hash::FxHashMap;
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths, Stamp};

/// From so many customers with the same days on, the days' partitions are read once instead of customer by customer.
const TOGETHER_FROM: usize = 256;

/// Readings reported on days `[from, to)` of one customer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UserDays {
    pub user_id: UserId,
    pub from: Day,
    pub to: Day,
}

struct ReadingRow {
    place: i32,
    consumption_id: i64,
    at: Stamp,
    amount: Hundredths,
    before: Option<Hundredths>,
    after: Option<Hundredths>,
    region_id: RegionId,
}

impl ReadingRow {
    fn reading(&self) -> Reading {
        Reading {
            consumption_id: self.consumption_id,
            reported_at: self.at.0,
            amount_kwh: self.amount.0,
            register_before: self.before.map(|value| value.0),
            register_after: self.after.map(|value| value.0),
            region_id: self.region_id,
        }
    }
}

/// The readings of each span, with the nearest one before and the nearest one behind it, in order of their time.
pub async fn load(conn: &mut PgConnection, spans: &[UserDays]) -> Result<Vec<Vec<Reading>>, WarehouseError> {
    let mut found: Vec<Vec<Reading>> = vec![Vec::new(); spans.len()];
    if spans.is_empty() {
        return Ok(found);
    }
    let mut alike: FxHashMap<(Day, Day), Vec<usize>> = FxHashMap::default();
    for (place, span) in spans.iter().enumerate() {
        alike.entry((span.from, span.to)).or_default().push(place);
    }
    let mut single = Vec::new();
    for ((from, to), places) in alike {
        if places.len() >= TOGETHER_FROM {
            load_together(&mut *conn, (from, to), &places, spans, &mut found).await?;
        } else {
            single.extend(places);
        }
    }
    load_single(&mut *conn, &single, spans, &mut found).await?;
    load_nearest(conn, spans, &mut found).await?;
    for readings in &mut found {
        readings.sort_unstable_by_key(|reading| (reading.reported_at, reading.consumption_id));
    }
    Ok(found)
}

async fn load_together(
    conn: &mut PgConnection,
    (from, to): (Day, Day),
    places: &[usize],
    spans: &[UserDays],
    found: &mut [Vec<Reading>],
) -> Result<(), WarehouseError> {
    let mut of_user: FxHashMap<UserId, Vec<usize>> = FxHashMap::default();
    for place in places {
        of_user.entry(spans[*place].user_id).or_default().push(*place);
    }
    let users: Vec<UserId> = of_user.keys().copied().collect();
    // row by row: decoding goes on while the server sends, and only what is kept takes memory
    let mut rows = sqlx::query!(
        r#"select user_id, consumption_id, consumption_date as "at: Stamp", consumption_amount as "amount: Hundredths",
                  meter_reading_before as "before: Hundredths", meter_reading_after as "after: Hundredths", region_id
             from dwd_power_consumption_detail
            where user_id = any($1) and consumption_date >= $2 and consumption_date < $3"#,
        &users,
        Stamp(from.start()) as _,
        Stamp(to.start()) as _
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        let reading = Reading {
            consumption_id: row.consumption_id,
            reported_at: row.at.0,
            amount_kwh: row.amount.0,
            register_before: row.before.map(|value| value.0),
            register_after: row.after.map(|value| value.0),
            region_id: row.region_id,
        };
        for place in of_user.get(&row.user_id).into_iter().flatten() {
            found[*place].push(reading);
        }
    }
    Ok(())
}

fn put(rows: Vec<ReadingRow>, found: &mut [Vec<Reading>]) {
    for row in rows {
        if let Some(readings) = usize::try_from(row.place).ok().and_then(|place| found.get_mut(place)) {
            readings.push(row.reading());
        }
    }
}

/// Columns of spans for `unnest`; places count from 0.
struct Columns {
    places: Vec<i32>,
    users: Vec<UserId>,
    from: Vec<DayDate>,
    to: Vec<DayDate>,
}

fn columns(places: impl Iterator<Item = usize>, spans: &[UserDays]) -> Columns {
    let mut columns = Columns { places: Vec::new(), users: Vec::new(), from: Vec::new(), to: Vec::new() };
    for place in places {
        let span = spans[place];
        columns.places.push(i32::try_from(place).unwrap_or(i32::MAX));
        columns.users.push(span.user_id);
        columns.from.push(DayDate(span.from));
        columns.to.push(DayDate(span.to));
    }
    columns
}

async fn load_single(
    conn: &mut PgConnection,
    places: &[usize],
    spans: &[UserDays],
    found: &mut [Vec<Reading>],
) -> Result<(), WarehouseError> {
    if places.is_empty() {
        return Ok(());
    }
    let Columns { places, users, from, to } = columns(places.iter().copied(), spans);
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"select k.place as "place!", d.consumption_id as "consumption_id!", d.consumption_date as "at!: Stamp",
                  d.consumption_amount as "amount!: Hundredths", d.meter_reading_before as "before: Hundredths",
                  d.meter_reading_after as "after: Hundredths", d.region_id as "region_id!"
             from unnest($1::int[], $2::bigint[], $3::date[], $4::date[]) as k(place, user_id, first_day, end_day)
            cross join lateral (
                  select * from dwd_power_consumption_detail x
                   where x.user_id = k.user_id and x.consumption_date >= k.first_day::timestamp
                     and x.consumption_date < k.end_day::timestamp
                  offset 0
            ) d"#,
        &places,
        &users,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    put(rows, found);
    Ok(())
}

/// The days on which a customer has readings are known, so that only one partition is looked into.
async fn load_nearest(conn: &mut PgConnection, spans: &[UserDays], found: &mut [Vec<Reading>]) -> Result<(), WarehouseError> {
    let Columns { places, users, from, to } = columns(0..spans.len(), spans);
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"select k.place as "place!", d.consumption_id as "consumption_id!", d.consumption_date as "at!: Stamp",
                  d.consumption_amount as "amount!: Hundredths", d.meter_reading_before as "before: Hundredths",
                  d.meter_reading_after as "after: Hundredths", d.region_id as "region_id!"
             from unnest($1::int[], $2::bigint[], $3::date[], $4::date[]) as k(place, user_id, first_day, end_day)
            cross join lateral (
                  select max(u.stat_day) as day, true as is_before from dws_user_day u
                   where u.user_id = k.user_id and u.stat_day < k.first_day
                  union all
                  select min(u.stat_day), false from dws_user_day u where u.user_id = k.user_id and u.stat_day >= k.end_day
            ) near
            cross join lateral (
                  (select * from dwd_power_consumption_detail x
                    where near.is_before and x.user_id = k.user_id and x.consumption_date >= near.day::timestamp
                      and x.consumption_date < (near.day + 1)::timestamp
                    order by x.consumption_date desc limit 1)
                  union all
                  (select * from dwd_power_consumption_detail x
                    where not near.is_before and x.user_id = k.user_id and x.consumption_date >= near.day::timestamp
                      and x.consumption_date < (near.day + 1)::timestamp
                    order by x.consumption_date limit 1)
            ) d
            where near.day is not null"#,
        &places,
        &users,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    put(rows, found);
    Ok(())
}

/// Reactive energy of the intervals that end in `(from, to]` of each span, in order of time.
pub async fn load_reactive(conn: &mut PgConnection, spans: &[UserDays]) -> Result<Vec<Vec<Reactive>>, WarehouseError> {
    let mut found: Vec<Vec<Reactive>> = vec![Vec::new(); spans.len()];
    let Columns { places, users, from, to } = columns(0..spans.len(), spans);
    let rows = sqlx::query!(
        r#"select k.place as "place!", r.interval_end as "at!: Stamp", r.kvarh as "kvarh!: Hundredths"
             from unnest($1::int[], $2::bigint[], $3::date[], $4::date[]) as k(place, user_id, first_day, end_day)
             join dwd_power_reactive r on r.user_id = k.user_id and r.interval_end > k.first_day::timestamp
                                      and r.interval_end <= k.end_day::timestamp
            order by k.place, r.interval_end"#,
        &places,
        &users,
        &from as _,
        &to as _
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(reactive) = usize::try_from(row.place).ok().and_then(|place| found.get_mut(place)) {
            reactive.push(Reactive { interval_end: row.at.0, kvarh: row.kvarh.0 });
        }
    }
    Ok(found)
}

/// Where the customers of contracts are now.
pub async fn regions(conn: &mut PgConnection, ids: &[ContractId]) -> Result<FxHashMap<ContractId, RegionId>, WarehouseError> {
    let rows =
        sqlx::query!("select contract_id, region_id from contracts where contract_id = any($1)", ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.contract_id, row.region_id.unwrap_or(UNKNOWN_REGION))).collect())
}

/// The first day whose readings are still there; none where there never were any.
pub async fn first_day(conn: &mut PgConnection) -> Result<Option<Day>, WarehouseError> {
    let first = sqlx::query_scalar!(
        r#"select min(to_date(right(c.relname, 8), 'YYYYMMDD')) as "day: DayDate"
             from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'dwd_power_consumption_detail'::regclass and not i.inhdetachpending
              and c.relname ~ '_p[0-9]{8}$'"#
    )
    .fetch_one(conn)
    .await?;
    Ok(first.map(|day| day.0))
}
