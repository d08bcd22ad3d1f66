//! Dead letters by reason, and the newest open ones with what was rejected.

use leptos::prelude::*;
use warehouse::read::pipeline::{DeadLetterRow, RejectedCount};

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::shared::{csv, export, moment, nothing};
use crate::text::{Lang, Text, common, pipeline as words};

pub fn block(
    counts: &[RejectedCount],
    letters: &[DeadLetterRow],
    reason: Option<&str>,
    request: &PageRequest,
    ctx: &AppContext,
) -> Block {
    let lang = request.view.lang;
    let content = if counts.is_empty() {
        nothing(words::REJECTED_NONE, lang)
    } else {
        view! { {summary(counts, reason, request)} {newest(letters, ctx, lang)} }.into_any()
    };
    // the file knows nothing of the reason
    let all = reason.map(|_| view! { <span>{words::CSV_ALL_REASONS.get(lang)} " "</span> });
    let aside = view! { {all} {csv(export("dead_letters", &[]), lang)} };
    Block::new("rejected", content).titled(words::REJECTED.get(lang)).class("wide").aside(aside)
}

/// The reason in words; a code that this version does not know stays as it is.
pub fn reason_text(code: &str, lang: Lang) -> String {
    let known: Option<Text> = match code {
        "missing_key" => Some(words::MISSING_KEY),
        "missing_user_id" => Some(words::MISSING_USER_ID),
        "missing_amount" => Some(words::MISSING_AMOUNT),
        "missing_cost" => Some(words::MISSING_COST),
        "missing_date" => Some(words::MISSING_DATE),
        "not_finite" => Some(words::NOT_FINITE),
        "negative_amount" => Some(words::NEGATIVE_AMOUNT),
        "negative_cost" => Some(words::NEGATIVE_COST),
        "amount_too_large" => Some(words::AMOUNT_TOO_LARGE),
        "future_date" => Some(words::FUTURE_DATE),
        "beyond_retention" => Some(words::BEYOND_RETENTION),
        "register_mismatch" => Some(words::REGISTER),
        "expired" => Some(words::EXPIRED),
        _ => None,
    };
    known.map_or_else(|| code.to_owned(), |text| text.get(lang).to_owned())
}

fn summary(counts: &[RejectedCount], reason: Option<&str>, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(words::REASON.get(lang)),
        Column::number(words::OPEN.get(lang)),
        Column::number(words::OPEN_TODAY.get(lang)),
        Column::number(words::EVER.get(lang)),
    ];
    let rows = counts.iter().map(|count| {
        let is_chosen = reason == Some(count.reason.as_str());
        let address = request.address_with("reason", if is_chosen { "" } else { &count.reason });
        let name = reason_text(&count.reason, lang);
        Row::from(vec![
            Cell::text(view! { <a href=address aria-current=is_chosen.then_some("true")>{name}</a> }),
            Cell::number(format::count(count.open)),
            Cell::number(format::count(count.open_today)),
            Cell::number(format::count(count.all)),
        ])
    });
    table(words::REJECTED.get(lang), columns, rows.collect())
}

fn newest(letters: &[DeadLetterRow], ctx: &AppContext, lang: Lang) -> AnyView {
    if letters.is_empty() {
        return nothing(words::REJECTED_NONE, lang);
    }
    let title = words::NEWEST_OPEN.with(lang, &[&letters.len().to_string()]);
    let columns = vec![
        Column::text(words::RECEIVED_AT.get(lang)),
        Column::text(words::TABLE.get(lang)),
        Column::text(words::KEY.get(lang)),
        Column::text(words::REASON.get(lang)),
        Column::text(words::WHY.get(lang)),
        Column::text(words::RAW.get(lang)),
        Column::text(common::LOG_POSITION.get(lang)),
    ];
    let rows = letters.iter().map(|letter| {
        Row::from(vec![
            Cell::text(moment(ctx.zone, letter.received_at)),
            Cell::text(letter.source_table.clone()),
            Cell::text(letter.source_key.clone().unwrap_or_else(|| common::ABSENT.to_owned())),
            Cell::text(reason_text(&letter.reason, lang)),
            Cell::text(letter.reason_text.clone()),
            Cell::text(view! { <code class="raw">{letter.raw.clone()}</code> }),
            Cell::text(letter.commit_lsn.clone()),
        ])
    });
    view! { <h3>{title.clone()}</h3> {table(title, columns, rows.collect())} }.into_any()
}
