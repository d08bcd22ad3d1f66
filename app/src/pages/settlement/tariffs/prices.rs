//! What a unit costs: prices by band, components, tiers, basic charge, and which notice says so.

use domain::settlement::tariff::{MOST_TIERS, Prices, TierPricing, Tiers};
use domain::settlement::{Band, TariffPlan};
use leptos::prelude::*;

use super::bands::key;
use super::facts;
use super::fields::price_text;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::pages::managed::{badge, user_text};
use crate::text::Lang;
use crate::text::common::ABSENT;
use crate::text::settlement::tariffs as texts;

pub fn block(plan: &TariffPlan, lang: Lang) -> Block {
    let content = match &plan.prices {
        Some(prices) => view! { {by_band(prices, lang)} {components(prices, lang)} {notes(plan, prices, lang)} }.into_any(),
        None => {
            let note = texts::NO_PRICES_NOTE.with(lang, &[&plan.notice.number]);
            view! { <p class="problem">{note}</p> }.into_any()
        }
    };
    Block::fixed("prices", content).titled(texts::PRICES.get(lang))
}

/// Bands with a price, a factor, or both; 平 always.
fn by_band(prices: &Prices, lang: Lang) -> AnyView {
    let is_shown = |band: &Band| prices.unit(*band).is_some() || prices.factors.get(*band).is_some();
    let rows = Band::ALL.into_iter().filter(is_shown).map(|band| {
        // all six decimals, so that a column of prices stands in line
        let unit = prices.unit(band).map(|unit| unit.price.to_string());
        let origin = match (prices.bands.get(band), &unit) {
            (Some(_), _) => texts::PUBLISHED.get(lang),
            (None, Some(_)) => texts::MADE_OF.get(lang),
            (None, None) => ABSENT,
        };
        Row::from(vec![
            Cell::text(key(band, lang)),
            Cell::number(unit.unwrap_or_else(|| ABSENT.to_owned())),
            Cell::number(prices.factors.get(band).map_or_else(|| ABSENT.to_owned(), price_text)),
            Cell::text(origin),
        ])
    });
    let columns = vec![
        Column::text(texts::BAND.get(lang)),
        Column::number(texts::PRICE.get(lang)),
        Column::number(texts::FACTOR.get(lang)),
        Column::text(""),
    ];
    table(texts::PRICES.get(lang), columns, rows.collect())
}

/// What the price of each band is made of.
fn components(prices: &Prices, lang: Lang) -> Option<AnyView> {
    if prices.components.is_empty() {
        return None;
    }
    let units: Vec<_> = Band::ALL.into_iter().filter_map(|band| Some((band, prices.unit(band)?))).collect();
    let mut columns = vec![Column::text(texts::COMPONENT_KIND.get(lang)), Column::number(texts::COMPONENT_PRICE.get(lang))];
    columns.push(Column::text(texts::FLOATS.get(lang)));
    columns.push(Column::text(texts::IN_PF_BASE.get(lang)));
    columns.extend(units.iter().map(|(band, _)| Column::number(crate::text::settlement::words::band(*band).get(lang))));
    let rows = prices.components.iter().enumerate().map(|(at, component)| {
        let mut cells = vec![
            Cell::text(user_text(&facts::component_name(component, lang))),
            Cell::number(component.price.to_string()),
            Cell::text(facts::yes_no(component.floats, lang)),
            Cell::text(facts::yes_no(component.has_power_factor(), lang)),
        ];
        let part = |unit: &domain::settlement::unit_price::UnitPrice| {
            unit.parts.get(at).map_or_else(|| ABSENT.to_owned(), ToString::to_string)
        };
        cells.extend(units.iter().map(|(_, unit)| Cell::number(part(unit))));
        Row::from(cells)
    });
    let title = texts::COMPONENTS.get(lang);
    Some(view! { <h3 class="part-title">{title}</h3> {table(title, columns, rows.collect())} }.into_any())
}

fn notes(plan: &TariffPlan, prices: &Prices, lang: Lang) -> AnyView {
    let notice = prices.notice.as_ref().unwrap_or(&plan.notice);
    let checked = badge(if notice.is_checked { texts::CHECKED } else { texts::UNCHECKED }, !notice.is_checked, lang);
    let lines = format!("{}: {}", texts::LINE_BASIS.get(lang), texts::line_basis(prices.line_basis).get(lang));
    view! {
        <p class="note">{texts::PRICES_NOTICE.get(lang)} ": " {user_text(&notice.number)} " " {checked}</p>
        <p class="hint">{lines}</p>
    }
    .into_any()
}

