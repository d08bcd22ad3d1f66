//! `/account`: who I am and what I may do, my language and theme, my sessions. `/account/password`: a new password.

mod browser;
mod password;
mod sessions;

use domain::access::PERMISSIONS;
use leptos::prelude::*;
use warehouse::access::logins;

use crate::components::Block;
use crate::components::form::{Choice, Form};
use crate::context::{AppContext, PageRequest, Theme};
use crate::error::AppError;
use crate::pages::{PageContent, managed};
use crate::text::access::{common as words, rights, sign_in};
use crate::text::{Lang, frame};
use crate::viewer::{Viewer, Who};

pub use password::content as password;

pub const PREFERENCES_FORM: &str = "preferences";

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    if ctx.viewer.is_nobody() {
        return Err(AppError::NotFound);
    }
    let tree = managed::tree(ctx).await?;
    let mut blocks = vec![who(ctx, lang), may(ctx, &tree, lang)];
    if let Who::Person { account_id, login_id, .. } = ctx.viewer.who {
        let mut logins = logins::list(managed::access(ctx)?, account_id).await?;
        logins.retain(|login| login.ended_at.is_none());
        blocks.push(preferences(request));
        blocks.push(sessions::block(&logins, login_id, request, ctx));
    }
    Ok(managed::page("account", words::ACCOUNT.get(lang), &[PREFERENCES_FORM], request, blocks))
}

fn who(ctx: &AppContext, lang: Lang) -> Block {
    let viewer = &ctx.viewer;
    let tenant = match (&viewer.tenant_name, viewer.tenant_id) {
        (Some(name), _) => managed::user_text(name),
        (None, Some(id)) => id.to_string().into_any(),
        (None, None) => words::OPERATOR_SHORT.get(lang).into_any(),
    };
    let (name, change) = match &viewer.who {
        Who::Person { name, .. } => {
            let change = view! { <p class="buttons"><a class="button" href="/account/password">{sign_in::CHANGE_PASSWORD.get(lang)}</a></p> };
            (managed::fact(words::NAME, managed::user_text(name), lang), Some(change))
        }
        Who::Token { .. } => (managed::fact(sign_in::SIGNED_IN_BY, sign_in::TOKEN.get(lang), lang), None),
        Who::Claim { .. } => (managed::fact(sign_in::SIGNED_IN_BY, sign_in::CLAIM.get(lang), lang), None),
        Who::Wall { .. } | Who::Nobody => (().into_any(), None),
    };
    let content = view! {
        <dl class="facts">
            {managed::fact(words::DISPLAY_NAME, managed::user_text(viewer.name()), lang)}
            {name}
            {managed::fact(words::TENANT, tenant, lang)}
            {managed::fact(words::RIGHTS, rights::summary(viewer.rights, lang), lang)}
        </dl>
        {change}
    };
    Block::fixed("who", content).titled(sign_in::WHO.get(lang))
}

/// More of one's own regions than this are counted.
const MOST_OWN_REGIONS: usize = 40;

fn may(ctx: &AppContext, tree: &warehouse::read::regions::Tree, lang: Lang) -> Block {
    let viewer = &ctx.viewer;
    let allowed = PERMISSIONS.iter().filter(|(permission, ..)| viewer.may(*permission));
    let allowed: Vec<_> =
        allowed.map(|(permission, ..)| view! { <li>"✓ " {rights::permission(*permission).get(lang)}</li> }).collect();
    let none = allowed.is_empty().then(|| view! { <p>{rights::NOTHING.get(lang)}</p> });
    let content = view! {
        <ul>{allowed}</ul>
        {none}
        <p class="note">{rights::levels(viewer.rights, lang)}</p>
        <dl class="facts">{managed::fact(words::REGIONS, own_regions(viewer, tree, lang), lang)}</dl>
    };
    Block::fixed("may", content).titled(sign_in::MY_RIGHTS.get(lang))
}

fn own_regions(viewer: &Viewer, tree: &warehouse::read::regions::Tree, lang: Lang) -> String {
    match &viewer.scope {
        domain::access::Scope::Whole => sign_in::ALL_OF_INSTALLATION.get(lang).to_owned(),
        domain::access::Scope::Regions(regions) => managed::region_names(regions, tree, MOST_OWN_REGIONS, lang),
    }
}

fn preferences(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(PREFERENCES_FORM, request);
    let langs = Lang::ALL.map(|choice| {
        let name = match choice {
            Lang::Zh => "中文",
            Lang::En => "English",
        };
        Choice::new(choice.code(), name, choice == lang)
    });
    let themes = Theme::ALL.map(|choice| {
        let name = match choice {
            Theme::Grey => frame::THEME_GREY,
            Theme::Dark => frame::THEME_DARK,
        };
        Choice::new(choice.code(), name.get(lang), choice == request.view.theme)
    });
    let content = view! {
        <form method="post" action="/account/preferences">
            {form.problem()}
            {form.radios("lang", sign_in::LANGUAGE.get(lang), langs.into())}
            {form.radios("theme", sign_in::THEME.get(lang), themes.into())}
            <p class="note">{sign_in::PREFERENCES_NOTE.get(lang)}</p>
            <p class="buttons"><button type="submit">{words::SAVE.get(lang)}</button></p>
        </form>
    };
    Block::fixed("preferences", content).titled(sign_in::PREFERENCES.get(lang))
}
