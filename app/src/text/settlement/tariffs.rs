//! Words of the pages of tariffs.

mod form;
pub mod import;
mod said;

use domain::settlement::tariff::{LineBasis, TierPeriod};
use domain::settlement::{CaseKind, DayChoice};

use crate::text::{Lang, Text, text};

pub use form::*;
pub use said::{DONE, TariffProblem, fields, is_late, problem};

pub const TARIFF: Text = text("电价", "Tariff");
pub const NEW: Text = text("新建电价", "New tariff");
pub const NEW_VERSION: Text = text("{}：新版本", "{}: new version");
pub const MAKE_VERSION: Text = text("制定新版本", "Make a new version");
pub const COPY: Text = text("以此为样本新建", "Copy to a new tariff");
pub const IMPORT: Text = text("导入", "Import");
pub const EXPORT: Text = text("导出 JSON", "Export JSON");
pub const NONE_FOUND: Text = text("没有符合条件的电价。", "No tariff matches.");
pub const NONE: Text = text("无", "none");
pub const ALL: Text = text("全部", "All");
pub const APPLY: Text = text("筛选", "Apply");
pub const NAME: Text = text("名称", "Name");
pub const NAME_EN: Text = text("英文名称", "Name in English");
pub const CODE: Text = text("代码", "Code");
pub const PROVINCE: Text = text("省份", "Province");
pub const KIND: Text = text("类型", "Kind");
pub const VALID: Text = text("有效期", "Validity");
pub const PRICES: Text = text("电价", "Prices");
pub const CONTRACTS: Text = text("使用合同", "Contracts");
pub const VERSIONS: Text = text("版本", "Versions");
pub const VERSION: Text = text("版本 {}", "Version {}");
pub const OWNER: Text = text("归属", "Owner");
pub const TENANT: Text = text("租户 {}", "Tenant {}");
pub const OPERATOR: Text = text("运营方", "Operator");
pub const HAS_PRICES: Text = text("已有电价", "Priced");
pub const REFUSES: Text = text("拒绝计费：缺少电价文件", "Refuses to bill: notice missing");
pub const EXAMPLE: Text = text("示例，须核对", "Example to be checked");
pub const EXAMPLE_NOTE: Text = text(
    "此电价随产品附带，未与文件原文核对。用于计费前，请对照文件逐项核对，制定新版本并勾选“已核对”。",
    "This tariff came with the product and was not compared with the notice. Before bills are made by it, compare it item by item and make a new version that says so.",
);
pub const CANNOT_READ: Text = text(
    "此版本的内容无法读取，按它不计费；请制定新版本替代。",
    "This version cannot be read and nothing is billed by it; make a new version that replaces it.",
);

pub const KIND_SINGLE: Text = text("单一制", "Single rate");
pub const KIND_TIME_OF_USE: Text = text("分时", "Time of use");
pub const KIND_TIERS: Text = text("阶梯", "Tiers");
pub const KIND_TWO_PART: Text = text("两部制", "Two-part");

pub const WHAT: Text = text("基本内容", "What it says");
pub const FOR_WHOM: Text = text("适用对象", "For whom");
pub const EVERYBODY: Text = text("全部用户", "everybody");
pub const CATEGORIES: Text = text("用电类别", "Categories of use");
pub const VOLTAGES: Text = text("电压等级", "Voltages");
pub const CAPACITY: Text = text("容量", "Capacity");
pub const CAPACITY_FROM_BELOW: Text = text("{} kVA 及以上、不满 {} kVA", "{} kVA and above, below {} kVA");
pub const CAPACITY_FROM: Text = text("{} kVA 及以上", "{} kVA and above");
pub const CAPACITY_BELOW: Text = text("不满 {} kVA", "below {} kVA");
pub const ELECTED: Text = text("须由用户选择执行", "only when the customer chooses it");
pub const VALID_FROM: Text = text("生效日期", "Valid from");
pub const VALID_UNTIL: Text = text("失效日期（不含）", "Valid until (day not included)");
pub const OPEN_END: Text = text("长期有效", "no end");
pub const FROM_TO: Text = text("{} 至 {}", "{} to {}");
pub const FROM_ON: Text = text("{} 起", "from {}");
pub const NOTICE: Text = text("依据文件", "Notice");
pub const NOTICE_NUMBER: Text = text("文号", "Number of the notice");
pub const NOTICE_TITLE: Text = text("文件标题", "Title of the notice");
pub const REMARK: Text = text("备注", "Remark");
pub const CHECKED: Text = text("已与原文核对", "compared with the notice");
pub const UNCHECKED: Text = text("未与原文核对", "not compared with the notice");
pub const PRICES_NOTICE: Text = text("电价文号", "Notice of the prices");
pub const PRICES_NOTICE_TITLE: Text = text("电价文件标题", "Title of the notice of the prices");
pub const PRICES_NOTICE_REMARK: Text = text("电价文件备注", "Remark on the notice of the prices");
pub const POWER_FACTOR: Text = text("功率因数调整", "Power-factor adjustment");
pub const WHOLE_KWH: Text = text("按整 kWh 计费，小数结转下期", "Whole kWh are billed, the fraction is carried forward");
pub const YES: Text = text("是", "Yes");
pub const NO: Text = text("否", "No");

