//! Words of the calendar of holidays, decisions, carbon factors and national rules.

use crate::text::{Lang, Text, text};

pub const HOLIDAYS: Text = text("节假日与调休", "Holidays and swapped workdays");
pub const YEAR: Text = text("{} 年", "{}");
pub const YEARS: Text = text("年份", "Year");
pub const NO_DAYS: Text = text(
    "这一年没有登记节假日：全部按星期计，含节假日规则的电价会少算节假日时段。国务院办公厅通常在上年 11 月公布安排，公布后在下面登记。",
    "No day of this year is entered: every day is what its weekday says, and rules for holidays never apply. The official arrangement usually comes in November of the year before: enter it below then.",
);
pub const TO_BE_CHECKED: Text = text("待核对", "To be checked");
pub const AS_SHIPPED: Text =
    text("随产品附带，未与国务院办公厅的通知核对", "Came with the product and was not compared with the official arrangement");
pub const BEFORE_ANNOUNCED: Text = text("登记时官方安排尚未公布", "Entered before the official arrangement was announced");
pub const CHECK_NOTE: Text = text(
    "{} 天待核对：随产品附带，或登记时官方安排尚未公布。核对后，用“修改”保存该日，或在下面整段重新登记，标记即去掉。",
    "{} days to be checked: they came with the product, or were entered before the official arrangement was announced. Once compared, save the day under “Change”, or enter the range below again: the mark goes.",
);
pub const DAY: Text = text("日期", "Day");
pub const WEEKDAY: Text = text("星期", "Weekday");
pub const WHAT: Text = text("类型", "Kind");
pub const NAME: Text = text("名称", "Name");
pub const HOLIDAY: Text = text("节假日", "Holiday");
pub const WORKDAY: Text = text("调休上班", "Worked");
pub const CHANGED: Text = text("登记", "Entered");
pub const ACTIONS: Text = text("操作", "Actions");
pub const REMOVE: Text = text("删除", "Remove");
pub const REMOVE_OF: Text = text("删除 {} {}", "Remove {} {}");
pub const CHANGE: Text = text("修改", "Change");
pub const CHANGE_OF: Text = text("修改 {}", "Change {}");
pub const LINES: Text = text("添加或修改（每行一天或一段）", "Add or change (a day or a range on each line)");
pub const LINES_HINT: Text = text(
    "每行：日期 类型 名称。类型写“休”或“班”，省略为休。例如：2026-10-01..2026-10-07 休 国庆；2026-10-10 班 国庆。已登记的日期会被改写。",
    "Each line: day, kind, name. Kind is “off” or “work”, off when left out. Such as: 2026-10-01..2026-10-07 off National Day; 2026-10-10 work National Day. Days that are entered already are changed.",
);
pub const SAVE_LINES: Text = text("保存", "Save");
pub const LINE_WRONG: Text = text("第 {} 行：{}", "Line {}: {}");
pub const WRONG_DAY: Text =
    text("日期应为 YYYY-MM-DD，或 YYYY-MM-DD..YYYY-MM-DD。", "The day must be YYYY-MM-DD, or YYYY-MM-DD..YYYY-MM-DD.");
pub const WRONG_NAME: Text = text("节假日须有名称，最多 64 个字符。", "A holiday needs a name, at most 64 characters.");
pub const WRONG_RANGE: Text = text("一段最多 31 天，且先开始后结束。", "A range has at most 31 days and begins before it ends.");
pub const TOO_MANY_LINES: Text = text("一次最多 {} 天。", "At most {} days at once.");
pub const OPERATOR_KEEPS: Text = text(
    "日历、触发决定与系数由运营方维护，对全部区域有效。",
    "The operator of the installation keeps the calendar, decisions and factors; they count for all regions.",
);

