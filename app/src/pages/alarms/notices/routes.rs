//! Routes: the list in words, and the forms that make, change and remove them.

use domain::Day;
use domain::UNKNOWN_REGION;
use domain::alarms::notices::{COOLDOWN_S, DEDUP_S, ESCALATION_MIN, GROUP_WAIT_S, MOST_STEPS, RouteDefinition};
use domain::alarms::schedule::{DAY_MINUTES, OnHolidays};
use domain::alarms::{RegionChoice, Schedule, Severity};
use leptos::prelude::*;
use warehouse::alarms::notices::channels::Channel;
use warehouse::alarms::notices::routes::Route;
use warehouse::read::regions::Tree;

use super::{CHANGE_ROUTE_FORM, REMOVE_ROUTE_FORM, ROUTE_FORM, folded};
use crate::components::Block;
use crate::components::form::{Choice, Confirm, Field, Form};
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format;
use crate::pages::managed;
use crate::pages::shared::{nothing, region_name};
use crate::text::Lang;
use crate::text::access::common;
use crate::text::alarms::{notices as words, words as names};

const MOST_NAME_CHARS: usize = 64;
const MOST_REGION_NAMES: usize = 4;
/// The first Monday of the epoch's calendar, for names of weekdays.
const A_MONDAY: i32 = 4;

pub fn block(all: &[Route], channels: &[Channel], tree: &Tree, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let list = if all.is_empty() {
        nothing(words::NO_ROUTES, lang)
    } else {
        let heads = [words::NAME, words::SEVERITIES, words::REGIONS, words::HOURS, words::STEPS, common::STATE, common::ACTIONS];
        let columns = heads.into_iter().map(|head| Column::text(head.get(lang))).collect();
        table(words::ROUTES.get(lang), columns, all.iter().map(|route| row(route, channels, tree, request)).collect())
    };
    let content = view! { <p class="note">{words::ROUTES_NOTE.get(lang)}</p> {list} };
    Block::fixed("routes", content).titled(words::ROUTES.get(lang)).class("wide")
}

fn row(route: &Route, channels: &[Channel], tree: &Tree, request: &PageRequest) -> Row {
    let lang = request.view.lang;
    let definition = &route.definition;
    let severities: Vec<_> = definition.severities.iter().map(|severity| names::severity(*severity).get(lang)).collect();
    let regions = match &definition.regions {
        RegionChoice::All => common::ALL_REGIONS.get(lang).to_owned(),
        RegionChoice::Listed(listed) => managed::region_names(listed, tree, MOST_REGION_NAMES, lang),
    };
    let steps = definition.steps.iter().enumerate().map(|(step_no, step)| {
        let name = channels.iter().find(|channel| channel.channel_id == step.channel_id).map_or("—", |own| own.name.as_str());
        match step_no {
            0 => words::STEP.with(lang, &[name]),
            _ => words::LATER_STEP.with(lang, &[name, &step.after_min.to_string()]),
        }
    });
    let state = if route.is_enabled { words::ON } else { words::OFF };
    let cells = vec![
        Cell::text(managed::user_text(&route.name)),
        Cell::text(severities.join(if lang == Lang::Zh { "、" } else { ", " })),
        Cell::text(managed::user_text(&regions)),
        Cell::text(hours(definition.schedule, lang)),
        Cell::text(managed::user_text(&steps.collect::<Vec<_>>().join(" → "))),
        Cell::text(managed::badge(state, !route.is_enabled, lang)),
        Cell::text(actions(route, request)),
    ];
    Row { cells, class: if route.is_enabled { String::new() } else { "state-off".to_owned() } }
}

fn hours(schedule: Schedule, lang: Lang) -> String {
    if schedule.is_always() {
        return words::ALWAYS.get(lang).to_owned();
    }
    let days: Vec<_> =
        weekdays(lang).into_iter().filter(|(bit, _)| schedule.weekdays >> bit & 1 == 1).map(|(_, name)| name).collect();
    let holidays = match schedule.holidays {
        OnHolidays::AsUsual => String::new(),
        other => format!(" · {}", holiday(other, lang)),
    };
    format!("{} {}–{}{holidays}", days.join(" "), clock(schedule.from_minute), clock(schedule.to_minute))
}

