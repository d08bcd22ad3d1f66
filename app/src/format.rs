//! Numbers, units and times as a dispatcher reads them. Fixed-point in, text out.

use domain::{Day, Fixed2, LocalMs};
use serde::{Deserialize, Serialize};

use crate::text::common::ABSENT;
use crate::text::{Lang, Text, text};

/// Which family of units the installation uses above the small ones.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Units {
    #[default]
    Si,
    /// 万千瓦, 万千瓦时
    Wan,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PowerUnit {
    Kw,
    Mw,
    WanKw,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnergyUnit {
    Kwh,
    Mwh,
    WanKwh,
}

/// Up to here a block stays with kW.
const KW_MOST: Fixed2 = Fixed2(999_999);
/// Up to here a block stays with kWh.
const KWH_MOST: Fixed2 = Fixed2(9_999_999);
/// From here kW have no decimals.
const KW_WHOLE_FROM: i64 = 10_000;

const KW: Text = text("kW", "kW");
const MW: Text = text("MW", "MW");
const WAN_KW: Text = text("万kW", "10 MW");
const KWH: Text = text("kWh", "kWh");
const MWH: Text = text("MWh", "MWh");
const WAN_KWH: Text = text("万kWh", "10 MWh");

impl PowerUnit {
    /// The unit of a block, from the largest value it is likely to hold (yesterday's maximum).
    pub fn for_block(units: Units, reference: Fixed2) -> Self {
        match (reference > KW_MOST, units) {
            (false, _) => Self::Kw,
            (true, Units::Si) => Self::Mw,
            (true, Units::Wan) => Self::WanKw,
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Kw => KW.get(lang),
            Self::Mw => MW.get(lang),
            Self::WanKw => WAN_KW.get(lang),
        }
    }

    fn kw(self) -> i64 {
        match self {
            Self::Kw => 1,
            Self::Mw => 1_000,
            Self::WanKw => 10_000,
        }
    }

    /// The number alone.
    pub fn number(self, value_kw: Fixed2) -> String {
        let decimals = match self {
            Self::Kw if value_kw.0.abs() >= KW_WHOLE_FROM => 0,
            Self::Kw => 1,
            Self::Mw | Self::WanKw => 2,
        };
        scaled(value_kw, self.kw(), decimals)
    }

    /// The number with its unit.
    pub fn show(self, value_kw: Fixed2, lang: Lang) -> String {
        format!("{} {}", self.number(value_kw), self.name(lang))
    }
}

impl EnergyUnit {
    /// The unit of a block, from the largest value it is likely to hold.
    pub fn for_block(units: Units, reference: Fixed2) -> Self {
        match (reference > KWH_MOST, units) {
            (false, _) => Self::Kwh,
            (true, Units::Si) => Self::Mwh,
            (true, Units::Wan) => Self::WanKwh,
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Kwh => KWH.get(lang),
            Self::Mwh => MWH.get(lang),
            Self::WanKwh => WAN_KWH.get(lang),
        }
    }

    fn kwh(self) -> i64 {
        match self {
            Self::Kwh => 1,
            Self::Mwh => 1_000,
            Self::WanKwh => 10_000,
        }
    }

    /// The number alone, two decimals in every unit so that a column stays aligned.
    pub fn number(self, value_kwh: Fixed2) -> String {
        scaled(value_kwh, self.kwh(), 2)
    }

    pub fn show(self, value_kwh: Fixed2, lang: Lang) -> String {
        format!("{} {}", self.number(value_kwh), self.name(lang))
    }
}

/// Load of an energy over 15 minutes.
pub fn quarter_load_kw(energy_kwh: Fixed2) -> Fixed2 {
    Fixed2(energy_kwh.0.saturating_mul(4))
}

/// `—` for what is absent.
pub fn or_absent<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| ABSENT.to_owned(), show)
}

/// Thousands separators.
pub fn count(value: i64) -> String {
    grouped(value < 0, &value.unsigned_abs().to_string(), "")
}

/// Two decimals, without its unit.
pub fn yuan(value: Fixed2) -> String {
    scaled(value, 1, 2)
}

/// A price per kWh has four decimals: it is money divided by energy.
pub fn price(cost: Fixed2, energy: Fixed2) -> Option<String> {
    (energy.0 > 0).then(|| {
        let ten_thousandths = domain::fixed::div_round(i128::from(cost.0) * 10_000, i128::from(energy.0));
        decimal(i128::from(ten_thousandths), 4)
    })
}

