//! How the alarm stands: its state in words, the numbers, since when, who has it.

use domain::alarms::State;
use leptos::prelude::*;

use super::Alarm;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::alarms::{set_aside, told};
use crate::pages::managed::user_text;
use crate::text::alarms::{alarm as words, desk, words as names};
use crate::text::{Lang, Text, common};

pub fn block(alarm: &Alarm, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let (line, point) = (alarm.line(), &alarm.line().point);
    let today = ctx.local_now().day();
    let wall = |ms: i64| format::clock_on(ctx.local(ms), today);
    let late = point
        .is_retrospective
        .then(|| view! { " " <span class="mark" title=words::MARK_LATE_WHY.get(lang)>{words::MARK_LATE.get(lang)}</span> });
    let value_at = point.value_at.map(|at| words::VALUE_AT.with(lang, &[&format::clock_on(at, today)]));
    let age = told::age(ctx.now_ms() - told::since_ms(point), lang);
    let mut facts: Vec<(Text, AnyView)> = vec![
        (desk::SUBJECT, told::subject(line, &ctx.viewer, lang)),
        (desk::RULE, rule(alarm, ctx, lang)),
        (words::STARTED, told::event_time(point.started_at, today).into_any()),
        (words::RETURNED, told::event_time(point.returned_at, today).into_any()),
        (words::ANNUNCIATED, format::or_absent(point.annunciated_ms, wall).into_any()),
        (desk::AGE, age.into_any()),
        (desk::ASSIGNEE, assignee(alarm, lang)),
        (desk::OCCURRENCES, occurrences(alarm, lang)),
    ];
    if let (Some(by), Some(ms)) = (&point.acknowledged_by, point.acknowledged_ms) {
        facts.push((words::ACKNOWLEDGED, user_text(&words::BY_AT.with(lang, &[&by.name, &wall(ms)]))));
    }
    if let Some(ms) = point.reannunciate_ms.filter(|_| point.state == State::Acked) {
        facts.push((words::REANNUNCIATED_AT, wall(ms).into_any()));
    }
    facts.extend(aside(alarm, ctx, lang));
    if let Some(class) = alarm.rule().and_then(|rule| rule.class) {
        facts.push((words::CLASS, names::class(class).get(lang).into_any()));
    }
    let facts = facts.into_iter().map(|(label, value)| view! { <div><dt>{label.get(lang)}</dt><dd>{value}</dd></div> });
    let content = view! {
        <div class=format!("alarm-now severity-{}", point.severity.code())>
            <p class="alarm-line">{told::severity(point.severity, lang)} " " {told::state(point.state, lang)} " " {told::quality(point.quality, lang)} {late}</p>
            <p class="alarm-sentence">{names::state_sentence(point.state).get(lang)}</p>
            <p class="alarm-value">
                <span class="value">{told::value_and_limit(line, &alarm.page.rules, lang)}</span>
                " "
                <span class="note">{metric(alarm, lang)} " " {value_at}</span>
            </p>
        </div>
        <dl class="facts alarm-facts">{facts.collect_view()}</dl>
    };
    Block::new("alarm-now", content).titled(words::HEAD.get(lang))
}

fn metric(alarm: &Alarm, lang: Lang) -> &'static str {
    told::metric(&alarm.line().point, alarm.rule()).map_or("", |metric| names::metric(metric).get(lang))
}

fn rule(alarm: &Alarm, _ctx: &AppContext, lang: Lang) -> AnyView {
    let point = &alarm.line().point;
    let name = told::rule_name(&alarm.page, alarm.line(), lang);
    let version = words::RULE_VERSION.with(lang, &[&point.rule_version.to_string()]);
    let address = format!("/alarms/rules/{}", point.key.rule_id);
    let is_page = crate::pages::check(&PageRequest::parse(&address, crate::View::default())).is_ok();
    let name =
        if is_page { view! { <a href=address><bdi>{name}</bdi></a> }.into_any() } else { view! { <bdi>{name}</bdi> }.into_any() };
    view! { {name} " " <span class="note">{version}</span> }.into_any()
}

fn assignee(alarm: &Alarm, lang: Lang) -> AnyView {
    match &alarm.line().point.assignee {
        Some(person) => user_text(&person.name),
        None => desk::NOBODY.get(lang).into_any(),
    }
}

fn occurrences(alarm: &Alarm, lang: Lang) -> AnyView {
    let point = &alarm.line().point;
    let hidden = (point.hidden_count > 0).then(|| desk::HIDDEN.with(lang, &[&point.hidden_count.to_string()]));
    view! { {format::count(point.occurrence)} " " <span class="note">{hidden}</span> }.into_any()
}

/// Why, by whom and until when it is set aside, and whether the condition holds meanwhile.
fn aside(alarm: &Alarm, ctx: &AppContext, lang: Lang) -> Vec<(Text, AnyView)> {
    let point = &alarm.line().point;
    if !point.state.is_set_aside() {
        return Vec::new();
    }
    let truth = if point.is_active { desk::IS_TRUE } else { desk::IS_FALSE };
    let mut facts: Vec<(Text, AnyView)> = vec![(desk::CONDITION_NOW, truth.get(lang).into_any())];
    if point.state == State::Dsupr {
        facts.push((desk::BY_WHAT, told::suppressed_by(alarm.line(), &alarm.page.rules, lang)));
        return facts;
    }
    facts.push((desk::WHY, point.set_aside_reason.as_deref().map_or_else(|| common::ABSENT.into_any(), user_text)));
    let who = point.set_aside_by.as_ref().map_or_else(|| common::ABSENT.into_any(), |person| user_text(&person.name));
    facts.push((desk::WHO, who));
    if point.state == State::Shlvd {
        facts.push((words::SHELVED_UNTIL, set_aside::until(point.shelved_until_ms, ctx.now_ms(), ctx, lang)));
    } else {
        facts.push((desk::REVIEW_ON, format::or_absent(point.review_on, |day| day.to_string()).into_any()));
    }
    facts
}
