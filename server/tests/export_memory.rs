//! A long export in bounded memory. Alone in its process, because memory is measured for all of it.

#[expect(dead_code, reason = "shared with the other tests of the web server")]
#[path = "web/site.rs"]
mod site;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures::StreamExt;
use site::Site;

#[tokio::test]
async fn a_long_export_is_streamed_in_bounded_memory() {
    const ROWS: usize = 300_000;
    let site = Site::new().await;
    site.run("truncate dws_region_rollup").await;
    site.run(&format!(
        "insert into dws_region_rollup select n % 10, 'hour', timestamp '1990-01-01' + n * interval '1 hour',
            '区域' || n, n, n, 1, 1, n, n, n, n, 0, now() from generate_series(1, {ROWS}) n"
    ))
    .await;
    let before = resident_bytes();
    let request = Request::get("/exports/rollup.csv?grain=hour").body(Body::empty()).expect("a request");
    let response = site.send(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body().into_data_stream();
    let (mut lines, mut bytes, mut largest, mut highest) = (0, 0, 0, before);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.expect("an unbroken stream");
        lines += chunk.iter().filter(|&&byte| byte == b'\n').count();
        bytes += chunk.len();
        largest = largest.max(chunk.len());
        highest = highest.max(resident_bytes());
    }
    assert_eq!(lines, ROWS + 1);
    assert!(bytes > 20 << 20, "{bytes} bytes are enough to tell");
    assert!(largest < 128 << 10, "a chunk had {largest} bytes");
    let growth = highest.saturating_sub(before);
    assert!(growth < 16 << 20, "{bytes} bytes of export took {growth} bytes of memory");
}

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("resident pages");
    pages * 4096
}
