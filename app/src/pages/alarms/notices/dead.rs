//! Messages that were not delivered, each with another try.

use leptos::prelude::*;
use warehouse::alarms::notices::log::DeadMessage;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::count;
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::text::access::common;
use crate::text::alarms::notices as words;

pub fn block(dead: &[DeadMessage], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let content = if dead.is_empty() {
        nothing(words::NO_DEAD, lang)
    } else {
        let columns = vec![
            Column::text(words::MADE_AT.get(lang)),
            Column::text(words::RECEIVER.get(lang)),
            Column::number(words::ALARMS.get(lang)),
            Column::number(words::ATTEMPTS.get(lang)),
            Column::text(words::ANSWER.get(lang)),
            Column::text(common::ACTIONS.get(lang)),
        ];
        let rows = dead.iter().map(|message| {
            let id = message.message_id;
            let again = view! {
                <form class="inline-form" method="post" action=format!("/alarms/messages/{id}/again")>
                    <button type="submit" aria-label=words::AGAIN_OF.with(lang, &[&id.to_string()])>{words::AGAIN.get(lang)}</button>
                </form>
            };
            Row::from(vec![
                Cell::text(managed::at(ctx, message.created_at)),
                Cell::text(managed::user_text(&message.channel_name)),
                Cell::number(count(message.notice_count.into())),
                Cell::number(message.attempts.to_string()),
                Cell::text(words::outcome(message.outcome.as_deref().unwrap_or_default(), lang)),
                Cell::text(again),
            ])
        });
        table(words::DEAD.get(lang), columns, rows.collect())
    };
    Block::fixed("dead-messages", content).titled(words::DEAD.get(lang)).class("wide")
}
