//! `/settlement`: how far a month is, by region: energy, money, statements, what is not certain yet.

mod begin;
mod figures;
mod make;
mod regions;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use domain::access::Permission;
use domain::settlement::Month;
use lru::LruCache;
use warehouse::read::regions::Tree;
use warehouse::read::settlement::overview::{self, Progress, RegionMonth, Run, runs};

use super::shown;
use crate::cache::Shared;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, managed};
use crate::text::settlement::overview as words;

/// The form that starts a run.
pub const FORM: &str = "run";
/// Newest runs of the month that are told.
const SHOWN_RUNS: i64 = 3;
/// All settled days of a month are summed; while they change each second, the sums may be so old.
const SUMS_MAX_AGE_MS: i64 = 15_000;

/// As many months are looked at again and again.
const CACHED_MONTHS: NonZeroUsize = NonZeroUsize::new(6).expect("not zero");

type Sums = Shared<i64, Vec<RegionMonth>>;

/// Sums of a month by revision. Those of one month never stand in for another.
pub struct Cache(Mutex<LruCache<Month, Arc<Sums>>>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CACHED_MONTHS)))
    }
}

impl Cache {
    fn of(&self, month: Month) -> Arc<Sums> {
        // every change is one insertion: right after any panic
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.get_or_insert(month, Arc::default))
    }
}

/// What the page is made of.
struct Overview {
    month: Month,
    regions: Arc<Vec<RegionMonth>>,
    total: RegionMonth,
    progress: Progress,
    runs: Vec<Run>,
    tree: Tree,
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shown::month(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    let lang = request.view.lang;
    let progress = overview::progress(&ctx.pool).await?;
    let month = shown::month(request)?.or(progress.newest).unwrap_or_else(|| Month::of(ctx.local_now().day()));
    let (regions, runs, tree) = tokio::try_join!(
        sums(ctx, month, progress.revision),
        async { Ok(runs(&ctx.pool, Some(month), None, SHOWN_RUNS).await?) },
        managed::tree(ctx)
    )?;
    let page = Overview { month, total: overview::total(&regions), regions, progress, runs, tree };
    let picker = shown::month_picker(request, month, lang);
    let mut blocks = vec![Block::fixed("month", picker).class("wide")];
    if page.is_empty() {
        blocks.push(begin::block(&page, request, ctx));
    } else {
        blocks.push(figures::block(&page, ctx, lang));
        blocks.extend(make::runs_block(&page.runs, lang));
        blocks.push(regions::block(&page, lang));
        blocks.push(figures::risk(&page.total, lang));
        blocks.push(figures::bands(&page.total, lang));
    }
    if ctx.viewer.may(Permission::KeepBilling) && page.progress.has_contracts {
        blocks.push(make::form(&page, request));
    }
    let title = words::TITLE.with(lang, &[&month.to_string()]);
    Ok(super::page("settlement", title, &[FORM], request, ctx, blocks))
}

async fn sums(ctx: &AppContext, month: Month, revision: i64) -> Result<Arc<Vec<RegionMonth>>, AppError> {
    let pool = ctx.pool.clone();
    let ask = async move { Ok(overview::regions(&pool, month).await?) };
    ctx.caches.settlement.of(month).get_dear(ctx.freshness, revision, ctx.now_ms(), SUMS_MAX_AGE_MS, ask).await
}

impl Overview {
    /// Neither contracts, nor settled days, nor statements in this month.
    fn is_empty(&self) -> bool {
        self.regions.iter().all(|region| region.days == 0 && region.statements.live() + region.statements.void == 0)
    }
}
