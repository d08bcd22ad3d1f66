//! `/`: the live regional dashboard.

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::text::common;

#[derive(Default)]
pub struct Cache {}

pub async fn content(request: &PageRequest, _ctx: &AppContext) -> Result<PageContent, AppError> {
    Ok(PageContent::new("dashboard", common::NAV_DASHBOARD.get(request.view.lang), Vec::new()))
}
