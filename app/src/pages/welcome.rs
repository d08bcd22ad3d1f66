//! `/welcome/{token}`: a one-time link with which somebody sets a password and is signed in.

use leptos::prelude::*;
use sha2::{Digest, Sha256};
use warehouse::access::invitations::{self, Invited};

use crate::components::Block;
use crate::components::form::{Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, login, managed};
use crate::text::Lang;
use crate::text::access::sign_in as words;

pub const FORM: &str = "welcome";
/// 32 bytes in base64url.
const TOKEN_CHARS: usize = 43;

pub async fn content(request: &PageRequest, ctx: &AppContext, token: &str) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let invited = find(ctx, token).await?;
    let block = match &invited {
        Some(invited) => form(invited, request),
        None => dead(lang),
    };
    Ok(login::bare("welcome", words::WELCOME.get(lang), vec![block], request))
}

async fn find(ctx: &AppContext, token: &str) -> Result<Option<Invited>, AppError> {
    let is_possible =
        token.len() == TOKEN_CHARS && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !is_possible {
        return Ok(None);
    }
    // stored like every token: as a hash
    let hash = Sha256::digest(token.as_bytes());
    Ok(invitations::find(managed::access(ctx)?, &hash, managed::now(ctx)).await?)
}

fn form(invited: &Invited, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let sentence = words::WELCOME_FOR.with(lang, &[&invited.display_name, &invited.name]);
    let content = view! {
        <p class="user-text">{sentence}</p>
        <p class="note">{words::WELCOME_ONCE.get(lang)}</p>
        <form method="post" action=request.path.clone()>
            {form.problem()}
            // for password managers, which keep the name with the password
            <input type="text" name="username" value=invited.name.clone() autocomplete="username" readonly=true hidden=true />
            {new_password(form, true)}
            <p class="buttons"><button type="submit" class="main-button">{words::WELCOME_BUTTON.get(lang)}</button></p>
        </form>
    };
    Block::fixed("welcome", content).titled(words::WELCOME.get(lang))
}

/// The new password twice, with the rules in words.
pub fn new_password(form: Form, has_focus: bool) -> AnyView {
    let lang = form.lang;
    let first = Field::password("password", words::NEW_PASSWORD.get(lang), "new-password").hint(words::PASSWORD_RULES.get(lang));
    let first = if has_focus { first.focused() } else { first };
    let repeat = Field::password("repeat", words::REPEAT_PASSWORD.get(lang), "new-password");
    view! { {form.field(first)} {form.field(repeat)} }.into_any()
}

fn dead(lang: Lang) -> Block {
    let content = view! {
        <p class="problem" role="alert">{words::LINK_DEAD.get(lang)}</p>
        <p>{words::LINK_DEAD_NEXT.get(lang)} " " <code>{words::LINK_COMMAND}</code></p>
        <p><a href="/login">{words::LOGIN.get(lang)}</a></p>
    };
    Block::fixed("welcome", content).titled(words::WELCOME.get(lang))
}
