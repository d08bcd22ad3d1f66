//! Whether a rule makes sense: one that cannot be true, looks at nothing, contradicts itself or would always fire is refused,
//! with the reason.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::rule::{Join, MOST_CONDITIONS, MOST_NAME_CHARS, MOST_TEXT_CHARS, RegionChoice, RuleDefinition};
use super::schedule::OnHolidays;
use super::{Clock, Comparison, Condition, Metric, SubjectKind};
use crate::effect::Grain;
use crate::{Fixed2, RegionId};

/// Longest delays, repeats and looks back.
pub const MOST_DELAY_S: u32 = 86_400;
pub const MOST_REPEATS: u16 = 100;
pub const MOST_SPAN_MIN: u16 = 60;
pub const MOST_OVERRIDES: usize = 1_000;
pub const MOST_LISTED_REGIONS: usize = 5_000;
/// More faults of one rule are not told.
pub const MOST_FAULTS: usize = 100;

/// What is known about the installation; empty sets are not looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    pub known_regions: BTreeSet<RegionId>,
    /// Regions of the author; none: all.
    pub own_regions: Option<BTreeSet<RegionId>>,
    pub has_holidays: bool,
    pub today: NaiveDate,
    /// It is to be enabled: the rationalisation record must be complete.
    pub may_be_enabled: bool,
}

/// Positions of conditions count from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    NameMissing,
    TextTooLong {
        field: &'static str,
    },
    NoCondition,
    TooManyConditions,
    /// Conditions about different kinds of subject.
    MixedSubjects,
    /// A condition beyond what the metric can ever be.
    NeverTrue {
        condition: usize,
    },
    /// Always true, or true whenever nothing is wrong.
    AlwaysTrue {
        condition: usize,
    },
    /// Two conditions that must both hold and cannot.
    Contradiction {
        first: usize,
        second: usize,
    },
    /// Two conditions of which one always holds.
    Exhaustive {
        first: usize,
        second: usize,
    },
    Repeated {
        first: usize,
        second: usize,
    },
    NegativeDeadband {
        condition: usize,
    },
    /// With this deadband the value can never come back.
    NeverReturns {
        condition: usize,
    },
    /// Only "above" can be decided while a period runs.
    BelowWhileRunning {
        condition: usize,
    },
    SpanMissing {
        condition: usize,
    },
    SpanUnused {
        condition: usize,
    },
    DelayTooLong,
    RepeatOutOfRange,
    /// The delays or repeats last longer than the schedule applies.
    LongerThanSchedule,
    ScheduleNever,
    /// Only on holidays, and the calendar has none.
    NoHolidays,
    NoRegion,
    UnknownRegion(RegionId),
    ForeignRegion(RegionId),
    EveryRegionLeftOut,
    OverrideOutsideRule(RegionId),
    OverrideThresholds(RegionId),
    /// An override that would make the rule never or always true there.
    OverrideNeverTrue(RegionId),
    OverrideAlwaysTrue(RegionId),
    RegionsWithoutMeaning,
    LatchingWithoutAck,
    ReannunciateOutOfRange,
    RationaleMissing {
        field: &'static str,
    },
    ReviewInThePast,
}

/// What is wrong with it, in the order of the form.
pub fn check(rule: &RuleDefinition, facts: &Facts) -> Vec<Fault> {
    let mut faults = Vec::new();
    check_texts(rule, &mut faults);
    check_conditions(rule, &mut faults);
    if rule.conditions.len() <= MOST_CONDITIONS {
        check_pairs(rule, &mut faults);
    }
    check_timing(rule, facts, &mut faults);
    check_regions(rule, facts, &mut faults);
    check_rationale(rule, facts, &mut faults);
    faults.truncate(MOST_FAULTS);
    faults
}

fn check_texts(rule: &RuleDefinition, faults: &mut Vec<Fault>) {
    if rule.name_zh.trim().is_empty() && rule.name_en.trim().is_empty() {
        faults.push(Fault::NameMissing);
    }
    let why = &rule.rationale;
    let texts = [
        ("name_zh", &rule.name_zh, MOST_NAME_CHARS),
        ("name_en", &rule.name_en, MOST_NAME_CHARS),
        ("cause", &why.cause, MOST_TEXT_CHARS),
        ("consequence", &why.consequence, MOST_TEXT_CHARS),
        ("response", &why.response, MOST_TEXT_CHARS),
        ("owner", &why.owner, MOST_NAME_CHARS),
    ];
    let too_long = texts.into_iter().filter(|(_, text, most)| text.chars().count() > *most);
    faults.extend(too_long.map(|(field, ..)| Fault::TextTooLong { field }));
}

