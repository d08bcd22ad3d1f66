//! The list of rules.

use std::collections::BTreeMap;

use domain::access::Permission;
use domain::alarms::RuleId;
use domain::alarms::check::{Facts, check};
use leptos::prelude::*;
use warehouse::alarms::rules::RuleRow;

use super::{facts, severity};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::count;
use crate::pages::{managed, shared};
use crate::text::alarms::{rules as texts, words};

pub fn block(found: &[RuleRow], open: &BTreeMap<RuleId, i64>, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let content = if found.is_empty() {
        shared::nothing(texts::NONE, lang)
    } else {
        let columns = vec![
            Column::text(texts::RULE.get(lang)),
            Column::text(texts::SEVERITY.get(lang)),
            Column::text(texts::STATE.get(lang)),
            Column::number(texts::OPEN_ALARMS.get(lang)),
            Column::number(texts::OVERRIDES_COUNT.get(lang)),
            Column::text(texts::REVIEW.get(lang)),
            Column::number(texts::VERSION.get(lang)),
            Column::text(texts::MADE.get(lang)),
        ];
        let rows = found.iter().map(|rule| row(rule, open.get(&rule.rule_id).copied().unwrap_or(0), request, ctx));
        table(texts::RULES.get(lang), columns, rows.collect())
    };
    let block = Block::fixed("rules", content).titled(texts::RULES.get(lang)).class("wide");
    if !ctx.viewer.may(Permission::ManageAlarms) {
        return block;
    }
    block.aside(view! { <a class="button" href="/alarms/rules/new">{texts::NEW.get(lang)}</a> })
}

fn row(rule: &RuleRow, open: i64, request: &PageRequest, ctx: &AppContext) -> Row {
    let lang = request.view.lang;
    let definition = &rule.definition;
    let name = words::rule_name(definition, lang).to_owned();
    let said = texts::sentence(definition, lang);
    let link = view! {
        <a href=format!("/alarms/rules/{}", rule.rule_id)>{managed::user_text(&name)}</a>
        <span class="hint rule-says">{said}</span>
    };
    let made = format!("{} · {}", managed::at(ctx, rule.made_at), rule.made_by);
    let cells = vec![
        Cell::text(link),
        Cell::text(severity(definition, request)),
        Cell::text(state(rule, request, ctx)),
        Cell::number(count(open)),
        Cell::number(count(i64::try_from(definition.overrides.len()).unwrap_or(i64::MAX))),
        Cell::text(review(rule, request, ctx)),
        Cell::number(rule.version.to_string()),
        Cell::text(managed::user_text(&made)),
    ];
    Row { cells, class: if rule.is_enabled { String::new() } else { "state-off".to_owned() } }
}

fn state(rule: &RuleRow, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let state = if rule.is_enabled { texts::ENABLED } else { texts::DISABLED };
    // the regions were checked when it was made
    let today = ctx.local_now().day().to_date();
    let facts = Facts { today, may_be_enabled: true, has_holidays: true, ..Facts::default() };
    let is_incomplete = !rule.is_enabled && !check(&rule.definition, &facts).is_empty();
    let note = is_incomplete.then(|| view! { <span class="hint">{texts::INCOMPLETE.get(lang)}</span> });
    let starter = rule.code.is_some().then(|| managed::badge(texts::STARTER, false, lang));
    let tenant = rule.tenant_id.filter(|_| ctx.viewer.tenant_id.is_none());
    let tenant = tenant.map(|id| view! { <span class="badge">{texts::TENANT.with(lang, &[&id.to_string()])}</span> });
    view! { {managed::badge(state, !rule.is_enabled, lang)} " " {starter} " " {tenant} " " {note} }.into_any()
}

fn review(rule: &RuleRow, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let day = rule.definition.rationale.review_on;
    let is_overdue = day.is_some_and(|day| day < ctx.local_now().day().to_date());
    let mark = is_overdue.then(|| managed::badge(texts::OVERDUE, true, request.view.lang));
    view! { {facts::day(day)} " " {mark} }.into_any()
}
