//! `/settlement/calendar`: holidays, decisions about triggered 尖, carbon factors, national rules.

mod carbon;
mod holidays;
pub mod lines;
mod rules;
mod triggers;

use chrono::{Datelike, NaiveDate};
use domain::Day;
use domain::access::Permission;
use leptos::prelude::*;
use warehouse::settlement::{calendar, rules as stored};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::alarms::rules::granter;
use crate::pages::shared::DataTime;
use crate::pages::{PageContent, shared};
use crate::text::settlement::{calendar as texts, parts};

pub use carbon::CARBON_FORM;
pub use holidays::{DAY_FORM, LINES_FORM};
pub use triggers::{DECIDE_FORM, WAITING_FORM};

/// What the database stores and the calendar takes.
const YEARS: std::ops::RangeInclusive<i64> = 1990..=2199;

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    year(request, 2026).map(drop)
}

fn year(request: &PageRequest, default: i32) -> Result<i32, AppError> {
    let year = shared::int_within(request, "year", default.into(), *YEARS.start(), *YEARS.end())?;
    Ok(i32::try_from(year).unwrap_or(default))
}

/// Whether the viewer may change what counts for everybody.
pub fn may(ctx: &AppContext, permission: Permission) -> bool {
    ctx.viewer.may(permission) && calendar::may_keep(&granter(ctx))
}

fn first_of(year: i32) -> Day {
    Day::from_date(NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default())
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    // replayed history has its own "now"
    let today = DataTime::of(ctx).await?.map_or_else(|| ctx.local_now().day(), |time| time.0.day());
    let year = year(request, today.to_date().year())?;
    let (from, to) = (first_of(year), first_of(year + 1));
    let days = calendar::days(&ctx.pool, from, to).await?;
    let uses = calendar::triggers(&ctx.pool).await?;
    let tomorrow = Day(today.0 + 1);
    let waiting = if uses.is_empty() {
        Vec::new()
    } else {
        calendar::waiting(&ctx.pool, Day(tomorrow.0 - calendar::MOST_WAITING_DAYS), tomorrow).await?
    };
    let decided = calendar::decisions(&ctx.pool, from, to).await?;
    let factors = stored::carbon(&ctx.pool).await?;
    let national = stored::national(&ctx.pool).await?;
    let may_keep = may(ctx, Permission::KeepBilling);
    let note = (!may_keep).then(|| view! { <p class="note wide">{texts::OPERATOR_KEEPS.get(lang)}</p> });
    let blocks = vec![
        holidays::block(&days, year, may_keep, request, ctx),
        triggers::block(&triggers::Shown { uses: &uses, waiting: &waiting, decided: &decided, year, may_keep }, request, ctx),
        carbon::block(&factors, may(ctx, Permission::ManageBilling), request, ctx),
        rules::block(&national, lang),
    ];
    // what is wrong with a form that is not on the page stands above it
    let shown = [
        (LINES_FORM, may_keep),
        (WAITING_FORM, may_keep && !waiting.is_empty()),
        (DECIDE_FORM, may_keep && !uses.is_empty()),
        (CARBON_FORM, may(ctx, Permission::ManageBilling)),
    ];
    let forms: Vec<&str> = shown.into_iter().filter(|(_, is_shown)| *is_shown).map(|(form, _)| form).collect();
    let page = super::page("settlement-calendar", parts::CALENDAR.get(lang), &forms, request, ctx, blocks);
    Ok(with_note(page, note.map(IntoAny::into_any)))
}

fn with_note(page: PageContent, note: Option<AnyView>) -> PageContent {
    let heading = page.heading;
    PageContent { heading: Some(view! { {heading} {note} }.into_any()), ..page }
}

/// The years beside this one.
fn years(year: i32, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let around = (year - 2..=year + 1).filter(|one| YEARS.contains(&i64::from(*one)));
    let links = around
        .map(|one| (texts::year(one, lang), format!("{}#holidays", request.address_with("year", &one.to_string())), one == year));
    crate::components::link::choices(texts::YEARS.get(lang), links.collect())
}

fn titled(id: &'static str, title: crate::text::Text, content: impl IntoAny, request: &PageRequest) -> Block {
    Block::fixed(id, content).titled(title.get(request.view.lang))
}
