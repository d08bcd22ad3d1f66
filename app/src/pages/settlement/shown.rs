//! How settlement shows months, money, prices, states and marks: one way for all its pages, so that sums look like their parts.

use domain::settlement::{Band, DayMark, ExceptionKind, Month, Price6, StatementState};
use domain::{Fixed2, RegionId};
use leptos::prelude::*;
use warehouse::read::regions::Tree;

use crate::charts::band_rows;
use crate::context::PageRequest;
use crate::error::AppError;
use crate::format::{self, EnergyUnit};
use crate::pages::shared;
use crate::text::settlement::{overview as words, words as names};
use crate::text::{Lang, Text, pages};

/// yuan, two decimals: exactly what is stored.
pub fn yuan(value: Fixed2) -> String {
    format::yuan(value)
}

/// kWh, two decimals: exactly what is stored.
pub fn kwh(value: Fixed2) -> String {
    EnergyUnit::Kwh.number(value)
}

/// At least four decimals, and as many more as the price has.
pub fn price(price: Price6) -> String {
    let text = price.to_string().replace('-', "−");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let needed = fraction.trim_end_matches('0').len().max(4);
    format!("{whole}.{}", &fraction[..needed.min(fraction.len())])
}

/// Money divided by energy; `—` without energy.
pub fn mean_price(amount: Fixed2, energy: Fixed2) -> String {
    format::or_absent(format::price(amount, energy), |price| price)
}

/// The month of the address; none without one.
pub fn month(request: &PageRequest) -> Result<Option<Month>, AppError> {
    let Some(text) = request.get("month") else { return Ok(None) };
    let known = Month::parse(text).filter(|month| (1900..=2200).contains(&month.year));
    known.map(Some).ok_or_else(|| AppError::bad_parameter("month", text, "YYYY-MM (2026-01)"))
}

pub fn region(request: &PageRequest) -> Result<Option<RegionId>, AppError> {
    shared::int(request, "region", "0–2147483647")
}

/// A region with all below it; none for all.
pub fn members(tree: &Tree, region: Option<RegionId>) -> Option<Vec<RegionId>> {
    region.map(|id| tree.members(id))
}

/// The month before and after, and a form for any other.
pub fn month_picker(request: &PageRequest, shown: Month, lang: Lang) -> AnyView {
    let kept = request.query.iter().filter(|(name, _)| !matches!(name.as_str(), "month" | "page" | "done"));
    let hidden = kept.map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> });
    let address = |month: Month| {
        let mut other = request.clone();
        other.query.retain(|name, _| !matches!(name.as_str(), "page" | "done"));
        other.address_with("month", &month.to_string())
    };
    view! {
        <form class="day-picker month-picker" method="get" action=request.path.clone()>
            {hidden.collect_view()}
            <a href=address(shown.previous()) rel="prev">{words::MONTH_BEFORE.get(lang)}</a>
            <label>
                <span class="sr-only">{words::MONTH.get(lang)}</span>
                <input type="month" name="month" value=shown.to_string() pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-01" required=true />
            </label>
            <button type="submit">{pages::SHOW.get(lang)}</button>
            <a href=address(shown.next()) rel="next">{words::MONTH_AFTER.get(lang)}</a>
        </form>
    }
    .into_any()
}

/// A choice that filters, with "all" first.
pub fn select(name: &'static str, label: Text, all: Text, options: Vec<(String, String, bool)>, lang: Lang) -> AnyView {
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

pub fn region_options(tree: &Tree, chosen: Option<RegionId>, lang: Lang) -> Vec<(String, String, bool)> {
    let option = |region: &warehouse::read::regions::Region| {
        let name = shared::region_name(region.region_id, &region.region_name, lang);
        (region.region_id.to_string(), name, chosen == Some(region.region_id))
    };
    tree.regions.iter().map(option).collect()
}

/// Previous and next page, with the rows that are shown.
pub fn pager(request: &PageRequest, page: i64, rows: usize, per_page: i64, total: i64) -> AnyView {
    let lang = request.view.lang;
    let first = (page - 1) * per_page + 1;
    let last = first - 1 + i64::try_from(rows).unwrap_or(0);
    let address = |page: i64| request.address_with("page", &if page > 1 { page.to_string() } else { String::new() });
    let shown = [first.min(total), last, total].map(format::count);
    view! {
        <nav class="pager" aria-label=pages::NEXT_PAGE.get(lang)>
            {(page > 1).then(|| view! { <a href=address(page - 1) rel="prev">{pages::PREVIOUS_PAGE.get(lang)}</a> })}
            <span>{pages::ROWS_FROM_TO.with(lang, &[&shown[0], &shown[1], &shown[2]])}</span>
            {(last < total).then(|| view! { <a href=address(page + 1) rel="next">{pages::NEXT_PAGE.get(lang)}</a> })}
        </nav>
    }
    .into_any()
}

fn state_glyph(state: StatementState) -> &'static str {
    match state {
        StatementState::Draft => "○",
        StatementState::Checked => "◑",
        StatementState::Frozen => "●",
        StatementState::Void => "✕",
    }
}

