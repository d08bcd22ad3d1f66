//! What is wrong with a tariff and what to change, one sentence for each fault, and the field of the form it stands beside.

use domain::settlement::calendar::{MOST_BAND_RULES, MOST_SPANS};
use domain::settlement::check::{MOST_CATEGORIES, MOST_HOLIDAY_NAMES, MOST_SPANS_IN_ALL, MOST_TRIGGERS};
use domain::settlement::check::{PlanFault, PlanText, PriceField};
use domain::settlement::tariff::{MOST_COMPONENTS, MOST_TIERS};
use domain::settlement::{CalendarFault, CalendarProblem};

use super::{tariffs as words, words as shared};
use crate::charts::band_rows::clock_span;
use crate::text::{Lang, Text, text};

const CODE: Text = text(
    "代码由小写字母、数字和连字符组成，以字母或数字开头，最多 64 个字符，不能是 new、import、check。",
    "A code has small letters, digits and hyphens, begins with a letter or digit, has at most 64 characters and is not new, import or check.",
);
const TEXT_MISSING: Text = text("请填写{}。", "Enter {}.");
const TEXT_TOO_LONG: Text = text("{}过长，最多 {} 个字符。", "{}: too long, at most {} characters.");
const TEXT_BAD: Text = text("{}含有不可用的控制字符，请重新输入。", "{}: holds control characters; type it anew.");
const VALIDITY: Text = text("失效日期必须晚于生效日期。", "The end of validity must be after its start.");
const DAY_OUT_OF_RANGE: Text = text("日期须在 1980 年至 2199 年之间。", "Days must lie between 1980 and 2199.");
const TOO_MANY_CATEGORIES: Text = text("用电类别最多 {} 个。", "At most {} categories of use.");
const CAPACITY_RANGE: Text = text(
    "容量上限必须大于下限，否则没有用户适用。",
    "The upper limit of capacity must exceed the lower one; nobody would qualify.",
);
const TOO_MANY_RULES: Text = text("时段规则过多，最多 {} 条。", "Too many band rules: at most {}.");
const NO_SPANS: Text = text(
    "第 {} 条规则没有有效时段；请填写如 10:00-12:00，可用逗号列多段。",
    "Rule {} has no span that can be used; enter one such as 10:00-12:00, several with commas.",
);
const TOO_MANY_SPANS: Text = text("第 {} 条规则时段过多，最多 {} 段。", "Rule {} has too many spans: at most {}.");
const TOO_MANY_SPANS_IN_ALL: Text = text("全部规则合计最多 {} 段时段。", "All rules together may have at most {} spans.");
const MONTHS: Text = text("第 {} 条规则的月份应为 1 到 12，且不重复。", "The months of rule {} must be 1 to 12, each once.");
const TOO_MANY_TRIGGERS: Text = text("触发条件最多 {} 个。", "At most {} triggers.");
const TOO_MANY_HOLIDAY_NAMES: Text = text("节日名称最多 {} 个。", "At most {} names of holidays.");
const GAP: Text = text(
    "{} 没有任何规则覆盖（{}）。请补一条规则，或勾选“其余时段为平”。",
    "No rule covers {} ({}). Add a rule, or let flat fill the rest.",
);
const OVERLAP: Text = text(
    "{} 同时属于规则 {} 的{}与规则 {} 的{}（{}）。请改其中一条的时段、月份或日期类型。",
    "{} is in {} by rule {} and in {} by rule {} ({}). Change the span, months or days of one of them.",
);
const MORE_CALENDAR_FAULTS: Text =
    text("时段还有更多问题，改正以上各项后会再列出。", "The calendar has more faults; they are listed once these are mended.");
const NO_BAND_PRICE: Text = text(
    "时段用到了{}，但没有它的电价：请填写价格，或填写系数与构成。",
    "The calendar uses {} and there is no price for it: enter one, or a factor and components.",
);
const NO_TIER_BAND_PRICE: Text = text("第 {} 档缺少{}的电价。", "Tier {} has no price for {}.");
const NEGATIVE_PRICE: Text = text("{}不能为负。", "{} cannot be negative.");
const PRICE_TOO_HIGH: Text =
    text("{}高得不合理，请核对单位与小数点。", "{} is too high to be right; check the unit and the decimal point.");
