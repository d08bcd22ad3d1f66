//! Words of the comparison with the grid company's bill.

use domain::settlement::reconcile::{Cause, Item};

use crate::text::{Text, text};

pub const TITLE: Text = text("账单 {} 与供电公司账单核对", "Statement {} beside the grid company's bill");
pub const BACK: Text = text("返回账单", "Back to the statement");
pub const FORM: Text = text("录入供电公司账单", "The grid company's bill");
pub const HOW: Text = text(
    "每行一项：名称、电量 kWh、单价、金额，用制表符、逗号或空格分隔；可从表格直接粘贴。时段写在名称中，如“峰段电量电费”。有“合计”行则以其为总额。",
    "One line each: name, kWh, price, amount, divided by tabs, commas or blanks; it can be pasted from a spreadsheet. The band stands in the name, such as “peak energy”. A line “total” tells the total.",
);
pub const FILE: Text = text("CSV 或文本文件（可选，内容填入下框）", "CSV or text file (optional, fills the box below)");
pub const LINES: Text = text("账单内容", "Lines of the bill");
pub const SOURCE: Text = text("账单来源", "Where it is from");
pub const TOLERANCE_KWH: Text = text("电量允差 kWh", "Tolerance kWh");
pub const TOLERANCE_YUAN: Text = text("金额允差 元", "Tolerance yuan");
pub const COMPARE: Text = text("核对", "Compare");
pub const RESULT: Text = text("核对结果", "Result");
pub const EARLIER: Text = text("较早的核对", "Earlier comparisons");
pub const MADE: Text = text("{}，{}，来源：{}", "{}, {}, from: {}");
pub const SUBJECT: Text = text("项目", "Item");
pub const OUR_KWH: Text = text("我方 kWh", "Ours kWh");
pub const THEIR_KWH: Text = text("对方 kWh", "Theirs kWh");
pub const OUR_AMOUNT: Text = text("我方 元", "Ours yuan");
pub const THEIR_AMOUNT: Text = text("对方 元", "Theirs yuan");
pub const DIFFERENCE_KWH: Text = text("差 kWh", "Difference kWh");
pub const DIFFERENCE_YUAN: Text = text("差 元", "Difference yuan");
pub const VERDICT: Text = text("结论", "Verdict");
pub const EQUAL: Text = text("✓ 一致", "✓ equal");
pub const DIFFERS: Text = text("✕ 不一致", "✕ differs");
pub const NOTE: Text = text(
    "差额为对方减我方；一方没有的数不比较。",
    "Differences are theirs less ours; what one side does not say is not compared.",
);
pub const ENERGY: Text = text("全部电量", "All energy");
pub const TOTAL: Text = text("总额", "Total");
pub const SUM_ERROR: Text = text("对方各行之和与其合计相差 {} 元。", "Their own lines and their own total differ by {} yuan.");
pub const NONE_YET: Text = text("还没有核对过。", "Nothing has been compared yet.");
pub const FAULT_NOTHING: Text = text("没有可核对的行。", "There is no line to compare.");
pub const FAULT_LONG: Text = text("内容过长：最多 200 行。", "It is too long: 200 lines at most.");
pub const FAULT_AMOUNT: Text = text("第 {} 行没有金额。", "Line {} has no amount.");
pub const FAULT_NUMBERS: Text =
    text("第 {} 行的数多于电量、单价和金额三个。", "Line {} has more numbers than kWh, price and amount.");
pub const FAULT_TOLERANCE: Text =
    text("允差须为不小于 0 的数，如 0.50。", "A tolerance is a number of at least 0, such as 0.50.");
pub const READ_AS: Text = text("读作", "Read as");
pub const THEIR_LINES: Text = text("对方账单的行（{}）", "Lines of their bill ({})");
pub const DONE: [(&str, Text); 1] = [("reconciled", text("已核对，结果如下。", "Compared: the result stands below."))];

pub fn item(item: Item) -> Text {
    match item {
        Item::Energy => text("电量电费", "Energy"),
        Item::Purchase => text("购电", "Purchase"),
        Item::LineLoss => text("上网环节线损", "Line loss"),
        Item::Transmission => text("输配电量电费", "Transmission and distribution"),
        Item::SystemOperation => text("系统运行费", "System operation"),
        Item::Fund => text("政府性基金及附加", "Funds and surcharges"),
        Item::Basic => text("输配容（需）量电费", "Basic charge"),
        Item::PowerFactor => text("功率因数调整电费", "Power factor"),
        Item::Adjustment => text("退补电费", "Adjustments"),
        Item::Total => text("合计", "Total"),
        Item::Unknown => text("未识别", "Not recognised"),
    }
}

pub fn cause(cause: Cause) -> Text {
    match cause {
        Cause::None => text("✓ 在允差内一致。", "✓ Equal within the tolerance."),
        Cause::Readings => text(
            "电量不同而单价相同：可能是读数、倍率、换表或户表对应有误。",
            "Energy differs and prices do not: look at readings, multiplier, meter exchange, and which meter belongs to whom.",
        ),
        Cause::Bands => text(
            "总电量相同而分时不同：可能是时段划分、节假日或计量时刻不同。",
            "All energy agrees and bands do not: look at the calendar of bands, holidays and metered time.",
        ),
        Cause::Tariff => text(
            "电量相同而金额不同：可能是电价版本、基本电费方式、功率因数或退补不同。",
            "Energy agrees and yuan do not: look at the tariff version, basic charge, power factor and adjustments.",
        ),
        Cause::Both => {
            text("电量与单价都不同：先核对读数，再核对电价。", "Energy and prices differ: mend readings first, then the tariff.")
        }
    }
}
