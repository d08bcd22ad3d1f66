//! Hand-overs of the past, the newest first.

use leptos::prelude::*;
use warehouse::alarms::shifts::{Desk, Handover, MOST_LISTED, Side};

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::text::alarms::shifts as words;

pub fn block(desk: &Desk, listed: &[Handover], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let done: Vec<_> = listed.iter().filter(|one| one.is_finished()).collect();
    let last = listed.last().filter(|_| i64::try_from(listed.len()).unwrap_or(0) >= MOST_LISTED);
    let earlier = last.map(|last| {
        let address = format!("/alarms/handover?desk={}&before={}", desk.desk_id, last.handover_id);
        view! { <nav class="pager"><a href=address rel="next">{words::EARLIER.get(lang)}</a></nav> }
    });
    let content = if done.is_empty() {
        nothing(words::NONE_PAST, lang)
    } else {
        let columns = vec![
            Column::text(words::HANDOVER.get(lang)),
            Column::text(words::FROM_SHIFT.get(lang)),
            Column::text(words::TO_SHIFT.get(lang)),
            Column::text(words::OUTGOING.get(lang)),
            Column::text(words::INCOMING.get(lang)),
            Column::number(words::ALARM_COUNT.get(lang)),
        ];
        table(words::PAST.get(lang), columns, done.into_iter().map(|one| row(one, request, ctx)).collect())
    };
    Block::fixed("past-handovers", view! { {content} {earlier} }).titled(words::PAST.get(lang)).class("wide no-print")
}

fn row(handover: &Handover, request: &PageRequest, ctx: &AppContext) -> Row {
    let lang = request.view.lang;
    let kept = handover.snapshot.as_ref();
    let turn = |name: Option<&str>| Cell::text(managed::user_text(name.unwrap_or(words::NO_SHIFT_CHOSEN.get(lang))));
    let signed = |side: Side| match handover.signature(side) {
        Some(own) => Cell::text(managed::user_text(&words::SIGNED_BY.with(lang, &[&own.name, &managed::at(ctx, own.at)]))),
        None => Cell::text(words::NOT_SIGNED_YET.get(lang)),
    };
    let count = kept.map_or(0, |kept| i64::try_from(kept.alarms.len()).unwrap_or(0).saturating_add(kept.left_out));
    let address = format!("/alarms/handover?id={}", handover.handover_id);
    let title = words::HANDOVER_NO.with(lang, &[&handover.handover_id.to_string()]);
    Row::from(vec![
        Cell::text(view! { <a href=address>{title}</a> }),
        turn(kept.and_then(|kept| kept.from.as_ref()).map(|turn| turn.name.as_str())),
        turn(kept.and_then(|kept| kept.to.as_ref()).map(|turn| turn.name.as_str())),
        signed(Side::Outgoing),
        signed(Side::Incoming),
        Cell::number(format::count(count)),
    ])
}
