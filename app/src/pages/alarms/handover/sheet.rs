//! The sheet itself: who hands over to whom, notes, signatures, and the forms for them.

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::alarms::shifts::{Handover, MOST_NOTE_CHARS, Shift, Side, Signature, Turn};

use super::{FORM, SIGN_FORM, Sheet};
use crate::charts::canvas::escape;
use crate::components::Block;
use crate::components::form::{Choice, Form};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::managed;
use crate::text::alarms::shifts as words;
use crate::text::{Lang, Text};

pub fn block(sheet: &Sheet, desks: Option<AnyView>, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let may_act = ctx.viewer.may(Permission::ActOnAlarms) && ctx.viewer.account_id().is_some();
    let (title, content) = match &sheet.handover {
        None => {
            let begin = may_act.then(|| notes_form(sheet, None, request, ctx));
            let content = view! { <p>{words::NONE_OPEN.get(lang)}</p> {begin} }.into_any();
            (words::HANDOVER.get(lang).to_owned(), content)
        }
        Some(handover) => {
            (words::HANDOVER_NO.with(lang, &[&handover.handover_id.to_string()]), written(sheet, handover, may_act, request, ctx))
        }
    };
    let desk = managed::user_text(&sheet.desk.name);
    let content = view! { {desks} <p class="handover-desk">{words::DESK.get(lang)} " " {desk}</p> {content} };
    Block::fixed("handover", content).titled(title).aside(words::PRINT_HINT.get(lang)).class("wide")
}

fn written(sheet: &Sheet, handover: &Handover, may_act: bool, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let taken = handover.snapshot.as_ref().map(|snapshot| managed::at(ctx, snapshot.taken_at)).unwrap_or_default();
    let state = match (handover.is_finished(), handover.is_signed()) {
        (true, _) => format!("{} {}", words::FINISHED.get(lang), words::AS_SIGNED.with(lang, &[&taken])),
        (false, true) => words::HALF_SIGNED.with(lang, &[&taken]),
        (false, false) => words::UNSIGNED.get(lang).to_owned(),
    };
    let back = handover.is_finished().then(|| {
        let address = format!("/alarms/handover?desk={}", sheet.desk.desk_id);
        view! { <p class="no-print"><a href=address>{words::BACK_TO_NOW.get(lang)}</a></p> }
    });
    let notes = if may_act && !handover.is_signed() {
        notes_form(sheet, Some(handover), request, ctx)
    } else {
        read_only(sheet, handover, ctx, lang)
    };
    let sign = may_act.then(|| signing(handover, request, ctx));
    view! {
        <p class="handover-state" role="status">{state}</p>
        {back}
        {notes}
        <dl class="facts handover-signatures">
            {signature(words::OUTGOING, handover.outgoing.as_ref(), ctx, lang)}
            {signature(words::INCOMING, handover.incoming.as_ref(), ctx, lang)}
        </dl>
        {sign}
    }
    .into_any()
}

fn signature(side: Text, signature: Option<&Signature>, ctx: &AppContext, lang: Lang) -> AnyView {
    let said = match signature {
        Some(own) => words::SIGNED_BY.with(lang, &[&own.name, &managed::at(ctx, own.at)]),
        None => words::NOT_SIGNED_YET.get(lang).to_owned(),
    };
    managed::fact(side, managed::user_text(&said), lang)
}

/// Buttons for what this person may sign, and one to take his only signature back.
fn signing(handover: &Handover, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(SIGN_FORM, request);
    let me = ctx.viewer.account_id();
    let is_mine = |side| handover.signature(side).is_some_and(|own: &Signature| Some(own.account_id) == me);
    let has_mine = Side::BOTH.into_iter().any(is_mine);
    let mut offered = Vec::new();
    if !handover.is_finished() && !has_mine {
        let free = Side::BOTH.into_iter().filter(|side| handover.signature(*side).is_none());
        offered.extend(free.map(|side| match side {
            Side::Outgoing => (side.code(), words::SIGN_OUTGOING),
            Side::Incoming => (side.code(), words::SIGN_INCOMING),
        }));
    } else if !handover.is_finished() {
        offered.push(("withdraw", words::WITHDRAW));
    }
    let buttons = offered.into_iter().map(|(value, title)| {
        view! { <button type="submit" name="side" value=value>{title.get(lang)}</button> }
    });
    view! {
        <form class="no-print" method="post" action=format!("/alarms/handover/{}/sign", handover.handover_id)>
            {form.problem()}
            <input type="hidden" name="desk_id" value=handover.desk_id.to_string() />
            <input type="hidden" name="version" value=handover.version.to_string() />
            <div class="buttons">{buttons.collect_view()}</div>
        </form>
    }
    .into_any()
}

