//! Words of the region pages.

use super::{Text, text};

pub const REGIONS: Text = text("供电区域", "Supply regions");
pub const PARENT: Text = text("上级区域", "Parent region");
pub const SUM_OF: Text = text("本页为 {} 个下级区域之和", "This page shows the sum of {} regions below");
pub const REPORTING_TODAY: Text = text("今日上报户数", "Users reporting today");
pub const NO_LIMIT: Text = text("未设限额", "no limit set");
pub const OTHER_SLOW: Text = text("另有 {} 户低频电表未计入负荷", "{} slow meters not counted in load");
pub const CATCH_UP_APART: Text = text("补报电量 {} 未计入负荷", "catch-up energy {} not counted in load");
pub const STATE_OVER: Text = text("越限：负荷超过限额", "Over limit: load above the limit");
pub const STATE_HEAVY: Text = text("重载：负荷在限额的 80%–100%", "Heavy: load at 80–100 % of the limit");
pub const STATE_SILENT: Text = text("滞后：最近两个上报周期没有读数", "Stale: no reading for two reporting intervals");
pub const STATE_STALE: Text = text("滞后：数据已旧，不代表当前状态", "Stale: old data, not the present state");
pub const STATE_REFERENCE: Text =
    text("不完整：完整率低于 80%，仅供参考", "Partial: completeness below 80 %, for reference only");
pub const STATE_PARTIAL: Text = text("不完整：部分电表未上报", "Partial: some meters have not reported");
pub const STATE_NORMAL: Text = text("正常", "Normal");
pub const FIGURES: Text = text("当日指标", "Figures of the day");
pub const ELAPSED: Text = text("截至 {}", "until {}");
pub const COMPOSITION: Text = text("用电构成", "Composition");
pub const USERS: Text = text("户数", "Users");
pub const BEFORE_SAME: Text = text("前一日同时段", "Day before, same hours");
pub const CHANGE: Text = text("变化", "Change");
pub const ROLLUPS: Text = text("分周期统计", "Roll-ups");
pub const TOP_USERS: Text = text("用户排名", "Top users");
pub const SILENT: Text = text("失联电表", "Silent meters");
pub const SILENT_COUNT: Text = text("{} 户", "{} meters");
pub const SINCE: Text = text("最后读数", "Last reading");
pub const SILENT_FOR: Text = text("已失联", "Silent for");
pub const USUAL: Text = text("日常电量 kWh/日", "Usual kWh per day");
pub const SILENT_NONE: Text = text("✓ 没有失联电表", "✓ No silent meter");
pub const SILENT_MORE: Text = text("只列出失联最久的 {} 户", "The {} longest silent are listed");
pub const WINDOWS: Text = text("最近 120 个窗口", "Last 120 windows");
pub const WINDOWS_CAPTION: Text =
    text("窗口内到达的读数之和，不代表功率", "Sums of the readings that arrived in a window; not power");
pub const WINDOWS_NONE: Text = text("最近 48 小时没有窗口", "No window in the last 48 hours");
pub const FIRST_WRITTEN: Text = text("首次写入", "First written");
pub const DAY_NONE: Text = text("这一天没有读数", "No readings on this day");
pub const ROLLUP_NONE: Text = text("这个粒度还没有数据", "Nothing at this grain yet");
pub const COMPARE: Text = text("叠加", "Overlay");
pub const COMPARE_NONE: Text = text("不叠加", "None");
pub const COMPARE_EXPECTED: Text = text("最多两个日期，逗号分隔", "at most two days, separated by a comma");
pub const QUARTER: Text = text("时段", "Quarter-hour");
pub const RUNNING: Text = text("未结束", "open");
pub const PARENT_USERS: Text = text("上报户数为下级区域户数之和", "Users reporting are added up over the regions below");
