//! Users by energy in a window, hour, day or month, with their place in the period before.

use chrono::NaiveDateTime;
use domain::{RegionId, UserId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::periods::{Period, RankingGrain, Span, closed_quarter_masks, quarter_floor};
use super::search::escape_like;
use crate::read::{ReadError, ReadPool};

/// Whole periods are added up from user days; only a period that compares a part of a day reads single readings.
pub const MAX_COMPARED_READINGS: i64 = 2_000_000;
/// Both periods of a sudden mover are at least so complete, in percent.
const COMPLETE_PERCENT: i64 = 95;
pub const MOVERS: i64 = 20;

/// What to rank.
#[derive(Clone, PartialEq, Debug)]
pub struct RankingQuery {
    pub period: Period,
    pub regions: Vec<RegionId>,
    pub usage_type: Option<String>,
    /// Beginning of the account number or a part of the name; chooses rows, changes no place.
    pub text: Option<String>,
    pub offset: i64,
    pub limit: i64,
    /// Places that make a mover sudden.
    pub mover_places: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RankedUser {
    pub place: i64,
    /// None: not ranked in the previous period.
    pub place_before: Option<i64>,
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    /// Share of the region's energy in the period, percent with one decimal.
    pub share_percent: Option<Decimal>,
    /// Closed quarter-hours with a reading.
    pub quarters: i64,
    pub quarters_before: Option<i64>,
}

impl RankedUser {
    /// Places won since the previous period; negative when lost.
    pub fn movement(&self) -> Option<i64> {
        self.place_before.map(|before| before - self.place)
    }
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Ranking {
    /// Users that the text leaves.
    pub total: i64,
    pub rows: Vec<RankedUser>,
    pub movers: Vec<RankedUser>,
    pub quarters_due: i64,
    /// Whether there was anything to compare with, and it was small enough to read.
    pub compared: bool,
    /// Energy of the first place: the full length of a bar.
    pub largest_kwh: Decimal,
}

pub async fn ranking(pool: &ReadPool, query: &RankingQuery, now: NaiveDateTime) -> Result<Ranking, ReadError> {
    if query.period.grain == RankingGrain::Window { window(pool, query).await } else { period(pool, query, now).await }
}

async fn period(pool: &ReadPool, query: &RankingQuery, now: NaiveDateTime) -> Result<Ranking, ReadError> {
    let before = comparison(pool, query, now).await?;
    let span = query.period.span();
    let (mask_low, mask_high) = closed_quarter_masks(now.date(), now);
    let since = first_reading_day(pool).await?;
    let due = query.period.quarters_due(now) - query.period.span().until(since).quarters();
    let due_before = before.quarters() - before.until(since).quarters();
    let found = sqlx::query_file!(
        "queries/period_ranking.sql",
        span.day_from,
        span.day_to,
        span.from,
        span.to,
        &query.regions,
        query.usage_type.as_deref(),
        now.date(),
        mask_low,
        mask_high,
        quarter_floor(now),
        before.day_from,
        before.day_to,
        before.from,
        before.to,
        query.text.as_deref().map(escape_like),
        query.mover_places,
        due,
        COMPLETE_PERCENT,
        query.offset,
        query.limit,
        quarter_floor(before.to),
        due_before,
        MOVERS
    )
    .fetch_all(&pool.0)
    .await?;
    let mut ranking = Ranking { quarters_due: due, ..Ranking::default() };
    for row in found {
        let user = RankedUser {
            place: row.place,
            place_before: row.place_before,
            user_id: row.user_id,
            user_name: row.user_name,
            usage_type: row.usage_type,
            region_id: row.region_id,
            energy_kwh: row.kwh,
            cost_yuan: row.cost,
            records: row.records,
            share_percent: row.share_percent,
            quarters: row.quarters,
            quarters_before: row.quarters_before,
        };
        (ranking.total, ranking.largest_kwh, ranking.compared) = (row.total, row.largest_kwh, row.compared);
        if row.is_mover { ranking.movers.push(user) } else { ranking.rows.push(user) }
    }
    Ok(ranking)
}

async fn window(pool: &ReadPool, query: &RankingQuery) -> Result<Ranking, ReadError> {
    let found = sqlx::query_file!(
        "queries/window_ranking.sql",
        query.period.start,
        query.period.previous().start,
        &query.regions,
        query.usage_type.as_deref(),
        query.text.as_deref().map(escape_like),
        query.offset,
        query.limit
    )
    .fetch_all(&pool.0)
    .await?;
    let mut ranking = Ranking::default();
    for row in found {
        (ranking.total, ranking.largest_kwh, ranking.compared) = (row.total, row.largest_kwh, row.compared);
        ranking.rows.push(RankedUser {
            place: row.place,
            place_before: row.place_before,
            user_id: row.user_id,
            user_name: row.user_name,
            usage_type: row.usage_type,
            region_id: row.region_id,
            energy_kwh: row.kwh,
            cost_yuan: row.cost,
            records: 0,
            share_percent: row.share_percent,
            quarters: 0,
            quarters_before: None,
        });
    }
    Ok(ranking)
}

/// Readings cannot be owed for days before the first one.
async fn first_reading_day(pool: &ReadPool) -> Result<chrono::NaiveDate, ReadError> {
    let first = sqlx::query_scalar!(r#"select min(stat_day) as "day?" from dws_user_day"#).fetch_one(&pool.0).await?;
    Ok(first.unwrap_or_default())
}

/// The earlier period; empty when the part of a day in it holds too many single readings.
async fn comparison(pool: &ReadPool, query: &RankingQuery, now: NaiveDateTime) -> Result<Span, ReadError> {
    let span = query.period.previous_span(now);
    if query.period.grain == RankingGrain::Hour || span.from == span.to {
        return Ok(span);
    }
    let readings = super::regions::readings_of(pool, &query.regions, span.from.date()).await?;
    if readings <= MAX_COMPARED_READINGS { Ok(span) } else { Ok(Span { day_to: span.day_from, to: span.from, ..span }) }
}
