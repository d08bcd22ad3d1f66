//! Words of one bill.

use warehouse::settlement::adjustments::{CANNOT_RATE, RATES_AGAIN};

use crate::text::{Text, text};

pub const TITLE: Text = text("账单 {} · {}", "Statement {} · {}");
pub const PRINT: Text = text("打印版", "Printable page");
pub const HEAD: Text = text("账单", "Statement");
pub const CUSTOMER: Text = text("用户", "Customer");
pub const PERIOD: Text = text("账期", "Period");
pub const PERIOD_OF: Text = text("{} 至 {}（{} 天）", "{} to {} ({} days)");
pub const BILLED_DAYS: Text = text("计费日", "Billed days");
pub const CONTRACT: Text = text("合同", "Contract");
pub const TARIFF: Text = text("电价", "Tariff");
pub const VOLTAGE: Text = text("电压", "Voltage");
pub const CAPACITY: Text = text("容量", "Capacity");
pub const STATE: Text = text("状态", "State");
pub const VERSION: Text = text("版本", "Version");
pub const VERSIONS: Text = text("其他版本", "Other versions");
pub const HASH: Text = text("内容哈希", "Content hash");
pub const HASH_OK: Text = text("✓ 与冻结时一致", "✓ equal to what was frozen");
pub const HASH_WRONG: Text =
    text("✕ 与冻结时不一致：账单可能被改动，请通知管理员", "✕ not what was frozen: tell an administrator");
pub const HASH_NOT_YET: Text = text("冻结后固定", "Fixed when it is frozen");
pub const DRAFTED: Text = text("生成", "Drafted");
pub const CHECKED: Text = text("审核", "Checked");
pub const FROZEN: Text = text("冻结", "Frozen");
pub const VOIDED: Text = text("作废", "Voided");
pub const BY_AT: Text = text("{}，{}", "{}, {}");
pub const ACCEPTED: Text = text("接受异常的理由", "Exceptions accepted because");
pub const FREEZE_REASON: Text = text("冻结理由", "Frozen because");
pub const VOID_REASON: Text = text("作废理由", "Voided because");

pub const TOTAL: Text = text("应收", "Total");
pub const TOTAL_REFUND: Text = text("应退", "To be paid back");
pub const ENERGY: Text = text("电量", "Energy");
pub const MEAN_PRICE: Text = text("平均电价", "Average price");
pub const ESTIMATED: Text = text("估算电量", "Estimated");
pub const CARBON: Text = text("碳排放", "Carbon");
pub const CARBON_NOTE: Text = text("{} kgCO₂/kWh · {} 年因子 · {}", "{} kgCO₂/kWh · factor of {} · {}");
pub const CARBON_NONE: Text = text("没有该年及以前的排放因子", "No factor of that year or before");
pub const ADJUSTMENTS_OF: Text = text("其中退补", "Adjustments in it");
pub const YUAN: Text = text("元", "yuan");

pub const EXCEPTIONS: Text = text("审核前核对", "Before it is checked");
pub const EXCEPTIONS_KNOWN: Text = text("已知的异常", "What was known of it");
pub const NO_EXCEPTIONS: Text = text("✓ 没有异常", "✓ Nothing to look at");
pub const CANNOT_BILL: Text = text("没有计费的原因", "Why part of it is not billed");

pub const LINES: Text = text("电费明细", "Lines");
pub const ITEM: Text = text("项目", "Item");
pub const QUANTITY: Text = text("数量", "Quantity");
pub const PRICE: Text = text("单价 元", "Price yuan");
pub const AMOUNT: Text = text("金额 元", "Amount yuan");
pub const SUM: Text = text("合计", "Total");
pub const SUM_OF: Text = text("以上 {} 行之和", "Sum of the lines above ({})");
pub const SUM_WRONG: Text =
    text("✕ 各行之和与账单金额不符，请通知管理员", "✕ The lines do not sum to the total: tell an administrator");
pub const TIER: Text = text("第 {} 档", "Tier {}");
pub const DAYS_OF: Text = text("{} 至 {}", "{} to {}");
pub const DAY_SHARE: Text = text("× {}/{} 天", "× {}/{} days");
pub const ESTIMATED_KWH: Text = text("≈ 其中估算 {} kWh", "≈ {} kWh of it estimated");
pub const SHAPED_KWH: Text = text("≈ 其中按时间分摊 {} kWh", "≈ {} kWh of it spread over time");
pub const PARTS: Text = text("价格构成（{} 项）", "Price components ({})");
pub const PART_NO_PF: Text = text("不参与功率因数调整", "not in the power-factor base");
pub const CLAUSE: Text = text("条款", "Clause");
pub const NOTICE: Text = text("依据", "Notice");
pub const TARIFF_VERSION: Text = text("{} 第 {} 版", "{} version {}");
pub const WHY: Text = text("说明", "Why");
pub const CALCULATION: Text = text("算式", "Calculation");

