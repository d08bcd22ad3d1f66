//! The form that makes and changes a rule. Without a script its check happens when it is sent.

use domain::alarms::check::Facts;
use domain::alarms::rule::MOST_NAME_CHARS;
use domain::alarms::{Condition, InfoClass, Metric, RegionChoice, RuleDefinition, Severity};
use leptos::prelude::*;
use warehouse::alarms::rules::RuleRow;
use warehouse::read::regions::Tree;

use super::fields::{self, Fields, QUIETINGS, quieting_code};
use super::inputs::Shown;
use super::said;
use super::{conditions, overrides, scope};
use crate::assets;
use crate::components::Block;
use crate::components::form::{REASON_MOST_CHARS, submitted};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::submitted::Problem;
use crate::text::Lang;
use crate::text::alarms::{rules as texts, words};

pub const RULE_FORM: &str = "rule";
const NUMBER_CHARS: usize = 8;

/// What is being made or changed, and by whom.
pub struct Editing<'a> {
    pub request: &'a PageRequest,
    pub ctx: &'a AppContext,
    pub tree: &'a Tree,
    /// None: a new rule.
    pub standing: Option<&'a RuleRow>,
}

/// What a new rule begins with.
fn blank(all_regions: bool) -> RuleDefinition {
    let condition = Condition {
        metric: Metric::LoadNowPercent,
        comparison: domain::alarms::Comparison::AtLeast,
        threshold: domain::Fixed2(10_000),
        deadband: domain::Fixed2(500),
        span_min: None,
    };
    let starter = fields::read(&Vec::new(), None).definition;
    RuleDefinition {
        severity: Severity::Medium,
        conditions: vec![condition],
        needs_ack: true,
        schedule: domain::alarms::Schedule::ALWAYS,
        regions: if all_regions { RegionChoice::All } else { RegionChoice::Listed(Vec::new()) },
        ..starter
    }
}

/// As it was entered, or as the rule stands.
fn shown_fields(editing: &Editing<'_>) -> (Fields, bool) {
    match submitted(editing.request).filter(|sent| sent.form == RULE_FORM) {
        Some(sent) => (sent.values.clone(), true),
        None => {
            let viewer = &editing.ctx.viewer;
            let all_regions = viewer.scope.is_whole() || viewer.all_regions;
            let rule = editing.standing.map_or_else(|| blank(all_regions), |rule| rule.definition.clone());
            (fields::write(&rule), false)
        }
    }
}

pub fn block(editing: &Editing<'_>, facts: Facts) -> Block {
    let lang = editing.request.view.lang;
    let (fields, is_sent) = shown_fields(editing);
    let problem = submitted(editing.request).filter(|sent| sent.form == RULE_FORM).and_then(|sent| sent.problem);
    let is_enabled = editing.standing.is_some_and(|rule| rule.is_enabled) || fields::has(&fields, "enable", "1");
    let facts = Facts { may_be_enabled: is_enabled, ..facts };
    let entered = fields::read(&fields, editing.standing.map(|rule| &rule.definition));
    let mut said = said::of(&entered, &facts, lang);
    if !is_sent || problem.is_none() {
        // nothing is wrong before anybody has said that he is done
        said.problems.clear();
    }
    let shown = Shown { fields: &fields, said: &said };
    let title = if editing.standing.is_some() { texts::EDIT } else { texts::NEW };
    let content = view! {
        <form class="rule-form" method="post" action=address(editing) data-check="/alarms/rules/check">
            {problem.map(|problem| above(problem, editing, lang))}
            {save_first(editing, lang)}
            {version(editing)}
            <p class="rule-reads">
                <span>{texts::READS.get(lang)} ": "</span>
                <output data-rule-sentence="" aria-live="polite">{said.sentence.clone()}</output>
            </p>
            {names(&shown, lang)}
            {conditions::rows(&shown, lang)}
            {timing(&shown, lang)}
            {scope::schedule(&shown, lang)}
            {scope::regions(&shown, editing, lang)}
            {overrides::rows(&shown, editing.standing.map(|rule| &rule.definition), editing.tree, lang)}
            {rationale(&shown, lang)}
            {shown.input("reason", texts::WHY.get(lang), "text", REASON_MOST_CHARS)}
            {buttons(editing, lang)}
        </form>
        {script()}
    };
    Block::fixed("rule-form", content).titled(title.get(lang)).class("wide")
}

/// Checks while somebody types.
pub fn script() -> AnyView {
    view! { <script src=assets::link("rules.js") defer=true></script> }.into_any()
}

fn address(editing: &Editing<'_>) -> String {
    editing.standing.map_or_else(|| "/alarms/rules".to_owned(), |rule| format!("/alarms/rules/{}", rule.rule_id))
}

