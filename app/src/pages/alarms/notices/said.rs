//! What became of a decision and its message, in a sentence.

use chrono::{DateTime, Utc};
use domain::LocalMs;
use leptos::prelude::*;
use warehouse::alarms::notices::log::{LogLine, MessageState};

use crate::context::AppContext;
use crate::format;
use crate::text::Lang;
use crate::text::alarms::notices as words;

/// `sent 12:31 (2nd attempt)`, `not sent: cool-down until 12:40`
pub fn sentence(line: &LogLine, ctx: &AppContext, lang: Lang) -> String {
    match (line.status.as_str(), &line.message) {
        ("waiting", _) => words::WAITS.with(lang, &[&clock(ctx, line.due_at)]),
        ("ready", _) => words::READY.get(lang).to_owned(),
        ("skipped", _) => {
            let until = line.reason_until.map_or_else(String::new, |until| clock(ctx, until));
            let detail = line.reason_detail.as_deref().unwrap_or_default();
            words::reason(line.reason.as_deref().unwrap_or_default(), &until, detail, lang)
        }
        (_, Some(message)) => of_message(message, ctx, lang),
        (_, None) => words::READY.get(lang).to_owned(),
    }
}

pub fn of_message(message: &MessageState, ctx: &AppContext, lang: Lang) -> String {
    let attempt = words::attempt(message.attempts, lang);
    let answer = words::outcome(message.outcome.as_deref().unwrap_or_default(), lang);
    match (message.status.as_str(), message.finished_at, message.next_attempt_at) {
        ("sent", Some(at), _) => words::WAS_SENT.with(lang, &[&clock(ctx, at), &attempt]),
        ("dead", ..) => words::GAVE_UP.with(lang, &[&attempt, &answer]),
        ("sending", ..) => words::SENDING.with(lang, &[&attempt]),
        (_, _, Some(_)) if message.attempts == 0 => words::READY.get(lang).to_owned(),
        (_, _, Some(next)) => words::RETRY.with(lang, &[&answer, &clock(ctx, next)]),
        _ => words::READY.get(lang).to_owned(),
    }
}

/// The time alone today, with its day otherwise.
pub fn clock(ctx: &AppContext, at: DateTime<Utc>) -> String {
    let at: LocalMs = ctx.local(at.timestamp_millis());
    if at.day() == ctx.local_now().day() { format::hour_minute(at) } else { format::month_day_minute(at) }
}

/// Marks what needs somebody.
pub fn view(line: &LogLine, ctx: &AppContext, lang: Lang) -> AnyView {
    let status = line.message.as_ref().map_or(line.status.as_str(), |message| message.status.as_str());
    let (glyph, class) = match status {
        "sent" => ("✓", "notice-sent"),
        "dead" => ("✕", "notice-dead"),
        "skipped" => ("–", "notice-skipped"),
        _ => ("…", "notice-open"),
    };
    view! { <span class=class><span aria-hidden="true">{glyph}</span> " " {sentence(line, ctx, lang)}</span> }.into_any()
}