pub const BANDS: Text = text("峰谷时段", "Price bands");
pub const BANDS_NOTE: Text = text(
    "按计量时刻归入时段。尖、深谷优先于峰、谷，峰、谷优先于平；同级重叠为错误。",
    "Energy belongs to the band of its metered interval. Sharp and deep valley win over peak and valley, these over flat; two of one rank are a fault.",
);
pub const YEAR_VIEW: Text = text("全年时段", "The year");
pub const YEAR_NAME: Text = text("全年 12 个月 × 24 小时时段：{}", "12 months × 24 hours, bands of {}");
pub const STRIP_NAME: Text = text("24 小时时段：{}", "Bands of 24 hours: {}");
pub const ONE_BAND: Text = text("全天不分时段（平）。", "All hours are flat: no time of use.");
pub const DAY_KIND: Text = text("日期类型", "Kind of day");
pub const DAY_PICK: Text = text("查看某一天", "Look at a day");
pub const DAY: Text = text("日期", "Day");
pub const SHOW: Text = text("查看", "Show");
pub const DAY_IS: Text = text("{}（{}）是{}。", "{} ({}) · {}.");
pub const SPAN: Text = text("时段", "Span");
pub const BAND: Text = text("类别", "Band");
pub const CLAUSE: Text = text("条款", "Clause");
pub const RULE: Text = text("规则", "Rule");
pub const FLAT_FILLS_HERE: Text = text("其余时段为平", "flat fills the rest");
pub const UNDECIDED: Text = text(
    "待定：是否触发“{}”。未决定前按不触发计费，账单不能冻结。",
    "Undecided: whether “{}” applies. Until it is decided the day is rated without it and its statement cannot be frozen.",
);
pub const NOT_VALID_THEN: Text = text("此版本在这一天无效。", "This version is not valid on that day.");
pub const DAY_FAULT: Text = text("这一天的时段无法确定：{}", "The bands of that day cannot be told: {}");
pub const WITH_TRIGGER: Text = text("触发 {} 时", "with {}");
pub const MINUTES: Text = text("时长", "Length");
pub const PER_DAY: Text = text("{} 小时 {} 分", "{} h {} min");

pub const PRICE: Text = text("电价（元/kWh）", "Price (yuan/kWh)");
pub const FACTOR: Text = text("浮动系数", "Factor");
pub const PUBLISHED: Text = text("公布价", "published");
pub const MADE_OF: Text = text("由构成与系数计算", "made of components and factor");
pub const COMPONENTS: Text = text("电价构成", "Components");
pub const COMPONENT_KIND: Text = text("构成", "Component");
pub const COMPONENT_NAME: Text = text("构成名称", "Name");
pub const COMPONENT_PRICE: Text = text("平段价格（元/kWh）", "Price in flat (yuan/kWh)");
pub const FLOATS: Text = text("随时段浮动", "Floats with the band");
pub const IN_PF_BASE: Text = text("计入功率因数基数", "In the power-factor base");
pub const LINE_BASIS: Text = text("账单分行", "Lines of a bill");
pub const DECIMALS: Text = text("计算价的小数位", "Decimals of made prices");
pub const NO_PRICES_NOTE: Text = text(
    "没有电价：此版本只能查看时段，用它的合同无法计费。请按文件填写价格，制定新版本。所缺文件：{}",
    "No prices: this version shows its bands, and contracts that use it cannot be billed. Enter the prices of the notice as a new version. Missing notice: {}",
);
pub const TIERS: Text = text("阶梯", "Tiers");
pub const TIERS_BY: Text = text("计量周期", "Counted by");
pub const SEASON: Text = text("季节", "Season");
pub const TIER: Text = text("档次", "Tier");
pub const TIER_RANGE: Text = text("电量范围（kWh）", "Range (kWh)");
pub const SURCHARGE: Text = text("加价（元/kWh）", "Surcharge (yuan/kWh)");
pub const MANY_PEOPLE: Text = text("一户多人口增加电量（kWh）", "More kWh for large households");
pub const BASIC: Text = text("基本电费", "Basic charge");
pub const CAPACITY_PRICE: Text = text("容量电价（元/kVA·月）", "Capacity price (yuan/kVA and month)");
pub const DEMAND_PRICE: Text = text("需量电价（元/kW·月）", "Demand price (yuan/kW and month)");