fn above(problem: Problem, editing: &Editing<'_>, lang: Lang) -> AnyView {
    let by = editing.standing.filter(|_| problem == Problem::Conflict).map(|rule| {
        let said =
            texts::CHANGED_BY.with(lang, &[&rule.made_by, &rule.version.to_string(), &managed::at(editing.ctx, rule.made_at)]);
        view! { <p class="note user-text">{said}</p> }
    });
    view! {
        <p class="problem" role="alert" id="rule-problem" tabindex="-1" autofocus=true>"✕ " {problem.sentence(lang)}</p>
        {by}
    }
    .into_any()
}

/// The key Enter saves: the first button of a form is the one that it presses.
fn save_first(editing: &Editing<'_>, lang: Lang) -> AnyView {
    let title = if editing.standing.is_some() { texts::SAVE } else { texts::SAVE_DISABLED };
    view! { <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">{title.get(lang)}</button> }.into_any()
}

fn version(editing: &Editing<'_>) -> Option<AnyView> {
    let rule = editing.standing?;
    let fields = view! {
        <input type="hidden" name="version" value=rule.version.to_string() />
        <input type="hidden" name="rule_id" value=rule.rule_id.to_string() />
    };
    Some(fields.into_any())
}

fn names(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let severities = Severity::ALL.into_iter().map(|one| {
        let label = format!("{} {}", words::severity_glyph(one), words::severity(one).get(lang));
        (one.code().to_owned(), label)
    });
    let classes = InfoClass::ALL.into_iter().map(|one| (one.code().to_owned(), words::class(one).get(lang).to_owned()));
    let no_class = (String::new(), texts::NO_CLASS.get(lang).to_owned());
    view! {
        <div class="rule-row">
            {shown.input("name_zh", texts::NAME_ZH.get(lang), "text", MOST_NAME_CHARS)}
            {shown.input("name_en", texts::NAME_EN.get(lang), "text", MOST_NAME_CHARS)}
            {shown.select("severity", texts::SEVERITY.get(lang), severities.collect())}
            {shown.select("class", texts::CLASS.get(lang), std::iter::once(no_class).chain(classes).collect())}
        </div>
    }
    .into_any()
}

fn timing(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let quietings = QUIETINGS.into_iter().map(|one| (quieting_code(one).to_owned(), words::quieting(one).get(lang).to_owned()));
    view! {
        <fieldset class="rule-part">
            <legend>{texts::TIMING.get(lang)}</legend>
            <div class="rule-row">
                {shown.input("on_delay_s", texts::ON_DELAY.get(lang), "number", NUMBER_CHARS)}
                {shown.input("off_delay_s", texts::OFF_DELAY.get(lang), "number", NUMBER_CHARS)}
                {shown.input("repeat_count", texts::REPEATS.get(lang), "number", NUMBER_CHARS)}
                {shown.input("reannunciate_min", texts::REANNUNCIATE.get(lang), "number", NUMBER_CHARS)}
                {shown.select("quiets", texts::QUIETS.get(lang), quietings.collect())}
            </div>
            {shown.checkbox("needs_ack", "1", texts::NEEDS_ACK.get(lang))}
            {shown.checkbox("latching", "1", texts::LATCHING.get(lang))}
            {shown.problem("latching")}
        </fieldset>
    }
    .into_any()
}

fn rationale(shown: &Shown<'_>, lang: Lang) -> AnyView {
    view! {
        <fieldset class="rule-part">
            <legend>{texts::RATIONALE.get(lang)}</legend>
            <p class="hint">{texts::RATIONALE_NOTE.get(lang)}</p>
            {shown.area("cause", texts::CAUSE.get(lang))}
            {shown.area("consequence", texts::CONSEQUENCE.get(lang))}
            {shown.area("response", texts::RESPONSE.get(lang))}
            <div class="rule-row">
                {shown.input("time_to_respond_min", texts::TIME_TO_RESPOND.get(lang), "number", NUMBER_CHARS)}
                {shown.input("owner", texts::OWNER.get(lang), "text", MOST_NAME_CHARS)}
                {shown.input("review_on", texts::REVIEW_ON.get(lang), "date", 10)}
            </div>
        </fieldset>
    }
    .into_any()
}

fn buttons(editing: &Editing<'_>, lang: Lang) -> AnyView {
    let save = match editing.standing {
        Some(_) => view! { <button type="submit" class="main-button">{texts::SAVE.get(lang)}</button> }.into_any(),
        None => view! {
            <button type="submit" class="main-button">{texts::SAVE_DISABLED.get(lang)}</button>
            <button type="submit" name="enable" value="1">{texts::SAVE_ENABLED.get(lang)}</button>
        }
        .into_any(),
    };
    let draft = crate::pages::alarms::trial::draft(editing.request, editing.ctx);
    view! { <p class="buttons">{save}</p> {draft} }.into_any()
}
