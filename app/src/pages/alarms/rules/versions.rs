//! The versions of a rule: who made each, when and why, and what it changed.

use domain::alarms::RuleDefinition;
use leptos::prelude::*;
use warehouse::alarms::rules::{RuleRow, VersionRow};
use warehouse::read::regions::Tree;

use super::facts;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::text::Lang;
use crate::text::alarms::rules as texts;

pub fn block(
    rule: &RuleRow,
    made: &[VersionRow],
    may_change: bool,
    tree: &Tree,
    request: &PageRequest,
    ctx: &AppContext,
) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::number(texts::VERSION.get(lang)),
        Column::text(texts::MADE_AT.get(lang)),
        Column::text(texts::MADE_BY.get(lang)),
        Column::text(texts::CHANGES.get(lang)),
        Column::text(texts::ACTIONS.get(lang)),
    ];
    let rows = made.iter().enumerate().map(|(at, version)| {
        let before = made.get(at + 1).map(|before| &before.definition);
        let restore = (may_change && version.version != rule.version).then(|| restore(rule, version, lang));
        Row::from(vec![
            Cell::number(version.version.to_string()),
            Cell::text(managed::at(ctx, version.made_at)),
            Cell::text(managed::user_text(&version.made_by)),
            Cell::text(changes(version, before, tree, lang)),
            Cell::text(restore),
        ])
    });
    Block::fixed("versions", table(texts::VERSIONS.get(lang), columns, rows.collect()))
        .titled(texts::VERSIONS.get(lang))
        .class("wide")
}

fn changes(version: &VersionRow, before: Option<&RuleDefinition>, tree: &Tree, lang: Lang) -> AnyView {
    let lines = match before {
        Some(before) => differences(before, &version.definition, tree, lang),
        None if version.version == 1 => vec![texts::FIRST_VERSION.get(lang).to_owned()],
        None => Vec::new(),
    };
    let note = version.note.as_ref().filter(|note| !note.is_empty()).map(|note| {
        view! { <p class="note">{managed::user_text(note)}</p> }
    });
    view! { {note} <ul class="changes">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }.into_any()
}

/// One line for each thing that differs.
pub fn differences(before: &RuleDefinition, after: &RuleDefinition, tree: &Tree, lang: Lang) -> Vec<String> {
    let pairs = facts::of(before, tree, lang).into_iter().zip(facts::of(after, tree, lang));
    let or_nothing = |value: String| if value.is_empty() { texts::NOTHING.get(lang).to_owned() } else { value };
    let differing = pairs
        .filter(|((_, was), (_, is))| was != is)
        .map(|((label, was), (_, is))| texts::CHANGED_FROM_TO.with(lang, &[label.get(lang), &or_nothing(was), &or_nothing(is)]));
    let lines: Vec<_> = differing.collect();
    if lines.is_empty() { vec![texts::NO_DIFFERENCE.get(lang).to_owned()] } else { lines }
}

fn restore(rule: &RuleRow, version: &VersionRow, lang: Lang) -> AnyView {
    view! {
        <form class="inline-form" method="post" action=format!("/alarms/rules/{}", rule.rule_id)>
            <input type="hidden" name="version" value=rule.version.to_string() />
            <button
                type="submit"
                name="restore"
                value=version.version.to_string()
                aria-label=texts::RESTORE_OF.with(lang, &[&version.version.to_string()])
            >
                {texts::RESTORE.get(lang)}
            </button>
        </form>
    }
    .into_any()
}
