//! What a line of a bill follows from, in words, and why something could not be billed.

use domain::settlement::bill::{NoPowerFactor, RateFault, Reason};
use domain::settlement::{LineKind, Price6};
use domain::{Day, Fixed2, LocalMs};

use super::words;
use crate::format;
use crate::text::{Lang, Text, text};

fn number(value: Fixed2) -> String {
    format::yuan(value)
}

fn at(at: LocalMs) -> String {
    format::date_minute(at)
}

fn day(day: Day) -> String {
    format::date(day)
}

const CAPACITY: Text = text("按装见容量 {} kVA 计收。", "By installed capacity, {} kVA.");
const ACTUAL: Text =
    text("实际最大需量 {} kW，出现在截至 {} 的一刻钟。", "Actual demand {} kW, in the quarter-hour that ended {}.");
const NO_ACTUAL: Text = text("本期没有可用的需量。", "No demand was measured in the period.");
const CONTRACT: Text = text("合同最大需量 {} kW。", "Contract demand {} kW.");
const FLOOR: Text = text(
    "合同值低于容量 40 % 的下限 {} kW，按下限计收。",
    "It is below the floor of 40 % of the capacity, {} kW, which is billed.",
);
const WITHIN: Text =
    text("未超过 105 %（{} kW），按合同值计收。", "It did not exceed 105 % ({} kW): the contract value is billed.");
const EXCEEDED: Text =
    text("超过合同值的 105 %（{} kW）：超出的 {} kW 按 {} 倍计收。", "Above 105 % of it ({} kW): {} kW are billed {} times.");
const NO_DEMAND: Text = text(
    "电表时段为 {} 分钟，测不出一刻钟需量，改为{}计收。",
    "The meter's interval is {} minutes and tells no quarter-hour demand: billed {}.",
);
const SLIDING: Text = text(
    "需量为一刻钟整点区间的平均；滑差需量无法由读数得出。",
    "Demand is the mean of fixed quarter-hours; sliding demand cannot be told from the readings.",
);
const POWER_FACTOR: Text = text(
    "有功 P = {} kWh，无功 Q = {} kvarh（{} 个时段绝对值之和），功率因数 {}。",
    "Active P = {} kWh, reactive Q = {} kvarh (absolute, of {} intervals), power factor {}.",
);
const POWER_FACTOR_ROW: Text = text(
    "标准 {}：查表行 {}，调整 {}，乘以参与调整的电费。",
    "Standard {}: row {} of the table, {} of the charges that take part.",
);
const NO_ACTIVE: Text = text("本期没有有功电量，不作功率因数调整。", "No active energy: no power-factor adjustment.");
const NO_REACTIVE: Text = text("本期没有无功读数，不作功率因数调整。", "No reactive readings: no power-factor adjustment.");
const BELOW_CAPACITY: Text =
    text("容量低于考核下限，不作功率因数调整。", "Below the least capacity: no power-factor adjustment.");
const ADJUSTMENT: Text = text("账单 {}（{}）重算后的差额：{}", "What statement {} ({}) would be now, less what it was: {}");

