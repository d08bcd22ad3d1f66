//! `/alarms/set-aside`: what is shelved, until when; what is suppressed, by what; what is out of service, to be reviewed when.

use domain::RegionId;
use domain::access::Permission;
use leptos::prelude::*;
use warehouse::read::alarms::{self, Line, Page, SetAside};

use super::told;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::managed::user_text;
use crate::pages::{PageContent, managed, shared};
use crate::text::alarms::desk as words;
use crate::text::{Lang, Text, common};

/// Of each list, unless one is shown alone.
const FIRST: i64 = 20;
const PER_PAGE: i64 = 100;
const MOST_PAGES: i64 = 1_000;

struct Params {
    /// None: the first of each.
    which: Option<SetAside>,
    region: Option<RegionId>,
    page: i64,
}

impl Params {
    fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let which = match request.get("list") {
            None => None,
            Some(code) => {
                let known = SetAside::ALL.into_iter().find(|which| code_of(*which) == code);
                let expected = || AppError::bad_parameter("list", code, &SetAside::ALL.map(code_of).join(", "));
                Some(known.ok_or_else(expected)?)
            }
        };
        let page = shared::int_within(request, "page", 1, 1, MOST_PAGES)?;
        Ok(Self { which, region: shared::int(request, "region", "0–2147483647")?, page })
    }
}

fn code_of(which: SetAside) -> &'static str {
    match which {
        SetAside::Shelved => "shelved",
        SetAside::Suppressed => "suppressed",
        SetAside::OutOfService => "out_of_service",
    }
}

fn title(which: SetAside) -> Text {
    match which {
        SetAside::Shelved => words::SHELVED,
        SetAside::Suppressed => words::SUPPRESSED,
        SetAside::OutOfService => words::OUT_OF_SERVICE,
    }
}

fn none(which: SetAside) -> Text {
    match which {
        SetAside::Shelved => words::NONE_SHELVED,
        SetAside::Suppressed => words::NONE_SUPPRESSED,
        SetAside::OutOfService => words::NONE_OUT_OF_SERVICE,
    }
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeAlarms)?;
    let params = Params::parse(request)?;
    let regions = match params.region {
        Some(region) => Some(managed::tree(ctx).await?.members(region)),
        None => None,
    };
    let shown = params.which.map_or_else(|| SetAside::ALL.to_vec(), |which| vec![which]);
    let (offset, limit) = if params.which.is_some() { ((params.page - 1) * PER_PAGE, PER_PAGE) } else { (0, FIRST) };
    let mut blocks = Vec::new();
    for which in shown {
        let page = alarms::set_aside(&ctx.pool, which, regions.as_deref(), offset, limit).await?;
        blocks.push(block(which, &page, &params, request, ctx));
    }
    Ok(super::page("alarms", words::SET_ASIDE.get(request.view.lang), &[], request, ctx, blocks))
}

fn block(which: SetAside, page: &Page, params: &Params, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let list = if page.lines.is_empty() {
        shared::nothing(none(which), lang)
    } else {
        let rows = page.lines.iter().map(|line| row(which, line, page, ctx, lang)).collect();
        table(title(which).get(lang), columns(which, lang), rows)
    };
    let content = view! {
        {list}
        {pager(which, page, params, request)}
    };
    let id = format!("aside-{}", code_of(which).replace('_', "-"));
    Block::new(id, content).titled(title(which).get(lang)).aside(format::count(page.total)).class("wide")
}

fn columns(which: SetAside, lang: Lang) -> Vec<Column> {
    let text = |text: Text| Column::text(text.get(lang));
    let own = match which {
        SetAside::Shelved => vec![text(words::UNTIL), text(words::WHY), text(words::WHO)],
        SetAside::Suppressed => vec![text(words::BY_WHAT)],
        SetAside::OutOfService => vec![text(words::REVIEW_ON), text(words::WHY), text(words::WHO)],
    };
    let common = [words::RULE, words::SUBJECT, words::SEVERITY, words::CONDITION_NOW].map(text);
    let ends = [Column::number(words::VALUE.get(lang)), text(words::ASIDE_SINCE), Column::number(words::OCCURRENCES.get(lang))];
    common.into_iter().chain(own).chain(ends).collect()
}

