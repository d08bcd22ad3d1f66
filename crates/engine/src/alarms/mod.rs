//! Alarms: rules judged over closed windows and periods, and the state machine of ISA-18.2. Pure and synchronous.
//!
//! [`Alarms::step`] takes what was measured since the last step and says which alarms changed and what happened to them;
//! [`act`] does the same for one act of a person. Everything that must outlive a restart is in the points: after any step
//! `Alarms` may be thrown away and made anew from them.

mod act;
mod machine;
pub mod notices;
mod report;
mod settings;

use domain::alarms::inputs::{Needs, RegionNode, StepInput};
use domain::alarms::point::AlarmId;
use domain::alarms::{Holidays, Point, PointKey, Rule};

pub use act::act;
pub use report::Report;
pub use settings::AlarmSettings;

/// The evaluation of all enabled rules.
pub struct Alarms {
    settings: AlarmSettings,
    rules: Vec<Rule>,
    points: Vec<Point>,
}

impl Alarms {
    /// `rules`: those in force and enabled; `points`: every stored one.
    pub fn new(
        settings: AlarmSettings,
        rules: Vec<Rule>,
        _regions: Vec<RegionNode>,
        _holidays: Holidays,
        points: Vec<Point>,
    ) -> Self {
        Self { settings, rules, points }
    }

    /// What the rules need to be loaded for each step.
    pub fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Whether the step cannot be decided without knowing which energy is not load.
    pub fn wants_not_load(&self, _input: &StepInput) -> bool {
        false
    }

    pub fn step(&mut self, _input: StepInput) -> Report {
        let _ = self.settings;
        Report::default()
    }

    /// Other rules, regions or holidays; alarms of rules that changed or are gone return.
    pub fn replace_rules(&mut self, rules: Vec<Rule>, _regions: Vec<RegionNode>, _holidays: Holidays, _now_ms: i64) -> Report {
        self.rules = rules;
        Report::default()
    }

    /// Points that people changed.
    pub fn replace_points(&mut self, points: Vec<Point>) {
        self.points.extend(points);
    }

    /// Numbers that the store gave to new points.
    pub fn stored(&mut self, numbers: &[(PointKey, AlarmId)]) {
        for (key, alarm_id) in numbers {
            if let Some(point) = self.points.iter_mut().find(|point| point.key == *key) {
                point.alarm_id = *alarm_id;
            }
        }
    }
}
