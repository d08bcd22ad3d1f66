//! A file of contracts: tried, with what it would change, then taken.

use domain::settlement::contract_file::columns;
use leptos::prelude::*;

use super::report::{MOST_TOLD, Report, Told};
use super::{IMPORT_FORM, fields};
use crate::components::Block;
use crate::components::form::{Form, submitted};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::PageContent;
use crate::submitted::Submitted;
use crate::text::settlement::contracts as words;
use crate::text::{Lang, Text, common};

/// What came of it, in the values of the form that comes back.
pub const REPORT_FIELD: &str = "import_report";
/// The content of a file that was tried, so that it need not be chosen again.
const CONTENT_FIELD: &str = "content";

pub fn report_of(sent: &Submitted) -> Option<Report> {
    serde_json::from_str(sent.value(REPORT_FIELD)?).ok()
}

pub fn content(request: &PageRequest, ctx: &AppContext) -> PageContent {
    let lang = request.view.lang;
    let sent = submitted(request).filter(|sent| sent.form == IMPORT_FORM);
    let report = sent.and_then(report_of);
    let mut blocks = Vec::new();
    blocks.extend(report.as_ref().map(|report| result(report, sent, lang)));
    blocks.push(form(request));
    super::super::page("contracts", words::IMPORT.get(lang), &[IMPORT_FORM], request, ctx, blocks)
}

fn form(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(IMPORT_FORM, request);
    let content = view! {
        <p class="note">{words::IMPORT_NOTE.get(lang)}</p>
        <p class="note">{words::COLUMNS.get(lang)} ": " <code>{columns().join(",")}</code></p>
        <form method="post" action="/settlement/contracts/import" enctype="multipart/form-data">
            {form.problem()}
            <div class="field">
                <label for="import-file">{words::FILE.get(lang)}</label>
                <input id="import-file" type="file" name="file" accept=".csv,.json,text/csv,application/json" />
            </div>
            <div class="field contract-paste">
                <label for="import-content">{words::CONTENT.get(lang)}</label>
                <textarea id="import-content" name=CONTENT_FIELD rows="4" spellcheck="false"></textarea>
            </div>
            {form.reason()}
            <p class="buttons">
                <button type="submit" name="dry_run" value="1" class="main-button">{words::CHECK_FILE.get(lang)}</button>
                <button type="submit" name="dry_run" value="0">{words::IMPORT_NOW.get(lang)}</button>
            </p>
        </form>
    };
    Block::fixed("import", content).titled(words::IMPORT.get(lang)).class("wide")
}

fn result(report: &Report, sent: Option<&Submitted>, lang: Lang) -> Block {
    let outcome = match report {
        Report { is_written: true, .. } => words::WRITTEN,
        Report { refused: 1.., .. } => words::NOT_WRITTEN,
        Report { is_dry_run: true, .. } => words::TRIED,
        _ => words::NOTHING_NEW,
    };
    let could = report.is_dry_run && report.refused == 0 && report.added + report.changed > 0;
    let kept = sent.and_then(|sent| sent.value(CONTENT_FIELD)).filter(|content| !content.is_empty());
    let next = could.then(|| match kept {
        Some(content) => view! {
            <form method="post" action="/settlement/contracts/import" enctype="multipart/form-data">
                <input type="hidden" name=CONTENT_FIELD value=content.to_owned() />
                <p class="buttons">
                    <button type="submit" name="dry_run" value="0" class="main-button">{words::IMPORT_NOW.get(lang)}</button>
                </p>
            </form>
        }
        .into_any(),
        None => view! { <p class="note">{words::CHOOSE_AGAIN.get(lang)}</p> }.into_any(),
    });
    let class = if report.refused > 0 { "problem" } else { "done" };
    let counts = [
        (words::ADDED, report.added),
        (words::CHANGED, report.changed),
        (words::SAME, report.same),
        (words::REFUSED, report.refused),
        (words::WARNED, report.warned),
    ];
    let counts = counts.map(|(label, count)| {
        view! { <div><dt>{label.get(lang)}</dt><dd>{crate::format::count(i64::try_from(count).unwrap_or(i64::MAX))}</dd></div> }
    });
    let content = view! {
        <p class=class role="status">{outcome.get(lang)}</p>
        <dl class="facts contract-counts">{counts.into_iter().collect_view()}</dl>
        {next}
        {told(report, lang)}
    };
    Block::fixed("report", content).titled(words::REPORT.get(lang)).class("wide")
}

/// What is refused and why, what would change field by field, what is unusual.
pub fn told(report: &Report, lang: Lang) -> AnyView {
    view! {
        {reasons(words::REFUSED, &report.refused_lines, report.refused, lang)}
        {changed(report, lang)}
        {reasons(words::WARNED, &report.warned_lines, report.warned, lang)}
    }
    .into_any()
}

fn cut(count: usize, lang: Lang) -> Option<AnyView> {
    let sentence = words::MOST_TOLD.with(lang, &[&MOST_TOLD.to_string()]);
    (count > MOST_TOLD).then(|| view! { <p class="note">{sentence}</p> }.into_any())
}

fn whose(told: &Told) -> [Cell; 2] {
    let user = told.user_id.map_or_else(|| common::ABSENT.to_owned(), |user| user.to_string());
    [Cell::number(told.line.to_string()), Cell::number(user)]
}

fn reasons(title: Text, lines: &[Told], count: usize, lang: Lang) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let columns =
        vec![Column::number(words::LINE.get(lang)), Column::number(words::USER.get(lang)), Column::text(words::REASON.get(lang))];
    let rows = lines.iter().map(|told| {
        let sentences = told.reasons.iter().map(|reason| view! { <div>{reason.get(lang).to_owned()}</div> }).collect_view();
        Row::from(whose(told).into_iter().chain([Cell::text(sentences)]).collect::<Vec<_>>())
    });
    let rows = rows.collect();
    Some(
        view! {
            <details class="fold" open=true>
                <summary>{title.get(lang)} " (" {count} ")"</summary>
                <div class="contract-wrap">{table(title.get(lang), columns, rows)}</div>
                {cut(count, lang)}
            </details>
        }
        .into_any(),
    )
}

fn changed(report: &Report, lang: Lang) -> Option<AnyView> {
    if report.changed_lines.is_empty() {
        return None;
    }
    let columns = vec![
        Column::number(words::LINE.get(lang)),
        Column::number(words::USER.get(lang)),
        Column::text(words::VALID_FROM.get(lang)),
        Column::text(words::FIELD.get(lang)),
        Column::text(words::BEFORE.get(lang)),
        Column::text(words::AFTER.get(lang)),
    ];
    let rows = report.changed_lines.iter().flat_map(|told| {
        told.fields.iter().map(move |change| {
            let value = |value: &Option<String>| fields::shown(&change.field, value.as_deref().unwrap_or_default(), lang);
            let said = [
                Cell::text(change.day.clone().unwrap_or_default()),
                Cell::text(fields::label(&change.field, lang)),
                Cell::text(value(&change.before)),
                Cell::text(value(&change.after)),
            ];
            Row::from(whose(told).into_iter().chain(said).collect::<Vec<_>>())
        })
    });
    let rows = rows.collect();
    Some(
        view! {
            <details class="fold" open=true>
                <summary>{words::CHANGED.get(lang)} " (" {report.changed} ")"</summary>
                {table(words::CHANGED.get(lang), columns, rows)}
                {cut(report.changed, lang)}
            </details>
        }
        .into_any(),
    )
}
