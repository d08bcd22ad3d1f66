//! Which band each minute of a local day is in, by the rules of a calendar: what precedence cannot decide is a fault.

use std::collections::BTreeSet;

use super::calendar::{BandSpan, CalendarDays, DAY_MINUTES, DayBands, DayChoice, DayKind, TriggerDecisions};
use super::{Band, BandRule, Calendar};
use crate::Day;

/// A kind of day that owns its name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CaseKind {
    /// Also a swapped workday.
    Workday,
    Weekend,
    /// A holiday of this name; empty: one that no rule names.
    Holiday(String),
}

impl CaseKind {
    pub fn of(kind: DayKind<'_>) -> Self {
        match kind {
            DayKind::Workday => Self::Workday,
            DayKind::Weekend => Self::Weekend,
            DayKind::Holiday(name) => Self::Holiday(name.to_owned()),
        }
    }

    pub fn kind(&self) -> DayKind<'_> {
        match self {
            Self::Workday => DayKind::Workday,
            Self::Weekend => DayKind::Weekend,
            Self::Holiday(name) => DayKind::Holiday(name),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CalendarProblem {
    /// No rule covers the minutes, and 平 does not fill the rest.
    Gap,
    /// Two bands of which neither goes before the other; numbers of the rules from 0.
    Overlap { first: (Band, u16), second: (Band, u16) },
}

/// Minutes `[from, to)` of some days whose band cannot be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CalendarFault {
    pub problem: CalendarProblem,
    pub from: u16,
    pub to: u16,
    pub months: Vec<u8>,
    pub kinds: Vec<CaseKind>,
    /// Triggers that have to be decided with yes for it.
    pub triggers: Vec<String>,
}

/// The bands of a day. Triggers that are not decided do not apply and are listed.
pub fn bands_of(
    calendar: &Calendar,
    day: Day,
    days: &CalendarDays,
    decisions: &TriggerDecisions,
) -> Result<DayBands, CalendarFault> {
    let (month, kind) = (month_of(day), DayKind::of(day, days));
    let mut undecided = Vec::new();
    let mut triggered = BTreeSet::new();
    for rule in &calendar.rules {
        let Some(trigger) = &rule.trigger else { continue };
        if !is_of(rule, month, kind) {
            continue;
        }
        match decisions.get(&(trigger.clone(), day)) {
            Some(true) => {
                triggered.insert(trigger.as_str());
            }
            Some(false) => {}
            None if undecided.contains(trigger) => {}
            None => undecided.push(trigger.clone()),
        }
    }
    let active = active(calendar, month, kind, |trigger| triggered.contains(trigger));
    let (spans, mut faults) = paint(calendar, &active);
    if faults.is_empty() {
        return Ok(DayBands { spans, undecided });
    }
    let (problem, from, to) = faults.remove(0);
    let triggers = triggered.into_iter().map(str::to_owned).collect();
    Err(CalendarFault { problem, from, to, months: vec![month], kinds: vec![CaseKind::of(kind)], triggers })
}

fn month_of(day: Day) -> u8 {
    use chrono::Datelike;
    u8::try_from(day.to_date().month()).unwrap_or(1)
}

/// Whether a rule is about this day, its trigger aside.
pub fn is_on(rule: &BandRule, day: Day, kind: DayKind<'_>) -> bool {
    is_of(rule, month_of(day), kind)
}

/// Whether a rule is about days of this kind in this month, its trigger aside.
fn is_of(rule: &BandRule, month: u8, kind: DayKind<'_>) -> bool {
    let in_month = rule.months.is_empty() || rule.months.contains(&month);
    in_month && rule.days.includes(kind)
}

/// Numbers of the rules that apply.
pub(super) fn active(calendar: &Calendar, month: u8, kind: DayKind<'_>, is_on: impl Fn(&str) -> bool) -> Vec<u16> {
    let applies = |rule: &BandRule| is_of(rule, month, kind) && rule.trigger.as_deref().is_none_or(&is_on);
    (0u16..).zip(&calendar.rules).filter(|(_, rule)| applies(rule)).map(|(number, _)| number).collect()
}

pub(super) type Fault = (CalendarProblem, u16, u16);

/// Spans by the rules that apply, and the minutes that cannot be told.
pub(super) fn paint(calendar: &Calendar, active: &[u16]) -> (Vec<BandSpan>, Vec<Fault>) {
    let rules: Vec<(u16, &BandRule)> =
        active.iter().filter_map(|number| Some((*number, calendar.rules.get(usize::from(*number))?))).collect();
    let mut cuts = BTreeSet::from([0, DAY_MINUTES]);
    for span in rules.iter().flat_map(|(_, rule)| &rule.spans) {
        cuts.extend([span.from.min(DAY_MINUTES), span.to.min(DAY_MINUTES)]);
    }
    let cuts: Vec<u16> = cuts.into_iter().collect();
    let (mut spans, mut faults) = (Vec::<BandSpan>::new(), Vec::<Fault>::new());
    for pair in cuts.windows(2) {
        let &[from, to] = pair else { continue };
        match decide(&rules, from, calendar.flat_fills) {
            Ok((band, rule)) => match spans.last_mut() {
                Some(last) if last.to == from && (last.band, last.rule) == (band, rule) => last.to = to,
                _ => spans.push(BandSpan { from, to, band, rule }),
            },
            Err(problem) => match faults.last_mut() {
                Some((last, _, end)) if *end == from && *last == problem => *end = to,
                _ => faults.push((problem, from, to)),
            },
        }
    }
    (spans, faults)
}

/// The band of a minute: the highest rank, within it the most specific rule.
fn decide(rules: &[(u16, &BandRule)], minute: u16, flat_fills: bool) -> Result<(Band, Option<u16>), CalendarProblem> {
    let covers = |rule: &BandRule| rule.spans.iter().any(|span| span.contains(minute));
    let mut best: Vec<(u16, &BandRule)> = Vec::new();
    for &(number, rule) in rules {
        if !covers(rule) {
            continue;
        }
        match best.first().map(|(_, other)| precedence(rule).cmp(&precedence(other))) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => best.push((number, rule)),
            Some(std::cmp::Ordering::Greater) | None => best = vec![(number, rule)],
        }
    }
    let Some(&(number, rule)) = best.first() else {
        return if flat_fills { Ok((Band::Flat, None)) } else { Err(CalendarProblem::Gap) };
    };
    // 尖 against 深谷 is never right, however special one of them is: a discount would silently eat a surcharge
    let highest = rules.iter().filter(|(_, other)| other.band.rank() == Band::Sharp.rank() && covers(other)).copied();
    let rivals = if rule.band.rank() == Band::Sharp.rank() { highest.collect() } else { best };
    match rivals.iter().find(|(_, other)| other.band != rule.band) {
        None => Ok((rule.band, Some(number))),
        Some(&(other_number, other)) => {
            let (mut first, mut second) = ((rule.band, number), (other.band, other_number));
            if second.1 < first.1 {
                std::mem::swap(&mut first, &mut second);
            }
            Err(CalendarProblem::Overlap { first, second })
        }
    }
}

/// Rank of the band, then how special its days are, then its months.
fn precedence(rule: &BandRule) -> (u8, u8, bool) {
    let days = match &rule.days {
        DayChoice::Every => 0,
        DayChoice::Workdays | DayChoice::Weekends | DayChoice::WeekendsAndHolidays => 1,
        DayChoice::Holidays { names } if names.is_empty() => 2,
        DayChoice::Holidays { .. } => 3,
    };
    (rule.band.rank(), days, !rule.months.is_empty())
}

impl DayChoice {
    pub fn includes(&self, kind: DayKind<'_>) -> bool {
        match (self, kind) {
            (Self::Every, _)
            | (Self::Workdays, DayKind::Workday)
            | (Self::Weekends, DayKind::Weekend)
            | (Self::WeekendsAndHolidays, DayKind::Weekend | DayKind::Holiday(_)) => true,
            (Self::Holidays { names }, DayKind::Holiday(name)) => names.is_empty() || names.iter().any(|own| own == name),
            _ => false,
        }
    }
}
