//! `/wall`: the large screen.

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{FrameKind, PageContent};
use crate::text::common;

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    match request.get("layout") {
        None | Some("16x9" | "32x9") => Ok(()),
        Some(other) => Err(AppError::bad_parameter("layout", other, "16x9, 32x9")),
    }
}

pub async fn content(request: &PageRequest, _ctx: &AppContext) -> Result<PageContent, AppError> {
    let content = PageContent::new("wall", common::NAV_WALL.get(request.view.lang), Vec::new());
    Ok(PageContent { frame: FrameKind::Wall, ..content })
}
