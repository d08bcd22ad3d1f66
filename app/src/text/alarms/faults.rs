//! What is wrong with a rule and what to change, one sentence for each fault, beside the field it is about.

use domain::alarms::Fault;
use domain::alarms::check::{MOST_DELAY_S, MOST_LISTED_REGIONS, MOST_OVERRIDES, MOST_REPEATS, MOST_SPAN_MIN};
use domain::alarms::rule::{MOST_CONDITIONS, MOST_NAME_CHARS, MOST_TEXT_CHARS};

use crate::text::{Lang, Text, text};

const NAME_MISSING: Text =
    text("请填写名称，中文或英文至少一个。", "Give the rule a name, in at least one of the two languages.");
const TEXT_TOO_LONG: Text = text("文字过长，最多 {} 个字符。", "The text is too long: at most {} characters.");
const NO_CONDITION: Text = text("请至少填写一个条件。", "State at least one condition.");
const TOO_MANY_CONDITIONS: Text =
    text("条件过多，最多 {} 个；请拆成几条规则。", "Too many conditions: at most {}. Make several rules of them.");
const MIXED_SUBJECTS: Text = text(
    "各条件的对象不同（地区、用户、数据流不能混用）；请分成几条规则。",
    "The conditions are about different things: regions, users and the data stream cannot stand in one rule. Make several rules.",
);
const NEVER_TRUE: Text = text(
    "条件 {} 永远不会成立：门槛超出该量可能的范围。请改门槛或比较方向。",
    "Condition {} can never be true: the threshold lies beyond what this value can be. Change the threshold or the comparison.",
);
const ALWAYS_TRUE: Text = text(
    "条件 {} 在一切正常时也成立，会一直告警。请改门槛或比较方向。",
    "Condition {} is true while nothing is wrong, so it would fire always. Change the threshold or the comparison.",
);
const CONTRADICTION: Text = text(
    "条件 {} 与条件 {} 不可能同时成立。请改其中一个，或改为“任一成立”。",
    "Conditions {} and {} cannot both be true. Change one of them, or choose “any”.",
);
const EXHAUSTIVE: Text = text(
    "条件 {} 与条件 {} 总有一个成立，会一直告警。请改其中一个，或改为“全部成立”。",
    "One of the conditions {} and {} is always true, so the rule would fire always. Change one of them, or choose “all”.",
);
const REPEATED: Text = text(
    "条件 {} 与条件 {} 看同一个量、同一方向。请只留一个。",
    "Conditions {} and {} look at the same value in the same direction. Keep one of them.",
);
const NEGATIVE_DEADBAND: Text =
    text("条件 {} 的回差不能为负。请填 0 或正数。", "The deadband of condition {} is negative. Enter 0 or more.");
const NEVER_RETURNS: Text = text(
    "条件 {} 的回差过大，告警永远不会恢复。请减小回差。",
    "With the deadband of condition {} the alarm could never return. Make the deadband smaller.",
);
const BELOW_WHILE_RUNNING: Text = text(
    "条件 {} 看的是尚未结束的累计量，只能判断“高于”。请改为高于，或改看已结束的时段。",
    "Condition {} looks at a sum that is still running, where only “above” can be decided. Choose above, or a closed period.",
);
const SPAN_MISSING: Text =
    text("条件 {} 须填写回看的分钟数，1 到 {}。", "Condition {} needs the minutes that it looks back on, 1 to {}.");
