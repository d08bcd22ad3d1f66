//! What is known of one subject at one moment.

use domain::Fixed2;
use domain::alarms::{Condition, Metric};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Reading {
    /// The metric has no new value at this moment; its last result stands.
    #[default]
    NotDue,
    /// It should have one and has none.
    Missing,
    Value(Fixed2),
}

impl Reading {
    pub fn of(value: Option<i64>) -> Self {
        value.map_or(Self::Missing, |value| Self::Value(Fixed2(value)))
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Values {
    by_metric: [Reading; Metric::ALL.len()],
    /// Changes of load by the minutes that they look back.
    changes: Vec<(u16, Reading)>,
}

impl Values {
    pub fn set(&mut self, metric: Metric, reading: Reading) {
        self.by_metric[metric as usize] = reading;
    }

    pub fn set_change(&mut self, span_min: u16, reading: Reading) {
        self.changes.push((span_min, reading));
    }

    pub fn get(&self, metric: Metric, span_min: Option<u16>) -> Reading {
        match span_min.filter(|_| metric.has_span()) {
            None => self.by_metric[metric as usize],
            Some(span_min) => {
                let change = self.changes.iter().find(|(span, _)| *span == span_min);
                change.map_or(Reading::NotDue, |(_, reading)| *reading)
            }
        }
    }

    pub fn of(&self, condition: &Condition) -> Reading {
        self.get(condition.metric, condition.span_min)
    }
}
