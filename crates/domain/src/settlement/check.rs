//! Whether a tariff makes sense: every minute of every kind of day in exactly one band, prices for the bands it uses, tiers,
//! filter, validity and lengths. Faults are facts; pages put them in words.

mod bands;
mod prices;
mod texts;

pub use texts::is_code;

use super::calendar::{CalendarDays, DAY_MINUTES};
use super::resolve::CalendarFault;
use super::{Band, TariffPlan};
use crate::Day;

/// Of all rules of a calendar together.
pub const MOST_SPANS_IN_ALL: usize = 256;
/// Each of them doubles the days that have to be proved.
pub const MOST_TRIGGERS: usize = 3;
pub const MOST_HOLIDAY_NAMES: usize = 16;
pub const MOST_CATEGORIES: usize = 16;
pub const MOST_NAME_CHARS: usize = 128;
pub const MOST_TRIGGER_CHARS: usize = 64;
/// Whoever corrects these sees the others then.
pub const MOST_CALENDAR_FAULTS: usize = 32;
/// yuan/kWh.
pub const MOST_PRICE: super::Price6 = super::Price6(100_000_000);
pub const MOST_FACTOR: super::Price6 = super::Price6(20_000_000);
/// yuan per kW or kVA and month.
pub const MOST_BASIC_PRICE: super::Price6 = super::Price6(1_000_000_000);
const FIRST_YEAR: i32 = 1980;
const LAST_YEAR: i32 = 2199;

/// A text of a plan; rules and components are numbered from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PlanText {
    Name,
    NameEn,
    Province,
    NoticeNumber,
    NoticeTitle,
    NoticeRemark,
    PricesNoticeNumber,
    PricesNoticeTitle,
    PricesNoticeRemark,
    Category(u16),
    HolidayName { rule: u16 },
    Trigger { rule: u16 },
    Clause { rule: u16 },
    ComponentName(u16),
}

/// Which price is meant; tiers from 1, components from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PriceField {
    Band(Band),
    Factor(Band),
    Component(u16),
    Surcharge { tier: u8 },
    TierBand { tier: u8, band: Band },
    Capacity,
    Demand,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlanFault {
    /// Lower case Latin letters, digits and `-`, at most 64, not beginning with `-`.
    Code,
    TextMissing(PlanText),
    TextTooLong {
        text: PlanText,
        most: usize,
    },
    /// It holds characters that are none.
    TextBad(PlanText),
    /// `valid_until` is not after `valid_from`.
    Validity,
    /// Before 1980 or after 2199.
    DayOutOfRange,
    TooManyCategories,
    /// The capacity limits leave nothing.
    CapacityRange,
    TooManyRules,
    /// Rules are numbered from 0.
    NoSpans {
        rule: u16,
    },
    TooManySpans {
        rule: u16,
    },
    TooManySpansInAll,
    /// Not 1 to 12, or twice.
    Months {
        rule: u16,
    },
    TooManyTriggers,
    TooManyHolidayNames,
    Calendar(CalendarFault),
    /// There are more faults of the calendar than are listed.
    MoreCalendarFaults,
    /// The calendar uses a band that has no price.
    NoBandPrice(Band),
    /// The same in a tier.
    NoTierBandPrice {
        tier: u8,
        band: Band,
    },
    NegativePrice(PriceField),
    PriceTooHigh(PriceField),
    /// Lines by component without components.
    NoComponents,
    TooManyComponents,
    /// More than six.
    Decimals,
    /// No tiers, more than there may be, or another number in each season.
    TierCount,
    /// Limits have to rise.
    TierLimits {
        season: u16,
    },
    /// Months that no season or more than one has.
    TierMonths {
        missing: Vec<u8>,
        repeated: Vec<u8>,
    },
    /// Tiers by the year have one season for all of it.
    YearSeasons,
    /// No day of a year.
    TierYearStart,
    /// One surcharge for each tier but the first, or one price list for each tier.
    TierPriceCount {
        wanted: u16,
        given: u16,
    },
    /// A higher tier costs less than the one below.
    TierFalls {
        tier: u8,
    },
    /// Tiers add to prices, and there are none.
    TiersWithoutPrices,
    /// A basic charge without any price.
    BasicEmpty,
    // hints: the plan can be kept, and somebody should know
    /// It shows bands and refuses to bill until prices are entered.
    NoPrices,
    /// The holiday calendar has no such day: the rule never applies so far.
    UnknownHoliday {
        name: String,
    },
    /// Nobody has compared it with the notice.
    NotChecked,
}

