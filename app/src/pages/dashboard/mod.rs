//! `/`: how high is the load, is it normal, where is it not, can I believe it.

mod attention;
mod curve;
mod data;
mod day;
mod load_now;
mod quality;
mod regions;
mod users;
mod windows;

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

pub use attention::{Finding, Severity, findings};
pub use curve::{chart_of_today, coverage_text, legend as curve_legend};
pub use data::{Cache, Dashboard, DashboardData, is_plain, is_reference_only, load};
pub use day::{DayFigures, day_figures};
pub use regions::{RegionLine, RegionState, region_lines};
pub use users::masked;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::text::dashboard as words;

/// The numbers of the dashboard, for whoever may read pages. A program waits for the newest.
#[server(endpoint = "dashboard", input = GetUrl)]
pub async fn read_dashboard() -> Result<DashboardData, AppError> {
    let ctx = AppContext::current()?;
    load(&ctx.newest()).await.map(|dashboard| dashboard.data)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let dashboard = load(ctx).await?;
    let lang = request.view.lang;
    Ok(PageContent::new("dashboard", words::TITLE.get(lang), blocks(&dashboard, lang)))
}

fn blocks(dashboard: &Dashboard, lang: crate::Lang) -> Vec<Block> {
    if dashboard.data.recent.regions.is_empty() {
        let empty = view! { <p class="empty">{words::NO_DATA_YET.get(lang)}</p> };
        return vec![Block::new("load-now", empty).titled(words::LOAD_NOW.get(lang))];
    }
    vec![
        load_now::block(dashboard, lang),
        attention::block(dashboard, lang),
        regions::block(dashboard, lang),
        curve::block(dashboard, lang),
        day::block(dashboard, lang),
        windows::block(dashboard, lang),
        users::block(dashboard, lang),
        quality::block(dashboard, lang),
    ]
}
