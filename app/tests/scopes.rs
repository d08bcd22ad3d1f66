//! Pages of somebody who sees a part of the regions: nothing on them comes from the others.

use std::sync::Arc;

use app::live::{self, Topic};
use app::viewer::{Audience, Viewer};
use app::{AppContext, Lang, PageRequest, Units, View, pages};
use domain::access::{Preset, Scope};
use domain::{LocalMs, RegionId, Zone};
use warehouse::read::ReadPool;

const TWO_DAYS: &str = include_str!("../../crates/warehouse/tests/read/two_days.sql");
/// Names and numbers of regions 1, 10 and 0 in every form a page might show them: 41 and 30 kWh of all and of region 1.
const FOREIGN: [&str; 7] = ["东区", "全市", "张", "Neil", "41.00", "30.00 kWh", "/users/999"];
const ADDRESSES: [&str; 9] =
    ["/", "/wall", "/wall?layout=32x9", "/regions", "/regions/2", "/rankings", "/peaks", "/search?q=10", "/users/201"];

async fn installation() -> AppContext {
    let pool = testkit::pool(&testkit::warehouse_db().await).await;
    sqlx::raw_sql(TWO_DAYS).execute(&pool).await.expect("the fixture fits the schema");
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let now_ms = LocalMs::parse(b"2016-01-12 01:07:37").expect("a time").0 - 8 * 3_600_000;
    AppContext::new(ReadPool::from_pool(pool), Arc::new(move || now_ms), zone, Units::Si, "0")
}

fn audience(scope: Scope) -> Audience {
    Audience { scope, rights: Preset::Operator.rights() }
}

fn seen_by(installation: &AppContext, regions: &[RegionId]) -> AppContext {
    let scope = Scope::of(regions.iter().copied());
    installation.for_viewer(Arc::new(Viewer::of(&audience(scope))))
}

async fn page(ctx: &AppContext, address: &str) -> String {
    app::respond(&PageRequest::parse(address, View::default()), ctx).await.html
}

async fn live_blocks(ctx: &AppContext, address: &str, audience: Audience) -> String {
    let topic = Topic::parse(address, Lang::Zh, audience).expect("a page");
    let blocks = live::render(&topic, ctx).await.expect("blocks");
    blocks.into_iter().map(|block| block.html).collect()
}

#[tokio::test]
async fn nothing_of_other_regions_is_on_a_page_or_in_its_stream() {
    let installation = installation().await;
    let part = seen_by(&installation, &[2]);
    for address in ADDRESSES {
        // somebody who sees everything filled the caches just before
        let whole = live_blocks(&installation, address, audience(Scope::Whole)).await;
        let stream = live_blocks(&installation, address, audience(Scope::of([2]))).await;
        let html = page(&part, address).await;
        for foreign in FOREIGN {
            assert!(!html.contains(foreign) && !stream.contains(foreign), "{foreign} on {address}");
        }
        let is_his_alone = ["/users/", "/regions/", "/search"].iter().any(|page| address.starts_with(page));
        assert!(is_his_alone || whole != stream, "{address}");
        assert!(html.contains("西区") || address.starts_with("/search"), "{address} shows what is his: {html}");
    }
    assert!(page(&part, "/").await.contains("6.00 kWh"), "the energy of today in his region alone");
}

#[tokio::test]
async fn what_is_not_seen_does_not_exist() {
    let installation = installation().await;
    let part = seen_by(&installation, &[2]);
    for [foreign, absent] in [
        ["/regions/1", "/regions/77"],
        ["/regions/10", "/regions/77"],
        ["/users/101", "/users/123456"],
        ["/users/999", "/users/5"],
    ] {
        let request = |address: &str| PageRequest::parse(address, View::default());
        assert!(pages::content(&request(foreign), &part).await.is_err(), "{foreign}");
        let masked = |html: String, address: &str| {
            let id = address.rsplit('/').next().unwrap_or_default();
            html.replace(address, "…").replace(&format!(" {id} "), " … ")
        };
        assert_eq!(masked(page(&part, foreign).await, foreign), masked(page(&part, absent).await, absent));
        let found = page(&part, &format!("/search?q={}", &foreign[7..])).await;
        assert!(!found.contains(&format!("{foreign}\"")), "{foreign}");
    }
}

#[tokio::test]
async fn nobody_sees_no_numbers() {
    let installation = installation().await;
    for address in ADDRESSES {
        let html = page(&installation, address).await;
        for foreign in FOREIGN.into_iter().chain(["西区", "6.00 kWh"]) {
            assert!(!html.contains(foreign), "{foreign} on {address}");
        }
    }
}