impl PlanFault {
    /// A hint does not keep a plan from being used.
    pub fn is_hint(&self) -> bool {
        matches!(self, Self::NoPrices | Self::UnknownHoliday { .. } | Self::NotChecked)
    }

    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::TextMissing(_) => "text_missing",
            Self::TextTooLong { .. } => "text_too_long",
            Self::TextBad(_) => "text_bad",
            Self::Validity => "validity",
            Self::DayOutOfRange => "day_out_of_range",
            Self::TooManyCategories => "too_many_categories",
            Self::CapacityRange => "capacity_range",
            Self::TooManyRules => "too_many_rules",
            Self::NoSpans { .. } => "no_spans",
            Self::TooManySpans { .. } | Self::TooManySpansInAll => "too_many_spans",
            Self::Months { .. } => "months",
            Self::TooManyTriggers => "too_many_triggers",
            Self::TooManyHolidayNames => "too_many_holiday_names",
            Self::Calendar(fault) => match fault.problem {
                super::CalendarProblem::Gap => "gap",
                super::CalendarProblem::Overlap { .. } => "overlap",
            },
            Self::MoreCalendarFaults => "more_calendar_faults",
            Self::NoBandPrice(_) | Self::NoTierBandPrice { .. } => "no_band_price",
            Self::NegativePrice(_) => "negative_price",
            Self::PriceTooHigh(_) => "price_too_high",
            Self::NoComponents => "no_components",
            Self::TooManyComponents => "too_many_components",
            Self::Decimals => "decimals",
            Self::TierCount => "tier_count",
            Self::TierLimits { .. } => "tier_limits",
            Self::TierMonths { .. } => "tier_months",
            Self::YearSeasons => "year_seasons",
            Self::TierYearStart => "tier_year_start",
            Self::TierPriceCount { .. } => "tier_price_count",
            Self::TierFalls { .. } => "tier_falls",
            Self::TiersWithoutPrices => "tiers_without_prices",
            Self::BasicEmpty => "basic_empty",
            Self::NoPrices => "no_prices",
            Self::UnknownHoliday { .. } => "unknown_holiday",
            Self::NotChecked => "not_checked",
        }
    }
}

/// Everything that is wrong with a plan, then hints. `days` is the holiday calendar.
pub fn check(plan: &TariffPlan, days: &CalendarDays) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    texts::check(plan, &mut faults);
    check_validity(plan, &mut faults);
    check_filter(plan, &mut faults);
    let used = bands::check(plan, &mut faults);
    prices::check(plan, &used, &mut faults);
    bands::hint_at_holidays(plan, days, &mut faults);
    if !plan.notice.is_checked {
        faults.push(PlanFault::NotChecked);
    }
    faults.sort_by_key(PlanFault::is_hint);
    faults
}

/// Whether it may be stored: nothing but hints.
pub fn is_sound(faults: &[PlanFault]) -> bool {
    faults.iter().all(PlanFault::is_hint)
}

/// Whether a day can be stored and shown.
pub fn is_day_in_range(day: Day) -> bool {
    use chrono::Datelike;
    (FIRST_YEAR..=LAST_YEAR).contains(&day.to_date().year())
}

fn check_validity(plan: &TariffPlan, faults: &mut Vec<PlanFault>) {
    if plan.valid_until.is_some_and(|until| until <= plan.valid_from) {
        faults.push(PlanFault::Validity);
    }
    if !is_day_in_range(plan.valid_from) || plan.valid_until.is_some_and(|until| !is_day_in_range(until)) {
        faults.push(PlanFault::DayOutOfRange);
    }
}

fn check_filter(plan: &TariffPlan, faults: &mut Vec<PlanFault>) {
    let filter = &plan.for_whom;
    if filter.categories.len() > MOST_CATEGORIES {
        faults.push(PlanFault::TooManyCategories);
    }
    if filter.capacity_below_kva.is_some_and(|below| below <= filter.capacity_from_kva.unwrap_or(0)) {
        faults.push(PlanFault::CapacityRange);
    }
}

/// A number of something that is bounded far below.
fn number(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Whether a span can stand: documents and forms make none other.
fn is_span(span: super::MinuteSpan) -> bool {
    span.from < DAY_MINUTES && span.to <= DAY_MINUTES && span.from != span.to
}
