//! The form of one person.

use domain::access::{DISPLAY_NAME_MOST_CHARS, NAME_MOST_CHARS};
use leptos::prelude::*;
use warehouse::access::accounts::Account;

use crate::components::Block;
use crate::components::form::{Choice, Field};
use crate::pages::grant_form::GrantForm;
use crate::pages::managed;
use crate::text::access::{common as words, people};

use super::list;

/// For somebody who has no account yet.
pub fn new(grants: &GrantForm) -> Block {
    let (form, lang) = (grants.form, grants.form.lang);
    let name = Field::text("name", words::NAME.get(lang)).hint(people::NAME_HINT.get(lang)).required().most(NAME_MOST_CHARS);
    let content = view! {
        <form method="post" action="/people">
            {form.problem()}
            {form.field(name.focused())}
            {display_name(grants, "")}
            {rights(grants)}
            {form.reason()}
            <p class="note">{people::AFTER_ADDING.get(lang)}</p>
            <p class="buttons">
                <button type="submit" class="main-button">{words::ADD.get(lang)}</button>
                <a class="button" href="/people">{words::CANCEL.get(lang)}</a>
            </p>
        </form>
    };
    Block::fixed("person", content).titled(people::PERSON.get(lang))
}

/// For somebody who has one. Nobody changes whoever has more than himself.
pub fn edit(account: &Account, grants: &GrantForm) -> Block {
    let (form, lang, viewer) = (grants.form, grants.form.lang, &grants.ctx.viewer);
    let is_own = viewer.account_id() == Some(account.account_id);
    let is_beyond = !viewer.rights.covers(account.grants.rights);
    let note = match (is_beyond, is_own) {
        (true, _) => Some(people::BEYOND_YOU),
        (_, true) => Some(people::OWN_ACCOUNT),
        _ => None,
    };
    let disabled =
        Choice::new("yes", people::DISABLE.get(lang), account.disabled_at.is_some()).note(people::DISABLE_NOTE.get(lang));
    let buttons = (!is_beyond).then(|| {
        view! {
            <p class="buttons">
                <button type="submit" class="main-button">{words::SAVE.get(lang)}</button>
                <a class="button" href="/people">{words::BACK.get(lang)}</a>
            </p>
        }
    });
    let content = view! {
        <dl class="facts">
            {managed::fact(words::NAME, managed::user_text(&account.name), lang)}
            {managed::fact(words::STATE, list::state(account, lang), lang)}
            {managed::fact(words::CREATED, managed::at(grants.ctx, account.created_at), lang)}
            {managed::fact(people::LAST_SEEN, managed::at_or_never(grants.ctx, account.last_seen_at, lang), lang)}
        </dl>
        {note.map(|note| view! { <p class="note">{note.get(lang)}</p> })}
        <form method="post" action=format!("/people/{}", account.account_id)>
            {form.problem()}
            // always the newest: whoever saves again after a conflict has seen what stands now
            <input type="hidden" name="version" value=account.version.to_string() />
            <fieldset class="plain" disabled=is_beyond>
                {display_name(grants, &account.display_name)}
                {rights(grants)}
                {form.checkbox("disabled", disabled)}
                {form.reason()}
            </fieldset>
            {buttons}
        </form>
    };
    Block::fixed("person", content).titled(people::PERSON.get(lang))
}

fn display_name(grants: &GrantForm, standing: &str) -> AnyView {
    let lang = grants.form.lang;
    let field = Field::text("display_name", words::DISPLAY_NAME.get(lang)).hint(people::DISPLAY_NAME_HINT.get(lang));
    grants.form.field(field.required().most(DISPLAY_NAME_MOST_CHARS).standing(standing))
}

fn rights(grants: &GrantForm) -> AnyView {
    view! { {grants.presets(true)} {grants.levels()} {grants.tenant()} {grants.regions()} }.into_any()
}
