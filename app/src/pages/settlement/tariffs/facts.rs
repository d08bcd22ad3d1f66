//! Everything a tariff says, as labelled lines: what versions are compared by, and what the page shows of its basics.

use domain::settlement::tariff::{Notice, Prices, TierPricing, Tiers};
use domain::settlement::{BandMap, Price6, TariffPlan};

use super::cases;
use super::fields::price_text;
use crate::format::date;
use crate::pages::shared;
use crate::text::settlement::{tariffs as texts, words};
use crate::text::{Lang, Text};

type Line = (String, String);

/// Which kinds of tariff it is.
pub fn kinds(plan: &TariffPlan, lang: Lang) -> String {
    let base = if cases::is_single(&plan.calendar) { texts::KIND_SINGLE } else { texts::KIND_TIME_OF_USE };
    let tiers = plan.tiers.is_some().then_some(texts::KIND_TIERS);
    let two_part = plan.basic.is_some().then_some(texts::KIND_TWO_PART);
    let base = (plan.basic.is_none() || !cases::is_single(&plan.calendar)).then_some(base);
    let kinds = two_part.into_iter().chain(base).chain(tiers);
    kinds.map(|kind| kind.get(lang)).collect::<Vec<_>>().join(" · ")
}

pub fn validity(plan: &TariffPlan, lang: Lang) -> String {
    let from = date(plan.valid_from);
    match plan.valid_until {
        Some(until) => texts::FROM_TO.with(lang, &[&from, &date(domain::Day(until.0 - 1))]),
        None => texts::FROM_ON.with(lang, &[&from]),
    }
}

pub fn for_whom(plan: &TariffPlan, lang: Lang) -> String {
    let filter = &plan.for_whom;
    let mut parts = Vec::new();
    if !filter.categories.is_empty() {
        parts.push(texts::join(filter.categories.iter().map(|one| shared::usage(one, lang)).collect(), lang));
    }
    if !filter.voltages.is_empty() {
        parts.push(texts::join(filter.voltages.iter().map(|one| words::voltage(*one).get(lang).to_owned()).collect(), lang));
    }
    match (filter.capacity_from_kva, filter.capacity_below_kva) {
        (Some(from), Some(below)) => parts.push(texts::CAPACITY_FROM_BELOW.with(lang, &[&from.to_string(), &below.to_string()])),
        (Some(from), None) => parts.push(texts::CAPACITY_FROM.with(lang, &[&from.to_string()])),
        (None, Some(below)) => parts.push(texts::CAPACITY_BELOW.with(lang, &[&below.to_string()])),
        (None, None) => {}
    }
    if filter.is_elected {
        parts.push(texts::ELECTED.get(lang).to_owned());
    }
    if parts.is_empty() { texts::EVERYBODY.get(lang).to_owned() } else { parts.join(" · ") }
}

pub fn notice(notice: &Notice, lang: Lang) -> String {
    let checked = if notice.is_checked { texts::CHECKED } else { texts::UNCHECKED };
    let parts = [Some(notice.number.clone()), notice.title.clone(), Some(checked.get(lang).to_owned()), notice.remark.clone()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

pub fn yes_no(is_set: bool, lang: Lang) -> String {
    if is_set { texts::YES } else { texts::NO }.get(lang).to_owned()
}

/// In the order of the form. A line that only some tariffs have is missing from others.
pub fn of(plan: &TariffPlan, lang: Lang) -> Vec<Line> {
    let of = |label: Text, value: String| (label.get(lang).to_owned(), value);
    let mut lines = vec![
        of(texts::NAME, plan.name.clone()),
        of(texts::NAME_EN, plan.name_en.clone().unwrap_or_default()),
        of(texts::PROVINCE, plan.province.clone()),
        of(texts::VALID, validity(plan, lang)),
        of(texts::NOTICE, notice(&plan.notice, lang)),
        of(texts::FOR_WHOM, for_whom(plan, lang)),
        of(texts::FLAT_FILLS, yes_no(plan.calendar.flat_fills, lang)),
    ];
    lines.extend(rules(plan, lang));
    match &plan.prices {
        Some(of) => lines.extend(prices(of, lang)),
        None => lines.push(of(texts::PRICES, String::new())),
    }
    if let Some(tiers) = &plan.tiers {
        lines.extend(tier_lines(tiers, lang));
    }
    let basic = |price: Option<Price6>| price.map_or_else(String::new, price_text);
    lines.push(of(texts::CAPACITY_PRICE, basic(plan.basic.and_then(|basic| basic.capacity_price))));
    lines.push(of(texts::DEMAND_PRICE, basic(plan.basic.and_then(|basic| basic.demand_price))));
    lines.push(of(texts::POWER_FACTOR, yes_no(plan.power_factor, lang)));
    lines.push(of(texts::WHOLE_KWH, yes_no(plan.whole_kwh, lang)));
    lines
}

/// A rule is known by what it does; its number would make every rule behind an inserted one differ.
fn rules(plan: &TariffPlan, lang: Lang) -> Vec<Line> {
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    let each = plan.calendar.rules.iter().map(|rule| {
        let days = texts::choice(&rule.days, lang);
        let triggers = rule.trigger.clone().map(|trigger| texts::WITH_TRIGGER.with(lang, &[&trigger]));
        let when = [Some(texts::months(&rule.months, lang)), Some(days), triggers];
        let when = when.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let mut label = format!("{}（{when}）", words::band(rule.band).get(lang));
        if lang == Lang::En {
            label = label.replace('（', " (").replace('）', ")");
        }
        let count = counts.entry(label.clone()).or_default();
        *count += 1;
        if *count > 1 {
            label = format!("{label} {count}");
        }
        let spans: Vec<_> = rule.spans.iter().map(ToString::to_string).collect();
        let clause = rule.clause.as_ref().map(|clause| format!("「{clause}」"));
        (label, [Some(spans.join(", ")), clause].into_iter().flatten().collect::<Vec<_>>().join(" "))
    });
    each.collect()
}

fn band_lines(label: &str, prices: &BandMap<Option<Price6>>, lang: Lang) -> Vec<Line> {
    let given = prices.iter().filter_map(|(band, price)| Some((band, price?)));
    given.map(|(band, price)| (format!("{label} · {}", words::band(band).get(lang)), price_text(price))).collect()
}

fn prices(prices: &Prices, lang: Lang) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(own) = &prices.notice {
        lines.push((texts::PRICES_NOTICE.get(lang).to_owned(), notice(own, lang)));
    }
    lines.extend(band_lines(texts::PRICE.get(lang), &prices.bands, lang));
    lines.extend(band_lines(texts::FACTOR.get(lang), &prices.factors, lang));
    for component in &prices.components {
        let name = component_name(component, lang);
        let mut parts = vec![price_text(component.price)];
        if component.floats {
            parts.push(texts::FLOATS.get(lang).to_owned());
        }
        if let Some(applies) = component.pf_applies {
            parts.push(format!("{} {}", texts::IN_PF_BASE.get(lang), yes_no(applies, lang)));
        }
        lines.push((name, parts.join(" · ")));
    }
    lines.push((texts::LINE_BASIS.get(lang).to_owned(), texts::line_basis(prices.line_basis).get(lang).to_owned()));
    lines.push((texts::DECIMALS.get(lang).to_owned(), prices.decimals.to_string()));
    lines
}

pub fn component_name(component: &domain::settlement::Component, lang: Lang) -> String {
    let kind = words::component(component.kind).get(lang);
    match component.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => format!("{kind} · {name}"),
        None => kind.to_owned(),
    }
}

