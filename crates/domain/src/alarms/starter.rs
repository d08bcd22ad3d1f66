//! The rules that a new installation begins with.

use super::{
    Comparison, Condition, InfoClass, Join, Metric, Quieting, Rationale, RegionChoice, RuleDefinition, Schedule, Severity,
};
use crate::Fixed2;

/// A rule with whether it is enabled from the start, and the code it is known by.
pub struct StarterRule {
    pub code: &'static str,
    pub is_enabled: bool,
    pub definition: RuleDefinition,
}

pub fn rules() -> Vec<StarterRule> {
    vec![load_limit(), hour_energy(), ranking_rise(), silent_region(), pipeline_health()]
}

fn load_limit() -> StarterRule {
    let conditions = vec![condition(Metric::LoadNowPercent, Comparison::AtLeast, 10_000, 500)];
    let definition = RuleDefinition {
        class: Some(InfoClass::OverLimit),
        on_delay_s: 60,
        off_delay_s: 120,
        reannunciate_min: Some(60),
        quiets: Quieting::SameRule,
        rationale: Rationale {
            cause: "负荷增长、转供电或倒闸操作 / Growth of load, transferred supply or switching".to_owned(),
            consequence: "设备过载发热，可能跳闸 / Equipment overheats and may trip".to_owned(),
            response: "核对限值与转供方案，必要时转移或限制负荷 / Check the limit, transfer or shed load".to_owned(),
            time_to_respond_min: Some(10),
            owner: "调度 / Dispatch".to_owned(),
            review_on: None,
        },
        ..plain("地区负荷超限值", "Load of a region over its limit", Severity::Critical, conditions)
    };
    StarterRule { code: "load-limit", is_enabled: true, definition }
}

/// Seed 001, section 7.1.
fn hour_energy() -> StarterRule {
    let conditions = vec![condition(Metric::HourKwh, Comparison::Above, 5_000_000, 50_000)];
    let definition = RuleDefinition {
        class: Some(InfoClass::OverLimit),
        rationale: Rationale {
            cause: "地区小时电量异常偏高 / Unusually high energy in an hour".to_owned(),
            consequence: "可能超出供电计划 / May exceed the plan of supply".to_owned(),
            response: "与负荷曲线及计划比对 / Compare with the load curve and the plan".to_owned(),
            time_to_respond_min: Some(60),
            owner: "调度 / Dispatch".to_owned(),
            review_on: None,
        },
        ..plain("地区小时电量超过 50,000 kWh", "Energy of a region over 50,000 kWh in an hour", Severity::Medium, conditions)
    };
    StarterRule { code: "hour-energy", is_enabled: false, definition }
}

fn ranking_rise() -> StarterRule {
    let conditions = vec![
        condition(Metric::RankChange, Comparison::AtLeast, 10_00, 0),
        condition(Metric::RankChange, Comparison::AtMost, -10_00, 0),
    ];
    let definition = RuleDefinition {
        class: Some(InfoClass::Notice),
        join: Join::Any,
        needs_ack: false,
        rationale: Rationale {
            cause: "用电突增或突降、表计故障或窃电 / Sudden rise or fall of use, meter fault or theft".to_owned(),
            consequence: "计量差错，或用户侧异常未被发现 / A metering error or an event at the customer goes unnoticed"
                .to_owned(),
            response: "查看该用户曲线，必要时派单核查 / Look at the customer's curve, have it checked".to_owned(),
            time_to_respond_min: Some(240),
            owner: "用电检查 / Inspection".to_owned(),
            review_on: None,
        },
        ..plain("用户排名突变", "Sudden change of a user's rank", Severity::Low, conditions)
    };
    StarterRule { code: "ranking-jump", is_enabled: true, definition }
}

fn silent_region() -> StarterRule {
    let conditions = vec![condition(Metric::RegionSilenceMin, Comparison::AtLeast, 30_00, 0)];
    let definition = RuleDefinition {
        class: Some(InfoClass::Abnormal),
        quiets: Quieting::SameRule,
        rationale: Rationale {
            cause: "采集终端或通信中断 / Concentrator or communication down".to_owned(),
            consequence: "该地区负荷不可见 / The region's load cannot be seen".to_owned(),
            response: "联系采集运维，核对通信链路 / Call the metering operations, check the link".to_owned(),
            time_to_respond_min: Some(30),
            owner: "采集运维 / Metering operations".to_owned(),
            review_on: None,
        },
        ..plain("地区数据中断", "A region is silent", Severity::High, conditions)
    };
    StarterRule { code: "silent-region", is_enabled: true, definition }
}

fn pipeline_health() -> StarterRule {
    let conditions = vec![
        condition(Metric::PipelineDownS, Comparison::AtLeast, 30_00, 0),
        condition(Metric::PipelineLagS, Comparison::AtLeast, 30_000, 6_000),
        condition(Metric::SlotMb, Comparison::AtLeast, 1_024_000, 102_400),
    ];
    let definition = RuleDefinition {
        class: Some(InfoClass::Abnormal),
        join: Join::Any,
        // a restart of the program in a long outage is no end of it
        off_delay_s: 60,
        rationale: Rationale {
            cause: "源库断开、日志积压或本机资源不足 / Source away, log piling up, or this machine short of resources".to_owned(),
            consequence: "所有数字停滞；源库磁盘可能被日志占满 / All numbers stand still; the log may fill the source's disk"
                .to_owned(),
            response: "打开「数据流」页，按提示处理 / Open the pipeline page and do what it says".to_owned(),
            time_to_respond_min: Some(15),
            owner: "系统运维 / System operations".to_owned(),
            review_on: None,
        },
        ..plain("数据流异常", "The data stream is not healthy", Severity::High, conditions)
    };
    StarterRule { code: "pipeline-health", is_enabled: true, definition }
}

fn condition(metric: Metric, comparison: Comparison, threshold: i64, deadband: i64) -> Condition {
    Condition { metric, comparison, threshold: Fixed2(threshold), deadband: Fixed2(deadband), span_min: None }
}

fn plain(name_zh: &str, name_en: &str, severity: Severity, conditions: Vec<Condition>) -> RuleDefinition {
    RuleDefinition {
        name_zh: name_zh.to_owned(),
        name_en: name_en.to_owned(),
        severity,
        class: None,
        join: Join::All,
        conditions,
        on_delay_s: 0,
        off_delay_s: 0,
        repeat_count: 1,
        needs_ack: true,
        latching: false,
        reannunciate_min: None,
        quiets: Quieting::Nothing,
        schedule: Schedule::ALWAYS,
        regions: RegionChoice::All,
        overrides: std::collections::BTreeMap::new(),
        rationale: Rationale::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Facts, check};
    use super::*;

    #[test]
    fn every_starter_rule_passes_its_own_check() {
        for rule in rules() {
            assert_eq!(check(&rule.definition, &Facts { may_be_enabled: true, ..Facts::default() }), [], "{}", rule.code);
        }
    }
}
