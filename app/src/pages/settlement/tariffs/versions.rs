//! The versions of a tariff: validity, who made each and why, what it changed, what replaced it; withdrawing one.

use std::collections::BTreeMap;

use domain::Day;
use domain::settlement::validity::in_force;
use leptos::prelude::*;
use warehouse::settlement::tariffs::{PlanRow, VersionRow};

use super::{ACTION_FORM, facts};
use crate::components::Block;
use crate::components::form::{Confirm, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::date;
use crate::pages::managed;
use crate::text::Lang;
use crate::text::settlement::tariffs as texts;

pub fn block(
    plan: &PlanRow,
    made: &[VersionRow],
    shown: i32,
    may_change: bool,
    request: &PageRequest,
    ctx: &AppContext,
) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::number(texts::VERSIONS.get(lang)),
        Column::text(texts::VALID.get(lang)),
        Column::text(texts::STATE.get(lang)),
        Column::text(texts::MADE_BY.get(lang)),
        Column::text(texts::CHANGES.get(lang)),
        Column::text(texts::ACTIONS.get(lang)),
    ];
    let replaced = replaced(made);
    let today = ctx.local_now().day();
    let rows = made.iter().enumerate().map(|(at, version)| {
        let link = view! {
            <a href=format!("/settlement/tariffs/{}?version={}", plan.code, version.version) aria-current=(version.version == shown).then_some("true")>
                {version.version.to_string()}
            </a>
        };
        let may_withdraw = may_change && version.withdrawn_at.is_none();
        let withdraw = may_withdraw.then(|| withdraw(plan, version, request));
        let made_by = view! { {managed::user_text(&version.made_by)} <span class="hint tariff-code">{managed::at(ctx, version.made_at)}</span> };
        let cells = vec![
            Cell::number(link),
            Cell::text(validity(version, lang)),
            Cell::text(state(version, made, &replaced, today, lang)),
            Cell::text(made_by),
            Cell::text(changes(version, made.get(at + 1), lang)),
            Cell::text(withdraw),
        ];
        Row { cells, class: if version.withdrawn_at.is_some() { "state-off".to_owned() } else { String::new() } }
    });
    let title = texts::VERSIONS.get(lang);
    let block = Block::fixed("versions", table(title, columns, rows.collect())).titled(title).class("wide");
    if made.len() < 2 { block } else { block.aside(compare(plan, made, shown, lang)) }
}

/// Any two versions, the later one being what is shown.
fn compare(plan: &PlanRow, made: &[VersionRow], shown: i32, lang: Lang) -> AnyView {
    let select = |name: &'static str, label: crate::text::Text, chosen: Option<i32>| {
        let options = made.iter().map(|version| {
            let number = version.version.to_string();
            view! { <option value=number.clone() selected={chosen == Some(version.version)}>{number.clone()}</option> }
        });
        view! { <label><span>{label.get(lang)}</span> " " <select name=name>{options.collect_view()}</select></label> }
    };
    let before = made.iter().map(|version| version.version).find(|version| *version != shown);
    view! {
        <form class="inline-form" method="get" action=format!("/settlement/tariffs/{}", plan.code)>
            {select("version", texts::VERSIONS, Some(shown))}
            {select("against", texts::COMPARED_WITH, before)}
            <button type="submit">{texts::COMPARE.get(lang)}</button>
        </form>
    }
    .into_any()
}

/// What differs between two versions, field by field.
pub fn compared(before: &VersionRow, after: &VersionRow, lang: Lang) -> Block {
    let lines = match (&before.plan, &after.plan) {
        (Some(before), Some(after)) => facts::differences(before, after, lang),
        _ => vec![texts::CANNOT_READ.get(lang).to_owned()],
    };
    let none = lines.is_empty().then(|| view! { <p>{texts::NO_DIFFERENCE.get(lang)}</p> });
    let lines = lines.into_iter().map(|line| view! { <li><bdi>{line}</bdi></li> });
    let title = texts::COMPARED.with(lang, &[&before.version.to_string(), &after.version.to_string()]);
    let content = view! { {none} <ul class="changes">{lines.collect_view()}</ul> };
    Block::fixed("compared", content).titled(title).class("wide")
}

