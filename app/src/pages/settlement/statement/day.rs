//! One day explained: its load against the bands, what it was billed as, and the readings behind it.

use domain::settlement::calendar::DayBands;
use domain::settlement::resolve::bands_of;
use domain::settlement::{Band, DayEnergy};
use leptos::prelude::*;
use warehouse::read::settlement::load_bands::DayTariff;
use warehouse::read::settlement::statement::SettledDay;

use super::coverage::{Covered, covered, steps};
use super::facts::or_absent;
use super::{Page, ShownDay};
use crate::charts;
use crate::charts::load_bands::LoadBands;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format::{self, PowerUnit};
use crate::pages::managed::fact;
use crate::pages::settlement::shown::{self, kwh, yuan};
use crate::text::settlement::{overview as overview_words, statement as words};
use crate::text::{Lang, pages};

pub fn block(page: &Page, of: &ShownDay, ctx: &AppContext, lang: Lang) -> Block {
    let day = format::date(of.day);
    let terms = of.tariff.as_ref().map(|tariff| &tariff.terms);
    // those of its edges are kept with the days beside it
    let is_kept = of.readings.iter().any(|reading| reading.reported_at.day() == of.day);
    let readings = if is_kept { covered(&of.readings, terms, ctx.reading_time_is, of.day) } else { Vec::new() };
    let settled = page.days.iter().find(|settled| settled.day == of.day);
    let bands = of.tariff.as_ref().and_then(|tariff| bands(tariff, of.day));
    let chart = (!readings.is_empty()).then(|| chart(&readings, bands.as_ref(), of, ctx, lang));
    let nothing = if settled.is_some() { words::NO_READINGS_KEPT } else { words::NO_READINGS };
    let nothing_kept = readings.is_empty().then(|| view! { <p class="empty">{nothing.get(lang)}</p> });
    let no_bands = bands.is_none().then(|| view! { <p class="note">"✕ " {words::NO_BANDS.get(lang)}</p> });
    let content = view! {
        <div id="explained" class="day-explained">
            <p class="pager">
                {step(page, of.day.0 - 1, "prev", pages::DAY_BEFORE, lang)}
                {step(page, of.day.0 + 1, "next", pages::DAY_AFTER, lang)}
                <a href=page.address()>{words::CLOSE_DAY.get(lang)}</a>
            </p>
            {no_bands}
            {chart}
            {nothing_kept}
            {settled.map(|settled| billed(settled, lang))}
            {(!readings.is_empty()).then(|| readings_table(&readings, lang))}
        </div>
    };
    Block::new("day", content).titled(words::EXPLAIN_DAY.with(lang, &[&day])).aside(words::METERED_FROM.get(lang)).class("wide")
}

/// The day before or after, while it is one of the period.
fn step(page: &Page, day: i32, rel: &'static str, title: crate::text::Text, lang: Lang) -> Option<AnyView> {
    let day = domain::Day(day);
    (page.of.from..page.of.to).contains(&day).then(|| {
        let address = format!("{}?day={}#explained", page.address(), format::date(day));
        view! { <a href=address rel=rel>{title.get(lang)}</a> }.into_any()
    })
}

/// The bands of a day by the tariff that is in force now; none without one, or where its calendar cannot tell.
pub fn bands(tariff: &DayTariff, day: domain::Day) -> Option<DayBands> {
    let (plan, _) = tariff.plan.as_ref()?;
    bands_of(&plan.calendar, day, &tariff.days, &tariff.decisions).ok()
}

fn chart(readings: &[Covered], bands: Option<&DayBands>, of: &ShownDay, ctx: &AppContext, lang: Lang) -> AnyView {
    let steps = steps(readings, of.day);
    let largest = steps.iter().map(|step| step.kw).max().unwrap_or_default();
    let chart = LoadBands {
        name: words::EXPLAIN_DAY.with(lang, &[&format::date(of.day)]),
        bands: bands.map(|bands| bands.spans.clone()).unwrap_or_default(),
        steps,
        unit: PowerUnit::for_block(ctx.units, largest),
        lang,
    };
    charts::figure(chart.svg(), "chart-curve chart-load-bands")
}

