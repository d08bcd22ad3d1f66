//! What the pages of regions, customers, rankings and peaks have in common: data time, parameters, names, links.

use chrono::{NaiveDate, NaiveDateTime};
use domain::{Day, Fixed2, LocalMs, RegionId, UNKNOWN_REGION, UNKNOWN_REGION_NAME, UNKNOWN_USAGE, UNKNOWN_USER_NAME};
use leptos::prelude::*;
use rust_decimal::prelude::{Decimal, ToPrimitive};
use warehouse::read::regions::Tree;

use crate::components::Block;
use crate::context::{AppContext, PageRequest, encode};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::text::{Lang, Text, common, pages as words};

/// Data time of a page: "now" and "today".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataTime(pub LocalMs);

impl DataTime {
    /// None before the first accepted reading.
    pub async fn of(ctx: &AppContext) -> Result<Option<Self>, AppError> {
        Ok(warehouse::read::frame::frame(&ctx.pool).await?.data_time().map(Self))
    }

    pub fn naive(self) -> NaiveDateTime {
        self.0.to_naive()
    }

    pub fn day(self) -> NaiveDate {
        self.0.day().to_date()
    }
}

/// Hundredths of a numeric of the database.
pub fn fixed(value: Decimal) -> Fixed2 {
    let mut hundredths = value * Decimal::ONE_HUNDRED;
    hundredths = hundredths.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    Fixed2(hundredths.to_i64().unwrap_or(if value.is_sign_negative() { i64::MIN } else { i64::MAX }))
}

pub fn local(at: NaiveDateTime) -> LocalMs {
    LocalMs::from_naive(at)
}

/// A moment of the database as local date and clock.
pub fn moment(zone: domain::Zone, at: chrono::DateTime<chrono::Utc>) -> String {
    crate::format::date_clock(zone.local_ms(at.timestamp_micros()))
}

/// The UTC moment of a local one; the earlier of two when clocks were set back, the next that exists when set forward.
pub fn utc_of(zone: domain::Zone, at: LocalMs) -> chrono::DateTime<chrono::Utc> {
    // zones are at most 14 h from UTC; the difference at the moment itself settles the rest
    let as_utc = at.to_naive().and_utc();
    let ahead_ms = zone.local_ms(as_utc.timestamp_micros()).0 - at.0;
    as_utc - chrono::TimeDelta::milliseconds(ahead_ms)
}

/// A whole number in a parameter.
pub fn int<T: std::str::FromStr>(request: &PageRequest, name: &str, expected: &str) -> Result<Option<T>, AppError> {
    let Some(value) = request.get(name) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| AppError::bad_parameter(name, value, expected))
}

/// A whole number within bounds, or a default.
pub fn int_within(request: &PageRequest, name: &str, default: i64, least: i64, most: i64) -> Result<i64, AppError> {
    let expected = format!("{least}–{most}");
    let value = int(request, name, &expected)?.unwrap_or(default);
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(AppError::bad_parameter(name, &value.to_string(), &expected))
}

pub fn day(request: &PageRequest, name: &str) -> Result<Option<NaiveDate>, AppError> {
    request.get(name).map(|value| parse_day(name, value)).transpose()
}

pub fn parse_day(name: &str, value: &str) -> Result<NaiveDate, AppError> {
    let bad = || AppError::bad_parameter(name, value, "YYYY-MM-DD (2016-01-11)");
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").map_err(|_| bad())?;
    // what a timestamp of the database and our own day numbers can both hold with room to compare
    let years = 1900..=2200;
    if years.contains(&chrono::Datelike::year(&day)) { Ok(day) } else { Err(bad()) }
}

/// One of some codes, or a default.
pub fn code(request: &PageRequest, name: &str, codes: &[&'static str], default: &'static str) -> Result<&'static str, AppError> {
    let Some(value) = request.get(name) else { return Ok(default) };
    let known = codes.iter().find(|code| **code == value);
    known.copied().ok_or_else(|| AppError::bad_parameter(name, value, &codes.join(", ")))
}

