//! The load curve of a region, the table of its values, and the figures of the day.

use chrono::TimeDelta;
use domain::{Fixed2, LocalMs};
use leptos::prelude::*;
use warehouse::read::regions::{DayFigures, RegionCurve};

use super::Scope;
use super::head::HeadView;
use crate::charts;
use crate::charts::canvas::Pen;
use crate::charts::load_curve::{LoadCurve, OtherDay, QUARTERS, quarter_name};
use crate::components::Block;
use crate::components::figure::{Figure, figures as figure_row};
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, EnergyUnit, Percent, PowerUnit};
use crate::marks::{Mark, Marks};
use crate::pages::shared::{self, fixed, local};
use crate::text::{Lang, common, regions as words};

const CHART_SIZE: (u32, u32) = (1100, 300);
const CHART_TEXT_PX: i32 = 13;

/// One unit for the curve and its table, from the highest of the drawn days.
fn unit_of(drawn: &[RegionCurve], ctx: &AppContext) -> PowerUnit {
    let highest = drawn.iter().flat_map(|day| day.curve.quarters.iter().flatten()).map(|q| q.load_kw()).max();
    PowerUnit::for_block(ctx.units, highest.unwrap_or_default())
}

pub fn block(drawn: &[RegionCurve], view: &HeadView, scope: &Scope, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let unit = unit_of(drawn, ctx);
    let has_values = drawn.first().is_some_and(|day| !day.points.is_empty());
    let chart = if has_values {
        let is_today = scope.day == scope.now.day();
        let load_now = view.now.load_kw.filter(|_| is_today);
        charts::figure(chart(drawn, load_now, scope, unit, lang).svg(), "chart-curve")
    } else {
        shared::nothing(words::DAY_NONE, lang)
    };
    let content = view! {
        {shared::day_picker(request, scope.day, scope.now.day(), lang)}
        {overlays(scope, request, lang)}
        {legend(drawn, scope, lang)}
        {chart}
        {has_values.then(|| values(drawn, scope, unit, lang))}
    };
    let title = format!("{} · {}", common::LOAD_CURVE.get(lang), scope.day);
    Block::new("curve", content).titled(title).class("wide").aside(view! { <span>{common::BY_REPORT_TIME.get(lang)}</span> })
}

fn chart(drawn: &[RegionCurve], load_now: Option<Fixed2>, scope: &Scope, unit: PowerUnit, lang: Lang) -> LoadCurve {
    let (chosen, now) = (&drawn[0], scope.now.0);
    let closed = |day: &RegionCurve| -> Vec<Option<Fixed2>> {
        let load = |quarter: usize| day.curve.quarters[quarter].filter(|_| is_closed(day.curve.start(quarter), now));
        (0..QUARTERS).map(|quarter| load(quarter).map(|q| q.load_kw())).collect()
    };
    let partial = |quarter: usize| {
        let value = chosen.curve.quarters[quarter].filter(|_| is_closed(chosen.curve.start(quarter), now))?;
        let coverage = Percent::of(value.users.min(chosen.curve.expected), chosen.curve.expected)?;
        (Mark::of_coverage(Some(coverage)) == Some(Mark::Partial)).then(|| coverage.show())
    };
    let is_today = scope.day == scope.now.day();
    let minutes = (now.0 - chosen.curve.day.start().0) / 60_000;
    LoadCurve {
        size: CHART_SIZE,
        text_px: CHART_TEXT_PX,
        name: format!("{} {}", common::LOAD_CURVE.get(lang), scope.day),
        today_name: day_name(scope, chosen, lang),
        today_kw: closed(chosen),
        others: drawn
            .iter()
            .skip(1)
            .zip([Pen::Yesterday, Pen::LastWeek])
            .map(|(day, pen)| OtherDay { name: day_name(scope, day, lang), loads_kw: closed(day), pen })
            .collect(),
        now: is_today.then(|| (minutes as f64 / 15.0, load_now)),
        limit_kw: scope.region.limit_kw.map(fixed),
        partial: (0..QUARTERS).map(partial).collect(),
        catch_up: chosen.curve.quarters.iter().map(|q| q.is_some_and(|q| q.returning_meters > 0)).collect(),
        maximum: chosen.curve.maximum(now).map(|(quarter, _)| quarter),
        minimum: chosen.curve.minimum(now).map(|(quarter, _)| quarter),
        unit,
        lang,
    }
}

