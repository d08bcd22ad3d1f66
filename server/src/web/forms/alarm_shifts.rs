//! Desks, the calendar of shifts, and hand-overs with their signatures.

use app::context::encode;
use app::pages::alarms::shifts as page;
use app::pages::shared::utc_of;
use app::submitted::Problem;
use app::text::alarms::shifts as words;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use domain::LocalMs;
use domain::access::DisplayName;
use warehouse::alarms::shifts::{self, MOST_SERIES, NewDesk, NewShift, ShiftError, ShiftFault, Side};

use super::writer::{Trouble, Writer, redirect};

const SHIFTS: &str = "/alarms/shifts";
const HANDOVER: &str = "/alarms/handover";

impl From<ShiftError> for Trouble {
    fn from(error: ShiftError) -> Self {
        match error {
            ShiftError::Access(error) => error.into(),
            ShiftError::Refused(fault) => Self::Problem(Problem::Shift(fault)),
        }
    }
}

/// Back to a page of the desk that the form is about.
fn place(writer: &Writer, page: &str) -> String {
    let named = |name: &str, field: &str| match writer.field(field) {
        "" => String::new(),
        value => format!("&{name}={}", encode(value)),
    };
    format!("{page}?{}{}", named("desk", "desk_id").trim_start_matches('&'), named("week", "week"))
}

fn done(writer: &Writer, page: &str, code: &str) -> Response {
    redirect(&format!("{}&done={code}", place(writer, page)))
}

// ---- desks ----

pub async fn add_desk(writer: Writer) -> Response {
    let added = async { Ok(shifts::add_desk(writer.access()?, &writer.author(), &writer.granter(), &new_desk(&writer)?).await?) };
    match added.await {
        Ok(desk_id) => redirect(&format!("{SHIFTS}?desk={desk_id}&done=desk-added")),
        Err(trouble) => writer.again(SHIFTS, page::DESK_FORM, trouble).await,
    }
}

pub async fn change_desk(Path(id): Path<i32>, writer: Writer) -> Response {
    let changed = async {
        let version = writer.number("version")?;
        let new = new_desk(&writer)?;
        Ok(shifts::change_desk(writer.access()?, &writer.author(), &writer.granter(), (id, version), &new).await?)
    };
    match changed.await {
        Ok(()) => redirect(&format!("{SHIFTS}?desk={id}&done=desk-saved")),
        Err(trouble) => writer.again(&format!("{SHIFTS}?desk={id}"), page::CHANGE_DESK_FORM, trouble).await,
    }
}

pub async fn remove_desk(Path(id): Path<i32>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        Ok(shifts::remove_desk(writer.access()?, &writer.author(), &writer.granter(), (id, version)).await?)
    };
    match removed.await {
        Ok(()) => writer.done(SHIFTS, "desk-removed"),
        Err(trouble) => writer.again(&format!("{SHIFTS}?desk={id}"), page::REMOVE_DESK_FORM, trouble).await,
    }
}

fn new_desk(writer: &Writer) -> Result<NewDesk, Trouble> {
    let region = |text: &str| text.parse().map_err(|_| Trouble::Problem(Problem::BadField));
    let regions = match writer.field("regions") {
        "all" => None,
        "some" => Some(writer.all("region").map(region).collect::<Result<_, _>>()?),
        _ => return Err(Problem::BadField.into()),
    };
    Ok(NewDesk { name: DisplayName::parse(writer.field("name"))?, regions, positions: writer.number("positions")? })
}

// ---- shifts ----

/// One shift or a series.
pub async fn add_shifts(writer: Writer) -> Response {
    let is_series = writer.field("kind") == "series";
    let added = if is_series { add_series(&writer).await } else { add_one(&writer).await };
    let (form, code) = if is_series { (page::SERIES_FORM, "series-added") } else { (page::SHIFT_FORM, "shift-added") };
    match added {
        Ok(()) => done(&writer, SHIFTS, code),
        Err(trouble) => writer.again(&place(&writer, SHIFTS), form, trouble).await,
    }
}

