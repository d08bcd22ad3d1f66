//! Six regions of two organisations with alarms, and ways to look at their pages.

use std::sync::Arc;

use app::live::{self, Topic};
use app::submitted::{Acted, Problem, Submitted};
use app::viewer::{Audience, Viewer, Who};
use app::{AppContext, Lang, PageRequest, Theme, Units, View};
use domain::Zone;
use domain::access::{Preset, Scope};
use domain::alarms::Refusal;
use warehouse::read::ReadPool;

const REGIONS: &str = include_str!("../../../crates/warehouse/tests/read/rows/tenants.sql");
/// Its layers are made from whatever readings there are.
const TWO_DAYS: &str = include_str!("../../../crates/warehouse/tests/read/two_days.sql");
const ALARMS: &str = include_str!("../../../crates/warehouse/tests/read/alarms/alarms.sql");
/// 2016-01-12 01:07:42 in Shanghai.
pub const NOW_MS: i64 = 1_452_532_062_000;

pub struct Scene {
    ctx: AppContext,
    pub pool: sqlx::PgPool,
}

impl Scene {
    /// Without alarms or rules.
    pub async fn quiet() -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        let (_, layers) = TWO_DAYS.split_once("insert into dws_region_daily_stats").expect("the layers begin there");
        let (layers, _) = layers.split_once("insert into quality_hour").expect("and end there");
        // the customer of an alarm is a home: his name is masked
        let home = "update ods_power_user set usage_type = '居民' where user_id = 2001;";
        let statements = [REGIONS, home, "insert into dws_region_daily_stats", layers].concat();
        sqlx::raw_sql(&statements).execute(&pool).await.expect("the fixture fits the schema");
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let ctx = AppContext::new(ReadPool::from_pool(pool.clone()), Arc::new(|| NOW_MS), zone, Units::Si, "0");
        Self { ctx, pool }
    }

    pub async fn with_alarms() -> Self {
        let scene = Self::quiet().await;
        scene.run(ALARMS).await;
        scene
    }

    /// A change as the evaluation commits it.
    pub async fn run(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the statements fit the schema");
        sqlx::raw_sql("update alarm_progress set revision = revision + 1").execute(&self.pool).await.expect("a number");
    }

    pub fn ctx(&self, viewer: Viewer) -> AppContext {
        self.ctx.for_viewer(Arc::new(viewer))
    }

    /// The whole document.
    pub async fn page(&self, viewer: &Viewer, address: &str, lang: Lang) -> String {
        let (status, html) = self.answer(viewer, &request(address, lang)).await;
        assert_eq!(status, 200, "{address}: {html}");
        html
    }

    pub async fn answer(&self, viewer: &Viewer, request: &PageRequest) -> (u16, String) {
        let responded = app::respond(request, &self.ctx(viewer.clone())).await;
        (responded.status.as_u16(), responded.html)
    }

    /// A page that answers an act which could not be done to all.
    pub async fn refused(
        &self,
        address: &str,
        form: &'static str,
        refused: Vec<(i64, Refusal)>,
        values: &[(&str, &str)],
    ) -> String {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let acted = Some(Acted { done: 1, refused });
        let sent = Submitted { form, values, problem: Some(Problem::NotAllDone), acted, ..Submitted::default() };
        let request = PageRequest { submitted: Some(Arc::new(sent)), ..request(address, Lang::En) };
        let (status, html) = self.answer(&person("li", Preset::Operator), &request).await;
        assert_eq!(status, 409);
        html
    }

    /// What the stream sends to people with these rights, by block.
    pub async fn live(&self, address: &str, preset: Preset) -> Vec<(String, String)> {
        let audience = Audience { scope: Scope::Whole, rights: preset.rights() };
        let topic = Topic::parse(address, Lang::En, audience).expect("a live page");
        let fragments = live::render(&topic, &self.ctx).await.expect("blocks");
        fragments.into_iter().map(|fragment| (fragment.id, fragment.html)).collect()
    }
}

pub fn request(address: &str, lang: Lang) -> PageRequest {
    PageRequest::parse(address, View { lang, theme: Theme::default() })
}

pub fn person(name: &str, preset: Preset) -> Viewer {
    let who = Who::Person { account_id: 7, login_id: 0, name: name.to_owned(), display_name: format!("{name}!") };
    Viewer { who, rights: preset.rights(), scope: Scope::Whole, ..Viewer::nobody() }
}

pub fn seeing(regions: &[i32]) -> Viewer {
    Viewer { scope: Scope::of(regions.iter().copied()), ..person("teng", Preset::Operator) }
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

/// The element with this id or `data-live`, up to the end of its section.
#[track_caller]
pub fn block<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no block {id} in {page}"));
    let section = &page[start..];
    &section[..section.find("</section>").expect("an end")]
}