fn read_only(sheet: &Sheet, handover: &Handover, ctx: &AppContext, lang: Lang) -> AnyView {
    let kept = handover.snapshot.as_ref();
    // a signed sheet shows the shifts as they stood; an unsigned one those of the calendar
    let turn = |kept: Option<&Turn>, id: Option<i64>| match (kept, id) {
        (Some(turn), _) => turn_words(turn, ctx, lang),
        (None, Some(id)) => match sheet.shifts.iter().find(|shift| shift.shift_id == id) {
            Some(shift) => turn_words(&Turn::from(shift.clone()), ctx, lang),
            None => id.to_string().into_any(),
        },
        (None, None) => words::NO_SHIFT_CHOSEN.get(lang).into_any(),
    };
    let from = turn(kept.and_then(|kept| kept.from.as_ref()), handover.from_shift_id);
    let to = turn(kept.and_then(|kept| kept.to.as_ref()), handover.to_shift_id);
    let notes = if handover.notes.trim().is_empty() { words::NO_NOTES.get(lang).to_owned() } else { handover.notes.clone() };
    view! {
        <dl class="facts">{managed::fact(words::FROM_SHIFT, from, lang)} {managed::fact(words::TO_SHIFT, to, lang)}</dl>
        <h3>{words::NOTES.get(lang)}</h3>
        <p class="handover-notes">{notes}</p>
    }
    .into_any()
}

fn turn_words(turn: &Turn, ctx: &AppContext, lang: Lang) -> AnyView {
    let people = turn.people.join(if lang == Lang::Zh { "、" } else { ", " });
    let mut said = format!("{} · {} – {}", turn.name, managed::at(ctx, turn.starts_at), managed::at(ctx, turn.ends_at));
    if !people.is_empty() {
        said = format!("{said} · {people}");
    }
    managed::user_text(&said)
}

/// Begins a hand-over, or changes one that nobody has signed.
fn notes_form(sheet: &Sheet, handover: Option<&Handover>, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let (from, to) = handover.map_or(sheet.usual, |handover| (handover.from_shift_id, handover.to_shift_id));
    let (button, note) = match handover {
        Some(_) => (words::SAVE_NOTES, None),
        None => (words::BEGIN, Some(words::BEGIN_NOTE.get(lang))),
    };
    let number = handover.map(|handover| {
        view! {
            <input type="hidden" name="handover_id" value=handover.handover_id.to_string() />
            <input type="hidden" name="version" value=handover.version.to_string() />
        }
    });
    // the text of an area for text is written into the page as it is
    view! {
        <form class="handover-form" method="post" action="/alarms/handover">
            {form.problem()}
            {note.map(|note| view! { <p class="note">{note}</p> })}
            <input type="hidden" name="desk_id" value=sheet.desk.desk_id.to_string() />
            {number}
            {form.select("from_shift", words::FROM_SHIFT.get(lang), choices(sheet, from, ctx, lang))}
            {form.select("to_shift", words::TO_SHIFT.get(lang), choices(sheet, to, ctx, lang))}
            <div class="field handover-notes-field">
                <label for="handover-notes">{words::NOTES.get(lang)}</label>
                <textarea
                    id="handover-notes"
                    name="notes"
                    rows="6"
                    maxlength=MOST_NOTE_CHARS.to_string()
                    aria-describedby="handover-notes-hint"
                >
                    {escape(&form.value("notes", handover.map_or("", |handover| handover.notes.as_str())))}
                </textarea>
                <p class="hint" id="handover-notes-hint">{words::NOTES_HINT.get(lang)}</p>
            </div>
            <div class="buttons"><button type="submit">{button.get(lang)}</button></div>
        </form>
    }
    .into_any()
}

fn choices(sheet: &Sheet, standing: Option<i64>, ctx: &AppContext, lang: Lang) -> Vec<Choice> {
    let none = Choice::new("", words::NO_SHIFT_CHOSEN.get(lang), standing.is_none());
    let title = |shift: &Shift| {
        let at = format::date_minute(ctx.zone.local_ms(shift.starts_at.timestamp_micros()));
        format!("{} · {at}", shift.name)
    };
    let shifts = sheet.shifts.iter();
    let known = shifts.map(|shift| Choice::new(shift.shift_id.to_string(), title(shift), standing == Some(shift.shift_id)));
    let mut all: Vec<_> = std::iter::once(none).chain(known).collect();
    // one that lies too far back for the list stays chosen
    if let Some(id) = standing.filter(|id| sheet.shifts.iter().all(|shift| shift.shift_id != *id)) {
        all.push(Choice::new(id.to_string(), id.to_string(), true));
    }
    all
}