pub fn state(state: StatementState, lang: Lang) -> AnyView {
    let class = format!("badge bill-{}", state.code());
    view! { <span class=class><i aria-hidden="true">{state_glyph(state)}</i> " " {names::state(state).get(lang)}</span> }
        .into_any()
}

/// Kinds of exceptions, those that block first.
pub fn exceptions(kinds: &[ExceptionKind], lang: Lang) -> AnyView {
    let badge = |kind: &ExceptionKind| {
        let (class, glyph) = if kind.blocks_check() { ("badge badge-off", "✕ ") } else { ("badge badge-look", "! ") };
        view! { <span class=class><i aria-hidden="true">{glyph}</i>{names::exception(*kind).get(lang)}</span> " " }
    };
    kinds.iter().map(badge).collect_view().into_any()
}

/// Marks of a settled day in words; one that this version does not know stays as it is.
pub fn day_marks(codes: &[String], lang: Lang) -> AnyView {
    let badge = |code: &String| {
        let known = DayMark::from_code(code);
        let word = known.map_or_else(|| code.clone(), |mark| names::mark(mark).get(lang).to_owned());
        let glyph = known.map_or("", mark_glyph);
        view! { <span class="badge"><i aria-hidden="true">{glyph}</i> {word}</span> " " }
    };
    codes.iter().map(badge).collect_view().into_any()
}

fn mark_glyph(mark: DayMark) -> &'static str {
    match mark {
        DayMark::ShapeEstimated | DayMark::EnergyEstimated | DayMark::Split => "≈ ",
        DayMark::NotEstimated | DayMark::NoTariff => "✕ ",
        DayMark::Missing => "◐ ",
        DayMark::Moved => "↻ ",
        DayMark::Undecided => "? ",
        DayMark::Rollover | DayMark::Exchange | DayMark::RegisterMismatch | DayMark::RegisterGap | DayMark::Negative => "! ",
    }
}

/// A band by name, with a piece of its colour.
pub fn band(band: Band, lang: Lang) -> AnyView {
    view! {
        <span class="band-name">
            <svg class="band-swatch" viewBox="0 0 14 10" aria-hidden="true" focusable="false">
                <rect class=band_rows::class(band) width="14" height="10"></rect>
            </svg>
            {names::band(band).get(lang)}
        </span>
    }
    .into_any()
}

/// A total that the customer gets back says so.
pub fn with_refund(amount: Fixed2, refund: Text, lang: Lang) -> String {
    match amount.0 < 0 {
        true => format!("{} {}", yuan(amount), refund.get(lang)),
        false => yuan(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    #[test]
    fn prices_keep_every_digit_that_says_something() {
        let shown = |text: &str| price(Price6::parse(text).expect("a price"));
        assert_eq!((shown("0.58"), shown("0.851234")), ("0.5800".to_owned(), "0.851234".to_owned()));
        assert_eq!((shown("-0.0001"), shown("42")), ("−0.0001".to_owned(), "42.0000".to_owned()));
        assert_eq!(mean_price(Fixed2(100), Fixed2(0)), "—");
    }

    #[test]
    fn months_are_read_or_refused() {
        let of = |address: &str| month(&PageRequest::parse(address, View::default()));
        assert_eq!(of("/settlement"), Ok(None));
        assert_eq!(of("/settlement?month=2026-01"), Ok(Month::parse("2026-01")));
        for wrong in ["2026-13", "2026", "x", "0000-01", "9999-01"] {
            assert!(of(&format!("/settlement?month={wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_picker_turns_the_year_and_drops_the_page() {
        let request = PageRequest::parse("/settlement/statements?month=2026-01&page=3&state=draft&done=x", View::default());
        let html = month_picker(&request, Month::parse("2026-01").expect("a month"), Lang::Zh).to_html();
        for part in ["month=2025-12", "month=2026-02", "name=\"state\"", "type=\"month\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("page=3") && !html.contains("name=\"page\"") && !html.contains("done="), "{html}");
    }

    #[test]
    fn every_state_and_kind_has_a_word_and_a_glyph() {
        for lang in Lang::ALL {
            for one in StatementState::ALL {
                assert!(state(one, lang).to_html().contains(names::state(one).get(lang)));
            }
            assert_eq!(exceptions(&ExceptionKind::ALL, lang).to_html().matches("badge-off").count(), 3);
        }
    }
}
