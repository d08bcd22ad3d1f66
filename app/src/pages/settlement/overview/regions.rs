//! A row for each region, and a total that is their sum.

use domain::settlement::StatementState;
use leptos::prelude::*;
use warehouse::read::settlement::overview::RegionMonth;

use super::{Overview, figures, words};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{self, Percent};
use crate::pages::settlement::shown::{kwh, mean_price, yuan};
use crate::pages::shared;
use crate::text::Lang;
use crate::text::settlement::words as names;

pub fn block(page: &Overview, lang: Lang) -> Block {
    let columns = vec![
        Column::text(words::REGION.get(lang)),
        Column::number("kWh"),
        Column::number(format!("{} {}", words::AMOUNT.get(lang), yuan_unit(lang))),
        Column::number(format!("{} {}/kWh", words::MEAN_PRICE.get(lang), yuan_unit(lang))),
        Column::number(words::DAYS.get(lang)),
        Column::number(words::ESTIMATED_SHARE.get(lang)),
        Column::number(words::COL_CONTRACTS.get(lang)),
        Column::number(names::state(StatementState::Draft).get(lang)),
        Column::number(names::state(StatementState::Checked).get(lang)),
        Column::number(names::state(StatementState::Frozen).get(lang)),
        Column::number(words::COL_EXCEPTIONS.get(lang)),
        Column::number(format!("{} {}", words::BILLED.get(lang), yuan_unit(lang))),
        Column::number(format!("{} {}", words::AT_RISK.get(lang), yuan_unit(lang))),
    ];
    let mut rows: Vec<Row> = page
        .regions
        .iter()
        .map(|region| {
            let name = shared::region_of(&page.tree, region.region_id, lang);
            let of = format!("&region={}", region.region_id);
            Row::from(cells(Cell::text(name), region, page, &of, lang))
        })
        .collect();
    rows.push(Row { cells: cells(Cell::text(words::TOTAL.get(lang)), &page.total, page, "", lang), class: "total".to_owned() });
    let content = view! {
        {table(words::BY_REGION.get(lang), columns, rows)}
        <p class="note">{words::TOTAL_NOTE.get(lang)} " · " {words::AMOUNT_NOTE.get(lang)}</p>
    };
    let days = [("from", page.month), ("to", page.month.next())].map(|(name, month)| (name, format::date(month.first_day())));
    let csv = shared::csv(shared::export("settlements", &days), lang);
    Block::new("settlement-regions", content).titled(words::BY_REGION.get(lang)).aside(csv).class("wide")
}

fn yuan_unit(lang: Lang) -> &'static str {
    crate::text::settlement::statement::YUAN.get(lang)
}

fn cells(name: Cell, of: &RegionMonth, page: &Overview, region: &str, lang: Lang) -> Vec<Cell> {
    let month = page.month;
    let statements = |query: &str, count: i64| match count {
        0 => "0".into_any(),
        count => {
            let address = format!("/settlement/statements?month={month}{region}{query}");
            view! { <a href=address>{format::count(count)}</a> }.into_any()
        }
    };
    let exceptions = match of.statements.with_exceptions {
        0 => "0".into_any(),
        count => {
            let address = format!("/settlement/exceptions?month={month}{region}");
            view! { <a href=address>{format::count(count)}</a> }.into_any()
        }
    };
    let contracts = match (region.is_empty(), of.contracts) {
        (_, 0) | (true, _) => format::count(of.contracts).into_any(),
        (false, count) => {
            view! { <a href=format!("/settlement/contracts?region={}", of.region_id)>{format::count(count)}</a> }.into_any()
        }
    };
    let estimated = format::or_absent(Percent::of(of.estimated_kwh.0, of.energy_kwh.0), Percent::show);
    let days = format!("{}/{}", format::count(of.complete_days), format::count(of.days));
    vec![
        name,
        Cell::number(view! { {figures::marks(of).view(lang)} " " {kwh(of.energy_kwh)} }),
        Cell::number(yuan(of.amount)),
        Cell::number(mean_price(of.amount, of.energy_kwh)),
        Cell::number(
            view! { <span title=words::DAYS_NOTE.with(lang, &[&format::count(of.complete_days), &format::count(of.restated_days)])>{days}</span> },
        ),
        Cell::number(estimated),
        Cell::number(contracts),
        Cell::number(statements("&state=draft", of.statements.draft)),
        Cell::number(statements("&state=checked", of.statements.checked)),
        Cell::number(statements("&state=frozen", of.statements.frozen)),
        Cell::number(exceptions),
        Cell::number(yuan(of.statements.amount)),
        Cell::number(yuan(of.risk.total())),
    ]
}
