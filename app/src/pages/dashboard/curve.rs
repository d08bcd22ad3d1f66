//! Block 4: the load curve of the running day beside yesterday and last week.

use domain::Fixed2;
use leptos::prelude::*;
use warehouse::read::day_curve::{DayCurve, QUARTERS, Quarter};

use super::data::Dashboard;
use crate::charts::canvas::Pen;
use crate::charts::load_curve::{LoadCurve, OtherDay, quarter_name};
use crate::charts::{self};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{Percent, count, or_absent};
use crate::text::{Lang, common, dashboard as words};

const SIZE: (u32, u32) = (640, 330);
const TEXT_PX: i32 = 12;
const QUARTER_MS: i64 = 900_000;

/// The chart of the running day in any size.
pub fn chart_of_today(dashboard: &Dashboard, size: (u32, u32), text_px: i32, lang: Lang) -> LoadCurve {
    let loads = &dashboard.data.loads;
    let (at, now_kw) = (loads.now.at, loads.now.total_kw(0));
    let today = dashboard.today();
    let maximum = today.and_then(|day| day.maximum(at)).map(|(index, quarter)| (index, quarter.load_kw()));
    let minimum = today.and_then(|day| day.minimum(at)).map(|(index, quarter)| (index, quarter.load_kw()));
    let others =
        [(dashboard.yesterday(), common::YESTERDAY, Pen::Yesterday), (dashboard.last_week(), common::LAST_WEEK, Pen::LastWeek)];
    let show = |load: Option<(usize, Fixed2)>| or_absent(load, |(_, kw)| dashboard.power.show(kw, lang));
    let name =
        words::CURVE_NAME.with(lang, &[&show(maximum), &show(minimum), &or_absent(now_kw, |kw| dashboard.power.show(kw, lang))]);
    let position = today.map(|day| quarters_since(at.0 - day.day.start().0));
    LoadCurve {
        size,
        text_px,
        name,
        today_name: common::TODAY.get(lang).to_owned(),
        today_kw: closed_loads(today, at),
        others: others
            .into_iter()
            .map(|(day, name, pen)| OtherDay { name: name.get(lang).to_owned(), loads_kw: closed_loads(day, at), pen })
            .filter(|day| day.loads_kw.iter().any(Option::is_some))
            .collect(),
        now: position.map(|position| (position, now_kw)),
        limit_kw: None,
        partial: (0..QUARTERS).map(|index| partial(today, index, at)).collect(),
        catch_up: (0..QUARTERS).map(|index| quarter_of(today, index, at).is_some_and(|q| q.returning_meters > 0)).collect(),
        maximum: maximum.map(|(index, _)| index),
        minimum: minimum.map(|(index, _)| index),
        unit: dashboard.power,
        lang,
    }
}

fn quarters_since(ms: i64) -> f64 {
    f64::from(i32::try_from(ms / 1000).unwrap_or(0)) / 900.0
}

/// A quarter-hour that has ended; the running one is never drawn from its partial sum.
fn quarter_of(day: Option<&DayCurve>, index: usize, at: domain::LocalMs) -> Option<&Quarter> {
    let day = day?;
    (day.start(index).0 + QUARTER_MS <= at.0).then(|| day.quarters.get(index)?.as_ref()).flatten()
}

fn closed_loads(day: Option<&DayCurve>, at: domain::LocalMs) -> Vec<Option<Fixed2>> {
    (0..QUARTERS).map(|index| quarter_of(day, index, at).map(Quarter::load_kw)).collect()
}

fn coverage(day: Option<&DayCurve>, index: usize, at: domain::LocalMs) -> Option<Percent> {
    let quarter = quarter_of(day, index, at)?;
    let expected = day?.expected;
    Percent::of(quarter.users.min(expected), expected)
}

fn partial(day: Option<&DayCurve>, index: usize, at: domain::LocalMs) -> Option<String> {
    coverage(day, index, at).filter(|share| share.0 < crate::marks::PLAIN_COVERAGE_TENTHS).map(Percent::show)
}

/// Completeness of the ended quarter-hours of the running day.
pub fn coverage_text(dashboard: &Dashboard) -> Option<Percent> {
    let (at, day) = (dashboard.data.loads.now.at, dashboard.today()?);
    let ended = (at.0 - day.day.start().0) / QUARTER_MS;
    let heard: i64 = day.closed(at).map(|(_, quarter)| quarter.users.min(day.expected)).sum();
    Percent::of(heard, ended * day.expected)
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let chart = chart_of_today(dashboard, SIZE, TEXT_PX, lang);
    let slow = dashboard.data.loads.now.slow_meters();
    let slow = (slow > 0).then(|| words::SLOW_IN_CURVE.with(lang, &[&count(slow)]));
    let content = view! {
        {charts::figure(chart.svg(), "chart-curve")}
        <p class="note">{words::CURVE_NOTE.get(lang)} {slow.map(|slow| format!(" · {slow}"))}</p>
        {charts::value_table(values(dashboard, lang), lang)}
    };
    Block::new("curve", content).titled(words::CURVE.get(lang)).aside(legend(lang))
}

/// Names of the lines, each with a piece of it.
pub fn legend(lang: Lang) -> AnyView {
    let item = |class: &'static str, name: crate::text::Text| {
        view! {
            <span class="legend-item">
                <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
                    <path class=format!("line {class}") d="M0 4H28"></path>
                </svg>
                {name.get(lang)}
            </span>
        }
    };
    view! {
        <span class="legend">
            {item("today", common::TODAY)} {item("yesterday", common::YESTERDAY)} {item("last-week", common::LAST_WEEK)}
        </span>
    }
    .into_any()
}

fn values(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let at = dashboard.data.loads.now.at;
    let unit = dashboard.power.name(lang);
    let head = |name: crate::text::Text| Column::number(format!("{} {unit}", name.get(lang)));
    let columns = vec![
        Column::text(common::TIME.get(lang)),
        head(common::TODAY),
        head(common::YESTERDAY),
        head(common::LAST_WEEK),
        Column::number(common::COVERAGE.get(lang)),
    ];
    let days = [dashboard.today(), dashboard.yesterday(), dashboard.last_week()];
    let row = |index: usize| -> Option<Row> {
        let loads = days.map(|day| quarter_of(day, index, at).map(Quarter::load_kw));
        loads.iter().any(Option::is_some).then(|| {
            let numbers = loads.map(|load| Cell::number(or_absent(load, |kw| dashboard.power.number(kw))));
            let share = Cell::number(or_absent(coverage(days[0], index, at), Percent::show));
            let cells: Vec<Cell> = [Cell::text(quarter_name(index))].into_iter().chain(numbers).chain([share]).collect();
            cells.into()
        })
    };
    table(words::CURVE.get(lang), columns, (0..QUARTERS).filter_map(row).collect())
}
