//! `/settlement/exceptions`: what has to be looked at before the statements of a month are checked, by kind.

use domain::access::Permission;
use domain::settlement::{ExceptionKind, Month};
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::read::settlement::exceptions::{self as read, Group, MOST_NAMED, UncoveredPage};
use warehouse::read::settlement::overview;

use super::shown::{self, kwh, yuan};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::managed::{self, user_text};
use crate::pages::{PageContent, shared};
use crate::text::settlement::{exceptions as words, overview as overview_words, statements as of_list, words as names};
use crate::text::{Lang, common, pages};

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shown::month(request)?;
    shown::region(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let progress = overview::progress(&ctx.pool).await?;
    let month = shown::month(request)?.or(progress.newest).unwrap_or_else(|| Month::of(ctx.local_now().day()));
    let region = shown::region(request)?;
    let tree = managed::tree(ctx).await?;
    let regions = shown::members(&tree, region);
    let (groups, uncovered) = tokio::try_join!(
        read::groups(&ctx.pool, month, regions.as_deref()),
        read::uncovered(&ctx.pool, month, regions.as_deref())
    )?;
    let options = shown::region_options(&tree, region, lang);
    let head = view! {
        {shown::month_picker(request, month, lang)}
        <form class="filter" method="get" action="/settlement/exceptions">
            <input type="hidden" name="month" value=month.to_string() />
            {shown::select("region", overview_words::REGION, overview_words::ALL_REGIONS, options, lang)}
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
        <p class="note">{words::INTRO.get(lang)}</p>
    };
    let mut blocks = vec![Block::fixed("month", head).class("wide")];
    if groups.is_empty() {
        let none = view! { <p class="empty">{words::NONE.with(lang, &[&month.to_string()])}</p> };
        blocks.push(Block::new("exceptions-none", none).class("wide"));
    }
    blocks.extend(groups.iter().map(|group| group_block(group, month, region, &tree, lang)));
    blocks.push(uncovered_block(&uncovered, month, &tree, ctx, lang));
    let title = words::TITLE.with(lang, &[&month.to_string()]);
    Ok(super::page("exceptions", title, &[], request, ctx, blocks))
}

/// One kind: what it is, what mends it, whose statements.
fn group_block(group: &Group, month: Month, region: Option<i32>, tree: &Tree, lang: Lang) -> Block {
    let kind = group.kind;
    let rows = group.named.iter().map(|one| {
        let region = tree.find(one.region_id).map(|_| shared::region_of(tree, one.region_id, lang));
        Row::from(vec![
            Cell::text(
                view! { <a href=format!("/settlement/statements/{}", one.statement_id)>{one.statement_id.to_string()}</a> },
            ),
            Cell::text(user_text(&one.user_name)),
            Cell::number(shared::user_link(one.user_id, one.user_id.to_string())),
            Cell::number(
                view! { <a href=format!("/settlement/contracts/{}", one.contract_id)>{one.contract_id.to_string()}</a> },
            ),
            Cell::text(region),
            Cell::number(kwh(one.energy_kwh)),
            Cell::number(yuan(one.amount)),
            Cell::text(one.is_checked.then(|| shown::state(domain::settlement::StatementState::Checked, lang))),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let columns = vec![
        Column::text(of_list::NUMBER.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::number(common::ACCOUNT_NO.get(lang)),
        Column::number(of_list::CONTRACT.get(lang)),
        Column::text(overview_words::REGION.get(lang)),
        Column::number(of_list::ENERGY.get(lang)),
        Column::number(of_list::AMOUNT.get(lang)),
        Column::text(of_list::STATE.get(lang)),
    ];
    let hidden = group.count - i64::try_from(rows.len()).unwrap_or(0);
    let of_region = region.map_or_else(String::new, |id| format!("&region={id}"));
    let all = format!("/settlement/statements?month={month}&exception={}{of_region}", kind.code());
    let link = words::link(kind).map(|(address, title)| view! { " " <a href=address>{title.get(lang)}</a> });
    let content = view! {
        <p>{words::what(kind).get(lang)} " " {words::remedy(kind).get(lang)} {link}</p>
        {table(names::exception(kind).get(lang), columns, rows)}
        <p class="note">
            {(hidden > 0).then(|| words::MORE.with(lang, &[&format::count(hidden)]))} " "
            <a href=all>{words::ALL_OF_KIND.get(lang)}</a>
        </p>
    };
    let counts = words::COUNT.with(lang, &[&format::count(group.count), &yuan(group.amount)]);
    Block::new(format!("exception-{}", kind.code()), content)
        .titled(format!("{} {}", glyph(kind), names::exception(kind).get(lang)))
        .aside(format!("{} · {counts}", weight(kind).get(lang)))
        .class("wide")
}

fn glyph(kind: ExceptionKind) -> &'static str {
    if kind.blocks_check() { "✕" } else { "!" }
}

fn weight(kind: ExceptionKind) -> crate::text::Text {
    match (kind.blocks_check(), kind.blocks_freeze()) {
        (true, _) => words::BLOCKS,
        (false, true) => words::BLOCKS_FREEZE,
        (false, false) => words::ACCEPTABLE,
    }
}

fn uncovered_block(page: &UncoveredPage, month: Month, tree: &Tree, ctx: &AppContext, lang: Lang) -> Block {
    let title = words::UNCOVERED.get(lang);
    if page.lines.is_empty() {
        return Block::new("uncovered", shared::nothing(words::UNCOVERED_NONE, lang)).titled(title).class("wide");
    }
    let keeps = ctx.viewer.may(Permission::KeepBilling);
    let rows = page.lines.iter().map(|one| {
        let make = keeps.then(|| {
            let address = format!("/settlement/contracts/new?user={}&from={}", one.user_id, month.first_day().to_date());
            view! { <a href=address>{words::MAKE_CONTRACT.get(lang)}</a> }
        });
        Row::from(vec![
            Cell::text(shared::user_link(one.user_id, one.user_id.to_string())),
            Cell::text(user_text(&one.user_name)),
            Cell::text(shared::usage(&one.usage_type, lang)),
            Cell::text(shared::region_of(tree, one.region_id, lang)),
            Cell::number(format::count(one.days)),
            Cell::number(kwh(one.energy_kwh)),
            Cell::text(make),
        ])
    });
    let columns = vec![
        Column::text(common::ACCOUNT_NO.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(overview_words::REGION.get(lang)),
        Column::number(words::UNCOVERED_DAYS.get(lang)),
        Column::number(of_list::ENERGY.get(lang)),
        Column::text(""),
    ];
    let is_cut = page.total > MOST_NAMED;
    let note = is_cut.then(|| view! { <p class="note">{words::ONLY_LARGEST.with(lang, &[&format::count(MOST_NAMED)])}</p> });
    let content = view! { {table(title, columns, rows.collect())} {note} };
    let aside = words::UNCOVERED_COUNT.with(lang, &[&format::count(page.total), &kwh(page.energy_kwh)]);
    Block::new("uncovered", content).titled(format!("✕ {title}")).aside(aside).class("wide")
}
