//! What is said about a rule that somebody enters: its sentence, what is wrong, and what he should know.

use domain::alarms::check::{Facts, check};
use domain::alarms::{Fault, Metric};

use super::fields::Entered;
use crate::text::Lang;
use crate::text::alarms::{faults, rules as texts};

/// A sentence that belongs beside one field of the form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    pub field: String,
    pub sentence: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    pub sentence: String,
    pub problems: Vec<Beside>,
    pub notes: Vec<Beside>,
}

/// What cannot be read first, then what makes no sense.
pub fn of(entered: &Entered, facts: &Facts, lang: Lang) -> Said {
    let misread = entered.misread.iter().map(|(field, why)| (field.clone(), why.text().get(lang).to_owned()));
    // a field that could not be read has a value of ours, which nobody should be told about
    let is_read = |fault: &Fault| !entered.misread.iter().any(|(field, _)| *field == place(entered, fault));
    let found = check(&entered.definition, facts).into_iter().filter(is_read);
    let found = found.map(|fault| (place(entered, &fault), faults::sentence(&fault, lang)));
    let problems = misread.chain(found).map(|(field, sentence)| Beside { field, sentence }).collect();
    Said { sentence: texts::sentence(&entered.definition, lang), problems, notes: notes(entered, lang) }
}

fn place(entered: &Entered, fault: &Fault) -> String {
    entered.place(&faults::field(fault))
}

/// A sum of a window is mistaken for a load more often than not.
pub fn notes(entered: &Entered, lang: Lang) -> Vec<Beside> {
    let windows = entered.definition.conditions.iter().enumerate();
    let windows = windows.filter(|(_, condition)| condition.metric == Metric::WindowKwh);
    let note =
        |at: usize| Beside { field: entered.place(&format!("c{at}_metric")), sentence: texts::NO_POWER.get(lang).to_owned() };
    windows.map(|(at, _)| note(at)).collect()
}
