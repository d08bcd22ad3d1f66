//! What the tables weigh, and what happened to the pipeline.

use chrono::NaiveDate;
use leptos::prelude::*;
use warehouse::read::pipeline::{Event, Store};

use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format;
use crate::pages::shared::{moment, nothing};
use crate::text::{Lang, common, pipeline as words};

pub fn block(store: &Store, today: NaiveDate, lang: Lang) -> Block {
    let columns = vec![
        Column::text(words::STORE_TABLE.get(lang)),
        Column::number(words::PARTITIONS.get(lang)),
        Column::text(words::FROM_TO.get(lang)),
        Column::number(words::AHEAD.get(lang)),
        Column::number(words::SIZE.get(lang)),
        Column::number(words::PER_DAY.get(lang)),
    ];
    let rows = store.tables.iter().map(|part| {
        let range = match (part.oldest, part.newest) {
            (Some(oldest), Some(newest)) => format!("{oldest} – {newest}"),
            _ => common::ABSENT.to_owned(),
        };
        let ahead = part.newest.map(|newest| (newest - today).num_days().max(0));
        Row::from(vec![
            Cell::text(part.table.clone()),
            Cell::number(format::count(part.days)),
            Cell::text(range),
            Cell::number(format::or_absent(ahead, format::count)),
            Cell::number(format::bytes(part.bytes)),
            Cell::number(format::or_absent(part.bytes_per_day, format::bytes)),
        ])
    });
    let per_day: Option<i64> = store.tables.iter().map(|part| part.bytes_per_day).sum();
    let row = vec![
        Figure::new(words::DATABASE_SIZE.get(lang), format::bytes(store.database_bytes)).note(words::DISK_UNKNOWN.get(lang)),
        Figure::new(words::PER_DAY.get(lang), format::or_absent(per_day, format::bytes)),
    ];
    let content = view! { {figures(row, lang)} {table(words::STORE.get(lang), columns, rows.collect())} };
    Block::new("store", content).titled(words::STORE.get(lang)).class("wide")
}

pub fn history(events: &[Event], ctx: &AppContext, lang: Lang) -> Block {
    let columns = vec![
        Column::text(common::TIME.get(lang)),
        Column::text(words::EVENT.get(lang)),
        Column::text(words::DETAIL.get(lang)),
        Column::number(words::DURATION.get(lang)),
    ];
    let rows = events.iter().map(|event| {
        Row::from(vec![
            Cell::text(moment(ctx.zone, event.at)),
            Cell::text(event.kind.clone()),
            Cell::text(event.detail.clone()),
            Cell::number(format::or_absent(event.duration_ms, |ms| super::chain::micros(ms * 1000))),
        ])
    });
    let content = match events {
        [] => nothing(words::HISTORY_NONE, lang),
        _ => table(words::HISTORY.get(lang), columns, rows.collect()),
    };
    Block::new("history", content).titled(words::HISTORY.get(lang)).class("wide")
}
