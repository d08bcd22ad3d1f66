//! Words of the performance of alarms.

use domain::alarms::performance::{Measure, Unit, Verdict};

use crate::text::{Text, text};

pub const TITLE: Text = text("告警绩效", "Performance of alarms");
pub const RULE: Text = text(
    "按 EEMUA 191 与 ISA-18.2 统计：只计向操作员提示过的告警；回放和补算的不计。时间为墙钟时间。",
    "Counted by EEMUA 191 and ISA-18.2: alarms put before the operators; those of a replay or a catch-up are not counted. Times are wall-clock times.",
);
pub const DESK: Text = text("调度台", "Desk");
pub const NO_DESK: Text = text("我的全部区域（1 个席位）", "All my regions (one position)");
pub const PERIOD: Text = text("时段", "Period");
pub const DAY: Text = text("日", "Day");
pub const MONTH: Text = text("月", "Month");
pub const SHIFT: Text = text("班次", "Shift");
pub const FREE: Text = text("自选时段", "Other period");
pub const FROM: Text = text("从", "From");
pub const TO: Text = text("到（含）", "To, included");
pub const NEIGHBOURS: Text = text("前后时段", "Periods before and after");
pub const PREVIOUS: Text = text("上一时段", "Previous");
pub const NEXT: Text = text("下一时段", "Next");
pub const NO_SHIFTS: Text = text(
    "该调度台在此日没有班次；请在“排班”中添加，或按日查看。",
    "The desk has no shift on this day; add one under shifts, or look at the day.",
);
pub const CHOOSE_DESK: Text = text("按班次查看须先选择调度台。", "Choose a desk to look at its shifts.");
pub const UNTIL_NOW: Text = text("时段未结束：统计到 {}。", "The period is not over: counted until {}.");
pub const NOT_BEGUN: Text = text("时段尚未开始。", "The period has not begun.");
pub const EMPTY: Text = text("✓ 此时段没有提示过告警。", "✓ No alarm was annunciated in this period.");
pub const TOO_MANY: Text = text(
    "此时段超过 {} 次告警，不予统计；请选择更短的时段。",
    "There were more than {} alarms in this period, which are not counted; choose a shorter one.",
);
pub const ONLY_YOURS: Text = text(
    "该调度台有您看不到的供电区域：只统计您看得到的部分。",
    "The desk has regions that are not yours to see: only your part is counted.",
);
pub const SUMMARY: Text =
    text("{} 次告警，{} 个席位；其中 {} 次未被确认。", "{} alarms at {} positions; {} of them were not acknowledged.");
pub const FIGURES: Text = text("指标与目标", "Figures and targets");
pub const MEASURE: Text = text("指标", "Measure");
pub const VALUE: Text = text("数值", "Value");
pub const TARGET: Text = text("目标", "Target");
pub const VERDICT: Text = text("结论", "Verdict");
pub const MEANING: Text = text("含义", "Meaning");
pub const CHART: Text = text("每 10 分钟告警数", "Alarms per ten minutes");
pub const CHART_MOST: Text = text("每列为 {} 分钟内最多的 10 分钟", "Each column is the busiest ten minutes of {} minutes");
pub const THRESHOLD: Text = text("洪泛起点 {}", "a flood begins at {}");
pub const FLOODS: Text = text("告警洪泛", "Floods");
pub const NO_FLOODS: Text = text("✓ 无告警洪泛。", "✓ No floods.");
pub const FLOOD_FROM: Text = text("开始", "From");
pub const FLOOD_TO: Text = text("结束", "To");
pub const FLOOD_MOST: Text = text("10 分钟最多", "Most in ten minutes");
pub const LENGTH: Text = text("时长", "Length");
pub const TOP: Text = text("最频繁的十个告警", "The ten most frequent alarms");
pub const ALARM: Text = text("告警", "Alarm");
pub const TIMES: Text = text("次数", "Times");
pub const SHARE: Text = text("占比", "Share");
pub const CHATTERING: Text = text("抖动告警", "Chattering alarms");
pub const CHATTERING_MOST: Text = text("60 秒内最多次数", "Most within 60 s");
pub const FLEETING: Text = text("瞬时告警", "Fleeting alarms");
pub const FLEETING_TIMES: Text = text("瞬时次数", "Fleeting times");
pub const STALE: Text = text("陈旧告警", "Stale alarms");
pub const STALE_SINCE: Text = text("自", "Since");
pub const STALE_FOR: Text = text("已持续", "For");
pub const NONE: Text = text("✓ 无", "✓ none");
pub const MORE: Text = text("另有 {} 个未列出。", "{} more are not listed.");
pub const NAMELESS: Text = text("告警 {}", "alarm {}");
pub const NEAR_RULE: Text = text(
    "“接近”：超出目标不到一半；平均值以 2 为限，提示级以 70 % 为限。",
    "“Near” is less than half beyond the target; for the average up to 2, for low severity down to 70 %.",
);
pub const COLUMN: Text = text("时间", "Time");
pub const ALARMS: Text = text("告警数", "Alarms");

