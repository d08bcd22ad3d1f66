//! The numbers around the alarm: the day's load with its limit, a customer's quarter-hours, or windows.

use domain::alarms::{Metric, Unit};
use domain::{Fixed2, LocalMs};
use leptos::prelude::*;
use warehouse::read::alarms::{Around, Window, around};
use warehouse::read::day_curve::DayCurve;
use warehouse::read::users::UserQuarter;

use super::Alarm;
use crate::charts;
use crate::charts::load_curve::{LoadCurve, QUARTERS, quarter_name};
use crate::charts::window_bars::{Bar, WindowBars};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::{self, EnergyUnit, Percent, PowerUnit};
use crate::marks::Mark;
use crate::pages::alarms::told;
use crate::pages::managed;
use crate::pages::shared::{self, DataTime, fixed};
use crate::text::alarms::alarm as words;
use crate::text::{Lang, common};

const SIZE: (u32, u32) = (1300, 260);
const TEXT_PX: i32 = 13;
const QUARTER_MS: i64 = 900_000;
/// Half of what the chart of windows spans.
const WINDOWS_SPAN_MS: i64 = 300_000;

pub async fn block(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Result<Block, AppError> {
    let lang = request.view.lang;
    let point = &alarm.line().point;
    let metric = told::metric(point, alarm.rule());
    let moment = point.started_at.or(point.value_at);
    let (Some(metric), Some(moment), Some(now)) = (metric, moment, DataTime::of(ctx).await?) else {
        return Ok(fixed_block(shared::nothing(words::AROUND_NOTHING, lang), lang));
    };
    let tree = managed::tree(ctx).await?;
    let members = point.key.subject.region_id().map_or_else(Vec::new, |region| tree.members(region));
    let numbers = around(&ctx.pool, point.key.subject, metric, &members, moment, now.0).await?;
    let told = words::MOMENT.with(lang, &[&format::date_clock(moment)]);
    let date = moment.day().to_date().to_string();
    let (title, content) = match &numbers {
        Around::Day(curve) => {
            let own = point.key.subject.region_id().and_then(|region| tree.find(region)?.limit_kw).map(fixed);
            let limit = limit_kw(metric, point.threshold, own);
            (words::AROUND_DAY.with(lang, &[&date]), day(curve, moment, now.0, limit, ctx, lang))
        }
        Around::User(quarters) => (words::AROUND_USER.with(lang, &[&date]), user(quarters, moment, lang)),
        Around::Windows(windows) => (words::AROUND_WINDOWS.get(lang).to_owned(), bars(windows, moment, lang)),
        Around::Nothing => return Ok(fixed_block(shared::nothing(words::AROUND_NOTHING, lang), lang)),
    };
    let content = view! {
        {content}
        <p class="note">{told}</p>
    };
    // a day that is over does not change while somebody looks at it
    let is_over = moment.day() < now.0.day();
    let block = if is_over { Block::fixed("alarm-around", content) } else { Block::new("alarm-around", content) };
    Ok(block.titled(title).class("wide"))
}

fn fixed_block(content: AnyView, lang: Lang) -> Block {
    Block::fixed("alarm-around", content).titled(words::AROUND.get(lang)).class("wide")
}

/// The limit as a load, where the rule compares with one.
fn limit_kw(metric: Metric, threshold: Option<Fixed2>, own_limit: Option<Fixed2>) -> Option<Fixed2> {
    let threshold = threshold?;
    match (metric, metric.unit()) {
        (_, Unit::Kw) => Some(threshold),
        (Metric::LoadNowPercent, _) => {
            own_limit.map(|kw| Fixed2(domain::fixed::div_round(i128::from(kw.0) * i128::from(threshold.0), 10_000)))
        }
        _ => None,
    }
}

/// Where a moment stands in its day, in quarter-hours.
fn position(moment: LocalMs) -> f64 {
    (moment.0 - moment.day().start().0) as f64 / QUARTER_MS as f64
}

fn day(curve: &DayCurve, moment: LocalMs, now: LocalMs, limit: Option<Fixed2>, ctx: &AppContext, lang: Lang) -> AnyView {
    let closed = |quarter: usize| curve.quarters[quarter].filter(|_| curve.start(quarter).plus_ms(QUARTER_MS) <= now);
    let loads: Vec<Option<Fixed2>> = (0..QUARTERS).map(|quarter| closed(quarter).map(|one| one.load_kw())).collect();
    let unit = PowerUnit::for_block(ctx.units, loads.iter().flatten().copied().max().unwrap_or_default());
    let partial = |quarter: usize| {
        let value = closed(quarter)?;
        let coverage = Percent::of(value.users.min(curve.expected), curve.expected)?;
        (Mark::of_coverage(Some(coverage)) == Some(Mark::Partial)).then(|| coverage.show())
    };
    let date = moment.day().to_date().to_string();
    let chart = LoadCurve {
        size: SIZE,
        text_px: TEXT_PX,
        name: words::AROUND_DAY.with(lang, &[&date]),
        today_name: date,
        today_kw: loads.clone(),
        others: Vec::new(),
        // the line stands at the moment of the alarm
        now: Some((position(moment), None)),
        limit_kw: limit,
        partial: (0..QUARTERS).map(partial).collect(),
        catch_up: curve.quarters.iter().map(|one| one.is_some_and(|one| one.returning_meters > 0)).collect(),
        maximum: curve.maximum(now).map(|(quarter, _)| quarter),
        minimum: None,
        unit,
        lang,
    };
    let rows = loads.iter().enumerate().filter_map(|(quarter, load)| {
        let load = unit.number((*load)?);
        Some(Row::from(vec![Cell::text(quarter_name(quarter)), Cell::number(load)]))
    });
    let columns = vec![Column::text(common::QUARTER_LOAD.get(lang)), Column::number(unit.name(lang))];
    let values = table(common::QUARTER_LOAD.get(lang), columns, rows.collect());
    view! {
        {charts::figure(chart.svg(), "chart-curve")}
        {charts::value_table(values, lang)}
    }
    .into_any()
}

fn user(quarters: &[UserQuarter], moment: LocalMs, lang: Lang) -> AnyView {
    if quarters.is_empty() {
        return shared::nothing(words::AROUND_NOTHING, lang);
    }
    let mut loads = vec![None; QUARTERS];
    for one in quarters {
        loads[usize::from(shared::local(one.start).quarter())] = Some(format::quarter_load_kw(fixed(one.energy_kwh)));
    }
    let date = moment.day().to_date().to_string();
    let chart = LoadCurve {
        size: SIZE,
        text_px: TEXT_PX,
        name: words::AROUND_USER.with(lang, &[&date]),
        today_name: date,
        today_kw: loads,
        others: Vec::new(),
        now: Some((position(moment), None)),
        limit_kw: None,
        partial: vec![None; QUARTERS],
        catch_up: vec![false; QUARTERS],
        maximum: None,
        minimum: None,
        unit: PowerUnit::Kw,
        lang,
    };
    charts::figure(chart.svg(), "chart-curve")
}

fn bars(windows: &[Window], moment: LocalMs, lang: Lang) -> AnyView {
    let chart = WindowBars {
        size: SIZE,
        name: words::AROUND_WINDOWS.get(lang).to_owned(),
        bars: windows
            .iter()
            .map(|one| Bar { start: one.start, energy_kwh: one.energy_kwh, records: one.records, is_revised: one.is_revised })
            .collect(),
        until: moment.plus_ms(WINDOWS_SPAN_MS),
        lang,
    };
    let rows = windows.iter().map(|one| {
        Row::from(vec![
            Cell::text(format::clock(one.start)),
            Cell::number(EnergyUnit::Kwh.number(one.energy_kwh)),
            Cell::number(format::count(one.records)),
        ])
    });
    let columns = vec![
        Column::text(common::WINDOW.get(lang)),
        Column::number(format!("{} kWh", common::WINDOW_ENERGY.get(lang))),
        Column::number(common::READINGS.get(lang)),
    ];
    view! {
        {charts::figure(chart.svg(), "chart-windows")}
        {charts::value_table(table(words::AROUND_WINDOWS.get(lang), columns, rows.collect()), lang)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_in_percent_is_drawn_as_a_load_of_the_regions_own_limit() {
        let own = Some(Fixed2(50_000));
        assert_eq!(limit_kw(Metric::LoadNowPercent, Some(Fixed2(9_000)), own), Some(Fixed2(45_000)));
        assert_eq!(limit_kw(Metric::LoadNowPercent, Some(Fixed2(9_000)), None), None);
        assert_eq!(limit_kw(Metric::QuarterKw, Some(Fixed2(700)), own), Some(Fixed2(700)));
        assert_eq!(limit_kw(Metric::HourKwh, Some(Fixed2(700)), own), None, "an energy is no load");
    }
}
