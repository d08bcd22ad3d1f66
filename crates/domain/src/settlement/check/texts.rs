//! Texts of a plan: there, short enough, and storable.

use super::super::calendar::DayChoice;
use super::super::tariff::{MOST_CODE_CHARS, MOST_TEXT_CHARS, Notice};
use super::super::{CalendarDay, TariffPlan};
use super::{MOST_NAME_CHARS, MOST_TRIGGER_CHARS, PlanFault, PlanText, number};

pub(super) fn check(plan: &TariffPlan, faults: &mut Vec<PlanFault>) {
    if !is_code(&plan.code) {
        faults.push(PlanFault::Code);
    }
    needed(&plan.name, PlanText::Name, MOST_NAME_CHARS, faults);
    optional(plan.name_en.as_deref(), PlanText::NameEn, MOST_NAME_CHARS, faults);
    needed(&plan.province, PlanText::Province, MOST_NAME_CHARS, faults);
    notice(&plan.notice, [PlanText::NoticeNumber, PlanText::NoticeTitle, PlanText::NoticeRemark], faults);
    if let Some(own) = plan.prices.as_ref().and_then(|prices| prices.notice.as_ref()) {
        let texts = [PlanText::PricesNoticeNumber, PlanText::PricesNoticeTitle, PlanText::PricesNoticeRemark];
        notice(own, texts, faults);
    }
    for (at, category) in plan.for_whom.categories.iter().enumerate() {
        needed(category, PlanText::Category(number(at)), MOST_NAME_CHARS, faults);
    }
    for (at, rule) in plan.calendar.rules.iter().enumerate() {
        let rule_no = number(at);
        optional(rule.clause.as_deref(), PlanText::Clause { rule: rule_no }, MOST_TEXT_CHARS, faults);
        if let Some(trigger) = &rule.trigger {
            needed(trigger, PlanText::Trigger { rule: rule_no }, MOST_TRIGGER_CHARS, faults);
        }
        if let DayChoice::Holidays { names } = &rule.days {
            for name in names {
                needed(name, PlanText::HolidayName { rule: rule_no }, CalendarDay::MOST_NAME_CHARS, faults);
            }
        }
    }
    let components = plan.prices.iter().flat_map(|prices| &prices.components);
    for (at, component) in components.enumerate() {
        optional(component.name.as_deref(), PlanText::ComponentName(number(at)), MOST_NAME_CHARS, faults);
    }
}

/// Parts of addresses beside those of plans.
const RESERVED: [&str; 3] = ["new", "import", "check"];

/// As the table of plans and addresses take it.
pub fn is_code(code: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !RESERVED.contains(&code)
        && code.len() <= MOST_CODE_CHARS
        && code.bytes().next().is_some_and(is_letter)
        && code.bytes().all(|byte| is_letter(byte) || byte == b'-')
}

fn notice(notice: &Notice, [number, title, remark]: [PlanText; 3], faults: &mut Vec<PlanFault>) {
    needed(&notice.number, number, MOST_TEXT_CHARS, faults);
    optional(notice.title.as_deref(), title, MOST_TEXT_CHARS, faults);
    optional(notice.remark.as_deref(), remark, MOST_TEXT_CHARS, faults);
}

fn needed(value: &str, text: PlanText, most: usize, faults: &mut Vec<PlanFault>) {
    if value.trim().is_empty() {
        faults.push(PlanFault::TextMissing(text));
    }
    optional(Some(value), text, most, faults);
}

fn optional(value: Option<&str>, text: PlanText, most: usize, faults: &mut Vec<PlanFault>) {
    let Some(value) = value else { return };
    if value.chars().count() > most {
        faults.push(PlanFault::TextTooLong { text, most });
    }
    if value.chars().any(|letter| letter.is_control() && letter != '\n') {
        faults.push(PlanFault::TextBad(text));
    }
}