fn actions(route: &Route, request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let remove = Confirm {
        action: format!("/alarms/routes/{}/remove", route.route_id),
        title: common::REMOVE.get(lang).to_owned(),
        accessible_title: words::REMOVE_OF.with(lang, &[&route.name]),
        note: words::REMOVE_ROUTE_NOTE,
        button: common::REMOVE,
        version: Some(route.version),
        asks_reason: true,
        is_open: false,
        row: None,
    };
    let href = format!("/alarms/notices?route={}#change-route", route.route_id);
    view! {
        <a class="button" href=href aria-label=words::CHANGE_OF.with(lang, &[&route.name])>{words::CHANGE.get(lang)}</a>
        {remove.into_view(Form::of(REMOVE_ROUTE_FORM, request).silent())}
    }
    .into_any()
}

pub fn add(channels: &[Channel], tree: &Tree, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let form = Form::of(ROUTE_FORM, request);
    let content = if channels.is_empty() {
        view! { <p class="note">{words::NEEDS_CHANNEL.get(lang)}</p> }.into_any()
    } else {
        let fields = view! {
            <form method="post" action="/alarms/routes">
                {form.problem()}
                {fields(form, None, channels, tree, ctx)}
                <div class="buttons"><button type="submit">{common::ADD.get(lang)}</button></div>
            </form>
        };
        folded(words::ADD_ROUTE.get(lang).to_owned(), form.has_problem(), fields.into_any())
    };
    Block::fixed("add-route", content)
}

pub fn change(route: &Route, channels: &[Channel], tree: &Tree, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let form = Form::of(CHANGE_ROUTE_FORM, request);
    let fields = view! {
        <form method="post" action=format!("/alarms/routes/{}", route.route_id)>
            {form.problem()}
            <input type="hidden" name="row" value=route.route_id.to_string() />
            <input type="hidden" name="version" value=route.version.to_string() />
            {fields(form, Some(route), channels, tree, ctx)}
            <div class="buttons"><button type="submit">{common::SAVE.get(lang)}</button></div>
        </form>
    };
    Block::fixed("change-route", folded(words::CHANGE_OF.with(lang, &[&route.name]), true, fields.into_any()))
}

fn fields(form: Form, route: Option<&Route>, channels: &[Channel], tree: &Tree, ctx: &AppContext) -> AnyView {
    let lang = form.lang;
    let definition = route.map(|route| &route.definition);
    let severities = Severity::ALL.map(|severity| {
        let is_chosen = definition.map_or(severity <= Severity::High, |own| own.severities.contains(&severity));
        Choice::new(severity.code(), names::severity(severity).get(lang), is_chosen)
    });
    let minutes = |seconds: u32| (seconds / 60).to_string();
    let number = |name, label: crate::text::Text, standing: String| {
        form.field(Field::text(name, label.get(lang)).standing(standing).required().most(4))
    };
    let tells_return = definition.is_some_and(|own| own.tells_return);
    view! {
        {form.field(Field::text("name", words::NAME.get(lang)).standing(route.map_or("", |own| own.name.as_str())).required().most(MOST_NAME_CHARS))}
        {form.checkboxes("severity", words::SEVERITIES.get(lang), severities.into())}
        {regions(form, definition, tree, ctx)}
        {schedule(form, definition.map_or(Schedule::ALWAYS, |own| own.schedule))}
        {steps(form, definition, channels)}
        {number("cooldown", words::COOLDOWN, minutes(definition.map_or(COOLDOWN_S, |own| own.cooldown_s)))}
        {number("dedup", words::DEDUP, minutes(definition.map_or(DEDUP_S, |own| own.dedup_s)))}
        {number("group_wait", words::GROUP_WAIT, definition.map_or(GROUP_WAIT_S, |own| own.group_wait_s).to_string())}
        {form.checkbox("tells_return", Choice::new("1", words::TELLS_RETURN.get(lang), tells_return))}
        {form.checkbox("enabled", Choice::new("1", words::IS_ON.get(lang), route.is_none_or(|own| own.is_enabled)))}
        {form.reason()}
    }
    .into_any()
}

