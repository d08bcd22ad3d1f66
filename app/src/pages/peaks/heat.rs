//! Hour × region: where in the day the load lies.

use std::collections::BTreeMap;

use domain::{Fixed2, RegionId};
use leptos::prelude::*;
use warehouse::read::peaks::HeatCell;

use super::Shown;
use crate::charts::heat_map::{Cell as HeatMapCell, HeatMap};
use crate::charts::{self};
use crate::components::Block;
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, Percent, PowerUnit};
use crate::marks::Mark;
use crate::pages::shared::{csv, export, fixed, nothing};
use crate::text::{Lang, common, peaks as words};

const HOURS: i32 = 24;
const WIDTH: u32 = 1100;
const ROW_PX: u32 = 30;
const TEXT_PX: i32 = 13;
const NAMES_PX: i32 = 130;
const MOST_NAME_CHARS: usize = 12;

/// Energy and users per region and hour.
type Hours<'a> = BTreeMap<RegionId, BTreeMap<i32, &'a HeatCell>>;

pub fn block(cells: &[HeatCell], expected: &[(RegionId, i64)], shown: &Shown, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let links = [(words::RELATIVE, "", true), (words::ABSOLUTE, "absolute", false)].map(|(title, code, relative)| {
        (title.get(lang).to_owned(), request.address_with("scale", code), shown.params.relative == relative)
    });
    let content = if cells.is_empty() { nothing(words::NONE, lang) } else { map(cells, expected, shown, ctx, lang) };
    let filters =
        [("grain", "hour".to_owned()), ("from", shown.day.to_string()), ("to", (shown.day + chrono::Days::new(1)).to_string())];
    Block::new("heat", view! { {choices(words::SCALE.get(lang), links.into())} {content} })
        .titled(format!("{} · {}", words::HEAT.get(lang), shown.day))
        .class("wide")
        .aside(csv(export("rollup", &filters), lang))
}

fn map(cells: &[HeatCell], expected: &[(RegionId, i64)], shown: &Shown, ctx: &AppContext, lang: Lang) -> AnyView {
    let mut hours: Hours<'_> = BTreeMap::new();
    for cell in cells {
        hours.entry(cell.region_id).or_default().insert(cell.hour, cell);
    }
    let highest = cells.iter().map(load_kw).max().unwrap_or_default();
    let unit = PowerUnit::for_block(ctx.units, highest);
    let expected: BTreeMap<_, _> = expected.iter().copied().collect();
    let running = shown.is_today().then(|| i32::from(shown.now.0.hour()));
    let rows: Vec<_> = hours
        .iter()
        .map(|(id, row)| {
            let own = row.values().map(|cell| load_kw(cell)).max().unwrap_or_default();
            let scale = if shown.params.relative { own } else { highest };
            let meters = expected.get(id).copied();
            let cells = (0..HOURS).map(|hour| heat_cell(row.get(&hour), hour, scale, meters, running, unit, lang));
            (short(&shown.region(*id, lang)), cells.collect())
        })
        .collect();
    let legend = match shown.params.relative {
        true => ("0 %".to_owned(), "100 %".to_owned()),
        false => (format!("0 {}", unit.name(lang)), unit.show(highest, lang)),
    };
    let height = ROW_PX * u32::try_from(rows.len()).unwrap_or(1) + 80;
    let chart = HeatMap {
        name: format!("{} {}", words::HEAT.get(lang), shown.day),
        size: (WIDTH, height),
        text_px: TEXT_PX,
        names_px: NAMES_PX,
        rows,
        running_hour: running.and_then(|hour| u8::try_from(hour).ok()),
        legend,
    };
    let values = charts::value_table(values(&hours, shown, running, unit, lang), lang);
    view! { {charts::figure(chart.svg(), "chart-heat")} {values} }.into_any()
}

/// An hour's energy in kWh is its load in kW.
fn load_kw(cell: &HeatCell) -> Fixed2 {
    fixed(cell.energy_kwh)
}

fn short(name: &str) -> String {
    if name.chars().count() <= MOST_NAME_CHARS {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST_NAME_CHARS - 1).collect();
    format!("{start}…")
}

fn heat_cell(
    cell: Option<&&HeatCell>,
    hour: i32,
    scale: Fixed2,
    meters: Option<i64>,
    running: Option<i32>,
    unit: PowerUnit,
    lang: Lang,
) -> HeatMapCell {
    let Some(cell) = cell else { return HeatMapCell::default() };
    let load = load_kw(cell);
    let share = Percent::of(load.0, scale.0);
    let coverage = meters.and_then(|meters| Percent::of(cell.users.min(meters), meters));
    let is_partial = running != Some(hour) && Mark::of_coverage(coverage) == Some(Mark::Partial);
    let name = format!("{hour:02}:00–{:02}:00", hour + 1);
    let name = if running == Some(hour) { words::RUNNING.with(lang, &[&name]) } else { name };
    let percent = format::or_absent(share, Percent::show);
    let partial = if is_partial {
        format!(" · ◐ {} {}", common::COVERAGE.get(lang), format::or_absent(coverage, Percent::show))
    } else {
        String::new()
    };
    HeatMapCell {
        level: Some(share.map_or(0, |share| share.0)),
        tip: format!("{name} · {} · {percent}{partial}", unit.show(load, lang)),
        is_partial,
    }
}

fn values(hours: &Hours<'_>, shown: &Shown, running: Option<i32>, unit: PowerUnit, lang: Lang) -> AnyView {
    let mut columns = vec![Column::text(format!("{} {}", common::REGION.get(lang), unit.name(lang)))];
    columns.extend((0..HOURS).map(|hour| {
        let open = if running == Some(hour) { " ○" } else { "" };
        Column::number(format!("{hour:02}{open}"))
    }));
    let rows = hours.iter().map(|(id, row)| {
        let cells = (0..HOURS).map(|hour| Cell::number(format::or_absent(row.get(&hour), |cell| unit.number(load_kw(cell)))));
        Row::from(std::iter::once(Cell::text(shown.region(*id, lang))).chain(cells).collect::<Vec<_>>())
    });
    table(words::HEAT.get(lang), columns, rows.collect())
}
