//! Pages, style, preferences and what stands around every answer.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::{Site, config, read};

#[tokio::test]
async fn a_page_is_complete_html_with_security_headers() {
    let site = Site::new().await;
    let reply = site.browse("/").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert!(reply.text.contains("<!DOCTYPE html>") && reply.text.contains("</html>"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "same-origin");
    assert!(!reply.header("x-request-id").is_empty());
    let policy = reply.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'")
            && !policy.contains("script-src 'self' 'unsafe")
            && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );
}

#[tokio::test]
async fn pages_run_no_script_but_their_own_and_show_no_raw_names() {
    let site = Site::new().await;
    for path in ["/", "/wall", "/rankings", "/regions/2", "/pipeline", "/peaks", "/users/3"] {
        let reply = site.browse(path).await;
        for tag in reply.text.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            assert!(tag.contains("src=\"/style/"), "{path}: <script{tag}>");
        }
        assert!(!reply.text.contains("<script>alert(1)"), "{path} shows a name as it is");
        assert!(!reply.text.contains(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_when_the_browser_can() {
    let site = Site::new().await;
    for coding in ["gzip", "br"] {
        let reply = site.ask("/", &[("accept-encoding", coding), ("accept", "text/html")]).await;
        assert_eq!(reply.header("content-encoding"), coding);
    }
}

#[tokio::test]
async fn an_unknown_page_is_404_and_another_method_405() {
    let site = Site::new().await;
    assert_eq!(site.browse("/no/such/page").await.status, StatusCode::NOT_FOUND);
    let post = Request::post("/").body(Body::empty()).expect("a request");
    assert_eq!(read(site.send(post).await).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let large = Request::get("/").body(Body::from(vec![b'x'; 3 << 20])).expect("a request");
    assert!(site.send(large).await.status() == StatusCode::OK, "a body nobody reads does no harm");
}

#[tokio::test]
async fn a_nul_in_a_question_is_nobodys_failure() {
    let site = Site::new().await;
    assert_eq!(site.browse("/search?q=%E5%BC%A0%00").await.status, StatusCode::OK);
    assert_eq!(site.get("/exports/rankings.csv?usage_type=%E5%B1%85%00").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn style_is_cached_by_its_content() {
    let site = Site::new().await;
    let page = site.browse("/").await.text;
    let start = page.find("/style/main.css?v=").expect("the page links its style");
    let link = page[start..].split('"').next().expect("the end of the link");
    let style = site.get(link).await;
    assert_eq!(style.status, StatusCode::OK);
    assert!(style.header("content-type").starts_with("text/css"));
    assert!(style.header("cache-control").contains("immutable"));
    let tag = style.header("etag").to_owned();
    let plain = site.ask("/style/main.css", &[("if-none-match", &tag)]).await;
    assert_eq!((plain.status, plain.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(plain.header("cache-control"), "no-cache");
    assert_eq!(site.get("/style/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn choices_are_remembered() {
    let site = Site::new().await;
    let reply = site.get("/preferences?lang=en&theme=dark&back=/rankings%3Fgrain%3Dday").await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/rankings?grain=day"));
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies[0].starts_with("lang=en;") && cookies[1].starts_with("theme=dark;"), "{cookies:?}");
    for bad in ["back=//evil.example", "back=https://evil.example", "lang=fr", "theme=pink", "x=1"] {
        let reply = site.get(&format!("/preferences?{bad}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(reply.headers.get("location").is_none());
    }
    let english = site.ask("/", &[("cookie", "lang=en; theme=dark"), ("accept", "text/html")]).await.text;
    assert!(english.contains("lang=\"en\"") && english.contains("data-theme=\"dark\""));
    assert!(site.browse("/").await.text.contains("lang=\"zh-CN\""), "Chinese first");
    let by_address = site.browse("/?lang=en").await;
    assert!(by_address.header("set-cookie").starts_with("lang=en;"), "the switch on the page is remembered");
}

#[tokio::test]
async fn without_a_database_pages_say_so_in_one_sentence() {
    let options = "postgres://nobody:secret-word@127.0.0.1:1/none".parse().expect("an address");
    let pool =
        sqlx::postgres::PgPoolOptions::new().acquire_timeout(std::time::Duration::from_millis(300)).connect_lazy_with(options);
    let site = Site::from_config(config(pool.clone()), pool);
    for path in ["/", "/exports/regions.csv", "/api/v1/regions", "/readyz"] {
        let reply = site.browse(path).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", reply.text);
        for inner in ["sqlx", "127.0.0.1:1", "secret-word", "os error", "PoolTimedOut"] {
            assert!(!reply.text.contains(inner), "{path} shows {inner}: {}", reply.text);
        }
    }
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK, "the process lives");
    // once the hub knows, nobody waits for the pool any more
    site.shared.hub.hear(server::web::hub::Heard { commit_no: 0, alarm_revision: 0, settlement_revision: 0, database_up: false });
    let reply = site.browse("/").await;
    assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    assert!(reply.text.contains("数据库暂时连接不上"), "{}", reply.text);
}

#[tokio::test]
async fn a_panic_is_a_plain_answer_and_the_next_request_is_served() {
    let site = Site::new().await;
    let mut broken = config(site.pool.clone());
    broken.context.now = std::sync::Arc::new(|| panic!("an inner secret"));
    let site = Site::from_config(broken, site.pool);
    let reply = site.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!reply.text.contains("inner secret"));
    let number = reply.json()["error"]["request_id"].as_str().expect("a number").to_owned();
    assert_eq!(reply.header("x-request-id"), number, "the number in the log is the one the sender sees");
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn bodies_that_do_not_arrive_hold_nobody_up() {
    const DAWDLERS: usize = 300;
    let site = Site::new().await;
    let cancel = tokio_util::sync::CancellationToken::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let serving = tokio::spawn(server::web::serve(config(site.pool.clone()), cancel.clone(), |address| {
        tell.send(address).expect("somebody waits");
    }));
    let address = told.await.expect("an address");
    let mut dawdlers = Vec::with_capacity(DAWDLERS);
    for _ in 0..DAWDLERS {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head =
            "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nn";
        stream.write_all(head.as_bytes()).await.expect("sent");
        dawdlers.push(stream);
    }
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // and each of them is told when his time is over
    let mut first = vec![0; 64];
    let read = dawdlers[0].read(&mut first).await.expect("an answer");
    assert!(first[..read].starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&first));
    cancel.cancel();
    serving.await.expect("no panic").expect("a clean end");
}
