//! Words of the page of one alarm.

use crate::text::{Text, text};

pub const TITLE: Text = text("告警 {}", "Alarm {}");
pub const HEAD: Text = text("当前情况", "As it stands");
pub const VALUE: Text = text("当前值与限值", "Value and limit");
pub const VALUE_AT: Text = text("取值时刻 {}", "as of {}");
pub const STARTED: Text = text("发生", "Became true");
pub const RETURNED: Text = text("恢复", "Returned");
pub const ANNUNCIATED: Text = text("提示", "Announced");
pub const ACKNOWLEDGED: Text = text("确认", "Acknowledged");
pub const BY_AT: Text = text("{}，{}", "{}, {}");
pub const CLASS: Text = text("信息分类", "Class");
pub const OCCURRENCE: Text = text("第 {} 次", "No. {}");
pub const SHELVED_UNTIL: Text = text("搁置至", "Shelved until");
pub const REANNUNCIATED_AT: Text = text("再次提示于", "Announced again at");
pub const SEVERITY_LINE: Text = text("{} · {}", "{} · {}");
pub const RULE_VERSION: Text = text("第 {} 版", "version {}");

pub const RATIONALE: Text = text("处置依据", "What to do");
pub const NO_RATIONALE: Text = text("规则没有处置说明。", "The rule says nothing about it.");
pub const CAUSE: Text = text("可能原因", "Likely cause");
pub const CONSEQUENCE: Text = text("后果", "Consequence");
pub const RESPONSE: Text = text("应对措施", "Response");
pub const TIME_TO_RESPOND: Text = text("应对时限", "Time to respond");
pub const RESPOND_WITHIN: Text = text("{} 分钟", "{} min");
pub const RESPOND_LEFT: Text = text("{} 分钟，剩余 {} 分钟", "{} min, {} min left");
pub const RESPOND_OVER: Text = text("{} 分钟，已超过 {} 分钟", "{} min, over by {} min");
pub const OWNER: Text = text("责任方", "Owner");

pub const ACTS: Text = text("处理", "Act");
pub const NO_ACT: Text = text("当前状态下没有可做的处理。", "There is nothing to do in this state.");
pub const RESET: Text = text("复位", "Reset");
pub const UNSHELVE: Text = text("取消搁置", "Take off the shelf");
pub const RETURN_TO_SERVICE: Text = text("恢复使用", "Return to service");
pub const TAKE_OUT: Text = text("停用", "Take out of service");
pub const TAKE_OUT_TITLE: Text = text("停用（检修等）", "Out of service (maintenance)");
pub const SHELVE_TITLE: Text = text("暂时搁置", "Shelve for a while");
pub const ASSIGN_TITLE: Text = text("指派", "Assign");
pub const OUT_REASON: Text = text("停用原因（必填）", "Reason (needed)");
pub const REVIEW_ON: Text = text("复核日期（必填）", "To be reviewed on (needed)");

pub const AROUND: Text = text("前后负荷", "Around it");
pub const AROUND_DAY: Text = text("当日负荷 {}", "Load of the day {}");
pub const AROUND_USER: Text = text("当日用电 {}", "Energy of the day {}");
pub const AROUND_WINDOWS: Text =
    text("前后 5 分钟上报电量，不代表功率", "Energy reported within 5 minutes before and after; not power");
pub const AROUND_NOTHING: Text = text("此类告警没有负荷曲线。", "There is no load curve for an alarm of this kind.");
pub const MOMENT: Text = text("竖线：{} 发生", "Vertical line: became true at {}");

pub const HISTORY: Text = text("历史", "History");
pub const HISTORY_TOTAL: Text = text("共 {} 条，其中追溯 {} 条", "{} entries, {} of them in the past");
pub const AT: Text = text("记录时刻", "At");
pub const EVENT: Text = text("事件", "Event");
pub const CHANGE: Text = text("状态变化", "State");
pub const EVENT_TIME: Text = text("事件时间", "Event time");
pub const ACTOR: Text = text("操作人", "Who");
pub const REASON: Text = text("说明", "Why");
pub const SYSTEM: Text = text("系统", "program");
pub const MARK_LATE: Text = text("追溯", "in the past");
pub const MARK_LATE_WHY: Text =
    text("追数或修订时才得知，当时未提示、未通知", "Known only afterwards, by catching up or by a revision: nobody was told");
pub const MARK_REVISED: Text = text("↻ 已修订", "↻ revised");
pub const MARK_REVISED_WHY: Text = text("迟到数据改变了当时判断所依据的数值", "Late data changed a number that it was judged by");
pub const MARK_ANNOUNCED: Text = text("已提示", "announced");
pub const OLDER: Text = text("更早", "Older");
pub const NEWEST: Text = text("最新", "Newest");
pub const ONLY_LATE: Text = text("仅看追溯", "Only in the past");
pub const ALL_ENTRIES: Text = text("全部历史", "All of it");
pub const NO_ENTRY: Text = text("没有记录", "Nothing is recorded");