/// Names of homes are masked on every page; so is one whose usage is not known.
pub fn person(name: &str, usage_type: &str, lang: Lang) -> String {
    if name == UNKNOWN_USER_NAME {
        return common::UNKNOWN_USER.get(lang).to_owned();
    }
    if usage_type != "居民" && usage_type != UNKNOWN_USAGE {
        return name.to_owned();
    }
    name.chars().next().map_or_else(String::new, |first| format!("{first}*"))
}

/// A usage type in the viewer's language; one that is not in the glossary stays as it is.
pub fn usage(usage_type: &str, lang: Lang) -> String {
    let known = match usage_type {
        "居民" => common::RESIDENTIAL,
        "商业" => common::COMMERCIAL,
        "工业" => common::INDUSTRIAL,
        "农业" => common::AGRICULTURAL,
        UNKNOWN_USAGE => common::UNKNOWN_USAGE,
        other => return other.to_owned(),
    };
    known.get(lang).to_owned()
}

/// Usage types that a filter offers, as the tables hold them.
pub const USAGE_TYPES: [&str; 5] = ["居民", "商业", "工业", "农业", UNKNOWN_USAGE];

pub fn region_name(id: RegionId, name: &str, lang: Lang) -> String {
    if id == UNKNOWN_REGION && (name.is_empty() || name == UNKNOWN_REGION_NAME) {
        return common::UNKNOWN_REGION.get(lang).to_owned();
    }
    if name.is_empty() { id.to_string() } else { name.to_owned() }
}

pub fn region_link(id: RegionId, name: &str, lang: Lang) -> AnyView {
    view! { <a href=format!("/regions/{id}")>{region_name(id, name, lang)}</a> }.into_any()
}

pub fn region_of(tree: &Tree, id: RegionId, lang: Lang) -> AnyView {
    region_link(id, tree.name(id), lang)
}

pub fn user_link(id: i64, title: String) -> AnyView {
    view! { <a href=format!("/users/{id}")>{title}</a> }.into_any()
}

/// A sentence where a table or chart would be.
pub fn nothing(sentence: Text, lang: Lang) -> AnyView {
    view! { <p class="empty">{sentence.get(lang)}</p> }.into_any()
}

pub fn csv(address: String, lang: Lang) -> AnyView {
    view! { <a class="csv" href=address download="">{common::EXPORT_CSV.get(lang)}</a> }.into_any()
}

/// Address of an export with its filters.
pub fn export(name: &str, filters: &[(&str, String)]) -> String {
    let pairs: Vec<_> = filters.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
    if pairs.is_empty() { format!("/exports/{name}.csv") } else { format!("/exports/{name}.csv?{}", pairs.join("&")) }
}

