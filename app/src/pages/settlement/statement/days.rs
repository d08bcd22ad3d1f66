//! The days of a period: energy and money that sum to the lines that days share.

use domain::settlement::StatementState;
use domain::{Day, Fixed2};
use leptos::prelude::*;
use warehouse::read::settlement::statement::SettledDay;

use super::Page;
use crate::charts;
use crate::charts::day_bars::{self, DayBar};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format;
use crate::pages::settlement::shown::{self, kwh, yuan};
use crate::pages::shared;
use crate::text::Lang;
use crate::text::settlement::statement as words;

pub fn block(page: &Page, shown_day: Option<Day>, lang: Lang) -> Block {
    let title = words::DAYS.get(lang);
    if page.days.is_empty() {
        return Block::new("days", shared::nothing(words::NO_DAYS, lang)).titled(title).class("wide");
    }
    let bars: Vec<DayBar> = page.days.iter().map(|day| bar(day, page, shown_day, lang)).collect();
    let rows = page.days.iter().map(|day| row(day, page, shown_day, lang)).chain([total(&page.days, lang)]).collect();
    let columns = vec![
        Column::text(words::DAY.get(lang)),
        Column::number(words::COL_KWH.get(lang)),
        Column::number(words::ESTIMATED.get(lang)),
        Column::number(words::COL_AMOUNT.get(lang)),
        Column::text(words::STATE.get(lang)),
        Column::text(words::COL_MARKS.get(lang)),
        Column::text(words::COL_VERSION.get(lang)),
    ];
    let content = view! {
        {charts::figure(day_bars::svg(words::STRIP.get(lang), &bars), "chart-days")}
        {verdict(page, lang)}
        <p class="note">{words::EXPLAIN_HINT.get(lang)}</p>
        <details class="day-table" open=true>
            <summary>{format!("{title} ({})", format::count(i64::try_from(page.days.len()).unwrap_or(0)))}</summary>
            {table(title, columns, rows)}
        </details>
    };
    let (from, to) = (format::date(page.of.from), format::date(page.of.to));
    let filter = [("from", from), ("to", to), ("user", page.of.user_id.to_string())];
    let csv = shared::csv(shared::export("settlements", &filter), lang);
    Block::new("days", content).titled(title).aside(csv).class("wide")
}

fn address(page: &Page, day: Day) -> String {
    format!("{}?day={}#explained", page.address(), format::date(day))
}

fn bar(day: &SettledDay, page: &Page, shown_day: Option<Day>, lang: Lang) -> DayBar {
    let date = format::date(day.day);
    let estimated =
        (day.estimated_kwh.0 != 0).then(|| format!(" · {}", words::ESTIMATED_KWH.with(lang, &[&kwh(day.estimated_kwh)])));
    let open = (!day.is_complete).then(|| format!(" · {}", words::PROVISIONAL.get(lang)));
    let more = [estimated, open].into_iter().flatten().collect::<String>();
    DayBar {
        label: date[8..].to_owned(),
        kwh: day.energy_kwh,
        estimated_kwh: day.estimated_kwh,
        is_complete: day.is_complete,
        is_shown: shown_day == Some(day.day),
        tip: format!("{date}  {} kWh · {} {}{more}", kwh(day.energy_kwh), yuan(day.amount), words::YUAN.get(lang)),
        address: address(page, day.day),
    }
}

fn row(day: &SettledDay, page: &Page, shown_day: Option<Day>, lang: Lang) -> Row {
    let weekday = format::weekday(day.day, lang);
    let date = view! {
        <a href=address(page, day.day)>{format::date(day.day)}</a> " " <span class="note">{weekday}</span>
    };
    let estimated = if day.estimated_kwh.0 == 0 { String::new() } else { format!("≈ {}", kwh(day.estimated_kwh)) };
    let state = if day.is_complete { words::COMPLETE } else { words::PROVISIONAL };
    let restated = (day.version > 1).then(|| words::TIMES.with(lang, &[&(day.version - 1).to_string()]));
    let cells = vec![
        Cell::text(date),
        Cell::number(kwh(day.energy_kwh)),
        Cell::number(estimated),
        Cell::number(yuan(day.amount)),
        Cell::text(state.get(lang)),
        Cell::text(view! { <span class="badges">{shown::day_marks(&day.marks, lang)}</span> }),
        Cell::text(restated),
    ];
    Row { cells, class: if shown_day == Some(day.day) { "is-shown".to_owned() } else { String::new() } }
}

fn sum(days: &[SettledDay]) -> Fixed2 {
    days.iter().map(|day| day.amount).sum()
}

fn total(days: &[SettledDay], lang: Lang) -> Row {
    let energy: Fixed2 = days.iter().map(|day| day.energy_kwh).sum();
    let estimated: Fixed2 = days.iter().map(|day| day.estimated_kwh).sum();
    let estimated = if estimated.0 == 0 { String::new() } else { format!("≈ {}", kwh(estimated)) };
    let cells = vec![
        Cell::text(words::SUM.get(lang)),
        Cell::number(kwh(energy)),
        Cell::number(estimated),
        Cell::number(yuan(sum(days))),
        Cell::text(""),
        Cell::text(""),
        Cell::text(""),
    ];
    Row { cells, class: "total".to_owned() }
}

/// Whether the days sum to the lines that they share, and why not.
fn verdict(page: &Page, lang: Lang) -> Option<AnyView> {
    let daily = page.document()?.bill.daily_total();
    let days = sum(&page.days);
    if daily == days {
        return Some(view! { <p class="days-verdict">{words::DAYS_SUM.with(lang, &[&yuan(days)])}</p> }.into_any());
    }
    let is_final = matches!(page.of.status, StatementState::Frozen | StatementState::Void);
    let sentence = if is_final { words::DAYS_DIFFER } else { words::DAYS_BEHIND };
    Some(view! { <p class="days-verdict wrong">{sentence.with(lang, &[&yuan(days), &yuan(daily)])}</p> }.into_any())
}
