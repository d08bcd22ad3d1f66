//! Everybody who has an account, with a filter.

use leptos::prelude::*;
use warehouse::access::accounts::Account;
use warehouse::access::tenants::Tenant;
use warehouse::read::regions::Tree;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::pages::shared::nothing;
use crate::text::access::{common as words, people};
use crate::text::{Lang, pages};

/// More are not drawn; the filter finds them.
const MOST_PEOPLE: usize = 500;

pub fn filter(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let asked = request.get("q").unwrap_or_default().to_owned();
    let content = view! {
        <form class="filter" method="get" action="/people" role="search">
            <label>
                {people::FILTER.get(lang)} " "
                <input type="search" name="q" value=asked maxlength="64" />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
            <a class="button" href="/people/new">{people::ADD_PERSON.get(lang)}</a>
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

pub fn block(accounts: &[Account], tree: &Tree, tenants: &[Tenant], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let asked = request.get("q").unwrap_or_default().trim().to_lowercase();
    let fits = |account: &&Account| {
        asked.is_empty() || [&account.name, &account.display_name].iter().any(|name| name.to_lowercase().contains(&asked))
    };
    let found: Vec<_> = accounts.iter().filter(fits).collect();
    let content = match found.as_slice() {
        [] if accounts.is_empty() => nothing(people::NOBODY, lang),
        [] => view! { <p class="empty user-text">{people::NO_MATCH.with(lang, &[&asked])}</p> }.into_any(),
        found => {
            let more = (found.len() > MOST_PEOPLE)
                .then(|| view! { <p class="note">{people::MOST.with(lang, &[&MOST_PEOPLE.to_string()])}</p> });
            let rows = found.iter().take(MOST_PEOPLE).map(|account| row(account, tree, tenants, lang, ctx)).collect();
            view! { {table(people::LIST.get(lang), columns(ctx, lang), rows)} {more} }.into_any()
        }
    };
    Block::fixed("people", content).titled(people::LIST.get(lang)).class("wide")
}

fn columns(ctx: &AppContext, lang: Lang) -> Vec<Column> {
    let tenant = ctx.viewer.is_operator().then_some(words::TENANT);
    let titles = [words::DISPLAY_NAME, words::NAME].into_iter().chain(tenant);
    let titles = titles.chain([words::RIGHTS, words::REGIONS, people::LAST_SEEN, words::STATE]);
    titles.map(|title| Column::text(title.get(lang))).collect()
}

fn row(account: &Account, tree: &Tree, tenants: &[Tenant], lang: Lang, ctx: &AppContext) -> Row {
    let address = format!("/people/{}", account.account_id);
    let you = (ctx.viewer.account_id() == Some(account.account_id)).then(|| managed::badge(people::YOU, false, lang));
    let name = view! { <a href=address>{managed::user_text(&account.display_name)}</a> " " {you} };
    let mut cells = vec![Cell::text(name), Cell::text(managed::user_text(&account.name))];
    if ctx.viewer.is_operator() {
        cells.push(Cell::text(managed::tenant_name(tenants, account.grants.tenant_id, lang)));
    }
    cells.extend([
        Cell::text(managed::rights_cell(&account.grants, lang)),
        Cell::text(managed::user_text(&managed::regions(&account.grants, tree, lang))),
        Cell::text(managed::at_or_never(ctx, account.last_seen_at, lang)),
        Cell::text(state(account, lang)),
    ]);
    let class = if account.disabled_at.is_some() { "state-off" } else { "" };
    Row { cells, class: class.to_owned() }
}

/// Whether the account can be used.
pub fn state(account: &Account, lang: Lang) -> AnyView {
    let (text, is_off) = match account {
        account if account.disabled_at.is_some() => (people::DISABLED, true),
        account if !account.has_password => (people::INVITED, false),
        account if account.must_change_password => (people::MUST_CHANGE, false),
        _ => (people::ACTIVE, false),
    };
    managed::badge(text, is_off, lang)
}
