//! A bill in figures, what has to be looked at, and what stands beside the lines: times, tariffs, tiers, fractions.

use domain::Fixed2;
use domain::settlement::{Bill, StatementState};
use leptos::prelude::*;

use super::Page;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{self, Percent};
use crate::marks::{Mark, Marks};
use crate::pages::settlement::shown::{self, kwh, mean_price, yuan};
use crate::text::settlement::{exceptions as exception_words, explain, statement as words};
use crate::text::{Lang, common};

pub fn figures_block(page: &Page, lang: Lang) -> Block {
    let of = &page.of;
    let unit = words::YUAN.get(lang);
    let label = if of.amount.0 < 0 { words::TOTAL_REFUND } else { words::TOTAL };
    let share = Percent::of(of.estimated_kwh.0, of.energy_kwh.0).map_or_else(String::new, Percent::show);
    let is_open = of.status == StatementState::Draft;
    let marks = Marks::none().with_if(of.estimated_kwh.0 != 0, Mark::Estimated, share.clone()).with_if(
        is_open && page.days.iter().any(|day| !day.is_complete),
        Mark::Live,
        "",
    );
    let mut row = vec![
        Figure::new(label.get(lang), format!("{} {unit}", yuan(of.amount))).marks(marks.clone()),
        Figure::new(words::ENERGY.get(lang), format!("{} kWh", kwh(of.energy_kwh))).marks(marks),
        Figure::new(words::MEAN_PRICE.get(lang), mean_price(of.amount, of.energy_kwh)).note(format!("{unit}/kWh")),
        Figure::new(words::ESTIMATED.get(lang), format!("{} kWh", kwh(of.estimated_kwh))).note(share),
        carbon(page, lang),
    ];
    if of.adjustment.0 != 0 {
        row.push(Figure::new(words::ADJUSTMENTS_OF.get(lang), format!("{} {unit}", yuan(of.adjustment))));
    }
    Block::new("statement-figures", figures(row, lang)).class("wide")
}

fn carbon(page: &Page, lang: Lang) -> Figure {
    let label = words::CARBON.get(lang);
    match page.document().and_then(|document| document.carbon.as_ref()) {
        Some(carbon) => {
            let factor = [shown::price(carbon.factor.kg_per_kwh), carbon.factor.year.to_string(), carbon.factor.source.clone()];
            let note = words::CARBON_NOTE.with(lang, &factor.each_ref().map(String::as_str));
            Figure::new(label, format!("{} kgCO₂", kwh(carbon.kg))).note(note)
        }
        None => match page.of.carbon_kg {
            Some(kg) => Figure::new(label, format!("{} kgCO₂", kwh(kg))),
            None => Figure::new(label, common::ABSENT).note(words::CARBON_NONE.get(lang)),
        },
    }
}

/// None for a bill that is frozen or void and has nothing to say.
pub fn exceptions(page: &Page, lang: Lang) -> Option<Block> {
    let of = &page.of;
    let faults = page.document().map_or(&[][..], |document| &document.bill.faults);
    let is_open = matches!(of.status, StatementState::Draft | StatementState::Checked);
    if of.exceptions.is_empty() && faults.is_empty() && !is_open {
        return None;
    }
    let kinds = of.exceptions.iter().map(|kind| {
        let link = exception_words::link(*kind).map(|(address, title)| view! { " " <a href=address>{title.get(lang)}</a> });
        view! {
            <li>
                {shown::exceptions(std::slice::from_ref(kind), lang)} " "
                {exception_words::what(*kind).get(lang)}
                // what is final has nothing to be mended
                {is_open.then(|| view! { " " {exception_words::remedy(*kind).get(lang)} {link} })}
            </li>
        }
    });
    let reasons = faults.iter().map(|fault| {
        let (sentence, address) = explain::fault(fault, of.contract_id, lang);
        view! { <li>"✕ " <a href=address>{sentence}</a></li> }
    });
    let none = of.exceptions.is_empty().then(|| view! { <p>{words::NO_EXCEPTIONS.get(lang)}</p> });
    let faults_list = (!faults.is_empty()).then(|| {
        view! { <h3>{words::CANNOT_BILL.get(lang)}</h3> <ul class="reason-list">{reasons.collect_view()}</ul> }
    });
    let title = if is_open { words::EXCEPTIONS } else { words::EXCEPTIONS_KNOWN };
    let content = view! { {none} <ul class="reason-list">{kinds.collect_view()}</ul> {faults_list} };
    Some(Block::new("statement-exceptions", content).titled(title.get(lang)).class("wide"))
}

