//! API tokens: the list, and the form for another.

use domain::access::DISPLAY_NAME_MOST_CHARS;
use leptos::prelude::*;
use warehouse::access::tokens::Token;

use super::{TOKEN_FORM, Validity, expires, last_use, revoke};
use crate::components::Block;
use crate::components::form::{Field, secret, submitted};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::grant_form::GrantForm;
use crate::pages::managed;
use crate::pages::people::Parts;
use crate::pages::shared::nothing;
use crate::text::Lang;
use crate::text::access::{common as words, tokens};

pub fn list(known: &[Token], parts: &Parts, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let shown = submitted(request).filter(|sent| sent.form == TOKEN_FORM).and_then(|sent| sent.secret.as_deref());
    let fresh = shown.map(|token| secret(words::SECRET_LABEL.get(lang), token, tokens::TOKEN_SHOWN.get(lang).to_owned()));
    let list = if known.is_empty() {
        nothing(tokens::NO_TOKENS, lang)
    } else {
        let rows = known.iter().map(|token| row(token, parts, request, ctx)).collect();
        table(tokens::TOKENS.get(lang), columns(ctx, lang), rows)
    };
    let content = view! { <p class="note">{tokens::TOKENS_NOTE.get(lang)}</p> {fresh} {list} };
    Block::fixed("tokens", content).titled(tokens::TOKENS.get(lang)).class("wide")
}

fn columns(ctx: &AppContext, lang: Lang) -> Vec<Column> {
    let tenant = ctx.viewer.is_operator().then_some(words::TENANT);
    let titles = [tokens::NAME, words::STATE, tokens::PREFIX].into_iter().chain(tenant).chain([
        words::RIGHTS,
        words::REGIONS,
        tokens::LAST_USED,
        tokens::EXPIRES,
        tokens::BY,
        words::ACTIONS,
    ]);
    titles.map(|title| Column::text(title.get(lang))).collect()
}

fn row(token: &Token, parts: &Parts, request: &PageRequest, ctx: &AppContext) -> Row {
    let (lang, now) = (request.view.lang, managed::now(ctx));
    let validity = Validity { expires_at: token.expires_at, revoked_at: token.revoked_at };
    let action = (token.revoked_at.is_none() && ctx.viewer.rights.covers(token.grants.rights))
        .then(|| revoke(format!("/tokens/{}/revoke", token.token_id), &token.name, request));
    let mut cells = vec![
        Cell::text(managed::user_text(&token.name)),
        Cell::text(validity.badge(now, lang)),
        Cell::text(view! { <code>{format!("{}…", token.prefix)}</code> }),
    ];
    if ctx.viewer.is_operator() {
        cells.push(Cell::text(managed::tenant_name(&parts.tenants, token.grants.tenant_id, lang)));
    }
    cells.extend([
        Cell::text(managed::rights_cell(&token.grants, lang)),
        Cell::text(managed::user_text(&managed::regions(&token.grants, &parts.tree, lang))),
        Cell::text(last_use(ctx, token.last_used_at, token.last_address.as_deref(), lang)),
        Cell::text(validity.expiry(ctx, lang)),
        Cell::text(managed::user_text(&token.created_by)),
        Cell::text(action),
    ]);
    Row { cells, class: validity.row_class(now) }
}

pub fn add(grants: &GrantForm) -> Block {
    let (form, lang) = (grants.form, grants.form.lang);
    let name = Field::text("name", tokens::NAME.get(lang)).hint(tokens::TOKEN_NAME_HINT.get(lang));
    let content = view! {
        <form method="post" action="/tokens">
            {form.problem()}
            {form.field(name.required().most(DISPLAY_NAME_MOST_CHARS))}
            {grants.presets(false)}
            {grants.tenant()}
            {grants.regions()}
            {expires(form, grants.ctx)}
            {form.reason()}
            <p class="buttons"><button type="submit" class="main-button">{tokens::ADD_TOKEN.get(lang)}</button></p>
        </form>
    };
    Block::fixed("add-token", content).titled(tokens::ADD_TOKEN.get(lang))
}
