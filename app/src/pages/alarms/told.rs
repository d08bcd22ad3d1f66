//! Pieces of an alarm as pages tell them: of whom, by which rule, value against limit, since when.

use domain::alarms::{Condition, Metric, Point, Quality, RuleDefinition, Severity, State, Subject, Unit};
use domain::{Fixed2, LocalMs};
use leptos::prelude::*;
use warehouse::read::alarms::{Line, Page, Rules, Suppressor};

use crate::format;
use crate::pages::shared;
use crate::text::alarms::{desk, words};
use crate::text::{Lang, common};
use crate::viewer::Viewer;

/// A number with at most two decimals, without idle zeros, in groups of thousands.
pub fn number(value: Fixed2) -> String {
    let sign = if value.0 < 0 { "−" } else { "" };
    let (whole, hundredths) = (value.0.unsigned_abs() / 100, value.0.unsigned_abs() % 100);
    let whole = format::count(i64::try_from(whole).unwrap_or(i64::MAX));
    match (hundredths / 10, hundredths % 10) {
        (0, 0) => format!("{sign}{whole}"),
        (tenths, 0) => format!("{sign}{whole}.{tenths}"),
        _ => format!("{sign}{whole}.{hundredths:02}"),
    }
}

pub fn quantity(value: Fixed2, unit: Unit, lang: Lang) -> String {
    format!("{} {}", number(value), words::unit(unit).get(lang))
}

/// The condition that the point's value belongs to: one with its limit, rather one that holds.
pub fn condition<'a>(point: &Point, rule: &'a RuleDefinition) -> Option<&'a Condition> {
    let holds = |at: usize| 1u32.checked_shl(u32::try_from(at).ok()?).filter(|bit| u32::from(point.holds) & bit != 0);
    judged(point, point.threshold, rule, |at| holds(at).is_some())
}

/// The same for numbers of the past, of which only the limit is known.
pub fn condition_then<'a>(point: &Point, threshold: Option<Fixed2>, rule: &'a RuleDefinition) -> Option<&'a Condition> {
    judged(point, threshold, rule, |_| false)
}

fn judged<'a>(
    point: &Point,
    threshold: Option<Fixed2>,
    rule: &'a RuleDefinition,
    holds: impl Fn(usize) -> bool,
) -> Option<&'a Condition> {
    let region = point.key.subject.region_id();
    let has_limit = |at: usize| rule.threshold(at, region) == threshold;
    let best = (0..rule.conditions.len()).max_by_key(|at| (has_limit(*at), holds(*at), std::cmp::Reverse(*at)));
    best.and_then(|at| rule.conditions.get(at))
}

pub fn metric(point: &Point, rule: Option<&RuleDefinition>) -> Option<Metric> {
    rule.and_then(|rule| condition(point, rule)).map(|condition| condition.metric)
}

/// `105.2 % ≥ 100 %`
pub fn value_and_limit(line: &Line, rules: &Rules, lang: Lang) -> String {
    let point = &line.point;
    let condition = rules.of(line).and_then(|rule| condition(point, rule));
    compared(point.value, point.threshold, condition, lang)
}

/// As one condition has it; without it the bare numbers. A value on the good side of its limit does not stand against it.
pub fn compared(value: Option<Fixed2>, threshold: Option<Fixed2>, condition: Option<&Condition>, lang: Lang) -> String {
    let shown = |value: Fixed2| condition.map_or_else(|| number(value), |known| quantity(value, known.metric.unit(), lang));
    let (own, value) = (value, format::or_absent(value, shown));
    match threshold {
        None => value,
        Some(threshold) => {
            let sign = condition.map_or("/", |known| words::comparison_sign(known.comparison));
            let is_within = condition.zip(own).is_some_and(|(known, own)| !known.comparison.holds(own, threshold));
            if is_within {
                return desk::WITHIN_LIMIT.with(lang, &[&value, sign, &shown(threshold)]);
            }
            format!("{value} {sign} {}", shown(threshold))
        }
    }
}

pub fn rule_name(page: &Page, line: &Line, lang: Lang) -> String {
    name_of(&page.rules, line.point.key.rule_id, line.point.rule_version, lang)
}