const NO_COMPONENTS: Text = text("按构成分行计费时，请至少填写一项电价构成。", "Lines by component need at least one component.");
const TOO_MANY_COMPONENTS: Text = text("电价构成最多 {} 项。", "At most {} components.");
const DECIMALS: Text = text("小数位数最多 6 位。", "At most six decimals.");
const TIER_COUNT: Text =
    text("阶梯须为 2 到 {} 档，且各季节档数相同。", "There must be 2 to {} tiers, and as many of them in each season.");
const TIER_LIMITS: Text = text("第 {} 个季节的分档电量须逐档增大且大于 0。", "The limits of season {} must rise and be above 0.");
const TIER_MONTHS: Text = text(
    "每个月须恰好属于一个季节。缺少：{}；重复：{}。",
    "Each month must belong to exactly one season. Missing: {}. Repeated: {}.",
);
const YEAR_SEASONS: Text = text("按年阶梯只能有一个全年的季节。", "Tiers by the year have one season, for all of it.");
const TIER_YEAR_START: Text = text(
    "阶梯年的起始日不存在，请填写如 01-01。",
    "The start of the tier year is no day of every year; enter one such as 01-01.",
);
const TIER_PRICE_COUNT: Text = text("需要 {} 档价格，已填 {} 档。", "{} tiers need a price, {} were entered.");
const TIER_FALLS: Text = text("第 {} 档的加价低于前一档。", "The surcharge of tier {} is below that of the tier before.");
const TIERS_WITHOUT_PRICES: Text = text("阶梯加价以电价为基础，请先填写电价。", "Tiers add to prices: enter the prices first.");
const BASIC_EMPTY: Text = text("请填写容量电价或需量电价。", "Enter a price per kVA or per kW.");
const NO_PRICES: Text =
    text("没有电价：可以查看时段，但拒绝计费，直到填写价格。", "Without prices the plan shows its bands and refuses to bill.");
const UNKNOWN_HOLIDAY: Text = text(
    "节假日历中没有“{}”，相关规则暂不生效；请在“日历与规则”中添加。",
    "The holiday calendar has no “{}”, so its rule never applies; add it under calendar and rules.",
);
const NOT_CHECKED: Text = text("尚未有人与文件原文核对。", "Nobody has compared it with the notice yet.");

/// The field of the form that a fault stands beside; rows are numbered as in the plan.
pub fn field(fault: &PlanFault) -> String {
    let fixed = match fault {
        PlanFault::Code => "code",
        PlanFault::TextMissing(text) | PlanFault::TextTooLong { text, .. } | PlanFault::TextBad(text) => {
            return text_field(*text);
        }
        PlanFault::Validity => "valid_until",
        PlanFault::DayOutOfRange => "valid_from",
        PlanFault::TooManyCategories => "categories",
        PlanFault::CapacityRange => "capacity_below",
        PlanFault::NoSpans { rule } | PlanFault::TooManySpans { rule } => return format!("b{rule}_spans"),
        PlanFault::Months { rule } => return format!("b{rule}_months"),
        PlanFault::TooManyRules
        | PlanFault::TooManySpansInAll
        | PlanFault::TooManyTriggers
        | PlanFault::TooManyHolidayNames
        | PlanFault::Calendar(_)
        | PlanFault::MoreCalendarFaults
        | PlanFault::UnknownHoliday { .. } => "bands",
        PlanFault::NoBandPrice(band) => return format!("price_{}", band.code()),
        PlanFault::NoTierBandPrice { tier, band } => return format!("t{tier}_{}", band.code()),
        PlanFault::NegativePrice(price) | PlanFault::PriceTooHigh(price) => return price_field(*price),
        PlanFault::NoComponents | PlanFault::TooManyComponents => "components",
        PlanFault::Decimals => "decimals",
        PlanFault::TierLimits { season } => return format!("s{season}_upto"),
        PlanFault::TierMonths { .. } | PlanFault::YearSeasons | PlanFault::TierCount => "seasons",
        PlanFault::TierYearStart => "tier_start",
        PlanFault::TierPriceCount { .. } => "tier_prices",
        PlanFault::TierFalls { tier } => return format!("t{tier}_surcharge"),
        PlanFault::TiersWithoutPrices | PlanFault::NoPrices => "priced",
        PlanFault::BasicEmpty => "capacity_price",
        PlanFault::NotChecked => "notice_checked",
    };
    fixed.to_owned()
}

