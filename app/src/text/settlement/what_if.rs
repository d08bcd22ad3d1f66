//! Words of studies: what a contract would have cost otherwise.

use domain::settlement::DemandMode;
use domain::settlement::what_if::Scenario;

use crate::text::{Lang, Text, text};

pub const TITLE: Text = text("测算", "What if");
pub const TITLE_OF: Text = text("测算 {}", "Study {}");
pub const INTRO: Text = text(
    "用已结算的各日按同一套计费规则重算：基本电费换一种计收方式，或把一部分峰、尖电量移到谷段。",
    "Settled days are rated again by the same rules: with the basic charge measured otherwise, or with part of the peak energy used in the valley.",
);
pub const CONTRACT: Text = text("合同号", "Contract number");
pub const SHIFT: Text = text("峰、尖移到谷的比例 %", "Peak and sharp peak moved to valley, %");
pub const DEMAND: Text = text("试算的合同需量 kW", "Contract demand to be tried, kW");
pub const DEMAND_HINT: Text =
    text("留空则用合同值；合同没有时用测得的最大需量。", "Empty: that of the contract, else the largest that was measured.");
pub const RUN: Text = text("开始测算", "Calculate");
pub const STUDIES: Text = text("已有测算", "Studies");
pub const NO_STUDIES: Text = text("还没有测算。", "There is no study yet.");
pub const NO_NUMBER: Text = text("请填写合同号（数字）。", "Enter the number of a contract.");
pub const NO_CONTRACT: Text =
    text("没有合同 {}，或它不在您可见的区域。", "There is no contract {}, or it is not of the regions that you see.");
pub const TO_CONTRACTS: Text = text("在合同页查找", "Find it on the page of contracts");
pub const NO_DAYS: Text = text(
    "合同 {} 还没有已结算的日，不能测算：合同生效后收到读数才会结算。",
    "Contract {} has no settled days yet: they come with the first readings after it begins.",
);
pub const TO_CONTRACT: Text = text("查看合同", "Open the contract");
pub const BAD_SHIFT: Text = text("移峰比例须为 0 到 100 的整数。", "The share that is moved is a whole number from 0 to 100.");
pub const BAD_DEMAND: Text = text(
    "合同需量须为大于 0 的数，最多两位小数，如 300 或 300.50；也可留空。",
    "Contract demand is a number above 0 with at most two decimals, such as 300 or 300.50, or empty.",
);
pub const RESULT: Text = text("结果", "Result");
pub const SCENARIO: Text = text("方案", "Scenario");
pub const TOTAL: Text = text("所选月份 元", "These months yuan");
pub const DIFFERENCE: Text = text("与现状相差 元", "Against now yuan");
pub const PER_YEAR: Text = text("每年相差 元", "Per year yuan");
pub const EXTRAPOLATED: Text = text(
    "共 {} 天，不足一年：每年的数按 365 天推算，未计季节差异。",
    "{} days, less than a year: what it is per year is extrapolated to 365 days and knows no seasons.",
);
pub const WHOLE_YEAR: Text = text("共 {} 天；每年的数按 365 天计。", "{} days; per year means 365 days.");
pub const SHIFTED: Text = text("移动电量 {} kWh。", "{} kWh were moved.");
pub const DEMAND_TRIED: Text = text("合同需量按 {} kW 试算。", "Contract demand was tried with {} kW.");
pub const CHEAPEST: Text = text("最省：{}", "Cheapest: {}");
pub const NOT_BILLED: Text =
    text("以下方案有月份不能计费，未比较：", "These scenarios are not compared, because some month cannot be billed:");
pub const NOT_BILLED_OF: Text = text("{}（{}，共 {} 天）：", "{} ({}, settled days: {}): ");
pub const UNNAMED_FAULT: Text =
    text("缺少电价、容量或需量；重新测算可看到明细。", "Prices, capacity or demand are missing; calculate again to see which.");
pub const MONTHS: Text = text("各月", "Months");
pub const MONTH: Text = text("月份", "Month");
pub const DAYS: Text = text("天数", "Days");
pub const ENERGY: Text = text("电量 kWh", "Energy kWh");
pub const OF: Text = text("用户 {}，合同 {}", "Customer {}, contract {}");
pub const MADE: Text = text("{}，{}", "{}, {}");
pub const NOTE: Text = text(
    "不含退补；功率因数按原读数。移峰只改变分时电量，不改变需量。",
    "Without adjustments; power factor by the readings as they are. A shift moves energy alone and leaves demand as it was.",
);
pub const DONE: [(&str, Text); 1] = [("studied", text("测算已完成。", "The study is done."))];

pub fn scenario(scenario: Scenario, lang: Lang) -> String {
    match scenario {
        Scenario::AsIs => text("现状", "As it is").get(lang).to_owned(),
        Scenario::Mode { mode: DemandMode::Capacity } => text("按容量计收", "By capacity").get(lang).to_owned(),
        Scenario::Mode { mode: DemandMode::Contract } => text("按合同最大需量", "By contract demand").get(lang).to_owned(),
        Scenario::Mode { mode: DemandMode::Actual } => text("按实际最大需量", "By actual demand").get(lang).to_owned(),
        Scenario::Shift { percent } => {
            text("峰、尖 {} % 移到谷", "{} % of peak moved to valley").with(lang, &[&percent.to_string()])
        }
    }
}
