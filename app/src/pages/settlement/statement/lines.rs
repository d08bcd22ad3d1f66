//! The lines of a bill: quantity × price = amount, with what each follows from. What is summed is what is shown.

use domain::Fixed2;
use domain::settlement::bill::Part;
use domain::settlement::{Bill, Line, LineKind, Quantity};
use leptos::prelude::*;

use super::Page;
use crate::components::Block;
use crate::format;
use crate::pages::settlement::shown::{self, price, yuan};
use crate::pages::shared;
use crate::text::settlement::{explain, statement as words, words as names};
use crate::text::{Lang, common};

pub fn block(page: &Page, lang: Lang) -> Block {
    let title = words::LINES.get(lang);
    let Some(document) = page.document() else {
        return Block::new("lines", shared::nothing(words::UNREADABLE, lang)).titled(title).class("wide");
    };
    let bill = &document.bill;
    let rows = bill.lines.iter().map(|line| row(line, bill, lang)).collect_view();
    let content = view! {
        <div class="table-box" tabindex="0" role="group" aria-label=title>
            <table class="bill">
                <caption class="sr-only">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::ITEM.get(lang)}</th>
                        <th scope="col" class="num">{words::QUANTITY.get(lang)}</th>
                        <th scope="col" class="num">{words::PRICE.get(lang)}</th>
                        <th scope="col" class="num">{words::AMOUNT.get(lang)}</th>
                        <th scope="col">{words::WHY.get(lang)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {total_row(bill, page.of.amount, lang)}
                </tbody>
            </table>
        </div>
    };
    Block::new("lines", content).titled(title).class("wide")
}

fn row(line: &Line, bill: &Bill, lang: Lang) -> AnyView {
    let days = days_of(line, bill, lang).map(|days| view! { <p class="note">{days}</p> });
    view! {
        <tr class=format!("line-{}", line.kind.code())>
            <th scope="row">{name_view(line, lang)} {days}</th>
            <td class="num">{quantity(line, lang)}</td>
            <td class="num">{price_of(line, lang)}</td>
            <td class="num amount">{yuan(line.amount)}</td>
            <td class="why">{why(line, lang)}</td>
        </tr>
    }
    .into_any()
}

/// The days that all lines are about, where they are the same for each.
fn common_span(bill: &Bill) -> Option<(domain::Day, domain::Day)> {
    let mut spans = bill.lines.iter().filter(|line| line.kind != LineKind::Adjustment).map(|line| (line.from, line.to));
    let first = spans.next()?;
    spans.all(|span| span == first).then_some(first)
}

fn days(from: domain::Day, to: domain::Day, lang: Lang) -> String {
    words::DAYS_OF.with(lang, &[&format::date(from), &format::date(domain::Day(to.0 - 1))])
}

/// Days of a line that is about a part of the period; nothing where all of them are about the same.
pub fn days_of(line: &Line, bill: &Bill, lang: Lang) -> Option<String> {
    let span = (line.from, line.to);
    let is_part = span != (bill.period.from, bill.period.to) && common_span(bill).is_none();
    is_part.then(|| days(line.from, line.to, lang))
}

/// Days that the whole bill is about, if they are not all of the period.
pub fn days_of_all(bill: &Bill, lang: Lang) -> Option<String> {
    let (from, to) = common_span(bill)?;
    ((from, to) != (bill.period.from, bill.period.to)).then(|| days(from, to, lang))
}

/// The sum of the rows above; equal to the total of the bill and of the list, or somebody has to know.
fn total_row(bill: &Bill, stored: Fixed2, lang: Lang) -> AnyView {
    let sum: Fixed2 = bill.lines.iter().map(|line| line.amount).sum();
    let is_wrong = sum != bill.total || sum != stored;
    let wrong =
        is_wrong.then(|| view! { <span class="wrong" role="alert">{words::SUM_WRONG.get(lang)} " " {yuan(stored)}</span> });
    let refund = (sum.0 < 0).then(|| format!(" {}", words::TOTAL_REFUND.get(lang)));
    let count = words::SUM_OF.with(lang, &[&bill.lines.len().to_string()]);
    let note = [Some(count), days_of_all(bill, lang)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <tr class="total">
            <th scope="row">{words::SUM.get(lang)} {refund}</th>
            <td class="num">{yuan(bill.energy_kwh())} " kWh"</td>
            <td></td>
            <td class="num amount">{yuan(sum)}</td>
            <td class="why"><span class="note">{note}</span> {wrong}</td>
        </tr>
    }
    .into_any()
}

