//! Words of the list of exceptions: what each kind means and what mends it.

use domain::settlement::ExceptionKind;

use crate::text::{Text, text};

pub const TITLE: Text = text("异常清单 {}", "Exceptions {}");
pub const INTRO: Text = text(
    "审核前逐项处理：标 ✕ 的修复后才能审核，标 ! 的核实后写明理由即可接受。",
    "To be gone through before statements are checked: ✕ has to be mended, ! can be accepted with a reason.",
);
pub const NONE: Text = text("{} 没有待处理的异常。", "Nothing is left to look at in {}.");
pub const NO_STATEMENTS: Text = text("{} 还没有账单。", "There are no statements of {} yet.");
pub const BLOCKS: Text = text("阻断审核", "Blocks the check");
pub const BLOCKS_FREEZE: Text = text("阻断冻结", "Blocks freezing");
pub const ACCEPTABLE: Text = text("可接受", "Can be accepted");
pub const COUNT: Text = text("{} 份 · {} 元", "{} statements · {} yuan");
pub const MORE: Text = text("另有 {} 份未列出。", "{} more are not listed here.");
pub const ALL_OF_KIND: Text = text("在账单列表中打开", "Open in the list");
pub const UNCOVERED: Text = text("有用电无合同的用户", "Customers with energy and no contract");
pub const UNCOVERED_COUNT: Text = text("{} 户 · {} kWh", "{} customers · {} kWh");
pub const UNCOVERED_NONE: Text = text("有读数的用户都有合同。", "Every customer with readings has a contract.");
pub const UNCOVERED_DAYS: Text = text("无合同天数", "Days without");
pub const MAKE_CONTRACT: Text = text("建立合同", "Make a contract");
pub const ONLY_LARGEST: Text = text("只列用电最多的 {} 户", "The {} with the most energy");

/// What it is, in a sentence, and what mends it.
pub fn what(kind: ExceptionKind) -> Text {
    match kind {
        ExceptionKind::CannotBill => text(
            "合同、电价或规则缺少计费所需的内容，部分用电没有计费。",
            "Contract, tariff or rules lack something: part of the energy is not on the bill.",
        ),
        ExceptionKind::NotEstimated => text(
            "有缺数时段，且没有可用于估算的完整日；这些时段按 0 kWh 计。",
            "Readings are missing and no complete day is there to estimate them by; they count as 0 kWh.",
        ),
        ExceptionKind::NoContract => {
            text("账期内有读数的日子没有合同覆盖。", "There are readings on days of the period that no contract covers.")
        }
        ExceptionKind::PeriodNotOver => text("账期还没有结束，金额还会增加。", "The period goes on: the amount will grow."),
        ExceptionKind::Undecided => text(
            "有日子未记录是否执行尖峰，先按不执行计；记录后自动重算。冻结前必须记录。",
            "On some days nobody recorded whether the sharp peak applies; they are rated without it. Needed before freezing.",
        ),
        ExceptionKind::ZeroUse => text("整个账期没有用电。", "No energy was used in the whole period."),
        ExceptionKind::Jump => {
            text("与上一账期相比，电量变化超过 50 %。", "Energy differs by more than 50 % from the period before.")
        }
        ExceptionKind::Estimated => text(
            "有电量是估算的；占比超过设定值时冻结要写明理由。",
            "Part of the energy is estimated; above the set share freezing needs a reason.",
        ),
        ExceptionKind::Negative => text("有负电量的读数或日子。", "A reading or a day has negative energy."),
        ExceptionKind::Rollover => {
            text("表码翻转，按最大表码接续计算。", "The register started from zero again and was carried on.")
        }
        ExceptionKind::RegisterGap => {
            text("表码不连续，或与上报电量不符。", "Registers do not follow each other, or do not match the energy.")
        }
        ExceptionKind::Moved => text("用户在账期内换了供电区域。", "The customer moved to another region inside the period."),
    }
}

pub fn remedy(kind: ExceptionKind) -> Text {
    match kind {
        ExceptionKind::CannotBill => {
            text("打开账单，按其中列出的原因修改合同或电价。", "Open the statement: it names what to change.")
        }
        ExceptionKind::NotEstimated => {
            text("补齐读数；补到后自动重算。", "Have the readings reported; the bill follows by itself.")
        }
        ExceptionKind::NoContract => text("建立合同，或把合同的开始日提前。", "Make a contract, or begin it earlier."),
        ExceptionKind::PeriodNotOver => text("等账期结束再审核。", "Wait until the period is over."),
        ExceptionKind::Undecided => text("在“日历与规则”记录当日决定。", "Record the decision under calendar and rules."),
        ExceptionKind::ZeroUse => text("确认用户停用或电表在线。", "Make sure that the supply is off or the meter works."),
        ExceptionKind::Jump => text("对照上月与负荷曲线核实。", "Compare with the month before and the load curve."),
        ExceptionKind::Estimated => text("等待补报，或核实后写明理由。", "Wait for late readings, or accept it with a reason."),
        ExceptionKind::Negative => text("核实更正是否正确。", "Make sure that the correction is right."),
        ExceptionKind::Rollover => {
            text("核对表码；换表请在合同中登记。", "Compare the registers; record an exchange in the contract.")
        }
        ExceptionKind::RegisterGap => {
            text("核对表码与倍率；换表请在合同中登记。", "Compare registers and multiplier; record an exchange in the contract.")
        }
        ExceptionKind::Moved => {
            text("确认换区日期；账单归属最后一日的区域。", "Make sure of the day; the bill belongs to the last day's region.")
        }
    }
}

/// Where it is mended, besides on the statement itself.
pub fn link(kind: ExceptionKind) -> Option<(&'static str, Text)> {
    Some(match kind {
        ExceptionKind::CannotBill => ("/settlement/tariffs", text("电价", "Tariffs")),
        ExceptionKind::NoContract => ("/settlement/contracts", text("合同", "Contracts")),
        ExceptionKind::Undecided => ("/settlement/calendar", text("日历与规则", "Calendar and rules")),
        _ => return None,
    })
}
