//! draft → checked → frozen → void: what may be done to a statement, and why not.

use serde::Serialize;

use super::{ExceptionKind, StatementId, StatementState};
use crate::Fixed2;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementAct {
    Check,
    /// Checked back to draft.
    Reopen,
    Freeze,
    /// By an administrator, before the statement is issued; only then there can be a new version.
    Void,
}

impl StatementAct {
    pub const ALL: [Self; 4] = [Self::Check, Self::Reopen, Self::Freeze, Self::Void];

    pub fn code(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Reopen => "reopen",
            Self::Freeze => "freeze",
            Self::Void => "void",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// The state that it leads to.
    pub fn leads_to(self) -> StatementState {
        match self {
            Self::Check => StatementState::Checked,
            Self::Reopen => StatementState::Draft,
            Self::Freeze => StatementState::Frozen,
            Self::Void => StatementState::Void,
        }
    }

    fn starts_from(self, state: StatementState) -> bool {
        match self {
            Self::Check => state == StatementState::Draft,
            Self::Reopen | Self::Freeze => state == StatementState::Checked,
            Self::Void => state != StatementState::Void,
        }
    }
}

/// A statement as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub state: StatementState,
    pub exceptions: Vec<ExceptionKind>,
    pub energy_kwh: Fixed2,
    pub estimated_kwh: Fixed2,
    /// Who checked it, as `Actor::person` says it.
    pub checked_by: Option<String>,
    /// A frozen statement that carries an adjustment of this one.
    pub adjusted_in: Option<StatementId>,
}

/// Who does it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Names a person however he comes: by a page, a token or a command.
    pub person: String,
    pub has_reason: bool,
}

/// What the installation demands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demands {
    pub two_person: bool,
    /// More estimated energy than this needs a reason to freeze.
    pub estimated_share_percent: u32,
}

/// Why it was not done; pages put it in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "refusal")]
pub enum Refusal {
    /// The statement changed since it was looked at.
    Changed {
        edit_no: i32,
        state: StatementState,
    },
    WrongState {
        state: StatementState,
    },
    /// These have to be mended first.
    Blocked {
        exceptions: Vec<ExceptionKind>,
    },
    /// These can be accepted with a reason.
    ReasonForExceptions {
        exceptions: Vec<ExceptionKind>,
    },
    /// So much of the energy is estimated that a reason is needed.
    ReasonForEstimates {
        percent: u32,
        limit_percent: u32,
    },
    /// Voiding always needs one.
    ReasonNeeded,
    /// Whoever checked it may not freeze it.
    SamePerson,
    /// An adjustment of it was billed in another statement, which has to be voided before.
    AdjustedIn {
        statement_id: StatementId,
    },
}

/// Estimated energy of a statement in whole percent, rounded up, so that nothing estimated counts as nothing.
pub fn estimated_percent(energy_kwh: Fixed2, estimated_kwh: Fixed2) -> u32 {
    let (all, estimated) = (i128::from(energy_kwh.0).abs(), i128::from(estimated_kwh.0).abs());
    if estimated == 0 {
        return 0;
    }
    if all == 0 {
        return 100;
    }
    u32::try_from((estimated * 100 + all - 1) / all).unwrap_or(u32::MAX)
}

pub fn judge(standing: &Standing, act: StatementAct, actor: &Actor, demands: Demands) -> Result<(), Refusal> {
    if !act.starts_from(standing.state) {
        return Err(Refusal::WrongState { state: standing.state });
    }
    match act {
        StatementAct::Check => check(standing, actor),
        StatementAct::Reopen => Ok(()),
        StatementAct::Freeze => freeze(standing, actor, demands),
        StatementAct::Void => match standing.adjusted_in {
            Some(statement_id) => Err(Refusal::AdjustedIn { statement_id }),
            None if !actor.has_reason => Err(Refusal::ReasonNeeded),
            None => Ok(()),
        },
    }
}

fn check(standing: &Standing, actor: &Actor) -> Result<(), Refusal> {
    let (blocking, others): (Vec<_>, Vec<_>) = standing.exceptions.iter().partition(|kind| kind.blocks_check());
    if !blocking.is_empty() {
        return Err(Refusal::Blocked { exceptions: blocking });
    }
    if !others.is_empty() && !actor.has_reason {
        return Err(Refusal::ReasonForExceptions { exceptions: others });
    }
    Ok(())
}

