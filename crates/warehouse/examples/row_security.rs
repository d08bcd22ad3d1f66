//! What row-level security costs: the main question of each page without it, and with it for somebody who sees everything
//! and for somebody who sees half of the regions. The same connections and the same warehouse, in turns.
//! `cargo run --release -p warehouse --example row_security -- URL_OF_A_FRESH_DATABASE` prints JSON.

use std::io::Write;
use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::access::Scope;
use domain::{Day, LocalMs, RegionId, Zone};
use futures::TryStreamExt;
use sqlx::PgPool;
use warehouse::read::exports::{AlarmFilter, Export, ExportFilter};
use warehouse::read::periods::{Period, RankingGrain};
use warehouse::read::rankings::{RankingQuery, ranking};
use warehouse::read::{ReadPool, dashboard, day_curve, frame, peaks, regions, rollups, search, users, windows};

const TWO_DAYS: &str = include_str!("../tests/read/two_days.sql");
const READINGS: &str = include_str!("row_security.sql");
const REGIONS: std::ops::RangeInclusive<RegionId> = 1..=10;
const HALF: std::ops::RangeInclusive<RegionId> = 1..=5;
/// Rounds of each question in each mode; the modes take turns, so that a busy moment hits all of them.
const ROUNDS: usize = 8;
/// Asked before each measurement that follows a change of the tables, because plans are made anew.
const WARM_UPS: usize = 2;
const ASKED_PER_ROUND: usize = 3;

const QUESTIONS: [&str; 17] = [
    "frame",
    "dashboard, each commit",
    "dashboard, loads",
    "record load",
    "day curve of a region",
    "windows of a region",
    "roll-ups of a region",
    "silent meters",
    "composition",
    "ranking of a day",
    "ranking of an hour",
    "peaks, total",
    "search by name",
    "search by number",
    "customer, readings",
    "customer, place",
    "export of 20,000 readings",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: row_security URL_OF_A_FRESH_DATABASE")?;
    let owner = warehouse::connect(&url, 2).await?;
    warehouse::migrate(&owner, Zone::parse("Asia/Shanghai").ok_or("a zone")?).await?;
    fill(&owner).await?;
    // one connection: after a change of the tables each would plan anew
    let pool = ReadPool::open(&url, 1)?;
    let (whole, half) = (pool.seen_by(&Scope::Whole), pool.seen_by(&Scope::of(HALF)));
    let mut times = vec![[const { Vec::new() }; 3]; QUESTIONS.len()];
    for _ in 0..ROUNDS {
        for (mode, (secured, pool)) in [(false, &whole), (true, &whole), (true, &half)].into_iter().enumerate() {
            secure(&owner, secured).await?;
            for (question, times) in times.iter_mut().enumerate() {
                measure(pool, question, &mut times[mode]).await?;
            }
        }
    }
    let report: Vec<_> = QUESTIONS.iter().zip(times).map(|(question, times)| row(question, times)).collect();
    writeln!(std::io::stdout(), "{:#}", serde_json::Value::from(report))?;
    Ok(())
}

async fn fill(owner: &PgPool) -> Result<(), sqlx::Error> {
    let (_, layers) = TWO_DAYS.split_once("insert into dws_region_daily_stats").ok_or(sqlx::Error::RowNotFound)?;
    let (layers, _) = layers.split_once("insert into quality_hour").ok_or(sqlx::Error::RowNotFound)?;
    let statements = [READINGS, "insert into dws_region_daily_stats", layers].concat();
    sqlx::raw_sql(&statements).execute(owner).await?;
    sqlx::raw_sql("vacuum analyze").execute(owner).await?;
    Ok(())
}

