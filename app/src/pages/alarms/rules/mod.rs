//! `/alarms/rules`: the rules, one rule with its versions, and the form that makes and changes them.

mod actions;
mod conditions;
mod facts;
pub mod fields;
mod form;
mod holidays;
pub mod inputs;
mod list;
mod overrides;
pub mod said;
mod scope;
mod versions;

use domain::access::Permission;
use domain::alarms::RuleDefinition;
use leptos::prelude::*;
use warehouse::access::Granter;
use warehouse::alarms::rules::{self, RuleRow};
use warehouse::read::regions::Tree;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed};
use crate::text::alarms::{rules as texts, words};

pub use form::{RULE_FORM, script};
pub use holidays::HOLIDAY_FORM;

/// Enabling, disabling, restoring and removing: their problem stands above the page.
pub const ACTION_FORM: &str = "rule-action";

/// Whoever asks, as somebody who makes rules.
pub fn granter(ctx: &AppContext) -> Granter {
    let viewer = &ctx.viewer;
    Granter { rights: viewer.rights, tenant_id: viewer.tenant_id, scope: viewer.scope.clone(), all_regions: viewer.all_regions }
}

/// What a rule of the viewer is checked by at this moment.
pub async fn facts_of(ctx: &AppContext) -> Result<domain::alarms::check::Facts, AppError> {
    Ok(rules::facts(&ctx.pool, &granter(ctx), ctx.local_now().day().to_date()).await?)
}

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let found = rules::list(&ctx.pool, ctx.viewer.tenant_id).await?;
    let open = rules::open_alarms(&ctx.pool).await?;
    let holidays = warehouse::alarms::holidays::list(&ctx.pool).await?;
    let blocks = vec![list::block(&found, &open, request, ctx), holidays::block(&holidays, request, ctx)];
    Ok(super::page("rules", texts::RULES.get(lang), &[HOLIDAY_FORM], request, ctx, blocks))
}

pub async fn new(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManageAlarms)?;
    let lang = request.view.lang;
    let tree = managed::tree(ctx).await?;
    let blocks = vec![form::block(&form::Editing { request, ctx, tree: &tree, standing: None }, facts_of(ctx).await?)];
    Ok(super::page("rule", texts::NEW.get(lang), &[RULE_FORM], request, ctx, blocks))
}

pub async fn one(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::SeeAlarms)?;
    let lang = request.view.lang;
    let rule_id = managed::id(id)?;
    let rule = rules::one(&ctx.pool, ctx.viewer.tenant_id, rule_id).await?.ok_or(AppError::NotFound)?;
    let made = rules::versions(&ctx.pool, rule_id).await?;
    let open = rules::open_alarms(&ctx.pool).await?.get(&rule_id).copied().unwrap_or(0);
    let tree = managed::tree(ctx).await?;
    let may_change = ctx.viewer.may(Permission::ManageAlarms) && rule.removed_at.is_none();
    let mut blocks = vec![what(&rule, &tree, request), actions::block(&rule, open, may_change, request, ctx)];
    if may_change {
        let trials = match &ctx.access {
            Some(access) => {
                let (tenant, scope) = (ctx.viewer.tenant_id, &ctx.viewer.scope);
                warehouse::alarms::trials::of_rule(access, rule_id, tenant, scope).await.map_err(super::trial::failed)?
            }
            None => Vec::new(),
        };
        let editing = form::Editing { request, ctx, tree: &tree, standing: Some(&rule) };
        blocks.push(form::block(&editing, facts_of(ctx).await?));
        blocks.push(super::trial::ask(&rule, &made, &trials, request, ctx));
    }
    blocks.push(versions::block(&rule, &made, may_change, &tree, request, ctx));
    let title = words::rule_name(&rule.definition, lang).to_owned();
    Ok(super::page("rule", title, &[RULE_FORM, super::trial::TRIAL_FORM], request, ctx, blocks))
}

/// The rule as it stands, with why it exists.
fn what(rule: &RuleRow, tree: &Tree, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let facts = facts::of(&rule.definition, tree, lang).into_iter().filter(|(_, value)| !value.is_empty());
    let removed = rule.removed_at.map(|_| view! { <p class="note">{texts::REMOVED_NOTE.get(lang)}</p> });
    let content = view! {
        {removed}
        <p class="rule-sentence">{severity(&rule.definition, request)} " " {texts::sentence(&rule.definition, lang)}</p>
        <dl class="facts">
            {facts.map(|(label, value)| managed::fact(label, managed::user_text(&value), lang)).collect_view()}
        </dl>
    };
    Block::fixed("what", content).titled(texts::WHAT.get(lang)).class("wide")
}

/// Shape, word and colour of a severity.
fn severity(rule: &RuleDefinition, request: &PageRequest) -> AnyView {
    let class = format!("severity severity-{}", rule.severity.code());
    let glyph = words::severity_glyph(rule.severity);
    view! {
        <span class=class>
            <span aria-hidden="true">{glyph} " "</span>
            {words::severity(rule.severity).get(request.view.lang)}
        </span>
    }
    .into_any()
}
