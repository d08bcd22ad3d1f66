//! Words of the rankings page.

use super::{Text, text};

pub const TITLE: Text = text("用户排名", "User rankings");
pub const FILTER: Text = text("筛选条件", "Filter");
pub const ALL_REGIONS: Text = text("全部区域", "All regions");
pub const ALL_TYPES: Text = text("全部类型", "All types");
pub const TEXT: Text = text("户号或名称", "Account no. or name");
pub const AT: Text = text("时刻", "Period at");
pub const PREVIOUS: Text = text("上一周期", "Previous period");
pub const NEXT: Text = text("下一周期", "Next period");
pub const NEWEST: Text = text("最新", "Newest");
pub const WINDOW_ONLY: Text =
    text("此排名只反映该 5 秒内上报的电表", "This ranking holds only the meters that reported in these 5 seconds");
pub const NOT_COMPARED: Text =
    text("上一周期没有可比数据，不显示名次变动", "Nothing to compare with in the previous period; no movement is shown");
pub const RECEIVED_DUE: Text = text("收到/应收", "Received/expected");
pub const SHARE_OF_REGION: Text = text("占区域 %", "Share of region %");
pub const EMPTY: Text = text("这个周期和筛选条件下没有用户", "No customer in this period with this filter");
pub const BEYOND: Text = text("没有这一页，共 {} 户", "No such page; {} customers in all");
pub const MOVERS: Text = text("名次突变", "Sudden movers");
pub const MOVERS_RULE: Text = text(
    "升降不少于 {} 名，且两个周期的完整率都不低于 95%",
    "At least {} places up or down, both periods at least 95 % complete",
);
pub const MOVERS_NONE: Text = text("✓ 没有名次突变", "✓ No sudden movement");
pub const MOVER_PLACES: Text = text("突变名次", "Sudden from");
pub const COMPARED_WITH: Text = text("与上一周期的同一时段比较", "Compared with the same part of the previous period");
pub const CSV_WITHOUT_TEXT: Text = text("CSV 不按户号或名称筛选", "the CSV is not narrowed by account no. or name");
pub const AT_EXPECTED: Text = text("YYYY-MM-DD 或 YYYY-MM-DDTHH:MM:SS", "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS");
