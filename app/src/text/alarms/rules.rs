//! Words of the pages of rules.

mod sentence;

use crate::text::{Text, text};

pub use sentence::{condition, number, sentence};

pub const RULES: Text = text("告警规则", "Alarm rules");
pub const NONE: Text = text("还没有规则。", "There is no rule yet.");
pub const NEW: Text = text("新建规则", "New rule");
pub const RULE: Text = text("规则", "Rule");
pub const SEVERITY: Text = text("级别", "Severity");
pub const STATE: Text = text("状态", "State");
pub const OPEN_ALARMS: Text = text("当前告警", "Open alarms");
pub const OVERRIDES_COUNT: Text = text("另设地区", "Own values");
pub const REVIEW: Text = text("复审日期", "Review");
pub const OVERDUE: Text = text("已过期", "overdue");
pub const VERSION: Text = text("版本", "Version");
pub const MADE: Text = text("修改", "Changed");
pub const ENABLED: Text = text("已启用", "Enabled");
pub const DISABLED: Text = text("未启用", "Disabled");
pub const REMOVED: Text = text("已删除", "Removed");
pub const STARTER: Text = text("自带", "built in");
pub const TENANT: Text = text("租户 {}", "Tenant {}");
pub const INCOMPLETE: Text = text("依据不全，不能启用", "Record incomplete: cannot be enabled");

pub const WHAT: Text = text("规则内容", "What it says");
pub const ALL_REGIONS: Text = text("全部地区，包括以后新增的", "All regions, also those to come");
pub const SOME_REGIONS: Text = text("所选地区", "Chosen regions");
pub const REGIONS: Text = text("地区", "Regions");
pub const REGIONS_COUNT: Text = text("{} 个地区", "{} regions");
pub const WHEN: Text = text("生效时间", "When it applies");
pub const ALWAYS: Text = text("始终", "Always");
pub const TIMING: Text = text("时间与确认", "Timing and acknowledgement");
pub const YES: Text = text("是", "Yes");
pub const NO: Text = text("否", "No");
pub const SECONDS: Text = text("{} s", "{} s");
pub const MINUTES: Text = text("{} 分钟", "{} min");

pub const ENABLE: Text = text("启用", "Enable");
pub const DISABLE: Text = text("停用", "Disable");
pub const REMOVE: Text = text("删除规则", "Remove the rule");
pub const REMOVE_NOTE: Text = text(
    "规则将不再判断，其当前告警恢复为正常；历史告警与各版本保留。",
    "The rule is never evaluated again and its alarms return to normal. Past alarms and all versions stay.",
);
pub const REMOVED_NOTE: Text = text("此规则已删除，仅供查阅。", "This rule has been removed and is kept for reference.");
pub const ACTIONS: Text = text("操作", "Actions");

pub const VERSIONS: Text = text("版本记录", "Versions");
pub const MADE_BY: Text = text("修改人", "By");
pub const MADE_AT: Text = text("时间", "At");
pub const CHANGES: Text = text("与前一版本的差异", "Differences from the version before");
pub const FIRST_VERSION: Text = text("第一个版本", "The first version");
pub const NO_DIFFERENCE: Text = text("无差异", "No difference");
pub const CHANGED_FROM_TO: Text = text("{}：{} → {}", "{}: {} → {}");
pub const RESTORE: Text = text("恢复此版本", "Restore");
pub const RESTORE_OF: Text = text("将版本 {} 恢复为新版本", "Make version {} the newest again");
pub const NOTHING: Text = text("无", "none");

pub const RATIONALE: Text = text("告警依据", "Record of rationalisation");
pub const CAUSE: Text = text("可能原因", "Cause");
pub const CONSEQUENCE: Text = text("不处理的后果", "Consequence of doing nothing");
pub const RESPONSE: Text = text("处置措施", "Response");
pub const TIME_TO_RESPOND: Text = text("处置时限（分钟）", "Time to respond (minutes)");
pub const OWNER: Text = text("责任单位", "Owner");
pub const REVIEW_ON: Text = text("下次复审", "Next review");

