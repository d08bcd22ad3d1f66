//! Charts as SVG text: drawn by plotters, coloured by the style sheet, exact values on hover and in a table beside them.

pub mod band_rows;
pub mod canvas;
pub mod day_bars;
pub mod heat_map;
pub mod load_bands;
pub mod load_curve;
pub mod scale;
pub mod sparkline;
pub mod window_bars;

use leptos::prelude::*;

use crate::text::{Lang, common};

/// A chart in a box of fixed proportions: nothing moves when it is replaced.
pub fn figure(svg: String, class: &'static str) -> AnyView {
    // those with many points keep their width on a telephone and are scrolled, also by keyboard
    let scrolls = matches!(
        class,
        "chart-curve"
            | "chart-curve chart-load-bands"
            | "chart-days"
            | "chart-windows"
            | "chart-timeline"
            | "chart-ten-minutes"
            | "chart-bands"
            | "chart-year"
    );
    view! { <div class=format!("chart {class}") tabindex=scrolls.then_some("0") inner_html=svg></div> }.into_any()
}

/// The numbers of a chart for those who cannot point at it.
pub fn value_table(table: AnyView, lang: Lang) -> AnyView {
    view! {
        <details class="values">
            <summary>{common::VALUE_TABLE.get(lang)}</summary>
            {table}
        </details>
    }
    .into_any()
}

/// A bar from zero; the number stands beside it.
pub fn bar(part: i64, whole: i64, class: &'static str) -> AnyView {
    let tenths = crate::format::Percent::of(part, whole).map_or(0, |share| share.0.clamp(0, 1000));
    let width = format!("{}.{}", tenths / 10, tenths % 10);
    view! {
        <svg class=format!("hbar {class}") viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="bar-ground" width="100" height="8"></rect>
            <rect class="bar-value" width=width height="8"></rect>
        </svg>
    }
    .into_any()
}