fn day_name(scope: &Scope, day: &RegionCurve, lang: Lang) -> String {
    let date = day.curve.day.to_date();
    if date == scope.now.day() { common::TODAY.get(lang).to_owned() } else { date.to_string() }
}

/// Which line is which day.
fn legend(drawn: &[RegionCurve], scope: &Scope, lang: Lang) -> AnyView {
    let lines = drawn.iter().zip(["today", "yesterday", "last-week"]).map(|(day, class)| {
        let absent = if day.points.is_empty() { format!(" ({})", words::DAY_NONE.get(lang)) } else { String::new() };
        (class, format!("{}{absent}", day_name(scope, day, lang)))
    });
    shared::legend(lines.collect())
}

fn overlays(scope: &Scope, request: &PageRequest, lang: Lang) -> AnyView {
    let day_before = |days: i64| scope.day - TimeDelta::days(days);
    let (before, week) = (day_before(1), day_before(7));
    let offered = [
        (format!("{before} + {week}"), vec![before, week]),
        (before.to_string(), vec![before]),
        (week.to_string(), vec![week]),
        (words::COMPARE_NONE.get(lang).to_owned(), Vec::new()),
    ];
    let chosen = scope.params.compare.clone().unwrap_or_else(|| vec![before, week]);
    let links = offered.into_iter().map(|(title, days)| {
        let texts: Vec<_> = days.iter().map(ToString::to_string).collect();
        let value = if days.is_empty() { "none".to_owned() } else { texts.join(",") };
        (title, request.address_with("compare", &value), days == chosen)
    });
    choices(words::COMPARE.get(lang), links.collect())
}

/// The 96 values of each drawn day, on demand.
fn values(drawn: &[RegionCurve], scope: &Scope, unit: PowerUnit, lang: Lang) -> AnyView {
    let heads = drawn.iter().map(|day| Column::number(format!("{} {}", day.curve.day.to_date(), unit.name(lang))));
    let mut columns = vec![Column::text(words::QUARTER.get(lang))];
    columns.extend(heads);
    columns.push(Column::text(common::STATE.get(lang)));
    let rows = (0..QUARTERS).map(|quarter| {
        let mut cells = vec![Cell::text(quarter_name(quarter))];
        for day in drawn {
            let shown = day.curve.quarters[quarter].filter(|_| is_closed(day.curve.start(quarter), scope.now.0));
            cells.push(Cell::number(format::or_absent(shown, |q| unit.number(q.load_kw()))));
        }
        cells.push(Cell::text(quarter_marks(&drawn[0], quarter, scope.now.0, lang).view(lang)));
        Row::from(cells)
    });
    charts::value_table(table(common::QUARTER_LOAD.get(lang), columns, rows.collect()), lang)
}

fn is_closed(start: LocalMs, now: LocalMs) -> bool {
    start.plus_ms(900_000) <= now
}

fn quarter_marks(day: &RegionCurve, quarter: usize, now: LocalMs, lang: Lang) -> Marks {
    let start = day.curve.start(quarter);
    if start > now {
        return Marks::none();
    }
    let Some(value) = day.curve.quarters[quarter] else { return Marks::none().with(Mark::NoData, "") };
    if !is_closed(start, now) {
        return Marks::none().with(Mark::Live, "");
    }
    let coverage = Percent::of(value.users, day.curve.expected);
    let partial = coverage.filter(|share| Mark::of_coverage(Some(*share)).is_some());
    let catch_up = if value.returning_meters > 0 { common::CONTAINS_CATCH_UP.get(lang) } else { "" };
    Marks::none()
        .with_if(partial.is_some(), Mark::Partial, partial.map_or_else(String::new, Percent::show))
        .with_if(!catch_up.is_empty(), Mark::Partial, catch_up)
        .with_if(value.is_revised, Mark::Revised, "")
}

