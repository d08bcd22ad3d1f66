//! The figures of an alarm desk against definitions that look at every pair of annunciations.

use std::collections::BTreeSet;

use domain::Fixed2;
use domain::alarms::Severity;
use domain::alarms::performance::{Annunciation, Busy, Figures, Measure, Span, Standing, Verdict, figures};
use proptest::prelude::*;

const MIN: i64 = 60_000;

/// Times in half-minutes collide often, and bounds are hit exactly.
fn annunciation() -> impl Strategy<Value = Annunciation> {
    let wait = prop_oneof![Just(None), (0..40i64).prop_map(Some)];
    (-120..240i64, 1..6i64, 0..4usize, wait.clone(), wait).prop_map(|(at, alarm_id, severity, acknowledged, ended)| {
        let at_ms = at * MIN / 2;
        Annunciation {
            at_ms,
            alarm_id,
            severity: Severity::ALL[severity],
            acknowledged_ms: acknowledged.map(|wait| at_ms + wait * MIN / 3),
            ended_ms: ended.map(|length| at_ms + length * MIN / 4),
        }
    })
}

fn span() -> impl Strategy<Value = Span> {
    (0..60i64, 1..120i64, 1..4).prop_map(|(from, length, positions)| Span {
        from_ms: from * MIN,
        to_ms: (from + length) * MIN,
        positions,
    })
}

fn ratio(part: i64, whole: i64) -> Option<Fixed2> {
    (whole > 0).then(|| Fixed2((2 * part * 100 + whole) / (2 * whole)))
}

fn at(all: &[Annunciation], from_ms: i64, to_ms: i64) -> i64 {
    all.iter().filter(|one| one.at_ms >= from_ms && one.at_ms < to_ms).count() as i64
}

/// The most in any window that begins with an annunciation of the period.
fn most_in(within: &[Annunciation], length_ms: i64) -> i64 {
    within.iter().map(|one| at(within, one.at_ms, one.at_ms + length_ms)).max().unwrap_or(0)
}

/// Each millisecond is in a flood or not; nothing changes but on whole half-minutes.
fn flood_ms(span: Span, all: &[Annunciation]) -> (i64, usize) {
    let (mut is_flood, mut total, mut number, mut was_inside) = (false, 0, 0, false);
    for half in -400..800 {
        let now = half * MIN / 2;
        // an alarm is held from its moment on for ten minutes, and the period's end cuts off what comes after
        let last = all.iter().filter(|one| one.at_ms <= now && one.at_ms > now - 10 * MIN && one.at_ms < span.to_ms).count();
        let each = last as i64;
        let staff = i64::from(span.positions);
        is_flood = if is_flood { each >= 5 * staff } else { each >= 10 * staff };
        let is_inside = is_flood && now >= span.from_ms && now < span.to_ms;
        total += if is_inside { MIN / 2 } else { 0 };
        number += usize::from(is_inside && !was_inside);
        was_inside = is_inside;
    }
    (total, number)
}

fn nearest_rank(mut waits: Vec<i64>, percent: usize) -> Option<Fixed2> {
    waits.sort_unstable();
    // the smallest that at least so many percent do not exceed
    let ms = waits.iter().find(|wait| 100 * waits.iter().filter(|other| other <= wait).count() >= percent * waits.len())?;
    Some(Fixed2((ms + 5) / 10))
}

fn after_upset(within: &[Annunciation]) -> Option<i64> {
    let critical: Vec<_> = within.iter().filter(|one| one.severity == Severity::Critical).map(|one| one.at_ms).collect();
    let upsets = critical.iter().filter(|now| !critical.iter().any(|other| other < now && *now - other < 10 * MIN));
    upsets.map(|now| at(within, *now, now + 10 * MIN)).max()
}

fn check(span: Span, all: &[Annunciation], standing: &[Standing], found: &Figures) -> Result<(), TestCaseError> {
    let within: Vec<_> = all.iter().copied().filter(|one| one.at_ms >= span.from_ms && one.at_ms < span.to_ms).collect();
    let (total, staff) = (within.len() as i64, i64::from(span.positions));
    let value = |measure| found.of(measure).and_then(|measured| measured.value);
    prop_assert_eq!(found.annunciations, total);
    prop_assert_eq!(value(Measure::Average), ratio(total * 10 * MIN, (span.to_ms - span.from_ms) * staff));
    for (measure, length) in [(Measure::PeakTenMinutes, 10), (Measure::PeakHour, 60), (Measure::PeakMinute, 1)] {
        prop_assert_eq!(value(measure), ratio(most_in(&within, length * MIN), staff), "{:?}", measure);
    }
    let (in_flood, floods) = flood_ms(span, all);
    prop_assert_eq!(value(Measure::TimeInFlood), ratio(in_flood * 100, span.to_ms - span.from_ms));
    prop_assert_eq!(value(Measure::Floods), Some(Fixed2(floods as i64 * 100)));
    prop_assert_eq!(value(Measure::AfterUpset), after_upset(&within).and_then(|most| ratio(most, staff)));
    prop_assert_eq!(value(Measure::Standing), ratio(standing.len() as i64, staff));
    let stale: BTreeSet<_> =
        standing.iter().filter(|one| span.to_ms - one.since_ms > 24 * 60 * MIN).map(|one| one.alarm_id).collect();
    prop_assert_eq!(found.stale.iter().map(|one| one.alarm_id).collect::<BTreeSet<_>>(), stale);
    let share =
        |wanted: &[Severity]| ratio(within.iter().filter(|one| wanted.contains(&one.severity)).count() as i64 * 100, total);
    prop_assert_eq!(value(Measure::Urgent), share(&[Severity::Critical, Severity::High]));
    prop_assert_eq!(value(Measure::Medium), share(&[Severity::Medium]));
    prop_assert_eq!(value(Measure::Low), share(&[Severity::Low]));
    let waits: Vec<_> = within.iter().filter_map(|one| Some(one.acknowledged_ms? - one.at_ms)).collect();
    prop_assert_eq!(found.unacknowledged, total - waits.len() as i64);
    prop_assert_eq!(value(Measure::AcknowledgeMedian), nearest_rank(waits.clone(), 50));
    prop_assert_eq!(value(Measure::AcknowledgeP95), nearest_rank(waits, 95));
    check_lists(&within, found)
}

