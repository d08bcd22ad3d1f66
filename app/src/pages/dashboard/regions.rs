//! Block 3: a row per region and their sum.

use domain::{Fixed2, LocalMs, RegionId, UNKNOWN_REGION};
use leptos::prelude::*;

use super::data::{Dashboard, change, is_plain, is_reference_only, share_of};
use crate::charts;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::format::{self, Percent, arrow, or_absent};
use crate::marks::{Mark, glyph_view};
use crate::text::{Lang, common, dashboard as words};

/// A region without a reading for this long (two intervals of 15 minutes) is silent.
pub const SILENT_MS: i64 = 1_800_000;
const HEAVY_TENTHS: i64 = 800;
const OVER_TENTHS: i64 = 1000;

/// The worst first: rows are sorted by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RegionState {
    OverLimit,
    Silent,
    Partial,
    Heavy,
    Normal,
}

/// What is said of a region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionLine {
    pub region_id: RegionId,
    pub name: String,
    pub load_kw: Option<Fixed2>,
    pub limit_kw: Option<Fixed2>,
    pub loading: Option<Percent>,
    pub change_yesterday: Option<Percent>,
    /// Change within 15 minutes, when both moments are complete enough.
    pub jump: Option<Percent>,
    pub energy_kwh: Option<Fixed2>,
    pub share: Option<Percent>,
    pub peak: Option<(Fixed2, LocalMs)>,
    pub coverage: Option<Percent>,
    pub last_heard: Option<LocalMs>,
    pub state: RegionState,
}

/// Lines sorted by state, then by load, as decided within the last minute.
pub fn region_lines(dashboard: &Dashboard, lang: Lang) -> Vec<RegionLine> {
    let recent = &dashboard.data.recent;
    let total: i64 = recent.regions.iter().filter_map(|region| region.energy_kwh).map(|kwh| kwh.0).sum();
    let loads = &dashboard.data.loads;
    let mut lines: Vec<RegionLine> = recent
        .regions
        .iter()
        .map(|region| {
            let now = loads.now.regions.get(&region.region_id);
            let load_kw = now.and_then(|now| now.load_kw(0));
            let coverage = now.and_then(|now| share_of((now.reported, now.expected)));
            let before = loads.yesterday.regions.get(&region.region_id);
            let complete_before = is_plain(before.and_then(|then| share_of((then.reported, then.expected))));
            let then_kw = before.and_then(|then| then.load_kw(0)).filter(|_| complete_before && is_plain(coverage));
            let quarter_ago = now.and_then(|now| now.load_kw(15)).filter(|_| is_plain(coverage));
            let relative = |then: Option<Fixed2>| load_kw.zip(then).and_then(|(now, then)| change(now, then).1);
            let loading = region.limit_kw.zip(load_kw).filter(|_| !is_reference_only(coverage));
            let loading = loading.and_then(|(limit, load)| Percent::of(load.0, limit.0));
            let last_quarter = recent.troubles.last_heard.get(&region.region_id).copied();
            let last_heard = now.and_then(|now| now.newest).max(last_quarter);
            RegionLine {
                region_id: region.region_id,
                name: region_name(region.region_id, &region.region_name, lang),
                load_kw,
                limit_kw: region.limit_kw,
                loading,
                change_yesterday: relative(then_kw),
                jump: relative(quarter_ago),
                energy_kwh: region.energy_kwh,
                share: region.energy_kwh.and_then(|kwh| Percent::of(kwh.0, total)),
                peak: region.peak_kw.zip(region.peak_quarter),
                coverage,
                last_heard,
                state: state(recent.at, last_heard, coverage, loading),
            }
        })
        .collect();
    let place = |id: RegionId| dashboard.order.iter().position(|listed| *listed == id).unwrap_or(usize::MAX);
    lines.sort_by_key(|line| (place(line.region_id), line.state, std::cmp::Reverse(line.load_kw), line.region_id));
    lines
}

fn state(at: LocalMs, last_heard: Option<LocalMs>, coverage: Option<Percent>, loading: Option<Percent>) -> RegionState {
    let loading = loading.map_or(0, |share| share.0);
    if loading > OVER_TENTHS {
        RegionState::OverLimit
    } else if last_heard.is_none_or(|last| at.0 - last.0 > SILENT_MS) {
        RegionState::Silent
    } else if !is_plain(coverage) {
        RegionState::Partial
    } else if loading >= HEAVY_TENTHS {
        RegionState::Heavy
    } else {
        RegionState::Normal
    }
}

pub fn region_name(region_id: RegionId, name: &str, lang: Lang) -> String {
    if region_id == UNKNOWN_REGION { common::UNKNOWN_REGION.get(lang).to_owned() } else { name.to_owned() }
}

impl RegionLine {
    /// Glyph and word; colour only ever comes on top of them.
    pub fn state_text(&self, at: LocalMs, lang: Lang) -> Option<(&'static str, String)> {
        match self.state {
            RegionState::OverLimit => Some(("▲", common::OVER_LIMIT.get(lang).to_owned())),
            RegionState::Heavy => Some(("△", common::HEAVY.get(lang).to_owned())),
            RegionState::Silent => {
                let since = self.last_heard.map_or(String::new(), |last| {
                    let is_today = last.day() == at.day();
                    let shown = if is_today { format::hour_minute(last) } else { format::month_day_minute(last) };
                    format!(" {shown}")
                });
                Some((Mark::Stale.glyph(), format!("{}{since}", words::SILENT.get(lang))))
            }
            RegionState::Partial => Some((Mark::Partial.glyph(), Mark::Partial.word(lang).to_owned())),
            RegionState::Normal => None,
        }
    }

