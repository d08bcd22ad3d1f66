//! One alarm: a rule at one subject, with its state, its timers and the numbers behind it. Everything a restart needs.

use serde::{Deserialize, Serialize};

use super::{Quality, RuleId, Severity, State, SubjectKind};
use crate::{Fixed2, LocalMs, RegionId, UserId};

pub type AlarmId = i64;

/// What an alarm is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Region(RegionId),
    User { user_id: UserId, region_id: RegionId },
    Pipeline,
}

impl Subject {
    pub fn kind(self) -> SubjectKind {
        match self {
            Self::Region(_) => SubjectKind::Region,
            Self::User { .. } => SubjectKind::User,
            Self::Pipeline => SubjectKind::Pipeline,
        }
    }

    /// None for what belongs to the installation as a whole.
    pub fn region_id(self) -> Option<RegionId> {
        match self {
            Self::Region(region_id) | Self::User { region_id, .. } => Some(region_id),
            Self::Pipeline => None,
        }
    }

    /// Code of the kind and the number, as stored.
    pub fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Region(region_id) => ("region", region_id.into()),
            Self::User { user_id, .. } => ("user", user_id),
            Self::Pipeline => ("pipeline", 0),
        }
    }

    pub fn from_parts(kind: &str, id: i64, region_id: Option<RegionId>) -> Option<Self> {
        match kind {
            "region" => RegionId::try_from(id).ok().map(Self::Region),
            "user" => region_id.map(|region_id| Self::User { user_id: id, region_id }),
            "pipeline" => Some(Self::Pipeline),
            _ => None,
        }
    }
}

/// A user keeps his alarm when he moves to another region: `region_id` of a user's subject is no part of the identity that
/// is stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct PointKey {
    pub rule_id: RuleId,
    pub subject: Subject,
}

/// A person (or token) in the record of an alarm.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// Number of the account; none for tokens, claims and commands.
    pub account_id: Option<i64>,
    pub name: String,
}

/// Why an alarm is suppressed by design.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// An active alarm of a region above.
    Alarm(PointKey),
    /// The log reader is away or behind, so silence cannot be told.
    Pipeline,
}

/// All `_ms` are UTC milliseconds on the wall clock; [`LocalMs`] is event time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Point {
    /// 0 until stored.
    pub alarm_id: AlarmId,
    pub key: PointKey,
    pub rule_version: i32,
    pub severity: Severity,
    pub state: State,
    pub state_since_ms: i64,
    pub quality: Quality,
    /// Bit per condition: its last result after the deadband.
    pub holds: u16,
    /// Process timers: since when the whole condition is true (before the on-delay) and in how many evaluations in a row;
    /// since when it is false (before the off-delay).
    pub true_since: Option<LocalMs>,
    pub true_count: u16,
    pub false_since: Option<LocalMs>,
    /// The condition after the delays; goes on while the alarm is set aside.
    pub is_active: bool,
    /// It became active in the past of a replay or catch-up and has not been annunciated.
    pub is_retrospective: bool,
    /// Somebody acknowledged this occurrence.
    pub is_acknowledged: bool,
    /// Counts annunciated entries to UNACK.
    pub occurrence: i64,
    /// Event time at which this occurrence became true, and at which it returned.
    pub started_at: Option<LocalMs>,
    pub returned_at: Option<LocalMs>,
    /// Value and limit that the last evaluation compared, and its event time.
    pub value: Option<Fixed2>,
    pub threshold: Option<Fixed2>,
    pub value_at: Option<LocalMs>,
    pub annunciated_ms: Option<i64>,
    pub acknowledged_ms: Option<i64>,
    pub acknowledged_by: Option<Person>,
    pub assignee: Option<Person>,
    /// People timers.
    pub shelved_until_ms: Option<i64>,
    pub reannunciate_ms: Option<i64>,
    /// Why and by whom it is set aside.
    pub set_aside_reason: Option<String>,
    pub set_aside_by: Option<Person>,
    /// Occurrences that were counted and not annunciated while set aside.
    pub hidden_count: i32,
    /// Out of service: when somebody has to look again.
    pub review_on: Option<chrono::NaiveDate>,
    pub suppressed_by: Option<Suppression>,
    /// Raised with every change; whoever acts names the one he saw.
    pub version: i32,
}

impl Point {
    /// A point about which there is nothing to tell.
    pub fn new(key: PointKey, rule_version: i32, severity: Severity) -> Self {
        Self {
            alarm_id: 0,
            key,
            rule_version,
            severity,
            state: State::Norm,
            state_since_ms: 0,
            quality: Quality::Good,
            holds: 0,
            true_since: None,
            true_count: 0,
            false_since: None,
            is_active: false,
            is_retrospective: false,
            is_acknowledged: false,
            occurrence: 0,
            started_at: None,
            returned_at: None,
            value: None,
            threshold: None,
            value_at: None,
            annunciated_ms: None,
            acknowledged_ms: None,
            acknowledged_by: None,
            assignee: None,
            shelved_until_ms: None,
            reannunciate_ms: None,
            set_aside_reason: None,
            set_aside_by: None,
            hidden_count: 0,
            review_on: None,
            suppressed_by: None,
            version: 0,
        }
    }

    /// Whether it differs in nothing but its last value from a point that was never looked at; such points are not stored.
    pub fn is_blank(&self) -> bool {
        self.alarm_id == 0
            && self.state == State::Norm
            && self.quality == Quality::Good
            && self.holds == 0
            && self.true_since.is_none()
            && self.false_since.is_none()
            && !self.is_active
    }
}
