//! The dashboard and the wall through the real router, over a small warehouse whose numbers are known.

use std::sync::Arc;

use app::live::{self, Topic};
use app::viewer::{Audience, Viewer};
use app::{AppContext, AppError, Lang, PageRequest, Units};
use axum::http::{Request, StatusCode};
use domain::access::{Preset, Scope};
use domain::{LocalMs, Zone};
use warehouse::read::ReadPool;

const TWO_DAYS: &str = include_str!("../../crates/warehouse/tests/read/two_days.sql");

/// Five seconds after the data time of the fixture.
fn context(pool: ReadPool) -> AppContext {
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let local = LocalMs::parse(b"2016-01-12 01:07:37").expect("a time");
    let now_ms = local.0 - 8 * 3_600_000;
    let everything = Viewer { rights: Preset::Admin.rights(), scope: Scope::Whole, ..Viewer::nobody() };
    AppContext::new(pool, Arc::new(move || now_ms), zone, Units::Si, "0.1.0").for_viewer(Arc::new(everything))
}

fn audience() -> Audience {
    Audience { scope: Scope::Whole, rights: Preset::Viewer.rights() }
}

async fn two_days() -> AppContext {
    two_days_in(testkit::pool(&testkit::warehouse_db().await).await).await
}

async fn two_days_in(pool: sqlx::PgPool) -> AppContext {
    sqlx::raw_sql(TWO_DAYS).execute(&pool).await.expect("the fixture fits the schema");
    sqlx::raw_sql(
        r#"insert into pipeline_status values (1, '{"state": "streaming"}', '2016-01-12 01:07:36+08')
           on conflict (id) do update set status = excluded.status, updated_at = excluded.updated_at;
           update progress set last_row_at = '2016-01-12 01:07:36+08'"#,
    )
    .execute(&pool)
    .await
    .expect("a status");
    context(ReadPool::from_pool(pool))
}

async fn get(ctx: &AppContext, address: &str, cookie: &str) -> (StatusCode, String) {
    let request = Request::get(address).header("cookie", cookie).body(()).expect("an address");
    let responded = app::respond(&PageRequest::from_parts(&request.into_parts().0), ctx).await;
    (responded.status, responded.html)
}

