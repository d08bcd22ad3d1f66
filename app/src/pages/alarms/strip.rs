//! What every page says of alarms: how many by severity, the newest that nobody has acknowledged, and the worst of them.

use std::sync::Arc;

use domain::LocalMs;
use domain::access::Permission;
use domain::alarms::{Severity, State};
use leptos::prelude::*;
use warehouse::read::alarms::{self, Counts, Filter, Line, Order, Page};

use super::told;
use crate::cache::Shared;
use crate::context::AppContext;
use crate::error::AppError;
use crate::format;
use crate::text::alarms::{desk as words, words as names};
use crate::text::{Lang, common, frame};

/// As many unacknowledged alarms are told beside other findings.
const MOST_WORST: i64 = 6;

/// Values of alarms move without a change of state; a list that everybody looks at is asked for this often.
const FIRST_PAGE_MS: i64 = 5_000;

/// Answers of equal revisions are equal.
#[derive(Default)]
pub struct Cache {
    strip: Shared<i64, Strip>,
    /// By revision and five seconds.
    first_page: Shared<(i64, i64), Page>,
    choices: Shared<i64, alarms::Choices>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Strip {
    pub counts: Counts,
    pub newest: Page,
    /// Unacknowledged ones.
    pub worst: Page,
}

/// None for whoever may not see alarms.
pub async fn load(ctx: &AppContext) -> Result<Option<Arc<Strip>>, AppError> {
    if !ctx.viewer.may(Permission::SeeAlarms) {
        return Ok(None);
    }
    let revision = alarms::revision(&ctx.pool).await?;
    ctx.caches.alarms.strip.get(revision, ctx.now_ms(), 0, ask(ctx)).await.map(Some)
}

async fn ask(ctx: &AppContext) -> Result<Strip, AppError> {
    let counts = alarms::counts(&ctx.pool).await?;
    if counts.all_unacknowledged() == 0 {
        return Ok(Strip { counts, ..Strip::default() });
    }
    let newest: Vec<_> = counts.newest.into_iter().collect();
    let (lines, rules) = alarms::lines(&ctx.pool, &newest).await?;
    let unacknowledged = State::ALL.into_iter().filter(|state| state.is_unacknowledged()).collect();
    let filter = Filter { states: unacknowledged, ..Filter::default() };
    let worst = alarms::list(&ctx.pool, &filter, Order::WorstFirst, 0, MOST_WORST).await?;
    Ok(Strip { counts, newest: Page { total: 1, lines, rules }, worst })
}

/// The first page of the desk without a filter.
pub async fn first_page(ctx: &AppContext, limit: i64) -> Result<Arc<Page>, AppError> {
    let revision = alarms::revision(&ctx.pool).await?;
    let now_ms = ctx.now_ms();
    let ask = async { Ok(alarms::list(&ctx.pool, &Filter::default(), Order::WorstFirst, 0, limit).await?) };
    ctx.caches.alarms.first_page.get((revision, now_ms / FIRST_PAGE_MS), now_ms, 0, ask).await
}

/// Rules and people that a filter offers.
pub async fn choices(ctx: &AppContext) -> Result<Arc<alarms::Choices>, AppError> {
    let revision = alarms::revision(&ctx.pool).await?;
    let ask = async { Ok(alarms::choices(&ctx.pool).await?) };
    ctx.caches.alarms.choices.get(revision, ctx.now_ms(), 0, ask).await
}

impl Strip {
    /// In a few words: what it is, of whom.
    pub fn short(page: &Page, line: &Line, lang: Lang) -> String {
        format!("{} {}", told::subject_name(line, lang), told::rule_name(page, line, lang))
    }

    /// The same with every customer's name masked.
    pub fn short_on_wall(page: &Page, line: &Line, lang: Lang) -> String {
        format!("{} {}", told::wall_subject(line, lang), told::rule_name(page, line, lang))
    }

