//! The alarms that make the work: most frequent, chattering, fleeting, stale. Each leads to its own page.

use domain::alarms::Severity;
use domain::alarms::performance::{Busy, Figures};
use domain::alarms::point::AlarmId;
use leptos::prelude::*;

use super::answer::{Answer, MOST_SHOWN};
use super::filter::moment;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::AppContext;
use crate::format::{self, Percent};
use crate::pages::managed::user_text;
use crate::pages::shared::region_link;
use crate::text::alarms::{performance as words, shifts, words as alarm_words};
use crate::text::{Lang, Text};

pub fn blocks(found: &Answer, ctx: &AppContext, lang: Lang) -> Vec<Block> {
    let Some(figures) = &found.figures else { return Vec::new() };
    let list = |id: &'static str, title: Text, head: Text, rows: &[Busy], share: bool| {
        let content = if rows.is_empty() { none(lang) } else { busy(found, title, head, rows, share.then_some(figures), lang) };
        Block::fixed(id, content).titled(title.get(lang))
    };
    vec![
        list("top-alarms", words::TOP, words::TIMES, &figures.top, true),
        list("chattering", words::CHATTERING, words::CHATTERING_MOST, &figures.chattering, false),
        list("fleeting", words::FLEETING, words::FLEETING_TIMES, &figures.fleeting, false),
        stale(found, figures, ctx, lang),
    ]
}

fn none(lang: Lang) -> AnyView {
    view! { <p class="note">{words::NONE.get(lang)}</p> }.into_any()
}

pub fn more(all: usize, shown: usize, lang: Lang) -> Option<AnyView> {
    let left = all.checked_sub(shown).filter(|left| *left > 0)?;
    Some(view! { <p class="note">{words::MORE.with(lang, &[&left.to_string()])}</p> }.into_any())
}

fn heads(lang: Lang) -> Vec<Column> {
    [words::ALARM, shifts::SUBJECT, shifts::SEVERITY].map(|title| Column::text(title.get(lang))).into()
}

fn busy(found: &Answer, title: Text, head: Text, rows: &[Busy], share: Option<&Figures>, lang: Lang) -> AnyView {
    let mut columns = heads(lang);
    columns.push(Column::number(head.get(lang)));
    if share.is_some() {
        columns.push(Column::number(words::SHARE.get(lang)));
    }
    let body = rows.iter().take(MOST_SHOWN).map(|one| {
        let mut cells = cells(found, one.alarm_id, lang);
        cells.push(Cell::number(format::count(one.count)));
        if let Some(figures) = share {
            cells.push(Cell::number(format::or_absent(Percent::of(one.count, figures.annunciations), Percent::show)));
        }
        Row::from(cells)
    });
    view! { {table(title.get(lang), columns, body.collect())} {more(rows.len(), MOST_SHOWN, lang)} }.into_any()
}

fn stale(found: &Answer, figures: &Figures, ctx: &AppContext, lang: Lang) -> Block {
    let block = |content: AnyView| Block::fixed("stale", content).titled(words::STALE.get(lang));
    if figures.stale.is_empty() {
        return block(none(lang));
    }
    let mut columns = heads(lang);
    columns.extend([Column::text(words::STALE_SINCE.get(lang)), Column::number(words::STALE_FOR.get(lang))]);
    let end = found.span.map_or(0, |span| span.to_ms);
    let rows = figures.stale.iter().take(MOST_SHOWN).map(|one| {
        let mut cells = cells(found, one.alarm_id, lang);
        cells.extend([Cell::text(moment(ctx, one.since_ms)), Cell::number(format::age(end - one.since_ms, lang))]);
        Row::from(cells)
    });
    let more = more(figures.stale.len(), MOST_SHOWN, lang);
    block(view! { {table(words::STALE.get(lang), columns, rows.collect())} {more} }.into_any())
}

/// Alarm with the link to its page, what it is about, how bad it is.
fn cells(found: &Answer, alarm_id: AlarmId, lang: Lang) -> Vec<Cell> {
    let Some(name) = found.names.get(&alarm_id) else {
        return vec![Cell::text(words::NAMELESS.with(lang, &[&alarm_id.to_string()])), Cell::text("—"), Cell::text("—")];
    };
    let title = alarm_name(&name.name_zh, &name.name_en, alarm_id, lang);
    let region = name.region_id.map(|id| (id, found.tree.name(id)));
    vec![
        Cell::text(view! { <a href=format!("/alarms/{alarm_id}")>{user_text(&title)}</a> }),
        Cell::text(subject(&name.subject_kind, name.subject_id, region, lang)),
        Cell::text(severity(name.severity, lang)),
    ]
}

/// The rule's name in the viewer's language, else in the other.
pub fn alarm_name(zh: &str, en: &str, alarm_id: AlarmId, lang: Lang) -> String {
    let (own, other) = if lang == Lang::Zh { (zh, en) } else { (en, zh) };
    match [own, other].into_iter().find(|name| !name.trim().is_empty()) {
        Some(name) => name.to_owned(),
        None => words::NAMELESS.with(lang, &[&alarm_id.to_string()]),
    }
}

/// What an alarm is about.
pub fn subject(kind: &str, id: i64, region: Option<(domain::RegionId, &str)>, lang: Lang) -> AnyView {
    let region = region.map(|(id, name)| region_link(id, name, lang));
    match (kind, region) {
        ("user", region) => {
            let address = format!("/users/{id}");
            let name = shifts::CUSTOMER.with(lang, &[&id.to_string()]);
            view! { <a href=address>{name}</a> {region.map(|region| view! { " · " {region} })} }.into_any()
        }
        (_, Some(region)) => region,
        (_, None) => shifts::INSTALLATION.get(lang).into_any(),
    }
}

/// Glyph and word.
pub fn severity(rank: i16, lang: Lang) -> AnyView {
    let Some(severity) = Severity::from_rank(rank) else { return "—".into_any() };
    let class = format!("severity severity-{}", severity.code());
    view! {
        <span class=class>
            <i aria-hidden="true">{alarm_words::severity_glyph(severity)}</i>
            " "
            {alarm_words::severity(severity).get(lang)}
        </span>
    }
    .into_any()
}
