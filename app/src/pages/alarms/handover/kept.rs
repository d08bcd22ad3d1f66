//! The alarms of a hand-over in four lists: open, shelved, suppressed, out of service.

use domain::alarms::State;
use leptos::prelude::*;
use warehouse::alarms::shifts::Kept;

use super::Sheet;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::alarms::performance::{alarm_name, subject};
use crate::pages::alarms::told;
use crate::pages::managed;
use crate::pages::shared::fixed;
use crate::text::alarms::{shifts as words, words as alarm_words};
use crate::text::{Lang, Text, common};

/// What the lists have beside the alarm itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Open,
    Shelved,
    Suppressed,
    OutOfService,
}

impl List {
    const ALL: [Self; 4] = [Self::Open, Self::Shelved, Self::Suppressed, Self::OutOfService];

    fn parts(self) -> (&'static str, Text) {
        match self {
            Self::Open => ("kept-open", words::OPEN_ALARMS),
            Self::Shelved => ("kept-shelved", words::SHELVED),
            Self::Suppressed => ("kept-suppressed", words::SUPPRESSED),
            Self::OutOfService => ("kept-out-of-service", words::OUT_OF_SERVICE),
        }
    }

    fn holds(self, kept: &Kept) -> bool {
        match State::from_code(&kept.state) {
            Some(State::Shlvd) => self == Self::Shelved,
            Some(State::Dsupr) => self == Self::Suppressed,
            Some(State::Oosrv) => self == Self::OutOfService,
            _ => self == Self::Open,
        }
    }

    fn columns(self) -> Vec<Text> {
        let mut columns = vec![words::ALARM, words::SUBJECT, words::SEVERITY];
        columns.extend(match self {
            Self::Open => vec![words::STATE, words::SINCE, words::VALUE, words::WHO],
            Self::Shelved => vec![words::UNTIL, words::REASON, words::BY],
            Self::Suppressed => vec![words::SINCE, words::VALUE],
            Self::OutOfService => vec![words::REVIEW, words::REASON, words::BY],
        });
        columns
    }
}

pub fn blocks(sheet: &Sheet, request: &PageRequest, ctx: &AppContext) -> Vec<Block> {
    let lang = request.view.lang;
    List::ALL
        .into_iter()
        .map(|list| {
            let (id, title) = list.parts();
            let own: Vec<_> = sheet.alarms.iter().filter(|kept| list.holds(kept)).collect();
            let number = format::count(i64::try_from(own.len()).unwrap_or(0));
            let content = if own.is_empty() {
                view! { <p class="note">{words::NONE_OF_THESE.get(lang)}</p> }.into_any()
            } else {
                let columns = list.columns().into_iter().map(|title| Column::text(title.get(lang))).collect();
                table(title.get(lang), columns, own.iter().map(|kept| row(list, kept, ctx, lang)).collect())
            };
            let notes = (list == List::Open).then(|| notes(sheet, lang));
            Block::fixed(id, view! { {content} {notes} }).titled(format!("{} · {number}", title.get(lang))).class("wide")
        })
        .collect()
}

fn notes(sheet: &Sheet, lang: Lang) -> AnyView {
    let left_out = (sheet.left_out > 0)
        .then(|| view! { <p class="note">{words::LEFT_OUT.with(lang, &[&format::count(sheet.left_out)])}</p> });
    let hidden = (sheet.hidden > 0).then(|| view! { <p class="note">{words::HIDDEN_REGIONS.get(lang)}</p> });
    view! { {left_out} {hidden} }.into_any()
}

fn row(list: List, kept: &Kept, ctx: &AppContext, lang: Lang) -> Row {
    let name = alarm_name(&kept.name_zh, &kept.name_en, kept.alarm_id, lang);
    let region = kept.region_id.map(|id| (id, kept.region_name.as_deref().unwrap_or_default()));
    let text = |text: Option<&str>| Cell::text(managed::user_text(text.unwrap_or(common::ABSENT)));
    let value = || {
        let (value, threshold) = (kept.value.map(fixed), kept.threshold.map(fixed));
        Cell::text(told::compared(value, threshold, kept.condition.as_ref(), lang))
    };
    let since = || Cell::text(managed::at(ctx, kept.annunciated_at.unwrap_or(kept.state_since)));
    let mut cells = vec![
        Cell::text(view! { <a href=format!("/alarms/{}", kept.alarm_id)>{managed::user_text(&name)}</a> }),
        Cell::text(subject(&kept.subject_kind, kept.subject_id, region, lang)),
        Cell::text(crate::pages::alarms::performance::severity(kept.severity, lang)),
    ];
    cells.extend(match list {
        List::Open => {
            let who: Vec<_> = [&kept.acknowledged_by, &kept.assignee].into_iter().flatten().cloned().collect();
            let who = (!who.is_empty()).then(|| who.join(" / "));
            vec![Cell::text(state(kept, lang)), since(), value(), text(who.as_deref())]
        }
        List::Shelved => vec![
            Cell::text(format::or_absent(kept.shelved_until, |until| managed::at(ctx, until))),
            text(kept.set_aside_reason.as_deref()),
            text(kept.set_aside_by.as_deref()),
        ],
        List::Suppressed => vec![since(), value()],
        List::OutOfService => {
            vec![Cell::text(review(kept, ctx, lang)), text(kept.set_aside_reason.as_deref()), text(kept.set_aside_by.as_deref())]
        }
    });
    Row::from(cells)
}

fn state(kept: &Kept, lang: Lang) -> AnyView {
    let Some(state) = State::from_code(&kept.state) else { return kept.state.clone().into_any() };
    let word = format!("{} {}", alarm_words::state_glyph(state), alarm_words::state(state).get(lang));
    view! { <span class="state">{word}</span> }.into_any()
}

/// The day of review, marked when it is over.
fn review(kept: &Kept, ctx: &AppContext, lang: Lang) -> AnyView {
    let Some(day) = kept.review_on else { return common::ABSENT.into_any() };
    let is_over = day < ctx.local_now().day().to_date();
    let overdue = is_over.then(|| view! { " " <strong>{words::OVERDUE.get(lang)}</strong> });
    view! { {day.to_string()} {overdue} }.into_any()
}
