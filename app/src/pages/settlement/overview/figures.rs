//! The month in figures: energy, money, days, statements; money at risk in its parts; energy by band.

use domain::Fixed2;
use domain::settlement::Band;
use leptos::prelude::*;
use warehouse::read::settlement::overview::RegionMonth;

use super::{Overview, words};
use crate::charts;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format::{self, Percent};
use crate::marks::{Mark, Marks};
use crate::pages::managed;
use crate::pages::settlement::shown::{self, kwh, mean_price, yuan};
use crate::text::settlement::statement as of_one;
use crate::text::{Lang, Text};

pub fn block(page: &Overview, ctx: &AppContext, lang: Lang) -> Block {
    let total = &page.total;
    let unit = of_one::YUAN.get(lang);
    let count = |value: i64| format::count(value);
    let days_note = words::DAYS_NOTE.with(lang, &[&count(total.complete_days), &count(total.restated_days)]);
    let billed_note = words::BILLED_NOTE.with(lang, &[&yuan(total.statements.frozen_amount)]);
    let risk = Percent::of(total.risk.total().0, total.amount.0).map(Percent::show);
    let risk_note = risk.map_or_else(String::new, |share| words::AT_RISK_NOTE.with(lang, &[&share]));
    let row = vec![
        Figure::new(words::ENERGY.get(lang), format!("{} kWh", kwh(total.energy_kwh))).marks(marks(total)),
        Figure::new(words::AMOUNT.get(lang), format!("{} {unit}", yuan(total.amount)))
            .note(words::AMOUNT_NOTE.get(lang))
            .marks(marks(total)),
        Figure::new(words::MEAN_PRICE.get(lang), mean_price(total.amount, total.energy_kwh)).note(format!("{unit}/kWh")),
        Figure::new(words::DAYS.get(lang), count(total.days)).note(days_note),
        Figure::new(words::STATEMENTS.get(lang), count(total.statements.live()))
            .note(words::STATEMENTS_NOTE.with(lang, &[&count(total.contracts)])),
        Figure::new(words::BILLED.get(lang), format!("{} {unit}", yuan(total.statements.amount))).note(billed_note),
        Figure::new(words::AT_RISK.get(lang), format!("{} {unit}", yuan(total.risk.total()))).note(risk_note),
    ];
    Block::new("settlement-figures", figures(row, lang))
        .titled(words::FIGURES.get(lang))
        .class("wide")
        .aside(freshness(page, ctx, lang))
}

/// How far settlement is behind the numbers.
fn freshness(page: &Overview, ctx: &AppContext, lang: Lang) -> AnyView {
    let progress = &page.progress;
    let at = progress.settled_at.map(|at| words::FRESH.with(lang, &[&managed::at(ctx, at)]));
    let at = at.unwrap_or_else(|| words::FRESH_NEVER.get(lang).to_owned());
    let behind = (progress.commits_behind > 0).then(|| words::BEHIND.with(lang, &[&format::count(progress.commits_behind)]));
    let requests = (progress.requests > 0).then(|| words::REQUESTS.with(lang, &[&format::count(progress.requests)]));
    let parts: Vec<String> = [Some(at), behind, requests].into_iter().flatten().collect();
    view! { <span>{parts.join(" · ")}</span> }.into_any()
}

/// Provisional, estimated, restated: what a sum of days is worth.
pub fn marks(sum: &RegionMonth) -> Marks {
    if sum.days == 0 {
        return Marks::none().with(Mark::NoData, "");
    }
    let share = Percent::of(sum.estimated_kwh.0, sum.energy_kwh.0).map_or_else(String::new, Percent::show);
    Marks::none()
        .with_if(sum.estimated_kwh.0 != 0, Mark::Estimated, share)
        .with_if(sum.complete_days < sum.days, Mark::Live, "")
        .with_if(sum.restated_days > 0, Mark::Revised, "")
}

pub fn risk(total: &RegionMonth, lang: Lang) -> Block {
    let risk = total.risk;
    let parts: [(Text, Text, Fixed2, &str); 4] = [
        (words::RISK_PROVISIONAL, words::RISK_PROVISIONAL_NOTE, risk.provisional, ""),
        (words::RISK_ESTIMATED, words::RISK_ESTIMATED_NOTE, risk.estimated, ""),
        (words::RISK_ADJUSTMENTS, words::RISK_ADJUSTMENTS_NOTE, risk.adjustments, "/settlement/differences?state=pending"),
        (words::RISK_UNDECIDED, words::RISK_UNDECIDED_NOTE, risk.undecided, "/settlement/calendar"),
    ];
    let most = parts.iter().map(|part| part.2).max().unwrap_or_default();
    let row = |(name, note, amount, address): (Text, Text, Fixed2, &'static str)| {
        let name = name.get(lang);
        let name = if address.is_empty() { name.into_any() } else { view! { <a href=address>{name}</a> }.into_any() };
        let cells = vec![
            Cell::text(name),
            Cell::number(yuan(amount)),
            Cell::text(charts::bar(amount.0, most.0, "bar-plain")),
            Cell::text(view! { <span class="note wrap">{note.get(lang)}</span> }),
        ];
        Row::from(cells)
    };
    let mut rows: Vec<Row> = parts.map(row).into_iter().collect();
    rows.push(Row {
        cells: vec![Cell::text(words::TOTAL.get(lang)), Cell::number(yuan(risk.total())), Cell::text(""), Cell::text("")],
        class: "total".to_owned(),
    });
    let columns =
        vec![Column::text(words::RISK.get(lang)), Column::number(of_one::AMOUNT.get(lang)), Column::text(""), Column::text("")];
    let content = view! { {table(words::RISK.get(lang), columns, rows)} <p class="note">{words::RISK_RULE.get(lang)}</p> };
    Block::new("settlement-risk", content).titled(words::RISK.get(lang))
}

pub fn bands(total: &RegionMonth, lang: Lang) -> Block {
    let most = total.bands_kwh.iter().copied().max().unwrap_or_default();
    let sum: Fixed2 = total.bands_kwh.iter().copied().sum();
    let share = |energy: Fixed2| format::or_absent(Percent::of(energy.0, sum.0), Percent::show);
    let rows = Band::ALL.into_iter().zip(total.bands_kwh).map(|(band, energy)| {
        Row::from(vec![
            Cell::text(shown::band(band, lang)),
            Cell::number(kwh(energy)),
            Cell::text(charts::bar(energy.0.max(0), most.0, "bar-plain")),
            Cell::number(share(energy)),
        ])
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.push(Row {
        cells: vec![Cell::text(words::TOTAL.get(lang)), Cell::number(kwh(sum)), Cell::text(""), Cell::number(share(sum))],
        class: "total".to_owned(),
    });
    let columns = vec![
        Column::text(words::BAND.get(lang)),
        Column::number("kWh"),
        Column::text(""),
        Column::number(words::SHARE.get(lang)),
    ];
    Block::new("settlement-bands", table(words::BANDS.get(lang), columns, rows)).titled(words::BANDS.get(lang))
}
