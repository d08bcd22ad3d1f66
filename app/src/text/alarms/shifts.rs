//! Words of desks, the calendar of shifts, and hand-overs.

use warehouse::alarms::shifts::ShiftFault;

use crate::text::{Text, text};

// The calendar
pub const TITLE: Text = text("排班", "Shifts");
pub const DESK: Text = text("调度台", "Desk");
pub const DESKS: Text = text("调度台", "Desks");
pub const NO_DESK: Text = text(
    "还没有调度台。调度台是一组由同一批人值守的供电区域；工程师可以添加。",
    "There is no desk yet. A desk is a set of regions that people watch together; an engineer adds one.",
);
pub const ADD_DESK: Text = text("添加调度台", "Add a desk");
pub const CHANGE_DESK: Text = text("修改调度台 {}", "Change the desk {}");
pub const REMOVE_DESK: Text = text("删除调度台 {}", "Remove the desk {}");
pub const REMOVE_DESK_NOTE: Text = text(
    "调度台及其排班不再显示；审计中的记录保留。",
    "The desk and its shifts are no longer shown; the audit keeps what was recorded.",
);
pub const NAME: Text = text("名称", "Name");
pub const POSITIONS: Text = text("同时在岗席位", "Positions staffed at the same time");
pub const POSITIONS_HINT: Text = text("1 至 50；绩效指标按席位平均", "1 to 50; the figures of performance are for one position");
pub const POSITIONS_OF: Text = text("{} 个席位", "{} positions");
pub const REGIONS: Text = text("供电区域（含其下级区域）", "Supply regions, with those below them");
pub const ALL_REGIONS: Text = text("全部供电区域，包括以后新增的", "All supply regions, also those added later");
pub const SOME_REGIONS: Text = text("仅下列供电区域", "Only these supply regions");
pub const HIDDEN_REGIONS: Text = text(
    "其中有您看不到的供电区域：下面只列出您看得到的告警。",
    "Some of its regions are not yours to see: only alarms of your regions are listed.",
);
pub const WEEK: Text = text("{} 至 {}", "{} to {}");
pub const WEEKS: Text = text("选择周", "Weeks");
pub const WEEK_BEFORE: Text = text("上一周", "Week before");
pub const WEEK_AFTER: Text = text("下一周", "Week after");
pub const THIS_WEEK: Text = text("本周", "This week");
pub const DAY: Text = text("日期", "Day");
pub const SHIFT: Text = text("班次", "Shift");
pub const TIME: Text = text("时间", "Time");
pub const PEOPLE: Text = text("当班人员", "People on duty");
pub const PEOPLE_HINT: Text = text("用逗号或顿号隔开，最多 20 人", "Separated by commas, at most 20");
pub const NOBODY: Text = text("未填写", "nobody entered");
pub const NO_SHIFT: Text = text("无班次", "no shift");
pub const ON_DUTY: Text = text("● 当班", "● on duty");
pub const PERFORMANCE_OF: Text = text("绩效", "Performance");
pub const CHANGE: Text = text("修改", "Change");
pub const REMOVE_SHIFT: Text = text("删除 {} 的班次 {}", "Remove the shift {} {}");
pub const REMOVE_SHIFT_NOTE: Text = text("交接班已引用的班次不能删除。", "A shift that a hand-over names cannot be removed.");
pub const ADD_SHIFT: Text = text("添加一个班次", "Add one shift");
pub const STARTS: Text = text("开始", "Begins");
pub const ENDS: Text = text("结束", "Ends");
pub const MOMENT_HINT: Text = text("例如 {}", "Such as {}");
pub const SERIES: Text = text("批量排班", "Add a series");
pub const SERIES_NOTE: Text = text(
    "每一班持续到下一班开始。班组按行轮换：第一个班次由第一行当班，依次往下，到底再从头开始。",
    "Each shift lasts until the next begins. Crews take turns: the first shift has the first line, the next the second, and round again.",
);
pub const PATTERN: Text = text("班制", "Pattern");
pub const THREE_SHIFTS: Text = text("三班：0–8、8–16、16–24", "three shifts: 0–8, 8–16, 16–24");
pub const TWO_SHIFTS: Text = text("两班：8–20、20–8", "two shifts: 8–20, 20–8");
pub const ONE_SHIFT: Text = text("一班：8–次日 8", "one shift: 8–8 of the next day");
pub const FROM_DAY: Text = text("从", "From");
pub const TO_DAY: Text = text("到（含）", "To, included");
pub const CREWS: Text = text("班组，每行一个", "Crews, one a line");
pub const CREWS_HINT: Text = text("例如：张三、李四", "Such as: Smith, Jones");
pub const NIGHT: Text = text("夜班", "Night");
pub const MORNING: Text = text("早班", "Morning");
pub const AFTERNOON: Text = text("中班", "Afternoon");
pub const DAY_SHIFT: Text = text("白班", "Day");
pub const WHOLE_DAY: Text = text("全日班", "Whole day");

