//! The peak of each region and of all together, and how far they coincide.

use leptos::prelude::*;
use warehouse::read::peaks::{RegionPeak, TotalPeak, coincidence_percent};

use super::Shown;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, EnergyUnit, Percent, PowerUnit};
use crate::marks::{Mark, Marks};
use crate::pages::shared::{self, day_picker, export, fixed, local, nothing, region_link};
use crate::text::{Lang, common, pages, peaks as words};

pub fn block(regions: &[RegionPeak], totals: &[TotalPeak], shown: &Shown, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let picker = day_picker(request, shown.day, shown.now.day(), lang);
    let total = totals.iter().find(|total| total.stat_day == shown.day);
    let content = match total {
        None => nothing(words::NONE, lang),
        Some(total) => content(regions, total, shown, ctx, lang),
    };
    let filters = [("from", shown.day.to_string()), ("to", (shown.day + chrono::Days::new(1)).to_string())];
    Block::new("today", view! { {picker} {content} })
        .titled(format!("{} · {}", words::TODAY.get(lang), shown.day))
        .class("wide")
        .aside(shared::csv(export("peaks", &filters), lang))
}

fn content(regions: &[RegionPeak], total: &TotalPeak, shown: &Shown, ctx: &AppContext, lang: Lang) -> AnyView {
    let total_kw = format::quarter_load_kw(fixed(total.peak_quarter_kwh));
    let unit = PowerUnit::for_block(ctx.units, total_kw);
    let coincidence = coincidence_percent(total, regions).and_then(|share| Percent::of(fixed(share).0, 10_000));
    let live = || Marks::none().with_if(shown.is_today(), Mark::Live, "");
    let row = vec![
        Figure::new(common::MAX_LOAD.get(lang), unit.show(total_kw, lang))
            .note(quarter(local(total.peak_quarter), shown, lang))
            .marks(live()),
        Figure::new(common::PEAK_HOUR.get(lang), hour(total.peak_hour, lang))
            .note(EnergyUnit::Kwh.show(fixed(total.peak_hour_kwh), lang)),
        Figure::new(common::COINCIDENCE.get(lang), format::or_absent(coincidence, Percent::show))
            .note(words::COINCIDENCE_WHY.get(lang)),
    ];
    let columns = vec![
        Column::text(common::REGION.get(lang)),
        Column::number(format!("{} {}", common::MAX_LOAD.get(lang), unit.name(lang))),
        Column::text(words::PEAK_QUARTER.get(lang)),
        Column::text(common::PEAK_HOUR.get(lang)),
        Column::number(format!("{} kWh", words::PEAK_HOUR_LOAD.get(lang))),
        Column::number(format!("{} kWh", common::REGION_ENERGY.get(lang))),
        Column::number(common::LOAD_FACTOR.get(lang)),
    ];
    let rows = regions.iter().map(|peak| {
        let factor = peak.load_factor.and_then(|share| Percent::of(fixed(share * rust_decimal::Decimal::ONE_HUNDRED).0, 10_000));
        Row::from(vec![
            Cell::text(region_link(peak.region_id, &peak.region_name, lang)),
            Cell::number(unit.number(fixed(peak.peak_kw))),
            Cell::text(quarter(local(peak.peak_quarter), shown, lang)),
            Cell::text(hour(peak.peak_hour, lang)),
            Cell::number(EnergyUnit::Kwh.number(fixed(peak.peak_hour_kwh))),
            Cell::number(EnergyUnit::Kwh.number(fixed(peak.energy_kwh))),
            Cell::number(format::or_absent(factor, Percent::show)),
        ])
    });
    view! { {figures(row, lang)} {table(words::TODAY.get(lang), columns, rows.collect())} }.into_any()
}

pub fn hour(hour: i32, lang: Lang) -> String {
    pages::HOUR.with(lang, &[&format!("{hour:02}")])
}

/// The quarter-hour and, on the running day, how long ago it ended.
fn quarter(start: domain::LocalMs, shown: &Shown, lang: Lang) -> String {
    let name = crate::charts::load_curve::quarter_name(usize::from(start.quarter()));
    let since_ms = shown.now.0.0 - start.plus_ms(900_000).0;
    if shown.is_today() && since_ms > 0 {
        return format!("{name} · {} {}", words::SINCE.get(lang), format::age(since_ms, lang));
    }
    name
}
