//! `/settlement/statements`: the bills of a month, with what can be done to several of them.

use domain::RegionId;
use domain::access::Permission;
use domain::settlement::{ExceptionKind, Month, StatementState};
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::read::settlement::statements::{Filter, Line, Page, list};

use super::shown::{self, kwh, select, yuan};
use crate::components::Block;
use crate::components::form::{Form, REASON_MOST_CHARS};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::managed::{self, user_text};
use crate::pages::{PageContent, shared};
use crate::submitted::Submitted;
use crate::text::settlement::{overview as overview_words, statements as words, words as names};
use crate::text::{Lang, Text, common, pages};

/// The form that the boxes of all lines belong to.
pub const FORM: &str = "statements";
/// In the page, where the list has the other name.
const FORM_ID: &str = "statements-form";
pub const PER_PAGE: i64 = 50;
const MOST_PAGES: i64 = 100_000;
const MOST_TEXT_CHARS: usize = 64;

struct Params {
    month: Option<Month>,
    region: Option<RegionId>,
    state: Option<StatementState>,
    exception: Option<ExceptionKind>,
    user_id: Option<i64>,
    text: Option<String>,
    page: i64,
}

impl Params {
    fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let code = |name: &str, codes: Vec<&'static str>| match request.get(name) {
            Some(value) if !codes.contains(&value) => Err(AppError::bad_parameter(name, value, &codes.join(", "))),
            value => Ok(value.map(str::to_owned)),
        };
        let state = code("state", StatementState::ALL.map(StatementState::code).to_vec())?;
        let exception = code("exception", ExceptionKind::ALL.map(ExceptionKind::code).to_vec())?;
        let text = request.get("q").map(|text| text.trim().chars().take(MOST_TEXT_CHARS).collect::<String>());
        Ok(Self {
            month: shown::month(request)?,
            region: shown::region(request)?,
            state: state.as_deref().and_then(StatementState::from_code),
            exception: exception.as_deref().and_then(ExceptionKind::from_code),
            user_id: shared::int(request, "user", "0–9223372036854775807")?,
            text: text.filter(|text| !text.is_empty()),
            page: shared::int_within(request, "page", 1, 1, MOST_PAGES)?,
        })
    }

    fn is_filtered(&self) -> bool {
        self.month.is_some()
            || self.region.is_some()
            || self.state.is_some()
            || self.exception.is_some()
            || self.user_id.is_some()
            || self.text.is_some()
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
        month: params.month,
        regions: shown::members(&tree, params.region),
        state: params.state,
        exception: params.exception,
        user_id: params.user_id,
        contract_id: None,
        text: params.text.clone(),
    };
    let page = list(&ctx.pool, &filter, (params.page - 1) * PER_PAGE, PER_PAGE).await?;
    let acts = ctx.viewer.may(Permission::KeepBilling) && !page.lines.is_empty();
    let mut blocks = vec![filter_block(&params, &tree, lang), list_block(&page, &params, &tree, acts, request)];
    if acts {
        blocks.push(selection(request));
    }
    Ok(super::page("statements", words::TITLE.get(lang), &[FORM], request, ctx, blocks))
}

