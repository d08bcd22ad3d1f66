//! Whether a rule is true for what is known, and for how long it has been: deadband, and/or, delays, repeats.

use domain::alarms::{Clock, Join, Point, RuleDefinition};
use domain::{Fixed2, LocalMs, RegionId};

use super::values::{Reading, Values};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Judged {
    /// Bit per condition.
    pub holds: u16,
    pub is_true: bool,
    /// At least one condition had a new value.
    pub is_fresh: bool,
    /// A new value was due and there is none.
    pub is_missing: bool,
    /// A new value of a whole period, known once only.
    pub has_period: bool,
    /// Value and limit that decided.
    pub value: Option<Fixed2>,
    pub threshold: Option<Fixed2>,
}

/// `before`: the last results.
pub(super) fn judge(definition: &RuleDefinition, region: Option<RegionId>, before: u16, values: &Values) -> Judged {
    let mut judged = Judged { holds: before, ..Judged::default() };
    let mut weight = 0;
    for (at, condition) in definition.conditions.iter().enumerate().take(16) {
        let value = match values.of(condition) {
            Reading::NotDue => continue,
            Reading::Missing => {
                judged.is_missing = true;
                continue;
            }
            Reading::Value(value) => value,
        };
        let bit = 1_u16 << at;
        let threshold = definition.threshold(at, region).unwrap_or(condition.threshold);
        let held = before & bit != 0;
        let holds = condition.holds(value, threshold, held);
        judged.holds = if holds { judged.holds | bit } else { judged.holds & !bit };
        judged.is_fresh = true;
        judged.has_period |= matches!(condition.metric.clock(), Clock::Period(_));
        // the one that is true decides, else the one that was
        let own_weight = 1 + 2 * u8::from(holds) + u8::from(held);
        if own_weight > weight {
            weight = own_weight;
            (judged.value, judged.threshold) = (Some(value), Some(threshold));
        }
    }
    judged.is_true = joined(definition, judged.holds);
    judged
}

pub(super) fn joined(definition: &RuleDefinition, holds: u16) -> bool {
    let every = u16::try_from((1_u32 << definition.conditions.len().min(16)) - 1).unwrap_or(u16::MAX);
    match definition.join {
        Join::All => every != 0 && holds & every == every,
        Join::Any => holds & every != 0,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Nothing,
    Raise,
    Fall,
}

/// Moves the process timers on; `is_fresh`: this is an evaluation and not merely time passing.
pub(super) fn advance(point: &mut Point, definition: &RuleDefinition, is_true: bool, is_fresh: bool, at: LocalMs) -> Verdict {
    if is_true {
        point.false_since = None;
        if point.is_active {
            return Verdict::Nothing;
        }
        let since = *point.true_since.get_or_insert(at);
        let repeats = definition.repeat_count.max(1);
        if is_fresh {
            point.true_count = point.true_count.saturating_add(1).min(repeats);
        }
        let is_ripe = point.true_count >= repeats && is_over(since, definition.on_delay_s, at);
        return if is_ripe { Verdict::Raise } else { Verdict::Nothing };
    }
    point.true_since = None;
    point.true_count = 0;
    if !point.is_active {
        point.false_since = None;
        return Verdict::Nothing;
    }
    let since = *point.false_since.get_or_insert(at);
    if is_over(since, definition.off_delay_s, at) { Verdict::Fall } else { Verdict::Nothing }
}

fn is_over(since: LocalMs, delay_s: u32, at: LocalMs) -> bool {
    at.0.saturating_sub(since.0) >= i64::from(delay_s) * 1_000
}

/// Whether an evaluation with these results would leave the point as it is.
pub(super) fn is_settled(point: &Point, judged: &Judged) -> bool {
    let no_timers = point.false_since.is_none() && (point.is_active || (point.true_since.is_none() && point.true_count == 0));
    point.holds == judged.holds
        && point.is_active == judged.is_true
        && point.quality == domain::alarms::Quality::Good
        && no_timers
}
