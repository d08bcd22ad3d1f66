//! The filter of the desk: a form whose answer has an address that can be passed on.

use domain::alarms::{Quality, Severity, State};
use leptos::prelude::*;
use warehouse::read::alarms::{AssigneeFilter, Choices};
use warehouse::read::regions::Tree;

use super::selection::sign_in_name;
use super::{Desk, NOBODY, UNACKNOWLEDGED};
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::pages::shared;
use crate::text::alarms::{desk as words, words as names};
use crate::text::{Lang, Text, pages};

/// Value, title, whether it is the one in force.
type Option3 = (String, String, bool);

pub fn block(desk: &Desk, tree: &Tree, choices: &Choices, request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let params = &desk.params;
    let regions = tree.regions.iter().map(|region| {
        let name = shared::region_name(region.region_id, &region.region_name, lang);
        (region.region_id.to_string(), name, params.region == Some(region.region_id))
    });
    let rules = choices
        .rules
        .iter()
        .map(|(id, zh, en)| (id.to_string(), names::name_of(zh, en, lang).to_owned(), params.rule_id == Some(*id)));
    let qualities = Quality::ALL.map(|quality| {
        (quality.code().to_owned(), names::quality(quality).get(lang).to_owned(), params.quality == Some(quality))
    });
    let clear = params.is_filtered().then(|| view! { <a class="button" href="/alarms">{words::CLEAR.get(lang)}</a> });
    let content = view! {
        <form class="filter" method="get" action="/alarms" role="search" aria-label=words::FILTER.get(lang)>
            {select("severity", words::SEVERITY, words::ALL_SEVERITIES, severities(desk, request), lang)}
            {select("state", words::STATE, words::ALL_OPEN_STATES, states(request, lang), lang)}
            {select("region", words::REGION, words::ALL_REGIONS, regions.collect(), lang)}
            {select("rule", words::RULE, words::ALL_RULES, rules.collect(), lang)}
            {select("assignee", words::ASSIGNEE, words::ANYBODY, assignees(desk, choices, ctx, lang), lang)}
            {select("quality", words::QUALITY, words::ALL_QUALITIES, qualities.into(), lang)}
            <label>
                {words::TEXT.get(lang)} " "
                <input type="search" id="desk-text" name="q" value=params.text.clone().unwrap_or_default() maxlength="64" />
            </label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
            {clear}
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

fn select(name: &'static str, label: Text, all: Text, options: Vec<Option3>, lang: Lang) -> AnyView {
    let options = options.into_iter().map(|(value, title, selected)| {
        view! { <option value=value selected=selected>{title}</option> }
    });
    view! {
        <label>
            {label.get(lang)} " "
            <select name=name>
                <option value="">{all.get(lang)}</option>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// Each alone, and each with the worse ones.
fn severities(desk: &Desk, request: &PageRequest) -> Vec<Option3> {
    let lang = request.view.lang;
    let chosen = &desk.params.severities;
    let alone = Severity::ALL.map(|severity| {
        let title = format!("{} {}", names::severity_glyph(severity), names::severity(severity).get(lang));
        (severity.code().to_owned(), title, chosen.len() == 1 && chosen.contains(&severity))
    });
    let with_worse = (2..Severity::ALL.len()).map(|count| {
        let codes = Severity::ALL[..count].iter().map(|severity| severity.code()).collect::<Vec<_>>().join(",");
        let title = words::AND_WORSE.with(lang, &[names::severity(Severity::ALL[count - 1]).get(lang)]);
        let is_chosen = chosen.len() == count && Severity::ALL[..count].iter().all(|severity| chosen.contains(severity));
        (codes, title, is_chosen)
    });
    alone.into_iter().chain(with_worse).collect()
}

fn states(request: &PageRequest, lang: Lang) -> Vec<Option3> {
    let chosen = request.get("state").unwrap_or_default();
    let waiting = (UNACKNOWLEDGED.to_owned(), words::ALL_UNACKNOWLEDGED.get(lang).to_owned(), chosen == UNACKNOWLEDGED);
    let open = State::ALL.into_iter().filter(|state| state.is_open()).map(|state| {
        let title = format!("{} {}", names::state_glyph(state), names::state(state).get(lang));
        (state.code().to_owned(), title, chosen == state.code())
    });
    [waiting].into_iter().chain(open).collect()
}

fn assignees(desk: &Desk, choices: &Choices, ctx: &AppContext, lang: Lang) -> Vec<Option3> {
    let chosen = match &desk.params.assignee {
        AssigneeFilter::Named(name) => name.as_str(),
        _ => "",
    };
    let own = sign_in_name(&ctx.viewer);
    let nobody = (NOBODY.to_owned(), words::NOBODY.get(lang).to_owned(), desk.params.assignee == AssigneeFilter::Nobody);
    let mine = (!own.is_empty()).then(|| (own.to_owned(), words::MINE.get(lang).to_owned(), chosen == own));
    let others = choices.assignees.iter().map(String::as_str);
    let unknown = Some(chosen).filter(|name| !name.is_empty() && !choices.assignees.iter().any(|known| known == name));
    let others = others.chain(unknown).filter(|name| *name != own);
    let others = others.map(|name| (name.to_owned(), name.to_owned(), chosen == name));
    [nobody].into_iter().chain(mine).chain(others).collect()
}