/// Tenths of a percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Percent(pub i64);

impl Percent {
    /// `None` when there is nothing to divide by.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then(|| Self(domain::fixed::div_round(i128::from(part) * 1000, i128::from(whole))))
    }

    pub fn show(self) -> String {
        format!("{} %", decimal(i128::from(self.0), 1))
    }

    /// With the arrow and the sign of a change.
    pub fn show_change(self) -> String {
        format!("{} {}{}", arrow(self.0), sign(self.0), Self(self.0.abs()).show())
    }
}

/// Direction of a change: an arrow and a sign, never a colour.
pub fn arrow(change: i64) -> &'static str {
    match change.signum() {
        1 => "↑",
        -1 => "↓",
        _ => "→",
    }
}

pub fn sign(change: i64) -> &'static str {
    match change.signum() {
        1 => "+",
        -1 => "−",
        _ => "±",
    }
}

/// A change of load: arrow, sign, number and unit.
pub fn power_change(unit: PowerUnit, change_kw: Fixed2, lang: Lang) -> String {
    format!("{}{}", sign(change_kw.0), unit.show(Fixed2(change_kw.0.abs()), lang))
}

/// `14:05:10`
pub fn clock(at: LocalMs) -> String {
    at.to_string()[11..19].to_owned()
}

/// `14:05`
pub fn hour_minute(at: LocalMs) -> String {
    at.to_string()[11..16].to_owned()
}

/// `2016-01-11`
pub fn date(day: Day) -> String {
    day.to_date().to_string()
}

/// `2016-01-11 14:05:10`
pub fn date_clock(at: LocalMs) -> String {
    at.to_string()[..19].to_owned()
}

/// `2016-01-11 14:05`
pub fn date_minute(at: LocalMs) -> String {
    at.to_string()[..16].to_owned()
}

/// `01-11 14:05`
pub fn month_day_minute(at: LocalMs) -> String {
    at.to_string()[5..16].to_owned()
}

/// The clock alone on the day of `now`, otherwise with the day.
pub fn clock_on(at: LocalMs, today: Day) -> String {
    if at.day() == today { clock(at) } else { date_clock(at) }
}

const WEEKDAYS: [Text; 7] = [
    text("星期一", "Monday"),
    text("星期二", "Tuesday"),
    text("星期三", "Wednesday"),
    text("星期四", "Thursday"),
    text("星期五", "Friday"),
    text("星期六", "Saturday"),
    text("星期日", "Sunday"),
];

pub fn weekday(day: Day, lang: Lang) -> &'static str {
    // 1970-01-01 was a Thursday.
    let index = usize::try_from((day.0 + 3).rem_euclid(7)).unwrap_or(0);
    WEEKDAYS[index].get(lang)
}

const AGE_SECONDS: Text = text("{} 秒", "{} s");
const AGE_MINUTES: Text = text("{} 分 {} 秒", "{} min {} s");
const AGE_HOURS: Text = text("{} 小时 {} 分", "{} h {} min");
const AGE_DAYS: Text = text("{} 天", "{} d");

/// A duration in the two units that matter.
pub fn age(ms: i64, lang: Lang) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..120 => AGE_SECONDS.with(lang, &[&seconds.to_string()]),
        120..7_200 => AGE_MINUTES.with(lang, &[&(seconds / 60).to_string(), &(seconds % 60).to_string()]),
        7_200..172_800 => AGE_HOURS.with(lang, &[&(seconds / 3600).to_string(), &(seconds % 3600 / 60).to_string()]),
        _ => AGE_DAYS.with(lang, &[&count(seconds / 86_400)]),
    }
}

const BINARY_STEP: i64 = 1024;

/// A size in binary units.
pub fn bytes(size: i64) -> String {
    let mut unit = 0;
    let mut divisor: i64 = 1;
    const NAMES: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    while size.abs() / divisor >= BINARY_STEP && unit + 1 < NAMES.len() {
        divisor *= BINARY_STEP;
        unit += 1;
    }
    if unit == 0 {
        return format!("{} B", count(size));
    }
    let tenths = domain::fixed::div_round(i128::from(size) * 10, i128::from(divisor));
    format!("{} {}", decimal(i128::from(tenths), 1), NAMES[unit])
}

/// A value in hundredths, divided and rounded half away from zero to some decimals (at most 2).
fn scaled(value: Fixed2, divisor: i64, decimals: u32) -> String {
    let step = i128::from(divisor) * 100 / 10i128.pow(decimals);
    decimal(i128::from(domain::fixed::div_round(i128::from(value.0), step)), decimals)
}

