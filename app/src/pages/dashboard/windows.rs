//! Block 6: what arrived in the last ten minutes. Energy per window, never a power.

use leptos::prelude::*;

use super::data::Dashboard;
use crate::charts;
use crate::charts::window_bars::{Bar, WindowBars};
use crate::components::Block;
use crate::components::table::{Cell, Column, table};
use crate::format::{self, EnergyUnit};
use crate::text::{Lang, common, dashboard as words};

const SIZE: (u32, u32) = (640, 190);

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let windows = &dashboard.data.recent.windows;
    let chart = WindowBars {
        size: SIZE,
        name: words::WINDOWS.get(lang).to_owned(),
        bars: windows
            .iter()
            .map(|window| Bar {
                start: window.start,
                energy_kwh: window.energy_kwh,
                records: window.records,
                is_revised: window.revision > 0,
            })
            .collect(),
        until: dashboard.at(),
        lang,
    };
    let note = if windows.is_empty() { words::WINDOWS_EMPTY } else { words::WINDOWS_NOTE };
    let content = view! {
        {charts::figure(chart.svg(), "chart-windows")}
        <p class="note">{note.get(lang)}</p>
        {charts::value_table(values(dashboard, lang), lang)}
    };
    Block::new("windows", content).titled(words::WINDOWS.get(lang))
}

fn values(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let columns = vec![
        Column::text(common::WINDOW.get(lang)),
        Column::number(format!("{} kWh", common::WINDOW_ENERGY.get(lang))),
        Column::number(common::READINGS.get(lang)),
        Column::number(common::REVISION.get(lang)),
    ];
    let newest_first = dashboard.data.recent.windows.iter().rev();
    let rows = newest_first.map(|window| {
        let cells = vec![
            Cell::text(format::clock(window.start)),
            Cell::number(EnergyUnit::Kwh.number(window.energy_kwh)),
            Cell::number(format::count(window.records)),
            Cell::number(format::count(i64::from(window.revision))),
        ];
        cells.into()
    });
    table(words::WINDOWS.get(lang), columns, rows.collect())
}