pub fn measure(measure: Measure) -> Text {
    match measure {
        Measure::Average => text("平均每席位每 10 分钟", "Average per position and ten minutes"),
        Measure::PeakTenMinutes => text("最多 10 分钟（每席位）", "Busiest ten minutes, per position"),
        Measure::PeakHour => text("最多 1 小时（每席位）", "Busiest hour, per position"),
        Measure::PeakMinute => text("最多 1 分钟（每席位）", "Busiest minute, per position"),
        Measure::TimeInFlood => text("洪泛时间占比", "Time in flood"),
        Measure::Floods => text("洪泛次数", "Floods"),
        Measure::AfterUpset => text("扰动后 10 分钟（每席位）", "First ten minutes after an upset, per position"),
        Measure::Standing => text("驻留告警（每席位）", "Standing alarms, per position"),
        Measure::Stale => text("陈旧告警", "Stale alarms"),
        Measure::Chattering => text("抖动告警", "Chattering alarms"),
        Measure::Fleeting => text("瞬时告警次数", "Fleeting alarms"),
        Measure::TopTen => text("前十告警占比", "Share of the ten most frequent"),
        Measure::Urgent => text("紧急与重要占比", "Share of critical and high"),
        Measure::Medium => text("一般占比", "Share of medium"),
        Measure::Low => text("提示占比", "Share of low"),
        Measure::AcknowledgeMedian => text("确认用时中位数", "Time to acknowledge, median"),
        Measure::AcknowledgeP95 => text("确认用时 95 % 分位", "Time to acknowledge, 95th percentile"),
    }
}

pub fn meaning(measure: Measure) -> Text {
    match measure {
        Measure::Average => text("告警数 ÷ 席位 ÷ 10 分钟数", "alarms ÷ positions ÷ number of ten minutes"),
        Measure::PeakTenMinutes => text("任意连续 10 分钟", "any ten minutes in a row"),
        Measure::PeakHour => text("任意连续 60 分钟", "any 60 minutes in a row"),
        Measure::PeakMinute => text("任意连续 60 秒", "any 60 seconds in a row"),
        Measure::TimeInFlood => text(
            "每席位 10 分钟内达到 10 个起，到少于 5 个止",
            "from ten alarms per position in ten minutes until fewer than five",
        ),
        Measure::Floods => text("时段内的洪泛", "floods that reach into the period"),
        Measure::AfterUpset => text(
            "此前 10 分钟内没有紧急告警的紧急告警，为一次扰动",
            "an upset is a critical alarm with none in the ten minutes before it",
        ),
        Measure::Standing => text("时段结束时条件仍成立", "still true at the end of the period"),
        Measure::Stale => text("其中持续超过 24 小时", "of those, for more than 24 hours"),
        Measure::Chattering => text("同一告警 60 秒内 3 次以上", "the same alarm three times or more within 60 seconds"),
        Measure::Fleeting => text("60 秒内自行恢复", "over within 60 seconds"),
        Measure::TopTen => text("最频繁的十个告警的次数 ÷ 全部", "annunciations of the ten most frequent alarms ÷ all"),
        Measure::Urgent | Measure::Medium | Measure::Low => text("次数 ÷ 全部", "annunciations ÷ all"),
        Measure::AcknowledgeMedian | Measure::AcknowledgeP95 => text("仅已确认的告警", "of those that were acknowledged"),
    }
}

pub fn verdict(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Meets => text("达标", "meets"),
        Verdict::Near => text("接近", "near"),
        Verdict::Misses => text("未达标", "misses"),
        Verdict::NoData => text("无数据", "no data"),
    }
}

/// Tells the verdicts apart without colour.
pub fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Meets => "✓",
        Verdict::Near => "◐",
        Verdict::Misses => "✕",
        Verdict::NoData => "—",
    }
}

/// What stands behind the number.
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::PerPosition | Unit::Count => "",
        Unit::Percent => " %",
        Unit::Seconds => " s",
    }
}
