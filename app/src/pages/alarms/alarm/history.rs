//! What happened to the alarm, the newest first: who, when, why; what was known only afterwards is marked.

use domain::alarms::{Event, Quality};
use leptos::prelude::*;
use warehouse::read::alarms::{Entry, History, HistoryFilter, history};

use super::Alarm;
use crate::components::Block;
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::alarms::told;
use crate::pages::managed::user_text;
use crate::pages::shared;
use crate::text::alarms::{alarm as words, desk, words as names};
use crate::text::{Lang, common};

const PER_PAGE: i64 = 50;
/// The value of `history` that shows only what was known afterwards.
const LATE: &str = "late";

pub async fn block(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Result<Block, AppError> {
    let lang = request.view.lang;
    let only_late = request.get("history") == Some(LATE);
    let before = shared::int(request, "before", "1, 2, …")?;
    let filter = HistoryFilter { before, only_retrospective: only_late };
    let found = history(&ctx.pool, alarm.id(), filter, PER_PAGE).await?;
    let counts = [format::count(found.total), format::count(found.retrospective)];
    let content = view! {
        {(found.retrospective > 0 || only_late).then(|| which(only_late, request, lang))}
        {entries(alarm, &found, ctx, lang)}
        {pager(&found, before.is_some(), request, lang)}
    };
    let block = Block::new("alarm-history", content).titled(words::HISTORY.get(lang)).class("wide");
    Ok(block.aside(words::HISTORY_TOTAL.with(lang, &[&counts[0], &counts[1]])))
}

fn which(only_late: bool, request: &PageRequest, lang: Lang) -> AnyView {
    let mut first = request.clone();
    first.query.remove("before");
    let links = vec![
        (words::ALL_ENTRIES.get(lang).to_owned(), first.address_with("history", ""), !only_late),
        (words::ONLY_LATE.get(lang).to_owned(), first.address_with("history", LATE), only_late),
    ];
    choices(words::HISTORY.get(lang), links)
}

fn entries(alarm: &Alarm, found: &History, ctx: &AppContext, lang: Lang) -> AnyView {
    if found.entries.is_empty() {
        return shared::nothing(words::NO_ENTRY, lang);
    }
    let columns = vec![
        Column::text(words::AT.get(lang)),
        Column::text(words::EVENT.get(lang)),
        Column::text(words::CHANGE.get(lang)),
        Column::text(words::EVENT_TIME.get(lang)),
        Column::number(desk::VALUE.get(lang)),
        Column::text(words::ACTOR.get(lang)),
        Column::text(words::REASON.get(lang)),
    ];
    let rows = found.entries.iter().map(|entry| row(alarm, entry, ctx, lang));
    table(words::HISTORY.get(lang), columns, rows.collect())
}

fn row(alarm: &Alarm, entry: &Entry, ctx: &AppContext, lang: Lang) -> Row {
    let today = ctx.local_now().day();
    let change = if entry.from == entry.to {
        names::state(entry.to).get(lang).to_owned()
    } else {
        format!("{} → {}", names::state(entry.from).get(lang), names::state(entry.to).get(lang))
    };
    let condition = alarm.rule().and_then(|rule| told::condition_then(&alarm.line().point, entry.threshold, rule));
    let value = match (entry.value, entry.threshold) {
        (None, None) => common::ABSENT.to_owned(),
        (value, threshold) => told::compared(value, threshold, condition, lang),
    };
    let actor = match &entry.actor {
        Some(person) => user_text(&person.name),
        None => view! { <span class="note">{words::SYSTEM.get(lang)}</span> }.into_any(),
    };
    let class = if entry.is_retrospective { "is-late" } else { "" };
    Row {
        cells: vec![
            Cell::text(format::clock_on(ctx.local(entry.at_ms), today)),
            Cell::text(view! { {names::event(entry.event).get(lang)} {marks(entry, lang)} }),
            Cell::text(change),
            Cell::text(told::event_time(entry.event_time, today)),
            Cell::number(value),
            Cell::text(actor),
            Cell::text(entry.reason.as_deref().map(|reason| why(reason, lang))),
        ],
        class: class.to_owned(),
    }
}

fn marks(entry: &Entry, lang: Lang) -> AnyView {
    let late = entry.is_retrospective.then(|| {
        view! { " " <span class="mark" title=words::MARK_LATE_WHY.get(lang)>{words::MARK_LATE.get(lang)}</span> }
    });
    let is_revised = entry.event == Event::Revised || entry.reason.as_deref() == Some("data_revised");
    let revised = is_revised.then(|| {
        view! { " " <span class="mark" title=words::MARK_REVISED_WHY.get(lang)>{words::MARK_REVISED.get(lang)}</span> }
    });
    let told = entry.is_annunciated.then(|| view! { " " <span class="badge">{words::MARK_ANNOUNCED.get(lang)}</span> });
    view! { {told} {late} {revised} }.into_any()
}

/// A code of the program in words; the words of a person as they are.
fn why(reason: &str, lang: Lang) -> AnyView {
    match (Quality::from_code(reason), names::reason(reason)) {
        (Some(quality), _) => {
            let text = format!("{} {}", names::quality_glyph(quality), names::quality(quality).get(lang));
            view! { <span title=names::quality_why(quality).get(lang)>{text}</span> }.into_any()
        }
        (None, Some(text)) => text.get(lang).into_any(),
        (None, None) => user_text(reason),
    }
}

fn pager(found: &History, is_older: bool, request: &PageRequest, lang: Lang) -> AnyView {
    let is_full = i64::try_from(found.entries.len()).is_ok_and(|count| count >= PER_PAGE);
    let last = found.entries.last().filter(|_| is_full).map(|entry| entry.transition_id.to_string());
    view! {
        <nav class="pager" aria-label=words::HISTORY.get(lang)>
            {is_older.then(|| view! { <a href=request.address_with("before", "") rel="prev">{words::NEWEST.get(lang)}</a> })}
            {last.map(|last| view! { <a href=request.address_with("before", &last) rel="next">{words::OLDER.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}
