//! Whom each region belongs to.

use std::collections::BTreeMap;

use domain::access::TenantId;
use domain::{RegionId, UNKNOWN_REGION};
use leptos::prelude::*;
use warehouse::access::tenants::{RegionOwner, Tenant};
use warehouse::read::regions::Tree;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::pages::managed;
use crate::pages::shared::{nothing, region_name};
use crate::text::access::{common as words, tenants};
use crate::text::pages;

/// More are not drawn; the filter finds them.
const MOST_REGIONS: usize = 200;

/// A region with its name and tenant.
pub struct Known {
    id: RegionId,
    name: String,
    tenant_id: Option<TenantId>,
}

/// Regions that have readings, a profile or a tenant.
pub fn known(owners: &[RegionOwner], tree: &Tree) -> Vec<Known> {
    let mut known: BTreeMap<RegionId, Known> = BTreeMap::new();
    for owner in owners {
        let name = owner.region_name.clone().unwrap_or_default();
        known.insert(owner.region_id, Known { id: owner.region_id, name, tenant_id: owner.tenant_id });
    }
    for region in &tree.regions {
        let entry = known.entry(region.region_id);
        entry
            .or_insert(Known { id: region.region_id, name: String::new(), tenant_id: None })
            .name
            .clone_from(&region.region_name);
    }
    known.remove(&UNKNOWN_REGION);
    known.into_values().collect()
}

pub fn block(known: &[Known], all: &[Tenant], request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let asked = request.get("q").unwrap_or_default().trim().to_lowercase();
    let fits =
        |region: &&Known| asked.is_empty() || region.name.to_lowercase().contains(&asked) || region.id.to_string() == asked;
    let found: Vec<_> = known.iter().filter(fits).collect();
    let list = match found.as_slice() {
        [] if known.is_empty() => nothing(words::NO_REGION_KNOWN, lang),
        [] => view! { <p class="empty user-text">{tenants::NO_MATCH.with(lang, &[&asked])}</p> }.into_any(),
        found => {
            let more = (found.len() > MOST_REGIONS)
                .then(|| view! { <p class="note">{tenants::MOST.with(lang, &[&MOST_REGIONS.to_string()])}</p> });
            view! { {region_table(&found[..found.len().min(MOST_REGIONS)], all, request)} {more} }.into_any()
        }
    };
    let content = view! {
        <p class="note">{tenants::REGIONS_NOTE.get(lang)}</p>
        <form class="filter" method="get" action="/tenants" role="search">
            <label>
                {tenants::FILTER.get(lang)} " "
                <input type="search" name="q" value=request.get("q").unwrap_or_default().to_owned() maxlength="64" />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
        {list}
    };
    Block::fixed("regions-of", content).titled(tenants::REGIONS.get(lang)).class("wide")
}

fn region_table(found: &[&Known], all: &[Tenant], request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(words::REGIONS.get(lang)),
        Column::number(tenants::REGION_NO.get(lang)),
        Column::text(words::TENANT.get(lang)),
    ];
    let rows = found.iter().map(|region| {
        let name = region_name(region.id, &region.name, lang);
        Row::from(vec![
            Cell::text(managed::user_text(&name)),
            Cell::number(region.id.to_string()),
            Cell::text(owner_form(region, &name, all, request)),
        ])
    });
    table(tenants::REGIONS.get(lang), columns, rows.collect())
}

fn owner_form(region: &Known, name: &str, all: &[Tenant], request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    // whoever assigns one region after the other keeps his filter
    let asked = request.get("q").map(|asked| view! { <input type="hidden" name="q" value=asked.to_owned() /> });
    let tenant = all.iter().map(|tenant| {
        let selected = region.tenant_id == Some(tenant.tenant_id);
        view! { <option value=tenant.tenant_id.to_string() selected=selected>{tenant.name.clone()}</option> }
    });
    view! {
        <form class="inline-form" method="post" action="/tenants/regions">
            <input type="hidden" name="region_id" value=region.id.to_string() />
            {asked}
            <select name="tenant_id" aria-label=tenants::TENANT_OF.with(lang, &[name])>
                <option value="" selected=region.tenant_id.is_none()>{words::OPERATOR_SHORT.get(lang)}</option>
                {tenant.collect_view()}
            </select>
            <button type="submit" aria-label=format!("{} · {name}", tenants::ASSIGN.get(lang))>{tenants::ASSIGN.get(lang)}</button>
        </form>
    }
    .into_any()
}
