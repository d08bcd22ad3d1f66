//! The hub alone, with pages made up by the test.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::live::{Fragment, Topic};
use app::viewer::Audience;
use app::{AppError, Lang};
use bytes::Bytes;
use domain::access::Scope;
use futures::StreamExt;
use futures::stream::BoxStream;
use server::web::hub::{Heard, Hub, Rhythm, Seat, StillAllowed};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use warehouse::read::ReadPool;

const DEADLINE: Duration = Duration::from_secs(10);

/// A page of two blocks: a heading that stays and a number that the test sets.
struct Paper {
    number: Mutex<String>,
    renderings: AtomicUsize,
}

struct Stage {
    hub: Arc<Hub>,
    paper: Arc<Paper>,
    pool: PgPool,
    cancel: CancellationToken,
}

type Events = BoxStream<'static, String>;

impl Stage {
    async fn new(max_clients: usize) -> Self {
        Self::checking_every(Duration::from_secs(60), max_clients).await
    }

    async fn checking_every(check: Duration, max_clients: usize) -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        let paper = Arc::new(Paper { number: Mutex::new("0".to_owned()), renderings: AtomicUsize::new(0) });
        let shown = Arc::clone(&paper);
        let cancel = CancellationToken::new();
        let rhythm = Rhythm { spacing: Duration::from_millis(10), check, ..Rhythm::default() };
        let hub = Hub::new(
            Arc::new(move |topic| Box::pin(std::future::ready(shown.render(&topic)))),
            Arc::new(|| Bytes::from_static(b"event: clock\ndata: {}\n\n")),
            max_clients,
            rhythm,
            cancel.clone(),
        );
        hub.spawn(ReadPool::from_pool(pool.clone()));
        Self { hub, paper, pool, cancel }
    }

    /// Events of a viewer, without the clock.
    fn join(&self, path: &str) -> Events {
        self.join_as(path, Audience::default(), Arc::new(|| Box::pin(std::future::ready(true))))
    }

    fn join_as(&self, path: &str, audience: Audience, still_allowed: StillAllowed) -> Events {
        let topic = Topic::parse(path, Lang::Zh, audience).expect("a page");
        events(self.hub.join(topic, still_allowed).expect("a seat"))
    }

    fn show(&self, commit_no: i64, number: &str) {
        *self.paper.number.lock().expect("no panic") = number.to_owned();
        self.hub.hear(Heard { commit_no, alarm_revision: 0, settlement_revision: 0, database_up: true });
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

/// Says yes until told otherwise, and counts how often it is asked.
#[derive(Clone, Default)]
struct Right {
    is_lost: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Right {
    fn check(&self) -> StillAllowed {
        let own = self.clone();
        Arc::new(move || {
            own.asked.fetch_add(1, Ordering::SeqCst);
            Box::pin(std::future::ready(!own.is_lost.load(Ordering::SeqCst)))
        })
    }

    fn lose(&self) {
        self.is_lost.store(true, Ordering::SeqCst);
    }
}

async fn ends(events: &mut Events) {
    let ended = async { while events.next().await.is_some() {} };
    tokio::time::timeout(DEADLINE, ended).await.expect("the stream ends");
}

#[tokio::test]
async fn a_change_of_rights_ends_the_seats_that_lost_theirs() {
    let stage = Stage::new(10).await;
    let (loses, keeps) = (Right::default(), Right::default());
    let mut out = stage.join_as("/", Audience::default(), loses.check());
    let mut stays = stage.join_as("/", Audience::default(), keeps.check());
    next(&mut out).await;
    next(&mut stays).await;
    loses.lose();
    // as every change of rights announces itself, wherever it is made
    sqlx::query("select pg_notify('loadline_access', '')").execute(&stage.pool).await.expect("a notification");
    ends(&mut out).await;
    stage.show(1, "1");
    assert!(next(&mut stays).await.contains("<b>1</b>"));
    assert!(keeps.asked.load(Ordering::SeqCst) > 0, "everybody's were looked at");
}

#[tokio::test]
async fn rights_are_looked_at_now_and_then_without_news() {
    let stage = Stage::checking_every(Duration::from_millis(20), 10).await;
    let right = Right::default();
    let mut viewer = stage.join_as("/", Audience::default(), right.check());
    next(&mut viewer).await;
    right.lose();
    ends(&mut viewer).await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_seat_that_is_being_checked() {
    let stage = Stage::new(10).await;
    let mut viewer = stage.join_as("/", Audience::default(), Arc::new(|| Box::pin(std::future::pending())));
    let mut other = stage.join("/");
    next(&mut viewer).await;
    next(&mut other).await;
    stage.hub.access_changed();
    stage.show(1, "1");
    assert!(next(&mut other).await.contains("<b>1</b>"), "nobody waits for him");
    assert!(futures::poll!(viewer.next()).is_pending(), "what came meanwhile waits for the answer");
}

#[tokio::test]
async fn audiences_are_rendered_apart() {
    let stage = Stage::new(10).await;
    let of = |regions: [i32; 1]| Audience { scope: Scope::of(regions), ..Audience::default() };
    let yes = || Right::default().check();
    let mut viewers =
        [stage.join_as("/", of([1]), yes()), stage.join_as("/", of([1]), yes()), stage.join_as("/", of([2]), yes())];
    for viewer in &mut viewers {
        next(viewer).await;
    }
    let before = stage.renderings();
    stage.show(1, "1");
    for viewer in &mut viewers {
        next(viewer).await;
    }
    assert_eq!(stage.renderings(), before + 2, "one for each audience");
}