async fn secure(owner: &PgPool, secured: bool) -> Result<(), sqlx::Error> {
    let tables: Vec<String> = sqlx::query_scalar("select polrelid::regclass::text from pg_policy where polname = 'seen_regions'")
        .fetch_all(owner)
        .await?;
    let word = if secured { "enable" } else { "disable" };
    let statements: String = tables.iter().map(|table| format!("alter table {table} {word} row level security;")).collect();
    sqlx::raw_sql(&statements).execute(owner).await?;
    Ok(())
}

async fn measure(pool: &ReadPool, question: usize, times_ms: &mut Vec<f64>) -> Result<(), Box<dyn std::error::Error>> {
    for _ in 0..WARM_UPS {
        ask(pool, question).await?;
    }
    for _ in 0..ASKED_PER_ROUND {
        let started = Instant::now();
        ask(pool, question).await?;
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(())
}

fn row(question: &str, mut times: [Vec<f64>; 3]) -> serde_json::Value {
    let [open, whole, half] = times.each_mut().map(|times| median(times));
    serde_json::json!({ "question": question, "open_ms": open, "whole_ms": whole, "half_ms": half,
                        "whole_ratio": whole / open, "half_ratio": half / open })
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

async fn ask(pool: &ReadPool, question: usize) -> Result<(), Box<dyn std::error::Error>> {
    let today = day("2016-01-12");
    let now: NaiveDateTime = today.and_hms_opt(4, 0, 0).expect("a time");
    let at = LocalMs::from_naive(now);
    let region = [3];
    match QUESTIONS[question] {
        "frame" => _ = frame::frame(pool).await?,
        "dashboard, each commit" => _ = dashboard::recent(pool, at, 0).await?,
        "dashboard, loads" => _ = dashboard::loads(pool, at).await?,
        "record load" => _ = day_curve::record_load(pool, LocalMs::from_naive(today.and_time(NaiveTime::MIN))).await?,
        "day curve of a region" => _ = regions::curves(pool, &region, &[Day::from_date(today)], at).await?,
        "windows of a region" => _ = windows::latest(pool, &region, now, 100).await?,
        "roll-ups of a region" => _ = rollups::series(pool, &region, "15min", now, 96).await?,
        "silent meters" => _ = regions::silent_meters(pool, &region, now, 50).await?,
        "composition" => _ = regions::composition(pool, &region, today, now).await?,
        "ranking of a day" => _ = ranking(pool, &ranked(RankingGrain::Day, now), now).await?,
        "ranking of an hour" => _ = ranking(pool, &ranked(RankingGrain::Hour, now - chrono::TimeDelta::hours(1)), now).await?,
        "peaks, total" => _ = peaks::of_total(pool, day("2016-01-11"), today).await?,
        "search by name" => _ = search::find(pool, &search::Query::parse("用户3-1"), 50).await?,
        "search by number" => _ = search::find(pool, &search::Query::parse("30012"), 50).await?,
        "customer, readings" => _ = users::readings(pool, 300_123, day("2016-01-11"), 0, 100).await?,
        "customer, place" => _ = users::total(pool, 300_123, RankingGrain::Day, now, now).await?,
        _ => export(pool).await?,
    }
    Ok(())
}

fn ranked(grain: RankingGrain, at: NaiveDateTime) -> RankingQuery {
    RankingQuery {
        period: Period::holding(grain, at),
        regions: REGIONS.collect(),
        usage_type: None,
        text: None,
        offset: 0,
        limit: 50,
        mover_places: 10,
    }
}

async fn export(pool: &ReadPool) -> Result<(), sqlx::Error> {
    let filter = ExportFilter {
        from: day("2016-01-11").and_time(NaiveTime::MIN),
        to: day("2016-01-12").and_time(NaiveTime::MIN),
        region_ids: Some(vec![3]),
        user_id: None,
        usage_type: None,
        grain: None,
        alarms: AlarmFilter::default(),
        limit: Some(20_000),
        offset: 0,
    };
    let mut connection = pool.acquire().await?;
    Export::UserReadings.rows(&mut connection, &filter).try_for_each(|_| std::future::ready(Ok(()))).await
}
