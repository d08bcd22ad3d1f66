//! Whether a rule is enabled, by whom it was last changed, and what may be done with it.

use leptos::prelude::*;
use warehouse::alarms::rules::RuleRow;

use super::ACTION_FORM;
use crate::components::Block;
use crate::components::form::{Confirm, Form, plain_reason};
use crate::context::{AppContext, PageRequest};
use crate::format::count;
use crate::pages::managed;
use crate::text::access::common as words;
use crate::text::alarms::rules as texts;

pub fn block(rule: &RuleRow, open: i64, may_change: bool, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let state = match (rule.removed_at, rule.is_enabled) {
        (Some(_), _) => texts::REMOVED,
        (None, true) => texts::ENABLED,
        (None, false) => texts::DISABLED,
    };
    let made = format!("{} · {} · {}", rule.version, managed::at(ctx, rule.made_at), rule.made_by);
    let alarms = view! { <a href=format!("/alarms?rule={}", rule.rule_id)>{count(open)}</a> };
    let forms = may_change.then(|| view! { {switch(rule, request)} {remove(rule, request)} });
    let content = view! {
        <dl class="facts">
            {managed::fact(texts::STATE, managed::badge(state, !rule.is_enabled, lang), lang)}
            {managed::fact(texts::VERSION, managed::user_text(&made), lang)}
            {managed::fact(texts::OPEN_ALARMS, alarms, lang)}
        </dl>
        {forms}
    };
    Block::fixed("actions", content).titled(texts::STATE.get(lang))
}

fn switch(rule: &RuleRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let (verb, title) = if rule.is_enabled { ("disable", texts::DISABLE) } else { ("enable", texts::ENABLE) };
    view! {
        <form method="post" action=format!("/alarms/rules/{}/{verb}", rule.rule_id)>
            <input type="hidden" name="version" value=rule.version.to_string() />
            {plain_reason(lang)}
            <p class="buttons"><button type="submit">{title.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn remove(rule: &RuleRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let confirm = Confirm {
        action: format!("/alarms/rules/{}/remove", rule.rule_id),
        title: texts::REMOVE.get(lang).to_owned(),
        accessible_title: texts::REMOVE.get(lang).to_owned(),
        note: texts::REMOVE_NOTE,
        button: words::REMOVE,
        version: Some(rule.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of(ACTION_FORM, request).silent())
}
