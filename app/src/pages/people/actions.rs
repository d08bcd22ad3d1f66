//! What an administrator does with one account, and what was done with it.

use leptos::prelude::*;
use warehouse::access::accounts::Account;
use warehouse::access::audit::Entry;

use super::{LINK_FORM, REMOVE_FORM};
use crate::components::Block;
use crate::components::form::{Confirm, Form, plain_reason, secret, submitted};
use crate::context::{AppContext, PageRequest, encode};
use crate::pages::audit;
use crate::text::Lang;
use crate::text::access::{common as words, people};

pub fn block(account: &Account, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let id = account.account_id;
    let link = link_shown(account, request);
    let is_beyond = !ctx.viewer.rights.covers(account.grants.rights);
    let actions = (!is_beyond).then(|| {
        let remove = Confirm {
            action: format!("/people/{id}/remove"),
            title: people::REMOVE.get(lang).to_owned(),
            accessible_title: people::REMOVE.get(lang).to_owned(),
            note: people::REMOVE_NOTE,
            button: people::REMOVE_YES,
            version: Some(account.version),
            asks_reason: true,
            is_open: Form::of(REMOVE_FORM, request).has_problem(),
            row: None,
        };
        view! {
            <form method="post" action=format!("/people/{id}/link")>
                {plain_reason(lang)}
                <p class="note">{people::LINK_NOTE.get(lang)}</p>
                <p class="buttons"><button type="submit">{people::LINK.get(lang)}</button></p>
            </form>
            <form method="post" action=format!("/people/{id}/logins/end")>
                <p class="buttons"><button type="submit">{people::END_SESSIONS.get(lang)}</button></p>
            </form>
            {remove.into_view(Form::of(REMOVE_FORM, request))}
        }
    });
    Block::fixed("actions", view! { {link} {actions} }).titled(words::ACTIONS.get(lang))
}

/// The one-time link, in the answer that made it.
fn link_shown(account: &Account, request: &PageRequest) -> Option<AnyView> {
    let sent = submitted(request)?;
    let link = sent.secret.as_deref().filter(|_| [LINK_FORM, super::FORM].contains(&sent.form))?;
    let lang = request.view.lang;
    let sentence = people::LINK_SHOWN.with(lang, &[&account.display_name]);
    Some(secret(words::SECRET_LABEL.get(lang), link, sentence))
}

pub fn history(entries: &[Entry], account: &Account, lang: Lang, ctx: &AppContext) -> Block {
    let content = if entries.is_empty() {
        view! { <p class="empty">{people::NO_HISTORY.get(lang)}</p> }.into_any()
    } else {
        audit::entries(entries, lang, ctx)
    };
    let all = format!("/audit?object={}", encode(&format!("account:{}", account.account_id)));
    let link =
        ctx.viewer.may(domain::access::Permission::SeeAudit).then(|| view! { <a href=all>{people::WHOLE_HISTORY.get(lang)}</a> });
    let block = Block::fixed("history", content).titled(people::HISTORY.get(lang)).class("wide");
    match link {
        Some(link) => block.aside(link),
        None => block,
    }
}
