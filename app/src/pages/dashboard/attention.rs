//! Block 2: what needs attention, the worst first, at most six lines.

pub use domain::alarms::Severity;
use domain::{Fixed2, LocalMs};
use leptos::prelude::*;

use super::data::Dashboard;
use super::regions::{RegionLine, RegionState, region_lines};
use crate::components::Block;
use crate::format::{self, Percent, or_absent};
use crate::pages::alarms::strip::Strip;
use crate::pages::alarms::told;
use crate::shell::situation::{PLAIN_AGE_MS, STALE_AGE_MS, Situation};
use crate::text::alarms::{desk, words as names};
use crate::text::{Lang, attention as words, common, dashboard as titles};

const MOST_LINES: usize = 6;
/// A change of load within 15 minutes beyond this is told.
const JUMP_TENTHS: i64 = 200;

/// One line: what, since when, and where to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub severity: Severity,
    pub sentence: String,
    /// The same for a line of the wall, which holds about twenty letters.
    pub short: String,
    pub since: Option<LocalMs>,
    pub address: String,
}

/// Everything abnormal, the worst first.
pub fn findings(dashboard: &Dashboard, local: impl Fn(i64) -> LocalMs, lang: Lang) -> Vec<Finding> {
    let lines = region_lines(dashboard, lang);
    let mut found: Vec<Finding> = lines.iter().filter_map(|line| of_state(dashboard, line, lang)).collect();
    found.extend(lines.iter().filter_map(|line| of_jump(line, dashboard.at(), lang)));
    found.extend(of_alarms(dashboard, lang));
    found.extend(of_stream(dashboard, lang));
    found.extend(of_data(dashboard, local, lang));
    found.sort_by_key(|finding| finding.severity);
    found
}

fn of_state(dashboard: &Dashboard, line: &RegionLine, lang: Lang) -> Option<Finding> {
    let name = line.name.as_str();
    let loading = or_absent(line.loading, Percent::show);
    let limit = or_absent(line.limit_kw, |kw: Fixed2| dashboard.power.show(kw, lang));
    let coverage = or_absent(line.coverage, Percent::show);
    let (severity, text, short, values) = match line.state {
        RegionState::OverLimit => (Severity::Critical, words::OVER_LIMIT, words::OVER_LIMIT_SHORT, vec![name, &loading, &limit]),
        RegionState::Heavy => (Severity::Medium, words::HEAVY, words::HEAVY_SHORT, vec![name, &loading, &limit]),
        RegionState::Silent => (Severity::High, words::SILENT, words::SILENT_SHORT, vec![name]),
        RegionState::Partial => (Severity::Medium, words::PARTIAL, words::PARTIAL_SHORT, vec![name, &coverage]),
        RegionState::Normal => return None,
    };
    Some(Finding {
        severity,
        sentence: text.with(lang, &values),
        short: short.with(lang, &values),
        since: since(dashboard, line),
        address: format!("/regions/{}", line.region_id),
    })
}

/// None: since less than a quarter-hour.
fn since(dashboard: &Dashboard, line: &RegionLine) -> Option<LocalMs> {
    let runs = dashboard.data.loads.since.get(&line.region_id).copied().unwrap_or_default();
    match line.state {
        RegionState::OverLimit => runs.over_limit,
        RegionState::Heavy => runs.heavy,
        RegionState::Partial => runs.partial,
        RegionState::Silent => line.last_heard,
        RegionState::Normal => None,
    }
}

fn of_jump(line: &RegionLine, at: LocalMs, lang: Lang) -> Option<Finding> {
    let jump = line.jump.filter(|jump| jump.0.abs() > JUMP_TENTHS && line.state != RegionState::Silent)?;
    let text = if jump.0 > 0 { words::JUMP_UP } else { words::JUMP_DOWN };
    let share = Percent(jump.0.abs()).show();
    Some(Finding {
        severity: Severity::Medium,
        sentence: text.with(lang, &[&line.name, &share]),
        short: words::JUMP_SHORT.with(lang, &[&line.name, &format!("{}{share}", format::sign(jump.0))]),
        since: Some(at.plus_ms(-900_000)),
        address: format!("/regions/{}", line.region_id),
    })
}

/// Unacknowledged alarms, as many as the block has lines.
fn of_alarms(dashboard: &Dashboard, lang: Lang) -> Vec<Finding> {
    let Some(strip) = dashboard.frame.alarms.as_deref() else { return Vec::new() };
    let told = strip.worst.lines.iter().map(|line| {
        let named = Strip::short(&strip.worst, line, lang);
        let sentence = match line.point.value {
            Some(_) => desk::ATTENTION.with(lang, &[&named, &told::value_and_limit(line, &strip.worst.rules, lang)]),
            None => named,
        };
        let short = Strip::short_on_wall(&strip.worst, line, lang);
        Finding {
            severity: line.point.severity,
            sentence,
            short,
            since: line.point.started_at,
            address: format!("/alarms/{}", line.point.alarm_id),
        }
    });
    told.collect()
}

