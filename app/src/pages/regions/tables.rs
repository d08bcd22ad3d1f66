//! The tables of a region page: composition, roll-ups, top users, silent meters, windows.

use chrono::{Days, NaiveDateTime};
use domain::Fixed2;
use leptos::prelude::*;
use warehouse::read::rankings::Ranking;
use warehouse::read::regions::{SilentList, UsageShare};
use warehouse::read::rollups::RollupRow;
use warehouse::read::windows::WindowRow;

use super::{GRAINS, Scope};
use crate::components::Block;
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, EnergyUnit, Percent};
use crate::marks::{Mark, Marks};
use crate::pages::rankings::rows as ranking_rows;
use crate::pages::shared::{self, export, fixed, iso, local, nothing, person, usage, user_link};
use crate::text::{Lang, Text, common, pages, regions as words};

const WEEK_DAYS: u64 = 7;

pub fn composition(shares: &[UsageShare], scope: &Scope, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let total: Fixed2 = shares.iter().map(|share| fixed(share.energy_kwh)).sum();
    let longest = shares.iter().map(|share| fixed(share.energy_kwh)).max().unwrap_or_default();
    let unit = EnergyUnit::for_block(ctx.units, total);
    let columns = vec![
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::number(format!("{} {}", common::ENERGY.get(lang), unit.name(lang))),
        Column::number(common::SHARE.get(lang)),
        Column::number(words::USERS.get(lang)),
        Column::number(format!("{} {}", words::BEFORE_SAME.get(lang), unit.name(lang))),
        Column::number(words::CHANGE.get(lang)),
    ];
    let rows = shares.iter().map(|share| {
        let energy = fixed(share.energy_kwh);
        let before = share.before_kwh.map(fixed);
        let change = before.and_then(|before| Percent::of((energy - before).0, before.0));
        Row::from(vec![
            Cell::text(usage(&share.usage_type, lang)),
            Cell::number(shared::with_bar(unit.number(energy), energy, longest)),
            Cell::number(format::or_absent(Percent::of(energy.0, total.0), Percent::show)),
            Cell::number(format::count(share.users)),
            Cell::number(format::or_absent(before, |kwh| unit.number(kwh))),
            Cell::number(format::or_absent(change, Percent::show_change)),
        ])
    });
    let content = match shares {
        [] => nothing(words::DAY_NONE, lang),
        _ => table(words::COMPOSITION.get(lang), columns, rows.collect()),
    };
    Block::new("composition", content).titled(format!("{} · {}", words::COMPOSITION.get(lang), scope.day))
}

pub fn grain_name(grain: &str) -> Text {
    match grain {
        "15min" => pages::GRAIN_QUARTER,
        "day" => pages::GRAIN_DAY,
        "month" => pages::GRAIN_MONTH,
        "year" => pages::GRAIN_YEAR,
        _ => pages::GRAIN_HOUR,
    }
}

/// Start of a period, as short as its grain allows.
fn period_name(grain: &str, start: NaiveDateTime) -> String {
    let form = match grain {
        "year" => "%Y",
        "month" => "%Y-%m",
        "day" => "%Y-%m-%d",
        _ => "%Y-%m-%d %H:%M",
    };
    start.format(form).to_string()
}

fn is_open(grain: &str, start: NaiveDateTime, now: NaiveDateTime) -> bool {
    let end = match grain {
        "15min" => start + chrono::TimeDelta::minutes(15),
        "hour" => start + chrono::TimeDelta::hours(1),
        "day" => start + Days::new(1),
        "month" => start.checked_add_months(chrono::Months::new(1)).unwrap_or(start),
        _ => start.checked_add_months(chrono::Months::new(12)).unwrap_or(start),
    };
    now < end
}

