//! Forms that work without a script: fields with their label, choices, the problem above a form, and what asks twice.

mod field;
mod notice;

use leptos::prelude::*;

use crate::context::PageRequest;
use crate::submitted::Submitted;
use crate::text::Lang;
use crate::text::access::common as words;

pub use field::{Choice, Field};
use notice::alert;
pub use notice::{Confirm, notices, secret, submitted};

/// A form as it is shown: empty, or again with what was entered and why it was not taken.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    id: &'static str,
    sent: Option<&'a Submitted>,
    pub lang: Lang,
}

impl<'a> Form<'a> {
    pub fn of(id: &'static str, request: &'a PageRequest) -> Self {
        // what was taken is not shown again: the form is ready for the next
        let is_shown = |sent: &&Submitted| sent.form == id && sent.problem.is_some();
        Self { id, sent: submitted(request).filter(is_shown), lang: request.view.lang }
    }

    /// The same form for one row of several: only the row that was sent shows what was sent.
    pub fn of_row(self, row: i64) -> Self {
        Self { sent: self.sent.filter(|sent| sent.is("row", &row.to_string())), ..self }
    }

    /// For forms that stand in many rows: what is wrong is said above all of them.
    pub fn silent(self) -> Self {
        Self { sent: None, ..self }
    }

    /// What was sent, if this is the form that is shown again.
    pub fn sent(&self) -> Option<&'a Submitted> {
        self.sent
    }

    pub fn has_problem(&self) -> bool {
        self.sent.is_some_and(|sent| sent.problem.is_some())
    }

    /// As entered, or the value that stands.
    pub fn value(&self, name: &str, standing: &str) -> String {
        match self.sent {
            Some(sent) => sent.all(name).next().unwrap_or_default().to_owned(),
            None => standing.to_owned(),
        }
    }

    /// Whether a choice is made: as entered, or as it stands.
    pub fn is_chosen(&self, name: &str, value: &str, standing: bool) -> bool {
        self.sent.map_or(standing, |sent| sent.is(name, value))
    }

    /// The sentence that says what is wrong; it has the focus when the page comes.
    pub fn problem(&self) -> Option<AnyView> {
        let problem = self.sent?.problem?;
        Some(alert(format!("{}-problem", self.id), problem.sentence(self.lang)))
    }

    fn is_wrong(&self, name: &str) -> bool {
        self.sent.and_then(|sent| sent.problem).is_some_and(|problem| problem.fields().contains(&name))
    }

    /// Ids of what explains a field: its problem, its hint.
    fn described_by(&self, name: &str, has_hint: bool) -> Option<String> {
        let problem = self.is_wrong(name).then(|| format!("{}-problem", self.id));
        let hint = has_hint.then(|| format!("{}-{name}-hint", self.id));
        let ids: Vec<_> = problem.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub fn field(&self, field: Field) -> AnyView {
        let id = format!("{}-{}", self.id, field.name);
        let described_by = self.described_by(field.name, field.hint.is_some());
        let hint = field.hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> });
        let value = if field.kind == "password" { None } else { Some(self.value(field.name, &field.standing)) };
        view! {
            <div class="field">
                <label for=id.clone()>{field.label}</label>
                <input
                    id=id
                    name=field.name
                    type=field.kind
                    value=value
                    autocomplete=field.autocomplete
                    autofocus=field.has_focus && !self.has_problem()
                    autocapitalize="none"
                    spellcheck="false"
                    required=field.is_required
                    maxlength=field.most_chars.map(|most| (2 * most).to_string())
                    min=field.least
                    aria-invalid=self.is_wrong(field.name).then_some("true")
                    aria-describedby=described_by
                />
                {hint}
            </div>
        }
        .into_any()
    }

    /// One of several, each with a line that explains it.
    pub fn radios(&self, name: &'static str, legend: &'static str, choices: Vec<Choice>) -> AnyView {
        let described_by = self.described_by(name, false);
        let choices = choices.into_iter().map(|choice| self.choice("radio", name, choice)).collect_view();
        view! {
            <fieldset class="radios" aria-describedby=described_by>
                <legend>{legend}</legend>
                {choices}
            </fieldset>
        }
        .into_any()
    }

    /// Any of several.
    pub fn checkboxes(&self, name: &'static str, legend: &'static str, choices: Vec<Choice>) -> AnyView {
        let described_by = self.described_by(name, false);
        let choices = choices.into_iter().map(|choice| self.choice("checkbox", name, choice)).collect_view();
        view! {
            <fieldset class="checkboxes" aria-describedby=described_by>
                <legend>{legend}</legend>
                <div class="choice-list">{choices}</div>
            </fieldset>
        }
        .into_any()
    }

    pub fn checkbox(&self, name: &'static str, choice: Choice) -> AnyView {
        self.choice("checkbox", name, choice)
    }

    fn choice(&self, kind: &'static str, name: &'static str, choice: Choice) -> AnyView {
        let checked = self.is_chosen(name, &choice.value, choice.standing);
        view! {
            <label class="choice">
                <input type=kind name=name value=choice.value checked=checked disabled=choice.is_disabled />
                <span class="choice-text">
                    <span>{choice.label}</span>
                    {choice.note.map(|note| view! { <span class="hint">{note}</span> })}
                </span>
            </label>
        }
        .into_any()
    }

    pub fn select(&self, name: &'static str, label: &str, choices: Vec<Choice>) -> AnyView {
        let id = format!("{}-{name}", self.id);
        let options = choices.into_iter().map(|choice| {
            let selected = self.is_chosen(name, &choice.value, choice.standing);
            view! { <option value=choice.value selected=selected disabled=choice.is_disabled>{choice.label}</option> }
        });
        view! {
            <div class="field">
                <label for=id.clone()>{label.to_owned()}</label>
                <select
                    id=id
                    name=name
                    aria-invalid=self.is_wrong(name).then_some("true")
                    aria-describedby=self.described_by(name, false)
                >
                    {options.collect_view()}
                </select>
            </div>
        }
        .into_any()
    }

    /// Why something is done, for the audit.
    pub fn reason(&self) -> AnyView {
        self.field(Field::text("reason", reason_label(self.lang)).most(REASON_MOST_CHARS))
    }
}

