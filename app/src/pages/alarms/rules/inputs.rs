//! Lines of input and choices of the form of rules, each with the place for what is wrong with it.

use leptos::prelude::*;

use super::fields::{Fields, get, has};
use super::said::Said;
use crate::charts::canvas::escape;

/// What the form shows: what was entered or stands, and what is said about it.
pub struct Shown<'a> {
    pub fields: &'a Fields,
    pub said: &'a Said,
}

/// Value, label, and whether it is chosen when nothing is.
pub type Option_ = (String, String);

impl Shown<'_> {
    pub fn value(&self, name: &str) -> String {
        get(self.fields, name).to_owned()
    }

    pub fn is_set(&self, name: &str, value: &str) -> bool {
        has(self.fields, name, value)
    }

    /// What is wrong with a field. The place is there also when nothing is, for what is said while typing.
    pub fn problem(&self, name: &str) -> AnyView {
        let sentences: Vec<_> =
            self.said.problems.iter().filter(|beside| beside.field == name).map(|beside| beside.sentence.as_str()).collect();
        // without a text of its own the place is empty for the style sheet, and nothing marks it
        let said = (!sentences.is_empty()).then(|| sentences.join(" "));
        view! { <p class="field-problem" id=format!("{name}-problem") data-problem-of=name.to_owned()>{said}</p> }.into_any()
    }

    pub fn note(&self, name: &str) -> AnyView {
        let sentence = self.said.notes.iter().find(|beside| beside.field == name).map(|beside| beside.sentence.clone());
        view! { <p class="hint field-note" data-note-of=name.to_owned()>{sentence}</p> }.into_any()
    }

    fn is_wrong(&self, name: &str) -> bool {
        self.said.problems.iter().any(|beside| beside.field == name)
    }

    /// `mode` is the keyboard that a telephone shows; `list` the number of characters.
    pub fn input(&self, name: &str, label: &str, kind: &'static str, most_chars: usize) -> AnyView {
        let mode = (kind == "number").then_some("decimal");
        let kind = if kind == "number" { "text" } else { kind };
        view! {
            <div class="field">
                <label for=format!("rule-{name}")>{label.to_owned()}</label>
                <input
                    id=format!("rule-{name}")
                    name=name.to_owned()
                    type=kind
                    inputmode=mode
                    value=self.value(name)
                    autocomplete="off"
                    maxlength=(most_chars * 2).to_string()
                    aria-invalid=self.is_wrong(name).then_some("true")
                    aria-describedby=format!("{name}-problem")
                />
                {self.problem(name)}
            </div>
        }
        .into_any()
    }

    pub fn area(&self, name: &str, label: &str) -> AnyView {
        // the text of an area for text is written into the page as it is
        view! {
            <div class="field">
                <label for=format!("rule-{name}")>{label.to_owned()}</label>
                <textarea
                    id=format!("rule-{name}")
                    name=name.to_owned()
                    rows="2"
                    maxlength="1000"
                    aria-invalid=self.is_wrong(name).then_some("true")
                    aria-describedby=format!("{name}-problem")
                >
                    {escape(&self.value(name))}
                </textarea>
                {self.problem(name)}
            </div>
        }
        .into_any()
    }

    pub fn select(&self, name: &str, label: &str, options: Vec<Option_>) -> AnyView {
        let options = options.into_iter().map(|option| self.option(name, option)).collect_view();
        self.select_of(name, label, options.into_any())
    }

    pub fn option(&self, name: &str, (value, label): Option_) -> AnyView {
        let selected = self.value(name) == value;
        view! { <option value=value selected=selected>{label}</option> }.into_any()
    }

    pub fn select_of(&self, name: &str, label: &str, options: AnyView) -> AnyView {
        view! {
            <div class="field">
                <label for=format!("rule-{name}")>{label.to_owned()}</label>
                <select
                    id=format!("rule-{name}")
                    name=name.to_owned()
                    aria-invalid=self.is_wrong(name).then_some("true")
                    aria-describedby=format!("{name}-problem")
                >
                    {options}
                </select>
                {self.problem(name)}
            </div>
        }
        .into_any()
    }

    pub fn checkbox(&self, name: &str, value: &str, label: &str) -> AnyView {
        view! {
            <label class="choice">
                <input type="checkbox" name=name.to_owned() value=value.to_owned() checked=self.is_set(name, value) />
                <span class="choice-text">{label.to_owned()}</span>
            </label>
        }
        .into_any()
    }

    pub fn radio(&self, name: &str, value: &str, label: &str, is_disabled: bool) -> AnyView {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=name.to_owned()
                    value=value.to_owned()
                    checked=self.is_set(name, value)
                    disabled=is_disabled
                />
                <span class="choice-text">{label.to_owned()}</span>
            </label>
        }
        .into_any()
    }
}
