//! Alarms per ten minutes with the line at which a flood begins.

use domain::Fixed2;
use domain::alarms::performance::{FLOOD_FROM, Figures, Span, TEN_MIN_MS};
use leptos::prelude::*;

use super::answer::Answer;
use super::filter::moment;
use crate::charts::canvas::{self, Align, Area, Drawn, Pen, draw, label, line, rect};
use crate::charts::scale::{Plot, ticks};
use crate::charts::{figure, value_table};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format;
use crate::text::Lang;
use crate::text::alarms::performance as words;

const SIZE: (u32, u32) = (1_300, 240);
const TEXT_PX: i32 = 12;
/// More columns are put together, each as high as its busiest ten minutes.
const MOST_COLUMNS: usize = 144;
const MOST_FLOODS: usize = 50;

/// The busiest ten minutes of each column.
struct Columns {
    counts: Vec<i64>,
    /// Ten minutes in one column.
    each: usize,
    threshold: i64,
    span: Span,
}

impl Columns {
    fn of(figures: &Figures, span: Span) -> Self {
        let each = figures.ten_minutes.len().div_ceil(MOST_COLUMNS).max(1);
        let counts = figures.ten_minutes.chunks(each).map(|some| some.iter().copied().max().unwrap_or(0)).collect();
        Self { counts, each, threshold: FLOOD_FROM * i64::from(span.positions.max(1)), span }
    }

    fn starts_ms(&self, column: usize) -> i64 {
        let ten_minutes = i64::try_from(column * self.each).unwrap_or(0);
        self.span.from_ms + ten_minutes * TEN_MIN_MS
    }

    fn svg(&self, name: &str, ctx: &AppContext, lang: Lang) -> String {
        let most = self.counts.iter().copied().max().unwrap_or(0).max(self.threshold);
        let values = ticks(Fixed2(most * 100), 4);
        let plot = Plot {
            left: 44,
            top: TEXT_PX * 2,
            width: i32::try_from(SIZE.0).unwrap_or(1_300) - 52,
            height: i32::try_from(SIZE.1).unwrap_or(240) - TEXT_PX * 5,
            columns: f64::from(u32::try_from(self.counts.len().max(1)).unwrap_or(1)),
            top_value: values.last().copied().unwrap_or(Fixed2(100)),
        };
        draw(SIZE, name, &self.tips(&plot, ctx), |area| {
            self.axes(area, &plot, &values, ctx)?;
            for (column, count) in self.counts.iter().enumerate() {
                let (left, right) = edges(&plot, column);
                let pen = if *count >= self.threshold { Pen::Revised } else { Pen::Bar };
                rect(area, (left, plot.y(Fixed2(count * 100))), ((right - 1).max(left + 1), plot.bottom()), pen)?;
            }
            let y = plot.y(Fixed2(self.threshold * 100));
            line(area, vec![(plot.left, y), (plot.right(), y)], Pen::Limit)?;
            let said = words::THRESHOLD.with(lang, &[&self.threshold.to_string()]);
            label(area, (plot.right(), y - TEXT_PX / 2 - 2), Align::End, TEXT_PX, Pen::Limit, &said)
        })
    }

    fn axes(&self, area: &Area<'_>, plot: &Plot, values: &[Fixed2], ctx: &AppContext) -> Drawn {
        for value in values.iter().filter(|value| value.0 % 100 == 0) {
            let y = plot.y(*value);
            line(area, vec![(plot.left, y), (plot.right(), y)], if value.0 == 0 { Pen::Axis } else { Pen::Grid })?;
            label(area, (plot.left - 6, y), Align::End, TEXT_PX, Pen::Label, &format::count(value.0 / 100))?;
        }
        let marks = 8.min(self.counts.len());
        for mark in 0..marks {
            let column = self.counts.len() * mark / marks;
            let (x, _) = edges(plot, column);
            let at = ctx.local(self.starts_ms(column));
            let text =
                if self.span.length_ms() > 2 * 86_400_000 { format::month_day_minute(at) } else { format::hour_minute(at) };
            line(area, vec![(x, plot.bottom()), (x, plot.bottom() + 4)], Pen::Axis)?;
            let align = if mark == 0 { Align::Start } else { Align::Middle };
            label(area, (x, plot.bottom() + 4 + TEXT_PX), align, TEXT_PX, Pen::Label, &text)?;
        }
        Ok(())
    }

    fn tips(&self, plot: &Plot, ctx: &AppContext) -> String {
        let tip = |(column, count): (usize, &i64)| {
            let text = format!("{}  {}", format::date_minute(ctx.local(self.starts_ms(column))), format::count(*count));
            canvas::hover_column(edges(plot, column), plot.top, plot.bottom(), plot.right(), TEXT_PX, Align::End, &text)
        };
        self.counts.iter().enumerate().map(tip).collect()
    }

    fn table(&self, ctx: &AppContext, lang: Lang) -> AnyView {
        let columns = vec![Column::text(words::COLUMN.get(lang)), Column::number(words::ALARMS.get(lang))];
        let busy = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let rows = busy.map(|(column, count)| {
            let at = format::date_minute(ctx.local(self.starts_ms(column)));
            Row::from(vec![Cell::text(at), Cell::number(format::count(*count))])
        });
        value_table(table(words::CHART.get(lang), columns, rows.collect()), lang)
    }
}

fn edges(plot: &Plot, column: usize) -> (i32, i32) {
    let x = |at: usize| plot.x(f64::from(u32::try_from(at).unwrap_or(0)));
    (x(column), x(column + 1))
}

pub fn block(found: &Answer, ctx: &AppContext, lang: Lang) -> Block {
    let (Some(figures), Some(span)) = (&found.figures, found.span) else { return Block::fixed("per-ten-minutes", ()) };
    let columns = Columns::of(figures, span);
    let name = words::CHART.get(lang);
    let minutes = (columns.each * 10).to_string();
    let note = (columns.each > 1).then(|| view! { <p class="note">{words::CHART_MOST.with(lang, &[&minutes])}</p> });
    let content = view! {
        {figure(columns.svg(name, ctx, lang), "chart-ten-minutes")}
        {note}
        {columns.table(ctx, lang)}
        {floods(figures, ctx, lang)}
    };
    Block::fixed("per-ten-minutes", content).titled(name).class("wide")
}

fn floods(figures: &Figures, ctx: &AppContext, lang: Lang) -> AnyView {
    if figures.floods.is_empty() {
        return view! { <p class="note">{words::NO_FLOODS.get(lang)}</p> }.into_any();
    }
    let columns = vec![
        Column::text(words::FLOOD_FROM.get(lang)),
        Column::text(words::FLOOD_TO.get(lang)),
        Column::number(words::LENGTH.get(lang)),
        Column::number(words::FLOOD_MOST.get(lang)),
    ];
    let rows = figures.floods.iter().take(MOST_FLOODS).map(|flood| {
        Row::from(vec![
            Cell::text(moment(ctx, flood.from_ms)),
            Cell::text(moment(ctx, flood.to_ms)),
            Cell::number(format::age(flood.to_ms - flood.from_ms, lang)),
            Cell::number(format::count(flood.most)),
        ])
    });
    let more = super::lists::more(figures.floods.len(), MOST_FLOODS, lang);
    view! { <h3>{words::FLOODS.get(lang)}</h3> {table(words::FLOODS.get(lang), columns, rows.collect())} {more} }.into_any()
}