/// A sentence or two; every number in it is what the rule used.
pub fn reason(reason: &Reason, percent: Option<Price6>, lang: Lang) -> String {
    let join = |parts: Vec<String>| parts.join(if lang == Lang::Zh { "" } else { " " });
    match reason {
        Reason::Capacity { capacity_kva } => CAPACITY.with(lang, &[&number(*capacity_kva)]),
        Reason::ContractDemand { actual_kw, actual_at, contract_kw, floor_kw, free_kw, floored } => {
            let measured = match (actual_kw, actual_at) {
                (Some(kw), Some(when)) => ACTUAL.with(lang, &[&number(*kw), &at(*when)]),
                _ => NO_ACTUAL.get(lang).to_owned(),
            };
            let contract = CONTRACT.with(lang, &[&number(*contract_kw)]);
            let billed = match floored {
                true => FLOOR.with(lang, &[&number(*floor_kw)]),
                false => WITHIN.with(lang, &[&number(*free_kw)]),
            };
            join(vec![measured, contract, billed, SLIDING.get(lang).to_owned()])
        }
        Reason::ContractExceeded { actual_kw, actual_at, contract_kw, free_kw, excess_kw, times } => join(vec![
            ACTUAL.with(lang, &[&number(*actual_kw), &at(*actual_at)]),
            CONTRACT.with(lang, &[&number(*contract_kw)]),
            EXCEEDED.with(lang, &[&number(*free_kw), &number(*excess_kw), &times.to_string()]),
        ]),
        Reason::ActualDemand { actual_kw, actual_at } => {
            join(vec![ACTUAL.with(lang, &[&number(*actual_kw), &at(*actual_at)]), SLIDING.get(lang).to_owned()])
        }
        Reason::NoDemandMeasured { interval_min, billed } => {
            let mode = words::demand_mode(*billed).get(lang).to_lowercase();
            NO_DEMAND.with(lang, &[&interval_min.to_string(), &mode])
        }
        Reason::PowerFactor { active_kwh, reactive_kvarh, factor, standard, table_factor, intervals } => {
            let measured = [number(*active_kwh), number(*reactive_kvarh), format::count(i64::from(*intervals)), number(*factor)];
            let measured = measured.each_ref().map(String::as_str);
            let percent = format::or_absent(percent, signed_percent);
            join(vec![
                POWER_FACTOR.with(lang, &measured),
                POWER_FACTOR_ROW.with(lang, &[standard, &number(*table_factor), &percent]),
            ])
        }
        Reason::NoPowerFactor { because } => no_power_factor(*because).get(lang).to_owned(),
        Reason::Adjustment { statement_id, month, cause } => {
            let cause = super::differences::cause(cause).map_or_else(|| cause.clone(), |known| known.get(lang).to_owned());
            ADJUSTMENT.with(lang, &[&statement_id.to_string(), &month.to_string(), &cause])
        }
    }
}

/// With its sign: a reward is negative.
pub fn signed_percent(percent: Price6) -> String {
    let text = percent.to_string();
    let plain = text.trim_start_matches('-').trim_end_matches('0').trim_end_matches('.');
    let sign = if percent.0 < 0 { "−" } else { "+" };
    format!("{sign}{plain} %")
}

fn no_power_factor(because: NoPowerFactor) -> Text {
    match because {
        NoPowerFactor::NoActiveEnergy => NO_ACTIVE,
        NoPowerFactor::NoReactiveReadings => NO_REACTIVE,
        NoPowerFactor::BelowCapacity => BELOW_CAPACITY,
    }
}

/// The rule behind a kind of line that has no reason of its own.
pub fn rule(kind: LineKind) -> Option<Text> {
    Some(match kind {
        LineKind::TierSurcharge => text(
            "超过上一档限额的电量，每 kWh 加价；分时电费另行按第一档计算。",
            "What lies above the limit of the tier below costs more per kWh; bands are billed at tier 1.",
        ),
        LineKind::DemandExcess => text("超出部分加倍计收。", "What exceeds is counted again."),
        _ => return None,
    })
}

/// What could not be billed and what mends it, with the page where that is done.
pub fn fault(fault: &RateFault, contract_id: i64, lang: Lang) -> (String, String) {
    let contract = format!("/settlement/contracts/{contract_id}");
    let of_tariff = |code: &str| format!("/settlement/tariffs/{code}");
    match fault {
        RateFault::NoTariff { from } => (NO_TARIFF.with(lang, &[&day(*from)]), contract),
        RateFault::NotValid { tariff, day: on } => (NOT_VALID.with(lang, &[tariff, &day(*on)]), of_tariff(tariff)),
        RateFault::NoPrices { tariff, notice } => (NO_PRICES.with(lang, &[tariff, notice]), of_tariff(tariff)),
        RateFault::NoBandPrice { tariff, band } => {
            (NO_BAND_PRICE.with(lang, &[tariff, words::band(*band).get(lang)]), of_tariff(tariff))
        }
        RateFault::NoTierSeason { tariff, month } => {
            (NO_TIER_SEASON.with(lang, &[tariff, &month.to_string()]), of_tariff(tariff))
        }
        RateFault::NoTierPrice { tariff, tier } => (NO_TIER_PRICE.with(lang, &[tariff, &tier.to_string()]), of_tariff(tariff)),
        RateFault::NoCapacity => (NO_CAPACITY.get(lang).to_owned(), contract),
        RateFault::NoDemandPrice { tariff } => (NO_DEMAND_PRICE.with(lang, &[tariff]), of_tariff(tariff)),
        RateFault::NoCapacityPrice { tariff } => (NO_CAPACITY_PRICE.with(lang, &[tariff]), of_tariff(tariff)),
        RateFault::NoContractDemand => (NO_CONTRACT_DEMAND.get(lang).to_owned(), contract),
        RateFault::BehindTransformer => (BEHIND_TRANSFORMER.get(lang).to_owned(), contract),
        RateFault::ExportDirection => (EXPORT.get(lang).to_owned(), contract),
        RateFault::NoRules { day: on } => (NO_RULES.with(lang, &[&day(*on)]), "/settlement/calendar".to_owned()),
        RateFault::UnreadableDay { day: on } => (UNREADABLE_DAY.with(lang, &[&day(*on)]), contract),
        RateFault::UnreadableCarried { month } => {
            (UNREADABLE_CARRIED.with(lang, &[&month.to_string()]), format!("/settlement/statements?month={month}"))
        }
    }
}

