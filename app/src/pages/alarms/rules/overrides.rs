//! The rows of regions with values of their own.

use domain::UNKNOWN_REGION;
use domain::alarms::rule::MOST_CONDITIONS;
use domain::alarms::{RuleDefinition, Severity};
use leptos::prelude::*;
use warehouse::read::regions::Tree;

use super::facts::region;
use super::fields::{MOST_OVERRIDE_ROWS, override_rows};
use super::inputs::Shown;
use crate::text::Lang;
use crate::text::alarms::{rules as texts, words};

const NUMBER_CHARS: usize = 16;

pub fn rows(shown: &Shown<'_>, standing: Option<&RuleDefinition>, tree: &Tree, lang: Lang) -> AnyView {
    let rows = (0..override_rows(shown.fields)).map(|at| one(shown, at, tree, lang)).collect_view();
    let hidden = standing.map(|rule| rule.overrides.len()).filter(|count| *count > MOST_OVERRIDE_ROWS).map(|count| {
        let note = texts::MORE_THAN_FORM.with(lang, &[&count.to_string(), &MOST_OVERRIDE_ROWS.to_string()]);
        view! { <p class="note">{note}</p> }
    });
    view! {
        <fieldset class="rule-part">
            <legend>{texts::OVERRIDES.get(lang)}</legend>
            <p class="hint">{texts::OVERRIDES_NOTE.get(lang)}</p>
            {hidden}
            {shown.problem("overrides")}
            {rows}
            <p class="buttons">
                <button type="submit" name="more" value="override" formnovalidate=true>{texts::MORE_OVERRIDES.get(lang)}</button>
            </p>
        </fieldset>
    }
    .into_any()
}

fn one(shown: &Shown<'_>, at: usize, tree: &Tree, lang: Lang) -> AnyView {
    let name = |part: &str| format!("o{at}_{part}");
    let known = tree.regions.iter().filter(|one| one.region_id != UNKNOWN_REGION);
    let mut regions: Vec<_> = known.map(|one| (one.region_id.to_string(), region(one.region_id, tree, lang))).collect();
    let chosen = shown.value(&name("region"));
    if !chosen.is_empty() && !regions.iter().any(|(id, _)| *id == chosen) {
        regions.push((chosen.clone(), chosen));
    }
    regions.insert(0, (String::new(), texts::UNUSED_ROW.get(lang).to_owned()));
    let severities = Severity::ALL.into_iter().map(|one| (one.code().to_owned(), words::severity(one).get(lang).to_owned()));
    let same = (String::new(), texts::SAME_SEVERITY.get(lang).to_owned());
    let thresholds = (0..MOST_CONDITIONS).filter(|row| !shown.value(&format!("c{row}_metric")).is_empty()).map(|row| {
        let label = texts::OVERRIDE_THRESHOLD.with(lang, &[&(row + 1).to_string()]);
        shown.input(&name(&format!("t{row}")), &label, "number", NUMBER_CHARS)
    });
    view! {
        <div class="rule-row">
            {shown.select(&name("region"), texts::OVERRIDE_REGION.get(lang), regions)}
            {thresholds.collect_view()}
            {shown.select(&name("severity"), texts::OVERRIDE_SEVERITY.get(lang), std::iter::once(same).chain(severities).collect())}
            {shown.checkbox(&name("out"), "1", texts::LEFT_OUT.get(lang))}
        </div>
    }
    .into_any()
}
