//! What can be done to a statement: check, reopen, freeze, make void. Each form says which edit its author has seen.

use domain::access::Permission;
use domain::settlement::{ExceptionKind, StatementState};
use leptos::prelude::*;

use super::{FORM, Page};
use crate::components::Block;
use crate::components::form::{Form, REASON_MOST_CHARS};
use crate::context::{AppContext, PageRequest};
use crate::text::settlement::statement as words;
use crate::text::{Lang, Text};

/// None for whoever may only look, and for what is void.
pub fn block(page: &Page, request: &PageRequest, ctx: &AppContext) -> Option<Block> {
    let lang = request.view.lang;
    if !ctx.viewer.may(Permission::KeepBilling) {
        return None;
    }
    let form = Form::of(FORM, request);
    let exceptions = &page.of.exceptions;
    let mut forms: Vec<AnyView> = match page.of.status {
        StatementState::Draft if exceptions.iter().any(|kind| kind.blocks_check()) => {
            vec![view! { <p>"✕ " {words::CHECK_BLOCKED.get(lang)}</p> }.into_any()]
        }
        StatementState::Draft => vec![check(page, form, lang)],
        StatementState::Checked => vec![freeze(page, form, lang), reopen(page, form.silent(), lang)],
        StatementState::Frozen | StatementState::Void => Vec::new(),
    };
    if page.of.status != StatementState::Void && ctx.viewer.may(Permission::ManageBilling) {
        forms.push(void(page, form, lang));
    }
    if forms.is_empty() {
        return None;
    }
    let more = links(page, lang);
    let content = view! { {form.problem()} {forms} {more} };
    Some(Block::fixed("acts", content).titled(words::ACTS.get(lang)).class("wide block-actions"))
}

fn edit_no(page: &Page) -> AnyView {
    view! { <input type="hidden" name="edit_no" value=page.of.edit_no.to_string() /> }.into_any()
}

fn reason(form: Form, label: Text, is_required: bool) -> AnyView {
    let lang = form.lang;
    view! {
        <label class="plain-field">
            <span>{label.get(lang)}</span>
            <input
                type="text"
                name="reason"
                autocomplete="off"
                required=is_required
                maxlength=(2 * REASON_MOST_CHARS).to_string()
                value=form.value("reason", "")
            />
        </label>
    }
    .into_any()
}

fn action(page: &Page, act: &str) -> String {
    format!("{}/{act}", page.address())
}

fn check(page: &Page, form: Form, lang: Lang) -> AnyView {
    let accepts = !page.of.exceptions.is_empty();
    view! {
        <form method="post" action=action(page, "check")>
            {edit_no(page)}
            <p class="note">{words::CHECK_NOTE.get(lang)}</p>
            {accepts.then(|| reason(form, words::REASON_EXCEPTIONS, true))}
            <p class="buttons"><button type="submit" class="main-button">{words::CHECK.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn freeze(page: &Page, form: Form, lang: Lang) -> AnyView {
    if page.of.exceptions.iter().any(|kind| kind.blocks_freeze()) {
        return view! { <p>"✕ " {words::FREEZE_BLOCKED.get(lang)}</p> }.into_any();
    }
    let needs_reason = page.of.exceptions.contains(&ExceptionKind::Estimated);
    view! {
        <form method="post" action=action(page, "freeze")>
            {edit_no(page)}
            <p class="note">{words::FREEZE_NOTE.get(lang)}</p>
            {reason(form, words::REASON, needs_reason)}
            <p class="buttons"><button type="submit" class="main-button">{words::FREEZE.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn reopen(page: &Page, form: Form, lang: Lang) -> AnyView {
    view! {
        <form method="post" action=action(page, "reopen")>
            {edit_no(page)}
            <p class="note">{words::REOPEN_NOTE.get(lang)}</p>
            {reason(form, words::REASON, false)}
            <p class="buttons"><button type="submit">{words::REOPEN.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn void(page: &Page, form: Form, lang: Lang) -> AnyView {
    view! {
        <details class="confirm" open=form.has_problem() && page.of.status == StatementState::Frozen>
            <summary>{words::VOID.get(lang)}</summary>
            <form method="post" action=action(page, "void")>
                {edit_no(page)}
                <p class="note">{words::VOID_NOTE.get(lang)}</p>
                {reason(form, words::REASON, true)}
                <button type="submit" class="danger">{words::VOID_BUTTON.get(lang)}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Studies of this bill, where there are pages for them.
fn links(page: &Page, lang: Lang) -> AnyView {
    let offered = [
        (format!("{}/reconcile", page.address()), words::RECONCILE),
        (format!("/settlement/what-if?contract={}", page.of.contract_id), words::WHAT_IF),
    ];
    let is_page = |address: &str| crate::pages::check(&PageRequest::parse(address, crate::View::default())).is_ok();
    let links = offered.into_iter().filter(|(address, _)| is_page(address)).map(|(address, title)| {
        view! { <a class="button" href=address>{title.get(lang)}</a> " " }
    });
    view! { <p class="buttons">{links.collect::<Vec<_>>()}</p> }.into_any()
}