fn of_stream(dashboard: &Dashboard, lang: Lang) -> Option<Finding> {
    let address = "/pipeline".to_owned();
    if let Situation::Disconnected { since } | Situation::Stopped { since } = dashboard.frame.situation {
        let sentence = dashboard.frame.sentence(lang);
        let short = words::STREAM_SHORT.get(lang).to_owned();
        return Some(Finding { severity: Severity::Critical, sentence, short, since: Some(since), address });
    }
    let status = &dashboard.data.frame.status;
    let lagging = status.lag_ms > PLAIN_AGE_MS && dashboard.frame.situation != Situation::Replay;
    lagging.then(|| {
        let severity = if status.lag_ms > STALE_AGE_MS { Severity::High } else { Severity::Medium };
        let values = [format::bytes(status.lag_bytes), format::age(status.lag_ms, lang)];
        let sentence = words::POSITION_LAG.with(lang, &[&values[0], &values[1]]);
        Finding { severity, short: sentence.clone(), sentence, since: None, address }
    })
}

fn of_data(dashboard: &Dashboard, local: impl Fn(i64) -> LocalMs, lang: Lang) -> Vec<Finding> {
    let troubles = &dashboard.data.recent.troubles;
    let line = |severity, text: crate::text::Text, count: i64, since, address: &str| {
        let sentence = text.with(lang, &[&format::count(count)]);
        (count > 0).then(|| Finding { severity, short: sentence.clone(), sentence, since, address: address.to_owned() })
    };
    let first = troubles.first_dead_letter_at_ms.map(local);
    let hour = LocalMs(dashboard.at().0 - dashboard.at().0.rem_euclid(3_600_000));
    let dead = line(Severity::Medium, words::DEAD_LETTERS, troubles.dead_letters_since_hour, first, "/pipeline#rejected");
    let late = line(Severity::Low, words::LATE_ROWS, troubles.late_since_hour, Some(hour), "/pipeline#times");
    dead.into_iter().chain(late).collect()
}

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let found = dashboard.findings(lang);
    let today = dashboard.frame.local_now.day();
    let more = found.len().saturating_sub(MOST_LINES) + untold_alarms(dashboard);
    let is_empty = found.is_empty();
    let lines = found.into_iter().take(MOST_LINES).map(|finding| line(finding, today, lang)).collect_view();
    let checked = words::CHECKED_AT.with(lang, &[&format::clock(dashboard.frame.local_now)]);
    let content = if is_empty {
        view! { <p class="all-well">{words::ALL_WELL.get(lang)} <span class="note">{checked.clone()}</span></p> }.into_any()
    } else {
        view! { <ul class="findings">{lines}</ul> }.into_any()
    };
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    let more = (more > 0).then(|| words::MORE.with(lang, &[&format::count(more)]));
    let content = view! {
        {content}
        <p class="attention-foot">
            <span>{more.unwrap_or_default()}</span>
            {alarms(dashboard, lang)}
        </p>
    };
    Block::new("attention", content).titled(titles::ATTENTION.get(lang)).aside(checked)
}

/// Unacknowledged alarms beyond those that are listed.
fn untold_alarms(dashboard: &Dashboard) -> usize {
    dashboard.frame.alarms.as_deref().map_or(0, |strip| {
        usize::try_from(strip.counts.all_unacknowledged()).unwrap_or_default().saturating_sub(strip.worst.lines.len())
    })
}

fn alarms(dashboard: &Dashboard, lang: Lang) -> Option<AnyView> {
    let counts = &dashboard.frame.alarms.as_deref()?.counts;
    let text = if counts.has_rules || counts.all_open() > 0 {
        desk::COUNTED.with(lang, &[&format::count(counts.all_unacknowledged()), &format::count(counts.all_open())])
    } else {
        format!("{}: {}", words::ALARMS.get(lang), common::NOT_ENABLED.get(lang))
    };
    Some(view! { <a href="/alarms">{text}</a> }.into_any())
}

fn line(finding: Finding, today: domain::Day, lang: Lang) -> AnyView {
    let since = finding
        .since
        .map_or_else(|| words::NOW.get(lang).to_owned(), |since| words::SINCE.with(lang, &[&format::clock_on(since, today)]));
    view! {
        <li class=format!("finding severity-{}", finding.severity.code())>
            <i aria-hidden="true">{names::severity_glyph(finding.severity)}</i>
            <span class="severity">{names::severity(finding.severity).get(lang)}</span>
            <a href=finding.address>{finding.sentence}</a>
            <span class="since">{since}</span>
        </li>
    }
    .into_any()
}

impl Dashboard {
    pub fn findings(&self, lang: Lang) -> Vec<Finding> {
        // The zone's distance from UTC at the server's clock serves for the last hour's moments.
        let distance_ms = self.frame.local_now.0 - self.frame.now_ms;
        findings(self, |utc_ms| LocalMs(utc_ms + distance_ms), lang)
    }
}
