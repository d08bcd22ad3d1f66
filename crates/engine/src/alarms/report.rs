//! What one step decided, to be written in one transaction.

use domain::alarms::{Point, Transition};

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Every point that changed, as it is now. `version` is raised where something happened to the alarm; a point whose
    /// timers or last value alone moved keeps it, so that whoever looks at the alarm may still act.
    pub points: Vec<Point>,
    /// In the order in which it happened. Each one's point is among `points`.
    pub transitions: Vec<Transition>,
}

impl Report {
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.transitions.is_empty()
    }
}
