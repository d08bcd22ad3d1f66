//! Forms of the calendar: one shift, a series, another time or other people for one that is there.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use warehouse::alarms::shifts::Shift;

use super::{CHANGE_SHIFT_FORM, PATTERNS, SERIES_FORM, SHIFT_FORM, Week};
use crate::charts::canvas::escape;
use crate::components::Block;
use crate::components::form::{Choice, Field, Form};
use crate::context::{AppContext, PageRequest};
use crate::text::access::common;
use crate::text::alarms::shifts as words;

pub fn blocks(week: &Week, request: &PageRequest, ctx: &AppContext) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(shift) = &week.changed {
        blocks.push(change(shift, week, request, ctx));
    }
    blocks.push(add(week, request));
    blocks.push(series(week, request));
    blocks
}

fn hidden(week: &Week) -> AnyView {
    view! {
        <input type="hidden" name="desk_id" value=week.desk.desk_id.to_string() />
        <input type="hidden" name="week" value=week.monday.to_string() />
    }
    .into_any()
}

fn add(week: &Week, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(SHIFT_FORM, request);
    let at =
        |hour: u32| week.monday.and_hms_opt(hour, 0, 0).map(|at| at.format("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default();
    let content = view! {
        <details class="form-fold" open=form.has_problem()>
            <summary>{words::ADD_SHIFT.get(lang)}</summary>
            <form method="post" action="/alarms/shifts">
                {form.problem()}
                {hidden(week)}
                <input type="hidden" name="kind" value="one" />
                {fields(form, words::MORNING.get(lang), (&at(8), &at(16)), "")}
                <div class="buttons"><button type="submit">{common::ADD.get(lang)}</button></div>
            </form>
        </details>
    };
    Block::fixed("add-shift", content)
}

fn fields(form: Form, name: &str, (starts, ends): (&str, &str), people: &str) -> AnyView {
    let lang = form.lang;
    view! {
        {form.field(Field::text("name", words::NAME.get(lang)).standing(name).required().most(64))}
        {form.field(Field::moment("starts_at", words::STARTS.get(lang)).standing(starts).required())}
        {form.field(Field::moment("ends_at", words::ENDS.get(lang)).standing(ends).required())}
        {form.field(Field::text("people", words::PEOPLE.get(lang)).standing(people).hint(words::PEOPLE_HINT.get(lang)))}
    }
    .into_any()
}

fn change(shift: &Shift, week: &Week, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let form = Form::of(CHANGE_SHIFT_FORM, request);
    let local = |at: DateTime<Utc>| ctx.zone.local_ms(at.timestamp_micros()).to_naive().format("%Y-%m-%dT%H:%M").to_string();
    let (starts, ends) = (local(shift.starts_at), local(shift.ends_at));
    let people = shift.people.join("、");
    let content = view! {
        <form method="post" action=format!("/alarms/shifts/{}", shift.shift_id)>
            {form.problem()}
            {hidden(week)}
            <input type="hidden" name="version" value=shift.version.to_string() />
            {fields(form, &shift.name, (&starts, &ends), &people)}
            <div class="buttons">
                <button type="submit">{common::SAVE.get(lang)}</button>
                <a class="button" href=format!("/alarms/shifts?desk={}&week={}", week.desk.desk_id, week.monday)>
                    {common::CANCEL.get(lang)}
                </a>
            </div>
        </form>
    };
    Block::fixed("change-shift", content).titled(format!("{} · {}", words::CHANGE.get(lang), shift.name))
}

fn series(week: &Week, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let form = Form::of(SERIES_FORM, request);
    let titles = [words::THREE_SHIFTS, words::TWO_SHIFTS, words::ONE_SHIFT];
    let patterns = PATTERNS.into_iter().zip(titles).map(|(code, title)| Choice::new(code, title.get(lang), code == "three"));
    let next = week.monday + TimeDelta::days(7);
    let last = next + TimeDelta::days(6);
    let day = |name: &'static str, label: &'static str, standing: String| {
        form.field(Field::date(name, label, String::from("2000-01-01")).standing(standing).required())
    };
    let content = view! {
        <details class="form-fold" open=form.has_problem()>
            <summary>{words::SERIES.get(lang)}</summary>
            <form method="post" action="/alarms/shifts">
                {form.problem()}
                <p class="note">{words::SERIES_NOTE.get(lang)}</p>
                {hidden(week)}
                <input type="hidden" name="kind" value="series" />
                {form.radios("pattern", words::PATTERN.get(lang), patterns.collect())}
                {day("from", words::FROM_DAY.get(lang), next.to_string())}
                {day("to", words::TO_DAY.get(lang), last.to_string())}
                <div class="field">
                    <label for="series-crews">{words::CREWS.get(lang)}</label>
                    <textarea id="series-crews" name="crews" rows="4" maxlength="4000" aria-describedby="series-crews-hint">
                        {escape(&form.value("crews", ""))}
                    </textarea>
                    <p class="hint" id="series-crews-hint">{words::CREWS_HINT.get(lang)}</p>
                </div>
                <div class="buttons"><button type="submit">{common::ADD.get(lang)}</button></div>
            </form>
        </details>
    };
    Block::fixed("add-series", content)
}