const SPAN_UNUSED: Text = text(
    "条件 {} 的量不需要回看分钟数，请清空。",
    "Condition {} looks at a value without minutes to look back on. Leave them empty.",
);
const DELAY_TOO_LONG: Text = text("延时过长，最多 {} 秒。", "The delay is too long: at most {} seconds.");
const REPEAT_OUT_OF_RANGE: Text = text("连续次数应为 1 到 {}。", "The number of evaluations in a row must be 1 to {}.");
const LONGER_THAN_SCHEDULE: Text = text(
    "延时或连续次数比生效时段还长，永远不会告警。请缩短延时，或延长生效时段。",
    "The delay or the repeats last longer than the rule applies, so it would never fire. Shorten them, or let the rule apply longer.",
);
const SCHEDULE_NEVER: Text = text(
    "生效时段为空。请至少选一天，并让起止时间不同。",
    "The rule would never apply. Choose at least one day, and a start that differs from the end.",
);
const NO_HOLIDAYS: Text = text(
    "规则只在节假日生效，但节假日历为空。请先添加节假日，或改为其他选项。",
    "The rule applies on holidays only, and the calendar has none. Add holidays first, or choose otherwise.",
);
const NO_REGION: Text = text(
    "请选择 1 到 {} 个地区，另设的地区最多 {} 个；或选择全部地区。",
    "Choose 1 to {} regions, at most {} of them with values of their own; or choose all regions.",
);
const UNKNOWN_REGION: Text = text("没有编号为 {} 的地区。请去掉它。", "There is no region {}. Take it out.");
const FOREIGN_REGION: Text = text("地区 {} 不在您的范围内。请去掉它。", "Region {} is not among yours. Take it out.");
const EVERY_REGION_LEFT_OUT: Text = text(
    "所选地区全部被排除，规则什么也不看。请至少留下一个。",
    "Every chosen region is left out, so the rule looks at nothing. Leave at least one in.",
);
const OVERRIDE_OUTSIDE_RULE: Text = text(
    "地区 {} 有另设的值，但不在规则的地区中。请选上它，或删去另设的值。",
    "Region {} has values of its own but is not among the rule's regions. Choose it, or remove its values.",
);
const OVERRIDE_THRESHOLDS: Text = text(
    "地区 {} 另设的门槛比条件还多。请删去多余的。",
    "Region {} has more thresholds than the rule has conditions. Remove those beyond.",
);
const OVERRIDE_NEVER_TRUE: Text = text(
    "地区 {} 另设的门槛永远不会达到。请改门槛，或将该地区排除。",
    "With its own threshold region {} could never fire. Change the threshold, or leave the region out.",
);
const OVERRIDE_ALWAYS_TRUE: Text = text(
    "地区 {} 另设的门槛在一切正常时也成立。请改门槛。",
    "With its own threshold region {} would fire always. Change the threshold.",
);
const REGIONS_WITHOUT_MEANING: Text = text(
    "关于数据流的规则与地区无关。请选择全部地区，并删去另设的值。",
    "A rule about the data stream has nothing to do with regions. Choose all regions and remove values of single ones.",
);
const LATCHING_WITHOUT_ACK: Text = text(
    "不需确认的告警不能自保持。请改为需要确认，或取消自保持。",
    "An alarm that needs no acknowledgement cannot latch. Let it need one, or do not latch.",
);
const REANNUNCIATE_OUT_OF_RANGE: Text = text(
    "重复提示的间隔应为 1 到 10,080 分钟（一周）；不要则留空。",
    "It is annunciated again after 1 to 10,080 minutes (one week); leave it empty for never.",
);
const RATIONALE_MISSING: Text = text(
    "启用前须填写此项。请补全告警依据。",
    "This is needed before the rule can be enabled. Complete the record of rationalisation.",
);
const REVIEW_IN_THE_PAST: Text =
    text("复审日期已过。请复审后填写新的日期。", "The day of review is past. Review the rule and enter a new day.");

/// Stable name for programs.
pub fn code(fault: &Fault) -> &'static str {
    match fault {
        Fault::NameMissing => "name_missing",
        Fault::TextTooLong { .. } => "text_too_long",
        Fault::NoCondition => "no_condition",
        Fault::TooManyConditions => "too_many_conditions",
        Fault::MixedSubjects => "mixed_subjects",
        Fault::NeverTrue { .. } => "never_true",
        Fault::AlwaysTrue { .. } => "always_true",
        Fault::Contradiction { .. } => "contradiction",
        Fault::Exhaustive { .. } => "exhaustive",
        Fault::Repeated { .. } => "repeated",
        Fault::NegativeDeadband { .. } => "negative_deadband",
        Fault::NeverReturns { .. } => "never_returns",
        Fault::BelowWhileRunning { .. } => "below_while_running",
        Fault::SpanMissing { .. } => "span_missing",
        Fault::SpanUnused { .. } => "span_unused",
        Fault::DelayTooLong => "delay_too_long",
        Fault::RepeatOutOfRange => "repeat_out_of_range",
        Fault::LongerThanSchedule => "longer_than_schedule",
        Fault::ScheduleNever => "schedule_never",
        Fault::NoHolidays => "no_holidays",
        Fault::NoRegion => "no_region",
        Fault::UnknownRegion(_) => "unknown_region",
        Fault::ForeignRegion(_) => "foreign_region",
        Fault::EveryRegionLeftOut => "every_region_left_out",
        Fault::OverrideOutsideRule(_) => "override_outside_rule",
        Fault::OverrideThresholds(_) => "override_thresholds",
        Fault::OverrideNeverTrue(_) => "override_never_true",
        Fault::OverrideAlwaysTrue(_) => "override_always_true",
        Fault::RegionsWithoutMeaning => "regions_without_meaning",
        Fault::LatchingWithoutAck => "latching_without_ack",
        Fault::ReannunciateOutOfRange => "reannunciate_out_of_range",
        Fault::RationaleMissing { .. } => "rationale_missing",
        Fault::ReviewInThePast => "review_in_the_past",
    }
}

