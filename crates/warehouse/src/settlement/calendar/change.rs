//! Changes of the calendar and decisions: audited, and the days they are about are settled again.

use domain::Day;
use domain::settlement::check::is_day_in_range;
use domain::settlement::{CalendarDay, CalendarDays};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{CalendarError, CalendarInvalid, MOST_DAYS, MOST_SOURCE_CHARS, is_early};
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, Granter, bounded};
use crate::pg_types::DayDate;
use crate::settlement::book::calendar_day;
use crate::settlement::changes::{Cause, Request, Whose, request};
use crate::settlement::tariffs::Keeper;

pub(in crate::settlement) const MOST_MAKER_CHARS: usize = 128;

/// Adds a day, or changes what it is. `seen` is the version that the author saw; none where he saw no such day.
pub async fn put(
    pool: &AccessPool,
    keeper: Keeper<'_>,
    day: Day,
    what: &CalendarDay,
    seen: Option<i32>,
) -> Result<(), CalendarError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, day).await?;
    check_seen(held.as_ref(), seen)?;
    put_in(&mut tx, keeper, day, what).await?;
    confirm(&mut tx, keeper, held.as_ref(), day, what).await?;
    tx.commit().await?;
    Ok(())
}

/// Many days in one transaction, whatever they were before.
pub async fn put_all(pool: &AccessPool, keeper: Keeper<'_>, days: &CalendarDays) -> Result<(), CalendarError> {
    let mut tx = pool.pool().begin().await?;
    for (day, what) in days {
        let held = hold(&mut tx, *day).await?;
        put_in(&mut tx, keeper, *day, what).await?;
        confirm(&mut tx, keeper, held.as_ref(), *day, what).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A person enters by hand what the product brought along, or what was entered early: it is compared, and nothing has to be
/// settled again.
async fn confirm(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    held: Option<&Held>,
    day: Day,
    what: &CalendarDay,
) -> Result<(), CalendarError> {
    let is_open =
        |held: &&Held| held.what == *what && (held.changed_by == Author::system().name || is_early(day, held.changed_at));
    if held.filter(is_open).is_none() {
        return Ok(());
    }
    sqlx::query!(
        "update calendar_days set changed_by = $2, version = version + 1, changed_at = now() where day = $1",
        DayDate(day) as _,
        bounded(&keeper.author.name, MOST_MAKER_CHARS),
    )
    .execute(&mut *tx)
    .await?;
    let deed = Deed::new("calendar_day.put", "calendar_day", day.to_date());
    write(tx, keeper.author, deed.was(document(what)).becomes(document(what))).await?;
    Ok(())
}

pub(in crate::settlement) async fn put_in(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    day: Day,
    what: &CalendarDay,
) -> Result<(), CalendarError> {
    check_operator(keeper.granter)?;
    check_day(day, what)?;
    let before = hold(tx, day).await?;
    if before.as_ref().is_some_and(|before| before.what == *what) {
        return Ok(());
    }
    let days = sqlx::query_scalar!(r#"select count(*) as "days!" from calendar_days"#).fetch_one(&mut *tx).await?;
    if days >= MOST_DAYS && before.is_none() {
        return Err(CalendarError::Invalid(CalendarInvalid::TooManyDays));
    }
    sqlx::query!(
        "insert into calendar_days (day, kind, name, changed_by) values ($1, $2, $3, $4)
         on conflict (day) do update set kind = excluded.kind, name = excluded.name, changed_by = excluded.changed_by,
                                         version = calendar_days.version + 1, changed_at = now()",
        DayDate(day) as _,
        what.kind_code(),
        what.name(),
        bounded(&keeper.author.name, MOST_MAKER_CHARS),
    )
    .execute(&mut *tx)
    .await?;
    again(tx, day, what).await?;
    let mut deed = Deed::new("calendar_day.put", "calendar_day", day.to_date()).becomes(document(what));
    deed.before = before.map(|before| document(&before.what));
    write(tx, keeper.author, deed).await?;
    Ok(())
}

/// The day is what its weekday says again.
pub async fn remove(pool: &AccessPool, keeper: Keeper<'_>, day: Day, seen: i32) -> Result<(), CalendarError> {
    check_operator(keeper.granter)?;
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, day).await?.ok_or(AccessError::NotFound)?;
    check_seen(Some(&held), Some(seen))?;
    sqlx::query!("delete from calendar_days where day = $1", DayDate(day) as _).execute(&mut *tx).await?;
    again(&mut tx, day, &held.what).await?;
    let deed = Deed::new("calendar_day.remove", "calendar_day", day.to_date()).was(document(&held.what));
    write(&mut tx, keeper.author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// Decides whether a triggered band applies on a day, or decides otherwise than before.
pub async fn decide(
    pool: &AccessPool,
    keeper: Keeper<'_>,
    trigger: &str,
    day: Day,
    is_triggered: bool,
    source: &str,
    seen: Option<i32>,
) -> Result<(), CalendarError> {
    check_operator(keeper.granter)?;
    if !is_day_in_range(day) {
        return Err(CalendarError::Invalid(CalendarInvalid::DayOutOfRange));
    }
    if source.trim().is_empty() || !is_text(source, MOST_SOURCE_CHARS) {
        return Err(CalendarError::Invalid(CalendarInvalid::Source));
    }
    let mut tx = pool.pool().begin().await?;
    let tariffs = tariffs_with(&mut tx, trigger).await?;
    if tariffs.is_empty() {
        return Err(CalendarError::Invalid(CalendarInvalid::UnknownTrigger));
    }
    let before = sqlx::query!(
        "select version, is_triggered, source, decided_at, decided_by from tariff_triggers
          where trigger_code = $1 and day = $2 for update",
        trigger,
        DayDate(day) as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    match (&before, seen) {
        (None, None) => {}
        (Some(before), seen) if seen == Some(before.version) => {}
        (Some(before), _) => {
            return Err(CalendarError::Changed { version: before.version, by: before.decided_by.clone(), at: before.decided_at });
        }
        (None, Some(_)) => return Err(AccessError::NotFound.into()),
    }
    sqlx::query!(
        "insert into tariff_triggers (trigger_code, day, is_triggered, source, decided_by) values ($1, $2, $3, $4, $5)
         on conflict (trigger_code, day) do update set is_triggered = excluded.is_triggered, source = excluded.source,
             decided_by = excluded.decided_by, version = tariff_triggers.version + 1, decided_at = now()",
        trigger,
        DayDate(day) as _,
        is_triggered,
        source.trim(),
        bounded(&keeper.author.name, MOST_MAKER_CHARS),
    )
    .execute(&mut *tx)
    .await?;
    if before.as_ref().is_none_or(|before| before.is_triggered != is_triggered) {
        for tariff in tariffs {
            let cause_text = format!("{trigger} {}", day.to_date());
            let (whose, to) = (Whose::Tariff(tariff), Some(day));
            request(&mut tx, &Request { cause: Cause::Trigger, cause_text, whose, from: day, to }).await?;
        }
    }
    let mut deed = Deed::new("trigger.decide", "trigger", format!("{trigger} {}", day.to_date()))
        .becomes(json!({ "is_triggered": is_triggered, "source": source.trim() }));
    deed.before = before.map(|before| json!({ "is_triggered": before.is_triggered, "source": before.source }));
    write(&mut tx, keeper.author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// Tariffs of which a version that is not withdrawn has the trigger.
async fn tariffs_with(tx: &mut PgConnection, trigger: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct p.code from tariff_plans p join tariff_versions v using (plan_id)
          where p.removed_at is null and v.withdrawn_at is null
            and v.definition -> 'calendar' -> 'rules' @> jsonb_build_array(jsonb_build_object('trigger', $1::text))
          order by p.code",
        trigger
    )
    .fetch_all(tx)
    .await
}

/// What counts for everybody is not one tenant's to decide, or somebody's who sees a part.
pub(in crate::settlement) fn check_operator(granter: &Granter) -> Result<(), AccessError> {
    let is_operator = granter.tenant_id.is_none() && granter.scope.is_whole() && granter.all_regions;
    if is_operator { Ok(()) } else { Err(AccessError::BeyondOwnRights) }
}

struct Held {
    what: CalendarDay,
    version: i32,
    changed_by: String,
    changed_at: chrono::DateTime<chrono::Utc>,
}

async fn hold(tx: &mut PgConnection, day: Day) -> Result<Option<Held>, sqlx::Error> {
    let row = sqlx::query!(
        "select kind, name, version, changed_by, changed_at from calendar_days where day = $1 for update",
        DayDate(day) as _
    );
    let row = row.fetch_optional(tx).await?;
    Ok(row.map(|row| Held {
        what: calendar_day(&row.kind, row.name),
        version: row.version,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    }))
}

fn check_seen(held: Option<&Held>, seen: Option<i32>) -> Result<(), CalendarError> {
    match (held, seen) {
        (None, None) => Ok(()),
        (Some(held), Some(seen)) if held.version == seen => Ok(()),
        (Some(held), _) => {
            Err(CalendarError::Changed { version: held.version, by: held.changed_by.clone(), at: held.changed_at })
        }
        (None, Some(_)) => Err(AccessError::NotFound.into()),
    }
}

pub(in crate::settlement) fn check_day(day: Day, what: &CalendarDay) -> Result<(), CalendarError> {
    let fault = if !is_day_in_range(day) {
        CalendarInvalid::DayOutOfRange
    } else if what.name().trim().is_empty() && matches!(what, CalendarDay::Holiday { .. }) {
        CalendarInvalid::NameMissing
    } else if !is_text(what.name(), CalendarDay::MOST_NAME_CHARS) {
        CalendarInvalid::Name
    } else {
        return Ok(());
    };
    Err(CalendarError::Invalid(fault))
}

fn is_text(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

async fn again(tx: &mut PgConnection, day: Day, what: &CalendarDay) -> Result<(), sqlx::Error> {
    let cause_text = format!("{} {}", day.to_date(), what.name()).trim().to_owned();
    request(tx, &Request { cause: Cause::Calendar, cause_text, whose: Whose::All, from: day, to: Some(day) }).await
}

fn document(what: &CalendarDay) -> Value {
    json!({ "kind": what.kind_code(), "name": what.name() })
}