pub const MADE_AT: Text = text("制定时间", "Made at");
pub const MADE_BY: Text = text("制定人", "By");
pub const CHANGES: Text = text("与前一版本的差异", "Differences from the version before");
pub const COMPARE: Text = text("比较", "Compare");
pub const COMPARED_WITH: Text = text("与版本", "with");
pub const COMPARED: Text = text("版本 {} 与版本 {} 的差异", "From version {} to version {}");
pub const FIRST_VERSION: Text = text("第一个版本", "The first version");
pub const NO_DIFFERENCE: Text = text("无差异", "No difference");
pub const CHANGED_FROM_TO: Text = text("{}：{} → {}", "{}: {} → {}");
pub const STATE: Text = text("状态", "State");
pub const IN_FORCE: Text = text("今日有效", "in force today");
pub const TO_COME: Text = text("尚未生效", "to come");
pub const ENDED: Text = text("已失效", "ended");
pub const REPLACED_BY: Text = text("被版本 {} 替代", "replaced by version {}");
pub const REPLACES: Text = text("替代版本 {}", "replaces version {}");
pub const WITHDRAWN: Text = text("已撤销", "withdrawn");
pub const SHOWN_VERSION: Text = text("当前显示", "shown");
pub const WITHDRAW: Text = text("撤销版本 {}", "Withdraw version {}");
pub const WITHDRAW_NOTE: Text = text(
    "撤销后此版本不再用于任何一天；受影响的日子重新计算，已冻结的账单产生退补。",
    "A withdrawn version counts for no day any more. Days it was used for are settled again; frozen statements get adjustments.",
);
pub const WITHDRAW_BUTTON: Text = text("撤销", "Withdraw");
pub const REMOVE: Text = text("删除电价", "Remove the tariff");
pub const REMOVE_NOTE: Text = text(
    "没有合同使用的电价才能删除；各版本保留备查。",
    "Only a tariff that no contract uses can be removed. Its versions are kept.",
);
pub const REMOVED_NOTE: Text = text("此电价已删除，仅供查阅。", "This tariff has been removed and is kept for reference.");
pub const ACTIONS: Text = text("操作", "Actions");

pub const IMPORT_TITLE: Text = text("导入电价", "Import tariffs");
pub const IMPORT_NOTE: Text = text(
    "选择或粘贴 JSON 文件（与导出格式相同）。先试导入，看清差异后再写入；与现有版本相同的电价不变。",
    "Choose or paste a JSON file in the form of the export. Try it first, look at the differences, then apply. Tariffs that are the same stay as they are.",
);
pub const FILE: Text = text("JSON 文件", "JSON file");
pub const FILE_TEXT: Text = text("文件内容", "Text of the file");
pub const TRY: Text = text("试导入（不写入）", "Try (changes nothing)");
pub const APPLY_IMPORT: Text = text("写入", "Apply");
pub const TRY_FIRST: Text = text("试导入结果", "What would happen");
pub const FATE: Text = text("结果", "Outcome");
pub const DIFFERENCES: Text = text("差异或问题", "Differences or faults");

const MONTHS: Text = text("{} 月", "{}");
const ENGLISH_MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WHOLE_YEAR: Text = text("全年", "all year");
const TIER_NO: Text = text("第 {} 档", "Tier {}");
const WORKDAY: Text = text("工作日", "workdays");
const WEEKEND: Text = text("周末", "weekends");
const OTHER_HOLIDAY: Text = text("一般节假日", "ordinary holidays");
const EVERY_DAY: Text = text("每天", "every day");
const WEEKENDS_AND_HOLIDAYS: Text = text("周末与节假日", "weekends and holidays");
const HOLIDAYS: Text = text("全部节假日", "all holidays");

