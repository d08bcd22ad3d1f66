//! The same day in every layer: rows, energy, and differences that must be zero.

use leptos::prelude::*;
use warehouse::read::layers::{Layer, LayerCheck};

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format::{self, EnergyUnit};
use crate::pages::shared::{fixed, local, moment};
use crate::text::{Lang, common, pipeline as words};

pub fn block(check: &LayerCheck, checked_ms: i64, ctx: &AppContext, lang: Lang) -> Block {
    let content = if check.layers.is_empty() {
        let sentence = words::LAYERS_MANY.with(lang, &[&format::count(check.readings)]);
        view! { <p class="empty">{sentence}</p> }.into_any()
    } else {
        let verdict = if check.agrees() { ("normal", words::LAYERS_OK) } else { ("broken", words::LAYERS_BAD) };
        view! {
            <p class=format!("verdict verdict-{}", verdict.0)>{verdict.1.get(lang)}</p>
            {layers(&check.layers, ctx, lang)}
        }
        .into_any()
    };
    let at = words::LAYERS_AT.with(lang, &[&format::clock(ctx.local(checked_ms))]);
    Block::new("layers", content).titled(words::LAYERS.get(lang)).class("wide").aside(view! { <span>{at}</span> })
}

fn layers(layers: &[Layer], ctx: &AppContext, lang: Lang) -> AnyView {
    let columns = vec![
        Column::text(words::LAYER.get(lang)),
        Column::number(words::ROWS_TODAY.get(lang)),
        Column::number(words::KWH_TODAY.get(lang)),
        Column::text(words::NEWEST_EVENT.get(lang)),
        Column::text(words::LAST_WRITE.get(lang)),
        Column::number(words::DUPLICATES.get(lang)),
        Column::number(words::DIFFERENCE.get(lang)),
    ];
    let rows = layers.iter().map(|layer| {
        let difference = format::or_absent(layer.difference_kwh, |kwh| EnergyUnit::Kwh.number(fixed(kwh)));
        Row::from(vec![
            Cell::text(name(&layer.name, lang)),
            Cell::number(format::count(layer.rows)),
            Cell::number(EnergyUnit::Kwh.number(fixed(layer.energy_kwh))),
            Cell::text(format::or_absent(layer.newest.map(local), format::date_clock)),
            Cell::text(format::or_absent(layer.last_write, |at| moment(ctx.zone, at))),
            Cell::number(must_be_zero(layer.duplicates == 0, format::count(layer.duplicates))),
            Cell::number(must_be_zero(layer.difference_kwh.is_none_or(|kwh| kwh.is_zero()), difference)),
        ])
    });
    table(words::LAYERS.get(lang), columns, rows.collect())
}

fn must_be_zero(is_zero: bool, text: String) -> AnyView {
    if is_zero { text.into_any() } else { view! { <strong class="wrong">"✕ " {text}</strong> }.into_any() }
}

fn name(layer: &str, lang: Lang) -> &'static str {
    match layer {
        "ods" => words::LAYER_ODS.get(lang),
        "dwd" => words::LAYER_DWD.get(lang),
        "dws_window" => words::LAYER_WINDOW.get(lang),
        "dws_rollup" => words::LAYER_ROLLUP.get(lang),
        "ads_window" => words::LAYER_BOARD.get(lang),
        "ads_day" => words::LAYER_DAY.get(lang),
        _ => common::ABSENT,
    }
}
