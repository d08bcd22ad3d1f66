//! `/settlement/runs/{id}`: one run that makes drafts: how far it is, and the way to stop it.

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::read::settlement::overview::{self, Run};

use crate::charts;
use crate::components::Block;
use crate::components::form::{Confirm, Form};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::{self, Percent};
use crate::pages::PageContent;
use crate::pages::managed::{self, fact, user_text};
use crate::text::settlement::{overview as overview_words, runs as words};
use crate::text::{Lang, common};

pub fn check(id: &str) -> Result<(), AppError> {
    managed::id(id).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let run_id = managed::id(id)?;
    let run = overview::runs(&ctx.pool, None, Some(run_id), 1).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let mut blocks = vec![progress(&run, request, ctx).await?];
    if run.is_open() && ctx.viewer.may(Permission::KeepBilling) {
        blocks.push(cancel(&run, request));
    }
    let title = words::TITLE.with(lang, &[&run.run_id.to_string()]);
    Ok(super::page("run", title, &[], request, ctx, blocks))
}

async fn progress(run: &Run, request: &PageRequest, ctx: &AppContext) -> Result<Block, AppError> {
    let lang = request.view.lang;
    let at = |moment| managed::at(ctx, moment);
    let or_absent = |moment: Option<_>| moment.map_or_else(|| common::ABSENT.to_owned(), at);
    let scope = match (&run.regions, &run.contracts) {
        (_, Some(contracts)) => words::FOR_CONTRACTS.with(lang, &[&format::count(count(contracts.len()))]),
        (Some(regions), None) => managed::region_names(regions, &managed::tree(ctx).await?, 8, lang),
        (None, None) => words::FOR_ALL.get(lang).to_owned(),
    };
    let month = run.month.to_string();
    let problem = run.problem.as_deref().map(|problem| {
        let sentence = match problem {
            "" => words::PROBLEM_ELSEWHERE.get(lang).to_owned(),
            problem => words::PROBLEM.with(lang, &[problem]),
        };
        view! { <p class="problem">"✕ " {sentence}</p> }
    });
    let content = view! {
        {meter(run, lang)}
        {problem}
        <dl class="facts">
            {fact(words::MONTH, month.clone(), lang)}
            {fact(words::FOR, scope, lang)}
            {fact(words::FAULTS, format::count(run.faults), lang)}
            {fact(words::MADE_BY, user_text(&run.made_by), lang)}
            {fact(words::MADE_AT, at(run.made_at), lang)}
            {fact(words::STARTED_AT, or_absent(run.started_at), lang)}
            {fact(words::FINISHED_AT, or_absent(run.finished_at), lang)}
        </dl>
        <p class="buttons">
            <a class="button" href=format!("/settlement/statements?month={month}")>{words::SHOW_STATEMENTS.get(lang)}</a>
            <a class="button" href=format!("/settlement/exceptions?month={month}")>{words::SHOW_EXCEPTIONS.get(lang)}</a>
            <a class="button" href=format!("/settlement?month={month}")>{overview_words::BY_REGION.get(lang)}</a>
        </p>
    };
    Ok(Block::new("run", content).titled(words::PROGRESS.get(lang)).class("wide"))
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn state(run: &Run, lang: Lang) -> String {
    words::state(&run.state).map_or_else(|| run.state.clone(), |word| word.get(lang).to_owned())
}

/// State, bar and counts.
fn meter(run: &Run, lang: Lang) -> AnyView {
    let share = Percent::of(run.done, run.total).map_or_else(String::new, |share| format!(" · {}", share.show()));
    let counts = words::DONE_OF.with(lang, &[&format::count(run.done), &format::count(run.total)]);
    view! {
        <p class="run-meter" role="status">
            <strong>{state(run, lang)}</strong>
            " "
            {charts::bar(run.done, run.total, "bar-plain")}
            " "
            <span>{counts} {share}</span>
        </p>
    }
    .into_any()
}

/// A run in a list.
pub fn line(run: &Run, lang: Lang) -> AnyView {
    let faults = (run.faults > 0).then(|| {
        let address = format!("/settlement/exceptions?month={}", run.month);
        view! { <a href=address>{words::FAULTS.get(lang)} " " {format::count(run.faults)}</a> }
    });
    let title = words::TITLE.with(lang, &[&run.run_id.to_string()]);
    view! { <li><a href=format!("/settlement/runs/{}", run.run_id)>{title}</a> {meter(run, lang)} {faults}</li> }.into_any()
}

fn cancel(run: &Run, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let confirm = Confirm {
        action: format!("/settlement/runs/{}/cancel", run.run_id),
        title: words::CANCEL.get(lang).to_owned(),
        accessible_title: words::CANCEL.get(lang).to_owned(),
        note: words::CANCEL_NOTE,
        button: words::CANCEL,
        version: None,
        asks_reason: false,
        is_open: false,
        row: None,
    };
    Block::fixed("run-cancel", confirm.into_view(Form::of("run", request))).class("wide")
}
