//! Words of the messages that receivers get about alarms.

use domain::alarms::notices::NoticeKind;

use crate::text::{Text, text};

pub fn kind(kind: NoticeKind) -> Text {
    match kind {
        NoticeKind::Raised => text("告警发生", "raised"),
        NoticeKind::Returned => text("告警恢复", "returned to normal"),
        NoticeKind::Reannunciated => text("再次提示", "announced again"),
        NoticeKind::Escalated => text("升级：无人确认", "escalated: nobody has acknowledged"),
    }
}

pub const STATION: Text = text("站点／区域", "Station / region");
pub const RULE: Text = text("规则", "Rule");
pub const VALUE: Text = text("实测值", "Value");
pub const LIMIT: Text = text("限值", "Limit");
pub const START: Text = text("开始时间", "Start time");
pub const STATUS: Text = text("状态", "Status");
pub const SEVERITY: Text = text("级别", "Severity");
pub const SUGGESTION: Text = text("处置建议", "Suggestion");
pub const LINK: Text = text("链接", "Link");
pub const EVENT: Text = text("事件", "Event");

pub const INSTALLATION: Text = text("整个系统", "the installation");
pub const CUSTOMER: Text = text("用户 {}", "customer {}");
pub const REGION: Text = text("区域 {}", "region {}");
/// Severity, what happened, where and which rule.
pub const SUBJECT: Text = text("[{}] {}：{} · {}", "[{}] {}: {} · {}");
pub const GROUP_SUBJECT: Text = text("[{}] {} 条告警通知", "[{}] {} alarm notices");
pub const BY_SEVERITY: Text = text("按级别：{}", "By severity: {}");
pub const BY_REGION: Text = text("按区域：{}", "By region: {}");
pub const MORE: Text = text("另有 {} 条", "and {} more");
pub const TEST_SUBJECT: Text = text("Loadline 测试消息", "Test message from Loadline");
pub const TEST: Text = text(
    "这是发给接收方“{}”的测试消息，发出时间 {}。没有告警。",
    "This is a test of the receiver “{}”, sent at {}. There is no alarm.",
);
