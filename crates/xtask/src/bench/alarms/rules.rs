//! The rules of the figures: a thousand of every common kind of which few are true, and those that a figure makes true.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::REGIONS;
use crate::bench::child::wait_for;
use crate::bench::lab::Pair;

pub const RULES: usize = 1_000;
/// So many of them are true in every region, and as many flap in one region each.
pub const TRUE_EVERYWHERE: usize = 4;
pub const FLAPPING: usize = 10;
/// No region ever gets there.
const NEVER: u64 = 50_000_000;
/// Mean energy of a region in a window at 5,000 readings per second, kWh: the next window is above it or below.
const MEAN_WINDOW_KWH: &str = "17.50";
/// Above what any region gets in a window without a reading of our own.
const PEAK_KWH: &str = "500";
/// The energy of such a reading.
pub const PEAK_READING_KWH: u64 = 900;
/// Rules per statement.
const AT_ONCE: usize = 100;
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A rule by the code that we find it by.
pub type Coded = (String, Value);

/// Load now, change of load, windows, quarter-hours, hours, running sums and completeness in turn, with delays and deadbands.
pub fn thousand() -> Vec<Coded> {
    (0..RULES).map(|number| (format!("bench-{number}"), one(number))).collect()
}

fn one(number: usize) -> Value {
    let threshold = (NEVER + number as u64).to_string();
    let with = |metric: &str, on_delay_s: u64, off_delay_s: u64| {
        rule(number, "low", condition(metric, ">", &threshold), on_delay_s, off_delay_s)
    };
    if number.is_multiple_of(RULES / TRUE_EVERYWHERE) {
        return rule(number, "low", condition("load_now_kw", ">", "1"), 0, 60);
    }
    if number % (RULES / FLAPPING) == 1 {
        let mut flapping = rule(number, "low", condition("window_kwh", ">", MEAN_WINDOW_KWH), 0, 0);
        flapping["needs_ack"] = json!(false);
        flapping["regions"] = json!({ "listed": [number / (RULES / FLAPPING) + 11] });
        return flapping;
    }
    match number % 10 {
        0 | 1 => with("load_now_kw", 60, 120),
        2 => with("load_now_percent", 60, 120),
        3 => {
            let mut change = with("load_change_percent", 0, 60);
            change["conditions"][0]["span_min"] = json!(15);
            change
        }
        4 => with("window_kwh", 10, 0),
        5 => with("quarter_kw", 0, 0),
        6 => with("hour_kwh", 0, 0),
        7 => with("hour_so_far_kwh", 0, 0),
        8 => with("day_so_far_kwh", 0, 0),
        _ => rule(number, "low", condition("completeness_percent", "<", "0.01"), 0, 0),
    }
}

/// Fires in each region that gets a reading of our own: `bench-peak-…`, so many times.
pub fn peaks(count: usize, off_delay_s: u64) -> Vec<Coded> {
    let severities = ["critical", "high", "medium", "low", "low"];
    let peak = |number: usize| {
        let severity = if count == 1 { "critical" } else { severities[number % severities.len()] };
        let definition = rule(number, severity, condition("window_kwh", ">", PEAK_KWH), 0, off_delay_s);
        (format!("bench-peak-{number}"), definition)
    };
    (0..count).map(peak).collect()
}

/// A peak in leaves alone: their parents have it as well.
pub fn peak_in_leaves() -> Coded {
    let (code, mut definition) = peaks(1, 0).remove(0);
    definition["regions"] = json!({ "listed": (11..=REGIONS).collect::<Vec<_>>() });
    (code, definition)
}

fn condition(metric: &str, comparison: &str, threshold: &str) -> Value {
    json!({ "metric": metric, "comparison": comparison, "threshold": threshold })
}

fn rule(number: usize, severity: &str, condition: Value, on_delay_s: u64, off_delay_s: u64) -> Value {
    json!({ "name_zh": format!("规则 {number}"), "name_en": format!("rule {number}"), "severity": severity,
            "conditions": [condition], "on_delay_s": on_delay_s, "off_delay_s": off_delay_s })
}

/// Writes rules, not enabled yet.
pub fn install(pair: &Pair<'_>, rules: &[Coded]) -> Result<()> {
    let started = "select count(*) from alarm_progress where has_starter_rules";
    wait_for("the rules that come along", READY_WITHIN, || Ok((pair.ask_warehouse(started)? == "1").then_some(())))?;
    for part in rules.chunks(AT_ONCE) {
        let listed =
            part.iter().map(|(code, definition)| format!("('{code}', '{definition}'::jsonb)")).collect::<Vec<_>>().join(", ");
        pair.ask_warehouse(&format!(
            "with coming (code, definition) as (values {listed}), \
                  made as (insert into alarm_rules (code, version) select code, 1 from coming returning rule_id, code) \
             insert into alarm_rule_versions (rule_id, version, definition, made_by) \
             select rule_id, 1, definition, 'bench' from made join coming using (code)"
        ))?;
    }
    Ok(())
}

/// Enables the rules whose codes are so, and no others; the evaluation hears of it with its next step.
pub fn enable(pair: &Pair<'_>, pattern: &str) -> Result<()> {
    pair.ask_warehouse(&format!(
        "begin; \
         select from alarm_progress where id = 1 for update; \
         update alarm_rules set is_enabled = coalesce(code, '') like '{pattern}'; \
         update alarm_progress set rules_revision = rules_revision + 1, revision = revision + 1 where id = 1; \
         select pg_notify('loadline_alarms', revision::text) from alarm_progress; \
         commit"
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::alarms::RuleDefinition;
    use domain::alarms::check::{Facts, check};

    use super::*;

    #[test]
    fn every_rule_is_one_that_the_product_takes() {
        let mut all = thousand();
        assert_eq!(all.len(), RULES);
        let metrics: BTreeSet<String> = all.iter().map(|(_, rule)| rule["conditions"][0]["metric"].to_string()).collect();
        assert_eq!(metrics.len(), 9, "{metrics:?}");
        let low = |text: &str| all.iter().filter(|(_, rule)| rule["conditions"][0]["threshold"] == text).count();
        assert_eq!((low("1"), low(MEAN_WINDOW_KWH)), (TRUE_EVERYWHERE, FLAPPING));
        all.extend(peaks(50, 600));
        let codes: BTreeSet<&String> = all.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), all.len());
        all.push(peak_in_leaves());
        for (code, definition) in &all {
            let definition: RuleDefinition = serde_json::from_value(definition.clone()).expect(code);
            assert_eq!(check(&definition, &Facts::default()), [], "{code}");
            assert!(!definition.to_owned().name_zh.contains('\''), "it stands in a statement");
        }
    }
}
