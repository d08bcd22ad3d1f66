//! Lists of the wall: regions, attention, users, alarms. What does not fit turns pages every 15 seconds.

use leptos::prelude::*;

use super::{Layout, tone};
use crate::components::Block;
use crate::format::{self, EnergyUnit, Percent, or_absent};
use crate::marks::glyph_view;
use crate::pages::alarms::strip;
use crate::pages::dashboard::{Dashboard, RegionLine, coverage_text, masked, region_lines};
use crate::pages::shared::fixed;
use crate::text::alarms::words as names;
use crate::text::{Lang, common, wall as words};

/// Turned pages have styles up to this number; rows beyond are not shown on a wall.
const MOST_PAGES: usize = 8;

/// Rows on pages of `per_page`, each page with its number. Sorted by state, so abnormal rows stand on page 1.
fn paged(rows: Vec<AnyView>, per_page: usize, class: &'static str) -> AnyView {
    let pages = rows.len().div_ceil(per_page).clamp(1, MOST_PAGES);
    let items = rows.into_iter().take(per_page * MOST_PAGES).enumerate().map(|(index, row)| {
        view! { <li data-in=(index / per_page + 1).to_string()>{row}</li> }
    });
    let numbers = (1..=pages).filter(|_| pages > 1).map(|page| {
        view! { <li class="page-no" data-in=page.to_string()>{common::PAGE_OF.with(Lang::Zh, &[&page.to_string(), &pages.to_string()])}</li> }
    });
    view! {
        <ol class=format!("wall-list {class}") data-pages=pages.to_string() data-page="1">
            {items.collect_view()} {numbers.collect_view()}
        </ol>
    }
    .into_any()
}

pub fn regions(dashboard: &Dashboard, layout: Layout, lang: Lang) -> Block {
    let lines = region_lines(dashboard, lang);
    let (per_page, class) = match layout {
        Layout::Standard => (10, "wall-regions"),
        Layout::Wide => (11, "wall-regions wall-regions-wide"),
    };
    let rows = lines.iter().map(|line| region(dashboard, line, layout, lang)).collect();
    let mut title = format!("{} {}", words::REGIONS.get(lang), dashboard.power.name(lang));
    if layout == Layout::Wide {
        let (energy, share) = (common::ENERGY.get(lang), common::SHARE.get(lang));
        title = format!("{title} · {energy} {} · {share}", dashboard.energy.name(lang));
    }
    Block::new("wall-regions", paged(rows, per_page, class)).titled(title).class(tone(dashboard))
}

fn region(dashboard: &Dashboard, line: &RegionLine, layout: Layout, lang: Lang) -> AnyView {
    let second = match line.loading {
        Some(share) => share.show(),
        None => or_absent(line.change_yesterday, Percent::show_change),
    };
    let state = line.state_text(dashboard.at(), lang).map(|(glyph, word)| {
        view! { <span class="wall-state" title=word.clone() role="img" aria-label=word>{glyph_view(glyph)}</span> }
    });
    let more = (layout == Layout::Wide).then(|| {
        view! {
            <span class="num">{or_absent(line.energy_kwh, |kwh| dashboard.energy.number(kwh))}</span>
            <span class="num">{or_absent(line.share, Percent::show)}</span>
        }
    });
    view! {
        <span class=format!("wall-row {}", line.class())>
            <span class="name">{line.name.clone()}</span>
            <span class="num strong">{or_absent(line.load_kw, |kw| dashboard.power.number(kw))}</span>
            <span class="num">{second}</span>
            {more}
            <span class="wall-glyph">{state}</span>
        </span>
    }
    .into_any()
}

pub fn users(dashboard: &Dashboard, layout: Layout, lang: Lang) -> Block {
    let most = if layout == Layout::Wide { 10 } else { 8 };
    let rows = (1..).zip(dashboard.data.loads.top_users.rows.iter().take(most)).map(|(rank, user)| {
        view! {
            <span class="wall-row">
                <span class="rank">{rank}</span>
                <span class="name">{masked(&user.user_name, &user.usage_type, true, lang)}</span>
                <span class="num strong">{EnergyUnit::Kwh.number(fixed(user.energy_kwh))}</span>
            </span>
        }
        .into_any()
    });
    let title = format!("{} {} kWh", words::USERS.get(lang), common::TODAY.get(lang));
    Block::new("wall-users", paged(rows.collect(), most, "wall-users")).titled(title).class(tone(dashboard))
}

pub fn attention(dashboard: &Dashboard, layout: Layout, lang: Lang) -> Block {
    let per_page = if layout == Layout::Wide { 10 } else { 4 };
    let found = dashboard.findings(lang);
    let rows: Vec<AnyView> = found
        .into_iter()
        .map(|finding| {
            let class = format!("wall-finding severity-{}", finding.severity.code());
            // names that people gave may be longer than the line
            let is_alarm = finding.address.starts_with("/alarms/");
            view! {
                <span class=class>
                    <i role="img" aria-label=names::severity(finding.severity).get(lang)>{names::severity_glyph(finding.severity)}</i>
                    " "
                    <span class=is_alarm.then_some("wall-name")>{finding.short}</span>
                </span>
            }
            .into_any()
        })
        .collect();
    let body = if rows.is_empty() {
        view! { <p class="wall-well">{crate::text::attention::ALL_WELL.get(lang)}</p> }.into_any()
    } else {
        paged(rows, per_page, "wall-findings")
    };
    let figures = (layout == Layout::Standard).then(|| quality_figures(dashboard, lang));
    Block::new("wall-attention", view! { {body} {figures} }).titled(words::ATTENTION.get(lang)).class(tone(dashboard))
}

pub fn quality(dashboard: &Dashboard, lang: Lang) -> Block {
    Block::new("wall-quality", quality_figures(dashboard, lang)).titled(words::QUALITY.get(lang)).class(tone(dashboard))
}

fn quality_figures(dashboard: &Dashboard, lang: Lang) -> AnyView {
    let quality = dashboard.data.recent.quality;
    let rows = [
        (words::COMPLETE, or_absent(coverage_text(dashboard), Percent::show)),
        (words::LATE_ROWS, format::count(quality.late_today)),
        (words::DEAD_LETTERS, format::count(quality.dead_letters_open)),
    ];
    let rows = rows.map(|(label, value)| view! { <div><dt>{label.get(lang)}</dt><dd>{value}</dd></div> });
    view! { <dl class="wall-quality-figures">{rows.into_iter().collect_view()}</dl> }.into_any()
}

/// Until alarm rules exist the strip says so.
pub fn alarms(id: &'static str, dashboard: &Dashboard, lang: Lang) -> Block {
    let frame = &dashboard.frame;
    let told = strip::on_wall(frame.alarms.as_deref(), frame.local_now.day(), |ms| frame.local(ms), lang);
    let element = view! {
        <p id=id class=format!("block block-wall-alarms block-{id}") data-live=id>{told}</p>
    };
    Block::bare(id, element)
}
