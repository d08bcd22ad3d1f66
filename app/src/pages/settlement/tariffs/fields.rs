//! A tariff as the fields of its form, and back. Rows that are empty do not count.

mod lists;
mod read;
mod write;

use domain::settlement::TariffPlan;
use domain::settlement::calendar::MOST_BAND_RULES;
use domain::settlement::tariff::{MOST_COMPONENTS, MOST_TIERS};

use crate::pages::alarms::rules::fields::Fields;
use crate::text::Text;
use crate::text::settlement::tariffs as texts;

pub use lists::price_text;
pub use read::read;
pub use write::{line_basis_code, write};

/// Rows that are offered beside those in use.
const SPARE_BANDS: usize = 2;
const SPARE_COMPONENTS: usize = 1;
const SPARE_SEASONS: usize = 1;
pub const MOST_SEASONS: usize = 12;
/// Tiers whose prices are asked for at least.
const LEAST_TIERS: usize = 3;

/// A field that could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misread {
    Price,
    Whole,
    Day,
    Choice,
    Months,
    Spans,
    Limits,
    MonthDay,
}

impl Misread {
    pub fn text(self) -> Text {
        match self {
            Self::Price => texts::WRONG_PRICE,
            Self::Whole => texts::WRONG_WHOLE,
            Self::Day => texts::WRONG_DAY,
            Self::Choice => texts::WRONG_CHOICE,
            Self::Months => texts::WRONG_MONTHS,
            Self::Spans => texts::WRONG_SPANS,
            Self::Limits => texts::WRONG_LIMITS,
            Self::MonthDay => texts::WRONG_MONTH_DAY,
        }
    }
}

/// What somebody entered.
#[derive(Clone, PartialEq, Debug)]
pub struct Entered {
    /// With a default for each field that could not be read.
    pub plan: TariffPlan,
    pub misread: Vec<(String, Misread)>,
    /// The row of the form that each rule, component and season of the plan stands in.
    bands: Vec<usize>,
    components: Vec<usize>,
    seasons: Vec<usize>,
}

impl Entered {
    /// The field of the form that a fault's field is: the plan counts without empty rows.
    pub fn place(&self, field: &str) -> String {
        let rows = [('b', &self.bands), ('k', &self.components), ('s', &self.seasons)];
        for (kind, rows) in rows {
            let numbered = field.strip_prefix(kind).and_then(|rest| rest.split_once('_'));
            if let Some((at, part)) = numbered.and_then(|(at, part)| Some((at.parse::<usize>().ok()?, part))) {
                return format!("{kind}{}_{part}", rows.get(at).copied().unwrap_or(at));
            }
        }
        field.to_owned()
    }
}

/// Rows to show: those in use, spare ones, and one more when that was asked for.
pub fn band_rows(fields: &Fields) -> usize {
    rows(fields, 'b', &["_spans", "_band"], SPARE_BANDS, "band").min(MOST_BAND_RULES)
}

pub fn component_rows(fields: &Fields) -> usize {
    rows(fields, 'k', &["_price"], SPARE_COMPONENTS, "component").min(MOST_COMPONENTS)
}

pub fn season_rows(fields: &Fields) -> usize {
    rows(fields, 's', &["_upto"], SPARE_SEASONS, "season").min(MOST_SEASONS)
}

pub fn tier_rows(fields: &Fields) -> usize {
    let limits = fields.iter().filter(|(name, _)| name.starts_with('s') && name.ends_with("_upto"));
    let tiers = limits.filter_map(|(_, value)| lists::limits(value)).map(|limits| limits.len() + 1).max().unwrap_or(0);
    tiers.clamp(LEAST_TIERS, MOST_TIERS)
}

fn rows(fields: &Fields, kind: char, parts: &[&str], spare: usize, more: &str) -> usize {
    let at = |name: &str| {
        let rest = name.strip_prefix(kind)?;
        parts.iter().find_map(|part| rest.strip_suffix(part))?.parse::<usize>().ok()
    };
    let shown = fields.iter().filter_map(|(name, _)| at(name)).max().map_or(0, |last| last + 1);
    let used = fields.iter().filter(|(_, value)| !value.trim().is_empty()).filter_map(|(name, _)| at(name)).max();
    let is_asked = fields.iter().any(|(name, value)| name == "more" && value == more);
    shown.max(used.map_or(0, |last| last + 1) + spare) + usize::from(is_asked)
}

#[cfg(test)]
pub mod tests;
