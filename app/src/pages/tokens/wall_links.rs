//! Links for walls: the list, and the form for another.

use domain::access::DISPLAY_NAME_MOST_CHARS;
use leptos::prelude::*;
use warehouse::access::Grants;
use warehouse::access::walls::{self, WallLink};

use super::{Validity, WALL_FORM, expires, last_use, revoke};
use crate::components::Block;
use crate::components::form::{Choice, Field, secret, submitted};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::grant_form::GrantForm;
use crate::pages::managed;
use crate::pages::people::Parts;
use crate::pages::shared::nothing;
use crate::text::Lang;
use crate::text::access::{common as words, tokens};

pub fn list(links: &[WallLink], parts: &Parts, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let shown = submitted(request).filter(|sent| sent.form == WALL_FORM).and_then(|sent| sent.secret.as_deref());
    let fresh = shown.map(|link| secret(words::ADDRESS.get(lang), link, tokens::WALL_SHOWN.get(lang).to_owned()));
    let list = if links.is_empty() {
        nothing(tokens::NO_WALLS, lang)
    } else {
        let rows = links.iter().map(|link| row(link, parts, request, ctx)).collect();
        table(tokens::WALLS.get(lang), columns(ctx, lang), rows)
    };
    let content = view! { <p class="note">{tokens::WALLS_NOTE.get(lang)}</p> {fresh} {list} };
    Block::fixed("walls", content).titled(tokens::WALLS.get(lang)).class("wide")
}

fn columns(ctx: &AppContext, lang: Lang) -> Vec<Column> {
    let tenant = ctx.viewer.is_operator().then_some(words::TENANT);
    let titles = [tokens::NAME, words::STATE].into_iter().chain(tenant).chain([
        words::REGIONS,
        tokens::LAYOUTS,
        tokens::LAST_SEEN,
        tokens::EXPIRES,
        tokens::BY,
        words::ACTIONS,
    ]);
    titles.map(|title| Column::text(title.get(lang))).collect()
}

fn row(link: &WallLink, parts: &Parts, request: &PageRequest, ctx: &AppContext) -> Row {
    let (lang, now) = (request.view.lang, managed::now(ctx));
    let validity = Validity { expires_at: link.expires_at, revoked_at: link.revoked_at };
    let grants = Grants {
        tenant_id: link.tenant_id,
        rights: walls::rights(),
        all_regions: link.all_regions,
        regions: link.regions.clone(),
    };
    let is_active = validity.is_active(now);
    let actions = link.revoked_at.is_none().then(|| {
        view! {
            {is_active.then(|| show_address(link, lang))}
            {revoke(format!("/walls/{}/revoke", link.link_id), &link.name, request)}
        }
    });
    let mut cells = vec![Cell::text(managed::user_text(&link.name)), Cell::text(validity.badge(now, lang))];
    if ctx.viewer.is_operator() {
        cells.push(Cell::text(managed::tenant_name(&parts.tenants, link.tenant_id, lang)));
    }
    cells.extend([
        Cell::text(managed::user_text(&managed::regions(&grants, &parts.tree, lang))),
        Cell::text(link.layouts.join(", ")),
        Cell::text(last_use(ctx, link.last_seen_at, link.last_address.as_deref(), lang)),
        Cell::text(validity.expiry(ctx, lang)),
        Cell::text(managed::user_text(&link.created_by)),
        Cell::text(actions),
    ]);
    Row { cells, class: validity.row_class(now) }
}

/// The key can be computed again, so a wall that lost its address gets it back.
fn show_address(link: &WallLink, lang: Lang) -> AnyView {
    view! {
        <form method="post" action=format!("/walls/{}/address", link.link_id)>
            <button type="submit" aria-label=tokens::SHOW_ADDRESS_OF.with(lang, &[&link.name])>{tokens::SHOW_ADDRESS.get(lang)}</button>
        </form>
    }
    .into_any()
}

pub fn add(grants: &GrantForm) -> Block {
    let (form, lang) = (grants.form, grants.form.lang);
    let name = Field::text("name", tokens::NAME.get(lang)).hint(tokens::WALL_NAME_HINT.get(lang));
    let layouts =
        vec![Choice::new("16x9", tokens::LAYOUT_16X9.get(lang), true), Choice::new("32x9", tokens::LAYOUT_32X9.get(lang), false)];
    let content = view! {
        <form method="post" action="/walls">
            {form.problem()}
            {form.field(name.required().most(DISPLAY_NAME_MOST_CHARS))}
            {form.checkboxes("layout", tokens::LAYOUTS.get(lang), layouts)}
            {grants.tenant()}
            {grants.regions()}
            {expires(form, grants.ctx)}
            {form.reason()}
            <p class="buttons"><button type="submit" class="main-button">{tokens::ADD_WALL.get(lang)}</button></p>
        </form>
    };
    Block::fixed("add-wall", content).titled(tokens::ADD_WALL.get(lang))
}
