//! Choices as links: every view of a page has an address.

use leptos::prelude::*;

/// A row of choices of which one is in force.
pub fn choices(label: impl Into<String>, choices: Vec<(String, String, bool)>) -> AnyView {
    let links = choices.into_iter().map(|(title, address, is_current)| {
        view! { <a href=address aria-current=is_current.then_some("true")>{title}</a> }
    });
    view! { <nav class="choices" aria-label=label.into()>{links.collect_view()}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_in_force_is_named() {
        let html =
            choices("粒度", vec![("日".into(), "/r?g=day".into(), true), ("月".into(), "/r?g=month".into(), false)]).to_html();
        assert_eq!(html.matches("aria-current").count(), 1, "{html}");
    }
}