    pub fn class(&self) -> &'static str {
        match self.state {
            RegionState::OverLimit => "state-over",
            RegionState::Heavy => "state-heavy",
            RegionState::Silent => "state-silent",
            RegionState::Partial => "state-partial",
            RegionState::Normal => "",
        }
    }
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let lines = region_lines(dashboard, lang);
    let has_limits = lines.iter().any(|line| line.limit_kw.is_some());
    let unit = dashboard.power;
    let mut columns = vec![
        Column::text(words::REGION.get(lang)),
        Column::number(words::LOAD_IN.with(lang, &[unit.name(lang)])),
        Column::number(words::VS_YESTERDAY_SHORT.get(lang)),
        Column::number(words::TODAY_ENERGY_IN.with(lang, &[dashboard.energy.name(lang)])),
        Column::number(common::SHARE.get(lang)),
        Column::number(words::TODAY_MAX_IN.with(lang, &[unit.name(lang)])),
        Column::number(words::AT_TIME.get(lang)),
        Column::number(common::COVERAGE.get(lang)),
        Column::text(common::STATE.get(lang)),
    ];
    if has_limits {
        columns.insert(2, Column::number(common::LOADING.get(lang)));
    }
    let total = total_row(dashboard, has_limits, lang);
    let rows = lines.iter().map(|line| row(dashboard, line, has_limits, lang)).chain([total]).collect();
    Block::new("regions", table(words::REGIONS.get(lang), columns, rows)).titled(words::REGIONS.get(lang)).class(dashboard.tone())
}

fn row(dashboard: &Dashboard, line: &RegionLine, has_limits: bool, lang: Lang) -> Row {
    let state = match line.state_text(dashboard.at(), lang) {
        Some((glyph, word)) => view! { <span class="state">{glyph_view(glyph)} " " {word}</span> }.into_any(),
        None => dashboard.live_marks(lang).view(lang),
    };
    let exact = line.energy_kwh.map(|kwh| format!("{kwh} kWh"));
    let mut cells = vec![
        Cell::text(view! { <a href=format!("/regions/{}", line.region_id)>{line.name.clone()}</a> }),
        Cell::number(or_absent(line.load_kw, |kw| dashboard.power.number(kw))),
        Cell::number(or_absent(line.change_yesterday, Percent::show_change)),
        Cell::number(view! { <span title=exact>{or_absent(line.energy_kwh, |kwh| dashboard.energy.number(kwh))}</span> }),
        Cell::number(or_absent(line.share, Percent::show)),
        Cell::number(or_absent(line.peak, |(kw, _)| dashboard.power.number(kw))),
        Cell::number(or_absent(line.peak, |(_, start)| format::hour_minute(start))),
        Cell::number(or_absent(line.coverage, Percent::show)),
        Cell::text(state),
    ];
    if has_limits {
        cells.insert(2, Cell::number(loading(line)));
    }
    Row { cells, class: line.class().to_owned() }
}

fn loading(line: &RegionLine) -> AnyView {
    let Some(share) = line.loading else { return common::ABSENT.into_any() };
    let class = match share.0 {
        ..HEAVY_TENTHS => "bar-normal",
        HEAVY_TENTHS..=OVER_TENTHS => "bar-heavy",
        _ => "bar-over",
    };
    view! { <span class="with-bar">{charts::bar(share.0, OVER_TENTHS, class)} <span>{share.show()}</span></span> }.into_any()
}

fn total_row(dashboard: &Dashboard, has_limits: bool, lang: Lang) -> Row {
    let loads = &dashboard.data.loads;
    let energies: Vec<Fixed2> = dashboard.data.recent.regions.iter().filter_map(|region| region.energy_kwh).collect();
    let energy = (!energies.is_empty()).then(|| energies.into_iter().sum::<Fixed2>());
    let change = dashboard.change_to(&loads.yesterday).and_then(|(_, share)| share);
    let peak = dashboard
        .today()
        .and_then(|today| today.maximum(loads.now.at).map(|(index, quarter)| (today.start(index), quarter.load_kw())));
    let mut cells = vec![
        Cell::text(words::TOTAL_ROW.get(lang)),
        Cell::number(or_absent(loads.now.total_kw(0), |kw| dashboard.power.number(kw))),
        Cell::number(or_absent(change, |share: Percent| {
            format!("{} {}{}", arrow(share.0), format::sign(share.0), Percent(share.0.abs()).show())
        })),
        Cell::number(or_absent(energy, |kwh| dashboard.energy.number(kwh))),
        Cell::number(or_absent(energy, |_| Percent(1000).show())),
        Cell::number(or_absent(peak, |(_, kw)| dashboard.power.number(kw))),
        Cell::number(or_absent(peak, |(start, _)| format::hour_minute(start))),
        Cell::number(or_absent(dashboard.coverage(), Percent::show)),
        Cell::text(""),
    ];
    if has_limits {
        cells.insert(2, Cell::number(""));
    }
    Row { cells, class: "total".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_state_wins() {
        let at = LocalMs(10_000_000);
        let full = Some(Percent(1000));
        assert_eq!(state(at, Some(at), full, Some(Percent(1001))), RegionState::OverLimit);
        assert_eq!(state(at, Some(at), full, Some(Percent(1000))), RegionState::Heavy);
        assert_eq!(state(at, Some(at), full, Some(Percent(799))), RegionState::Normal);
        assert_eq!(state(at, Some(at), Some(Percent(949)), None), RegionState::Partial);
        assert_eq!(state(at, Some(LocalMs(at.0 - SILENT_MS - 1)), full, None), RegionState::Silent);
        assert_eq!(state(at, None, None, None), RegionState::Silent);
    }
}
