//! Routes of messages about alarms.

use app::submitted::Problem;
use app::text::alarms::notices::NoticeProblem;
use axum::extract::Path;
use axum::response::Response;
use domain::access::DisplayName;
use domain::alarms::notices::{MOST_STEPS, RouteDefinition, Step};
use domain::alarms::schedule::{DAY_MINUTES, OnHolidays};
use domain::alarms::{RegionChoice, Schedule, Severity};
use warehouse::alarms::notices::routes::{self, RouteChange};

use super::alarm_notices::NOTICES;
use super::writer::{Trouble, Writer};

/// A week.
const MOST_AFTER_MIN: u32 = 10_080;
const MOST_COOLDOWN_MIN: u32 = 1_440;
const MOST_GROUP_WAIT_S: u32 = 300;
const MOST_REGIONS: usize = 5_000;

pub async fn add_route(writer: Writer) -> Response {
    let added = async {
        let route = route(&writer)?;
        Ok(routes::add(writer.access()?, &writer.author(), &writer.granter(), &route).await?)
    };
    match added.await {
        Ok(_) => writer.done(NOTICES, "route-added"),
        Err(trouble) => writer.again(NOTICES, "route", trouble).await,
    }
}

pub async fn change_route(Path(id): Path<i32>, writer: Writer) -> Response {
    let changed = async {
        let route = route(&writer)?;
        let version = writer.number("version")?;
        Ok(routes::change(writer.access()?, &writer.author(), &writer.granter(), (id, version), &route).await?)
    };
    match changed.await {
        Ok(()) => writer.done(NOTICES, "route-saved"),
        Err(trouble) => writer.again(&format!("{NOTICES}?route={id}"), "change-route", trouble).await,
    }
}

pub async fn remove_route(Path(id): Path<i32>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        Ok(routes::remove(writer.access()?, &writer.author(), &writer.granter(), (id, version), writer.now()).await?)
    };
    match removed.await {
        Ok(()) => writer.done(NOTICES, "route-removed"),
        Err(trouble) => writer.again(NOTICES, "remove-route", trouble).await,
    }
}

fn route(writer: &Writer) -> Result<RouteChange, Trouble> {
    let name = DisplayName::parse(writer.field("name"))?.as_str().to_owned();
    let severities: Vec<Severity> =
        Severity::ALL.into_iter().filter(|severity| writer.all("severity").any(|code| code == severity.code())).collect();
    if severities.is_empty() {
        return Err(Problem::Notice(NoticeProblem::NoSeverity).into());
    }
    let definition = RouteDefinition {
        severities,
        regions: regions(writer)?,
        tells_installation: writer.field("installation") == "1",
        schedule: schedule(writer)?,
        steps: steps(writer)?,
        cooldown_s: bounded(writer, "cooldown", MOST_COOLDOWN_MIN)? * 60,
        dedup_s: bounded(writer, "dedup", MOST_COOLDOWN_MIN)? * 60,
        group_wait_s: bounded(writer, "group_wait", MOST_GROUP_WAIT_S)?,
        tells_return: writer.field("tells_return") == "1",
    };
    Ok(RouteChange { name, definition, is_enabled: writer.field("enabled") == "1" })
}

fn regions(writer: &Writer) -> Result<RegionChoice, Trouble> {
    if writer.field("regions") == "all" {
        return Ok(RegionChoice::All);
    }
    let listed: Result<Vec<i32>, _> = writer.all("region").map(str::parse).collect();
    let mut listed = listed.map_err(|_| Problem::BadField)?;
    listed.sort_unstable();
    listed.dedup();
    match listed.len() {
        0 => Err(Problem::NoRegions.into()),
        count if count > MOST_REGIONS => Err(Problem::BadField.into()),
        _ => Ok(RegionChoice::Listed(listed)),
    }
}

fn schedule(writer: &Writer) -> Result<Schedule, Trouble> {
    let mut weekdays = 0u8;
    for day in writer.all("weekday") {
        let bit: u8 = day.parse().ok().filter(|bit| *bit < 7).ok_or(Problem::BadField)?;
        weekdays |= 1 << bit;
    }
    let holidays = match writer.field("holidays") {
        "as_usual" => OnHolidays::AsUsual,
        "never" => OnHolidays::Never,
        "only" => OnHolidays::Only,
        _ => return Err(Problem::BadField.into()),
    };
    let minute = |name: &str| minute(writer.field(name)).ok_or(Problem::Notice(NoticeProblem::Schedule));
    let schedule = Schedule { weekdays, from_minute: minute("from")?, to_minute: minute("to")?, holidays };
    if schedule.is_possible() { Ok(schedule) } else { Err(Problem::Notice(NoticeProblem::Schedule).into()) }
}

/// `08:30`; `24:00` is the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once([':', '：'])?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute).filter(|minute| *minute <= DAY_MINUTES)
}

/// The first step is told at once; later ones each later than the one before, without a gap.
fn steps(writer: &Writer) -> Result<Vec<Step>, Trouble> {
    let mut steps: Vec<Step> = Vec::new();
    for step_no in 0..MOST_STEPS {
        let chosen = writer.field(&format!("step-{step_no}")).to_owned();
        if chosen.is_empty() {
            continue;
        }
        let channel_id = chosen.parse().map_err(|_| Problem::BadField)?;
        let order = Problem::Notice(NoticeProblem::StepOrder);
        let after_min = match step_no {
            0 => 0,
            _ => writer.field(&format!("after-{step_no}")).parse().map_err(|_| order)?,
        };
        let is_later = steps.last().is_none_or(|before| after_min > before.after_min);
        if steps.len() != step_no && !steps.is_empty() || !is_later || after_min > MOST_AFTER_MIN {
            return Err(order.into());
        }
        if steps.is_empty() && step_no > 0 {
            break;
        }
        steps.push(Step { after_min, channel_id });
    }
    if steps.is_empty() { Err(Problem::Notice(NoticeProblem::NoStep).into()) } else { Ok(steps) }
}

fn bounded(writer: &Writer, name: &str, most: u32) -> Result<u32, Trouble> {
    let value: u32 = writer.number(name)?;
    if value <= most { Ok(value) } else { Err(Problem::BadField.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read() {
        assert_eq!(
            [minute("00:00"), minute("08:30"), minute("24:00"), minute("8：05")],
            [Some(0), Some(510), Some(1440), Some(485)]
        );
        for bad in ["", "8", "24:01", "25:00", "12:60", "-1:00", "a:b"] {
            assert_eq!(minute(bad), None, "{bad}");
        }
    }
}
