//! In how many of the last days each hour was the peak hour.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use leptos::prelude::*;
use warehouse::read::peaks::{PeakHourDays, TotalPeak};

use super::{Shown, WINDOWS};
use crate::components::Block;
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::pages::shared::{csv, export, nothing};
use crate::text::{Lang, common, peaks as words};

const HOURS: i32 = 24;

pub fn block(
    counted: &[PeakHourDays],
    totals: &[TotalPeak],
    (first, last): (NaiveDate, NaiveDate),
    shown: &Shown,
    request: &PageRequest,
) -> Block {
    let lang = request.view.lang;
    let links =
        WINDOWS.map(|days| (words::DAYS.with(lang, &[days]), request.address_with("days", days), days == shown.params.days));
    let totals: Vec<_> = totals.iter().filter(|total| (first..=last).contains(&total.stat_day)).collect();
    let content = if counted.is_empty() {
        nothing(words::DISTRIBUTION_NONE, lang)
    } else {
        view! { <p class="note">{words::DISTRIBUTION_NOTE.get(lang)}</p> {hours(counted, &totals, shown, lang)} }.into_any()
    };
    let filters = [("from", first.to_string()), ("to", (last + chrono::Days::new(1)).to_string())];
    Block::new("distribution", view! { {choices(words::WINDOW.get(lang), links.into())} {content} })
        .titled(format!("{} · {first} – {last}", words::DISTRIBUTION.get(lang)))
        .class("wide")
        .aside(csv(export("peaks", &filters), lang))
}

fn hours(counted: &[PeakHourDays], totals: &[&TotalPeak], shown: &Shown, lang: Lang) -> AnyView {
    let mut regions: BTreeMap<_, BTreeMap<i32, i64>> = BTreeMap::new();
    for row in counted {
        *regions.entry(row.region_id).or_default().entry(row.hour).or_default() += row.days;
    }
    let mut total: BTreeMap<i32, i64> = BTreeMap::new();
    for day in totals {
        *total.entry(day.peak_hour).or_default() += 1;
    }
    let mut columns = vec![Column::text(common::REGION.get(lang))];
    columns.extend((0..HOURS).map(|hour| Column::number(format!("{hour:02}"))));
    columns.push(Column::number(words::COUNTED.get(lang)));
    let mut rows = vec![row(shown.all.get(lang).to_owned(), &total)];
    rows.extend(regions.iter().map(|(id, hours)| row(shown.region(*id, lang), hours)));
    table(words::DISTRIBUTION.get(lang), columns, rows)
}

fn row(name: String, hours: &BTreeMap<i32, i64>) -> Row {
    let days: i64 = hours.values().sum();
    let most = hours.values().max().copied().unwrap_or(0);
    let mut cells = vec![Cell::text(name)];
    cells.extend((0..HOURS).map(|hour| match hours.get(&hour) {
        None => Cell::number(""),
        Some(count) if *count == most => Cell::number(view! { <b>{count.to_string()}</b> }),
        Some(count) => Cell::number(count.to_string()),
    }));
    cells.push(Cell::number(days.to_string()));
    cells.into()
}
