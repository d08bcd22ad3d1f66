//! Renders what is watched after each commit and each change of an alarm or of settlement, and now and then without one, because ages grow and days turn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::AppError;
use app::live::Topic;
use bytes::Bytes;
use futures::StreamExt;
use tokio::time::{MissedTickBehavior, interval};
use warehouse::read::ReadPool;
use warehouse::read::live_changes::{self, Changes};

use super::topic::Live;
use super::{Heard, Hub};
use crate::metrics;

/// Pages rendered at the same time; they share two cores and the connections with everybody else.
const RENDERED_AT_ONCE: usize = 4;
/// A page that takes longer keeps its old state.
const RENDER_DEADLINE: Duration = Duration::from_secs(10);
/// A region's page is rendered at least this often while others change: its load moves with the data time.
const REGION_PAGE_MAX_AGE: Duration = Duration::from_secs(5);
/// A page beyond the limit of topics loads itself again at most this often.
const REFRESH_SPACING: Duration = Duration::from_secs(15);
const REFRESH: Bytes = Bytes::from_static(b"event: refresh\ndata: {}\n\n");

/// What the last round left behind.
struct Rounds {
    seen: Heard,
    refreshed_at: Option<Instant>,
}

pub async fn run(hub: Arc<Hub>, pool: ReadPool) {
    let mut heard = hub.heard.subscribe();
    let mut clock = interval(hub.rhythm.clock);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut quiet = interval(hub.rhythm.poll);
    quiet.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rounds = Rounds { seen: *heard.borrow_and_update(), refreshed_at: None };
    loop {
        tokio::select! {
            () = hub.cancel.cancelled() => return,
            changed = heard.changed() => if changed.is_err() { return },
            () = hub.newcomer.notified() => {}
            _ = quiet.tick() => {}
            _ = clock.tick() => {
                to_all(&hub, &(hub.clock)());
                continue;
            }
        }
        let started = Instant::now();
        let now = *heard.borrow_and_update();
        tokio::select! {
            () = hub.cancel.cancelled() => return,
            () = round(&hub, &pool, &mut rounds, now, started) => {}
        }
        let rest = hub.rhythm.spacing.saturating_sub(started.elapsed());
        tokio::select! {
            () = hub.cancel.cancelled() => return,
            () = tokio::time::sleep(rest) => {}
        }
    }
}

async fn round(hub: &Hub, pool: &ReadPool, rounds: &mut Rounds, now: Heard, started: Instant) {
    if now.database_up != rounds.seen.database_up {
        to_all(hub, &state_event(now.database_up));
        hub.topics().values().for_each(|live| live.forget());
    }
    let before = std::mem::replace(&mut rounds.seen, now);
    if !now.database_up {
        return;
    }
    let watched = watched(hub);
    ::metrics::gauge!(metrics::SSE_TOPICS).set(watched.len() as f64);
    // an alarm is shown on pages of regions whose numbers have not changed
    let only_numbers = before.alarm_revision == now.alarm_revision && before.commit_no != 0;
    let changes = if only_numbers && watched.iter().any(|(topic, _)| region_of(topic).is_some()) {
        changes(pool, before, now).await
    } else {
        None
    };
    let due = watched.into_iter().filter(|(topic, live)| is_due(topic, live, changes.as_ref()));
    futures::stream::iter(due)
        .for_each_concurrent(RENDERED_AT_ONCE, |(topic, live)| async move {
            render(hub, topic, &live, now.commit_no).await;
        })
        .await;
    let news = |heard: Heard| (heard.commit_no, heard.alarm_revision, heard.settlement_revision);
    if news(now) != news(before) {
        ::metrics::histogram!(metrics::FRAGMENT_SECONDS).record(started.elapsed());
        if rounds.refreshed_at.is_none_or(|at| at.elapsed() >= REFRESH_SPACING) {
            rounds.refreshed_at = Some(Instant::now());
            hub.overflow.send(REFRESH);
        }
    }
}

/// Topics with viewers; those without are forgotten.
fn watched(hub: &Hub) -> Vec<(Topic, Arc<Live>)> {
    let mut topics = hub.topics();
    topics.retain(|_, live| live.has_viewers());
    topics.iter().map(|(topic, live)| (topic.clone(), Arc::clone(live))).collect()
}

/// What the commits since the last round changed; none when that is not known.
async fn changes(pool: &ReadPool, before: Heard, now: Heard) -> Option<Changes> {
    live_changes::changes_between(pool, before.commit_no, now.commit_no).await.ok().filter(|changes| !changes.all)
}

fn is_due(topic: &Topic, live: &Live, changes: Option<&Changes>) -> bool {
    let (Some(region), Some(changes), Some(rendered_at)) = (region_of(topic), changes, live.rendered_at()) else {
        return true;
    };
    rendered_at.elapsed() >= REGION_PAGE_MAX_AGE || changes.keys.iter().any(|(_, changed)| *changed == region)
}

/// The region of a region's page.
fn region_of(topic: &Topic) -> Option<i32> {
    topic.path().strip_prefix("/regions/")?.parse().ok()
}

/// A page that cannot be rendered keeps its old state, whose age everybody sees; the next round tries again.
async fn render(hub: &Hub, topic: Topic, live: &Live, commit_no: i64) {
    let path = topic.path().to_owned();
    let failure = match tokio::time::timeout(RENDER_DEADLINE, (hub.render)(topic)).await {
        Ok(Ok(fragments)) => {
            live.publish(commit_no, &fragments);
            None
        }
        // the listener tells viewers that the database is away
        Ok(Err(AppError::Unavailable)) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("not within {} s", RENDER_DEADLINE.as_secs())),
    };
    let is_news = live.note_failure(failure.is_some());
    if let Some(error) = failure.filter(|_| is_news) {
        tracing::error!(path, error, "a live page could not be rendered");
    }
}

fn to_all(hub: &Hub, bytes: &Bytes) {
    for live in hub.topics().values().chain([&hub.overflow]) {
        live.send(bytes.clone());
    }
}

pub fn state_event(database_up: bool) -> Bytes {
    let word = if database_up { "up" } else { "down" };
    format!("event: state\ndata: {{\"database\":\"{word}\"}}\n\n").into()
}
