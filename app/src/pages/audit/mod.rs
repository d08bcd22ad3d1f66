//! `/audit`: who did what, with a filter, an export and the proof that nothing was changed.

mod difference;
mod entry;
mod filter;
mod verify;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::access::audit;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::shared::{csv, nothing};
use crate::pages::{PageContent, managed};
use crate::text::access::{audit as words, common};

pub use entry::entries;
pub use filter::Params;
pub use verify::{FORM, submitted_of};

const PAGE_ENTRIES: i64 = 50;

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::SeeAudit)?;
    let lang = request.view.lang;
    let params = Params::parse(request)?;
    // one more than is shown: whether there are older ones
    let filter = params.filter(ctx, PAGE_ENTRIES + 1);
    let mut found = audit::list(managed::access(ctx)?, &filter).await?;
    let has_older = found.len() as i64 > PAGE_ENTRIES;
    found.truncate(usize::try_from(PAGE_ENTRIES).unwrap_or(usize::MAX));
    let older = found.last().filter(|_| has_older).map(|last| request.address_with("before", &last.entry_no.to_string()));
    let newest = params.before_no.map(|_| request.address_with("before", ""));
    let list = if found.is_empty() { nothing(words::NONE, lang) } else { entries(&found, lang, ctx) };
    let content = view! {
        {list}
        <nav class="pager" aria-label=words::ENTRIES.get(lang)>
            {newest.map(|address| view! { <a href=address>{words::NEWEST.get(lang)}</a> })}
            {older.map(|address| view! { <a href=address rel="next">{words::OLDER.get(lang)}</a> })}
        </nav>
    };
    let mut blocks = vec![filter::block(request)];
    blocks.extend(verify::block(request, ctx));
    blocks
        .push(Block::fixed("entries", content).titled(words::ENTRIES.get(lang)).class("wide").aside(csv(params.export(), lang)));
    Ok(managed::page("audit", common::AUDIT.get(lang), &[FORM], request, blocks))
}