/// Which field of the form it is about. Rows of conditions count from 0.
pub fn field(fault: &Fault) -> String {
    match fault {
        Fault::NameMissing => "name_zh".to_owned(),
        Fault::TextTooLong { field } | Fault::RationaleMissing { field } => (*field).to_owned(),
        Fault::NoCondition | Fault::TooManyConditions => "conditions".to_owned(),
        Fault::MixedSubjects => "conditions".to_owned(),
        Fault::NeverTrue { condition } | Fault::AlwaysTrue { condition } => format!("c{condition}_threshold"),
        Fault::Contradiction { second, .. } | Fault::Exhaustive { second, .. } => format!("c{second}_threshold"),
        Fault::Repeated { second, .. } => format!("c{second}_metric"),
        Fault::NegativeDeadband { condition } | Fault::NeverReturns { condition } => format!("c{condition}_deadband"),
        Fault::BelowWhileRunning { condition } => format!("c{condition}_comparison"),
        Fault::SpanMissing { condition } | Fault::SpanUnused { condition } => format!("c{condition}_span"),
        Fault::DelayTooLong => "on_delay_s".to_owned(),
        Fault::RepeatOutOfRange => "repeat_count".to_owned(),
        Fault::LongerThanSchedule | Fault::ScheduleNever => "weekday".to_owned(),
        Fault::NoHolidays => "holidays".to_owned(),
        Fault::NoRegion | Fault::EveryRegionLeftOut | Fault::RegionsWithoutMeaning => "regions".to_owned(),
        Fault::UnknownRegion(_) | Fault::ForeignRegion(_) => "regions".to_owned(),
        Fault::OverrideOutsideRule(_)
        | Fault::OverrideThresholds(_)
        | Fault::OverrideNeverTrue(_)
        | Fault::OverrideAlwaysTrue(_) => "overrides".to_owned(),
        Fault::LatchingWithoutAck => "latching".to_owned(),
        Fault::ReannunciateOutOfRange => "reannunciate_min".to_owned(),
        Fault::ReviewInThePast => "review_on".to_owned(),
    }
}

