//! `/settlement/tariffs`: the plans, one plan with its versions, the form that makes and changes them, the import.

mod bands;
mod cases;
mod facts;
pub mod fields;
pub mod form;
pub mod import;
mod list;
mod prices;
mod versions;

use domain::Day;
use domain::access::Permission;
use domain::settlement::TariffPlan;
use domain::settlement::check::is_code;
use leptos::prelude::*;
use warehouse::settlement::calendar;
use warehouse::settlement::tariffs::{self, PlanRow, VersionRow, check_reach};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::alarms::rules::granter;
use crate::pages::{PageContent, managed, shared};
use crate::text::settlement::{parts, tariffs as texts};

pub use form::TARIFF_FORM;
pub use import::content as import_page;

/// Withdrawing and removing: their problem stands above the page.
pub const ACTION_FORM: &str = "tariff-action";

pub fn check(request: &PageRequest, code: &str) -> Result<(), AppError> {
    if !is_code(code) {
        return Err(AppError::NotFound);
    }
    shared::int::<i32>(request, "version", "the number of a version")?;
    shared::int::<i32>(request, "edit", "the number of a version")?;
    shared::int::<i32>(request, "against", "the number of a version")?;
    shared::int::<usize>(request, "kind", "the number of a kind of day")?;
    day(request).map(drop)
}

/// `?day=`; none is today.
fn day(request: &PageRequest) -> Result<Option<Day>, AppError> {
    let Some(text) = request.get("day") else { return Ok(None) };
    let day = text.parse().ok().map(Day::from_date).filter(|day| domain::settlement::check::is_day_in_range(*day));
    day.map(Some).ok_or_else(|| AppError::bad_parameter("day", text, "a day such as 2026-01-31"))
}

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let found = tariffs::list(&ctx.pool, ctx.local_now().day()).await?;
    let blocks = vec![list::block(&found, request, ctx)];
    Ok(super::page("tariffs", parts::TARIFFS.get(request.view.lang), &[], request, ctx, blocks))
}

/// `?from=` names a tariff to begin with.
pub async fn new(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::KeepBilling)?;
    let lang = request.view.lang;
    let found = tariffs::list(&ctx.pool, ctx.local_now().day()).await?;
    let days = calendar::all(&ctx.pool).await?;
    let copied = request.get("from").and_then(|code| found.iter().find(|plan| plan.code == code));
    let sample = copied.and_then(|plan| plan.shown.plan.clone()).map(copy);
    let editing = form::Editing { request, ctx, days: &days, standing: None, sample };
    let blocks = vec![samples(&found, request), form::block(&editing)];
    Ok(super::page("tariff", texts::NEW.get(lang), &[TARIFF_FORM], request, ctx, blocks))
}

/// A copy is another tariff, and nobody has compared it with anything.
fn copy(mut plan: TariffPlan) -> TariffPlan {
    plan.code.clear();
    plan.notice.is_checked = false;
    if let Some(notice) = plan.prices.as_mut().and_then(|prices| prices.notice.as_mut()) {
        notice.is_checked = false;
    }
    plan
}

/// The tariffs that a new one can begin with.
fn samples(found: &[PlanRow], request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let chosen = request.get("from").unwrap_or_default();
    let options = found.iter().filter(|plan| plan.shown.plan.is_some()).map(|plan| {
        let selected = plan.code == chosen;
        view! { <option value=plan.code.clone() selected=selected>{format!("{} · {}", list::name(plan, lang), plan.code)}</option> }
    });
    let content = view! {
        <form class="filter" method="get" action="/settlement/tariffs/new">
            <label>
                <span>{texts::FROM_EXISTING.get(lang)}</span>
                <select name="from">
                    <option value="">{texts::NONE.get(lang)}</option>
                    {options.collect_view()}
                </select>
            </label>
            <button type="submit">{texts::BEGIN.get(lang)}</button>
        </form>
    };
    Block::fixed("samples", content).class("wide")
}

pub async fn one(request: &PageRequest, ctx: &AppContext, code: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let today = ctx.local_now().day();
    let plan = tariffs::one(&ctx.pool, today, code).await?.ok_or(AppError::NotFound)?;
    let made = tariffs::versions(&ctx.pool, plan.plan_id).await?;
    let may_keep = ctx.viewer.may(Permission::KeepBilling);
    let may_change = may_keep && plan.removed_at.is_none() && check_reach(&granter(ctx), plan.tenant_id).is_ok();
    let version = |name: &str| shared::int::<i32>(request, name, "the number of a version");
    match version("edit")? {
        Some(number) if may_change => edit(request, ctx, &plan, &made, number).await,
        Some(_) => Err(AppError::NotFound),
        None => {
            let number = version("version")?.unwrap_or(plan.shown.version);
            let shown = made.iter().find(|version| version.version == number).ok_or(AppError::NotFound)?;
            read(&Reading { request, ctx, plan: &plan, made: &made, shown, may_change, may_keep }).await
        }
    }
}

