//! Words of rules tried over stored numbers.

use crate::text::{Lang, Text, text};

pub const TRY: Text = text("试运行", "Try it");
pub const TRY_NOTE: Text = text(
    "用已存的数据回放此规则，不产生告警。看负荷与累计量的规则最多 7 天，只看时段的规则最多 92 天，最多 100 个地区。",
    "Runs the rule over stored numbers and raises no alarm. At most 7 days for rules on load and running sums, 92 for rules on closed periods; at most 100 regions.",
);
pub const FROM: Text = text("从", "From");
pub const TO: Text = text("到（不含）", "To (not included)");
pub const COMPARE: Text = text("对比版本", "Compare with version");
pub const NO_COMPARISON: Text = text("不对比", "none");
pub const TRY_VERSION: Text = text("试运行版本", "Version to try");
pub const RUN: Text = text("开始试运行", "Run the trial");
pub const RUN_DRAFT: Text = text("用已存数据试运行以上内容", "Try what is entered above over stored numbers");
pub const TITLE: Text = text("试运行 {}", "Trial {}");
pub const TRIALS: Text = text("最近的试运行", "Latest trials");
pub const VERSION: Text = text("版本 {}", "version {}");
pub const DRAFT: Text = text("未保存的草稿", "draft, not saved");

pub const WAITING: Text = text("等待中", "waiting");
pub const RUNNING: Text = text("运行中", "running");
pub const DONE: Text = text("已完成", "done");
pub const FAILED: Text = text("未完成", "failed");
pub const NOT_YET: Text = text("结果尚未算出，本页会自动刷新。", "There is no result yet; this page asks again by itself.");

pub const WHAT: Text = text("试的是什么", "What was tried");
pub const PERIOD: Text = text("时间范围", "Period");
pub const RULE: Text = text("规则", "Rule");
pub const MADE_BY: Text = text("发起", "Started by");
pub const REGIONS: Text = text("地区数", "Regions");
pub const REGIONS_CUT: Text = text("前 {} 个，共 {} 个", "the first {} of {}");
pub const UNTIL: Text = text("数据到 {} 为止，其后未试。", "The numbers end at {}; what follows was not tried.");
pub const RESULT: Text = text("结果", "Result");
pub const FIRED: Text = text("会告警 {} 次", "It would have fired {}×");
pub const NEVER: Text = text("在此期间不会告警。", "It would not have fired in this period.");
pub const ACTIVE: Text = text("告警总时长", "Time active in all");
pub const PER_DAY: Text = text("每天次数", "Alarms by day");
pub const DAY: Text = text("日期", "Day");
pub const COUNT: Text = text("次数", "Alarms");
pub const ALARMS: Text = text("逐次列表", "One by one");
pub const SUBJECT: Text = text("对象", "Subject");
pub const BEGAN: Text = text("开始", "From");
pub const ENDED: Text = text("结束", "To");
pub const STILL: Text = text("期末仍未恢复", "still active at the end");
pub const LASTED: Text = text("时长", "Duration");
pub const PEAK: Text = text("极值，每分钟取样", "Extreme value, once a minute");
pub const THRESHOLD: Text = text("门槛", "Threshold");
pub const CUT: Text = text("只列出前 {} 次。", "Only the first {} are listed.");
pub const TIMELINE: Text = text("时间线", "Timeline");
pub const TIMELINE_NAME: Text = text("{} 到 {} 的告警", "Alarms from {} to {}");
pub const MORE_SUBJECTS: Text = text("只画出前 {} 个对象。", "Only the first {} subjects are drawn.");
pub const ONLY: Text = text("只有{}告警", "only {}");
pub const BOTH: Text = text("两者都告警", "both");
pub const COMPARED: Text = text("对比", "Comparison");
pub const ALSO: Text = text("另一版本", "Other version");
pub const CUSTOMER: Text = text("用户 {}（{}）", "customer {} ({})");

/// Why a trial has no result, by its code.
pub fn problem(code: &str, lang: Lang) -> &'static str {
    let sentence = match code {
        "nothing_stored" => {
            text("此期间没有已存的数据。请换一个时间范围。", "Nothing is stored for this period. Choose another one.")
        }
        "no_region" => text("规则在您的范围内没有地区可看。", "The rule looks at no region that you see."),
        _ => text("试运行出错，已记入日志。请重试。", "The trial failed and the log has recorded why. Try again."),
    };
    sentence.get(lang)
}
