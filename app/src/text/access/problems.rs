//! Why a form was not taken, and which of its fields are meant.

use crate::submitted::Problem;
use crate::text::alarms::{notices, refusals, rules, shifts};
use crate::text::settlement::{acts, calendar, contracts, tariffs};
use crate::text::{Lang, Text, text};

const REGION_NOT_OF_TENANT: Text = text(
    "所选区域不属于该租户；请先在“租户与区域”中划归。",
    "A chosen region does not belong to the tenant; give it to the tenant first, under tenants and regions.",
);

const SLOWED_DOWN: Text = text(
    "失败次数过多，请稍候再试：等待时间从一分钟逐渐增加到十五分钟。",
    "Too many failed attempts. Wait before the next one: the pause grows from one minute to fifteen.",
);
const BUSY: Text = text(
    "正在处理的登录过多，请几秒钟后再试。您的密码尚未检查。",
    "Too many sign-ins at this moment. Try again in a few seconds; your password was not looked at.",
);
const BAD_FIELD: Text = text(
    "表单中有一项的内容无法理解，未作任何更改。请重新填写。",
    "A field of the form could not be understood; nothing was changed. Fill it in again.",
);

impl Problem {
    /// The sentence above the form: what is wrong and what to do.
    pub fn sentence(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// Names of the fields that the sentence is about.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::SignInFailed => &["name", "password"],
            Self::WrongPassword => &["current"],
            Self::PasswordShort | Self::PasswordLong | Self::PasswordWeak => &["password"],
            Self::PasswordsDiffer => &["repeat"],
            Self::NameEmpty | Self::NameTooLong | Self::NameCharacter => &["name", "display_name"],
            Self::NameTaken => &["name"],
            Self::NoRegions | Self::RegionNotOfTenant => &["regions"],
            Self::NoLayout => &["layout"],
            Self::TenantCode => &["code"],
            Self::RegionTaken => &["region_id"],
            Self::ExpiryPast => &["expires"],
            Self::UnknownAssignee => &["assignee"],
            Self::TextTooLong => &["comment", "reason"],
            Self::Shift(fault) => shifts::fields(fault),
            Self::Rule(problem) => rules::fields(problem),
            Self::Notice(problem) => notices::fields(problem),
            Self::Contract(problem) => contracts::fields(problem),
            Self::Statement(problem) => acts::fields(problem),
            Self::Tariff(problem) => tariffs::fields(problem),
            Self::Calendar(problem) => calendar::fields(problem),
            Self::SlowedDown
            | Self::Busy
            | Self::Conflict
            | Self::LastAdministrator
            | Self::BeyondOwnRights
            | Self::TenantInUse
            | Self::LinkUsed
            | Self::NotFound
            | Self::NothingChosen
            | Self::NotAllDone
            | Self::BadField => &[],
        }
    }

    fn text(self) -> Text {
        match self {
            Self::SignInFailed => text("登录名或密码不正确。", "Name or password is not right."),
            Self::SlowedDown => SLOWED_DOWN,
            Self::Busy => BUSY,
            Self::WrongPassword => text("当前密码不正确。", "The current password is not right."),
            Self::PasswordShort => text("密码太短：至少 12 个字符。", "The password is too short: at least 12 characters."),
            Self::PasswordLong => text("密码太长：最多 256 个字符。", "The password is too long: at most 256 characters."),
            Self::PasswordWeak => text(
                "此密码容易被猜到。请用几个互不相关的词，不要用姓名、日期或常见的词。",
                "This password is easily guessed. Take several words that have nothing to do with each other; no names, dates or usual words.",
            ),
            Self::PasswordsDiffer => text("两次输入的密码不同。", "The two passwords differ."),
            Self::NameEmpty => text("请填写名称。", "Enter a name."),
            Self::NameTooLong => text("名称太长：最多 64 个字符。", "The name is too long: at most 64 characters."),
            Self::NameCharacter => text(
                "名称含有不允许的字符。登录名可用任何文字的字母、数字以及 . _ - @；任何名称都不能含有看不见的字符。",
                "The name has a character that is not allowed. A name to sign in with has letters and digits of any script and . _ - @; no name has characters that cannot be seen.",
            ),
            Self::NameTaken => text(
                "此名称已被使用。大小写和全角半角不作区分。",
                "This name is taken. Letter case and width do not make a difference.",
            ),
            Self::Conflict => text(
                "在您编辑期间，别人已经修改。请查看现在的内容，确认后再次提交。",
                "Somebody else has changed this in the meantime. Look at what stands now, then send it again.",
            ),
            Self::LastAdministrator => text(
                "这是最后一位可用的管理员：不能删除、停用或降低权限。请先添加另一位管理员。",
                "This is the last active administrator and cannot be removed, disabled or demoted. Add another one first.",
            ),
            Self::BeyondOwnRights => text(
                "不能授予超出您自己的权限、区域或租户。",
                "You cannot grant more than you have: not more rights, regions or tenants than your own.",
            ),
            Self::NoRegions => text("请选择至少一个区域，或选择全部区域。", "Choose at least one region, or all of them."),
            Self::NoLayout => text("请选择至少一种版式。", "Choose at least one layout."),
            Self::TenantCode => text(
                "代码由小写字母 a–z、数字和连字符组成，至少含一个字母，以字母或数字开头，最多 32 个字符，且不能与其他租户相同。",
                "A code has small letters a–z (at least one), digits and hyphens, begins with a letter or digit, has at most 32 characters and is no other tenant's.",
            ),
            Self::TenantInUse => text(
                "租户仍有人员、令牌、大屏链接、区域，或告警规则、通知、调度台，不能删除。请先将其移走。",
                "The tenant still has people, tokens, wall links, regions, alarm rules, receivers or desks and cannot be removed. Move those first.",
            ),
            Self::RegionTaken => text(
                "此区域在此期间已划归另一租户。请查看列表后再改。",
                "This region was given to another tenant in the meantime. Look at the list and try again.",
            ),
            Self::RegionNotOfTenant => REGION_NOT_OF_TENANT,
            Self::LinkUsed => text(
                "此链接已使用或已过期。请向管理员索取新链接。",
                "This link was used or has expired. Ask an administrator for a new one.",
            ),
            Self::NotFound => text("已不存在，可能刚被删除。", "This is no longer there; it may just have been removed."),
            Self::ExpiryPast => text("到期日必须在将来。", "The day of expiry must be in the future."),
            Self::NothingChosen | Self::TextTooLong | Self::UnknownAssignee | Self::NotAllDone => refusals::problem(self),
            Self::Shift(fault) => shifts::problem(fault),
            Self::Rule(problem) => rules::problem(problem),
            Self::Notice(problem) => notices::problem(problem),
            Self::Contract(problem) => contracts::problem(problem),
            Self::Statement(problem) => acts::problem(problem),
            Self::Tariff(problem) => tariffs::problem(problem),
            Self::Calendar(problem) => calendar::problem(problem),
            Self::BadField => BAD_FIELD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_own_sentence() {
        for lang in Lang::ALL {
            let sentences: std::collections::BTreeSet<_> = Problem::ALL.iter().map(|problem| problem.sentence(lang)).collect();
            assert_eq!(sentences.len(), Problem::ALL.len());
        }
    }
}
