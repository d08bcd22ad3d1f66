//! Why an act on an alarm was not done, in words, and what is said when it was.

use domain::alarms::{Event, Refusal};

use crate::submitted::Problem;
use crate::text::alarms::words;
use crate::text::{Lang, Text, text};

/// Sentences of the problems that only alarms have.
pub fn problem(problem: Problem) -> Text {
    match problem {
        Problem::NothingChosen => text("请先选择至少一条告警。", "Choose at least one alarm first."),
        Problem::TextTooLong => text(
            "文字太长：最多 500 个字符。未作任何更改。",
            "The text is too long: at most 500 characters. Nothing was changed.",
        ),
        Problem::UnknownAssignee => text(
            "没有这个人，或此人看不到所选告警；未作任何更改。",
            "There is nobody of that name, or he does not see the chosen alarms; nothing was changed.",
        ),
        _ => text("未能全部完成，原因见下。", "It could not be done for all of them; the reasons stand below."),
    }
}

const NOTHING_TO_ACKNOWLEDGE: Text = text("状态为 {}，没有需要确认的内容。", "It is {}: there is nothing to acknowledge.");
const STILL_TRUE: Text = text("条件仍然成立，不能复位。", "The condition is still true, so it cannot be reset.");
const NOT_LATCHED: Text = text("状态为 {}，没有锁存，无须复位。", "It is {} and not latched: there is nothing to reset.");
const NOT_SHELVED: Text = text("状态为 {}，没有被搁置。", "It is {} and not shelved.");
const NOT_OUT_OF_SERVICE: Text = text("状态为 {}，没有停用。", "It is {} and not out of service.");
const CANNOT_SET_ASIDE: Text = text("状态为 {}，此时不能搁置或停用。", "It is {} and cannot be set aside now.");
const REASON_MISSING: Text = text("必须填写原因。", "A reason is needed.");
const TOO_LONG: Text = text("最长 {} 分钟。", "At most {} minutes.");
const IN_THE_PAST: Text = text("时间须在将来。", "The time must be in the future.");
const NEEDS_ENGINEER: Text = text("此操作需由工程师执行。", "Only an engineer may do this.");
const CHANGED_BY: Text = text("{} 已先一步操作：{}，{}。", "{} was first: {} at {}.");
const CHANGED: Text = text("它刚刚发生了变化：{}，{}。", "It has just changed: {} at {}.");

/// The sentence; `moment` writes UTC milliseconds for the reader.
pub fn sentence(refusal: &Refusal, lang: Lang, moment: impl Fn(i64) -> String) -> String {
    match refusal {
        Refusal::NothingToAcknowledge(state) => NOTHING_TO_ACKNOWLEDGE.with(lang, &[words::state(*state).get(lang)]),
        Refusal::StillTrue => STILL_TRUE.get(lang).to_owned(),
        Refusal::NotLatched(state) => NOT_LATCHED.with(lang, &[words::state(*state).get(lang)]),
        Refusal::NotShelved(state) => NOT_SHELVED.with(lang, &[words::state(*state).get(lang)]),
        Refusal::NotOutOfService(state) => NOT_OUT_OF_SERVICE.with(lang, &[words::state(*state).get(lang)]),
        Refusal::CannotSetAside(state) => CANNOT_SET_ASIDE.with(lang, &[words::state(*state).get(lang)]),
        Refusal::ReasonMissing => REASON_MISSING.get(lang).to_owned(),
        Refusal::TooLong(minutes) => TOO_LONG.with(lang, &[&minutes.to_string()]),
        Refusal::InThePast => IN_THE_PAST.get(lang).to_owned(),
        Refusal::NeedsEngineer => NEEDS_ENGINEER.get(lang).to_owned(),
        Refusal::Changed { by: Some(by), event, at_ms } => CHANGED_BY.with(lang, &[by, happened(event, lang), &moment(*at_ms)]),
        Refusal::Changed { by: None, event, at_ms } => CHANGED.with(lang, &[happened(event, lang), &moment(*at_ms)]),
    }
}

/// What happened, by the code of the event; an unknown one as it is.
fn happened(event: &str, lang: Lang) -> &str {
    Event::from_code(event).map_or(event, |event| words::event(event).get(lang))
}

/// Codes of `?done=` after acts, by [`domain::alarms::Act::code`].
pub const DONE: [(&str, Text); 8] = [
    ("alarm-ack", text("告警已确认。", "Acknowledged.")),
    ("alarm-reset", text("告警已复位。", "Reset.")),
    ("alarm-shelve", text("告警已搁置，到期自动返回。", "Shelved; it comes back by itself.")),
    ("alarm-unshelve", text("告警已取消搁置。", "Taken off the shelf.")),
    ("alarm-out_of_service", text("告警已停用，直到有人恢复。", "Out of service until somebody returns it.")),
    ("alarm-in_service", text("告警已恢复使用。", "Returned to service.")),
    ("alarm-assign", text("告警已指派。", "Assigned.")),
    ("alarm-comment", text("备注已保存。", "The comment is saved.")),
];

#[cfg(test)]
mod tests {
    use domain::alarms::State;

    use super::*;

    fn said(refusal: &Refusal, lang: Lang) -> String {
        sentence(refusal, lang, |ms| format!("<{ms}>"))
    }

    #[test]
    fn whoever_came_second_reads_who_was_first_did_what_and_when() {
        let changed = Refusal::Changed { by: Some("li".to_owned()), event: "acknowledged", at_ms: 7 };
        assert_eq!(said(&changed, Lang::En), "li was first: acknowledged at <7>.");
        assert_eq!(said(&changed, Lang::Zh), "li 已先一步操作：确认，<7>。");
        let by_itself = Refusal::Changed { by: None, event: "returned", at_ms: 7 };
        assert_eq!(said(&by_itself, Lang::En), "It has just changed: returned to normal at <7>.");
    }

    #[test]
    fn sentences_name_the_state_and_the_limit() {
        assert!(said(&Refusal::NothingToAcknowledge(State::Acked), Lang::En).contains("It is acknowledged:"));
        assert!(said(&Refusal::TooLong(480), Lang::Zh).contains("480"));
        assert!(!said(&Refusal::StillTrue, Lang::Zh).is_ascii());
    }
}
