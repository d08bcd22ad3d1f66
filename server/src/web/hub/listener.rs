//! Hears of commits, of alarms and of settlement: by notification, and by looking at their numbers now and then, because a notification may be lost.
//! Hears of changed rights too; what was missed while nobody listened is made up for by looking at everybody's.

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use sqlx::postgres::PgListener;
use warehouse::read::live_changes::Newest;
use warehouse::read::{ReadPool, live_changes};

use super::{Heard, Hub};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A database that takes longer to answer counts as away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

pub async fn run(hub: Arc<Hub>, pool: ReadPool) {
    let cancel = hub.cancel.clone();
    let mut wait = FIRST_WAIT;
    loop {
        let failure = tokio::select! {
            () = cancel.cancelled() => return,
            failure = hear_until_lost(&hub, &pool, &mut wait) => failure,
        };
        let last = *hub.heard.borrow();
        if last.database_up {
            tracing::warn!(error = %failure, "the warehouse cannot be heard; trying again");
        }
        hub.hear(Heard { database_up: false, ..last });
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
        }
    }
}

/// Runs until the connection fails; returns why.
async fn hear_until_lost(hub: &Hub, pool: &ReadPool, wait: &mut Duration) -> sqlx::Error {
    let mut listener = match in_time(live_changes::listen(pool)).await {
        Ok(listener) => std::pin::pin!(notifications(listener)),
        Err(error) => return error,
    };
    hub.access_changed();
    let mut poll = tokio::time::interval(hub.rhythm.poll);
    loop {
        // the first look follows at once: something may have happened while nobody listened
        let last = *hub.heard.borrow();
        let newest = tokio::select! {
            heard = listener.next() => match heard {
                Some(Ok(News::Commit(commit_no))) => Newest { commit_no, ..known(last) },
                Some(Ok(News::Alarms(alarm_revision))) => Newest { alarm_revision, ..known(last) },
                Some(Ok(News::Settlement(settlement_revision))) => Newest { settlement_revision, ..known(last) },
                Some(Ok(News::Access)) => {
                    hub.access_changed();
                    continue;
                }
                Some(Err(error)) => return error,
                None => return sqlx::Error::WorkerCrashed,
            },
            _ = poll.tick() => match in_time(live_changes::newest(pool)).await {
                Ok(newest) => newest,
                Err(error) => return error,
            },
        };
        *wait = FIRST_WAIT;
        let Newest { commit_no, alarm_revision, settlement_revision } = newest;
        hub.hear(Heard { commit_no, alarm_revision, settlement_revision, database_up: true });
    }
}

fn known(last: Heard) -> Newest {
    Newest { commit_no: last.commit_no, alarm_revision: last.alarm_revision, settlement_revision: last.settlement_revision }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    tokio::time::timeout(ANSWERS_WITHIN, answer).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

enum News {
    Commit(i64),
    Alarms(i64),
    Settlement(i64),
    Access,
}

/// What is announced. A stream keeps a half-read message when something else is served first.
fn notifications(listener: PgListener) -> impl Stream<Item = Result<News, sqlx::Error>> {
    futures::stream::unfold(listener, |mut listener| async {
        loop {
            let heard = match listener.try_recv().await {
                Ok(Some(notification)) if notification.channel() == live_changes::ACCESS_CHANNEL => Ok(News::Access),
                Ok(Some(notification)) => match notification.payload().parse() {
                    Ok(revision) if notification.channel() == live_changes::ALARM_CHANNEL => Ok(News::Alarms(revision)),
                    Ok(revision) if notification.channel() == live_changes::SETTLEMENT_CHANNEL => Ok(News::Settlement(revision)),
                    Ok(commit_no) => Ok(News::Commit(commit_no)),
                    // not ours
                    Err(_) => continue,
                },
                Ok(None) => Err(sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into())),
                Err(error) => Err(error),
            };
            return Some((heard, listener));
        }
    })
}
