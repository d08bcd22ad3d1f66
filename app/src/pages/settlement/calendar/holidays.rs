//! Holidays and swapped workdays of a year.

use domain::settlement::CalendarDay;
use leptos::prelude::*;
use warehouse::access::Author;
use warehouse::settlement::calendar::DayRow;

use super::{lines, titled, years};
use crate::charts::canvas::escape;
use crate::components::Block;
use crate::components::form::Form;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{date, weekday};
use crate::pages::{managed, shared};
use crate::text::settlement::calendar as texts;
use crate::text::{Lang, Text};

pub const LINES_FORM: &str = "calendar-lines";
/// Changing and removing one day: its problem stands above the page.
pub const DAY_FORM: &str = "calendar-day";
const LINES_ROWS: &str = "6";

pub fn block(days: &[DayRow], year: i32, may_keep: bool, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let list = if days.is_empty() {
        shared::nothing(texts::NO_DAYS, lang)
    } else {
        let mut columns = vec![
            Column::text(texts::DAY.get(lang)),
            Column::text(texts::WEEKDAY.get(lang)),
            Column::text(texts::WHAT.get(lang)),
            Column::text(texts::NAME.get(lang)),
            Column::text(texts::CHANGED.get(lang)),
        ];
        columns.extend(may_keep.then(|| Column::text(texts::ACTIONS.get(lang))));
        let rows = days.iter().map(|day| {
            let kind = match day.what {
                CalendarDay::Holiday { .. } => texts::HOLIDAY,
                CalendarDay::Workday { .. } => texts::WORKDAY,
            };
            let changed = format!("{} · {}", managed::at(ctx, day.changed_at), day.changed_by);
            let mut cells = vec![
                Cell::text(date(day.day)),
                Cell::text(weekday(day.day, lang)),
                Cell::text(view! { <span class="badges">{managed::badge(kind, false, lang)} {unchecked(day, lang)}</span> }),
                Cell::text(managed::user_text(&managed::or_absent(day.what.name()))),
                Cell::text(managed::user_text(&changed)),
            ];
            cells.extend(may_keep.then(|| Cell::text(view! { {change(day, year, request)} {remove(day, year, request)} })));
            Row::from(cells)
        });
        table(texts::HOLIDAYS.get(lang), columns, rows.collect())
    };
    let open = days.iter().filter(|day| doubt(day).is_some()).count();
    let note = (open > 0).then(|| view! { <p class="note">{texts::CHECK_NOTE.with(lang, &[&open.to_string()])}</p> });
    let content = view! { {note} {list} {may_keep.then(|| add(year, request))} };
    titled("holidays", texts::HOLIDAYS, content, request).aside(years(year, request))
}

/// Why somebody has to compare a day with the official arrangement.
fn doubt(day: &DayRow) -> Option<Text> {
    if day.changed_by == Author::system().name {
        Some(texts::AS_SHIPPED)
    } else {
        day.is_early().then_some(texts::BEFORE_ANNOUNCED)
    }
}

fn unchecked(day: &DayRow, lang: Lang) -> Option<AnyView> {
    let why = doubt(day)?.get(lang);
    Some(view! { <span class="badge badge-look" title=why>"! " {texts::TO_BE_CHECKED.get(lang)}</span> }.into_any())
}

fn add(year: i32, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(LINES_FORM, request);
    let entered = form.value("lines", "");
    let wrong = form.has_problem().then(|| lines::read(&entered).err()).flatten();
    let wrong = wrong.map(|fault| {
        view! { <ul class="changes field-problems">{fault.sentences(lang).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }
    });
    view! {
        <form method="post" action="/settlement/calendar">
            {form.problem()}
            {wrong}
            <input type="hidden" name="year" value=year.to_string() />
            <div class="field wide-field">
                <label for="calendar-lines">{texts::LINES.get(lang)}</label>
                <textarea id="calendar-lines" name="lines" rows=LINES_ROWS required=true aria-describedby="calendar-lines-hint">{escape(&entered)}</textarea>
                <p class="hint" id="calendar-lines-hint">{texts::LINES_HINT.get(lang)}</p>
            </div>
            <p class="buttons"><button type="submit">{texts::SAVE_LINES.get(lang)}</button></p>
        </form>
    }
    .into_any()
}

fn hidden(day: &DayRow, year: i32) -> AnyView {
    view! {
        <input type="hidden" name="year" value=year.to_string() />
        <input type="hidden" name="day" value=date(day.day) />
        <input type="hidden" name="version" value=day.version.to_string() />
    }
    .into_any()
}

fn change(day: &DayRow, year: i32, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let is_holiday = matches!(day.what, CalendarDay::Holiday { .. });
    view! {
        <details class="confirm">
            <summary aria-label=texts::CHANGE_OF.with(lang, &[&date(day.day)])>{texts::CHANGE.get(lang)}</summary>
            <form method="post" action="/settlement/calendar">
                {hidden(day, year)}
                <label class="plain-field">
                    <span>{texts::WHAT.get(lang)}</span>
                    <select name="kind">
                        <option value="holiday" selected=is_holiday>{texts::HOLIDAY.get(lang)}</option>
                        <option value="workday" selected=!is_holiday>{texts::WORKDAY.get(lang)}</option>
                    </select>
                </label>
                <label class="plain-field">
                    <span>{texts::NAME.get(lang)}</span>
                    <input type="text" name="name" maxlength=(2 * CalendarDay::MOST_NAME_CHARS).to_string() value=day.what.name().to_owned() />
                </label>
                <button type="submit">{texts::SAVE_LINES.get(lang)}</button>
            </form>
        </details>
    }
    .into_any()
}

fn remove(day: &DayRow, year: i32, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    view! {
        <form class="inline-form" method="post" action="/settlement/calendar/remove">
            {hidden(day, year)}
            <button type="submit" aria-label=texts::REMOVE_OF.with(lang, &[&date(day.day), day.what.name()])>{texts::REMOVE.get(lang)}</button>
        </form>
    }
    .into_any()
}
