//! `/alarms`: the operators' desk. The list is live; what somebody types or has chosen stays.

mod filter;
mod keys;
mod rows;
mod selection;

mod params;

use std::sync::Arc;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::read::alarms::{Counts, Filter, Order, Page, list};

use params::Params;
pub use params::{NOBODY, PER_PAGE, UNACKNOWLEDGED};
pub use selection::{minutes, sign_in_name};

use super::{acted, strip};
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::{PageContent, managed};
use crate::text::alarms::desk as words;

/// The form that the boxes of all lines belong to; it stands where no update replaces it.
pub const FORM: &str = "selection";

/// What the desk is made of.
struct Desk {
    params: Params,
    page: Arc<Page>,
    counts: Counts,
    now_ms: i64,
    acts: bool,
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let params = Params::parse(request)?;
    let tree = managed::tree(ctx).await?;
    let filter = params.filter(&tree);
    let strip = strip::load(ctx).await?.ok_or(AppError::NotFound)?;
    let choices = strip::choices(ctx).await?;
    let page = match filter == Filter::default() && params.offset() == 0 {
        true => strip::first_page(ctx, PER_PAGE).await?,
        false => Arc::new(list(&ctx.pool, &filter, Order::WorstFirst, params.offset(), PER_PAGE).await?),
    };
    let acts = ctx.viewer.may(Permission::ActOnAlarms);
    let desk = Desk { params, page, counts: strip.counts.clone(), now_ms: ctx.now_ms(), acts };
    let mut blocks = Vec::new();
    if let Some(acted) = acted::block(request, ctx).await? {
        blocks.push(Block::fixed("acted", acted).class("wide"));
    }
    blocks.push(filter::block(&desk, &tree, &choices, request, ctx));
    if acts {
        blocks.push(selection::block(request, ctx));
    }
    blocks.push(list_block(&desk, request, ctx));
    blocks.push(keys::block(lang));
    Ok(super::page("alarms", words::TITLE.get(lang), &[FORM], request, ctx, blocks))
}

fn list_block(desk: &Desk, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let content = if desk.page.lines.is_empty() {
        let sentence = match (desk.params.is_filtered(), desk.counts.has_rules) {
            (true, _) => words::NONE_FOUND,
            (false, true) => words::NONE,
            (false, false) => words::NOT_ENABLED,
        };
        view! { <p class="empty">{sentence.get(lang)}</p> }.into_any()
    } else {
        rows::table(desk, request, ctx)
    };
    let content = view! {
        {content}
        {pager(desk, request)}
    };
    let counts = [format::count(desk.counts.all_unacknowledged()), format::count(desk.counts.all_open())];
    Block::new("desk-list", content)
        .titled(words::LIST.get(lang))
        .aside(words::ALL_OPEN.with(lang, &[&counts[0], &counts[1]]))
        .class("wide")
}

fn pager(desk: &Desk, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let pages = (desk.page.total + PER_PAGE - 1) / PER_PAGE;
    let page = desk.params.page;
    let address = |page: i64| request.address_with("page", &if page == 1 { String::new() } else { page.to_string() });
    let total = words::TOTAL.with(lang, &[&format::count(desk.page.total), &format::count(page), &format::count(pages.max(1))]);
    view! {
        <nav class="pager" aria-label=words::LIST.get(lang)>
            <span>{total}</span>
            {(page > 1).then(|| view! { <a href=address(page - 1) rel="prev">{words::PREVIOUS.get(lang)}</a> })}
            {(page < pages).then(|| view! { <a href=address(page + 1) rel="next">{words::NEXT.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}