pub const EDIT: Text = text("修改规则", "Change the rule");
pub const NAME_ZH: Text = text("名称（中文）", "Name (Chinese)");
pub const NAME_EN: Text = text("名称（英文）", "Name (English)");
pub const CLASS: Text = text("信息分类", "Information class");
pub const NO_CLASS: Text = text("不分类", "none");
pub const CONDITIONS: Text = text("条件", "Conditions");
pub const CONDITION: Text = text("条件 {}", "Condition {}");
pub const METRIC: Text = text("看什么", "Looks at");
pub const COMPARISON: Text = text("比较", "Comparison");
pub const THRESHOLD: Text = text("门槛", "Threshold");
pub const DEADBAND: Text = text("回差", "Deadband");
pub const SPAN: Text = text("回看（分钟）", "Looks back (min)");
pub const UNUSED_ROW: Text = text("（不用此行）", "(row not used)");
pub const JOIN: Text = text("条件之间", "Conditions together");
pub const MORE_CONDITIONS: Text = text("增加一行条件", "Add a row");
pub const MORE_OVERRIDES: Text = text("增加一行地区", "Add a row");
pub const NO_POWER: Text = text(
    "5 秒窗口的电量不代表功率：示例周全部地区单个窗口最大仅 336 kWh。负荷告警请用“当前负荷”。",
    "The energy of a 5-second window is no measure of power: the largest of all regions in the sample week is 336 kWh. For load, use load now.",
);
pub const GROUP_LOAD: Text = text("负荷", "Load");
pub const GROUP_ENERGY: Text = text("电量", "Energy");
pub const GROUP_DATA: Text = text("数据质量", "Quality of data");
pub const GROUP_USERS: Text = text("用户", "Customers");
pub const GROUP_PIPELINE: Text = text("数据流", "Data stream");
pub const ON_DELAY: Text = text("持续多久才告警（秒）", "Must hold for (seconds)");
pub const OFF_DELAY: Text = text("恢复多久才消除（秒）", "Must be over for (seconds)");
pub const REPEATS: Text = text("连续成立次数", "Evaluations in a row");
pub const NEEDS_ACK: Text = text("需要确认", "Needs an acknowledgement");
pub const LATCHING: Text =
    text("自保持：恢复后仍留在台面，直到复位", "Latches: stays on the desk after its return until it is reset");
pub const REANNUNCIATE: Text =
    text("确认后仍未恢复，多少分钟后再次提示（空为不提示）", "Annunciated again when still active after (minutes; empty: never)");
pub const QUIETS: Text = text("对下级地区", "Regions below");
pub const SCHEDULE: Text = text("生效时间", "When it applies");
pub const WEEKDAYS: Text = text("星期", "Weekdays");
pub const FROM_TIME: Text = text("从（HH:MM）", "From (HH:MM)");
pub const TO_TIME: Text =
    text("到（HH:MM，至多 24:00；早于开始则到次日）", "To (HH:MM, up to 24:00; before the start: on the next day)");
pub const HOLIDAYS: Text = text("节假日", "Holidays");
pub const HOLIDAYS_AS_USUAL: Text = text("与平日相同", "like other days");
pub const HOLIDAYS_NEVER: Text = text("不生效", "not on holidays");
pub const HOLIDAYS_ONLY: Text = text("只在节假日生效", "on holidays only");
pub const OVERRIDES: Text = text("个别地区另设", "Regions with values of their own");
pub const OVERRIDES_NOTE: Text = text(
    "空格表示沿用规则的值。地区留空的行不计。",
    "An empty field keeps the rule's value. Rows without a region do not count.",
);
pub const OVERRIDE_REGION: Text = text("地区", "Region");
pub const OVERRIDE_THRESHOLD: Text = text("条件 {} 的门槛", "Threshold of condition {}");
pub const OVERRIDE_SEVERITY: Text = text("级别", "Severity");
pub const SAME_SEVERITY: Text = text("同规则", "as the rule");
pub const LEFT_OUT: Text = text("不看此地区", "left out");
pub const MORE_THAN_FORM: Text = text(
    "此规则另设 {} 个地区，表单只能改前 {} 个，其余请用接口；在此保存会保留它们。",
    "This rule has values for {} regions; the form changes the first {}. Change the others by the interface; saving here keeps them.",
);
pub const RATIONALE_NOTE: Text = text(
    "启用前必须写明原因、后果、处置、时限与责任单位：没有处置措施的就不该是告警。",
    "Cause, consequence, response, time to respond and owner are needed before the rule is enabled: what needs no response is no alarm.",
);
pub const WHY: Text = text("修改说明（可选）", "Why it is changed (optional)");
pub const SAVE: Text = text("保存", "Save");
pub const SAVE_DISABLED: Text = text("保存，暂不启用", "Save without enabling");
pub const SAVE_ENABLED: Text = text("保存并启用", "Save and enable");
pub const READS: Text = text("规则读作", "The rule reads");

