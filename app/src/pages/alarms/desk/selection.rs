//! What can be done to the chosen lines. The boxes in the list belong to this form, so that neither they nor what is typed
//! here is lost when the list changes.

use domain::alarms::act::{MOST_COMMENT_CHARS, SHELF_MOST_MIN, SHELF_USUAL_MIN};
use leptos::prelude::*;

use super::FORM;
use crate::components::Block;
use crate::components::form::Form;
use crate::context::{AppContext, PageRequest};
use crate::text::Lang;
use crate::text::alarms::desk as words;
use crate::viewer::{Viewer, Who};

/// Times on the shelf that are offered, minutes.
const SHELF_MINUTES: [i64; 6] = [15, 30, 60, SHELF_USUAL_MIN, 240, SHELF_MOST_MIN];

pub fn block(request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let content = view! {
        <form id=FORM class="selection" method="post" action="/alarms/acts" data-selection="">
            {form.problem()}
            <input type="hidden" name="back" value=request.address() />
            <p class="selection-count">{words::CHOSEN.get(lang)} " " <output data-chosen="">"—"</output></p>
            <fieldset class="plain" data-enter="comment">
                <label class="plain-field">
                    <span>{words::COMMENT.get(lang)}</span>
                    <input
                        type="text"
                        id="selection-comment"
                        name="comment"
                        autocomplete="off"
                        maxlength=MOST_COMMENT_CHARS.to_string()
                        value=form.value("comment", "")
                    />
                </label>
                // the first button is what Enter does in any field without a script: the one that changes no state
                <button type="submit" name="act" value="comment">{words::ADD_COMMENT.get(lang)}</button>
                <button type="submit" name="act" value="ack" class="main-button">{words::ACKNOWLEDGE.get(lang)}</button>
            </fieldset>
            <fieldset class="plain" data-enter="assign">
                <label class="plain-field">
                    <span>{words::ASSIGN_TO.get(lang)}</span>
                    <input type="text" name="assignee" autocomplete="off" maxlength="64" value=form.value("assignee", sign_in_name(&ctx.viewer)) />
                </label>
                <button type="submit" name="act" value="assign">{words::ASSIGN.get(lang)}</button>
            </fieldset>
            <fieldset class="plain" data-enter="shelve">
                {minutes(&form, SHELF_MOST_MIN, lang)}
                <label class="plain-field">
                    <span>{words::REASON.get(lang)}</span>
                    <input
                        type="text"
                        id="selection-reason"
                        name="reason"
                        autocomplete="off"
                        maxlength=MOST_COMMENT_CHARS.to_string()
                        value=form.value("reason", "")
                    />
                </label>
                <button type="submit" name="act" value="shelve">{words::SHELVE.get(lang)}</button>
            </fieldset>
            <p class="note">{words::SHELVE_NOTE.get(lang)} " " {words::KEYS_NOTE.get(lang)}</p>
        </form>
    };
    Block::fixed("desk-selection", content).titled(words::SELECTION.get(lang)).class("wide")
}

/// As whom somebody would assign an alarm to himself; empty for whoever did not sign in with a name.
pub fn sign_in_name(viewer: &Viewer) -> &str {
    match &viewer.who {
        Who::Person { name, .. } => name,
        _ => "",
    }
}

/// At most so many minutes.
pub fn minutes(form: &Form, most: i64, lang: Lang) -> AnyView {
    let options = SHELF_MINUTES.into_iter().filter(|minutes| *minutes <= most).map(|minutes| {
        let title = match minutes % 60 {
            0 => words::HOURS_CHOICE.with(lang, &[&(minutes / 60).to_string()]),
            _ => words::MINUTES_CHOICE.with(lang, &[&minutes.to_string()]),
        };
        let selected = form.is_chosen("minutes", &minutes.to_string(), minutes == SHELF_USUAL_MIN);
        view! { <option value=minutes.to_string() selected=selected>{title}</option> }
    });
    view! {
        <label class="plain-field">
            <span>{words::MINUTES.get(lang)}</span>
            <select name="minutes">{options.collect_view()}</select>
        </label>
    }
    .into_any()
}
