//! The figures that an address asks for; page and file show the same.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::Day;
use domain::access::Scope;
use domain::alarms::performance::{Figures, Span, figures};
use domain::alarms::point::AlarmId;
use warehouse::alarms::shifts::{self, Desk, Shift};
use warehouse::read::alarms::performance::{AlarmName, names, rows};
use warehouse::read::regions::Tree;

use super::params::{Params, SpanKind};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::alarms::shifts::failed;
use crate::pages::{managed, shared};

/// Without a desk the viewer looks at everything he sees, as one position.
pub struct Answer {
    pub params: Params,
    pub desks: Vec<Desk>,
    pub desk: Option<Desk>,
    /// Shifts of the desk that begin on the day.
    pub shifts: Vec<Shift>,
    pub shift: Option<Shift>,
    pub days: (NaiveDate, NaiveDate),
    /// Until now at most; none when there is no shift to look at.
    pub span: Option<Span>,
    /// The period goes on.
    pub is_running: bool,
    /// None when there is no period, or too much happened in it.
    pub figures: Option<Figures>,
    pub names: BTreeMap<AlarmId, AlarmName>,
    pub tree: Tree,
}

impl Answer {
    pub fn positions(&self) -> i32 {
        self.desk.as_ref().map_or(1, |desk| desk.positions)
    }

    /// Whether the desk has regions that the viewer does not see.
    pub fn is_partial(&self, ctx: &AppContext) -> bool {
        self.desk.as_ref().is_some_and(|desk| ctx.viewer.scope.and(&desk.scope) != desk.scope)
    }
}

pub async fn answer(request: &PageRequest, ctx: &AppContext) -> Result<Answer, AppError> {
    let params = Params::parse(request)?;
    let tenant = ctx.viewer.tenant_id;
    let desks = match &ctx.access {
        Some(access) => shifts::desks(access, tenant).await.map_err(failed)?,
        None => Vec::new(),
    };
    let desk = match params.desk {
        Some(id) => Some(desks.iter().find(|desk| desk.desk_id == id).cloned().ok_or(AppError::NotFound)?),
        None => None,
    };
    let today = ctx.local_now().day().to_date();
    let days = params.days(today);
    let (shifts, shift) =
        if params.span == SpanKind::Shift { turns(&params, desk.as_ref(), days.0, ctx).await? } else { (Vec::new(), None) };
    let now = managed::now(ctx);
    let bounds = match (params.span, &shift) {
        (SpanKind::Shift, Some(shift)) => Some((shift.starts_at, shift.ends_at)),
        (SpanKind::Shift, None) => None,
        _ => Some(of_days(ctx, days)),
    };
    let positions = desk.as_ref().map_or(1, |desk| desk.positions);
    let span = bounds.map(|(from, to)| Span {
        from_ms: from.timestamp_millis(),
        to_ms: to.min(now).max(from).timestamp_millis(),
        positions,
    });
    let is_running = bounds.is_some_and(|(from, to)| from < now && now < to);
    let found = match (bounds, span) {
        (Some((from, to)), Some(span)) if span.length_ms() > 0 => judged(ctx, desk.as_ref(), (from, to.min(now)), span).await?,
        _ => None,
    };
    let names = match &found {
        Some(found) => named(ctx, found).await?,
        None => BTreeMap::new(),
    };
    let tree = managed::tree(ctx).await?;
    Ok(Answer { params, desks, desk, shifts, shift, days, span, is_running, figures: found, names, tree })
}

/// The shifts of a day, and the one that is chosen: else the one that began last.
async fn turns(
    params: &Params,
    desk: Option<&Desk>,
    day: NaiveDate,
    ctx: &AppContext,
) -> Result<(Vec<Shift>, Option<Shift>), AppError> {
    let Some(desk) = desk else { return Ok((Vec::new(), None)) };
    let (access, tenant) = (managed::access(ctx)?, ctx.viewer.tenant_id);
    let chosen = match params.shift {
        Some(id) => Some(shifts::shift(access, tenant, id).await.map_err(failed)?),
        None => None,
    };
    if chosen.as_ref().is_some_and(|chosen| chosen.desk_id != desk.desk_id) {
        return Err(AppError::NotFound);
    }
    let (from, to) = of_days(ctx, (day, day));
    let mut of_day = shifts::shifts(access, tenant, desk.desk_id, from, to).await.map_err(failed)?;
    of_day.retain(|shift| shift.starts_at >= from);
    let now = managed::now(ctx);
    let newest = of_day.iter().rev().find(|shift| shift.starts_at <= now).or(of_day.first()).cloned();
    Ok((of_day, chosen.or(newest)))
}

/// From the start of the first local day to the end of the last.
fn of_days(ctx: &AppContext, (first, last): (NaiveDate, NaiveDate)) -> (DateTime<Utc>, DateTime<Utc>) {
    let utc = |at| shared::utc_of(ctx.zone, at);
    (utc(Day::from_date(first).start()), utc(Day::from_date(last).end()))
}

async fn judged(
    ctx: &AppContext,
    desk: Option<&Desk>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    span: Span,
) -> Result<Option<Figures>, AppError> {
    let regions = match desk.map(|desk| &desk.scope) {
        None | Some(Scope::Whole) => None,
        Some(Scope::Regions(regions)) => Some(regions.to_vec()),
    };
    let rows = rows(&ctx.pool, from, to, regions.as_deref()).await?;
    if rows.is_cut {
        return Ok(None);
    }
    Ok(Some(figures(span, &rows.annunciations, &rows.standing)))
}

/// Longest list of alarms that is shown.
pub const MOST_SHOWN: usize = 50;

async fn named(ctx: &AppContext, found: &Figures) -> Result<BTreeMap<AlarmId, AlarmName>, AppError> {
    let busy = [&found.top, &found.chattering, &found.fleeting];
    let busy = busy.into_iter().flat_map(|list| list.iter().take(MOST_SHOWN).map(|one| one.alarm_id));
    let mut ids: Vec<_> = busy.chain(found.stale.iter().take(MOST_SHOWN).map(|one| one.alarm_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let named = names(&ctx.pool, &ids).await?;
    Ok(named.into_iter().map(|name| (name.alarm_id, name)).collect())
}
