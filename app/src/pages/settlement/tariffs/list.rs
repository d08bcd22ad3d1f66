//! The list of tariffs, by province and category.

use domain::access::Permission;
use leptos::prelude::*;
use warehouse::settlement::tariffs::{PlanRow, VersionRow};

use super::facts;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::format::{count, date};
use crate::pages::{managed, shared};
use crate::text::Lang;
use crate::text::common::ABSENT;
use crate::text::settlement::tariffs as texts;

pub fn block(found: &[PlanRow], request: &PageRequest, ctx: &AppContext) -> Block {
    let lang = request.view.lang;
    let shown: Vec<&PlanRow> = found.iter().filter(|plan| is_asked(plan, request)).collect();
    let content = if shown.is_empty() {
        shared::nothing(texts::NONE_FOUND, lang)
    } else {
        let columns = vec![
            Column::text(texts::NAME.get(lang)),
            Column::text(texts::PROVINCE.get(lang)),
            Column::text(texts::KIND.get(lang)),
            Column::text(texts::CATEGORIES.get(lang)),
            Column::text(texts::VALID.get(lang)),
            Column::text(texts::PRICES.get(lang)),
            Column::number(texts::CONTRACTS.get(lang)),
            Column::number(texts::VERSIONS.get(lang)),
        ];
        table(texts::TARIFF.get(lang), columns, shown.into_iter().map(|plan| row(plan, request, ctx)).collect())
    };
    let may_keep = ctx.viewer.may(Permission::KeepBilling);
    let make = may_keep.then(|| {
        view! {
            <a class="button" href="/settlement/tariffs/new">{texts::NEW.get(lang)}</a>
            <a class="button" href="/settlement/tariffs/import">{texts::IMPORT.get(lang)}</a>
        }
    });
    let aside = view! { <span class="inline-form">{make} <a class="button" href="/exports/tariffs.json" download="">{texts::EXPORT.get(lang)}</a></span> };
    let content = view! { {filter(found, request)} {content} };
    Block::fixed("tariffs", content).titled(crate::text::settlement::parts::TARIFFS.get(lang)).class("wide").aside(aside)
}

fn is_asked(plan: &PlanRow, request: &PageRequest) -> bool {
    let document = plan.shown.plan.as_ref();
    let province = request.get("province").is_none_or(|asked| document.is_some_and(|plan| plan.province == asked));
    let category = request.get("category").is_none_or(|asked| {
        document
            .is_some_and(|plan| plan.for_whom.categories.is_empty() || plan.for_whom.categories.iter().any(|own| own == asked))
    });
    province && category
}

/// Provinces and categories that there are.
fn filter(found: &[PlanRow], request: &PageRequest) -> AnyView {
    let lang = request.view.lang;
    let plans = || found.iter().filter_map(|plan| plan.shown.plan.as_ref());
    let sorted = |values: Vec<String>| values.into_iter().collect::<std::collections::BTreeSet<_>>();
    let provinces = sorted(plans().map(|plan| plan.province.clone()).collect());
    let categories = sorted(plans().flat_map(|plan| plan.for_whom.categories.clone()).collect());
    let select = |name: &'static str, label: crate::text::Text, values: std::collections::BTreeSet<String>| {
        let chosen = request.get(name).unwrap_or_default().to_owned();
        let options = values.into_iter().map(|value| {
            let selected = value == chosen;
            // provinces have their own names
            view! { <option value=value.clone() selected=selected>{shared::usage(&value, lang)}</option> }
        });
        view! {
            <label>
                <span>{label.get(lang)}</span>
                <select name=name>
                    <option value="">{texts::ALL.get(lang)}</option>
                    {options.collect_view()}
                </select>
            </label>
        }
    };
    view! {
        <form class="filter" method="get" action="/settlement/tariffs">
            {select("province", texts::PROVINCE, provinces)}
            {select("category", texts::CATEGORIES, categories)}
            <button type="submit">{texts::APPLY.get(lang)}</button>
        </form>
    }
    .into_any()
}

