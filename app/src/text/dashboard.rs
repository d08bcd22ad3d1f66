//! Words of the live dashboard.

use super::{Text, text};

pub const TITLE: Text = text("实时区域总览", "Live regional dashboard");
pub const LOAD_NOW: Text = text("全网当前负荷", "Load now, all regions");
pub const LOAD_NOW_SEEN: Text = text("所见区域当前负荷", "Load now, your regions");
pub const LAST_HOUR: Text = text("最近 60 分钟", "Last 60 minutes");
pub const AT: Text = text("截至 {}", "as of {}");
pub const TO_MAXIMUM: Text = text("距今日最高", "To today's maximum");
pub const TO_MAXIMUM_NOTE: Text = text("今日最高 {}，{}", "today's maximum {} at {}");
pub const METERS_REPORTED: Text = text("{}/{} 户已上报", "{} of {} meters");
pub const SLOW_LEFT_OUT: Text = text("另有 {} 户低频电表未计入负荷", "{} slow meters are not in the load");
pub const SLOW_IN_CURVE: Text = text("曲线含 {} 户低频电表的电量", "the curve holds the energy of {} slow meters");
pub const CATCH_UP_LEFT_OUT: Text = text("补报电量 {} 未计入负荷", "catch-up energy {} is not in the load");

pub const ATTENTION: Text = text("需要关注", "Needs attention");
pub const REGIONS: Text = text("区域一览", "Regions");
pub const REGION: Text = text("区域", "Region");
pub const LOAD_IN: Text = text("当前负荷 {}", "Load now, {}");
pub const VS_YESTERDAY_SHORT: Text = text("较昨日同时", "vs. yesterday");
pub const TODAY_ENERGY_IN: Text = text("今日电量 {}", "Energy today, {}");
pub const TODAY_MAX_IN: Text = text("今日最高负荷 {}", "Maximum load, {}");
pub const AT_TIME: Text = text("时刻", "at");
pub const TOTAL_ROW: Text = text("合计（各区域之和）", "Total (sum of regions)");
pub const SILENT: Text = text("失联", "silent");

pub const CURVE: Text = text("今日负荷曲线", "Load curve of today");
pub const CURVE_NOTE: Text = text(
    "15 分钟负荷，按上报时刻 · 空心点：当前负荷 · 斜纹：完整率 < 95 % · 底部短线：含补报",
    "Quarter-hour load by report time · hollow point: load now · hatched: < 95 % complete · mark at the base: catch-up energy",
);
pub const CURVE_NAME: Text =
    text("今日负荷曲线：最高 {}，最低 {}，当前 {}", "Load curve of today: maximum {}, minimum {}, now {}");

pub const DAY: Text = text("今日电量与极值", "Energy and extremes of today");
pub const ENERGY_TODAY: Text = text("今日电量", "Energy today");
pub const VS_YESTERDAY_SO_FAR: Text = text("较昨日同时 {}", "vs. yesterday so far {}");
pub const VS_LAST_MONTH_SO_FAR: Text = text("较上月同期 {}", "vs. last month so far {}");
pub const NO_LAST_MONTH: Text = text("无上月数据", "no data for last month");
pub const RECORD_AT: Text = text("{}", "{}");
pub const UNTIL_NOW: Text = text("截至数据时刻", "up to data time");

pub const WINDOWS: Text = text("最近 10 分钟上报", "Reported in the last 10 minutes");
pub const WINDOWS_NOTE: Text = text(
    "窗口内到达的读数之和，不代表功率；下方为读数条数；↻ 为已修订窗口",
    "Sum of the readings that arrived in each window, not a power; below: number of readings; ↻ revised window",
);
pub const WINDOWS_EMPTY: Text = text("最近 10 分钟没有读数到达", "No reading arrived in the last 10 minutes");

pub const USERS: Text = text("今日用户排名", "Top customers today");
pub const USERS_NOTE: Text = text(
    "名次变动与昨日同时段的名次相比；占比为占所属区域",
    "Movement against the same part of yesterday; share is of the customer's region",
);
pub const USERS_NOTE_ALONE: Text = text(
    "无昨日数据，不显示名次变动；占比为占所属区域",
    "No data for yesterday, so no movement is shown; share is of the customer's region",
);
pub const SHARE_OF_REGION: Text = text("占区域", "Share of region");

pub const QUALITY: Text = text("数据质量", "Data quality");
pub const READINGS_PER_S: Text = text("读数速率", "Readings");
pub const PER_S: Text = text("{} 条/秒", "{} /s");
pub const LAST_MINUTE_NOTE: Text = text("最近 1 分钟窗口", "windows of the last minute");
pub const COVERAGE_TODAY: Text = text("今日采集完整率", "Completeness today");
pub const COVERAGE_NOTE: Text = text("已结束时段", "closed quarter-hours");
pub const LATE_TODAY: Text = text("今日迟到数据", "Late rows today");
pub const ROWS: Text = text("{} 条", "{} rows");
pub const LATE_NOTE: Text = text("修订 {} · 昨日同时 {} 条", "revised {} · yesterday so far {}");
pub const DEAD_OPEN: Text = text("未处理死信", "Dead letters open");
pub const LAST_RECONCILIATION: Text = text("最近数据核对", "Last reconciliation");
pub const NOT_RECONCILED: Text = text("未启用", "not enabled");
pub const NO_DATA_YET: Text = text(
    "还没有读数。源库有读数提交后，这里会自动出现。",
    "No reading yet. As soon as the source commits one, it appears here by itself.",
);
