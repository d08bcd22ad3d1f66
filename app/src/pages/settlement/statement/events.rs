//! What happened to a statement, newest first.

use domain::settlement::StatementState;
use leptos::prelude::*;
use warehouse::settlement::adjustments::{CANNOT_RATE, RATES_AGAIN, faults_of};

use super::Page;
use crate::components::Block;
use crate::context::AppContext;
use crate::pages::managed::{self, user_text};
use crate::pages::shared;
use crate::text::Lang;
use crate::text::settlement::{explain, statement as words};

/// Of a frozen statement that could not be rated when last it was tried: whatever is adjusted about it may be out of date.
pub fn stale(page: &Page, lang: Lang) -> Option<Block> {
    let last = page.events.iter().find(|event| [CANNOT_RATE, RATES_AGAIN].contains(&event.event.as_str()))?;
    if last.event != CANNOT_RATE || page.of.status != StatementState::Frozen {
        return None;
    }
    let faults = faults_of(last.detail.as_deref());
    let unknown = faults.is_none().then(|| words::STALE_UNKNOWN.get(lang));
    let reasons = faults.unwrap_or_default().into_iter().map(|fault| {
        let (sentence, address) = explain::fault(&fault, page.of.contract_id, lang);
        view! { <li>"✕ " <a href=address>{sentence}</a></li> }
    });
    let content = view! { <p>{words::STALE.get(lang)} " " {unknown}</p> <ul class="reason-list">{reasons.collect_view()}</ul> };
    Some(Block::new("stale-adjustments", content).titled(words::STALE_TITLE.get(lang)).class("wide"))
}

pub fn block(page: &Page, ctx: &AppContext, lang: Lang) -> Block {
    let title = words::EVENTS.get(lang);
    if page.events.is_empty() {
        return Block::new("events", shared::nothing(words::NO_EVENTS, lang)).titled(title).class("wide");
    }
    let lines = page.events.iter().map(|event| {
        let what = words::event(&event.event).map_or_else(|| event.event.clone(), |word| word.get(lang).to_owned());
        let actor = event.actor.as_deref().filter(|actor| !actor.is_empty()).map(user_text);
        // faults are told on their own, while they last
        let is_said = |detail: &&str| !detail.is_empty() && event.event != CANNOT_RATE;
        let detail = event.detail.as_deref().filter(is_said).map(user_text);
        view! { <li><time>{managed::at(ctx, event.at)}</time> " " <strong>{what}</strong> " " {actor} " " {detail}</li> }
    });
    Block::new("events", view! { <ul class="event-list">{lines.collect_view()}</ul> }).titled(title).class("wide")
}
