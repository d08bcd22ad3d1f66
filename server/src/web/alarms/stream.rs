//! `/api/v1/alarms/stream`: what happens to alarms, as it is committed. Each event's id is the number of its entry; whoever
//! comes back with the last one (`Last-Event-ID`) misses nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use futures::Stream;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use warehouse::read::alarms::{Entry, feed, revision};
use warehouse::read::{ReadError, ReadPool};

use super::json;
use crate::web::asker::Asker;
use crate::web::error::Refusal;
use crate::web::events::{still_allowed, stream_headers};
use crate::web::hub::{Wake, Watcher};
use crate::web::params::{BadParameter, Params};
use crate::web::proof::Proof;
use crate::web::shares::Share;
use crate::web::state::{Asked, Shared};
use crate::web::texts;

const LAST_EVENT_ID: &str = "last-event-id";
/// Entries that are read and sent together.
const ENTRIES_AT_ONCE: i64 = 200;
/// A client that lost the connection comes back after this.
const RETRY_MS: u64 = 2_000;
/// Streams at the same time, all together: each asks the database for itself.
const MAX_STREAMS: usize = 200;
/// Of these, so many ask at the same time; the others wait.
const READ_AT_ONCE: usize = 4;

/// Places that all streams of alarms share.
#[derive(Clone)]
pub struct Places {
    streams: Arc<Semaphore>,
    reads: Arc<Semaphore>,
}

impl Default for Places {
    fn default() -> Self {
        Self { streams: Arc::new(Semaphore::new(MAX_STREAMS)), reads: Arc::new(Semaphore::new(READ_AT_ONCE)) }
    }
}

pub async fn stream(State(shared): State<Shared>, Asked(ctx): Asked, asker: Asker, parts: Parts) -> Response {
    match join(&shared, &ctx.pool, &parts, &asker).await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

async fn join(shared: &Shared, pool: &ReadPool, parts: &Parts, asker: &Asker) -> Result<Response, Refusal> {
    Params::read(&parts.uri, &[])?;
    let last = last_event_id(&parts.headers)?;
    let proof = parts.extensions.get::<Proof>().cloned().ok_or(Refusal::SignIn)?;
    let share = shared.streams.take(&asker.viewer).ok_or(Refusal::Busy)?;
    let place = Arc::clone(&shared.alarm_streams.streams).try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let watcher = shared.hub.watch(still_allowed(shared, proof, asker)).ok_or(Refusal::Busy)?;
    let cursor = Cursor::start(pool, last).await?;
    let reads = Arc::clone(&shared.alarm_streams.reads);
    let (quiet, pool) = (shared.hub.quiet_time(), pool.clone());
    let client = Client { watcher, pool, cursor, reads, quiet, turn: Turn::Hello, _held: (share, place) };
    let mut response = Response::new(Body::from_stream(client.into_stream()));
    stream_headers(&mut response);
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, BadParameter> {
    let Some(text) = headers.get(LAST_EVENT_ID).map(HeaderValue::to_str) else { return Ok(None) };
    let text = text.unwrap_or_default();
    let id = text.trim().parse().ok().filter(|id| *id >= 0);
    Ok(Some(id.ok_or_else(|| BadParameter::new(LAST_EVENT_ID, text, texts::EXPECTED_INTEGER))?))
}

/// How far somebody has been told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cursor {
    transition_id: i64,
    /// Everything up to this change was told, as far as he sees it.
    revision: i64,
}

impl Cursor {
    async fn start(pool: &ReadPool, last: Option<i64>) -> Result<Self, ReadError> {
        let known = match last {
            Some(transition_id) => feed::known(pool, transition_id).await?,
            None => feed::Known::Unknown,
        };
        match (last, known) {
            (Some(transition_id), feed::Known::At { revision }) => Ok(Self { transition_id, revision: revision - 1 }),
            (Some(transition_id), feed::Known::Before) => Ok(Self { transition_id, revision: 0 }),
            _ => {
                // first the change, then the entry: what comes between has a larger number of both
                let revision = revision(pool).await?;
                Ok(Self { transition_id: feed::newest(pool).await?, revision })
            }
        }
    }

    /// The next entries. Whether there are more at once.
    async fn advance(&mut self, pool: &ReadPool) -> Result<(Vec<Entry>, bool), ReadError> {
        let newest = revision(pool).await?;
        if newest <= self.revision {
            return Ok((Vec::new(), false));
        }
        let entries = feed::after(pool, self.transition_id, self.revision, newest, ENTRIES_AT_ONCE).await?;
        let is_full = i64::try_from(entries.len()).is_ok_and(|count| count >= ENTRIES_AT_ONCE);
        if let Some(last) = entries.last() {
            self.transition_id = last.transition_id;
            // the rest of that change may still follow
            self.revision = last.revision - 1;
        }
        if !is_full {
            self.revision = newest;
        }
        Ok((entries, is_full))
    }
}

struct Client {
    watcher: Watcher,
    pool: ReadPool,
    cursor: Cursor,
    reads: Arc<Semaphore>,
    quiet: Duration,
    turn: Turn,
    _held: (Share, OwnedSemaphorePermit),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Hello,
    /// There may be entries to be told at once.
    Tell,
    Wait,
}

impl Client {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        futures::stream::unfold(self, |mut client| async move { client.next().await.map(|bytes| (Ok(bytes), client)) })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let wake = match self.turn {
                Turn::Hello => {
                    self.turn = Turn::Tell;
                    return Some(hello(self.cursor));
                }
                // between two pages of a long history rights are looked at, too
                Turn::Tell => self.watcher.wait(Duration::ZERO).await,
                Turn::Wait => self.watcher.wait(self.quiet).await,
            };
            if wake == Wake::End {
                return None;
            }
            let is_heartbeat = wake == Wake::Quiet && self.turn == Turn::Wait;
            match self.tell().await {
                Some(bytes) => return Some(bytes),
                None if is_heartbeat => return Some(Bytes::from_static(b": still here\n\n")),
                None => {}
            }
        }
    }

    async fn tell(&mut self) -> Option<Bytes> {
        self.turn = Turn::Wait;
        let _place = self.reads.acquire().await;
        match self.cursor.advance(&self.pool).await {
            Ok((entries, is_full)) => {
                if is_full {
                    self.turn = Turn::Tell;
                }
                (!entries.is_empty()).then(|| entries.iter().map(event).collect::<String>().into())
            }
            // nothing is lost: it is asked again when the next news comes, or after a quiet time
            Err(error) => {
                tracing::debug!(%error, "the stream of alarms could not be read");
                None
            }
        }
    }
}

/// The first event carries the id to come back with when nothing else was told.
fn hello(cursor: Cursor) -> Bytes {
    let data = json!({ "revision": cursor.revision });
    format!("retry: {RETRY_MS}\nid: {}\nevent: hello\ndata: {data}\n\n", cursor.transition_id).into()
}

fn event(entry: &Entry) -> String {
    format!("id: {}\nevent: transition\ndata: {}\n\n", entry.transition_id, json::transition(entry))
}
