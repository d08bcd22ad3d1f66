//! The week of a desk: each day with its shifts and people.

use chrono::TimeDelta;
use domain::Day;
use domain::access::Permission;
use leptos::prelude::*;
use warehouse::alarms::shifts::Shift;

use super::{REMOVE_SHIFT_FORM, Week};
use crate::components::Block;
use crate::components::form::{Confirm, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::managed;
use crate::text::Lang;
use crate::text::access::common;
use crate::text::alarms::shifts as words;

pub fn block(week: &Week, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let desk = week.desk.desk_id;
    let address = |days: i64| format!("/alarms/shifts?desk={desk}&week={}", week.monday + TimeDelta::days(days));
    let sunday = week.monday + TimeDelta::days(6);
    let title = words::WEEK.with(lang, &[&week.monday.to_string(), &sunday.to_string()]);
    let mut columns = vec![
        Column::text(words::DAY.get(lang)),
        Column::text(words::SHIFT.get(lang)),
        Column::text(words::TIME.get(lang)),
        Column::text(words::PEOPLE.get(lang)),
        Column::text(words::PERFORMANCE_OF.get(lang)),
    ];
    if ctx.viewer.may(Permission::ManageAlarms) {
        columns.push(Column::text(common::ACTIONS.get(lang)));
    }
    let rows = (0..7).flat_map(|day| day_rows(week, Day::from_date(week.monday + TimeDelta::days(day)), request, ctx));
    let content = view! {
        <nav class="choices" aria-label=words::WEEKS.get(lang)>
            <a href=address(-7) rel="prev">{words::WEEK_BEFORE.get(lang)}</a>
            <a href=format!("/alarms/shifts?desk={desk}")>{words::THIS_WEEK.get(lang)}</a>
            <a href=address(7) rel="next">{words::WEEK_AFTER.get(lang)}</a>
        </nav>
        {table(title.clone(), columns, rows.collect())}
    };
    Block::fixed("calendar", content).titled(title).class("wide")
}

fn day_rows(week: &Week, day: Day, request: &PageRequest, ctx: &AppContext) -> Vec<Row> {
    let lang = request.view.lang;
    let local = |shift: &Shift| ctx.zone.local_ms(shift.starts_at.timestamp_micros());
    let is_today = ctx.local_now().day() == day;
    let name = format!("{} {}", format::date(day), format::weekday(day, lang));
    let head = || Cell::text(name.clone());
    let class = if is_today { "today" } else { "" };
    let own: Vec<_> = week.shifts.iter().filter(|shift| local(shift).day() == day).collect();
    if own.is_empty() {
        let mut cells = vec![head(), Cell::text(view! { <span class="note">{words::NO_SHIFT.get(lang)}</span> })];
        let more = 3 + usize::from(ctx.viewer.may(Permission::ManageAlarms));
        cells.extend((0..more).map(|_| Cell::text("")));
        return vec![Row { cells, class: class.to_owned() }];
    }
    own.into_iter().map(|shift| Row { cells: cells(head(), shift, week, request, ctx), class: class.to_owned() }).collect()
}

fn cells(head: Cell, shift: &Shift, week: &Week, request: &PageRequest, ctx: &AppContext) -> Vec<Cell> {
    let lang = request.view.lang;
    let now = managed::now(ctx);
    let on_duty =
        (shift.starts_at <= now && now < shift.ends_at).then(|| view! { " " <strong>{words::ON_DUTY.get(lang)}</strong> });
    let performance = format!("/alarms/performance?span=shift&desk={}&shift={}", week.desk.desk_id, shift.shift_id);
    let performance = format!("{performance}&day={}", ctx.zone.local_ms(shift.starts_at.timestamp_micros()).day().to_date());
    let mut cells = vec![
        head,
        Cell::text(view! { {managed::user_text(&shift.name)} {on_duty} }),
        Cell::text(hours(shift, ctx)),
        Cell::text(people(&shift.people, lang)),
        Cell::text(view! { <a href=performance>{words::PERFORMANCE_OF.get(lang)}</a> }),
    ];
    if ctx.viewer.may(Permission::ManageAlarms) {
        cells.push(Cell::text(actions(shift, week, request, ctx)));
    }
    cells
}

/// `08:00–16:00`
pub fn hours(shift: &Shift, ctx: &AppContext) -> String {
    let clock = |at: chrono::DateTime<chrono::Utc>| format::hour_minute(ctx.zone.local_ms(at.timestamp_micros()));
    format!("{}–{}", clock(shift.starts_at), clock(shift.ends_at))
}

pub fn people(people: &[String], lang: Lang) -> AnyView {
    if people.is_empty() {
        return view! { <span class="note">{words::NOBODY.get(lang)}</span> }.into_any();
    }
    managed::user_text(&people.join(if lang == Lang::Zh { "、" } else { ", " }))
}

fn actions(shift: &Shift, week: &Week, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let (desk, monday) = (week.desk.desk_id, week.monday);
    let change = format!("/alarms/shifts?desk={desk}&week={monday}&shift={}#change-shift", shift.shift_id);
    let remove = Confirm {
        action: format!("/alarms/shifts/{}/remove", shift.shift_id),
        title: common::REMOVE.get(lang).to_owned(),
        accessible_title: words::REMOVE_SHIFT.with(lang, &[&managed::at(ctx, shift.starts_at), &shift.name]),
        note: words::REMOVE_SHIFT_NOTE,
        button: common::REMOVE,
        version: Some(shift.version),
        asks_reason: false,
        is_open: false,
        row: None,
    };
    let named = format!("{} {} {}", words::CHANGE.get(lang), managed::at(ctx, shift.starts_at), shift.name);
    let remove = remove.into_view(Form::of(REMOVE_SHIFT_FORM, request).silent());
    view! { <a href=change aria-label=named>{words::CHANGE.get(lang)}</a> {remove} }.into_any()
}
