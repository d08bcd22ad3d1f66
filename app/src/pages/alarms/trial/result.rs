//! What a trial found: how often, where, when, for how long, and against another version.

use domain::alarms::{RuleDefinition, Subject};
use leptos::prelude::*;
use serde_json::Value;
use warehouse::alarms::trials::{Side, Trial, TrialResult, TriedAlarm};
use warehouse::read::regions::Tree;

use super::{label, timeline};
use crate::charts::{figure, value_table};
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::format::{age, count, date_clock};
use crate::pages::managed;
use crate::pages::shared::region_name;
use crate::text::Lang;
use crate::text::alarms::{rules, trial as texts, words};
use crate::text::common::ABSENT;

pub fn blocks(trial: &Trial, found: &Value, tree: &Tree, request: &PageRequest) -> Vec<Block> {
    let lang = request.view.lang;
    // a result of another version of the program may say other things
    let Ok(found) = serde_json::from_value::<TrialResult>(found.clone()) else {
        return vec![super::problem(trial, lang)];
    };
    let definitions = std::iter::once(&trial.definition).chain(&trial.other);
    let sides: Vec<_> = found.sides.iter().zip(definitions).collect();
    let mut blocks = vec![summary(trial, &found, lang)];
    if sides.iter().any(|(side, _)| side.fired > 0) {
        blocks.push(chart(trial, &found, tree, lang));
    }
    for (at, (side, definition)) in sides.into_iter().enumerate().filter(|(_, (side, _))| side.fired > 0) {
        blocks.push(alarms(trial, at, side, definition, found.sides.len() > 1, tree, lang));
    }
    blocks
}

fn summary(trial: &Trial, found: &TrialResult, lang: Lang) -> Block {
    let is_compared = found.sides.len() > 1;
    let sides = found.sides.iter().enumerate().map(|(at, side)| {
        let fired =
            if side.fired == 0 { texts::NEVER.get(lang).to_owned() } else { texts::FIRED.with(lang, &[&count(side.fired)]) };
        let title = is_compared.then(|| view! { <h3>{label(trial, at, lang)}</h3> });
        let days = side.days.iter().map(|(day, fired)| Row::from(vec![Cell::text(day.to_string()), Cell::number(count(*fired))]));
        let columns = vec![Column::text(texts::DAY.get(lang)), Column::number(texts::COUNT.get(lang))];
        let days = (side.fired > 0).then(|| table(texts::PER_DAY.get(lang), columns, days.collect()));
        view! {
            {title}
            <p class="trial-fired">{fired}</p>
            <dl class="facts">{managed::fact(texts::ACTIVE, age(side.active_ms, lang), lang)}</dl>
            {days}
        }
    });
    let compared = is_compared.then(|| {
        let only = |side: usize| texts::ONLY.with(lang, &[&label(trial, side, lang)]);
        let line = |title: String, alarms: i64| view! { <div><dt>{title}</dt><dd>{count(alarms)}</dd></div> };
        let only_of = |side: usize| found.sides.get(side).map_or(0, |side| side.fired - side.shared);
        view! {
            <h3>{texts::COMPARED.get(lang)}</h3>
            <dl class="facts">
                {line(only(0), only_of(0))}
                {line(only(1), only_of(1))}
                {line(texts::BOTH.get(lang).to_owned(), found.sides.first().map_or(0, |side| side.shared))}
            </dl>
        }
    });
    let regions = match found.all_regions > found.regions {
        true => texts::REGIONS_CUT.with(lang, &[&count(found.regions), &count(found.all_regions)]),
        false => count(found.regions),
    };
    let regions = managed::fact(texts::REGIONS, regions, lang);
    let is_cut = found.until < domain::LocalMs::from_naive(trial.to);
    let cut = is_cut.then(|| view! { <p class="note">{texts::UNTIL.with(lang, &[&date_clock(found.until)])}</p> });
    let content = view! { <dl class="facts">{regions}</dl> {cut} {sides.collect_view()} {compared} };
    Block::fixed("result", content).titled(texts::RESULT.get(lang)).class("wide")
}

fn chart(trial: &Trial, found: &TrialResult, tree: &Tree, lang: Lang) -> Block {
    let name = |subject: Subject| subject_name(subject, tree, lang);
    let drawn = timeline::draw(trial, found, &name, lang);
    let more = drawn.is_cut.then(|| {
        view! { <p class="note">{texts::MORE_SUBJECTS.with(lang, &[&timeline::MOST_LINES.to_string()])}</p> }
    });
    Block::fixed("timeline", view! { {figure(drawn.svg, "chart-timeline")} {more} })
        .titled(texts::TIMELINE.get(lang))
        .class("wide")
}

fn alarms(
    trial: &Trial,
    at: usize,
    side: &Side,
    definition: &RuleDefinition,
    is_compared: bool,
    tree: &Tree,
    lang: Lang,
) -> Block {
    let unit = definition.conditions.first().map_or("", |first| words::unit(first.metric.unit()).get(lang));
    let mut columns = vec![
        Column::text(texts::SUBJECT.get(lang)),
        Column::text(texts::BEGAN.get(lang)),
        Column::text(texts::ENDED.get(lang)),
        Column::number(texts::LASTED.get(lang)),
        Column::number(format!("{} ({unit})", texts::PEAK.get(lang))),
        Column::number(format!("{} ({unit})", texts::THRESHOLD.get(lang))),
    ];
    columns.extend(is_compared.then(|| Column::text(texts::ALSO.get(lang))));
    let rows = side.alarms.iter().map(|alarm| Row::from(cells(alarm, is_compared, tree, lang)));
    let cut = (side.fired > i64::try_from(side.alarms.len()).unwrap_or(i64::MAX))
        .then(|| view! { <p class="note">{texts::CUT.with(lang, &[&side.alarms.len().to_string()])}</p> });
    let title = format!("{} · {}", texts::ALARMS.get(lang), label(trial, at, lang));
    let list = table(title.clone(), columns, rows.collect());
    let list = if side.alarms.len() > MOST_OPEN_ROWS { value_table(list, lang) } else { list };
    Block::fixed(format!("alarms-{at}"), view! { {list} {cut} }).titled(title).class("wide")
}

/// Longer lists are folded.
const MOST_OPEN_ROWS: usize = 50;

fn cells(alarm: &TriedAlarm, is_compared: bool, tree: &Tree, lang: Lang) -> Vec<Cell> {
    let number = |value: Option<domain::Fixed2>| value.map_or_else(|| ABSENT.to_owned(), rules::number);
    let ended = alarm.to.map_or_else(|| texts::STILL.get(lang).to_owned(), date_clock);
    let mut cells = vec![
        Cell::text(managed::user_text(&subject_name(alarm.subject, tree, lang))),
        Cell::text(date_clock(alarm.from)),
        Cell::text(ended),
        Cell::number(age(alarm.active_ms, lang)),
        Cell::number(number(alarm.peak)),
        Cell::number(number(alarm.threshold)),
    ];
    cells.extend(is_compared.then(|| {
        let also = if alarm.is_shared { rules::YES } else { rules::NO };
        Cell::text(also.get(lang))
    }));
    cells
}

fn subject_name(subject: Subject, tree: &Tree, lang: Lang) -> String {
    match subject {
        Subject::Region(id) => region_name(id, tree.name(id), lang),
        Subject::User { user_id, region_id } => {
            texts::CUSTOMER.with(lang, &[&user_id.to_string(), &region_name(region_id, tree.name(region_id), lang)])
        }
        Subject::Pipeline => words::PIPELINE.get(lang).to_owned(),
    }
}