pub fn name_of(rules: &Rules, rule_id: i64, version: i32, lang: Lang) -> String {
    let number = || desk::RULE_NO.with(lang, &[&rule_id.to_string()]);
    rules.get(rule_id, version).map_or_else(number, |rule| words::rule_name(rule, lang).to_owned())
}

pub fn subject_name(line: &Line, lang: Lang) -> String {
    name(line, false, lang)
}

/// On the wall every customer's name is masked.
pub fn wall_subject(line: &Line, lang: Lang) -> String {
    name(line, true, lang)
}

fn name(line: &Line, masks_all: bool, lang: Lang) -> String {
    match line.point.key.subject {
        Subject::Region(region_id) => shared::region_name(region_id, &line.region_name, lang),
        Subject::User { user_id, .. } => match &line.user {
            Some(user) => {
                let masked = crate::pages::dashboard::masked(&user.user_name, &user.usage_type, masks_all, lang);
                format!("{masked} {user_id}")
            }
            None => format!("{} {user_id}", common::UNKNOWN_USER.get(lang)),
        },
        Subject::Pipeline => words::PIPELINE.get(lang).to_owned(),
    }
}

/// The subject as a link, a customer with his region. Without the right to customers there is no page of his to go to.
pub fn subject(line: &Line, viewer: &Viewer, lang: Lang) -> AnyView {
    let name = subject_name(line, lang);
    match line.point.key.subject {
        Subject::Region(region_id) => shared::region_link(region_id, &line.region_name, lang),
        Subject::Pipeline => view! { <a href="/pipeline">{name}</a> }.into_any(),
        Subject::User { user_id, region_id } => {
            let person = match viewer.may(domain::access::Permission::SeeCustomers) {
                true => shared::user_link(user_id, name),
                false => name.into_any(),
            };
            view! { {person} " · " {shared::region_link(region_id, &line.region_name, lang)} }.into_any()
        }
    }
}

pub fn severity(severity: Severity, lang: Lang) -> AnyView {
    view! {
        <span class="alarm-severity">
            <i aria-hidden="true">{words::severity_glyph(severity)}</i>
            " "
            <span class="severity">{words::severity(severity).get(lang)}</span>
        </span>
    }
    .into_any()
}

pub fn state(state: State, lang: Lang) -> AnyView {
    view! {
        <span class=format!("alarm-state state-{}", state.code().to_ascii_lowercase()) title=words::state_sentence(state).get(lang)>
            <i aria-hidden="true">{words::state_glyph(state)}</i>
            " "
            {words::state(state).get(lang)}
        </span>
    }
    .into_any()
}

/// None while the data is good.
pub fn quality(quality: Quality, lang: Lang) -> Option<AnyView> {
    (quality != Quality::Good).then(|| {
        let text = format!("{} {}", words::quality_glyph(quality), words::quality(quality).get(lang));
        view! { <span class="mark mark-partial" title=words::quality_why(quality).get(lang)>{text}</span> }.into_any()
    })
}

/// Whole minutes, hours or days: an age that moves with every second says no more, and every line would be sent anew.
pub fn age(ms: i64, lang: Lang) -> String {
    let minutes = ms.max(0) / 60_000;
    match minutes {
        0 => desk::AGE_NOW.get(lang).to_owned(),
        1..120 => desk::AGE_MINUTES.with(lang, &[&minutes.to_string()]),
        120..2_880 => desk::AGE_HOURS.with(lang, &[&(minutes / 60).to_string()]),
        _ => desk::AGE_DAYS.with(lang, &[&format::count(minutes / 1_440)]),
    }
}

/// Since when it has been on the desk, on the wall clock.
pub fn since_ms(point: &Point) -> i64 {
    point.annunciated_ms.filter(|_| point.state.is_open()).unwrap_or(point.state_since_ms)
}