pub const REASON_MOST_CHARS: usize = 200;

fn reason_label(lang: Lang) -> String {
    format!("{} · {}", words::REASON.get(lang), words::OPTIONAL.get(lang))
}

/// The same for the small forms that stand several times on a page.
pub fn plain_reason(lang: Lang) -> AnyView {
    view! {
        <label class="plain-field">
            <span>{reason_label(lang)}</span>
            <input type="text" name="reason" autocomplete="off" maxlength=(2 * REASON_MOST_CHARS).to_string() />
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::submitted::Problem;

    fn request(problem: Option<Problem>) -> PageRequest {
        let values = vec![("name".to_owned(), "\"><script>".to_owned()), ("password".to_owned(), "x".to_owned())];
        let submitted = Some(Arc::new(Submitted { form: "login", values, problem, ..Submitted::default() }));
        PageRequest { submitted, ..PageRequest::default() }
    }

    #[test]
    fn a_wrong_field_is_named_to_screen_readers_and_keeps_its_text() {
        let request = request(Some(Problem::SignInFailed));
        let form = Form::of("login", &request);
        let html = form.field(Field::text("name", "N").hint("H").focused()).to_html();
        assert!(html.contains("aria-invalid=\"true\"") && html.contains("\"login-problem login-name-hint\""), "{html}");
        assert!(!html.contains("<script>") && html.contains("script&gt;"), "{html}");
        assert!(!html.contains("autofocus"), "the problem has the focus: {html}");
        assert!(form.problem().expect("a problem").to_html().contains("autofocus"));
    }

    #[test]
    fn passwords_are_never_filled_in() {
        let request = request(None);
        let html = Form::of("login", &request).field(Field::password("password", "P", "current-password")).to_html();
        assert!(!html.contains("value=") && html.contains("current-password"), "{html}");
    }

    #[test]
    fn a_form_that_was_taken_is_ready_for_the_next() {
        let request = request(None);
        let form = Form::of("login", &request);
        assert_eq!(form.value("name", "as it stands"), "as it stands");
        assert!(form.is_chosen("preset", "viewer", true));
    }

    #[test]
    fn a_problem_of_a_form_that_is_not_shown_stands_above() {
        let request = request(Some(Problem::NotFound));
        assert!(notices(&request, &["login"]).is_none());
        let html = notices(&request, &["token"]).expect("a notice").to_html();
        assert!(html.contains("role=\"alert\""), "{html}");
        assert!(Form::of("token", &request).sent().is_none());
    }

    #[test]
    fn only_known_codes_say_that_something_was_done() {
        let page = |address| PageRequest::parse(address, crate::View::default());
        assert!(notices(&page("/people?done=%3Cb%3E"), &[]).is_none());
        assert!(notices(&page("/people?done=person-saved"), &[]).expect("a notice").to_html().contains("人员已保存"));
    }
}