pub const WRONG_NUMBER: Text =
    text("请输入数字，最多两位小数，如 50000 或 12.5。", "Enter a number with at most two decimals, such as 50000 or 12.5.");
pub const WRONG_WHOLE: Text = text("请输入不小于 0 的整数。", "Enter a whole number, 0 or more.");
pub const WRONG_TIME: Text = text("请输入 HH:MM，如 08:00。", "Enter HH:MM, such as 08:00.");
pub const WRONG_DAY: Text = text("请输入日期，如 2026-05-01。", "Enter a day, such as 2026-05-01.");
pub const WRONG_CHOICE: Text = text("请从列表中选择。", "Choose one of the list.");

pub const CALENDAR: Text = text("节假日历", "Holiday calendar");
pub const NO_HOLIDAY: Text = text("日历为空。", "The calendar is empty.");
pub const DAY: Text = text("日期", "Day");
pub const HOLIDAY_NAME: Text = text("名称", "Name");
pub const ADD_HOLIDAY: Text = text("添加节假日", "Add a holiday");
pub const REMOVE_HOLIDAY: Text = text("删除", "Remove");
pub const REMOVE_HOLIDAY_OF: Text = text("删除 {} {}", "Remove {} {}");

pub const CHANGED_BY: Text = text(
    "{} 刚刚保存了版本 {}（{}）。您填写的内容仍在下面，核对后可再次保存。",
    "{} saved version {} at {}. What you entered still stands below; check it and save again.",
);

/// Codes of `?done=` with what they say.
pub const DONE: [(&str, Text); 8] = [
    ("rule-added", text("规则已保存，尚未启用。", "The rule is saved and not enabled yet.")),
    ("rule-added-enabled", text("规则已保存并启用。", "The rule is saved and enabled.")),
    ("rule-saved", text("规则已保存为新版本。", "The rule is saved as a new version.")),
    ("rule-enabled", text("规则已启用。", "The rule is enabled.")),
    ("rule-disabled", text("规则已停用，其告警恢复为正常。", "The rule is disabled; its alarms return to normal.")),
    ("rule-removed", text("规则已删除。", "The rule is removed.")),
    ("holiday-added", text("节假日已添加。", "The holiday is added.")),
    ("holiday-removed", text("节假日已删除。", "The holiday is removed.")),
];

/// Why a form about rules was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RuleProblem {
    /// What is wrong stands beside the fields.
    Faults,
    TooMany,
    /// Trials are waiting.
    Busy,
    /// Looks at something that is not stored.
    NotStored,
    Period,
    OverWholeRule,
    HolidayName,
}

impl RuleProblem {
    pub const ALL: [Self; 7] =
        [Self::Faults, Self::TooMany, Self::Busy, Self::NotStored, Self::Period, Self::OverWholeRule, Self::HolidayName];
}

pub fn problem(problem: RuleProblem) -> Text {
    match problem {
        RuleProblem::Faults => text("未保存：请按各项旁的说明修改。", "Not saved: change what is said beside the fields."),
        RuleProblem::TooMany => {
            text("规则已达上限，请先删除不用的规则。", "There are as many rules as there may be; remove some first.")
        }
        RuleProblem::Busy => {
            text("有多个试运行在等待，请稍后再试。", "Several trials are waiting; try again when they are done.")
        }
        RuleProblem::NotStored => text(
            "静默、死信与数据流的状态不作历史存储，无法试运行；请直接启用并观察。",
            "Silence, dead letters and the state of the data stream are not stored over time, so a rule on them cannot be tried; enable it and watch.",
        ),
        RuleProblem::Period => text(
            "试运行的时间范围须先开始后结束：负荷与累计量最多 7 天，已结束时段最多 92 天。",
            "The period of a trial must end after it begins: at most 7 days for load and running sums, 92 for closed periods.",
        ),
        RuleProblem::OverWholeRule => text(
            "此规则涉及您看不到的地区，不能由您更改。",
            "The rule is about regions that you do not see, so it is not yours to change.",
        ),
        RuleProblem::HolidayName => text("请填写日期和 1 到 64 个字符的名称。", "Enter a day and a name of 1 to 64 characters."),
    }
}

/// Names of the fields that the sentence is about.
pub fn fields(problem: RuleProblem) -> &'static [&'static str] {
    match problem {
        RuleProblem::Period => &["try_from", "try_to"],
        RuleProblem::HolidayName => &["day", "name"],
        _ => &[],
    }
}
