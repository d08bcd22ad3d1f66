//! The pages of regions, customers, rankings, peaks and the pipeline, rendered from a real warehouse with two days in it.

mod empty;
mod hostile;
mod parameters;
mod people;
mod pipeline;
mod regions;

use std::sync::Arc;

use app::viewer::Viewer;
use app::{AppContext, AppError, Lang, PageRequest, Theme, Units, View, pages};
use domain::access::{Preset, Scope};
use domain::{LocalMs, Zone};
use warehouse::read::ReadPool;

const TWO_DAYS: &str = include_str!("../../../crates/warehouse/tests/read/two_days.sql");
/// The clock stands ten seconds after the data: 2016-01-12 01:07:42 in Shanghai.
const NOW_MS: i64 = 1_452_532_062_000;

struct Site {
    ctx: AppContext,
    pool: sqlx::PgPool,
}

impl Site {
    /// A warehouse with the two days.
    async fn two_days() -> Self {
        let site = Self::empty().await;
        sqlx::raw_sql(TWO_DAYS).execute(&site.pool).await.expect("the fixture fits the schema");
        site
    }

    async fn empty() -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let everything = Viewer { rights: Preset::Admin.rights(), scope: Scope::Whole, ..Viewer::nobody() };
        let ctx = AppContext::new(ReadPool::from_pool(pool.clone()), Arc::new(|| NOW_MS), zone, Units::Si, "0");
        let ctx = ctx.for_viewer(Arc::new(everything));
        Self { ctx, pool }
    }

    async fn run(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the statements fit the schema");
    }

    /// All blocks of a page.
    async fn page(&self, address: &str, lang: Lang) -> Result<String, AppError> {
        let request = PageRequest::parse(address, View { lang, theme: Theme::default() });
        let content = pages::content(&request, &self.ctx).await?;
        let blocks = content.blocks.into_iter().map(|block| leptos::prelude::RenderHtml::to_html(block.into_view()));
        let heading = content.heading.map(leptos::prelude::RenderHtml::to_html).unwrap_or_default();
        Ok(heading + &blocks.collect::<String>())
    }

    async fn zh(&self, address: &str) -> String {
        self.page(address, Lang::Zh).await.expect("a page")
    }

    async fn en(&self, address: &str) -> String {
        self.page(address, Lang::En).await.expect("a page")
    }
}

/// The text of one block, without its tags.
fn block(page: &str, id: &str) -> String {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no block {id} in {page}"));
    let section = &page[start..];
    let section = &section[..section.find("</section>").expect("an end")];
    let mut text = String::new();
    let mut is_tag = false;
    for c in section.chars() {
        match c {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[test]
fn the_clock_of_the_tests_is_ten_seconds_ahead_of_the_data() {
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    assert_eq!(zone.local_ms(NOW_MS * 1000), LocalMs::parse(b"2016-01-12 01:07:42").expect("a time"));
}