const NO_TARIFF: Text =
    text("合同自 {} 起没有指定电价。在合同中指定。", "The contract names no tariff from {} on. Name one there.");
const NOT_VALID: Text = text(
    "电价 {} 在 {} 没有有效版本。录入覆盖这一日的版本。",
    "Tariff {} has no version valid on {}. Enter one that covers the day.",
);
const NO_PRICES: Text =
    text("电价 {} 只有时段没有价格。按文件 {} 录入价格。", "Tariff {} has bands and no prices. Enter those of the notice {}.");
const NO_BAND_PRICE: Text = text("电价 {} 没有{}时段的价格。补录。", "Tariff {} has no price for the band {}. Enter it.");
const NO_TIER_SEASON: Text =
    text("电价 {} 的阶梯没有覆盖 {} 月。补录。", "The tiers of tariff {} do not cover month {}. Enter them.");
const NO_TIER_PRICE: Text = text(
    "用电到了电价 {} 的第 {} 档，这一档没有价格。补录。",
    "Energy reached tariff {}'s tier {}, which has no price. Enter it.",
);
const NO_CAPACITY: Text = text(
    "合同按容量计基本电费，但没有填写容量。在合同中填写。",
    "The contract is billed by capacity and names none. Enter it in the contract.",
);
const NO_DEMAND_PRICE: Text = text(
    "合同按需量计基本电费，电价 {} 没有需量电价。补录，或更改合同。",
    "The contract is billed by demand and tariff {} has no price for it. Enter one, or change the contract.",
);
const NO_CAPACITY_PRICE: Text = text(
    "合同按容量计基本电费，电价 {} 没有容量电价。补录，或更改合同。",
    "The contract is billed by capacity and tariff {} has no price for it. Enter one, or change the contract.",
);
const NO_CONTRACT_DEMAND: Text = text(
    "合同按合同最大需量计收，但没有填写需量值。在合同中填写。",
    "The contract is billed by contract demand and names no value. Enter it in the contract.",
);
const BEHIND_TRANSFORMER: Text = text(
    "高供低计：变压器损耗未知，不能计费。改为高供高计，或取消此标记。",
    "Metered behind the customer's transformer: its losses are not known, so it cannot be billed. Change how it is metered.",
);
const EXPORT: Text = text("上网方向的合同只记录，暂不计费。", "Feed-in contracts are kept and not billed yet.");
const NO_RULES: Text = text(
    "{} 没有适用的全国规则。在日历与规则中录入。",
    "No national rules are in force on {}. Enter them under calendar and rules.",
);
const UNREADABLE_DAY: Text = text(
    "{} 的日结算内容无法读取，账单缺少这一日。该日读数或合同变更后会重新结算；否则请管理员恢复。",
    "The settled day {} cannot be read, so the bill lacks it. It is settled anew when its readings or the contract change; otherwise ask the administrator to restore it.",
);
const UNREADABLE_CARRIED: Text = text(
    "{} 账单结转的电量无法读取。请管理员恢复，或作废那张账单后重新生成。",
    "What the bill of {} left over cannot be read. Ask the administrator to restore it, or void that bill and make it again.",
);

