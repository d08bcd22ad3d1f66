//! Before anything was settled: what to do, in order.

use domain::access::Permission;
use leptos::prelude::*;

use super::Overview;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::pages;
use crate::text::{Lang, Text};

use super::words;

pub fn block(page: &Overview, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let keeps = ctx.viewer.may(Permission::KeepBilling);
    let steps = [
        (words::START_TARIFF, if keeps { "/settlement/tariffs/new" } else { "/settlement/tariffs" }, page.progress.has_tariffs),
        (
            words::START_CONTRACT,
            if keeps { "/settlement/contracts/new" } else { "/settlement/contracts" },
            page.progress.has_contracts,
        ),
        (words::START_GENERATE, "/settlement/statements", page.progress.newest.is_some()),
    ];
    let is_begun = page.progress.newest.is_some();
    let nothing = words::NOTHING.with(lang, &[&page.month.to_string()]);
    let newest = page.progress.newest.filter(|newest| *newest != page.month).map(|newest| {
        view! { <p><a href=format!("/settlement?month={newest}")>{words::NEWEST.with(lang, &[&newest.to_string()])}</a></p> }
    });
    let content = view! {
        <p class="empty">{nothing}</p>
        {newest}
        {(!is_begun).then(|| view! { <ol class="settlement-steps">{steps.map(|one| step(one, lang)).collect_view()}</ol> })}
    };
    let title = if is_begun { page.month.to_string() } else { words::START.get(lang).to_owned() };
    Block::new("settlement-begin", content).titled(title).class("wide")
}

fn step((text, address, is_done): (Text, &'static str, bool), lang: Lang) -> AnyView {
    let is_page = pages::check(&crate::PageRequest::parse(address, crate::View::default())).is_ok();
    let (glyph, state) = if is_done { ("✓", words::START_DONE) } else { ("○", words::START_OPEN) };
    let text = text.get(lang);
    let body = if is_page { view! { <a href=address>{text}</a> }.into_any() } else { text.into_any() };
    view! { <li class=if is_done { "is-done" } else { "" }><i aria-hidden="true">{glyph}</i> " " {body} " " <span class="note">{state.get(lang)}</span></li> }
        .into_any()
}
