//! The form that starts a trial: of a stored version, or of what stands in the form of the rule.

use chrono::Days;
use leptos::prelude::*;
use warehouse::alarms::rules::{RuleRow, VersionRow};
use warehouse::alarms::trials::Trial;

use super::{at, state};
use crate::components::Block;
use crate::components::form::{Choice, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::text::alarms::trial as texts;

pub const TRIAL_FORM: &str = "trial";
/// Back from today, when nothing is entered.
const USUAL_DAYS: u64 = 7;

/// The days that are offered: the last week before today.
fn usual(ctx: &AppContext) -> (String, String) {
    let today = ctx.local_now().day().to_date();
    ((today - Days::new(USUAL_DAYS)).to_string(), today.to_string())
}

pub fn ask(rule: &RuleRow, made: &[VersionRow], trials: &[Trial], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let form = Form::of(TRIAL_FORM, request);
    let (from, to) = usual(ctx);
    let version =
        |version: i32, standing| Choice::new(version.to_string(), texts::VERSION.with(lang, &[&version.to_string()]), standing);
    let tried = made.iter().map(|one| version(one.version, one.version == rule.version));
    let none = Choice::new("", texts::NO_COMPARISON.get(lang), true);
    let others = std::iter::once(none).chain(made.iter().map(|one| version(one.version, false)));
    let content = view! {
        <p class="note">{texts::TRY_NOTE.get(lang)}</p>
        <form method="post" action="/alarms/trials">
            {form.problem()}
            <input type="hidden" name="rule_id" value=rule.rule_id.to_string() />
            <div class="rule-row">
                {form.select("tried", texts::TRY_VERSION.get(lang), tried.collect())}
                {form.select("other", texts::COMPARE.get(lang), others.collect())}
                {form.field(Field::date("try_from", texts::FROM.get(lang), String::new()).standing(from).required())}
                {form.field(Field::date("try_to", texts::TO.get(lang), String::new()).standing(to).required())}
            </div>
            <p class="buttons"><button type="submit">{texts::RUN.get(lang)}</button></p>
        </form>
        {(!trials.is_empty()).then(|| latest(trials, request, ctx))}
    };
    Block::fixed("try", content).titled(texts::TRY.get(lang)).class("wide")
}

fn latest(trials: &[Trial], request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(texts::TRY.get(lang)),
        Column::text(texts::PERIOD.get(lang)),
        Column::text(crate::text::alarms::rules::STATE.get(lang)),
        Column::text(texts::MADE_BY.get(lang)),
    ];
    let rows = trials.iter().map(|trial| {
        let link = view! { <a href=format!("/alarms/trials/{}", trial.trial_id)>{trial.trial_id.to_string()}</a> };
        let made = format!("{} · {}", trial.made_by, managed::at(ctx, trial.made_at));
        Row::from(vec![
            Cell::text(link),
            Cell::text(format!("{} – {}", at(trial.from), at(trial.to))),
            Cell::text(state(trial.state).get(lang)),
            Cell::text(managed::user_text(&made)),
        ])
    });
    table(texts::TRIALS.get(lang), columns, rows.collect())
}

/// Beside the buttons of the form of a rule: tries what stands in it, without saving.
pub fn draft(request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let (from, to) = usual(ctx);
    let sent = request.submitted.as_deref();
    let day = |name: &str, usual: String| sent.and_then(|sent| sent.value(name)).map_or(usual, str::to_owned);
    view! {
        <fieldset class="rule-part">
            <legend>{texts::TRY.get(lang)}</legend>
            <p class="hint">{texts::TRY_NOTE.get(lang)}</p>
            <div class="rule-row">
                <label class="plain-field">
                    <span>{texts::FROM.get(lang)}</span>
                    <input type="date" name="try_from" value=day("try_from", from) />
                </label>
                <label class="plain-field">
                    <span>{texts::TO.get(lang)}</span>
                    <input type="date" name="try_to" value=day("try_to", to) />
                </label>
            </div>
            <p class="buttons">
                <button type="submit" formaction="/alarms/trials" name="draft" value="1">{texts::RUN_DRAFT.get(lang)}</button>
            </p>
        </fieldset>
    }
    .into_any()
}
