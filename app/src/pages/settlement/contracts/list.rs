//! The list: contracts with what they are billed by and why they cannot be, and the customers without one.

use domain::RegionId;
use domain::access::Permission;
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::settlement::contracts::{self, ListFault, ListFilter, ListRow, Uncontracted};

use super::super::shown;
use super::{ASSIGN_FORM, assign, plans, today};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::managed::{self, user_text};
use crate::pages::{PageContent, shared};
use crate::text::settlement::{contracts as words, words as names};
use crate::text::{Lang, common, pages};

pub const PER_PAGE: i64 = 50;
const MOST_PAGES: i64 = 100_000;
const MOST_TEXT_CHARS: usize = 64;
/// Of the filter: customers who have none at all.
const NO_CONTRACT: &str = "no_contract";

pub(super) struct Params {
    text: Option<String>,
    pub region: Option<RegionId>,
    fault: Option<ListFault>,
    is_without: bool,
    page: i64,
}

impl Params {
    pub fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let fault = request.get("fault");
        let known = fault.and_then(ListFault::from_code);
        let is_without = fault == Some(NO_CONTRACT);
        if let Some(value) = fault.filter(|_| known.is_none() && !is_without) {
            return Err(AppError::bad_parameter("fault", value, "no_tariff, not_valid, no_prices, no_contract"));
        }
        let text = request.get("q").map(|text| text.trim().chars().take(MOST_TEXT_CHARS).collect::<String>());
        Ok(Self {
            text: text.filter(|text| !text.is_empty()),
            region: shown::region(request)?,
            fault: known,
            is_without,
            page: shared::int_within(request, "page", 1, 1, MOST_PAGES)?,
        })
    }

    fn is_filtered(&self) -> bool {
        self.text.is_some() || self.region.is_some() || self.fault.is_some() || self.is_without
    }
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let params = Params::parse(request)?;
    let tree = managed::tree(ctx).await?;
    let regions = shown::members(&tree, params.region);
    let offset = (params.page - 1) * PER_PAGE;
    let may_keep = ctx.viewer.may(Permission::KeepBilling);
    let mut blocks = vec![filter(&params, &tree, may_keep, lang)];
    if params.is_without {
        let (rows, total) =
            contracts::uncontracted(&ctx.pool, regions.as_deref(), params.text.as_deref(), offset, PER_PAGE).await?;
        blocks.push(without(&rows, total, &params, may_keep, request));
        if may_keep {
            let counts = contracts::assignable(&ctx.pool, regions.as_deref()).await?;
            if !counts.is_empty() {
                blocks.push(assign::block(&counts, &params, &tree, &plans(ctx).await?, today(ctx).await?, request));
            }
        }
    } else {
        let filter = ListFilter {
            text: params.text.clone(),
            regions,
            fault: params.fault,
            offset,
            limit: PER_PAGE,
            ..ListFilter::default()
        };
        let (rows, total) = contracts::list(&ctx.pool, &filter, today(ctx).await?).await?;
        blocks.push(listed(&rows, total, &params, request));
    }
    Ok(super::super::page("contracts", words::CONTRACTS.get(lang), &[ASSIGN_FORM], request, ctx, blocks))
}

