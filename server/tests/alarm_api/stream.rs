//! `/api/v1/alarms/stream`: what is told, to whom, and that nobody who comes back misses anything.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use domain::access::Preset;
use domain::alarms::Subject;
use futures::StreamExt;
use serde_json::{Value, json};
use server::web::hub::Rhythm;
use server::web::{Shared, WebConfig, router};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use warehouse::access::{Granter, tokens};

use crate::land::{active, post, raise, rule};
use crate::site;
use crate::support::{Reach, Town, author};

const PATH: &str = "/api/v1/alarms/stream";
const DEADLINE: Duration = Duration::from_secs(10);

/// A server that hears of changes, on the warehouse of a town.
async fn live() -> (Town, Shared) {
    let town = Town::new().await;
    let quick = Rhythm { poll: Duration::from_millis(300), ..Rhythm::default() };
    let config = WebConfig { rhythm: quick, ..site::config(town.pool.clone()) };
    let mut context = config.context.clone();
    let now_ms = town.now().timestamp_millis();
    context.now = Arc::new(move || now_ms);
    let config = WebConfig { context, ..config };
    let shared = Shared::new(&config, server::metrics::recorder().expect("a recorder"), CancellationToken::new());
    shared.hub.spawn(shared.pool().clone());
    (town, shared)
}

async fn open(shared: &Shared, token: &str, last: Option<&str>) -> Response {
    let mut request = Request::get(PATH).header("authorization", format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([198, 51, 100, 7], 40_000))));
    router(shared).oneshot(request).await.expect("the router always answers")
}

struct Client {
    body: BodyDataStream,
    held: String,
    last_id: String,
}

impl Client {
    async fn open(shared: &Shared, token: &str, last: Option<&str>) -> Self {
        let response = open(shared, token, last).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"), "compression would hold events back");
        let mut client = Self { body: response.into_body().into_data_stream(), held: String::new(), last_id: String::new() };
        assert!(client.event().await.expect("a first event").contains("event: hello\n"));
        client
    }

    /// The next event; comments that only keep the connection alive are passed over. None at the end.
    async fn event(&mut self) -> Option<String> {
        tokio::time::timeout(DEADLINE, async {
            loop {
                while let Some(end) = self.held.find("\n\n") {
                    let event: String = self.held.drain(..end + 2).collect();
                    if let Some(id) = event.lines().find_map(|line| line.strip_prefix("id: ")) {
                        self.last_id = id.to_owned();
                        return Some(event);
                    }
                }
                let chunk = self.body.next().await?.expect("readable");
                self.held.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
            }
        })
        .await
        .unwrap_or_else(|_| panic!("nothing within {DEADLINE:?}"))
    }

    async fn next(&mut self) -> Value {
        let event = self.event().await.expect("the stream goes on");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
        let value: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(value["transition_id"].to_string(), self.last_id, "the id is the number of the entry");
        value
    }

    async fn alarm_ids(&mut self, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.next().await["alarm_id"].as_i64().expect("a number"));
        }
        ids
    }
}

fn user(user_id: i64) -> Subject {
    Subject::User { user_id, region_id: 1 }
}

#[tokio::test]
async fn what_happens_is_told_as_it_is_committed() {
    let (town, shared) = live().await;
    let rule = rule(&town.pool, |_| {}).await;
    let token = town.token(Preset::Operator, None, Reach::All).await.0;
    raise(&town, vec![active(&town, rule, Subject::Region(2))]).await;
    let mut client = Client::open(&shared, &token, None).await;
    let id = raise(&town, vec![active(&town, rule, Subject::Region(1))]).await[0];
    let raised = client.next().await;
    assert_eq!((&raised["alarm_id"], &raised["event"]), (&json!(id), &json!("raised")), "what was before is not told");
    assert_eq!((&raised["from"], &raised["to"], &raised["value"]), (&json!("NORM"), &json!("UNACK"), &json!("105.20")));
    post(&town, &format!("/api/v1/alarms/{id}/ack"), &token, &json!({ "comment": "seen" })).await;
    let acknowledged = client.next().await;
    assert_eq!((&acknowledged["event"], &acknowledged["reason"]), (&json!("acknowledged"), &json!("seen")));
    assert_eq!(acknowledged["actor"], "test");
}

