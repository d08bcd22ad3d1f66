//! Desks: what they are, and the forms that make, change and remove them.

use domain::UNKNOWN_REGION;
use leptos::prelude::*;
use warehouse::alarms::shifts::{Desk, MOST_POSITIONS};
use warehouse::read::regions::Tree;

use super::{CHANGE_DESK_FORM, DESK_FORM, REMOVE_DESK_FORM};
use crate::components::Block;
use crate::components::form::{Choice, Confirm, Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::pages::shared::region_name;
use crate::text::access::common;
use crate::text::alarms::shifts as words;

pub fn block(all: &[Desk], desk: &Desk, tree: &Tree, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let positions = words::POSITIONS_OF.with(lang, &[&desk.positions.to_string()]);
    let is_partial = ctx.viewer.scope.and(&desk.scope) != desk.scope;
    let content = view! {
        {super::desk_links(all, desk, request)}
        <dl class="facts">
            {managed::fact(words::DESK, managed::user_text(&desk.name), lang)}
            {managed::fact(words::REGIONS, super::regions(desk, tree, request), lang)}
            {managed::fact(words::POSITIONS, positions, lang)}
        </dl>
        {is_partial.then(|| view! { <p class="note">{words::HIDDEN_REGIONS.get(lang)}</p> })}
    };
    Block::fixed("desks", content).titled(words::DESKS.get(lang)).class("wide")
}

pub fn add(tree: &Tree, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(DESK_FORM, request);
    let content = view! {
        <details class="form-fold" open=form.has_problem()>
            <summary>{words::ADD_DESK.get(lang)}</summary>
            <form method="post" action="/alarms/desks">
                {form.problem()}
                {fields(form, None, tree)}
                <div class="buttons"><button type="submit">{common::ADD.get(lang)}</button></div>
            </form>
        </details>
    };
    Block::fixed("add-desk", content)
}

pub fn change(desk: &Desk, tree: &Tree, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(CHANGE_DESK_FORM, request);
    let title = words::CHANGE_DESK.with(lang, &[&desk.name]);
    let remove = Confirm {
        action: format!("/alarms/desks/{}/remove", desk.desk_id),
        title: words::REMOVE_DESK.with(lang, &[&desk.name]),
        accessible_title: words::REMOVE_DESK.with(lang, &[&desk.name]),
        note: words::REMOVE_DESK_NOTE,
        button: common::REMOVE,
        version: Some(desk.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    let content = view! {
        <details class="form-fold" open=form.has_problem()>
            <summary>{title}</summary>
            <form method="post" action=format!("/alarms/desks/{}", desk.desk_id)>
                {form.problem()}
                <input type="hidden" name="desk_id" value=desk.desk_id.to_string() />
                <input type="hidden" name="version" value=desk.version.to_string() />
                {fields(form, Some(desk), tree)}
                <div class="buttons"><button type="submit">{common::SAVE.get(lang)}</button></div>
            </form>
        </details>
        {remove.into_view(Form::of(REMOVE_DESK_FORM, request).silent())}
    };
    Block::fixed("change-desk", content)
}

fn fields(form: Form, desk: Option<&Desk>, tree: &Tree) -> AnyView {
    let lang = form.lang;
    let name = desk.map_or("", |desk| desk.name.as_str());
    let positions = desk.map_or(1, |desk| desk.positions);
    let is_all = desk.is_none_or(|desk| desk.regions.is_none());
    let chosen = desk.and_then(|desk| desk.regions.as_deref()).unwrap_or_default();
    let radios = vec![
        Choice::new("all", words::ALL_REGIONS.get(lang), is_all),
        Choice::new("some", words::SOME_REGIONS.get(lang), !is_all),
    ];
    let regions = tree.regions.iter().filter(|region| region.region_id != UNKNOWN_REGION).map(|region| {
        let title = region_name(region.region_id, &region.region_name, lang);
        Choice::new(region.region_id.to_string(), title, chosen.contains(&region.region_id))
    });
    let hint = words::POSITIONS_HINT.get(lang);
    debug_assert!(hint.contains(&MOST_POSITIONS.to_string()));
    view! {
        {form.field(Field::text("name", words::NAME.get(lang)).standing(name).required().most(64))}
        {form.field(Field::text("positions", words::POSITIONS.get(lang)).standing(positions.to_string()).required().hint(hint))}
        {form.radios("regions", words::REGIONS.get(lang), radios)}
        <div class="region-list">{form.checkboxes("region", words::SOME_REGIONS.get(lang), regions.collect())}</div>
        {form.reason()}
    }
    .into_any()
}
