//! What was decided about each event, and what became of it.

use leptos::prelude::*;
use warehouse::alarms::notices::channels::Channel;
use warehouse::alarms::notices::log::{LogFilter, LogLine, MOST_LINES};
use warehouse::alarms::notices::routes::Route;
use warehouse::read::regions::Tree;

use super::{OUTCOMES, POSITIVE, said};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::managed;
use crate::pages::shared::{self, nothing, region_name};
use crate::text::alarms::{messages, notices as words, words as names};
use crate::text::{Lang, Text, pages};

pub fn filter(request: &PageRequest) -> Result<LogFilter, AppError> {
    let outcome = shared::code(request, "outcome", &OUTCOMES, "")?;
    Ok(LogFilter {
        alarm_id: shared::int(request, "alarm", POSITIVE)?,
        channel_id: shared::int(request, "by_channel", "1–2147483647")?,
        route_id: shared::int(request, "by_route", "1–2147483647")?,
        outcome: (!outcome.is_empty()).then(|| outcome.to_owned()),
        before: shared::int(request, "before", POSITIVE)?,
        most: MOST_LINES,
    })
}

pub fn block(
    lines: &[LogLine],
    filter: &LogFilter,
    (channels, routes): (&[Channel], &[Route]),
    tree: &Tree,
    request: &PageRequest,
    ctx: &AppContext,
) -> Block {
    let lang = request.view.lang;
    let list = if lines.is_empty() {
        nothing(words::NO_LOG, lang)
    } else {
        let heads = [words::WHEN, words::ALARM, words::EVENT, words::ROUTE, words::RECEIVER, words::OUTCOME];
        let columns = heads.into_iter().map(|head| Column::text(head.get(lang))).collect();
        table(words::LOG.get(lang), columns, lines.iter().map(|line| row(line, tree, ctx, lang)).collect())
    };
    let is_full = i64::try_from(lines.len()).is_ok_and(|count| count >= MOST_LINES);
    let older = lines.last().filter(|_| is_full).map(|last| {
        let address = address(filter, last.notice_id);
        view! { <p><a href=address>{words::OLDER.get(lang)}</a></p> }
    });
    let content = view! { {form(filter, channels, routes, lang)} {list} {older} };
    Block::fixed("notice-log", content).titled(words::LOG.get(lang)).class("wide")
}

fn form(filter: &LogFilter, channels: &[Channel], routes: &[Route], lang: Lang) -> AnyView {
    let outcome_names = [words::ANY, words::SENT, words::OPEN, words::UNDELIVERED, words::SKIPPED];
    let outcomes = OUTCOMES.into_iter().zip(outcome_names).map(|(code, name)| {
        let is_chosen = filter.outcome.as_deref().unwrap_or_default() == code;
        (code.to_owned(), name.get(lang).to_owned(), is_chosen)
    });
    let channels =
        channels.iter().map(|own| (own.channel_id.to_string(), own.name.clone(), filter.channel_id == Some(own.channel_id)));
    let routes = routes.iter().map(|own| (own.route_id.to_string(), own.name.clone(), filter.route_id == Some(own.route_id)));
    let any = || std::iter::once((String::new(), words::ANY.get(lang).to_owned(), false));
    let alarm = filter.alarm_id.map_or_else(String::new, |id| id.to_string());
    view! {
        <form class="filter" method="get" action="/alarms/notices#notice-log">
            {select("outcome", words::OUTCOME, outcomes.collect(), lang)}
            {select("by_channel", words::RECEIVER, any().chain(channels).collect(), lang)}
            {select("by_route", words::ROUTE, any().chain(routes).collect(), lang)}
            <label>
                {words::ALARM_NO.get(lang)} " "
                <input type="text" name="alarm" inputmode="numeric" size="8" maxlength="18" value=alarm />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
    }
    .into_any()
}

fn select(name: &'static str, label: Text, choices: Vec<(String, String, bool)>, lang: Lang) -> AnyView {
    let options =
        choices.into_iter().map(|(value, title, is_chosen)| view! { <option value=value selected=is_chosen>{title}</option> });
    view! { <label>{label.get(lang)} " " <select name=name>{options.collect_view()}</select></label> }.into_any()
}

fn address(filter: &LogFilter, before: i64) -> String {
    let mut address = format!("/alarms/notices?before={before}");
    let numbers = [
        ("alarm", filter.alarm_id),
        ("by_channel", filter.channel_id.map(i64::from)),
        ("by_route", filter.route_id.map(i64::from)),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            address += &format!("&{name}={value}");
        }
    }
    if let Some(outcome) = &filter.outcome {
        address += &format!("&outcome={outcome}");
    }
    address + "#notice-log"
}

fn row(line: &LogLine, tree: &Tree, ctx: &AppContext, lang: Lang) -> Row {
    let place =
        line.region_id.map_or_else(|| messages::INSTALLATION.get(lang).to_owned(), |id| region_name(id, tree.name(id), lang));
    let rule = line.rule.as_ref().map_or("", |rule| names::rule_name(rule, lang));
    let alarm = format!("{} {place} · {rule}", names::severity_glyph(line.severity));
    let route = format!("{} · {}", line.route_name, words::STEP_NO.with(lang, &[&(line.step_no + 1).to_string()]));
    Row::from(vec![
        Cell::text(said::clock(ctx, line.decided_at)),
        Cell::text(view! { <a href=format!("/alarms/{}", line.alarm_id)>{managed::user_text(&alarm)}</a> }),
        Cell::text(words::kind(line.kind).get(lang)),
        Cell::text(managed::user_text(&route)),
        Cell::text(managed::user_text(&line.channel_name)),
        Cell::text(said::view(line, ctx, lang)),
    ])
}