fn tier_lines(tiers: &Tiers, lang: Lang) -> Vec<Line> {
    let mut lines = vec![(texts::TIERS_BY.get(lang).to_owned(), texts::tier_period(tiers.by, lang))];
    for season in &tiers.seasons {
        let limits: Vec<_> = season.upto_kwh.iter().map(ToString::to_string).collect();
        lines.push((format!("{} · {}", texts::TIERS.get(lang), texts::months(&season.months, lang)), limits.join(", ")));
    }
    match &tiers.pricing {
        TierPricing::Surcharge { per_kwh } => {
            for (tier, price) in (2u8..).zip(per_kwh) {
                lines.push((format!("{} · {}", texts::SURCHARGE.get(lang), texts::tier(tier, lang)), price_text(*price)));
            }
        }
        TierPricing::PerBand { prices } => {
            for (tier, bands) in (1u8..).zip(prices) {
                lines.extend(band_lines(&texts::tier(tier, lang), bands, lang));
            }
        }
    }
    lines.push((texts::MANY_PEOPLE.get(lang).to_owned(), tiers.many_people_kwh.to_string()));
    lines
}

/// One line for each thing that differs, was added or fell away.
pub fn differences(before: &TariffPlan, after: &TariffPlan, lang: Lang) -> Vec<String> {
    let (was, is) = (of(before, lang), of(after, lang));
    let value = |lines: &[Line], label: &str| {
        let found = lines.iter().find(|(own, _)| own == label).map(|(_, value)| value.clone());
        found.filter(|value| !value.is_empty()).unwrap_or_else(|| texts::NONE.get(lang).to_owned())
    };
    let mut labels: Vec<&String> = is.iter().map(|(label, _)| label).collect();
    labels.extend(was.iter().map(|(label, _)| label).filter(|label| !is.iter().any(|(own, _)| own == *label)));
    let differing = labels.into_iter().filter_map(|label| {
        let (before, after) = (value(&was, label), value(&is, label));
        (before != after).then(|| texts::CHANGED_FROM_TO.with(lang, &[label, &before, &after]))
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use super::super::fields::tests::full;
    use super::*;

    #[test]
    fn what_changed_between_two_versions_is_told_field_by_field() {
        let before = full();
        let mut after = full();
        after.calendar.rules.remove(3);
        after.calendar.rules[1].spans.pop();
        let prices = after.prices.as_mut().unwrap();
        prices.bands.peak = Some(Price6(910_000));
        prices.components[1].name = Some("水库移民".to_owned());
        after.whole_kwh = false;
        let told = differences(&before, &after, Lang::Zh);
        assert_eq!(told.len(), 6, "{told:#?}");
        for part in [
            "峰（全年 · 每天）：09:00-15:00, 20:00-22:00 → 09:00-15:00",
            "谷（全年 · 每天）：23:00-07:00 → 无",
            "电价（元/kWh） · 峰：0.9 → 0.91",
            "水库移民：无 → -0.02",
        ] {
            assert!(told.iter().any(|line| line.contains(part)), "{part} in {told:#?}");
        }
        assert!(differences(&before, &before, Lang::En).is_empty());
        assert_eq!(kinds(&before, Lang::En), "Two-part · Time of use · Tiers");
        assert_eq!(validity(&before, Lang::Zh), "2024-05-01 至 2025-12-31");
    }
}
