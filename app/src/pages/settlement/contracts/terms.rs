//! The terms of a contract as a timeline, newest first, and the form that puts terms from a day on.

use domain::Day;
use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_check::KnownPlans;
use domain::settlement::contract_fields::{TERM_FIELDS, cells, plain_terms};
use domain::settlement::tariff::Voltage;
use leptos::prelude::*;
use warehouse::settlement::contracts::Held;

use super::{ACT_FORM, TERMS_FORM, fields, found};
use crate::components::Block;
use crate::components::form::{Confirm, Field, Form};
use crate::context::PageRequest;
use crate::pages::shared;
use crate::text::Lang;
use crate::text::settlement::contracts as words;

pub fn block(held: &Held, today: Day, plans: &KnownPlans, may_keep: bool, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let terms = &held.contract.terms;
    let current = terms.iter().rev().find(|dated| dated.valid_from <= today).map(|dated| dated.valid_from);
    let until = |at: usize| terms.get(at + 1).map(|next| next.valid_from).or(held.contract.closed_on);
    let rows = terms.iter().enumerate().rev().map(|(at, dated)| {
        let before = at.checked_sub(1).map(|before| &terms[before]);
        row(held, dated, before, until(at), current == Some(dated.valid_from), plans, may_keep && terms.len() > 1, request)
    });
    let content = view! {
        <p class="note">{words::TERMS_NOTE.get(lang)}</p>
        <ol class="contract-terms">{rows.collect_view()}</ol>
    };
    Block::fixed("terms", content).titled(words::TERMS.get(lang)).class("wide")
}

#[expect(clippy::too_many_arguments, reason = "one row of the timeline, shown from every side")]
fn row(
    held: &Held,
    dated: &DatedTerms,
    before: Option<&DatedTerms>,
    until: Option<Day>,
    is_current: bool,
    plans: &KnownPlans,
    may_remove: bool,
    request: &PageRequest,
) -> AnyView {
    let lang = request.view.lang;
    let from = dated.valid_from.to_date().to_string();
    let current = is_current.then(|| view! { " " <span class="badge">{words::IN_FORCE.get(lang)}</span> });
    let until = until.map(|day| format!(" – {}", day.to_date()));
    let facts = match dated.terms.is_unreadable() {
        true => view! { <p class="problem">{words::UNREADABLE_TERMS.get(lang)}</p> }.into_any(),
        false => said(dated, before, plans, lang),
    };
    let can_copy = held.contract.contract_id > 0 && !dated.terms.is_unreadable();
    let copy = request.address_with("from", &from);
    let remove = may_remove.then(|| remove(held, &from, request));
    view! {
        <li class=if is_current { "is-current" } else { "" }>
            <p class="contract-day"><b>{words::TERMS_FROM.with(lang, &[&from])}</b> {until} {current}</p>
            {facts}
            <p class="contract-ways">
                {dated.terms.tariff.clone().map(|code| {
                    view! { <a href=format!("/settlement/tariffs/{code}?day={from}")>{words::BANDS.get(lang)}</a> }
                })}
                {can_copy.then(|| view! { <a href=format!("{copy}#put-terms")>{words::COPY_TERMS.get(lang)}</a> })}
            </p>
            {remove}
        </li>
    }
    .into_any()
}

/// What the terms say; what differs from the ones before is marked.
fn said(dated: &DatedTerms, before: Option<&DatedTerms>, plans: &KnownPlans, lang: Lang) -> AnyView {
    let own = cells(&dated.terms);
    let earlier = before.map(|before| cells(&before.terms));
    let items = TERM_FIELDS.into_iter().zip(&own).enumerate().filter_map(|(at, (field, cell))| {
        let is_new = earlier.as_ref().is_some_and(|earlier| earlier[at] != *cell);
        let is_plain = cell.is_empty() || cell == "0";
        if is_plain && !is_new && field != "tariff" {
            return None;
        }
        let shown = match (field, plans.on(cell, dated.valid_from)) {
            ("tariff", Some(plan)) => format!("{} ({cell})", fields::plan_name(plan, lang)),
            _ => fields::shown(field, cell, lang),
        };
        let class = if is_new { "is-new" } else { "" };
        let mark = is_new.then_some("● ");
        Some(view! { <div class=class><dt>{fields::label(field, lang)}</dt><dd><i aria-hidden="true">{mark}</i>{shown}</dd></div> })
    });
    view! { <dl class="facts">{items.collect_view()}</dl> }.into_any()
}

fn remove(held: &Held, from: &str, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let id = held.contract.contract_id;
    let confirm = Confirm {
        action: format!("/settlement/contracts/{id}/terms?remove={from}"),
        title: words::REMOVE_TERMS.get(lang).to_owned(),
        accessible_title: words::REMOVE_TERMS_OF.with(lang, &[from]),
        note: words::REMOVE_TERMS_NOTE,
        button: words::REMOVE,
        version: Some(held.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of(ACT_FORM, request).silent())
}

/// Starts from the terms that the address names, else from the newest.
pub fn put(held: &Held, today: Day, plans: &KnownPlans, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(TERMS_FORM, request);
    let asked = shared::day(request, "from").ok().flatten().map(Day::from_date);
    let mut readable = held.contract.terms.iter().filter(|dated| !dated.terms.is_unreadable());
    let base = readable.clone().find(|dated| Some(dated.valid_from) == asked);
    let standing = base.or(readable.next_back()).map_or_else(|| plain_terms(Voltage::Below1Kv), |dated| dated.terms.clone());
    let from = base.map_or(today, |dated| dated.valid_from).to_date().to_string();
    let from = Field::date("valid_from", words::VALID_FROM.get(lang), "1990-01-01".to_owned()).standing(from);
    let content = view! {
        <form method="post" action=format!("/settlement/contracts/{}/terms", held.contract.contract_id)>
            {form.problem()}
            {found(form, lang)}
            <input type="hidden" name="version" value=held.version.to_string() />
            {form.field(from.hint(words::VALID_FROM_HINT.get(lang)).required())}
            {fields::view(form, &standing, plans)}
            {form.reason()}
            <p class="buttons"><button type="submit" class="main-button">{words::SAVE.get(lang)}</button></p>
        </form>
    };
    let is_open = form.sent().is_some() || asked.is_some();
    let folded = view! { <details class="fold" open=is_open><summary>{words::PUT_TERMS.get(lang)}</summary>{content}</details> };
    Block::fixed("put-terms", folded).titled(words::PUT_TERMS.get(lang)).class("wide")
}
