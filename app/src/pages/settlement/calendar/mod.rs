//! `/settlement/calendar`: holidays, decisions about triggered 尖, carbon factors, national rules.

use domain::access::Permission;

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::{PageContent, shared};
use crate::text::settlement::parts as words;

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    shared::int::<i32>(request, "year", "a year such as 2026").map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    Ok(super::page("calendar", words::CALENDAR.get(request.view.lang), &[], request, ctx, Vec::new()))
}
