//! What is said after a form about tariffs was taken, and why one was not.

use crate::text::{Text, text};

/// Codes of `?done=` with what they say.
pub const DONE: [(&str, Text); 5] = [
    ("tariff-added", text("电价已保存。", "The tariff is saved.")),
    (
        "tariff-saved",
        text("新版本已保存，受影响的日子将重新结算。", "The new version is saved; days it is valid for are settled again."),
    ),
    ("tariff-withdrawn", text("版本已撤销，受影响的日子将重新结算。", "The version is withdrawn; its days are settled again.")),
    ("tariff-removed", text("电价已删除。", "The tariff is removed.")),
    ("tariffs-imported", text("电价已导入。", "The tariffs are imported.")),
];

/// Why a form about tariffs was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TariffProblem {
    /// What is wrong stands beside the fields.
    Faults,
    CodeTaken,
    /// Its validity overlaps another version that it does not say it replaces.
    Overlap,
    /// Names a version to be replaced that there is none of.
    UnknownVersion,
    AlreadyWithdrawn,
    InUse,
    TooMany,
    /// Of another tenant, or of the operator.
    NotOwn,
    /// The text of a file is no JSON of tariffs.
    NoFile,
    /// Some of a file has faults; nothing was applied.
    FileFaults,
}

impl TariffProblem {
    pub const ALL: [Self; 10] = [
        Self::Faults,
        Self::CodeTaken,
        Self::Overlap,
        Self::UnknownVersion,
        Self::AlreadyWithdrawn,
        Self::InUse,
        Self::TooMany,
        Self::NotOwn,
        Self::NoFile,
        Self::FileFaults,
    ];
}

/// Somebody else was there first.
pub fn is_late(problem: TariffProblem) -> bool {
    matches!(problem, TariffProblem::CodeTaken | TariffProblem::AlreadyWithdrawn | TariffProblem::InUse)
}

pub fn problem(problem: TariffProblem) -> Text {
    match problem {
        TariffProblem::Faults => text("未保存：请按各项旁的说明修改。", "Not saved: change what is said beside the fields."),
        TariffProblem::CodeTaken => {
            text("已有此代码的电价，请换一个代码。", "There is a tariff with this code; take another one.")
        }
        TariffProblem::Overlap => text(
            "有效期与现有版本重叠：请勾选被替代的版本，或调整有效期。",
            "Its validity overlaps a version that stands: say that it replaces that version, or change the validity.",
        ),
        TariffProblem::UnknownVersion => {
            text("要替代的版本不存在或已撤销。", "A version that it should replace is not there or was withdrawn.")
        }
        TariffProblem::AlreadyWithdrawn => text("此版本已被撤销。", "This version was withdrawn already."),
        TariffProblem::InUse => text(
            "仍有合同使用此电价，不能删除；请先为合同改用其他电价。",
            "Contracts still use this tariff, so it cannot be removed. Give them another one first.",
        ),
        TariffProblem::TooMany => text(
            "电价或版本已达上限，请先删除不用的电价。",
            "There are as many tariffs or versions as there may be; remove some first.",
        ),
        TariffProblem::NotOwn => text(
            "此电价不属于您的租户，不能更改；可以复制为自己的电价。",
            "This tariff is not your tenant's, so it is not yours to change; you can copy it.",
        ),
        TariffProblem::NoFile => text(
            "内容不是电价的 JSON 文件。请用“导出 JSON”得到的格式。",
            "The text is no JSON file of tariffs. Take the form of the export.",
        ),
        TariffProblem::FileFaults => text(
            "未写入：文件中有电价存在问题，见下表。",
            "Nothing was applied: some tariffs of the file have faults, see below.",
        ),
    }
}

/// Names of the fields that the sentence is about.
pub fn fields(problem: TariffProblem) -> &'static [&'static str] {
    match problem {
        TariffProblem::CodeTaken => &["code"],
        TariffProblem::Overlap | TariffProblem::UnknownVersion => &["replaces", "valid_from", "valid_until"],
        TariffProblem::NoFile => &["file"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn each_problem_has_its_own_sentence() {
        for lang in Lang::ALL {
            let said: std::collections::BTreeSet<_> = TariffProblem::ALL.iter().map(|one| problem(*one).get(lang)).collect();
            assert_eq!(said.len(), TariffProblem::ALL.len());
        }
    }
}
