//! What a form asks for: lines of input and choices.

/// A line of input.
pub struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) kind: &'static str,
    pub(super) standing: String,
    pub(super) hint: Option<String>,
    pub(super) autocomplete: &'static str,
    pub(super) is_required: bool,
    pub(super) has_focus: bool,
    pub(super) most_chars: Option<usize>,
    pub(super) least: Option<String>,
}

impl Field {
    pub fn text(name: &'static str, label: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            kind: "text",
            standing: String::new(),
            hint: None,
            autocomplete: "off",
            is_required: false,
            has_focus: false,
            most_chars: None,
            least: None,
        }
    }

    /// `autocomplete` is `current-password` or `new-password`. Never filled in by us.
    pub fn password(name: &'static str, label: impl Into<String>, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, is_required: true, ..Self::text(name, label) }
    }

    pub fn date(name: &'static str, label: impl Into<String>, least: String) -> Self {
        Self { kind: "date", least: Some(least), ..Self::text(name, label) }
    }

    /// A local date and clock, as `2026-03-02T08:00`.
    pub fn moment(name: &'static str, label: impl Into<String>) -> Self {
        Self { kind: "datetime-local", ..Self::text(name, label) }
    }

    pub fn standing(self, value: impl Into<String>) -> Self {
        Self { standing: value.into(), ..self }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    /// Has the focus when the page comes, unless a problem has it.
    pub fn focused(self) -> Self {
        Self { has_focus: true, ..self }
    }

    pub fn most(self, chars: usize) -> Self {
        Self { most_chars: Some(chars), ..self }
    }
}

/// One of the values that a field may have.
pub struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) note: Option<String>,
    pub(super) standing: bool,
    pub(super) is_disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, standing: bool) -> Self {
        Self { value: value.into(), label: label.into(), note: None, standing, is_disabled: false }
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    pub fn disabled(self, is_disabled: bool) -> Self {
        Self { is_disabled, ..self }
    }
}
