//! The readings of a customer's day, page by page.

use chrono::NaiveTime;
use leptos::prelude::*;
use warehouse::read::users::{Reading, ReadingPage};

use super::{PAGE_ROWS, Shown};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::shared::{csv, export, fixed, iso, local, nothing};
use crate::text::{Lang, common, pages, users as words};

pub fn block(page: &ReadingPage, shown: &Shown, request: &PageRequest, _ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(words::AT.get(lang)),
        Column::number(words::READING_NO.get(lang)),
        Column::number(format!("{} kWh", common::ENERGY.get(lang))),
        Column::number(words::COST.get(lang)),
        Column::number(words::BEFORE.get(lang)),
        Column::number(words::AFTER.get(lang)),
        Column::text(words::QUALITY.get(lang)),
        Column::text(words::REMARK.get(lang)),
        Column::text(common::LOG_POSITION.get(lang)),
    ];
    let content = match page.readings.as_slice() {
        [] => nothing(words::READINGS_NONE, lang),
        readings => {
            let rows = readings.iter().map(|reading| row(reading, lang)).collect();
            view! { {table(words::READINGS_OF.get(lang), columns, rows)} {pager(page, shown, request)} }.into_any()
        }
    };
    let from = shown.day.and_time(NaiveTime::MIN);
    let filters = [("user_id", shown.params.user_id.to_string()), ("from", iso(from)), ("to", iso(from + chrono::Days::new(1)))];
    Block::new("readings", content)
        .titled(format!("{} · {}", words::READINGS_OF.get(lang), shown.day))
        .class("wide")
        .aside(csv(export("user_readings", &filters), lang))
}

fn row(reading: &Reading, lang: Lang) -> Row {
    let number = |value: Option<rust_decimal::Decimal>| format::or_absent(value, |kwh| format::yuan(fixed(kwh)));
    Row::from(vec![
        Cell::text(local(reading.at).to_string()[11..].to_owned()),
        Cell::number(reading.consumption_id.to_string()),
        Cell::number(format::yuan(fixed(reading.energy_kwh))),
        Cell::number(format::yuan(fixed(reading.cost_yuan))),
        Cell::number(number(reading.register_before_kwh)),
        Cell::number(number(reading.register_after_kwh)),
        Cell::text(quality(reading, lang)),
        Cell::text(reading.remark.clone().unwrap_or_default()),
        Cell::text(reading.commit_lsn.clone()),
    ])
}

/// Flags in words; one that this version does not know stays as it is.
fn quality(reading: &Reading, lang: Lang) -> String {
    let flags = reading.quality.iter().map(|flag| match flag.as_str() {
        "register_mismatch" => words::REGISTER_MISMATCH.get(lang).to_owned(),
        other => other.to_owned(),
    });
    let unknown = (!reading.known_user).then(|| words::UNKNOWN_BOOKING.get(lang).to_owned());
    flags.chain(unknown).map(|word| format!("◐ {word}")).collect::<Vec<_>>().join(" · ")
}

fn pager(page: &ReadingPage, shown: &Shown, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let number = shown.params.page;
    let first = (number - 1) * PAGE_ROWS + 1;
    let last = first - 1 + page.readings.len() as i64;
    let address = |page: i64| request.address_with("page", &if page > 1 { page.to_string() } else { String::new() });
    let shown = [first, last, page.total].map(format::count);
    view! {
        <nav class="pager" aria-label=pages::NEXT_PAGE.get(lang)>
            {(number > 1).then(|| view! { <a href=address(number - 1) rel="prev">{pages::PREVIOUS_PAGE.get(lang)}</a> })}
            <span>{pages::ROWS_FROM_TO.with(lang, &[&shown[0], &shown[1], &shown[2]])}</span>
            {(last < page.total).then(|| view! { <a href=address(number + 1) rel="next">{pages::NEXT_PAGE.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}
