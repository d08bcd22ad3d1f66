//! The lines of the desk.

use domain::alarms::State;
use leptos::prelude::*;
use warehouse::read::alarms::Line;

use super::{Desk, FORM};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::alarms::told;
use crate::pages::managed::user_text;
use crate::submitted::Submitted;
use crate::text::Lang;
use crate::text::alarms::{desk as words, words as names};

pub fn table(desk: &Desk, request: &PageRequest, ctx: &AppContext) -> AnyView {
    let lang = request.view.lang;
    let columns = [
        ("", words::SEVERITY),
        ("", words::STATE),
        ("", words::SUBJECT),
        ("", words::RULE),
        ("num", words::VALUE),
        ("", words::SINCE),
        ("num", words::AGE),
        ("", words::ASSIGNEE),
        ("num", words::OCCURRENCES),
    ];
    let heads = columns.map(|(class, title)| view! { <th scope="col" class=class>{title.get(lang)}</th> });
    let choose = desk.acts.then(|| view! { <th scope="col"><span class="sr-only">{words::CHOOSE.get(lang)}</span></th> });
    let sent = request.submitted.as_deref().filter(|sent| sent.form == FORM);
    let rows = desk.page.lines.iter().map(|line| row(line, desk, sent, ctx, lang));
    view! {
        <div class="table-box" tabindex="0" role="group" aria-label=words::LIST.get(lang)>
            <table class="desk">
                <caption class="sr-only">{words::LIST.get(lang)}</caption>
                <thead>
                    <tr>{choose} {heads.into_iter().collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(line: &Line, desk: &Desk, sent: Option<&Submitted>, ctx: &AppContext, lang: Lang) -> AnyView {
    let point = &line.point;
    let today = ctx.local_now().day();
    let rule = told::rule_name(&desk.page, line, lang);
    let name = format!("{} {rule}", told::subject_name(line, lang));
    let waits = if point.state.is_unacknowledged() { "is-waiting" } else { "" };
    let class = format!("alarm-row severity-{} {waits}", point.severity.code());
    let late = point.is_retrospective.then(|| view! { <span class="mark">{words::LATE.get(lang)}</span> });
    let assignee = match &point.assignee {
        Some(person) => user_text(&person.name),
        None => view! { <span class="note">{words::NOBODY.get(lang)}</span> }.into_any(),
    };
    let hidden = (point.hidden_count > 0).then(|| words::HIDDEN.with(lang, &[&point.hidden_count.to_string()]));
    let age = told::age(desk.now_ms - told::since_ms(point), lang);
    view! {
        <tr class=class data-alarm=point.alarm_id.to_string()>
            {desk.acts.then(|| view! { <td class="choose">{checkbox(line, &name, sent, lang)}</td> })}
            <td>{told::severity(point.severity, lang)}</td>
            <td>{told::state(point.state, lang)} " " {told::quality(point.quality, lang)} {late}</td>
            <td>{told::subject(line, &ctx.viewer, lang)}</td>
            <th scope="row">
                <a
                    class="alarm-link"
                    href=format!("/alarms/{}", point.alarm_id)
                    aria-label=words::OPEN_ONE.with(lang, &[&name])
                >
                    <bdi>{rule}</bdi>
                </a>
            </th>
            <td class="num">{told::value_and_limit(line, &desk.page.rules, lang)}</td>
            <td>{told::event_time(point.started_at, today)}</td>
            <td class="num">{age}</td>
            <td>{assignee}</td>
            <td class="num">{format::count(point.occurrence)} {hidden.map(|text| view! { <br /> <span class="note">{text}</span> })}</td>
        </tr>
    }
    .into_any()
}

/// Names the version that stands in the line: whoever acts says what he has seen.
fn checkbox(line: &Line, name: &str, sent: Option<&Submitted>, lang: Lang) -> AnyView {
    let point = &line.point;
    let prefix = format!("{}:", point.alarm_id);
    let is_chosen = sent.is_some_and(|sent| sent.all("alarm").any(|value| value.starts_with(&prefix)));
    let can_acknowledge = matches!(point.state, State::Unack | State::Rtnun | State::Ltunk);
    view! {
        <input
            type="checkbox"
            name="alarm"
            form=FORM
            value=format!("{prefix}{}", point.version)
            data-key=point.alarm_id.to_string()
            data-waits=can_acknowledge.then_some("")
            checked=is_chosen
            aria-label=words::CHOOSE_ONE.with(lang, &[&format!("{} {name}", names::severity(point.severity).get(lang))])
        />
    }
    .into_any()
}
