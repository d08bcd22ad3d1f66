//! Rows of the rules that put minutes into bands.

use domain::settlement::Band;
use domain::settlement::check::MOST_TRIGGER_CHARS;
use domain::settlement::tariff::MOST_TEXT_CHARS;
use leptos::prelude::*;

use super::fields::band_rows;
use crate::pages::alarms::rules::inputs::Shown;
use crate::text::Lang;
use crate::text::settlement::{tariffs as texts, words};

const MONTHS_CHARS: usize = 30;
const SPANS_CHARS: usize = 250;

pub fn part(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let rows = (0..band_rows(shown.fields)).map(|at| row(shown, at, lang));
    view! {
        <fieldset class="rule-part" id="rule-bands">
            <legend>{texts::PART_BANDS.get(lang)}</legend>
            <p class="hint">{texts::BANDS_HINT.get(lang)}</p>
            {shown.problem("bands")}
            {rows.collect_view()}
            {shown.checkbox("flat_fills", "1", texts::FLAT_FILLS.get(lang))}
            <p class="buttons">
                <button type="submit" name="more" value="band" formnovalidate=true>{texts::MORE_BANDS.get(lang)}</button>
            </p>
        </fieldset>
    }
    .into_any()
}

fn row(shown: &Shown<'_>, at: usize, lang: Lang) -> AnyView {
    let name = |part: &str| format!("b{at}_{part}");
    let bands = Band::ALL.into_iter().map(|band| (band.code().to_owned(), words::band(band).get(lang).to_owned()));
    let unused = (String::new(), texts::UNUSED_ROW.get(lang).to_owned());
    let days = [
        ("every", texts::DAYS_EVERY),
        ("workdays", texts::DAYS_WORKDAYS),
        ("weekends", texts::DAYS_WEEKENDS),
        ("holidays", texts::DAYS_HOLIDAYS),
        ("weekends_and_holidays", texts::DAYS_OFF),
    ];
    let days = days.into_iter().map(|(code, label)| (code.to_owned(), label.get(lang).to_owned())).collect();
    view! {
        <div class="rule-row band-row" role="group" aria-label=format!("{} {}", texts::RULE.get(lang), at + 1)>
            {shown.select(&name("band"), &format!("{} {}", texts::RULE.get(lang), at + 1), std::iter::once(unused).chain(bands).collect())}
            {shown.input(&name("spans"), texts::SPANS_LABEL.get(lang), "text", SPANS_CHARS)}
            {shown.input(&name("months"), texts::MONTHS_LABEL.get(lang), "text", MONTHS_CHARS)}
            {shown.select(&name("days"), texts::DAYS_LABEL.get(lang), days)}
            {shown.input(&name("names"), texts::HOLIDAY_NAMES.get(lang), "text", MOST_TEXT_CHARS)}
            {shown.input(&name("trigger"), texts::TRIGGER.get(lang), "text", MOST_TRIGGER_CHARS)}
            {shown.input(&name("clause"), texts::CLAUSE.get(lang), "text", MOST_TEXT_CHARS)}
        </div>
    }
    .into_any()
}
