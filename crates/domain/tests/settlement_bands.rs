//! Bands of random calendars against a painter that goes minute by minute, and what the check says about them.

use std::collections::{BTreeMap, BTreeSet};

use domain::Day;
use domain::settlement::calendar::{CalendarDays, DAY_MINUTES, DayKind, TriggerDecisions};
use domain::settlement::{
    Band, BandRule, Calendar, CalendarDay, CalendarFault, CalendarProblem, CaseKind, DayChoice, MinuteSpan, PlanFault,
    TariffPlan, bands_of, check,
};
use proptest::prelude::*;

const TRIGGERS: [&str; 2] = ["hot", "cold"];

fn day(text: &str) -> Day {
    domain::LocalMs::parse(text.as_bytes()).expect("a day").day()
}

fn a_plan(calendar: Calendar) -> TariffPlan {
    let liaoning = domain::settlement::shipped::tariffs().into_iter().find(|plan| plan.code == "liaoning-tou");
    TariffPlan { calendar, ..liaoning.expect("a shipped tariff") }
}

fn rule(band: Band, spans: &[&str]) -> BandRule {
    let spans = spans.iter().map(|span| MinuteSpan::parse(span).expect("a span")).collect();
    BandRule { band, months: Vec::new(), days: DayChoice::Every, spans, trigger: None, clause: None }
}

/// `Err` where it cannot be told. Written without the cuts and ranks of the real one.
fn minute_by_minute(calendar: &Calendar, month: u8, kind: DayKind<'_>, on: &BTreeSet<&str>, minute: u16) -> Result<Band, ()> {
    let applies = |rule: &&BandRule| {
        let in_month = rule.months.is_empty() || rule.months.contains(&month);
        let on_day = match (&rule.days, kind) {
            (DayChoice::Every, _) => true,
            (DayChoice::Workdays, kind) => kind == DayKind::Workday,
            (DayChoice::Weekends, kind) => kind == DayKind::Weekend,
            (DayChoice::WeekendsAndHolidays, kind) => kind != DayKind::Workday,
            (DayChoice::Holidays { names }, DayKind::Holiday(name)) => names.is_empty() || names.contains(&name.to_owned()),
            (DayChoice::Holidays { .. }, _) => false,
        };
        let in_span = rule.spans.iter().any(|span| {
            let reach = if span.to > span.from { span.to - span.from } else { DAY_MINUTES - span.from + span.to };
            (minute + DAY_MINUTES - span.from) % DAY_MINUTES < reach
        });
        in_month && on_day && in_span && rule.trigger.as_deref().is_none_or(|trigger| on.contains(trigger))
    };
    let there: Vec<&BandRule> = calendar.rules.iter().filter(applies).collect();
    let has = |band| there.iter().any(|rule| rule.band == band);
    match (has(Band::Sharp), has(Band::DeepValley)) {
        (true, true) => return Err(()),
        (true, false) => return Ok(Band::Sharp),
        (false, true) => return Ok(Band::DeepValley),
        (false, false) => {}
    }
    let special = |band| {
        let of = |rule: &&&BandRule| rule.band == band;
        let how = |rule: &&BandRule| {
            let days = match &rule.days {
                DayChoice::Every => 0,
                DayChoice::Holidays { names } => 2 + i32::from(!names.is_empty()),
                _ => 1,
            };
            days * 2 + i32::from(!rule.months.is_empty())
        };
        there.iter().filter(of).map(how).max()
    };
    match (special(Band::Peak), special(Band::Valley)) {
        (None, None) if has(Band::Flat) || calendar.flat_fills => Ok(Band::Flat),
        (None, None) => Err(()),
        (peak, valley) if peak > valley => Ok(Band::Peak),
        (peak, valley) if peak < valley => Ok(Band::Valley),
        _ => Err(()),
    }
}

fn spans() -> impl Strategy<Value = Vec<MinuteSpan>> {
    let span = (0u16..96, 0u16..=96)
        .prop_filter_map("not empty", |(from, to)| (from != to).then_some(MinuteSpan { from: from * 15, to: to * 15 }));
    prop::collection::vec(span, 1..4)
}

