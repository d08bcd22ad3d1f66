//! Words of the peaks page.

use super::{Text, text};

pub const TITLE: Text = text("峰值分析", "Peaks");
pub const TODAY: Text = text("今日高峰", "Peaks of the day");
pub const ALL_REGIONS: Text = text("全网", "All regions");
pub const SEEN_REGIONS: Text = text("所见区域", "Your regions");
pub const PEAK_HOUR_LOAD: Text = text("该小时电量", "Energy of that hour");
pub const PEAK_QUARTER: Text = text("最高负荷时段", "Quarter-hour of maximum load");
pub const SINCE: Text = text("距今", "Time since");
pub const COINCIDENCE_WHY: Text =
    text("各区域之和的最大值 ÷ 各区域最大值之和", "maximum of the summed load ÷ sum of the regions' maxima");
pub const NONE: Text = text("这一天没有读数", "No readings on this day");
pub const HEAT: Text = text("小时 × 区域 负荷", "Load by hour and region");
pub const RELATIVE: Text = text("相对本区域最大值", "Relative to the region's maximum");
pub const ABSOLUTE: Text = text("绝对值", "Absolute");
pub const SCALE: Text = text("色阶", "Scale");
pub const RUNNING: Text = text("{}（未结束）", "{} (open)");
pub const DISTRIBUTION: Text = text("高峰小时分布", "Distribution of peak hours");
pub const DAYS: Text = text("{} 天", "{} days");
pub const DISTRIBUTION_NOTE: Text = text(
    "每个小时作为当日高峰小时的天数，今日不计入",
    "On how many days each hour was the peak hour; the running day is not counted",
);
pub const DISTRIBUTION_NONE: Text = text("还没有完整的一天", "No full day yet");
pub const SHIFT: Text = text("高峰时刻偏移", "Peak shift");
pub const TODAY_PEAK: Text = text("当日", "This day");
pub const MEDIAN: Text = text("30 日中位", "30-day median");
pub const MEDIAN_DAYS: Text = text("{}（{} 天）", "{} ({} days)");
pub const EARLIER: Text = text("早 {} 分", "{} min earlier");
pub const LATER: Text = text("晚 {} 分", "{} min later");
pub const SAME: Text = text("相同", "same");
pub const WINDOW: Text = text("统计天数", "Days counted");
pub const COUNTED: Text = text("天数", "Days");
