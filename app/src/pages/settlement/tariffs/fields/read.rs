//! From the fields of the form to a tariff.

use domain::Day;
use domain::settlement::calendar::MOST_BAND_RULES;
use domain::settlement::tariff::{
    BasicCharge, Filter, LineBasis, MOST_COMPONENTS, MOST_TIERS, Prices, TierPeriod, TierPricing, TierSeason, Tiers, Voltage,
};
use domain::settlement::{Band, BandMap, BandRule, Calendar, Component, ComponentKind, DayChoice, Notice, Price6, TariffPlan};

use super::{Entered, MOST_SEASONS, Misread, lists};
use crate::pages::alarms::rules::fields::{Fields, get, has};

const DECIMALS: u32 = 6;

/// Reads one form.
struct Reader<'f> {
    fields: &'f Fields,
    misread: Vec<(String, Misread)>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        get(self.fields, name).to_owned()
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    fn is_set(&self, name: &str) -> bool {
        has(self.fields, name, "1")
    }

    /// None where nothing was entered, and where it cannot be read.
    fn value<T>(&mut self, name: &str, why: Misread, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = get(self.fields, name);
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.misread.push((name.to_owned(), why));
        }
        value
    }

    fn price(&mut self, name: &str) -> Option<Price6> {
        self.value(name, Misread::Price, |text| Price6::parse(&text.replace('−', "-")))
    }

    fn whole(&mut self, name: &str) -> Option<u32> {
        self.value(name, Misread::Whole, |text| text.parse().ok())
    }

    fn day(&mut self, name: &str) -> Option<Day> {
        self.value(name, Misread::Day, |text| text.parse().ok().map(Day::from_date))
    }

    fn notice(&self, prefix: &str) -> Notice {
        let name = |part: &str| format!("{prefix}_{part}");
        Notice {
            number: self.text(&name("number")),
            title: self.optional(&name("title")),
            remark: self.optional(&name("remark")),
            is_checked: self.is_set(&name("checked")),
        }
    }

    fn filter(&mut self) -> Filter {
        Filter {
            categories: lists::names(get(self.fields, "categories")),
            voltages: Voltage::ALL.into_iter().filter(|voltage| has(self.fields, "voltage", voltage.code())).collect(),
            capacity_from_kva: self.whole("capacity_from"),
            capacity_below_kva: self.whole("capacity_below"),
            is_elected: self.is_set("elected"),
        }
    }

    fn calendar(&mut self) -> (Calendar, Vec<usize>) {
        let (mut rules, mut rows) = (Vec::new(), Vec::new());
        // one more than may be, so that too many are noticed
        for row in 0..=MOST_BAND_RULES {
            let name = |part: &str| format!("b{row}_{part}");
            if get(self.fields, &name("spans")).is_empty() && get(self.fields, &name("band")).is_empty() {
                continue;
            }
            if get(self.fields, &name("band")).is_empty() {
                self.misread.push((name("band"), Misread::Choice));
            }
            let band = self.value(&name("band"), Misread::Choice, Band::from_code);
            let names = lists::names(get(self.fields, &name("names")));
            let days = self.value(&name("days"), Misread::Choice, |code| choice(code, &names));
            rules.push(BandRule {
                band: band.unwrap_or(Band::Flat),
                months: self.value(&name("months"), Misread::Months, lists::months).unwrap_or_default(),
                days: days.unwrap_or_default(),
                spans: self.value(&name("spans"), Misread::Spans, lists::spans).unwrap_or_default(),
                trigger: self.optional(&name("trigger")),
                clause: self.optional(&name("clause")),
            });
            rows.push(row);
        }
        (Calendar { flat_fills: self.is_set("flat_fills"), rules }, rows)
    }

    fn components(&mut self) -> (Vec<Component>, Vec<usize>) {
        let (mut components, mut rows) = (Vec::new(), Vec::new());
        for row in 0..=MOST_COMPONENTS {
            let name = |part: &str| format!("k{row}_{part}");
            let is_unused = get(self.fields, &name("kind")).is_empty() && get(self.fields, &name("price")).is_empty();
            if is_unused {
                continue;
            }
            for (part, why) in [("kind", Misread::Choice), ("price", Misread::Price)] {
                if get(self.fields, &name(part)).is_empty() {
                    self.misread.push((name(part), why));
                }
            }
            let kind = self.value(&name("kind"), Misread::Choice, component_kind);
            components.push(Component {
                kind: kind.unwrap_or(ComponentKind::Purchase),
                name: self.optional(&name("name")),
                price: self.price(&name("price")).unwrap_or_default(),
                floats: self.is_set(&name("floats")),
                pf_applies: self.value(&name("pf"), Misread::Choice, yes_no),
            });
            rows.push(row);
        }
        (components, rows)
    }

    fn bands(&mut self, prefix: &str) -> BandMap<Option<Price6>> {
        let mut prices = BandMap::default();
        for band in Band::ALL {
            *prices.get_mut(band) = self.price(&format!("{prefix}_{}", band.code()));
        }
        prices
    }

    fn prices(&mut self) -> (Option<Prices>, Vec<usize>) {
        if !self.is_set("priced") {
            return (None, Vec::new());
        }
        let (components, rows) = self.components();
        let notice = self.notice("pn");
        let is_given = !notice.number.is_empty() || notice.title.is_some() || notice.remark.is_some() || notice.is_checked;
        let prices = Prices {
            notice: is_given.then_some(notice),
            bands: self.bands("price"),
            factors: self.bands("factor"),
            components,
            line_basis: self.value("line_basis", Misread::Choice, line_basis).unwrap_or_default(),
            decimals: self.whole("decimals").unwrap_or(DECIMALS),
        };
        (Some(prices), rows)
    }

    fn tiers(&mut self) -> (Option<Tiers>, Vec<usize>) {
        let mode = self.text("tier_mode");
        if mode.is_empty() {
            return (None, Vec::new());
        }
        let (mut seasons, mut rows) = (Vec::new(), Vec::new());
        for row in 0..=MOST_SEASONS {
            let (months, upto) = (format!("s{row}_months"), format!("s{row}_upto"));
            if get(self.fields, &months).is_empty() && get(self.fields, &upto).is_empty() {
                continue;
            }
            seasons.push(TierSeason {
                months: self.value(&months, Misread::Months, lists::months).unwrap_or_default(),
                upto_kwh: self.value(&upto, Misread::Limits, lists::limits).unwrap_or_default(),
            });
            rows.push(row);
        }
        let by = match get(self.fields, "tier_by") {
            "year" => {
                let start = self.value("tier_start", Misread::MonthDay, lists::month_day);
                let (start_month, start_day) = start.unwrap_or((1, 1));
                TierPeriod::Year { start_month, start_day }
            }
            _ => TierPeriod::Month,
        };
        let pricing = match mode.as_str() {
            "per_band" => TierPricing::PerBand { prices: self.tier_prices() },
            _ => TierPricing::Surcharge { per_kwh: self.surcharges() },
        };
        (Some(Tiers { by, seasons, pricing, many_people_kwh: self.whole("many_people").unwrap_or(0) }), rows)
    }

    /// Of tier 2 and above, up to the last that was entered.
    fn surcharges(&mut self) -> Vec<Price6> {
        let mut entered: Vec<_> = (2..=MOST_TIERS).map(|tier| self.price(&format!("t{tier}_surcharge"))).collect();
        while entered.last().is_some_and(Option::is_none) {
            entered.pop();
        }
        entered.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn tier_prices(&mut self) -> Vec<BandMap<Option<Price6>>> {
        let mut entered: Vec<_> = (1..=MOST_TIERS).map(|tier| self.bands(&format!("t{tier}"))).collect();
        while entered.last().is_some_and(|bands| *bands == BandMap::default()) {
            entered.pop();
        }
        entered
    }
}

