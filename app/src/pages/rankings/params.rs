//! What the address of a ranking says.

use chrono::{NaiveDateTime, NaiveTime};
use domain::RegionId;
use warehouse::read::periods::{Period, RankingGrain};

use crate::context::PageRequest;
use crate::error::AppError;
use crate::pages::shared::{self, DataTime};
use crate::text::{Lang, Text, common, pages, rankings as words};

const MOST_PAGES: i64 = 100_000;
const USUAL_MOVER_PLACES: i64 = 20;
const MOST_MOVER_PLACES: i64 = 100_000;
const TEXT_CHARS: usize = 64;

#[derive(Clone, PartialEq, Debug)]
pub struct Params {
    pub grain: RankingGrain,
    /// None: the period that holds data time.
    pub at: Option<NaiveDateTime>,
    pub region: Option<RegionId>,
    pub usage_type: Option<String>,
    pub text: Option<String>,
    pub page: i64,
    pub mover_places: i64,
}

impl Params {
    pub fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let codes = RankingGrain::ALL.map(RankingGrain::code);
        let grain = shared::code(request, "grain", &codes, RankingGrain::Day.code())?;
        let text = request.get("q").map(|text| text.trim().chars().take(TEXT_CHARS).collect::<String>());
        Ok(Self {
            grain: RankingGrain::from_code(grain).unwrap_or(RankingGrain::Day),
            at: request.get("at").map(|value| moment(value, request.view.lang)).transpose()?,
            region: shared::int(request, "region", "0–2147483647")?,
            usage_type: usage_type(request)?,
            text: text.filter(|text| !text.is_empty()),
            page: shared::int_within(request, "page", 1, 1, MOST_PAGES)?,
            mover_places: shared::int_within(request, "movers", USUAL_MOVER_PLACES, 1, MOST_MOVER_PLACES)?,
        })
    }

    /// The newest closed window, or the period that is running.
    pub fn period(&self, now: DataTime) -> Period {
        match (self.at, self.grain) {
            (Some(at), grain) => Period::holding(grain, at),
            (None, RankingGrain::Window) => Period::holding(RankingGrain::Window, now.naive()).previous(),
            (None, grain) => Period::holding(grain, now.naive()),
        }
    }

    pub fn period_name(&self, now: DataTime, lang: Lang) -> String {
        let start = self.period(now).start;
        match self.grain {
            RankingGrain::Day if start.date() == now.day() => format!("{} {}", common::TODAY.get(lang), start.date()),
            RankingGrain::Day => start.date().to_string(),
            RankingGrain::Month => start.format("%Y-%m").to_string(),
            RankingGrain::Hour => start.format("%Y-%m-%d %H:00").to_string(),
            RankingGrain::Window => start.format("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }
}

pub fn grain_name(grain: RankingGrain) -> Text {
    match grain {
        RankingGrain::Window => pages::GRAIN_WINDOW,
        RankingGrain::Hour => pages::GRAIN_HOUR,
        RankingGrain::Day => pages::GRAIN_DAY,
        RankingGrain::Month => pages::GRAIN_MONTH,
    }
}

fn moment(value: &str, lang: Lang) -> Result<NaiveDateTime, AppError> {
    let bad = || AppError::bad_parameter("at", value, words::AT_EXPECTED.get(lang));
    let (day, clock) = value.split_once(['T', ' ']).unwrap_or((value, ""));
    let day = shared::parse_day("at", day).map_err(|_| bad())?;
    let clock = match clock {
        "" => NaiveTime::MIN,
        text => ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok()).ok_or_else(bad)?,
    };
    Ok(day.and_time(clock))
}

fn usage_type(request: &PageRequest) -> Result<Option<String>, AppError> {
    const LONGEST: usize = 40;
    match request.get("usage_type") {
        Some(value) if value.chars().count() > LONGEST => {
            Err(AppError::bad_parameter("usage_type", value, &shared::USAGE_TYPES.join(", ")))
        }
        value => Ok(value.map(ToOwned::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn parse(address: &str) -> Result<Params, AppError> {
        Params::parse(&PageRequest::parse(address, View::default()))
    }

    #[test]
    fn the_default_is_today_over_all_regions() {
        let params = parse("/rankings").expect("parameters");
        assert_eq!((params.grain, params.at, params.region, params.page), (RankingGrain::Day, None, None, 1));
    }

    #[test]
    fn moments_are_iso_with_or_without_a_clock() {
        let at = |text: &str| parse(&format!("/rankings?at={text}")).map(|p| p.at.expect("a moment").to_string());
        assert_eq!(at("2016-01-11").as_deref(), Ok("2016-01-11 00:00:00"));
        assert_eq!(at("2016-01-11T09:30").as_deref(), Ok("2016-01-11 09:30:00"));
        assert_eq!(at("2016-01-11T09:30:05").as_deref(), Ok("2016-01-11 09:30:05"));
    }

    #[test]
    fn wrong_values_are_refused() {
        for wrong in ["grain=week", "at=yesterday", "at=2016-01-11T25:00", "region=x", "page=0", "page=-1", "movers=0"] {
            let name = wrong.split('=').next().expect("a name");
            match parse(&format!("/rankings?{wrong}")) {
                Err(AppError::BadParameter { name: named, .. }) => assert_eq!(named, name),
                other => panic!("{wrong}: {other:?}"),
            }
        }
    }
}
