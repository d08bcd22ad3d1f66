//! Alarms after ISA-18.2 / IEC 62682: rules, the points they watch, states, and what happened to them. Plain values.

pub mod act;
pub mod check;
pub mod inputs;
pub mod metric;
pub mod notices;
pub mod performance;
pub mod point;
pub mod rule;
pub mod schedule;
pub mod starter;
pub mod state;
pub mod transition;

pub use act::{Act, Refusal};
pub use check::{Fault, check};
pub use metric::{Clock, Metric, SubjectKind, Unit};
pub use point::{Person, Point, PointKey, Subject, Suppression};
pub use rule::{
    Comparison, Condition, InfoClass, Join, Override, Quieting, Rationale, RegionChoice, Rule, RuleDefinition, RuleId, Severity,
};
pub use schedule::{Holidays, Schedule};
pub use state::{Quality, State};
pub use transition::{Event, Transition};