fn text_field(text: PlanText) -> String {
    let fixed = match text {
        PlanText::Name => "name",
        PlanText::NameEn => "name_en",
        PlanText::Province => "province",
        PlanText::NoticeNumber => "notice_number",
        PlanText::NoticeTitle => "notice_title",
        PlanText::NoticeRemark => "notice_remark",
        PlanText::PricesNoticeNumber => "pn_number",
        PlanText::PricesNoticeTitle => "pn_title",
        PlanText::PricesNoticeRemark => "pn_remark",
        PlanText::Category(_) => "categories",
        PlanText::HolidayName { rule } => return format!("b{rule}_names"),
        PlanText::Trigger { rule } => return format!("b{rule}_trigger"),
        PlanText::Clause { rule } => return format!("b{rule}_clause"),
        PlanText::ComponentName(at) => return format!("k{at}_name"),
    };
    fixed.to_owned()
}

fn price_field(price: PriceField) -> String {
    match price {
        PriceField::Band(band) => format!("price_{}", band.code()),
        PriceField::Factor(band) => format!("factor_{}", band.code()),
        PriceField::Component(at) => format!("k{at}_price"),
        PriceField::Surcharge { tier } => format!("t{tier}_surcharge"),
        PriceField::TierBand { tier, band } => format!("t{tier}_{}", band.code()),
        PriceField::Capacity => "capacity_price".to_owned(),
        PriceField::Demand => "demand_price".to_owned(),
    }
}

pub fn sentence(fault: &PlanFault, lang: Lang) -> String {
    let plain = |text: Text| text.get(lang).to_owned();
    let most = |text: Text, most: usize| text.with(lang, &[&most.to_string()]);
    let of = |text: Text, number: &dyn ToString| text.with(lang, &[&number.to_string()]);
    let from_one = |text: Text, at: u16| text.with(lang, &[&(at + 1).to_string()]);
    match fault {
        PlanFault::Code => plain(CODE),
        PlanFault::TextMissing(text) => TEXT_MISSING.with(lang, &[&text_name(*text, lang)]),
        PlanFault::TextTooLong { text, most } => TEXT_TOO_LONG.with(lang, &[&text_name(*text, lang), &most.to_string()]),
        PlanFault::TextBad(text) => TEXT_BAD.with(lang, &[&text_name(*text, lang)]),
        PlanFault::Validity => plain(VALIDITY),
        PlanFault::DayOutOfRange => plain(DAY_OUT_OF_RANGE),
        PlanFault::TooManyCategories => most(TOO_MANY_CATEGORIES, MOST_CATEGORIES),
        PlanFault::CapacityRange => plain(CAPACITY_RANGE),
        PlanFault::TooManyRules => most(TOO_MANY_RULES, MOST_BAND_RULES),
        PlanFault::NoSpans { rule } => from_one(NO_SPANS, *rule),
        PlanFault::TooManySpans { rule } => TOO_MANY_SPANS.with(lang, &[&(rule + 1).to_string(), &MOST_SPANS.to_string()]),
        PlanFault::TooManySpansInAll => most(TOO_MANY_SPANS_IN_ALL, MOST_SPANS_IN_ALL),
        PlanFault::Months { rule } => from_one(MONTHS, *rule),
        PlanFault::TooManyTriggers => most(TOO_MANY_TRIGGERS, MOST_TRIGGERS),
        PlanFault::TooManyHolidayNames => most(TOO_MANY_HOLIDAY_NAMES, MOST_HOLIDAY_NAMES),
        PlanFault::Calendar(fault) => calendar(fault, lang),
        PlanFault::MoreCalendarFaults => plain(MORE_CALENDAR_FAULTS),
        PlanFault::NoBandPrice(band) => NO_BAND_PRICE.with(lang, &[shared::band(*band).get(lang)]),
        PlanFault::NoTierBandPrice { tier, band } => {
            NO_TIER_BAND_PRICE.with(lang, &[&tier.to_string(), shared::band(*band).get(lang)])
        }
        PlanFault::NegativePrice(price) => NEGATIVE_PRICE.with(lang, &[&price_name(*price, lang)]),
        PlanFault::PriceTooHigh(price) => PRICE_TOO_HIGH.with(lang, &[&price_name(*price, lang)]),
        PlanFault::NoComponents => plain(NO_COMPONENTS),
        PlanFault::TooManyComponents => most(TOO_MANY_COMPONENTS, MOST_COMPONENTS),
        PlanFault::Decimals => plain(DECIMALS),
        PlanFault::TierCount => most(TIER_COUNT, MOST_TIERS),
        PlanFault::TierLimits { season } => from_one(TIER_LIMITS, *season),
        PlanFault::TierMonths { missing, repeated } => {
            let or_none =
                |months: &[u8]| if months.is_empty() { words::NONE.get(lang).to_owned() } else { words::months(months, lang) };
            TIER_MONTHS.with(lang, &[&or_none(missing), &or_none(repeated)])
        }
        PlanFault::YearSeasons => plain(YEAR_SEASONS),
        PlanFault::TierYearStart => plain(TIER_YEAR_START),
        PlanFault::TierPriceCount { wanted, given } => TIER_PRICE_COUNT.with(lang, &[&wanted.to_string(), &given.to_string()]),
        PlanFault::TierFalls { tier } => of(TIER_FALLS, tier),
        PlanFault::TiersWithoutPrices => plain(TIERS_WITHOUT_PRICES),
        PlanFault::BasicEmpty => plain(BASIC_EMPTY),
        PlanFault::NoPrices => plain(NO_PRICES),
        PlanFault::UnknownHoliday { name } => UNKNOWN_HOLIDAY.with(lang, &[name]),
        PlanFault::NotChecked => plain(NOT_CHECKED),
    }
}