pub fn sentence(fault: &Fault, lang: Lang) -> String {
    let one = |text: Text, condition: usize| text.with(lang, &[&(condition + 1).to_string()]);
    let two = |text: Text, first: usize, second: usize| text.with(lang, &[&(first + 1).to_string(), &(second + 1).to_string()]);
    let region = |text: Text, region: i32| text.with(lang, &[&region.to_string()]);
    match *fault {
        Fault::NameMissing => NAME_MISSING.get(lang).to_owned(),
        Fault::TextTooLong { field } => TEXT_TOO_LONG.with(lang, &[&most_chars(field).to_string()]),
        Fault::NoCondition => NO_CONDITION.get(lang).to_owned(),
        Fault::TooManyConditions => TOO_MANY_CONDITIONS.with(lang, &[&MOST_CONDITIONS.to_string()]),
        Fault::MixedSubjects => MIXED_SUBJECTS.get(lang).to_owned(),
        Fault::NeverTrue { condition } => one(NEVER_TRUE, condition),
        Fault::AlwaysTrue { condition } => one(ALWAYS_TRUE, condition),
        Fault::Contradiction { first, second } => two(CONTRADICTION, first, second),
        Fault::Exhaustive { first, second } => two(EXHAUSTIVE, first, second),
        Fault::Repeated { first, second } => two(REPEATED, first, second),
        Fault::NegativeDeadband { condition } => one(NEGATIVE_DEADBAND, condition),
        Fault::NeverReturns { condition } => one(NEVER_RETURNS, condition),
        Fault::BelowWhileRunning { condition } => one(BELOW_WHILE_RUNNING, condition),
        Fault::SpanMissing { condition } => SPAN_MISSING.with(lang, &[&(condition + 1).to_string(), &MOST_SPAN_MIN.to_string()]),
        Fault::SpanUnused { condition } => one(SPAN_UNUSED, condition),
        Fault::DelayTooLong => DELAY_TOO_LONG.with(lang, &[&crate::format::count(MOST_DELAY_S.into())]),
        Fault::RepeatOutOfRange => REPEAT_OUT_OF_RANGE.with(lang, &[&MOST_REPEATS.to_string()]),
        Fault::LongerThanSchedule => LONGER_THAN_SCHEDULE.get(lang).to_owned(),
        Fault::ScheduleNever => SCHEDULE_NEVER.get(lang).to_owned(),
        Fault::NoHolidays => NO_HOLIDAYS.get(lang).to_owned(),
        Fault::NoRegion => NO_REGION.with(lang, &[&MOST_LISTED_REGIONS.to_string(), &MOST_OVERRIDES.to_string()]),
        Fault::UnknownRegion(id) => region(UNKNOWN_REGION, id),
        Fault::ForeignRegion(id) => region(FOREIGN_REGION, id),
        Fault::EveryRegionLeftOut => EVERY_REGION_LEFT_OUT.get(lang).to_owned(),
        Fault::OverrideOutsideRule(id) => region(OVERRIDE_OUTSIDE_RULE, id),
        Fault::OverrideThresholds(id) => region(OVERRIDE_THRESHOLDS, id),
        Fault::OverrideNeverTrue(id) => region(OVERRIDE_NEVER_TRUE, id),
        Fault::OverrideAlwaysTrue(id) => region(OVERRIDE_ALWAYS_TRUE, id),
        Fault::RegionsWithoutMeaning => REGIONS_WITHOUT_MEANING.get(lang).to_owned(),
        Fault::LatchingWithoutAck => LATCHING_WITHOUT_ACK.get(lang).to_owned(),
        Fault::ReannunciateOutOfRange => REANNUNCIATE_OUT_OF_RANGE.get(lang).to_owned(),
        Fault::RationaleMissing { .. } => RATIONALE_MISSING.get(lang).to_owned(),
        Fault::ReviewInThePast => REVIEW_IN_THE_PAST.get(lang).to_owned(),
    }
}

fn most_chars(field: &str) -> usize {
    if matches!(field, "name_zh" | "name_en" | "owner") { MOST_NAME_CHARS } else { MOST_TEXT_CHARS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_says_what_to_change_in_both_languages() {
        let all = [
            Fault::NameMissing,
            Fault::TextTooLong { field: "cause" },
            Fault::NoCondition,
            Fault::TooManyConditions,
            Fault::MixedSubjects,
            Fault::NeverTrue { condition: 1 },
            Fault::AlwaysTrue { condition: 1 },
            Fault::Contradiction { first: 0, second: 1 },
            Fault::Exhaustive { first: 0, second: 1 },
            Fault::Repeated { first: 0, second: 1 },
            Fault::NegativeDeadband { condition: 1 },
            Fault::NeverReturns { condition: 1 },
            Fault::BelowWhileRunning { condition: 1 },
            Fault::SpanMissing { condition: 1 },
            Fault::SpanUnused { condition: 1 },
            Fault::DelayTooLong,
            Fault::RepeatOutOfRange,
            Fault::LongerThanSchedule,
            Fault::ScheduleNever,
            Fault::NoHolidays,
            Fault::NoRegion,
            Fault::UnknownRegion(77),
            Fault::ForeignRegion(77),
            Fault::EveryRegionLeftOut,
            Fault::OverrideOutsideRule(77),
            Fault::OverrideThresholds(77),
            Fault::OverrideNeverTrue(77),
            Fault::OverrideAlwaysTrue(77),
            Fault::RegionsWithoutMeaning,
            Fault::LatchingWithoutAck,
            Fault::ReannunciateOutOfRange,
            Fault::RationaleMissing { field: "cause" },
            Fault::ReviewInThePast,
        ];
        let mut codes = std::collections::BTreeSet::new();
        for fault in &all {
            for lang in Lang::ALL {
                let said = sentence(fault, lang);
                assert!(said.chars().count() > 8 && !said.contains('—'), "{fault:?}: {said}");
                let names_its_row = !matches!(fault, Fault::NeverTrue { .. } | Fault::SpanUnused { .. }) || said.contains('2');
                assert!(names_its_row, "{said}");
            }
            assert!(codes.insert(code(fault)) && !field(fault).is_empty(), "{fault:?}");
        }
    }
}