/// ISO form of a local moment, as parameters have it.
pub fn iso(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A page before the first reading: what it would show, in words.
pub fn no_data_page(layout: &'static str, title: String, lang: Lang) -> PageContent {
    PageContent::new(layout, title, vec![Block::new("no-data", nothing(words::NO_READINGS_YET, lang))])
}

/// The first heading of a page, visible.
pub fn heading(title: &str) -> Option<AnyView> {
    Some(view! { <h1 class="page-title">{title.to_owned()}</h1> }.into_any())
}

/// An energy with a bar from zero before it, as long as its share of the longest.
pub fn with_bar(number: String, value: Fixed2, longest: Fixed2) -> AnyView {
    let bar = crate::charts::bar(value.0.max(0), longest.0, "bar-plain");
    view! { <span class="with-bar">{bar} " " <span>{number}</span></span> }.into_any()
}

/// Names of the lines of a chart, each with a piece of it.
pub fn legend(lines: Vec<(&'static str, String)>) -> AnyView {
    let lines = lines.into_iter().map(|(class, name)| {
        view! {
            <span class="legend-item">
                <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
                    <path class=format!("line {class}") d="M0 4H28"></path>
                </svg>
                {name}
            </span>
        }
    });
    view! { <p class="legend">{lines.collect_view()}</p> }.into_any()
}

/// Days before and after, as links, with a form for any other day.
pub fn day_picker(request: &PageRequest, shown: NaiveDate, today: NaiveDate, lang: Lang) -> AnyView {
    let shift = |days: i32| Day(Day::from_date(shown).0 + days).to_date();
    let address = |day: NaiveDate| request.address_with("day", &if day == today { String::new() } else { day.to_string() });
    let kept = request.query.iter().filter(|(name, _)| *name != "day" && *name != "page");
    let hidden = kept.map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> });
    view! {
        <form class="day-picker" method="get" action=request.path.clone()>
            {hidden.collect_view()}
            <a href=address(shift(-1)) rel="prev">{words::DAY_BEFORE.get(lang)}</a>
            <label>
                <span class="sr-only">{words::DAY.get(lang)}</span>
                <input type="date" name="day" value=shown.to_string() max=today.to_string() />
            </label>
            <button type="submit">{words::SHOW.get(lang)}</button>
            {(shown < today).then(|| view! { <a href=address(shift(1)) rel="next">{words::DAY_AFTER.get(lang)}</a> })}
            {(shown != today).then(|| view! { <a href=address(today)>{common::TODAY.get(lang)}</a> })}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn request(address: &str) -> PageRequest {
        PageRequest::parse(address, View::default())
    }

    #[test]
    fn homes_are_masked_and_others_are_not() {
        assert_eq!(person("张三丰", "居民", Lang::Zh), "张*");
        assert_eq!(person("Secret", UNKNOWN_USAGE, Lang::Zh), "S*");
        assert_eq!(person("热电厂", "工业", Lang::Zh), "热电厂");
        assert_eq!(person(UNKNOWN_USER_NAME, UNKNOWN_USAGE, Lang::En), "Unknown user");
        assert_eq!(person("", "居民", Lang::En), "");
    }

    #[test]
    fn a_wrong_parameter_names_itself_its_value_and_what_was_expected() {
        let wrong = int_within(&request("/rankings?page=x"), "page", 1, 1, 9).unwrap_err();
        assert_eq!(wrong, AppError::bad_parameter("page", "x", "1–9"));
        assert!(int_within(&request("/rankings?page=10"), "page", 1, 1, 9).is_err());
        assert_eq!(int_within(&request("/rankings"), "page", 1, 1, 9), Ok(1));
        assert!(day(&request("/x?day=2016-02-30"), "day").is_err());
        assert!(day(&request("/x?day=99999-01-01"), "day").is_err());
        assert_eq!(day(&request("/x?day="), "day"), Ok(None));
        assert!(code(&request("/x?grain=week"), "grain", &["day", "month"], "day").is_err());
    }

    #[test]
    fn numerics_keep_their_hundredths() {
        assert_eq!(fixed(Decimal::new(123_456, 2)), Fixed2(123_456));
        assert_eq!(fixed(Decimal::new(-5, 3)), Fixed2(-1));
    }

    #[test]
    fn names_cannot_break_out_of_the_page() {
        let html = user_link(1, person("<script>alert(1)</script>", "工业", Lang::Zh)).to_html();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
        let html = region_link(3, "\"><img src=x>", Lang::En).to_html();
        assert!(!html.contains("<img"), "{html}");
    }

    #[test]
    fn the_day_picker_keeps_the_other_filters_and_drops_the_page() {
        let today = "2016-01-12".parse().expect("a day");
        let html = day_picker(
            &request("/users/7?day=2016-01-11&page=3&x=%22%3E"),
            "2016-01-11".parse().expect("a day"),
            today,
            Lang::Zh,
        );
        let html = html.to_html();
        assert!(html.contains("name=\"x\"") && !html.contains("name=\"page\"") && !html.contains("value=\"\">"), "{html}");
        assert!(html.contains("2016-01-10") && html.contains("rel=\"next\""), "{html}");
    }
}