    fn newest_line(&self) -> Option<&Line> {
        self.newest.lines.first()
    }
}

/// For the line on top of every page.
pub fn in_frame(strip: &Strip, today: domain::Day, local: impl Fn(i64) -> LocalMs, lang: Lang) -> AnyView {
    let counts = &strip.counts;
    if !counts.has_rules && counts.all_open() == 0 && counts.set_aside() == 0 {
        return view! {
            <span class="alarm-counts" data-live="alarms">
                <a class="alarm-title" href="/alarms">{frame::ALARMS_NOT_ENABLED.get(lang)}</a>
            </span>
        }
        .into_any();
    }
    let newest = strip.newest_line().map(|line| {
        let at = line.point.annunciated_ms.map_or_else(|| common::ABSENT.to_owned(), |ms| format::clock_on(local(ms), today));
        let severity = names::severity(line.point.severity).get(lang);
        let sentence = words::NEWEST.with(lang, &[severity, &Strip::short(&strip.newest, line, lang), &at]);
        (format!("/alarms/{}", line.point.alarm_id), sentence)
    });
    let said = newest.as_ref().map(|(_, sentence)| sentence.clone());
    let newest = newest.map(|(address, sentence)| {
        view! { <a class="alarm-newest" href=address title=sentence.clone()>{sentence.clone()}</a> }
    });
    view! {
        <span class="alarm-counts" data-live="alarms" data-say=said>
            {badges(counts, lang)}
            {newest}
        </span>
    }
    .into_any()
}

/// A link for each severity: unacknowledged of all that are open.
fn badges(counts: &Counts, lang: Lang) -> AnyView {
    let each = Severity::ALL.into_iter().map(|severity| {
        let (waiting, open) = (counts.unacknowledged[severity as usize], counts.open[severity as usize]);
        let class = match waiting {
            0 => format!("alarm-badge alarm-{} is-quiet", severity.code()),
            _ => format!("alarm-badge alarm-{}", severity.code()),
        };
        let word = names::severity(severity).get(lang);
        let sentence = words::BADGE.with(lang, &[word, &format::count(waiting), &format::count(open)]);
        view! {
            <a class=class href=format!("/alarms?severity={}", severity.code()) title=sentence.clone() aria-label=sentence>
                <i aria-hidden="true">{names::severity_glyph(severity)}</i>
                <span class="alarm-word">{word}</span>
                " "
                <b>{format::count(waiting)}</b>
                <span class="alarm-of">"/" {format::count(open)}</span>
            </a>
        }
    });
    view! {
        <nav class="alarm-badges" aria-label=frame::ALARMS.get(lang)>{each.collect_view()}</nav>
    }
    .into_any()
}

/// The lowest line of the wall: nothing on it can be clicked.
pub fn on_wall(strip: Option<&Strip>, today: domain::Day, local: impl Fn(i64) -> LocalMs, lang: Lang) -> AnyView {
    let Some(strip) = strip.filter(|strip| strip.counts.has_rules || strip.counts.all_open() > 0) else {
        return crate::text::wall::NO_ALARM.get(lang).into_any();
    };
    let counts = &strip.counts;
    if counts.all_open() == 0 {
        return view! { <span class="wall-alarm-none">{words::WALL_NONE.get(lang)}</span> }.into_any();
    }
    let each = Severity::ALL.into_iter().map(|severity| {
        let (waiting, open) = (counts.unacknowledged[severity as usize], counts.open[severity as usize]);
        let class =
            if waiting > 0 { format!("wall-alarm-count severity-{}", severity.code()) } else { "wall-alarm-count".to_owned() };
        view! {
            <span class=class>
                <i aria-hidden="true">{names::severity_glyph(severity)}</i>
                " "
                <span class="severity">{names::severity(severity).get(lang)}</span>
                " "
                <b>{format::count(waiting)}</b>
                "/"
                {format::count(open)}
            </span>
        }
    });
    let newest = strip.newest_line().map(|line| {
        let at = line.point.annunciated_ms.map_or_else(String::new, |ms| format::clock_on(local(ms), today));
        let short = Strip::short_on_wall(&strip.newest, line, lang);
        view! {
            <span class=format!("wall-alarm-newest severity-{}", line.point.severity.code())>
                <span class="wall-alarm-label">{words::WALL_NEWEST.get(lang)}</span>
                " "
                <i aria-hidden="true">{names::severity_glyph(line.point.severity)}</i>
                " "
                <span class="severity">{names::severity(line.point.severity).get(lang)}</span>
                " "
                <span class="wall-name">{short}</span>
                " "
                <time>{at}</time>
            </span>
        }
    });
    view! {
        {newest}
        <span class="wall-alarm-counts">
            <span>{words::WALL_COUNTS.get(lang)}</span>
            {each.collect_view()}
        </span>
    }
    .into_any()
}
