//! The tenants, each with its name to change and a way to remove it.

use domain::access::DISPLAY_NAME_MOST_CHARS;
use leptos::prelude::*;
use warehouse::access::tenants::Tenant;

use super::{ADD_FORM, REMOVE_FORM, RENAME_FORM};
use crate::components::Block;
use crate::components::form::{Confirm, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::format::count;
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::submitted::Problem;
use crate::text::access::{common as words, tenants};

const CODE_MOST_CHARS: usize = 32;

pub fn block(known: &[Tenant], request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let content = if known.is_empty() {
        nothing(tenants::NONE, lang)
    } else {
        let columns = vec![
            Column::text(tenants::TENANT_NAME.get(lang)),
            Column::text(tenants::CODE.get(lang)),
            Column::number(tenants::REGION_COUNT.get(lang)),
            Column::number(tenants::PEOPLE.get(lang)),
            Column::text(tenants::RENAME.get(lang)),
            Column::text(words::ACTIONS.get(lang)),
        ];
        let rows = known.iter().map(|tenant| {
            Row::from(vec![
                Cell::text(managed::user_text(&tenant.name)),
                Cell::text(tenant.code.clone()),
                Cell::number(count(tenant.regions)),
                Cell::number(count(tenant.accounts)),
                Cell::text(rename(tenant, request)),
                Cell::text(remove(tenant, request)),
            ])
        });
        table(tenants::LIST.get(lang), columns, rows.collect())
    };
    Block::fixed("tenants", content).titled(tenants::LIST.get(lang)).class("wide")
}

fn rename(tenant: &Tenant, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(RENAME_FORM, request).of_row(tenant.tenant_id.into());
    let name = form.value("name", &tenant.name);
    let is_conflict = form.sent().is_some_and(|sent| sent.problem == Some(Problem::Conflict));
    let conflict =
        is_conflict.then(|| view! { <p class="note user-text">{tenants::CONFLICT.with(lang, &[&tenant.name, &name])}</p> });
    view! {
        <form class="inline-form" method="post" action=format!("/tenants/{}", tenant.tenant_id)>
            {conflict}
            <input type="hidden" name="version" value=tenant.version.to_string() />
            <input type="hidden" name="row" value=tenant.tenant_id.to_string() />
            <input
                type="text"
                name="name"
                value=name
                required=true
                autocomplete="off"
                maxlength=(2 * DISPLAY_NAME_MOST_CHARS).to_string()
                aria-invalid=form.has_problem().then_some("true")
                aria-label=tenants::RENAME_OF.with(lang, &[&tenant.name])
            />
            <button type="submit">{words::SAVE.get(lang)}</button>
        </form>
    }
    .into_any()
}

fn remove(tenant: &Tenant, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let confirm = Confirm {
        action: format!("/tenants/{}/remove", tenant.tenant_id),
        title: words::REMOVE.get(lang).to_owned(),
        accessible_title: tenants::REMOVE_OF.with(lang, &[&tenant.name]),
        note: tenants::REMOVE_NOTE,
        button: words::REMOVE,
        version: Some(tenant.version),
        asks_reason: true,
        is_open: false,
        row: Some(tenant.tenant_id.into()),
    };
    // its problem stands above all blocks
    confirm.into_view(Form::of(REMOVE_FORM, request).silent())
}

pub fn add(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(ADD_FORM, request);
    let name = Field::text("name", tenants::TENANT_NAME.get(lang)).required().most(DISPLAY_NAME_MOST_CHARS);
    let code = Field::text("code", tenants::CODE.get(lang)).hint(tenants::CODE_HINT.get(lang)).required().most(CODE_MOST_CHARS);
    let content = view! {
        <form method="post" action="/tenants">
            {form.problem()}
            {form.field(name)}
            {form.field(code)}
            {form.reason()}
            <p class="buttons"><button type="submit">{words::ADD.get(lang)}</button></p>
        </form>
    };
    Block::fixed("add", content).titled(tenants::ADD.get(lang))
}
