//! `/events`: the stream of a page's blocks.

use std::sync::Arc;

use app::AppContext;
use app::AppError;
use app::Lang;
use app::live::Topic;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;

use super::asker::Asker;
use super::error::Refusal;
use super::params::{BadParameter, Params};
use super::state::{Asked, Shared};
use super::texts;

const KNOWN: &[&str] = &["path", "lang"];

pub async fn events(State(shared): State<Shared>, Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    match join(&shared, &ctx, &uri, &asker) {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

fn join(shared: &Shared, ctx: &AppContext, uri: &Uri, asker: &Asker) -> Result<Response, Refusal> {
    let params = Params::read(uri, KNOWN)?;
    let lang = params.word("lang", &["zh", "en"], texts::EXPECTED_LANG)?.and_then(Lang::parse).unwrap_or(asker.lang);
    let path = params.get("path").unwrap_or("/");
    let topic = Topic::parse(path, lang, ctx.viewer.audience()).map_err(|error| match error {
        AppError::NotFound | AppError::BadParameter { .. } => {
            Refusal::BadParameter(BadParameter::new("path", path, texts::EXPECTED_TOPIC))
        }
        other => Refusal::from_page(&other),
    })?;
    let seat = shared.hub.join(topic, Arc::new(|| Box::pin(std::future::ready(true)))).ok_or(Refusal::Busy)?;
    let mut response = Response::new(Body::from_stream(seat.into_stream()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
