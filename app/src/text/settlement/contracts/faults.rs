//! What is wrong with a contract or a line of a file, in words: what it is and what to do about it.

use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_file::FileFault;

use crate::text::settlement::words;
use crate::text::{Lang, Text, text};

/// The name that programs know it by.
pub fn code(fault: &ContractFault) -> String {
    let value = serde_json::to_value(fault).unwrap_or_default();
    value["fault"].as_str().unwrap_or_default().to_owned()
}

pub fn fault(fault: &ContractFault, lang: Lang) -> String {
    if fault.refuses() { refused(fault, lang) } else { warned(fault, lang) }
}

fn on(day: domain::Day) -> String {
    day.to_date().to_string()
}

fn refused(fault: &ContractFault, lang: Lang) -> String {
    use ContractFault as F;
    let say = |text: Text, values: &[&str]| text.with(lang, values);
    match fault {
        F::UnknownCustomer => say(UNKNOWN_CUSTOMER, &[]),
        F::NoTerms => say(NO_TERMS, &[]),
        F::TooManyTerms => say(TOO_MANY_TERMS, &[]),
        F::TermsTwice { day } => say(TERMS_TWICE, &[&on(*day)]),
        F::DayOutOfBounds { day } => say(DAY_OUT_OF_BOUNDS, &[&on(*day)]),
        F::BillingDay { billing_day } => say(BILLING_DAY_WRONG, &[&billing_day.to_string()]),
        F::ClosedBeforeStart => say(CLOSED_BEFORE_START, &[]),
        F::TermsAfterClose { day } => say(TERMS_AFTER_CLOSE, &[&on(*day)]),
        F::Overlap { contract_id } => say(OVERLAP, &[&contract_id.to_string()]),
        F::OverlapInFile => say(OVERLAP_IN_FILE, &[]),
        F::UnknownTariff { tariff, .. } => say(UNKNOWN_TARIFF, &[tariff]),
        F::NotForVoltage { tariff, voltage, .. } => say(NOT_FOR_VOLTAGE, &[tariff, words::voltage(*voltage).get(lang)]),
        F::NotForCapacity { tariff, capacity_kva, .. } => say(NOT_FOR_CAPACITY, &[tariff, &capacity_kva.to_string()]),
        F::NoPriceForMode { tariff, mode, .. } => say(NO_PRICE_FOR_MODE, &[tariff, words::demand_mode(*mode).get(lang)]),
        F::NoContractDemand { day } => say(NO_CONTRACT_DEMAND, &[&on(*day)]),
        F::ContractDemandBounds { day } => say(CONTRACT_DEMAND_BOUNDS, &[&on(*day)]),
        F::Capacity { day } => say(CAPACITY_WRONG, &[&on(*day)]),
        F::UnreadableTerms { day } => say(UNREADABLE_TERMS, &[&on(*day)]),
        F::Interval { interval_min, .. } => say(INTERVAL_WRONG, &[&interval_min.to_string()]),
        F::Multiplier { day } => say(MULTIPLIER_WRONG, &[&on(*day)]),
        F::RegisterMax { day } => say(REGISTER_MAX_WRONG, &[&on(*day)]),
        F::BehindTransformer { day } => say(BEHIND_TRANSFORMER, &[&on(*day)]),
        F::ExchangeTwice { day } => say(EXCHANGE_TWICE, &[&on(*day)]),
        F::ExchangeRegister { day } => say(EXCHANGE_REGISTER, &[&on(*day)]),
        F::ExchangeOutside { day } => say(EXCHANGE_OUTSIDE, &[&on(*day)]),
        F::TooManyExchanges => say(TOO_MANY_EXCHANGES, &[]),
        _ => String::new(),
    }
}