/// Energy, cost and extremes of the chosen day.
pub fn figures(drawn: &[RegionCurve], scope: &Scope, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let is_open = scope.day >= scope.now.day();
    let found = drawn.first().and_then(|day| DayFigures::of(&day.points, day.curve.expected, scope.now.naive()));
    let content = match found {
        Some(day) => figure_row(day_figures(&day, &drawn[0], unit_of(drawn, ctx), scope, ctx, lang), lang),
        None => shared::nothing(words::DAY_NONE, lang),
    };
    let until = is_open.then(|| words::ELAPSED.with(lang, &[&format::clock(scope.now.0)]));
    let export = shared::csv(
        shared::export(
            "peaks",
            &[
                ("region_id", scope.region.region_id.to_string()),
                ("from", scope.day.to_string()),
                ("to", (scope.day + TimeDelta::days(1)).to_string()),
            ],
        ),
        lang,
    );
    Block::new("figures", content).titled(words::FIGURES.get(lang)).aside(view! { <span>{until} " " {export}</span> })
}

fn day_figures(
    day: &DayFigures,
    drawn: &RegionCurve,
    unit: PowerUnit,
    scope: &Scope,
    ctx: &AppContext,
    lang: Lang,
) -> Vec<Figure> {
    let energy_kwh = fixed(day.energy_kwh);
    let energy_unit = EnergyUnit::for_block(ctx.units, energy_kwh);
    let live = || Marks::none().with_if(scope.day >= scope.now.day(), Mark::Live, "");
    let power = |value| unit.show(fixed(value), lang);
    let percent = |value: Option<rust_decimal::Decimal>| {
        format::or_absent(value.and_then(|share| Percent::of(fixed(share).0, 10_000)), Percent::show)
    };
    let peak = usize::from(local(day.max_at).quarter());
    let price = format::price(fixed(day.cost_yuan), energy_kwh).map(|text| format!("{text} {}/kWh", common::YUAN.get(lang)));
    vec![
        Figure::new(common::REGION_ENERGY.get(lang), energy_unit.show(energy_kwh, lang))
            .exact(EnergyUnit::Kwh.show(energy_kwh, lang))
            .marks(live()),
        Figure::new(common::REPORTED_COST.get(lang), money(fixed(day.cost_yuan), lang)),
        Figure::new(common::MAX_LOAD.get(lang), power(day.max_kw))
            .note(format::hour_minute(local(day.max_at)))
            .marks(quarter_marks(drawn, peak, scope.now.0, lang)),
        match day.min {
            Some((kw, at)) => Figure::new(common::MIN_LOAD.get(lang), power(kw)).note(format::hour_minute(local(at))),
            None => Figure::new(common::MIN_LOAD.get(lang), common::ABSENT),
        },
        Figure::new(common::AVERAGE_LOAD.get(lang), power(day.mean_kw)),
        Figure::new(common::LOAD_FACTOR.get(lang), percent(day.load_factor_percent)),
        Figure::new(common::PEAK_VALLEY.get(lang), format::or_absent(day.peak_valley_kw(), power)),
        Figure::new(common::PEAK_VALLEY_RATE.get(lang), percent(day.peak_valley_percent())),
        Figure::new(common::AVERAGE_PRICE.get(lang), format::or_absent(price, |text| text)),
    ]
}

pub fn money(value: Fixed2, lang: Lang) -> String {
    format!("{} {}", format::yuan(value), common::YUAN.get(lang))
}