fn rules() -> impl Strategy<Value = BandRule> {
    let choice = prop_oneof![
        4 => Just(DayChoice::Every),
        1 => Just(DayChoice::Workdays),
        1 => Just(DayChoice::Weekends),
        1 => Just(DayChoice::WeekendsAndHolidays),
        1 => Just(DayChoice::Holidays { names: Vec::new() }),
        1 => Just(DayChoice::Holidays { names: vec!["春节".to_owned()] }),
        1 => Just(DayChoice::Holidays { names: vec!["春节".to_owned(), "国庆节".to_owned()] }),
    ];
    let months = prop_oneof![2 => Just(BTreeSet::new()), 1 => prop::collection::btree_set(1u8..=12, 1..12)];
    let trigger = prop_oneof![4 => Just(None), 1 => prop::sample::select(&TRIGGERS[..]).prop_map(Some)];
    (prop::sample::select(&Band::ALL[..]), months, choice, spans(), trigger).prop_map(|(band, months, days, spans, trigger)| {
        let months = months.into_iter().collect();
        BandRule { band, months, days, spans, trigger: trigger.map(str::to_owned), clause: None }
    })
}

fn calendars() -> impl Strategy<Value = Calendar> {
    (any::<bool>(), prop::collection::vec(rules(), 0..7)).prop_map(|(flat_fills, rules)| Calendar { flat_fills, rules })
}

/// Days of all kinds: workday, weekend, two holidays that rules name, one that none names, a Saturday that is worked.
fn some_days(month: u8) -> (CalendarDays, Vec<Day>) {
    let first = domain::settlement::Month { year: 2026, month: u32::from(month) }.first_day();
    let weekday = |wanted: u32| {
        use chrono::Datelike;
        (7..21).map(|more| Day(first.0 + more)).find(|day| day.to_date().weekday().num_days_from_monday() == wanted)
    };
    let found: Vec<Day> = (0..7).filter_map(weekday).collect();
    let holiday = |name: &str| CalendarDay::Holiday { name: name.to_owned() };
    let days = CalendarDays::from([
        (found[1], holiday("春节")),
        (found[2], holiday("国庆节")),
        (found[6], holiday("元旦")),
        (found[5], CalendarDay::Workday { name: String::new() }),
    ]);
    let sunday = Day(found[6].0 + 7);
    (days, vec![found[0], found[1], found[2], found[5], found[6], sunday])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn bands_are_those_of_the_minute_painter(calendar in calendars(), month in 1u8..=12, on in 0usize..4) {
        let on: BTreeSet<&str> = TRIGGERS.iter().enumerate().filter(|(bit, _)| on >> bit & 1 == 1).map(|(_, name)| *name).collect();
        let (days, some) = some_days(month);
        for day in some {
            let decisions: TriggerDecisions =
                TRIGGERS.iter().map(|trigger| (((*trigger).to_owned(), day), on.contains(trigger))).collect();
            let kind = DayKind::of(day, &days);
            let expected: Result<Vec<Band>, ()> =
                (0..DAY_MINUTES).map(|minute| minute_by_minute(&calendar, month, kind, &on, minute)).collect();
            match (bands_of(&calendar, day, &days, &decisions), expected) {
                (Ok(bands), Ok(expected)) => {
                    prop_assert!(bands.undecided.is_empty());
                    prop_assert!(bands.spans.windows(2).all(|pair| pair[0].to == pair[1].from));
                    let painted: Vec<Band> =
                        bands.spans.iter().flat_map(|span| std::iter::repeat_n(span.band, usize::from(span.to - span.from))).collect();
                    prop_assert_eq!(painted, expected);
                    for span in bands.spans {
                        let told = span.rule.map(|rule| calendar.rules[usize::from(rule)].band);
                        prop_assert_eq!(told.unwrap_or(Band::Flat), span.band, "the rule that is named is of the band");
                    }
                }
                (Err(fault), Err(())) => {
                    for minute in fault.from..fault.to {
                        prop_assert!(minute_by_minute(&calendar, month, kind, &on, minute).is_err(), "minute {} is wrong", minute);
                    }
                    prop_assert_eq!(fault.months, vec![month]);
                }
                (told, expected) => prop_assert!(false, "{:?} against {:?}", told, expected.is_ok()),
            }
        }
    }

    #[test]
    fn the_check_finds_exactly_the_days_that_cannot_be_told(calendar in calendars()) {
        let plan = a_plan(calendar.clone());
        let mut wrong = BTreeMap::<(u8, CaseKind), BTreeSet<u16>>::new();
        for fault in check(&plan, &CalendarDays::new()) {
            prop_assume!(fault != PlanFault::MoreCalendarFaults);
            let PlanFault::Calendar(fault) = fault else { continue };
            for (month, kind) in fault.months.iter().flat_map(|month| fault.kinds.iter().map(move |kind| (*month, kind.clone()))) {
                wrong.entry((month, kind)).or_default().extend(fault.from..fault.to);
            }
        }
        let names = ["", "春节", "国庆节"].map(|name| CaseKind::Holiday(name.to_owned()));
        let used: BTreeSet<&str> = calendar.rules.iter().filter_map(|rule| match &rule.days {
            DayChoice::Holidays { names } => Some(names),
            _ => None,
        }).flatten().map(String::as_str).collect();
        let kinds = [CaseKind::Workday, CaseKind::Weekend].into_iter().chain(names);
        for kind in kinds.filter(|kind| !matches!(kind, CaseKind::Holiday(name) if !name.is_empty() && !used.contains(name.as_str()))) {
            for month in 1..=12u8 {
                let cannot = |minute: &u16| (0..4usize).any(|choice| {
                    let on = TRIGGERS.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1).map(|(_, name)| *name).collect();
                    minute_by_minute(&calendar, month, kind.kind(), &on, *minute).is_err()
                });
                let expected: BTreeSet<u16> = (0..DAY_MINUTES).step_by(15).filter(cannot).collect();
                let told = wrong.remove(&(month, kind.clone())).unwrap_or_default();
                let told: BTreeSet<u16> = told.into_iter().filter(|minute| minute % 15 == 0).collect();
                prop_assert_eq!(told, expected, "month {} {:?}", month, &kind);
            }
        }
    }
}

