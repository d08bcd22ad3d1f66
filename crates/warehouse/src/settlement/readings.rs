//! Readings and reactive energy of customers around days.

use domain::settlement::{ContractId, Reactive, Reading};
use domain::{Day, LocalMs, RegionId, UNKNOWN_REGION, UserId};
use futures::TryStreamExt;
use rustc_hash::FxHashMap;
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths, Stamp};

/// From so many customers with the same days on, the days' partitions are read once instead of customer by customer.
const TOGETHER_FROM: usize = 256;

/// Days `[from, to)` of one customer, with what is reported up to `reach_ms` before and behind them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UserDays {
    pub user_id: UserId,
    pub from: Day,
    pub to: Day,
    pub reach_ms: i64,
}

impl UserDays {
    fn first(&self) -> LocalMs {
        self.from.start().plus_ms(-self.reach_ms)
    }

    fn behind(&self) -> LocalMs {
        self.to.start().plus_ms(self.reach_ms)
    }
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

/// The readings of each span, in order of their time. Where none was reported within the reach before or behind the days, those of
/// the nearest interval there.
pub async fn load(conn: &mut PgConnection, spans: &[UserDays]) -> Result<Vec<Vec<Reading>>, WarehouseError> {
    let mut found: Vec<Vec<Reading>> = vec![Vec::new(); spans.len()];
    if spans.is_empty() {
        return Ok(found);
    }
    let mut alike: FxHashMap<(LocalMs, LocalMs), Vec<usize>> = FxHashMap::default();
    for (place, span) in spans.iter().enumerate() {
        alike.entry((span.first(), span.behind())).or_default().push(place);
    }
    let mut single = Vec::new();
    for (times, places) in alike {
        if places.len() >= TOGETHER_FROM {
            load_together(&mut *conn, times, &places, spans, &mut found).await?;
        } else {
            single.extend(places);
        }
    }
    load_single(&mut *conn, &single, spans, &mut found).await?;
    let lacking = |is_within: fn(&UserDays, &Reading) -> bool| -> Vec<usize> {
        let lacks = |(place, span): (usize, &UserDays)| (!found[place].iter().any(|one| is_within(span, one))).then_some(place);
        spans.iter().enumerate().filter_map(lacks).collect()
    };
    let lacking_before = lacking(|span, one| one.reported_at < span.from.start());
    let lacking_behind = lacking(|span, one| one.reported_at >= span.to.start());
    load_before(&mut *conn, &lacking_before, spans, &mut found).await?;
    load_behind(conn, &lacking_behind, spans, &mut found).await?;
    for readings in &mut found {
        readings.sort_unstable_by_key(|reading| (reading.reported_at, reading.consumption_id));
    }
    Ok(found)
}

async fn load_together(
    conn: &mut PgConnection,
    (first, behind): (LocalMs, LocalMs),
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
        Stamp(first) as _,
        Stamp(behind) as _
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
    first: Vec<Stamp>,
    behind: Vec<Stamp>,
    reach_ms: Vec<i64>,
}

fn columns(places: impl Iterator<Item = usize>, spans: &[UserDays]) -> Columns {
    let mut columns =
        Columns { places: Vec::new(), users: Vec::new(), first: Vec::new(), behind: Vec::new(), reach_ms: Vec::new() };
    for place in places {
        let span = spans[place];
        columns.places.push(i32::try_from(place).unwrap_or(i32::MAX));
        columns.users.push(span.user_id);
        columns.first.push(Stamp(span.first()));
        columns.behind.push(Stamp(span.behind()));
        columns.reach_ms.push(span.reach_ms);
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
    let Columns { places, users, first, behind, .. } = columns(places.iter().copied(), spans);
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"select k.place as "place!", d.consumption_id as "consumption_id!", d.consumption_date as "at!: Stamp",
                  d.consumption_amount as "amount!: Hundredths", d.meter_reading_before as "before: Hundredths",
                  d.meter_reading_after as "after: Hundredths", d.region_id as "region_id!"
             from unnest($1::int[], $2::bigint[], $3::timestamp[], $4::timestamp[]) as k(place, user_id, first, behind)
            cross join lateral (
                  select * from dwd_power_consumption_detail x
                   where x.user_id = k.user_id and x.consumption_date >= k.first and x.consumption_date < k.behind
                  offset 0
            ) d"#,
        &places,
        &users,
        &first as _,
        &behind as _
    )
    .fetch_all(conn)
    .await?;
    put(rows, found);
    Ok(())
}

/// The days on which a customer has readings are known, so that few partitions are looked into.
async fn load_before(
    conn: &mut PgConnection,
    places: &[usize],
    spans: &[UserDays],
    found: &mut [Vec<Reading>],
) -> Result<(), WarehouseError> {
    if places.is_empty() {
        return Ok(());
    }
    let Columns { places, users, first, reach_ms, .. } = columns(places.iter().copied(), spans);
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"select k.place as "place!", d.consumption_id as "consumption_id!", d.consumption_date as "at!: Stamp",
                  d.consumption_amount as "amount!: Hundredths", d.meter_reading_before as "before: Hundredths",
                  d.meter_reading_after as "after: Hundredths", d.region_id as "region_id!"
             from unnest($1::int[], $2::bigint[], $3::timestamp[], $4::bigint[]) as k(place, user_id, first, reach_ms)
            cross join lateral (
                  select max(u.stat_day) as day from dws_user_day u where u.user_id = k.user_id and u.stat_day < k.first::date
            ) earlier
            cross join lateral (
                  select max(one.at) as at from (
                      select max(x.consumption_date) as at from dwd_power_consumption_detail x
                       where x.user_id = k.user_id and x.consumption_date >= k.first::date::timestamp and x.consumption_date < k.first
                      union all
                      select max(x.consumption_date) from dwd_power_consumption_detail x
                       where x.user_id = k.user_id and x.consumption_date >= earlier.day::timestamp
                         and x.consumption_date < (earlier.day + 1)::timestamp
                  ) one
            ) nearest
            cross join lateral (
                  select * from dwd_power_consumption_detail x
                   where x.user_id = k.user_id and x.consumption_date <= nearest.at
                     and x.consumption_date >= nearest.at - k.reach_ms * interval '1 ms'
                  offset 0
            ) d"#,
        &places,
        &users,
        &first as _,
        &reach_ms
    )
    .fetch_all(conn)
    .await?;
    put(rows, found);
    Ok(())
}