fn freeze(standing: &Standing, actor: &Actor, demands: Demands) -> Result<(), Refusal> {
    let blocking: Vec<_> = standing.exceptions.iter().copied().filter(|kind| kind.blocks_freeze()).collect();
    if !blocking.is_empty() {
        return Err(Refusal::Blocked { exceptions: blocking });
    }
    if demands.two_person && standing.checked_by.as_ref() == Some(&actor.person) {
        return Err(Refusal::SamePerson);
    }
    let percent = estimated_percent(standing.energy_kwh, standing.estimated_kwh);
    if percent > demands.estimated_share_percent && !actor.has_reason {
        return Err(Refusal::ReasonForEstimates { percent, limit_percent: demands.estimated_share_percent });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(state: StatementState) -> Standing {
        Standing {
            state,
            exceptions: Vec::new(),
            energy_kwh: Fixed2(10_000),
            estimated_kwh: Fixed2::ZERO,
            checked_by: Some("person 1".to_owned()),
            adjusted_in: None,
        }
    }

    fn actor(person: &str, has_reason: bool) -> Actor {
        Actor { person: person.to_owned(), has_reason }
    }

    const DEMANDS: Demands = Demands { two_person: true, estimated_share_percent: 20 };

    #[test]
    fn each_act_starts_from_its_states_alone() {
        let may = |act, state| judge(&standing(state), act, &actor("person 2", true), DEMANDS).is_ok();
        let table: Vec<(StatementAct, Vec<StatementState>)> = StatementAct::ALL
            .into_iter()
            .map(|act| (act, StatementState::ALL.into_iter().filter(|state| may(act, *state)).collect()))
            .collect();
        use StatementState::{Checked, Draft, Frozen};
        assert_eq!(
            table,
            [
                (StatementAct::Check, vec![Draft]),
                (StatementAct::Reopen, vec![Checked]),
                (StatementAct::Freeze, vec![Checked]),
                (StatementAct::Void, vec![Draft, Checked, Frozen]),
            ]
        );
    }

    #[test]
    fn exceptions_block_or_need_a_reason() {
        let draft =
            |exceptions: &[ExceptionKind]| Standing { exceptions: exceptions.to_vec(), ..standing(StatementState::Draft) };
        let check = |exceptions: &[ExceptionKind], reason| {
            judge(&draft(exceptions), StatementAct::Check, &actor("person 1", reason), DEMANDS)
        };
        use ExceptionKind::{CannotBill, Jump, Undecided, ZeroUse};
        assert_eq!(check(&[], false), Ok(()));
        assert_eq!(check(&[Jump, CannotBill], true), Err(Refusal::Blocked { exceptions: vec![CannotBill] }));
        assert_eq!(check(&[Jump, ZeroUse], false), Err(Refusal::ReasonForExceptions { exceptions: vec![Jump, ZeroUse] }));
        assert_eq!(check(&[Jump, Undecided], true), Ok(()));
        let checked = Standing { exceptions: vec![Jump, Undecided], ..standing(StatementState::Checked) };
        let freeze = judge(&checked, StatementAct::Freeze, &actor("person 2", true), DEMANDS);
        assert_eq!(freeze, Err(Refusal::Blocked { exceptions: vec![Undecided] }), "freezing needs all decisions");
    }

    #[test]
    fn freezing_needs_another_person_and_a_reason_for_much_that_is_estimated() {
        let checked = Standing { estimated_kwh: Fixed2(2_001), ..standing(StatementState::Checked) };
        let freeze = |person: &str, reason, demands| judge(&checked, StatementAct::Freeze, &actor(person, reason), demands);
        assert_eq!(freeze("person 1", true, DEMANDS), Err(Refusal::SamePerson));
        assert_eq!(
            freeze("person 2", false, DEMANDS),
            Err(Refusal::ReasonForEstimates { percent: 21, limit_percent: 20 }),
            "20.01 % are more than 20 %"
        );
        assert_eq!(freeze("person 2", true, DEMANDS), Ok(()));
        assert_eq!(freeze("person 1", true, Demands { two_person: false, ..DEMANDS }), Ok(()));
        assert_eq!(estimated_percent(Fixed2(10_000), Fixed2(2_000)), 20);
        assert_eq!(estimated_percent(Fixed2::ZERO, Fixed2(1)), 100);
    }

    #[test]
    fn voiding_needs_a_reason_and_nothing_billed_elsewhere() {
        let frozen = standing(StatementState::Frozen);
        let void = |standing: &Standing, reason| judge(standing, StatementAct::Void, &actor("person 1", reason), DEMANDS);
        assert_eq!(void(&frozen, false), Err(Refusal::ReasonNeeded));
        assert_eq!(void(&frozen, true), Ok(()));
        let adjusted = Standing { adjusted_in: Some(7), ..frozen };
        assert_eq!(void(&adjusted, true), Err(Refusal::AdjustedIn { statement_id: 7 }));
    }
}
