//! What a rule says, in one sentence.

use domain::Fixed2;
use domain::alarms::{Condition, Join, Metric, RuleDefinition};

use crate::format::EnergyUnit;
use crate::text::alarms::words;
use crate::text::{Lang, Text, text};

const PLAIN: Text = text("{} {} {} {}", "{} {} {} {}");
const OF_LIMIT: Text = text("当前负荷 {} 限值的 {} %", "load now {} {} % of the limit");
const WITHIN: Text = text("{} 分钟内负荷变化 {} {} %", "change of load within {} min {} {} %");
const AND: Text = text("，且 ", " and ");
const OR: Text = text("，或 ", " or ");
const FOR: Text = text("，持续 {} s", " for {} s");
const IN_A_ROW: Text = text("，连续 {} 次", ", {} evaluations in a row");
const UNTIL: Text = text("；回差 {} {}", "; deadband {} {}");
const NOTHING: Text = text("没有条件", "no condition");

/// Such as `load now ≥ 100 % of the limit for 60 s`.
pub fn sentence(rule: &RuleDefinition, lang: Lang) -> String {
    if rule.conditions.is_empty() {
        return NOTHING.get(lang).to_owned();
    }
    let join = if rule.join == Join::All { AND } else { OR };
    let conditions: Vec<_> = rule.conditions.iter().map(|one| condition(one, one.threshold, lang)).collect();
    let mut said = conditions.join(join.get(lang));
    if rule.on_delay_s > 0 {
        said.push_str(&FOR.with(lang, &[&rule.on_delay_s.to_string()]));
    }
    if rule.repeat_count > 1 {
        said.push_str(&IN_A_ROW.with(lang, &[&rule.repeat_count.to_string()]));
    }
    if let [only] = rule.conditions.as_slice()
        && only.deadband > Fixed2::ZERO
    {
        said.push_str(&UNTIL.with(lang, &[&number(only.deadband), words::unit(only.metric.unit()).get(lang)]));
    }
    said
}

/// One condition with a threshold, the rule's or a region's own.
pub fn condition(condition: &Condition, threshold: Fixed2, lang: Lang) -> String {
    let sign = words::comparison_sign(condition.comparison);
    let threshold = number(threshold);
    match condition.metric {
        Metric::LoadNowPercent => OF_LIMIT.with(lang, &[sign, &threshold]),
        Metric::LoadChangePercent => {
            let span = condition.span_min.map_or_else(|| "—".to_owned(), |minutes| minutes.to_string());
            WITHIN.with(lang, &[&span, sign, &threshold])
        }
        metric => {
            let (name, unit) = (words::metric(metric).get(lang), words::unit(metric.unit()).get(lang));
            PLAIN.with(lang, &[name, sign, &threshold, unit])
        }
    }
}

/// A number of two decimals without those that say nothing.
pub fn number(value: Fixed2) -> String {
    let shown = EnergyUnit::Kwh.number(value);
    if let Some(whole) = shown.strip_suffix(".00") {
        return whole.to_owned();
    }
    shown.strip_suffix('0').unwrap_or(&shown).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_rules_read_as_sentences() {
        let said: Vec<_> = domain::alarms::starter::rules()
            .iter()
            .map(|rule| (rule.code, sentence(&rule.definition, Lang::Zh), sentence(&rule.definition, Lang::En)))
            .collect();
        let of = |code: &str| said.iter().find(|(own, ..)| *own == code).expect("a starter rule");
        assert_eq!(of("load-limit").1, "当前负荷 ≥ 限值的 100 %，持续 60 s；回差 5 %");
        assert_eq!(of("load-limit").2, "load now ≥ 100 % of the limit for 60 s; deadband 5 %");
        assert_eq!(of("hour-energy").2, "energy of an hour > 50,000 kWh; deadband 500 kWh");
        assert!(of("ranking-jump").1.contains("，或 "), "{:?}", of("ranking-jump"));
    }

    #[test]
    fn numbers_say_no_more_than_they_hold() {
        let shown: Vec<_> = [10_000, 1_250, -725, 0].into_iter().map(|hundredths| number(Fixed2(hundredths))).collect();
        assert_eq!(shown, ["100", "12.5", "−7.25", "0"]);
    }
}