fn warned(fault: &ContractFault, lang: Lang) -> String {
    use ContractFault as F;
    let say = |text: Text, values: &[&str]| text.with(lang, values);
    match fault {
        F::NoTariff { day } => say(NO_TARIFF, &[&on(*day)]),
        F::TariffNotValid { day, tariff } => say(TARIFF_NOT_VALID, &[tariff, &on(*day)]),
        F::NoPrices { tariff, notice, .. } => say(NO_PRICES, &[tariff, notice]),
        F::NotForCategory { tariff, usage_type, .. } => {
            say(NOT_FOR_CATEGORY, &[tariff, &crate::pages::shared::usage(usage_type, lang)])
        }
        F::TwoPartUsual { capacity_kva, .. } => say(TWO_PART_USUAL, &[&capacity_kva.to_string()]),
        F::BelowFloor { contract_kw, floor_kw, .. } => say(BELOW_FLOOR, &[&contract_kw.to_string(), &floor_kw.to_string()]),
        F::DemandNotMeasured { interval_min, .. } => say(DEMAND_NOT_MEASURED, &[&interval_min.to_string()]),
        F::ExportNotBilled => say(EXPORT_NOT_BILLED, &[]),
        F::PowerFactorIdle { day } => say(POWER_FACTOR_IDLE, &[&on(*day)]),
        F::PowerFactorMissing { day } => say(POWER_FACTOR_MISSING, &[&on(*day)]),
        F::ModeChangedEarly { day } => say(MODE_CHANGED_EARLY, &[&on(*day)]),
        F::ValueChangedEarly { day } => say(VALUE_CHANGED_EARLY, &[&on(*day)]),
        _ => String::new(),
    }
}

pub fn file_fault(fault: &FileFault, lang: Lang) -> String {
    let say = |text: Text, values: &[&str]| text.with(lang, values);
    match fault {
        FileFault::Unreadable(words) => say(UNREADABLE, &[words]),
        FileFault::NoColumn(column) => say(NO_COLUMN, &[column]),
        FileFault::UnknownColumn(column) => say(UNKNOWN_COLUMN, &[column]),
        FileFault::Empty => say(EMPTY_FILE, &[]),
        FileFault::TooManyRows => say(TOO_MANY_ROWS, &[]),
        FileFault::TooLarge => say(FILE_TOO_LARGE, &[]),
        FileFault::Cell { column, value } => say(BAD_CELL, &[column, value, expected(column).get(lang)]),
        FileFault::Differs { column, line } => say(DIFFERS, &[column, &line.to_string()]),
        FileFault::StartsOn => say(STARTS_ON_WRONG, &[]),
    }
}

const UNKNOWN_CUSTOMER: Text = text(
    "没有此用户，或其区域不在您的权限之内。请核对户号。",
    "There is no such customer, or its region is not yours. Check the number.",
);
const NO_TERMS: Text = text("合同至少需要一组条款。", "A contract needs terms from some day on.");
const TOO_MANY_TERMS: Text =
    text("条款超过 120 组；请关闭合同后新建。", "There are more than 120 terms; close the contract and make a new one.");
const TERMS_TWICE: Text = text("{} 有两组条款；每天只能有一组。", "There are two terms from {}; keep one.");
const DAY_OUT_OF_BOUNDS: Text = text("{} 不在 1990 至 2199 年之内。", "{} is not between 1990 and 2199.");
const BILLING_DAY_WRONG: Text = text("抄表例日 {} 无效，应为 1 至 28。", "Billing day {} is not a day from 1 to 28.");
const CLOSED_BEFORE_START: Text = text("终止日早于合同开始日。", "The contract ends before it begins.");
const TERMS_AFTER_CLOSE: Text = text(
    "{} 起的条款晚于终止日；请删除该条款或改终止日。",
    "The terms from {} begin after the end; remove them or move the end.",
);
const OVERLAP: Text = text(
    "与该用户同方向的合同 {} 重叠；请先终止那份合同。",
    "It overlaps contract {} of the same customer and direction; close that one first.",
);
const OVERLAP_IN_FILE: Text = text(
    "文件中同一用户、同一方向的两份合同重叠；请补上终止日。",
    "Two contracts of this customer and direction overlap in the file; give the earlier one its end.",
);
const UNKNOWN_TARIFF: Text =
    text("没有代码为 {} 的电价。请先录入电价，或改代码。", "There is no tariff {}. Enter it first, or correct the code.");
