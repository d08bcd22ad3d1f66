//! `/settlement/differences`: what frozen statements would be now, and on which bill it is settled.

use domain::access::Permission;
use domain::settlement::{Adjustment, ComponentDelta, Month};
use leptos::prelude::*;
use warehouse::read::settlement::differences::{Filter, Page, STATES, list};
use warehouse::read::settlement::statement::Adjusted;

use super::shown::{self, kwh, select, yuan};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::managed::{self, user_text};
use crate::pages::{PageContent, shared};
use crate::text::settlement::{
    differences as words, overview as overview_words, statement as of_one, statements as of_list, words as names,
};
use crate::text::{Lang, common, pages};

const PER_PAGE: i64 = 50;
const MOST_PAGES: i64 = 100_000;
const MOST_TEXT_CHARS: usize = 64;

struct Params {
    state: Option<&'static str>,
    month: Option<Month>,
    region: Option<i32>,
    text: Option<String>,
    page: i64,
}

impl Params {
    fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let state = shared::code(request, "state", &STATES, "")?;
        let text = request.get("q").map(|text| text.trim().chars().take(MOST_TEXT_CHARS).collect::<String>());
        Ok(Self {
            state: (!state.is_empty()).then_some(state),
            month: shown::month(request)?,
            region: shown::region(request)?,
            text: text.filter(|text| !text.is_empty()),
            page: shared::int_within(request, "page", 1, 1, MOST_PAGES)?,
        })
    }

    fn is_filtered(&self) -> bool {
        self.state.is_some() || self.month.is_some() || self.region.is_some() || self.text.is_some()
    }
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let params = Params::parse(request)?;
    let tree = managed::tree(ctx).await?;
    let filter = Filter {
        state: params.state,
        month: params.month,
        regions: shown::members(&tree, params.region),
        text: params.text.clone(),
        of_statement: None,
    };
    let page = list(&ctx.pool, &filter, (params.page - 1) * PER_PAGE, PER_PAGE).await?;
    let states = STATES.map(|code| {
        let title = words::state(code).map_or_else(|| code.to_owned(), |word| word.get(lang).to_owned());
        (code.to_owned(), title, params.state == Some(code))
    });
    let regions = shown::region_options(&tree, params.region, lang);
    let clear =
        params.is_filtered().then(|| view! { <a class="button" href="/settlement/differences">{of_list::CLEAR.get(lang)}</a> });
    let form = view! {
        <p class="note">{words::INTRO.get(lang)}</p>
        <form class="filter" method="get" action="/settlement/differences" role="search">
            {select("state", words::STATE, words::ANY_STATE, states.into(), lang)}
            <label>
                {overview_words::MONTH.get(lang)} " "
                <input type="month" name="month" value=params.month.map(|month| month.to_string()) pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-01" />
            </label>
            {select("region", overview_words::REGION, overview_words::ALL_REGIONS, regions, lang)}
            <label>
                {of_list::TEXT.get(lang)} " "
                <input type="search" name="q" value=params.text.clone() maxlength=MOST_TEXT_CHARS.to_string() />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
            {clear}
        </form>
    };
    let blocks = vec![Block::fixed("filter", form).class("wide"), list_block(&page, &params, request, ctx)];
    Ok(super::page("differences", words::TITLE.get(lang), &[], request, ctx, blocks))
}

fn list_block(page: &Page, params: &Params, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    if page.lines.is_empty() {
        let sentence = if params.is_filtered() { words::NONE_FOUND } else { words::NONE };
        return Block::new("differences", shared::nothing(sentence, lang)).titled(words::LIST.get(lang)).class("wide");
    }
    let sums = words::SUMS.with(lang, &[&format::count(page.total), &yuan(page.amount)]);
    let content = view! {
        {page.lines.iter().map(|one| entry(one, ctx, lang)).collect_view()}
        {shown::pager(request, params.page, page.lines.len(), PER_PAGE, page.total)}
    };
    Block::new("differences", content).titled(words::LIST.get(lang)).aside(sums).class("wide")
}

