//! The kinds of days that a calendar tells apart: months, workdays or holidays, triggers decided with yes.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use domain::Day;
use domain::settlement::calendar::{BandSpan, TriggerDecisions};
use domain::settlement::{Calendar, CalendarDay, CalendarDays, CalendarFault, CaseKind, DayChoice, bands_of};

/// Any year: every month of it has all kinds of days.
const YEAR: i32 = 2024;

pub type Bands = Result<Vec<BandSpan>, CalendarFault>;

/// Days that have the same bands.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    pub months: Vec<u8>,
    /// Empty: all kinds.
    pub kinds: Vec<CaseKind>,
    pub triggers: Vec<String>,
    pub bands: Bands,
}

/// Kinds of days with the same bands in every month.
#[derive(Clone, PartialEq, Debug)]
pub struct KindGroup {
    /// Empty: all kinds.
    pub kinds: Vec<CaseKind>,
    /// Of January to December.
    pub months: Vec<Bands>,
}

/// Every kind of day that the rules can tell apart.
fn kinds(calendar: &Calendar) -> Vec<CaseKind> {
    let mut kinds = vec![CaseKind::Workday, CaseKind::Weekend, CaseKind::Holiday(String::new())];
    for rule in &calendar.rules {
        let DayChoice::Holidays { names } = &rule.days else { continue };
        for name in names {
            let named = CaseKind::Holiday(name.clone());
            if !kinds.contains(&named) {
                kinds.push(named);
            }
        }
    }
    kinds
}

fn triggers(calendar: &Calendar) -> Vec<String> {
    let mut triggers: Vec<String> = calendar.rules.iter().filter_map(|rule| rule.trigger.clone()).collect();
    triggers.sort_unstable();
    triggers.dedup();
    triggers
}

/// The bands of a day of this kind, as a real day has them.
fn bands(calendar: &Calendar, month: u8, kind: &CaseKind, on: Option<&String>) -> Bands {
    let is_wanted = |date: &NaiveDate| match kind {
        CaseKind::Workday => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        CaseKind::Weekend => date.weekday() == Weekday::Sat,
        CaseKind::Holiday(_) => true,
    };
    let dates = (1..=7).filter_map(|day| NaiveDate::from_ymd_opt(YEAR, month.into(), day));
    let day = dates.filter(is_wanted).map(Day::from_date).next().unwrap_or_default();
    let mut days = CalendarDays::new();
    if let CaseKind::Holiday(name) = kind {
        days.insert(day, CalendarDay::Holiday { name: name.clone() });
    }
    let decided = triggers(calendar).into_iter().map(|trigger| {
        let is_on = on == Some(&trigger);
        ((trigger, day), is_on)
    });
    let decisions: TriggerDecisions = decided.collect();
    bands_of(calendar, day, &days, &decisions).map(|bands| bands.spans)
}

/// Kinds of days with the same year, with one trigger decided with yes or without any.
pub fn groups(calendar: &Calendar, on: Option<&String>) -> Vec<KindGroup> {
    let mut groups: Vec<KindGroup> = Vec::new();
    for kind in kinds(calendar) {
        // a fault names the kind of day, which is no difference here
        let months: Vec<Bands> = (1..=12).map(|month| bands(calendar, month, &kind, on)).collect();
        match groups.iter_mut().find(|group| are_alike(&group.months, &months)) {
            Some(group) => group.kinds.push(kind),
            None => groups.push(KindGroup { kinds: vec![kind], months }),
        }
    }
    if let [group] = groups.as_mut_slice() {
        group.kinds.clear();
    }
    groups
}

fn is_alike(one: &Bands, other: &Bands) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        (Err(one), Err(other)) => (one.problem, one.from, one.to) == (other.problem, other.from, other.to),
        _ => false,
    }
}

fn are_alike(one: &[Bands], other: &[Bands]) -> bool {
    one.iter().zip(other).all(|(one, other)| is_alike(one, other))
}

/// One case for each different day, those without a trigger first.
pub fn cases(calendar: &Calendar) -> Vec<Case> {
    let usual = groups(calendar, None);
    let mut cases: Vec<Case> = usual.iter().flat_map(|group| of_group(group, &[], |_, _| true)).collect();
    for trigger in triggers(calendar) {
        for group in groups(calendar, Some(&trigger)) {
            let is_met = |other: &&KindGroup| {
                group.kinds.is_empty() || other.kinds.is_empty() || other.kinds.iter().any(|kind| group.kinds.contains(kind))
            };
            let differs = |month: usize, bands: &Bands| {
                usual.iter().filter(is_met).any(|other| other.months.get(month).is_some_and(|own| !is_alike(own, bands)))
            };
            cases.extend(of_group(&group, std::slice::from_ref(&trigger), differs));
        }
    }
    cases
}

/// The months of a group, those with the same bands together.
fn of_group(group: &KindGroup, triggers: &[String], is_shown: impl Fn(usize, &Bands) -> bool) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, (month, bands)) in (1u8..).zip(&group.months).enumerate() {
        if !is_shown(at, bands) {
            continue;
        }
        match cases.iter_mut().find(|case| is_alike(&case.bands, bands)) {
            Some(case) => case.months.push(month),
            None => cases.push(Case {
                months: vec![month],
                kinds: group.kinds.clone(),
                triggers: triggers.to_vec(),
                bands: bands.clone(),
            }),
        }
    }
    cases
}

/// Whether all minutes of all days are in one band.
pub fn is_single(calendar: &Calendar) -> bool {
    let mut bands = BTreeMap::new();
    for rule in &calendar.rules {
        bands.insert(rule.band, ());
    }
    bands.keys().all(|band| *band == domain::settlement::Band::Flat)
}

#[cfg(test)]
mod tests {
    use domain::settlement::Band;

    use super::super::fields::tests::full;
    use super::*;

    #[test]
    fn days_with_the_same_bands_stand_together() {
        let cases = cases(&full().calendar);
        let usual: Vec<_> = cases.iter().filter(|case| case.triggers.is_empty()).collect();
        assert_eq!(usual.len(), 2, "named holidays and all other days: {cases:?}");
        assert_eq!((usual[0].months.len(), usual[0].kinds.len()), (12, 3));
        assert_eq!(usual[1].kinds, [CaseKind::Holiday("春节".to_owned()), CaseKind::Holiday("国庆".to_owned())]);
        let triggered: Vec<_> = cases.iter().filter(|case| !case.triggers.is_empty()).collect();
        assert_eq!(triggered.len(), 1, "{triggered:?}");
        assert_eq!((&triggered[0].months, &triggered[0].kinds), (&vec![1, 7, 8, 12], &vec![CaseKind::Workday]));
        let spans = triggered[0].bands.as_ref().unwrap();
        assert!(spans.iter().any(|span| (span.from, span.to, span.band) == (1_200, 1_320, Band::Sharp)), "{spans:?}");
        assert!(!is_single(&full().calendar) && is_single(&Calendar { flat_fills: true, rules: Vec::new() }));
    }
}