fn check_conditions(rule: &RuleDefinition, faults: &mut Vec<Fault>) {
    if rule.conditions.is_empty() {
        return faults.push(Fault::NoCondition);
    }
    if rule.conditions.len() > MOST_CONDITIONS {
        return faults.push(Fault::TooManyConditions);
    }
    if rule.conditions.iter().any(|condition| Some(condition.metric.subject()) != rule.subject()) {
        faults.push(Fault::MixedSubjects);
    }
    for (at, condition) in rule.conditions.iter().enumerate() {
        if never(condition, condition.threshold) {
            faults.push(Fault::NeverTrue { condition: at });
        } else if always(condition, condition.threshold) {
            faults.push(Fault::AlwaysTrue { condition: at });
        } else if condition.deadband < Fixed2::ZERO {
            faults.push(Fault::NegativeDeadband { condition: at });
        } else if never_returns(condition) {
            faults.push(Fault::NeverReturns { condition: at });
        }
        if matches!(condition.metric.clock(), Clock::Running(_)) && !condition.comparison.is_upward() {
            faults.push(Fault::BelowWhileRunning { condition: at });
        }
        match condition.span_min {
            None if condition.metric.has_span() => faults.push(Fault::SpanMissing { condition: at }),
            Some(_) if !condition.metric.has_span() => faults.push(Fault::SpanUnused { condition: at }),
            Some(span) if span == 0 || span > MOST_SPAN_MIN => faults.push(Fault::SpanMissing { condition: at }),
            _ => {}
        }
    }
}

fn never(condition: &Condition, threshold: Fixed2) -> bool {
    let (least, most) = condition.metric.range();
    match condition.comparison.is_upward() {
        true => most.is_some_and(|most| !condition.comparison.holds(most, threshold)),
        false => least.is_some_and(|least| !condition.comparison.holds(least, threshold)),
    }
}

/// True for every value, or for each that it has while nothing is wrong.
fn always(condition: &Condition, threshold: Fixed2) -> bool {
    let (least, most) = condition.metric.range();
    let worst_case = if condition.comparison.is_upward() { least } else { most };
    let usual = condition.metric.usual();
    worst_case.is_some_and(|value| condition.comparison.holds(value, threshold))
        || usual
            .is_some_and(|(low, high)| condition.comparison.holds(low, threshold) && condition.comparison.holds(high, threshold))
}

fn never_returns(condition: &Condition) -> bool {
    let (least, most) = condition.metric.range();
    let farthest = if condition.comparison.is_upward() { least } else { most };
    farthest.is_some_and(|value| condition.holds(value, condition.threshold, true))
}

fn check_pairs(rule: &RuleDefinition, faults: &mut Vec<Fault>) {
    for (second, b) in rule.conditions.iter().enumerate() {
        for (first, a) in rule.conditions[..second].iter().enumerate() {
            if a.metric != b.metric || a.span_min != b.span_min {
                continue;
            }
            if a.comparison.is_upward() == b.comparison.is_upward() {
                faults.push(Fault::Repeated { first, second });
                continue;
            }
            let (up, down) = if a.comparison.is_upward() { (a, b) } else { (b, a) };
            match rule.join {
                Join::All if !meet(up, down) => faults.push(Fault::Contradiction { first, second }),
                Join::Any if cover(up, down) => faults.push(Fault::Exhaustive { first, second }),
                _ => {}
            }
        }
    }
}

/// Whether some value of two decimals fulfils both.
fn meet(up: &Condition, down: &Condition) -> bool {
    let lowest = up.threshold.0.saturating_add(i64::from(up.comparison == Comparison::Above));
    let highest = down.threshold.0.saturating_sub(i64::from(down.comparison == Comparison::Below));
    lowest <= highest
}

/// Whether every value of two decimals fulfils one of them.
fn cover(up: &Condition, down: &Condition) -> bool {
    let lowest = up.threshold.0.saturating_add(i64::from(up.comparison == Comparison::Above));
    let highest = down.threshold.0.saturating_sub(i64::from(down.comparison == Comparison::Below));
    lowest <= highest.saturating_add(1)
}

