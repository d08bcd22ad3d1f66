//! Block 1: the load of all regions now, whether it is normal, and whether to believe it.

use leptos::prelude::*;

use super::data::{Dashboard, is_plain, is_reference_only};
use crate::charts::{self, sparkline::sparkline};
use crate::components::Block;
use crate::format::{self, Percent, arrow, or_absent, power_change};
use crate::marks::{Mark, Marks};
use crate::text::{Lang, common, dashboard as words};

const SPARK_SIZE: (u32, u32) = (420, 110);

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let load = dashboard.data.loads.now.total_kw(0);
    let coverage = dashboard.coverage();
    let stale = dashboard.frame.is_stale();
    let tone = if stale || is_reference_only(coverage) { "greyed" } else { "" };
    let number = or_absent(load, |kw| dashboard.power.number(kw));
    let exact = load.map(|kw| format!("{kw} kW"));
    let content = view! {
        <div class=format!("load-now {tone}")>
            <div class="headline">
                <span class="digits" title=exact>{number}</span>
                " "
                <span class="unit">{dashboard.power.name(lang)}</span>
                {marks(dashboard, lang).view(lang)}
            </div>
            {charts::figure(last_hour(dashboard, lang), "spark")}
            <dl class="comparisons">
                {comparison(dashboard, true, lang)} {comparison(dashboard, false, lang)} {to_maximum(dashboard, lang)}
                {completeness(dashboard, lang)}
            </dl>
            <p class="left-out">{left_out(dashboard, lang)}</p>
        </div>
    };
    Block::new("load-now", content)
        .titled(if dashboard.sees_all { words::LOAD_NOW } else { words::LOAD_NOW_SEEN }.get(lang))
        .aside(words::AT.with(lang, &[&format::clock(dashboard.data.loads.now.at)]))
}

fn marks(dashboard: &Dashboard, lang: Lang) -> Marks {
    let coverage = dashboard.coverage();
    let age = or_absent(dashboard.frame.age_ms, |ms| format::age(ms, lang));
    let none = dashboard.data.loads.now.total_kw(0).is_none();
    let reference = if is_reference_only(coverage) { common::REFERENCE_ONLY.get(lang) } else { "" };
    let share = format!("{} {reference}", or_absent(coverage, Percent::show));
    Marks::none()
        .with_if(none, Mark::NoData, "")
        .with_if(dashboard.frame.is_stale(), Mark::Stale, age)
        .with_if(!none && !is_plain(coverage), Mark::Partial, share.trim())
        .with(Mark::Live, "")
}

fn last_hour(dashboard: &Dashboard, lang: Lang) -> String {
    let values = dashboard.data.loads.now.last_hour_kw();
    let at = dashboard.data.loads.now.at;
    let ends = (format::hour_minute(at.plus_ms(-3_600_000)), format::hour_minute(at));
    sparkline(SPARK_SIZE, words::LAST_HOUR.get(lang), &values, (&ends.0, &ends.1))
}

fn comparison(dashboard: &Dashboard, yesterday: bool, lang: Lang) -> AnyView {
    let loads = &dashboard.data.loads;
    let (label, other, none) = if yesterday {
        (common::VS_YESTERDAY, &loads.yesterday, common::NO_YESTERDAY)
    } else {
        (common::VS_LAST_WEEK, &loads.last_week, common::NO_LAST_WEEK)
    };
    let (value, note) = match dashboard.change_to(other) {
        Some((difference, share)) => {
            let percent = or_absent(share, |share| format!("{}{}", format::sign(share.0), Percent(share.0.abs()).show()));
            (format!("{} {percent}", arrow(difference.0)), power_change(dashboard.power, difference, lang))
        }
        None if other.total_kw(0).is_none() => (common::ABSENT.to_owned(), none.get(lang).to_owned()),
        None => (common::ABSENT.to_owned(), format!("{} < 95 %", common::COVERAGE.get(lang))),
    };
    pair(label.get(lang), value, note)
}

fn to_maximum(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let at = dashboard.data.loads.now.at;
    let maximum =
        dashboard.today().and_then(|today| today.maximum(at).map(|(index, quarter)| (today.start(index), quarter.load_kw())));
    let load = dashboard.data.loads.now.total_kw(0);
    let value = or_absent(maximum.zip(load), |((_, highest), load)| power_change(dashboard.power, load - highest, lang));
    let note = maximum.map(|(start, highest)| {
        words::TO_MAXIMUM_NOTE.with(lang, &[&dashboard.power.number(highest), &format::hour_minute(start)])
    });
    pair(words::TO_MAXIMUM.get(lang), value, note.unwrap_or_default())
}

fn completeness(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let (reported, expected) = dashboard.data.loads.now.coverage();
    let note = words::METERS_REPORTED.with(lang, &[&format::count(reported), &format::count(expected)]);
    pair(common::COVERAGE.get(lang), or_absent(dashboard.coverage(), Percent::show), note)
}

fn left_out(dashboard: &Dashboard, lang: Lang) -> String {
    let now = &dashboard.data.loads.now;
    let (slow, catch_up) = (now.slow_meters(), now.catch_up_kwh());
    let slow = (slow > 0).then(|| words::SLOW_LEFT_OUT.with(lang, &[&format::count(slow)]));
    let energy = format::EnergyUnit::Kwh.show(catch_up, lang);
    let catch_up = (catch_up.0 > 0).then(|| words::CATCH_UP_LEFT_OUT.with(lang, &[&energy]));
    let separator = if lang == Lang::Zh { "；" } else { "; " };
    slow.into_iter().chain(catch_up).collect::<Vec<_>>().join(separator)
}

fn pair(label: &'static str, value: String, note: String) -> AnyView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>
                <span class="value">{value}</span>
                <span class="note">{note}</span>
            </dd>
        </div>
    }
    .into_any()
}