/// Why it is suppressed: an alarm that the viewer sees is linked, another is only said.
pub fn suppressed_by(line: &Line, rules: &Rules, lang: Lang) -> AnyView {
    match (&line.suppressor, line.point.suppressed_by) {
        (Some(Suppressor { alarm_id, subject, rule_id, rule_version, region_name }), _) => {
            let name = match subject {
                Subject::Region(region_id) => shared::region_name(*region_id, region_name, lang),
                _ => words::PIPELINE.get(lang).to_owned(),
            };
            let rule = name_of(rules, *rule_id, *rule_version, lang);
            view! { <a href=format!("/alarms/{alarm_id}")>{format!("{name} {rule}")}</a> }.into_any()
        }
        (None, Some(domain::alarms::Suppression::Pipeline)) => desk::BY_PIPELINE.get(lang).into_any(),
        (None, Some(domain::alarms::Suppression::Alarm(_))) => desk::BY_ALARM_ABOVE.get(lang).into_any(),
        (None, None) => common::ABSENT.into_any(),
    }
}

/// `14:05:10`, with the day when it is another.
pub fn event_time(at: Option<LocalMs>, today: domain::Day) -> String {
    format::or_absent(at, |at| format::clock_on(at, today))
}

#[cfg(test)]
mod tests {
    use domain::alarms::Comparison;

    use super::*;

    #[test]
    fn numbers_have_no_idle_zeros() {
        for (hundredths, shown) in [(1_234_500, "12,345"), (150, "1.5"), (105, "1.05"), (-700, "−7"), (0, "0"), (-5, "−0.05")]
        {
            assert_eq!(number(Fixed2(hundredths)), shown);
        }
    }

    #[test]
    fn a_value_stands_against_its_limit_with_units() {
        let condition = Condition {
            metric: Metric::LoadNowPercent,
            comparison: Comparison::AtLeast,
            threshold: Fixed2(10_000),
            deadband: Fixed2::ZERO,
            span_min: None,
        };
        let shown = compared(Some(Fixed2(10_520)), Some(Fixed2(10_000)), Some(&condition), Lang::Zh);
        assert_eq!(shown, "105.2 % ≥ 100 %");
        assert_eq!(compared(None, Some(Fixed2(10_000)), Some(&condition), Lang::En), "— ≥ 100 %");
        let returned = |lang| compared(Some(Fixed2(9_150)), Some(Fixed2(10_000)), Some(&condition), lang);
        assert_eq!((returned(Lang::Zh), returned(Lang::En)), ("91.5 %（限值 ≥ 100 %）".into(), "91.5 % (limit ≥ 100 %)".into()));
        assert_eq!(compared(Some(Fixed2(300)), None, None, Lang::En), "3");
    }

    #[test]
    fn a_value_belongs_to_the_condition_with_its_limit() {
        let text = r#"{"severity":"high","conditions":[
            {"metric":"pipeline_down_s","comparison":">=","threshold":"30"},
            {"metric":"pipeline_lag_s","comparison":">=","threshold":"300"},
            {"metric":"slot_mb","comparison":">=","threshold":"300"}]}"#;
        let rule: RuleDefinition = serde_json::from_str(text).expect("a definition");
        let key = domain::alarms::PointKey { rule_id: 1, subject: Subject::Pipeline };
        let told = |threshold: Option<i64>, holds: u16| {
            let point = Point { threshold: threshold.map(Fixed2), holds, ..Point::new(key, 1, Severity::High) };
            (metric(&point, Some(&rule)), condition_then(&point, point.threshold, &rule).map(|known| known.metric))
        };
        assert_eq!(told(Some(30_000), 0b100), (Some(Metric::SlotMb), Some(Metric::PipelineLagS)));
        assert_eq!(told(Some(3_000), 0b110).0, Some(Metric::PipelineDownS), "what was compared and not what holds beside it");
        assert_eq!(told(None, 0), (Some(Metric::PipelineDownS), Some(Metric::PipelineDownS)));
        assert_eq!(told(Some(7), 0b010).0, Some(Metric::PipelineLagS));
    }

    #[test]
    fn an_age_is_told_in_one_unit() {
        let said = |minutes: i64| age(minutes * 60_000, Lang::En);
        assert_eq!((said(0), said(119), said(130)), ("< 1 min".into(), "119 min".into(), "2 h".into()));
        assert_eq!((said(2_880), age(-5, Lang::Zh)), ("2 d".into(), "不到 1 分".into()));
    }
}
