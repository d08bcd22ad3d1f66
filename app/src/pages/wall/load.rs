//! The middle of the wall: load now, the day's figures and the curve.

use domain::{Fixed2, LocalMs};
use leptos::prelude::*;
use warehouse::read::load_now::LoadAt;

use super::{Layout, tone};
use crate::charts;
use crate::components::Block;
use crate::format::{self, Percent, arrow, or_absent};
use crate::marks::{Mark, glyph_view};
use crate::pages::dashboard::{Dashboard, chart_of_today, curve_legend, day_figures, is_reference_only};
use crate::text::{Lang, common, wall as words};

const TEXT_PX: i32 = 24;

pub fn now(dashboard: &Dashboard, lang: Lang) -> Block {
    let loads = &dashboard.data.loads;
    let coverage = dashboard.coverage();
    let mark = Mark::of_coverage(coverage)
        .map(|mark| view! { <span class="wall-mark">{glyph_view(mark.glyph())} " " {mark.word(lang)}</span> });
    let class = if is_reference_only(coverage) { "wall-block greyed" } else { tone(dashboard) };
    let title = if dashboard.sees_all { words::LOAD_NOW } else { words::LOAD_NOW_SEEN };
    let content = view! {
        <div class="wall-now">
            <p class="wall-digits">
                <span>{or_absent(loads.now.total_kw(0), |kw| dashboard.power.number(kw))}</span>
                <small>{dashboard.power.name(lang)}</small>
            </p>
            <dl>
                <div><dt>{words::VS_YESTERDAY.get(lang)}</dt><dd>{change(dashboard, &loads.yesterday)}</dd></div>
                <div><dt>{words::VS_LAST_WEEK.get(lang)}</dt><dd>{change(dashboard, &loads.last_week)}</dd></div>
                <div><dt>{mark} " " {common::COVERAGE.get(lang)}</dt><dd>{or_absent(coverage, Percent::show)}</dd></div>
            </dl>
        </div>
    };
    Block::new("wall-now", content).titled(title.get(lang)).class(class)
}

fn change(dashboard: &Dashboard, other: &LoadAt) -> String {
    let share = dashboard.change_to(other).and_then(|(_, share)| share);
    or_absent(share, |share| format!("{} {}{}", arrow(share.0), format::sign(share.0), Percent(share.0.abs()).show()))
}

pub fn day(dashboard: &Dashboard, lang: Lang) -> Block {
    let day = day_figures(dashboard);
    let recent = &dashboard.data.recent;
    let energies: Vec<Fixed2> = recent.regions.iter().filter_map(|region| region.energy_kwh).collect();
    let energy = (!energies.is_empty()).then(|| energies.into_iter().sum::<Fixed2>());
    let cost: Fixed2 = recent.regions.iter().map(|region| region.cost).sum();
    let load = |value: Option<(Fixed2, LocalMs)>| or_absent(value, |(kw, _)| dashboard.power.show(kw, lang));
    let time = |value: Option<(Fixed2, LocalMs)>| or_absent(value, |(_, start)| format::hour_minute(start));
    let yuan = format!("{} {}", format::yuan(cost), common::YUAN.get(lang));
    let rows = [
        (common::ENERGY, or_absent(energy, |kwh| dashboard.energy.show(kwh, lang)), common::TODAY.get(lang).to_owned()),
        (common::MAX_LOAD, load(day.maximum), time(day.maximum)),
        (common::MIN_LOAD, load(day.minimum), time(day.minimum)),
        (common::LOAD_FACTOR, or_absent(day.load_factor, Percent::show), String::new()),
        (common::RECORD_LOAD, load(day.record), or_absent(day.record, |(_, start)| format::month_day_minute(start))),
        (common::REPORTED_COST, or_absent(energy, |_| yuan), common::TODAY.get(lang).to_owned()),
    ];
    let rows = rows.map(|(label, value, note)| {
        view! { <div><dt>{label.get(lang)} <small>{note}</small></dt><dd>{value}</dd></div> }
    });
    let content = view! { <dl class="wall-figures">{rows.into_iter().collect_view()}</dl> };
    Block::new("wall-day", content).titled(words::DAY.get(lang)).class(tone(dashboard))
}

pub fn curve(dashboard: &Dashboard, layout: Layout, lang: Lang) -> Block {
    let size = match layout {
        Layout::Standard => (894, 606),
        Layout::Wide => (1366, 606),
    };
    let chart = chart_of_today(dashboard, size, TEXT_PX, lang);
    Block::new("wall-curve", charts::figure(chart.svg(), "chart-wall"))
        .titled(words::CURVE.get(lang))
        .aside(curve_legend(lang))
        .class(tone(dashboard))
}
