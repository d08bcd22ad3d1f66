//! Who the customer is, and today in figures: energy, places, quality.

use leptos::prelude::*;
use warehouse::read::users::{Place, UserHead, UserQuality, UserTotal};

use super::Shown;
use crate::components::Block;
use crate::components::figure::{Figure, figures};
use crate::context::{AppContext, PageRequest};
use crate::format::{self, EnergyUnit, Percent};
use crate::marks::{Mark, Marks};
use crate::pages::shared::{fixed, local, region_link, usage};
use crate::text::settlement::statements as bills;
use crate::text::{Lang, Text, common, users as words};

pub struct Totals {
    pub today: UserTotal,
    pub month: UserTotal,
    pub quality: UserQuality,
}

/// The contract is told to whoever may see bills.
pub fn head(head: &UserHead, name: &str, contract_id: Option<i64>, lang: Lang) -> Block {
    let note = (!head.registered).then(|| view! { <p class="note">{words::NOT_REGISTERED.get(lang)}</p> });
    let billing = contract_id.map(|contract_id| {
        let statements = format!("/settlement/statements?user={}", head.user_id);
        view! {
            <div><dt>{bills::CONTRACT.get(lang)}</dt><dd><a href=format!("/settlement/contracts/{contract_id}")>{contract_id.to_string()}</a></dd></div>
            <div><dt>{bills::TITLE.get(lang)}</dt><dd><a href=statements>{bills::ALL_MONTHS.get(lang)}</a></dd></div>
        }
    });
    let content = view! {
        <dl class="facts">
            <div><dt>{common::CUSTOMER.get(lang)}</dt><dd>{name.to_owned()}</dd></div>
            <div><dt>{common::ACCOUNT_NO.get(lang)}</dt><dd>{head.user_id.to_string()}</dd></div>
            <div><dt>{common::USAGE_TYPE.get(lang)}</dt><dd>{usage(&head.usage_type, lang)}</dd></div>
            <div><dt>{common::REGION.get(lang)}</dt><dd>{region_link(head.region_id, &head.region_name, lang)}</dd></div>
            {billing}
        </dl>
        {note}
    };
    Block::new("user-head", content).class("wide")
}

pub fn block(totals: &Totals, shown: &Shown, request: &PageRequest, _ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let row = vec![
        energy(&totals.today, words::TODAY_ENERGY, words::SAME_HOURS_YESTERDAY, common::NO_YESTERDAY, lang),
        place(totals.today.place, words::RANK_TODAY, lang),
        energy(&totals.month, words::MONTH_ENERGY, words::SAME_PART_LAST_MONTH, words::NO_LAST_MONTH, lang),
        place(totals.month.place, words::RANK_MONTH, lang),
        received(&totals.quality, lang),
        last_reading(&totals.quality, shown, lang),
        Figure::new(words::GAPS.get(lang), format::count(totals.quality.gaps)).note(words::GAPS_NOTE.get(lang)),
        Figure::new(words::MISMATCHES.get(lang), format::count(totals.quality.register_mismatches)),
    ];
    Block::new("facts", figures(row, lang)).titled(words::FACTS.get(lang)).class("wide")
}

fn energy(total: &UserTotal, label: Text, before_note: Text, no_before: Text, lang: Lang) -> Figure {
    let unit = EnergyUnit::Kwh;
    let energy = fixed(total.energy_kwh);
    let value = if total.records > 0 { unit.show(energy, lang) } else { common::ABSENT.to_owned() };
    let note = match total.before_kwh.map(fixed) {
        None => no_before.get(lang).to_owned(),
        Some(before) => {
            let change = Percent::of((energy - before).0, before.0).filter(|_| total.records > 0);
            let change = change.map_or_else(String::new, |share| format!(" · {}", share.show_change()));
            format!("{}{change}", before_note.with(lang, &[&unit.show(before, lang)]))
        }
    };
    let mark = if total.records > 0 { Mark::Live } else { Mark::NoData };
    Figure::new(label.get(lang), value).note(note).marks(Marks::none().with(mark, ""))
}

fn place(place: Option<Place>, label: Text, lang: Lang) -> Figure {
    let Some(place) = place else { return Figure::new(label.get(lang), common::ABSENT) };
    let counts = [place.of_all, place.in_region, place.of_region].map(format::count);
    Figure::new(label.get(lang), words::PLACE.with(lang, &[&format::count(place.in_all)]))
        .note(words::PLACE_OF.with(lang, &[&counts[0], &counts[1], &counts[2]]))
}

fn received(quality: &UserQuality, lang: Lang) -> Figure {
    let share = Percent::of(quality.quarters_received, quality.quarters_due);
    let is_partial = share.is_some_and(|share| Mark::of_coverage(Some(share)).is_some());
    let value = format!("{}/{}", quality.quarters_received, quality.quarters_due);
    Figure::new(words::RECEIVED_TODAY.get(lang), value)
        .note(format::or_absent(share, Percent::show))
        .marks(Marks::none().with_if(is_partial, Mark::Partial, ""))
}

fn last_reading(quality: &UserQuality, shown: &Shown, lang: Lang) -> Figure {
    let Some(at) = quality.last_reading.map(local) else {
        return Figure::new(words::LAST_READING.get(lang), common::ABSENT).marks(Marks::none().with(Mark::NoData, ""));
    };
    let silent_ms = shown.now.0.0 - at.0;
    let is_stale = silent_ms > 2 * 900_000;
    Figure::new(words::LAST_READING.get(lang), format::clock_on(at, shown.now.0.day()))
        .note(words::AGO.with(lang, &[&format::age(silent_ms, lang)]))
        .marks(Marks::none().with_if(is_stale, Mark::Stale, format::age(silent_ms, lang)))
}
