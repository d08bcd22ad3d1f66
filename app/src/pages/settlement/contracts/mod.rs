//! `/settlement/contracts`: who is billed by what. The list with its faults, one contract, a new one, files, many at once.

mod acts;
mod assign;
pub mod fields;
mod import;
mod list;
mod new;
mod one;
pub mod report;
mod terms;

use domain::Day;
use domain::access::Permission;
use domain::settlement::contract_check::{ContractFault, KnownPlans};
use leptos::prelude::*;
use warehouse::settlement::contracts;

use super::require;
use crate::components::form::Form;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::shared::DataTime;
use crate::pages::{PageContent, managed};
use crate::text::Lang;
use crate::text::settlement::contracts as words;

pub use import::REPORT_FIELD;
pub use list::check;

pub const NEW_FORM: &str = "contract";
pub const TERMS_FORM: &str = "terms";
pub const ACT_FORM: &str = "act";
pub const EXCHANGE_FORM: &str = "exchange";
pub const CLOSE_FORM: &str = "close";
pub const HEAD_FORM: &str = "head";
pub const IMPORT_FORM: &str = "import";
pub const ASSIGN_FORM: &str = "assign";
/// How a form that comes back brings along what was found wrong.
pub const FAULT_FIELD: &str = "found_fault";

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    require(ctx, Permission::SeeBilling)?;
    list::content(request, ctx).await
}

pub async fn new(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    require(ctx, Permission::KeepBilling)?;
    new::content(request, ctx).await
}

pub async fn import(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    require(ctx, Permission::KeepBilling)?;
    Ok(import::content(request, ctx))
}

pub async fn one(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    require(ctx, Permission::SeeBilling)?;
    one::content(request, ctx, managed::id(id)?).await
}

/// The plans that the viewer may assign.
async fn plans(ctx: &AppContext) -> Result<KnownPlans, AppError> {
    let mut conn = ctx.pool.acquire().await.map_err(warehouse::read::ReadError::from)?;
    Ok(contracts::plans(&mut conn, ctx.viewer.tenant_id).await.map_err(warehouse::read::ReadError::from)?)
}

/// The day that "in force" means: that of the data.
async fn today(ctx: &AppContext) -> Result<Day, AppError> {
    Ok(DataTime::of(ctx).await?.map_or_else(|| ctx.local_now(), |data| data.0).day())
}

/// What was found wrong with a form that comes back.
fn found(form: Form<'_>, lang: Lang) -> Option<AnyView> {
    let sent = form.sent()?;
    let sentences: Vec<String> = sent
        .all(FAULT_FIELD)
        .filter_map(|text| serde_json::from_str::<ContractFault>(text).ok())
        .map(|fault| words::fault(&fault, lang))
        .collect();
    if sentences.is_empty() {
        return None;
    }
    let items = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    Some(view! { <div class="contract-faults"><p>{words::PROBLEMS.get(lang)}</p><ul>{items}</ul></div> }.into_any())
}

/// Faults of a contract as it stands, those that keep it from being billed first.
fn notes(faults: &[ContractFault], lang: Lang) -> AnyView {
    if faults.is_empty() {
        return view! { <p class="empty">{words::ALL_FINE.get(lang)}</p> }.into_any();
    }
    let item = |fault: &ContractFault| {
        let (class, glyph) = if fault.refuses() { ("badge badge-off", "✕") } else { ("badge badge-look", "!") };
        view! { <li><span class=class aria-hidden="true">{glyph}</span> " " {words::fault(fault, lang)}</li> }
    };
    view! { <ul class="contract-notes">{faults.iter().map(item).collect_view()}</ul> }.into_any()
}
