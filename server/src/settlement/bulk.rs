//! One act on all statements of a month that a selection finds, a bounded number at a time.

use std::collections::BTreeMap;

use domain::settlement::StatementId;
use domain::settlement::lifecycle::{Refusal, StatementAct};
use warehouse::access::AccessPool;
use warehouse::settlement::statements::{ActError, Maker, Selection, act, selection};

/// How many it was done to, and why not to the others.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub done: usize,
    /// By reason: how many, and the first of them.
    pub refused: BTreeMap<&'static str, (usize, StatementId)>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        for (code, (count, first)) in other.refused {
            self.refused.entry(code).or_insert((0, first)).0 += count;
        }
    }
}

/// Each part is a transaction with an entry of its own: what was done before a failure stays.
pub async fn act_on_all(pool: &AccessPool, maker: Maker<'_>, wanted: &Selection, wish: StatementAct) -> Result<Tally, ActError> {
    let mut tally = Tally::default();
    let mut after = 0;
    loop {
        let chosen = selection(pool, wanted, after).await?;
        let Some(last) = chosen.last() else { return Ok(tally) };
        after = last.statement_id;
        let outcome = act(pool, maker, &chosen, wish).await?;
        tally.done += outcome.done.len();
        for (id, refusal) in &outcome.refused {
            tally.refused.entry(code(refusal)).or_insert((0, *id)).0 += 1;
        }
    }
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Changed { .. } => "changed",
        Refusal::WrongState { .. } => "wrong_state",
        Refusal::Blocked { .. } => "blocked",
        Refusal::ReasonForExceptions { .. } => "reason_for_exceptions",
        Refusal::ReasonForEstimates { .. } => "reason_for_estimates",
        Refusal::ReasonNeeded => "reason_needed",
        Refusal::SamePerson => "same_person",
        Refusal::AdjustedIn { .. } => "adjusted_in",
    }
}
