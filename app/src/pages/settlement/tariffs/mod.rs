//! `/settlement/tariffs`: the plans, one plan with its versions, the form that makes and changes them, the import.

use domain::access::Permission;
use domain::settlement::tariff::MOST_CODE_CHARS;

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::text::settlement::parts as words;

/// Whether a segment of an address can be the code of a plan.
pub fn is_code(code: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let all = code.bytes().all(|byte| is_plain(byte) || byte == b'-');
    all && code.len() <= MOST_CODE_CHARS && code.bytes().next().is_some_and(is_plain)
}

pub fn check(_request: &PageRequest, code: &str) -> Result<(), AppError> {
    if is_code(code) { Ok(()) } else { Err(AppError::NotFound) }
}

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    Ok(super::page("tariffs", words::TARIFFS.get(request.view.lang), &[], request, ctx, Vec::new()))
}

pub async fn new(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::KeepBilling)?;
    Ok(super::page("tariff", words::TARIFFS.get(request.view.lang), &[], request, ctx, Vec::new()))
}

pub async fn import(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::KeepBilling)?;
    Ok(super::page("tariff", words::TARIFFS.get(request.view.lang), &[], request, ctx, Vec::new()))
}

pub async fn one(request: &PageRequest, ctx: &AppContext, _code: &str) -> Result<PageContent, AppError> {
    super::require(ctx, Permission::SeeBilling)?;
    Ok(super::page("tariff", words::TARIFFS.get(request.view.lang), &[], request, ctx, Vec::new()))
}
