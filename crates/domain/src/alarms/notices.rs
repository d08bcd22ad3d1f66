//! Who is told about an alarm: routes, their steps, and the decision about each event with its reason.

use serde::{Deserialize, Serialize};

use super::{RegionChoice, Schedule, Severity};

pub const MOST_STEPS: usize = 5;
/// Defaults of seed 002: cool-down 2 min, deduplication 10 min, escalation after 10 min.
pub const COOLDOWN_S: u32 = 120;
pub const DEDUP_S: u32 = 600;
pub const ESCALATION_MIN: u32 = 10;
/// What comes within so many seconds goes into one message.
pub const GROUP_WAIT_S: u32 = 5;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A signed POST.
    Webhook,
    Email,
    Syslog,
    /// 企业微信 robot.
    Wecom,
    /// 钉钉 robot.
    Dingtalk,
}

impl ChannelKind {
    pub const ALL: [Self; 5] = [Self::Webhook, Self::Email, Self::Syslog, Self::Wecom, Self::Dingtalk];

    pub fn code(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::Syslog => "syslog",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Messages a minute that the receiver takes; none where it sets no limit.
    pub fn messages_per_min(self) -> Option<u32> {
        matches!(self, Self::Wecom | Self::Dingtalk).then_some(20)
    }
}

/// Whom a route tells, and when. Step 0 is told at once; later steps while nobody has acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub after_min: u32,
    pub channel_id: i32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteDefinition {
    pub severities: Vec<Severity>,
    #[serde(default)]
    pub regions: RegionChoice,
    /// Also alarms of the installation as a whole, such as the pipeline's.
    #[serde(default)]
    pub tells_installation: bool,
    #[serde(default)]
    pub schedule: Schedule,
    pub steps: Vec<Step>,
    #[serde(default = "cooldown")]
    pub cooldown_s: u32,
    #[serde(default = "dedup")]
    pub dedup_s: u32,
    #[serde(default = "group_wait")]
    pub group_wait_s: u32,
    #[serde(default)]
    pub tells_return: bool,
}

fn cooldown() -> u32 {
    COOLDOWN_S
}

fn dedup() -> u32 {
    DEDUP_S
}

fn group_wait() -> u32 {
    GROUP_WAIT_S
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Raised,
    Returned,
    Reannunciated,
    Escalated,
}

impl NoticeKind {
    pub const ALL: [Self; 4] = [Self::Raised, Self::Returned, Self::Reannunciated, Self::Escalated];

    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Returned => "returned",
            Self::Reannunciated => "reannunciated",
            Self::Escalated => "escalated",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Why somebody is not told. All `_ms` are UTC milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotSent {
    /// The same alarm was told of on this route a moment ago.
    CoolDown {
        until_ms: i64,
    },
    /// The same thing was said already.
    Duplicate {
        until_ms: i64,
    },
    OutsideSchedule,
    Acknowledged {
        by: String,
        at_ms: i64,
    },
    /// It returned before its turn.
    ReturnedBefore,
    /// It was raised again before its return was told.
    RaisedAgain,
    SetAside,
    /// A return of which nobody had been told that it was raised.
    NothingTold,
    ChannelOff,
    RouteOff,
}

impl NotSent {
    pub fn code(&self) -> &'static str {
        match self {
            Self::CoolDown { .. } => "cool_down",
            Self::Duplicate { .. } => "duplicate",
            Self::OutsideSchedule => "outside_schedule",
            Self::Acknowledged { .. } => "acknowledged",
            Self::ReturnedBefore => "returned_before",
            Self::RaisedAgain => "raised_again",
            Self::SetAside => "set_aside",
            Self::NothingTold => "nothing_told",
            Self::ChannelOff => "channel_off",
            Self::RouteOff => "route_off",
        }
    }
}

/// About one event on one step of one route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Into the next message to the channel.
    Send {
        due_ms: i64,
    },
    /// A later step: decided again when it is due.
    Wait {
        due_ms: i64,
    },
    Skip(NotSent),
}
