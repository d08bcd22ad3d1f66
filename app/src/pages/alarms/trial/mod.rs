//! `/alarms/trials/{id}`: what a rule would have done over stored numbers. The page asks again until there is a result.

mod ask;
mod result;
mod timeline;

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::alarms::rules::RuleError;
use warehouse::alarms::trials::{self, Trial, TrialState};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::date_minute;
use crate::pages::{PageContent, managed};
use crate::text::alarms::{rules, trial as texts, words};
use crate::text::{Lang, Text};

pub use ask::{TRIAL_FORM, ask, draft};

/// A page without a result asks again this often.
const AGAIN_SECONDS: &str = "2";

pub fn failed(error: RuleError) -> AppError {
    match error {
        RuleError::Access(error) => error.into(),
        other => {
            tracing::error!(error = %other, "a page's question about trials failed");
            AppError::Internal
        }
    }
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    managed::require(ctx, Permission::ManageAlarms)?;
    let lang = request.view.lang;
    let (tenant, scope) = (ctx.viewer.tenant_id, &ctx.viewer.scope);
    let trial = trials::one(managed::access(ctx)?, managed::id(id)?, tenant, scope).await.map_err(failed)?;
    let tree = managed::tree(ctx).await?;
    let mut blocks = vec![what(&trial, request, ctx)];
    match (&trial.result, trial.state) {
        (Some(found), TrialState::Done) => blocks.extend(result::blocks(&trial, found, &tree, request)),
        (_, TrialState::Failed | TrialState::Done) => blocks.push(problem(&trial, lang)),
        _ => blocks.push(waiting(lang)),
    }
    let title = texts::TITLE.with(lang, &[&trial.trial_id.to_string()]);
    Ok(super::page("trial", title, &[], request, ctx, blocks))
}

fn what(trial: &Trial, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let period = format!("{} – {}", at(trial.from), at(trial.to));
    let made = format!("{} · {}", trial.made_by, managed::at(ctx, trial.made_at));
    let name = words::rule_name(&trial.definition, lang).to_owned();
    let rule = match trial.rule_id {
        Some(id) => view! { <a href=format!("/alarms/rules/{id}")>{managed::user_text(&name)}</a> }.into_any(),
        None => managed::user_text(&name),
    };
    let tried = std::iter::once(&trial.definition).chain(&trial.other).enumerate();
    let lines = tried.map(|(side, definition)| {
        let title = label(trial, side, lang);
        view! { <div><dt>{title}</dt><dd>{rules::sentence(definition, lang)}</dd></div> }
    });
    let content = view! {
        <dl class="facts">
            {managed::fact(texts::RULE, rule, lang)}
            {lines.collect_view()}
            {managed::fact(texts::PERIOD, period, lang)}
            {managed::fact(rules::STATE, state(trial.state).get(lang), lang)}
            {managed::fact(texts::MADE_BY, managed::user_text(&made), lang)}
        </dl>
    };
    Block::fixed("what", content).titled(texts::WHAT.get(lang)).class("wide")
}

pub fn at(moment: chrono::NaiveDateTime) -> String {
    date_minute(domain::LocalMs::from_naive(moment))
}

fn state(state: TrialState) -> Text {
    match state {
        TrialState::Waiting => texts::WAITING,
        TrialState::Running => texts::RUNNING,
        TrialState::Done => texts::DONE,
        TrialState::Failed => texts::FAILED,
    }
}

/// What one side of a trial is called: a version, or the draft.
fn label(trial: &Trial, side: usize, lang: Lang) -> String {
    match trial.labels.get(side).map(String::as_str) {
        Some("draft") | None => texts::DRAFT.get(lang).to_owned(),
        Some(version) => texts::VERSION.with(lang, &[version]),
    }
}

fn problem(trial: &Trial, lang: Lang) -> Block {
    let sentence = texts::problem(trial.problem.as_deref().unwrap_or_default(), lang);
    Block::fixed("problem", view! { <p class="problem" role="alert">"✕ " {sentence}</p> }).class("wide")
}

fn waiting(lang: Lang) -> Block {
    let content = view! {
        <p class="note" role="status">{texts::NOT_YET.get(lang)}</p>
        <noscript>
            <meta http-equiv="refresh" content=AGAIN_SECONDS />
        </noscript>
        <div data-again-seconds=AGAIN_SECONDS></div>
        {super::rules::script()}
    };
    Block::fixed("waiting", content).class("wide")
}
