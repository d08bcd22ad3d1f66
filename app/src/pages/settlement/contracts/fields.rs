//! The fields of terms: shown with what stands or was entered, and read back by the same names as files have.

use domain::settlement::contract_check::KnownPlans;
use domain::settlement::contract_fields::{READING_TIMES, TERM_FIELDS, cells, plain_terms, reading_time, set};
use domain::settlement::tariff::Voltage;
use domain::settlement::{DemandMode, PowerFactorStandard, TariffPlan, Terms};
use leptos::prelude::*;

use crate::components::form::{Choice, Field, Form};
use crate::text::Lang;
use crate::text::settlement::{contracts as words, words as names};

const FLAGS: [&str; 3] = ["has_many_people", "is_metered_behind_transformer", "is_suspended"];
const NUMBER_CHARS: usize = 20;

/// Terms of a form; none where a field cannot be read.
pub fn read<'v>(value: impl Fn(&'static str) -> &'v str) -> Option<Terms> {
    let mut terms = plain_terms(Voltage::Below1Kv);
    TERM_FIELDS.into_iter().all(|field| set(&mut terms, field, value(field))).then_some(terms)
}

/// The name of a plan, as the viewer reads it.
pub fn plan_name(plan: &TariffPlan, lang: Lang) -> String {
    let english = plan.name_en.as_deref().filter(|_| lang == Lang::En);
    english.unwrap_or(&plan.name).to_owned()
}

/// Every plan with its code, by province and name.
pub fn tariffs(plans: &KnownPlans, chosen: &str, lang: Lang) -> Vec<Choice> {
    let mut known: Vec<&TariffPlan> = plans.0.values().filter_map(|versions| versions.first()).collect();
    known.sort_by(|one, other| (&one.province, &one.code).cmp(&(&other.province, &other.code)));
    let choice = |plan: &&TariffPlan| {
        let label = format!("{} · {} ({})", plan.province, plan_name(plan, lang), plan.code);
        Choice::new(plan.code.clone(), label, plan.code == chosen)
    };
    let none = Choice::new("", words::NO_TARIFF_YET.get(lang), chosen.is_empty());
    std::iter::once(none).chain(known.iter().map(choice)).collect()
}

pub fn view(form: Form<'_>, standing: &Terms, plans: &KnownPlans) -> AnyView {
    let lang = form.lang;
    let cells = cells(standing);
    let value = |name: &str| TERM_FIELDS.iter().position(|field| *field == name).map_or("", |at| cells[at].as_str());
    let line =
        |name: &'static str, label: &'static str| form.field(Field::text(name, label).standing(value(name)).most(NUMBER_CHARS));
    let line_with = |name: &'static str, label: &'static str, hint: &'static str| {
        form.field(Field::text(name, label).standing(value(name)).hint(hint).most(NUMBER_CHARS))
    };
    let choose = |name: &'static str, label: &str, choices: Vec<(String, String)>| {
        let choices = choices.into_iter().map(|(code, title)| {
            let is_standing = code == value(name);
            Choice::new(code, title, is_standing)
        });
        form.select(name, label, choices.collect())
    };
    let flag = |name: &'static str, label: &'static str| form.checkbox(name, Choice::new("1", label, value(name) == "1"));
    let pair = |code: &str, title: &str| (code.to_owned(), title.to_owned());
    let voltages = Voltage::ALL.map(|voltage| pair(voltage.code(), names::voltage(voltage).get(lang)));
    let modes = DemandMode::ALL.map(|mode| pair(mode.code(), names::demand_mode(mode).get(lang)));
    let times = READING_TIMES.map(|time| pair(reading_time(time), words::reading_time(time).get(lang)));
    let times = std::iter::once(pair("", words::AS_SET.get(lang))).chain(times).collect();
    let standards = PowerFactorStandard::ALL.map(|standard| pair(standard.code(), standard.code()));
    let standards = std::iter::once(pair("", words::NO_STANDARD.get(lang))).chain(standards).collect();
    let labels = [words::MANY_PEOPLE, words::BEHIND_TRANSFORMER, words::SUSPENDED];
    view! {
        <div class="contract-fields">
            {form.select("tariff", words::TARIFF.get(lang), tariffs(plans, value("tariff"), lang))}
            {choose("voltage", words::VOLTAGE.get(lang), voltages.into())}
            {line("capacity_kva", words::CAPACITY.get(lang))}
            {choose("demand_mode", words::DEMAND_MODE.get(lang), modes.into())}
            {line_with("contract_demand_kw", words::CONTRACT_DEMAND.get(lang), words::CONTRACT_DEMAND_HINT.get(lang))}
            {choose("power_factor_standard", words::STANDARD.get(lang), standards)}
            {line("interval_min", words::INTERVAL.get(lang))}
            {choose("reading_time_is", words::READING_TIME.get(lang), times)}
            {line("multiplier", words::MULTIPLIER.get(lang))}
            {line_with("register_max", words::REGISTER_MAX.get(lang), words::REGISTER_MAX_HINT.get(lang))}
        </div>
        <fieldset class="plain contract-flags">
            {FLAGS.into_iter().zip(labels).map(|(name, label)| flag(name, label.get(lang))).collect_view()}
        </fieldset>
    }
    .into_any()
}

/// A value of a field as a page shows it; `—` for none.
pub fn shown(field: &str, value: &str, lang: Lang) -> String {
    if value.is_empty() {
        return crate::text::common::ABSENT.to_owned();
    }
    let named = match field {
        "voltage" => Voltage::from_code(value).map(|voltage| names::voltage(voltage).get(lang)),
        "demand_mode" => {
            DemandMode::ALL.into_iter().find(|mode| mode.code() == value).map(|mode| names::demand_mode(mode).get(lang))
        }
        "reading_time_is" => {
            READING_TIMES.into_iter().find(|time| reading_time(*time) == value).map(|time| words::reading_time(time).get(lang))
        }
        _ if FLAGS.contains(&field) => Some(if value == "1" { "✓" } else { "–" }),
        "multiplier" if value.contains('.') => Some(value.trim_end_matches('0').trim_end_matches('.')),
        _ => None,
    };
    named.unwrap_or(value).to_owned()
}

pub fn label(field: &str, lang: Lang) -> String {
    words::field(field).map_or_else(|| field.to_owned(), |text| text.get(lang).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::PageRequest;

    #[test]
    fn every_field_of_terms_has_an_input_and_a_label() {
        let request = PageRequest::default();
        let html = view(Form::of("x", &request), &plain_terms(Voltage::Kv20), &KnownPlans::default()).to_html();
        for field in TERM_FIELDS {
            assert!(html.contains(&format!("name=\"{field}\"")), "{field}");
            for lang in Lang::ALL {
                assert_ne!(label(field, lang), field);
            }
        }
    }

    #[test]
    fn a_form_is_read_as_a_file_is() {
        let values = |name: &'static str| match name {
            "voltage" => "1_10kv",
            "multiplier" => "80",
            "is_suspended" => "1",
            _ => "",
        };
        let terms = read(values).expect("terms");
        assert_eq!((terms.voltage, terms.is_suspended, terms.interval_min), (Voltage::Kv1To10, true, 15));
        assert!(read(|name| if name == "capacity_kva" { "many" } else { "" }).is_none());
        assert_eq!(shown("multiplier", "80.500000", Lang::Zh), "80.5");
    }
}
