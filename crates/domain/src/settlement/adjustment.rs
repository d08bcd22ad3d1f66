//! 退补: what a frozen statement would be now, less what was frozen and already adjusted.

use serde::{Deserialize, Serialize};

use super::{Band, ComponentKind, LineKind, Month, StatementId};
use crate::Fixed2;

/// One line of the comparison: a component of the frozen bill against the same component rated anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComponentDelta {
    pub kind: LineKind,
    pub band: Option<Band>,
    pub tier: Option<u8>,
    pub component: Option<ComponentKind>,
    pub name: Option<String>,
    pub quantity_before: Fixed2,
    pub quantity_after: Fixed2,
    pub amount_before: Fixed2,
    pub amount_after: Fixed2,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Adjustment {
    pub statement_id: StatementId,
    pub month: Month,
    /// Lines whose quantity or amount differ.
    pub deltas: Vec<ComponentDelta>,
    /// Earlier adjustments of the same statement that are subtracted.
    pub already_adjusted: Fixed2,
    /// amount_after − amount_before − already_adjusted; positive: 应补, negative: 应退.
    pub amount: Fixed2,
}
