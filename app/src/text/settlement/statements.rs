//! Words of the list of bills.

use crate::text::{Text, text};

pub const TITLE: Text = text("账单", "Statements");
pub const FILTER: Text = text("筛选账单", "Filter statements");
pub const STATE: Text = text("状态", "State");
pub const ANY_STATE: Text = text("未作废", "All but void");
pub const EXCEPTION: Text = text("异常", "Exception");
pub const ANY_EXCEPTION: Text = text("不限", "Any or none");
pub const TEXT: Text = text("户名、户号、合同号、账单号", "Name or number of customer, contract, statement");
pub const ALL_MONTHS: Text = text("全部月份", "All months");
pub const CLEAR: Text = text("清除筛选", "Clear");
pub const LIST: Text = text("账单列表", "Statements");
pub const SUMS: Text = text("共 {} 份 · {} kWh · {} 元", "{} statements · {} kWh · {} yuan");
pub const NONE: Text =
    text("还没有账单。在总览页按月生成。", "There are no statements yet. Make those of a month on the overview.");
pub const NONE_FOUND: Text = text("没有符合条件的账单。", "No statement fits the filter.");
pub const NUMBER: Text = text("账单", "Statement");
pub const CONTRACT: Text = text("合同", "Contract");
pub const ENERGY: Text = text("电量 kWh", "Energy kWh");
pub const AMOUNT: Text = text("金额 元", "Amount yuan");
pub const ADJUSTMENT: Text = text("其中退补 元", "Adjustments in it yuan");
pub const VERSION: Text = text("版本", "Version");
pub const CHOOSE: Text = text("选择", "Choose");
pub const CHOOSE_ONE: Text = text("选择 {}", "Choose {}");
pub const REFUND: Text = text("应退", "to be paid back");

pub const SELECTION: Text = text("对所选账单", "With the chosen ones");
pub const SELECTION_NOTE: Text = text(
    "审核：有阻断异常的不会通过，其余异常须写明接受理由。冻结：只对已审核的账单，冻结后不再改变。",
    "Check: what is blocked is left out, other exceptions need a reason. Freeze: only checked ones; a frozen statement never changes.",
);
pub const REASON: Text = text("理由", "Reason");
pub const CHECK: Text = text("审核", "Check");
pub const FREEZE: Text = text("冻结", "Freeze");
pub const REASON_WHY: Text = text("接受异常或冻结含估算账单时必填", "Needed where exceptions or estimates are accepted");
pub const DOWNLOADS: Text = text("整月下载", "Download the month");
