//! Renders pages of a warehouse into files, to look at them without a server:
//! `cargo run -p app --example preview -- DATABASE_URL DIRECTORY [address...]`

use std::sync::Arc;

use app::{AppContext, Units, assets};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::Zone;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower::ServiceExt;
use warehouse::read::ReadPool;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, directory, addresses @ ..] = arguments.as_slice() else {
        panic!("usage: preview DATABASE_URL DIRECTORY [address...]");
    };
    let pool = ReadPool::open(url, 8).expect("an address");
    // The clock stands some seconds after the data: five, so that everything looks live, or what PREVIEW_AGE_S says.
    let age_s: i64 = std::env::var("PREVIEW_AGE_S").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let frame = warehouse::read::frame::frame(&pool).await.expect("a migrated warehouse");
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let now_ms = frame.watermark.map_or(0, |at| at.0 - 8 * 3_600_000 + age_s * 1000);
    let ctx = AppContext::new(pool, Arc::new(move || now_ms), zone, Units::Si, "0.1.0");
    let options = LeptosOptions::builder().output_name("app").build();
    let routes = generate_route_list(app::App);
    let router = Router::new()
        .leptos_routes_with_context(&options, routes, move || provide_context(ctx.clone()), {
            let options = options.clone();
            move || app::shell(options.clone())
        })
        .with_state(options.clone());
    for asset in assets::ALL {
        std::fs::write(format!("{directory}/{}", asset.name), asset.body).expect("a directory to write to");
    }
    for address in addresses {
        let started = std::time::Instant::now();
        let request = Request::get(address).body(Body::empty()).expect("an address");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000_000).await.expect("a body");
        let html = String::from_utf8_lossy(&body).replace("/style/", "").replace(&format!("?v={}", assets::version()), "");
        let name = address.replace(['/', '?', '&', '='], "_");
        eprintln!("{status} {address} {} bytes {:?}", body.len(), started.elapsed());
        std::fs::write(format!("{directory}/{name}.html"), html).expect("a directory to write to");
    }
}