pub const TRIGGERS: Text = text("触发尖峰的决定", "Decisions about triggered bands");
pub const TRIGGERS_NOTE: Text = text(
    "有的尖峰时段只在触发日（如高温）执行。逐日决定并注明来源；决定前按不触发计费，账单不能冻结，决定后重新结算。",
    "Some sharp bands apply only on days that trigger them, such as hot ones. Decide each day and say by what. Until then it is rated without them and cannot be frozen; a decision settles the day again.",
);
pub const NO_TRIGGERS: Text = text("没有电价使用触发条件。", "No tariff has a trigger.");
pub const NOT_WAITING: Text = text("没有待决定的日子。", "No day is waiting for a decision.");
pub const WAITING: Text = text("待决定（{}）", "Waiting for a decision ({})");
pub const MORE_WAITING: Text = text("只显示最近 {} 项。", "The newest {} are shown.");
pub const TRIGGER: Text = text("触发条件", "Trigger");
pub const TARIFFS: Text = text("电价", "Tariffs");
pub const SOURCE: Text = text("来源", "Source");
pub const SOURCE_HINT: Text =
    text("如：广州气象台 2026-07-21 最高 36.1 °C", "such as: Guangzhou observatory, 36.1 °C on 2026-07-21");
pub const TRIGGERED: Text = text("触发", "Triggered");
pub const NOT_TRIGGERED: Text = text("不触发", "Not triggered");
pub const DECIDED: Text = text("已决定", "Decided");
pub const DECIDED_BY: Text = text("决定人", "By");
pub const DECISION: Text = text("决定", "Decision");
pub const NONE_DECIDED: Text = text("还没有决定。", "Nothing has been decided yet.");
pub const CHOOSE_AND: Text = text("所选日子：", "The chosen days:");
pub const CHOOSE_DAY: Text = text("选择 {} {}", "Choose {} {}");
pub const DECIDE_ANY: Text = text("按日期决定或更改", "Decide any day, or change a decision");
pub const DECIDE: Text = text("保存决定", "Save the decision");
pub const CHANGE_NOTE: Text = text(
    "改变已作的决定会重新结算当天，已冻结的账单产生退补。",
    "Changing a decision settles the day again; frozen statements get adjustments.",
);

pub const CARBON: Text = text("碳排放因子", "Carbon factors");
pub const CARBON_NOTE: Text = text(
    "用于账单与报表的碳排放量；没有某年的因子时取之前最近一年。",
    "For the carbon of statements and reports. A year without a factor takes that of the newest year before it.",
);
pub const NO_CARBON: Text = text("没有登记碳排放因子：不计算碳排放量。", "No carbon factor is entered: carbon is not told.");
pub const KG_PER_KWH: Text = text("kgCO₂/kWh", "kgCO₂/kWh");
pub const SAVE_FACTOR: Text = text("保存因子", "Save the factor");
pub const FACTOR_YEAR: Text = text("年份", "Year");

pub const RULES: Text = text("国家规则", "National rules");
pub const RULES_FROM: Text = text("自 {} 起", "From {}");
pub const NO_RULES: Text = text(
    "没有登记国家规则：功率因数与需量无法计费。",
    "No national rules are entered: power factor and demand cannot be billed.",
);
pub const DEMAND: Text = text("需量电费", "Demand");
pub const DEMAND_FLOOR: Text = text("合同需量下限：容量的 {} %", "Contract demand is at least {} % of the capacity");
pub const DEMAND_FREE: Text = text("不超过合同值 {} % 时按合同值计", "Up to {} % of the contract value only that is billed");
pub const DEMAND_EXCESS: Text = text("超过部分按 {} 倍计", "What exceeds it counts {} times");
pub const MONTH_DAYS: Text =
    text("期内变更按日计，每日 1/{}", "A change inside a period counts by the day, 1/{} of the month each");
pub const POWER_FACTOR: Text = text("功率因数调整", "Power-factor adjustment");
pub const FROM_KVA: Text = text("{} kVA 及以上执行", "from {} kVA");
pub const STANDARD: Text = text("标准 {}", "Standard {}");
pub const FACTOR: Text = text("功率因数", "Power factor");
pub const PERCENT: Text = text("增减（%）", "Adjustment %");
pub const BELOW_STEP: Text = text("低于末行，每降低 0.01 增加 {} %", "Below the last row, {} % more for each 0.01");
pub const UNREADABLE: Text = text("内容无法读取。", "It cannot be read.");

