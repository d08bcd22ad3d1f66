//! `/events` from the database to the viewer.

use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use futures::StreamExt;
use server::web::WebConfig;
use server::web::hub::Rhythm;

use crate::site::{Site, TOKEN, config};

const DEADLINE: Duration = Duration::from_secs(10);

/// The events of one viewer.
struct Viewer {
    body: BodyDataStream,
    held: String,
}

impl Viewer {
    fn new(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"), "compression would hold events back");
        Self { body: response.into_body().into_data_stream(), held: String::new() }
    }

    /// The next event of this kind; others are passed over.
    async fn next(&mut self, kind: &str) -> String {
        let event = tokio::time::timeout(DEADLINE, async {
            loop {
                while let Some(end) = self.held.find("\n\n") {
                    let event: String = self.held.drain(..end + 2).collect();
                    if event.contains(&format!("event: {kind}\n")) {
                        return event;
                    }
                }
                let chunk = self.body.next().await.expect("the stream goes on").expect("readable");
                self.held.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
            }
        });
        event.await.unwrap_or_else(|_| panic!("no {kind} within {DEADLINE:?}"))
    }

    async fn fragments(&mut self) -> String {
        self.next("fragments").await
    }

    /// Blocks as of this data time; a rendering under way may bring some before.
    async fn fragments_at(&mut self, clock: &str) -> String {
        loop {
            let event = self.fragments().await;
            if event.contains(&format!(">{clock}</time>")) {
                return event;
            }
        }
    }
}

fn blocks(event: &str) -> Vec<String> {
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
    let blocks: serde_json::Value = serde_json::from_str(data).expect("JSON");
    blocks.as_array().expect("a list").iter().map(|block| block["id"].as_str().expect("an id").to_owned()).collect()
}

async fn live_site(rhythm: impl FnOnce(Rhythm) -> Rhythm) -> Site {
    let site = Site::new().await;
    let quick = Rhythm { spacing: Duration::from_millis(20), ..Rhythm::default() };
    let site = Site::from_config(WebConfig { rhythm: rhythm(quick), max_sse_clients: 3, ..config(site.pool.clone()) }, site.pool);
    site.shared.hub.spawn(site.shared.pool().clone());
    site
}

async fn watch(site: &Site, path: &str) -> Response {
    site.send(Request::get(path).body(Body::empty()).expect("a request")).await
}

/// A commit that moves the data time, announced as the engine does.
async fn commit(site: &Site, commit_no: i64, notify: bool) {
    let notify = if notify { format!("notify loadline_commit, '{commit_no}';") } else { String::new() };
    site.run(&format!(
        "begin; update progress set commit_no = {commit_no}, watermark = watermark + interval '5 seconds',
           newest_closed = newest_closed + interval '5 seconds'; {notify} commit"
    ))
    .await;
}

#[tokio::test]
async fn two_viewers_get_the_same_bytes_and_only_what_changed() {
    let site = live_site(|rhythm| rhythm).await;
    let mut first = Viewer::new(watch(&site, "/events?path=/&lang=en").await);
    let mut second = Viewer::new(watch(&site, "/events?path=/&lang=en").await);
    let clock = first.next("clock").await;
    assert!(clock.contains("\"now\":1452592807000") && clock.contains("\"version\":"), "local time of the server: {clock}");
    let (all, also) = (first.fragments().await, second.fragments().await);
    assert_eq!(blocks(&all), blocks(&also));
    assert!(blocks(&all).contains(&"status".to_owned()), "{:?}", blocks(&all));
    commit(&site, 8, true).await;
    let (change, same) = (first.fragments_at("10:00:10").await, second.fragments_at("10:00:10").await);
    assert_eq!(change, same);
    assert!(change.starts_with("id: "), "{change}");
    assert!(blocks(&change).len() < blocks(&all).len(), "{:?} of {:?}", blocks(&change), blocks(&all));
}

#[tokio::test]
async fn a_viewer_who_comes_back_gets_everything_as_it_is_now() {
    let site = live_site(|rhythm| rhythm).await;
    let mut stays = Viewer::new(watch(&site, "/events?path=/").await);
    let first = stays.fragments().await;
    commit(&site, 8, true).await;
    stays.fragments_at("10:00:10").await;
    let mut returns = Viewer::new(watch(&site, "/events?path=/").await);
    assert_eq!(blocks(&returns.fragments_at("10:00:10").await), blocks(&first), "his page may say that the stream is down");
    commit(&site, 9, true).await;
    assert_eq!(returns.fragments_at("10:00:15").await, stays.fragments_at("10:00:15").await);
}

