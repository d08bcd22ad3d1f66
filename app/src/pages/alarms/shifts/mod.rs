//! `/alarms/shifts`: desks, and who is on duty when.

mod calendar;
mod desks;
mod edit;

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::Day;
use domain::access::Permission;
use leptos::prelude::*;
use warehouse::alarms::shifts::{self, Desk, Shift, ShiftError};
use warehouse::read::regions::Tree;

use crate::components::Block;
use crate::components::form::submitted;
use crate::components::link::choices;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::shared::nothing;
use crate::pages::{PageContent, managed, shared};
use crate::text::alarms::shifts as words;

pub const DESK_FORM: &str = "desk";
pub const CHANGE_DESK_FORM: &str = "change-desk";
pub const REMOVE_DESK_FORM: &str = "remove-desk";
pub const SHIFT_FORM: &str = "shift";
pub const SERIES_FORM: &str = "series";
pub const CHANGE_SHIFT_FORM: &str = "change-shift";
pub const REMOVE_SHIFT_FORM: &str = "remove-shift";
/// Codes of the patterns of a series.
pub const PATTERNS: [&str; 3] = ["three", "two", "one"];

/// Calendar weeks go from Monday to Sunday.
pub struct Week {
    pub desk: Desk,
    pub monday: NaiveDate,
    pub shifts: Vec<Shift>,
    /// The one that is being changed.
    pub changed: Option<Shift>,
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shared::int::<i32>(request, "desk", "1–2147483647")?;
    shared::int::<i64>(request, "shift", "1–9223372036854775807")?;
    shared::day(request, "week").map(drop)
}

/// What is not there, and what is another tenant's, is not found.
pub fn failed(error: ShiftError) -> AppError {
    match error {
        ShiftError::Access(error) => error.into(),
        ShiftError::Refused(_) => AppError::Internal,
    }
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let access = managed::access(ctx)?;
    let all = shifts::desks(access, ctx.viewer.tenant_id).await.map_err(failed)?;
    let tree = managed::tree(ctx).await?;
    let may_manage = ctx.viewer.may(Permission::ManageAlarms);
    let mut blocks = Vec::new();
    let mut shown = Vec::new();
    match chosen(&all, request)? {
        None => blocks.push(Block::fixed("desks", nothing(words::NO_DESK, lang)).class("wide")),
        Some(desk) => {
            let week = week(desk, request, ctx).await?;
            blocks.push(desks::block(&all, &week.desk, &tree, request, ctx));
            blocks.push(calendar::block(&week, request, ctx));
            if may_manage {
                blocks.extend(edit::blocks(&week, request, ctx));
                blocks.push(desks::change(&week.desk, &tree, request));
                shown.extend([SHIFT_FORM, SERIES_FORM, CHANGE_DESK_FORM]);
                shown.extend(week.changed.is_some().then_some(CHANGE_SHIFT_FORM));
            }
        }
    }
    if may_manage {
        blocks.push(desks::add(&tree, request));
        shown.push(DESK_FORM);
    }
    Ok(super::page("shifts", words::TITLE.get(lang), &shown, request, ctx, blocks))
}

/// The desk of the address or of the form that came back, else the first one.
pub fn chosen(all: &[Desk], request: &PageRequest) -> Result<Option<Desk>, AppError> {
    let sent = submitted(request).and_then(|sent| sent.value("desk_id")?.parse().ok());
    match sent.or(shared::int::<i32>(request, "desk", "1–2147483647")?) {
        Some(id) => all.iter().find(|desk| desk.desk_id == id).cloned().map(Some).ok_or(AppError::NotFound),
        None => Ok(all.first().cloned()),
    }
}

/// Links to the desks; none when there is only one.
pub fn desk_links(all: &[Desk], desk: &Desk, request: &PageRequest) -> Option<AnyView> {
    if all.len() < 2 {
        return None;
    }
    let links = all.iter().map(|one| {
        let address = format!("{}?desk={}", request.path, one.desk_id);
        (one.name.clone(), address, one.desk_id == desk.desk_id)
    });
    Some(choices(words::DESK.get(request.view.lang), links.collect()))
}

async fn week(desk: Desk, request: &PageRequest, ctx: &AppContext) -> Result<Week, AppError> {
    let (access, tenant) = (managed::access(ctx)?, ctx.viewer.tenant_id);
    let day = shared::day(request, "week")?.unwrap_or_else(|| ctx.local_now().day().to_date());
    let monday = day - TimeDelta::days(day.weekday().num_days_from_monday().into());
    let moment = |days| shared::utc_of(ctx.zone, Day::from_date(monday + TimeDelta::days(days)).start());
    let mut found = shifts::shifts(access, tenant, desk.desk_id, moment(0), moment(7)).await.map_err(failed)?;
    // what began on Sunday stands in the week of that Sunday
    found.retain(|shift| shift.starts_at >= moment(0));
    let changed = match shared::int::<i64>(request, "shift", "1–9223372036854775807")? {
        Some(id) => Some(shifts::shift(access, tenant, id).await.map_err(failed)?),
        None => None,
    };
    let changed = changed.filter(|shift| shift.desk_id == desk.desk_id);
    Ok(Week { desk, monday, shifts: found, changed })
}

/// Regions of a desk by name.
pub fn regions(desk: &Desk, tree: &Tree, request: &PageRequest) -> String {
    let lang = request.view.lang;
    match &desk.regions {
        None => words::ALL_REGIONS.get(lang).to_owned(),
        Some(regions) => managed::region_names(regions, tree, 8, lang),
    }
}
