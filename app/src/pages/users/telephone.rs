//! The telephone number of a customer: asked for, shown once, recorded.

use domain::UserId;
use domain::access::Permission;
use leptos::prelude::*;

use crate::components::Block;
use crate::components::form::{Form, secret, submitted};
use crate::context::{AppContext, PageRequest};
use crate::text::access::telephone as words;
use crate::text::common;

pub const FORM: &str = "telephone";

/// None for those who may not see it.
pub fn block(user_id: UserId, request: &PageRequest, ctx: &AppContext) -> Option<Block> {
    if !ctx.viewer.may(Permission::SeeTelephone) || ctx.viewer.account_id().is_none() {
        return None;
    }
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let sent = submitted(request).filter(|sent| sent.form == FORM);
    let shown = sent.and_then(|sent| sent.secret.as_deref()).map(|number| match number {
        "" | common::ABSENT => view! { <p role="status">{words::NONE.get(lang)}</p> }.into_any(),
        number => secret(words::NUMBER.get(lang), number, words::SHOWN.get(lang).to_owned()),
    });
    let content = view! {
        {shown}
        <form method="post" action=format!("/users/{user_id}/telephone")>
            {form.problem()}
            {form.reason()}
            <p class="note">{words::NOTE.get(lang)}</p>
            <p class="buttons"><button type="submit">{words::SHOW.get(lang)}</button></p>
        </form>
    };
    Some(Block::fixed("telephone", content).titled(words::TELEPHONE.get(lang)).class("wide"))
}
