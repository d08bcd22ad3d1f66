//! What stands beside forms: the problem above one, what was done just now, what is shown only once, what asks twice.

use leptos::prelude::*;

use super::{Form, plain_reason};
use crate::context::PageRequest;
use crate::submitted::Submitted;
use crate::text::Text;
use crate::text::access::done;

/// What was sent to this page, wherever it is shown.
pub fn submitted(request: &PageRequest) -> Option<&Submitted> {
    request.submitted.as_deref()
}

pub(super) fn alert(id: String, sentence: &'static str) -> AnyView {
    view! { <p class="problem" role="alert" id=id tabindex="-1" autofocus=true>"✕ " {sentence}</p> }.into_any()
}

/// Above all blocks: what was done just now, or a problem of a form that is not `shown` on the page.
pub fn notices(request: &PageRequest, shown: &[&str]) -> Option<AnyView> {
    let lang = request.view.lang;
    let other = submitted(request).filter(|sent| !shown.contains(&sent.form));
    if let Some(problem) = other.and_then(|sent| sent.problem) {
        return Some(alert("page-problem".to_owned(), problem.sentence(lang)));
    }
    let sentence = request.get("done").filter(|_| request.submitted.is_none()).and_then(done::sentence)?;
    Some(view! { <p class="done" role="status">"✓ " {sentence.get(lang)}</p> }.into_any())
}

/// Something that is shown only now, ready to be copied.
pub fn secret(label: &'static str, value: &str, sentence: String) -> AnyView {
    view! {
        <div class="secret" role="status">
            <p id="secret-note">{sentence}</p>
            <div class="field">
                <label for="secret">{label}</label>
                <input id="secret" type="text" readonly=true autofocus=true value=value.to_owned() aria-describedby="secret-note" />
            </div>
        </div>
    }
    .into_any()
}

/// A form that takes something away: folded, so that it needs two deliberate steps.
pub struct Confirm {
    pub action: String,
    pub title: String,
    /// Names whose it is for those who do not see the row around it.
    pub accessible_title: String,
    pub note: Text,
    pub button: Text,
    pub version: Option<i32>,
    pub asks_reason: bool,
    pub is_open: bool,
    /// Comes back with the form, so that the problem shows in the right row.
    pub row: Option<i64>,
}

impl Confirm {
    pub fn into_view(self, form: Form) -> AnyView {
        let version = self.version.map(|version| view! { <input type="hidden" name="version" value=version.to_string() /> });
        let row = self.row.map(|row| view! { <input type="hidden" name="row" value=row.to_string() /> });
        let reason = self.asks_reason.then(|| plain_reason(form.lang));
        view! {
            <details class="confirm" open=self.is_open>
                <summary aria-label=self.accessible_title>{self.title}</summary>
                <form method="post" action=self.action>
                    {form.problem()}
                    <p class="note">{self.note.get(form.lang)}</p>
                    {version}
                    {row}
                    {reason}
                    <button type="submit" class="danger">{self.button.get(form.lang)}</button>
                </form>
            </details>
        }
        .into_any()
    }
}