/// Kind, band, tier, component in words.
pub fn name(line: &Line, lang: Lang) -> String {
    let band = line.band.map(|band| names::band(band).get(lang).to_owned());
    let tier = line.tier.map(|tier| words::TIER.with(lang, &[&tier.to_string()]));
    let component = line.component.map(|kind| names::component(kind).get(lang).to_owned());
    // the name of an adjustment is the statement, which the reason says in words
    let own = line.name.clone().filter(|_| line.kind != LineKind::Adjustment);
    let kind = names::line(line.kind).get(lang).to_owned();
    [Some(kind), band, tier, component, own].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn name_view(line: &Line, lang: Lang) -> AnyView {
    match line.band {
        Some(band) if line.kind == LineKind::Energy && line.tier.is_none() => {
            view! { {names::line(line.kind).get(lang)} " " {shown::band(band, lang)} }.into_any()
        }
        _ => name(line, lang).into_any(),
    }
}

pub fn quantity(line: &Line, lang: Lang) -> String {
    match line.quantity {
        Quantity::Yuan(base) if line.percent.is_none() && base.0 == 0 => common::ABSENT.to_owned(),
        Quantity::Yuan(base) => format!("{} {}", yuan(base), words::YUAN.get(lang)),
        other => format!("{} {}", yuan(other.value()), other.unit()),
    }
}

/// The price of a unit, with the part of the month it counts for; a percentage for power factor.
pub fn price_of(line: &Line, lang: Lang) -> String {
    let share = line.day_share.map(|(days, of)| words::DAY_SHARE.with(lang, &[&days.to_string(), &of.to_string()]));
    let base = match (line.price, line.percent) {
        (Some(of), _) => price(of),
        (None, Some(of)) => format!("× {}", explain::signed_percent(of)),
        (None, None) => common::ABSENT.to_owned(),
    };
    share.map_or_else(|| base.clone(), |share| format!("{base} {share}"))
}

/// The sentences behind a line: reason, estimates, clause, notice, tariff, components.
fn why(line: &Line, lang: Lang) -> AnyView {
    let link = match line.reason {
        Some(domain::settlement::bill::Reason::Adjustment { statement_id, .. }) => {
            let title = crate::text::settlement::differences::OPEN_STATEMENT.with(lang, &[&statement_id.to_string()]);
            Some(view! { " " <a href=format!("/settlement/statements/{statement_id}")>{title}</a> })
        }
        _ => None,
    };
    let sentences = sentences(line, lang).into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    let tariff = line.tariff.as_ref().map(|(code, version)| {
        let address = format!("/settlement/tariffs/{code}?version={version}");
        view! { <p class="note"><a href=address>{words::TARIFF_VERSION.with(lang, &[code, &version.to_string()])}</a></p> }
    });
    view! { {sentences} {link} {parts(&line.parts, lang)} {source(line, lang)} {tariff} }.into_any()
}

/// What is said of a line on the page and on paper.
pub fn sentences(line: &Line, lang: Lang) -> Vec<String> {
    let reason = line.reason.as_ref().map(|reason| explain::reason(reason, line.percent, lang));
    let rule = line.reason.is_none().then(|| explain::rule(line.kind)).flatten().map(|rule| rule.get(lang).to_owned());
    let estimated = (line.estimated_kwh.0 != 0).then(|| words::ESTIMATED_KWH.with(lang, &[&yuan(line.estimated_kwh)]));
    let shaped = (line.shaped_kwh.0 != 0).then(|| words::SHAPED_KWH.with(lang, &[&yuan(line.shaped_kwh)]));
    [reason, rule, estimated, shaped].into_iter().flatten().collect()
}

fn source(line: &Line, lang: Lang) -> AnyView {
    let clause = line.clause.as_ref().map(|clause| view! { <p class="note">{words::CLAUSE.get(lang)} ": " {clause.clone()}</p> });
    let notice = line.notice.as_ref().map(|notice| view! { <p class="note">{words::NOTICE.get(lang)} ": " {notice.clone()}</p> });
    view! { {clause} {notice} }.into_any()
}

/// The components of a price; they sum to the line.
fn parts(parts: &[Part], lang: Lang) -> Option<AnyView> {
    if parts.is_empty() {
        return None;
    }
    let rows = parts.iter().map(|part| {
        let name = names::component(part.kind).get(lang);
        let own = part.name.as_ref().map(|own| format!(" · {own}"));
        let pf = (!part.pf_applies).then(|| view! { " " <span class="note">{words::PART_NO_PF.get(lang)}</span> });
        view! {
            <tr>
                <th scope="row">{name} {own} {pf}</th>
                <td class="num">{price(part.price)}</td>
                <td class="num">{yuan(part.amount)}</td>
            </tr>
        }
    });
    let sum: Fixed2 = parts.iter().map(|part| part.amount).sum();
    let sum_price: domain::settlement::Price6 = parts.iter().map(|part| part.price).sum();
    let count = parts.len().to_string();
    Some(
        view! {
            <details class="parts">
                <summary>{words::PARTS.with(lang, &[&count])}</summary>
                <table>
                    <tbody>
                        {rows.collect_view()}
                        <tr class="total">
                            <th scope="row">{words::SUM.get(lang)}</th>
                            <td class="num">{price(sum_price)}</td>
                            <td class="num">{yuan(sum)}</td>
                        </tr>
                    </tbody>
                </table>
            </details>
        }
        .into_any(),
    )
}
