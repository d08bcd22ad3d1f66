//! `/login`: name and password. It stands alone: whoever is not signed in sees no navigation and no numbers.

use leptos::prelude::*;

use crate::components::Block;
use crate::components::form::{Field, Form, notices};
use crate::context::{AppContext, PageRequest};
use crate::pages::{FrameKind, PageContent};
use crate::text::access::{common as words, sign_in};
use crate::text::{Lang, common};

pub const FORM: &str = "login";

pub fn content(request: &PageRequest, ctx: &AppContext) -> PageContent {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let back = form.value("back", request.get("back").unwrap_or_default());
    let name = form.value("name", "");
    // a name that is there already is right more often than the password
    let (name_field, password_field) = fields(lang);
    let (name_field, password_field) =
        if name.is_empty() { (name_field.focused(), password_field) } else { (name_field, password_field.focused()) };
    let content = view! {
        {already(ctx, lang)}
        <form method="post" action="/login">
            {form.problem()}
            <input type="hidden" name="back" value=local_address(&back) />
            {form.field(name_field)}
            {form.field(password_field)}
            <p class="buttons"><button type="submit" class="main-button">{sign_in::SIGN_IN.get(lang)}</button></p>
        </form>
        <p class="note">{sign_in::ASK_ADMINISTRATOR.get(lang)}</p>
        <p class="note">{sign_in::FIRST_ACCOUNT.get(lang)} " " <code>{sign_in::FIRST_ACCOUNT_COMMAND}</code></p>
    };
    let block = Block::fixed("login", content).titled(sign_in::LOGIN.get(lang));
    bare("login", sign_in::LOGIN.get(lang), vec![block], request)
}

fn fields(lang: Lang) -> (Field, Field) {
    (
        Field::text("name", words::NAME.get(lang)).autocomplete("username").required().most(domain::access::NAME_MOST_CHARS),
        Field::password("password", words::PASSWORD.get(lang), "current-password"),
    )
}

fn already(ctx: &AppContext, lang: Lang) -> Option<AnyView> {
    let viewer = &ctx.viewer;
    let sentence = sign_in::ALREADY.with(lang, &[viewer.name()]);
    (!viewer.is_nobody()).then(|| view! { <p>{sentence} " " <a href="/">{common::NAV_DASHBOARD.get(lang)}</a></p> }.into_any())
}

/// Where to go after signing in: a place of our own or the first page.
pub fn local_address(back: &str) -> String {
    let is_local = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n', '\t']);
    if is_local { back.to_owned() } else { String::new() }
}

/// A page without the frame: the product's name and the switch of the language above the only block.
pub fn bare(layout: &'static str, title: &str, blocks: Vec<Block>, request: &PageRequest) -> PageContent {
    let lang = request.view.lang;
    let other = lang.other();
    let other_name = match other {
        Lang::Zh => "中文",
        Lang::En => "English",
    };
    let heading = view! {
        <div class="bare-head">
            <h1 class="page-title">{common::PRODUCT.get(lang)}</h1>
            <a href=request.address_with("lang", other.code()) lang=other.tag() hreflang=other.tag()>{other_name}</a>
        </div>
        {notices(request, &[FORM, crate::pages::welcome::FORM])}
    };
    let content = PageContent::new(layout, title, blocks);
    PageContent { heading: Some(heading.into_any()), frame: FrameKind::Bare, ..content }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_our_own_are_gone_back_to() {
        assert_eq!(local_address("/regions/7?day=2016-01-11"), "/regions/7?day=2016-01-11");
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(local_address(bad), "", "{bad}");
        }
    }
}
