//! Words of the large screen.

use super::{Text, text};

pub const TITLE: Text = text("电网负荷实时监视", "Grid load, live");
pub const LOAD_NOW: Text = text("全网当前负荷", "Load now");
pub const LOAD_NOW_SEEN: Text = text("所选区域当前负荷", "Load now, chosen regions");
pub const VS_YESTERDAY: Text = text("较昨日同时", "vs. yesterday");
pub const VS_LAST_WEEK: Text = text("较上周同日同时", "vs. last week");
pub const REGIONS: Text = text("区域负荷", "Load by region");
pub const DAY: Text = text("今日电量与极值", "Energy and extremes");
pub const CURVE: Text = text("负荷曲线", "Load curve");
pub const ATTENTION: Text = text("需要关注", "Needs attention");
pub const QUALITY: Text = text("数据质量", "Data quality");
pub const USERS: Text = text("用户排名", "Top customers");
pub const HEAT: Text = text("小时 × 区域负荷", "Load by hour and region");
pub const NO_ALARM: Text = text("告警 未启用", "Alarms not enabled");
pub const MODE_LIVE: Text = text("实时监视", "Live");
pub const MODE_REPLAY: Text = text("回放", "Replay");
pub const COMPLETE: Text = text("今日完整率", "Complete");
pub const LATE_ROWS: Text = text("今日迟到", "Late rows");
pub const DEAD_LETTERS: Text = text("未处理死信", "Dead letters");
pub const LOW_END: Text = text("低", "low");
pub const HIGH_END: Text = text("区域最高", "max.");
