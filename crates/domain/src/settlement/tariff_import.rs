//! What importing a file would change, and what has to be done for it: the same values for the dry run and for the import.

use serde::Serialize;
use serde_json::Value;

use super::check::PlanFault;
use super::validity::{Validity, in_force, replaced_by};
use super::{CalendarDay, TariffPlan};
use crate::Day;

/// Fields of one document that are listed; whoever changes more sees that there are more.
pub const MOST_FIELD_CHANGES: usize = 100;

/// A field by its path in the document ("prices.bands.peak"); absent where there is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldChange {
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlanOutcome {
    /// A plan that was not there.
    Added,
    /// A new version, and what differs from the version that is in force on its first day, or was the newest.
    Changed { version: i32, replaces: Vec<i32>, compared_with: Option<i32>, changes: Vec<FieldChange> },
    /// This version says it already.
    Same { version: i32 },
    /// Later documents of the same file cover all its days.
    Covered,
    /// It would change somebody else's plan.
    Foreign,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanDifference {
    pub code: String,
    pub name: String,
    pub valid_from: Day,
    pub valid_until: Option<Day>,
    pub outcome: PlanOutcome,
    /// Hints too.
    pub faults: Vec<PlanFault>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowOutcome {
    Added,
    Changed(Vec<FieldChange>),
    Same,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// In the order of the file.
    pub plans: Vec<PlanDifference>,
    /// Plans that are there and not in the file: an import removes nothing.
    pub kept: Vec<String>,
    pub calendar: Vec<(Day, CalendarDay, RowOutcome)>,
    /// By the day from which they are valid.
    pub rules: Vec<(Day, RowOutcome)>,
    pub carbon: Vec<(i32, RowOutcome)>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        let is_plan = |plan: &PlanDifference| matches!(plan.outcome, PlanOutcome::Same { .. } | PlanOutcome::Covered);
        let is_same = |outcome: &RowOutcome| *outcome == RowOutcome::Same;
        self.plans.iter().all(is_plan)
            && self.calendar.iter().all(|(_, _, outcome)| is_same(outcome))
            && self.rules.iter().all(|(_, outcome)| is_same(outcome))
            && self.carbon.iter().all(|(_, outcome)| is_same(outcome))
    }

    /// Whether everything that would be written may be.
    pub fn is_sound(&self) -> bool {
        self.plans.iter().all(|plan| match plan.outcome {
            PlanOutcome::Added | PlanOutcome::Changed { .. } => super::check::is_sound(&plan.faults),
            PlanOutcome::Foreign => false,
            PlanOutcome::Same { .. } | PlanOutcome::Covered => true,
        })
    }
}

/// What becomes of the documents of one plan, in the order of the file. `known` are its versions that are not withdrawn, `newest`
/// is the highest number ever given. Afterwards each day that the file covers has the document that the file means for it.
pub fn outcomes(known: &[(Validity, TariffPlan)], newest: i32, file: &[&TariffPlan]) -> Vec<PlanOutcome> {
    let mut versions: Vec<(Validity, &TariffPlan)> = known.iter().map(|(validity, plan)| (*validity, plan)).collect();
    let mut next = newest + 1;
    let of_file: Vec<Validity> = (0i32..).zip(file).map(|(place, plan)| validity(place, plan)).collect();
    let meant = in_force(&of_file);
    let mut outcomes = Vec::new();
    for (place, plan) in (0i32..).zip(file) {
        let own: Vec<&Validity> = meant.iter().filter(|stretch| stretch.version == place).collect();
        if own.is_empty() {
            outcomes.push(PlanOutcome::Covered);
            continue;
        }
        let validities: Vec<Validity> = versions.iter().map(|(validity, _)| *validity).collect();
        if let Some(version) = said_by(&versions, &validities, &own, plan) {
            outcomes.push(PlanOutcome::Same { version });
            continue;
        }
        let new = validity(next, plan);
        let replaces = replaced_by(&new, &validities);
        let before =
            versions.iter().filter(|(validity, _)| validity.covers(new.from)).max_by_key(|(validity, _)| validity.version);
        let before = before.or_else(|| versions.iter().max_by_key(|(validity, _)| validity.version));
        outcomes.push(if newest == 0 && next == 1 {
            PlanOutcome::Added
        } else {
            PlanOutcome::Changed {
                version: next,
                replaces,
                compared_with: before.map(|(validity, _)| validity.version),
                changes: before.map(|(_, before)| changes(before, plan)).unwrap_or_default(),
            }
        });
        versions.push((new, plan));
        next += 1;
    }
    outcomes
}

/// The version that is in force with just this document on all of these days.
fn said_by(versions: &[(Validity, &TariffPlan)], validities: &[Validity], days: &[&Validity], plan: &TariffPlan) -> Option<i32> {
    let mut told = None;
    for wanted in days {
        let (mut from, mut reaches) = (wanted.from, false);
        for stretch in in_force(validities).into_iter().filter(|stretch| stretch.meets(wanted)) {
            let (_, said) = versions.iter().find(|(validity, _)| validity.version == stretch.version)?;
            if stretch.from > from || **said != *plan {
                return None;
            }
            told = Some(stretch.version);
            match stretch.until {
                Some(until) if wanted.until.is_none_or(|end| until < end) => from = until,
                _ => reaches = true,
            }
        }
        if !reaches {
            return None;
        }
    }
    told
}

fn validity(version: i32, plan: &TariffPlan) -> Validity {
    Validity { version, from: plan.valid_from, until: plan.valid_until }
}

/// Fields that differ, by path; at most [`MOST_FIELD_CHANGES`].
pub fn changes<T: Serialize>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut found = Vec::new();
    let of = |value: &T| serde_json::to_value(value).unwrap_or_default();
    walk(String::new(), Some(&of(before)), Some(&of(after)), &mut found);
    found.truncate(MOST_FIELD_CHANGES);
    found
}

fn walk(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<FieldChange>) {
    if before == after || found.len() >= MOST_FIELD_CHANGES {
        return;
    }
    let is_branch = |value: Option<&Value>| match value {
        Some(Value::Object(fields)) => !fields.is_empty(),
        Some(Value::Array(items)) => items.iter().any(|item| item.is_object()),
        _ => false,
    };
    if !is_branch(before) && !is_branch(after) {
        found.push(FieldChange { path, before: before.and_then(leaf), after: after.and_then(leaf) });
        return;
    }
    for name in names(before, after) {
        let child = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        walk(child, at(before, &name), at(after, &name), found);
    }
}

fn names(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let mut names = Vec::<String>::new();
    for value in [before, after].into_iter().flatten() {
        let own: Vec<String> = match value {
            Value::Object(fields) => fields.keys().cloned().collect(),
            Value::Array(items) => (1..=items.len()).map(|place| place.to_string()).collect(),
            _ => Vec::new(),
        };
        names.extend(own.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    names
}

/// A field, or an item by its place from 1.
fn at<'v>(value: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    match value? {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?.checked_sub(1)?),
        _ => None,
    }
}

fn leaf(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(leaf).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