/// What stands beside the lines; none where the bill cannot be read.
pub fn more(page: &Page, lang: Lang) -> Option<Block> {
    let document = page.document()?;
    let content = view! {
        {report_time(&document.bill, lang)}
        {tiers(&document.bill, lang)}
        {carried(&document.bill, lang)}
        {tariffs(page, lang)}
    };
    Some(Block::new("statement-more", content).titled(words::MORE.get(lang)).class("wide"))
}

/// kWh by report time and by metered time, and why they differ.
fn report_time(bill: &Bill, lang: Lang) -> AnyView {
    let metered = bill.energy_kwh();
    let row = |label: &'static str, energy: Fixed2, class: &str| Row {
        cells: vec![Cell::text(label), Cell::number(kwh(energy))],
        class: class.to_owned(),
    };
    let rows = vec![
        row(words::BY_METER.get(lang), metered, ""),
        row(words::BY_REPORT.get(lang), metered + bill.report_shift_kwh, ""),
        row(words::SHIFT.get(lang), bill.report_shift_kwh, "total"),
    ];
    let title = words::RECONCILE_TIME.get(lang);
    view! {
        <div class="narrow-table">{table(title, vec![Column::text(title), Column::number("kWh")], rows)}</div>
        <p class="note">{words::SHIFT_NOTE.get(lang)}</p>
    }
    .into_any()
}

fn tiers(bill: &Bill, lang: Lang) -> Option<AnyView> {
    if bill.tier_year_before_kwh.0 == 0 {
        return None;
    }
    let after = bill.tier_year_before_kwh + bill.energy_kwh();
    let note = words::TIER_YEAR_NOTE.with(lang, &[&kwh(bill.tier_year_before_kwh), &kwh(after)]);
    Some(view! { <p><strong>{words::TIER_YEAR.get(lang)}</strong> " " {note}</p> }.into_any())
}

fn carried(bill: &Bill, lang: Lang) -> Option<AnyView> {
    let carried = bill.carried.total();
    if carried.0 == 0 {
        return None;
    }
    Some(view! { <p><strong>{words::CARRIED.get(lang)}</strong> " " {kwh(carried)} " kWh"</p> }.into_any())
}

fn tariffs(page: &Page, lang: Lang) -> Option<AnyView> {
    let document = page.document()?;
    if document.tariffs.is_empty() {
        return None;
    }
    let rows = document.tariffs.iter().map(|tariff| {
        let address = format!("/settlement/tariffs/{}?version={}", tariff.code, tariff.version);
        let checked = if tariff.notice.is_checked { words::NOTICE_CHECKED } else { words::NOTICE_UNCHECKED };
        Row::from(vec![
            Cell::text(view! { <a href=address>{tariff.name.clone()}</a> }),
            Cell::number(tariff.version.to_string()),
            Cell::text(view! { <span class="wrap">{tariff.notice.number.clone()} " " {tariff.notice.title.clone()}</span> }),
            Cell::text(checked.get(lang)),
        ])
    });
    let columns = vec![
        Column::text(words::TARIFFS_USED.get(lang)),
        Column::number(words::VERSION.get(lang)),
        Column::text(words::NOTICE.get(lang)),
        Column::text(""),
    ];
    Some(table(words::TARIFFS_USED.get(lang), columns, rows.collect()))
}

/// `—` for nothing.
pub fn or_absent(value: Option<Fixed2>) -> String {
    format::or_absent(value, kwh)
}