/// An integer of 10^-decimals as text with thousands separators.
fn decimal(value: i128, decimals: u32) -> String {
    let unit = 10u128.pow(decimals);
    let magnitude = value.unsigned_abs();
    let fraction = match decimals {
        0 => String::new(),
        places => format!(".{:0width$}", magnitude % unit, width = places as usize),
    };
    grouped(value < 0, &(magnitude / unit).to_string(), &fraction)
}

fn grouped(negative: bool, digits: &str, fraction: &str) -> String {
    let mut shown = String::with_capacity(digits.len() * 4 / 3 + fraction.len() + 1);
    if negative {
        shown.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown.push_str(fraction);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_leaves_kw_above_9999() {
        assert_eq!(PowerUnit::for_block(Units::Si, Fixed2(999_999)), PowerUnit::Kw);
        assert_eq!(PowerUnit::for_block(Units::Si, Fixed2(1_000_000)), PowerUnit::Mw);
        assert_eq!(PowerUnit::for_block(Units::Wan, Fixed2(1_000_000)), PowerUnit::WanKw);
        assert_eq!(EnergyUnit::for_block(Units::Si, Fixed2(9_999_999)), EnergyUnit::Kwh);
        assert_eq!(EnergyUnit::for_block(Units::Wan, Fixed2(10_000_000)), EnergyUnit::WanKwh);
    }

    #[test]
    fn decimals_follow_the_size() {
        assert_eq!(PowerUnit::Kw.number(Fixed2(9_994)), "99.9");
        assert_eq!(PowerUnit::Kw.number(Fixed2(10_050)), "101");
        assert_eq!(PowerUnit::Kw.number(Fixed2(849_950)), "8,500");
        assert_eq!(PowerUnit::Mw.number(Fixed2(849_950)), "8.50");
        assert_eq!(PowerUnit::WanKw.show(Fixed2(12_345_600), Lang::Zh), "12.35 万kW");
        assert_eq!(EnergyUnit::Kwh.number(Fixed2(-1_234_567)), "−12,345.67");
        assert_eq!(EnergyUnit::Mwh.show(Fixed2(89_668_800), Lang::En), "896.69 MWh");
    }

    #[test]
    fn percents_round_half_up_and_never_divide_by_zero() {
        assert_eq!(Percent::of(1, 0), None);
        assert_eq!(Percent::of(95, 100).map(Percent::show), Some("95.0 %".to_owned()));
        assert_eq!(Percent::of(1, 3).map(Percent::show), Some("33.3 %".to_owned()));
        assert_eq!(Percent(-32).show_change(), "↓ −3.2 %");
        assert_eq!(Percent(32).show_change(), "↑ +3.2 %");
        assert_eq!(Percent(0).show_change(), "→ ±0.0 %");
    }

    #[test]
    fn absent_is_a_dash_and_not_zero() {
        assert_eq!(or_absent(None::<Fixed2>, yuan), "—");
        assert_eq!(or_absent(Some(Fixed2(0)), yuan), "0.00");
        assert_eq!(price(Fixed2(100), Fixed2(0)), None);
        assert_eq!(price(Fixed2(5_630), Fixed2(10_000)), Some("0.5630".to_owned()));
    }

    #[test]
    fn times_and_ages() {
        let at = LocalMs::parse(b"2016-01-11 14:05:10.250").expect("a time");
        assert_eq!((clock(at), hour_minute(at)), ("14:05:10".to_owned(), "14:05".to_owned()));
        assert_eq!(date_clock(at), "2016-01-11 14:05:10");
        assert_eq!(weekday(at.day(), Lang::Zh), "星期一");
        assert_eq!(age(15_900, Lang::Zh), "15 秒");
        assert_eq!(age(3_725_000, Lang::En), "62 min 5 s");
        assert_eq!(age(90_000_000, Lang::Zh), "25 小时 0 分");
        assert_eq!(age(1_000 * 86_400 * 3_000, Lang::Zh), "3,000 天");
        assert_eq!(age(-5, Lang::En), "0 s");
    }

    #[test]
    fn sizes_and_counts() {
        assert_eq!(count(-1_234_567), "−1,234,567");
        assert_eq!((bytes(1023), bytes(1536)), ("1,023 B".to_owned(), "1.5 KiB".to_owned()));
    }
}