fn check_lists(within: &[Annunciation], found: &Figures) -> Result<(), TestCaseError> {
    let ids: BTreeSet<_> = within.iter().map(|one| one.alarm_id).collect();
    let own = |alarm_id: i64| within.iter().copied().filter(|one| one.alarm_id == alarm_id).collect::<Vec<_>>();
    let ranked = |counts: Vec<Busy>| {
        let mut counts: Vec<_> = counts.into_iter().filter(|one| one.count > 0).collect();
        counts.sort_by_key(|one| (-one.count, one.alarm_id));
        counts
    };
    let list = |count: &dyn Fn(i64) -> i64| ranked(ids.iter().map(|id| Busy { alarm_id: *id, count: count(*id) }).collect());
    prop_assert_eq!(&found.top, &list(&|id| own(id).len() as i64));
    prop_assert_eq!(&found.chattering, &list(&|id| Some(most_in(&own(id), MIN)).filter(|most| *most >= 3).unwrap_or(0)));
    let short = |id| own(id).iter().filter(|one| one.ended_ms.is_some_and(|end| end - one.at_ms < MIN)).count() as i64;
    prop_assert_eq!(&found.fleeting, &list(&short));
    let total: i64 = found.ten_minutes.iter().sum();
    prop_assert_eq!(total, within.len() as i64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn figures_are_as_defined(
        span in span(),
        all in prop::collection::vec(annunciation(), 0..120),
        ages in prop::collection::vec(0..3_000i64, 0..15),
    ) {
        let standing: Vec<_> = ages.iter().enumerate()
            .map(|(at, age)| Standing { alarm_id: at as i64, since_ms: span.to_ms - age * MIN }).collect();
        check(span, &all, &standing, &figures(span, &all, &standing))?;
    }

    /// Bursts make floods, which scattered alarms hardly do.
    #[test]
    fn floods_are_as_defined(span in span(), bursts in prop::collection::vec((0..200i64, 1..45usize), 0..6)) {
        let one = |at: i64| Annunciation {
            at_ms: at * MIN / 2, alarm_id: at, severity: Severity::Low, acknowledged_ms: None, ended_ms: None,
        };
        let all: Vec<_> = bursts.iter().flat_map(|(at, size)| (0..*size).map(move |_| one(*at))).collect();
        check(span, &all, &[], &figures(span, &all, &[]))?;
    }
}

#[test]
fn a_quiet_period_meets_what_can_be_met_and_says_where_there_is_nothing_to_judge() {
    let found = figures(Span { from_ms: 0, to_ms: 480 * MIN, positions: 1 }, &[], &[]);
    let verdict = |measure| found.of(measure).map(|measured| measured.verdict);
    assert_eq!(verdict(Measure::Average), Some(Verdict::Meets));
    for measure in [Measure::TopTen, Measure::Urgent, Measure::Low, Measure::AcknowledgeMedian, Measure::AfterUpset] {
        assert_eq!(verdict(measure), Some(Verdict::NoData), "{measure:?}");
    }
    assert_eq!(found.ten_minutes.len(), 48);
}

#[test]
fn a_period_that_has_not_begun_has_no_figures() {
    let found = figures(Span { from_ms: MIN, to_ms: 0, positions: 1 }, &[], &[]);
    assert!(found.measures.iter().all(|measured| measured.verdict == Verdict::NoData));
}

#[test]
fn a_flood_lasts_from_ten_until_fewer_than_five() {
    let one = |minute: i64| Annunciation {
        at_ms: minute * MIN,
        alarm_id: minute,
        severity: Severity::High,
        acknowledged_ms: None,
        ended_ms: None,
    };
    // ten in minutes 1 to 10: the tenth begins the flood; the sixth is ten minutes old at minute 16
    let all: Vec<_> = (1..=10).map(one).collect();
    let span = |positions| Span { from_ms: 0, to_ms: 100 * MIN, positions };
    let found = figures(span(1), &all, &[]);
    let flood = found.floods[0];
    assert_eq!((flood.from_ms, flood.to_ms, flood.most), (10 * MIN, 16 * MIN, 10));
    assert_eq!(found.of(Measure::TimeInFlood).and_then(|measured| measured.value), Some(Fixed2(6_00)));
    assert!(figures(span(2), &all, &[]).floods.is_empty(), "two people read five each");
}
