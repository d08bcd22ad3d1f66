//! Carbon factors by year.

use leptos::prelude::*;
use warehouse::settlement::rules::CarbonRow;

use super::titled;
use crate::components::Block;
use crate::components::form::{Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::managed;
use crate::pages::settlement::tariffs::fields::price_text;
use crate::text::settlement::calendar as texts;

pub const CARBON_FORM: &str = "carbon";
const NUMBER_CHARS: usize = 10;
const SOURCE_CHARS: usize = 300;

pub fn block(factors: &[CarbonRow], may_change: bool, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let list = if factors.is_empty() {
        view! { <p class="note">{texts::NO_CARBON.get(lang)}</p> }.into_any()
    } else {
        let mut columns = vec![
            Column::text(texts::FACTOR_YEAR.get(lang)),
            Column::number(texts::KG_PER_KWH.get(lang)),
            Column::text(texts::SOURCE.get(lang)),
            Column::text(texts::CHANGED.get(lang)),
        ];
        columns.extend(may_change.then(|| Column::text(texts::ACTIONS.get(lang))));
        let rows = factors.iter().map(|row| {
            let changed = format!("{} · {}", managed::at(ctx, row.changed_at), row.changed_by);
            let mut cells = vec![
                Cell::text(row.factor.year.to_string()),
                Cell::number(price_text(row.factor.kg_per_kwh)),
                Cell::text(managed::user_text(&row.factor.source)),
                Cell::text(managed::user_text(&changed)),
            ];
            cells.extend(may_change.then(|| Cell::text(view! { {change(row, request)} {remove(row, request)} })));
            Row::from(cells)
        });
        table(texts::CARBON.get(lang), columns, rows.collect())
    };
    let form = Form::of(CARBON_FORM, request);
    let add = may_change.then(|| {
        view! {
            <form class="carbon-form" method="post" action="/settlement/carbon">
                {form.problem()}
                {form.field(Field::text("factor_year", texts::FACTOR_YEAR.get(lang)).required().most(NUMBER_CHARS))}
                {form.field(Field::text("factor", texts::KG_PER_KWH.get(lang)).required().most(NUMBER_CHARS))}
                {form.field(Field::text("source", texts::SOURCE.get(lang)).required().most(SOURCE_CHARS))}
                <p class="buttons"><button type="submit">{texts::SAVE_FACTOR.get(lang)}</button></p>
            </form>
        }
    });
    let content = view! { <p class="hint">{texts::CARBON_NOTE.get(lang)}</p> {list} {add} };
    titled("carbon", texts::CARBON, content, request)
}

fn hidden(row: &CarbonRow) -> AnyView {
    view! {
        <input type="hidden" name="factor_year" value=row.factor.year.to_string() />
        <input type="hidden" name="version" value=row.version.to_string() />
    }
    .into_any()
}

fn change(row: &CarbonRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    view! {
        <details class="confirm">
            <summary aria-label=texts::CHANGE_OF.with(lang, &[&row.factor.year.to_string()])>{texts::CHANGE.get(lang)}</summary>
            <form method="post" action="/settlement/carbon">
                {hidden(row)}
                <label class="plain-field">
                    <span>{texts::KG_PER_KWH.get(lang)}</span>
                    <input type="text" name="factor" required=true maxlength=NUMBER_CHARS.to_string() value=price_text(row.factor.kg_per_kwh) />
                </label>
                <label class="plain-field">
                    <span>{texts::SOURCE.get(lang)}</span>
                    <input type="text" name="source" required=true maxlength=(2 * SOURCE_CHARS).to_string() value=row.factor.source.clone() />
                </label>
                <button type="submit">{texts::SAVE_FACTOR.get(lang)}</button>
            </form>
        </details>
    }
    .into_any()
}

fn remove(row: &CarbonRow, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let label = texts::REMOVE_OF.with(lang, &[&row.factor.year.to_string(), ""]);
    view! {
        <form class="inline-form" method="post" action="/settlement/carbon">
            {hidden(row)}
            <button type="submit" name="remove" value="1" aria-label=label>{texts::REMOVE.get(lang)}</button>
        </form>
    }
    .into_any()
}
