//! Whose bill it is, of when, in which state, and how that is proved.

use domain::settlement::StatementState;
use leptos::prelude::*;

use super::Page;
use crate::components::Block;
use crate::context::AppContext;
use crate::format;
use crate::pages::managed::{self, fact, user_text};
use crate::pages::settlement::shown;
use crate::pages::shared;
use crate::text::settlement::{overview as overview_words, statement as words};
use crate::text::{Lang, common};

/// Digits of a hash that are shown; the whole of it is in the title.
const HASH_DIGITS: usize = 16;

pub fn block(page: &Page, ctx: &AppContext, lang: Lang) -> Block {
    let of = &page.of;
    let name = view! { {user_text(&of.user_name)} " " {shared::user_link(of.user_id, of.user_id.to_string())} };
    let contract = view! { <a href=format!("/settlement/contracts/{}", of.contract_id)>{of.contract_id.to_string()}</a> };
    let region = page.tree.find(of.region_id).map(|_| shared::region_of(&page.tree, of.region_id, lang));
    let print = view! {
        <a class="button" href=format!("{}/print", page.address())>{words::PRINT.get(lang)}</a>
        {downloads(page)}
    };
    let content = view! {
        <dl class="facts">
            {fact(words::CUSTOMER, name, lang)}
            {fact(common::USAGE_TYPE, shared::usage(&of.usage_type, lang), lang)}
            {fact(overview_words::REGION, region, lang)}
            {fact(words::PERIOD, period(page, lang), lang)}
            {fact(words::CONTRACT, contract, lang)}
            {fact(words::TARIFF, tariffs(page, lang), lang)}
            {fact(words::STATE, view! { {shown::state(of.status, lang)} }, lang)}
            {fact(words::VERSION, versions(page, lang), lang)}
            {fact(words::HASH, hash(page, lang), lang)}
            {stamps(page, ctx, lang)}
        </dl>
        {reasons(page, lang)}
        <p class="buttons">{print}</p>
    };
    Block::new("statement-head", content).class("wide")
}

pub fn period(page: &Page, lang: Lang) -> String {
    let of = &page.of;
    let days = (of.to.0 - of.from.0).to_string();
    words::PERIOD_OF.with(lang, &[&format::date(of.from), &format::date(domain::Day(of.to.0 - 1)), &days])
}

/// Names of the plans, each a link to the version that was used.
fn tariffs(page: &Page, lang: Lang) -> AnyView {
    let Some(document) = page.document() else { return common::ABSENT.into_any() };
    if document.tariffs.is_empty() {
        return common::ABSENT.into_any();
    }
    let link = document.tariffs.iter().map(|tariff| {
        let address = format!("/settlement/tariffs/{}?version={}", tariff.code, tariff.version);
        let title = words::TARIFF_VERSION.with(lang, &[&tariff.name, &tariff.version.to_string()]);
        view! { <a href=address>{title}</a> " " }
    });
    link.collect_view().into_any()
}

fn versions(page: &Page, lang: Lang) -> AnyView {
    let others = page.versions.iter().filter(|version| version.statement_id != page.of.statement_id);
    let links = others.map(|other| {
        let title = format!("v{}", other.version);
        view! { " " <a href=format!("/settlement/statements/{}", other.statement_id)>{title}</a> " " {shown::state(other.status, lang)} }
    });
    view! { {page.of.version.to_string()} {links.collect_view()} }.into_any()
}

fn hash(page: &Page, lang: Lang) -> AnyView {
    let Some(hash) = page.of.hash.as_deref() else {
        return view! { <span class="note">{words::HASH_NOT_YET.get(lang)}</span> }.into_any();
    };
    let short: String = hash.chars().take(HASH_DIGITS).collect();
    let is_proven = hash == page.of.digest;
    let verdict = if is_proven { words::HASH_OK } else { words::HASH_WRONG };
    let class = if is_proven { "note" } else { "wrong" };
    view! { <code title=hash.to_owned()>{short} "…"</code> " " <span class=class>{verdict.get(lang)}</span> }.into_any()
}

/// Who did what when.
fn stamps(page: &Page, ctx: &AppContext, lang: Lang) -> AnyView {
    let of = &page.of;
    let drafted = fact(words::DRAFTED, managed::at(ctx, of.drafted_at), lang);
    let stamp = |label, stamp: &Option<(chrono::DateTime<chrono::Utc>, String)>| {
        let (at, by) = stamp.as_ref()?;
        Some(fact(label, view! { {user_text(by)} " · " {managed::at(ctx, *at)} }, lang))
    };
    let is_checked = of.status != StatementState::Draft;
    view! {
        {drafted}
        {is_checked.then(|| stamp(words::CHECKED, &of.checked))}
        {stamp(words::FROZEN, &of.frozen)}
        {stamp(words::VOIDED, &of.voided)}
    }
    .into_any()
}

fn reasons(page: &Page, lang: Lang) -> AnyView {
    let of = &page.of;
    let reasons = [
        (words::ACCEPTED, &of.accepted_reason),
        (words::FREEZE_REASON, &of.freeze_reason),
        (words::VOID_REASON, &of.void_reason),
    ];
    let shown = reasons.into_iter().filter_map(|(label, reason)| {
        let reason = reason.as_deref().filter(|reason| !reason.is_empty())?;
        Some(view! { <p class="note">{label.get(lang)} ": " {user_text(reason)}</p> })
    });
    shown.collect::<Vec<_>>().into_any()
}

/// Files of this statement.
fn downloads(page: &Page) -> AnyView {
    let file = |kind: &&'static str| {
        let address = format!("{}/statement.{kind}", page.address());
        view! { " " <a class="csv" href=address download="">{kind.to_uppercase()}</a> }
    };
    FILES.iter().map(file).collect_view().into_any()
}

/// Kinds of files that there are addresses for.
const FILES: &[&str] = &["pdf", "xlsx", "csv"];
