//! A figure with its label: how single numbers stand on every page.

use leptos::prelude::*;

use crate::marks::Marks;
use crate::text::Lang;

/// Label, number with unit, an optional second line, and the marks of the number.
pub struct Figure {
    pub label: String,
    pub value: String,
    /// The exact value, on hover.
    pub exact: String,
    pub note: String,
    pub marks: Marks,
}

impl Figure {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), exact: String::new(), note: String::new(), marks: Marks::none() }
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    pub fn exact(self, exact: impl Into<String>) -> Self {
        Self { exact: exact.into(), ..self }
    }

    pub fn marks(self, marks: Marks) -> Self {
        Self { marks, ..self }
    }

    pub fn into_view(self, lang: Lang) -> AnyView {
        let exact = (!self.exact.is_empty()).then_some(self.exact);
        view! {
            <div class="figure">
                <dt>{self.label} {self.marks.view(lang)}</dt>
                <dd>
                    <span class="value" title=exact>{self.value}</span>
                    <span class="note">{self.note}</span>
                </dd>
            </div>
        }
        .into_any()
    }
}

/// Figures side by side.
pub fn figures(figures: Vec<Figure>, lang: Lang) -> AnyView {
    view! { <dl class="figures">{figures.into_iter().map(|figure| figure.into_view(lang)).collect_view()}</dl> }.into_any()
}
