//! Days on which a triggered band may apply: those that wait for a decision, and what was decided.

use leptos::prelude::*;
use warehouse::settlement::calendar::{DecisionRow, MOST_SOURCE_CHARS, TriggerUse, Waiting};

use super::titled;
use crate::components::Block;
use crate::components::form::{Choice, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{date, weekday};
use crate::pages::managed;
use crate::text::Lang;
use crate::text::settlement::{calendar as texts, tariffs};

pub const WAITING_FORM: &str = "trigger-waiting";
pub const DECIDE_FORM: &str = "trigger-decide";
/// Waiting days that the list shows; the others come when these are decided.
const MOST_ROWS: usize = 100;

pub struct Shown<'a> {
    pub uses: &'a [TriggerUse],
    pub waiting: &'a [Waiting],
    pub decided: &'a [DecisionRow],
    pub year: i32,
    pub may_keep: bool,
}

pub fn block(shown: &Shown<'_>, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    if shown.uses.is_empty() && shown.decided.is_empty() {
        let none = view! { <p class="note">{texts::NO_TRIGGERS.get(lang)}</p> };
        return titled("triggers", texts::TRIGGERS, none, request);
    }
    let content = view! {
        <p class="hint">{texts::TRIGGERS_NOTE.get(lang)}</p>
        {waiting(shown, request)}
        {decided(shown, request, ctx)}
        {(shown.may_keep && !shown.uses.is_empty()).then(|| any_day(shown, request))}
    };
    titled("triggers", texts::TRIGGERS, content, request)
}

/// Names a decision in one field of the form.
pub fn choice_of(trigger: &str, day: domain::Day) -> String {
    format!("{} {trigger}", date(day))
}

fn waiting(shown: &Shown<'_>, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let title = texts::WAITING.with(lang, &[&shown.waiting.len().to_string()]);
    if shown.waiting.is_empty() {
        return view! { <h3 class="part-title">{title}</h3> <p class="note">{texts::NOT_WAITING.get(lang)}</p> }.into_any();
    }
    let form = Form::of(WAITING_FORM, request);
    let mut columns = vec![
        Column::text(texts::DAY.get(lang)),
        Column::text(texts::WEEKDAY.get(lang)),
        Column::text(texts::TRIGGER.get(lang)),
        Column::text(texts::TARIFFS.get(lang)),
    ];
    if shown.may_keep {
        columns.insert(0, Column::text(""));
    }
    let rows = shown.waiting.iter().take(MOST_ROWS).map(|one| {
        let value = choice_of(&one.trigger, one.day);
        let label = texts::CHOOSE_DAY.with(lang, &[&date(one.day), &one.trigger]);
        let checked = form.is_chosen("chosen", &value, false);
        let mut cells = vec![
            Cell::text(date(one.day)),
            Cell::text(weekday(one.day, lang)),
            Cell::text(view! { <code>{one.trigger.clone()}</code> }),
            Cell::text(links(&one.tariffs, lang)),
        ];
        if shown.may_keep {
            let choose = view! { <input type="checkbox" name="chosen" value=value checked=checked aria-label=label /> };
            cells.insert(0, Cell::text(choose));
        }
        Row::from(cells)
    });
    let rows = rows.collect();
    let more = (shown.waiting.len() > MOST_ROWS)
        .then(|| view! { <p class="hint">{texts::MORE_WAITING.with(lang, &[&MOST_ROWS.to_string()])}</p> });
    let list = view! { <div class="waiting-days">{table(title.clone(), columns, rows)}</div> {more} };
    let content = if shown.may_keep {
        view! {
            <form method="post" action="/settlement/triggers">
                {form.problem()}
                <input type="hidden" name="year" value=shown.year.to_string() />
                {list}
                {source(&form, lang)}
                <p class="buttons">
                    <span>{texts::CHOOSE_AND.get(lang)}</span>
                    <button type="submit" name="is_triggered" value="no">{texts::NOT_TRIGGERED.get(lang)}</button>
                    <button type="submit" name="is_triggered" value="yes">{texts::TRIGGERED.get(lang)}</button>
                </p>
            </form>
        }
        .into_any()
    } else {
        list.into_any()
    };
    view! { <h3 class="part-title">{title}</h3> {content} }.into_any()
}

fn source(form: &Form<'_>, lang: Lang) -> AnyView {
    form.field(
        Field::text("source", texts::SOURCE.get(lang)).hint(texts::SOURCE_HINT.get(lang)).required().most(MOST_SOURCE_CHARS),
    )
}

