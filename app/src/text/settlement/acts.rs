//! Why something was not done to statements or runs, and what is said when it was.

use domain::settlement::lifecycle::Refusal;

use crate::text::{Text, text};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StatementProblem {
    WrongState,
    Blocked,
    ReasonForExceptions,
    ReasonForEstimates,
    ReasonNeeded,
    SamePerson,
    AdjustedIn,
    /// Done to some; the others are still chosen.
    NotAll,
    RunsBusy,
    RunOver,
    TooManyContracts,
    BeingRated,
}

impl StatementProblem {
    pub const ALL: [Self; 12] = [
        Self::WrongState,
        Self::Blocked,
        Self::ReasonForExceptions,
        Self::ReasonForEstimates,
        Self::ReasonNeeded,
        Self::SamePerson,
        Self::AdjustedIn,
        Self::NotAll,
        Self::RunsBusy,
        Self::RunOver,
        Self::TooManyContracts,
        Self::BeingRated,
    ];

    /// None: somebody else changed it, which every form says alike.
    pub fn of(refusal: &Refusal) -> Option<Self> {
        Some(match refusal {
            Refusal::Changed { .. } => return None,
            Refusal::WrongState { .. } => Self::WrongState,
            Refusal::Blocked { .. } => Self::Blocked,
            Refusal::ReasonForExceptions { .. } => Self::ReasonForExceptions,
            Refusal::ReasonForEstimates { .. } => Self::ReasonForEstimates,
            Refusal::ReasonNeeded => Self::ReasonNeeded,
            Refusal::SamePerson => Self::SamePerson,
            Refusal::AdjustedIn { .. } => Self::AdjustedIn,
        })
    }

    /// As programs are told.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongState => "wrong_state",
            Self::Blocked => "blocked",
            Self::ReasonForExceptions => "reason_for_exceptions",
            Self::ReasonForEstimates => "reason_for_estimates",
            Self::ReasonNeeded => "reason_needed",
            Self::SamePerson => "same_person",
            Self::AdjustedIn => "adjusted_in",
            Self::NotAll => "not_all",
            Self::RunsBusy => "runs_busy",
            Self::RunOver => "run_over",
            Self::TooManyContracts => "too_many_contracts",
            Self::BeingRated => "being_rated",
        }
    }

    /// Whether the state of things, not what was entered, stands against it.
    pub fn is_late(self) -> bool {
        matches!(self, Self::WrongState | Self::Blocked | Self::AdjustedIn | Self::NotAll | Self::RunOver)
    }
}

pub fn problem(problem: StatementProblem) -> Text {
    match problem {
        StatementProblem::WrongState => text(
            "账单当前的状态不允许这一操作；审核草稿，冻结已审核的账单，作废未作废的账单。",
            "The statement is not in the state for this: drafts are checked, checked ones are frozen or reopened, any but void ones are made void.",
        ),
        StatementProblem::Blocked => text(
            "账单有必须先排除的异常（无法计费、缺数未估、无合同或尖峰待定）；请按异常清单处理后再试。",
            "Something has to be mended first (it cannot be billed, readings are missing without an estimate, a contract is missing, or a triggered day is undecided): see the exceptions.",
        ),
        StatementProblem::ReasonForExceptions => {
            text("账单有异常，接受它们须写明理由。", "The statement has exceptions; give a reason to accept them.")
        }
        StatementProblem::ReasonForEstimates => text(
            "估算电量所占比例超过设定值，冻结须写明理由。",
            "More of the energy is estimated than the setting allows without a reason; give one to freeze it.",
        ),
        StatementProblem::ReasonNeeded => text("作废须写明理由。", "Give a reason to make it void."),
        StatementProblem::SamePerson => text(
            "审核人不能冻结同一账单，请由另一人冻结。",
            "Whoever checked a statement may not freeze it; ask somebody else to.",
        ),
        StatementProblem::AdjustedIn => text(
            "该账单的退补已在其他已冻结账单中结算；请先作废那份账单。",
            "An adjustment of this statement was billed in another frozen one; make that one void first.",
        ),
        StatementProblem::NotAll => text(
            "只处理了一部分；仍选中的账单未处理：状态已变、有异常而未写理由、须先排除异常，或须由另一人冻结。",
            "Only some were done. Those still chosen were not: they changed, have exceptions without a reason or to be mended, or need another person.",
        ),
        StatementProblem::RunsBusy => {
            text("等待中的出账任务已达上限，请稍后再试。", "Too many runs are waiting; try again when some are done.")
        }
        StatementProblem::RunOver => text("该出账任务已结束。", "The run is over already."),
        StatementProblem::TooManyContracts => {
            text("逐个列出的合同过多；请改为选择区域。", "Too many contracts are named one by one; choose regions instead.")
        }
        StatementProblem::BeingRated => text(
            "账单正在重新计费，或正由他人处理；什么都没有改变，请稍后再试。",
            "The statement is being rated anew, or somebody else is at it; nothing was changed, try again in a moment.",
        ),
    }
}

pub fn fields(problem: StatementProblem) -> &'static [&'static str] {
    match problem {
        StatementProblem::ReasonForExceptions | StatementProblem::ReasonForEstimates | StatementProblem::ReasonNeeded => {
            &["reason"]
        }
        _ => &[],
    }
}

/// What `?done=` says.
pub const DONE: [(&str, Text); 7] = [
    ("run-asked", text("出账任务已提交，在后台执行。", "The run is noted and works in the background.")),
    ("run-cancelled", text("出账任务已取消，已生成的账单保留。", "The run is cancelled; what it made stays.")),
    ("statements-done", text("所选账单已处理。", "Done for all that were chosen.")),
    ("statement-checked", text("账单已审核。", "The statement is checked.")),
    ("statement-reopened", text("账单已退回草稿。", "The statement is a draft again.")),
    ("statement-frozen", text("账单已冻结，不再改变。", "The statement is frozen and changes no more.")),
    (
        "statement-voided",
        text("账单已作废；需要时可重新出账。", "The statement is void; generate a new one if there is to be one."),
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_problem_has_a_sentence_and_a_code_of_its_own() {
        let sentences: BTreeSet<&str> = StatementProblem::ALL.map(|one| problem(one).get(crate::Lang::Zh)).into();
        let codes: BTreeSet<&str> = StatementProblem::ALL.map(StatementProblem::code).into();
        assert_eq!((sentences.len(), codes.len()), (StatementProblem::ALL.len(), StatementProblem::ALL.len()));
    }
}