async fn add_one(writer: &Writer) -> Result<(), Trouble> {
    let (desk_id, new) = (writer.number("desk_id")?, new_shift(writer)?);
    shifts::add_shift(writer.access()?, &writer.author(), &writer.granter(), desk_id, &new).await?;
    Ok(())
}

async fn add_series(writer: &Writer) -> Result<(), Trouble> {
    let crews: Vec<_> = writer.field("crews").lines().map(people).filter(|crew| !crew.is_empty()).collect();
    let series = Series {
        pattern: pattern(writer.field("pattern")).ok_or(Problem::BadField)?,
        first: day(writer, "from")?,
        last: day(writer, "to")?,
        crews,
        lang: writer.lang(),
    };
    let all = series.shifts(|at| local(writer, at))?;
    let desk_id = writer.number("desk_id")?;
    shifts::add_series(writer.access()?, &writer.author(), &writer.granter(), desk_id, &all).await?;
    Ok(())
}

pub async fn change_shift(Path(id): Path<i64>, writer: Writer) -> Response {
    let changed = async {
        let (version, new) = (writer.number("version")?, new_shift(&writer)?);
        Ok(shifts::change_shift(writer.access()?, &writer.author(), &writer.granter(), (id, version), &new).await?)
    };
    match changed.await {
        Ok(()) => done(&writer, SHIFTS, "shift-saved"),
        Err(trouble) => {
            let page = format!("{}&shift={id}", place(&writer, SHIFTS));
            writer.again(&page, page::CHANGE_SHIFT_FORM, trouble).await
        }
    }
}

pub async fn remove_shift(Path(id): Path<i64>, writer: Writer) -> Response {
    let removed = async {
        let version = writer.number("version")?;
        let shift = shifts::shift(writer.access()?, writer.viewer.tenant_id, id).await?;
        shifts::remove_shift(writer.access()?, &writer.author(), &writer.granter(), (id, version)).await?;
        Ok(shift)
    };
    match removed.await {
        Ok(shift) => {
            let zone = writer.shared.context.zone;
            let day = zone.local_ms(shift.starts_at.timestamp_micros()).day().to_date();
            redirect(&format!("{SHIFTS}?desk={}&week={day}&done=shift-removed", shift.desk_id))
        }
        Err(trouble) => writer.again(SHIFTS, page::REMOVE_SHIFT_FORM, trouble).await,
    }
}

fn new_shift(writer: &Writer) -> Result<NewShift, Trouble> {
    Ok(NewShift {
        name: DisplayName::parse(writer.field("name"))?,
        starts_at: local(writer, moment(writer, "starts_at")?),
        ends_at: local(writer, moment(writer, "ends_at")?),
        people: people(writer.field("people")),
    })
}