/// A new version that begins with an older one.
async fn edit(
    request: &PageRequest,
    ctx: &AppContext,
    plan: &PlanRow,
    made: &[VersionRow],
    number: i32,
) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let base = made.iter().find(|version| version.version == number).ok_or(AppError::NotFound)?;
    let days = calendar::all(&ctx.pool).await?;
    let begun = base.plan.clone().or_else(|| plan.shown.plan.clone());
    let sample = begun.unwrap_or_else(|| form::blank(ctx.local_now().day()));
    let editing = form::Editing { request, ctx, days: &days, standing: Some((plan, made)), sample: Some(sample) };
    let title = texts::NEW_VERSION.with(lang, &[&list::name(plan, lang)]);
    Ok(super::page("tariff", title, &[TARIFF_FORM], request, ctx, vec![form::block(&editing)]))
}

struct Reading<'a> {
    request: &'a PageRequest,
    ctx: &'a AppContext,
    plan: &'a PlanRow,
    made: &'a [VersionRow],
    shown: &'a VersionRow,
    may_change: bool,
    may_keep: bool,
}

async fn read(reading: &Reading<'_>) -> Result<PageContent, AppError> {
    let Reading { request, ctx, plan, made, shown, may_change, .. } = *reading;
    let lang = request.view.lang;
    let today = ctx.local_now().day();
    let mut blocks = vec![what(reading)];
    if let Some(document) = &shown.plan {
        let days = calendar::all(&ctx.pool).await?;
        let day = day(request)?.unwrap_or(today);
        let decided = calendar::decisions(&ctx.pool, day, Day(day.0 + 1)).await?;
        let decisions = decided.into_iter().map(|row| ((row.trigger, row.day), row.is_triggered)).collect();
        let kind = shared::int::<usize>(request, "kind", "the number of a kind of day")?.unwrap_or(0);
        let look =
            bands::DayLook { plan: document, day, is_valid: shown.validity().covers(day), days: &days, decisions: &decisions };
        blocks.extend([prices::block(document, lang), prices::others(document, lang)]);
        blocks.extend(prices::tiers(document, lang));
        blocks.push(bands::block(document, lang));
        blocks.extend(bands::year(document, kind, bands::month_of(day), request));
        blocks.push(look.block(request));
    }
    if let Some(number) = shared::int::<i32>(request, "against", "the number of a version")? {
        let other = made.iter().find(|version| version.version == number).ok_or(AppError::NotFound)?;
        blocks.insert(0, versions::compared(other, shown, lang));
    }
    blocks.push(versions::block(plan, made, shown.version, may_change, request, ctx));
    let title = shown.plan.as_ref().map_or_else(|| plan.code.clone(), |document| list::plan_name(document, lang));
    Ok(super::page("tariff", title, &[TARIFF_FORM], request, ctx, blocks))
}

/// For whom, since when, by which notice; and what may be done with it.
fn what(reading: &Reading<'_>) -> Block {
    let Reading { request, plan, shown, may_change, may_keep, .. } = *reading;
    let lang = request.view.lang;
    let removed = plan.removed_at.map(|_| view! { <p class="note">{texts::REMOVED_NOTE.get(lang)}</p> });
    let is_example = plan.is_shipped && shown.plan.as_ref().is_some_and(|document| !list::is_checked(document));
    let example = is_example.then(|| view! { <p class="problem">{texts::EXAMPLE_NOTE.get(lang)}</p> });
    let unreadable = shown.plan.is_none().then(|| view! { <p class="problem">{texts::CANNOT_READ.get(lang)}</p> });
    let facts = shown.plan.as_ref().map(|document| {
        let checked = if document.notice.is_checked { texts::CHECKED } else { texts::UNCHECKED };
        let notice = view! {
            {managed::user_text(&document.notice.number)} " "
            {document.notice.title.as_deref().map(managed::user_text)} " "
            {managed::badge(checked, !document.notice.is_checked, lang)}
            {document.notice.remark.as_deref().map(|remark| view! { <span class="hint">{managed::user_text(remark)}</span> })}
        };
        view! {
            {managed::fact(texts::PROVINCE, managed::user_text(&document.province), lang)}
            {managed::fact(texts::KIND, facts::kinds(document, lang), lang)}
            {managed::fact(texts::FOR_WHOM, managed::user_text(&facts::for_whom(document, lang)), lang)}
            {managed::fact(texts::VALID, facts::validity(document, lang), lang)}
            {managed::fact(texts::NOTICE, notice, lang)}
        }
    });
    let contracts = view! { <a href=format!("/settlement/contracts?q={}", plan.code)>{crate::format::count(plan.contracts)}</a> };
    let edit = may_change.then(|| {
        let address = format!("/settlement/tariffs/{}?edit={}", plan.code, shown.version);
        view! { <a class="button" href=address>{texts::MAKE_VERSION.get(lang)}</a> }
    });
    let copy = may_keep.then(|| {
        view! { <a class="button" href=format!("/settlement/tariffs/new?from={}", plan.code)>{texts::COPY.get(lang)}</a> }
    });
    let content = view! {
        {removed}
        {unreadable}
        {example}
        <dl class="facts">
            {managed::fact(texts::CODE, view! { <code>{plan.code.clone()}</code> }, lang)}
            {facts}
            {managed::fact(texts::CONTRACTS, contracts, lang)}
            {managed::fact(texts::STATE, list::state(shown, plan.is_shipped, lang), lang)}
        </dl>
        <p class="buttons">{edit} {copy}</p>
        {may_change.then(|| versions::remove(plan, request))}
    };
    let title = format!("{} · {}", texts::WHAT.get(lang), texts::VERSION.with(lang, &[&shown.version.to_string()]));
    Block::fixed("what", content).titled(title).class("wide")
}
