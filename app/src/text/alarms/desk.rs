//! Words of the desk, of what is set aside, and of alarms on other pages.

use crate::text::{Text, text};

pub const TITLE: Text = text("告警台", "Alarm desk");
pub const SET_ASIDE: Text = text("已搁置与停用", "Set aside");
pub const RULES: Text = text("告警规则", "Rules");
pub const NOTICES: Text = text("通知", "Notifications");
pub const PERFORMANCE: Text = text("告警绩效", "Performance");
pub const SHIFTS: Text = text("班次", "Shifts");
pub const HANDOVER: Text = text("交接班", "Hand-over");
pub const SECTIONS: Text = text("告警页面", "Alarm pages");

// On every page
pub const NEWEST: Text = text("最新未确认：{} {}，{}", "newest unacknowledged: {} {}, {}");
pub const BADGE: Text = text("{}：{} 条未确认，共 {} 条", "{}: {} unacknowledged of {}");
pub const ATTENTION: Text = text("{}：{}", "{}: {}");
pub const COUNTED: Text = text("告警：未确认 {}，共 {}", "Alarms: {} unacknowledged of {}");
pub const WALL_NONE: Text = text("✓ 无告警", "✓ No alarm");
pub const WALL_NEWEST: Text = text("最新未确认", "newest");
pub const WALL_COUNTS: Text = text("未确认/全部", "unacknowledged/all");
pub const RULE_NO: Text = text("规则 {}", "rule {}");

// The list
pub const LIST: Text = text("当前告警", "Open alarms");
pub const COUNTS: Text = text("按级别计数", "By severity");
pub const SEVERITY: Text = text("级别", "Severity");
pub const STATE: Text = text("状态", "State");
pub const SUBJECT: Text = text("对象", "Subject");
pub const RULE: Text = text("规则", "Rule");
pub const VALUE: Text = text("数值与限值", "Value and limit");
pub const WITHIN_LIMIT: Text = text("{}（限值 {} {}）", "{} (limit {} {})");
pub const SINCE: Text = text("发生时刻", "Since");
pub const AGE: Text = text("持续", "Age");
pub const ASSIGNEE: Text = text("处理人", "Assigned to");
pub const OCCURRENCES: Text = text("次数", "Times");
pub const HIDDEN: Text = text("另有 {} 次未提示", "{} more not announced");
pub const LATE: Text = text("追溯", "in the past");
pub const CHOOSE: Text = text("选择", "Choose");
pub const CHOOSE_ONE: Text = text("选择 {}", "Choose {}");
pub const OPEN_ONE: Text = text("打开告警 {}", "Open alarm {}");
pub const NOBODY: Text = text("未指派", "nobody");
pub const NONE: Text = text("✓ 当前没有告警", "✓ No open alarm");
pub const NONE_FOUND: Text = text("没有符合筛选条件的告警", "No alarm matches the filter");
pub const NOT_ENABLED: Text =
    text("尚无启用的告警规则，因此不会有告警。", "No alarm rule is enabled, so there cannot be an alarm.");
pub const TOTAL: Text = text("共 {} 条，第 {} / {} 页", "{} in all, page {} of {}");
pub const PREVIOUS: Text = text("上一页", "Previous page");
pub const NEXT: Text = text("下一页", "Next page");
pub const AS_OF: Text = text("截至 {}", "as of {}");
pub const ALL_OPEN: Text = text("未确认 {} · 全部 {}", "{} unacknowledged · {} in all");

// Ages
pub const AGE_NOW: Text = text("不到 1 分", "< 1 min");
pub const AGE_MINUTES: Text = text("{} 分", "{} min");
pub const AGE_HOURS: Text = text("{} 小时", "{} h");
pub const AGE_DAYS: Text = text("{} 天", "{} d");

// The filter
pub const FILTER: Text = text("筛选告警", "Filter alarms");
pub const ALL_SEVERITIES: Text = text("全部级别", "All severities");
pub const AND_WORSE: Text = text("{}及以上", "{} and worse");
pub const ALL_OPEN_STATES: Text = text("全部未结", "All that are open");
pub const ALL_UNACKNOWLEDGED: Text = text("全部待确认", "All that wait for somebody");
pub const REGION: Text = text("区域（含下级）", "Region (with those below)");
pub const ALL_REGIONS: Text = text("全部区域", "All regions");
pub const ALL_RULES: Text = text("全部规则", "All rules");
pub const ANYBODY: Text = text("任何人", "Anybody");
pub const MINE: Text = text("我的", "Mine");
pub const QUALITY: Text = text("数据质量", "Quality");
pub const ALL_QUALITIES: Text = text("不限", "Any");
pub const TEXT: Text = text("规则、区域、处理人或户号", "Rule, region, person or account no.");
pub const CLEAR: Text = text("清除筛选", "Clear the filter");