fn links(codes: &[String], lang: Lang) -> AnyView {
    let last = codes.len().saturating_sub(1);
    let between = if lang == crate::text::Lang::Zh { "、" } else { ", " };
    let each = codes.iter().enumerate().map(|(at, code)| {
        view! { <a href=format!("/settlement/tariffs/{code}")>{code.clone()}</a> {(at < last).then_some(between)} }
    });
    view! { <span class="user-text">{each.collect_view()}</span> }.into_any()
}

fn verdict(is_triggered: bool, lang: Lang) -> AnyView {
    managed::badge(if is_triggered { texts::TRIGGERED } else { texts::NOT_TRIGGERED }, is_triggered, lang)
}

fn decided(shown: &Shown<'_>, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let title = format!("{} · {}", texts::DECIDED.get(lang), texts::year(shown.year, lang));
    if shown.decided.is_empty() {
        return view! { <h3 class="part-title">{title}</h3> <p class="note">{texts::NONE_DECIDED.get(lang)}</p> }.into_any();
    }
    let mut columns = vec![
        Column::text(texts::DAY.get(lang)),
        Column::text(texts::TRIGGER.get(lang)),
        Column::text(texts::DECISION.get(lang)),
        Column::text(texts::SOURCE.get(lang)),
        Column::text(texts::DECIDED_BY.get(lang)),
    ];
    columns.extend(shown.may_keep.then(|| Column::text(texts::ACTIONS.get(lang))));
    let rows = shown.decided.iter().map(|one| {
        let by = format!("{} · {}", managed::at(ctx, one.decided_at), one.decided_by);
        let mut cells = vec![
            Cell::text(date(one.day)),
            Cell::text(view! { <code>{one.trigger.clone()}</code> }),
            Cell::text(verdict(one.is_triggered, lang)),
            Cell::text(managed::user_text(&one.source)),
            Cell::text(managed::user_text(&by)),
        ];
        cells.extend(shown.may_keep.then(|| Cell::text(change(one, shown.year, request))));
        Row::from(cells)
    });
    let list = table(title.clone(), columns, rows.collect());
    view! { <h3 class="part-title">{title}</h3> <div class="waiting-days">{list}</div> }.into_any()
}

fn verdicts(is_triggered: bool, lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new("no", texts::NOT_TRIGGERED.get(lang), !is_triggered),
        Choice::new("yes", texts::TRIGGERED.get(lang), is_triggered),
    ]
}

fn change(one: &DecisionRow, year: i32, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(DECIDE_FORM, request).silent();
    view! {
        <details class="confirm">
            <summary aria-label=texts::CHANGE_OF.with(lang, &[&choice_of(&one.trigger, one.day)])>{texts::CHANGE.get(lang)}</summary>
            <form method="post" action="/settlement/triggers">
                <p class="note">{texts::CHANGE_NOTE.get(lang)}</p>
                <input type="hidden" name="year" value=year.to_string() />
                <input type="hidden" name="trigger" value=one.trigger.clone() />
                <input type="hidden" name="day" value=date(one.day) />
                <input type="hidden" name="version" value=one.version.to_string() />
                {form.select("is_triggered", texts::DECISION.get(lang), verdicts(!one.is_triggered, lang))}
                {source(&form, lang)}
                <button type="submit">{texts::DECIDE.get(lang)}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Also days to come, and those that are too long ago to be listed.
fn any_day(shown: &Shown<'_>, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(DECIDE_FORM, request);
    let triggers = shown.uses.iter().enumerate().map(|(at, one)| Choice::new(&one.trigger, &one.trigger, at == 0)).collect();
    view! {
        <details class="confirm" open=form.has_problem()>
            <summary>{texts::DECIDE_ANY.get(lang)}</summary>
            <form method="post" action="/settlement/triggers">
                {form.problem()}
                <input type="hidden" name="year" value=shown.year.to_string() />
                {form.select("trigger", texts::TRIGGER.get(lang), triggers)}
                {form.field(Field::date("day", tariffs::DAY.get(lang), String::new()).required())}
                {form.select("is_triggered", texts::DECISION.get(lang), verdicts(false, lang))}
                {source(&form, lang)}
                <button type="submit">{texts::DECIDE.get(lang)}</button>
            </form>
        </details>
    }
    .into_any()
}
