//! A tariff for every customer of a kind who has no contract: the number first, then the deed.

use domain::Day;
use domain::settlement::contract_check::KnownPlans;
use domain::settlement::contract_fields::plain_terms;
use domain::settlement::tariff::Voltage;
use leptos::prelude::*;
use warehouse::read::regions::Tree;
use warehouse::settlement::contracts::Assignable;

use super::super::shown;
use super::list::Params;
use super::{ASSIGN_FORM, fields, found, import};
use crate::components::Block;
use crate::components::form::{Choice, Field, Form, submitted};
use crate::context::PageRequest;
use crate::pages::shared;
use crate::text::settlement::contracts as words;

pub fn block(
    counts: &[Assignable],
    params: &Params,
    tree: &Tree,
    plans: &KnownPlans,
    today: Day,
    request: &PageRequest,
) -> Block {
    let lang = request.view.lang;
    let form = Form::of(ASSIGN_FORM, request);
    // a preview is no problem, and its form stands as it was entered
    let tried = submitted(request).filter(|sent| sent.form == ASSIGN_FORM && sent.problem.is_none());
    let entered = |name: &str| tried.and_then(|sent| sent.value(name)).map(str::to_owned);
    let chosen_usage = entered("usage_type");
    let usages = counts.iter().map(|count| {
        let text = words::ASSIGN_COUNT.with(lang, &[&shared::usage(&count.usage_type, lang), &count.customers.to_string()]);
        let is_chosen = chosen_usage.as_deref() == Some(&count.usage_type);
        Choice::new(count.usage_type.clone(), text, is_chosen)
    });
    let region = entered("region").and_then(|text| text.parse().ok()).or(params.region);
    let regions =
        shown::region_options(tree, region, lang).into_iter().map(|(id, name, is_chosen)| Choice::new(id, name, is_chosen));
    let everywhere = Choice::new("", words::ALL_REGIONS.get(lang), region.is_none());
    let report = tried.and_then(import::report_of);
    let standing = tried.and_then(|sent| fields::read(|name| sent.value(name).unwrap_or_default()));
    let standing = standing.unwrap_or_else(|| plain_terms(Voltage::Below1Kv));
    let from = entered("valid_from").unwrap_or_else(|| today.month_start().to_date().to_string());
    let told = report.as_ref().map(|report| {
        view! { <p class="contract-count" role="status">{words::WOULD_ADD.with(lang, &[&report.added.to_string()])}</p> {import::told(report, lang)} }
    });
    let confirm = report.as_ref().filter(|report| report.added > 0 && report.refused == 0).map(|report| {
        let count = report.added.to_string();
        view! {
            <input type="hidden" name="count" value=count.clone() />
            <button type="submit" name="do" value="1" class="main-button">{words::ASSIGN_NOW.with(lang, &[&count])}</button>
        }
    });
    let content = view! {
        <p class="note">{words::ASSIGN_NOTE.get(lang)}</p>
        <form method="post" action="/settlement/contracts/assign">
            {form.problem()}
            {found(form, lang)}
            {told}
            <div class="contract-fields">
                {form.select("usage_type", words::CATEGORY.get(lang), usages.collect())}
                {form.select("region", words::REGION.get(lang), std::iter::once(everywhere).chain(regions).collect())}
                {form.field(Field::date("valid_from", words::VALID_FROM.get(lang), "1990-01-01".to_owned()).standing(from).required())}
            </div>
            {fields::view(form, &standing, plans)}
            <p class="buttons">
                <button type="submit">{words::PREVIEW.get(lang)}</button>
                {confirm}
            </p>
        </form>
    };
    Block::fixed("assign", content).titled(words::ASSIGN.get(lang)).class("wide")
}