pub fn tiers(plan: &TariffPlan, lang: Lang) -> Option<Block> {
    let tiers = plan.tiers.as_ref()?;
    let many = (tiers.many_people_kwh > 0).then(|| {
        view! { <p class="hint">{texts::MANY_PEOPLE.get(lang)} ": " {tiers.many_people_kwh.to_string()}</p> }
    });
    let content = view! {
        <p>{texts::TIERS_BY.get(lang)} ": " {texts::tier_period(tiers.by, lang)}</p>
        {tier_table(tiers, lang)}
        {many}
    };
    Some(Block::fixed("tiers", content).titled(texts::TIERS.get(lang)))
}

fn tier_table(tiers: &Tiers, lang: Lang) -> AnyView {
    let count = tiers.seasons.iter().map(|season| season.upto_kwh.len() + 1).max().unwrap_or(0).min(MOST_TIERS);
    let by_band = matches!(tiers.pricing, TierPricing::PerBand { .. });
    let bands: Vec<Band> = match &tiers.pricing {
        TierPricing::PerBand { prices } => {
            Band::ALL.into_iter().filter(|band| prices.iter().any(|own| own.get(*band).is_some())).collect()
        }
        TierPricing::Surcharge { .. } => Vec::new(),
    };
    let mut columns = vec![Column::text(texts::TIER.get(lang))];
    columns.extend(
        tiers
            .seasons
            .iter()
            .map(|season| Column::number(format!("{} {}", texts::TIER_RANGE.get(lang), texts::months(&season.months, lang)))),
    );
    columns.extend((!by_band).then(|| Column::number(texts::SURCHARGE.get(lang))));
    columns.extend(bands.iter().map(|band| Column::number(crate::text::settlement::words::band(*band).get(lang))));
    let rows = (0..count).map(|at| {
        let number = u8::try_from(at + 1).unwrap_or(u8::MAX);
        let mut cells = vec![Cell::text(texts::tier(number, lang))];
        cells.extend(tiers.seasons.iter().map(|season| Cell::number(range(&season.upto_kwh, at))));
        match &tiers.pricing {
            TierPricing::Surcharge { per_kwh } => {
                let more = at.checked_sub(1).and_then(|at| per_kwh.get(at)).copied();
                cells.push(Cell::number(more.map_or_else(|| ABSENT.to_owned(), |price| format!("+{}", price_text(price)))));
            }
            TierPricing::PerBand { prices } => cells.extend(bands.iter().map(|band| {
                let price = prices.get(at).and_then(|own| own.get(*band));
                Cell::number(price.map_or_else(|| ABSENT.to_owned(), price_text))
            })),
        }
        Row::from(cells)
    });
    table(texts::TIERS.get(lang), columns, rows.collect())
}

/// `0–260`, `260–600`, `> 600`
fn range(upto: &[u32], at: usize) -> String {
    let from = at.checked_sub(1).and_then(|before| upto.get(before)).copied().unwrap_or(0);
    match upto.get(at) {
        Some(to) => format!("{from}–{to}"),
        None => format!("> {from}"),
    }
}

/// Basic charge, power factor and whole kWh.
pub fn others(plan: &TariffPlan, lang: Lang) -> Block {
    let price = |price: Option<domain::settlement::Price6>| price.map_or_else(|| ABSENT.to_owned(), price_text);
    let basic = plan.basic.map(|basic| {
        view! {
            {crate::pages::managed::fact(texts::CAPACITY_PRICE, price(basic.capacity_price), lang)}
            {crate::pages::managed::fact(texts::DEMAND_PRICE, price(basic.demand_price), lang)}
        }
    });
    let none = plan.basic.is_none().then(|| crate::pages::managed::fact(texts::BASIC, texts::NONE.get(lang), lang));
    let content = view! {
        <dl class="facts">
            {basic}
            {none}
            {crate::pages::managed::fact(texts::POWER_FACTOR, facts::yes_no(plan.power_factor, lang), lang)}
            {crate::pages::managed::fact(texts::WHOLE_KWH, facts::yes_no(plan.whole_kwh, lang), lang)}
        </dl>
    };
    Block::fixed("others", content).titled(texts::BASIC.get(lang))
}
