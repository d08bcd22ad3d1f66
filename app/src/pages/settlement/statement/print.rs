//! `/settlement/statements/{id}/print`: the same bill on paper, without anything around it.

use domain::Fixed2;
use domain::access::Permission;
use domain::settlement::{Bill, Line, StatementState};
use leptos::prelude::*;

use super::{Page, head, lines, load};
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::managed::{self, user_text};
use crate::pages::settlement::shown::{kwh, price, yuan};
use crate::pages::{FrameKind, PageContent, shared};
use crate::text::settlement::{statement as words, words as names};
use crate::text::{Lang, Text, common};

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    super::super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let page = load(ctx, managed::id(id)?).await?;
    let title = words::TITLE.with(lang, &[&page.of.statement_id.to_string(), &page.of.month.to_string()]);
    let back = view! {
        <p class="not-printed">
            <a href=page.address()>{words::PRINT_BACK.get(lang)}</a> " · " {words::PRINT_HOW.get(lang)}
        </p>
    };
    let sheet = view! {
        {back}
        <div class="sheet-head">
            <h1>{words::PRINT_TITLE.get(lang)}</h1>
            <p>{words::PRINT_NO.with(lang, &[&page.of.statement_id.to_string(), &page.of.version.to_string()])}</p>
        </div>
        {banner(page.of.status).map(|banner| view! { <p class="sheet-banner">{banner.get(lang)}</p> })}
        {facts(&page, lang)}
        {table(&page, lang)}
        {foot(&page, ctx, lang)}
    };
    let content = PageContent::new("print", title, vec![Block::fixed("sheet", sheet)]);
    let heading = Some(().into_any());
    Ok(PageContent { frame: FrameKind::Bare, heading, ..content })
}

/// What is not final says so.
fn banner(state: StatementState) -> Option<Text> {
    match state {
        StatementState::Draft => Some(words::PRINT_DRAFT),
        StatementState::Checked => Some(words::PRINT_CHECKED),
        StatementState::Void => Some(words::PRINT_VOID),
        StatementState::Frozen => None,
    }
}

fn facts(page: &Page, lang: Lang) -> AnyView {
    let of = &page.of;
    let document = page.document();
    let tariffs = document.map(|document| {
        let names =
            document.tariffs.iter().map(|tariff| words::TARIFF_VERSION.with(lang, &[&tariff.name, &tariff.version.to_string()]));
        names.collect::<Vec<_>>().join("; ")
    });
    let terms = document.and_then(|document| document.contract.terms.last()).map(|dated| &dated.terms);
    let voltage = terms.map(|terms| names::voltage(terms.voltage).get(lang).to_owned());
    let capacity = terms.filter(|terms| terms.capacity_kva.0 > 0).map(|terms| format!("{} kVA", yuan(terms.capacity_kva)));
    let region = page.tree.find(of.region_id).map(|region| shared::region_name(region.region_id, &region.region_name, lang));
    let fact = |label: Text, value: String| view! { <div><dt>{label.get(lang)}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="sheet-facts">
            <div><dt>{words::CUSTOMER.get(lang)}</dt><dd>{user_text(&of.user_name)}</dd></div>
            {fact(common::ACCOUNT_NO, of.user_id.to_string())}
            {fact(words::CONTRACT, of.contract_id.to_string())}
            {fact(common::USAGE_TYPE, shared::usage(&of.usage_type, lang))}
            {region.map(|region| fact(common::REGION, region))}
            {fact(words::PERIOD, head::period(page, lang))}
            {document.and_then(|document| lines::days_of_all(&document.bill, lang)).map(|days| fact(words::BILLED_DAYS, days))}
            {fact(words::TARIFF, tariffs.filter(|text| !text.is_empty()).unwrap_or_else(|| common::ABSENT.to_owned()))}
            {voltage.map(|voltage| fact(words::VOLTAGE, voltage))}
            {capacity.map(|capacity| fact(words::CAPACITY, capacity))}
        </dl>
    }
    .into_any()
}