async fn load_behind(
    conn: &mut PgConnection,
    places: &[usize],
    spans: &[UserDays],
    found: &mut [Vec<Reading>],
) -> Result<(), WarehouseError> {
    if places.is_empty() {
        return Ok(());
    }
    let Columns { places, users, behind, reach_ms, .. } = columns(places.iter().copied(), spans);
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"select k.place as "place!", d.consumption_id as "consumption_id!", d.consumption_date as "at!: Stamp",
                  d.consumption_amount as "amount!: Hundredths", d.meter_reading_before as "before: Hundredths",
                  d.meter_reading_after as "after: Hundredths", d.region_id as "region_id!"
             from unnest($1::int[], $2::bigint[], $3::timestamp[], $4::bigint[]) as k(place, user_id, behind, reach_ms)
            cross join lateral (
                  select min(u.stat_day) as day from dws_user_day u where u.user_id = k.user_id and u.stat_day > k.behind::date
            ) later
            cross join lateral (
                  select min(one.at) as at from (
                      select min(x.consumption_date) as at from dwd_power_consumption_detail x
                       where x.user_id = k.user_id and x.consumption_date >= k.behind
                         and x.consumption_date < (k.behind::date + 1)::timestamp
                      union all
                      select min(x.consumption_date) from dwd_power_consumption_detail x
                       where x.user_id = k.user_id and x.consumption_date >= later.day::timestamp
                         and x.consumption_date < (later.day + 1)::timestamp
                  ) one
            ) nearest
            cross join lateral (
                  select * from dwd_power_consumption_detail x
                   where x.user_id = k.user_id and x.consumption_date >= nearest.at
                     and x.consumption_date <= nearest.at + k.reach_ms * interval '1 ms'
                  offset 0
            ) d"#,
        &places,
        &users,
        &behind as _,
        &reach_ms
    )
    .fetch_all(conn)
    .await?;
    put(rows, found);
    Ok(())
}

/// Reactive energy of the intervals that end in `(from, to]` of each span, in order of time.
pub async fn load_reactive(conn: &mut PgConnection, spans: &[UserDays]) -> Result<Vec<Vec<Reactive>>, WarehouseError> {
    let mut found: Vec<Vec<Reactive>> = vec![Vec::new(); spans.len()];
    let places: Vec<i32> = (0..spans.len()).map(|place| i32::try_from(place).unwrap_or(i32::MAX)).collect();
    let users: Vec<UserId> = spans.iter().map(|span| span.user_id).collect();
    let from: Vec<DayDate> = spans.iter().map(|span| DayDate(span.from)).collect();
    let to: Vec<DayDate> = spans.iter().map(|span| DayDate(span.to)).collect();
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
