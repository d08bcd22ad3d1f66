//! The bands of a tariff: one strip for each kind of day, the year as twelve rows, one real day with its clauses.

use chrono::Datelike;
use domain::Day;
use domain::settlement::calendar::{BandSpan, DayBands, DayKind};
use domain::settlement::{Band, Calendar, CaseKind, TariffPlan, bands_of};
use leptos::prelude::*;

use super::cases::{self, Case, KindGroup, cases, groups};
use crate::charts::band_rows::{BandRow, BandRows, class, clock_span};
use crate::charts::figure;
use crate::components::Block;
use crate::components::link::choices;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::format;
use crate::pages::managed::user_text;
use crate::text::Lang;
use crate::text::settlement::{faults, tariffs as texts, words};

const STRIP_PX: u32 = 34;
const MONTH_PX: u32 = 26;
const MONTH_LABEL_PX: u32 = 52;

/// Colour, pattern and word of a band.
pub fn key(band: Band, lang: Lang) -> AnyView {
    let is_hatched = band.rank() == Band::Sharp.rank();
    view! {
        <span class="band-key">
            <svg viewBox="0 0 22 14" aria-hidden="true" focusable="false">
                <rect class=format!("band {}", class(band)) width="22" height="14"></rect>
                {is_hatched.then(|| view! { <rect class="partial" width="22" height="14"></rect> })}
            </svg>
            {words::band(band).get(lang)}
        </span>
    }
    .into_any()
}

fn keys(used: &[Band], lang: Lang) -> AnyView {
    view! { <p class="band-keys">{used.iter().map(|band| key(*band, lang)).collect_view()}</p> }.into_any()
}

fn used(cases: &[Case]) -> Vec<Band> {
    let is_used = |band: &Band| cases.iter().filter_map(|case| case.bands.as_ref().ok()).flatten().any(|span| span.band == *band);
    Band::ALL.into_iter().filter(is_used).collect()
}

fn clause(calendar: &Calendar, span: &BandSpan, lang: Lang) -> String {
    match span.rule.and_then(|rule| calendar.rules.get(usize::from(rule))) {
        Some(rule) => rule.clause.clone().unwrap_or_default(),
        None => texts::FLAT_FILLS_HERE.get(lang).to_owned(),
    }
}

fn row(calendar: &Calendar, label: String, spans: &[BandSpan], lang: Lang) -> BandRow {
    let tips = spans.iter().map(|span| clause(calendar, span, lang)).collect();
    BandRow { label, spans: spans.to_vec(), tips, is_current: false }
}

fn strip(calendar: &Calendar, name: &str, spans: &[BandSpan], lang: Lang) -> AnyView {
    let name = texts::STRIP_NAME.with(lang, &[name]);
    let chart = BandRows { name, rows: vec![row(calendar, String::new(), spans, lang)], row_px: STRIP_PX, left_px: 0 };
    figure(chart.svg(lang), "chart-bands")
}

/// One strip for each kind of day that the calendar tells apart.
pub fn strips(calendar: &Calendar, lang: Lang) -> AnyView {
    let cases = cases(calendar);
    if cases::is_single(calendar) && cases.iter().all(|case| case.bands.is_ok()) {
        return view! { <p class="note">{texts::ONE_BAND.get(lang)}</p> }.into_any();
    }
    let each = cases.iter().map(|case| {
        let name = texts::days_of_case(&case.months, &case.kinds, &case.triggers, lang);
        let content = match &case.bands {
            Ok(spans) => strip(calendar, &name, spans, lang),
            Err(fault) => view! { <p class="field-problem">{faults::calendar(fault, lang)}</p> }.into_any(),
        };
        view! { <div class="band-case"><h3>{name}</h3>{content}</div> }
    });
    view! { {keys(&used(&cases), lang)} {each.collect_view()} }.into_any()
}

pub fn block(plan: &TariffPlan, lang: Lang) -> Block {
    let content = view! { {strips(&plan.calendar, lang)} <p class="hint">{texts::BANDS_NOTE.get(lang)}</p> };
    Block::fixed("bands", content).titled(texts::BANDS.get(lang)).class("wide")
}

