//! A rule: what must be true for how long, where and when, how bad it is, and why anybody should care.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Metric, Schedule, SubjectKind};
use crate::access::TenantId;
use crate::{Fixed2, RegionId};

pub type RuleId = i64;

pub const MOST_CONDITIONS: usize = 8;
pub const MOST_TEXT_CHARS: usize = 500;
pub const MOST_NAME_CHARS: usize = 64;

/// Worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    pub fn code(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.code() == code)
    }

    /// 1 is the worst; as stored and sorted.
    pub fn rank(self) -> i16 {
        self as i16 + 1
    }

    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.rank() == rank)
    }
}

/// 信息分类 of Chinese dispatching: accident, abnormality, limit, change of position, notice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InfoClass {
    Accident,
    Abnormal,
    OverLimit,
    Position,
    Notice,
}

impl InfoClass {
    pub const ALL: [Self; 5] = [Self::Accident, Self::Abnormal, Self::OverLimit, Self::Position, Self::Notice];

    pub fn code(self) -> &'static str {
        match self {
            Self::Accident => "accident",
            Self::Abnormal => "abnormal",
            Self::OverLimit => "over_limit",
            Self::Position => "position",
            Self::Notice => "notice",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Comparison {
    #[serde(rename = ">")]
    Above,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "<")]
    Below,
    #[serde(rename = "<=")]
    AtMost,
}

impl Comparison {
    pub const ALL: [Self; 4] = [Self::Above, Self::AtLeast, Self::Below, Self::AtMost];

