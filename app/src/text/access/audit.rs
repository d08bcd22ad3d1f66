//! Words of the audit page.

use crate::text::{Text, text};

pub const FROM: Text = text("从", "From");
pub const TO: Text = text("到（含）", "To (incl.)");
pub const WHO: Text = text("谁", "Who");
pub const ACTION: Text = text("做了什么", "What");
pub const OBJECT: Text = text("对象（如 account:12）", "Object (such as account:12)");
pub const TEXT: Text = text("内容含有", "Contains");
pub const ENTRIES: Text = text("审计记录", "Audit record");
pub const NONE: Text = text("没有符合条件的记录。", "No entry matches.");
pub const NUMBER: Text = text("编号", "No.");
pub const AT: Text = text("时间", "At");
pub const FROM_ADDRESS: Text = text("来自 {}", "from {}");
pub const REASON: Text = text("原因：{}", "Reason: {}");
pub const NO_DETAILS: Text = text("没有更多内容。", "Nothing more was recorded.");
pub const FIELD: Text = text("项目", "Field");
pub const BEFORE: Text = text("之前", "Before");
pub const AFTER: Text = text("之后", "After");
pub const HASH: Text = text("散列值 {}", "Hash {}");
pub const OLDER: Text = text("更早", "Older");
pub const NEWEST: Text = text("最新", "Newest");
pub const FILTER: Text = text("筛选审计记录", "Filter the audit record");

// Verification
pub const VERIFY: Text = text("核验", "Verification");
pub const VERIFY_NOTE: Text = text(
    "每条记录都含有前一条的散列值，改动任何一条都会显露。核验会重新计算整条链。",
    "Each entry holds the hash of the one before it, so that a change of any shows. Verifying computes the whole chain again.",
);
pub const VERIFY_BUTTON: Text = text("核验整条链", "Verify the chain");
pub const WHOLE: Text = text("✓ 完整：{} 条记录，散列链无误。", "✓ Whole: {} entries, every hash is right.");
pub const BROKEN: Text = text(
    "✕ 已被破坏：前 {} 条无误，第一处错误在第 {} 条：{}",
    "✕ Broken: {} entries are right; the first wrong one is no. {}: {}",
);
pub const HEAD: Text = text("链的末端", "Head of the chain");
pub const HEAD_NOTE: Text = text(
    "请抄下编号和散列值：以后用它可以证明末尾没有被截断。",
    "Note down number and hash: they prove later that the end was not cut off.",
);

// Who acts
pub const SYSTEM: Text = text("系统", "system");
pub const COMMAND: Text = text("命令", "command");
pub const TOKEN: Text = text("令牌", "token");
pub const CLAIM: Text = text("声明", "claim");
