//! Tiers: limits by season, and what a higher tier costs.

use leptos::prelude::*;

use super::NUMBER_CHARS;
use super::fields::{season_rows, tier_rows};
use super::prices::bands;
use crate::pages::alarms::rules::inputs::Shown;
use crate::text::Lang;
use crate::text::settlement::tariffs as texts;

const LIMITS_CHARS: usize = 60;

pub fn part(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let choices = |all: &[(&str, crate::text::Text)]| {
        all.iter().map(|(code, label)| ((*code).to_owned(), label.get(lang).to_owned())).collect::<Vec<_>>()
    };
    let modes = choices(&[("", texts::TIERS_NONE), ("surcharge", texts::TIERS_SURCHARGE), ("per_band", texts::TIERS_PER_BAND)]);
    let by = choices(&[("month", texts::BY_MONTH), ("year", texts::BY_YEAR)]);
    let seasons = (0..season_rows(shown.fields)).map(|at| {
        view! {
            <div class="rule-row" role="group" aria-label=format!("{} {}", texts::SEASON.get(lang), at + 1)>
                {shown.input(&format!("s{at}_months"), texts::MONTHS_LABEL.get(lang), "text", LIMITS_CHARS)}
                {shown.input(&format!("s{at}_upto"), texts::LIMITS.get(lang), "text", LIMITS_CHARS)}
            </div>
        }
    });
    let tiers = tier_rows(shown.fields);
    let surcharges = (2..=tiers).map(|tier| {
        let label = texts::tier(u8::try_from(tier).unwrap_or(u8::MAX), lang);
        shown.input(&format!("t{tier}_surcharge"), &label, "number", NUMBER_CHARS)
    });
    let per_band = (1..=tiers).map(|tier| {
        let label = texts::tier(u8::try_from(tier).unwrap_or(u8::MAX), lang);
        bands(shown, &format!("t{tier}"), &label, lang)
    });
    view! {
        <fieldset class="rule-part tariff-tiers">
            <legend>{texts::PART_TIERS.get(lang)}</legend>
            <div class="rule-row">{shown.select("tier_mode", texts::TIER_MODE.get(lang), modes)}</div>
            <div class="if-tiers">
                <p class="hint">{texts::TIERS_HINT.get(lang)}</p>
                <div class="rule-row">
                    {shown.select("tier_by", texts::TIERS_BY.get(lang), by)}
                    {shown.input("tier_start", texts::TIER_START.get(lang), "text", NUMBER_CHARS)}
                    {shown.input("many_people", texts::MANY_PEOPLE.get(lang), "number", NUMBER_CHARS)}
                </div>
                <div id="rule-seasons">{shown.problem("seasons")}</div>
                {seasons.collect_view()}
                <p class="buttons">
                    <button type="submit" name="more" value="season" formnovalidate=true>{texts::MORE_SEASONS.get(lang)}</button>
                </p>
                <div id="rule-tier_prices">{shown.problem("tier_prices")}</div>
                <div class="if-surcharge">
                    <p class="band-prices-title">{texts::SURCHARGE.get(lang)}</p>
                    <div class="rule-row">{surcharges.collect_view()}</div>
                </div>
                <div class="if-per-band">{per_band.collect_view()}</div>
            </div>
        </fieldset>
    }
    .into_any()
}