#[test]
fn an_overlap_names_days_months_and_minutes() {
    let mut peak = rule(Band::Peak, &["08:00-12:00"]);
    peak.days = DayChoice::Weekends;
    let mut valley = rule(Band::Valley, &["11:30-14:00"]);
    (valley.days, valley.months) = (DayChoice::Weekends, vec![7, 8]);
    peak.months = vec![8, 9];
    let calendar = Calendar { flat_fills: true, rules: vec![peak, valley] };
    let expected = CalendarFault {
        problem: CalendarProblem::Overlap { first: (Band::Peak, 0), second: (Band::Valley, 1) },
        from: 11 * 60 + 30,
        to: 12 * 60,
        months: vec![8],
        kinds: vec![CaseKind::Weekend],
        triggers: Vec::new(),
    };
    let told = check(&a_plan(calendar.clone()), &CalendarDays::new());
    assert!(told.contains(&PlanFault::Calendar(expected.clone())), "{told:?}");
    let saturday = bands_of(&calendar, day("2026-08-08"), &CalendarDays::new(), &TriggerDecisions::new());
    assert_eq!(saturday, Err(expected));
}

#[test]
fn sharp_against_deep_valley_is_always_a_fault() {
    let sharp = rule(Band::Sharp, &["10:00-12:00"]);
    let mut deep = rule(Band::DeepValley, &["11:00-13:00"]);
    deep.days = DayChoice::Holidays { names: vec!["春节".to_owned()] };
    let faults = check(&a_plan(Calendar { flat_fills: true, rules: vec![sharp, deep] }), &CalendarDays::new());
    let found = faults.iter().filter_map(|fault| match fault {
        PlanFault::Calendar(fault) => Some((fault.from, fault.to, fault.kinds.clone())),
        _ => None,
    });
    assert_eq!(found.collect::<Vec<_>>(), [(660, 720, vec![CaseKind::Holiday("春节".to_owned())])]);
}

#[test]
fn what_two_triggers_do_together_is_found() {
    let mut hot = rule(Band::Peak, &["10:00-12:00"]);
    hot.trigger = Some("hot".to_owned());
    let mut cold = rule(Band::Valley, &["11:00-13:00"]);
    cold.trigger = Some("cold".to_owned());
    let faults = check(&a_plan(Calendar { flat_fills: true, rules: vec![hot, cold] }), &CalendarDays::new());
    let triggers = faults.iter().filter_map(|fault| match fault {
        PlanFault::Calendar(fault) => Some(fault.triggers.clone()),
        _ => None,
    });
    assert_eq!(triggers.collect::<Vec<_>>(), [vec!["cold".to_owned(), "hot".to_owned()]]);
}

#[test]
fn without_filling_every_minute_has_to_be_covered() {
    let calendar =
        Calendar { flat_fills: false, rules: vec![rule(Band::Peak, &["06:00-22:00"]), rule(Band::Valley, &["22:00-05:59"])] };
    let faults = check(&a_plan(calendar), &CalendarDays::new());
    let gap = faults.iter().find_map(|fault| match fault {
        PlanFault::Calendar(fault) => Some((fault.problem, fault.from, fault.to, fault.months.len(), fault.kinds.len())),
        _ => None,
    });
    assert_eq!(gap, Some((CalendarProblem::Gap, 359, 360, 12, 3)));
}
