//! Renders pages of a warehouse into files, to look at them without a server:
//! `cargo run -p app --example preview -- DATABASE_URL DIRECTORY [address...]`

use std::sync::Arc;

use app::viewer::Viewer;
use app::{AppContext, PageRequest, Units, View, assets};
use domain::Zone;
use domain::access::{Preset, Scope};
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
    let everything = Viewer { rights: Preset::Admin.rights(), scope: Scope::Whole, ..Viewer::nobody() };
    let ctx = ctx.for_viewer(Arc::new(everything));
    for asset in assets::ALL {
        std::fs::write(format!("{directory}/{}", asset.name), asset.body).expect("a directory to write to");
    }
    for address in addresses {
        let started = std::time::Instant::now();
        let responded = app::respond(&PageRequest::parse(address, View::default()), &ctx).await;
        let html = responded.html.replace("/style/", "").replace(&format!("?v={}", assets::version()), "");
        let name = address.replace(['/', '?', '&', '='], "_");
        eprintln!("{} {address} {} bytes {:?}", responded.status, html.len(), started.elapsed());
        std::fs::write(format!("{directory}/{name}.html"), html).expect("a directory to write to");
    }
}
