//! The hub alone, with pages made up by the test.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::live::{Fragment, Topic};
use app::{AppError, Lang};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use server::web::hub::{Heard, Hub, Rhythm, Seat};
use tokio_util::sync::CancellationToken;

const DEADLINE: Duration = Duration::from_secs(10);

/// A page of two blocks: a heading that stays and a number that the test sets.
struct Paper {
    number: Mutex<String>,
    renderings: AtomicUsize,
}

struct Stage {
    hub: Arc<Hub>,
    paper: Arc<Paper>,
    cancel: CancellationToken,
}

type Events = BoxStream<'static, String>;

impl Stage {
    async fn new(max_clients: usize) -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        let paper = Arc::new(Paper { number: Mutex::new("0".to_owned()), renderings: AtomicUsize::new(0) });
        let shown = Arc::clone(&paper);
        let cancel = CancellationToken::new();
        let rhythm = Rhythm { spacing: Duration::from_millis(10), poll: Duration::from_secs(60), clock: Duration::from_secs(60) };
        let hub = Hub::new(
            Arc::new(move |topic| Box::pin(std::future::ready(shown.render(&topic)))),
            Arc::new(|| Bytes::from_static(b"event: clock\ndata: {}\n\n")),
            max_clients,
            rhythm,
            cancel.clone(),
        );
        hub.spawn(pool);
        Self { hub, paper, cancel }
    }

    /// Events of a viewer, without the clock.
    fn join(&self, path: &str) -> Events {
        let topic = Topic::parse(path, Lang::Zh).expect("a page");
        events(self.hub.join(topic).expect("a seat"))
    }

    fn show(&self, commit_no: i64, number: &str) {
        *self.paper.number.lock().expect("no panic") = number.to_owned();
        self.hub.hear(Heard { commit_no, database_up: true });
    }

    fn renderings(&self) -> usize {
        self.paper.renderings.load(Ordering::SeqCst)
    }
}

impl Paper {
    fn render(&self, topic: &Topic) -> Result<Vec<Fragment>, AppError> {
        self.renderings.fetch_add(1, Ordering::SeqCst);
        let number = self.number.lock().expect("no panic").clone();
        if number == "broken" {
            return Err(AppError::Internal);
        }
        let block = |id: &str, html: String| Fragment { id: id.to_owned(), html };
        Ok(vec![block("head", format!("<h1>{}</h1>", topic.path())), block("number", format!("<b>{number}</b>"))])
    }
}

fn events(seat: Seat) -> Events {
    seat.into_stream()
        .map(|bytes| String::from_utf8(bytes.expect("never fails").to_vec()).expect("UTF-8"))
        .filter(|event| std::future::ready(!event.contains("event: clock")))
        .boxed()
}

async fn next(events: &mut Events) -> String {
    tokio::time::timeout(DEADLINE, events.next()).await.expect("in time").expect("the stream goes on")
}

#[tokio::test]
async fn a_page_is_rendered_once_for_all_who_watch_it() {
    let stage = Stage::new(200).await;
    let mut viewers: Vec<_> = (0..100).map(|_| stage.join("/")).collect();
    for viewer in &mut viewers {
        assert!(next(viewer).await.contains("<b>0</b>"));
    }
    let before = stage.renderings();
    stage.show(1, "1");
    let mut received = Vec::new();
    for viewer in &mut viewers {
        received.push(next(viewer).await);
    }
    assert_eq!(stage.renderings(), before + 1);
    assert!(received.iter().all(|event| *event == received[0]));
    assert!(received[0].contains("<b>1</b>") && !received[0].contains("<h1>"), "{}", received[0]);
}

#[tokio::test]
async fn a_slow_viewer_skips_to_the_newest_and_holds_nobody_up() {
    let stage = Stage::new(10).await;
    let (mut slow, mut quick) = (stage.join("/"), stage.join("/"));
    next(&mut slow).await;
    next(&mut quick).await;
    for commit_no in 1..=20 {
        stage.show(commit_no, &commit_no.to_string());
        assert!(next(&mut quick).await.contains(&format!("<b>{commit_no}</b>")));
    }
    let caught_up = next(&mut slow).await;
    assert!(caught_up.contains("<b>20</b>") && caught_up.contains("<h1>"), "all blocks, as they are now: {caught_up}");
    stage.show(21, "21");
    assert!(next(&mut slow).await.contains("<b>21</b>"), "and then the changes again");
}

#[tokio::test]
async fn a_page_nobody_watches_is_not_rendered() {
    let stage = Stage::new(10).await;
    let mut stays = stage.join("/");
    let mut leaves = stage.join("/wall");
    next(&mut stays).await;
    next(&mut leaves).await;
    drop(leaves);
    let before = stage.renderings();
    stage.show(1, "1");
    next(&mut stays).await;
    assert_eq!(stage.renderings(), before + 1);
    let mut returns = stage.join("/wall");
    assert!(next(&mut returns).await.contains("<b>1</b>"), "nothing old is shown");
}

#[tokio::test]
async fn a_page_that_fails_keeps_its_state_and_recovers() {
    let stage = Stage::new(10).await;
    let mut viewer = stage.join("/");
    next(&mut viewer).await;
    let before = stage.renderings();
    stage.show(1, "broken");
    testkit::wait_until("the failed attempt", DEADLINE, async || stage.renderings() > before).await;
    assert!(next(&mut stage.join("/")).await.contains("<b>0</b>"), "what it was before");
    stage.show(2, "2");
    assert!(next(&mut viewer).await.contains("<b>2</b>"));
}

#[tokio::test]
async fn beyond_the_limit_of_topics_viewers_are_told_to_refresh() {
    let stage = Stage::new(1_000).await;
    let mut seats: Vec<_> = (1..=500).map(|n| stage.join(&format!("/regions/{n}"))).collect();
    let mut beyond = stage.join("/regions/501");
    next(&mut seats[499]).await;
    stage.show(1, "1");
    assert!(next(&mut beyond).await.starts_with("event: refresh\n"));
    assert!(next(&mut seats[0]).await.contains("fragments"), "the others go on as before");
}

#[tokio::test]
async fn the_end_of_the_server_ends_every_seat() {
    let stage = Stage::new(10).await;
    let mut viewer = stage.join("/");
    next(&mut viewer).await;
    stage.cancel.cancel();
    let end = tokio::time::timeout(Duration::from_secs(1), viewer.next()).await.expect("within a second");
    assert!(end.is_none());
}