// What is done to a selection
pub const SELECTION: Text = text("处理所选告警", "Act on the chosen alarms");
pub const CHOSEN: Text = text("已选", "Chosen:");
pub const COMMENT: Text = text("备注", "Comment");
pub const ACKNOWLEDGE: Text = text("确认", "Acknowledge");
pub const ADD_COMMENT: Text = text("写备注", "Comment");
pub const ASSIGN: Text = text("指派", "Assign");
pub const ASSIGN_TO: Text = text("指派给（登录名，空白为无人）", "Assign to (sign-in name; empty for nobody)");
pub const ASSIGN_ME: Text = text("指派给我", "Assign to me");
pub const SHELVE: Text = text("搁置", "Shelve");
pub const MINUTES: Text = text("搁置时长", "For how long");
pub const MINUTES_CHOICE: Text = text("{} 分钟", "{} min");
pub const HOURS_CHOICE: Text = text("{} 小时", "{} h");
pub const REASON: Text = text("搁置原因（必填）", "Reason for shelving (needed)");
pub const SHELVE_NOTE: Text = text(
    "最长 8 小时；紧急告警只能由工程师搁置，最长 2 小时。",
    "At most 8 h; critical alarms are shelved by an engineer only, at most 2 h.",
);
pub const KEYS_NOTE: Text = text("按 ? 查看键盘操作。", "Press ? for the keys.");

// What became of an act
pub const SOME_DONE: Text = text("已处理 {} 条，未处理 {} 条：", "Done for {}, not for {}:");
pub const REFUSED_MORE: Text = text("另有 {} 条", "{} more");
pub const BACK_TO_LIVE: Text = text("返回实时列表", "Back to the live list");

// Set aside
pub const SHELVED: Text = text("已搁置", "Shelved");
pub const SUPPRESSED: Text = text("按设计抑制", "Suppressed by design");
pub const OUT_OF_SERVICE: Text = text("已停用", "Out of service");
pub const NONE_SHELVED: Text = text("没有搁置的告警", "Nothing is shelved");
pub const NONE_SUPPRESSED: Text = text("没有被抑制的告警", "Nothing is suppressed");
pub const NONE_OUT_OF_SERVICE: Text = text("没有停用的告警", "Nothing is out of service");
pub const UNTIL: Text = text("到期", "Until");
pub const LEFT: Text = text("剩余 {}", "{} left");
pub const OVERDUE: Text = text("已到期", "over");
pub const REVIEW_ON: Text = text("复核日期", "To be reviewed");
pub const REVIEW_DUE: Text = text("应复核", "review is due");
pub const BY_WHAT: Text = text("被何抑制", "By what");
pub const BY_PIPELINE: Text = text("数据流中断或滞后", "The data stream is away or behind");
pub const BY_ALARM_ABOVE: Text = text("上级区域的告警", "An alarm of a region above");
pub const WHY: Text = text("原因", "Why");
pub const ASIDE_SINCE: Text = text("自", "Since");
pub const WHO: Text = text("由谁", "By whom");
pub const CONDITION_NOW: Text = text("条件", "Condition");
pub const IS_TRUE: Text = text("仍成立", "still true");
pub const IS_FALSE: Text = text("不成立", "not true");
pub const SHOW_ALL: Text = text("全部 {} 条", "All {}");

// Keys; the sentences stand on the page and are shown on request
pub const KEYS: Text = text("键盘操作", "Keys");
pub const KEYS_CLOSE: Text = text("关闭", "Close");
pub const KEY_LIST: [(&str, Text); 10] = [
    ("j ↓", text("下一条", "next alarm")),
    ("k ↑", text("上一条", "previous alarm")),
    ("x ␣", text("选择或取消选择", "choose or not")),
    ("a", text("确认所选或当前告警", "acknowledge the chosen or the current one")),
    ("s", text("填写搁置原因", "go to the reason for shelving")),
    ("c", text("填写备注", "go to the comment")),
    ("⏎ o", text("打开当前告警", "open the current alarm")),
    ("/", text("跳到筛选", "go to the filter")),
    ("Esc", text("离开输入框或关闭此窗", "leave a field or close this")),
    ("?", text("显示这些键", "show these keys")),
];