pub const RECONCILE_TIME: Text = text("上报时刻与计量时刻", "Report time and metered time");
pub const BY_REPORT: Text = text("按上报时刻", "By report time");
pub const BY_METER: Text = text("按计量时刻", "By metered time");
pub const SHIFT: Text = text("差额", "Difference");
pub const SHIFT_NOTE: Text = text(
    "电费按计量时段计算；月末最后一个时段在次月上报，差额由此而来。估算电量只在计量一侧。",
    "The bill follows the metered intervals; the last one of a month is reported in the next. Estimates are on the metered side alone.",
);
pub const TARIFFS_USED: Text = text("使用的电价版本", "Tariff versions used");
pub const NOTICE_CHECKED: Text = text("已与文件核对", "compared with the notice");
pub const NOTICE_UNCHECKED: Text = text("未与文件核对", "not compared with the notice");
pub const TIER_YEAR: Text = text("年内累计", "Tier year to date");
pub const TIER_YEAR_NOTE: Text = text("本期前 {} kWh，本期后 {} kWh", "{} kWh before this period, {} kWh with it");
pub const CARRIED: Text = text("结转下期的尾数", "Carried to the next bill");
pub const MORE: Text = text("更多", "More");

pub const DAYS: Text = text("每日", "Days");
pub const DAY: Text = text("日", "Day");
pub const COL_KWH: Text = text("电量 kWh", "Energy kWh");
pub const COL_AMOUNT: Text = text("金额 元", "Amount yuan");
pub const COL_MARKS: Text = text("标记", "Marks");
pub const COL_VERSION: Text = text("重算", "Restated");
pub const TIMES: Text = text("↻ {} 次", "↻ {}×");
pub const DAYS_SUM: Text = text("✓ 各日之和等于按日计的明细行 {} 元", "✓ The days sum to the daily lines, {} yuan");
pub const DAYS_DIFFER: Text = text(
    "各日现为 {} 元，冻结时为 {} 元：差额在退补中",
    "The days are {} yuan now and were {} yuan when it was frozen: see the adjustments",
);
pub const DAYS_BEHIND: Text =
    text("各日 {} 元，明细行 {} 元：账单正在重算", "The days are {} yuan, the lines {} yuan: it is being rated anew");
pub const NO_DAYS: Text = text("这个账期没有结算日。", "No day of the period is settled.");
pub const PROVISIONAL: Text = text("○ 未完整", "○ provisional");
pub const COMPLETE: Text = text("完整", "complete");
pub const STRIP: Text = text("每日电量", "Energy by day");

pub const EXPLAIN_DAY: Text = text("{} 的负荷与时段", "Load and bands of {}");
pub const EXPLAIN_HINT: Text = text("选择一日，查看当日负荷、时段和读数。", "Choose a day to see its load, bands and readings.");
pub const CLOSE_DAY: Text = text("收起", "Close");
pub const NO_READINGS_KEPT: Text = text(
    "这一日的读数已超过保存期，说明到此为止；账单所用的数值和读数摘要仍在。",
    "The readings of this day are no longer kept: the explanation ends here. What was billed and the digest of the readings stay.",
);
pub const NO_READINGS: Text = text("这一日没有读数，也没有结算。", "There are no readings of this day, and it is not settled.");
pub const NO_BANDS: Text =
    text("没有当日有效的电价，无法显示时段。", "No tariff is in force on this day: bands cannot be shown.");
pub const READINGS: Text = text("读数", "Readings");
pub const REPORTED_AT: Text = text("上报时刻", "Reported at");
pub const COVERS: Text = text("计量时段", "Metered interval");
pub const BEFORE: Text = text("上期表码", "Register before");
pub const AFTER: Text = text("本期表码", "Register after");
pub const SPREAD: Text = text("按时间分摊", "Spread over time");
pub const REGISTER_FIRST_LAST: Text = text("表码 {} → {}", "Register {} → {}");
pub const DIGEST: Text = text("读数摘要", "Digest of the readings");
pub const DIGEST_OF: Text = text("结算时", "when it was settled");
pub const DAY_DEMAND: Text = text("当日最大需量 {} kW，{}", "Largest demand {} kW, {}");
pub const MISSING_MIN: Text = text("缺数 {} 分钟", "{} minutes missing");
pub const METERED_FROM: Text = text("按计量时段", "By metered interval");

