//! Words that several pages share, as the glossary has them.

use super::{Text, text};

pub const PRODUCT: Text = text("载线 Loadline", "Loadline");
pub const ABSENT: &str = "—";

// Navigation
pub const NAV_DASHBOARD: Text = text("总览", "Overview");
pub const NAV_RANKINGS: Text = text("排名", "Rankings");
pub const NAV_PEAKS: Text = text("峰值", "Peaks");
pub const NAV_PIPELINE: Text = text("数据链路", "Pipeline");
pub const NAV_SEARCH: Text = text("查找用户", "Find customer");
pub const NAV_WALL: Text = text("大屏", "Wall");

// Nouns of the glossary
pub const REGION: Text = text("供电区域", "Supply region");
pub const CUSTOMER: Text = text("用户", "Customer");
pub const ACCOUNT_NO: Text = text("户号", "Account no.");
pub const USAGE_TYPE: Text = text("用电类型", "Usage type");
pub const READINGS: Text = text("读数条数", "Readings");
pub const ENERGY: Text = text("用电量", "Energy");
pub const REGION_ENERGY: Text = text("区域总用电量", "Region energy");
pub const USER_ENERGY: Text = text("用户用电量", "User energy");
pub const WINDOW_ENERGY: Text = text("窗口上报电量", "Energy reported in window");
pub const MEAN_READING: Text = text("次均电量", "Mean per reading");
pub const LARGEST_READING: Text = text("单次最大电量", "Largest reading");
pub const SMALLEST_READING: Text = text("单次最小电量", "Smallest reading");
pub const REPORTED_COST: Text = text("上报电费", "Reported cost");
pub const AVERAGE_PRICE: Text = text("平均电价", "Average price");
pub const USERS_REPORTING: Text = text("上报户数", "Users reporting");
pub const USERS_REPORTING_CHANGE: Text = text("上报户数变化", "Change in users reporting");
pub const REGISTERED_CUSTOMERS: Text = text("在册户数", "Registered customers");
pub const LOAD: Text = text("负荷", "Load");
pub const LOAD_NOW: Text = text("当前负荷", "Load now");
pub const QUARTER_LOAD: Text = text("15 分钟负荷", "Quarter-hour load");
pub const MAX_LOAD: Text = text("最高负荷", "Maximum load");
pub const MIN_LOAD: Text = text("最低负荷", "Minimum load");
pub const AVERAGE_LOAD: Text = text("平均负荷", "Average load");
pub const RECORD_LOAD: Text = text("历史最高负荷", "Highest load on record");
pub const PEAK_VALLEY: Text = text("峰谷差", "Peak-valley difference");
pub const PEAK_VALLEY_RATE: Text = text("峰谷差率", "Peak-valley rate");
pub const LOAD_FACTOR: Text = text("负荷率", "Load factor");
pub const LOADING: Text = text("负载率", "Loading");
pub const LIMIT: Text = text("限额", "Limit");
pub const HEAVY: Text = text("重载", "Heavy");
pub const OVER_LIMIT: Text = text("越限", "Over limit");
pub const COINCIDENCE: Text = text("同时率", "Coincidence factor");
pub const PEAK_HOUR: Text = text("峰值小时", "Peak hour");
pub const LOAD_CURVE: Text = text("负荷曲线", "Load curve");
pub const SHARE: Text = text("占比", "Share");
pub const RANK: Text = text("名次", "Rank");
pub const TOP_USER: Text = text("最大用户", "Top user");
pub const MOVEMENT: Text = text("名次变动", "Movement");
pub const VS_YESTERDAY: Text = text("较昨日同时", "vs. same time yesterday");
pub const VS_LAST_WEEK: Text = text("较上周同日同时", "vs. same weekday last week");
pub const MONTH_TO_DATE: Text = text("本月累计", "Month to date");
pub const TODAY: Text = text("今日", "Today");
pub const YESTERDAY: Text = text("昨日", "Yesterday");
pub const LAST_WEEK: Text = text("上周同日", "Same weekday last week");
pub const COVERAGE: Text = text("采集完整率", "Completeness");
pub const SLOW_METER: Text = text("低频电表", "Slow meter");
pub const CATCH_UP_ENERGY: Text = text("补报电量", "Catch-up energy");
pub const CONTAINS_CATCH_UP: Text = text("含补报", "holds catch-up energy");
pub const SILENT_METER: Text = text("失联电表", "Silent meter");
pub const DATA_TIME: Text = text("数据时刻", "Data time");
pub const DATA_AGE: Text = text("数据时延", "Data age");
pub const WATERMARK: Text = text("水位线", "Watermark");
pub const WINDOW: Text = text("时间窗口", "Window");
pub const LATE_ROWS: Text = text("迟到数据", "Late rows");
pub const REVISION: Text = text("修订", "Revision");
pub const DEAD_LETTERS: Text = text("死信", "Dead letters");
pub const RECONCILIATION: Text = text("数据核对", "Reconciliation");
pub const LOG_POSITION: Text = text("日志位置", "Log position");
pub const ROW_UPDATED: Text = text("仪表盘更新时间", "Row updated");
pub const UNKNOWN_REGION: Text = text("未知地区", "Unknown region");
pub const UNKNOWN_USER: Text = text("未知用户", "Unknown user");
pub const UNKNOWN_USAGE: Text = text("未知", "Unknown");
pub const RESIDENTIAL: Text = text("居民", "Residential");
pub const COMMERCIAL: Text = text("商业", "Commercial");
pub const INDUSTRIAL: Text = text("工业", "Industrial");
pub const AGRICULTURAL: Text = text("农业", "Agricultural");

// Columns and small words
pub const STATE: Text = text("状态", "State");
pub const TIME: Text = text("时刻", "Time");
pub const TOTAL: Text = text("合计", "Total");
pub const VALUE_TABLE: Text = text("数值表", "Table of values");
pub const BY_REPORT_TIME: Text = text("按上报时刻", "by report time");
pub const NO_YESTERDAY: Text = text("无昨日数据", "no data for yesterday");
pub const NO_LAST_WEEK: Text = text("无上周数据", "no data for last week");
pub const REFERENCE_ONLY: Text = text("仅供参考", "for reference only");
pub const NOT_ENABLED: Text = text("未启用", "not enabled");
pub const NEW_IN_RANKING: Text = text("新", "new");
pub const YUAN: Text = text("元", "yuan");
pub const ITEMS: Text = text("条", "rows");
pub const HOUSEHOLDS: Text = text("户", "users");
pub const EXPORT_CSV: Text = text("导出 CSV", "Export CSV");
pub const PAGE_OF: Text = text("{}/{}", "{}/{}");
pub const OPEN: Text = text("查看", "Open");
pub const DETAILS: Text = text("说明", "Details");

// Plain sentences of failure
pub const DATABASE_AWAY: Text = text(
    "数据库暂时无法访问，页面会自动重试。",
    "The database cannot be reached at the moment. This page tries again by itself.",
);
pub const PAGE_FAILED: Text =
    text("页面暂时无法生成，原因已写入服务器日志。", "This page could not be made. The reason is in the log of the server.");
pub const NOT_FOUND: Text = text("没有这个页面。", "There is no such page.");
pub const BAD_PARAMETER: Text = text("参数 {} 的值 “{}” 无效，应为 {}。", "Parameter {} has the value “{}”; expected {}.");
pub const REGION_NOT_FOUND: Text = text("没有编号为 {} 的供电区域。", "There is no supply region {}.");
pub const USER_NOT_FOUND: Text = text("没有户号为 {} 的用户。", "There is no customer {}.");
