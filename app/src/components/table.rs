//! Tables with a caption and scoped heads.

use leptos::prelude::*;

/// Head of a column: its title with the unit of the numbers below.
pub struct Column {
    title: String,
    class: &'static str,
}

impl Column {
    pub fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), class: "" }
    }

    /// Numbers stand right, digits below digits.
    pub fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), class: "num" }
    }
}

/// A cell; the first of a row is its head.
pub struct Cell {
    content: AnyView,
    class: &'static str,
}

impl Cell {
    pub fn text(content: impl IntoAny) -> Self {
        Self { content: content.into_any(), class: "" }
    }

    pub fn number(content: impl IntoAny) -> Self {
        Self { content: content.into_any(), class: "num" }
    }
}

pub struct Row {
    pub cells: Vec<Cell>,
    pub class: String,
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, class: String::new() }
    }
}

/// The caption is for screen readers; the title of the block stands above for everybody else.
pub fn table(caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> AnyView {
    let caption = caption.into();
    let label = caption.clone();
    let heads = columns.into_iter().map(|column| view! { <th scope="col" class=column.class>{column.title}</th> });
    view! {
        <div class="table-box" tabindex="0" role="group" aria-label=label>
            <table>
                <caption class="sr-only">{caption}</caption>
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(row: Row) -> AnyView {
    let cells = row.cells.into_iter().enumerate().map(|(index, cell)| {
        if index == 0 {
            view! { <th scope="row" class=cell.class>{cell.content}</th> }.into_any()
        } else {
            view! { <td class=cell.class>{cell.content}</td> }.into_any()
        }
    });
    view! { <tr class=row.class>{cells.collect_view()}</tr> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_a_scope_and_the_table_a_caption() {
        let rows = vec![vec![Cell::text("A"), Cell::number("1")].into()];
        let html = table("区域", vec![Column::text("区域"), Column::number("kW")], rows).to_html();
        assert_eq!(html.matches("scope=\"col\"").count(), 2, "{html}");
        assert_eq!(html.matches("scope=\"row\"").count(), 1);
        assert!(html.contains("<caption class=\"sr-only\">区域</caption>"), "{html}");
    }
}
