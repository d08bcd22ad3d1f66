//! The calendar of holidays. The operator of the installation keeps it; everybody sees it.

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::alarms::holidays::{Holiday, MOST_NAME_CHARS};

use crate::components::Block;
use crate::components::form::{Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::pages::{managed, shared};
use crate::text::alarms::rules as texts;

pub const HOLIDAY_FORM: &str = "holiday";

pub fn block(holidays: &[Holiday], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let may_change = ctx.viewer.may(Permission::ManageAlarms) && ctx.viewer.is_operator();
    let list = if holidays.is_empty() {
        shared::nothing(texts::NO_HOLIDAY, lang)
    } else {
        let mut columns = vec![Column::text(texts::DAY.get(lang)), Column::text(texts::HOLIDAY_NAME.get(lang))];
        columns.extend(may_change.then(|| Column::text(texts::ACTIONS.get(lang))));
        let rows = holidays.iter().map(|holiday| {
            let mut cells = vec![Cell::text(holiday.day.to_string()), Cell::text(managed::user_text(&holiday.name))];
            cells.extend(may_change.then(|| Cell::text(remove(holiday, request))));
            Row::from(cells)
        });
        table(texts::CALENDAR.get(lang), columns, rows.collect())
    };
    let add = may_change.then(|| {
        let form = Form::of(HOLIDAY_FORM, request);
        view! {
            <form method="post" action="/alarms/holidays">
                {form.problem()}
                {form.field(Field::date("day", texts::DAY.get(lang), String::new()).required())}
                {form.field(Field::text("name", texts::HOLIDAY_NAME.get(lang)).required().most(MOST_NAME_CHARS))}
                <p class="buttons"><button type="submit">{texts::ADD_HOLIDAY.get(lang)}</button></p>
            </form>
        }
    });
    Block::fixed("holidays", view! { {list} {add} }).titled(texts::CALENDAR.get(lang))
}

fn remove(holiday: &Holiday, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let day = holiday.day.to_string();
    view! {
        <form class="inline-form" method="post" action="/alarms/holidays/remove">
            <input type="hidden" name="day" value=day.clone() />
            <button type="submit" aria-label=texts::REMOVE_HOLIDAY_OF.with(lang, &[&day, &holiday.name])>
                {texts::REMOVE_HOLIDAY.get(lang)}
            </button>
        </form>
    }
    .into_any()
}
