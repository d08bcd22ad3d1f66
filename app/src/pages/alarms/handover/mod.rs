//! `/alarms/handover`: what one shift hands over to the next, with both signatures; those of the past as they were signed.

mod kept;
mod past;
mod sheet;

use domain::access::Permission;
use warehouse::alarms::shifts::{self, Desk, Handover, Kept, Shift};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::alarms::shifts::{chosen, desk_links, failed};
use crate::pages::shared::nothing;
use crate::pages::{PageContent, managed, shared};
use crate::text::alarms::shifts as words;

pub const FORM: &str = "handover";
pub const SIGN_FORM: &str = "sign";

/// A desk with the hand-over that is looked at, if there is one.
pub struct Sheet {
    pub desk: Desk,
    pub handover: Option<Handover>,
    /// As signed, or as of now.
    pub alarms: Vec<Kept>,
    /// Beyond those that a hand-over lists.
    pub left_out: i64,
    /// Of regions that the viewer does not see.
    pub hidden: usize,
    /// Shifts that may be chosen.
    pub shifts: Vec<Shift>,
    /// The shift that goes and the one that comes, by the calendar.
    pub usual: (Option<i64>, Option<i64>),
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shared::int::<i32>(request, "desk", "1–2147483647")?;
    shared::int::<i64>(request, "before", "1–9223372036854775807")?;
    shared::int::<i64>(request, "id", "1–9223372036854775807").map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let (access, tenant) = (managed::access(ctx)?, ctx.viewer.tenant_id);
    let all = shifts::desks(access, tenant).await.map_err(failed)?;
    let named = shared::int::<i64>(request, "id", "1–9223372036854775807")?;
    let found = match named {
        Some(id) => Some(shifts::handover(access, tenant, id).await.map_err(failed)?),
        None => None,
    };
    let (desk, handover) = match found {
        Some((handover, desk)) => (Some(desk), Some(handover)),
        None => (chosen(&all, request)?, None),
    };
    let Some(desk) = desk else {
        let block = Block::fixed("handover", nothing(words::NO_DESK, lang)).class("wide");
        return Ok(super::page("handover", words::HANDOVER.get(lang), &[], request, ctx, vec![block]));
    };
    let before = shared::int::<i64>(request, "before", "1–9223372036854775807")?;
    let listed = shifts::handovers(access, tenant, desk.desk_id, before).await.map_err(failed)?;
    let open = || listed.iter().find(|one| !one.is_finished()).cloned();
    let sheet = sheet(desk, handover.or_else(open), ctx).await?;
    let links = desk_links(&all, &sheet.desk, request);
    let mut blocks = vec![sheet::block(&sheet, links, request, ctx)];
    blocks.extend(kept::blocks(&sheet, request, ctx));
    blocks.push(past::block(&sheet.desk, &listed, request, ctx));
    Ok(super::page("handover", words::HANDOVER.get(lang), &[FORM, SIGN_FORM], request, ctx, blocks))
}

async fn sheet(desk: Desk, handover: Option<Handover>, ctx: &AppContext) -> Result<Sheet, AppError> {
    let (access, tenant) = (managed::access(ctx)?, ctx.viewer.tenant_id);
    let snapshot = handover.as_ref().and_then(|handover| handover.snapshot.clone());
    let (mut alarms, left_out) = match snapshot {
        Some(snapshot) => (snapshot.alarms, snapshot.left_out),
        None => shifts::current(access, &desk).await.map_err(failed)?,
    };
    let all = alarms.len();
    let scope = &ctx.viewer.scope;
    alarms.retain(|kept| kept.region_id.map_or(scope.is_whole(), |region| scope.sees(region)));
    let hidden = all - alarms.len();
    let now = managed::now(ctx);
    let days = chrono::TimeDelta::days(2);
    let near = shifts::shifts(access, tenant, desk.desk_id, now - days, now + days).await.map_err(failed)?;
    let (goes, comes) = shifts::around(access, tenant, desk.desk_id, now).await.map_err(failed)?;
    let usual = (goes.map(|shift| shift.shift_id), comes.map(|shift| shift.shift_id));
    Ok(Sheet { desk, handover, alarms, left_out, hidden, shifts: near, usual })
}
