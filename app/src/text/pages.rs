//! Words that the pages of regions, customers, rankings and peaks share.

use super::{Text, text};

pub const NO_READINGS_YET: Text =
    text("尚无读数：收到第一条读数后，这里会显示内容。", "No readings yet. This page fills with the first accepted reading.");
pub const DAY: Text = text("日期", "Day");
pub const DAY_BEFORE: Text = text("前一天", "Day before");
pub const DAY_AFTER: Text = text("后一天", "Day after");
pub const SHOW: Text = text("显示", "Show");
pub const APPLY: Text = text("筛选", "Apply");
pub const ALL: Text = text("全部", "All");
pub const PREVIOUS_PAGE: Text = text("上一页", "Previous page");
pub const NEXT_PAGE: Text = text("下一页", "Next page");
pub const ROWS_FROM_TO: Text = text("第 {}–{} 条，共 {} 条", "{}–{} of {}");
pub const PERIOD: Text = text("统计周期", "Period");
pub const GRAIN_QUARTER: Text = text("15 分钟", "15 min");
pub const GRAIN_HOUR: Text = text("小时", "Hour");
pub const GRAIN_DAY: Text = text("日", "Day");
pub const GRAIN_MONTH: Text = text("月", "Month");
pub const GRAIN_YEAR: Text = text("年", "Year");
pub const GRAIN_WINDOW: Text = text("5 秒窗口", "5-second window");
pub const HOUR: Text = text("{} 时", "{}:00");