/// Twelve rows of 24 hours, for one kind of day.
pub fn year(plan: &TariffPlan, chosen: usize, this_month: u8, request: &PageRequest) -> Option<Block> {
    let (calendar, lang) = (&plan.calendar, request.view.lang);
    if cases::is_single(calendar) {
        return None;
    }
    let groups = groups(calendar, None);
    let group = groups.get(chosen).or(groups.first())?;
    let name = group_name(group, lang);
    let rows = (1u8..).zip(&group.months).map(|(month, bands)| BandRow {
        is_current: month == this_month,
        ..row(calendar, texts::month(month, lang), bands.as_deref().unwrap_or_default(), lang)
    });
    let chart =
        BandRows { name: texts::YEAR_NAME.with(lang, &[&name]), rows: rows.collect(), row_px: MONTH_PX, left_px: MONTH_LABEL_PX };
    let offered = groups.iter().enumerate().map(|(at, one)| {
        (group_name(one, lang), request.address_with("kind", &if at == 0 { String::new() } else { at.to_string() }), one == group)
    });
    let kinds = (groups.len() > 1).then(|| choices(texts::DAY_KIND.get(lang), offered.collect()));
    let block = Block::fixed("year", figure(chart.svg(lang), "chart-year")).titled(texts::YEAR_VIEW.get(lang)).class("wide");
    Some(match kinds {
        Some(kinds) => block.aside(kinds),
        None => block,
    })
}

fn group_name(group: &KindGroup, lang: Lang) -> String {
    match group.kinds.as_slice() {
        [] => texts::choice(&domain::settlement::DayChoice::Every, lang),
        kinds => texts::join(kinds.iter().map(|kind| texts::kind(kind, lang)).collect(), lang),
    }
}

/// What a real day is and which of its minutes is in which band.
pub struct DayLook<'a> {
    pub plan: &'a TariffPlan,
    pub day: Day,
    pub is_valid: bool,
    pub days: &'a domain::settlement::CalendarDays,
    pub decisions: &'a domain::settlement::calendar::TriggerDecisions,
}

impl DayLook<'_> {
    pub fn block(&self, request: &PageRequest) -> Block {
        let lang = request.view.lang;
        let day = format::date(self.day);
        let kind = texts::kind(&CaseKind::of(DayKind::of(self.day, self.days)), lang);
        let is = texts::DAY_IS.with(lang, &[&day, format::weekday(self.day, lang), &kind]);
        let bands = bands_of(&self.plan.calendar, self.day, self.days, self.decisions);
        let content = match &bands {
            Ok(bands) => self.told(bands, &day, lang),
            Err(fault) => {
                let said = texts::DAY_FAULT.with(lang, &[&faults::calendar(fault, lang)]);
                view! { <p class="field-problem">{said}</p> }.into_any()
            }
        };
        let invalid = (!self.is_valid).then(|| view! { <p class="note">{texts::NOT_VALID_THEN.get(lang)}</p> });
        let kept = ["version", "kind"].into_iter().filter_map(|name| {
            let value = request.get(name)?.to_owned();
            Some(view! { <input type="hidden" name=name value=value /> })
        });
        let content = view! {
            <form class="filter" method="get" action=request.path.clone()>
                {kept.collect_view()}
                <label>
                    <span>{texts::DAY.get(lang)}</span>
                    <input type="date" name="day" value=day.clone() required=true />
                </label>
                <button type="submit">{texts::SHOW.get(lang)}</button>
            </form>
            <p>{is}</p>
            {invalid}
            {content}
        };
        Block::fixed("day", content).titled(texts::DAY_PICK.get(lang)).class("wide")
    }

    fn told(&self, bands: &DayBands, day: &str, lang: Lang) -> AnyView {
        let calendar = &self.plan.calendar;
        let undecided = bands.undecided.iter().map(|trigger| {
            view! { <p class="note">"⚠ " {texts::UNDECIDED.with(lang, &[trigger])} " " <a href="/settlement/calendar#triggers">{crate::text::settlement::parts::CALENDAR.get(lang)}</a></p> }
        });
        let columns = vec![
            Column::text(texts::SPAN.get(lang)),
            Column::text(texts::BAND.get(lang)),
            Column::number(texts::MINUTES.get(lang)),
            Column::text(texts::RULE.get(lang)),
            Column::text(texts::CLAUSE.get(lang)),
        ];
        let rows = bands.spans.iter().map(|span| {
            let minutes = span.to.saturating_sub(span.from);
            let length = texts::PER_DAY.with(lang, &[&(minutes / 60).to_string(), &(minutes % 60).to_string()]);
            let rule = span.rule.map_or_else(|| crate::text::common::ABSENT.to_owned(), |rule| (rule + 1).to_string());
            Row::from(vec![
                Cell::text(clock_span(span.from, span.to)),
                Cell::text(key(span.band, lang)),
                Cell::number(length),
                Cell::text(rule),
                Cell::text(user_text(&clause(calendar, span, lang))),
            ])
        });
        view! {
            {strip(calendar, day, &bands.spans, lang)}
            {undecided.collect_view()}
            {table(texts::DAY_PICK.get(lang), columns, rows.collect())}
        }
        .into_any()
    }
}

pub fn month_of(day: Day) -> u8 {
    u8::try_from(day.to_date().month()).unwrap_or(1)
}