/// What settlement stored of the day: kWh by band, demand, registers, digest.
fn billed(settled: &SettledDay, lang: Lang) -> AnyView {
    let Some(energy) = &settled.energy else {
        return view! { <p class="note">{words::UNREADABLE.get(lang)}</p> }.into_any();
    };
    let rows = Band::ALL.into_iter().filter(|band| energy.energy.get(*band).0 != 0).map(|band| {
        Row::from(vec![
            Cell::text(shown::band(band, lang)),
            Cell::number(kwh(energy.energy.get(band))),
            Cell::number(estimate(energy.estimated.get(band))),
            Cell::number(estimate(energy.shaped.get(band))),
        ])
    });
    let total = Row {
        cells: vec![
            Cell::text(words::SUM.get(lang)),
            Cell::number(kwh(energy.energy_kwh())),
            Cell::number(estimate(energy.estimated.total())),
            Cell::number(estimate(energy.shaped.total())),
        ],
        class: "total".to_owned(),
    };
    let columns = vec![
        Column::text(overview_words::BAND.get(lang)),
        Column::number(words::COL_KWH.get(lang)),
        Column::number(words::ESTIMATED.get(lang)),
        Column::number(words::SPREAD.get(lang)),
    ];
    view! {
        <div class="narrow-table">{table(overview_words::BANDS.get(lang), columns, rows.chain([total]).collect())}</div>
        {day_facts(settled, energy, lang)}
    }
    .into_any()
}

fn estimate(energy: domain::Fixed2) -> String {
    if energy.0 == 0 { String::new() } else { format!("≈ {}", kwh(energy)) }
}

fn day_facts(settled: &SettledDay, energy: &DayEnergy, lang: Lang) -> AnyView {
    let demand = energy.demand.map(|demand| {
        view! { <p>{words::DAY_DEMAND.with(lang, &[&yuan(demand.kw), &format::date_minute(demand.interval_end)])}</p> }
    });
    let missing = (energy.missing_min > 0).then(|| {
        view! { <p>"◐ " {words::MISSING_MIN.with(lang, &[&energy.missing_min.to_string()])}</p> }
    });
    let registers = (energy.register_first.is_some() || energy.register_last.is_some()).then(|| {
        let registers = [or_absent(energy.register_first), or_absent(energy.register_last)];
        view! { <p>{words::REGISTER_FIRST_LAST.with(lang, &registers.each_ref().map(String::as_str))}</p> }
    });
    let digest: String = energy.digest.chars().take(16).collect();
    view! {
        {demand}
        {missing}
        {registers}
        <p class="badges">{shown::day_marks(&settled.marks, lang)}</p>
        <dl class="facts">
            {fact(words::COL_AMOUNT, yuan(settled.amount), lang)}
            {fact(words::DIGEST, view! { <code title=energy.digest.clone()>{digest} "…"</code> " " <span class="note">{words::DIGEST_OF.get(lang)}</span> }, lang)}
        </dl>
    }
    .into_any()
}

fn readings_table(readings: &[Covered], lang: Lang) -> AnyView {
    let rows = readings.iter().map(|one| {
        let reading = one.reading;
        let spread = one.is_spread.then(|| format!("≈ {}", words::SPREAD.get(lang)));
        Row::from(vec![
            Cell::text(format::date_clock(reading.reported_at)),
            Cell::text(format!("{}–{}", format::month_day_minute(one.from), format::hour_minute(one.to))),
            Cell::number(kwh(reading.kwh)),
            Cell::number(or_absent(reading.register_before)),
            Cell::number(or_absent(reading.register_after)),
            Cell::text(spread),
        ])
    });
    let columns = vec![
        Column::text(words::REPORTED_AT.get(lang)),
        Column::text(words::COVERS.get(lang)),
        Column::number(words::COL_KWH.get(lang)),
        Column::number(words::BEFORE.get(lang)),
        Column::number(words::AFTER.get(lang)),
        Column::text(""),
    ];
    let count = format::count(i64::try_from(readings.len()).unwrap_or(0));
    view! {
        <details class="values">
            <summary>{format!("{} ({count})", words::READINGS.get(lang))}</summary>
            {table(words::READINGS.get(lang), columns, rows.collect())}
        </details>
    }
    .into_any()
}
