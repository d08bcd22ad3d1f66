//! `/tokens`: API tokens for programs, and links for walls. A tenant's administrator sees his own.

mod api;
mod wall_links;

use chrono::{DateTime, Utc};
use domain::access::{Permission, Preset};
use leptos::prelude::*;
use warehouse::access::{Grants, tokens, walls};

use crate::components::form::{Confirm, Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::people::Parts;
use crate::pages::{PageContent, managed};
use crate::text::Lang;
use crate::text::access::{common as words, tokens as texts};

pub const TOKEN_FORM: &str = "token";
pub const WALL_FORM: &str = "wall";

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManageTokens)?;
    let lang = request.view.lang;
    let (access, tenant_id) = (managed::access(ctx)?, ctx.viewer.tenant_id);
    let known_tokens = tokens::list(access, tenant_id).await?;
    let links = walls::list(access, tenant_id).await?;
    let parts = Parts::load(ctx).await?;
    let standing = Grants { tenant_id, rights: Preset::Viewer.rights(), all_regions: true, regions: Vec::new() };
    let token_form = parts.grants(Form::of(TOKEN_FORM, request), ctx, &standing);
    let wall_form = parts.grants(Form::of(WALL_FORM, request), ctx, &standing);
    let blocks = vec![
        api::list(&known_tokens, &parts, request, ctx),
        wall_links::list(&links, &parts, request, ctx),
        api::add(&token_form),
        wall_links::add(&wall_form),
    ];
    Ok(managed::page("tokens", words::TOKENS.get(lang), &[TOKEN_FORM, WALL_FORM], request, blocks))
}

/// Whether a token or link works at a moment, and until when.
struct Validity {
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl Validity {
    fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| expires_at > now)
    }

    fn badge(&self, now: DateTime<Utc>, lang: Lang) -> AnyView {
        match self.revoked_at {
            Some(_) => managed::badge(texts::REVOKED, true, lang),
            None if !self.is_active(now) => managed::badge(texts::EXPIRED, true, lang),
            None => managed::badge(texts::ACTIVE, false, lang),
        }
    }

    fn expiry(&self, ctx: &AppContext, lang: Lang) -> String {
        self.expires_at.map_or_else(|| texts::EXPIRES_NEVER.get(lang).to_owned(), |expires_at| managed::at(ctx, expires_at))
    }

    fn row_class(&self, now: DateTime<Utc>) -> String {
        if self.is_active(now) { String::new() } else { "state-off".to_owned() }
    }
}

/// When and from where something was used last.
fn last_use(ctx: &AppContext, moment: Option<DateTime<Utc>>, address: Option<&str>, lang: Lang) -> String {
    let at = managed::at_or_never(ctx, moment, lang);
    match address {
        Some(address) if moment.is_some() => format!("{at} · {address}"),
        _ => at,
    }
}

fn revoke(action: String, name: &str, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let confirm = Confirm {
        action,
        title: texts::REVOKE.get(lang).to_owned(),
        accessible_title: texts::REVOKE_OF.with(lang, &[name]),
        note: texts::REVOKE_NOTE,
        button: texts::REVOKE_YES,
        version: None,
        asks_reason: true,
        is_open: false,
        row: None,
    };
    confirm.into_view(Form::of("revoke", request).silent())
}

/// The last day; the earliest is today.
fn expires(form: Form, ctx: &AppContext) -> AnyView {
    let lang = form.lang;
    let label = format!("{} · {}", texts::EXPIRES_DAY.get(lang), words::OPTIONAL.get(lang));
    form.field(Field::date("expires", label, crate::format::date(ctx.local_now().day())))
}
