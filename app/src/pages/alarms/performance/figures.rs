//! The table of figures, each with its target and verdict.

use domain::Fixed2;
use domain::alarms::performance::{Measured, Unit, Verdict};
use leptos::prelude::*;

use super::answer::Answer;
use super::filter;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format;
use crate::text::alarms::performance as words;
use crate::text::{Lang, common};

pub fn block(found: &Answer, export: AnyView, ctx: &AppContext, lang: Lang) -> Block {
    let Some(figures) = &found.figures else { return Block::fixed("figures", ()) };
    let summary = match figures.annunciations {
        0 => words::EMPTY.get(lang).to_owned(),
        all => {
            let numbers = [format::count(all), found.positions().to_string(), format::count(figures.unacknowledged)];
            words::SUMMARY.with(lang, &[&numbers[0], &numbers[1], &numbers[2]])
        }
    };
    let columns = vec![
        Column::text(words::MEASURE.get(lang)),
        Column::number(words::VALUE.get(lang)),
        Column::number(words::TARGET.get(lang)),
        Column::text(words::VERDICT.get(lang)),
        Column::text(words::MEANING.get(lang)),
    ];
    let rows = figures.measures.iter().map(|measured| row(measured, lang));
    let content = view! {
        <p class="performance-period user-text">{filter::period(found, ctx, lang)}</p>
        <p class="performance-summary">{summary}</p>
        {table(words::FIGURES.get(lang), columns, rows.collect())}
        <p class="note">{words::NEAR_RULE.get(lang)}</p>
    };
    Block::fixed("figures", content).titled(words::FIGURES.get(lang)).aside(export).class("wide")
}

fn row(measured: &Measured, lang: Lang) -> Row {
    let (measure, verdict) = (measured.measure, measured.verdict);
    let unit = measure.unit();
    let target = measure.target();
    let class = match verdict {
        Verdict::Meets => "verdict-meets",
        Verdict::Near => "verdict-near",
        Verdict::Misses => "verdict-misses",
        Verdict::NoData => "verdict-none",
    };
    let said = view! {
        <span class="verdict-word">
            <i aria-hidden="true">{words::glyph(verdict)}</i>
            " "
            {words::verdict(verdict).get(lang)}
        </span>
    };
    let cells = vec![
        Cell::text(words::measure(measure).get(lang)),
        Cell::number(measured.value.map_or_else(|| common::ABSENT.to_owned(), |value| shown(value, unit))),
        Cell::number(format!("{} {}", target.side.sign(), shown(target.value, unit))),
        Cell::text(said),
        Cell::text(view! { <span class="note">{words::meaning(measure).get(lang)}</span> }),
    ];
    Row { cells, class: class.to_owned() }
}

/// Counts are whole, everything else has two decimals, which are left out where they are zero.
pub fn shown(value: Fixed2, unit: Unit) -> String {
    let text = format::yuan(value);
    format!("{}{}", text.strip_suffix(".00").unwrap_or(&text), words::unit(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_unit_and_no_empty_decimals() {
        assert_eq!(shown(Fixed2(1_50), Unit::PerPosition), "1.50");
        assert_eq!(shown(Fixed2(30_000), Unit::Seconds), "300 s");
        assert_eq!(shown(Fixed2(12_34), Unit::Percent), "12.34 %");
    }
}
