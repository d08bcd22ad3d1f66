//! What alarms are called: severities, states, events, qualities, metrics. Each match is complete: a new one does not compile
//! without its text.

use domain::alarms::{
    Comparison, Event, InfoClass, Join, Metric, Quality, Quieting, RuleDefinition, Severity, State, SubjectKind, Unit,
};

use crate::text::{Lang, Text, text};

pub fn severity(severity: Severity) -> Text {
    match severity {
        Severity::Critical => text("紧急", "critical"),
        Severity::High => text("重要", "high"),
        Severity::Medium => text("一般", "medium"),
        Severity::Low => text("提示", "low"),
    }
}

/// Stands before the word; the shape tells them apart without colour.
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "◆",
        Severity::High => "▲",
        Severity::Medium => "■",
        Severity::Low => "●",
    }
}

pub fn state(state: State) -> Text {
    match state {
        State::Norm => text("正常", "normal"),
        State::Unack => text("未确认", "unacknowledged"),
        State::Acked => text("已确认", "acknowledged"),
        State::Rtnun => text("已恢复未确认", "returned, unacknowledged"),
        State::Ltunk => text("锁存未确认", "latched, unacknowledged"),
        State::Ltack => text("锁存已确认", "latched, acknowledged"),
        State::Shlvd => text("已搁置", "shelved"),
        State::Dsupr => text("按设计抑制", "suppressed by design"),
        State::Oosrv => text("已停用", "out of service"),
    }
}

/// Stands before the word of the state.
pub fn state_glyph(state: State) -> &'static str {
    match state {
        State::Norm => "✓",
        State::Unack => "●",
        State::Acked => "◐",
        State::Rtnun => "○",
        State::Ltunk => "▣",
        State::Ltack => "▢",
        State::Shlvd => "⏸",
        State::Dsupr => "⊘",
        State::Oosrv => "✕",
    }
}

/// What it means and what has to be done.
pub fn state_sentence(state: State) -> Text {
    match state {
        State::Norm => text("条件不成立，无须处理。", "The condition is not true; there is nothing to do."),
        State::Unack => text("条件成立，等待确认。", "The condition is true and waits to be acknowledged."),
        State::Acked => text("条件仍成立，已有人确认。", "The condition is still true; somebody has acknowledged it."),
        State::Rtnun => {
            text("条件已不成立，但尚未有人确认。", "The condition is no longer true, but nobody has acknowledged it.")
        }
        State::Ltunk => {
            text("条件已不成立；告警锁存，须先确认再复位。", "No longer true, but latched: acknowledge it, then reset it.")
        }
        State::Ltack => text("条件已不成立且已确认；等待复位。", "No longer true and acknowledged; waits for a reset."),
        State::Shlvd => {
            text("由人员暂时搁置，到期自动返回。", "Set aside by a person; comes back by itself when the time is over.")
        }
        State::Dsupr => text(
            "按设计不提示：上级告警已说明，或无法判断。",
            "Not announced by design: an alarm above says it, or it cannot be told.",
        ),
        State::Oosrv => text("已停用，直到有人恢复使用。", "Out of service until somebody returns it."),
    }
}

pub fn event(event: Event) -> Text {
    match event {
        Event::Raised => text("发生", "raised"),
        Event::Returned => text("恢复", "returned to normal"),
        Event::Acknowledged => text("确认", "acknowledged"),
        Event::Reset => text("复位", "reset"),
        Event::Shelved => text("搁置", "shelved"),
        Event::Unshelved => text("取消搁置", "unshelved"),
        Event::ShelfExpired => text("搁置到期", "shelving ended"),
        Event::Suppressed => text("被抑制", "suppressed"),
        Event::Unsuppressed => text("解除抑制", "no longer suppressed"),
        Event::TakenOutOfService => text("停用", "taken out of service"),
        Event::ReturnedToService => text("恢复使用", "returned to service"),
        Event::Reannunciated => text("再次提示", "announced again"),
        Event::QualityChanged => text("数据质量变化", "quality of the data changed"),
        Event::Revised => text("数据修订", "data revised"),
        Event::RuleChanged => text("规则变更", "its rule changed"),
        Event::ScheduleEnded => text("规则时段结束", "its rule no longer applies at this hour"),
        Event::Commented => text("备注", "commented"),
        Event::Assigned => text("指派", "assigned"),
        Event::Escalated => text("升级通知", "escalated"),
    }
}

