//! Words that all settlement pages share: bands, states, marks, exceptions, lines.

use domain::settlement::tariff::Voltage;
use domain::settlement::{Band, ComponentKind, DayMark, DemandMode, ExceptionKind, LineKind, StatementState};

use crate::text::{Text, text};

pub fn band(band: Band) -> Text {
    match band {
        Band::Sharp => text("尖", "Sharp peak"),
        Band::Peak => text("峰", "Peak"),
        Band::Flat => text("平", "Flat"),
        Band::Valley => text("谷", "Valley"),
        Band::DeepValley => text("深谷", "Deep valley"),
    }
}

pub fn state(state: StatementState) -> Text {
    match state {
        StatementState::Draft => text("草稿", "Draft"),
        StatementState::Checked => text("已审核", "Checked"),
        StatementState::Frozen => text("已冻结", "Frozen"),
        StatementState::Void => text("已作废", "Void"),
    }
}

pub fn line(kind: LineKind) -> Text {
    match kind {
        LineKind::Energy => text("电量电费", "Energy"),
        LineKind::TierSurcharge => text("阶梯加价", "Tier surcharge"),
        LineKind::Component => text("电价构成", "Price component"),
        LineKind::CapacityCharge => text("容量电费", "Capacity charge"),
        LineKind::DemandCharge => text("需量电费", "Demand charge"),
        LineKind::DemandExcess => text("超需量电费", "Excess demand"),
        LineKind::PowerFactor => text("功率因数调整电费", "Power-factor adjustment"),
        LineKind::Adjustment => text("退补电费", "Adjustment"),
    }
}

pub fn component(kind: ComponentKind) -> Text {
    match kind {
        ComponentKind::Purchase => text("上网电费（购电）", "Purchase"),
        ComponentKind::LineLoss => text("上网环节线损", "Line loss"),
        ComponentKind::Transmission => text("输配电费", "Transmission and distribution"),
        ComponentKind::SystemOperation => text("系统运行费", "System operation"),
        ComponentKind::Fund => text("政府性基金及附加", "Government funds"),
        ComponentKind::Surcharge => text("其他附加", "Other surcharge"),
    }
}

pub fn demand_mode(mode: DemandMode) -> Text {
    match mode {
        DemandMode::Capacity => text("按容量", "By capacity"),
        DemandMode::Contract => text("按合同最大需量", "By contract demand"),
        DemandMode::Actual => text("按实际最大需量", "By actual demand"),
    }
}

pub fn voltage(voltage: Voltage) -> Text {
    match voltage {
        Voltage::Below1Kv => text("不满 1 kV", "Below 1 kV"),
        Voltage::Kv1To10 => text("1–10 kV", "1–10 kV"),
        Voltage::Kv20 => text("20 kV", "20 kV"),
        Voltage::Kv35 => text("35 kV", "35 kV"),
        Voltage::Kv110 => text("110 kV", "110 kV"),
        Voltage::Kv220 => text("220 kV 及以上", "220 kV and above"),
    }
}

pub fn mark(mark: DayMark) -> Text {
    match mark {
        DayMark::ShapeEstimated => text("分布估算", "Distribution estimated"),
        DayMark::EnergyEstimated => text("电量估算", "Energy estimated"),
        DayMark::NotEstimated => text("缺数且无法估算", "Missing, nothing to estimate by"),
        DayMark::Missing => text("缺数", "Readings missing"),
        DayMark::Split => text("按时间拆分", "Split by time"),
        DayMark::Rollover => text("表码翻转", "Register rollover"),
        DayMark::Exchange => text("换表", "Meter exchanged"),
        DayMark::RegisterMismatch => text("表码与电量不符", "Register does not match"),
        DayMark::RegisterGap => text("表码不连续", "Register not continuous"),
        DayMark::Negative => text("负电量", "Negative energy"),
        DayMark::Undecided => text("尖峰日待定", "Sharp peak undecided"),
        DayMark::Moved => text("随前日重算", "Moved by an earlier day"),
        DayMark::NoTariff => text("无有效电价", "No tariff in force"),
    }
}

pub fn exception(kind: ExceptionKind) -> Text {
    match kind {
        ExceptionKind::CannotBill => text("无法计费", "Cannot be billed"),
        ExceptionKind::NotEstimated => text("缺数且无法估算", "Missing, nothing to estimate by"),
        ExceptionKind::NoContract => text("有用电无合同", "Used energy, no contract"),
        ExceptionKind::PeriodNotOver => text("账期未结束", "Period not over"),
        ExceptionKind::Undecided => text("尖峰日待定", "Sharp peak undecided"),
        ExceptionKind::ZeroUse => text("零电量", "No energy used"),
        ExceptionKind::Jump => text("较上月变化超过 50 %", "More than 50 % off last month"),
        ExceptionKind::Estimated => text("含估算电量", "Holds estimates"),
        ExceptionKind::Negative => text("负电量", "Negative energy"),
        ExceptionKind::Rollover => text("表码翻转", "Register rollover"),
        ExceptionKind::RegisterGap => text("表码不连续", "Register not continuous"),
        ExceptionKind::Moved => text("账期内换区域", "Moved between regions"),
    }
}
