//! What happened to a statement, newest first.

use leptos::prelude::*;

use super::Page;
use crate::components::Block;
use crate::context::AppContext;
use crate::pages::managed::{self, user_text};
use crate::pages::shared;
use crate::text::Lang;
use crate::text::settlement::statement as words;

pub fn block(page: &Page, ctx: &AppContext, lang: Lang) -> Block {
    let title = words::EVENTS.get(lang);
    if page.events.is_empty() {
        return Block::new("events", shared::nothing(words::NO_EVENTS, lang)).titled(title).class("wide");
    }
    let lines = page.events.iter().map(|event| {
        let what = words::event(&event.event).map_or_else(|| event.event.clone(), |word| word.get(lang).to_owned());
        let actor = event.actor.as_deref().filter(|actor| !actor.is_empty()).map(user_text);
        let detail = event.detail.as_deref().filter(|detail| !detail.is_empty()).map(user_text);
        view! { <li><time>{managed::at(ctx, event.at)}</time> " " <strong>{what}</strong> " " {actor} " " {detail}</li> }
    });
    Block::new("events", view! { <ul class="event-list">{lines.collect_view()}</ul> }).titled(title).class("wide")
}
