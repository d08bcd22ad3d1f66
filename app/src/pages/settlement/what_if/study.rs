//! `/settlement/what-if/{id}`: a study with the months behind it.

use std::collections::BTreeSet;

use domain::Fixed2;
use domain::access::Permission;
use domain::settlement::what_if::{Outcome, Scenario, Study};
use leptos::prelude::*;
use warehouse::settlement::studies::{self, Kept};

use super::or_absent;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::managed::{self, user_text};
use crate::pages::settlement::shown::{kwh, yuan};
use crate::pages::{PageContent, shared};
use crate::text::settlement::{explain, statement as statement_words, what_if as words};
use crate::text::{Lang, Text};

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let kept = studies::one(&ctx.pool, managed::id(id)?).await?.ok_or(AppError::NotFound)?;
    let title = words::TITLE_OF.with(lang, &[&kept.study_id.to_string()]);
    let blocks = match &kept.study {
        Some(study) => vec![result(&kept, study, ctx, lang), months(study, lang)],
        None => vec![Block::new("study", shared::nothing(statement_words::UNREADABLE, lang)).class("wide")],
    };
    Ok(super::super::page("what-if", title, &[], request, ctx, blocks))
}

fn result(kept: &Kept, study: &Study, ctx: &AppContext, lang: Lang) -> Block {
    let customer = kept.user_name.clone().unwrap_or_else(|| kept.user_id.to_string());
    let contract = kept.contract_id.to_string();
    let length = if study.is_extrapolated { words::EXTRAPOLATED } else { words::WHOLE_YEAR };
    let demand = study.contract_demand_kw.map(|kw| words::DEMAND_TRIED.with(lang, &[&yuan(kw)]));
    let cheapest = study.outcomes.iter().filter(|outcome| outcome.difference_per_year.is_some_and(|yuan| yuan.0 < 0));
    let cheapest = cheapest.min_by_key(|outcome| outcome.difference_per_year).map(|outcome| {
        let name = words::scenario(outcome.scenario, lang);
        view! { <p><strong>{words::CHEAPEST.with(lang, &[&name])}</strong></p> }
    });
    let rows = study.outcomes.iter().map(|outcome| row(outcome, lang)).collect_view();
    let faults = faults(kept.contract_id, study, lang);
    let head = |text: Text| view! { <th scope="col" class="num">{text.get(lang)}</th> };
    let content = view! {
        <p>
            {user_text(&words::OF.with(lang, &[&customer, &contract]))} " "
            <a href=format!("/settlement/contracts/{contract}")>{statement_words::CONTRACT.get(lang)}</a> " "
            <span class="note">{words::MADE.with(lang, &[&managed::at(ctx, kept.made_at), &kept.made_by])}</span>
        </p>
        {cheapest}
        <div class="table-box" tabindex="0" role="group" aria-label=words::RESULT.get(lang)>
            <table class="bill">
                <thead>
                    <tr>
                        <th scope="col">{words::SCENARIO.get(lang)}</th>
                        {head(words::TOTAL)} {head(words::DIFFERENCE)} {head(words::PER_YEAR)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {faults}
        <p class="note">{length.with(lang, &[&study.days.to_string()])}</p>
        <p class="note">{words::SHIFTED.with(lang, &[&kwh(study.shifted_kwh)])} " " {demand}</p>
        <p class="note">{words::NOTE.get(lang)}</p>
    };
    Block::new("study", content).titled(words::RESULT.get(lang)).class("wide")
}

/// Which scenarios cannot be billed in which months, and what each lacks; none when all are compared.
fn faults(contract_id: i64, study: &Study, lang: Lang) -> Option<AnyView> {
    let lines: Vec<AnyView> = study.outcomes.iter().filter_map(|outcome| fault_line(contract_id, outcome, lang)).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <p class="problem">{words::NOT_BILLED.get(lang)}</p>
            <ul class="reason-list study-faults">{lines}</ul>
        }
        .into_any()
    })
}

fn fault_line(contract_id: i64, outcome: &Outcome, lang: Lang) -> Option<AnyView> {
    let months: Vec<_> = outcome.months.iter().filter(|month| month.has_faults).collect();
    let (first, last) = (months.first()?, months.last()?);
    let span = if first.month == last.month { first.month.to_string() } else { format!("{}–{}", first.month, last.month) };
    let days: u32 = months.iter().map(|month| u32::from(month.days)).sum();
    let head = words::NOT_BILLED_OF.with(lang, &[&words::scenario(outcome.scenario, lang), &span, &days.to_string()]);
    // the same fault of every month is said once
    let all: BTreeSet<_> = months.iter().flat_map(|month| &month.faults).collect();
    let said = all.iter().map(|fault| {
        let (sentence, address) = explain::fault(fault, contract_id, lang);
        view! { <a href=address>{sentence}</a> " " }
    });
    let unnamed = all.is_empty().then(|| words::UNNAMED_FAULT.get(lang));
    Some(view! { <li>{head} {said.collect_view()} {unnamed}</li> }.into_any())
}

fn row(outcome: &Outcome, lang: Lang) -> AnyView {
    let is_base = outcome.scenario == Scenario::AsIs;
    let compared = |value: Option<Fixed2>| or_absent(value.filter(|_| !is_base).map(signed));
    let known = outcome.difference_per_year.is_some();
    view! {
        <tr>
            <th scope="row">{words::scenario(outcome.scenario, lang)}</th>
            <td class="num">{yuan(outcome.total)}</td>
            <td class="num">{compared(known.then_some(outcome.difference))}</td>
            <td class="num">{compared(outcome.difference_per_year)}</td>
        </tr>
    }
    .into_any()
}

fn signed(value: Fixed2) -> String {
    if value.0 > 0 { format!("+{}", yuan(value)) } else { yuan(value) }
}

/// Month by month, a column for each scenario.
fn months(study: &Study, lang: Lang) -> Block {
    let heads = study.outcomes.iter().map(|outcome| {
        view! { <th scope="col" class="num">{words::scenario(outcome.scenario, lang)}</th> }
    });
    let heads = heads.collect_view();
    let base = study.outcomes.first().map(|outcome| outcome.months.as_slice()).unwrap_or_default();
    let rows = base.iter().enumerate().map(|(at, month)| {
        let totals = study.outcomes.iter().map(|outcome| {
            let total = outcome.months.get(at).filter(|month| !month.has_faults).map(|month| yuan(month.total));
            view! { <td class="num">{or_absent(total)}</td> }
        });
        view! {
            <tr>
                <th scope="row">{month.month.to_string()}</th>
                <td class="num">{month.days.to_string()}</td>
                <td class="num">{kwh(month.energy_kwh)}</td>
                {totals.collect_view()}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let content = view! {
        <div class="table-box" tabindex="0" role="group" aria-label=words::MONTHS.get(lang)>
            <table class="bill">
                <thead>
                    <tr>
                        <th scope="col">{words::MONTH.get(lang)}</th>
                        <th scope="col" class="num">{words::DAYS.get(lang)}</th>
                        <th scope="col" class="num">{words::ENERGY.get(lang)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    Block::new("study-months", content).titled(words::MONTHS.get(lang)).class("wide")
}