/// Minutes whose band cannot be told, and on which days.
pub fn calendar(fault: &CalendarFault, lang: Lang) -> String {
    let span = clock_span(fault.from, fault.to);
    let days = words::days_of_case(&fault.months, &fault.kinds, &fault.triggers, lang);
    match fault.problem {
        CalendarProblem::Gap => GAP.with(lang, &[&span, &days]),
        CalendarProblem::Overlap { first, second } => {
            let (first_no, second_no) = ((first.1 + 1).to_string(), (second.1 + 1).to_string());
            let (first_band, second_band) = (shared::band(first.0).get(lang), shared::band(second.0).get(lang));
            match lang {
                Lang::Zh => OVERLAP.with(lang, &[&span, &first_no, first_band, &second_no, second_band, &days]),
                Lang::En => OVERLAP.with(lang, &[&span, first_band, &first_no, second_band, &second_no, &days]),
            }
        }
    }
}

fn numbered(name: Text, at: u16, lang: Lang) -> String {
    let number = at + 1;
    match lang {
        Lang::Zh => format!("第 {number} 行的{}", name.get(lang)),
        Lang::En => format!("{} of row {number}", name.get(lang)),
    }
}

fn text_name(text: PlanText, lang: Lang) -> String {
    let name = match text {
        PlanText::Name => words::NAME,
        PlanText::NameEn => words::NAME_EN,
        PlanText::Province => words::PROVINCE,
        PlanText::NoticeNumber => words::NOTICE_NUMBER,
        PlanText::NoticeTitle => words::NOTICE_TITLE,
        PlanText::NoticeRemark => words::REMARK,
        PlanText::PricesNoticeNumber => words::PRICES_NOTICE,
        PlanText::PricesNoticeTitle => words::PRICES_NOTICE_TITLE,
        PlanText::PricesNoticeRemark => words::PRICES_NOTICE_REMARK,
        PlanText::Category(_) => words::CATEGORIES,
        PlanText::HolidayName { rule } => return numbered(words::HOLIDAY_NAMES, rule, lang),
        PlanText::Trigger { rule } => return numbered(words::TRIGGER, rule, lang),
        PlanText::Clause { rule } => return numbered(words::CLAUSE, rule, lang),
        PlanText::ComponentName(at) => return numbered(words::COMPONENT_NAME, at, lang),
    };
    name.get(lang).to_owned()
}