fn people(line: &str) -> Vec<String> {
    let names = line.split([',', '，', '、', ';', '；']).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn moment(writer: &Writer, name: &str) -> Result<NaiveDateTime, Trouble> {
    let text = writer.field(name).replace(' ', "T");
    let read = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    read.filter(|at| is_sane(at.date())).ok_or(Problem::BadField.into())
}

fn day(writer: &Writer, name: &str) -> Result<NaiveDate, Trouble> {
    let day = writer.field(name).parse().ok();
    day.filter(|day| is_sane(*day)).ok_or(Problem::BadField.into())
}

/// Years that the database and our own day numbers hold with room to spare.
fn is_sane(day: NaiveDate) -> bool {
    (1900..=2200).contains(&chrono::Datelike::year(&day))
}

fn local(writer: &Writer, at: NaiveDateTime) -> DateTime<Utc> {
    utc_of(writer.shared.context.zone, LocalMs::from_naive(at))
}

/// Hours at which the shifts of a day begin, with their names; each lasts until the next begins.
type Pattern = &'static [(u32, app::text::Text)];

const THREE: Pattern = &[(0, words::NIGHT), (8, words::MORNING), (16, words::AFTERNOON)];
const TWO: Pattern = &[(8, words::DAY_SHIFT), (20, words::NIGHT)];
const ONE: Pattern = &[(8, words::WHOLE_DAY)];

fn pattern(code: &str) -> Option<Pattern> {
    page::PATTERNS.into_iter().zip([THREE, TWO, ONE]).find(|(known, _)| *known == code).map(|(_, pattern)| pattern)
}

struct Series {
    pattern: Pattern,
    first: NaiveDate,
    last: NaiveDate,
    /// They take turns.
    crews: Vec<Vec<String>>,
    /// Shifts are named in the language of whoever makes them.
    lang: app::Lang,
}

impl Series {
    fn shifts(&self, utc: impl Fn(NaiveDateTime) -> DateTime<Utc>) -> Result<Vec<NewShift>, Trouble> {
        let days = (self.last - self.first).num_days() + 1;
        let most = i64::try_from(MOST_SERIES / self.pattern.len()).unwrap_or(0);
        if !(1..=most).contains(&days) {
            return Err(Problem::Shift(ShiftFault::Series).into());
        }
        let starts = (0..=days).flat_map(|day| {
            let midnight = (self.first + TimeDelta::days(day)).and_time(chrono::NaiveTime::MIN);
            self.pattern.iter().map(move |(hour, name)| (midnight + TimeDelta::hours((*hour).into()), *name))
        });
        let starts: Vec<_> = starts.collect();
        let count = usize::try_from(days).unwrap_or(0) * self.pattern.len();
        let turns = starts.windows(2).take(count).enumerate().map(|(at, pair)| {
            let people = if self.crews.is_empty() { Vec::new() } else { self.crews[at % self.crews.len()].clone() };
            let name = DisplayName::parse(pair[0].1.get(self.lang))?;
            Ok(NewShift { name, starts_at: utc(pair[0].0), ends_at: utc(pair[1].0), people })
        });
        turns.collect()
    }
}

// ---- hand-overs ----

/// Begins one, or writes other notes into one that nobody has signed.
pub async fn hand_over(writer: Writer) -> Response {
    let written = async {
        let shift = |name: &str| match writer.field(name) {
            "" => Ok(None),
            _ => writer.number(name).map(Some),
        };
        let (author, granter) = (writer.author(), writer.granter());
        let turns = (shift("from_shift")?, shift("to_shift")?);
        let notes = writer.field("notes");
        if writer.field("handover_id").is_empty() {
            let desk_id = writer.number("desk_id")?;
            shifts::start(writer.access()?, &author, &granter, desk_id, turns, notes).await?;
        } else {
            let seen = (writer.number("handover_id")?, writer.number("version")?);
            shifts::note(writer.access()?, &author, &granter, seen, turns, notes).await?;
        }
        Ok(())
    };
    match written.await {
        Ok(()) => done(&writer, HANDOVER, "handover-saved"),
        Err(trouble) => writer.again(&place(&writer, HANDOVER), app::pages::alarms::handover::FORM, trouble).await,
    }
}

/// As whoever is signed in; nobody signs for somebody else.
pub async fn sign(Path(id): Path<i64>, writer: Writer) -> Response {
    let signed = async {
        let (author, granter) = (writer.author(), writer.granter());
        let seen = (id, writer.number("version")?);
        match writer.field("side") {
            "withdraw" => {
                shifts::withdraw(writer.access()?, &author, &granter, seen).await?;
                Ok("handover-withdrawn")
            }
            side => {
                let side = Side::from_code(side).ok_or(Problem::BadField)?;
                shifts::sign(writer.access()?, &author, &granter, seen, side, writer.now()).await?;
                Ok("handover-signed")
            }
        }
    };
    match signed.await {
        Ok(code) => redirect(&format!("{HANDOVER}?id={id}&done={code}")),
        Err(Trouble::Problem(problem)) => {
            let page = format!("{HANDOVER}?id={id}");
            writer.again(&page, app::pages::alarms::handover::SIGN_FORM, problem.into()).await
        }
        Err(trouble) => writer.again(HANDOVER, app::pages::alarms::handover::SIGN_FORM, trouble).await,
    }
}
