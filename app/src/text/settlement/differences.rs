//! Words of adjustments: 退补.

use crate::text::{Text, text};

pub const TITLE: Text = text("退补", "Adjustments");
pub const INTRO: Text = text(
    "冻结的账单不再改变。之后的更正按原账期重算，差额作为退补挂到该合同的下一份账单。",
    "A frozen statement never changes. What a later correction would make of it is carried by the contract's next statement.",
);
pub const STATE: Text = text("状态", "State");
pub const ANY_STATE: Text = text("全部", "All");
pub const NONE: Text = text("没有退补。", "There are no adjustments.");
pub const NONE_FOUND: Text = text("没有符合条件的退补。", "No adjustment fits the filter.");
pub const LIST: Text = text("退补列表", "Adjustments");
pub const SUMS: Text = text("共 {} 笔 · {} 元", "{} adjustments · {} yuan");
pub const OF: Text = text("原账单", "Of statement");
pub const CARRIED_BY: Text = text("列入", "Carried by");
pub const CAUSE: Text = text("原因", "Reason");
pub const AMOUNT: Text = text("金额 元", "Amount yuan");
pub const CHARGE: Text = text("应补", "to be charged");
pub const REFUND: Text = text("应退", "to be paid back");
pub const SINCE: Text = text("发现于", "Found at");
pub const CHANGED: Text = text("更新于", "Changed at");
pub const COMPARE: Text = text("逐项对比", "Line by line");
pub const LINE: Text = text("项目", "Line");
pub const QUANTITY_BEFORE: Text = text("原数量", "Quantity before");
pub const QUANTITY_AFTER: Text = text("现数量", "Quantity after");
pub const BEFORE: Text = text("原金额", "Before");
pub const AFTER: Text = text("现金额", "After");
pub const DIFFERENCE: Text = text("差额", "Difference");
pub const ALREADY: Text = text("减去已退补", "Less what was adjusted already");
pub const SUM: Text = text("退补金额", "Adjustment");
pub const UNREADABLE: Text = text(
    "这笔退补的内容无法读取，在恢复或重新计算之前，该合同不生成草稿。请管理员恢复，或作废所退补的账单。",
    "What this adjustment says cannot be read. No draft is made for the contract until it is restored or computed anew: ask the administrator, or void the statement that is adjusted.",
);
pub const OPEN_STATEMENT: Text = text("账单 {}", "Statement {}");
pub const NOT_CARRIED: Text = text("等待下一份草稿", "Waits for the next draft");

pub fn state(code: &str) -> Option<Text> {
    Some(match code {
        "pending" => text("待处理", "Pending"),
        "attached" => text("已列入草稿", "On a draft"),
        "settled" => text("已结清", "Settled"),
        "void" => text("已作废", "Void"),
        _ => return None,
    })
}

/// What made it, before the words that say which.
pub fn cause(code: &str) -> Option<Text> {
    Some(match code {
        "readings" => text("读数更正", "Readings corrected"),
        "reactive" => text("无功读数更正", "Reactive readings corrected"),
        "estimate" => text("估算被真实读数替换", "Estimates replaced by readings"),
        "tariff" => text("电价更改", "Tariff changed"),
        "calendar" => text("节假日更改", "Holidays changed"),
        "trigger" => text("尖峰决定更改", "Decision about the sharp peak"),
        "contract" => text("合同更改", "Contract changed"),
        "rules" => text("规则更改", "Rules changed"),
        _ => return None,
    })
}