const NOT_FOR_VOLTAGE: Text =
    text("电价 {} 不适用于 {}；请选择同电压等级的电价。", "Tariff {} is not for {}; choose the one of this voltage.");
const NOT_FOR_CAPACITY: Text =
    text("电价 {} 不适用于 {} kVA 的容量；请核对容量或电价。", "Tariff {} is not for {} kVA; check the capacity or the tariff.");
const NO_PRICE_FOR_MODE: Text =
    text("电价 {} 没有“{}”的基本电价；请改计费方式或电价。", "Tariff {} has no basic price “{}”; choose another mode or tariff.");
const NO_CONTRACT_DEMAND: Text =
    text("{} 起按合同最大需量计费，但未填合同需量。", "The terms from {} bill by contract demand but name none.");
const CONTRACT_DEMAND_BOUNDS: Text = text(
    "{} 起的合同需量应大于 0 且不超过 10 000 000 kW。",
    "The contract demand from {} has to be above 0 and at most 10,000,000 kW.",
);
const CAPACITY_WRONG: Text = text("{} 起的容量应为 0 至 10 000 000 kVA。", "The capacity from {} has to be 0 to 10,000,000 kVA.");
const UNREADABLE_TERMS: Text = text(
    "{} 起的条款内容无法读取，合同暂停结算。请重新录入当日起的条款，或请管理员恢复。",
    "The stored terms from {} cannot be read, so the contract is not settled. Enter the terms from that day anew, or ask the administrator to restore them.",
);
const INTERVAL_WRONG: Text = text(
    "计量间隔 {} 分钟无效：须整除一天（1、5、15、30、60…1440）。",
    "An interval of {} minutes does not divide the day (1, 5, 15, 30, 60 … 1440).",
);
const MULTIPLIER_WRONG: Text = text("{} 起的倍率应大于 0。", "The multiplier from {} has to be above 0.");
const REGISTER_MAX_WRONG: Text = text("{} 起的表码上限应大于 0。", "The largest register value from {} has to be above 0.");
const BEHIND_TRANSFORMER: Text = text(
    "{} 起为高供低计：变压器损耗未知，不能计费。请改为高供高计，或在系统外结算。",
    "The terms from {} meter behind the customer's transformer: its losses are not known, so nothing can be billed. Meter on the high side, or settle elsewhere.",
);
const EXCHANGE_TWICE: Text = text("{} 的同一时刻有两次换表。", "There are two exchanges at one moment of {}.");
const EXCHANGE_REGISTER: Text = text("{} 换表的表码应为 0 或正数。", "The registers of the exchange of {} have to be 0 or more.");
const EXCHANGE_OUTSIDE: Text = text("{} 的换表不在合同期内。", "The exchange of {} lies outside the contract.");
const TOO_MANY_EXCHANGES: Text = text("换表超过 120 次。", "There are more than 120 exchanges.");
const NO_TARIFF: Text =
    text("{} 起没有电价，无法计费；请选择电价。", "There is no tariff from {}, so nothing can be billed; choose one.");