/// In the language of the page where the tariff has a name in it.
pub fn name(row: &PlanRow, lang: Lang) -> String {
    row.shown.plan.as_ref().map_or_else(|| row.code.clone(), |plan| plan_name(plan, lang))
}

pub fn plan_name(plan: &domain::settlement::TariffPlan, lang: Lang) -> String {
    let english = plan.name_en.as_ref().filter(|name| lang == Lang::En && !name.is_empty());
    english.unwrap_or(&plan.name).clone()
}

fn row(plan: &PlanRow, request: &PageRequest, ctx: &AppContext) -> Row {
    let lang = request.view.lang;
    let document = plan.shown.plan.as_ref();
    let link = view! {
        <a href=format!("/settlement/tariffs/{}", plan.code)>{managed::user_text(&name(plan, lang))}</a>
        <span class="hint tariff-code">{plan.code.clone()}</span>
    };
    let until = plan.shown.valid_until.map(|day| date(domain::Day(day.0 - 1)));
    let validity = match until {
        Some(until) => texts::FROM_TO.with(lang, &[&date(plan.shown.valid_from), &until]),
        None => texts::FROM_ON.with(lang, &[&date(plan.shown.valid_from)]),
    };
    let or_absent = |value: Option<String>| value.filter(|value| !value.is_empty()).unwrap_or_else(|| ABSENT.to_owned());
    let whom =
        document.map(|plan| texts::join(plan.for_whom.categories.iter().map(|one| shared::usage(one, lang)).collect(), lang));
    let whom = whom.filter(|whom| !whom.is_empty()).unwrap_or_else(|| texts::EVERYBODY.get(lang).to_owned());
    let cells = vec![
        Cell::text(view! { {link} " " {owner(plan, lang, ctx)} }),
        Cell::text(managed::user_text(&or_absent(document.map(|plan| plan.province.clone())))),
        Cell::text(or_absent(document.map(|plan| facts::kinds(plan, lang)))),
        Cell::text(managed::user_text(&whom)),
        Cell::text(validity),
        Cell::text(state(&plan.shown, plan.is_shipped, lang)),
        Cell::number(count(plan.contracts)),
        Cell::number(plan.version.to_string()),
    ];
    Row { cells, class: if plan.shown.withdrawn_at.is_some() { "state-off".to_owned() } else { String::new() } }
}

fn owner(plan: &PlanRow, lang: Lang, ctx: &AppContext) -> Option<AnyView> {
    let label = match (plan.tenant_id, ctx.viewer.tenant_id) {
        (Some(id), None) => texts::TENANT.with(lang, &[&id.to_string()]),
        (None, Some(_)) => texts::OPERATOR.get(lang).to_owned(),
        _ => return None,
    };
    Some(view! { <span class="badge">{label}</span> }.into_any())
}

/// Whether it can be used to bill, and whether somebody compared it with its notice.
pub fn state(version: &VersionRow, is_shipped: bool, lang: Lang) -> AnyView {
    let Some(document) = &version.plan else { return managed::badge(texts::CANNOT_READ, true, lang) };
    let priced = match &document.prices {
        Some(_) => managed::badge(texts::HAS_PRICES, false, lang),
        None => managed::badge(texts::REFUSES, true, lang),
    };
    let unchecked =
        (!is_checked(document)).then(|| managed::badge(if is_shipped { texts::EXAMPLE } else { texts::UNCHECKED }, true, lang));
    let withdrawn = version.withdrawn_at.map(|_| managed::badge(texts::WITHDRAWN, true, lang));
    view! { <span class="badges">{priced} " " {unchecked} " " {withdrawn}</span> }.into_any()
}

/// Calendar and prices were compared with what they come from.
pub fn is_checked(plan: &domain::settlement::TariffPlan) -> bool {
    let prices = plan.prices.as_ref().and_then(|prices| prices.notice.as_ref());
    plan.notice.is_checked && prices.is_none_or(|notice| notice.is_checked)
}
