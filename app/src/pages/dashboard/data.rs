//! The numbers of the dashboard and the wall, asked once for all viewers.

use std::sync::Arc;

use domain::{Day, Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};
use warehouse::read::dashboard::{Loads, Recent};
use warehouse::read::day_curve::{self, DayCurve};
use warehouse::read::frame::FrameData;
use warehouse::read::load_now::LoadAt;

use crate::cache::Shared;
use crate::context::AppContext;
use crate::error::AppError;
use crate::format::{self, EnergyUnit, Percent, PowerUnit};
use crate::marks::{Mark, Marks, PLAIN_COVERAGE_TENTHS, REFERENCE_COVERAGE_TENTHS};
use crate::pages::alarms::strip::Strip;
use crate::pages::dashboard::regions::region_lines;
use crate::shell::frame::FrameView;
use crate::text::Lang;

/// Answers that look at every meter may be this old.
const LOADS_MAX_AGE_MS: i64 = 15_000;
/// The record of all days before today may be this old.
const RECORD_MAX_AGE_MS: i64 = 600_000;
/// The order of the regions changes at most this often.
const ORDER_MS: i64 = 60_000;

/// Everything the dashboard is made of.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct DashboardData {
    pub frame: FrameData,
    pub recent: Arc<Recent>,
    pub loads: Arc<Loads>,
    /// Highest load of complete quarter-hours before today.
    pub record_before: Arc<Option<(LocalMs, Fixed2)>>,
}

#[derive(Default)]
pub struct Cache {
    recent: Shared<i64, Recent>,
    loads: Arc<Shared<i64, Loads>>,
    record: Arc<Shared<Day, Option<(LocalMs, Fixed2)>>>,
    order: Shared<i64, Vec<RegionId>>,
}

/// The data with how it is to be shown.
pub struct Dashboard {
    pub data: DashboardData,
    pub frame: FrameView,
    pub power: PowerUnit,
    pub energy: EnergyUnit,
    /// Regions as the table lists them; empty before it was decided.
    pub order: Arc<Vec<RegionId>>,
    /// Whether the viewer sees every region; otherwise totals are of a part and say so.
    pub sees_all: bool,
}

pub async fn load(ctx: &AppContext) -> Result<Dashboard, AppError> {
    let frame = warehouse::read::frame::frame(&ctx.pool).await?;
    let alarms = crate::pages::alarms::strip::load(ctx).await?;
    let at = frame.data_time().unwrap_or_else(|| ctx.local_now());
    let (now_ms, commit_no, cache) = (ctx.now_ms(), frame.commit_no, &ctx.caches.dashboard);
    let hour_started_ms = now_ms - now_ms.rem_euclid(3_600_000);
    let recent = cache
        .recent
        .get(commit_no, now_ms, 0, async { Ok(warehouse::read::dashboard::recent(&ctx.pool, at, hour_started_ms).await?) });
    let pool = ctx.pool.clone();
    let ask = async move { Ok(warehouse::read::dashboard::loads(&pool, at).await?) };
    let loads = cache.loads.get_dear(ctx.freshness, commit_no, now_ms, LOADS_MAX_AGE_MS, ask);
    let pool = ctx.pool.clone();
    let ask = async move { Ok(day_curve::record_load(&pool, at.day().start()).await?) };
    let record = cache.record.get_dear(ctx.freshness, at.day(), now_ms, RECORD_MAX_AGE_MS, ask);
    let (recent, loads, record_before) = tokio::try_join!(recent, loads, record)?;
    let data = DashboardData { frame, recent, loads, record_before };
    let dashboard = Dashboard::new(data, ctx).with_alarms(alarms);
    // Rows that jump cannot be read: the order holds for a minute.
    let order = cache.order.get(now_ms / ORDER_MS, now_ms, 0, async { Ok(worst_first(&dashboard)) }).await?;
    Ok(Dashboard { order, ..dashboard })
}

impl Dashboard {
    fn with_alarms(self, alarms: Option<Arc<Strip>>) -> Self {
        Self { frame: self.frame.with_alarms(alarms), ..self }
    }

    /// Units come from yesterday's maximum and stay for the day; without a yesterday, from today.
    pub fn new(data: DashboardData, ctx: &AppContext) -> Self {
        let frame = FrameView::judge(data.frame.clone(), ctx);
        let at = data.loads.now.at;
        let highest = |curve: &DayCurve| curve.maximum(at).map(|(_, quarter)| quarter.load_kw());
        let reference = data.loads.curves.get(1).and_then(highest).or_else(|| data.loads.curves.first().and_then(highest));
        let whole_day = |curve: &DayCurve| curve.energy_before(day_curve::QUARTERS);
        let energy = data.loads.curves.get(1).map(whole_day).filter(|kwh| kwh.0 > 0);
        let energy = energy.or_else(|| data.loads.curves.first().map(whole_day)).unwrap_or_default();
        Self {
            power: PowerUnit::for_block(ctx.units, reference.unwrap_or_default()),
            energy: EnergyUnit::for_block(ctx.units, energy),
            data,
            frame,
            order: Arc::default(),
            sees_all: ctx.viewer.scope.is_whole(),
        }
    }

    /// Marks of a number whose period is open: stale when data is old.
    pub fn live_marks(&self, lang: Lang) -> Marks {
        let age = self.frame.age_ms.map_or(String::new(), |ms| format::age(ms, lang));
        Marks::none().with_if(self.frame.is_stale(), Mark::Stale, age).with(Mark::Live, "")
    }

    /// Class of a block whose numbers are of now.
    pub fn tone(&self) -> &'static str {
        if self.frame.is_stale() { "greyed" } else { "plain" }
    }

    pub fn at(&self) -> LocalMs {
        self.data.recent.at
    }

    pub fn today(&self) -> Option<&DayCurve> {
        self.data.loads.curves.first()
    }

    pub fn yesterday(&self) -> Option<&DayCurve> {
        self.data.loads.curves.get(1)
    }

    pub fn last_week(&self) -> Option<&DayCurve> {
        self.data.loads.curves.get(2)
    }

    pub fn coverage(&self) -> Option<Percent> {
        share_of(self.data.loads.now.coverage())
    }

    /// Load now against the same time of another day; none unless both are complete enough.
    pub fn change_to(&self, other: &LoadAt) -> Option<(Fixed2, Option<Percent>)> {
        let now = self.data.loads.now.total_kw(0)?;
        let then = other.total_kw(0)?;
        let both = is_plain(self.coverage()) && is_plain(share_of(other.coverage()));
        both.then(|| change(now, then))
    }
}

fn worst_first(dashboard: &Dashboard) -> Vec<RegionId> {
    region_lines(dashboard, Lang::default()).into_iter().map(|line| line.region_id).collect()
}

/// Difference and relative change.
pub fn change(now: Fixed2, then: Fixed2) -> (Fixed2, Option<Percent>) {
    (now - then, Percent::of(now.0 - then.0, then.0))
}

pub fn share_of((part, whole): (i64, i64)) -> Option<Percent> {
    Percent::of(part.min(whole), whole)
}

/// Complete enough for comparisons.
pub fn is_plain(coverage: Option<Percent>) -> bool {
    coverage.is_some_and(|share| share.0 >= PLAIN_COVERAGE_TENTHS)
}

/// Too incomplete for anything but a look.
pub fn is_reference_only(coverage: Option<Percent>) -> bool {
    coverage.is_none_or(|share| share.0 < REFERENCE_COVERAGE_TENTHS)
}
