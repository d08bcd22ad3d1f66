//! Asks for everything a region page shows, at once, and lays it out.

use chrono::{Days, NaiveDate};
use warehouse::read::load_now::load_at;
use warehouse::read::periods::{Period, RankingGrain};
use warehouse::read::rankings::{RankingQuery, ranking};
use warehouse::read::regions::{composition, curves, head, silent_meters};
use warehouse::read::{rollups, windows};

use super::{Scope, curve, head as head_block, tables};
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::shared::local;

const TOP_USERS: i64 = 10;
const SILENT_LISTED: i64 = 20;
const WINDOWS: i64 = 120;
const ROLLUP_ROWS: i64 = 48;
const WEEK_DAYS: u64 = 7;

pub async fn all(scope: &Scope, request: &PageRequest, ctx: &AppContext) -> Result<Vec<Block>, AppError> {
    let (pool, members, now) = (&ctx.pool, &scope.members, scope.now.naive());
    let at = scope.now.0;
    let (people, load, yesterday, last_week) = tokio::try_join!(
        head(pool, members, now),
        load_at(pool, at),
        load_at(pool, local(now - Days::new(1))),
        load_at(pool, local(now - Days::new(WEEK_DAYS)))
    )?;
    let days = drawn_days(scope);
    let domain_days: Vec<_> = days.iter().map(|day| domain::Day::from_date(*day)).collect();
    let places = top_users(scope);
    let (drawn, shares, rows, top, silent, last) = tokio::try_join!(
        curves(pool, members, &domain_days, at),
        composition(pool, members, scope.day, now),
        rollups::series(pool, members, scope.params.grain, now, ROLLUP_ROWS),
        ranking(pool, &places, now),
        silent_meters(pool, members, now, SILENT_LISTED),
        windows::latest(pool, members, now, WINDOWS)
    )?;
    let view = head_block::HeadView::judge(scope, people, &[&load, &yesterday, &last_week]);
    Ok(vec![
        head_block::block(&view, scope, request, ctx),
        curve::block(&drawn, &view, scope, request, ctx),
        curve::figures(&drawn, scope, request, ctx),
        tables::composition(&shares, scope, request, ctx),
        tables::rollups(&rows, scope, request),
        tables::top_users(&top, scope, request),
        tables::silent(&silent, scope, request),
        tables::windows(&last, scope, request),
    ])
}

/// The chosen day first, then what is drawn over it.
fn drawn_days(scope: &Scope) -> Vec<NaiveDate> {
    let usual = || vec![scope.day - Days::new(1), scope.day - Days::new(WEEK_DAYS)];
    let others = scope.params.compare.clone().unwrap_or_else(usual);
    std::iter::once(scope.day).chain(others.into_iter().filter(|day| *day != scope.day)).collect()
}

fn top_users(scope: &Scope) -> RankingQuery {
    RankingQuery {
        period: Period::holding(RankingGrain::Day, scope.day.and_time(chrono::NaiveTime::MIN)),
        regions: scope.members.clone(),
        usage_type: None,
        text: None,
        offset: 0,
        limit: TOP_USERS,
        mover_places: i64::MAX,
    }
}