// Hand-overs
pub const HANDOVER: Text = text("交接班", "Hand-over");
pub const HANDOVER_NO: Text = text("交接班 {}", "Hand-over {}");
pub const BEGIN: Text = text("开始交接班", "Begin a hand-over");
pub const BEGIN_NOTE: Text = text(
    "第一个签名时，系统保存当时的告警；此后交接事项不能再改。两人都签名后，全部内容不再变化。",
    "The first signature keeps the alarms as they are at that moment and closes the notes. After both signatures nothing changes any more.",
);
pub const NONE_OPEN: Text = text("没有进行中的交接班。", "No hand-over is under way.");
pub const FROM_SHIFT: Text = text("交班班次", "Shift that goes");
pub const TO_SHIFT: Text = text("接班班次", "Shift that comes");
pub const NO_SHIFT_CHOSEN: Text = text("不在排班表内", "not in the calendar");
pub const NOTES: Text = text("交接事项", "Notes");
pub const NOTES_HINT: Text = text("最多 4000 个字符", "At most 4000 characters");
pub const NO_NOTES: Text = text("无", "none");
pub const SAVE_NOTES: Text = text("保存交接事项", "Save the notes");
pub const OUTGOING: Text = text("交班人", "Hands over");
pub const INCOMING: Text = text("接班人", "Takes over");
pub const SIGN_OUTGOING: Text = text("我交班，签名", "I hand over: sign");
pub const SIGN_INCOMING: Text = text("我接班，签名", "I take over: sign");
pub const WITHDRAW: Text = text("撤回我的签名", "Take my signature back");
pub const NOT_SIGNED_YET: Text = text("○ 尚未签名", "○ not signed yet");
pub const SIGNED_BY: Text = text("✓ {}，{}", "✓ {}, {}");
pub const FINISHED: Text = text("✓ 双方已签名，内容不再变化。", "✓ Both have signed; nothing changes any more.");
pub const HALF_SIGNED: Text = text(
    "◐ 一方已签名，等待另一方。告警为签名时（{}）的情况。",
    "◐ One side has signed and waits for the other. The alarms are as they were at the signature ({}).",
);
pub const UNSIGNED: Text = text(
    "○ 双方均未签名。告警为当前情况，签名时保存。",
    "○ Nobody has signed. The alarms are those of now; a signature keeps them.",
);
pub const AS_SIGNED: Text = text("告警为第一个签名时（{}）的情况。", "The alarms are as they were at the first signature ({}).");
pub const PRINT_HINT: Text = text("可用浏览器直接打印本页。", "Print this page with the browser.");
pub const OPEN_ALARMS: Text = text("未消除的告警", "Open alarms");
pub const SHELVED: Text = text("已搁置", "Shelved");
pub const SUPPRESSED: Text = text("按设计抑制", "Suppressed by design");
pub const OUT_OF_SERVICE: Text = text("已停用", "Out of service");
pub const NONE_OF_THESE: Text = text("✓ 无", "✓ none");
pub const LEFT_OUT: Text = text("另有 {} 条告警未列出。", "{} more alarms are not listed.");
pub const ALARM: Text = text("告警", "Alarm");
pub const SUBJECT: Text = text("对象", "About");
pub const SEVERITY: Text = text("级别", "Severity");
pub const STATE: Text = text("状态", "State");
pub const SINCE: Text = text("自", "Since");
pub const VALUE: Text = text("数值 / 限值", "Value / limit");
pub const WHO: Text = text("确认人 / 负责人", "Acknowledged by / assigned to");
pub const UNTIL: Text = text("到期", "Until");
pub const REVIEW: Text = text("复核日期", "Review on");
pub const OVERDUE: Text = text("▲ 已过期", "▲ overdue");
pub const REASON: Text = text("原因", "Reason");
pub const BY: Text = text("操作人", "By");
pub const INSTALLATION: Text = text("整个系统", "the installation");
pub const CUSTOMER: Text = text("用户 {}", "customer {}");
pub const PAST: Text = text("历次交接班", "Past hand-overs");
pub const NONE_PAST: Text = text("还没有完成的交接班。", "No hand-over has been completed yet.");
pub const EARLIER: Text = text("更早", "Earlier");
pub const ALARM_COUNT: Text = text("告警数", "Alarms");
pub const SHOW: Text = text("查看", "Show");
pub const BACK_TO_NOW: Text = text("回到当前交接班", "Back to the present hand-over");