fn price_name(price: PriceField, lang: Lang) -> String {
    let of_band = |name: Text, band| format!("{} · {}", name.get(lang), shared::band(band).get(lang));
    match price {
        PriceField::Band(band) => of_band(words::PRICE, band),
        PriceField::Factor(band) => of_band(words::FACTOR, band),
        PriceField::Component(at) => numbered(words::COMPONENT_PRICE, at, lang),
        PriceField::Surcharge { tier } => format!("{} · {}", words::SURCHARGE.get(lang), words::tier(tier, lang)),
        PriceField::TierBand { tier, band } => format!("{} · {}", words::tier(tier, lang), shared::band(band).get(lang)),
        PriceField::Capacity => words::CAPACITY_PRICE.get(lang).to_owned(),
        PriceField::Demand => words::DEMAND_PRICE.get(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use domain::settlement::{Band, CaseKind};

    use super::*;

    fn all() -> Vec<PlanFault> {
        let place = |problem| CalendarFault {
            problem,
            from: 450,
            to: 480,
            months: vec![7, 8],
            kinds: vec![CaseKind::Workday, CaseKind::Holiday("春节".to_owned())],
            triggers: vec!["max_35c".to_owned()],
        };
        let overlap = CalendarProblem::Overlap { first: (Band::Sharp, 1), second: (Band::DeepValley, 4) };
        vec![
            PlanFault::Code,
            PlanFault::TextMissing(PlanText::Name),
            PlanFault::TextTooLong { text: PlanText::Clause { rule: 2 }, most: 500 },
            PlanFault::TextBad(PlanText::ComponentName(0)),
            PlanFault::Validity,
            PlanFault::DayOutOfRange,
            PlanFault::TooManyCategories,
            PlanFault::CapacityRange,
            PlanFault::TooManyRules,
            PlanFault::NoSpans { rule: 1 },
            PlanFault::TooManySpans { rule: 1 },
            PlanFault::TooManySpansInAll,
            PlanFault::Months { rule: 1 },
            PlanFault::TooManyTriggers,
            PlanFault::TooManyHolidayNames,
            PlanFault::Calendar(place(CalendarProblem::Gap)),
            PlanFault::Calendar(place(overlap)),
            PlanFault::MoreCalendarFaults,
            PlanFault::NoBandPrice(Band::Sharp),
            PlanFault::NoTierBandPrice { tier: 2, band: Band::Peak },
            PlanFault::NegativePrice(PriceField::Surcharge { tier: 2 }),
            PlanFault::PriceTooHigh(PriceField::Demand),
            PlanFault::NoComponents,
            PlanFault::TooManyComponents,
            PlanFault::Decimals,
            PlanFault::TierCount,
            PlanFault::TierLimits { season: 0 },
            PlanFault::TierMonths { missing: vec![2], repeated: vec![] },
            PlanFault::YearSeasons,
            PlanFault::TierYearStart,
            PlanFault::TierPriceCount { wanted: 2, given: 1 },
            PlanFault::TierFalls { tier: 3 },
            PlanFault::TiersWithoutPrices,
            PlanFault::BasicEmpty,
            PlanFault::NoPrices,
            PlanFault::UnknownHoliday { name: "春节".to_owned() },
            PlanFault::NotChecked,
        ]
    }

    #[test]
    fn each_fault_says_what_to_change_in_both_languages() {
        for lang in Lang::ALL {
            let said: std::collections::BTreeSet<_> = all().iter().map(|fault| sentence(fault, lang)).collect();
            assert_eq!(said.len(), all().len(), "each has its own sentence");
            for sentence in &said {
                assert!(sentence.chars().count() >= 6 && !sentence.contains("{}") && !sentence.contains('—'), "{sentence}");
            }
        }
        assert!(all().iter().all(|fault| !field(fault).is_empty()));
    }

    #[test]
    fn a_fault_of_the_calendar_names_minutes_rules_and_days() {
        let overlap = sentence(&all()[16], Lang::Zh);
        for part in ["07:30–08:00", "规则 2 的尖", "规则 5 的深谷", "7–8 月", "春节", "max_35c"] {
            assert!(overlap.contains(part), "{part} in {overlap}");
        }
        let gap = sentence(&all()[15], Lang::En);
        assert!(gap.contains("07:30–08:00") && gap.contains("Jul–Aug"), "{gap}");
    }
}
