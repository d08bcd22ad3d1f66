//! Forms of the calendar: holidays and swapped workdays, decisions about triggered bands, carbon factors.

use app::pages::settlement::calendar::{CARBON_FORM, DAY_FORM, DECIDE_FORM, LINES_FORM, WAITING_FORM, lines};
use app::submitted::Problem;
use app::text::settlement::calendar::CalendarRefusal;
use axum::response::Response;
use domain::Day;
use domain::settlement::carbon::CarbonFactor;
use domain::settlement::{CalendarDay, Price6};
use warehouse::access::AccessError;
use warehouse::settlement::calendar::{self, CalendarError, CalendarInvalid};
use warehouse::settlement::rules::{self, RulesError};

use super::tariffs::Own;
use super::writer::{Trouble, Writer};

const CALENDAR: &str = "/settlement/calendar";
/// Decisions of one form.
const MOST_CHOSEN: usize = 400;

impl From<CalendarRefusal> for Trouble {
    fn from(refusal: CalendarRefusal) -> Self {
        Self::Problem(Problem::Calendar(refusal))
    }
}

impl From<CalendarError> for Trouble {
    fn from(error: CalendarError) -> Self {
        let refusal = match error {
            CalendarError::Access(AccessError::BeyondOwnRights) => CalendarRefusal::NotOwn,
            CalendarError::Access(error) => return error.into(),
            CalendarError::Changed { .. } => return Self::Problem(Problem::Conflict),
            CalendarError::Invalid(invalid) => match invalid {
                CalendarInvalid::DayOutOfRange => CalendarRefusal::Day,
                CalendarInvalid::NameMissing | CalendarInvalid::Name => CalendarRefusal::Name,
                CalendarInvalid::Source => CalendarRefusal::Source,
                CalendarInvalid::UnknownTrigger => CalendarRefusal::UnknownTrigger,
                CalendarInvalid::TooManyDays => CalendarRefusal::TooMany,
                CalendarInvalid::Carbon => CalendarRefusal::Carbon,
            },
        };
        refusal.into()
    }
}

pub(super) fn of_rules(error: RulesError) -> Trouble {
    match error {
        RulesError::Calendar(error) => error.into(),
        RulesError::Faults(_) => Trouble::Problem(Problem::BadField),
    }
}

/// The page with the year that the form stood on.
fn page(writer: &Writer) -> String {
    match writer.number::<i32>("year") {
        Ok(year) => format!("{CALENDAR}?year={year}"),
        Err(_) => CALENDAR.to_owned(),
    }
}

fn day(writer: &Writer) -> Result<Day, Trouble> {
    writer.day("day").map(Day::from_date).map_err(|_| CalendarRefusal::Day.into())
}

/// The version that the author saw, where he saw one.
fn seen(writer: &Writer) -> Result<Option<i32>, Trouble> {
    if writer.field("version").is_empty() { Ok(None) } else { writer.number("version").map(Some) }
}

/// Many days by lines of text, or one that is changed.
pub async fn put(writer: Writer) -> Response {
    let is_one = !writer.field("day").is_empty();
    let saved = async {
        let own = Own::of(&writer);
        if is_one {
            let name = writer.field("name").to_owned();
            let what = match writer.field("kind") {
                "holiday" => CalendarDay::Holiday { name },
                "workday" => CalendarDay::Workday { name },
                _ => return Err(Trouble::Problem(Problem::BadField)),
            };
            return Ok(calendar::put(writer.access()?, own.keeper(), day(&writer)?, &what, seen(&writer)?).await?);
        }
        let days = lines::read(writer.field("lines")).map_err(|_| Trouble::from(CalendarRefusal::Lines))?;
        if days.is_empty() {
            return Err(CalendarRefusal::NothingChosen.into());
        }
        Ok(calendar::put_all(writer.access()?, own.keeper(), &days).await?)
    };
    match saved.await {
        Ok(()) => writer.done(&page(&writer), "calendar-saved"),
        Err(trouble) => writer.again(&page(&writer), if is_one { DAY_FORM } else { LINES_FORM }, trouble).await,
    }
}

pub async fn remove(writer: Writer) -> Response {
    let removed = async {
        let own = Own::of(&writer);
        Ok(calendar::remove(writer.access()?, own.keeper(), day(&writer)?, writer.number("version")?).await?)
    };
    match removed.await {
        Ok(()) => writer.done(&page(&writer), "calendar-removed"),
        Err(trouble) => writer.again(&page(&writer), DAY_FORM, trouble).await,
    }
}

/// The chosen ones of the list, or one day that was named.
pub async fn decide(writer: Writer) -> Response {
    let is_list = writer.field("trigger").is_empty();
    let decided = async {
        let own = Own::of(&writer);
        let is_triggered = match writer.field("is_triggered") {
            "yes" => true,
            "no" => false,
            _ => return Err(Trouble::Problem(Problem::BadField)),
        };
        let (access, source) = (writer.access()?, writer.field("source"));
        if !is_list {
            let (trigger, day, seen) = (writer.field("trigger"), day(&writer)?, seen(&writer)?);
            return Ok(calendar::decide(access, own.keeper(), trigger, day, is_triggered, source, seen).await?);
        }
        let chosen = chosen(&writer)?;
        for (trigger, day) in chosen {
            calendar::decide(access, own.keeper(), &trigger, day, is_triggered, source, None).await?;
        }
        Ok(())
    };
    match decided.await {
        Ok(()) => writer.done(&page(&writer), "trigger-decided"),
        Err(trouble) => writer.again(&page(&writer), if is_list { WAITING_FORM } else { DECIDE_FORM }, trouble).await,
    }
}

/// `2026-07-21 trigger`, as the list names them.
fn chosen(writer: &Writer) -> Result<Vec<(String, Day)>, Trouble> {
    let read = |text: &str| {
        let (day, trigger) = text.split_once(' ')?;
        Some((trigger.to_owned(), Day::from_date(day.parse().ok()?)))
    };
    let all: Option<Vec<_>> = writer.all("chosen").take(MOST_CHOSEN).map(read).collect();
    let all = all.ok_or(Trouble::Problem(Problem::BadField))?;
    if all.is_empty() { Err(CalendarRefusal::NothingChosen.into()) } else { Ok(all) }
}

pub async fn carbon(writer: Writer) -> Response {
    let is_removed = !writer.field("remove").is_empty();
    let changed = async {
        let own = Own::of(&writer);
        let year = writer.number("factor_year").map_err(|_| Trouble::from(CalendarRefusal::Carbon))?;
        if is_removed {
            let seen = writer.number("version")?;
            return rules::remove_carbon(writer.access()?, own.keeper(), year, seen).await.map_err(of_rules);
        }
        let kg_per_kwh = Price6::parse(writer.field("factor")).ok_or(Trouble::from(CalendarRefusal::Carbon))?;
        let factor = CarbonFactor { year, kg_per_kwh, source: writer.field("source").to_owned() };
        rules::put_carbon(writer.access()?, own.keeper(), &factor, seen(&writer)?).await.map_err(of_rules)
    };
    match changed.await {
        Ok(()) => writer.done(CALENDAR, if is_removed { "carbon-removed" } else { "carbon-saved" }),
        Err(trouble) => writer.again(CALENDAR, CARBON_FORM, trouble).await,
    }
}