#[tokio::test]
async fn a_lost_notification_only_delays() {
    let site = live_site(|rhythm| Rhythm { poll: Duration::from_millis(100), ..rhythm }).await;
    let mut viewer = Viewer::new(watch(&site, "/events?path=/").await);
    viewer.fragments().await;
    commit(&site, 8, false).await;
    viewer.fragments_at("10:00:10").await;
}

#[tokio::test]
async fn seats_are_limited_and_freed() {
    let site = live_site(|rhythm| rhythm).await;
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(Viewer::new(watch(&site, "/events?path=/").await));
    }
    let refused = watch(&site, "/events?path=/").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    drop(taken.pop());
    Viewer::new(watch(&site, "/events?path=/").await);
}

#[tokio::test]
async fn unknown_pages_are_refused() {
    let site = live_site(|rhythm| rhythm).await;
    for path in ["/events?path=/no/such/page", "/events?path=https://evil.example", "/events?path=/&lang=fr", "/events?page=/"] {
        assert_eq!(watch(&site, path).await.status(), StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn the_end_of_the_server_ends_streams_at_once() {
    let site = Site::new().await;
    let cancel = tokio_util::sync::CancellationToken::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let serving = tokio::spawn(server::web::serve(config(site.pool.clone()), cancel.clone(), |address| {
        tell.send(address).expect("somebody waits");
    }));
    let address = told.await.expect("an address");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET /events?path=/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\r\n");
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.expect("sent");
    let mut text = String::new();
    let mut buffer = [0; 16 << 10];
    while !text.contains("event: fragments") {
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer).await.expect("readable");
        assert!(read > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    let stopped = Instant::now();
    cancel.cancel();
    serving.await.expect("no panic").expect("a clean end");
    assert!(stopped.elapsed() < Duration::from_secs(1), "{:?}", stopped.elapsed());
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await.expect("the end");
}

#[tokio::test]
async fn viewers_hear_that_the_database_went_away_and_came_back() {
    let cluster = testkit::TestCluster::own(&[]).await;
    let pool = testkit::pool(&cluster.warehouse_db().await).await;
    crate::site::fill(&pool).await;
    let site = Site::from_config(
        WebConfig { rhythm: Rhythm { poll: Duration::from_millis(200), ..Rhythm::default() }, ..config(pool.clone()) },
        pool,
    );
    site.shared.hub.spawn(site.shared.pool().clone());
    let mut viewer = Viewer::new(watch(&site, "/events?path=/").await);
    viewer.fragments().await;
    cluster.kill().await;
    assert!(viewer.next("state").await.contains("\"down\""));
    let newcomer = watch(&site, "/events?path=/").await;
    assert_eq!(newcomer.status(), StatusCode::SERVICE_UNAVAILABLE, "who comes now cannot be recognised");
    cluster.relaunch().await;
    assert!(viewer.next("state").await.contains("\"up\""));
    assert!(blocks(&viewer.fragments().await).contains(&"status".to_owned()), "what his page said meanwhile is replaced");
    commit(&site, 8, true).await;
    viewer.fragments_at("10:00:10").await;
}

#[tokio::test]
async fn a_change_of_an_alarm_renders_what_is_watched_again_at_once() {
    let site = live_site(|rhythm| Rhythm { poll: Duration::from_secs(60), ..rhythm }).await;
    for (path, clock) in [("/", "10:00:10"), ("/regions/1", "10:00:15")] {
        let mut viewer = Viewer::new(watch(&site, &format!("/events?path={path}")).await);
        viewer.fragments().await;
        // the alarm's word alone: no commit of numbers is announced, and no region is said to have changed
        site.run(
            "begin; update progress set watermark = watermark + interval '5 seconds',
               newest_closed = newest_closed + interval '5 seconds';
             update alarm_progress set revision = revision + 1;
             select pg_notify('loadline_alarms', revision::text) from alarm_progress; commit",
        )
        .await;
        let told = Instant::now();
        viewer.fragments_at(clock).await;
        assert!(told.elapsed() < Duration::from_secs(5), "{path}: {:?}", told.elapsed());
    }
}

#[tokio::test]
async fn a_change_of_settlement_renders_what_is_watched_again_at_once() {
    let site = live_site(|rhythm| Rhythm { poll: Duration::from_secs(60), ..rhythm }).await;
    let mut viewer = Viewer::new(watch(&site, "/events?path=/").await);
    viewer.fragments().await;
    site.run(
        "begin; update progress set watermark = watermark + interval '5 seconds',
           newest_closed = newest_closed + interval '5 seconds';
         update settlement_progress set revision = revision + 1;
         select pg_notify('loadline_settlement', revision::text) from settlement_progress; commit",
    )
    .await;
    let told = Instant::now();
    viewer.fragments_at("10:00:10").await;
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
}
