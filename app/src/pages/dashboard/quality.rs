//! Block 8: can the numbers be believed. Each figure leads to where more is said.

use leptos::prelude::*;

use super::curve::coverage_text;
use super::data::Dashboard;
use crate::components::Block;
use crate::format::{self, EnergyUnit, Percent, or_absent};
use crate::text::{Lang, common, dashboard as words};

pub fn block(dashboard: &Dashboard, lang: Lang) -> Block {
    let quality = dashboard.data.recent.quality;
    let late_kwh = EnergyUnit::Kwh.show(quality.late_kwh_today, lang);
    let rate = rate(quality.records_last_minute);
    let items = vec![
        item(
            "/pipeline#chain",
            words::READINGS_PER_S,
            words::PER_S.with(lang, &[&rate]),
            words::LAST_MINUTE_NOTE.get(lang).into(),
            lang,
        ),
        item(
            "/pipeline#layers",
            words::COVERAGE_TODAY,
            or_absent(coverage_text(dashboard), Percent::show),
            words::COVERAGE_NOTE.get(lang).into(),
            lang,
        ),
        item(
            "/pipeline#times",
            words::LATE_TODAY,
            words::ROWS.with(lang, &[&format::count(quality.late_today)]),
            words::LATE_NOTE.with(lang, &[&late_kwh, &format::count(quality.late_yesterday)]),
            lang,
        ),
        item(
            "/pipeline#rejected",
            words::DEAD_OPEN,
            words::ROWS.with(lang, &[&format::count(quality.dead_letters_open)]),
            String::new(),
            lang,
        ),
        item("/pipeline#layers", words::LAST_RECONCILIATION, common::ABSENT.into(), words::NOT_RECONCILED.get(lang).into(), lang),
    ];
    Block::new("quality", view! { <ul class="quality">{items}</ul> }).titled(words::QUALITY.get(lang))
}

/// Readings per second with one decimal, from the readings of a minute.
fn rate(records_per_minute: i64) -> String {
    let tenths = domain::fixed::div_round(i128::from(records_per_minute) * 10, 60);
    format!("{}.{}", format::count(tenths / 10), tenths % 10)
}

fn item(address: &'static str, label: crate::text::Text, value: String, note: String, lang: Lang) -> AnyView {
    view! {
        <li>
            <a href=address>
                <span class="label">{label.get(lang)}</span>
                <span class="value">{value}</span>
                <span class="note">{note}</span>
            </a>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_one_decimal() {
        assert_eq!((rate(0), rate(90), rate(120_000)), ("0.0".into(), "1.5".into(), "2,000.0".into()));
    }
}
