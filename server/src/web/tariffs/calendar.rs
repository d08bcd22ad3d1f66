//! `/api/v1/calendar` and `/api/v1/tariff-triggers`.

use app::pages::alarms::rules::granter;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::settlement::CalendarDay;
use domain::{Day, LocalMs};
use serde::Deserialize;
use serde_json::json;
use warehouse::settlement::tariffs::Keeper;
use warehouse::settlement::{calendar, rules};

use super::json::{self};
use super::{Failed, answer, today, with_note};
use crate::web::alarms::body::Sent;
use crate::web::asker::Asker;
use crate::web::guard::MAX_BODY_BYTES;
use crate::web::params::{BadParameter, Params};
use crate::web::state::Asked;
use crate::web::texts;

/// Days around the data that are listed unless the request says otherwise.
const USUAL_DAYS: i32 = 400;

/// A day that is not what its weekday says; `none` makes it that again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    day: Day,
    kind: Kind,
    #[serde(default)]
    name: String,
    /// The version that was seen; absent: there was no such day.
    version: Option<i32>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Holiday,
    Workday,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decide {
    trigger: String,
    day: Day,
    is_triggered: bool,
    source: String,
    version: Option<i32>,
    note: Option<String>,
}

/// Days, national rules and carbon factors.
pub async fn list(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        let (from, to) = span(&uri, today(&ctx).await?)?;
        let days = calendar::days(&ctx.pool, from, to).await?;
        let national = rules::national(&ctx.pool).await?;
        let carbon = rules::carbon(&ctx.pool).await?;
        Ok::<_, Failed>(json!({
            "from": from, "to": to,
            "days": days.iter().map(json::day).collect::<Vec<_>>(),
            "rules": national.iter().map(json::rules).collect::<Vec<_>>(),
            "carbon": carbon.iter().map(json::carbon).collect::<Vec<_>>(),
        }))
    };
    answer(StatusCode::OK, listed.await, &asker)
}

pub async fn put(sent: Sent) -> Response {
    let put = async {
        let Put { day, kind, name, version, note } = sent.read_storable(MAX_BODY_BYTES)?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        let keeper = Keeper { author: &author, granter: &granter };
        let access = sent.access()?;
        match kind {
            Kind::Holiday => calendar::put(access, keeper, day, &CalendarDay::Holiday { name }, version).await?,
            Kind::Workday => calendar::put(access, keeper, day, &CalendarDay::Workday { name }, version).await?,
            Kind::None => calendar::remove(access, keeper, day, version.unwrap_or(0)).await?,
        }
        let days = calendar::days(&sent.ctx.pool, day, Day(day.0 + 1)).await?;
        Ok::<_, Failed>(json!({ "days": days.iter().map(json::day).collect::<Vec<_>>() }))
    };
    answer(StatusCode::OK, put.await, &sent.asker)
}

/// Triggers with the tariffs that have them, decisions, and days that wait for one.
pub async fn triggers(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        let today = today(&ctx).await?;
        let (from, to) = span(&uri, today)?;
        let used = calendar::triggers(&ctx.pool).await?;
        let decisions = calendar::decisions(&ctx.pool, from, to).await?;
        // nobody decides about a day that has not begun
        let waiting = calendar::waiting(&ctx.pool, from, to.min(Day(today.0 + 1))).await?;
        Ok::<_, Failed>(json!({
            "from": from, "to": to,
            "triggers": used.iter().map(json::trigger).collect::<Vec<_>>(),
            "decisions": decisions.iter().map(json::decision).collect::<Vec<_>>(),
            "waiting": waiting.iter().map(json::waiting).collect::<Vec<_>>(),
        }))
    };
    answer(StatusCode::OK, listed.await, &asker)
}

pub async fn decide(sent: Sent) -> Response {
    let decided = async {
        let Decide { trigger, day, is_triggered, source, version, note } = sent.read_storable(MAX_BODY_BYTES)?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        let keeper = Keeper { author: &author, granter: &granter };
        calendar::decide(sent.access()?, keeper, &trigger, day, is_triggered, &source, version).await?;
        let decisions = calendar::decisions(&sent.ctx.pool, day, Day(day.0 + 1)).await?;
        let own = decisions.iter().filter(|row| row.trigger == trigger);
        Ok::<_, Failed>(json!({ "decisions": own.map(json::decision).collect::<Vec<_>>() }))
    };
    answer(StatusCode::OK, decided.await, &sent.asker)
}

/// `[from, to)`.
fn span(uri: &Uri, today: Day) -> Result<(Day, Day), BadParameter> {
    let params = Params::read(uri, &["from", "to"])?;
    let day = |name: &str, usual: Day| match params.get(name) {
        None => Ok(usual),
        Some(text) => {
            let parsed = LocalMs::parse(text.as_bytes()).filter(|at| at.day().start() == *at).map(LocalMs::day);
            parsed
                .filter(|day| domain::settlement::check::is_day_in_range(*day))
                .ok_or_else(|| BadParameter::new(name, text, texts::EXPECTED_TIME))
        }
    };
    Ok((day("from", Day(today.0 - USUAL_DAYS))?, day("to", Day(today.0 + USUAL_DAYS))?))
}
