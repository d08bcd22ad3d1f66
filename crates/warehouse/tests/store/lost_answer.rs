//! A commit that happened and whose answer never came: a proxy swallows it. The stored position tells the truth.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::effect::RowEffects;
use domain::{FailureKind, Lsn, Progress, UserRow};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use warehouse::{CommitMeta, Store, WarehouseError};

use crate::build::count;

/// Passes bytes on; ends after the bytes for which `stop` says so, which are not passed on.
async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut stop: impl FnMut(&[u8]) -> bool) {
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if stop(&bytes[..count]) || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// A server in front of `upstream` that cuts a connection when the answer to its COMMIT arrives.
async fn cutting_proxy(upstream: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&upstream).await.expect("the test cluster answers");
            let committing = Arc::new(AtomicBool::new(false));
            let (client_read, client_write) = client.into_split();
            let (server_read, server_write) = server.into_split();
            let asked = Arc::clone(&committing);
            let forth = pass(client_read, server_write, move |bytes| {
                asked.fetch_or(bytes.windows(7).any(|word| word == b"COMMIT\0"), Ordering::SeqCst);
                false
            });
            let back = pass(server_read, client_write, move |_| committing.load(Ordering::SeqCst));
            tokio::spawn(async move {
                tokio::select! { () = forth => (), () = back => () }
            });
        }
    });
    port
}

#[tokio::test]
async fn progress_says_what_became_of_a_commit_without_answer() {
    let url = testkit::warehouse_db().await;
    let (before_host, after_host) = url.split_once('@').expect("an address with a user");
    let (host, database) = after_host.split_once('/').expect("an address with a database");
    let port = cutting_proxy(host.to_owned()).await;
    let proxied = format!("{before_host}@127.0.0.1:{port}/{database}");
    let store = Store::new(warehouse::connect(&proxied, 2).await.unwrap());
    let start = store.progress().await.unwrap();
    let mut work = store.begin().await.unwrap();
    let users = vec![UserRow { user_id: Some(1), ..Default::default() }];
    work.write_rows(&RowEffects { users, ..Default::default() }).await.unwrap();
    let to = Progress { lsn: Lsn(77), ..start.clone() };
    let lost = work.commit(&start, &to, CommitMeta::default()).await.unwrap_err();
    assert!(matches!(lost, WarehouseError::AnswerLost(_)) && lost.kind() == FailureKind::Retry, "{lost:?}");
    assert_eq!(store.settled_progress().await.unwrap(), Progress { commit_no: 1, ..to });
    assert_eq!(count(&store, "ods_power_user").await, 1);
}

#[tokio::test]
async fn a_commit_that_is_still_at_work_is_waited_for() {
    let url = testkit::warehouse_db().await;
    let store = Store::new(warehouse::connect(&url, 3).await.unwrap());
    let mut orphan = store.pool().begin().await.unwrap();
    sqlx::raw_sql("update progress set lsn = '0/4D', commit_no = 1").execute(&mut *orphan).await.unwrap();
    let asked = store.settled_progress();
    let ends = async {
        let waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        testkit::wait_until("the question waits", Duration::from_secs(8), async || count(&store, waiting).await == 1).await;
        orphan.commit().await.unwrap();
    };
    let (settled, ()) = tokio::join!(asked, ends);
    assert_eq!(settled.unwrap().lsn, Lsn(77));
}
