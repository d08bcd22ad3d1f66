//! A block of a page: the unit that is replaced when its numbers change.

use leptos::prelude::*;

/// A titled section with a stable id. CSS places it by the class `block-{id}`.
pub struct Block {
    pub id: String,
    pub is_live: bool,
    class: String,
    title: Option<String>,
    aside: Option<AnyView>,
    content: AnyView,
    is_bare: bool,
}

impl Block {
    pub fn new(id: impl Into<String>, content: impl IntoAny) -> Self {
        Self {
            id: id.into(),
            is_live: true,
            class: String::new(),
            title: None,
            aside: None,
            content: content.into_any(),
            is_bare: false,
        }
    }

    /// A part that does not change while the page is open, such as a form: never sent again, so that input survives.
    pub fn fixed(id: impl Into<String>, content: impl IntoAny) -> Self {
        Self { is_live: false, ..Self::new(id, content) }
    }

    /// An element that carries its `data-live` itself.
    pub fn bare(id: impl Into<String>, element: impl IntoAny) -> Self {
        Self { is_bare: true, ..Self::new(id, element) }
    }

    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// What stands at the right end of the title line.
    pub fn aside(self, aside: impl IntoAny) -> Self {
        Self { aside: Some(aside.into_any()), ..self }
    }

    pub fn class(self, class: &str) -> Self {
        Self { class: format!("{} {class}", self.class), ..self }
    }

    pub fn into_view(self) -> AnyView {
        if self.is_bare {
            return self.content;
        }
        let class = format!("block block-{}{}", self.id, self.class);
        let heading_id = format!("{}-title", self.id);
        let labelled_by = self.title.is_some().then(|| heading_id.clone());
        let head = self.title.map(|title| {
            view! {
                <header class="block-head">
                    <h2 id=heading_id>{title}</h2>
                    {self.aside.map(|aside| view! { <div class="block-aside">{aside}</div> })}
                </header>
            }
        });
        let live = self.is_live.then(|| self.id.clone());
        view! {
            <section id=self.id data-live=live class=class aria-labelledby=labelled_by>
                {head}
                {self.content}
            </section>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_names_itself_for_the_stream_and_for_screen_readers() {
        let html = Block::new("load", view! { <p>"1"</p> }).titled("当前负荷").class("wide").into_view().to_html();
        assert!(html.contains("data-live=\"load\"") && html.contains("class=\"block block-load wide\""), "{html}");
        assert!(html.contains("aria-labelledby=\"load-title\"") && html.contains("id=\"load-title\""), "{html}");
    }

    #[test]
    fn a_fixed_block_is_not_replaced() {
        let html = Block::fixed("filter", view! { <form></form> }).into_view().to_html();
        assert!(!html.contains("data-live"), "{html}");
    }
}