fn filter(params: &Params, tree: &Tree, may_keep: bool, lang: Lang) -> Block {
    let faults = ListFault::ALL
        .map(|fault| (fault.code().to_owned(), words::list_fault(fault).get(lang).to_owned(), params.fault == Some(fault)));
    let without = (NO_CONTRACT.to_owned(), words::NO_CONTRACT.get(lang).to_owned(), params.is_without);
    let faults = faults.into_iter().chain([without]).collect();
    let regions = shown::region_options(tree, params.region, lang);
    let clear =
        params.is_filtered().then(|| view! { <a class="button" href="/settlement/contracts">{words::CLEAR.get(lang)}</a> });
    let keep = may_keep.then(|| {
        view! {
            <a class="button" href="/settlement/contracts/new">{words::NEW.get(lang)}</a>
            <a class="button" href="/settlement/contracts/import">{words::IMPORT.get(lang)}</a>
            <a class="button" href="/settlement/contracts?fault=no_contract">{words::ASSIGN.get(lang)}</a>
        }
    });
    let content = view! {
        <form class="filter" method="get" action="/settlement/contracts" role="search" aria-label=words::FILTER.get(lang)>
            <label>
                {words::SEARCH.get(lang)} " "
                <input type="search" name="q" value=params.text.clone() maxlength=MOST_TEXT_CHARS.to_string() />
            </label>
            {shown::select("region", words::REGION, words::ALL_REGIONS, regions, lang)}
            {shown::select("fault", words::FAULT, words::ANY_FAULT, faults, lang)}
            <button type="submit">{pages::APPLY.get(lang)}</button>
            {clear}
            <span class="contract-ways">{keep}</span>
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

fn listed(rows: &[ListRow], total: i64, params: &Params, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let csv = shared::csv("/exports/contracts.csv".to_owned(), lang);
    let block = |content: AnyView| Block::fixed("contracts", content).titled(words::LIST.get(lang)).class("wide");
    if rows.is_empty() {
        return block(shared::nothing(if params.is_filtered() { words::NONE_FOUND } else { words::NONE }, lang));
    }
    let columns = vec![
        Column::number(words::CONTRACT_NO.get(lang)),
        Column::number(words::USER.get(lang)),
        Column::text(words::NAME.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(words::REGION.get(lang)),
        Column::text(words::TARIFF.get(lang)),
        Column::text(words::VOLTAGE.get(lang)),
        Column::number(words::CAPACITY.get(lang)),
        Column::text(words::STARTS_ON.get(lang)),
        Column::text(words::CLOSED_ON.get(lang)),
        Column::text(words::FAULT.get(lang)),
    ];
    let lines = rows.iter().map(|row| line(row, lang)).collect();
    block(
        view! {
            {table(words::LIST.get(lang), columns, lines)}
            {shown::pager(request, params.page, rows.len(), PER_PAGE, total)}
        }
        .into_any(),
    )
    .aside(view! { <span>{format::count(total)} " · " {csv}</span> })
}

fn line(row: &ListRow, lang: Lang) -> Row {
    let id = row.contract_id;
    let address = format!("/settlement/contracts/{id}");
    let tariff = row.terms.as_ref().map(|terms| terms.tariff.clone());
    let said = if row.is_unreadable { Some(words::UNREADABLE_TERMS) } else { row.fault.map(words::list_fault) };
    let fault = said.map(|said| {
        view! { <span class="badge badge-off"><i aria-hidden="true">"✕ "</i>{said.get(lang)}</span> }
    });
    Row::from(vec![
        Cell::number(view! { <a href=address>{id}</a> }),
        Cell::number(row.user_id.to_string()),
        Cell::text(user_text(row.user_name.as_deref().unwrap_or(common::ABSENT))),
        Cell::text(row.usage_type.as_deref().map_or_else(|| common::ABSENT.to_owned(), |usage| shared::usage(usage, lang))),
        Cell::text(row.region_id.map(|region| shared::region_link(region, row.region_name.as_deref().unwrap_or_default(), lang))),
        Cell::text(match tariff {
            _ if row.is_unreadable => common::ABSENT.into_any(),
            Some(Some(code)) => view! { <a href=format!("/settlement/tariffs/{code}")>{code.clone()}</a> }.into_any(),
            _ => view! { <span class="note">{words::NO_TARIFF_YET.get(lang)}</span> }.into_any(),
        }),
        Cell::text(row.terms.as_ref().map(|terms| names::voltage(terms.voltage).get(lang))),
        Cell::number(row.terms.as_ref().map(|terms| terms.capacity_kva.to_string())),
        Cell::text(row.starts_on.to_date().to_string()),
        Cell::text(row.closed_on.map_or_else(|| words::STILL_OPEN.get(lang).to_owned(), |day| day.to_date().to_string())),
        Cell::text(fault),
    ])
}

fn without(rows: &[Uncontracted], total: i64, params: &Params, may_keep: bool, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let block = |content: AnyView| Block::fixed("uncontracted", content).titled(words::NO_CONTRACT.get(lang)).class("wide");
    if rows.is_empty() {
        return block(shared::nothing(words::ALL_HAVE, lang));
    }
    let columns = vec![
        Column::number(words::USER.get(lang)),
        Column::text(words::NAME.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(words::REGION.get(lang)),
        Column::text(words::ACTS.get(lang)),
    ];
    let lines = rows.iter().map(|row| {
        let make = may_keep.then(|| {
            view! { <a href=format!("/settlement/contracts/new?user={}", row.user_id)>{words::MAKE_ONE.get(lang)}</a> }
        });
        Row::from(vec![
            Cell::number(row.user_id.to_string()),
            Cell::text(user_text(&row.user_name)),
            Cell::text(row.usage_type.as_deref().map_or_else(|| common::ABSENT.to_owned(), |usage| shared::usage(usage, lang))),
            Cell::text(
                row.region_id.map(|region| shared::region_link(region, row.region_name.as_deref().unwrap_or_default(), lang)),
            ),
            Cell::text(make),
        ])
    });
    block(
        view! {
            {table(words::NO_CONTRACT.get(lang), columns, lines.collect())}
            {shown::pager(request, params.page, rows.len(), PER_PAGE, total)}
        }
        .into_any(),
    )
    .aside(format::count(total))
}
