//! Which desk and which time: links for the kinds and the neighbours, a form for the rest.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::answer::Answer;
use super::params::{Params, SpanKind};
use crate::components::Block;
use crate::components::link::choices;
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::shared;
use crate::text::alarms::performance as words;
use crate::text::{Lang, Text, pages};

pub fn block(found: &Answer, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let partial = found.is_partial(ctx).then(|| view! { <p class="note">{words::ONLY_YOURS.get(lang)}</p> });
    let content = view! {
        <p class="note">{words::RULE.get(lang)}</p>
        <div class="span-choice">{kinds(found, request)} {neighbours(found, request)}</div>
        {shifts(found, request, ctx)}
        {form(found, lang)}
        {partial}
    };
    Block::fixed("filter", content).class("wide")
}

fn name(kind: SpanKind) -> Text {
    match kind {
        SpanKind::Shift => words::SHIFT,
        SpanKind::Day => words::DAY,
        SpanKind::Month => words::MONTH,
        SpanKind::Period => words::FREE,
    }
}

fn address(found: &Answer, kind: SpanKind, (from, to): (NaiveDate, NaiveDate)) -> String {
    let desk = found.params.desk.map(|desk| format!("&desk={desk}")).unwrap_or_default();
    match kind {
        SpanKind::Period => format!("/alarms/performance?span=period&from={from}&to={to}{desk}"),
        kind => format!("/alarms/performance?span={}&day={from}{desk}", kind.code()),
    }
}

fn kinds(found: &Answer, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let links = SpanKind::ALL.map(|kind| {
        let is_current = kind == found.params.span;
        (name(kind).get(lang).to_owned(), address(found, kind, found.days), is_current)
    });
    choices(words::PERIOD.get(lang), links.into())
}

fn neighbours(found: &Answer, request: &PageRequest) -> AnyView {
    let (lang, kind) = (request.view.lang, found.params.span);
    let to = |steps| address(found, kind, Params::neighbour(found.days, kind, steps));
    view! {
        <nav class="choices" aria-label=words::NEIGHBOURS.get(lang)>
            <a href=to(-1) rel="prev">{words::PREVIOUS.get(lang)}</a>
            <a href=to(1) rel="next">{words::NEXT.get(lang)}</a>
        </nav>
    }
    .into_any()
}

fn shifts(found: &Answer, request: &PageRequest, ctx: &AppContext) -> Option<AnyView> {
    if found.shifts.is_empty() {
        return None;
    }
    let clock = |at: chrono::DateTime<chrono::Utc>| format::hour_minute(ctx.zone.local_ms(at.timestamp_micros()));
    let links = found.shifts.iter().map(|shift| {
        let title = format!("{} {}–{}", shift.name, clock(shift.starts_at), clock(shift.ends_at));
        let is_current = found.shift.as_ref().is_some_and(|chosen| chosen.shift_id == shift.shift_id);
        (title, request.address_with("shift", &shift.shift_id.to_string()), is_current)
    });
    Some(choices(words::SHIFT.get(request.view.lang), links.collect()))
}

fn form(found: &Answer, lang: Lang) -> AnyView {
    let desks = found.desks.iter().map(|desk| {
        let selected = found.params.desk == Some(desk.desk_id);
        view! { <option value=desk.desk_id.to_string() selected=selected>{desk.name.clone()}</option> }
    });
    let (from, to) = found.days;
    let date = |name: &'static str, label: Text, day: NaiveDate| {
        view! { <label>{label.get(lang)} " " <input type="date" name=name value=day.to_string() required=true /></label> }
            .into_any()
    };
    let dates = match found.params.span {
        SpanKind::Period => view! { {date("from", words::FROM, from)} {date("to", words::TO, to)} }.into_any(),
        _ => date("day", pages::DAY, from),
    };
    view! {
        <form class="filter" method="get" action="/alarms/performance">
            <input type="hidden" name="span" value=found.params.span.code() />
            <label>
                {words::DESK.get(lang)} " "
                <select name="desk">
                    <option value="">{words::NO_DESK.get(lang)}</option>
                    {desks.collect_view()}
                </select>
            </label>
            {dates}
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
    }
    .into_any()
}

/// The period in words, with where it was cut off.
pub fn period(found: &Answer, ctx: &AppContext, lang: Lang) -> String {
    let local = |ms: i64| format::date_minute(ctx.local(ms));
    let (from, to) = found.days;
    let mut text = match (&found.shift, found.params.span) {
        (Some(shift), SpanKind::Shift) => {
            let at = |moment: chrono::DateTime<chrono::Utc>| format::date_minute(ctx.zone.local_ms(moment.timestamp_micros()));
            format!("{} · {} – {}", shift.name, at(shift.starts_at), at(shift.ends_at))
        }
        _ if from == to => from.to_string(),
        _ => format!("{from} – {to}"),
    };
    if let Some(desk) = &found.desk {
        text = format!("{} · {text}", desk.name);
    }
    match found.span {
        Some(span) if found.is_running => format!("{text} · {}", words::UNTIL_NOW.with(lang, &[&local(span.to_ms)])),
        _ => text,
    }
}

/// A moment of the wall clock.
pub fn moment(ctx: &AppContext, ms: i64) -> String {
    shared::moment(ctx.zone, chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default())
}