fn regions(form: Form, definition: Option<&RouteDefinition>, tree: &Tree, ctx: &AppContext) -> AnyView {
    let lang = form.lang;
    let listed: &[i32] = match definition.map(|own| &own.regions) {
        Some(RegionChoice::Listed(listed)) => listed,
        _ => &[],
    };
    let may_all = ctx.viewer.all_regions;
    let is_all = may_all && definition.is_none_or(|own| own.regions == RegionChoice::All);
    let radios = vec![
        Choice::new("all", common::ALL_REGIONS.get(lang), is_all).disabled(!may_all),
        Choice::new("some", common::SOME_REGIONS.get(lang), !is_all),
    ];
    let known = tree.regions.iter().filter(|region| region.region_id != UNKNOWN_REGION);
    let choices = known.map(|region| {
        let title = region_name(region.region_id, &region.region_name, lang);
        Choice::new(region.region_id.to_string(), title, listed.contains(&region.region_id))
    });
    let unseen = listed.iter().filter(|id| tree.find(**id).is_none());
    let unseen = unseen.map(|id| view! { <input type="hidden" name="region" value=id.to_string() /> }).collect_view();
    let installation = Choice::new("1", words::INSTALLATION.get(lang), definition.is_some_and(|own| own.tells_installation));
    let may_whole = ctx.viewer.is_operator() && ctx.viewer.scope.is_whole();
    view! {
        {form.radios("regions", words::REGIONS.get(lang), radios)}
        <div class="region-list">{form.checkboxes("region", common::SOME_REGIONS.get(lang), choices.collect())} {unseen}</div>
        {may_whole.then(|| form.checkbox("installation", installation))}
    }
    .into_any()
}

fn schedule(form: Form, standing: Schedule) -> AnyView {
    let lang = form.lang;
    let days =
        weekdays(lang).into_iter().map(|(bit, name)| Choice::new(bit.to_string(), name, standing.weekdays >> bit & 1 == 1));
    let holidays = [OnHolidays::AsUsual, OnHolidays::Never, OnHolidays::Only].into_iter().zip(["as_usual", "never", "only"]);
    let holidays = holidays.map(|(choice, code)| Choice::new(code, holiday(choice, lang), choice == standing.holidays));
    let time = |name, label: crate::text::Text, minute| {
        form.field(Field::text(name, label.get(lang)).standing(clock(minute)).required().most(5))
    };
    view! {
        {form.checkboxes("weekday", words::WEEKDAYS.get(lang), days.collect())}
        {time("from", words::FROM, standing.from_minute)}
        {time("to", words::TO, standing.to_minute)}
        {form.select("holidays", words::ON_HOLIDAYS.get(lang), holidays.collect())}
    }
    .into_any()
}

/// Names of the fields of each step.
const STEP_FIELDS: [(&str, &str); MOST_STEPS] =
    [("step-0", "after-0"), ("step-1", "after-1"), ("step-2", "after-2"), ("step-3", "after-3"), ("step-4", "after-4")];

fn steps(form: Form, definition: Option<&RouteDefinition>, channels: &[Channel]) -> AnyView {
    let lang = form.lang;
    let rows = STEP_FIELDS.into_iter().enumerate().map(|(step_no, (name, after_name))| {
        let standing = definition.and_then(|own| own.steps.get(step_no));
        let number = (step_no + 1).to_string();
        let nobody = Choice::new("", words::NOBODY.get(lang), standing.is_none());
        let choices = channels.iter().map(|channel| {
            let is_chosen = standing.is_some_and(|step| step.channel_id == channel.channel_id);
            Choice::new(channel.channel_id.to_string(), channel.name.clone(), is_chosen)
        });
        let choices = std::iter::once(nobody).chain(choices).collect();
        if step_no == 0 {
            return form.select(name, words::STEP_AT_ONCE.get(lang), choices);
        }
        let offered = ESCALATION_MIN.saturating_mul(u32::try_from(step_no).unwrap_or(1));
        let after = standing.map_or(offered, |step| step.after_min).to_string();
        view! {
            {form.select(name, &words::STEP_AFTER.with(lang, &[&number]), choices)}
            {form.field(Field::text(after_name, words::AFTER_MIN.with(lang, &[&number])).standing(after).most(5))}
        }
        .into_any()
    });
    view! { <fieldset><legend>{words::STEPS.get(lang)}</legend>{rows.collect_view()}</fieldset> }.into_any()
}

fn weekdays(lang: Lang) -> Vec<(u8, &'static str)> {
    (0u8..7).map(|bit| (bit, format::weekday(Day(A_MONDAY + i32::from(bit)), lang))).collect()
}

fn holiday(choice: OnHolidays, lang: Lang) -> &'static str {
    match choice {
        OnHolidays::AsUsual => words::HOLIDAYS_AS_USUAL.get(lang),
        OnHolidays::Never => words::HOLIDAYS_NEVER.get(lang),
        OnHolidays::Only => words::HOLIDAYS_ONLY.get(lang),
    }
}

fn clock(minute: u16) -> String {
    let minute = minute.min(DAY_MINUTES);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