pub fn quality(quality: Quality) -> Text {
    match quality {
        Quality::Good => text("数据可信", "good data"),
        Quality::NoData => text("无数据", "no data"),
        Quality::Uncertain => text("数据存疑", "uncertain data"),
    }
}

/// Good data carries no mark.
pub fn quality_glyph(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "",
        Quality::NoData => "✕",
        Quality::Uncertain => "≈",
    }
}

pub fn quality_why(quality: Quality) -> Text {
    match quality {
        Quality::Good => text("数值可用于判断", "The value can be judged by"),
        Quality::NoData => text("没有数据可供判断，状态保持不变", "There is nothing to judge by; the state is held"),
        Quality::Uncertain => text("数据不完整或滞后，状态保持不变", "The data is incomplete or late; the state is held"),
    }
}

pub fn metric(metric: Metric) -> Text {
    match metric {
        Metric::LoadNowKw => text("当前负荷", "load now"),
        Metric::LoadNowPercent => text("当前负载率", "loading now"),
        Metric::LoadChangePercent => text("负荷变化率", "change of load"),
        Metric::WindowKwh => text("窗口上报电量", "energy reported in window"),
        Metric::QuarterKw => text("15 分钟负荷", "quarter-hour load"),
        Metric::HourKwh => text("小时电量", "energy of an hour"),
        Metric::DayKwh => text("日电量", "energy of a day"),
        Metric::HourSoFarKwh => text("本小时累计电量", "energy of the hour so far"),
        Metric::DaySoFarKwh => text("本日累计电量", "energy of the day so far"),
        Metric::MonthSoFarKwh => text("本月累计电量", "energy of the month so far"),
        Metric::CompletenessPercent => text("采集完整率", "completeness"),
        Metric::RegionSilenceMin => text("区域无读数时长", "silence of a region"),
        Metric::MeterSilenceMin => text("电表失联时长", "silence of a meter"),
        Metric::RankChange => text("名次变动", "movement in the ranking"),
        Metric::DeadLettersHour => text("一小时内死信", "dead letters of an hour"),
        Metric::PipelineLagS => text("日志积压时长", "log lag"),
        Metric::PipelineDownS => text("数据流中断时长", "stream down"),
        Metric::SlotMb => text("复制槽保留日志", "WAL retained by slot"),
    }
}

pub fn unit(unit: Unit) -> Text {
    match unit {
        Unit::Kw => text("kW", "kW"),
        Unit::Kwh => text("kWh", "kWh"),
        Unit::Percent => text("%", "%"),
        Unit::Minutes => text("分钟", "min"),
        Unit::Seconds => text("秒", "s"),
        Unit::Places => text("名", "places"),
        Unit::Rows => text("条", "rows"),
        Unit::Megabytes => text("MB", "MB"),
    }
}

pub fn comparison(comparison: Comparison) -> Text {
    match comparison {
        Comparison::Above => text("高于", "above"),
        Comparison::AtLeast => text("达到或高于", "at or above"),
        Comparison::Below => text("低于", "below"),
        Comparison::AtMost => text("达到或低于", "at or below"),
    }
}

/// As it stands between a value and its limit.
pub fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Above => ">",
        Comparison::AtLeast => "≥",
        Comparison::Below => "<",
        Comparison::AtMost => "≤",
    }
}

pub fn class(class: InfoClass) -> Text {
    match class {
        InfoClass::Accident => text("事故", "accident"),
        InfoClass::Abnormal => text("异常", "abnormality"),
        InfoClass::OverLimit => text("越限", "over limit"),
        InfoClass::Position => text("变位", "change of position"),
        InfoClass::Notice => text("告知", "notice"),
    }
}

