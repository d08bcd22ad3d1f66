//! What can be done to the alarm. The fields stand still while the buttons follow its state: both belong to the same forms,
//! and the version that somebody acts on is the one that he sees.

use domain::access::Permission;
use domain::alarms::act::{MOST_COMMENT_CHARS, SHELF_CRITICAL_MOST_MIN};
use domain::alarms::{Severity, State};
use leptos::prelude::*;

use super::{ACT_FORM, ASSIGN_FORM, Alarm, OUT_FORM, SHELVE_FORM};
use crate::components::Block;
use crate::components::form::{Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::pages::alarms::desk::{minutes, sign_in_name};
use crate::text::alarms::{alarm as words, desk};
use crate::text::{Lang, Text};

/// One button: the form that it sends, the act, its title.
type Button = (&'static str, &'static str, Text);

/// The forms that the viewer has for this alarm.
pub fn shown(alarm: &Alarm, ctx: &AppContext) -> Vec<&'static str> {
    if !ctx.viewer.may(Permission::ActOnAlarms) {
        return Vec::new();
    }
    let mut forms = vec![ACT_FORM, ASSIGN_FORM];
    if may_shelve(alarm, ctx) {
        forms.push(SHELVE_FORM);
    }
    if ctx.viewer.may(Permission::ManageAlarms) {
        forms.push(OUT_FORM);
    }
    forms
}

/// A critical alarm is shelved by an engineer only.
fn may_shelve(alarm: &Alarm, ctx: &AppContext) -> bool {
    alarm.line().point.severity != Severity::Critical || ctx.viewer.may(Permission::ManageAlarms)
}

/// What is possible in a state; who may not act sees none.
fn possible(alarm: &Alarm, ctx: &AppContext) -> Vec<Button> {
    let point = &alarm.line().point;
    let is_engineer = ctx.viewer.may(Permission::ManageAlarms);
    let mut buttons: Vec<Button> = Vec::new();
    if point.state.is_unacknowledged() {
        buttons.push((ACT_FORM, "ack", desk::ACKNOWLEDGE));
    }
    match point.state {
        State::Ltunk | State::Ltack if !point.is_active => buttons.push((ACT_FORM, "reset", words::RESET)),
        State::Shlvd => buttons.push((ACT_FORM, "unshelve", words::UNSHELVE)),
        State::Oosrv if is_engineer => buttons.push((ACT_FORM, "in_service", words::RETURN_TO_SERVICE)),
        _ => {}
    }
    buttons
}

/// The buttons that depend on the state, with the version in which they were seen.
pub fn buttons(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let version = alarm.line().point.version.to_string();
    let versions = shown(alarm, ctx)
        .into_iter()
        .map(|form| view! { <input type="hidden" name="version" form=form value=version.clone() /> });
    let possible = possible(alarm, ctx);
    let nothing = possible.is_empty().then(|| view! { <span class="note">{words::NO_ACT.get(lang)}</span> });
    let buttons = possible.into_iter().map(|(form, act, title)| {
        let class = if act == "ack" { "main-button" } else { "" };
        view! { <button type="submit" form=form name="act" value=act class=class data-act=act>{title.get(lang)}</button> }
    });
    let content = view! {
        {versions.collect_view()}
        <p class="buttons">{buttons.collect_view()} {nothing}</p>
    };
    Block::new("alarm-buttons", content).titled(words::ACTS.get(lang))
}

pub fn forms(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let action = format!("/alarms/{}/act", alarm.id());
    let act = Form::of(ACT_FORM, request);
    let assign = Form::of(ASSIGN_FORM, request);
    let back = request.address();
    let comment = Field::text("comment", desk::COMMENT.get(lang)).most(MOST_COMMENT_CHARS);
    let assignee = Field::text("assignee", desk::ASSIGN_TO.get(lang)).standing(sign_in_name(&ctx.viewer)).most(64);
    let content = view! {
        <form id=ACT_FORM method="post" action=action.clone()>
            {act.problem()}
            <input type="hidden" name="back" value=back.clone() />
            {act.field(comment)}
            <p class="buttons">
                <button type="submit" name="act" value="comment">{desk::ADD_COMMENT.get(lang)}</button>
            </p>
        </form>
        <form id=ASSIGN_FORM method="post" action=action.clone()>
            {assign.problem()}
            <input type="hidden" name="back" value=back.clone() />
            {assign.field(assignee)}
            <p class="buttons">
                <button type="submit" name="act" value="assign">{desk::ASSIGN.get(lang)}</button>
            </p>
        </form>
        {shelve(alarm, &action, request, ctx, lang)}
        {out_of_service(&action, request, ctx, lang)}
    };
    Block::fixed("alarm-forms", content).class("alarm-forms")
}

/// Folded, since it is seldom needed; open again when it was not taken.
fn shelve(alarm: &Alarm, action: &str, request: &PageRequest, ctx: &AppContext, lang: Lang) -> Option<AnyView> {
    if !may_shelve(alarm, ctx) {
        return None;
    }
    let is_critical = alarm.line().point.severity == Severity::Critical;
    let form = Form::of(SHELVE_FORM, request);
    let reason = Field::text("reason", desk::REASON.get(lang)).required().most(MOST_COMMENT_CHARS);
    let most = if is_critical { SHELF_CRITICAL_MOST_MIN } else { domain::alarms::act::SHELF_MOST_MIN };
    Some(
        view! {
            <details class="confirm" open=form.has_problem() data-fold="shelve">
                <summary>{words::SHELVE_TITLE.get(lang)}</summary>
                <form id=SHELVE_FORM method="post" action=action.to_owned()>
                    {form.problem()}
                    <input type="hidden" name="back" value=request.address() />
                    {minutes(&form, most, lang)}
                    {form.field(reason)}
                    <p class="note">{desk::SHELVE_NOTE.get(lang)}</p>
                    <button type="submit" name="act" value="shelve">{desk::SHELVE.get(lang)}</button>
                </form>
            </details>
        }
        .into_any(),
    )
}

fn out_of_service(action: &str, request: &PageRequest, ctx: &AppContext, lang: Lang) -> Option<AnyView> {
    if !ctx.viewer.may(Permission::ManageAlarms) {
        return None;
    }
    let form = Form::of(OUT_FORM, request);
    let reason = Field::text("reason", words::OUT_REASON.get(lang)).required().most(MOST_COMMENT_CHARS);
    let review = Field::date("review_on", words::REVIEW_ON.get(lang), ctx.local_now().day().to_date().to_string()).required();
    Some(
        view! {
            <details class="confirm" open=form.has_problem()>
                <summary>{words::TAKE_OUT_TITLE.get(lang)}</summary>
                <form id=OUT_FORM method="post" action=action.to_owned()>
                    {form.problem()}
                    <input type="hidden" name="back" value=request.address() />
                    {form.field(reason)}
                    {form.field(review)}
                    <button type="submit" name="act" value="out_of_service" class="danger">{words::TAKE_OUT.get(lang)}</button>
                </form>
            </details>
        }
        .into_any(),
    )
}
