//! What the pages of accounts and rights have in common: who may open them, regions by name, moments, user text.

use chrono::{DateTime, Utc};
use domain::RegionId;
use domain::access::{Permission, TenantId};
use leptos::prelude::*;
use warehouse::access::tenants::Tenant;
use warehouse::access::{AccessPool, Grants, tenants};
use warehouse::read::regions::Tree;

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::shared::{self, region_name};
use crate::text::access::{common as words, rights};
use crate::text::{Lang, Text, common};

/// For whoever may not manage this, it does not exist.
pub fn require(ctx: &AppContext, permission: Permission) -> Result<(), AppError> {
    if ctx.viewer.may(permission) && !ctx.viewer.is_nobody() { Ok(()) } else { Err(AppError::NotFound) }
}

pub fn access(ctx: &AppContext) -> Result<&AccessPool, AppError> {
    ctx.access.as_ref().ok_or(AppError::Unavailable)
}

/// Whether the viewer may know of something that belongs to this tenant.
pub fn is_seen(ctx: &AppContext, tenant_id: Option<TenantId>) -> bool {
    ctx.viewer.tenant_id.is_none() || ctx.viewer.tenant_id == tenant_id
}

pub fn now(ctx: &AppContext) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ctx.now_ms()).unwrap_or_default()
}

pub fn at(ctx: &AppContext, moment: DateTime<Utc>) -> String {
    shared::moment(ctx.zone, moment)
}

pub fn at_or_never(ctx: &AppContext, moment: Option<DateTime<Utc>>, lang: Lang) -> String {
    moment.map_or_else(|| words::NEVER.get(lang).to_owned(), |moment| at(ctx, moment))
}

/// The regions that the viewer sees.
pub async fn tree(ctx: &AppContext) -> Result<Tree, AppError> {
    Ok(warehouse::read::regions::tree(&ctx.pool, ctx.local_now().to_naive()).await?)
}

/// The tenants that the viewer may name: all for the operator, his own otherwise.
pub async fn tenants(ctx: &AppContext) -> Result<Vec<Tenant>, AppError> {
    let mut all = tenants::list(access(ctx)?).await?;
    all.retain(|tenant| is_seen(ctx, Some(tenant.tenant_id)));
    Ok(all)
}

/// A number in the path, such as `/people/7`.
pub fn id(text: &str) -> Result<i64, AppError> {
    text.parse().ok().filter(|id| *id > 0).ok_or(AppError::NotFound)
}

/// What somebody typed in, kept in its own direction and broken when it is long.
pub fn user_text(text: &str) -> AnyView {
    view! { <bdi class="user-text">{text.to_owned()}</bdi> }.into_any()
}

pub fn tenant_name(tenants: &[Tenant], tenant_id: Option<TenantId>, lang: Lang) -> AnyView {
    let Some(id) = tenant_id else { return words::OPERATOR_SHORT.get(lang).into_any() };
    let name = tenants.iter().find(|tenant| tenant.tenant_id == id).map_or_else(|| id.to_string(), |tenant| tenant.name.clone());
    user_text(&name)
}

/// More names than this are counted.
const MOST_REGION_NAMES: usize = 4;

/// Regions of a grant by name. One that the viewer does not see is counted only.
pub fn regions(grants: &Grants, tree: &Tree, lang: Lang) -> String {
    if grants.all_regions {
        return words::ALL_REGIONS.get(lang).to_owned();
    }
    region_names(&grants.regions, tree, MOST_REGION_NAMES, lang)
}

pub fn region_names(regions: &[RegionId], tree: &Tree, most: usize, lang: Lang) -> String {
    let seen = regions.iter().filter_map(|id| tree.find(*id));
    let mut names: Vec<_> = seen.take(most).map(|region| region_name(region.region_id, &region.region_name, lang)).collect();
    let more = regions.len() - names.len();
    if more > 0 && !names.is_empty() {
        names.push(words::REGIONS_MORE.with(lang, &[&more.to_string()]));
    }
    match names.as_slice() {
        [] if more > 0 => more.to_string(),
        [] => words::NO_REGIONS.get(lang).to_owned(),
        names => names.join(if lang == Lang::Zh { "、" } else { ", " }),
    }
}

/// Name of the preset, or the levels one by one.
pub fn rights_cell(grants: &Grants, lang: Lang) -> AnyView {
    view! { <span class="rights-list" title=rights::levels(grants.rights, lang)>{rights::summary(grants.rights, lang)}</span> }
        .into_any()
}

pub fn badge(text: Text, is_off: bool, lang: Lang) -> AnyView {
    view! { <span class=if is_off { "badge badge-off" } else { "badge" }>{text.get(lang)}</span> }.into_any()
}

/// A page of this kind: heading, notices, blocks.
pub fn page(
    layout: &'static str,
    title: &str,
    forms: &[&str],
    request: &PageRequest,
    blocks: Vec<crate::components::Block>,
) -> PageContent {
    let heading = view! { {shared::heading(title)} {crate::components::form::notices(request, forms)} };
    PageContent { heading: Some(heading.into_any()), ..PageContent::new(layout, title, blocks) }
}

/// A field that is only shown.
pub fn fact(label: Text, value: impl IntoAny, lang: Lang) -> AnyView {
    view! { <div><dt>{label.get(lang)}</dt><dd>{value.into_any()}</dd></div> }.into_any()
}

/// `—` where nothing was recorded.
pub fn or_absent(text: &str) -> String {
    if text.is_empty() { common::ABSENT.to_owned() } else { text.to_owned() }
}