pub fn join(join: Join) -> Text {
    match join {
        Join::All => text("全部条件成立", "all conditions hold"),
        Join::Any => text("任一条件成立", "any condition holds"),
    }
}

pub fn quieting(quieting: Quieting) -> Text {
    match quieting {
        Quieting::Nothing => text("不抑制其他告警", "suppresses nothing"),
        Quieting::SameRule => text("抑制下级区域的同一规则", "suppresses the same rule in regions below"),
        Quieting::AllRules => text("抑制下级区域不更严重的全部规则", "suppresses every rule that is not worse in regions below"),
    }
}

pub fn subject_kind(kind: SubjectKind) -> Text {
    match kind {
        SubjectKind::Region => text("区域", "region"),
        SubjectKind::User => text("用户", "customer"),
        SubjectKind::Pipeline => text("数据流", "data stream"),
    }
}

pub const PIPELINE: Text = text("数据流", "Data stream");

/// The rule's name in the viewer's language, or in the other when there is none.
pub fn rule_name(rule: &RuleDefinition, lang: Lang) -> &str {
    name_of(&rule.name_zh, &rule.name_en, lang)
}

pub fn name_of<'a>(zh: &'a str, en: &'a str, lang: Lang) -> &'a str {
    let (own, other) = match lang {
        Lang::Zh => (zh, en),
        Lang::En => (en, zh),
    };
    if own.trim().is_empty() { other } else { own }
}

/// A reason that the program gave, as a code; none for the words of a person.
pub fn reason(code: &str) -> Option<Text> {
    if let Some(known) = Quality::from_code(code) {
        return Some(quality(known));
    }
    Some(match code {
        "data_revised" => text("数据已修订", "data revised"),
        "schedule_ended" => text("规则时段结束", "the rule no longer applies at this hour"),
        "rule_version" => text("规则有新版本", "the rule has a new version"),
        "rule_gone" => text("规则已停用或不再包括此对象", "the rule was switched off or no longer looks at this"),
        "pipeline" => text("数据流中断或滞后，无法判断", "the data stream is away or behind: it cannot be told"),
        "alarm_above" => text("上级区域已告警", "an alarm of a region above says it"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all_differ(texts: impl Iterator<Item = Text> + Clone) {
        for lang in Lang::ALL {
            let words: Vec<_> = texts.clone().map(|text| text.get(lang)).collect();
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{words:?}");
        }
    }

    #[test]
    fn no_two_things_have_the_same_name() {
        all_differ(Severity::ALL.into_iter().map(severity));
        all_differ(State::ALL.into_iter().map(state));
        all_differ(State::ALL.into_iter().map(state_sentence));
        all_differ(Event::ALL.into_iter().map(event));
        all_differ(Quality::ALL.into_iter().map(quality));
        all_differ(Metric::ALL.into_iter().map(metric));
        all_differ(Comparison::ALL.into_iter().map(comparison));
        all_differ(InfoClass::ALL.into_iter().map(class));
    }

    #[test]
    fn glyphs_tell_severities_and_states_apart_without_colour() {
        let severities: BTreeSet<_> = Severity::ALL.into_iter().map(severity_glyph).collect();
        let states: BTreeSet<_> = State::ALL.into_iter().map(state_glyph).collect();
        assert_eq!((severities.len(), states.len()), (4, 9));
    }

    #[test]
    fn a_name_falls_back_to_the_other_language_and_words_of_people_stay() {
        assert_eq!(name_of("", "Limit", Lang::Zh), "Limit");
        assert_eq!(name_of("限额", " ", Lang::En), "限额");
        assert_eq!(reason("data_revised").map(|text| text.get(Lang::En)), Some("data revised"));
        assert_eq!(reason("no_data").map(|text| text.get(Lang::Zh)), Some("无数据"));
        assert_eq!(reason("检修"), None);
    }
}
