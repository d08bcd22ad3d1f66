//! What a program sends to change something: JSON of a known kind, bounded, and who sends it.

use app::AppContext;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::Response;
use serde::de::DeserializeOwned;
use warehouse::access::{AccessPool, Author};

use crate::web::asker::Asker;
use crate::web::author::author_of;
use crate::web::error::Refusal;
use crate::web::guard::MAX_BODY_BYTES;
use crate::web::router::viewer_of;
use crate::web::state::Shared;

/// A request that changes something, with its whole body.
pub struct Sent {
    pub ctx: AppContext,
    pub asker: Asker,
    pub author: Author,
    is_json: bool,
    body: Bytes,
}

impl FromRequest<Shared> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let asker = Asker::of(&parts);
        let viewer = viewer_of(&parts.extensions);
        let author = author_of(&viewer, &parts.extensions);
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return Err(Refusal::TooLarge.answer(&asker)) };
        Ok(Self { ctx: shared.context.for_viewer(viewer), asker, author, is_json, body })
    }
}

impl Sent {
    /// The body, at most so long; an empty one is an object without fields.
    pub fn read<T: DeserializeOwned>(&self, most_bytes: usize) -> Result<T, Refusal> {
        if self.body.len() > most_bytes {
            return Err(Refusal::TooLarge);
        }
        let bytes = match self.body.as_ref() {
            [] => b"{}",
            // a form of another site could send this without asking first
            _ if !self.is_json => return Err(Refusal::BadBody("Content-Type: application/json".to_owned())),
            bytes => bytes,
        };
        serde_json::from_slice(bytes).map_err(|error| Refusal::BadBody(shown(&error)))
    }

    /// The same of what is stored as it came: PostgreSQL stores no NUL.
    pub fn read_storable<T: DeserializeOwned>(&self, most_bytes: usize) -> Result<T, Refusal> {
        if has_nul(&self.body) { Err(Refusal::BadBody("\\u0000".to_owned())) } else { self.read(most_bytes) }
    }

    pub fn access(&self) -> Result<&AccessPool, Refusal> {
        let missing = || Refusal::Failed("an act came in without accounts".to_owned());
        self.ctx.access.as_ref().ok_or_else(missing)
    }
}

/// Whether some text in JSON has a NUL.
fn has_nul(json: &[u8]) -> bool {
    let escape = br"\u0000";
    let backslashes = |before: &[u8]| before.iter().rev().take_while(|byte| **byte == b'\\').count();
    let mut places = (0..json.len()).filter(|at| json[*at..].starts_with(escape));
    places.any(|at| backslashes(&json[..at]).is_multiple_of(2))
}

/// The words of the parser name fields and places; names that somebody made up are cut.
const MOST_SHOWN_CHARS: usize = 200;

fn shown(error: &serde_json::Error) -> String {
    error.to_string().chars().filter(|letter| !letter.is_control()).take(MOST_SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::has_nul;

    #[test]
    fn a_nul_in_a_text_is_seen() {
        assert!(has_nul(br#"{"a":"x\u0000"}"#) && has_nul(br#"{"a":"\\\u0000"}"#));
        assert!(!has_nul(br#"{"a":"\\u0000"}"#) && !has_nul(br#"{"a":"\u0001 u0000"}"#) && !has_nul(b""));
    }
}
