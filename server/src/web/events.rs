//! `/events`: the stream of a page's blocks.

use std::borrow::Cow;
use std::sync::Arc;

use app::AppContext;
use app::AppError;
use app::Lang;
use app::live::Topic;
use app::viewer::{Viewer, Who};
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::StreamExt;

use super::asker::Asker;
use super::error::Refusal;
use super::gate;
use super::hub::StillAllowed;
use super::params::{BadParameter, Params};
use super::proof::Proof;
use super::state::{Asked, Shared};
use super::texts;

/// Where a wall's link begins; its topic is that of the wall, so that screens with equal regions get the same bytes.
const WALL_LINK: &str = "/wall/";

const KNOWN: &[&str] = &["path", "lang"];

pub async fn events(State(shared): State<Shared>, Asked(ctx): Asked, asker: Asker, parts: Parts) -> Response {
    match join(&shared, &ctx, &parts, &asker) {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

fn join(shared: &Shared, ctx: &AppContext, parts: &Parts, asker: &Asker) -> Result<Response, Refusal> {
    let params = Params::read(&parts.uri, KNOWN)?;
    let lang = params.word("lang", &["zh", "en"], texts::EXPECTED_LANG)?.and_then(Lang::parse).unwrap_or(asker.lang);
    let path = params.get("path").unwrap_or("/");
    let page = page_of(path, &ctx.viewer);
    let topic = Topic::parse(&page, lang, ctx.viewer.audience()).map_err(|error| match error {
        AppError::NotFound | AppError::BadParameter { .. } => {
            Refusal::BadParameter(BadParameter::new("path", path, texts::EXPECTED_TOPIC))
        }
        other => Refusal::from_page(&other),
    })?;
    let proof = parts.extensions.get::<Proof>().cloned().ok_or(Refusal::SignIn)?;
    // a program that watches for many has a token; a person has so many windows and no more
    let share = match asker.viewer.who {
        Who::Token { .. } => None,
        _ => Some(shared.streams.take(&asker.viewer).ok_or(Refusal::Busy)?),
    };
    let seat = shared.hub.join(topic, still_allowed(shared, proof, asker)).ok_or(Refusal::Busy)?;
    let stream = seat.into_stream().map(move |event| {
        // held as long as the stream
        let _ = &share;
        event
    });
    let mut response = Response::new(Body::from_stream(stream));
    stream_headers(&mut response);
    Ok(response)
}

/// Nobody in between keeps events, or holds them back.
pub fn stream_headers(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
}

/// The page behind an address; a wall's link is the wall, in a layout of its own.
fn page_of<'p>(path: &'p str, viewer: &Viewer) -> Cow<'p, str> {
    let (true, Who::Wall { layouts, .. }) = (path.starts_with(WALL_LINK), &viewer.who) else { return path.into() };
    let query = path.split_once('?').map_or("", |(_, query)| query);
    // the gate has refused what gives none
    format!("/wall?{}", gate::one_layout(query, layouts).unwrap_or_default()).into()
}

/// Looks again who it is: a stream outlives the request, and must not outlive the right.
pub fn still_allowed(shared: &Shared, proof: Proof, asker: &Asker) -> StillAllowed {
    let (shared, before, client) = (shared.clone(), Arc::clone(&asker.viewer), asker.client);
    Arc::new(move || {
        let (shared, proof, before) = (shared.clone(), proof.clone(), Arc::clone(&before));
        Box::pin(async move { gate::still_allows(&shared, &proof, client, &before).await })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walls_link_is_the_wall_in_a_layout_of_its_own() {
        let layouts = vec!["32x9".to_owned(), "16x9".to_owned()];
        let wall = Viewer { who: Who::Wall { link_id: 1, name: String::new(), layouts }, ..Viewer::default() };
        assert_eq!(page_of("/wall/key", &wall), "/wall?layout=32x9");
        assert_eq!(page_of("/wall/key?shift=1", &wall), "/wall?layout=32x9&shift=1");
        assert_eq!(page_of("/wall/key?layout=16x9", &wall), "/wall?layout=16x9");
        assert_eq!(page_of("/regions/1", &Viewer::default()), "/regions/1");
    }
}