pub fn rollups(rows: &[RollupRow], scope: &Scope, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let grain = scope.params.grain;
    let switch =
        GRAINS.iter().map(|code| (grain_name(code).get(lang).to_owned(), request.address_with("grain", code), *code == grain));
    let columns = vec![
        Column::text(pages::PERIOD.get(lang)),
        Column::number(format!("{} kWh", common::REGION_ENERGY.get(lang))),
        Column::number(format!("{} {}", common::REPORTED_COST.get(lang), common::YUAN.get(lang))),
        Column::number(common::READINGS.get(lang)),
        Column::number(common::USERS_REPORTING.get(lang)),
        Column::number(common::USERS_REPORTING_CHANGE.get(lang)),
        Column::number(format!("{} kWh", common::MEAN_READING.get(lang))),
        Column::number(format!("{} kWh", common::LARGEST_READING.get(lang))),
        Column::number(format!("{} kWh", common::SMALLEST_READING.get(lang))),
        Column::number(common::COVERAGE.get(lang)),
        Column::text(common::STATE.get(lang)),
    ];
    let body = rows.iter().map(|row| rollup_row(row, scope, grain, lang)).collect();
    let content =
        if rows.is_empty() { nothing(words::ROLLUP_NONE, lang) } else { table(words::ROLLUPS.get(lang), columns, body) };
    let from = rows.last().map(|row| iso(row.period_start)).unwrap_or_default();
    let to = iso(scope.now.naive());
    let filters = [("region_id", scope.region.region_id.to_string()), ("grain", grain.to_owned()), ("from", from), ("to", to)];
    let parent_note = (scope.members.len() > 1).then(|| view! { <p class="note">{words::PARENT_USERS.get(lang)}</p> });
    Block::new("rollups", view! { {choices(pages::PERIOD.get(lang), switch.collect())} {content} {parent_note} })
        .titled(words::ROLLUPS.get(lang))
        .class("wide")
        .aside(shared::csv(export("rollup", &filters), lang))
}

/// Coverage is the share of the meters that the period should hear from.
fn rollup_row(row: &RollupRow, scope: &Scope, grain: &str, lang: Lang) -> Row {
    let expected = if grain == "15min" { scope.expected.quarterly } else { scope.expected.all_meters };
    let coverage = Percent::of(row.users.min(expected), expected);
    let open = is_open(grain, row.period_start, scope.now.naive());
    let marks = Marks::none()
        .with_if(open, Mark::Live, "")
        .with_if(row.revision > 0, Mark::Revised, row.revision.to_string())
        .with_if(!open && Mark::of_coverage(coverage) == Some(Mark::Partial), Mark::Partial, "");
    let change = row.users_change_percent().and_then(|share| Percent::of(fixed(share).0, 10_000));
    Row::from(vec![
        Cell::text(period_name(grain, row.period_start)),
        Cell::number(EnergyUnit::Kwh.number(fixed(row.energy_kwh))),
        Cell::number(format::yuan(fixed(row.cost_yuan))),
        Cell::number(format::count(row.records)),
        Cell::number(format::count(row.users)),
        Cell::number(format::or_absent(change, Percent::show_change)),
        Cell::number(format::yuan(fixed(row.mean_kwh))),
        Cell::number(format::yuan(fixed(row.largest_kwh))),
        Cell::number(format::yuan(fixed(row.smallest_kwh))),
        Cell::number(format::or_absent(coverage, Percent::show)),
        Cell::text(marks.view(lang)),
    ])
}

pub fn top_users(ranking: &Ranking, scope: &Scope, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let content = if ranking.rows.is_empty() {
        nothing(words::DAY_NONE, lang)
    } else {
        ranking_rows::short_table(ranking, words::TOP_USERS.get(lang), lang)
    };
    let id = scope.region.region_id.to_string();
    let more = format!("/rankings?region={id}&at={}", scope.day);
    let until = (scope.day + Days::new(1)).to_string();
    let filters = [("region_id", id), ("grain", "day".to_owned()), ("from", scope.day.to_string()), ("to", until)];
    let links = view! { <span><a href=more>{common::NAV_RANKINGS.get(lang)}</a> " " {shared::csv(export("rankings", &filters), lang)}</span> };
    Block::new("top-users", content).titled(format!("{} · {}", words::TOP_USERS.get(lang), scope.day)).aside(links)
}