pub fn tier(number: u8, lang: Lang) -> String {
    TIER_NO.with(lang, &[&number.to_string()])
}

fn month_name(month: u8, lang: Lang) -> String {
    match lang {
        Lang::Zh => month.to_string(),
        Lang::En => {
            ENGLISH_MONTHS.get(usize::from(month).wrapping_sub(1)).map_or_else(|| month.to_string(), |name| (*name).to_owned())
        }
    }
}

/// One month as the head of a row.
pub fn month(month: u8, lang: Lang) -> String {
    MONTHS.with(lang, &[&month_name(month, lang)])
}

/// `1、7–9 月`; all twelve and none are the whole year.
pub fn months(months: &[u8], lang: Lang) -> String {
    let mut sorted = months.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.is_empty() || sorted.len() == 12 {
        return WHOLE_YEAR.get(lang).to_owned();
    }
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for month in sorted {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == month => *last = month,
            _ => runs.push((month, month)),
        }
    }
    let run = |(first, last): (u8, u8)| match last - first {
        0 => month_name(first, lang),
        _ => format!("{}–{}", month_name(first, lang), month_name(last, lang)),
    };
    MONTHS.with(lang, &[&join(runs.into_iter().map(run).collect(), lang)])
}

pub fn join(parts: Vec<String>, lang: Lang) -> String {
    parts.join(if lang == Lang::Zh { "、" } else { ", " })
}

pub fn kind(kind: &CaseKind, lang: Lang) -> String {
    match kind {
        CaseKind::Workday => WORKDAY.get(lang).to_owned(),
        CaseKind::Weekend => WEEKEND.get(lang).to_owned(),
        CaseKind::Holiday(name) if name.is_empty() => OTHER_HOLIDAY.get(lang).to_owned(),
        CaseKind::Holiday(name) => name.clone(),
    }
}

/// `7–8 月 · 工作日、春节 · 触发 x 时`
pub fn days_of_case(in_months: &[u8], kinds: &[CaseKind], triggers: &[String], lang: Lang) -> String {
    let mut parts = vec![months(in_months, lang)];
    if !kinds.is_empty() {
        parts.push(join(kinds.iter().map(|one| kind(one, lang)).collect(), lang));
    }
    parts.extend(triggers.iter().map(|trigger| WITH_TRIGGER.with(lang, &[trigger])));
    parts.join(" · ")
}

/// What a rule says of its days.
pub fn choice(choice: &DayChoice, lang: Lang) -> String {
    let fixed = match choice {
        DayChoice::Every => EVERY_DAY,
        DayChoice::Workdays => WORKDAY,
        DayChoice::Weekends => WEEKEND,
        DayChoice::WeekendsAndHolidays => WEEKENDS_AND_HOLIDAYS,
        DayChoice::Holidays { names } if names.is_empty() => HOLIDAYS,
        DayChoice::Holidays { names } => return join(names.clone(), lang),
    };
    fixed.get(lang).to_owned()
}

pub fn line_basis(basis: LineBasis) -> Text {
    match basis {
        LineBasis::Absolute => text("按时段一行，构成作说明", "One line for each band, explained by components"),
        LineBasis::Components => text("按构成分行", "A line for each component and band"),
    }
}

pub fn tier_period(period: TierPeriod, lang: Lang) -> String {
    const BY_MONTH: Text = text("按月", "by the month");
    const BY_YEAR: Text = text("按年，自 {} 起", "by the year, from {}");
    match period {
        TierPeriod::Month => BY_MONTH.get(lang).to_owned(),
        TierPeriod::Year { start_month, start_day } => BY_YEAR.with(lang, &[&format!("{start_month:02}-{start_day:02}")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_told_by_runs() {
        assert_eq!(months(&[8, 7, 1], Lang::Zh), "1、7–8 月");
        assert_eq!(months(&[8, 7, 1], Lang::En), "Jan, Jul–Aug");
        assert_eq!(months(&[], Lang::En), "all year");
        assert_eq!(month(12, Lang::En), "Dec");
        let kinds = [CaseKind::Workday, CaseKind::Holiday(String::new()), CaseKind::Holiday("春节".to_owned())];
        assert_eq!(days_of_case(&[1], &kinds, &["热".to_owned()], Lang::Zh), "1 月 · 工作日、一般节假日、春节 · 触发 热 时");
    }
}
