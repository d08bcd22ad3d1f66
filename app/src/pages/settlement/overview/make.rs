//! Runs that make the drafts of a month: the newest ones, and the form that starts another.

use leptos::prelude::*;
use warehouse::read::settlement::overview::Run;

use super::{FORM, Overview, words};
use crate::components::Block;
use crate::components::form::{Choice, Form};
use crate::context::PageRequest;
use crate::pages::settlement::{runs, shown};
use crate::text::Lang;

/// None when the month has no runs.
pub fn runs_block(of_month: &[Run], lang: Lang) -> Option<Block> {
    if of_month.is_empty() {
        return None;
    }
    let rows = of_month.iter().map(|run| runs::line(run, lang)).collect_view();
    Some(Block::new("settlement-runs", view! { <ul class="run-list">{rows}</ul> }).titled(words::RUNS.get(lang)).class("wide"))
}

pub fn form(page: &Overview, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let month = page.month.to_string();
    let all = Choice::new("", words::ALL_REGIONS.get(lang), true);
    let regions = shown::region_options(&page.tree, None, lang).into_iter().map(|(id, name, _)| Choice::new(id, name, false));
    let content = view! {
        <form method="post" action="/settlement/runs">
            {form.problem()}
            <input type="hidden" name="month" value=month.clone() />
            {form.select("region", words::REGION.get(lang), std::iter::once(all).chain(regions).collect())}
            <p class="note">{words::GENERATE_NOTE.with(lang, &[&month])}</p>
            <p class="buttons">
                <button type="submit" class="main-button">{words::GENERATE_BUTTON.with(lang, &[&month])}</button>
                <a class="button" href=format!("/settlement/statements?month={month}")>{words::OPEN_STATEMENTS.get(lang)}</a>
                <a class="button" href=format!("/settlement/exceptions?month={month}")>{words::OPEN_EXCEPTIONS.get(lang)}</a>
            </p>
        </form>
    };
    Block::fixed("settlement-make", content).titled(words::GENERATE.get(lang)).class("wide")
}
