//! Why the alarm exists and what to do about it, with what is left of the time to do it.

use domain::alarms::State;
use leptos::prelude::*;

use super::Alarm;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::pages::managed::user_text;
use crate::pages::shared;
use crate::text::alarms::alarm as words;
use crate::text::{Lang, Text};

pub fn block(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let mut facts: Vec<(Text, AnyView)> = Vec::new();
    if let Some(rule) = alarm.rule() {
        let why = &rule.rationale;
        // what to do comes first: that is what somebody looks for
        let texts = [
            (words::RESPONSE, &why.response),
            (words::CAUSE, &why.cause),
            (words::CONSEQUENCE, &why.consequence),
            (words::OWNER, &why.owner),
        ];
        facts.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (label, user_text(text))));
        if let Some(minutes) = why.time_to_respond_min {
            facts.insert(facts.len().min(1), (words::TIME_TO_RESPOND, left(alarm, minutes, ctx.now_ms(), lang).into_any()));
        }
    }
    let content = if facts.is_empty() {
        shared::nothing(words::NO_RATIONALE, lang)
    } else {
        let facts = facts.into_iter().map(|(label, value)| view! { <div><dt>{label.get(lang)}</dt><dd>{value}</dd></div> });
        view! { <dl class="facts rationale">{facts.collect_view()}</dl> }.into_any()
    };
    Block::new("alarm-rationale", content).titled(words::RATIONALE.get(lang))
}

/// The time runs from the announcement while the condition is true and the alarm is on the desk.
fn left(alarm: &Alarm, minutes: u32, now_ms: i64, lang: Lang) -> String {
    let point = &alarm.line().point;
    let within = minutes.to_string();
    let runs = matches!(point.state, State::Unack | State::Acked);
    let Some(since_ms) = point.annunciated_ms.filter(|_| runs) else { return words::RESPOND_WITHIN.with(lang, &[&within]) };
    match i64::from(minutes) - (now_ms - since_ms).max(0) / 60_000 {
        left if left >= 0 => words::RESPOND_LEFT.with(lang, &[&within, &left.to_string()]),
        over => words::RESPOND_OVER.with(lang, &[&within, &(-over).to_string()]),
    }
}