#[tokio::test]
async fn the_dashboard_is_complete_without_a_script() {
    let (status, html) = get(&two_days().await, "/", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<title>实时区域总览 · 载线 Loadline</title>"), "{html}");
    // the load now is 4 × 6 kWh, the energy 41 kWh
    assert!(html.contains("title=\"24.00 kW\""), "load now");
    assert!(html.contains("41.00 kWh"), "energy today");
    for id in ["load-now", "attention", "regions", "curve", "day", "windows", "users", "quality", "status", "footer"] {
        assert!(html.contains(&format!("data-live=\"{id}\"")), "block {id}");
    }
    assert!(html.contains("http-equiv=\"refresh\""), "reloads by itself without a script");
    assert!(html.contains("告警 未启用") && html.contains("西区 失联"), "what is off and what is silent");
    assert!(html.contains("张*") && !html.contains("张三"), "residents are masked");
    assert!(html.contains("O&#x27;Neil &lt;script&gt;") || html.contains("O'Neil &lt;script&gt;"), "names are escaped");
}

#[tokio::test]
async fn language_and_theme_come_from_cookies_and_links() {
    let ctx = two_days().await;
    let (_, html) = get(&ctx, "/", "lang=en; theme=dark").await;
    assert!(html.contains("<html lang=\"en\" data-theme=\"dark\">") && html.contains("Needs attention"));
    let (_, html) = get(&ctx, "/?lang=zh", "lang=en").await;
    assert!(html.contains("<html lang=\"zh-CN\"") && html.contains("需要关注"));
    let (_, html) = get(&ctx, "/wall", "").await;
    assert!(html.contains("data-theme=\"dark\""), "the wall is dark unless somebody chose");
}

#[tokio::test]
async fn the_wall_masks_every_name_and_has_both_layouts() {
    let ctx = two_days().await;
    let (status, html) = get(&ctx, "/wall?shift=1", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("wall-16x9") && html.contains("data-shift") && !html.contains("wall-heat"));
    assert!(html.contains("张*") && html.contains("O*") && !html.contains("Neil"), "all names are masked");
    let (_, html) = get(&ctx, "/wall?layout=32x9", "").await;
    assert!(html.contains("wall-32x9") && html.contains("data-live=\"wall-heat\"") && html.contains("wall-alarms-2"));
    let (status, html) = get(&ctx, "/wall?layout=4x3", "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(html.contains("layout") && html.contains("4x3") && html.contains("16x9, 32x9"), "{html}");
}

#[tokio::test]
async fn fragments_are_the_blocks_of_the_page() {
    let ctx = two_days().await;
    let (_, html) = get(&ctx, "/", "lang=en").await;
    let topic = Topic::parse("/", Lang::En, ctx.viewer.audience()).expect("a page");
    let fragments = live::render(&topic, &ctx).await.expect("blocks");
    let ids: Vec<&str> = fragments.iter().map(|fragment| fragment.id.as_str()).collect();
    let blocks = ["load-now", "attention", "regions", "curve", "day", "windows", "users", "quality"];
    assert_eq!(ids, [["status", "alarms", "footer"].as_slice(), &blocks].concat());
    for fragment in &fragments {
        assert!(html.contains(&fragment.html), "{} on the page is what the stream sends", fragment.id);
    }
    assert_eq!(live::render(&topic, &ctx).await.expect("blocks"), fragments, "the same bytes for everybody");
}

#[tokio::test]
async fn a_page_shows_the_older_load_while_it_is_renewed_and_the_stream_the_newest() {
    let pool = testkit::pool(&testkit::warehouse_db().await).await;
    let mut ctx = two_days_in(pool.clone()).await;
    let topic = Topic::parse("/", Lang::En, ctx.viewer.audience()).expect("a page");
    assert!(get(&ctx, "/", "").await.1.contains("title=\"24.00 kW\""));
    sqlx::raw_sql(
        "update dws_region_daily_stats set total_consumption = total_consumption * 2; update progress set commit_no = commit_no + 1",
    )
    .execute(&pool)
    .await
    .expect("a commit");
    let later_ms = ctx.now_ms() + 15_000;
    ctx.now = Arc::new(move || later_ms);
    assert!(get(&ctx, "/", "").await.1.contains("title=\"24.00 kW\""), "the page did not wait");
    let fragments = live::render(&topic, &ctx).await.expect("blocks");
    let is_older = |fragment: &live::Fragment| fragment.html.contains("title=\"24.00 kW\"");
    assert!(!fragments.iter().any(is_older), "who watches sees what the commit brought");
    assert!(!get(&ctx, "/", "").await.1.contains("title=\"24.00 kW\""), "and so does the next reader");
}

#[tokio::test]
async fn topics_are_checked_before_anything_is_asked() {
    assert_eq!(Topic::parse("/nothing", Lang::Zh, audience()), Err(AppError::NotFound));
    assert!(matches!(Topic::parse("/wall?layout=x", Lang::Zh, audience()), Err(AppError::BadParameter { .. })));
    assert!(Topic::parse(&format!("/?a={}", "x".repeat(600)), Lang::Zh, audience()).is_err());
    let zh = Topic::parse("/wall?theme=grey&shift=1&layout=32x9", Lang::Zh, audience()).expect("a page");
    assert_eq!(
        zh,
        Topic::parse("/wall?layout=32x9&shift=1", Lang::Zh, audience()).expect("a page"),
        "order and theme do not matter"
    );
    let part = Audience { scope: Scope::of([1]), ..audience() };
    assert_ne!(zh, Topic::parse("/wall?layout=32x9&shift=1", Lang::Zh, part).expect("a page"), "who sees less watches another");
}

#[tokio::test]
async fn a_database_that_is_away_gets_a_sentence_and_503() {
    let ctx = context(ReadPool::open("postgres://nobody@127.0.0.1:1/none", 1).expect("an address"));
    let (status, html) = get(&ctx, "/", "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(html.contains("数据库暂时无法访问") && html.contains("data-retry"), "{html}");
    assert!(!html.contains("127.0.0.1"), "nothing internal is shown");
    let (status, _) = get(&ctx, "/no-such-page", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_empty_warehouse_says_what_it_waits_for() {
    let ctx = context(ReadPool::from_pool(testkit::pool(&testkit::warehouse_db().await).await));
    for address in ["/", "/wall", "/wall?layout=32x9"] {
        let (status, html) = get(&ctx, address, "").await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert!(html.contains("正在启动") || html.contains("还没有读数"), "{address}: {html}");
        assert!(!html.contains("NaN") && !html.contains("100.0 %"), "{address}: nothing is invented");
    }
}