pub fn silent(list: &SilentList, scope: &Scope, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(common::ACCOUNT_NO.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(words::SINCE.get(lang)),
        Column::number(words::SILENT_FOR.get(lang)),
        Column::number(words::USUAL.get(lang)),
    ];
    let rows = list.meters.iter().map(|meter| {
        let silent_ms = (scope.now.naive() - meter.last_reading).num_milliseconds();
        Row::from(vec![
            Cell::text(user_link(meter.user_id, meter.user_id.to_string())),
            Cell::text(person(&meter.user_name, &meter.usage_type, lang)),
            Cell::text(usage(&meter.usage_type, lang)),
            Cell::text(format::clock_on(local(meter.last_reading), scope.now.0.day())),
            Cell::number(format::age(silent_ms, lang)),
            Cell::number(EnergyUnit::Kwh.number(fixed(meter.usual_kwh_per_day))),
        ])
    });
    let content = match list.meters.as_slice() {
        [] => nothing(words::SILENT_NONE, lang),
        meters => {
            let listed = (list.total > meters.len() as i64).then(|| {
                let sentence = words::SILENT_MORE.with(lang, &[&meters.len().to_string()]);
                view! { <p class="note">{sentence}</p> }
            });
            view! { {table(words::SILENT.get(lang), columns, rows.collect())} {listed} }.into_any()
        }
    };
    let export = shared::csv(export("silent_meters", &[("region_id", scope.region.region_id.to_string())]), lang);
    Block::new("silent", content)
        .titled(words::SILENT.get(lang))
        .aside(view! { <span>{words::SILENT_COUNT.with(lang, &[&format::count(list.total)])} " " {export}</span> })
}

pub fn windows(rows: &[WindowRow], scope: &Scope, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(common::WINDOW.get(lang)),
        Column::number(format!("{} kWh", common::WINDOW_ENERGY.get(lang))),
        Column::number(common::READINGS.get(lang)),
        Column::number(common::USERS_REPORTING.get(lang)),
        Column::number(format!("{} {}", common::REPORTED_COST.get(lang), common::YUAN.get(lang))),
        Column::text(words::FIRST_WRITTEN.get(lang)),
        Column::text(common::REVISION.get(lang)),
    ];
    let body = rows.iter().map(|row| {
        let changed = format!("{} · {}", row.revision, shared::moment(scope.zone, row.update_time));
        let marks = Marks::none().with_if(row.revision > 0, Mark::Revised, changed);
        Row::from(vec![
            Cell::text(format::clock_on(local(row.start), scope.now.0.day())),
            Cell::number(EnergyUnit::Kwh.number(fixed(row.energy_kwh))),
            Cell::number(format::count(row.records)),
            Cell::number(format::count(row.users)),
            Cell::number(format::yuan(fixed(row.cost_yuan))),
            Cell::text(shared::moment(scope.zone, row.first_written)),
            Cell::text(if row.revision > 0 { marks.view(lang) } else { "0".into_any() }),
        ])
    });
    let content = match rows {
        [] => nothing(words::WINDOWS_NONE, lang),
        _ => view! { <p class="note">{words::WINDOWS_CAPTION.get(lang)}</p> {table(words::WINDOWS.get(lang), columns, body.collect())} }
            .into_any(),
    };
    let from = rows.last().map_or_else(|| scope.now.naive() - Days::new(WEEK_DAYS), |row| row.start);
    let filters = [("region_id", scope.region.region_id.to_string()), ("from", iso(from)), ("to", iso(scope.now.naive()))];
    Block::new("windows", content)
        .titled(words::WINDOWS.get(lang))
        .class("wide")
        .aside(shared::csv(export("regions", &filters), lang))
}