#[tokio::test]
async fn whoever_comes_back_misses_nothing() {
    let (town, shared) = live().await;
    let rule = rule(&town.pool, |_| {}).await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    // one who was told nothing but hello
    let quiet = Client::open(&shared, &token, None).await;
    let mut told = Client::open(&shared, &token, None).await;
    let first = raise(&town, vec![active(&town, rule, user(1)), active(&town, rule, user(2))]).await;
    assert_eq!(told.alarm_ids(1).await, first[..1]);
    // he leaves in the middle of a change; more happens meanwhile than is read at once
    let (last, hello) = (told.last_id.clone(), quiet.last_id.clone());
    drop((told, quiet));
    let meanwhile = raise(&town, (3..=403).map(|id| active(&town, rule, user(id))).collect()).await;
    let more = raise(&town, vec![active(&town, rule, Subject::Region(1))]).await;
    let after: Vec<i64> = first[1..].iter().chain(&meanwhile).chain(&more).copied().collect();
    let mut back = Client::open(&shared, &token, Some(&last)).await;
    assert_eq!(back.last_id, last, "coming back twice is coming back once");
    assert_eq!(back.alarm_ids(after.len()).await, after);
    let mut other = Client::open(&shared, &token, Some(&hello)).await;
    let all: Vec<i64> = first[..1].iter().chain(&after).copied().collect();
    assert_eq!(other.alarm_ids(all.len()).await, all);
    let newest = raise(&town, vec![active(&town, rule, Subject::Region(2))]).await;
    assert_eq!((back.alarm_ids(1).await, other.alarm_ids(1).await), (newest.clone(), newest), "and goes on");
}

#[tokio::test]
async fn entries_that_are_gone_or_never_were_are_no_obstacle() {
    let (town, shared) = live().await;
    let rule = rule(&town.pool, |_| {}).await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    let ids = raise(&town, (1..=3).map(|id| active(&town, rule, user(id))).collect()).await;
    sqlx::query("delete from alarm_transitions where alarm_id = $1").bind(ids[0]).execute(&town.pool).await.expect("gone");
    let mut old = Client::open(&shared, &token, Some("1")).await;
    assert_eq!(old.alarm_ids(2).await, ids[1..], "what is left after it");
    let mut ahead = Client::open(&shared, &token, Some("9000000000000000000")).await;
    let next = raise(&town, vec![active(&town, rule, Subject::Region(1))]).await;
    assert_eq!(ahead.alarm_ids(1).await, next, "a number of the future is now");
    for bad in ["x", "-1", "", "1.5", "99999999999999999999"] {
        assert_eq!(open(&shared, &token, Some(bad)).await.status(), 400, "{bad}");
    }
}

#[tokio::test]
async fn one_is_told_of_ones_own_regions() {
    let (town, shared) = live().await;
    let west = town.tenant("west", &[2]).await;
    let rule = rule(&town.pool, |_| {}).await;
    let token = town.token(Preset::Viewer, Some(west), Reach::All).await.0;
    raise(&town, vec![active(&town, rule, Subject::Region(1))]).await;
    let mut client = Client::open(&shared, &token, None).await;
    assert_eq!(client.last_id, "0", "numbers of others are not told either");
    raise(&town, vec![active(&town, rule, user(7)), active(&town, rule, Subject::Pipeline)]).await;
    let own = raise(&town, vec![active(&town, rule, Subject::Region(2))]).await;
    assert_eq!(client.alarm_ids(1).await, own);
    let mut back = Client::open(&shared, &token, Some("0")).await;
    assert_eq!(back.alarm_ids(1).await, own);
}

#[tokio::test]
async fn a_stream_ends_with_the_right_to_it() {
    let (town, shared) = live().await;
    let rule = rule(&town.pool, |_| {}).await;
    let (token, token_id) = town.token(Preset::Viewer, None, Reach::All).await;
    let mut client = Client::open(&shared, &token, None).await;
    tokens::revoke(&town.access, &author(), &Granter::everything(), token_id).await.expect("revoked");
    raise(&town, vec![active(&town, rule, Subject::Region(1))]).await;
    // what was committed before the revocation was heard of may still come
    while let Some(event) = client.event().await {
        assert!(event.contains("event: transition\n"), "{event}");
    }
    assert_eq!(open(&shared, &token, None).await.status(), 401);
}

#[tokio::test]
async fn streams_are_counted_and_a_quiet_one_shows_that_it_lives() {
    let (town, shared) = live().await;
    let token = town.token(Preset::Viewer, None, Reach::All).await.0;
    let mut held = Vec::new();
    let refused = loop {
        let response = open(&shared, &token, None).await;
        if response.status() != 200 {
            break response;
        }
        held.push(response);
        assert!(held.len() <= 64, "one token has so many streams and no more");
    };
    assert_eq!((refused.status().as_u16(), held.len()), (503, 64));
    let mut body = held.pop().expect("a stream").into_body().into_data_stream();
    held.clear();
    let heartbeat = tokio::time::timeout(DEADLINE, async {
        loop {
            let chunk = body.next().await.expect("the stream goes on").expect("readable");
            if chunk.starts_with(b":") {
                return;
            }
        }
    });
    heartbeat.await.expect("a sign of life");
    assert_eq!(open(&shared, &token, None).await.status(), 200, "places come back");
}