#[cfg(test)]
mod tests {
    use domain::settlement::{Band, DemandMode, Month};

    use super::*;

    fn when() -> LocalMs {
        LocalMs::parse(b"2026-01-15 14:45:00").expect("a time")
    }

    #[test]
    fn demand_says_the_reading_its_time_the_contract_the_floor_and_the_excess() {
        let exceeded = Reason::ContractExceeded {
            actual_kw: Fixed2(130_000),
            actual_at: when(),
            contract_kw: Fixed2(100_000),
            free_kw: Fixed2(105_000),
            excess_kw: Fixed2(25_000),
            times: 2,
        };
        let zh = reason(&exceeded, None, Lang::Zh);
        for part in ["1,300.00 kW", "2026-01-15 14:45", "1,000.00 kW", "1,050.00 kW", "250.00 kW", "2 倍", "105 %"] {
            assert!(zh.contains(part), "{part}: {zh}");
        }
        let contract = |floored| Reason::ContractDemand {
            actual_kw: Some(Fixed2(90_000)),
            actual_at: Some(when()),
            contract_kw: Fixed2(30_000),
            floor_kw: Fixed2(40_000),
            free_kw: Fixed2(105_000),
            floored,
        };
        assert!(reason(&contract(true), None, Lang::En).contains("floor of 40 % of the capacity, 400.00 kW"));
        assert!(!reason(&contract(false), None, Lang::En).contains("floor"));
        let coarse = Reason::NoDemandMeasured { interval_min: 60, billed: DemandMode::Capacity };
        assert!(reason(&coarse, None, Lang::En).contains("60 minutes"));
    }

    #[test]
    fn power_factor_says_both_energies_the_standard_the_row_and_the_percent() {
        let of = Reason::PowerFactor {
            active_kwh: Fixed2(1_000_000),
            reactive_kvarh: Fixed2(620_000),
            factor: Fixed2(85),
            standard: "0.90".to_owned(),
            table_factor: Fixed2(85),
            intervals: 2_976,
        };
        let said = reason(&of, Price6::parse("2.5"), Lang::En);
        for part in ["10,000.00 kWh", "6,200.00 kvarh", "2,976", "0.85", "0.90", "+2.5 %"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(signed_percent(Price6::parse("-0.75").expect("a number")), "−0.75 %");
    }

    #[test]
    fn every_fault_has_its_sentence_and_the_page_that_mends_it() {
        let tariff = || "hubei-2024".to_owned();
        let on = when().day();
        let faults = [
            RateFault::NoTariff { from: on },
            RateFault::NotValid { tariff: tariff(), day: on },
            RateFault::NoPrices { tariff: tariff(), notice: "〔2024〕77".to_owned() },
            RateFault::NoBandPrice { tariff: tariff(), band: Band::Sharp },
            RateFault::NoTierSeason { tariff: tariff(), month: 7 },
            RateFault::NoTierPrice { tariff: tariff(), tier: 2 },
            RateFault::NoCapacity,
            RateFault::NoDemandPrice { tariff: tariff() },
            RateFault::NoCapacityPrice { tariff: tariff() },
            RateFault::NoContractDemand,
            RateFault::BehindTransformer,
            RateFault::ExportDirection,
            RateFault::NoRules { day: on },
            RateFault::UnreadableDay { day: on },
            RateFault::UnreadableCarried { month: Month::parse("2026-01").expect("a month") },
        ];
        for lang in Lang::ALL {
            let said: std::collections::BTreeSet<_> = faults.iter().map(|one| fault(one, 7, lang)).collect();
            assert_eq!(said.len(), faults.len());
            assert!(said.iter().all(|(sentence, address)| !sentence.contains("{}") && address.starts_with("/settlement/")));
        }
        let adjusted = Reason::Adjustment {
            statement_id: 12,
            month: Month::parse("2026-01").expect("a month"),
            cause: "readings".to_owned(),
        };
        assert!(reason(&adjusted, None, Lang::Zh).contains("读数更正"));
    }
}