/// Codes of `?done=`.
pub const DONE: [(&str, Text); 10] = [
    ("desk-added", text("调度台已添加。", "The desk is added.")),
    ("desk-saved", text("调度台已保存。", "The desk is saved.")),
    ("desk-removed", text("调度台已删除。", "The desk is removed.")),
    ("shift-added", text("班次已添加。", "The shift is added.")),
    ("series-added", text("排班已添加。", "The series is added.")),
    ("shift-saved", text("班次已保存。", "The shift is saved.")),
    ("shift-removed", text("班次已删除。", "The shift is removed.")),
    ("handover-saved", text("交接事项已保存。", "The notes are saved.")),
    ("handover-signed", text("已签名。", "Signed.")),
    ("handover-withdrawn", text("签名已撤回。", "The signature is taken back.")),
];

/// Somebody else was first, or it is too late: the page shows what stands.
pub fn is_late(fault: ShiftFault) -> bool {
    use ShiftFault::{Finished, HandoverOpen, NotSigned, Overlaps, SamePerson, ShiftInUse, Signed};
    matches!(fault, Overlaps | ShiftInUse | HandoverOpen | Signed | Finished | SamePerson | NotSigned)
}

/// Names of the fields that the sentence is about.
pub fn fields(fault: ShiftFault) -> &'static [&'static str] {
    match fault {
        ShiftFault::NoRegions | ShiftFault::TooManyRegions | ShiftFault::BeyondOwnRegions => &["regions"],
        ShiftFault::Positions => &["positions"],
        ShiftFault::Length | ShiftFault::Overlaps => &["starts_at", "ends_at", "from", "to"],
        ShiftFault::TooManyPeople => &["people", "crews"],
        ShiftFault::Series => &["from", "to"],
        ShiftFault::WrongShifts => &["from_shift", "to_shift"],
        ShiftFault::TextTooLong => &["notes"],
        _ => &[],
    }
}

/// What is wrong and what to do.
pub fn problem(fault: ShiftFault) -> Text {
    match fault {
        ShiftFault::BeyondOwnRegions => text(
            "其中有您看不到的供电区域；请由能看到全部区域的人操作。",
            "Some of its regions are not yours to see; somebody who sees all of them has to do this.",
        ),
        ShiftFault::NoRegions => text("请选择至少一个供电区域，或选择全部。", "Choose at least one supply region, or all."),
        ShiftFault::TooManyRegions => {
            text("供电区域太多：最多 1000 个；请选择上级区域。", "Too many regions: at most 1000. Choose a region above them.")
        }
        ShiftFault::TooManyDesks => text("调度台太多：最多 200 个。", "There are too many desks: at most 200."),
        ShiftFault::Positions => text("在岗席位须为 1 至 50。", "There are 1 to 50 positions."),
        ShiftFault::Length => {
            text("结束须晚于开始，一个班次最长 24 小时。", "A shift ends after it begins and lasts at most 24 hours.")
        }
        ShiftFault::TooManyPeople => text("当班人员最多 20 人。", "A shift has at most 20 people."),
        ShiftFault::Series => {
            text("日期须先后正确，一次最多 400 个班次。", "The days must be in order, with at most 400 shifts at once.")
        }
        ShiftFault::Overlaps => text(
            "与该调度台已有的班次时间重叠；未作任何更改。",
            "It overlaps a shift that the desk has already; nothing was changed.",
        ),
        ShiftFault::ShiftInUse => {
            text("交接班已引用此班次，不能删除。", "A hand-over names this shift, so it cannot be removed.")
        }
        ShiftFault::WrongShifts => text("请选择该调度台的两个不同班次。", "Choose two different shifts of this desk."),
        ShiftFault::HandoverOpen => {
            text("该调度台已有进行中的交接班；请先完成它。", "A hand-over of this desk is under way; complete it first.")
        }
        ShiftFault::TextTooLong => text("交接事项最多 4000 个字符。", "The notes have at most 4000 characters."),
        ShiftFault::Signed => text(
            "已有人签名：签过名的内容不能再改。签名人可以先撤回签名。",
            "Somebody has signed, and what he signed does not change. He can take his signature back first.",
        ),
        ShiftFault::Finished => text("双方已签名，内容不再变化。", "Both sides have signed; nothing changes any more."),
        ShiftFault::SamePerson => text(
            "交班人与接班人必须是两个人；另一方请由本人登录后签名。",
            "Two different people hand over and take over; the other one signs in and signs for himself.",
        ),
        ShiftFault::NotAPerson => text("只有登录的人员能签名。", "Only somebody who signed in with a name can sign."),
        ShiftFault::NotSigned => text("这里没有可由您撤回的签名。", "There is no signature of yours to take back."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_fault_has_its_own_sentence() {
        for lang in Lang::ALL {
            let sentences: std::collections::BTreeSet<_> =
                ShiftFault::ALL.iter().map(|fault| problem(*fault).get(lang)).collect();
            assert_eq!(sentences.len(), ShiftFault::ALL.len());
        }
    }
}