fn filter_block(params: &Params, tree: &Tree, lang: Lang) -> Block {
    let states = StatementState::ALL
        .map(|state| (state.code().to_owned(), names::state(state).get(lang).to_owned(), params.state == Some(state)));
    let kinds = ExceptionKind::ALL
        .map(|kind| (kind.code().to_owned(), names::exception(kind).get(lang).to_owned(), params.exception == Some(kind)));
    let regions = shown::region_options(tree, params.region, lang);
    let clear =
        params.is_filtered().then(|| view! { <a class="button" href="/settlement/statements">{words::CLEAR.get(lang)}</a> });
    let user = params.user_id.map(|id| view! { <input type="hidden" name="user" value=id.to_string() /> });
    let content = view! {
        <form class="filter" method="get" action="/settlement/statements" role="search" aria-label=words::FILTER.get(lang)>
            <label>
                {overview_words::MONTH.get(lang)} " "
                <input type="month" name="month" value=params.month.map(|month| month.to_string()) pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-01" />
            </label>
            {select("region", overview_words::REGION, overview_words::ALL_REGIONS, regions, lang)}
            {select("state", words::STATE, words::ANY_STATE, states.into(), lang)}
            {select("exception", words::EXCEPTION, words::ANY_EXCEPTION, kinds.into(), lang)}
            <label>
                {words::TEXT.get(lang)} " "
                <input type="search" name="q" value=params.text.clone() maxlength=MOST_TEXT_CHARS.to_string() />
            </label>
            {user}
            <button type="submit">{pages::APPLY.get(lang)}</button>
            {clear}
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

fn list_block(page: &Page, params: &Params, tree: &Tree, acts: bool, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    if page.lines.is_empty() {
        let sentence = if params.is_filtered() { words::NONE_FOUND } else { words::NONE };
        return Block::new("statements", shared::nothing(sentence, lang)).titled(words::LIST.get(lang)).class("wide");
    }
    let sums = words::SUMS.with(lang, &[&format::count(page.total), &kwh(page.energy_kwh), &yuan(page.amount)]);
    let content = view! {
        {table(page, tree, acts, request)}
        {shown::pager(request, params.page, page.lines.len(), PER_PAGE, page.total)}
        {downloads(params.month, lang)}
    };
    Block::new("statements", content).titled(words::LIST.get(lang)).aside(sums).class("wide")
}

fn table(page: &Page, tree: &Tree, acts: bool, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let columns: [(&str, Text); 11] = [
        ("", words::NUMBER),
        ("", overview_words::MONTH),
        ("", common::CUSTOMER),
        ("num", common::ACCOUNT_NO),
        ("num", words::CONTRACT),
        ("", overview_words::REGION),
        ("", words::STATE),
        ("num", words::ENERGY),
        ("num", words::AMOUNT),
        ("num", words::ADJUSTMENT),
        ("", words::EXCEPTION),
    ];
    let heads = columns.map(|(class, title)| view! { <th scope="col" class=class>{title.get(lang)}</th> });
    let choose = acts.then(|| view! { <th scope="col"><span class="sr-only">{words::CHOOSE.get(lang)}</span></th> });
    let sent = request.submitted.as_deref().filter(|sent| sent.form == FORM);
    let rows = page.lines.iter().map(|line| row(line, tree, acts, sent, lang)).collect_view();
    view! {
        <div class="table-box" tabindex="0" role="group" aria-label=words::LIST.get(lang)>
            <table>
                <caption class="sr-only">{words::LIST.get(lang)}</caption>
                <thead>
                    <tr>{choose} {heads.collect_view()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(line: &Line, tree: &Tree, acts: bool, sent: Option<&Submitted>, lang: Lang) -> AnyView {
    let address = format!("/settlement/statements/{}", line.statement_id);
    let version = (line.version > 1).then(|| format!(" v{}", line.version));
    let amount = shown::with_refund(line.amount, words::REFUND, lang);
    let estimated = (line.estimated_kwh.0 != 0).then_some("≈ ");
    let adjustment = (line.adjustment.0 != 0).then(|| yuan(line.adjustment));
    let region = tree.find(line.region_id).map(|_| shared::region_of(tree, line.region_id, lang));
    view! {
        <tr class=format!("row-{}", line.status.code())>
            {acts.then(|| view! { <td class="choose">{checkbox(line, sent, lang)}</td> })}
            <th scope="row"><a href=address>{line.statement_id.to_string()} {version}</a></th>
            <td>{line.month.to_string()}</td>
            <td>{user_text(&line.user_name)}</td>
            <td class="num">{shared::user_link(line.user_id, line.user_id.to_string())}</td>
            <td class="num"><a href=format!("/settlement/contracts/{}", line.contract_id)>{line.contract_id.to_string()}</a></td>
            <td>{region}</td>
            <td>{shown::state(line.status, lang)}</td>
            <td class="num">{estimated} {kwh(line.energy_kwh)}</td>
            <td class="num">{amount}</td>
            <td class="num">{adjustment}</td>
            <td class="badges">{shown::exceptions(&line.exceptions, lang)}</td>
        </tr>
    }
    .into_any()
}

/// Names the edit that stands in the line: whoever acts says what he has seen.
fn checkbox(line: &Line, sent: Option<&Submitted>, lang: Lang) -> Option<AnyView> {
    if !matches!(line.status, StatementState::Draft | StatementState::Checked) {
        return None;
    }
    let prefix = format!("{}:", line.statement_id);
    let is_chosen = sent.is_some_and(|sent| sent.all("statement").any(|value| value.starts_with(&prefix)));
    let name = format!("{} {}", line.statement_id, line.user_name);
    Some(
        view! {
            <input
                type="checkbox"
                name="statement"
                form=FORM_ID
                value=format!("{prefix}{}", line.edit_no)
                checked=is_chosen
                aria-label=words::CHOOSE_ONE.with(lang, &[&name])
            />
        }
        .into_any(),
    )
}

fn selection(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let content = view! {
        <form id=FORM_ID method="post" action="/settlement/statements/acts">
            {form.problem()}
            <input type="hidden" name="back" value=request.address() />
            <label class="plain-field">
                <span>{words::REASON.get(lang)} " · " {words::REASON_WHY.get(lang)}</span>
                <input type="text" name="reason" autocomplete="off" maxlength=(2 * REASON_MOST_CHARS).to_string() value=form.value("reason", "") />
            </label>
            <p class="note">{words::SELECTION_NOTE.get(lang)}</p>
            <p class="buttons">
                <button type="submit" name="act" value="check" class="main-button">{words::CHECK.get(lang)}</button>
                <button type="submit" name="act" value="freeze">{words::FREEZE.get(lang)}</button>
            </p>
        </form>
    };
    Block::fixed("statements-selection", content).titled(words::SELECTION.get(lang)).class("wide")
}

/// Files of a whole month.
fn downloads(month: Option<Month>, lang: Lang) -> Option<AnyView> {
    let month = month?;
    if DOWNLOADS.is_empty() {
        return None;
    }
    let link = |kind: &&'static str| {
        let address = format!("/exports/statements.{kind}?month={month}");
        view! { <a class="csv" href=address download="">{kind.to_uppercase()}</a> " " }
    };
    let links = DOWNLOADS.iter().map(link).collect_view();
    Some(view! { <p class="buttons"><span class="note">{words::DOWNLOADS.get(lang)}</span> {links}</p> }.into_any())
}

/// Kinds of files that there are addresses for.
const DOWNLOADS: &[&str] = &["xlsx", "csv"];