/// What the fields say. A day that is missing is the first of 1970, which no tariff can be valid from.
pub fn read(fields: &Fields) -> Entered {
    let mut reader = Reader { fields, misread: Vec::new() };
    if get(fields, "valid_from").is_empty() {
        reader.misread.push(("valid_from".to_owned(), Misread::Day));
    }
    let (calendar, bands) = reader.calendar();
    let (prices, components) = reader.prices();
    let (tiers, seasons) = reader.tiers();
    let basic = BasicCharge { capacity_price: reader.price("capacity_price"), demand_price: reader.price("demand_price") };
    let has_basic = basic.capacity_price.is_some() || basic.demand_price.is_some();
    let plan = TariffPlan {
        code: reader.text("code"),
        name: reader.text("name"),
        name_en: reader.optional("name_en"),
        province: reader.text("province"),
        valid_from: reader.day("valid_from").unwrap_or_default(),
        valid_until: reader.day("valid_until"),
        notice: reader.notice("notice"),
        for_whom: reader.filter(),
        calendar,
        prices,
        tiers,
        basic: has_basic.then_some(basic),
        power_factor: reader.is_set("power_factor"),
        whole_kwh: reader.is_set("whole_kwh"),
    };
    Entered { plan, misread: reader.misread, bands, components, seasons }
}

fn choice(code: &str, names: &[String]) -> Option<DayChoice> {
    Some(match code {
        "every" => DayChoice::Every,
        "workdays" => DayChoice::Workdays,
        "weekends" => DayChoice::Weekends,
        "holidays" => DayChoice::Holidays { names: names.to_vec() },
        "weekends_and_holidays" => DayChoice::WeekendsAndHolidays,
        _ => return None,
    })
}

fn component_kind(code: &str) -> Option<ComponentKind> {
    ComponentKind::ALL.into_iter().find(|kind| kind.code() == code)
}

fn yes_no(code: &str) -> Option<bool> {
    match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn line_basis(code: &str) -> Option<LineBasis> {
    match code {
        "absolute" => Some(LineBasis::Absolute),
        "components" => Some(LineBasis::Components),
        _ => None,
    }
}