    pub fn code(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.code() == code)
    }

    pub fn is_upward(self) -> bool {
        matches!(self, Self::Above | Self::AtLeast)
    }

    pub fn holds(self, value: Fixed2, threshold: Fixed2) -> bool {
        match self {
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub metric: Metric,
    pub comparison: Comparison,
    /// In the metric's unit, two decimals.
    pub threshold: Fixed2,
    /// Once true, it stays true until the value has come back by so much more than the threshold.
    #[serde(default)]
    pub deadband: Fixed2,
    /// Minutes looked back, for changes of load only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_min: Option<u16>,
}

impl Condition {
    /// Whether it is true for a value, given whether it was true before.
    pub fn holds(&self, value: Fixed2, threshold: Fixed2, held_before: bool) -> bool {
        let back = if !held_before {
            Fixed2::ZERO
        } else if self.comparison.is_upward() {
            Fixed2(-self.deadband.0)
        } else {
            self.deadband
        };
        self.comparison.holds(value, Fixed2(threshold.0.saturating_add(back.0)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    #[default]
    All,
    Any,
}

/// What an active alarm of this rule does to alarms of the regions below its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quieting {
    #[default]
    Nothing,
    /// Alarms of the same rule are suppressed by design.
    SameRule,
    /// Alarms of every rule that is not worse than this one.
    AllRules,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionChoice {
    /// Every region of the rule's owner, also future ones.
    #[default]
    All,
    Listed(Vec<RegionId>),
}

/// Another threshold or severity for one region, or none at all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// One per condition; none keeps the rule's.
    pub thresholds: Vec<Option<Fixed2>>,
    pub severity: Option<Severity>,
    /// The rule does not look at this region.
    pub is_left_out: bool,
}

/// Why the alarm exists and what to do: the rationalisation record of ISA-18.2.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rationale {
    pub cause: String,
    pub consequence: String,
    pub response: String,
    pub time_to_respond_min: Option<u32>,
    pub owner: String,
    pub review_on: Option<NaiveDate>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDefinition {
    /// At least one of the names is given; the other language falls back to it.
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub name_en: String,
    pub severity: Severity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<InfoClass>,
    #[serde(default)]
    pub join: Join,
    pub conditions: Vec<Condition>,
    /// Event time for which the conditions must be true without a break.
    #[serde(default)]
    pub on_delay_s: u32,
    /// Event time for which they must be false, beyond the deadband, before the alarm returns.
    #[serde(default)]
    pub off_delay_s: u32,
    /// Evaluations in a row that must be true; 1 is the first.
    #[serde(default = "one")]
    pub repeat_count: u16,
    #[serde(default = "yes")]
    pub needs_ack: bool,
    /// Stays on the desk after it has returned, until somebody resets it.
    #[serde(default)]
    pub latching: bool,
    /// An acknowledged alarm that is still active is annunciated again after so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reannunciate_min: Option<u32>,
    #[serde(default)]
    pub quiets: Quieting,
    #[serde(default)]
    pub schedule: Schedule,
    #[serde(default)]
    pub regions: RegionChoice,
    #[serde(default)]
    pub overrides: BTreeMap<RegionId, Override>,
    #[serde(default)]
    pub rationale: Rationale,
}

fn one() -> u16 {
    1
}

fn yes() -> bool {
    true
}

impl RuleDefinition {
    /// None when it has no condition.
    pub fn subject(&self) -> Option<SubjectKind> {
        self.conditions.first().map(|condition| condition.metric.subject())
    }

    pub fn threshold(&self, condition: usize, region: Option<RegionId>) -> Option<Fixed2> {
        let own = region.and_then(|region| self.overrides.get(&region)?.thresholds.get(condition).copied().flatten());
        own.or_else(|| self.conditions.get(condition).map(|condition| condition.threshold))
    }

    pub fn severity_in(&self, region: Option<RegionId>) -> Severity {
        region.and_then(|region| self.overrides.get(&region)?.severity).unwrap_or(self.severity)
    }

    /// Whether it looks at a region, as far as the rule itself says.
    pub fn covers(&self, region: RegionId) -> bool {
        let is_listed = match &self.regions {
            RegionChoice::All => true,
            RegionChoice::Listed(regions) => regions.contains(&region),
        };
        is_listed && !self.overrides.get(&region).is_some_and(|own| own.is_left_out)
    }
}

/// A rule as it is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    pub rule_id: RuleId,
    pub version: i32,
    /// None: the operator of the installation.
    pub tenant_id: Option<TenantId>,
    pub definition: RuleDefinition,
    /// Regions of its owner; none: every region.
    pub owned_regions: Option<Vec<RegionId>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(comparison: Comparison, threshold: i64, deadband: i64) -> Condition {
        Condition {
            metric: Metric::LoadNowKw,
            comparison,
            threshold: Fixed2(threshold),
            deadband: Fixed2(deadband),
            span_min: None,
        }
    }

    #[test]
    fn a_deadband_holds_what_was_true() {
        let above = condition(Comparison::Above, 1000, 100);
        assert!(!above.holds(Fixed2(1000), above.threshold, false) && above.holds(Fixed2(1001), above.threshold, false));
        assert!(above.holds(Fixed2(901), above.threshold, true) && !above.holds(Fixed2(900), above.threshold, true));
        let below = condition(Comparison::AtMost, 1000, 100);
        assert!(below.holds(Fixed2(1100), below.threshold, true) && !below.holds(Fixed2(1101), below.threshold, true));
        assert!(!below.holds(Fixed2(1001), below.threshold, false));
    }

    #[test]
    fn a_short_definition_is_filled_up_and_unknown_words_are_refused() {
        let text =
            r#"{"name_en":"x","severity":"high","conditions":[{"metric":"load_now_kw","comparison":">","threshold":"5000.00"}]}"#;
        let rule: RuleDefinition = serde_json::from_str(text).expect("a definition");
        assert!(rule.needs_ack && rule.repeat_count == 1 && rule.schedule.is_always() && rule.covers(7));
        let again: RuleDefinition = serde_json::from_str(&serde_json::to_string(&rule).expect("JSON")).expect("itself");
        assert_eq!(again, rule);
        assert!(serde_json::from_str::<RuleDefinition>(&text.replace("name_en", "nmae")).is_err());
    }

    #[test]
    fn overrides_are_a_regions_own() {
        let mut rule: RuleDefinition = serde_json::from_str(
            r#"{"severity":"high","conditions":[{"metric":"load_now_kw","comparison":">","threshold":"50"}]}"#,
        )
        .expect("a definition");
        let own = Override { thresholds: vec![Some(Fixed2(7_00))], severity: Some(Severity::Low), is_left_out: false };
        rule.overrides.insert(3, own);
        assert_eq!((rule.threshold(0, Some(3)), rule.threshold(0, Some(4))), (Some(Fixed2(7_00)), Some(Fixed2(50_00))));
        assert_eq!((rule.severity_in(Some(3)), rule.severity_in(None)), (Severity::Low, Severity::High));
    }
}
