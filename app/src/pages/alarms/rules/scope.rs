//! Where and when a rule applies.

use domain::UNKNOWN_REGION;
use leptos::prelude::*;

use super::facts::{holidays, region, weekday};
use super::fields::{HOLIDAY_CHOICES, holidays_code};
use super::form::Editing;
use super::inputs::Shown;
use crate::text::Lang;
use crate::text::alarms::rules as texts;

const CLOCK_CHARS: usize = 5;

/// Only whoever has all regions may choose all, also those to come.
pub fn regions(shown: &Shown<'_>, editing: &Editing<'_>, lang: Lang) -> AnyView {
    let viewer = &editing.ctx.viewer;
    let may_all = viewer.scope.is_whole() || viewer.all_regions;
    let known = editing.tree.regions.iter().filter(|one| one.region_id != UNKNOWN_REGION);
    let choices = known.map(|one| {
        let id = one.region_id.to_string();
        shown.checkbox("region", &id, &region(one.region_id, editing.tree, lang))
    });
    // regions of the rule that the list does not show stay chosen
    let listed = shown.fields.iter().filter(|(name, _)| name == "region").filter_map(|(_, value)| value.parse().ok());
    let unseen = listed.filter(|id| *id == UNKNOWN_REGION || editing.tree.find(*id).is_none());
    let unseen = unseen.map(|id: i32| view! { <input type="hidden" name="region" value=id.to_string() /> });
    view! {
        <fieldset class="rule-part">
            <legend>{texts::REGIONS.get(lang)}</legend>
            {shown.problem("regions")}
            {shown.radio("regions", "all", texts::ALL_REGIONS.get(lang), !may_all)}
            {shown.radio("regions", "some", texts::SOME_REGIONS.get(lang), false)}
            <div class="region-list choice-list">{choices.collect_view()}</div>
            {unseen.collect_view()}
        </fieldset>
    }
    .into_any()
}

pub fn schedule(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let days = (0..7u8).map(|day| shown.checkbox("weekday", &day.to_string(), weekday(day, lang)));
    let choices =
        HOLIDAY_CHOICES.into_iter().map(|choice| (holidays_code(choice).to_owned(), holidays(choice).get(lang).to_owned()));
    view! {
        <fieldset class="rule-part">
            <legend>{texts::SCHEDULE.get(lang)}</legend>
            {shown.problem("weekday")}
            <div class="choices-line" role="group" aria-label=texts::WEEKDAYS.get(lang)>{days.collect_view()}</div>
            <div class="rule-row">
                {shown.input("from_time", texts::FROM_TIME.get(lang), "text", CLOCK_CHARS)}
                {shown.input("to_time", texts::TO_TIME.get(lang), "text", CLOCK_CHARS)}
                {shown.select("holidays", texts::HOLIDAYS.get(lang), choices.collect())}
            </div>
        </fieldset>
    }
    .into_any()
}
