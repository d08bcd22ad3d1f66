//! The rows of conditions.

use domain::alarms::{Comparison, Metric};
use leptos::prelude::*;

use super::fields::condition_rows;
use super::inputs::Shown;
use crate::text::alarms::{rules as texts, words};
use crate::text::{Lang, Text};

const NUMBER_CHARS: usize = 16;

/// What a rule may look at, under what it is about.
const GROUPS: [(Text, &[Metric]); 5] = [
    (texts::GROUP_LOAD, &[Metric::LoadNowKw, Metric::LoadNowPercent, Metric::LoadChangePercent, Metric::QuarterKw]),
    (
        texts::GROUP_ENERGY,
        &[Metric::HourKwh, Metric::DayKwh, Metric::HourSoFarKwh, Metric::DaySoFarKwh, Metric::MonthSoFarKwh, Metric::WindowKwh],
    ),
    (texts::GROUP_DATA, &[Metric::CompletenessPercent, Metric::RegionSilenceMin, Metric::DeadLettersHour]),
    (texts::GROUP_USERS, &[Metric::RankChange, Metric::MeterSilenceMin]),
    (texts::GROUP_PIPELINE, &[Metric::PipelineLagS, Metric::PipelineDownS, Metric::SlotMb]),
];

pub fn rows(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let rows = (0..condition_rows(shown.fields)).map(|row| one(shown, row, lang)).collect_view();
    view! {
        <fieldset class="rule-part" id="rule-conditions">
            <legend>{texts::CONDITIONS.get(lang)}</legend>
            {shown.problem("conditions")}
            {rows}
            <p class="buttons">
                <button type="submit" name="more" value="condition" formnovalidate=true>{texts::MORE_CONDITIONS.get(lang)}</button>
            </p>
            <div class="choices-line">
                {shown.radio("join", "all", words::join(domain::alarms::Join::All).get(lang), false)}
                {shown.radio("join", "any", words::join(domain::alarms::Join::Any).get(lang), false)}
            </div>
        </fieldset>
    }
    .into_any()
}

fn one(shown: &Shown<'_>, row: usize, lang: Lang) -> AnyView {
    let name = |part: &str| format!("c{row}_{part}");
    let metric = name("metric");
    let unused = shown.option(&metric, (String::new(), texts::UNUSED_ROW.get(lang).to_owned()));
    let groups = GROUPS.into_iter().map(|(group, metrics)| {
        let options = metrics.iter().map(|one| {
            let label = format!("{} ({})", words::metric(*one).get(lang), words::unit(one.unit()).get(lang));
            shown.option(&metric, (one.code().to_owned(), label))
        });
        view! { <optgroup label=group.get(lang)>{options.collect_view()}</optgroup> }
    });
    let options = view! { {unused} {groups.collect_view()} };
    let comparisons = Comparison::ALL.into_iter().map(|comparison| {
        let label = format!("{} {}", words::comparison_sign(comparison), words::comparison(comparison).get(lang));
        (comparison.code().to_owned(), label)
    });
    let unit = Metric::from_code(&shown.value(&metric)).map(|metric| words::unit(metric.unit()).get(lang));
    let threshold =
        unit.map_or_else(|| texts::THRESHOLD.get(lang).to_owned(), |unit| format!("{} ({unit})", texts::THRESHOLD.get(lang)));
    view! {
        <fieldset class="rule-row">
            <legend>{texts::CONDITION.with(lang, &[&(row + 1).to_string()])}</legend>
            {shown.select_of(&metric, texts::METRIC.get(lang), options.into_any())}
            {shown.select(&name("comparison"), texts::COMPARISON.get(lang), comparisons.collect())}
            {shown.input(&name("threshold"), &threshold, "number", NUMBER_CHARS)}
            {shown.input(&name("deadband"), texts::DEADBAND.get(lang), "number", NUMBER_CHARS)}
            {shown.input(&name("span"), texts::SPAN.get(lang), "number", NUMBER_CHARS)}
            {shown.note(&metric)}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_can_be_chosen_once() {
        for metric in Metric::ALL {
            let groups = GROUPS.iter().filter(|(_, metrics)| metrics.contains(&metric));
            assert_eq!(groups.count(), 1, "{metric:?}");
        }
    }
}
