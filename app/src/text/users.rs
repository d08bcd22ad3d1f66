//! Words of the customer page and of the search.

use super::{Text, text};

pub const SEARCH: Text = text("查找用户", "Find customer");
pub const SEARCH_LABEL: Text = text("户号，或名称的开头", "Account no., or the beginning of a name");
pub const SEARCH_BUTTON: Text = text("查找", "Find");
pub const SEARCH_EMPTY: Text = text(
    "请输入户号或名称的开头。居民名称在结果中被遮盖。",
    "Enter an account number or the beginning of a name. Names of homes are masked in the results.",
);
pub const SEARCH_SHORT: Text = text("一个字母太少，请至少输入两个。", "One letter is too little; enter at least two.");
pub const SEARCH_NONE: Text = text("没有找到 “{}”", "Nothing found for “{}”");
pub const SEARCH_MOST: Text = text("只显示前 {} 户，请输入更多", "Only the first {} are shown; enter more");
pub const RESULTS: Text = text("查找结果", "Results");
pub const NOT_REGISTERED: Text =
    text("来源系统中没有此用户，信息取自其读数", "The source does not know this customer; the data is from the readings");
pub const TODAY_ENERGY: Text = text("今日用电量", "Energy today");
pub const MONTH_ENERGY: Text = text("本月用电量", "Energy this month");
pub const SAME_HOURS_YESTERDAY: Text = text("昨日同时段 {}", "yesterday, same hours {}");
pub const SAME_PART_LAST_MONTH: Text = text("上月同期 {}", "last month, same part {}");
pub const NO_LAST_MONTH: Text = text("无上月数据", "no data for last month");
pub const RANK_TODAY: Text = text("今日名次", "Rank today");
pub const RANK_MONTH: Text = text("本月名次", "Rank this month");
pub const PLACE: Text = text("第 {} 名", "No. {}");
pub const PLACE_OF: Text = text("共 {} 户 · 区域内第 {} 名，共 {} 户", "of {} · in the region no. {} of {}");
pub const RECEIVED_TODAY: Text = text("今日收到/应收", "Received/expected today");
pub const LAST_READING: Text = text("最近读数", "Last reading");
pub const AGO: Text = text("{}前", "{} ago");
pub const MISMATCHES: Text = text("示数不符", "Register mismatches");
pub const GAPS: Text = text("间断次数", "Gaps");
pub const GAPS_NOTE: Text = text("两次读数间隔超过 22.5 分钟", "more than 22.5 minutes between readings");
pub const FACTS: Text = text("当前情况", "Today");
pub const READINGS_OF: Text = text("抄表读数", "Readings");
pub const READINGS_NONE: Text = text("这一天没有读数", "No readings on this day");
pub const AT: Text = text("上报时刻", "Reported at");
pub const READING_NO: Text = text("读数编号", "Reading no.");
pub const COST: Text = text("上报电费 元", "Reported cost yuan");
pub const BEFORE: Text = text("表计示数 起 kWh", "Register before kWh");
pub const AFTER: Text = text("表计示数 止 kWh", "Register after kWh");
pub const REMARK: Text = text("备注", "Remark");
pub const QUALITY: Text = text("质量标记", "Quality");
pub const REGISTER_MISMATCH: Text = text("示数与电量不符", "register contradicts amount");
pub const UNKNOWN_BOOKING: Text = text("用户未知", "customer unknown");
pub const CATCH_UP_READING: Text = text("补报", "catch-up");
