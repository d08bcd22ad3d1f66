//! The regions of two organisations with a settled month, and ways to look at its pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::live::{self, Topic};
use app::viewer::{Audience, Viewer, Who};
use app::{AppContext, Lang, PageRequest, Theme, Units, View};
use domain::Zone;
use domain::access::{Preset, Scope};
use domain::settlement::DayEnergy;
use domain::settlement::document::Document;
use warehouse::read::ReadPool;
use warehouse::settlement::statements::canonical;

use crate::bill;

const REGIONS: &str = include_str!("../../../crates/warehouse/tests/read/rows/tenants.sql");
const TWO_DAYS: &str = include_str!("../../../crates/warehouse/tests/read/two_days.sql");
const SETTLEMENT: &str = include_str!("../../../crates/warehouse/tests/read/settlement/settlement.sql");
/// 2016-01-12 01:07:42 in Shanghai.
const NOW_MS: i64 = 1_452_532_062_000;

pub struct Scene {
    ctx: AppContext,
    now_ms: Arc<AtomicI64>,
    pub pool: sqlx::PgPool,
}

impl Scene {
    /// Readings, and nothing of settlement.
    pub async fn bare() -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        let (_, layers) = TWO_DAYS.split_once("insert into dws_region_daily_stats").unwrap();
        let (layers, _) = layers.split_once("insert into quality_hour").unwrap();
        sqlx::raw_sql(&[REGIONS, "insert into dws_region_daily_stats", layers].concat()).execute(&pool).await.unwrap();
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        let now_ms = Arc::new(AtomicI64::new(NOW_MS));
        let clock = Arc::clone(&now_ms);
        let clock = Arc::new(move || clock.load(Ordering::Relaxed));
        let ctx = AppContext::new(ReadPool::from_pool(pool.clone()), clock, zone, Units::Si, "0");
        Self { ctx, now_ms, pool }
    }

    /// With the month of `settlement.sql`, and documents in the statements that are looked at.
    pub async fn settled() -> Self {
        let scene = Self::bare().await;
        scene.run(SETTLEMENT).await;
        scene.write("user_id = 2001 and status = 'draft'", &bill::document(bill::bill())).await;
        scene.write("user_id = 3001", &bill::document(bill::faulty())).await;
        scene.run("alter table settlement_statements disable trigger keep_frozen").await;
        scene.write("user_id = 5001", &bill::document(bill::bill())).await;
        scene.run("alter table settlement_statements enable trigger keep_frozen").await;
        let adjustment = serde_json::to_value(bill::adjustment()).unwrap();
        sqlx::query("update settlement_adjustments set definition = $1").bind(adjustment).execute(&scene.pool).await.unwrap();
        // what days of the draft sum to is what its daily lines say
        scene.run("update settlements_day set amount = 78.34 where user_id = 2001 and day_start = '2016-01-11'").await;
        scene.run("update settlements_day set amount = 100 where user_id = 2001 and day_start = '2016-01-10'").await;
        scene
    }

    /// The document of a statement, with the total and the hash that go with it.
    pub async fn write(&self, condition: &str, document: &Document) {
        let (value, hash) = canonical(document).unwrap();
        let statement = format!(
            "update settlement_statements set document = $1, document_hash = $2, total_amount = $3::text::numeric,
                    snapshot_hash = case when snapshot_hash is null then null else $2 end where {condition}"
        );
        let total = document.bill.total.to_string();
        sqlx::query(&statement).bind(value).bind(hash).bind(total).execute(&self.pool).await.unwrap();
    }

    pub async fn write_day(&self, day: &DayEnergy, condition: &str) {
        let statement = format!("update settlements_day set definition = $1 where {condition}");
        sqlx::query(&statement).bind(serde_json::to_value(day).unwrap()).execute(&self.pool).await.unwrap();
    }

    /// A change, and the time after which everybody sees it.
    pub async fn later(&self, statements: &str) {
        self.run(statements).await;
        self.now_ms.fetch_add(60_000, Ordering::Relaxed);
    }

    pub async fn run(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.unwrap();
    }

    pub async fn number(&self, condition: &str) -> i64 {
        let question = format!("select statement_id from settlement_statements where {condition}");
        sqlx::query_scalar(&question).fetch_one(&self.pool).await.unwrap()
    }

    /// The whole document.
    pub async fn page(&self, viewer: &Viewer, address: &str, lang: Lang) -> String {
        let (status, html) = self.answer(viewer, address, lang).await;
        assert_eq!(status, 200, "{address}: {html}");
        assert!(!html.contains("{}"), "{address}: a text with an empty place");
        html
    }

    pub async fn answer(&self, viewer: &Viewer, address: &str, lang: Lang) -> (u16, String) {
        let request = PageRequest::parse(address, View { lang, theme: Theme::default() });
        let responded = app::respond(&request, &self.ctx.for_viewer(Arc::new(viewer.clone()))).await;
        (responded.status.as_u16(), responded.html)
    }

    /// What the stream sends to people with these rights, by block.
    pub async fn live(&self, address: &str, preset: Preset, scope: Scope) -> Vec<(String, String)> {
        let topic = Topic::parse(address, Lang::En, Audience { scope, rights: preset.rights() }).unwrap();
        let fragments = live::render(&topic, &self.ctx).await.unwrap();
        fragments.into_iter().map(|fragment| (fragment.id, fragment.html)).collect()
    }
}

pub fn person(preset: Preset) -> Viewer {
    let who = Who::Person { account_id: 7, login_id: 0, name: "chen".to_owned(), display_name: "chen!".to_owned() };
    Viewer { who, rights: preset.rights(), scope: Scope::Whole, ..Viewer::nobody() }
}

pub fn clerk() -> Viewer {
    person(Preset::BillingClerk)
}

pub fn seeing(regions: &[i32]) -> Viewer {
    Viewer { scope: Scope::of(regions.iter().copied()), ..clerk() }
}

#[track_caller]
pub fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[track_caller]
pub fn assert_lacks(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part:?} is in: {text}");
    }
}

/// The block with this id, up to the end of its section.
#[track_caller]
pub fn block<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no block {id} in {page}"));
    let section = &page[start..];
    &section[..section.find("</section>").unwrap()]
}

/// Text without elements, blanks made one.
pub fn text(html: &str) -> String {
    let mut plain = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                plain.push(' ');
            }
            c if !is_tag => plain.push(c),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
