//! The load curve of a customer's day, with the day before behind it.

use domain::settlement::calendar::DayBands;
use domain::{Fixed2, LocalMs};
use leptos::prelude::*;
use warehouse::read::users::UserQuarter;

use super::Shown;
use crate::charts;
use crate::charts::canvas::Pen;
use crate::charts::load_curve::{LoadCurve, OtherDay, QUARTERS, quarter_name};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, PowerUnit};
use crate::pages::shared::{day_picker, fixed, legend, local, nothing};
use crate::text::{Lang, common, users as words};

const CHART_SIZE: (u32, u32) = (1100, 260);
const CHART_TEXT_PX: i32 = 13;
const QUARTER_MS: i64 = 900_000;

pub fn block(
    curve: &[UserQuarter],
    before: &[UserQuarter],
    bands: Option<&DayBands>,
    shown: &Shown,
    request: &PageRequest,
    ctx: &AppContext,
) -> Block {
    let lang = request.view.lang;
    let now = shown.now.0;
    let (today_kw, before_kw) = (loads(curve, now), loads(before, now));
    let highest = today_kw.iter().chain(&before_kw).flatten().max().copied().unwrap_or_default();
    let unit = PowerUnit::for_block(ctx.units, highest);
    let day_before = shown.day - chrono::Days::new(1);
    let content = if curve.is_empty() {
        nothing(words::READINGS_NONE, lang)
    } else {
        let values = values(&today_kw, &before_kw, unit, lang);
        let chart = chart(today_kw, before_kw, shown, unit, lang);
        let svg = bands.map_or_else(|| chart.svg(), |bands| chart.svg_with_bands(&bands.spans));
        view! {
            {legend(vec![("today", shown.day.to_string()), ("yesterday", day_before.to_string())])}
            {charts::figure(svg, "chart-curve")}
            {values}
        }
        .into_any()
    };
    let picker = day_picker(request, shown.day, shown.now.day(), lang);
    Block::new("curve", view! { {picker} {content} })
        .titled(format!("{} · {}", common::LOAD_CURVE.get(lang), shown.day))
        .class("wide")
        .aside(view! { <span>{common::BY_REPORT_TIME.get(lang)}</span> })
}

/// Loads of the closed quarter-hours.
fn loads(points: &[UserQuarter], now: LocalMs) -> Vec<Option<Fixed2>> {
    let mut loads = vec![None; QUARTERS];
    for point in points {
        let start = local(point.start);
        if start.plus_ms(QUARTER_MS) <= now {
            loads[usize::from(start.quarter())] = Some(format::quarter_load_kw(fixed(point.energy_kwh)));
        }
    }
    loads
}

fn chart(today_kw: Vec<Option<Fixed2>>, before_kw: Vec<Option<Fixed2>>, shown: &Shown, unit: PowerUnit, lang: Lang) -> LoadCurve {
    let is_today = shown.day == shown.now.day();
    let minutes = (shown.now.0.0.rem_euclid(86_400_000)) / 60_000;
    let extreme = |pick: fn(Fixed2, Fixed2) -> bool| {
        let known = today_kw.iter().enumerate().filter_map(|(quarter, load)| Some((quarter, (*load)?)));
        known.reduce(|best, next| if pick(next.1, best.1) { next } else { best }).map(|(quarter, _)| quarter)
    };
    LoadCurve {
        size: CHART_SIZE,
        text_px: CHART_TEXT_PX,
        name: format!("{} {}", common::LOAD_CURVE.get(lang), shown.day),
        today_name: shown.day.to_string(),
        maximum: extreme(|next, best| next > best),
        minimum: extreme(|next, best| next < best),
        today_kw,
        others: vec![OtherDay { name: common::YESTERDAY.get(lang).to_owned(), loads_kw: before_kw, pen: Pen::Yesterday }],
        now: is_today.then(|| (minutes as f64 / 15.0, None)),
        limit_kw: None,
        partial: vec![None; QUARTERS],
        catch_up: vec![false; QUARTERS],
        unit,
        lang,
    }
}

fn values(today_kw: &[Option<Fixed2>], before_kw: &[Option<Fixed2>], unit: PowerUnit, lang: Lang) -> AnyView {
    let columns = vec![
        Column::text(common::TIME.get(lang)),
        Column::number(unit.name(lang)),
        Column::number(format!("{} {}", common::YESTERDAY.get(lang), unit.name(lang))),
    ];
    let number = |load: Option<Fixed2>| format::or_absent(load, |kw| unit.number(kw));
    let rows = (0..QUARTERS).map(|quarter| {
        let cells = [today_kw[quarter], before_kw[quarter]].map(|load| Cell::number(number(load)));
        Row::from(std::iter::once(Cell::text(quarter_name(quarter))).chain(cells).collect::<Vec<_>>())
    });
    charts::value_table(table(common::QUARTER_LOAD.get(lang), columns, rows.collect()), lang)
}