fn table(page: &Page, lang: Lang) -> AnyView {
    let Some(document) = page.document() else {
        return view! { <p>{words::UNREADABLE.get(lang)}</p> }.into_any();
    };
    let bill = &document.bill;
    let sum: Fixed2 = bill.lines.iter().map(|line| line.amount).sum();
    let label = if sum.0 < 0 { words::TOTAL_REFUND } else { words::TOTAL };
    view! {
        <table class="sheet-table">
            <thead>
                <tr>
                    <th scope="col">{words::ITEM.get(lang)}</th>
                    <th scope="col" class="num">{words::QUANTITY.get(lang)}</th>
                    <th scope="col" class="num">{words::PRICE.get(lang)}</th>
                    <th scope="col" class="num">{words::AMOUNT.get(lang)}</th>
                </tr>
            </thead>
            <tbody>{bill.lines.iter().map(|line| row(line, bill, lang)).collect_view()}</tbody>
            <tfoot>
                <tr class="total">
                    <th scope="row">{label.get(lang)}</th>
                    <td class="num">{kwh(bill.energy_kwh())} " kWh"</td>
                    <td></td>
                    <td class="num">{yuan(sum)}</td>
                </tr>
            </tfoot>
        </table>
        {(sum != page.of.amount).then(|| view! { <p class="wrong">{words::SUM_WRONG.get(lang)}</p> })}
    }
    .into_any()
}

fn row(line: &Line, bill: &Bill, lang: Lang) -> AnyView {
    let days = lines::days_of(line, bill, lang);
    let notes: Vec<String> = days.into_iter().chain(lines::sentences(line, lang)).collect();
    let notes =
        (!notes.is_empty()).then(|| view! { <p class="sheet-note">{notes.join(if lang == Lang::Zh { "" } else { " " })}</p> });
    view! {
        <tr>
            <th scope="row">{lines::name(line, lang)} {notes}</th>
            <td class="num">{lines::quantity(line, lang)}</td>
            <td class="num">{lines::price_of(line, lang)}</td>
            <td class="num">{yuan(line.amount)}</td>
        </tr>
    }
    .into_any()
}

fn foot(page: &Page, ctx: &AppContext, lang: Lang) -> AnyView {
    let of = &page.of;
    let notices = page.document().map(|document| {
        let of_lines = document.bill.lines.iter().filter_map(|line| line.notice.clone());
        let all = document.tariffs.iter().map(|tariff| tariff.notice.number.clone()).chain(of_lines);
        let mut notices: Vec<String> = Vec::new();
        for notice in all.filter(|notice| !notice.is_empty()) {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        notices.join("; ")
    });
    let notices = notices.filter(|text| !text.is_empty()).map(|text| view! { <p>{words::NOTICE.get(lang)} ": " {text}</p> });
    let carbon = page.document().and_then(|document| document.carbon.as_ref()).map(|carbon| {
        let factor = [price(carbon.factor.kg_per_kwh), carbon.factor.year.to_string(), carbon.factor.source.clone()];
        let note = words::CARBON_NOTE.with(lang, &factor.each_ref().map(String::as_str));
        view! { <p>{words::CARBON.get(lang)} ": " {kwh(carbon.kg)} " kgCO₂ (" {note} ")"</p> }
    });
    let stamp = |label: Text, stamp: &Option<(chrono::DateTime<chrono::Utc>, String)>| {
        let (at, by) = stamp.as_ref()?;
        Some(view! { <p>{label.get(lang)} ": " {user_text(by)} " " {managed::at(ctx, *at)}</p> })
    };
    let checked = (of.status != StatementState::Draft).then(|| stamp(words::CHECKED, &of.checked));
    let hash = of.hash.as_ref().map(|hash| {
        let verdict = if *hash == of.digest { words::HASH_OK } else { words::HASH_WRONG };
        view! { <p class="sheet-hash">{words::HASH.get(lang)} " SHA-256: " <code>{hash.clone()}</code> " " {verdict.get(lang)}</p> }
    });
    view! {
        <div class="sheet-foot">
            {notices}
            {carbon}
            {checked}
            {stamp(words::FROZEN, &of.frozen)}
            {hash}
            <p>{words::PRINT_TAX.get(lang)}</p>
        </div>
    }
    .into_any()
}