fn check_timing(rule: &RuleDefinition, facts: &Facts, faults: &mut Vec<Fault>) {
    if rule.on_delay_s > MOST_DELAY_S || rule.off_delay_s > MOST_DELAY_S {
        faults.push(Fault::DelayTooLong);
    }
    if rule.repeat_count == 0 || rule.repeat_count > MOST_REPEATS {
        faults.push(Fault::RepeatOutOfRange);
    }
    if rule.reannunciate_min.is_some_and(|minutes| minutes == 0 || minutes > 10_080) {
        faults.push(Fault::ReannunciateOutOfRange);
    }
    if rule.latching && !rule.needs_ack {
        faults.push(Fault::LatchingWithoutAck);
    }
    if !rule.schedule.is_possible() {
        return faults.push(Fault::ScheduleNever);
    }
    if rule.schedule.holidays == OnHolidays::Only && !facts.has_holidays {
        faults.push(Fault::NoHolidays);
    }
    let each_s = rule.conditions.iter().map(|condition| evaluation_s(condition.metric)).max().unwrap_or(0);
    let repeats_s = each_s.saturating_mul(u64::from(rule.repeat_count.saturating_sub(1)));
    let needed_s = repeats_s.max(rule.on_delay_s.into());
    let is_interrupted =
        rule.schedule.length_min() < super::schedule::DAY_MINUTES || rule.schedule.weekdays & 0b111_1111 != 0b111_1111;
    if is_interrupted && needed_s >= u64::from(rule.schedule.length_min()) * 60 {
        faults.push(Fault::LongerThanSchedule);
    }
}

fn evaluation_s(metric: Metric) -> u64 {
    match metric.clock() {
        Clock::Period(Grain::Quarter) => 900,
        Clock::Period(Grain::Hour) => 3_600,
        Clock::Period(_) => 86_400,
        Clock::Window | Clock::Running(_) | Clock::Wall => 5,
    }
}

fn check_regions(rule: &RuleDefinition, facts: &Facts, faults: &mut Vec<Fault>) {
    let has_regions = rule.subject() != Some(SubjectKind::Pipeline);
    if !has_regions {
        if rule.regions != RegionChoice::All || !rule.overrides.is_empty() {
            faults.push(Fault::RegionsWithoutMeaning);
        }
        return;
    }
    if let RegionChoice::Listed(listed) = &rule.regions {
        if listed.is_empty() || listed.len() > MOST_LISTED_REGIONS {
            faults.push(Fault::NoRegion);
        } else if listed.iter().all(|region| !rule.covers(*region)) {
            faults.push(Fault::EveryRegionLeftOut);
        }
        faults.extend(listed.iter().filter_map(|region| strange(*region, facts)));
    }
    if rule.overrides.len() > MOST_OVERRIDES {
        faults.push(Fault::NoRegion);
    }
    for (&region, own) in rule.overrides.iter().take(MOST_OVERRIDES) {
        if let RegionChoice::Listed(listed) = &rule.regions
            && !listed.contains(&region)
        {
            faults.push(Fault::OverrideOutsideRule(region));
        } else if rule.regions == RegionChoice::All {
            faults.extend(strange(region, facts));
        }
        if own.thresholds.len() > rule.conditions.len() {
            faults.push(Fault::OverrideThresholds(region));
        }
        for (condition, threshold) in rule.conditions.iter().zip(&own.thresholds) {
            let Some(threshold) = *threshold else { continue };
            if never(condition, threshold) {
                faults.push(Fault::OverrideNeverTrue(region));
            } else if always(condition, threshold) {
                faults.push(Fault::OverrideAlwaysTrue(region));
            }
        }
    }
}

fn strange(region: RegionId, facts: &Facts) -> Option<Fault> {
    if facts.own_regions.as_ref().is_some_and(|own| !own.contains(&region)) {
        return Some(Fault::ForeignRegion(region));
    }
    (!facts.known_regions.is_empty() && !facts.known_regions.contains(&region)).then_some(Fault::UnknownRegion(region))
}

fn check_rationale(rule: &RuleDefinition, facts: &Facts, faults: &mut Vec<Fault>) {
    let why = &rule.rationale;
    if why.review_on.is_some_and(|day| day < facts.today) {
        faults.push(Fault::ReviewInThePast);
    }
    if !facts.may_be_enabled {
        return;
    }
    let texts = [("cause", &why.cause), ("consequence", &why.consequence), ("response", &why.response), ("owner", &why.owner)];
    let missing = texts.into_iter().filter(|(_, text)| text.trim().is_empty());
    faults.extend(missing.map(|(field, _)| Fault::RationaleMissing { field }));
    if why.time_to_respond_min.is_none_or(|minutes| minutes == 0) {
        faults.push(Fault::RationaleMissing { field: "time_to_respond_min" });
    }
}
