//! What a comparison found: row by row, with the likely cause.

use domain::Fixed2;
use domain::settlement::reconcile::{Cause, Compared, GridLine, Reconciliation, Subject};
use leptos::prelude::*;
use warehouse::settlement::reconciliations::Kept;

use crate::components::Block;
use crate::context::AppContext;
use crate::format;
use crate::pages::managed::{self, user_text};
use crate::pages::settlement::shown::{price, yuan};
use crate::pages::shared;
use crate::text::settlement::{reconcile as words, statement as statement_words, words as names};
use crate::text::{Lang, Text, common};

pub fn block(kept: &Kept, ctx: &AppContext, lang: Lang) -> Block {
    let content = view! { {whole(kept, ctx, lang)} };
    Block::new("reconciled", content).titled(words::RESULT.get(lang)).class("wide")
}

pub fn earlier(kept: &Kept, ctx: &AppContext, lang: Lang) -> AnyView {
    let at = managed::at(ctx, kept.made_at);
    view! { <details><summary>{at}</summary> {whole(kept, ctx, lang)}</details> }.into_any()
}

fn whole(kept: &Kept, ctx: &AppContext, lang: Lang) -> AnyView {
    let Some(result) = &kept.result else { return shared::nothing(statement_words::UNREADABLE, lang) };
    let made = [managed::at(ctx, kept.made_at), kept.made_by.clone(), kept.source.clone()];
    let made = words::MADE.with(lang, &made.each_ref().map(String::as_str));
    let class = if result.cause == Cause::None { "note" } else { "problem" };
    let error =
        result.their_sum_error.map(|error| view! { <p class="problem">{words::SUM_ERROR.with(lang, &[&signed(error)])}</p> });
    view! {
        <p class="note">{user_text(&made)}</p>
        <p class=class><strong>{words::cause(result.cause).get(lang)}</strong></p>
        {error}
        {table(result, lang)}
        <p class="note">{words::NOTE.get(lang)}</p>
        {lines(&kept.lines, lang)}
    }
    .into_any()
}

fn table(result: &Reconciliation, lang: Lang) -> AnyView {
    let heads =
        [words::OUR_KWH, words::THEIR_KWH, words::DIFFERENCE_KWH, words::OUR_AMOUNT, words::THEIR_AMOUNT, words::DIFFERENCE_YUAN];
    let head = |text: Text| view! { <th scope="col" class="num">{text.get(lang)}</th> };
    view! {
        <div class="table-box" tabindex="0" role="group" aria-label=words::RESULT.get(lang)>
            <table class="bill">
                <thead>
                    <tr>
                        <th scope="col">{words::SUBJECT.get(lang)}</th>
                        {heads.map(head).collect_view()}
                        <th scope="col">{words::VERDICT.get(lang)}</th>
                    </tr>
                </thead>
                <tbody>{result.rows.iter().map(|row| compared(row, lang)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn compared(row: &Compared, lang: Lang) -> AnyView {
    let shown = |value: Option<Fixed2>| format::or_absent(value, yuan);
    let difference = |value: Option<Fixed2>| format::or_absent(value, signed);
    let numbers = [
        shown(row.our_kwh),
        shown(row.their_kwh),
        difference(row.kwh_difference),
        shown(row.our_amount),
        shown(row.their_amount),
        difference(row.amount_difference),
    ];
    let (class, verdict) = if row.differs { ("wrong", words::DIFFERS) } else { ("note", words::EQUAL) };
    let row_class = if row.subject == Subject::Total { "total" } else { "" };
    view! {
        <tr class=row_class>
            <th scope="row">{subject(&row.subject, lang)}</th>
            {numbers.map(|number| view! { <td class="num">{number}</td> }).collect_view()}
            <td><span class=class>{verdict.get(lang)}</span></td>
        </tr>
    }
    .into_any()
}

fn subject(subject: &Subject, lang: Lang) -> String {
    match subject {
        Subject::Band { band } => names::band(*band).get(lang).to_owned(),
        Subject::Energy => words::ENERGY.get(lang).to_owned(),
        Subject::Item { item } => words::item(*item).get(lang).to_owned(),
        Subject::Other { name } => format!("{}: {name}", words::item(domain::settlement::reconcile::Item::Unknown).get(lang)),
        Subject::Total => words::TOTAL.get(lang).to_owned(),
    }
}

/// A difference with its sign.
fn signed(value: Fixed2) -> String {
    if value.0 > 0 { format!("+{}", yuan(value)) } else { yuan(value) }
}

/// What was pasted, as it was read.
fn lines(lines: &[GridLine], lang: Lang) -> AnyView {
    let row = |line: &GridLine| {
        let band = line.band.map(|band| format!(" · {}", names::band(band).get(lang)));
        view! {
            <tr>
                <th scope="row">{line.name.clone()}</th>
                <td>{words::item(line.item).get(lang)} {band}</td>
                <td class="num">{format::or_absent(line.kwh, yuan)}</td>
                <td class="num">{line.price.map_or_else(|| common::ABSENT.to_owned(), price)}</td>
                <td class="num">{yuan(line.amount)}</td>
            </tr>
        }
    };
    let rows = lines.iter().map(row).collect_view();
    view! {
        <details class="parts">
            <summary>{words::THEIR_LINES.with(lang, &[&lines.len().to_string()])}</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::SUBJECT.get(lang)}</th>
                        <th scope="col">{words::READ_AS.get(lang)}</th>
                        <th scope="col" class="num">"kWh"</th>
                        <th scope="col" class="num">{statement_words::PRICE.get(lang)}</th>
                        <th scope="col" class="num">{statement_words::AMOUNT.get(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}
