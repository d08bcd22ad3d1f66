//! Words of the overview of a month, and of what its pages have in common.

use crate::text::{Text, text};

pub const TITLE: Text = text("结算总览 {}", "Settlement {}");
pub const MONTH: Text = text("账期月份", "Billing month");
pub const MONTH_BEFORE: Text = text("← 上月", "← Month before");
pub const MONTH_AFTER: Text = text("下月 →", "Month after →");
pub const REGION: Text = text("供电区域", "Supply region");
pub const ALL_REGIONS: Text = text("全部区域", "All regions");

pub const FIGURES: Text = text("本月", "The month");
pub const ENERGY: Text = text("结算电量", "Settled energy");
pub const AMOUNT: Text = text("电量电费", "Energy charge");
pub const AMOUNT_NOTE: Text = text(
    "各日金额之和；需量、容量、功率因数电费只在账单上",
    "Sum of the days; demand, capacity and power factor stand on statements alone",
);
pub const BILLED: Text = text("账单金额", "On statements");
pub const BILLED_NOTE: Text = text("未作废账单合计，其中已冻结 {}", "All that are not void; {} of it frozen");
pub const MEAN_PRICE: Text = text("平均电价", "Average price");
pub const DAYS: Text = text("已结算日", "Days settled");
pub const DAYS_NOTE: Text = text("其中完整 {}，重算过 {}", "{} complete, {} restated");
pub const STATEMENTS: Text = text("账单", "Statements");
pub const STATEMENTS_NOTE: Text = text("共 {} 份合同", "of {} contracts");
pub const ESTIMATED_SHARE: Text = text("估算占比", "Estimated share");
pub const AT_RISK: Text = text("风险金额", "Money at risk");
pub const AT_RISK_NOTE: Text = text("占电量电费 {}", "{} of the energy charge");

pub const RISK: Text = text("风险金额的构成", "Money at risk, in parts");
pub const RISK_PROVISIONAL: Text = text("未完整日", "Provisional days");
pub const RISK_PROVISIONAL_NOTE: Text =
    text("当日未过完或缺数，数值还会变", "The day is not over or readings are missing: it will change");
pub const RISK_ESTIMATED: Text = text("估算电量", "Estimated energy");
pub const RISK_ESTIMATED_NOTE: Text = text("真实读数到达后替换并退补", "Replaced and adjusted when the real readings come");
pub const RISK_ADJUSTMENTS: Text = text("待处理退补", "Pending adjustments");
pub const RISK_ADJUSTMENTS_NOTE: Text =
    text("与本月账单有关的退补，不计正负", "Of statements of this month, whatever their sign");
pub const RISK_UNDECIDED: Text = text("尖峰待定日", "Undecided sharp peaks");
pub const RISK_UNDECIDED_NOTE: Text = text("未记录是否执行尖峰；先按不执行计", "Rated without it until somebody decides");
pub const RISK_RULE: Text = text(
    "每个结算日只计一次：待定日全额；其余日中估算电量对应的金额；未完整日的其余金额。",
    "Each day counts once: an undecided day in full; of others the part of their estimates, and the rest while they are provisional.",
);

pub const BANDS: Text = text("分时电量", "Energy by band");
pub const BAND: Text = text("时段", "Band");
pub const SHARE: Text = text("占比", "Share");

pub const BY_REGION: Text = text("各区域", "By region");
pub const TOTAL: Text = text("合计", "Total");
pub const TOTAL_NOTE: Text = text("合计行是各行之和", "The total is the sum of the rows");
pub const COL_CONTRACTS: Text = text("合同", "Contracts");
pub const COL_EXCEPTIONS: Text = text("待审异常", "To look at");

pub const FRESH: Text = text("结算到 {}", "Settled at {}");
pub const FRESH_NEVER: Text = text("尚未结算", "Nothing settled yet");
pub const BEHIND: Text = text("还有 {} 次提交未结算", "{} commits not settled yet");
pub const REQUESTS: Text = text("{} 项更改正在重算", "{} changes being rated anew");

pub const GENERATE: Text = text("生成账单", "Make statements");
pub const GENERATE_NOTE: Text = text(
    "为所选区域有合同的用户生成 {} 的草稿；已有草稿重算，已审核和已冻结的不动。",
    "Makes drafts of {} for customers with a contract; drafts are rated anew, checked and frozen ones stay as they are.",
);
pub const GENERATE_BUTTON: Text = text("生成 {} 的草稿", "Make drafts of {}");
pub const OPEN_STATEMENTS: Text = text("打开账单", "Open statements");
pub const OPEN_EXCEPTIONS: Text = text("打开异常清单", "Open the exception list");

pub const RUNS: Text = text("生成批次", "Runs");

pub const START: Text = text("开始结算", "How to begin");
pub const START_TARIFF: Text =
    text("录入电价：新建，或从附带的示例开始核对", "Keep a tariff: make one, or check an example that came along");
pub const START_CONTRACT: Text =
    text("给用户建立合同：逐个录入，或从文件导入", "Give customers their contract: one by one, or from a file");
pub const START_GENERATE: Text = text(
    "结算随读数自动进行；月末在此生成账单",
    "Settlement follows the readings by itself; make the statements of a month here",
);
pub const START_DONE: Text = text("已完成", "done");
pub const START_OPEN: Text = text("待办", "to do");
pub const NOTHING: Text = text("{} 没有结算数据。", "Nothing was settled in {}.");
pub const NEWEST: Text = text("最近有数据的月份：{}", "The newest month with data: {}");