/// One adjustment: folded to a line, opened to the comparison.
pub fn entry(one: &Adjusted, ctx: &AppContext, lang: Lang) -> AnyView {
    let direction = if one.amount.0 < 0 { words::REFUND } else { words::CHARGE };
    let of = words::OPEN_STATEMENT.with(lang, &[&one.statement_id.to_string()]);
    let carried = match one.carried_by {
        Some(id) => {
            let month = one.carried_month.map_or_else(String::new, |month| format!(" · {month}"));
            let title = format!("{}{month}", words::OPEN_STATEMENT.with(lang, &[&id.to_string()]));
            view! { <a href=format!("/settlement/statements/{id}")>{title}</a> }.into_any()
        }
        None => words::NOT_CARRIED.get(lang).into_any(),
    };
    let comparison = match &one.definition {
        Some(adjustment) => comparison(adjustment, lang),
        None => view! { <p class="note">{words::UNREADABLE.get(lang)}</p> }.into_any(),
    };
    view! {
        <details class="difference" id=format!("adjustment-{}", one.adjustment_id)>
            <summary>
                <span class="badge">{state(&one.state, lang)}</span>
                <strong class="num">{yuan(one.amount)} " " {of_one::YUAN.get(lang)} " " {direction.get(lang)}</strong>
                <span>{user_text(&one.user_name)} " " {one.user_id.to_string()} " · " {one.month.to_string()}</span>
                <span>{cause(one, lang)}</span>
            </summary>
            <div class="entry-body">
                <dl class="facts">
                    {managed::fact(words::OF, view! { <a href=format!("/settlement/statements/{}", one.statement_id)>{of} " · " {one.month.to_string()}</a> }, lang)}
                    {managed::fact(words::CARRIED_BY, carried, lang)}
                    {managed::fact(common::CUSTOMER, shared::user_link(one.user_id, one.user_id.to_string()), lang)}
                    {managed::fact(of_list::CONTRACT, view! { <a href=format!("/settlement/contracts/{}", one.contract_id)>{one.contract_id.to_string()}</a> }, lang)}
                    {managed::fact(words::SINCE, managed::at(ctx, one.made_at), lang)}
                    {managed::fact(words::CHANGED, managed::at(ctx, one.changed_at), lang)}
                </dl>
                {comparison}
            </div>
        </details>
    }
    .into_any()
}

fn state(code: &str, lang: Lang) -> String {
    words::state(code).map_or_else(|| code.to_owned(), |word| word.get(lang).to_owned())
}

/// What made it, and which tariff, day or reading that was.
pub fn cause(one: &Adjusted, lang: Lang) -> String {
    let kind = words::cause(&one.cause).map_or_else(|| one.cause.clone(), |word| word.get(lang).to_owned());
    if one.cause_text.is_empty() { kind } else { format!("{kind} · {}", one.cause_text) }
}

/// Lines before and after; the differences, less what was adjusted already, are the amount.
pub fn comparison(adjustment: &Adjustment, lang: Lang) -> AnyView {
    let mut rows: Vec<Row> = adjustment.deltas.iter().map(|delta| delta_row(delta, lang)).collect();
    let blank = || Cell::text("");
    if adjustment.already_adjusted.0 != 0 {
        let less = Cell::number(yuan(-adjustment.already_adjusted));
        rows.push(Row::from(vec![Cell::text(words::ALREADY.get(lang)), blank(), blank(), blank(), blank(), less]));
    }
    let sum = Cell::number(yuan(adjustment.amount));
    rows.push(Row {
        cells: vec![Cell::text(words::SUM.get(lang)), blank(), blank(), blank(), blank(), sum],
        class: "total".to_owned(),
    });
    let columns = vec![
        Column::text(words::LINE.get(lang)),
        Column::number(words::QUANTITY_BEFORE.get(lang)),
        Column::number(words::QUANTITY_AFTER.get(lang)),
        Column::number(words::BEFORE.get(lang)),
        Column::number(words::AFTER.get(lang)),
        Column::number(words::DIFFERENCE.get(lang)),
    ];
    table(words::COMPARE.get(lang), columns, rows)
}

fn delta_row(delta: &ComponentDelta, lang: Lang) -> Row {
    Row::from(vec![
        Cell::text(delta_name(delta, lang)),
        Cell::number(kwh(delta.quantity_before)),
        Cell::number(kwh(delta.quantity_after)),
        Cell::number(yuan(delta.amount_before)),
        Cell::number(yuan(delta.amount_after)),
        Cell::number(yuan(delta.amount_after - delta.amount_before)),
    ])
}

fn delta_name(delta: &ComponentDelta, lang: Lang) -> String {
    let band = delta.band.map(|band| names::band(band).get(lang).to_owned());
    let tier = delta.tier.map(|tier| of_one::TIER.with(lang, &[&tier.to_string()]));
    let component = delta.component.map(|kind| names::component(kind).get(lang).to_owned());
    let parts = [Some(names::line(delta.kind).get(lang).to_owned()), band, tier, component, delta.name.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
