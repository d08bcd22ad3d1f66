//! Everything a rule says, as labelled lines: what the page shows and what versions are compared by.

use domain::RegionId;
use domain::alarms::schedule::OnHolidays;
use domain::alarms::{Quieting, RegionChoice, RuleDefinition, Schedule};
use warehouse::read::regions::Tree;

use crate::format::{self, date};
use crate::pages::managed;
use crate::text::alarms::{rules as texts, words};
use crate::text::{Lang, Text};

/// Regions that a line names; more are counted.
const MOST_NAMES: usize = 20;
const MOST_OVERRIDES: usize = 20;

/// In the order of the form. A line without a value is empty.
pub fn of(rule: &RuleDefinition, tree: &Tree, lang: Lang) -> Vec<(Text, String)> {
    let why = &rule.rationale;
    let yes_no = |is_set: bool| if is_set { texts::YES } else { texts::NO }.get(lang).to_owned();
    let seconds = |seconds: u32| if seconds == 0 { String::new() } else { texts::SECONDS.with(lang, &[&seconds.to_string()]) };
    let minutes = |minutes: Option<u32>| {
        minutes.map_or_else(String::new, |minutes| texts::MINUTES.with(lang, &[&format::count(minutes.into())]))
    };
    let quiets = if rule.quiets == Quieting::Nothing { String::new() } else { words::quieting(rule.quiets).get(lang).to_owned() };
    vec![
        (texts::NAME_ZH, rule.name_zh.clone()),
        (texts::NAME_EN, rule.name_en.clone()),
        (texts::SEVERITY, words::severity(rule.severity).get(lang).to_owned()),
        (texts::CLASS, rule.class.map_or_else(String::new, |class| words::class(class).get(lang).to_owned())),
        (texts::CONDITIONS, conditions(rule, lang)),
        (texts::ON_DELAY, seconds(rule.on_delay_s)),
        (texts::OFF_DELAY, seconds(rule.off_delay_s)),
        (texts::REPEATS, if rule.repeat_count > 1 { rule.repeat_count.to_string() } else { String::new() }),
        (texts::NEEDS_ACK, yes_no(rule.needs_ack)),
        (texts::LATCHING, if rule.latching { yes_no(true) } else { String::new() }),
        (texts::REANNUNCIATE, minutes(rule.reannunciate_min)),
        (texts::QUIETS, quiets),
        (texts::WHEN, schedule(rule.schedule, lang)),
        (texts::REGIONS, regions(&rule.regions, tree, lang)),
        (texts::OVERRIDES, overrides(rule, tree, lang)),
        (texts::CAUSE, why.cause.clone()),
        (texts::CONSEQUENCE, why.consequence.clone()),
        (texts::RESPONSE, why.response.clone()),
        (texts::TIME_TO_RESPOND, why.time_to_respond_min.map_or_else(String::new, |minutes| minutes.to_string())),
        (texts::OWNER, why.owner.clone()),
        (texts::REVIEW_ON, why.review_on.map_or_else(String::new, |day| day.to_string())),
    ]
}

/// With the deadband of each.
fn conditions(rule: &RuleDefinition, lang: Lang) -> String {
    let each = rule.conditions.iter().map(|condition| {
        let said = texts::condition(condition, condition.threshold, lang);
        if condition.deadband.0 == 0 {
            return said;
        }
        format!("{said} ({} {})", texts::DEADBAND.get(lang), texts::number(condition.deadband))
    });
    let join = if rule.conditions.len() > 1 { format!(" — {}", words::join(rule.join).get(lang)) } else { String::new() };
    format!("{}{join}", each.collect::<Vec<_>>().join("; "))
}

pub fn schedule(schedule: Schedule, lang: Lang) -> String {
    if schedule.is_always() {
        return texts::ALWAYS.get(lang).to_owned();
    }
    let mut parts = Vec::new();
    if schedule.weekdays & 0b111_1111 != 0b111_1111 {
        let days = (0..7u8).filter(|day| schedule.weekdays >> day & 1 == 1).map(|day| weekday(day, lang));
        parts.push(days.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " }));
    }
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    parts.push(format!("{}–{}", clock(schedule.from_minute), clock(schedule.to_minute)));
    if schedule.holidays != OnHolidays::AsUsual {
        parts.push(format!("{}: {}", texts::HOLIDAYS.get(lang), holidays(schedule.holidays).get(lang)));
    }
    parts.join(" · ")
}

/// Name of a weekday; 0 is Monday.
pub fn weekday(day: u8, lang: Lang) -> &'static str {
    // 1970-01-05 was a Monday
    format::weekday(domain::Day(4 + i32::from(day)), lang)
}

pub fn holidays(choice: OnHolidays) -> Text {
    match choice {
        OnHolidays::AsUsual => texts::HOLIDAYS_AS_USUAL,
        OnHolidays::Never => texts::HOLIDAYS_NEVER,
        OnHolidays::Only => texts::HOLIDAYS_ONLY,
    }
}

fn regions(choice: &RegionChoice, tree: &Tree, lang: Lang) -> String {
    match choice {
        RegionChoice::All => texts::ALL_REGIONS.get(lang).to_owned(),
        RegionChoice::Listed(listed) => managed::region_names(listed, tree, MOST_NAMES, lang),
    }
}

/// A region that the viewer does not see is named by its number.
pub fn region(id: RegionId, tree: &Tree, lang: Lang) -> String {
    crate::pages::shared::region_name(id, tree.name(id), lang)
}

fn overrides(rule: &RuleDefinition, tree: &Tree, lang: Lang) -> String {
    let each = rule.overrides.iter().take(MOST_OVERRIDES).map(|(id, own)| {
        let thresholds = own.thresholds.iter().zip(&rule.conditions);
        let mut parts: Vec<_> =
            thresholds.filter_map(|(threshold, condition)| Some(texts::condition(condition, (*threshold)?, lang))).collect();
        parts.extend(own.severity.map(|severity| words::severity(severity).get(lang).to_owned()));
        parts.extend(own.is_left_out.then(|| texts::LEFT_OUT.get(lang).to_owned()));
        format!("{}: {}", region(*id, tree, lang), parts.join(", "))
    });
    let mut lines: Vec<_> = each.collect();
    if rule.overrides.len() > MOST_OVERRIDES {
        lines.push(texts::REGIONS_COUNT.with(lang, &[&rule.overrides.len().to_string()]));
    }
    lines.join("; ")
}

/// A day as it is shown, or the mark for none.
pub fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| crate::text::common::ABSENT.to_owned(), |day| date(domain::Day::from_date(day)))
}
