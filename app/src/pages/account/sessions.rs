//! Where the viewer is signed in.

use leptos::prelude::*;
use warehouse::access::logins::Login;

use super::browser;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::text::Lang;
use crate::text::access::{common as words, sign_in};

pub fn block(logins: &[Login], own: i64, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(sign_in::BROWSER.get(lang)),
        Column::text(words::ADDRESS.get(lang)),
        Column::text(sign_in::SINCE.get(lang)),
        Column::text(sign_in::LAST_SEEN.get(lang)),
        Column::text(words::ACTIONS.get(lang)),
    ];
    let rows = logins.iter().map(|login| row(login, login.login_id == own, lang, ctx)).collect();
    let has_others = logins.iter().any(|login| login.login_id != own);
    let end_others = if has_others {
        view! {
            <form method="post" action="/account/logins/end-others">
                <p class="buttons"><button type="submit">{sign_in::END_OTHERS.get(lang)}</button></p>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="note">{sign_in::NO_OTHERS.get(lang)}</p> }.into_any()
    };
    let content = view! { {table(sign_in::SESSIONS.get(lang), columns, rows)} {end_others} };
    Block::fixed("sessions", content).titled(sign_in::SESSIONS.get(lang)).class("wide")
}

fn row(login: &Login, is_own: bool, lang: Lang, ctx: &AppContext) -> Row {
    let browser = match browser::short(&login.user_agent) {
        short if short.is_empty() => sign_in::UNKNOWN_BROWSER.get(lang).to_owned(),
        short => short,
    };
    let since = managed::at(ctx, login.created_at);
    let action = if is_own {
        managed::badge(sign_in::THIS_ONE, false, lang)
    } else {
        let title = sign_in::END_OF.with(lang, &[&format!("{browser}, {since}")]);
        view! {
            <form method="post" action=format!("/account/logins/{}/end", login.login_id)>
                <button type="submit" aria-label=title>{sign_in::END.get(lang)}</button>
            </form>
        }
        .into_any()
    };
    Row::from(vec![
        Cell::text(view! { <span class="user-text" title=login.user_agent.clone()>{browser}</span> }),
        Cell::text(login.address.clone()),
        Cell::text(since),
        Cell::text(managed::at(ctx, login.last_seen_at)),
        Cell::text(action),
    ])
}
