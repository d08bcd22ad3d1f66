//! A thousand viewers on one process. Alone in its process, because memory is measured for all of it.

#[expect(dead_code, reason = "shared with the other tests of the web server")]
#[path = "web/site.rs"]
mod site;

use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use site::{config, fill};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const VIEWERS: usize = 1_000;
const MOST_RESIDENT_BYTES: usize = 300 << 20;
const DEADLINE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_viewers_get_every_change_within_the_memory_bound() {
    let (_, most_files) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, most_files.min(1 << 16), most_files).expect("enough files");
    let pool = testkit::pool(&testkit::warehouse_db().await).await;
    fill(&pool).await;
    let cancel = tokio_util::sync::CancellationToken::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let serving = tokio::spawn(server::web::serve(config(pool.clone()), cancel.clone(), |address| {
        tell.send(address).expect("somebody waits");
    }));
    let address = told.await.expect("an address");
    let mut viewers = Vec::new();
    for _ in 0..VIEWERS {
        viewers.push(connect(address).await);
    }
    for viewer in &mut viewers {
        read_until(viewer, "10:00:05</time>").await;
    }
    for commit_no in 8..11 {
        let clock = format!("10:00:{:02}</time>", (commit_no - 6) * 5);
        sqlx::raw_sql(&format!(
            "begin; update progress set commit_no = {commit_no}, watermark = watermark + interval '5 seconds',
               newest_closed = newest_closed + interval '5 seconds'; notify loadline_commit, '{commit_no}'; commit"
        ))
        .execute(&pool)
        .await
        .expect("a commit");
        for viewer in &mut viewers {
            read_until(viewer, &clock).await;
        }
    }
    let resident = resident_bytes();
    println!("{VIEWERS} viewers and their server: {} MB resident", resident >> 20);
    assert!(resident < MOST_RESIDENT_BYTES, "{resident} bytes, both ends of each connection included");
    cancel.cancel();
    serving.await.expect("no panic").expect("a clean end");
}

async fn connect(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET /events?path=/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", site::TOKEN);
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

async fn read_until(stream: &mut TcpStream, wanted: &str) {
    let reading = async {
        let mut tail = String::new();
        let mut buffer = [0; 4096];
        while !tail.contains(wanted) {
            let count = stream.read(&mut buffer).await.expect("readable");
            assert!(count > 0, "the stream ended");
            // what is wanted may lie across two reads
            let keep = tail.char_indices().rev().nth(wanted.len()).map_or(0, |(at, _)| at);
            tail.drain(..keep);
            tail.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    };
    tokio::time::timeout(DEADLINE, reading).await.unwrap_or_else(|_| panic!("no {wanted} within {DEADLINE:?}"));
}

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("resident pages");
    pages * 4096
}
