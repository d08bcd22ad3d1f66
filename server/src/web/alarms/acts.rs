//! `POST /api/v1/alarms/{id}/…`: what programs do to one alarm. The answer is the alarm as it is then.

use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::alarms::Act;
use domain::alarms::point::AlarmId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::Sent;
use super::{json, list};
use crate::alarms::acts::{self, Chosen, Wish, shelf_end};
use crate::web::error::Refusal;

/// A comment in any script, and what stands around it.
const MOST_BYTES: usize = 8 << 10;

/// What every act may say beside its own: the version that was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {
    version: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledge {
    comment: Option<String>,
    version: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelve {
    reason: String,
    minutes: Option<i64>,
    version: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    /// The name that somebody signs in with; null takes the alarm from whoever has it.
    assignee: Option<String>,
    version: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    text: String,
    version: Option<i32>,
}

pub async fn acknowledge(Path(id): Path<String>, sent: Sent) -> Response {
    let wish = |body: Acknowledge| (body.version, Wish::Do(Act::Acknowledge { comment: body.comment.map(clean) }));
    answer(&id, &sent, wish).await
}

pub async fn shelve(Path(id): Path<String>, sent: Sent) -> Response {
    let until = |minutes| shelf_end(sent.ctx.now_ms(), minutes);
    let wish = |body: Shelve| (body.version, Wish::Do(Act::Shelve { until_ms: until(body.minutes), reason: clean(body.reason) }));
    answer(&id, &sent, wish).await
}

pub async fn unshelve(Path(id): Path<String>, sent: Sent) -> Response {
    answer(&id, &sent, |body: Nothing| (body.version, Wish::Do(Act::Unshelve))).await
}

/// Lets a latched alarm go.
pub async fn clear(Path(id): Path<String>, sent: Sent) -> Response {
    answer(&id, &sent, |body: Nothing| (body.version, Wish::Do(Act::Reset))).await
}

pub async fn assign(Path(id): Path<String>, sent: Sent) -> Response {
    let wish = |body: Assign| match body.assignee.map(clean).filter(|name| !name.is_empty()) {
        Some(name) => (body.version, Wish::AssignTo(name)),
        None => (body.version, Wish::Do(Act::Assign { to: None })),
    };
    answer(&id, &sent, wish).await
}

pub async fn comment(Path(id): Path<String>, sent: Sent) -> Response {
    answer(&id, &sent, |body: Comment| (body.version, Wish::Do(Act::Comment { text: clean(body.text) }))).await
}

/// PostgreSQL stores no NUL.
fn clean(text: String) -> String {
    text.replace('\0', "").trim().to_owned()
}

async fn answer<T: DeserializeOwned>(id: &str, sent: &Sent, wish: impl FnOnce(T) -> (Option<i32>, Wish)) -> Response {
    let done = async {
        let alarm_id = list::alarm_id(id)?;
        let (version, wish) = wish(sent.read(MOST_BYTES)?);
        act(sent, Chosen { alarm_id, version }, wish).await
    };
    match done.await {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(refusal) => refusal.answer(&sent.asker),
    }
}

async fn act(sent: &Sent, chosen: Chosen, wish: Wish) -> Result<Value, Refusal> {
    let outcome = acts::act(&sent.ctx, sent.access()?, &sent.author, &[chosen], wish).await?;
    if let Some((_, refusal)) = outcome.refused.into_iter().next() {
        return Err(Refusal::Alarm(refusal));
    }
    let done: AlarmId = *outcome.done.first().ok_or(Refusal::NotFound)?;
    let (lines, rules) = warehouse::read::alarms::lines(&sent.ctx.pool, &[done]).await?;
    let line = lines.first().ok_or(Refusal::NotFound)?;
    Ok(json::alarm(line, &rules))
}
