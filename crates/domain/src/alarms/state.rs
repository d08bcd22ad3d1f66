//! The nine states of an alarm, and the quality that stands beside them.

use serde::{Deserialize, Serialize};

/// State of an alarm, named as in ISA-18.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    #[default]
    Norm,
    /// Active, nobody has acknowledged it.
    Unack,
    /// Active and acknowledged.
    Acked,
    /// Returned to normal, unacknowledged.
    Rtnun,
    /// Latched, unacknowledged: returned, and waits for an acknowledgement and a reset.
    Ltunk,
    /// Latched, acknowledged: returned, and waits for a reset.
    Ltack,
    /// Shelved by a person until a time.
    Shlvd,
    /// Suppressed by design: by an alarm above it, or because what it watches cannot be known.
    Dsupr,
    /// Out of service until a person returns it.
    Oosrv,
}

impl State {
    pub const ALL: [Self; 9] =
        [Self::Norm, Self::Unack, Self::Acked, Self::Rtnun, Self::Ltunk, Self::Ltack, Self::Shlvd, Self::Dsupr, Self::Oosrv];

    pub fn code(self) -> &'static str {
        match self {
            Self::Norm => "NORM",
            Self::Unack => "UNACK",
            Self::Acked => "ACKED",
            Self::Rtnun => "RTNUN",
            Self::Ltunk => "LTUNK",
            Self::Ltack => "LTACK",
            Self::Shlvd => "SHLVD",
            Self::Dsupr => "DSUPR",
            Self::Oosrv => "OOSRV",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Waits for somebody to acknowledge it.
    pub fn is_unacknowledged(self) -> bool {
        matches!(self, Self::Unack | Self::Rtnun | Self::Ltunk)
    }

    /// On the desk's list: neither normal nor set aside.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unack | Self::Acked | Self::Rtnun | Self::Ltunk | Self::Ltack)
    }

    /// Set aside by a person, by design or for maintenance; listed on its own.
    pub fn is_set_aside(self) -> bool {
        matches!(self, Self::Shlvd | Self::Dsupr | Self::Oosrv)
    }
}

/// Whether the value that an alarm looks at can be relied on. While it is not good, the state is held.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    #[default]
    Good,
    NoData,
    Uncertain,
}

impl Quality {
    pub const ALL: [Self; 3] = [Self::Good, Self::NoData, Self::Uncertain];

    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NoData => "no_data",
            Self::Uncertain => "uncertain",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quality| quality.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
            assert_eq!(serde_json::to_value(state).ok(), Some(state.code().into()));
        }
        for quality in Quality::ALL {
            assert_eq!(Quality::from_code(quality.code()), Some(quality));
            assert_eq!(serde_json::to_value(quality).ok(), Some(quality.code().into()));
        }
    }

    #[test]
    fn a_state_is_normal_open_or_set_aside() {
        for state in State::ALL {
            assert_eq!(
                u8::from(state == State::Norm) + u8::from(state.is_open()) + u8::from(state.is_set_aside()),
                1,
                "{state:?}"
            );
            assert!(!state.is_unacknowledged() || state.is_open());
        }
    }
}