fn row(which: SetAside, line: &Line, page: &Page, ctx: &AppContext, lang: Lang) -> Row {
    let point = &line.point;
    let (now_ms, today) = (ctx.now_ms(), ctx.local_now().day());
    let rule = told::rule_name(page, line, lang);
    let link = view! { <a href=format!("/alarms/{}", point.alarm_id)><bdi>{rule}</bdi></a> };
    let truth = if point.is_active { words::IS_TRUE } else { words::IS_FALSE };
    let condition = view! { {truth.get(lang)} " " {told::quality(point.quality, lang)} };
    let why = point.set_aside_reason.as_deref().map_or_else(|| common::ABSENT.into_any(), user_text);
    let who = point.set_aside_by.as_ref().map_or_else(|| common::ABSENT.into_any(), |person| user_text(&person.name));
    let own = match which {
        SetAside::Shelved => vec![Cell::text(until(point.shelved_until_ms, now_ms, ctx, lang)), Cell::text(why), Cell::text(who)],
        SetAside::Suppressed => vec![Cell::text(told::suppressed_by(line, &page.rules, lang))],
        SetAside::OutOfService => {
            let is_due = point.review_on.is_some_and(|day| day <= today.to_date());
            let due = is_due.then(|| view! { " " <span class="mark mark-partial">{words::REVIEW_DUE.get(lang)}</span> });
            let review = format::or_absent(point.review_on, |day| day.to_string());
            vec![Cell::text(view! { {review} {due} }), Cell::text(why), Cell::text(who)]
        }
    };
    let mut cells = vec![
        Cell::text(link),
        Cell::text(told::subject(line, &ctx.viewer, lang)),
        Cell::text(told::severity(point.severity, lang)),
        Cell::text(condition),
    ];
    cells.extend(own);
    cells.push(Cell::number(told::value_and_limit(line, &page.rules, lang)));
    cells.push(Cell::text(format::clock_on(ctx.local(point.state_since_ms), today)));
    let hidden = (point.hidden_count > 0).then(|| words::HIDDEN.with(lang, &[&point.hidden_count.to_string()]));
    cells.push(Cell::number(view! { {format::count(point.occurrence)} " " <span class="note">{hidden}</span> }));
    Row { cells, class: format!("alarm-row severity-{}", point.severity.code()) }
}

/// When it comes back, and how long that is.
pub fn until(until_ms: Option<i64>, now_ms: i64, ctx: &AppContext, lang: Lang) -> AnyView {
    let Some(ms) = until_ms else { return common::ABSENT.into_any() };
    let at = format::clock_on(ctx.local(ms), ctx.local(now_ms).day());
    let left = match ms - now_ms {
        left if left > 0 => words::LEFT.with(lang, &[&told::age(left, lang)]),
        _ => words::OVERDUE.get(lang).to_owned(),
    };
    view! { {at} " " <span class="note">{left}</span> }.into_any()
}

fn pager(which: SetAside, page: &Page, params: &Params, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let total = format::count(page.total);
    if params.which.is_none() {
        let more = page.total > FIRST;
        let address = request.address_with("list", code_of(which));
        return view! {
            {more.then(|| view! { <nav class="pager"><a href=address>{words::SHOW_ALL.with(lang, &[&total])}</a></nav> })}
        }
        .into_any();
    }
    let pages = ((page.total + PER_PAGE - 1) / PER_PAGE).max(1);
    let address = |page: i64| request.address_with("page", &if page == 1 { String::new() } else { page.to_string() });
    let told = words::TOTAL.with(lang, &[&total, &format::count(params.page), &format::count(pages)]);
    view! {
        <nav class="pager" aria-label=title(which).get(lang)>
            <span>{told}</span>
            {(params.page > 1).then(|| view! { <a href=address(params.page - 1) rel="prev">{words::PREVIOUS.get(lang)}</a> })}
            {(params.page < pages).then(|| view! { <a href=address(params.page + 1) rel="next">{words::NEXT.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}
