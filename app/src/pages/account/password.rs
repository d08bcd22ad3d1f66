//! `/account/password`: a new password in place of the current one.

use leptos::prelude::*;

use crate::components::Block;
use crate::components::form::{Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed, welcome};
use crate::text::access::{common as words, sign_in};
use crate::viewer::Who;

pub const FORM: &str = "password";

pub fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let Who::Person { name, .. } = &ctx.viewer.who else { return Err(AppError::NotFound) };
    let must_change = ctx.viewer.must_change_password;
    let form = Form::of(FORM, request);
    let forced = must_change.then(|| view! { <p class="done" role="note">{sign_in::MUST_CHANGE.get(lang)}</p> });
    let cancel = (!must_change).then(|| view! { <a class="button" href="/account">{words::CANCEL.get(lang)}</a> });
    let current = Field::password("current", sign_in::CURRENT_PASSWORD.get(lang), "current-password").focused();
    let content = view! {
        {forced}
        <form method="post" action="/account/password">
            {form.problem()}
            // for password managers, which keep the name with the password
            <input type="text" name="username" value=name.clone() autocomplete="username" readonly=true hidden=true />
            {form.field(current)}
            {welcome::new_password(form, false)}
            <p class="note">{sign_in::CHANGE_ENDS_OTHERS.get(lang)}</p>
            <p class="buttons"><button type="submit" class="main-button">{sign_in::CHANGE_PASSWORD.get(lang)}</button> {cancel}</p>
        </form>
    };
    let block = Block::fixed("password", content);
    Ok(managed::page("password", sign_in::CHANGE_PASSWORD.get(lang), &[FORM], request, vec![block]))
}