/// Codes of `?done=` with what they say.
pub const DONE: [(&str, Text); 5] = [
    (
        "calendar-saved",
        text("日历已保存，受影响的日子将重新结算。", "The calendar is saved; days that it changes are settled again."),
    ),
    ("calendar-removed", text("已删除，当天重新按星期计。", "It is removed; the day is what its weekday says again.")),
    ("trigger-decided", text("决定已保存，当天将重新结算。", "The decision is saved; the day is settled again.")),
    ("carbon-saved", text("碳排放因子已保存。", "The carbon factor is saved.")),
    ("carbon-removed", text("碳排放因子已删除。", "The carbon factor is removed.")),
];

/// Why a form about the calendar was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CalendarRefusal {
    /// What is wrong stands beside the lines.
    Lines,
    Day,
    Name,
    Source,
    UnknownTrigger,
    NothingChosen,
    TooMany,
    Carbon,
    /// A tenant's people, and those who see a part, do not change what counts for all.
    NotOwn,
}

impl CalendarRefusal {
    pub const ALL: [Self; 9] = [
        Self::Lines,
        Self::Day,
        Self::Name,
        Self::Source,
        Self::UnknownTrigger,
        Self::NothingChosen,
        Self::TooMany,
        Self::Carbon,
        Self::NotOwn,
    ];
}

pub fn problem(problem: CalendarRefusal) -> Text {
    match problem {
        CalendarRefusal::Lines => text("未保存：请改正下列各行。", "Not saved: mend these lines."),
        CalendarRefusal::Day => text("日期须在 1990 年至 2199 年之间。", "The day must lie between 1990 and 2199."),
        CalendarRefusal::Name => text("节假日须有 1 到 64 个字符的名称。", "A holiday needs a name of 1 to 64 characters."),
        CalendarRefusal::Source => text(
            "请注明来源（1 到 200 个字符），例如哪个气象台的哪个数值。",
            "Say by what it was decided, in 1 to 200 characters: which station, which value.",
        ),
        CalendarRefusal::UnknownTrigger => text("没有电价使用此触发条件。", "No tariff has this trigger."),
        CalendarRefusal::NothingChosen => text("请先选择日子。", "Choose the days first."),
        CalendarRefusal::TooMany => {
            text("登记的日子已达上限，请先删除早年的。", "There are as many days as there may be; remove old ones first.")
        }
        CalendarRefusal::Carbon => text(
            "因子应为 0 到 5 之间的数，最多六位小数，并注明来源。",
            "A factor is a number from 0 to 5 with at most six decimals, and its source is needed.",
        ),
        CalendarRefusal::NotOwn => text(
            "日历与规则由看到全部区域的运营方人员维护。",
            "Only people of the operator who see all regions change the calendar and the rules.",
        ),
    }
}

/// Names of the fields that the sentence is about.
pub fn fields(problem: CalendarRefusal) -> &'static [&'static str] {
    match problem {
        CalendarRefusal::Lines | CalendarRefusal::Name => &["lines"],
        CalendarRefusal::Day => &["day", "lines"],
        CalendarRefusal::Source => &["source"],
        CalendarRefusal::UnknownTrigger => &["trigger"],
        CalendarRefusal::Carbon => &["factor", "source", "year"],
        CalendarRefusal::NothingChosen | CalendarRefusal::TooMany | CalendarRefusal::NotOwn => &[],
    }
}

pub fn year(year: i32, lang: Lang) -> String {
    YEAR.with(lang, &[&year.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_own_sentence() {
        for lang in Lang::ALL {
            let said: std::collections::BTreeSet<_> = CalendarRefusal::ALL.iter().map(|one| problem(*one).get(lang)).collect();
            assert_eq!(said.len(), CalendarRefusal::ALL.len());
        }
    }
}
