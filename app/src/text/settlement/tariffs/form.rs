//! Words of the form that makes a tariff.

use crate::text::{Text, text};

pub const PART_NAMES: Text = text("名称与依据", "Name and notice");
pub const PART_WHOM: Text = text("适用对象", "For whom");
pub const PART_BANDS: Text = text("时段规则", "Rules of the bands");
pub const PART_PRICES: Text = text("电价", "Prices");
pub const PART_TIERS: Text = text("阶梯", "Tiers");
pub const PART_BASIC: Text = text("基本电费与其他", "Basic charge and others");
pub const CODE_HINT: Text = text("小写字母、数字、连字符；保存后不变", "small letters, digits, hyphens; it stays");
pub const EXAMPLE_CODE: Text = text("如 hubei-industry-2024", "such as hubei-industry-2024");
pub const CHECKED_BOX: Text = text("已与文件原文核对", "It was compared with the notice");
pub const CATEGORIES_HINT: Text = text("用电类别，顿号或逗号分隔；空为全部", "Categories of use, with commas; empty: all");
pub const CAPACITY_FROM_LABEL: Text = text("容量下限（kVA，含）", "Capacity from (kVA)");
pub const CAPACITY_BELOW_LABEL: Text = text("容量上限（kVA，不含）", "Capacity below (kVA)");
pub const ELECTED_BOX: Text = text("须由用户选择执行", "Only when the customer chooses it");
pub const BANDS_HINT: Text = text(
    "没有时段的行不计。月份如 1,7-8，空为全年；时段如 10:00-12:00，可用逗号列多段，可跨零点。",
    "Rows without spans do not count. Months such as 1,7-8, empty: all year. Spans such as 10:00-12:00, several with commas, also over midnight.",
);
pub const FLAT_FILLS: Text = text("其余时段为平", "Flat fills the rest of the day");
pub const UNUSED_ROW: Text = text("（不用此行）", "(row not used)");
pub const MONTHS_LABEL: Text = text("月份", "Months");
pub const DAYS_LABEL: Text = text("日期", "Days");
pub const HOLIDAY_NAMES: Text = text("节日名称", "Names of holidays");
pub const SPANS_LABEL: Text = text("时段", "Spans");
pub const TRIGGER: Text = text("触发条件代码", "Trigger");
pub const MORE_BANDS: Text = text("增加一行时段", "Add a row");
pub const DAYS_EVERY: Text = text("每天", "Every day");
pub const DAYS_WORKDAYS: Text = text("工作日", "Workdays");
pub const DAYS_WEEKENDS: Text = text("周末", "Weekends");
pub const DAYS_HOLIDAYS: Text = text("节假日（可填名称）", "Holidays (by name or all)");
pub const DAYS_OFF: Text = text("周末与节假日", "Weekends and holidays");
pub const PRICED_BOX: Text =
    text("此版本有电价（否则只显示时段，拒绝计费）", "This version has prices (else it shows bands and refuses to bill)");
pub const PRICES_HINT: Text = text(
    "填写公布的各时段电价；或填写构成与系数，由系统计算。最多六位小数。",
    "Enter the published price of each band, or components and factors of which prices are made. At most six decimals.",
);
pub const MORE_COMPONENTS: Text = text("增加一项构成", "Add a component");
pub const PF_AS_USUAL: Text = text("按惯例", "as usual");
pub const TIER_MODE: Text = text("阶梯方式", "Kind of tiers");
pub const TIERS_NONE: Text = text("无阶梯", "No tiers");
pub const TIERS_SURCHARGE: Text = text("分档加价", "A surcharge for each tier");
pub const TIERS_PER_BAND: Text = text("分档分时电价", "Prices by tier and band");
pub const BY_MONTH: Text = text("按月", "By the month");
pub const BY_YEAR: Text = text("按年", "By the year");
pub const TIER_START: Text = text("阶梯年起始（MM-DD）", "Tier year starts (MM-DD)");
pub const LIMITS: Text = text("分档上限（kWh，逗号分隔）", "Upper limits (kWh, with commas)");
pub const MORE_SEASONS: Text = text("增加一个季节", "Add a season");
pub const TIERS_HINT: Text = text(
    "上限如 260, 600 表示三档；每个月属于一个季节，月份空为全年。",
    "Limits of 260, 600 make three tiers. Each month belongs to one season; empty months: all year.",
);
pub const REPLACES_LABEL: Text =
    text("替代的版本（有效期重叠时必须指明）", "Versions it replaces (needed where validity overlaps)");
pub const REPLACES_ONE: Text = text("版本 {}（{}）", "Version {} ({})");
pub const OVERLAPS_WITH: Text =
    text("有效期与版本 {} 重叠，请勾选。", "Its validity overlaps version {}: tick what it replaces.");
pub const PRICES_NOTICE_LABEL: Text =
    text("电价的依据文件（与时段文件不同时填写）", "Notice of the prices, where it is another one than that of the bands");
pub const CHECK_FOUND: Text = text("还不能保存：", "It cannot be saved yet:");
pub const WHY: Text = text("说明（可选，记入版本与审计）", "Why (optional; kept with the version and in the audit)");
pub const SAVE: Text = text("保存为新版本", "Save as a new version");
pub const SAVE_NEW: Text = text("保存", "Save");
pub const CHECK: Text = text("核对时段（不保存）", "Check the bands (does not save)");
pub const PREVIEW: Text = text("按所填内容的时段", "The bands as entered");
pub const PREVIEW_BLOCKED: Text =
    text("时段规则有问题，改正后才能显示。", "The rules of the bands have faults; mended, they are shown here.");
pub const HINTS: Text = text("可以保存，但请注意", "It can be saved; take note");
pub const SOUND: Text = text("没有发现问题。", "No fault was found.");
pub const FROM_EXISTING: Text = text("以现有电价为样本", "Begin with an existing tariff");
pub const BEGIN: Text = text("填入", "Fill in");

pub const WRONG_PRICE: Text =
    text("请输入数字，最多六位小数，如 0.6234。", "Enter a number with at most six decimals, such as 0.6234.");
pub const WRONG_WHOLE: Text = text("请输入不小于 0 的整数。", "Enter a whole number, 0 or more.");
pub const WRONG_DAY: Text = text("请输入日期，如 2026-01-01。", "Enter a day, such as 2026-01-01.");
pub const WRONG_CHOICE: Text = text("请从列表中选择。", "Choose one of the list.");
pub const WRONG_MONTHS: Text = text("请输入月份，如 1,7-8；空为全年。", "Enter months such as 1,7-8; empty: all year.");
pub const WRONG_SPANS: Text = text("请输入时段，如 10:00-12:00, 14:00-19:00。", "Enter spans such as 10:00-12:00, 14:00-19:00.");
pub const WRONG_LIMITS: Text = text("请输入逐档增大的电量，如 260, 600。", "Enter rising limits, such as 260, 600.");
pub const WRONG_MONTH_DAY: Text = text("请输入 MM-DD，如 01-01。", "Enter MM-DD, such as 01-01.");
