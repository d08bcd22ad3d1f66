//! Rights are a level in each area. A preset is only a name for one combination.

use std::fmt;

/// A part of the work that people are trusted with separately.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Area {
    /// Loads, rankings, the wall, alarms.
    Dispatch,
    /// Tariffs, contracts, statements.
    Billing,
    /// Readings, customers, rejected changes.
    Data,
    /// The installation itself: people, tokens, the pipeline.
    System,
}

impl Area {
    pub const ALL: [Self; 4] = [Self::Dispatch, Self::Billing, Self::Data, Self::System];

    pub fn code(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Billing => "billing",
            Self::Data => "data",
            Self::System => "system",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.code() == code)
    }
}

/// Each level includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, PartialOrd, Ord)]
pub enum Level {
    #[default]
    None,
    View,
    Operate,
    Manage,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::None, Self::View, Self::Operate, Self::Manage];

    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::View => "view",
            Self::Operate => "operate",
            Self::Manage => "manage",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// One level per area.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Rights {
    pub dispatch: Level,
    pub billing: Level,
    pub data: Level,
    pub system: Level,
}

impl Rights {
    pub const NONE: Self = Self { dispatch: Level::None, billing: Level::None, data: Level::None, system: Level::None };

    pub fn level(self, area: Area) -> Level {
        match area {
            Area::Dispatch => self.dispatch,
            Area::Billing => self.billing,
            Area::Data => self.data,
            Area::System => self.system,
        }
    }

    pub fn with(mut self, area: Area, level: Level) -> Self {
        match area {
            Area::Dispatch => self.dispatch = level,
            Area::Billing => self.billing = level,
            Area::Data => self.data = level,
            Area::System => self.system = level,
        }
        self
    }

    /// Whether everything in `other` is in here too: nobody grants more than he has.
    pub fn covers(self, other: Self) -> bool {
        Area::ALL.into_iter().all(|area| self.level(area) >= other.level(area))
    }

    /// Reads what [`fmt::Display`] writes; unknown words are refused.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self::NONE);
        }
        text.split_ascii_whitespace().try_fold(Self::NONE, |rights, part| {
            let (area, level) = part.split_once(':')?;
            Some(rights.with(Area::parse(area)?, Level::parse(level)?))
        })
    }
}

/// `dispatch:operate data:view`; areas without a level are left out.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held: Vec<_> = Area::ALL
            .into_iter()
            .filter(|area| self.level(*area) != Level::None)
            .map(|area| format!("{}:{}", area.code(), self.level(area).code()))
            .collect();
        f.write_str(if held.is_empty() { "none" } else { "" })?;
        f.write_str(&held.join(" "))
    }
}

/// Usual combinations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Preset {
    Viewer,
    Operator,
    Engineer,
    Admin,
    BillingClerk,
    BillingAuditor,
}

impl Preset {
    pub const ALL: [Self; 6] =
        [Self::Viewer, Self::Operator, Self::Engineer, Self::Admin, Self::BillingClerk, Self::BillingAuditor];

    pub fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Engineer => "engineer",
            Self::Admin => "admin",
            Self::BillingClerk => "billing-clerk",
            Self::BillingAuditor => "billing-auditor",
        }
    }

    /// `billing_clerk` and `billing clerk` are taken too.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.replace(['_', ' '], "-");
        Self::ALL.into_iter().find(|preset| preset.code() == code)
    }

    /// A dispatcher cannot draft bills, a clerk cannot acknowledge alarms.
    pub fn rights(self) -> Rights {
        use Level::{Manage, None, Operate, View};
        let (dispatch, billing, data, system) = match self {
            Self::Viewer => (View, None, View, None),
            Self::Operator => (Operate, None, Operate, None),
            Self::Engineer => (Manage, None, Manage, View),
            Self::Admin => (Manage, Manage, Manage, Manage),
            Self::BillingClerk => (View, Operate, Operate, None),
            Self::BillingAuditor => (View, View, View, None),
        };
        Rights { dispatch, billing, data, system }
    }

    /// The preset that these rights are, if they are one.
    pub fn of(rights: Rights) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.rights() == rights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_round_trip_as_text() {
        for preset in Preset::ALL {
            assert_eq!(Rights::parse(&preset.rights().to_string()), Some(preset.rights()));
            assert_eq!(Preset::of(preset.rights()), Some(preset));
            assert_eq!(Preset::parse(preset.code()), Some(preset));
        }
        assert_eq!(Rights::NONE.to_string(), "none");
        assert_eq!(Rights::parse("none"), Some(Rights::NONE));
        assert_eq!(Rights::parse("dispatch:owner"), None);
        assert_eq!(Preset::parse("billing_clerk"), Some(Preset::BillingClerk));
    }

    #[test]
    fn duties_are_separated() {
        assert!(Preset::Operator.rights().billing == Level::None);
        assert!(Preset::BillingClerk.rights().dispatch < Level::Operate);
        assert!(Preset::BillingAuditor.rights().billing < Level::Operate);
        assert!(Preset::ALL.into_iter().all(|preset| Preset::Admin.rights().covers(preset.rights())));
        assert!(!Preset::Engineer.rights().covers(Preset::Admin.rights()));
        assert!(!Preset::Engineer.rights().covers(Preset::BillingClerk.rights()));
    }
}
