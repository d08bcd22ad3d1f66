//! One contract: its head, what is wrong with it, terms as a timeline, exchanges, what can be done, its history.

use std::collections::BTreeMap;

use domain::access::Permission;
use domain::settlement::contract_check::{Facts, check};
use leptos::prelude::*;
use warehouse::access::audit::{self, AuditFilter, Entry};
use warehouse::read::regions::Tree;
use warehouse::settlement::contracts::{self, Customer, Held};

use super::{ACT_FORM, CLOSE_FORM, EXCHANGE_FORM, HEAD_FORM, TERMS_FORM, acts, fields, notes, plans, terms, today};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest, encode};
use crate::error::AppError;
use crate::pages::managed::{self, fact, user_text};
use crate::pages::{PageContent, shared};
use crate::text::access::actions;
use crate::text::settlement::contracts as words;
use crate::text::{Lang, common};

const HISTORY_ENTRIES: i64 = 30;
const MOST_CHANGES: usize = 12;

pub async fn content(request: &PageRequest, ctx: &AppContext, id: i64) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let (held, customer) = contracts::one(&ctx.pool, id).await?.ok_or(AppError::NotFound)?;
    let (plans, today) = (plans(ctx).await?, today(ctx).await?);
    let usage_type = customer.as_ref().map_or(domain::UNKNOWN_USAGE, |customer| &customer.usage_type);
    let faults = check(&held.contract, Facts { usage_type, plans: &plans });
    let may_keep = ctx.viewer.may(Permission::KeepBilling);
    let mut blocks = vec![
        head(&held, customer.as_ref(), &managed::tree(ctx).await?, ctx, lang),
        Block::fixed("notes", notes(&faults, lang)).titled(words::NOTES.get(lang)),
        terms::block(&held, today, &plans, may_keep, request),
    ];
    if may_keep {
        blocks.push(terms::put(&held, today, &plans, request));
        blocks.push(acts::block(&held, today, request));
    }
    blocks.push(acts::exchanges(&held, may_keep, request));
    blocks.push(history(&held, lang, ctx).await?);
    let title = words::CONTRACT.with(lang, &[&id.to_string()]);
    let forms = [TERMS_FORM, ACT_FORM, EXCHANGE_FORM, CLOSE_FORM, HEAD_FORM];
    // a problem of a small form stands above all
    let shown: &[&str] = if may_keep { &forms[..1] } else { &[] };
    Ok(super::super::page("contract", title, shown, request, ctx, blocks))
}

fn head(held: &Held, customer: Option<&Customer>, tree: &Tree, ctx: &AppContext, lang: Lang) -> Block {
    let contract = &held.contract;
    let number = contract.user_id.to_string();
    let number = match ctx.viewer.may(Permission::SeeCustomers) {
        true => shared::user_link(contract.user_id, number),
        false => number.into_any(),
    };
    let name = customer.map_or_else(|| common::ABSENT.into_any(), |customer| user_text(&customer.user_name));
    let usage = customer.map_or_else(|| common::ABSENT.to_owned(), |customer| shared::usage(&customer.usage_type, lang));
    let region = held.region_id.map(|region| shared::region_of(tree, region, lang));
    let day = |day: domain::Day| day.to_date().to_string();
    let statements = format!("/settlement/statements?user={}", contract.user_id);
    let content = view! {
        <dl class="facts">
            {fact(words::USER, number, lang)}
            {fact(words::NAME, name, lang)}
            {fact(words::CATEGORY, usage, lang)}
            {fact(words::REGION, region, lang)}
            {fact(words::DIRECTION, words::direction(contract.direction).get(lang), lang)}
            {fact(words::BILLING_DAY, contract.billing_day.to_string(), lang)}
            {fact(words::STARTS_ON, contract.starts_on().map_or_else(String::new, day), lang)}
            {fact(words::CLOSED_ON, contract.closed_on.map_or_else(|| words::STILL_OPEN.get(lang).to_owned(), day), lang)}
        </dl>
    };
    Block::fixed("contract", content)
        .titled(words::HEAD.get(lang))
        .aside(view! { <a href=statements>{words::STATEMENTS.get(lang)}</a> })
}

async fn history(held: &Held, lang: Lang, ctx: &AppContext) -> Result<Block, AppError> {
    let object = format!("contract:{}", held.contract.contract_id);
    // whoever sees the contract sees its history, whoever wrote it
    let filter = AuditFilter { object: Some(object.clone()), limit: HISTORY_ENTRIES, ..AuditFilter::default() };
    let entries = audit::list(managed::access(ctx)?, &filter).await?;
    let content = if entries.is_empty() { shared::nothing(words::NO_HISTORY, lang) } else { entries_table(&entries, lang, ctx) };
    let block = Block::fixed("history", content).titled(words::HISTORY.get(lang)).class("wide");
    let link = format!("/audit?object={}", encode(&object));
    Ok(match ctx.viewer.may(Permission::SeeAudit) {
        true => block.aside(view! { <a href=link>{words::WHOLE_HISTORY.get(lang)}</a> }),
        false => block,
    })
}

fn entries_table(entries: &[Entry], lang: Lang, ctx: &AppContext) -> AnyView {
    let columns = [words::AT, words::WHO, words::WHAT, words::REASON].map(|title| Column::text(title.get(lang)));
    let rows = entries.iter().map(|entry| {
        let changes = changes(entry, lang).into_iter().map(|change| view! { <div>{change}</div> }).collect_view();
        Row::from(vec![
            Cell::text(managed::at(ctx, entry.at)),
            Cell::text(user_text(&entry.actor_name)),
            Cell::text(view! { <div>{actions::action(&entry.action, lang)}</div> {changes} }),
            Cell::text(entry.reason.as_deref().map(user_text)),
        ])
    });
    table(words::HISTORY.get(lang), columns.into(), rows.collect())
}

/// Fields of a change with what they were and are.
fn changes(entry: &Entry, lang: Lang) -> Vec<String> {
    type Fields = BTreeMap<String, serde_json::Value>;
    let read = |json: &Option<String>| json.as_deref().and_then(|json| serde_json::from_str::<Fields>(json).ok());
    let (Some(before), Some(after)) = (read(&entry.before), read(&entry.after)) else { return vec![] };
    let text = |value: Option<&serde_json::Value>, field: &str| {
        fields::shown(field, value.and_then(serde_json::Value::as_str).unwrap_or_default(), lang)
    };
    let lines = after.iter().map(|(name, value)| {
        let (field, day) = name.split_once(' ').unwrap_or((name, ""));
        let (was, is) = (text(before.get(name), field), text(Some(value), field));
        format!("{day} {}: {was} → {is}", fields::label(field, lang)).trim_start().to_owned()
    });
    lines.take(MOST_CHANGES).collect()
}
