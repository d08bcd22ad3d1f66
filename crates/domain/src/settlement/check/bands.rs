//! Proof that a calendar tells one band for each minute: every month, every kind of day, every trigger on and off.

use std::collections::{BTreeMap, BTreeSet};

use super::super::calendar::{CalendarDays, DayChoice, MOST_BAND_RULES, MOST_SPANS};
use super::super::resolve::{self, CalendarFault, CalendarProblem, CaseKind};
use super::super::{Band, Calendar, CalendarDay, TariffPlan};
use super::{MOST_CALENDAR_FAULTS, MOST_HOLIDAY_NAMES, MOST_SPANS_IN_ALL, MOST_TRIGGERS, PlanFault, is_span, number};

/// The bands that days can have. A calendar with faults of form is not painted: whoever mends them sees the rest.
pub(super) fn check(plan: &TariffPlan, faults: &mut Vec<PlanFault>) -> BTreeSet<Band> {
    let before = faults.len();
    check_form(&plan.calendar, faults);
    if faults.len() > before { BTreeSet::new() } else { prove(&plan.calendar, faults) }
}

fn check_form(calendar: &Calendar, faults: &mut Vec<PlanFault>) {
    if calendar.rules.len() > MOST_BAND_RULES {
        faults.push(PlanFault::TooManyRules);
        return;
    }
    for (at, rule) in calendar.rules.iter().enumerate() {
        let rule_no = number(at);
        if rule.spans.is_empty() || !rule.spans.iter().all(|span| is_span(*span)) {
            faults.push(PlanFault::NoSpans { rule: rule_no });
        }
        if rule.spans.len() > MOST_SPANS {
            faults.push(PlanFault::TooManySpans { rule: rule_no });
        }
        let months: BTreeSet<u8> = rule.months.iter().copied().filter(|month| (1..=12).contains(month)).collect();
        if months.len() != rule.months.len() {
            faults.push(PlanFault::Months { rule: rule_no });
        }
    }
    if calendar.rules.iter().map(|rule| rule.spans.len()).sum::<usize>() > MOST_SPANS_IN_ALL {
        faults.push(PlanFault::TooManySpansInAll);
    }
    if triggers(calendar).len() > MOST_TRIGGERS {
        faults.push(PlanFault::TooManyTriggers);
    }
    if holiday_names(calendar).len() > MOST_HOLIDAY_NAMES {
        faults.push(PlanFault::TooManyHolidayNames);
    }
}

fn triggers(calendar: &Calendar) -> BTreeSet<&str> {
    calendar.rules.iter().filter_map(|rule| rule.trigger.as_deref()).collect()
}

fn holiday_names(calendar: &Calendar) -> BTreeSet<&str> {
    let names = calendar.rules.iter().filter_map(|rule| match &rule.days {
        DayChoice::Holidays { names } => Some(names),
        _ => None,
    });
    names.flatten().map(String::as_str).collect()
}

type Place = (CalendarProblem, u16, u16);

fn prove(calendar: &Calendar, faults: &mut Vec<PlanFault>) -> BTreeSet<Band> {
    let names = holiday_names(calendar);
    let mut kinds = vec![CaseKind::Workday, CaseKind::Weekend, CaseKind::Holiday(String::new())];
    kinds.extend(names.iter().map(|name| CaseKind::Holiday((*name).to_owned())));
    let triggers: Vec<&str> = triggers(calendar).into_iter().collect();
    // days to which the same rules apply are alike
    let mut painted = BTreeMap::<Vec<u16>, Vec<Place>>::new();
    let mut used = BTreeSet::new();
    // of each fault the months, by kind of day and triggers
    let mut found = BTreeMap::<(Place, Vec<String>), BTreeMap<CaseKind, Vec<u8>>>::new();
    let mut told = BTreeSet::<(Place, u8, CaseKind)>::new();
    for choice in 0..1usize << triggers.len() {
        let on: Vec<&str> =
            triggers.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1).map(|(_, name)| *name).collect();
        for kind in &kinds {
            for month in 1..=12u8 {
                let active = resolve::active(calendar, month, kind.kind(), |trigger| on.contains(&trigger));
                let places = painted.entry(active).or_insert_with_key(|active| {
                    let (spans, places) = resolve::paint(calendar, active);
                    used.extend(spans.iter().map(|span| span.band));
                    places
                });
                for place in places.iter() {
                    // without the trigger it is the same fault
                    if told.insert((*place, month, kind.clone())) {
                        let key = (*place, on.iter().map(|name| (*name).to_owned()).collect());
                        found.entry(key).or_default().entry(kind.clone()).or_default().push(month);
                    }
                }
            }
        }
    }
    report(found, faults);
    used
}

fn report(found: BTreeMap<(Place, Vec<String>), BTreeMap<CaseKind, Vec<u8>>>, faults: &mut Vec<PlanFault>) {
    let mut all = Vec::new();
    for (((problem, from, to), triggers), kinds) in found {
        let mut by_months = BTreeMap::<Vec<u8>, Vec<CaseKind>>::new();
        for (kind, months) in kinds {
            by_months.entry(months).or_default().push(kind);
        }
        for (months, kinds) in by_months {
            all.push(CalendarFault { problem, from, to, months, kinds, triggers: triggers.clone() });
        }
    }
    let is_cut = all.len() > MOST_CALENDAR_FAULTS;
    faults.extend(all.into_iter().take(MOST_CALENDAR_FAULTS).map(PlanFault::Calendar));
    if is_cut {
        faults.push(PlanFault::MoreCalendarFaults);
    }
}

pub(super) fn hint_at_holidays(plan: &TariffPlan, days: &CalendarDays, faults: &mut Vec<PlanFault>) {
    let known: BTreeSet<&str> = days
        .values()
        .filter_map(|day| match day {
            CalendarDay::Holiday { name } => Some(name.as_str()),
            CalendarDay::Workday { .. } => None,
        })
        .collect();
    let unknown = holiday_names(&plan.calendar).into_iter().filter(|name| !known.contains(name)).take(MOST_HOLIDAY_NAMES);
    faults.extend(unknown.map(|name| PlanFault::UnknownHoliday { name: name.to_owned() }));
}