const TARIFF_NOT_VALID: Text = text(
    "电价 {} 在 {} 没有有效版本，无法计费；请录入当时的版本。",
    "Tariff {} has no version in force on {}, so nothing can be billed; enter the version of that time.",
);
const NO_PRICES: Text = text(
    "电价 {} 还没有价格，无法计费；请按文件 {} 录入价格。",
    "Tariff {} has no prices yet, so nothing can be billed; enter them from notice {}.",
);
const NOT_FOR_CATEGORY: Text = text(
    "电价 {} 一般不用于“{}”用户；请核对用电类别。",
    "Tariff {} is not meant for customers of the kind “{}”; check the category.",
);
const TWO_PART_USUAL: Text = text(
    "容量 {} kVA 的工业用户一般须执行两部制电价（315 kVA 及以上）。",
    "Industry of {} kVA usually has to have a two-part tariff (315 kVA and above).",
);
const BELOW_FLOOR: Text = text(
    "合同需量 {} kW 低于容量的 40 %：将按 {} kW 计费。",
    "The contract demand of {} kW is below 40 % of the capacity: {} kW will be billed.",
);
const DEMAND_NOT_MEASURED: Text = text(
    "间隔 {} 分钟测不出十五分钟需量：将按容量或合同值计费并注明。",
    "An interval of {} minutes shows no quarter-hour demand: capacity or contract value will be billed, with the reason.",
);
const EXPORT_NOT_BILLED: Text = text("上网（反向）合同会保存，但暂不计费。", "A feed-in contract is kept, but not billed yet.");
const POWER_FACTOR_IDLE: Text = text(
    "{} 起有功率因数标准，但居民或 100 kVA 以下用户不作调整。",
    "The terms from {} have a power-factor standard, but homes and customers below 100 kVA get no adjustment.",
);
const POWER_FACTOR_MISSING: Text = text(
    "{} 起的电价要求功率因数调整，但未填标准；将不作调整。",
    "The tariff from {} adjusts for the power factor, but no standard is given; nothing will be adjusted.",
);
const MODE_CHANGED_EARLY: Text = text(
    "{} 更改计费方式距上次不足一个季度；一般按季变更。",
    "The mode changes on {} after less than a quarter; it usually changes quarterly.",
);
const VALUE_CHANGED_EARLY: Text = text(
    "{} 更改合同需量距上次不足一个月；一般按月变更。",
    "The contract demand changes on {} after less than a month; it usually changes monthly.",
);
const UNREADABLE: Text = text("文件无法读取：{}", "The file cannot be read: {}");
const NO_COLUMN: Text = text("缺少列 {}；请从导出的文件开始。", "Column {} is missing; start from an exported file.");
const UNKNOWN_COLUMN: Text = text("未知的列“{}”。", "There is no column “{}”.");
const EMPTY_FILE: Text = text("文件中没有合同。", "There is no contract in the file.");
const TOO_MANY_ROWS: Text = text("超过 200 000 行；请分成几个文件。", "There are more than 200,000 rows; divide the file.");
const FILE_TOO_LARGE: Text = text("文件大于 64 MB；请分成几个文件。", "The file is larger than 64 MB; divide it.");
const BAD_CELL: Text = text("列 {} 的值“{}”无法理解，应为{}。", "Column {} holds “{}”, which cannot be read; write {}.");

/// What a column of a file takes.
fn expected(column: &str) -> Text {
    match column {
        "user_id" => text("户号（整数）", "an account number"),
        "starts_on" | "closed_on" | "valid_from" => text("日期 YYYY-MM-DD", "a day as YYYY-MM-DD"),
        "billing_day" => text(" 1 到 28", "1 to 28"),
        "direction" => text(" import 或 export", "import or export"),
        "voltage" => text(" below_1kv、1_10kv、20kv、35kv、110kv 或 220kv", "below_1kv, 1_10kv, 20kv, 35kv, 110kv or 220kv"),
        "demand_mode" => text(" capacity、contract 或 actual", "capacity, contract or actual"),
        "reading_time_is" => {
            text(" report、interval_end 或 interval_start，或留空", "report, interval_end or interval_start, or leave it empty")
        }
        "power_factor_standard" => text(" 0.90、0.85 或 0.80，或留空", "0.90, 0.85 or 0.80, or leave it empty"),
        "interval_min" => text("分钟数，如 15", "minutes, such as 15"),
        "has_many_people" | "is_metered_behind_transformer" | "is_suspended" => text(" 1 或 0", "1 or 0"),
        "tariff" => text("电价代码（小写字母、数字和 -）", "the code of a tariff: small letters, digits and -"),
        "multiplier" => text("数字，最多六位小数", "a number with at most six decimals"),
        _ => text("数字，最多两位小数", "a number with at most two decimals"),
    }
}

const DIFFERS: Text = text("列 {} 与同一合同的第 {} 行不同。", "Column {} differs from line {} of the same contract.");
const STARTS_ON_WRONG: Text =
    text("starts_on 应等于第一组条款的 valid_from，或留空。", "starts_on has to be the first valid_from, or empty.");
