//! Prices of bands, and the components that make them up.

use domain::settlement::check::MOST_NAME_CHARS;
use domain::settlement::tariff::LineBasis;
use domain::settlement::{Band, ComponentKind};
use leptos::prelude::*;

use super::fields::{component_rows, line_basis_code};
use super::{NUMBER_CHARS, notice};
use crate::pages::alarms::rules::inputs::Shown;
use crate::text::Lang;
use crate::text::settlement::{tariffs as texts, words};

pub fn part(shown: &Shown<'_>, lang: Lang) -> AnyView {
    let rows = (0..component_rows(shown.fields)).map(|at| component(shown, at, lang));
    let basis = [LineBasis::Absolute, LineBasis::Components]
        .map(|basis| (line_basis_code(basis).to_owned(), texts::line_basis(basis).get(lang).to_owned()));
    view! {
        <fieldset class="rule-part tariff-prices">
            <legend>{texts::PART_PRICES.get(lang)}</legend>
            {shown.checkbox("priced", "1", texts::PRICED_BOX.get(lang))}
            {shown.problem("priced")}
            <div class="if-priced">
                <p class="hint">{texts::PRICES_HINT.get(lang)}</p>
                {bands(shown, "price", texts::PRICE.get(lang), lang)}
                {bands(shown, "factor", texts::FACTOR.get(lang), lang)}
                <fieldset class="rule-part" id="rule-components">
                    <legend>{texts::COMPONENTS.get(lang)}</legend>
                    {shown.problem("components")}
                    {rows.collect_view()}
                    <p class="buttons">
                        <button type="submit" name="more" value="component" formnovalidate=true>{texts::MORE_COMPONENTS.get(lang)}</button>
                    </p>
                </fieldset>
                <div class="rule-row">
                    {shown.select("line_basis", texts::LINE_BASIS.get(lang), basis.to_vec())}
                    {shown.input("decimals", texts::DECIMALS.get(lang), "number", NUMBER_CHARS)}
                </div>
                <fieldset class="rule-part">
                    <legend>{texts::PRICES_NOTICE_LABEL.get(lang)}</legend>
                    {notice(shown, "pn", lang)}
                </fieldset>
            </div>
        </fieldset>
    }
    .into_any()
}

/// One field for each band.
pub fn bands(shown: &Shown<'_>, prefix: &str, title: &str, lang: Lang) -> AnyView {
    let fields = Band::ALL
        .into_iter()
        .map(|band| shown.input(&format!("{prefix}_{}", band.code()), words::band(band).get(lang), "number", NUMBER_CHARS));
    view! {
        <div class="band-prices" role="group" aria-label=title.to_owned()>
            <p class="band-prices-title">{title.to_owned()}</p>
            <div class="rule-row">{fields.collect_view()}</div>
        </div>
    }
    .into_any()
}

fn component(shown: &Shown<'_>, at: usize, lang: Lang) -> AnyView {
    let name = |part: &str| format!("k{at}_{part}");
    let kinds = ComponentKind::ALL.into_iter().map(|kind| (kind.code().to_owned(), words::component(kind).get(lang).to_owned()));
    let unused = (String::new(), texts::UNUSED_ROW.get(lang).to_owned());
    let in_base = [("", texts::PF_AS_USUAL), ("yes", texts::YES), ("no", texts::NO)];
    let in_base = in_base.into_iter().map(|(code, label)| (code.to_owned(), label.get(lang).to_owned())).collect();
    view! {
        <div class="rule-row" role="group" aria-label=format!("{} {}", texts::COMPONENT_KIND.get(lang), at + 1)>
            {shown.select(&name("kind"), texts::COMPONENT_KIND.get(lang), std::iter::once(unused).chain(kinds).collect())}
            {shown.input(&name("name"), texts::COMPONENT_NAME.get(lang), "text", MOST_NAME_CHARS)}
            {shown.input(&name("price"), texts::COMPONENT_PRICE.get(lang), "number", NUMBER_CHARS)}
            {shown.select(&name("pf"), texts::IN_PF_BASE.get(lang), in_base)}
            {shown.checkbox(&name("floats"), "1", texts::FLOATS.get(lang))}
        </div>
    }
    .into_any()
}
