//! Alarm rules for programs: the same checks, versions and audit as on the pages.

pub mod describe;
mod json;

use app::pages::alarms::rules::{facts_of, granter};
use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::alarms::check::{Facts, check as check_rule};
use domain::alarms::{RuleDefinition, RuleId};
use serde::Deserialize;
use serde_json::json;
use warehouse::access::{AccessError, Author};
use warehouse::alarms::rules::{self, Maker, RuleError, RuleRow};

use super::alarms::body::Sent;
use super::asker::Asker;
use super::error::Refusal;
use super::guard::MAX_BODY_BYTES;
use super::params::{BadParameter, Params};
use super::state::{Asked, Shared};
use super::texts;

pub use describe::{operations, schemas};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/alarm-rules", get(list).post(create))
        .route("/api/v1/alarm-rules/check", post(check))
        .route("/api/v1/alarm-rules/{id}", get(one).post(change))
        .route("/api/v1/alarm-rules/{id}/enable", post(enable))
        .route("/api/v1/alarm-rules/{id}/disable", post(disable))
}

/// A new version, with the one that was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: i32,
    definition: RuleDefinition,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i32,
    note: Option<String>,
}

/// What went wrong with a rule.
pub enum Failed {
    Rule(RuleError),
    Refused(Refusal),
}

impl From<RuleError> for Failed {
    fn from(error: RuleError) -> Self {
        Self::Rule(error)
    }
}

impl<R: Into<Refusal>> From<R> for Failed {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

pub async fn list(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        Params::read(&uri, &[])?;
        let found = rules::list(&ctx.pool, ctx.viewer.tenant_id).await?;
        let open = rules::open_alarms(&ctx.pool).await?;
        let items: Vec<_> = found.iter().map(|rule| json::rule(rule, open.get(&rule.rule_id).copied().unwrap_or(0))).collect();
        Ok::<_, Refusal>(json!({ "time_zone": ctx.zone.name(), "items": items }))
    };
    match listed.await {
        Ok(body) => json::answer(StatusCode::OK, body),
        Err(refusal) => refusal.answer(&asker),
    }
}

/// The rule with its versions, newest first.
pub async fn one(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let read = async {
        Params::read(&uri, &[])?;
        let id = rule_id(&id)?;
        let rule = rules::one(&ctx.pool, ctx.viewer.tenant_id, id).await?.ok_or(Refusal::NotFound)?;
        let open = rules::open_alarms(&ctx.pool).await?.get(&id).copied().unwrap_or(0);
        let mut body = json::rule(&rule, open);
        let versions = rules::versions(&ctx.pool, id).await?;
        body["versions"] = versions.iter().map(json::version).collect();
        Ok::<_, Refusal>(body)
    };
    match read.await {
        Ok(body) => json::answer(StatusCode::OK, body),
        Err(refusal) => refusal.answer(&asker),
    }
}

/// Makes a rule, enabled when the address ends in `?enable=1`; also what a POST to `/api/v1/alarms` does.
pub async fn create(uri: Uri, sent: Sent) -> Response {
    let created = async {
        let is_enabled = Params::read(&uri, &["enable"])?.flag("enable", false)?;
        let definition: RuleDefinition = sent.read_storable(MAX_BODY_BYTES)?;
        let facts = facts(&sent).await?;
        let granter = granter(&sent.ctx);
        let maker = Maker { author: &sent.author, granter: &granter, facts: &facts };
        let id = rules::add(sent.access()?, maker, &definition, is_enabled).await?;
        stored(&sent, id).await
    };
    answer(&sent, StatusCode::CREATED, created.await)
}

pub async fn change(Path(id): Path<String>, sent: Sent) -> Response {
    let changed = async {
        let id = rule_id(&id)?;
        let Change { version, definition, note } = sent.read_storable(MAX_BODY_BYTES)?;
        let facts = facts(&sent).await?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        let maker = Maker { author: &author, granter: &granter, facts: &facts };
        rules::change(sent.access()?, maker, id, version, &definition).await?;
        stored(&sent, id).await
    };
    answer(&sent, StatusCode::OK, changed.await)
}

pub async fn enable(Path(id): Path<String>, sent: Sent) -> Response {
    switch(&id, &sent, true).await
}

pub async fn disable(Path(id): Path<String>, sent: Sent) -> Response {
    switch(&id, &sent, false).await
}

async fn switch(id: &str, sent: &Sent, is_enabled: bool) -> Response {
    let switched = async {
        let id = rule_id(id)?;
        let Seen { version, note } = sent.read(MAX_BODY_BYTES)?;
        let facts = facts(sent).await?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        let maker = Maker { author: &author, granter: &granter, facts: &facts };
        match is_enabled {
            true => rules::enable(sent.access()?, maker, id, version).await?,
            false => rules::disable(sent.access()?, maker, id, version).await?,
        }
        stored(sent, id).await
    };
    answer(sent, StatusCode::OK, switched.await)
}

/// What is wrong with a rule, without making it. It is judged as one that is to be enabled.
pub async fn check(sent: Sent) -> Response {
    let checked = async {
        let definition: RuleDefinition = sent.read_storable(MAX_BODY_BYTES)?;
        let facts = Facts { may_be_enabled: true, ..facts(&sent).await? };
        Ok::<_, Refusal>(json::checked(&definition, &check_rule(&definition, &facts)))
    };
    match checked.await {
        Ok(body) => json::answer(StatusCode::OK, body),
        Err(refusal) => refusal.answer(&sent.asker),
    }
}

async fn facts(sent: &Sent) -> Result<Facts, Refusal> {
    facts_of(&sent.ctx).await.map_err(|error| Refusal::from_page(&error))
}

async fn stored(sent: &Sent, id: RuleId) -> Result<RuleRow, Failed> {
    let found = rules::one(&sent.ctx.pool, sent.ctx.viewer.tenant_id, id).await?;
    found.ok_or(Failed::Refused(Refusal::NotFound))
}

fn with_note(author: &Author, note: Option<String>) -> Author {
    let note = note.map(|note| note.replace('\0', "").trim().to_owned()).filter(|note| !note.is_empty());
    Author { reason: note, ..author.clone() }
}

fn rule_id(text: &str) -> Result<RuleId, BadParameter> {
    text.parse().map_err(|_| BadParameter::new("id", text, texts::EXPECTED_REGION))
}

fn answer(sent: &Sent, status: StatusCode, made: Result<RuleRow, Failed>) -> Response {
    match made {
        Ok(rule) => json::answer(status, json::rule(&rule, 0)),
        Err(Failed::Refused(refusal)) => refusal.answer(&sent.asker),
        Err(Failed::Rule(RuleError::Access(AccessError::Conflict))) => Refusal::Busy.answer(&sent.asker),
        Err(Failed::Rule(RuleError::Access(error))) => Refusal::from(error).answer(&sent.asker),
        Err(Failed::Rule(error)) => json::refused(&error, &sent.asker.request_id).into_response(),
    }
}