pub fn validity(version: &VersionRow, lang: Lang) -> String {
    let from = date(version.valid_from);
    match version.valid_until {
        Some(until) => texts::FROM_TO.with(lang, &[&from, &date(Day(until.0 - 1))]),
        None => texts::FROM_ON.with(lang, &[&from]),
    }
}

/// By version, those that say that they replace it.
fn replaced(made: &[VersionRow]) -> BTreeMap<i32, Vec<i32>> {
    let mut by = BTreeMap::<i32, Vec<i32>>::new();
    for version in made.iter().filter(|version| version.withdrawn_at.is_none()) {
        version.replaces.iter().for_each(|old| by.entry(*old).or_default().push(version.version));
    }
    by
}

fn state(version: &VersionRow, made: &[VersionRow], replaced: &BTreeMap<i32, Vec<i32>>, today: Day, lang: Lang) -> AnyView {
    let live: Vec<_> = made.iter().filter(|one| one.withdrawn_at.is_none()).map(VersionRow::validity).collect();
    let now = in_force(&live).into_iter().find(|stretch| stretch.covers(today)).map(|stretch| stretch.version);
    let mark = match version.withdrawn_at {
        Some(_) => Some((texts::WITHDRAWN, true)),
        None if now == Some(version.version) => Some((texts::IN_FORCE, false)),
        None if version.valid_from > today => Some((texts::TO_COME, false)),
        None if version.valid_until.is_some_and(|until| until <= today) => Some((texts::ENDED, false)),
        None => None,
    };
    let by = replaced.get(&version.version).map(|by| {
        let by: Vec<_> = by.iter().rev().map(ToString::to_string).collect();
        view! { <span class="hint">{texts::REPLACED_BY.with(lang, &[&texts::join(by, lang)])}</span> }
    });
    let replaces = (!version.replaces.is_empty()).then(|| {
        let old: Vec<_> = version.replaces.iter().map(ToString::to_string).collect();
        view! { <span class="hint">{texts::REPLACES.with(lang, &[&texts::join(old, lang)])}</span> }
    });
    view! { <span class="badges">{mark.map(|(text, is_off)| managed::badge(text, is_off, lang))} " " {by} " " {replaces}</span> }
        .into_any()
}

fn changes(version: &VersionRow, before: Option<&VersionRow>, lang: Lang) -> AnyView {
    let lines = match (&version.plan, before.map(|before| &before.plan)) {
        (None, _) => vec![texts::CANNOT_READ.get(lang).to_owned()],
        (Some(after), Some(Some(before))) => {
            let told = facts::differences(before, after, lang);
            if told.is_empty() { vec![texts::NO_DIFFERENCE.get(lang).to_owned()] } else { told }
        }
        (Some(_), None) => vec![texts::FIRST_VERSION.get(lang).to_owned()],
        (Some(_), Some(None)) => Vec::new(),
    };
    let note = version.note.as_ref().filter(|note| !note.is_empty());
    let note = note.map(|note| view! { <p class="note">{managed::user_text(note)}</p> });
    let lines = lines.into_iter().map(|line| view! { <li><bdi>{line}</bdi></li> });
    view! { {note} <ul class="changes">{lines.collect_view()}</ul> }.into_any()
}

fn withdraw(plan: &PlanRow, version: &VersionRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let number = version.version.to_string();
    let title = texts::WITHDRAW.with(lang, &[&number]);
    let confirm = Confirm {
        action: format!("/settlement/tariffs/{}/withdraw", plan.code),
        title: texts::WITHDRAW_BUTTON.get(lang).to_owned(),
        accessible_title: title,
        note: texts::WITHDRAW_NOTE,
        button: texts::WITHDRAW_BUTTON,
        version: Some(plan.version),
        asks_reason: true,
        is_open: false,
        row: Some(version.version.into()),
    };
    confirm.into_view(Form::of(ACTION_FORM, request).silent())
}

/// Nobody can choose it any more.
pub fn remove(plan: &PlanRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let confirm = Confirm {
        action: format!("/settlement/tariffs/{}/remove", plan.code),
        title: texts::REMOVE.get(lang).to_owned(),
        accessible_title: texts::REMOVE.get(lang).to_owned(),
        note: texts::REMOVE_NOTE,
        button: crate::text::access::common::REMOVE,
        version: Some(plan.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of(ACTION_FORM, request).silent())
}
