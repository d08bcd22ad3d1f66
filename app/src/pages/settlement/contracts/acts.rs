//! What can be done to a contract beside its terms: the billing day, closing, removing; and meter exchanges.

use domain::Day;
use leptos::prelude::*;
use warehouse::settlement::contracts::Held;

use super::{CLOSE_FORM, EXCHANGE_FORM, HEAD_FORM, found};
use crate::components::Block;
use crate::components::form::{Confirm, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::pages::shared;
use crate::text::settlement::contracts as words;

const NUMBER_CHARS: usize = 20;

pub fn block(held: &Held, today: Day, request: &PageRequest) -> Block {
    let content = view! {
        {head(held, request)}
        {close(held, today, request)}
        {remove(held, request)}
    };
    Block::fixed("acts", content).titled(words::ACTS.get(request.view.lang)).class("block-actions")
}

fn head(held: &Held, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(HEAD_FORM, request);
    let day = Field::text("billing_day", words::BILLING_DAY.get(lang)).standing(held.contract.billing_day.to_string());
    view! {
        <form method="post" action=format!("/settlement/contracts/{}", held.contract.contract_id)>
            {found(form, lang)}
            <input type="hidden" name="version" value=held.version.to_string() />
            {form.field(day.hint(words::BILLING_DAY_HINT.get(lang)).required().most(2))}
            <p class="buttons"><button type="submit">{words::CHANGE_HEAD.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn close(held: &Held, today: Day, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(CLOSE_FORM, request);
    let action = format!("/settlement/contracts/{}/close", held.contract.contract_id);
    if held.contract.closed_on.is_some() {
        let confirm = Confirm {
            action,
            title: words::REOPEN.get(lang).to_owned(),
            accessible_title: words::REOPEN.get(lang).to_owned(),
            note: words::REOPEN_NOTE,
            button: words::REOPEN,
            version: Some(held.version),
            asks_reason: true,
            is_open: false,
            row: None,
        };
        return view! { {found(form, lang)} {confirm.into_view(form.silent())} }.into_any();
    }
    let day = Field::date("closed_on", words::CLOSED_ON.get(lang), "1990-01-01".to_owned()).standing(today.to_date().to_string());
    view! {
        <form method="post" action=action>
            {found(form, lang)}
            <input type="hidden" name="version" value=held.version.to_string() />
            {form.field(day.hint(words::CLOSE_HINT.get(lang)).required())}
            {form.reason()}
            <p class="buttons"><button type="submit">{words::CLOSE.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn remove(held: &Held, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let confirm = Confirm {
        action: format!("/settlement/contracts/{}/remove", held.contract.contract_id),
        title: words::REMOVE_CONTRACT.get(lang).to_owned(),
        accessible_title: words::REMOVE_CONTRACT.get(lang).to_owned(),
        note: words::REMOVE_CONTRACT_NOTE,
        button: words::REMOVE,
        version: Some(held.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of(HEAD_FORM, request).silent())
}

pub fn exchanges(held: &Held, may_keep: bool, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let content = if held.contract.exchanges.is_empty() {
        shared::nothing(words::NO_EXCHANGES, lang)
    } else {
        let columns = vec![
            Column::text(words::EXCHANGED_AT.get(lang)),
            Column::number(words::FINAL_REGISTER.get(lang)),
            Column::number(words::INITIAL_REGISTER.get(lang)),
            Column::text(words::ACTS.get(lang)),
        ];
        let rows = held.contract.exchanges.iter().map(|exchange| {
            let at = exchange.at.to_string();
            let at = at.strip_suffix(".000").unwrap_or(&at).to_owned();
            let act = may_keep.then(|| remove_exchange(held, &at, request));
            Row::from(vec![
                Cell::text(at.clone()),
                Cell::number(exchange.final_register.to_string()),
                Cell::number(exchange.initial_register.to_string()),
                Cell::text(act),
            ])
        });
        table(words::EXCHANGES.get(lang), columns, rows.collect())
    };
    let add = may_keep.then(|| add_exchange(held, request));
    Block::fixed("exchanges", view! { {content} {add} }).titled(words::EXCHANGES.get(lang))
}

fn remove_exchange(held: &Held, at: &str, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let id = held.contract.contract_id;
    let confirm = Confirm {
        action: format!("/settlement/contracts/{id}/exchange?remove={}", crate::context::encode(at)),
        title: words::REMOVE.get(lang).to_owned(),
        accessible_title: words::REMOVE_EXCHANGE_OF.with(lang, &[at]),
        note: words::REMOVE_EXCHANGE_NOTE,
        button: words::REMOVE,
        version: Some(held.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of(EXCHANGE_FORM, request).silent())
}

fn add_exchange(held: &Held, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(EXCHANGE_FORM, request);
    let number = |name: &'static str, label: &'static str| form.field(Field::text(name, label).required().most(NUMBER_CHARS));
    view! {
        <details class="fold" open=form.sent().is_some()>
            <summary>{words::ADD_EXCHANGE.get(lang)}</summary>
            <form method="post" action=format!("/settlement/contracts/{}/exchange", held.contract.contract_id)>
                {found(form, lang)}
                <input type="hidden" name="version" value=held.version.to_string() />
                {form.field(Field::moment("at", words::EXCHANGED_AT.get(lang)).required())}
                {number("final_register", words::FINAL_REGISTER.get(lang))}
                {number("initial_register", words::INITIAL_REGISTER.get(lang))}
                {form.reason()}
                <p class="buttons"><button type="submit">{words::SAVE.get(lang)}</button></p>
            </form>
        </details>
    }
    .into_any()
}
