//! The filter of a ranking: links for the grain and the neighbours of the period, a form for the rest.

use leptos::prelude::*;
use warehouse::read::periods::{Period, RankingGrain};

use super::{Shown, params};
use crate::components::Block;
use crate::components::link::choices;
use crate::context::PageRequest;
use crate::pages::shared::{self, iso, usage};
use crate::text::{Lang, pages, rankings as words};

pub fn block(shown: &Shown, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    Block::fixed(
        "filter",
        view! {
            {grains(shown, request, lang)}
            {neighbours(shown, request, lang)}
            {form(shown, request, lang)}
        },
    )
    .class("wide")
}

fn grains(shown: &Shown, request: &PageRequest, lang: Lang) -> AnyView {
    let mut first_page = request.clone();
    first_page.query.remove("page");
    let links = RankingGrain::ALL.map(|grain| {
        let title = params::grain_name(grain).get(lang).to_owned();
        (title, first_page.address_with("grain", grain.code()), grain == shown.params.grain)
    });
    choices(pages::PERIOD.get(lang), links.into())
}

fn neighbours(shown: &Shown, request: &PageRequest, lang: Lang) -> AnyView {
    let mut first_page = request.clone();
    first_page.query.remove("page");
    let period = shown.query.period;
    let address = |period: Period| first_page.address_with("at", &iso(period.start));
    let has_next = period.end() <= shown.now.naive();
    view! {
        <nav class="choices" aria-label=words::AT.get(lang)>
            <a href=address(period.previous()) rel="prev">{words::PREVIOUS.get(lang)}</a>
            {has_next.then(|| view! { <a href=address(period.next()) rel="next">{words::NEXT.get(lang)}</a> })}
            {shown.params.at.map(|_| view! { <a href=first_page.address_with("at", "")>{words::NEWEST.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}

fn form(shown: &Shown, request: &PageRequest, lang: Lang) -> AnyView {
    let kept = ["grain", "at", "movers"].into_iter().filter_map(|name| request.get(name).map(|value| (name, value.to_owned())));
    let hidden = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let regions = shown.tree.regions.iter().map(|region| {
        let selected = shown.params.region == Some(region.region_id);
        let name = shared::region_name(region.region_id, &region.region_name, lang);
        view! { <option value=region.region_id.to_string() selected=selected>{name}</option> }
    });
    let chosen = shown.params.usage_type.as_deref();
    // the source may know types that the glossary does not
    let other = chosen.filter(|code| !shared::USAGE_TYPES.contains(code));
    let types = shared::USAGE_TYPES.into_iter().chain(other).map(|code| {
        view! { <option value=code.to_owned() selected=chosen == Some(code)>{usage(code, lang)}</option> }
    });
    view! {
        <form class="filter" method="get" action="/rankings" role="search" aria-label=words::FILTER.get(lang)>
            {hidden.collect_view()}
            <label>
                {crate::text::common::REGION.get(lang)} " "
                <select name="region">
                    <option value="">{words::ALL_REGIONS.get(lang)}</option>
                    {regions.collect_view()}
                </select>
            </label>
            <label>
                {crate::text::common::USAGE_TYPE.get(lang)} " "
                <select name="usage_type">
                    <option value="">{words::ALL_TYPES.get(lang)}</option>
                    {types.collect_view()}
                </select>
            </label>
            <label>
                {words::TEXT.get(lang)} " "
                <input type="search" name="q" value=shown.params.text.clone().unwrap_or_default() maxlength="64" />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
    }
    .into_any()
}
