//! From a tariff to the fields of the form.

use domain::settlement::tariff::{LineBasis, Notice, Prices, TierPeriod, TierPricing, Tiers};
use domain::settlement::{BandMap, DayChoice, Price6, TariffPlan};

use super::lists::{months_text, price_text, spans_text};
use crate::pages::alarms::rules::fields::Fields;

struct Writer(Fields);

impl Writer {
    fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    fn flag(&mut self, name: impl Into<String>, is_set: bool) {
        self.put(name, if is_set { "1" } else { "" });
    }

    fn notice(&mut self, prefix: &str, notice: &Notice) {
        self.put(format!("{prefix}_number"), notice.number.clone());
        self.put(format!("{prefix}_title"), notice.title.clone().unwrap_or_default());
        self.put(format!("{prefix}_remark"), notice.remark.clone().unwrap_or_default());
        self.flag(format!("{prefix}_checked"), notice.is_checked);
    }

    fn bands(&mut self, prefix: &str, prices: &BandMap<Option<Price6>>) {
        for (band, price) in prices.iter() {
            self.put(format!("{prefix}_{}", band.code()), price.map_or_else(String::new, price_text));
        }
    }

    fn calendar(&mut self, plan: &TariffPlan) {
        self.flag("flat_fills", plan.calendar.flat_fills);
        for (row, rule) in plan.calendar.rules.iter().enumerate() {
            let (days, names) = choice(&rule.days);
            self.put(format!("b{row}_band"), rule.band.code());
            self.put(format!("b{row}_months"), months_text(&rule.months));
            self.put(format!("b{row}_days"), days);
            self.put(format!("b{row}_names"), names);
            self.put(format!("b{row}_spans"), spans_text(&rule.spans));
            self.put(format!("b{row}_trigger"), rule.trigger.clone().unwrap_or_default());
            self.put(format!("b{row}_clause"), rule.clause.clone().unwrap_or_default());
        }
    }

    fn prices(&mut self, prices: &Prices) {
        if let Some(notice) = &prices.notice {
            self.notice("pn", notice);
        }
        self.bands("price", &prices.bands);
        self.bands("factor", &prices.factors);
        for (row, component) in prices.components.iter().enumerate() {
            self.put(format!("k{row}_kind"), component.kind.code());
            self.put(format!("k{row}_name"), component.name.clone().unwrap_or_default());
            self.put(format!("k{row}_price"), price_text(component.price));
            self.flag(format!("k{row}_floats"), component.floats);
            self.put(format!("k{row}_pf"), component.pf_applies.map_or("", |applies| if applies { "yes" } else { "no" }));
        }
        self.put("line_basis", line_basis_code(prices.line_basis));
        self.put("decimals", prices.decimals.to_string());
    }

    fn tiers(&mut self, tiers: &Tiers) {
        match tiers.by {
            TierPeriod::Month => self.put("tier_by", "month"),
            TierPeriod::Year { start_month, start_day } => {
                self.put("tier_by", "year");
                self.put("tier_start", format!("{start_month:02}-{start_day:02}"));
            }
        }
        for (row, season) in tiers.seasons.iter().enumerate() {
            let limits: Vec<_> = season.upto_kwh.iter().map(ToString::to_string).collect();
            self.put(format!("s{row}_months"), months_text(&season.months));
            self.put(format!("s{row}_upto"), limits.join(", "));
        }
        match &tiers.pricing {
            TierPricing::Surcharge { per_kwh } => {
                self.put("tier_mode", "surcharge");
                for (tier, price) in (2..).zip(per_kwh) {
                    self.put(format!("t{tier}_surcharge"), price_text(*price));
                }
            }
            TierPricing::PerBand { prices } => {
                self.put("tier_mode", "per_band");
                for (tier, bands) in (1..).zip(prices) {
                    self.bands(&format!("t{tier}"), bands);
                }
            }
        }
        self.put("many_people", tiers.many_people_kwh.to_string());
    }
}

/// The fields of a form that shows this tariff.
pub fn write(plan: &TariffPlan) -> Fields {
    let mut form = Writer(Vec::new());
    form.put("code", plan.code.clone());
    form.put("name", plan.name.clone());
    form.put("name_en", plan.name_en.clone().unwrap_or_default());
    form.put("province", plan.province.clone());
    form.put("valid_from", plan.valid_from.to_date().to_string());
    form.put("valid_until", plan.valid_until.map_or_else(String::new, |day| day.to_date().to_string()));
    form.notice("notice", &plan.notice);
    form.put("categories", plan.for_whom.categories.join("、"));
    plan.for_whom.voltages.iter().for_each(|voltage| form.put("voltage", voltage.code()));
    form.put("capacity_from", optional(plan.for_whom.capacity_from_kva));
    form.put("capacity_below", optional(plan.for_whom.capacity_below_kva));
    form.flag("elected", plan.for_whom.is_elected);
    form.calendar(plan);
    form.flag("priced", plan.prices.is_some());
    if let Some(prices) = &plan.prices {
        form.prices(prices);
    }
    if let Some(tiers) = &plan.tiers {
        form.tiers(tiers);
    }
    let price = |price: Option<Price6>| price.map_or_else(String::new, price_text);
    form.put("capacity_price", price(plan.basic.and_then(|basic| basic.capacity_price)));
    form.put("demand_price", price(plan.basic.and_then(|basic| basic.demand_price)));
    form.flag("power_factor", plan.power_factor);
    form.flag("whole_kwh", plan.whole_kwh);
    form.0
}

fn optional(value: Option<u32>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn choice(choice: &DayChoice) -> (&'static str, String) {
    match choice {
        DayChoice::Every => ("every", String::new()),
        DayChoice::Workdays => ("workdays", String::new()),
        DayChoice::Weekends => ("weekends", String::new()),
        DayChoice::Holidays { names } => ("holidays", names.join("、")),
        DayChoice::WeekendsAndHolidays => ("weekends_and_holidays", String::new()),
    }
}

pub fn line_basis_code(basis: LineBasis) -> &'static str {
    match basis {
        LineBasis::Absolute => "absolute",
        LineBasis::Components => "components",
    }
}
