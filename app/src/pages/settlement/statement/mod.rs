//! `/settlement/statements/{id}`: one bill that explains itself, and the same for the printer.

mod acts;
mod coverage;
mod day;
mod days;
mod events;
mod facts;
mod head;
pub mod lines;
pub mod print;

pub use day::bands as bands_of_day;

use domain::Day;
use domain::access::Permission;
use domain::settlement::document::Document;
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::read::settlement::statement::{self as read, Adjusted, Event, SettledDay, Statement, Version};
use warehouse::read::settlement::{day as day_read, differences, load_bands};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed, shared};
use crate::text::settlement::{differences as difference_words, statement as words};

/// The form of whatever is done to the statement.
pub const FORM: &str = "statement";
/// Adjustments of one statement that are shown.
const MOST_ADJUSTMENTS: i64 = 50;

/// What the page is made of.
pub struct Page {
    of: Statement,
    days: Vec<SettledDay>,
    events: Vec<Event>,
    versions: Vec<Version>,
    adjustments: Vec<Adjusted>,
    tree: Tree,
}

/// A day that is explained.
pub struct ShownDay {
    day: Day,
    readings: Vec<day_read::Reading>,
    tariff: Option<load_bands::DayTariff>,
}

impl Page {
    fn document(&self) -> Option<&Document> {
        self.of.document.as_ref()
    }

    fn address(&self) -> String {
        format!("/settlement/statements/{}", self.of.statement_id)
    }
}

pub fn check(request: &PageRequest, id: &str) -> Result<(), AppError> {
    managed::id(id)?;
    shared::day(request, "day").map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let page = load(ctx, managed::id(id)?).await?;
    let shown = match shared::day(request, "day")?.map(Day::from_date) {
        Some(day) if (page.of.from..page.of.to).contains(&day) => Some(shown_day(ctx, &page, day).await?),
        _ => None,
    };
    let mut blocks = vec![head::block(&page, ctx, lang), facts::figures_block(&page, lang)];
    blocks.extend(facts::exceptions(&page, lang));
    blocks.extend(events::stale(&page, lang));
    blocks.push(lines::block(&page, lang));
    blocks.push(days::block(&page, shown.as_ref().map(|shown| shown.day), lang));
    if let Some(shown) = &shown {
        blocks.push(day::block(&page, shown, ctx, lang));
    }
    blocks.extend(adjustments(&page, ctx, lang));
    blocks.extend(facts::more(&page, lang));
    blocks.push(events::block(&page, ctx, lang));
    blocks.extend(acts::block(&page, request, ctx));
    let title = words::TITLE.with(lang, &[&page.of.statement_id.to_string(), &page.of.month.to_string()]);
    Ok(super::page("statement", title, &[FORM], request, ctx, blocks))
}

async fn load(ctx: &AppContext, statement_id: i64) -> Result<Page, AppError> {
    let pool = &ctx.pool;
    let of = read::one(pool, statement_id).await?.ok_or(AppError::NotFound)?;
    let filter = differences::Filter { of_statement: Some(statement_id), ..differences::Filter::default() };
    let (days, events, versions, adjustments, tree) = tokio::try_join!(
        async { Ok::<_, AppError>(read::days(pool, of.contract_id, of.from, of.to).await?) },
        async { Ok(read::events(pool, statement_id).await?) },
        async { Ok(read::versions(pool, &of).await?) },
        async { Ok(differences::list(pool, &filter, 0, MOST_ADJUSTMENTS).await?.lines) },
        managed::tree(ctx)
    )?;
    Ok(Page { of, days, events, versions, adjustments, tree })
}

async fn shown_day(ctx: &AppContext, page: &Page, day: Day) -> Result<ShownDay, AppError> {
    let (readings, tariff) = tokio::try_join!(
        day_read::readings(&ctx.pool, page.of.user_id, day),
        load_bands::of_user(&ctx.pool, page.of.user_id, day)
    )?;
    Ok(ShownDay { day, readings, tariff })
}

/// What later corrections would make of it, and what of earlier statements it carries.
fn adjustments(page: &Page, ctx: &AppContext, lang: crate::Lang) -> Option<Block> {
    if page.adjustments.is_empty() {
        return None;
    }
    let entries = page.adjustments.iter().map(|one| super::differences::entry(one, ctx, lang)).collect_view();
    let content = view! { {entries} <p class="note">{difference_words::INTRO.get(lang)}</p> };
    Some(Block::new("adjustments", content).titled(difference_words::TITLE.get(lang)).class("wide"))
}
