//! `/wall`: the large screen. No interaction; readable from five metres; two fixed layouts.

mod head;
mod heat;
mod lists;
mod load;

use std::sync::Arc;

use leptos::prelude::*;
use warehouse::read::peaks::HeatCell;

use crate::cache::Shared;
use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::dashboard::{self, Dashboard};
use crate::pages::{FrameKind, PageContent};
use crate::text::{Lang, wall as words};

/// The heat map may be this old when it is dear.
const HEAT_MAX_AGE_MS: i64 = 15_000;

#[derive(Default)]
pub struct Cache {
    heat: Arc<Shared<i64, Vec<HeatCell>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Layout {
    /// 1920 × 1080
    #[default]
    Standard,
    /// 3840 × 1080 on two panels: nothing crosses the middle.
    Wide,
}

impl Layout {
    fn parse(code: Option<&str>) -> Result<Self, AppError> {
        match code {
            None | Some("16x9") => Ok(Self::Standard),
            Some("32x9") => Ok(Self::Wide),
            Some(other) => Err(AppError::bad_parameter("layout", other, "16x9, 32x9")),
        }
    }

    /// Class names of the page.
    fn class(self) -> &'static str {
        match self {
            Self::Standard => "wall wall-16x9",
            Self::Wide => "wall wall-32x9",
        }
    }
}

/// Whether the picture moves by a pixel or two every ten minutes.
fn shift(request: &PageRequest) -> Result<bool, AppError> {
    match request.get("shift") {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(other) => Err(AppError::bad_parameter("shift", other, "0, 1")),
    }
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Layout::parse(request.get("layout"))?;
    shift(request).map(|_| ())
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let layout = Layout::parse(request.get("layout"))?;
    let dashboard = dashboard::load(ctx).await?;
    let heat = match layout {
        Layout::Standard => Arc::default(),
        Layout::Wide => heat_cells(&dashboard, ctx).await?,
    };
    let lang = request.view.lang;
    let mut blocks = blocks(&dashboard, layout, &heat, lang);
    if shift(request)? {
        blocks.push(Block::fixed("wall-shift", view! { <i data-shift=""></i> }));
    }
    let content = PageContent::new(layout.class(), words::TITLE.get(lang), blocks);
    Ok(PageContent { frame: FrameKind::Wall, ..content })
}

async fn heat_cells(dashboard: &Dashboard, ctx: &AppContext) -> Result<Arc<Vec<HeatCell>>, AppError> {
    let day = dashboard.at().day().to_date();
    let (commit_no, now_ms) = (dashboard.data.frame.commit_no, ctx.now_ms());
    let pool = ctx.pool.clone();
    let ask = async move { Ok(warehouse::read::peaks::heat(&pool, day).await?) };
    ctx.caches.wall.heat.get_dear(ctx.freshness, commit_no, now_ms, HEAT_MAX_AGE_MS, ask).await
}

fn blocks(dashboard: &Dashboard, layout: Layout, heat: &[HeatCell], lang: Lang) -> Vec<Block> {
    let mut blocks = match layout {
        Layout::Standard => vec![head::standard(dashboard, lang)],
        Layout::Wide => vec![head::left(dashboard, lang), head::right(dashboard, lang)],
    };
    blocks.extend([
        load::now(dashboard, lang),
        lists::regions(dashboard, layout, lang),
        load::day(dashboard, lang),
        load::curve(dashboard, layout, lang),
        lists::attention(dashboard, layout, lang),
        lists::users(dashboard, layout, lang),
        lists::alarms("wall-alarms", dashboard, lang),
        head::band(dashboard, lang),
    ]);
    if layout == Layout::Wide {
        blocks.extend([
            heat::block(dashboard, heat, lang),
            lists::quality(dashboard, lang),
            lists::alarms("wall-alarms-2", dashboard, lang),
        ]);
    }
    blocks
}

/// A value that is greyed while the data is old.
fn tone(dashboard: &Dashboard) -> &'static str {
    if dashboard.frame.is_stale() { "wall-block greyed" } else { "wall-block" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    #[test]
    fn only_known_layouts_and_shifts_are_accepted() {
        let check_address = |address: &str| check(&PageRequest::parse(address, View::default()));
        for good in ["/wall", "/wall?layout=16x9", "/wall?layout=32x9&shift=1"] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        for bad in ["/wall?layout=4x3", "/wall?shift=2"] {
            assert!(matches!(check_address(bad), Err(AppError::BadParameter { .. })), "{bad}");
        }
    }
}