pub const EVENTS: Text = text("经过", "What happened");
pub const NO_EVENTS: Text = text("还没有记录。", "Nothing is recorded yet.");

pub const ACTS: Text = text("操作", "Acts");
pub const CHECK: Text = text("审核通过", "Check");
pub const CHECK_NOTE: Text = text(
    "确认金额与异常。之后数据有变会自动退回草稿。",
    "Confirms amount and exceptions. It falls back to a draft when its data change.",
);
pub const REASON_EXCEPTIONS: Text = text("接受异常的理由", "Why the exceptions are accepted");
pub const CHECK_BLOCKED: Text = text("有阻断异常，修复后才能审核。", "It is blocked: mend what is marked ✕ first.");
pub const REOPEN: Text = text("退回草稿", "Back to draft");
pub const REOPEN_NOTE: Text = text("取消审核。", "Takes the check back.");
pub const FREEZE: Text = text("冻结", "Freeze");
pub const FREEZE_NOTE: Text = text(
    "冻结后不再改变，以哈希证明；以后的更正成为退补。",
    "It never changes again and is proved by its hash. Later corrections become adjustments.",
);
pub const FREEZE_BLOCKED: Text =
    text("有待定的尖峰日，记录决定后才能冻结。", "A sharp peak is undecided: record the decision first.");
pub const VOID: Text = text("作废", "Void");
pub const VOID_NOTE: Text = text(
    "仅在账单未发出时使用。作废后可重新生成新版本。",
    "Only for a bill that was not issued. A new version can be made afterwards.",
);
pub const VOID_BUTTON: Text = text("作废这份账单", "Void this statement");
pub const REASON: Text = text("理由", "Reason");
pub const UNREADABLE: Text = text(
    "账单内容无法读取，不能展开，也不计算退补。草稿请重新生成；已冻结的请管理员恢复，或作废后重新生成。",
    "What this bill says cannot be read, and no adjustment is computed for it. Generate a draft again; of a frozen one, ask the administrator to restore it, or void it and make it again.",
);
pub const RECONCILE: Text = text("与供电公司账单核对", "Reconcile with the grid company's bill");
pub const WHAT_IF: Text = text("测算", "What if");

// the printable page
pub const PRINT_TITLE: Text = text("电费结算单", "Electricity statement");
pub const PRINT_NO: Text = text("账单号 {} · 第 {} 版", "No. {} · version {}");
pub const PRINT_DRAFT: Text = text("草稿，未经审核，不作付款依据", "Draft: not checked, no basis of payment");
pub const PRINT_CHECKED: Text = text("已审核，尚未冻结", "Checked, not frozen yet");
pub const PRINT_VOID: Text = text("已作废", "Void");
pub const PRINT_BACK: Text = text("返回账单", "Back to the statement");
pub const PRINT_HOW: Text = text("用浏览器的打印功能打印或存为 PDF。", "Print it, or save it as PDF, with the browser.");
pub const PRINT_TAX: Text = text("价格含税；本单不是发票。", "Prices include tax; this is no invoice.");

/// What happened to a statement; one that this version does not know stays as it is.
pub fn event(code: &str) -> Option<Text> {
    Some(match code {
        "drafted" => text("生成草稿", "Drafted"),
        "data_changed" => text("数据有变，退回草稿", "Data changed: back to draft"),
        "checked" => text("审核通过", "Checked"),
        "reopened" => text("退回草稿", "Back to draft"),
        "frozen" => text("冻结", "Frozen"),
        "voided" => text("作废", "Voided"),
        "emptied" => text("内容已空，作废", "Nothing is left on it: void"),
        CANNOT_RATE => text("无法重新计费", "Cannot be rated anew"),
        RATES_AGAIN => text("又可重新计费", "Can be rated anew again"),
        _ => return None,
    })
}

/// Of a frozen statement, with what is in the way.
pub const STALE_TITLE: Text = text("退补目前无法计算", "Adjustments cannot be computed at present");
pub const STALE: Text = text(
    "数据、电价或合同在冻结后有变，但这一账期目前无法重新计费；在排除以下问题之前，下列或其他页面上的退补可能已经过时，也可能缺少。",
    "Data, a tariff or the contract changed after it was frozen, but this period cannot be rated at present: until what follows is mended, its adjustments may be missing or out of date.",
);
pub const STALE_UNKNOWN: Text = text("原因无法读取。", "The reason cannot be read.");
